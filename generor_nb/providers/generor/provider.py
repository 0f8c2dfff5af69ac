"""Generor as a provider. The studio is the same provider over an application in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from ...base.errors import APIError, Forbidden, InvalidRequest, NoOutput, ServerError
from ...base.messages import say
from ...base.secret import Secret
from ...base.text import nearest, tidy, whole
from ...contract import describe
from ...contract import generor as api
from ...contract.compose import compose
from ...contract.schema import (
    Account,
    Answer,
    Ask,
    Balance,
    Estimate,
    Generator,
    Item,
    Model,
    Request,
    Takes,
)
from ...transport import CallOptions, Channel, Permit, Reply, Ticket
from .. import quota
from ..base import MAX_FILE, Jobs, Order
from ..errand import Errand
from .envelope import open_envelope
from .lookup import GenerorLookup

P = TypeVar("P", bound=api.Payload)
STUDIO_URL = "http://studio/api/v1"
TEAM = "body.team_id"
# Somebody watches: what takes longer fails, and says how to go on.
# Longer than a window of a minute, though: forty prices on the smallest tier need two.
BEHIND_A_CELL = CallOptions(deadline=90)
# A POST that changes nothing.
ESTIMATING = CallOptions(deadline=90, retry=True)


class Generor:
    """Knows the Generor API.

    Args:
        base_url: the API's base address.
        key: the account's key.
        app: the studio's application, to be called in process.
        name: ``generor`` or ``studio``.
        hang_up: what to close with it.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret | None,
        *,
        app: Any = None,
        name: Literal["generor", "studio"] = "generor",
        hang_up: Callable[[], None] | None = None,
    ) -> None:
        self.name: str = name
        self.base_url, self.real = base_url, name == "generor"
        self.takes: Takes = "addresses" if self.real else "bytes"
        self._key, self._app, self._hang_up = key, app, hang_up
        self._channel = Channel(base_url, key, app=app)
        self._models: list[Model] | None = None
        self._generators: list[Generator] | None = None
        self._described: dict[str, Generator] = {}
        self._account: Account | None = None

    @property
    def channel(self) -> Channel:
        """Where its calls go: one for all who use it, so that their pace counts together."""
        return self._channel

    def for_key(self, key: Secret | None) -> Generor:
        """The same place for another account, over connections of its own."""
        return Generor(self.base_url, key, app=self._app, name="generor" if self.real else "studio")

    # It answers a paid request with what was made, and knows no request again.
    jobs: Jobs | None = None

    @property
    def lookup(self) -> GenerorLookup | None:
        """How to look back; None without a key."""
        return GenerorLookup(self._channel) if self.keyed else None

    @property
    def keyed(self) -> bool:
        return self._key is not None

    async def _data(
        self, method: str, path: str, *, json: Any = None, options: CallOptions = BEHIND_A_CELL
    ) -> Any:
        return open_envelope(await self._channel.call(method, path, json=json, options=options)).data

    async def account(self) -> Account:
        """The key's owner; a key that may not read is known by its hash alone."""
        if self._account is None:
            try:
                user = _payload(api.UserPayload, await self._data("GET", "/users/me"))
                self._account = Account(str(user.user_id), user.username)
            except Forbidden as error:
                if not error.message:
                    raise  # a page in between, not the API: it proves nothing about the key
                digest = hashlib.sha256((self._key.reveal() if self._key else "").encode()).hexdigest()
                self._account = Account(f"key-{digest[:16]}", "", blind=True)
        return self._account

    async def models(self, type: str | None = None) -> list[Model]:
        """All models, or those of one type, in the catalogue's order."""
        if self._models is None:
            grouped = await self._data("GET", "/models")
            groups = [
                _list(group) for group in (grouped.values() if isinstance(grouped, dict) else (grouped,))
            ]
            rows = [row for group in groups for row in group]
            self._models = [describe.model(_payload(api.ModelPayload, row)) for row in rows]
        if type is not None and type not in api.MODEL_TYPES:
            close = nearest(type, api.MODEL_TYPES)
            raise InvalidRequest(
                say("type.unknown", type=type), say("use.one.of", values=", ".join(close or api.MODEL_TYPES))
            )
        return [m for m in self._models if type in (None, m.type)]

    async def generators(self) -> list[Generator]:
        """All active generators, without their fields."""
        if self._generators is None:
            rows = _list(await self._data("GET", "/generators"))
            self._generators = [describe.generator(_payload(api.GeneratorPayload, row)) for row in rows]
        return self._generators

    async def generator(self, slug: str) -> Generator:
        """One generator with all its fields.

        Raises:
            InvalidRequest: there is none of this name, with the nearest ones; or it is in development.
        """
        if slug not in self._described:
            known = {g.slug for g in await self.generators()}
            if slug not in known:
                raise await self._not_there(slug, known)
            data = await self._data("GET", f"/generators/{quote(slug, safe='')}")
            payload = _payload(api.GeneratorPayload, data)
            self._described[slug] = describe.generator(payload, await self.models())
        return self._described[slug]

    async def _not_there(self, slug: str, known: set[str]) -> InvalidRequest:
        """Why a generator cannot be asked: lists show active ones only."""
        plain = [g.slug for g in await self.generators() if g.slug == g.type]
        close = list(dict.fromkeys([*nearest(slug, known), *plain]))
        try:
            data = await self._data("GET", f"/generators/{quote(slug, safe='')}")
            title = api.GeneratorPayload.model_validate(data).title or slug
        except (APIError, ValueError):
            hint = say("slug.nearest", values=", ".join(close)) if close else say("slug.hint")
            return InvalidRequest(say("slug.unknown", slug=slug), hint, field="generator", nearest=close)
        return InvalidRequest(say("slug.development", title=title), say("slug.hint"), field="generator")

    async def compose(self, ask: Ask) -> Request:
        """The request, checked; the setting ``body.team_id`` makes it under a team."""
        settings = dict(ask.settings)
        team = settings.pop(TEAM, None)
        if team is not None:
            if not (str(team).isascii() and str(team).isdigit()):
                hint = say("number.bounds", low=1, high="…")
                raise InvalidRequest(say("number.bad", key="team_id", value=team), hint, field="team_id")
            ask = replace(ask, settings=settings, team=int(team))
        return compose(self.name, await self.generator(ask.generator), await self.models(), ask)

    async def estimate(self, request: Request) -> Estimate:
        """``POST /generators/{slug}/estimate``: free, and public."""
        path = f"/generators/{quote(request.generator, safe='')}/estimate"
        data = await self._data("POST", path, json=request.fields, options=ESTIMATING)
        payload = _payload(api.EstimatePayload, data)
        cost, time = payload.credit_cost, payload.time_estimate
        longest = time.max_seconds * request.count if time and time.max_seconds is not None else None
        return Estimate(
            credits=tidy(cost.total),
            seconds=time.seconds if time else None,
            per_item=tidy(cost.per_item),
            discount=cost.discount,
            max_seconds=longest,
            source=(time.source or "") if time else "",
            adjustments=payload.adjustments or {},
        )

    async def balance(self) -> Balance:
        """``GET /credits/balance``."""
        payload = _payload(api.BalancePayload, await self._data("GET", "/credits/balance"))
        parts = {"paid": payload.paid, "free": payload.free, "earned": payload.earned}
        return Balance(payload.total, parts)

    async def furnish(self, request: Request) -> Request:
        """Nothing to bring: its media stands in the request."""
        return request

    def order(self, request: Request) -> Order:
        path = f"/generators/{quote(request.generator, safe='')}/generate"
        return Order(path, request.body.encode())

    def reference(self, order: Order) -> str:
        """Nothing: its lists are looked at instead."""
        return ""

    async def ready(self) -> Permit:
        """Wait until a paid request may leave.

        Raises:
            RateLimited: not soon enough; nothing was sent.
        """
        return await self._channel.ready()

    def give_back(self, permit: Permit) -> None:
        """What ``ready`` waited for will not be sent."""
        self._channel.give_back(permit)

    async def send(self, ticket: Ticket, order: Order, read_seconds: float) -> Reply:
        return await self._channel.paid(ticket, order.path, order.body, read_seconds)

    def read(self, reply: Reply) -> Answer:
        """The answer of ``/generate``.

        Raises:
            APIError: it is a refusal, or cannot be read.
            NoOutput: it holds no creation.
        """
        data = open_envelope(reply).data
        try:
            payload = api.GeneratedPayload.model_validate(data)
        except ValidationError:
            raise ServerError(say("answer.unreadable"), say("api.server.hint"), status=reply.status) from None
        if not payload.creations:
            raise NoOutput(say("answer.empty"), say("answer.empty.hint"), charge=payload.credit_cost)
        return Answer(
            items=tuple(_item(row) for row in payload.creations),
            charge=payload.credit_cost,
            estimated=payload.credit_cost_estimated,
            balance=payload.credits_remaining,
            seconds=payload.time_taken_seconds,
            model_name=payload.model_name or "",
            adjustments=payload.adjustments or {},
        )

    async def fetch(self, url: str, part: Path, limit: int = MAX_FILE) -> str:
        return await self._channel.fetch(url, part, limit)

    def quota(self) -> str:
        """What is left of this minute's requests, in words; empty when unknown."""
        return quota.told(self._channel.standing())

    async def aclose(self) -> None:
        await self._channel.aclose()
        if self._hang_up is not None:
            self._hang_up()


def open_generor(errand: Errand) -> Generor:
    """The Generor API at the address of an errand."""
    return Generor(errand.base_url, errand.key)


_POSTERS = ("poster_url", "thumbnail_url")


def _payload(kind: type[P], data: Any) -> P:
    """A free answer, read.

    Raises:
        ServerError: it is not what the document says.
    """
    try:
        return kind.model_validate(data)
    except ValidationError:
        raise ServerError(say("answer.unreadable"), say("api.server.hint")) from None


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise ServerError(say("answer.unreadable"), say("api.server.hint"))
    return data


def _item(row: dict[str, Any]) -> Item:
    """A creation of an answer: its files are whatever ``*_url`` it has beside its poster."""
    found = {k: v for k, v in row.items() if k.endswith("_url") and isinstance(v, str) and v}
    poster = next((found[name] for name in _POSTERS if name in found and len(found) > 1), None)
    urls = [url for url in found.values() if url != poster]
    text = row.get("text")
    return Item(
        id=whole(str(row.get("creation_id", ""))),
        text=whole(text) if isinstance(text, str) else None,
        urls=tuple(urls),
        poster=poster,
        data={k: v for k, v in row.items() if k not in found and k != "text"},
    )
