"""What every provider checks in the same way before anything is sent. Pure.

Each error names what was wrong and the nearest right thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.text import nearest, whole
from .schema import SLOTS, Ask, Field, Generator, Medium, Model

OWN_OPTION = {"prompt": "the cell body", "model": "--model", "count": "--count", "aspect": "--aspect"}
# So many values are named when another one was given, the likely ones first.
SHOWN = 12
# What only some generators take beside these, as an option of its own.
FURTHER = {
    "seconds": "--seconds",
    "language": "--language",
    "temperature": "--temperature",
    "audio_track": "--audio-track",
    "team": "--team",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was asked for, each part valid. ``settings`` are by the field's id, ``media`` by the option."""

    model: Model
    prompt: str
    count: int
    aspect: str | None
    settings: Mapping[str, Any]
    media: Mapping[str, tuple[Medium, ...]]


def check(generator: Generator, models: Sequence[Model], ask: Ask, *, public: bool) -> Checked:
    """Hold ``ask`` against a generator that says in its fields all that it takes.

    An option that is no field of it is refused; a field of the kind ``media`` is named by its option, and
    its ``maximum`` is how many it takes.

    Args:
        public: whether what it makes is public anyway; asking for it is refused otherwise.

    Raises:
        InvalidRequest: naming the field and what would be right.
    """
    if ask.public and not public:
        raise _not_taken(generator, "--public")
    model = pick_model(generator, models, ask.model)
    for name, flag in {**FURTHER, "count": "--count", "aspect": "--aspect"}.items():
        if getattr(ask, name) is not None and generator.field(name) is None:
            raise _not_taken(generator, flag)
    further = {name: getattr(ask, name) for name in FURTHER if getattr(ask, name) is not None}
    aspect = generator.field("aspect")
    return Checked(
        model=model,
        prompt=prompt_of(generator, ask.prompt),
        count=count_of(generator, ask.count, 1),
        aspect=None if aspect is None or ask.aspect is None else choice_of(aspect, ask.aspect),
        settings=_settings(generator, {**ask.settings, **further}),
        media=_media(generator, model, ask.media),
    )


def unlisted(field: Field, value: str | None) -> tuple[str, ...]:
    """What should be said of a value that an open choice does not list."""
    listed = [option.value for option in field.options]
    if value is None or value in listed:
        return ()
    return (say("value.unlisted", key=field.id, value=value, values=", ".join(listed)),)


def keep_to_options(settings: Mapping[str, Any], options: Mapping[str, str]) -> None:
    """Refuse a setting that is a body field with an option of its own.

    Args:
        options: the option by the body field's name.
    """
    for key in settings:
        name = key.removeprefix("body.").removeprefix("parameters.")
        if name in options:
            hint = say("set.own.hint", option=options[name])
            raise InvalidRequest(say("set.own", key=key), hint, field=key)


def _not_taken(generator: Generator, flag: str) -> InvalidRequest:
    what = say("option.not.taken", title=generator.title, option=flag)
    return InvalidRequest(what, say("option.not.taken.hint", option=flag), field=flag)


def _settings(generator: Generator, given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in given.items():
        field = setting_of(generator, key)
        found[field.id] = value_of(field, value)
    return found


def setting_of(generator: Generator, key: str) -> Field:
    """The field that ``--set KEY`` means.

    Raises:
        InvalidRequest: there is none, with the nearest names; or it has an option of its own.
    """
    name = key.removeprefix("body.").removeprefix("parameters.")
    if name in OWN_OPTION:
        raise InvalidRequest(say("set.own", key=key), say("set.own.hint", option=OWN_OPTION[name]), field=key)
    settable = [f for f in generator.fields if f.id not in OWN_OPTION and f.kind != "media"]
    for field in settable:
        if field.id in (name, name.replace("_", "-")):
            return field
    known = [f.id for f in settable]
    close = nearest(name, known)
    listed = say("field.list", names=", ".join(known[:6]) or say("set.nothing"))
    hint = say("field.nearest", names=", ".join(close)) if close else listed
    raise InvalidRequest(say("field.unknown", key=key, slug=generator.slug), hint, field=key, nearest=close)


def _media(
    generator: Generator, model: Model, given: Mapping[str, tuple[Medium, ...]]
) -> dict[str, tuple[Medium, ...]]:
    """Media by their option, no more than are taken, and none missing that is needed."""
    taken = {f.id: f for f in generator.fields if f.kind == "media"}
    found: dict[str, tuple[Medium, ...]] = {}
    for slot in SLOTS.values():
        ones, field = given.get(slot.field, ()), taken.get(slot.option)
        if ones and field is None:
            raise _not_taken(generator, slot.flag)
        if field is None:
            continue
        most = int(field.maximum or 1)
        if len(ones) > most:
            what = say("refs.many", option=slot.flag, count=len(ones))
            raise InvalidRequest(what, say("refs.many.hint", model=model.name, most=most), field=slot.option)
        if field.required and not ones:
            raise InvalidRequest(
                say("refs.needed", who=generator.title, kind=say(f"kind.{slot.kind}")),
                say("refs.needed.hint", option=slot.flag),
                field=slot.option,
            )
        if ones:
            found[slot.option] = ones
    return found


def needs(generator: Generator, model: Model) -> tuple[str, ...]:
    """The body fields of media without which ``model`` makes nothing of ``generator``."""
    named = [f for f in generator.fields if f.kind == "media"]
    own = [SLOTS[f.id].field for f in named if f.required]
    pictured = generator.needs_image and not named
    return (*model.requires, *own, *(("image_url",) if pictured else ()))


def pick_model(generator: Generator, models: Sequence[Model], wanted: int | str | None) -> Model:
    """The model by id or name, or the generator's default."""
    fitting = [m for m in models if m.type == generator.type]
    if wanted is None:
        field = generator.field("model")
        wanted = field.default if field and field.default is not None else None
        if wanted is None:
            raise InvalidRequest(
                say("model.none", slug=generator.slug), say("model.none.hint"), field="model"
            )
    text = str(wanted).strip()
    found = [m for m in models if text == str(m.id) or text.casefold() == m.name.casefold()]
    right = next((m for m in found if m.type == generator.type), None)
    if right is not None:
        return right
    close = nearest(text, [m.name for m in fitting])
    if found:
        what = say("model.type", name=found[0].name, type=found[0].type, slug=generator.slug)
    else:
        what = say("model.unknown", name=text)
    shown = ", ".join(f'"{n}"' for n in close or [m.name for m in fitting][:4])
    hint = say("model.nearest", names=shown, type=generator.type) if shown else say("model.none.hint")
    raise InvalidRequest(what, hint, field="model", nearest=close)


def prompt_of(generator: Generator, prompt: str | None) -> str:
    """The prompt, whole and trimmed; empty where none is needed. Its field's maximum is in characters.

    Raises:
        InvalidRequest: it is missing or too long.
    """
    text = whole(prompt or "").strip()
    field = generator.field("prompt")
    if not text and field and field.required:
        raise InvalidRequest(say("prompt.missing"), say("prompt.missing.hint"), field="prompt")
    if field and field.maximum and len(text) > field.maximum:
        raise InvalidRequest(
            say("prompt.long", length=len(text)),
            say("prompt.long.hint", limit=int(field.maximum)),
            field="prompt",
        )
    return text


def count_of(generator: Generator, count: int | None, most: int) -> int:
    """How many, 1 unless asked; at most what the generator says, else ``most``.

    Raises:
        InvalidRequest: it is no whole number in that range.
    """
    if count is None:
        return 1
    field = generator.field("count")
    top = int(field.maximum) if field and field.maximum else most
    some = [int(option.value) for option in field.options] if field else []
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= top:
        hint = say("count.bad.hint", top=top)
    elif some and count not in some:
        hint = say("use.one.of", values=", ".join(map(str, some)))
    else:
        return count
    raise InvalidRequest(say("count.bad", value=count), hint, field="count")


def value_of(field: Field, value: Any) -> Any:
    """A setting's value as the body carries it.

    Raises:
        InvalidRequest: the field does not take it; with what it takes.
    """
    if field.kind == "choice":
        return choice_of(field, value)
    if field.kind == "number":
        return _number(field, value)
    if field.kind == "flag":
        return _flag(field, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return str(value)


def choice_of(field: Field, value: Any) -> str:
    """The option that ``value`` names, by its value or its label; any other where the choice is open."""
    text = str(value).strip().casefold()
    for option in field.options:
        if text in (option.value.casefold(), option.label.casefold()):
            return option.value
    if field.open and text:
        return str(value).strip()
    values = [o.value for o in field.options]
    close = nearest(str(value), values)
    likely = list(dict.fromkeys([*close, *values]))
    shown = ", ".join(likely[:SHOWN]) + ("" if len(likely) <= SHOWN else ", …")
    raise InvalidRequest(
        say("value.unknown", key=field.id, value=value),
        say("use.one.of", values=shown),
        field=field.id,
        nearest=close,
    )


def _number(field: Field, value: Any) -> int | float:
    bounds = say("number.bounds", low=_bound(field.minimum), high=_bound(field.maximum))
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InvalidRequest(say("number.bad", key=field.id, value=value), bounds, field=field.id) from None
    low, high = field.minimum, field.maximum
    outside = (low is not None and number < low) or (high is not None and number > high)
    whole = field.step is not None and float(field.step).is_integer()
    if outside or number != number or (whole and not number.is_integer()):
        raise InvalidRequest(say("number.range", key=field.id, value=value), bounds, field=field.id)
    return int(number) if number.is_integer() else number


def _bound(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def _flag(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "off": False,
        "0": False,
    }
    text = str(value).strip().casefold()
    if text not in known:
        raise InvalidRequest(
            say("value.unknown", key=field.id, value=value),
            say("use.one.of", values="true, false"),
            field=field.id,
        )
    return known[text]
