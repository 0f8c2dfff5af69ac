"""What the rate-limit headers say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """``reset`` is epoch seconds on the server's clock; None is unknown."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    tier: str = ""


def read_rate(headers: Mapping[str, str]) -> Rate:
    """The four ``X-RateLimit-*`` headers, as far as they are there."""
    return Rate(
        limit=_whole(headers.get("x-ratelimit-limit")),
        remaining=_whole(headers.get("x-ratelimit-remaining")),
        reset=_whole(headers.get("x-ratelimit-reset")),
        tier=headers.get("x-ratelimit-tier", "")[:20],
    )


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """``Retry-After`` as seconds from ``now`` (epoch seconds), whether it is a number or an HTTP date."""
    raw = headers.get("retry-after", "").strip()
    if not raw:
        return None
    try:
        return max(0.0, float(raw))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(raw).timestamp() - now)
    except (TypeError, ValueError):
        return None


def _whole(raw: str | None) -> int | None:
    try:
        return int(raw) if raw is not None else None
    except ValueError:
        return None
