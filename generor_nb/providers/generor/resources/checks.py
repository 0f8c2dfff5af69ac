"""What a call is checked for before it is sent. Pure."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from typing import Any

from ....base.errors import InvalidRequest
from ....base.messages import say
from ....base.text import nearest, whole


def number(name: str, value: int | str) -> int:
    """An id as a number; the digits of one, as a result has them, do as well.

    Raises:
        InvalidRequest: it is none.
    """
    digits = str(value).strip()
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit() and 0 < len(digits) <= 18):
        raise InvalidRequest(say("id.bad", name=name, value=str(value)[:40]), say("id.bad.hint"), field=name)
    return int(digits)


def one_of(name: str, value: Any, allowed: Collection[Any]) -> Any:
    """``value`` if it is allowed.

    Raises:
        InvalidRequest: it is not; with the nearest that are.
    """
    if isinstance(value, bool) or value not in allowed:
        words = [str(one) for one in allowed]
        close = nearest(str(value), words)
        raise InvalidRequest(
            say("value.unknown", key=name, value=value),
            say("use.one.of", values=", ".join(close or words)),
            field=name,
            nearest=close,
        )
    return value


def text(name: str, value: str) -> str:
    """Text that says something, and that can be sent.

    Raises:
        InvalidRequest: it is empty.
    """
    kept = whole(str(value))
    if not kept.strip():
        raise InvalidRequest(say("text.empty", name=name), say("text.empty.hint"), field=name)
    return kept


class Keep(enum.Enum):
    """What is left as it is, where None would clear it."""

    KEEP = "keep"


KEEP = Keep.KEEP


def changes(**given: Any) -> Mapping[str, Any]:
    """Those that are to change.

    Raises:
        InvalidRequest: none is.
    """
    kept = {name: value for name, value in given.items() if value is not KEEP}
    if not kept:
        raise InvalidRequest(say("nothing.new"), say("nothing.new.hint", names=", ".join(given)))
    return kept


def sendable(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with half characters replaced, which no JSON can carry."""
    return {name: whole(value) if isinstance(value, str) else value for name, value in body.items()}
