"""Jobs: paid for and left alone. A job is a handle on an operation; the journal knows how it stands."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import html
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from . import api, sessions
from .base import host, loop
from .base.errors import GenerorError, Interrupted, InvalidRequest
from .base.messages import say
from .base.text import clean, credits, line
from .notebook.progress import frame
from .plans import Event, Plan
from .results import FONT, PLAIN, Result
from .session import Session
from .spending.journal import Operation
from .spending.states import FINISHED, FREE, State
from .tables import Table

UPDATE_SECONDS, _TICK_SECONDS = 0.5, 0.1
SHOWN_SECONDS, SHOWN_MOST = 24 * 3600.0, 200


class Job:
    """Something that is being made while you go on. ``await`` it, or call ``result()``.

    Args:
        session: where it is made.
        operation: its id in the journal, which every kernel of this home knows it by.
        plan: what it was asked with, here.
        work: its result to be, when it is carried from here already.
    """

    def __init__(
        self,
        session: Session,
        operation: str,
        *,
        plan: Plan | None = None,
        work: Future[Result] | None = None,
        latest: Callable[[], Event | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self.id, self._plan, self._work = session, operation, plan, work
        self._latest, self._clock, self._began = latest, clock, clock()
        self._update: Callable[[Any], Any] | None = None
        self._lock = threading.Lock()

    @property
    def operation(self) -> Operation:
        """What the journal has of it now."""
        return self._session.journal.get(self.id)

    @property
    def state(self) -> State:
        return self.operation.state

    @property
    def done(self) -> bool:
        """Whether ``result()`` needs no waiting: it is made, or it came to nothing."""
        return self._work.done() if self._work is not None else self.state in FINISHED | FREE

    def result(self, timeout: float | None = None) -> Result:
        """Wait for the result. An interrupt ends the waiting, not the job.

        Args:
            timeout: seconds to wait at most.

        Raises:
            TimeoutError: it is not there in time; it goes on.
            Interrupted: the waiting was stopped; it goes on.
            GenerorError: it failed; the words say what it cost.
        """
        work, began = self._carried(), self._clock()
        try:
            while not work.done():
                if timeout is not None and self._clock() - began >= timeout:
                    raise TimeoutError(say("job.goes.on", id=self.id[:8]))
                concurrent.futures.wait([work], timeout=min(_TICK_SECONDS, timeout or _TICK_SECONDS))
        except KeyboardInterrupt:
            hint = say("job.interrupted.hint")
            raise Interrupted(say("job.goes.on", id=self.id[:8]), hint, operation=self.id) from None
        result = work.result()
        # On the thread that asks: a front end may have dropped what came from the background.
        if self._update is not None:
            with contextlib.suppress(Exception):
                self._update(result)
        return result

    def __await__(self) -> Generator[Any, None, Result]:
        return asyncio.shield(asyncio.wrap_future(self._carried())).__await__()

    def cancel(self) -> bool:
        """Call it off if it was not sent yet, which is free; whether that is so."""
        return self._session.cancel(self.id).state is State.CANCELLED

    def _carried(self) -> Future[Result]:
        with self._lock:
            if self._work is None:
                home = _session_of(self._session, self.operation)
                self._work = loop.submit(home.collect(self.id, plan=self._plan))
            return self._work

    # --- how it looks ---

    @property
    def face(self) -> Any:
        """What stands for it now: the result, why there is none, or how far it is."""
        if self._work is not None and self._work.done():
            error = self._work.exception()
            return self._work.result() if error is None else Note(_words(error))
        if self._plan is None:
            return Note(_summary(self.operation))
        return frame(self._plan.quote, self._latest(), self._clock() - self._began)

    def __repr__(self) -> str:
        return f"Job {self.id[:8]}\n{self.face!r}"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        live = host.in_kernel() and host.attended() and self._session.settings.get("progress")
        handle = display(self.face, display_id=True) if live else display(self.face)  # type: ignore[no-untyped-call]  # IPython is half typed
        if handle is not None and self._work is not None and not self._work.done():
            self.show(handle.update)

    def show(self, update: Callable[[Any], Any]) -> None:
        """Keep a card up to date while other cells run.

        Args:
            update: replaces the card's content; called off the cell's thread.
        """
        self._update = update
        # In an empty context: ipykernel then lets the update follow the cell that runs at the time.
        contextvars.Context().run(loop.submit, self._keep_showing(update))

    async def _keep_showing(self, update: Callable[[Any], Any]) -> None:
        work = asyncio.ensure_future(self._ended())
        while True:
            over = work.done()
            with contextlib.suppress(Exception):
                await asyncio.to_thread(update, self.face)
            if over:
                return
            await asyncio.wait([work], timeout=UPDATE_SECONDS)

    async def _ended(self) -> None:
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await asyncio.wrap_future(self._carried())


@dataclass(frozen=True)
class Note:
    """A few plain lines."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        body = "<br>".join(html.escape(clean(part)) for part in self.text.splitlines())
        return {"text/plain": self.text, "text/html": f'<div {PLAIN} style="{FONT}">{body}</div>'}


def _words(error: BaseException) -> str:
    if isinstance(error, GenerorError):
        return f"{error.what}\n{error.hint}"
    return say("cancelled") if isinstance(error, concurrent.futures.CancelledError) else repr(error)


def _summary(op: Operation) -> str:
    return f"{op.state.value} · {op.generator} · {line(op.model_name, 30)} · {line(op.prompt, 60)}"


# --- making and finding them ---

_submitted: dict[str, Job] = {}


def submit(slug: str, prompt: str | None = None, **options: Any) -> Job:
    """Pay for something and go on: it is priced and confirmed now, and made in the background.

    Takes what ``generate`` takes. What was not sent yet when the kernel ends is called off, for free; what
    was sent is finished without it, and found again with ``gn.jobs()``.

    >>> job = gn.submit("image", "a lighthouse in a storm")  # doctest: +SKIP
    >>> job.result()  # doctest: +SKIP
    """
    ask, terms = api.read_options(slug, prompt, options)
    current, plan = api.prepare(ask, terms, options.get("provider"))
    return launch(current, plan, confirmed=api.confirm(current, plan))


def launch(current: Session, plan: Plan, *, confirmed: bool = False) -> Job:
    """Start a plan as a job.

    Raises:
        NeedsConfirmation: it should be confirmed first, and was not.
        OverBudget: a cap would be passed; nothing was sent.
    """
    op, armed = api.wait(current.arm(plan, confirmed=confirmed))
    events: list[Event] = []
    work = loop.submit(current.collect(op.id, events.append, plan=plan, armed=armed))
    job = Job(current, op.id, plan=plan, work=work, latest=lambda: events[-1] if events else None)
    _submitted[op.id] = job
    return job


def job(id: str) -> Job:
    """The job of this id or its beginning, whichever kernel asked for it.

    Raises:
        InvalidRequest: there is none, or more than one.

    >>> gn.job("3f2a").result()  # doctest: +SKIP
    """
    current = sessions.current()
    op = current.journal.by_prefix(id) if id else None
    if op is None:
        raise InvalidRequest(say("operation.unknown", id=id), say("job.unknown.hint"), field="id")
    return _submitted.get(op.id) or Job(current, op.id)


def _session_of(here: Session, op: Operation) -> Session:
    """A session that can see the operation through: any one once it is finished."""
    if op.state in FINISHED or (here.provider.name, here.provider.base_url) == (op.provider, op.base_url):
        return here
    other = sessions.current(op.provider)
    if other.provider.base_url != op.base_url:
        raise GenerorError(say("job.elsewhere", id=op.short, place=op.base_url), say("job.elsewhere.hint"))
    return other


@dataclass(frozen=True)
class Jobs:
    """Jobs, newest first; a list with a table for a face."""

    jobs: tuple[Job, ...]

    def __iter__(self) -> Iterator[Job]:
        return iter(self.jobs)

    def __len__(self) -> int:
        return len(self.jobs)

    def __getitem__(self, index: int) -> Job:
        return self.jobs[index]

    def _table(self) -> Table:
        rows = [_row(one.operation) for one in self.jobs]
        return Table(say("jobs.columns").split("|"), rows, say("jobs.none"))

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = self._table()._repr_mimebundle_()
        return bundle


def _row(op: Operation) -> list[str]:
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(op.created))
    charge = credits(0 if op.state in FREE else op.charge)
    return [op.short, began, op.state.value, op.generator, credits(op.estimate), charge, line(op.prompt, 60)]


def jobs() -> Jobs:
    """What is unsettled, and whatever any kernel asked for in the last day; newest first.

    >>> [job.state for job in gn.jobs()]  # doctest: +SKIP
    """
    current = sessions.current()
    current.journal.release(current.alive)
    since = current.journal.clock() - SHOWN_SECONDS
    found = [
        op
        for op in current.journal.history(SHOWN_MOST)
        if op.updated >= since or op.id in _submitted or op.state not in FINISHED | FREE
    ]
    return Jobs(tuple(_submitted.get(op.id) or Job(current, op.id) for op in found))
