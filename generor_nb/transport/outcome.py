"""What an HTTP status says about a paid POST. Pure; the table of the money protocol."""

from __future__ import annotations

import enum


class Outcome(enum.Enum):
    """ANSWERED may hold creations, REJECTED is provably free, UNCLEAR is looked up and never resent."""

    ANSWERED = "answered"
    REJECTED = "rejected"
    UNCLEAR = "unclear"


REJECTING = frozenset({400, 401, 402, 403, 404, 405, 413, 415, 422, 429})


def of_status(status: int) -> Outcome:
    """Classify the status of a complete answer.

    >>> of_status(502)
    <Outcome.UNCLEAR: 'unclear'>
    """
    if 200 <= status < 300:
        return Outcome.ANSWERED
    return Outcome.REJECTED if status in REJECTING else Outcome.UNCLEAR


def is_refusal(status: int) -> bool:
    """Whether a free question was refused in a way that asking again in a moment will not change.

    >>> is_refusal(401), is_refusal(404), is_refusal(429), is_refusal(503)
    (True, True, False, False)
    """
    return status != 429 and of_status(status) is Outcome.REJECTED
