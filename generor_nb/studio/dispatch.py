"""How a request is met: key, rate, scope, then the operation; the answer is always the envelope."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

from .accounts import Accounts, Caller
from .answers import Refused, invalid, server_error
from .catalogue import Catalogue
from .creations import Page
from .generate import Desk
from .media import MediaStore
from .offload import offload
from .order import parse
from .rates import ANONYMOUS, Rates, Standing
from .store import Store

log = logging.getLogger(__name__)
MAX_BODY = 32 * 1024 * 1024
MAX_PER_PAGE = 100
STANDING = "studio.standing"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the operations work with."""

    accounts: Accounts
    catalogue: Catalogue
    desk: Desk
    media: MediaStore
    rates: Rates
    store: Store
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted request. ``caller`` is None without a key."""

    parts: Parts
    request: Request
    caller: Caller | None

    @property
    def user_id(self) -> int:
        if self.caller is None:
            raise RuntimeError("this operation needs a key; its access is declared wrongly")
        return self.caller.user_id

    @property
    def origin(self) -> str:
        return str(self.request.base_url).rstrip("/")

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def query(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str | None:
        """A query parameter that is one of some words."""
        value = self.request.query_params.get(name, default)
        if value is not None and value not in allowed:
            raise invalid(f"{name}: must be one of {', '.join(allowed)}")
        return value

    def page(self) -> Page:
        number, size = self._whole("page", 1, None), self._whole("per_page", 20, MAX_PER_PAGE)
        return Page(number, size, self.query("sort", ("newest", "oldest"), "newest") == "oldest")

    def _whole(self, name: str, default: int, high: int | None) -> int:
        value = self.request.query_params.get(name, str(default))
        number = int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else 0
        if number < 1 or (high is not None and number > high):
            limit = "on" if high is None else f"to {high}"
            raise invalid(f"{name}: must be an integer from 1 {limit}")
        return number

    async def body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        raw = bytearray()
        async for chunk in self.request.stream():
            raw += chunk
            if len(raw) > MAX_BODY:
                raise invalid(f"the body is larger than {MAX_BODY // 1024**2} MB")
        return parse(bytes(raw))


Handler = Callable[[Call], Awaitable[Response]]


async def answer(parts: Parts, request: Request, scope: str | None, handler: Handler) -> Response:
    """Meet one request. ``scope`` is what the key must allow; None is a public operation."""

    async def admitted() -> Response:
        caller = await _admit(parts, request, scope)
        return await handler(Call(parts, request, caller))

    return await _enveloped(admitted())


async def answer_anybody(parts: Parts, request: Request, handler: Handler) -> Response:
    """Meet a request that needs no key and is not counted."""
    return await _enveloped(handler(Call(parts, request, None)))


async def _enveloped(work: Awaitable[Response]) -> Response:
    try:
        return await work
    except Refused as refused:
        return refused.response()
    except ClientDisconnect:
        return invalid("the body did not arrive").response()
    except Exception:
        log.exception("an operation of the studio failed")
        return server_error().response()


def stranger(parts: Parts, scope: Scope) -> Standing:
    """Where somebody without a key stands, not counting."""
    return parts.rates.peek(_peer(scope), ANONYMOUS)


async def _admit(parts: Parts, request: Request, scope: str | None) -> Caller | None:
    try:
        caller = await offload(parts.accounts.identify, request.headers.get("authorization"))
        if caller is None and scope is not None:
            raise Refused("UNAUTHORIZED", "An API key is required")
    except Refused:
        request.scope[STANDING] = parts.rates.take(_peer(request.scope), ANONYMOUS)
        raise
    who, tier = (caller.rate_key, caller.tier) if caller else (_peer(request.scope), ANONYMOUS)
    standing = parts.rates.take(who, tier)
    request.scope[STANDING] = standing
    if standing.retry_after is not None:
        raise Refused("RATE_LIMIT_EXCEEDED", f"Too many requests; try again in {standing.retry_after} s")
    if caller and scope is not None and not caller.may(scope):
        raise Refused("FORBIDDEN", f"This key lacks the scope {scope}")
    return caller


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return f"peer:{client[0] if client else ''}"
