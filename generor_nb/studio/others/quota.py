"""How many requests a key may make in a fixed window. Counted in memory on a given clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in the present window; ``retry_after`` is set when refused."""

    limit: int
    remaining: int
    reset: int
    retry_after: int | None = None


class Quota:
    """Windows of ``seconds`` that begin at multiples of it since the epoch.

    Args:
        clock: seconds since the epoch.
        seconds: how long a window is.
        enforced: when false nobody is counted.
    """

    def __init__(self, clock: Callable[[], float], seconds: int, *, enforced: bool) -> None:
        self._clock, self._seconds, self._enforced = clock, seconds, enforced
        self._window, self._counts = -1, dict[str, int]()
        self._lock = threading.Lock()

    def take(self, who: str, limit: int) -> Standing:
        """Count one request, unless the window is full."""
        if not self._enforced:
            return self.untouched(limit)
        with self._lock:
            used = self._used(who)
            if used < limit:
                self._counts[who] = used + 1
        left = self._end - int(self._clock())
        return Standing(limit, max(0, limit - used - 1), self._end, left if used >= limit else None)

    def untouched(self, limit: int) -> Standing:
        """Where somebody stands who is not counted."""
        return Standing(limit, limit, self._end)

    @property
    def _end(self) -> int:
        return (int(self._clock()) // self._seconds + 1) * self._seconds

    def _used(self, who: str) -> int:
        window = int(self._clock()) // self._seconds
        if window != self._window:
            self._window, self._counts = window, {}
        return self._counts.get(who, 0)
