"""A form for a generator: one widget drawn from its schema, with the price on its button.

The browser owns the draft and sends it when the typing pauses. Pricing and spending run on the
background loop; the newest draft wins, and a price is only ever shown for the draft it belongs to.
"""

from __future__ import annotations

import asyncio
import html
import threading
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .. import sessions
from ..base import loop
from ..base.errors import GenerorError, InvalidRequest
from ..base.text import credits, line
from ..contract.schema import Ask, Balance, Estimate, Generator, Model
from ..plans import Event, Plan, Terms
from ..results import Result
from ..spending.states import State
from . import _host
from ._sheet import Sheet

_TICK = 0.25
_EVENTS = {"waiting": "run.waiting", "sent": "run.sent", "storing": "run.storing", "done": "run.storing"}


@dataclass(frozen=True, slots=True)
class _Offer:
    """A price that was shown, and for exactly what."""

    value: Mapping[str, Any]
    credits: float | None
    text: str


class Form(anywidget.AnyWidget):
    """The fields of a generator, set from both sides, and a button that says what it costs.

    ``form["count"] = 2`` sets a field, ``form["count"]`` reads it, ``form.ask`` is the request as it
    stands, ``form.result`` what came back last.
    """

    _esm = Path(__file__).with_name("form.js")
    _css = Path(__file__).with_name("form.css")

    schema = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    value = traitlets.Dict().tag(sync=True, echo_update=False)
    revision = traitlets.Int(0).tag(sync=True, echo_update=False)
    estimate = traitlets.Dict({"state": "idle", "text": "", "seq": 0}).tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    progress = traitlets.Dict({"text": "", "fraction": None}).tag(sync=True)
    errors = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        generator: Generator,
        models: Sequence[Model],
        current: sessions.Session,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        self.result: Result | None = None
        self._sheet = Sheet(generator, models)
        self._session = current
        self._guard = threading.Lock()
        value = self._sheet.settled({**self._sheet.defaults, **self._sheet.checked(values or {})})
        self._draft: tuple[int, dict[str, Any]] = (0, value)
        self._due = self._done = 0
        self._pricing = False
        self._need: float | None = None
        self._offer: _Offer | None = None
        self._balance: Balance | None = None
        self._clicks: deque[str] = deque(maxlen=64)
        self._running = False
        self._work: asyncio.Task[Any] | None = None
        super().__init__(
            schema=self._sheet.drawn(current.provider.name), words=_host.words("form."), value=value
        )
        self._place = _host.Place(self)
        self._unwatch = current.watch_balance(_host.follower(self, Form._fund))
        weakref.finalize(self, self._unwatch)
        self.on_msg(self._hear)
        self._reprice()

    # --- from Python ---

    def __getitem__(self, name: str) -> Any:
        value = self._draft[1][self._sheet.name(name)]
        return int(value) if self._sheet.name(name) == "model" else value

    def __setitem__(self, name: str, value: Any) -> None:
        changes = self._sheet.checked({name: value})
        with self._guard:
            revision, draft = self._draft
            settled = self._sheet.settled({**draft, **changes})
            self._draft = (revision + 1, settled)
        self.revision, self.value = revision + 1, settled
        self._reprice()

    @property
    def ask(self) -> Ask:
        """The request as the form stands."""
        return self._sheet.ask(self._draft[1])

    def __repr__(self) -> str:
        title, model = line(self._sheet.generator.title, 80), self._sheet.model(self._draft[1])
        price = str(self.estimate.get("price") or _host.in_credits(model.credit_cost))
        return _host.word("form.plain", title=title, model=line(model.name, 80), price=price)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        plain = repr(self)
        call = f'<code>gn.generate("{html.escape(self._sheet.generator.slug)}", "…")</code>'
        static = f"{html.escape(_host.word('form.static'))} {call}"
        title = f"<b>{html.escape(plain)}</b>"
        return _host.bundle(super()._repr_mimebundle_(**kwargs), plain, title, static)

    def _ipython_display_(self, **_: Any) -> None:
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        self._place.show()

    # --- from the browser ---

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take a draft. Nothing else can be set from the browser."""
        if "value" in sync_data:
            self._take(sync_data["value"], sync_data.get("revision"))
            self._reprice()

    def _take(self, sent: Any, revision: Any) -> None:
        with self._guard:
            known, draft = self._draft
            number = revision if isinstance(revision, int) and revision > known else known + 1
            taken = self._sheet.taken(sent, draft)
            self._draft = (number, taken)
        # Not through the base class: it holds every notification of the widget meanwhile, also those of
        # other threads. The lock below only keeps what the browser sent from being sent back to it.
        with self._lock_property(value=sent, revision=revision):
            self.revision, self.value = number, taken

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind == "run":
            self._start(content)
        elif kind == "stop":
            self._stop()

    def _start(self, content: dict[str, Any]) -> None:
        click = str(content.get("click", ""))
        with self._guard:
            if self._running or click in self._clicks:
                return
            self._running = True
            self._clicks.append(click)
            revision, draft = self._draft
        self.errors, self.progress = {}, {"text": _host.word("run.start"), "fraction": None}
        self.busy = True
        if content.get("revision") != revision or self._sheet.taken(content.get("value"), draft) != draft:
            self._take(content.get("value"), content.get("revision"))
        revision, value = self._draft
        offer = self._offer
        agreed = offer if offer and offer.value == value and offer.text == content.get("seen") else None
        loop.submit(self._run(revision, value, agreed, bool(content.get("again"))))

    def _stop(self) -> None:
        work = self._work
        if work is not None:
            loop.background().call_soon_threadsafe(work.cancel)

    # --- pricing: one at a time, always the newest draft ---

    def _reprice(self) -> None:
        with self._guard:
            self._due += 1
            if self._pricing:
                return
            self._pricing = True
        loop.submit(self._keep_priced())

    async def _keep_priced(self) -> None:
        while True:
            with self._guard:
                due, (revision, value) = self._due, self._draft
                if due == self._done:
                    self._pricing = False
                    return
            self._tell(revision, {"state": "pricing", "text": _host.word("form.pricing")})
            try:
                told = await self._price(value)
            except Exception as error:
                told = {"state": "error", "text": _host.in_words(error).replace("\n", " · ")}
            self._tell(revision, told)
            self._done = due

    def _tell(self, revision: int, told: Mapping[str, Any]) -> None:
        """Publish what is known about a draft, unless there is a newer one."""
        if revision == self._draft[0]:
            self.estimate = {**told, "seq": revision}

    async def _price(self, value: Mapping[str, Any]) -> dict[str, Any]:
        ask = self._sheet.ask(value)
        if ask.prompt is None:
            # A price needs no words yet, and must be there before they are.
            return await self._offered(await self._session.estimate(replace(ask, prompt="…")), value)
        return await self._told(await self._session.plan(ask, dry=True), ask, value)

    async def _told(self, plan: Plan, ask: Ask, value: Mapping[str, Any]) -> dict[str, Any]:
        """What a plan costs, in words; what was paid before costs nothing, and a new sample its price."""
        if plan.existing is None:
            return await self._offered(plan.estimate, value)
        if plan.replay is None:
            return {"state": "price", "text": _host.word("price.running"), "price": "", "replay": True}
        fresh = await self._offered(await self._session.estimate(ask), value)
        price = fresh["price"] if fresh["state"] == "price" else ""
        return {"state": "price", "text": _host.word("price.replay"), "price": price, "replay": True}

    async def _offered(self, estimate: Estimate, value: Mapping[str, Any]) -> dict[str, Any]:
        amount = _host.in_credits(estimate.credits)
        balance, self._need = await self._funds(), estimate.credits
        if balance is not None and self._short(balance):
            text = _host.word("price.short", need=credits(estimate.credits), have=credits(balance.total))
            return {"state": "cannot_afford", "text": text, "price": amount}
        self._offer = _Offer(value, estimate.credits, amount)
        text = " · ".join(part for part in (amount, _duration(estimate.seconds)) if part)
        return {"state": "price", "text": text, "price": amount}

    async def _funds(self) -> Balance | None:
        """The balance, asked for once and then followed; unknown when the account may not say."""
        if self._balance is None:
            try:
                self._balance = await self._session.balance()
            except GenerorError:
                return None
        return self._balance

    def _short(self, balance: Balance) -> bool:
        return self._need is not None and self._need > balance.total

    def _fund(self, balance: Balance) -> None:
        """Somebody spent: what could be afforded a moment ago may be too much now, or the other way."""
        was_short = self._balance is not None and self._short(self._balance)
        self._balance = balance
        if self._short(balance) != was_short:
            self._reprice()

    def close(self) -> None:
        unwatch: Callable[[], None] | None = getattr(self, "_unwatch", None)
        if unwatch is not None:
            unwatch()
        super().close()

    # --- running ---

    async def _run(self, revision: int, value: Mapping[str, Any], agreed: _Offer | None, again: bool) -> None:
        self._work = asyncio.current_task()
        clock = _Clock(self)
        ticking = asyncio.ensure_future(clock.tick())
        try:
            await self._spend(revision, value, agreed, again, clock)
        except asyncio.CancelledError:
            self._note(self._stopped(clock.operation), "stopped")
        except InvalidRequest as error:
            self._fail(error.field if error.field in self._sheet.defaults else "", error)
        except Exception as error:
            self._fail("", error)
        finally:
            ticking.cancel()
            self._work = None
            with self._guard:
                self._running = False
            self.busy = False
            self._reprice()

    async def _spend(
        self, revision: int, value: Mapping[str, Any], agreed: _Offer | None, again: bool, clock: _Clock
    ) -> None:
        ask = self._sheet.ask(value)
        plan = await self._session.plan(ask, Terms(again=again))
        if plan.existing is None:
            self._tell(revision, await self._offered(plan.estimate, value))
            if agreed is not None and agreed.credits != plan.estimate.credits:
                self._note(_host.word("run.reprice"), "ask")
                return
            if agreed is None and plan.question is not None:
                self._note(_host.word("run.confirm", question=plan.question), "ask")
                return
        result = await self._session.spend(plan, clock.hear, confirmed=agreed is not None)
        self.result = result
        self._place.put(result)
        self._note(result.summary, "done")

    def _stopped(self, operation: str | None) -> str:
        if operation is None or self._session.cancel(operation).state is State.CANCELLED:
            return _host.word("run.cancelled")
        return _host.word("run.stopped")

    def _note(self, text: str, state: str) -> None:
        self.progress = {"text": text, "fraction": None, "state": state}

    def _fail(self, key: str, error: Exception) -> None:
        self._note("", "")
        self.errors = {key: _host.in_words(error)}


class _Clock:
    """Turns what a spend reports into the form's progress, four times a second."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._kind = ""
        self._expected: float | None = None
        self.operation: str | None = None
        self._since = asyncio.get_running_loop().time()

    def hear(self, event: Event) -> None:
        self._kind, self._expected, self.operation = event.kind, event.expected, event.operation

    async def tick(self) -> None:
        while True:
            elapsed = asyncio.get_running_loop().time() - self._since
            text = _host.word(_EVENTS.get(self._kind, "run.start"))
            told: dict[str, Any] = {"text": _host.word("run.time", text=text, elapsed=int(elapsed))}
            told["fraction"] = None
            if self._expected and self._expected >= 1:
                expected = round(self._expected)
                told["text"] = _host.word("run.time.of", text=text, elapsed=int(elapsed), expected=expected)
                told["fraction"] = min(elapsed / self._expected, 0.95)
            self._form.progress = told
            await asyncio.sleep(_TICK)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds >= 90:
        return _host.word("time.minutes", time=round(seconds / 60))
    return _host.word("time.seconds", time=max(1, round(seconds)))


def form(slug: str, **values: Any) -> Form:
    """A form for ``slug``, its fields set to ``values``.

    >>> form = gn.form("image", prompt="a lighthouse", count=2)  # doctest: +SKIP
    >>> form["count"]                                             # doctest: +SKIP
    2

    Raises:
        InvalidRequest: an unknown slug, field or value, with the nearest right names.
    """
    current = sessions.current()

    async def look() -> tuple[Generator, list[Model]]:
        return await current.generator(slug), await current.models()

    generator, models = loop.run(look())
    return Form(generator, models, current, values)
