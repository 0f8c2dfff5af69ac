"""An Ask, checked against the schema, becomes the Request that would be sent. Pure.

The server drops unknown parameters silently and charges all the same, so everything is checked here
first: each error names what was wrong and the nearest right thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.text import nearest
from . import generor as api
from .checks import OWN_OPTION, count_of, needs, pick_model, prompt_of, value_of
from .schema import SLOTS, Ask, Field, Generator, Medium, Model, Request, canonical

# Body fields that an option sets, and the option.
_OPTION_OF = {
    **{slot.field: slot.flag for slot in SLOTS.values()},
    "seconds": "--seconds",
    "generate_audio": "--audio-track",
    "team_id": "--team",
    "language": "--language",
    "temperature": "--temperature",
}
_PLACEHOLDER = re.compile(r"\[image\s*(\d+)\]", re.IGNORECASE)
_ALIASES = {"model_id": "model", "aspect_ratio": "aspect", "privacy_mode": "public"}


def compose(provider: str, generator: Generator, models: Sequence[Model], ask: Ask) -> Request:
    """Check ``ask`` and freeze it.

    Raises:
        InvalidRequest: naming the field and what would be right.
    """
    if not isinstance(ask.public, bool):
        raise InvalidRequest(
            say("public.bad", value=ask.public), say("use.one.of", values="True, False"), field="public"
        )
    model = pick_model(generator, models, ask.model)
    prompt = prompt_of(generator, ask.prompt)
    count = count_of(generator, ask.count, api.MAX_COUNT)
    aspect = _aspect(model, ask.aspect, matching="image_url" in ask.media)
    body: dict[str, Any] = {"model_id": model.id, "privacy_mode": 0 if ask.public else 1, "count": count}
    if prompt:
        body["prompt"] = prompt
    if aspect:
        body["aspect_ratio"] = aspect
    parameters: dict[str, Any] = {}
    for key, value in ask.settings.items():
        field = _setting(generator, key)
        target = parameters if field.place == "parameters" else body
        target[field.id] = value_of(field, value)
    if parameters:
        body["parameters"] = parameters
    for name, value in _further(ask).items():
        if name in body:
            raise InvalidRequest(say("set.own", key=name), say("set.own.hint", option=_OPTION_OF[name]))
        body[name] = value
    _check_media(generator, model, ask.media, prompt)
    return Request(
        provider=provider,
        generator=generator.slug,
        model=model,
        body=canonical({**body, **_carried_media(ask.media, "address")}),
        prompt=prompt,
        count=count,
        public=ask.public,
        identity=canonical({**body, **_carried_media(ask.media, "digest")}) if ask.media else "",
        notes=tuple(_unused(model, generator, {*body, *ask.media})),
        adjustments=_snapped(model, ask.seconds),
    )


# --- media, and what only some models take ---


def _further(ask: Ask) -> dict[str, Any]:
    """The body fields of the options that not every model has, in their bounds."""
    given = {
        "seconds": ask.seconds,
        "language": ask.language,
        "temperature": ask.temperature,
        "generate_audio": ask.audio_track,
        "team_id": ask.team,
    }
    for name in ("seconds", "team_id"):
        value = given[name]
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise _out_of_bounds(name, value, 1, "…")
    heat = ask.temperature
    if heat is not None and (isinstance(heat, bool) or not 0 <= heat <= api.MAX_TEMPERATURE):
        raise _out_of_bounds("temperature", heat, 0, api.MAX_TEMPERATURE)
    return {name: value for name, value in given.items() if value is not None}


def _out_of_bounds(name: str, value: object, low: object, high: object) -> InvalidRequest:
    return InvalidRequest(
        say("number.range", key=_OPTION_OF[name], value=value),
        say("number.bounds", low=low, high=high),
        field=name,
    )


def _carried_media(media: Mapping[str, tuple[Medium, ...]], what: str) -> dict[str, Any]:
    """Media as the body carries them: an array where several may be given."""
    several = {slot.field for slot in SLOTS.values() if slot.most > 1}
    lists = {name: [getattr(one, what) for one in given] for name, given in media.items()}
    return {name: found if name in several else found[0] for name, found in lists.items()}


def _check_media(
    generator: Generator, model: Model, media: Mapping[str, tuple[Medium, ...]], prompt: str
) -> None:
    """Refuse what the server would refuse after it was asked, or answer with something else."""
    for slot in SLOTS.values():
        most = min(slot.most, model.most(slot.field) or slot.most)
        if len(media.get(slot.field, ())) > most:
            what = say("refs.many", option=slot.flag, count=len(media[slot.field]))
            raise InvalidRequest(what, say("refs.many.hint", model=model.name, most=most), field=slot.option)
    for name in needs(generator, model):
        if name not in media:
            who = model.name if name in model.requires else generator.title
            raise InvalidRequest(
                say("refs.needed", who=who, kind=say(f"kind.{_KIND_OF[name]}")),
                say("refs.needed.hint", option=_OPTION_OF[name]),
                field=name,
            )
    _check_placeholders(model, len(media.get("reference_images", ())), prompt)


_KIND_OF = {slot.field: slot.kind for slot in SLOTS.values()}


def _check_placeholders(model: Model, given: int, prompt: str) -> None:
    """``[Image3]`` with two references would be made without the third, and charged."""
    if model.type != "video":
        return
    beyond = [number for number in _PLACEHOLDER.findall(prompt) if not 1 <= int(number) <= given]
    if beyond:
        raise InvalidRequest(
            say("refs.beyond", name=f"[Image{beyond[0]}]", count=given),
            say("refs.beyond.hint"),
            field="prompt",
        )


def _unused(model: Model, generator: Generator, given: set[str]) -> list[str]:
    """What will be ignored, so that nobody pays for it unknowingly."""
    notes = []
    for name, option in _OPTION_OF.items():
        needed = name == "image_url" and generator.needs_image
        if name in given and model.most(name) == 0 and not needed:
            notes.append(say("unused", option=option, model=model.name))
    if "ending_frame_url" in given and "image_url" not in given and model.most("ending_frame_url") != 0:
        notes.append(say("unused.alone", option="--end-image", other="--image"))
    return notes


def _snapped(model: Model, asked: int | None) -> dict[str, Any]:
    """The length that will be made where it is not the one asked for."""
    if asked is None or not model.durations or asked in model.durations:
        return {}
    used = min(model.durations, key=lambda value: (abs(value - asked), value))
    return {"seconds": {"requested": asked, "used": used, "supported": list(model.durations)}}


def _aspect(model: Model, aspect: str | None, *, matching: bool) -> str | None:
    if aspect is None or (aspect == api.MATCH_INPUT and matching and model.matches_input):
        return aspect
    if not model.ratios:
        raise InvalidRequest(
            say("aspect.unsupported", model=model.name), say("aspect.unsupported.hint"), field="aspect"
        )
    ratio = api.RATIO_NAMES.get(str(aspect).casefold(), str(aspect).replace(" ", ""))
    if ratio not in model.ratios:
        raise InvalidRequest(
            say("aspect.unknown", value=aspect, model=model.name),
            say("use.one.of", values=", ".join(model.ratios)),
            field="aspect",
            nearest=nearest(ratio, model.ratios),
        )
    return ratio


def _setting(generator: Generator, key: str) -> Field:
    place, _, rest = key.partition(".")
    name = rest if place in ("body", "parameters") and rest else key
    wanted = _ALIASES.get(name, name)
    matches = [f for f in generator.fields if f.id == wanted]
    if not matches:  # Python names cannot hold the hyphens of the API's
        matches = [f for f in generator.fields if f.id == name.replace("_", "-")]
    if name != key:
        matches = [f for f in matches if f.place == place]
    own = [f for f in matches if f.id in OWN_OPTION]
    if own or name in _carried(generator):
        option = OWN_OPTION[own[0].id] if own else _carried(generator)[name]
        raise InvalidRequest(say("set.own", key=key), say("set.own.hint", option=option), field=key)
    if not matches and name in _OPTION_OF and name not in api.TEXT_EXTRAS:
        raise InvalidRequest(say("set.own", key=key), say("set.own.hint", option=_OPTION_OF[name]), field=key)
    if _ALIASES.get(name) == "public":
        raise InvalidRequest(say("set.own", key=key), say("set.own.hint", option="--public"), field=key)
    if len(matches) > 1:
        raise InvalidRequest(
            say("set.both", key=key), say("set.both.hint", key=name), field=key, nearest=[f"body.{name}"]
        )
    if matches:
        return matches[0]
    known = [f.id for f in generator.fields if f.id not in OWN_OPTION]
    close = nearest(name, known)
    own_fields = [f.id for f in generator.fields if f.place == "parameters"]
    shown = ", ".join(own_fields[:6]) or say("set.nothing")
    hint = say("field.nearest", names=", ".join(close)) if close else say("field.list", names=shown)
    raise InvalidRequest(
        say("field.unknown", key=key, slug=generator.slug),
        hint,
        field=key,
        nearest=close,
    )


def _carried(generator: Generator) -> dict[str, str]:
    """Parameters that repeat a body field, and the option that sets it."""
    return {
        f"model-{generator.type}": "--model",
        f"{generator.slug}-count": "--count",
        "image-aspect-ratio": "--aspect",
    }
