"""What the browser gets of a form: fields in the order they are shown, and models. Plain data, pure."""

from __future__ import annotations

from typing import Any

from ..base.text import line
from ..contract.checks import OWN_OPTION, needs
from ..contract.schema import SLOTS, Model, Option
from ..references import MAX_BYTES
from . import _host
from ._sheet import Sheet

_FIRST = ("prompt", "image", "reference", "video", "model", "aspect", "seconds", "audio_track", "count")
_LATER = ("end_image", "reference_video", "audio")


def schema(sheet: Sheet, provider: str, model: Model) -> dict[str, Any]:
    """The form without its other models, which go by message."""
    first = sorted(_FIRST, key=lambda k: k == "image" and sheet.generator.needs_image, reverse=True)
    order = [*(k for k in first if k in sheet.fields), *(k for k in sheet.fields if k not in first)]
    privacy = {
        "key": "public",
        "kind": "privacy",
        "label": _host.word("form.public"),
        "default": False,
        "options": [
            {"value": name, "label": _host.word(f"form.{name}.option")} for name in ("private", "public")
        ],
    }
    generator = sheet.generator
    return {
        "title": line(generator.title, 80),
        "description": line(generator.description, 300),
        "provider": provider,
        "bytes": sheet.refs.place.takes_bytes,
        "limit": MAX_BYTES,
        "fields": [*(_field(sheet, key) for key in order), *([privacy] if sheet.described_by_models else [])],
        "model": card(sheet, model),
    }


def card(sheet: Sheet, model: Model, seconds: float | None = None) -> dict[str, Any]:
    """A model as the picker shows it; ``seconds`` is how long it takes, as far as that is known."""
    price = "" if model.credit_cost is None else _host.in_credits(model.credit_cost)
    wanted = needs(sheet.generator, model)
    drawn: dict[str, Any] = {
        "id": str(model.id),
        "name": line(model.name, 80),
        "price": _host.word("price.second", price=price) if price and model.durations else price,
        "cost": model.credit_cost or 0,
        "time": _host.duration(seconds),
        "about": line(model.description, 300),
        "chips": _chips(model),
        "shapes": [{"value": ratio, "label": ratio} for ratio in sheet.ratios(model)],
        "steps": [{"value": str(n), "label": _host.word("seconds.step", time=n)} for n in model.durations],
        "seconds": model.default_duration,
        "audio": model.audio_multiplier,
        "off": [key for key in sheet.fields if not sheet.takes(model, key)],
        "needs": [slot.option for slot in SLOTS.values() if slot.field in wanted],
    }
    if len(model.qualities) > 1:
        drawn["siblings"] = {line(name, 20): str(number) for name, number in model.qualities}
    return {
        name: told for name, told in drawn.items() if told is not None and (told != "" or name == "price")
    }


def _chips(model: Model) -> list[str]:
    able = [slot.option for slot in SLOTS.values() if model.most(slot.field)]
    if model.most("generate_audio"):
        able.append("sound")
    return [_host.word(f"chip.{name}") for name in able]


def _field(sheet: Sheet, key: str) -> dict[str, Any]:
    field = sheet.fields[key]
    kind = {"prompt": "prompt", "aspect": "shape"}.get(key, field.kind)
    if key == "seconds" and any(m.durations for m in sheet.models):
        kind = "steps"
    if key == "audio_track":
        kind = "sound"
    if key == "team" and sheet.described_by_models:
        kind = "team"
    drawn: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "label": _host.word(f"form.{key}") if key in OWN_OPTION else line(field.label, 80),
        "help": line(field.help, 300),
        "required": field.required,
        "advanced": field.advanced or key in _LATER,
        "default": sheet.defaults[key] or None,
    }
    unset = {"value": "", "label": _host.word("form.unset")}
    if kind == "number":
        drawn |= {"min": field.minimum, "max": field.maximum, "step": field.step}
        drawn["default"] = sheet.defaults[key]
        drawn["unset"] = _host.word("form.unset") if sheet.defaults[key] is None else None
    elif kind == "media":
        drawn |= {"media": SLOTS[key].kind, "most": int(field.maximum or 1), "default": []}
    elif kind in ("text", "prompt", "flag"):
        drawn["default"] = sheet.defaults[key]
        drawn["max"] = int(field.maximum) if field.maximum else None
    elif kind == "choice":
        drawn["options"] = [*([unset] if sheet.defaults[key] == "" else []), *map(_option, field.options)]
        drawn["default"] = sheet.defaults[key]
    elif kind == "sound":
        drawn["options"] = [
            unset,
            *({"value": n, "label": _host.word(f"form.sound.{n}")} for n in ("on", "off")),
        ]
    elif kind == "team":  # those of the account go by message
        drawn["options"] = [{"value": "", "label": _host.word("form.no_team")}]
    return {name: told for name, told in drawn.items() if told is not None and _is_worth(name, told)}


def _is_worth(name: str, told: Any) -> bool:
    return name == "default" or (told is not False and told != "")


def _option(option: Option) -> dict[str, Any]:
    drawn: dict[str, Any] = {"value": option.value, "label": line(option.label, 80)}
    if option.multiplier != 1:
        drawn |= {"note": f"×{option.multiplier:g}", "multiplier": option.multiplier}
    return drawn
