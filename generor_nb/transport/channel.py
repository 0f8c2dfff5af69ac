"""One account at one place: free calls, the one paid call, and media without the key."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import math
import posixpath
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from ..base.errors import GenerorError, InvalidRequest, NotSent, OutcomeUnknown, ServerError
from ..base.messages import say
from ..base.secret import Secret
from ..base.settings import Settings
from ..contract.generor import TIERS
from . import counters as counting
from .counters import Counters
from .gate import Gate, Timing
from .limits import Rate, read_rate, retry_after, room_in
from .media import Fetcher, origin_of
from .pace import MINUTE, Permit
from .pools import Pools
from .retry import Billing, Fate, Retries, fate_of, may_resend

CONNECT_SECONDS = 10.0
FREE_SECONDS = 30.0
TOTAL_SECONDS = 120.0
MAX_ANSWER = 64 * 2**20
BEARER = "Authorization"
# What stands for a key that an answer repeats. Shorter words than this are no keys.
HIDDEN, LEAST_HIDDEN = "(key)", 8
PAID = ("/generate", "/images/create")
# Raised by httpx before the first byte of a request has left.
UNDELIVERED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer: ``elapsed`` in seconds, header names in lower case.

    ``again``: an earlier attempt may have reached the server too.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    elapsed: float
    again: bool = False


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How patient one free call is.

    Args:
        timeout: seconds for one attempt; 30 between two bytes unless given.
        deadline: seconds for everything, retries and the wait for the pace included; 120 unless given.
        retry: whether it may be repeated when its outcome is unknown; by the method unless given: GET
            may, others only when they provably did nothing. False never sends anything again.
    """

    timeout: float | None = None
    deadline: float | None = None
    retry: bool | None = None


DEFAULT = CallOptions()


class Ticket:
    """Leave to send one paid POST, once. The courier writes one after SENT is on disk."""

    __slots__ = ("_used", "operation", "permit")

    def __init__(self, operation: str, permit: Permit | None = None) -> None:
        self.operation, self.permit, self._used = operation, permit, False

    def use(self) -> None:
        if self._used:
            raise RuntimeError("this ticket was used: a paid request is never sent twice")
        self._used = True


class _Signed(httpx.Auth):
    """Adds the key to requests for one origin, and to no other."""

    def __init__(self, key: Secret, origin: str, header: str) -> None:
        self._key, self._origin, self._header = key, _place(httpx.URL(origin)), header
        self._scheme = "Bearer " if header == BEARER else ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if _place(request.url) == self._origin:
            request.headers[self._header] = self._scheme + self._key.reveal()
        yield request

    def hide(self, reply: Reply) -> Reply:
        """An answer without the key, should the server repeat it: answers are kept, and shown."""
        key = self._key.reveal()
        if len(key) < LEAST_HIDDEN:
            return reply
        body = reply.body.replace(key.encode(), HIDDEN.encode()) if key.encode() in reply.body else reply.body
        if any(key in value for value in reply.headers.values()):
            told = {name.lower(): value.replace(key, HIDDEN) for name, value in reply.headers.items()}
            return replace(reply, headers=told, body=body)
        return reply if body is reply.body else replace(reply, body=body)


# Reading some 140 certificates takes as long as opening the rest of a session.
_certificates = functools.cache(httpx.create_ssl_context)
# Parsing an address takes as long as everything else this module does for a call.
_address = functools.lru_cache(maxsize=64)(httpx.URL)


def _place(url: httpx.URL) -> tuple[str, bytes]:
    return url.scheme, url.netloc


class Channel:
    """Calls to one API with one key.

    Args:
        base_url: the API's base, e.g. ``https://generor.com/api/v1``.
        key: sent to that origin only; None is anonymous.
        key_header: what carries the key: bare, but for a Bearer token in ``Authorization``.
        headers: what else every request of the API carries.
        window: seconds of the window that its rate-limit headers speak of.
        app: an ASGI application to call instead of a socket.
        counters: where the pace is counted; in the home folder unless given, in memory for an ``app``.
        timing: clock, sleep and chance.
        transport: carries requests instead of a socket.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret | None = None,
        *,
        key_header: str = BEARER,
        headers: Mapping[str, str] | None = None,
        window: int = MINUTE,
        app: Any = None,
        counters: Counters | None = None,
        timing: Timing | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base_url, self.origin = base_url.rstrip("/"), origin_of(base_url)
        self._app, self._transport, self.closed = app, transport, False
        self._timing = timing or Timing()
        self._auth = _Signed(key, self.origin, key_header) if key else None
        self._tls = None if app or transport else _certificates()
        # A proxy reads what goes over plain http, the key too; that address is on this machine anyway.
        self._trust_env = not self.origin.startswith("http:")
        self._further = dict(headers or {})
        self._pools = Pools(lambda limits: self._open(self._auth, limits=limits, headers=self._further))
        self._media = self._open(None)
        self._fetcher = Fetcher(self._media, self.origin, self._timing)
        where = counting_file if app is None else None
        self._gate = Gate(
            _name(self.base_url, key),
            counters or Counters(where, TIERS, self._timing.now, window),
            self.origin,
            self._timing,
        )
        self._headers: Mapping[str, str] = {}

    @property
    def rate(self) -> Rate:
        """What the last answer to this process that named a limit said."""
        return read_rate(self._headers)

    def standing(self) -> Rate:
        """What the key may send now, whichever process of this home was told so.

        ``limit`` is 0 where the server names none; ``remaining`` is None where this window is not known.
        """
        return self._gate.standing()

    def _open(self, auth: httpx.Auth | None, **options: Any) -> httpx.AsyncClient:
        app = httpx.ASGITransport(self._app, raise_app_exceptions=False) if self._app else None
        return httpx.AsyncClient(
            auth=auth,
            transport=app or self._transport,
            verify=self._tls if self._tls is not None else True,
            trust_env=self._trust_env,
            follow_redirects=False,
            timeout=httpx.Timeout(FREE_SECONDS, connect=CONNECT_SECONDS, pool=None),
            **options,
        )

    async def call(
        self, method: str, path: str, *, params: Any = None, json: Any = None, options: CallOptions = DEFAULT
    ) -> Reply:
        """A free call, in pace, repeated where that is harmless.

        Raises:
            NotSent: the server was not reached.
            ServerError: it was reached and did not answer in full.
            RateLimited: the pace allows it only after the deadline; nothing was sent.
        """
        if _costs(method, path):
            raise RuntimeError("a paid call goes through the courier")
        url = self.base_url + path
        return await _Call(self, options, method, url, params, json).run()

    async def ready(self) -> Permit:
        """Wait, 120 s at most, until a paid request may leave; the permit goes into its ticket, or back.

        Raises:
            RateLimited: not within that time.
        """
        return await self._gate.enter(TOTAL_SECONDS)

    def give_back(self, permit: Permit) -> None:
        """The request that waited for ``permit`` will not be sent."""
        self._gate.lose(permit)

    async def paid(
        self,
        ticket: Ticket,
        path: str,
        body: bytes,
        read_seconds: float,
        *,
        idempotency_key: str | None = None,
    ) -> Reply:
        """The one POST that costs credits: a fresh connection, no redirects, no second try.

        Args:
            idempotency_key: what the API knows the request again by, if it does.

        Raises:
            NotSent: provably undelivered.
            OutcomeUnknown: the request left and no complete answer came.
        """
        ticket.use()
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        timeout = httpx.Timeout(read_seconds, connect=CONNECT_SECONDS, pool=None)
        permit = ticket.permit or self._gate.force()
        async with self._open(self._auth, headers=self._further) as client:
            request = client.build_request(
                "POST", self.base_url + path, content=body, headers=headers, timeout=timeout
            )
            try:
                return await self._exchange(client, request, permit)
            except UNDELIVERED as error:
                raise self._not_sent(error) from None
            except (httpx.HTTPError, ServerError) as error:
                what = say("outcome.unknown", place=self.origin, error=type(error).__name__)
                raise OutcomeUnknown(what, say("outcome.unknown.hint"), operation=ticket.operation) from None

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request, permit: Permit) -> Reply:
        """One request and its whole answer; whatever happens is told to the gate."""
        started = time.monotonic()
        try:
            response = await client.send(request, stream=True)
        except BaseException:
            self._gate.lose(permit)
            raise
        headers = response.headers
        try:
            self._learn(permit, response.status_code, headers)
            chunks, size = [], 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > MAX_ANSWER:
                    raise ServerError(say("answer.large", place=self.origin), say("server.silent.hint"))
                chunks.append(chunk)
        finally:
            await response.aclose()
        reply = Reply(response.status_code, headers, b"".join(chunks), time.monotonic() - started)
        return self._auth.hide(reply) if self._auth is not None else reply

    def _learn(self, permit: Permit, status: int, headers: Mapping[str, str]) -> None:
        try:
            self._gate.leave(permit, status, headers)
        except Exception:  # bookkeeping must not lose an answer that may be paid for
            self._gate.lose(permit)
        if "x-ratelimit-limit" in headers or "x-ratelimit-remaining" in headers:
            self._headers = headers

    async def fetch(self, url: str, part: Path, limit: int = 1 << 30) -> str:
        """Download media into ``part``, fsynced, without the key, and return its sha256.

        A broken connection is taken up where it broke off, if the server can do that.

        Args:
            url: absolute, or relative to the API's origin.
            part: a file that does not exist yet.
            limit: the most bytes to accept.

        Raises:
            GenerorError: the address is refused, the server is, or the file is larger than ``limit``.
        """
        return await self._fetcher.fetch(url, part, limit)

    async def put(self, url: str, data: bytes, mime: str) -> int:
        """Upload to an address that was signed for it, without the key; the answer's status.

        Raises:
            GenerorError: the address is refused, or no answer came.
        """
        return await self._fetcher.put(url, data, mime)

    def _not_sent(self, error: Exception) -> NotSent:
        return NotSent(
            say("server.down", place=self.origin), say("server.down.hint", error=type(error).__name__)
        )

    async def aclose(self) -> None:
        self.closed = True
        await self._pools.aclose()
        await self._media.aclose()
        self._gate.close()


class _Call:
    """One free call with its attempts and its deadline."""

    def __init__(
        self, channel: Channel, options: CallOptions, method: str, url: str, params: Any, json: Any
    ) -> None:
        self.channel, self.options, self.timing = channel, options, channel._timing
        self.method, self.url, self.params, self.json = method, url, params, json
        self.ends = self.timing.steady() + (TOTAL_SECONDS if options.deadline is None else options.deadline)
        self.repeatable = method in ("GET", "HEAD") if options.retry is None else options.retry
        self.retries: Retries | None = None
        self.paced, self.again = 0.0, False

    async def run(self) -> Reply:
        started = self.timing.steady()
        while True:
            before = self.timing.steady()
            permit = await self.channel._gate.enter(self.ends - before)
            self.paced += self.timing.steady() - before
            reply: Reply | None = None
            error: GenerorError | None = None
            try:
                reply = await self._attempt(permit)
                fate = fate_of(reply.status)
            except UNDELIVERED as fault:
                fate, error = Fate.UNDELIVERED, self.channel._not_sent(fault)
            except (httpx.HTTPError, TimeoutError) as fault:
                fate, error = Fate.UNKNOWN, self._silent(fault)
            if fate is not Fate.ANSWERED:
                self.again = self.again or fate is Fate.UNKNOWN
                pause = self._pause(fate, reply, self.timing.steady() - started - self.paced)
                if pause is not None:
                    await self.timing.sleep(pause)
                    continue
            if reply is None:
                raise error or RuntimeError("an attempt without an end")
            return replace(reply, again=True) if self.again else reply

    async def _attempt(self, permit: Permit) -> Reply:
        channel, place = self.channel, self.channel._pools.take()
        try:
            client = channel._pools.clients[place]
            try:
                request = client.build_request(
                    self.method, _address(self.url), params=self.params, json=self.json
                )
            except (httpx.InvalidURL, UnicodeError):
                channel._gate.lose(permit)
                raise InvalidRequest(say("address.bad"), say("address.bad.hint")) from None
            left = self.ends - self.timing.steady()
            timeout = self.options.timeout
            limit = left if timeout is None else min(left, timeout)
            if timeout is not None and timeout > FREE_SECONDS:
                request.extensions["timeout"]["read"] = timeout
            async with asyncio.timeout(limit if limit < math.inf else None):
                return await channel._exchange(client, request, permit)
        finally:
            channel._pools.give(place)

    def _pause(self, fate: Fate, reply: Reply | None, spent: float) -> float | None:
        """Seconds to wait before it is sent again; None when it is not."""
        if self.options.retry is False or not may_resend(fate, Billing.FREE, self.repeatable):
            return None
        if self.retries is None:
            self.retries = Retries(self.timing.rng)
        until = room_in if fate is Fate.LIMITED else retry_after
        asked = until(reply.headers, self.timing.now()) if reply else None
        left = self.ends - self.timing.steady()
        if fate is Fate.LIMITED:
            # The gate waits, and no longer than the deadline; here it is only asked whether it will.
            self.retries.tried += 1
            patient = asked is not None and asked < left and self.retries.tried < self.retries.attempts
            return 0.0 if patient else None
        pause = self.retries.pause(spent, asked or 0.0)
        return pause if pause is not None and pause < left else None

    def _silent(self, fault: Exception) -> ServerError:
        what = say("server.silent", place=self.channel.origin, error=type(fault).__name__)
        return ServerError(what, say("server.silent.hint"))


def _costs(method: str, path: str) -> bool:
    """Whether a request is a paid one, however its method and address are spelled."""
    plain = posixpath.normpath(unquote(urlsplit(path).path)).lower()
    return method.upper() == "POST" and plain.endswith(PAID)


def counting_file() -> Path:
    """Where the pacing counters of this home lie."""
    home: Path = Settings().get("home")
    return home / counting.FILE


def _name(base_url: str, key: Secret | None) -> str:
    """What the counters call a key: never itself, and at each API another name."""
    return hashlib.sha256(f"{base_url} {key.reveal() if key else ''}".encode()).hexdigest()[:16]
