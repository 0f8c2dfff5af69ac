"""What the rate-limit headers say. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

# Below this a Reset counts seconds from now; from it on it is a moment on the server's clock.
EPOCH = 1e9
LONGEST = 15


@dataclass(frozen=True, slots=True)
class Rate:
    """``reset`` is epoch seconds on the server's clock; None is unknown."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """All that one answer says about the pace. ``date`` is the server's clock, ``retry_after`` seconds.

    ``silent``: no success, so that a limit it does not name may be there all the same.
    """

    rate: Rate
    date: float | None = None
    retry_after: float | None = None
    refused: bool = False
    silent: bool = False


def read_rate(headers: Mapping[str, str]) -> Rate:
    """The four ``X-RateLimit-*`` headers, as far as they are there."""
    return Rate(
        limit=_whole(headers.get("x-ratelimit-limit")),
        remaining=_whole(headers.get("x-ratelimit-remaining")),
        reset=_whole(headers.get("x-ratelimit-reset")),
        tier=headers.get("x-ratelimit-tier", "")[:20],
    )


def read_notice(status: int, headers: Mapping[str, str], now: float) -> Notice:
    """Everything an answer with these headers, received at ``now``, says about the pace."""
    date = _moment(headers.get("date", ""))
    clock = now if date is None else date
    rate = read_rate(headers)
    if rate.reset is not None and rate.reset < EPOCH:
        rate = Rate(rate.limit, rate.remaining, clock + rate.reset, rate.tier)
    refused = status == 429
    pause = room_in(headers, clock) if refused else None
    return Notice(rate, date, pause, refused, silent=not 200 <= status < 300)


def room_in(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds from ``now`` (epoch seconds, the server's clock) until a refused request may be tried again.

    Some servers only tell when the window ends, as a moment or as seconds from now.
    """
    asked, reset = retry_after(headers, now), read_rate(headers).reset
    if asked is None and reset is not None:
        return max(0.0, reset - now if reset >= EPOCH else float(reset))
    return asked


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """``Retry-After`` as seconds from ``now`` (epoch seconds), whether it is a number or an HTTP date."""
    raw = headers.get("retry-after", "").strip()
    if not raw:
        return None
    try:
        seconds = float(raw)
    except ValueError:
        moment = _moment(raw)
        seconds = math.nan if moment is None else moment - now
    if not math.isfinite(seconds):
        return None
    return max(0.0, seconds - now if seconds >= EPOCH else seconds)


def _moment(raw: str) -> float | None:
    try:
        return parsedate_to_datetime(raw).timestamp() if raw else None
    except (TypeError, ValueError, OverflowError):
        return None


def _whole(raw: str | None) -> int | None:
    """A number a clock or a counter can be; anything longer is a mistake of the server's."""
    try:
        return int(raw) if raw is not None and len(raw) <= LONGEST else None
    except ValueError:
        return None
