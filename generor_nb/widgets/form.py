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

from .. import session
from ..base import loop
from ..base.errors import GenerorError, InvalidRequest
from ..base.text import clean, credits, line, nearest
from ..contract.compose import OWN_OPTION, compose, pick_model
from ..contract.schema import Ask, Balance, Estimate, Field, Generator, Model, Option, Request
from ..plans import Event, Plan, Terms
from ..results import Result
from ..spending.states import State
from . import _host

_TICK = 0.25
_EVENTS = {"waiting": "run.waiting", "sent": "run.sent", "storing": "run.storing", "done": "run.storing"}


# --- from the schema language to what the browser draws ---


class Sheet:
    """A generator's fields under the names a form uses, their defaults, and what may stand in them."""

    def __init__(self, generator: Generator, models: Sequence[Model]) -> None:
        self.generator = generator
        self.models = [m for m in models if m.type == generator.type]
        # A parameter named like a field of the request itself cannot be sent beside it.
        wanted = [
            f for f in generator.fields if f.kind != "media" and (f.id not in OWN_OPTION or f.place == "body")
        ]
        self.fields: dict[str, Field] = {_key(f, wanted): f for f in wanted}
        self.defaults: dict[str, Any] = {key: self._default(key, f) for key, f in self.fields.items()}
        self.defaults["public"] = False
        self.defaults = self.settled(self.defaults)

    def _default(self, key: str, field: Field) -> Any:
        if key == "model":
            return str(pick_model(self.generator, self.models, None).id)
        if field.kind == "number":
            return _number(field.default)
        if field.kind == "flag":
            return bool(field.default)
        text = "" if field.default is None else str(field.default)
        if field.kind == "choice" and text not in [o.value for o in field.options]:
            return ""
        return text

    def model(self, value: Mapping[str, Any]) -> Model:
        return pick_model(self.generator, self.models, value["model"] if "model" in self.fields else None)

    def settled(self, value: dict[str, Any]) -> dict[str, Any]:
        """``value`` with an aspect ratio that its model can make."""
        if "aspect" not in self.fields:
            return value
        ratios = self.model(value).ratios
        if value["aspect"] in ratios:
            return value
        preferred = str(self.fields["aspect"].default)
        first = preferred if preferred in ratios else next(iter(ratios), "")
        return {**value, "aspect": first}

    def checked(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """``changes`` under their right names, each value valid.

        Raises:
            InvalidRequest: naming the field, with the nearest right thing.
        """
        return {key: self._checked(key, value) for key, value in self._named(changes).items()}

    def _named(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Keyword arguments cannot hold a hyphen: an underscore stands for one."""
        return {self.name(key): value for key, value in changes.items()}

    def name(self, key: str) -> str:
        for name in (key, key.replace("_", "-")):
            if name in self.defaults:
                return name
        close = nearest(key, self.defaults)
        shown = ", ".join(close or self.defaults)
        hint = _host.word("field.nearest" if close else "field.known", names=shown)
        what = _host.word("field.unknown", slug=self.generator.slug, name=key)
        raise InvalidRequest(what, hint, field=key, nearest=close)

    def _checked(self, key: str, value: Any) -> Any:
        if value is None or (value == "" and self.defaults[key] == ""):
            return self.defaults[key]
        if key == "prompt":
            return clean(str(value))
        if key == "public":
            if not isinstance(value, bool):
                what = _host.word("value.bad", name=key, value=value)
                raise InvalidRequest(what, _host.word("value.flag"), field=key)
            return value
        if key == "model":
            return str(pick_model(self.generator, self.models, value).id)
        if key == "aspect":
            return self._known_ratio(value)
        if key == "count":
            return self._composed(count=value).count
        field, body = self.fields[key], self._composed(settings={key: value}).fields
        return body["parameters"][field.id] if field.place == "parameters" else body[field.id]

    def _composed(self, **fields: Any) -> Request:
        """A request with these fields alone: what is right is decided in one place."""
        return compose("", self.generator, self.models, Ask(self.generator.slug, "-", **fields))

    def _known_ratio(self, value: Any) -> str:
        able = next((m for m in self.models if value in m.ratios), None) or next(
            (m for m in self.models if m.ratios), None
        )
        return str(self._composed(model=able.id if able else None, aspect=value).fields["aspect_ratio"])

    def taken(self, sent: Any, current: Mapping[str, Any]) -> dict[str, Any]:
        """What the browser sent, as far as it is right; what is not stays as it was."""
        value = dict(current)
        for key in self.defaults.keys() & (sent if isinstance(sent, dict) else {}).keys():
            try:
                value[key] = self._checked(key, sent[key])
            except InvalidRequest:
                continue
        return self.settled(value)

    def ask(self, value: Mapping[str, Any]) -> Ask:
        """The request as typed. What stands at its default is left out, as in a cell."""
        settings = {
            key: value[key]
            for key in self.fields
            if key not in OWN_OPTION and value[key] != self.defaults[key] and value[key] not in (None, "")
        }
        aspect = value.get("aspect") or None
        return Ask(
            generator=self.generator.slug,
            prompt=str(value.get("prompt", "")).strip() or None,
            model=self.model(value).id,
            count=int(value["count"]) if value.get("count") else None,
            aspect=None if aspect == self.defaults.get("aspect") else aspect,
            settings=settings,
            public=bool(value["public"]),
        )

    def drawn(self, provider: str) -> dict[str, Any]:
        """Plain data for the browser: fields in the order they are shown."""
        own = ("prompt", "model", "aspect", "count")
        order = [*(k for k in own if k in self.fields), *(k for k in self.fields if k not in own)]
        privacy = {
            "key": "public",
            "kind": "privacy",
            "label": _host.word("form.public"),
            "options": [
                {"value": name, "label": _host.word(f"form.{name}.option")} for name in ("private", "public")
            ],
        }
        return {
            "slug": self.generator.slug,
            "title": line(self.generator.title, 80),
            "description": line(self.generator.description, 300),
            "provider": provider,
            "fields": [*(self._drawn(key, self.fields[key]) for key in order), privacy],
            "models": {
                str(m.id): {
                    "about": line(m.description, 300),
                    "shapes": [{"value": r, "label": r} for r in m.ratios],
                }
                for m in self.models
            },
        }

    def _drawn(self, key: str, field: Field) -> dict[str, Any]:
        kind: str = {"prompt": "prompt", "aspect": "shape"}.get(key, field.kind)
        drawn: dict[str, Any] = {
            "key": key,
            "kind": kind,
            "label": _host.word(f"form.{key}") if key in OWN_OPTION else line(field.label, 80),
            "help": line(field.help, 300),
            "required": field.required,
            "advanced": field.advanced,
        }
        if kind == "number":
            drawn |= {"min": field.minimum, "max": field.maximum, "step": field.step}
            drawn["unset"] = _host.word("form.unset") if self.defaults[key] is None else None
        elif key == "model":
            drawn["options"] = [
                {"value": str(m.id), "label": line(m.name, 80), "note": _host.in_credits(m.credit_cost)}
                for m in self.models
            ]
        elif kind == "choice":
            unset = [{"value": "", "label": _host.word("form.unset")}] if self.defaults[key] == "" else []
            drawn["options"] = [*unset, *(_drawn_option(o) for o in field.options)]
        return {
            name: told
            for name, told in drawn.items()
            if told is not None and told is not False and told != ""
        }


def _drawn_option(option: Option) -> dict[str, str]:
    drawn = {"value": option.value, "label": line(option.label, 80)}
    if option.multiplier != 1:
        drawn["note"] = f"×{option.multiplier:g}"
    return drawn


def _key(field: Field, fields: Sequence[Field]) -> str:
    """The field's name in a form: its id, with its place in front when that alone would be two things."""
    twice = sum(f.id == field.id for f in fields) > 1
    return f"{field.place}.{field.id}" if twice or field.id == "public" else field.id


def _number(value: Any) -> int | float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() else number


# --- the widget ---


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
        current: session.Session,
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
    current = session.current()

    async def look() -> tuple[Generator, list[Model]]:
        return await current.generator(slug), await current.models()

    generator, models = loop.run(look())
    return Form(generator, models, current, values)
