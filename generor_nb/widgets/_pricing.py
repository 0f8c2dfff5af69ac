"""What a request costs, as a badge tells it: the newest request, one asking at a time."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from ..base import loop
from ..base.errors import GenerorError
from ..base.text import credits
from ..contract import pricing
from ..contract.checks import needs, pick_model
from ..contract.schema import SLOTS, Ask, Balance, Estimate, Generator, Medium, Request
from ..session import Session
from . import _host

# Stands for what is needed and not given yet: a price does not depend on it, and must be there before it.
_WORDS = "…"
_MEDIUM = Medium("https://example.com/", "url:https://example.com/")

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A price that was shown, and for exactly what."""

    value: Any
    credits: float | None
    text: str


def guess(generator: Generator, request: Request) -> float | None:
    """Credits as the schema's multipliers have it, before any server says; None where nothing can be said."""
    model, body = request.model, request.fields
    if not model.credit_cost:
        return None
    chosen = {**body, **body.get("parameters", {})}
    factors = [1.0]
    for field in generator.fields:
        value = str(chosen.get(field.id, field.default))
        factors += [option.multiplier for option in field.options if option.value == value]
    if model.durations:
        factors.append(body.get("seconds") or model.default_duration or 1)
    if body.get("generate_audio"):
        factors.append(model.audio_multiplier)
    return pricing.price(model.credit_cost, factors, request.count).total


class Pricer:
    """Prices what it is given; whatever comes next takes its place at once, and the balance is followed.

    Args:
        current: who is asked.
        ready: makes an Ask of what is to be priced, media and all; a Request stays one.
        tell: takes the number of what was priced, and what is to be shown; on the background loop.
        pause: seconds of rest after an edit before anybody is asked; with one, a guess is told first.
    """

    def __init__(
        self,
        current: Session,
        ready: Callable[[Any], Awaitable[Ask | Request]],
        tell: Callable[[int, Told], None],
        pause: float = 0,
    ) -> None:
        self._session, self._ready, self._tell, self._pause = current, ready, tell, pause
        self._guard = threading.Lock()
        self._now: concurrent.futures.Future[None] | None = None
        self._newest: tuple[int, Any] | None = None
        self._need: float | None = None
        self._balance: Balance | None = None
        self._guessed, self._edited = False, False
        self.offer: Offer | None = None

    def price(self, number: int, value: Any) -> None:
        """Price ``value`` and nothing older; any thread may call."""
        with self._guard:
            if self._now is not None:
                self._now.cancel()
            self._newest = number, value
            self._now = loop.submit(self._one(number, value))

    def again(self) -> None:
        """Price the newest once more."""
        if self._newest is not None:
            self.price(*self._newest)

    def wait(self, seconds: float) -> None:
        """Return when the newest is priced, or so many seconds have passed."""
        if self._now is not None:
            concurrent.futures.wait([self._now], seconds)

    async def _one(self, number: int, value: Any) -> None:
        try:
            if not self._pause:
                self._tell(number, {"state": "pricing", "text": _host.word("form.pricing")})
            request, whole = await self.composed(await self._ready(value))
            if self._pause:
                await self._guess(number, request)
                await asyncio.sleep(self._pause if self._edited else 0)
            told = await self._look(request, whole, value)
        except Exception as error:
            told = {"state": "error", "text": _host.in_words(error).replace("\n", " · "), "error": error}
        self._guessed, self._edited = False, True
        self._tell(number, told)

    async def _guess(self, number: int, request: Request) -> None:
        """Say at once what it will be about; while it is being edited, once."""
        if self._guessed:
            return
        self._guessed = True
        about = guess(await self._session.generator(request.generator), request)
        amount = "" if about is None else f"~{_host.in_credits(about)}"
        text = " · ".join(part for part in (amount, _host.word("form.pricing")) if part)
        self._tell(number, {"state": "pricing", "text": text, "price": amount})

    async def composed(self, asked: Ask | Request) -> tuple[Request, bool]:
        """The request, and whether everything it needs is there: something stands for what is not."""
        if isinstance(asked, Request):
            return asked, True
        generator = await self._session.generator(asked.generator)
        model = pick_model(generator, await self._session.models(), asked.model)
        given = {*asked.media, *(SLOTS[option].field for option in asked.refs)}
        wanted = needs(generator, model) or (("image_url",) if generator.needs_image and not given else ())
        missing = [name for name in wanted if name not in given]
        whole = not missing and asked.prompt is not None
        if missing and not asked.refs:
            asked = replace(asked, media={**asked.media, **dict.fromkeys(missing, (_MEDIUM,))})
        return await self._session.compose(replace(asked, prompt=asked.prompt or _WORDS)), whole

    async def _look(self, request: Request, whole: bool, value: Any) -> Told:
        """What it costs, in words; what was paid before costs nothing, and a new sample its price."""
        plan = await self._session.plan_of(request, dry=True) if whole else None
        if plan is None or plan.existing is None:
            estimate = plan.estimate if plan else await self._session.priced(request)
            return await self.told(estimate, value)
        if plan.replay is None:
            return {"state": "price", "text": _host.word("price.running"), "price": "", "replay": True}
        fresh = await self.told(await self._session.priced(request), value)
        price = fresh["price"] if fresh["state"] == "price" else ""
        return {"state": "price", "text": _host.word("price.replay"), "price": price, "replay": True}

    async def told(self, estimate: Estimate, value: Any) -> Told:
        """An estimate in words, against what is left."""
        amount = _host.in_credits(estimate.credits)
        if estimate.credits is None and estimate.at_most is not None:
            amount = estimate.words()
        balance, self._need = await self._funds(), estimate.credits
        if balance is not None and self._need is not None and self._need > balance.total:
            lacking = self._need - balance.total
            text = _host.word(
                "price.short",
                lacking=_host.in_credits(lacking),
                need=credits(self._need),
                have=credits(balance.total),
            )
            return {"state": "cannot_afford", "text": text, "price": amount}
        self.offer = Offer(value, estimate.credits, amount)
        text = " · ".join(part for part in (amount, _host.duration(estimate.seconds)) if part)
        return {"state": "price", "text": text, "price": amount}

    async def _funds(self) -> Balance | None:
        """The balance, asked for once and then followed; unknown when the account may not say."""
        if self._balance is None:
            try:
                self._balance = await self._session.balance()
            except GenerorError:
                return None
        return self._balance

    def fund(self, balance: Balance) -> None:
        """Somebody spent: what could be afforded a moment ago may be too much now, or the other way."""
        was_short = self._is_short(self._balance)
        self._balance = balance
        if self._is_short(balance) != was_short:
            self.again()

    def _is_short(self, balance: Balance | None) -> bool:
        return balance is not None and self._need is not None and self._need > balance.total
