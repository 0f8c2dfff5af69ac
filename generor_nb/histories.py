"""What was asked for so far: a list, searched, marked and run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import api, sessions
from .base import host
from .base.errors import GenerorError, InvalidRequest, KeyMissing
from .base.files import write_whole
from .base.messages import say
from .base.text import credits, line
from .contract.schema import Ask
from .plans import Terms
from .results import Result
from .session import Session
from .spending import export
from .spending.find import find
from .spending.journal import Operation
from .spending.prune import Pruned, prune
from .spending.stars import star, starred
from .spending.states import FINISHED, FREE
from .tables import Table, frame

if TYPE_CHECKING:
    from .widgets.history import HistoryView

LIMIT = 50


@dataclass(frozen=True)
class History:
    """Operations, newest first: a list whose face is a table, in a live notebook one to search and run from.

    ``stars`` are the ids of those that are marked; ``total`` is how many were found, these among them.

    >>> gn.history(search="lighthouse")            # doctest: +SKIP
    >>> gn.history().rerun(0)  # for 0 credits, where it was made before  # doctest: +SKIP
    """

    operations: tuple[Operation, ...]
    title: str = ""
    query: str = ""
    marked: bool = False
    total: int = 0
    stars: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    def __len__(self) -> int:
        return len(self.operations)

    def __getitem__(self, index: int) -> Operation:
        return self.operations[index]

    def rows(self) -> list[tuple[str, ...]]:
        return [
            (
                f"{op.short} ★" if op.id in self.stars else op.short,
                time.strftime("%Y-%m-%d %H:%M", time.localtime(op.created)),
                op.state.value,
                op.provider,
                op.generator,
                line(op.model_name, 30),
                credits(op.estimate),
                credits(0 if op.state in FREE else op.charge),
                str(op.take),
                line(op.prompt, 60),
            )
            for op in self.operations
        ]

    # --- marking, running again ---

    def star(self, which: int | str, on: bool = True) -> None:
        """Mark an operation by its place here or its id, or take the mark away. Marks outlive the kernel."""
        star(sessions.current().journal, self._one(which).id, on)

    def rerun(self, which: int | str, *, yes: bool = False) -> Result:
        """Run an operation of this list again, by its place or its id.

        What was made is shown again for 0 credits. What was refused or called off is priced, and paid on the
        terms of a cell.

        Args:
            yes: pay without asking.
        """
        op = self._one(which)
        current = session_of(op)
        if op.state not in FREE:
            made: Result = api.wait(current.collect(op.id))
            return made
        ask, terms = request_of(op)
        terms = Terms(take=terms.take, yes=yes)
        current, plan = api.prepare(ask, terms, op.provider)
        return api.follow(current, plan, confirmed=api.confirm(current, plan))

    def _one(self, which: int | str) -> Operation:
        if isinstance(which, int):
            return self.operations[which]
        return sessions.current().operation(which)

    # --- files ---

    def to_csv(self, path: str | Path) -> Path:
        """Write these operations as CSV, UTF-8, a row each."""
        return self._write(path, export.as_csv)

    def to_json(self, path: str | Path) -> Path:
        """Write these operations as a JSON array."""
        return self._write(path, export.as_json)

    def to_pandas(self) -> Any:
        """These operations as a DataFrame, with the columns of ``to_csv``.

        Raises:
            ExtraMissing: pandas is not installed.
        """
        return frame(self._records())

    def _records(self) -> list[dict[str, Any]]:
        journal = sessions.current().journal
        return [export.record(journal, op) for op in self.operations]

    def _write(self, path: str | Path, form: Callable[[Iterable[dict[str, Any]]], str]) -> Path:
        target = Path(path)
        write_whole(target, form(self._records()).encode("utf-8", "replace"))
        return target

    def prune(self, days: float) -> Pruned:
        """Forget what ended more than ``days`` ago, with its files: its cells would pay again.

        What is unresolved or marked stays, and so do files that another operation has. Readable copies stay.
        """
        current = sessions.current()
        return prune(current.journal, current.shelf, days)

    # --- showing ---

    @cached_property
    def view(self) -> HistoryView:
        """This list as a widget, which any box can hold."""
        from .widgets.history import HistoryView

        return HistoryView(self, sessions.current())

    def _table(self) -> Table:
        empty = say("history.none" if self.query or self.marked else "history.empty")
        return Table(say("history.columns").split("|"), self.rows(), self.title or empty)

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = self._table()._repr_mimebundle_()
        return bundle

    def _ipython_display_(self, **_: Any) -> None:
        if not (host.in_kernel() and host.attended()):
            raise NotImplementedError  # the table does
        self.view._ipython_display_()


def history(limit: int = LIMIT, *, search: str = "", starred: bool = False) -> History:
    """The newest operations of the journal, whoever asked for them; free.

    Args:
        limit: how many at most.
        search: words that all occur in the prompt, or in model, generator, provider, state or id.
        starred: only those that are marked.

    >>> gn.history(search="lighthouse flux", starred=True)  # doctest: +SKIP
    """
    return look(sessions.current(), limit, search, starred)


def look(current: Session, limit: int = LIMIT, search: str = "", marked: bool = False) -> History:
    """What the journal of ``current`` has."""
    stars = starred(current.journal)
    found, total = find(current.journal, search, among=stars if marked else None, limit=limit)
    return History(tuple(found), query=search, marked=marked, total=total, stars=stars)


def session_of(op: Operation) -> Session:
    """Who can run an operation again; where it was made, anybody can show it.

    Raises:
        GenerorError: it belongs to an account that is not in use.
    """
    try:
        other = sessions.current(op.provider)
    except (InvalidRequest, KeyMissing):
        other = sessions.current()
    if op.state in FINISHED or other.provider.base_url == op.base_url:
        return other
    raise GenerorError(say("job.elsewhere", id=op.short, place=op.base_url), say("job.elsewhere.hint"))


def request_of(op: Operation) -> tuple[Ask, Terms]:
    """What an operation was asked with, and as which take."""
    options = api.options_of(op)
    prompt = options.pop("prompt")
    return api.read_options(op.generator, prompt, {**options, "take": op.take})
