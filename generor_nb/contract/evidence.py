"""What a provider can show about its past: creations, movements of credits, and how far one could see."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Mark:
    """The highest ids that were visible at some moment; None is unknown."""

    creation: int | None = None
    transaction: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A creation as a list shows it. ``created`` in epoch seconds; None is what the list does not say."""

    id: str
    generator: str
    prompt: str | None = None
    model_id: int | str | None = None
    created: float | None = None
    status: str | None = None

    @property
    def number(self) -> int | None:
        return _number(self.id)


@dataclass(frozen=True, slots=True)
class Movement:
    """A row of the ledger: ``amount`` in credits, negative when spent; ``at`` in epoch seconds."""

    id: int | None
    type: str
    amount: float
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Seen(Generic[Row]):
    """Rows, newest first. ``complete``: the list was read down to where it was asked to be."""

    rows: tuple[Row, ...]
    complete: bool


def number(ident: object) -> int | None:
    """An id as a number, or None.

    >>> number("6147"), number("a1")
    (6147, None)
    """
    return _number(str(ident))


@functools.lru_cache(4096)
def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
