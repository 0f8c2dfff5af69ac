"""Credits and API keys."""

from __future__ import annotations

from collections.abc import Sequence

from ....base.errors import InvalidRequest
from ....base.messages import say
from ....base.secret import Secret
from ....contract import generor as api
from ....contract.generor import (
    BalancePayload,
    DonePayload,
    Envelope,
    KeyPayload,
    NewKeyPayload,
    TransactionPayload,
)
from ..pages import Pages, Span
from ..wire import Wire
from . import checks


class Credits:
    """What is there to spend, and where it went (API document: "Credits")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def balance(self) -> BalancePayload:
        """The balance: ``total = paid + free + earned``; ``max`` caps the free part. GET /credits/balance.

        >>> (await client.credits.balance()).total  # doctest: +SKIP
        1250
        """
        return await self._wire.one("credits.balance", BalancePayload)

    def transactions(
        self, type: str | None = None, *, page: int | None = None, per_page: int | None = None
    ) -> Pages[TransactionPayload]:
        """Movements of credits, newest first. GET /credits/transactions.

        Args:
            type: only these: spend, purchase, daily_bonus, weekly_bonus, signup_bonus, refund, gift_sent,
                gift_received, or what a newer server has.
            page: the first page to read.
            per_page: 1 to 100.

        >>> spent = [row.amount async for row in client.credits.transactions("spend")]  # doctest: +SKIP
        """
        return self._wire.pages(
            "credits.transactions",
            TransactionPayload,
            ident="transaction_id",
            span=Span(page, per_page),
            params={"type": type},
        )


class APIKeys:
    """The account's keys (API document: "API keys")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self, *, page: int | None = None, per_page: int | None = None) -> Pages[KeyPayload]:
        """The active keys, by their prefixes. GET /api-keys."""
        return self._wire.pages("api_keys.list", KeyPayload, ident="key_id", span=Span(page, per_page))

    async def create(
        self, name: str, scopes: Sequence[str] = (), *, full_access: bool = False
    ) -> NewKeyPayload:
        """Make a key. It is shown once: keep ``.api_key``. At most 10 are active. POST /api-keys.

        Args:
            name: what it is for.
            scopes: of read, write, generate; no more than the calling key has.
            full_access: make a key without scopes, which may do everything.

        Raises:
            InvalidRequest: no scopes are named and full access is not asked for.
            ServerError: no clear answer; a key may exist that nobody knows.

        >>> key = await client.api_keys.create("reader", ["read"])  # doctest: +SKIP
        >>> key.api_key  # doctest: +SKIP
        Secret(gnr_live_…)
        """
        body = {"name": checks.text("name", name), "scopes": _scopes(scopes, full_access)}
        envelope, http = await self._wire.ask("api_keys.create", json=body)
        key = _take_key(envelope)
        made = self._wire.read(NewKeyPayload, {**body, **(envelope.data or {})}, http)
        if key is not None:
            made.keep(key)
        return made

    async def revoke(self, key_id: int | str) -> DonePayload:
        """Make a key invalid, at once and for good. DELETE /api-keys/{id}."""
        return await self._wire.one("api_keys.revoke", DonePayload, checks.number("key_id", key_id))


def _take_key(envelope: Envelope) -> Secret | None:
    """The key out of an answer: from here on it is in a Secret only."""
    if not isinstance(envelope.data, dict):
        envelope.data = None
        return None
    key = envelope.data.pop("api_key", None)
    return Secret(key) if isinstance(key, str) and key.strip() else None


def _scopes(scopes: Sequence[str], full_access: bool) -> list[str]:
    named = [scopes] if isinstance(scopes, str) else list(scopes)
    kept = [checks.one_of("scopes", scope, api.SCOPES) for scope in named]
    if full_access and kept:
        raise InvalidRequest(say("scopes.both"), say("scopes.both.hint"), field="scopes")
    if not full_access and not kept:
        raise InvalidRequest(say("scopes.none"), say("scopes.none.hint"), field="scopes")
    return list(dict.fromkeys(kept))
