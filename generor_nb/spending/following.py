"""Asking after a job until it ends. All of it is free, and goes on where another courier left off."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from ..base.errors import OutcomeUnknown
from ..base.messages import say
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


def answerable(journal: Journal, op: Operation, jobs: Jobs | None, watched: Watched | None = None) -> bool:
    """Whether the provider itself can still be asked what became of an unclear operation.

    After its job, at any time; for a request without one, by sending it again, as long as its key is known.

    Args:
        watched: what the journal knows of it, if that was read.
    """
    if jobs is None or op.state is not State.AMBIGUOUS:
        return False
    if op.job is not None:
        return True
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
        left = asyncio.ensure_future(self._left.wait())
        try:
            while (progress := await _unless(left, self._glance(op.job or ""))) is not None:
                if progress.reply is not None:
                    return progress
                if self.journal.clock() > ends:
                    self._give_up(op)
                    return None
                await asyncio.wait({left}, timeout=progress.pause)
            return None
        finally:
            left.cancel()

    async def _glance(self, job: str) -> Progress:
        from ..providers.base import Progress

        try:
            return await self.jobs.poll(job)
        except Exception:  # whatever it is: the job may be paid for, and is asked after again
            return Progress(pause=SILENT_PAUSE)

    def _give_up(self, op: Operation) -> None:
        told = OutcomeUnknown(say("job.endless", id=op.short), say("unclear.hint", id=op.short))
        self.journal.move(
            op.id, State.AMBIGUOUS, "the job does not end", by=self.owner, error=failure.record(told)
        )


async def _unless(left: asyncio.Future[Any], work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``; None when ``left`` comes before."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, left}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() and not left.done() else None
    finally:
        task.cancel()
