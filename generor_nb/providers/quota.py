"""What is left of the requests that a key may send, in words. Pure."""

from __future__ import annotations

from typing import Literal

from ..base.messages import say
from ..transport.limits import Rate


def told(rate: Rate, per: Literal["minute", "hour"] = "minute") -> str:
    """What ``rate`` says of the window of a ``per``; empty when it says nothing.

    >>> told(Rate(30, 7)), told(Rate(600), "hour"), told(Rate(0, 99)), told(Rate())
    ('7 of 30 requests left this minute', 'up to 600 requests an hour', '99 requests left this minute', '')
    """
    if rate.remaining is not None:
        known = "of" if rate.limit else "left"
        return say(f"quota.{per}.{known}", remaining=rate.remaining, limit=rate.limit)
    return say(f"quota.{per}", limit=rate.limit) if rate.limit else ""
