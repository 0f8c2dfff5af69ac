"""Buttons for one unclear operation: keep watching, write off, pay again. What comes of it is shown below."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import anywidget
import traitlets

from .. import resolving
from ..base import loop
from ..base.errors import GenerorError
from ..plans import Plan, Terms
from ..recovery import Case
from ..spending.states import FINISHED, UNCLEAR
from . import _host, _link


class Choices(anywidget.AnyWidget):
    """The plain calls of a ``Case`` as buttons; ``told`` says how it stands.

    Paying takes two clicks: the first one shows the price as ``offer``, and only a click on that price pays.
    """

    _esm = _link.script("choices.js")
    _css = _link.styles("_look.css", "choices.css")

    told = traitlets.Unicode("").tag(sync=True)
    offer = traitlets.Unicode("").tag(sync=True)
    ready = traitlets.Bool(True).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, case: Case) -> None:
        self.case, self.last = case, concurrent.futures.Future[None]()
        self._plan: Plan | None = None
        self._guard = threading.Lock()
        super().__init__(told=case.text, words=_host.words("choices."))
        self.place = _host.Place(self)
        self.on_msg(self._hear)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """The browser asks by message: nothing else it sends is taken."""

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """One thing at a time, on the background loop: the kernel stays free."""
        told = content if isinstance(content, dict) else {}
        acts: dict[Any, Callable[[], Awaitable[None]]]
        acts = {"watch": self._watch, "write_off": self._write_off, "price": self._price}
        if self._plan is not None and told.get("seen") == self.offer:
            acts["pay_again"] = partial(self._pay_again, self._plan)
        with self._guard:
            if not self.ready or told.get("kind") not in acts:
                return
            self.ready = False
        self.last = loop.submit(self._do(acts[told["kind"]]))

    async def _do(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except GenerorError as error:
            self.told = _host.in_words(error).replace("\n", ": ")
        else:
            if not self.offer:
                self.told = self.case.text
        finally:
            self.ready = self.case.state in UNCLEAR

    async def _watch(self) -> None:
        session = self.case.session
        await resolving.recover(session)
        session.watch.start()
        if self.case.state in FINISHED:
            self.place.put(await session.collect(self.case.id))

    async def _write_off(self) -> None:
        resolving.write_off(self.case.session, self.case.id)

    async def _price(self) -> None:
        self._plan = await resolving.again(self.case.session, self.case.operation, Terms(again=True))
        self.offer = _host.in_credits(self._plan.estimate.credits)
        self.told = _host.word("choices.price", price=self.offer)

    async def _pay_again(self, plan: Plan) -> None:
        session, op = self.case.session, self.case.operation
        self._plan, self.offer = None, ""
        # Whoever clicked saw the price and is there: so much may be set aside, and no more.
        plan = replace(plan, terms=replace(plan.terms, max_credits=session.allowance.reserve(plan)))
        resolving.give_way(session, op, plan, confirmed=True)
        self.place.put(await session.spend(plan, confirmed=True))

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return _host.bundle(super()._repr_mimebundle_(**kwargs), repr(self.case))
