"""Generor's payloads, told in the schema language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import generor as api
from .schema import Field, Generator, Kind, Model, ModelId, Option, Place

_KINDS: dict[str, Kind] = {
    "text": "text",
    "text or integer": "text",
    "number": "number",
    "integer": "number",
    "flag": "flag",
}


def model(payload: api.ModelPayload) -> Model:
    offered = [r.ratio for r in payload.aspect_ratios or ()]
    return Model(
        id=payload.id,
        name=payload.name or str(payload.id),
        type=payload.type,
        credit_cost=payload.credit_cost,
        provider=payload.provider or "",
        description=payload.description or "",
        ratios=tuple(ratio for ratio in offered if ratio != api.MATCH_INPUT),
        durations=tuple(sorted(payload.supported_durations or ())),
        default_duration=payload.default_duration,
        takes=tuple((name, most) for name, most in _takes(payload).items() if most is not None),
        requires=_requires(payload),
        matches_input=api.MATCH_INPUT in offered,
        audio_multiplier=payload.audio_cost_multiplier or 1.0,
        quality=payload.quality or "",
        qualities=tuple((payload.qualities or {}).items()),
    )


def _takes(payload: api.ModelPayload) -> dict[str, int | None]:
    """How many of each body field a model uses; None is unknown."""
    if payload.type not in ("video", "image"):
        return dict.fromkeys(_OF_VIDEO, 0) if payload.type == "text" else {}
    ours = {"image_url": _one(payload.supports_img2img), "language": 0, "temperature": 0}
    if payload.type == "image":
        return {**ours, **dict.fromkeys(_OF_VIDEO, 0)}
    return {
        **ours,
        "seconds": None if payload.supported_durations is None else min(1, len(payload.supported_durations)),
        "generate_audio": _one(payload.supports_audio),
        "ending_frame_url": _one(payload.supports_end_frame),
        "reference_images": _told(payload.max_reference_images, _listed(payload, api.REFERENCE_IMAGES)),
        "reference_videos": _told(payload.max_reference_videos, _listed(payload, api.REFERENCE_VIDEOS)),
        "reference_audio": _told(_one(payload.supports_reference_audio), int(payload.id in api.DREAMINA)),
        "video_url": _told(_one(payload.takes_video), int(payload.id in (api.VIDEO_EDIT, *api.DREAMINA))),
    }


_OF_VIDEO = (
    "seconds",
    "generate_audio",
    "ending_frame_url",
    "reference_images",
    "reference_videos",
    "reference_audio",
    "video_url",
)


def _one(flag: bool | None) -> int | None:
    return None if flag is None else int(flag)


def _told(most: int | None, documented: int) -> int:
    return documented if most is None else most


def _listed(payload: api.ModelPayload, known: dict[str, int]) -> int:
    """What the document says of a model of such a name."""
    name = payload.name.casefold()
    return next((most for part, most in known.items() if part in name), 0)


def _requires(payload: api.ModelPayload) -> tuple[str, ...]:
    if payload.requires is not None:
        return tuple(payload.requires)
    return ("video_url",) if payload.id == api.VIDEO_EDIT else ()


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
        needs_image=_needs_image(payload, kind),
    )


def _needs_image(payload: api.GeneratorPayload, kind: str) -> bool:
    if payload.image_required is not None:
        return payload.image_required
    return payload.slug == "vision" or kind in ("upscale", "backgroundremoval")


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
    default: ModelId | None = _whole(chosen.default) if chosen else None
    if default is None and fitting:
        default = min(fitting, key=lambda m: m.credit_cost or 0).id
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
