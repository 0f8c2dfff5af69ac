"""What providers share whose API describes nothing itself: a document, and an account by its key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.secret import Secret
from ..base.text import nearest
from ..contract.schema import Account, Balance, Generator, Model, Request, Takes
from ..transport import Channel, Permit, Reply, Ticket
from . import quota
from .base import MAX_FILE, Jobs, Lookup, Order


class Keyed:
    """One account, known by its key alone, with the generators and models of a document.

    A provider adds ``compose``, ``estimate``, ``order`` and ``read``.

    Args:
        name: the provider's.
        channel: where its calls go.
        key: the account's key.
        generators: what can be asked for.
        models: what runs it.
        takes: how media gets there.
    """

    real = True
    lookup: Lookup | None = None
    jobs: Jobs | None = None

    def __init__(
        self,
        name: str,
        channel: Channel,
        key: Secret | None,
        generators: Sequence[Generator],
        models: Sequence[Model],
        takes: Takes,
    ) -> None:
        self.name, self.base_url, self.takes = name, channel.base_url, takes
        self._channel, self._generators, self._models = channel, list(generators), list(models)
        digest = hashlib.sha256(key.reveal().encode() if key else b"").hexdigest()
        self._account = Account(f"key-{digest[:16]}", "", blind=True)

    async def account(self) -> Account:
        return self._account

    async def generators(self) -> list[Generator]:
        return self._generators

    async def generator(self, slug: str) -> Generator:
        """
        Raises:
            InvalidRequest: there is none of this name, with the nearest ones.
        """
        names = [one.slug for one in self._generators]
        if slug not in names:
            close = nearest(slug, names) or names
            hint = say("use.one.of", values=", ".join(close))
            raise InvalidRequest(say("slug.unknown", slug=slug), hint, field="generator", nearest=close)
        return self._generators[names.index(slug)]

    async def models(self, type: str | None = None) -> list[Model]:
        return [one for one in self._models if type in (None, one.type)]

    async def balance(self) -> Balance | None:
        """None: there is no call that tells it."""
        return None

    async def furnish(self, request: Request) -> Request:
        """The same: there is nothing to upload."""
        return request

    async def ready(self) -> Permit:
        """Wait until a paid request may leave.

        Raises:
            RateLimited: not soon enough; nothing was sent.
        """
        return await self._channel.ready()

    def give_back(self, permit: Permit) -> None:
        self._channel.give_back(permit)

    def reference(self, order: Order) -> str:
        """What its people may find a request by."""
        return f"Idempotency-Key {order.idempotency_key}" if order.idempotency_key else ""

    async def send(self, ticket: Ticket, order: Order, read_seconds: float) -> Reply:
        return await self._channel.paid(ticket, order.path, order.body, read_seconds)

    async def fetch(self, url: str, part: Path, limit: int = MAX_FILE) -> str:
        return await self._channel.fetch(url, part, limit)

    def quota(self) -> str:
        """What is left of this minute's requests, in words; empty when unknown."""
        return quota.told(self._channel.standing())

    async def aclose(self) -> None:
        await self._channel.aclose()
