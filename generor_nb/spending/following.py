"""Asking after a job until it ends. All of it is free, and goes on where another courier left off."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from ..base import services
from ..base.errors import APIError, Forbidden, OutcomeUnknown, Unauthorized
from ..base.messages import say
from ..base.text import line
from ..transport.outcome import is_refusal
from ..transport.retry import Billing, Fate, may_resend
from . import failure
from .claims import Claims, Watched, uptime_of
from .journal import Journal, Operation
from .reconcile import proof_horizon
from .states import State

if TYPE_CHECKING:
    from ..providers.base import Jobs, Progress

T = TypeVar("T")
# After a question that got no answer.
SILENT_PAUSE = 15.0
# A server may not know at once what it has just accepted: so often it is asked, in seconds.
REFUSALS, REFUSED_PAUSE = 3, 5.0


def answerable(journal: Journal, op: Operation, jobs: Jobs | None, watched: Watched | None = None) -> bool:
    """Whether the provider itself can still be asked what became of an unclear operation.

    After its job at any time, also when it was given up without an answer; for a request without one, by
    sending it again, as long as its key is known.

    Args:
        watched: what the journal knows of it, if that was read.
    """
    if jobs is None:
        return False
    if op.job is not None:
        given_up = op.state is State.CHARGED_NO_OUTPUT and journal.answer(op.id) is None
        return given_up or op.state is State.AMBIGUOUS
    if op.state is not State.AMBIGUOUS:
        return False
    billing = Billing.KEYED if op.idempotency_key is not None else Billing.CHARGED
    if not may_resend(Fate.UNKNOWN, billing, repeatable=False):
        return False
    # A clock that was put back must not make a forgotten key look fresh.
    known = watched or Claims(journal).watched(op.id)
    by_uptime = known.passed(uptime_of(journal))
    age = journal.clock() - known.sent if known.sent is not None else -1.0
    return 0 <= age < jobs.remembers and (by_uptime < jobs.remembers or by_uptime == float("inf"))


class Follower:
    """Sees jobs through to their end.

    Args:
        journal: where they stand.
        jobs: whom to ask.
        owner: who asks: only while this owner has the operation.
    """

    def __init__(self, journal: Journal, jobs: Jobs, owner: str) -> None:
        self.journal, self.jobs, self.owner = journal, jobs, owner
        self._left = asyncio.Event()

    def leave(self) -> None:
        """Ask no more: the jobs go on, and the next courier finds them in the journal."""
        self._left.set()

    async def end_of(self, op: Operation) -> Progress | None:
        """How the job ended; None when it did not: it is left to others, or its outcome is unclear."""
        sent = Claims(self.journal).watched(op.id).sent or op.created
        ends = sent + proof_horizon(op.max_seconds)
        left, refusals = asyncio.ensure_future(self._left.wait()), 0
        try:
            while (seen := await _unless(left, self.glance(op))) is not None:
                if isinstance(seen, OutcomeUnknown):
                    refusals += 1
                    if refusals == REFUSALS:
                        self._give_up(op, "asking is refused", seen)
                        return None
                    await asyncio.wait({left}, timeout=REFUSED_PAUSE)
                    continue
                if seen.reply is not None:
                    return seen
                if self.journal.clock() > ends:
                    what = say("job.endless", id=op.short, job=line(op.job, 60))
                    told = OutcomeUnknown(what, say("unclear.hint", id=op.short), operation=op.id)
                    self._give_up(op, "the job does not end", told)
                    return None
                refusals = 0
                await asyncio.wait({left}, timeout=seen.pause)
            return None
        finally:
            left.cancel()

    async def glance(self, op: Operation) -> Progress | OutcomeUnknown:
        """How its job stands, asked once; or that asking is refused, and what to do then."""
        from ..providers.base import Progress

        try:
            return await self.jobs.poll(op.job or "")
        except APIError as error:
            return _refused(op, error) if is_refusal(error.status) else Progress(pause=SILENT_PAUSE)
        except Exception:  # whatever it is: the job may be paid for, and is asked after again
            return Progress(pause=SILENT_PAUSE)

    def _give_up(self, op: Operation, note: str, told: OutcomeUnknown) -> None:
        self.journal.move(op.id, State.AMBIGUOUS, note, by=self.owner, error=failure.record(told))


def _refused(op: Operation, error: APIError) -> OutcomeUnknown:
    """What is refused to whoever asks after a job: the key, or the job itself. Either way it may be paid."""
    service = services.find(op.provider)
    if isinstance(error, Unauthorized | Forbidden):
        what = say("job.key", id=op.short, provider=op.provider, status=error.status)
        hint = say("job.key.hint", env=service.key if service else "", id=op.short)
    else:
        what = say("job.disowned", id=op.short, job=line(op.job, 60), provider=op.provider)
        hint = say("job.disowned.hint", provider=op.provider, id=op.short)
    return OutcomeUnknown(what, hint, operation=op.id)


async def _unless(left: asyncio.Future[Any], work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``; None when ``left`` comes before."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, left}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() and not left.done() else None
    finally:
        task.cancel()
