"""What is unresolved, and the choices about it: keep watching, write off, pay again, take what was found."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from . import api, resolving, sessions
from .base import host, services
from .base.errors import GenerorError, InvalidRequest
from .base.messages import say
from .base.text import line
from .plans import Terms
from .results import Result
from .session import Session
from .spending.claims import Claims, Found
from .spending.journal import Operation
from .spending.states import FINISHED, UNCLEAR, State
from .tables import Table

PAYABLE = UNCLEAR | {State.CHARGED_NO_OUTPUT}


class Case:
    """One operation whose outcome is, or was, unclear. Every method looks at how it stands now.

    >>> gn.recover("4fd1")  # doctest: +SKIP
    operation 4fd1a2b3 was sent at 14:02; since then neither an output nor any spending is listed
    """

    def __init__(self, operation: Operation, current: Session) -> None:
        self.id, self.session = operation.id, current

    @property
    def operation(self) -> Operation:
        return self.session.journal.get(self.id)

    @property
    def state(self) -> State:
        return self.operation.state

    @property
    def offered(self) -> tuple[str, ...]:
        """Ids of creations that may be its own: ``take`` one of them."""
        return Claims(self.session.journal).watched(self.id).offered

    @property
    def text(self) -> str:
        """How it stands, in one line."""
        op = self.operation
        if op.state in FINISHED:
            return say("case.done", id=op.short)
        told = str(op.error.get("what", "")) if op.error else ""
        return line(told or say("case.state", id=op.short, state=op.state.value), 300)

    def keep_watching(self, seconds: float = 0) -> Case:
        """Look now, and again and again in the background while this kernel lives.

        Args:
            seconds: wait here that long for something to be found; an interrupt ends the waiting.
        """
        api.wait(resolving.recover(self.session))
        if self.state in UNCLEAR:
            api.wait(self._watch(seconds))
        return self

    async def _watch(self, seconds: float) -> None:
        if seconds > 0:
            await self.session.watch.run(until=self.session.journal.clock() + seconds)
        self.session.watch.start()

    def write_off(self) -> Case:
        """Stop waiting: it counts as charged. What turns up all the same is kept."""
        resolving.write_off(self.session, self.id)
        return self

    def pay_again(self, *, max_credits: float | None = None, yes: bool = False) -> Result:
        """Give it up and pay for the same request once more, under the caps and questions of any spend.

        Args:
            max_credits: refuse when more than this would be reserved.
            yes: needs no confirmation.

        Raises:
            NeedsConfirmation: nobody said yes; nothing was given up.
            OverBudget: a cap would be passed; nothing was given up.
        """
        op = self.operation
        if op.state not in PAYABLE:
            raise InvalidRequest(say("write.off.state", id=op.short, state=op.state), say("write.off.hint"))
        terms = Terms(max_credits=max_credits, again=True, yes=yes)
        plan = api.wait(resolving.again(self.session, op, terms))
        confirmed = api.confirm(self.session, plan)
        resolving.give_way(self.session, op, plan, confirmed=confirmed)
        return api.follow(self.session, plan, confirmed=confirmed)

    def take(self, creation_id: str | int) -> Result:
        """Say that this creation is its own: it is fetched, for 0 credits.

        Raises:
            GenerorError: another operation has it, or it cannot be had.
        """
        op = self.operation
        if op.state not in PAYABLE:
            raise InvalidRequest(say("write.off.state", id=op.short, state=op.state), say("write.off.hint"))
        if not api.wait(self.session.watch.adopt(op, [str(creation_id)])):
            raise GenerorError(say("inbox.unknown", id=creation_id), say("inbox.unknown.hint"))
        return self.result()

    def result(self) -> Result:
        """What it brought, for 0 credits more.

        Raises:
            GenerorError: it is not finished.
        """
        result: Result = api.wait(self.session.collect(self.id))
        return result

    def __repr__(self) -> str:
        choices = say("case.choices", id=self.operation.short) if self.state in UNCLEAR else ""
        offered = say("case.offered", ids=", ".join(self.offered)) if self.offered else ""
        return "\n".join(part for part in (self.text, offered, choices) if part)

    def _ipython_display_(self) -> None:
        _show({"text/plain": repr(self)}, [self])


@dataclass(frozen=True)
class Outstanding:
    """What is unresolved, oldest first, and the inbox: paid creations that belong to no operation."""

    cases: tuple[Case, ...]
    inbox: tuple[Found, ...]

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)

    def __getitem__(self, index: int) -> Case:
        return self.cases[index]

    def _tables(self) -> list[Table]:
        rows = [_row(case) for case in self.cases]
        found = [
            [one.creation_id, _when(one.created or one.found), one.generator, line(one.prompt, 60)]
            for one in self.inbox
        ]
        tables = [Table(say("recover.columns").split("|"), rows, say("recover.none"))]
        if found:
            tables.append(Table(say("inbox.columns").split("|"), found))
        return tables

    def __repr__(self) -> str:
        first, *rest = (repr(table) for table in self._tables())
        return "\n\n".join([first, *([say("inbox.title"), *rest] if rest else [])])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        first, *rest = (table._repr_mimebundle_()["text/html"] for table in self._tables())
        title = [f"<p>{say('inbox.title')}</p>"] if rest else []
        return {"text/plain": repr(self), "text/html": "".join([first, *title, *rest])}

    def _ipython_display_(self) -> None:
        _show(self._repr_mimebundle_(), [case for case in self.cases if case.state in UNCLEAR])


def _row(case: Case) -> list[str]:
    op = case.operation
    return [op.short, _when(op.created), op.state.value, op.generator, line(op.prompt, 40), case.text]


def _when(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _show(bundle: dict[str, Any], cases: Sequence[Case]) -> None:
    """The static face, which a saved notebook keeps; in a kernel, buttons for the choices below it."""
    from IPython.display import display

    display(bundle, raw=True)  # type: ignore[no-untyped-call]
    open_ones = [case for case in cases if case.state in UNCLEAR]
    if open_ones and host.in_kernel():
        from .widgets.choices import Choices

        for case in open_ones:
            choices = Choices(case)
            display(choices)  # type: ignore[no-untyped-call]
            choices.place.show()


def recover(operation: str | None = None) -> Any:
    """Finish what can be finished for free, look up what is unclear, and show what is left.

    Args:
        operation: the id of one operation, or its beginning: that one, with its choices as calls.

    >>> gn.recover()  # doctest: +SKIP
    >>> gn.recover("4fd1").pay_again()  # doctest: +SKIP
    """
    current = sessions.current()
    unresolved = api.wait(resolving.recover(current))
    if operation is not None:
        found = current.operation(operation)
        return Case(found, _session_of(found))
    inbox = Claims(current.journal).inbox()
    return Outstanding(tuple(Case(op, _session_of(op)) for op in unresolved), tuple(inbox))


def _session_of(op: Operation) -> Session:
    """The session that can ask about it; the one in use if its own cannot be opened."""
    current = sessions.current()
    if op.provider == current.provider.name or services.find(op.provider) is None:
        return current
    try:
        return sessions.current(op.provider)
    except GenerorError:
        return current


def take(creation_id: str | int) -> Result:
    """Fetch a creation of the inbox, or one that an unclear operation may own, for 0 credits."""
    current = sessions.current()
    wanted = str(creation_id)
    for op in current.journal.unresolved():
        if op.state in UNCLEAR and wanted in Claims(current.journal).watched(op.id).offered:
            return Case(op, _session_of(op)).take(wanted)
    found = Claims(current.journal).in_inbox(wanted)
    op = api.wait(current.watch.take(found))
    result: Result = api.wait(current.collect(op.id))
    return result


def act(words: Sequence[str], usage: str) -> Any:
    """``recover`` as a line of words, for the magic and the command line.

    Raises:
        InvalidRequest: it is not one of them.
    """
    if not words:
        return recover()
    if len(words) == 1 and not words[0].startswith("-"):
        return recover(words[0])
    if len(words) == 2 and words[0] == "--take":
        return take(words[1])
    if len(words) == 2 and words[0] in _CHOICES:
        case = recover(words[1])
        # It was just looked up: what was found leaves nothing to choose.
        return case if case.state in FINISHED else getattr(case, _CHOICES[words[0]])()
    raise InvalidRequest(say("sub.extra", name="recover", word=words[0]), say("sub.extra.hint", usage=usage))


_CHOICES = {"--watch": "keep_watching", "--write-off": "write_off", "--pay-again": "pay_again"}
USAGE = "recover [OPERATION | --watch, --write-off or --pay-again OPERATION | --take CREATION]"
