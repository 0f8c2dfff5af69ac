"""Buttons for one unclear operation: keep watching, write off, pay again. What comes of it is shown below."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import ipywidgets

from .. import resolving
from ..base import loop
from ..base.errors import GenerorError
from ..plans import Plan, Terms
from ..recovery import Case
from ..spending.states import FINISHED, UNCLEAR
from . import _host

_ORDER = ("watch", "write_off", "pay_again")


class Choices(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The plain calls of a ``Case`` as buttons. Paying takes two clicks: the first one shows the price."""

    def __init__(self, case: Case) -> None:
        self.case, self.last = case, concurrent.futures.Future[None]()
        self._plan: Plan | None = None
        self.place = _host.Place(self)
        acts = {"watch": self._watch, "write_off": self._write_off, "pay_again": self._pay_again}
        self.buttons = {name: self._button(name, acts[name]) for name in _ORDER}
        self.told = ipywidgets.Label(case.text)
        super().__init__([self.told, ipywidgets.HBox(list(self.buttons.values()))])

    def _button(self, name: str, act: Callable[[], Awaitable[None]]) -> Any:
        button = ipywidgets.Button(
            description=_host.word(f"choices.{name}"),
            tooltip=_host.word(f"choices.{name}.hint"),
            layout=ipywidgets.Layout(width="auto"),
        )
        button.on_click(lambda _: self._start(act))
        return button

    def _start(self, act: Callable[[], Awaitable[None]]) -> None:
        """One thing at a time, on the background loop: the kernel stays free."""
        if not self.buttons["watch"].disabled:
            self._enable(False)
            self.last = loop.submit(self._do(act))

    async def _do(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except GenerorError as error:
            self.told.value = _host.in_words(error).replace("\n", ": ")
        else:
            if self._plan is None:
                self.told.value = self.case.text
        finally:
            self._enable(self.case.state in UNCLEAR)

    def _enable(self, on: bool) -> None:
        for button in self.buttons.values():
            button.disabled = not on

    async def _watch(self) -> None:
        session = self.case.session
        await resolving.recover(session)
        session.watch.start()
        if self.case.state in FINISHED:
            self.place.put(await session.collect(self.case.id))

    async def _write_off(self) -> None:
        resolving.write_off(self.case.session, self.case.id)

    async def _pay_again(self) -> None:
        session, op = self.case.session, self.case.operation
        if self._plan is None:
            self._plan = await resolving.again(session, op, Terms(again=True))
            price = _host.in_credits(self._plan.estimate.credits)
            self.told.value = _host.word("choices.price", price=price)
            return
        plan, self._plan = self._plan, None
        # Whoever clicked saw the price and is there: so much may be set aside, and no more.
        plan = replace(plan, terms=replace(plan.terms, max_credits=session.allowance.reserve(plan)))
        resolving.give_way(session, op, plan, confirmed=True)
        self.place.put(await session.spend(plan, confirmed=True))

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return _host.bundle(super()._repr_mimebundle_(**kwargs), repr(self.case))
