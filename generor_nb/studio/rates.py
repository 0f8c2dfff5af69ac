"""How many requests a key, or a peer without one, may make. Counted in memory on a given clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ..contract.generor import ANONYMOUS_PER_MINUTE, TIERS

WINDOWS = (60, 3_600, 86_400)
UNLIMITED, ANONYMOUS = "unlimited", "anonymous"
LIMITS: dict[str, tuple[int, ...]] = {
    **TIERS,
    UNLIMITED: (1_000_000, 60_000_000, 1_440_000_000),
    ANONYMOUS: (ANONYMOUS_PER_MINUTE,),
}
CROWD = 4_096


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in the minute's window; ``retry_after`` is set when refused."""

    limit: int
    remaining: int
    reset: int
    tier: str
    retry_after: int | None = None

    def headers(self) -> dict[str, str]:
        shown = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Tier": self.tier,
        }
        return shown if self.retry_after is None else {**shown, "Retry-After": str(self.retry_after)}


class Rates:
    """Fixed windows that begin on the minute, the hour and the day (UTC).

    Args:
        clock: seconds since the epoch.
        enforced: when false everybody has the unlimited tier.
    """

    def __init__(self, clock: Callable[[], float], *, enforced: bool = True) -> None:
        self._clock, self._enforced = clock, enforced
        self._counts: dict[str, list[tuple[int, int]]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many are being counted."""
        return len(self._counts)

    def take(self, who: str, tier: str) -> Standing:
        """Count one request, unless a window is full."""
        return self._stand(who, tier, 1)

    def peek(self, who: str, tier: str) -> Standing:
        """Look without counting."""
        return self._stand(who, tier, 0)

    def _stand(self, who: str, tier: str, cost: int) -> Standing:
        tier = tier if self._enforced else UNLIMITED
        limits, now = LIMITS[tier], int(self._clock())
        with self._lock:
            used = self._current(who, now, len(limits))
            full = [
                size for size, limit, (_, count) in zip(WINDOWS, limits, used, strict=False) if count >= limit
            ]
            if cost and not full:
                used = [(start, count + cost) for start, count in used]
                self._remember(who, used, now)
        wait = max(size - now % size for size in full) if full and cost else None
        reset = now - now % WINDOWS[0] + WINDOWS[0]
        return Standing(limits[0], max(0, limits[0] - used[0][1]), reset, tier, wait)

    def _current(self, who: str, now: int, windows: int) -> list[tuple[int, int]]:
        starts = [now - now % size for size in WINDOWS[:windows]]
        known = self._counts.get(who, [])
        counts = [count for _, count in known] + [0] * windows
        old = [start for start, _ in known] + [-1] * windows
        return [(start, counts[i] if old[i] == start else 0) for i, start in enumerate(starts)]

    def _remember(self, who: str, used: list[tuple[int, int]], now: int) -> None:
        if len(self._counts) >= CROWD and who not in self._counts:
            self._counts = {k: v for k, v in self._counts.items() if _last_end(v) > now}
        self._counts[who] = used


def _last_end(used: list[tuple[int, int]]) -> int:
    return max(start + size for (start, _), size in zip(used, WINDOWS, strict=False))
