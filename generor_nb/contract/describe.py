"""Generor's payloads, told in the schema language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import generor as api
from .schema import Field, Generator, Kind, Model, Option, Place

_KINDS: dict[str, Kind] = {
    "text": "text",
    "text or integer": "text",
    "number": "number",
    "integer": "number",
    "flag": "flag",
}


def model(payload: api.ModelPayload) -> Model:
    ratios = tuple(r.ratio for r in payload.aspect_ratios or () if r.ratio != api.MATCH_INPUT)
    return Model(
        id=payload.id,
        name=payload.name or str(payload.id),
        type=payload.type,
        credit_cost=payload.credit_cost,
        provider=payload.provider or "",
        description=payload.description or "",
        ratios=ratios,
    )


def generator(payload: api.GeneratorPayload, models: Iterable[Model] = ()) -> Generator:
    """A generator with every field that can be set: prompt, model, count, aspect, its own, the extras."""
    kind = payload.type or _type_of(payload)
    fitting = [m for m in models if m.type == kind]
    fields = [_prompt(payload), _model(payload, fitting), _count(payload)]
    if ratios := list(dict.fromkeys(r for m in fitting for r in m.ratios)):
        fields.append(_aspect(payload, ratios))
    fields += [_parameter(p) for p in payload.parameters if not _carried_by_body(payload, p)]
    if kind == "text":
        fields += [_extra(name, *spec) for name, spec in api.TEXT_EXTRAS.items()]
    return Generator(
        slug=payload.slug,
        title=payload.title or payload.slug,
        description=payload.description,
        type=kind,
        fields=tuple(fields),
        status=payload.status,
    )


def _type_of(payload: api.GeneratorPayload) -> str:
    """The older document has no type: the model parameter is called ``model-<type>``."""
    for parameter in payload.parameters:
        if parameter.type == "model":
            return parameter.id.removeprefix("model-")
    return "text"


def _carried_by_body(payload: api.GeneratorPayload, parameter: api.ParameterPayload) -> bool:
    own = {f"{payload.slug}-count", "image-aspect-ratio"}
    return parameter.type == "model" or parameter.id in own


def _find(payload: api.GeneratorPayload, name: str) -> api.ParameterPayload | None:
    return next((p for p in payload.parameters if p.id == name), None)


def _prompt(payload: api.GeneratorPayload) -> Field:
    required = payload.prompt_required and payload.slug != "vision"
    return Field("prompt", "text", "Prompt", "body", required=required, maximum=api.MAX_PROMPT)


def _model(payload: api.GeneratorPayload, fitting: list[Model]) -> Field:
    chosen = next((p for p in payload.parameters if p.type == "model"), None)
    default = _whole(chosen.default) if chosen else None
    if default is None and fitting:
        default = min(fitting, key=lambda m: m.credit_cost).id
    options = tuple(Option(str(m.id), m.name) for m in fitting)
    return Field("model", "model", "Model", "body", default=default, options=options, required=True)


def _count(payload: api.GeneratorPayload) -> Field:
    parameter = _find(payload, f"{payload.slug}-count")
    top = int(parameter.max) if parameter and parameter.max else api.MAX_COUNT
    return Field("count", "number", "How many", "body", default=1, minimum=1, maximum=top, step=1)


def _aspect(payload: api.GeneratorPayload, ratios: list[str]) -> Field:
    table = api.VIDEO_RATIOS if payload.type == "video" else api.IMAGE_RATIOS
    parameter = _find(payload, "image-aspect-ratio")
    default = table.get(str(parameter.default), ratios[0]) if parameter else ratios[0]
    names = {ratio: name for name, ratio in api.RATIO_NAMES.items()}
    options = tuple(Option(r, f"{r} {names[r]}" if r in names else r) for r in ratios)
    return Field("aspect", "choice", "Aspect ratio", "body", default=default, options=options)


def _parameter(payload: api.ParameterPayload) -> Field:
    multipliers = payload.cost_multipliers or {}
    options = tuple(_option(o, multipliers) for o in payload.options or ())
    kind: Kind = "choice" if options else "number" if payload.type == "number" else "text"
    return Field(
        id=payload.id,
        kind=kind,
        label=payload.label or payload.id.replace("-", " ").capitalize(),
        default=payload.default,
        options=options,
        minimum=payload.min,
        maximum=payload.max,
        step=payload.step,
    )


def _option(option: Any, multipliers: dict[str, float]) -> Option:
    value = str(option.value if isinstance(option, api.OptionPayload) else option)
    label = option.label if isinstance(option, api.OptionPayload) and option.label else value
    return Option(value, label, multipliers.get(value, 1.0))


def _extra(name: str, kind: str, limits: Any) -> Field:
    place: Place = "body"
    label = name.replace("_", " ").capitalize()
    if kind == "number":
        low, high = limits
        return Field(name, "number", label, place, minimum=low, maximum=high, step=0.1, advanced=True)
    if limits:
        options = tuple(Option(v, v) for v in limits)
        return Field(name, "choice", label, place, options=options, advanced=True)
    step = 1 if kind == "integer" else None
    return Field(name, _KINDS[kind], label, place, step=step, advanced=True)


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
