"""The history, to search, mark and run again from. What is run again is shown below: static, and saved."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .. import histories
from ..base import loop
from ..base.text import credits, line
from ..plans import Terms
from ..results import Result
from ..session import Session
from ..spending.journal import Operation
from ..spending.stars import star
from ..spending.states import FINISHED, FREE, UNCLEAR, State
from . import _host, _link

if TYPE_CHECKING:
    from ..histories import History

MOST = 50


class HistoryView(anywidget.AnyWidget):
    """Operations as a table: ``rows`` are those shown of ``total``; ``query`` is what is looked for.

    ``note`` says how the last run went, ``offer`` is what another click would pay.
    """

    _esm = _link.script("history.js")
    _css = _link.styles("history.css")

    rows: Any = traitlets.List().tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    query = traitlets.Dict().tag(sync=True)
    offer = traitlets.Dict().tag(sync=True)
    busy = traitlets.Unicode("").tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, history: History, current: Session) -> None:
        self._session, self._guard = current, threading.Lock()
        self._plain = history
        self.result: Result | None = None
        super().__init__(words=_host.words("history."), **_drawn(history))
        self._place = _host.Place(self)
        self.on_msg(self._hear)

    # --- from the browser ---

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """The browser asks by message: nothing else it sends is taken."""

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict):
            return
        kind, ident = content.get("kind"), str(content.get("id", ""))
        if kind == "search":
            self._look(str(content.get("text", ""))[:200], bool(content.get("starred")), content.get("seq"))
        elif kind in ("star", "run") and self._known(ident):
            if kind == "star":
                star(self._session.journal, ident, bool(content.get("on")))
                self._look(self.query["text"], self.query["starred"], self.query["seq"])
            else:
                self._run(ident, content.get("seen"))

    def _known(self, ident: str) -> bool:
        return any(row["id"] == ident for row in self.rows)

    def _look(self, text: str, marked: bool, seq: Any) -> None:
        found = histories.look(self._session, MOST, text, marked)
        drawn = _drawn(found, seq if isinstance(seq, int) else 0)
        with self.hold_sync():
            for name, value in drawn.items():
                setattr(self, name, value)

    # --- running again ---

    def _run(self, ident: str, seen: Any) -> None:
        with self._guard:
            if self.busy:
                return
            self.busy = ident
        self.note = ""
        op = self._session.journal.get(ident)
        agreed = self.offer.get("price") if self.offer.get("id") == ident else None
        try:
            current = histories.session_of(op)
        except Exception as error:
            self.note, self.busy = _host.in_words(error), ""
            return
        loop.submit(self._again(current, op, agreed if agreed is not None and agreed == seen else None))

    async def _again(self, current: Session, op: Operation, agreed: str | None) -> None:
        self.offer = {}
        try:
            made = await self._made(current, op, agreed)
            if made is not None:
                self.result = made
                self._place.put(made)
                self.note = made.summary
        except Exception as error:
            self.note = _host.in_words(error)
        finally:
            self._look(self.query["text"], self.query["starred"], self.query["seq"])
            self.busy = ""

    async def _made(self, current: Session, op: Operation, agreed: str | None) -> Result | None:
        """What was made, from disk; what was not, for the price that was seen, else that price first."""
        if op.state not in FREE:
            return await current.collect(op.id)
        ask, terms = histories.request_of(op)
        plan = await current.plan(ask, Terms(take=terms.take))
        if plan.existing is None:
            price = _host.in_credits(plan.estimate.credits)
            if price != agreed:
                self.offer = {"id": op.id, "price": price}
                self.note = _host.word("history.offer", price=price)
                return None
            # Whoever clicked saw the price and is there: so much may be set aside, and no more.
            plan = replace(plan, terms=replace(plan.terms, max_credits=current.allowance.reserve(plan)))
        return await current.spend(plan, confirmed=True)

    # --- showing ---

    def __repr__(self) -> str:
        return repr(self._plain)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        table = self._plain._repr_mimebundle_()
        data, metadata = _host.bundle(super()._repr_mimebundle_(**kwargs), table["text/plain"])
        return {**data, "text/html": table["text/html"]}, metadata

    def _ipython_display_(self, **_: Any) -> None:
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        self._place.show()


def _drawn(history: History, seq: int = 0) -> dict[str, Any]:
    return {
        "rows": [_row(op, op.id in history.stars) for op in history.operations[:MOST]],
        "total": max(history.total, len(history)),
        "query": {"text": history.query, "starred": history.marked, "seq": seq},
    }


def _row(op: Operation, marked: bool) -> dict[str, Any]:
    return {
        "id": op.id,
        "what": line(op.prompt or op.generator, 90),
        "about": " · ".join(line(part, 40) for part in (op.generator, op.model_name, op.provider) if part),
        "when": time.strftime("%m-%d %H:%M", time.localtime(op.created)),
        "cost": credits(0 if op.state in FREE else op.charge),
        "state": _state(op.state),
        "starred": marked,
        "act": "show" if op.state in FINISHED else "pay" if op.state in FREE else "",
    }


def _state(state: State) -> str:
    if state in FINISHED:
        return ""
    if state in FREE:
        return _host.word("history.state.free")
    if state in UNCLEAR:
        return _host.word("history.state.unclear")
    lost = state is State.CHARGED_NO_OUTPUT
    return _host.word("history.state.lost" if lost else "history.state.running")
