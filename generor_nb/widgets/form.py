"""A form drawn from a generator's schema: one widget, whose results stand below it as plain output."""

from __future__ import annotations

import asyncio
import html
import threading
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import anywidget
import traitlets

from .. import references, sessions
from ..base import loop
from ..base.errors import GenerorError, InvalidRequest
from ..base.text import line
from ..contract.schema import Ask, Generator, Model, Request
from ..plans import Event, Terms
from ..results import Result
from ..spending.states import State
from . import _code, _drawn, _host, _link
from ._lookups import LOOKUPS, Lookups
from ._presets import Presets
from ._pricing import Offer, Pricer, Told
from ._refs import Refs
from ._sheet import Sheet

_TICK = 0.25
_EVENTS = {"waiting": "run.waiting", "sent": "run.sent", "storing": "run.storing", "done": "run.storing"}
_CODES = ("cell", "python", "curl")
# Where it is said that one of these went wrong; of others it is said at their field, or below the whole.
_ELSEWHERE = dict.fromkeys(("keep", "load", "drop"), ":preset")


class Form(anywidget.AnyWidget):
    """The fields of a generator, set from both sides, and a button that says what it costs.

    ``form["count"] = 2`` sets a field and ``form["count"]`` reads it; ``form.value`` has all of them, and can
    be linked and observed like any trait. ``form.request`` is what would be sent, ``form.result`` what came
    back last.
    """

    _esm = _link.script("form.js")
    _css = _link.styles("_look.css", "form.css")

    schema = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    value = traitlets.Dict().tag(sync=True, echo_update=False)
    revision = traitlets.Int(0).tag(sync=True, echo_update=False)
    estimate = traitlets.Dict({"state": "idle", "text": "", "seq": 0}).tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    progress = traitlets.Dict({"text": "", "fraction": None}).tag(sync=True)
    errors = traitlets.Dict().tag(sync=True)
    presets = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        generator: Generator,
        models: Sequence[Model],
        current: sessions.Session,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        self.result: Result | None = None
        self._refs = Refs(current.media_place(), current.journal, current.shelf)
        self._sheet = Sheet(generator, models, self._refs)
        self._session = current
        self._kept = Presets(current.home, current.provider.name, generator.slug)
        self._guard = threading.Lock()
        value = self._sheet.changed(self._sheet.defaults, values or {})
        self._draft: tuple[int, dict[str, Any]] = (0, value)
        self._clicks: deque[str] = deque(maxlen=64)
        self._running = False
        self._unpriced = ""
        self._work: asyncio.Task[Any] | None = None
        self._pricer = Pricer(current, self._ready, _telling(self))
        self._lookups = Lookups(current, self._sheet, self._refs, self._pricer)
        super().__init__(
            schema=_drawn.schema(self._sheet, current.provider.name, self._sheet.model(value)),
            words=_host.words("form."),
            value=value,
            presets=self._kept.names(),
        )
        self._place = _host.Place(self)
        self._unwatch = current.balances.follow(_host.follower(self, lambda form, b: form._pricer.fund(b)))
        weakref.finalize(self, self._unwatch)
        self.on_msg(self._hear)
        self._reprice()

    # --- from Python ---

    def __getitem__(self, name: str) -> Any:
        key = self._sheet.name(name)
        value = self._draft[1][key]
        if key == "model":
            return self._sheet.model(self._draft[1]).id
        return list(self._refs.values(value)) if isinstance(value, list) else value

    def __setitem__(self, name: str, value: Any) -> None:
        self.value = {name: value}

    @traitlets.validate("value")
    def _check(self, proposal: Any) -> dict[str, Any]:
        """Whatever is set, in part or whole, is checked and becomes the newest draft."""
        with self._guard:
            revision, draft = self._draft
            if proposal.value == draft:
                return draft
            value = self._sheet.changed(draft, proposal.value)
            if value == draft:
                return draft
            self._draft = (revision + 1, value)
        self.revision = revision + 1
        return value

    @traitlets.observe("value")
    def _checked(self, _change: Any) -> None:
        self._reprice()

    @property
    def request(self) -> Request:
        """The request as it would be sent.

        Raises:
            InvalidRequest: it cannot be sent as it stands.
        """
        return loop.run(self._composed(self._draft[1]))

    def save_preset(self, name: str) -> None:
        """Keep what differs from the defaults under ``name``, in the user's own folder, without files."""
        changes = self._sheet.changes(self._draft[1])
        for key, value in changes.items():
            if isinstance(value, list):
                changes[key] = self._refs.lasting(value)
        self._kept.keep(name, changes)
        self.presets = self._kept.names()

    def load_preset(self, name: str) -> None:
        """Set every field as it was kept under ``name``.

        Raises:
            InvalidRequest: there is none of this name, or it does not fit what the generator is today.
        """
        kept = self._kept.load(name)
        self.value = {**self._sheet.defaults, **kept}

    def drop_preset(self, name: str) -> None:
        """Forget what was kept under ``name``."""
        self._kept.drop(name)
        self.presets = self._kept.names()

    def code(self, kind: str = "python") -> str:
        """The same request as a ``cell``, as ``python``, or as ``curl`` with a variable for the key."""
        if kind not in _CODES:
            hint = ", ".join(_CODES)
            raise InvalidRequest(_host.word("value.bad", name="kind", value=kind), hint, field="kind")
        return loop.run(self._code(kind, self._draft[1]))

    def __repr__(self) -> str:
        title, model = line(self._sheet.generator.title, 80), self._sheet.model(self._draft[1])
        price = str(self.estimate.get("price") or _drawn.card(self._sheet, model)["price"])
        return _host.word("form.plain", title=title, model=line(model.name, 80), price=price)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        plain, value = repr(self), self._draft[1]
        # Where something lies on this machine is nothing that a notebook should tell.
        names = {key: ["…"] * len(held) for key, held in self._sheet.held(value).items()}
        call = _code.as_call(self._cell(value, names), str(value.get("prompt") or "…"))
        static = f"{html.escape(_host.word('form.static'))} <code>{html.escape(call)}</code>"
        title = f"<b>{html.escape(plain)}</b>"
        return _host.bundle(super()._repr_mimebundle_(**kwargs), plain, title, static)

    def _ipython_display_(self, **_: Any) -> None:
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        self._place.show()

    def close(self) -> None:
        unwatch: Callable[[], None] | None = getattr(self, "_unwatch", None)
        if unwatch is not None:
            unwatch()
        super().close()

    # --- from the browser ---

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take a draft. Nothing else can be set from the browser."""
        if "value" in sync_data:
            self._take(sync_data["value"], sync_data.get("revision"))

    def _take(self, sent: Any, revision: Any) -> None:
        with self._guard:
            known, draft = self._draft
            number = revision if isinstance(revision, int) and revision > known else known + 1
            taken, wrong = self._sheet.taken(sent, draft)
            self._draft = (number, taken)
        # Not through the base class: it holds every notification of the widget meanwhile, also those of
        # other threads. The lock below only keeps what the browser sent from being sent back to it.
        with self._lock_property(value=sent, revision=revision):
            self.revision, self.value = number, taken
        if taken == draft:  # the revision is another one all the same
            self._reprice()
        if wrong:
            self._blame(wrong)

    def _blame(self, wrong: Mapping[str, Exception]) -> None:
        self.errors = {key: _host.in_words(error) for key, error in wrong.items()}

    def _hear(self, _widget: Any, content: Any, buffers: Any) -> None:
        told = content if isinstance(content, dict) else {}
        kind = told.get("kind")
        if kind == "run":
            self._start(told)
        elif kind == "stop":
            self._stop()
        elif kind == "price":
            self._reprice()
        elif isinstance(kind, str) and kind in {*_ACTS, *LOOKUPS}:
            loop.submit(self._answer(kind, told, [bytes(one) for one in buffers or ()]))

    async def _answer(self, kind: str, told: Mapping[str, Any], buffers: list[bytes]) -> None:
        """Something small that the browser asks for; what goes wrong is said where it was asked."""
        try:
            if kind in _ACTS:
                await _ACTS[kind](self, told, buffers)
            elif (message := await LOOKUPS[kind](self._lookups, told)) is not None:
                self.send(*message)
        except Exception as error:
            place = str(told.get("key", "")) if kind in ("file", "earlier") else _ELSEWHERE.get(kind, "")
            self.errors = {**self.errors, place: _host.in_words(error)}

    async def _take_file(self, told: Mapping[str, Any], buffers: list[bytes]) -> None:
        key = self._sheet.name(str(told.get("key", "")))
        one = self._refs.add(buffers[0], str(told.get("name", "")))
        await self._refs.gather({key: [one]})  # refused here as in a cell
        most = int(self._sheet.fields[key].maximum or 1)
        others = [known for known in self._draft[1][key] if known["ref"] != one["ref"]]
        self.value = {key: [*others, one][-most:]}

    async def _tell_code(self, told: Mapping[str, Any], _buffers: Any) -> None:
        kind = str(told.get("as", ""))
        if kind not in _CODES:
            return
        try:
            text, note = await self._code(kind, self._draft[1]), ""
        except GenerorError as error:
            text, note = "", _host.in_words(error)
        note = note or (_host.word("form.curl_note") if kind == "curl" else "")
        self.send({"kind": "code", "as": kind, "text": text, "note": note})

    async def _preset(self, told: Mapping[str, Any], _buffers: Any) -> None:
        self.errors = {key: text for key, text in self.errors.items() if key != ":preset"}
        act: dict[str, Callable[[str], None]]
        act = {"keep": self.save_preset, "load": self.load_preset, "drop": self.drop_preset}
        act[str(told["kind"])](str(told.get("name", "")))

    async def _vary(self, _told: Any, _buffers: Any) -> None:
        """Go on from what came back last."""
        if self.result is not None and self.result.creations:
            self["image"] = self.result.creations[0]

    # --- the request ---

    async def _ready(self, value: Mapping[str, Any]) -> Ask:
        """What is asked for, with its media looked at; each of them once."""
        ask = self._sheet.ask(value)
        media = await self._refs.gather(self._sheet.held(value))
        return replace(ask, refs={}, media=media, parents=references.parents(ask.refs))

    async def _composed(self, value: Mapping[str, Any]) -> Request:
        return await self._session.compose(await self._ready(value))

    def _names(self, value: Mapping[str, Any]) -> dict[str, list[str]]:
        """What to call its media in code."""
        return {
            key: [_code.name_of(o, v) for o, v in zip(ones, self._refs.values(ones), strict=True)]
            for key, ones in self._sheet.held(value).items()
        }

    def _cell(self, value: Mapping[str, Any], names: Mapping[str, list[str]]) -> str:
        own = value.get("model") == self._sheet.defaults.get("model")
        model = None if own else self._sheet.model(value)
        return _code.as_cell(self._sheet.ask(value), model, names)

    async def _code(self, kind: str, value: Mapping[str, Any]) -> str:
        if kind == "curl":
            provider = self._session.provider
            order = provider.order(await self._composed(value))
            return _code.as_curl(order, provider.base_url, provider.name)
        cell = self._cell(value, self._names(value))
        return cell if kind == "cell" else _code.as_call(cell, str(value.get("prompt", "")).strip())

    # --- its price ---

    def _reprice(self) -> None:
        self._pricer.price(*self._draft)

    def _tell(self, revision: int, told: Told) -> None:
        """Publish what is known about a draft, unless there is a newer one."""
        if revision != self._draft[0]:
            return
        error = told.pop("error", None)
        place = self._sheet.place_of(error) if error is not None else ""
        if place:
            self._blame({place: error})
        elif self._unpriced and told["state"] != "pricing":
            self.errors = {key: text for key, text in self.errors.items() if key != self._unpriced}
        self._unpriced = place if told["state"] != "pricing" else self._unpriced
        self.estimate = {**told, "seq": revision}

    # --- running ---

    def _start(self, content: Mapping[str, Any]) -> None:
        click = str(content.get("click", ""))
        with self._guard:
            if self._running or click in self._clicks:
                return
            self._running = True
            self._clicks.append(click)
            revision, draft = self._draft
        self.errors, self.progress = {}, {"text": _host.word("run.start"), "fraction": None}
        self.busy = True
        taken, wrong = self._sheet.taken(content.get("value"), draft)
        if content.get("revision") != revision or taken != draft:
            self._take(content.get("value"), content.get("revision"))
        if wrong:  # something else than what stands there would be made
            self._blame(wrong)
            self._rest()
            return
        revision, value = self._draft
        offer = self._pricer.offer
        agreed = offer if offer and offer.value == value and offer.text == content.get("seen") else None
        loop.submit(self._run(revision, value, agreed, bool(content.get("again"))))

    def _stop(self) -> None:
        work = self._work
        if work is not None:
            loop.background().call_soon_threadsafe(work.cancel)

    async def _run(self, revision: int, value: Mapping[str, Any], agreed: Offer | None, again: bool) -> None:
        self._work = asyncio.current_task()
        clock = _Clock(self)
        ticking = asyncio.ensure_future(clock.tick())
        try:
            await self._spend(revision, value, agreed, again, clock)
        except asyncio.CancelledError:
            self._note(self._stopped(clock.operation), "stopped")
        except Exception as error:
            self._note("", "")
            self.errors = {self._sheet.place_of(error): _host.in_words(error)}
        finally:
            ticking.cancel()
            self._work = None
            self._rest()
            self._reprice()

    def _rest(self) -> None:
        with self._guard:
            self._running = False
        self.progress = {**self.progress, "fraction": None}
        self.busy = False

    async def _spend(
        self, revision: int, value: Mapping[str, Any], agreed: Offer | None, again: bool, clock: _Clock
    ) -> None:
        plan = await self._session.plan(await self._ready(value), Terms(again=again))
        if plan.existing is None:
            self._tell(revision, await self._pricer.told(plan.estimate, value))
            if agreed is not None and agreed.credits != plan.estimate.credits:
                self._note(_host.word("run.reprice"), "ask")
                return
            if agreed is None and plan.question is not None:
                self._note(_host.word("run.confirm", question=plan.question), "ask")
                return
        result = await self._session.spend(plan, clock.hear, confirmed=agreed is not None)
        self.result = result
        self._place.put(result)
        self._note(result.summary, "done", vary=self._may_vary(result, value))

    def _may_vary(self, result: Result, value: Mapping[str, Any]) -> bool:
        pictured = any(made.is_picture for made in result.creations[:1])
        return pictured and self._sheet.takes(self._sheet.model(value), "image") and "image" in value

    def _stopped(self, operation: str | None) -> str:
        if operation is None or self._session.cancel(operation).state is State.CANCELLED:
            return _host.word("run.cancelled")
        return _host.word("run.stopped")

    def _note(self, text: str, state: str, *, vary: bool = False) -> None:
        told: dict[str, Any] = {"text": text, "fraction": None, "state": state, "vary": vary}
        self.progress = told


# What the browser may have done that is no run.
_ACTS: dict[str, Callable[..., Any]] = {
    "file": Form._take_file,
    "code": Form._tell_code,
    "keep": Form._preset,
    "load": Form._preset,
    "drop": Form._preset,
    "vary": Form._vary,
}


def _telling(form: Form) -> Callable[[int, Told], None]:
    """``Form._tell`` that does not keep the form alive."""
    seen = weakref.ref(form)

    def tell(revision: int, told: Told) -> None:
        alive = seen()
        if alive is not None:
            alive._tell(revision, told)

    return tell


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
