"""How a request is met: key, rate, scope, then the operation; the answer is always the envelope."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Connection
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

from .accounts import Accounts, Caller
from .answers import Refused, invalid, missing, page_meta, server_error, success
from .catalogue import Catalogue
from .checks import is_digits, read_fields
from .declare import PUBLIC, Operation
from .generate import Desk
from .media import MediaStore
from .offload import offload
from .order import parse
from .others.bench import Bench
from .owner import Owner
from .paging import Page
from .rates import ANONYMOUS, Rates, Standing
from .store import Store, stamp

log = logging.getLogger(__name__)
MAX_BODY = 32 * 1024 * 1024
STANDING = "studio.standing"
Ts = TypeVarTuple("Ts")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the operations work with. ``proxies`` are peers whose forwarded addresses are believed."""

    accounts: Accounts
    bench: Bench
    catalogue: Catalogue
    desk: Desk
    media: MediaStore
    owner: Owner
    rates: Rates
    store: Store
    clock: Callable[[], float]
    proxies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Met:
    """A request, and what it is worked on with."""

    parts: Parts
    request: Request

    @property
    def origin(self) -> str:
        return str(self.request.base_url).rstrip("/")

    async def raw(self, most: int = MAX_BODY) -> bytes:
        """The body as it was sent."""
        raw = bytearray()
        async for chunk in self.request.stream():
            raw += chunk
            if len(raw) > most:
                raise invalid(f"the body is larger than {most // 1024**2} MB")
        return bytes(raw)

    async def read(self, function: Callable[[Connection, *Ts], T], *arguments: *Ts) -> T:
        """Call a function on a view of the data."""

        def work() -> T:
            with self.parts.store.read() as connection:
                return function(connection, *arguments)

        return await offload(work)

    async def write(self, function: Callable[[Connection, *Ts], T], *arguments: *Ts) -> T:
        """Call a function in a transaction; what it raises undoes what it did."""

        def work() -> T:
            with self.parts.store.write() as connection:
                return function(connection, *arguments)

        return await offload(work)


@dataclass(frozen=True, slots=True)
class Call(Met):
    """One admitted request. ``caller`` is None without a key."""

    caller: Caller | None
    operation: Operation

    @property
    def user_id(self) -> int:
        return self.account.user_id

    @property
    def account(self) -> Caller:
        """Who is calling, where a key is needed."""
        if self.caller is None:
            raise RuntimeError("this operation needs a key; its access is declared wrongly")
        return self.caller

    @property
    def now(self) -> str:
        return stamp(self.parts.clock())

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def id(self, what: str, name: str = "id") -> int:
        """A number in the path; whatever is no number is not found."""
        value = self.path(name)
        if not is_digits(value):
            raise missing(what)
        return int(value)

    def query(self, name: str) -> Any:
        """A declared query parameter, checked."""
        return self.operation.query_named(name).read(self.request.query_params.get(name))

    def page(self) -> Page:
        return Page(self.query("page"), self.query("per_page"), self.query("sort") == "oldest")

    async def body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        return parse(await self.raw())

    async def fields(self) -> dict[str, Any]:
        """The declared fields of the body, checked."""
        return read_fields(self.operation.fields or (), await self.body())

    async def list(
        self, function: Callable[[Connection, Page, *Ts], tuple[Any, int]], *arguments: *Ts
    ) -> Response:
        """Answer with the page that was asked for."""
        page = self.page()
        rows, total = await self.read(function, page, *arguments)
        return success(list(rows), meta=page_meta(page.number, page.size, total))


Handler = Callable[[Call], Awaitable[Response]]


async def answer(parts: Parts, request: Request, operation: Operation) -> Response:
    """Meet one request."""

    async def admitted() -> Response:
        caller = await _admit(parts, request, operation.scope)
        return await operation.handler(Call(parts, request, caller, operation))

    return await _enveloped(admitted())


async def answer_anybody(parts: Parts, request: Request, operation: Operation) -> Response:
    """Meet a request that needs no key and is not counted."""
    return await _enveloped(operation.handler(Call(parts, request, None, operation)))


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
    return parts.rates.peek(_peer(parts, scope), ANONYMOUS)


async def _admit(parts: Parts, request: Request, scope: str | None) -> Caller | None:
    peer = _peer(parts, request.scope)
    try:
        caller = await offload(parts.accounts.identify, request.headers.get("authorization"))
        if caller is None and scope is not PUBLIC:
            raise Refused("UNAUTHORIZED", "An API key is required")
    except Refused:
        request.scope[STANDING] = parts.rates.take(peer, ANONYMOUS)
        raise
    who, tier = (caller.rate_key, caller.tier) if caller else (peer, ANONYMOUS)
    standing = parts.rates.take(who, tier)
    request.scope[STANDING] = standing
    if standing.retry_after is not None:
        raise Refused("RATE_LIMIT_EXCEEDED", f"Too many requests; try again in {standing.retry_after} s")
    if caller and scope is not PUBLIC and not caller.may(scope):
        raise Refused("FORBIDDEN", f"This key lacks the scope {scope}")
    return caller


def _peer(parts: Parts, scope: Scope) -> str:
    """Who is on the other side: behind proxies that are trusted, the first address that is none of them."""
    client = scope.get("client")
    address = client[0] if client else ""
    if address in parts.proxies:
        forwarded = [v.decode("latin-1") for k, v in scope["headers"] if k == b"x-forwarded-for"]
        hops = [hop.strip() for hop in ",".join(forwarded).split(",")]
        address = next((hop for hop in reversed(hops) if hop and hop not in parts.proxies), address)
    return f"peer:{address}"
