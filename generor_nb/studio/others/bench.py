"""Where jobs are made: each waits for its turn, runs its engines, and is kept or given up.

Nothing here needs an event loop or a thread of its own: the engines' executor calls back.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ...base.media import EXTENSIONS
from .. import pool
from ..engines import EngineError, run
from ..media import MediaStore
from ..owner import Owner
from ..store import Store
from . import jobs
from .jobs import Output, Request

log = logging.getLogger(__name__)
AT_ONCE = 2
UNSTARTED = "The work could not be begun."


# A state, an error, and what was made.
Outcome = tuple[str, str | None, list[Output]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to keep, or a place that stays empty, with a note why."""

    place: int
    part: str
    data: bytes | None
    width: int
    height: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """How a job is made.

    Attributes:
        tasks: what the engines are to do.
        keep: the pieces of what they made, in the order of the tasks.
        explain: what is told of a failure.
        verdict: a state and an error that the job ends with whatever was made: what is not to be shown.
    """

    tasks: Sequence[dict[str, Any]]
    keep: Callable[[Sequence[Mapping[str, Any]]], Sequence[Piece]]
    explain: Callable[[Exception], str]
    verdict: tuple[str, str] | None = None


@dataclass(slots=True)
class _Turn:
    job_id: int
    take: int
    plan: Callable[[int], Work]
    ended: Future[None] = field(default_factory=Future)


class Bench:
    """Takes jobs in the order they come, two at a time.

    Args:
        owner: who is at the work that is begun here.
        executor: where engines run; by default processes of our own, started at first use.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        owner: Owner,
        store: Store,
        media: MediaStore,
        executor: Executor | None,
        clock: Callable[[], float],
    ) -> None:
        self._owner, self._store, self._media, self._clock = owner, store, media, clock
        self._executor = executor
        self._line: deque[_Turn] = deque()
        self._busy, self._closed = 0, False
        self._lock = threading.Lock()
        # Rung whenever a job has ended: there may be something to tell to webhooks.
        self.bell = threading.Event()

    def take(self, request: Request, plan: Callable[[int], Work]) -> tuple[jobs.Begun, Future[None]]:
        """Debit a job and let it be made, unless its idempotency key is known; see :func:`jobs.begin`.

        Both in one call: whoever stops waiting for it cannot leave a paid job that nobody makes.

        Args:
            plan: how it is made, by which take of the same body it is.

        Returns:
            The job, and what ends with it.
        """
        with self._store.write() as connection:
            begun = jobs.begin(connection, request, self._owner.name, self._clock())
        turn = _Turn(begun.job["job_id"], begun.take, plan)
        if begun.is_new:
            with self._lock:
                self._line.append(turn)
            self._advance()
        return begun, turn.ended

    def close(self) -> None:
        """Give up what is not finished; its credits go back."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            waiting = list(self._line)
            self._line.clear()
        with self._store.write() as connection:
            jobs.fail_of(connection, self._owner.name.__eq__, self._clock())
        for turn in waiting:  # somebody may wait for its answer
            turn.ended.set_result(None)

    def _advance(self) -> None:
        while True:
            with self._lock:
                if not self._line or self._busy >= AT_ONCE:
                    return
                self._busy += 1
                turn = self._line.popleft()
            self._run(turn)

    def _run(self, turn: _Turn) -> None:
        executor = self._executor or pool.processes()
        try:
            work = turn.plan(turn.take)
            with self._store.write() as connection:
                jobs.run(connection, turn.job_id)
            futures = [executor.submit(run, task) for task in work.tasks]
        except Exception as error:
            reason = str(error) if isinstance(error, EngineError) else UNSTARTED
            if reason is UNSTARTED:
                log.exception("a job of the studio could not be started")
            self._finish(turn, lambda: (jobs.FAILED, reason, []))
            return
        then = partial(self._finish, turn, partial(self._outcome, work, futures))
        if not futures:
            then()
            return
        left = _Countdown(len(futures), then)
        for future in futures:
            future.add_done_callback(left)

    def _finish(self, turn: _Turn, outcome: Callable[[], Outcome]) -> None:
        try:
            if not self._closed:  # else it was given up
                self._settle(turn, *outcome())
        except Exception:
            # The folder cannot be written: the next opening gives the job up.
            log.exception("a job of the studio could not be ended")
        with self._lock:
            self._busy -= 1
        turn.ended.set_result(None)
        self.bell.set()
        self._advance()

    def _settle(self, turn: _Turn, state: str, error: str | None, outputs: Sequence[Output]) -> None:
        with self._store.write() as connection:
            jobs.end(connection, turn.job_id, state, self._clock(), error=error, outputs=outputs)

    def _outcome(self, work: Work, futures: Sequence[Future[dict[str, Any]]]) -> Outcome:
        try:
            made = [future.result() for future in futures]
            if work.verdict is not None:
                return (*work.verdict, [])
            return jobs.SUCCEEDED, None, [self._kept(piece) for piece in work.keep(made)]
        except Exception as error:
            if not isinstance(error, EngineError):
                log.exception("an engine of the studio failed")
            return jobs.FAILED, work.explain(error), []

    def _kept(self, piece: Piece) -> Output:
        name, note = secrets.token_hex(16), piece.note
        size = (piece.width, piece.height)
        if piece.data is None:
            return Output(piece.place, piece.part, name, None, "", *size, note)
        stored = self._media.put(piece.data)
        name = f"{name}.{EXTENSIONS[stored.mime]}"
        return Output(piece.place, piece.part, name, stored.digest, stored.mime, *size, note)


class _Countdown:
    """Calls when it was called often enough."""

    def __init__(self, count: int, then: Callable[[], None]) -> None:
        self._left, self._then = count, then
        self._lock = threading.Lock()

    def __call__(self, _future: Future[dict[str, Any]]) -> None:
        with self._lock:
            self._left -= 1
            left = self._left
        if left == 0:
            self._then()
