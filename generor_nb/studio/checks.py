"""Checks of what a caller sends, declared as JSON schemas that the description shows as they are. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.text import line
from ..contract.generor import MAX_COUNT, MAX_PROMPT, TEXT_EXTRAS
from .answers import invalid

MAX_WHOLE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Check:
    """A JSON schema, and in words what would be right."""

    schema: Mapping[str, Any]
    wanted: str

    def __call__(self, value: Any) -> str | None:
        """None when the value is right, else what would be."""
        return None if fits(self.schema, value) else self.wanted


@dataclass(frozen=True, slots=True)
class Field:
    """A documented field of a JSON body. Null is the same as absent, unless it ``clears``."""

    name: str
    check: Check
    required: bool = False
    clears: bool = False

    def schema(self) -> dict[str, Any]:
        """What may be sent."""
        schema = dict(self.check.schema)
        if self.required:
            return schema
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        nullable = {**schema, "type": [*kinds, "null"]}
        return {**nullable, "enum": [*schema["enum"], None]} if "enum" in schema else nullable


@dataclass(frozen=True, slots=True)
class Query:
    """A documented query parameter; ``default`` is what its absence means."""

    name: str
    check: Check
    default: Any = None
    required: bool = False

    def read(self, sent: str | None) -> Any:
        """The value that was sent, checked.

        Raises:
            Refused: it is wrong, or missing.
        """
        if sent is None and not self.required:
            return self.default
        whole_number = self.check.schema["type"] == "integer" and sent is not None and is_digits(sent)
        value: Any = int(sent or "") if whole_number else sent
        if problem := self.check(value):
            raise invalid(f"{self.name}: must be {problem}")
        return value


def read_fields(fields: Sequence[Field], body: Mapping[str, Any]) -> dict[str, Any]:
    """The documented fields of a body, checked; those that are not documented are left out.

    Raises:
        Refused: naming the field and what would be right.
    """
    given = {}
    for field in fields:
        value = body.get(field.name)
        if value is None and field.required:
            raise invalid(f"{field.name}: is required, {field.check.wanted}")
        if value is not None and (problem := field.check(value)):
            raise invalid(f"{field.name}: must be {problem}, not {shown(value)}")
        if value is not None or (field.clears and field.name in body):
            given[field.name] = value
    return given


def is_digits(text: str) -> bool:
    """Whether it is a number from 0 on that a database can hold."""
    return text.isascii() and text.isdigit() and len(text) <= 18


_KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_RULES: dict[str, Callable[[Any, Any], bool]] = {
    "type": lambda kinds, value: any(_KINDS[kind](value) for kind in _list(kinds)),
    "enum": lambda allowed, value: value in allowed,
    "minimum": lambda low, value: not _KINDS["number"](value) or value >= low,
    "maximum": lambda high, value: not _KINDS["number"](value) or value <= high,
    "minLength": lambda low, value: not isinstance(value, str) or len(value) >= low,
    "maxLength": lambda high, value: not isinstance(value, str) or len(value) <= high,
    "pattern": lambda wanted, value: not isinstance(value, str) or bool(re.search(wanted, value)),
    "minItems": lambda low, value: not isinstance(value, list) or len(value) >= low,
    "maxItems": lambda high, value: not isinstance(value, list) or len(value) <= high,
    "items": lambda schema, value: not isinstance(value, list) or all(fits(schema, v) for v in value),
}


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value obeys a schema of the keywords that are used here.

    >>> fits({"type": "integer", "minimum": 1}, 37.0)
    False
    """
    return all(_RULES[rule](wanted, value) for rule, wanted in schema.items())


def _list(kinds: str | Sequence[str]) -> Sequence[str]:
    return (kinds,) if isinstance(kinds, str) else kinds


# --- what is asked for most


def whole(low: int | None = None, high: int = MAX_WHOLE) -> Check:
    if low is None:
        low, wanted = -high, "an integer"
    elif high == MAX_WHOLE:
        wanted = f"an integer from {low} on"
    else:
        wanted = f"an integer from {low} to {high}"
    return Check({"type": "integer", "minimum": low, "maximum": high}, wanted)


def number(low: float, high: float) -> Check:
    return Check({"type": "number", "minimum": low, "maximum": high}, f"a number from {low:g} to {high:g}")


def text(limit: int | None = None) -> Check:
    if limit is None:
        return Check({"type": "string"}, "a string")
    return Check({"type": "string", "maxLength": limit}, f"a string of at most {limit:,} characters")


def words(limit: int) -> Check:
    """A text that is not blank."""
    schema = {"type": "string", "minLength": 1, "maxLength": limit, "pattern": r"\S"}
    return Check(schema, f"a string of 1 to {limit:,} characters, not blank")


def one_of(*allowed: str) -> Check:
    return Check({"type": "string", "enum": list(allowed)}, f"one of {', '.join(allowed)}")


def texts(limit: int) -> Check:
    schema = {"type": "array", "maxItems": limit, "items": {"type": "string"}}
    return Check(schema, f"an array of at most {limit} strings")


def some_of(*allowed: str) -> Check:
    schema = {"type": "array", "items": {"type": "string", "enum": list(allowed)}}
    return Check(schema, f"an array of {', '.join(allowed)}")


FLAG = Check({"type": "boolean"}, "true or false")
OBJECT = Check({"type": "object"}, "an object")
TEXT_OR_WHOLE = Check(
    {"type": ["string", "integer"], "minimum": -MAX_WHOLE, "maximum": MAX_WHOLE}, "a string or an integer"
)


def _extra(kind: str, limits: Any) -> Check:
    if kind == "number":
        return number(*limits)
    simple = {"flag": FLAG, "integer": whole(), "text or integer": TEXT_OR_WHOLE}
    if kind in simple:
        return simple[kind]
    return one_of(*limits) if limits else text()


# --- the body of /estimate and /generate

CHECKS: dict[str, Check] = {
    "prompt": text(MAX_PROMPT),
    "privacy_mode": whole(0, 1),
    "team_id": whole(1),
    "count": whole(1, MAX_COUNT),
    "aspect_ratio": TEXT_OR_WHOLE,
    "image_url": text(),
    "seconds": whole(1),
    "generate_audio": FLAG,
    "ending_frame_url": text(),
    "reference_images": texts(9),
    "reference_videos": texts(3),
    "reference_audio": text(),
    "video_url": text(),
    "parameters": OBJECT,
    **{name: _extra(kind, limits) for name, (kind, limits) in TEXT_EXTRAS.items()},
}
MODEL_ID = whole(1)
ORDER_FIELDS = (
    Field("model_id", MODEL_ID, required=True),
    *(Field(name, check) for name, check in CHECKS.items()),
)


def shown(value: Any) -> str:
    if isinstance(value, str) and len(value) > 60:
        return f"one of {len(value):,} characters"
    return line(json.dumps(value, ensure_ascii=False), 60)
