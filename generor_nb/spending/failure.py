"""Typed errors as journal rows and back: the journal is the only channel between courier and asker."""

from __future__ import annotations

from typing import Any

from ..base import errors
from ..base.errors import APIError, GenerorError, OutcomeUnknown
from ..base.messages import say
from .records import Operation
from .states import FINISHED, State

_KINDS: dict[str, type[GenerorError]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, GenerorError)
}
_EXTRAS = (
    "status",
    "code",
    "message",
    "reason",
    "need",
    "have",
    "needed",
    "cap",
    "retry_after",
    "charge",
    "operation",
)


def record(error: GenerorError) -> dict[str, Any]:
    """What is needed to raise ``error`` again in another process."""
    extras = {name: getattr(error, name) for name in _EXTRAS if getattr(error, name, None) is not None}
    return {"kind": type(error).__name__, "what": error.what, "hint": error.hint, **extras}


def revive(row: dict[str, Any]) -> GenerorError:
    """The error a row records; a kind this version does not know is a GenerorError."""
    kind = _KINDS.get(str(row.get("kind")), GenerorError)
    error = kind(str(row.get("what", "")), str(row.get("hint", "")))
    for name in _EXTRAS:
        if name in row and (name != "operation" or isinstance(error, OutcomeUnknown)):
            setattr(error, name, row[name])
    if isinstance(error, APIError):
        error.message = str(row.get("message", ""))
    return error


def outcome_of(op: Operation) -> Operation:
    """``op`` if it is finished; otherwise the error that says how it stands.

    Raises:
        GenerorError: what the courier recorded, or that the outcome is unclear.
    """
    if op.state in FINISHED:
        return op
    if op.error:
        raise revive(op.error)
    if op.state is State.CANCELLED:
        raise GenerorError(say("cancelled"), say("cancelled.hint"))
    if op.state is State.INTENT:
        raise GenerorError(say("unsent", id=op.short), say("unsent.hint"))
    raise OutcomeUnknown(say("outcome.lost", id=op.short), say("outcome.unknown.hint"), operation=op.id)
