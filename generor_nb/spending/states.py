"""The states of an operation and the arrows between them. Pure."""

from __future__ import annotations

import functools
from enum import StrEnum


class State(StrEnum):
    INTENT = "INTENT"
    SENT = "SENT"
    ACCEPTED = "ACCEPTED"
    RESPONDED = "RESPONDED"
    STORED = "STORED"
    DONE = "DONE"
    DONE_PARTIAL = "DONE_PARTIAL"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    FAILED_REFUNDED = "FAILED_REFUNDED"
    AMBIGUOUS = "AMBIGUOUS"
    RECOVERED = "RECOVERED"
    PROVED_FREE = "PROVED_FREE"
    CHARGED_NO_OUTPUT = "CHARGED_NO_OUTPUT"
    ASK = "ASK"


_S = State
ARROWS: dict[State, frozenset[State]] = {
    _S.INTENT: frozenset({_S.SENT, _S.CANCELLED}),
    _S.SENT: frozenset({_S.RESPONDED, _S.ACCEPTED, _S.REJECTED, _S.AMBIGUOUS}),
    _S.ACCEPTED: frozenset({_S.RESPONDED, _S.FAILED_REFUNDED, _S.AMBIGUOUS}),
    _S.RESPONDED: frozenset({_S.STORED, _S.REJECTED, _S.CHARGED_NO_OUTPUT, _S.AMBIGUOUS}),
    _S.STORED: frozenset({_S.DONE, _S.DONE_PARTIAL}),
    _S.DONE: frozenset(),
    _S.DONE_PARTIAL: frozenset(),
    # An answer kept aside, or one that comes late, still counts.
    _S.AMBIGUOUS: frozenset(
        {_S.RESPONDED, _S.ACCEPTED, _S.RECOVERED, _S.PROVED_FREE, _S.CHARGED_NO_OUTPUT, _S.ASK}
    ),
    _S.ASK: frozenset({_S.ACCEPTED, _S.RECOVERED, _S.PROVED_FREE, _S.CHARGED_NO_OUTPUT}),
    _S.RECOVERED: frozenset({_S.STORED}),
    # Given up, and its job ended all the same.
    _S.CHARGED_NO_OUTPUT: frozenset({_S.ACCEPTED, _S.RECOVERED}),
    # Provably free: the same operation may be armed again.
    _S.REJECTED: frozenset({_S.INTENT}),
    _S.CANCELLED: frozenset({_S.INTENT}),
    _S.PROVED_FREE: frozenset({_S.INTENT}),
    _S.FAILED_REFUNDED: frozenset({_S.INTENT}),
}

FREE = frozenset({_S.REJECTED, _S.CANCELLED, _S.PROVED_FREE, _S.FAILED_REFUNDED})
FINISHED = frozenset({_S.DONE, _S.DONE_PARTIAL})
ANSWERED = frozenset({_S.RESPONDED, _S.STORED, _S.RECOVERED})
RUNNING = frozenset({_S.SENT, _S.ACCEPTED})
UNCLEAR = frozenset({_S.AMBIGUOUS, _S.ASK})
UNRESOLVED = RUNNING | ANSWERED | UNCLEAR


# What the journal notes at SENT when other calls of the account may be under way: the charge that the
# answer names is a difference of balances, and then counts theirs too.
OVERLAPPING = "overlapping"


def may(old: State, new: State) -> bool:
    return new in ARROWS[old]


@functools.cache
def listed(states: frozenset[State]) -> str:
    """States as SQL's ``IN (…)`` wants them."""
    return ", ".join(f"'{state.value}'" for state in sorted(states))
