"""Numbers that depend on words and seed alone, the same on every machine and version."""

from __future__ import annotations

import hashlib
from typing import TypeVar

Item = TypeVar("Item")


def digest(*parts: object) -> bytes:
    """A stable hash of any printable parts."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()


class Dice:
    """A small random source from the standard library's hash only."""

    def __init__(self, *parts: object) -> None:
        self._state = digest(*parts)
        self._used = 0

    def number(self) -> float:
        """The next number in [0, 1)."""
        if self._used == 32:
            self._state, self._used = hashlib.sha256(self._state).digest(), 0
        chunk = self._state[self._used : self._used + 4]
        self._used += 4
        return int.from_bytes(chunk, "big") / 2**32

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.number()

    def below(self, count: int) -> int:
        return int(self.number() * count)

    def pick(self, options: list[Item] | tuple[Item, ...]) -> Item:
        return options[self.below(len(options))]

    def shuffled(self, options: list[Item] | tuple[Item, ...]) -> list[Item]:
        rest = list(options)
        for last in range(len(rest) - 1, 0, -1):
            other = self.below(last + 1)
            rest[last], rest[other] = rest[other], rest[last]
        return rest
