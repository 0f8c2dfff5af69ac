"""One account at one place: free calls, the one paid call, and media without the key.

The only module that imports httpx.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import AsyncIterator, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from ..base.errors import GenerorError, NotSent, OutcomeUnknown, ServerError
from ..base.messages import say
from ..base.secret import Secret
from .limits import Rate, read_rate

CONNECT_SECONDS = 10.0
FREE_SECONDS = 30.0
MAX_ANSWER = 64 * 2**20
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
    """A complete answer: ``elapsed`` in seconds, header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float


class Ticket:
    """Leave to send one paid POST, once. The courier writes one after SENT is on disk."""

    __slots__ = ("_used", "operation")

    def __init__(self, operation: str) -> None:
        self.operation, self._used = operation, False

    def use(self) -> None:
        if self._used:
            raise RuntimeError("this ticket was used: a paid request is never sent twice")
        self._used = True


class _Bearer(httpx.Auth):
    """Adds the key to requests for one origin, and to no other."""

    def __init__(self, key: Secret, origin: str) -> None:
        self._key, self._origin = key, origin

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if _origin(str(request.url)) == self._origin:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


class Channel:
    """Calls to one API with one key.

    Args:
        base_url: the API's base, e.g. ``https://generor.com/api/v1``.
        key: sent as a Bearer token to that origin only; None is anonymous.
        app: an ASGI application to call instead of a socket.
        paid_suffix: POSTs to paths ending so cost credits and need a Ticket.
    """

    def __init__(
        self, base_url: str, key: Secret | None = None, *, app: Any = None, paid_suffix: str = "/generate"
    ) -> None:
        self.base_url, self.origin = base_url.rstrip("/"), _origin(base_url)
        self.rate = Rate()
        self._app, self._paid_suffix = app, paid_suffix
        self._auth = _Bearer(key, self.origin) if key else None
        self._tls = None if app or self.origin.startswith("http:") else httpx.create_ssl_context()
        self._client = self._open(self._auth)
        self._media = self._open(None)

    def _open(self, auth: httpx.Auth | None, **options: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False) if self._app else None
        return httpx.AsyncClient(
            auth=auth,
            transport=transport,
            verify=self._tls if self._tls is not None else True,
            follow_redirects=False,
            timeout=httpx.Timeout(FREE_SECONDS, connect=CONNECT_SECONDS, pool=None),
            **options,
        )

    async def call(self, method: str, path: str, *, params: Any = None, json: Any = None) -> Reply:
        """A free call.

        Raises:
            NotSent: the server was not reached.
            ServerError: it was reached and did not answer in full.
        """
        if method == "POST" and path.rstrip("/").endswith(self._paid_suffix):
            raise RuntimeError("a paid call goes through the courier")
        request = self._client.build_request(method, self.base_url + path, params=params, json=json)
        try:
            return await self._exchange(self._client, request)
        except UNDELIVERED as error:
            raise self._not_sent(error) from None
        except httpx.HTTPError as error:
            what = say("server.silent", place=self.origin, error=type(error).__name__)
            raise ServerError(what, say("server.silent.hint")) from None

    async def paid(self, ticket: Ticket, path: str, body: bytes, read_seconds: float) -> Reply:
        """The one POST that costs credits: a fresh connection, no redirects, no second try.

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
        timeout = httpx.Timeout(read_seconds, connect=CONNECT_SECONDS, pool=None)
        async with self._open(self._auth) as client:
            request = client.build_request(
                "POST", self.base_url + path, content=body, headers=headers, timeout=timeout
            )
            try:
                return await self._exchange(client, request)
            except UNDELIVERED as error:
                raise self._not_sent(error) from None
            except (httpx.HTTPError, ServerError) as error:
                what = say("outcome.unknown", place=self.origin, error=type(error).__name__)
                raise OutcomeUnknown(what, say("outcome.unknown.hint"), operation=ticket.operation) from None

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request) -> Reply:
        started = time.monotonic()
        response = await client.send(request, stream=True)
        try:
            chunks, size = [], 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > MAX_ANSWER:
                    raise ServerError(say("answer.large", place=self.origin), say("server.silent.hint"))
                chunks.append(chunk)
        finally:
            await response.aclose()
        headers = {k.lower(): v for k, v in response.headers.items()}
        if "x-ratelimit-limit" in headers:
            self.rate = read_rate(headers)
        return Reply(response.status_code, headers, b"".join(chunks), time.monotonic() - started)

    async def fetch(self, url: str, part: Path, limit: int = 1 << 30) -> str:
        """Download media into ``part``, fsynced, without the key, and return its sha256.

        Args:
            url: absolute, or relative to the API's origin.
            part: a file that does not exist yet.
            limit: the most bytes to accept.

        Raises:
            GenerorError: the address is refused, the server is, or the file is larger than ``limit``.
        """
        full = urljoin(self.origin + "/", url)
        if not (full.startswith("https://") or _origin(full) == self.origin):
            raise GenerorError(say("media.address", url=full), say("media.hint"))
        digest = hashlib.sha256()
        try:
            with part.open("xb") as file:
                async for chunk in self._stream(full, limit):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except httpx.HTTPError as error:
            raise GenerorError(say("media.failed", error=type(error).__name__), say("media.hint")) from None
        return digest.hexdigest()

    async def _stream(self, url: str, limit: int) -> AsyncIterator[bytes]:
        size = 0
        async with self._media.stream("GET", url) as response:
            if response.status_code != 200:
                raise GenerorError(
                    say("media.failed", error=f"HTTP {response.status_code}"), say("media.hint")
                )
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > limit:
                    raise GenerorError(say("media.large", limit=limit >> 20), say("media.hint"))
                yield chunk

    def _not_sent(self, error: Exception) -> NotSent:
        return NotSent(
            say("server.down", place=self.origin), say("server.down.hint", error=type(error).__name__)
        )

    async def aclose(self) -> None:
        await self._client.aclose()
        await self._media.aclose()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
