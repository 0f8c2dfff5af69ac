"""What may be sent again, and after how long. Pure: whoever asks brings clock and chance.

| outcome                  | free, repeatable | free, not repeatable | charged | charged, keyed |
|---|---|---|---|---|
| undelivered              | again            | again                | no      | again          |
| refused for the pace     | again            | again                | no      | again          |
| unknown, or a failure    | again            | no                   | no      | again          |
| answered                 | no               | no                   | no      | no             |

A charged request leaves once per ticket: when it is provably free, the journal may arm it again.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass


class Billing(enum.Enum):
    """KEYED is charged once however often it is sent, by an idempotency key."""

    FREE = "free"
    CHARGED = "charged"
    KEYED = "keyed"


class Fate(enum.Enum):
    """What became of one attempt."""

    UNDELIVERED = "undelivered"
    LIMITED = "limited"
    UNKNOWN = "unknown"
    ANSWERED = "answered"


BREAKDOWNS = frozenset({408, 425, 500, 502, 503, 504, *range(520, 531)})
ATTEMPTS = 4
BASE_SECONDS, CAP_SECONDS = 0.25, 4.0
# Time that retries may take together; waiting for the pace is not counted.
PATIENCE_SECONDS = 20.0


def fate_of(status: int) -> Fate:
    """What a complete answer with this status says about sending again."""
    if status == 429:
        return Fate.LIMITED
    return Fate.UNKNOWN if status in BREAKDOWNS else Fate.ANSWERED


def may_resend(fate: Fate, billing: Billing, repeatable: bool) -> bool:
    """The table above.

    >>> may_resend(Fate.UNKNOWN, Billing.CHARGED, repeatable=True)
    False
    """
    if fate is Fate.ANSWERED or billing is Billing.CHARGED:
        return False
    return fate is not Fate.UNKNOWN or billing is Billing.KEYED or repeatable


@dataclass
class Retries:
    """The retries of one call.

    Args:
        rng: a number in [0, 1).
        attempts: the most times to send.
        patience: seconds that all retries may take together.
    """

    rng: Callable[[], float]
    attempts: int = ATTEMPTS
    patience: float = PATIENCE_SECONDS
    tried: int = 0

    def pause(self, spent: float, at_least: float = 0.0) -> float | None:
        """Seconds to wait before the next attempt, or None when it is time to give up.

        Args:
            spent: seconds since the first attempt, waiting for the pace left out.
            at_least: what the server asks for.
        """
        self.tried += 1
        if self.tried >= self.attempts:
            return None
        seconds = max(at_least, self.rng() * min(CAP_SECONDS, BASE_SECONDS * 2 ** (self.tried - 1)))
        return seconds if spent + seconds <= self.patience else None
