"""Checks of the documented body fields: None when a value is right, else what would be. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..base.text import line
from ..contract.generor import MAX_COUNT, MAX_PROMPT, TEXT_EXTRAS

Check = Callable[[Any], str | None]
MAX_WHOLE = 2**63 - 1


def whole(low: int | None = None, high: int = MAX_WHOLE) -> Check:
    if low is None:
        low, range_text = -high, "an integer"
    elif high == MAX_WHOLE:
        range_text = f"an integer from {low} on"
    else:
        range_text = f"an integer from {low} to {high}"

    def check(value: Any) -> str | None:
        right = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return None if right else range_text

    return check


def _number(low: float, high: float) -> Check:
    def check(value: Any) -> str | None:
        right = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
        return None if right else f"a number from {low:g} to {high:g}"

    return check


def _text(limit: int | None = None, allowed: tuple[str, ...] = ()) -> Check:
    wanted = f"a string of at most {limit:,} characters" if limit else "a string"

    def check(value: Any) -> str | None:
        if not isinstance(value, str) or (limit is not None and len(value) > limit):
            return wanted
        return None if not allowed or value in allowed else f"one of {', '.join(allowed)}"

    return check


def _texts(limit: int) -> Check:
    def check(value: Any) -> str | None:
        right = isinstance(value, list) and len(value) <= limit and all(isinstance(v, str) for v in value)
        return None if right else f"an array of at most {limit} strings"

    return check


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _text_or_whole(value: Any) -> str | None:
    return None if isinstance(value, str) or whole()(value) is None else "a string or an integer"


def _object(value: Any) -> str | None:
    return None if isinstance(value, dict) else "an object"


def _extra(kind: str, limits: Any) -> Check:
    if kind == "number":
        return _number(*limits)
    simple: dict[str, Check] = {"flag": _flag, "integer": whole(), "text or integer": _text_or_whole}
    return simple[kind] if kind in simple else _text(allowed=tuple(limits or ()))


CHECKS: dict[str, Check] = {
    "prompt": _text(MAX_PROMPT),
    "privacy_mode": whole(0, 1),
    "team_id": whole(1),
    "count": whole(1, MAX_COUNT),
    "aspect_ratio": _text_or_whole,
    "image_url": _text(),
    "seconds": whole(1),
    "generate_audio": _flag,
    "ending_frame_url": _text(),
    "reference_images": _texts(9),
    "reference_videos": _texts(3),
    "reference_audio": _text(),
    "video_url": _text(),
    "parameters": _object,
    **{name: _extra(kind, limits) for name, (kind, limits) in TEXT_EXTRAS.items()},
}


def shown(value: Any) -> str:
    if isinstance(value, str) and len(value) > 60:
        return f"one of {len(value):,} characters"
    return line(json.dumps(value, ensure_ascii=False), 60)
