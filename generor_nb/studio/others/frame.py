"""How a request to one of the other APIs is met, and the headers that every answer carries."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any, Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..answers import Refused, invalid, missing, server_error
from ..app import decline, foreign
from ..checks import Field, read_fields
from ..dispatch import Met, Parts
from ..offload import offload
from ..order import parse
from ..parts import recover
from . import jobs
from .holders import Firm, Holder, Holders
from .quota import Standing

log = logging.getLogger(__name__)
STANDING = "studio.others.standing"
# Public, and never another file at the same address.
MEDIA_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


@dataclass(frozen=True, slots=True)
class Visit(Met):
    """One request that was let in; ``holder`` is who asks, where somebody must."""

    _holder: Holder | None

    @property
    def holder(self) -> Holder:
        if self._holder is None:
            raise RuntimeError("this way in asks for no key")
        return self._holder

    async def fields(self, fields: Sequence[Field]) -> dict[str, Any]:
        """The documented fields of the JSON body, checked; others are left out."""
        return read_fields(fields, parse(await self.raw()))

    async def job(self, provider: str, public_id: str) -> Any:
        """A job of the account that asks, or None; one that nobody is at any more has ended."""
        found = await self.read(jobs.find, provider, self.holder.user_id, public_id)
        if found is not None and found["state"] in jobs.OPEN and self.parts.owner.is_dead(found["owner"]):
            await offload(recover, self.parts)
            found = await self.read(jobs.find, provider, self.holder.user_id, public_id)
        return found


Handler = Callable[[Visit], Awaitable[Response]]


class Api(Protocol):
    """One of the other APIs: its ways in, and how it says things."""

    firm: Firm
    holders: Holders

    def ways(self) -> Sequence[Way]: ...

    def admit(self, request: Request) -> Holder:
        """Who is asking, counted; refuses who may not."""

    def refusal(self, refused: Refused) -> Response: ...

    def headers(self, standing: Standing | None) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Way:
    """A method and a path; ``needs_key`` is false where something else lets in."""

    method: str
    path: str
    handler: Handler
    needs_key: bool = True


class Frame:
    """The ASGI application of one API.

    Args:
        loopback: whether it is served on a socket, which any web page can reach.
    """

    def __init__(self, parts: Parts, api: Api, *, loopback: bool) -> None:
        self._parts, self._api, self._loopback = parts, api, loopback
        routes = [Route(way.path, self._met(way), methods=[way.method]) for way in api.ways()]
        routes.append(Route("/media/{name}", self._media, methods=["GET"]))
        self._router = Router(routes, redirect_slashes=False, default=self._lost)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await decline(scope, receive, send)
            return

        # Without an app in it the router would answer a wrong method in words of its own.
        met = {**scope, "app": self._router}

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._api.headers(met.get(STANDING)).items():
                    headers[name] = value
                headers["Date"] = formatdate(self._parts.clock(), usegmt=True)
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        app: ASGIApp = self._router
        if self._loopback and (problem := foreign(Headers(scope=scope))):
            app = self._api.refusal(Refused("FORBIDDEN", problem))
        try:
            await app(met, receive, send_framed)
        except HTTPException as error:  # of the router: a method that a path does not have
            allowed = (error.headers or {}).get("Allow", "")
            refused = Refused("METHOD_NOT_ALLOWED", "This method is not supported here", {"Allow": allowed})
            await self._api.refusal(refused)(met, receive, send_framed)

    def _met(self, way: Way) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            async def admitted() -> Response:
                holder = await offload(self._api.admit, request) if way.needs_key else None
                return await way.handler(Visit(self._parts, request, holder))

            return await self._answered(admitted())

        return endpoint

    async def _answered(self, work: Awaitable[Response]) -> Response:
        try:
            return await work
        except Refused as refused:
            return self._api.refusal(refused)
        except ClientDisconnect:
            return self._api.refusal(invalid("the body did not arrive"))
        except Exception:
            log.exception("an operation of the studio failed")
            return self._api.refusal(server_error())

    async def _lost(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._api.refusal(Refused("NOT_FOUND", "There is nothing at this address"))(
            scope, receive, send
        )

    async def _media(self, request: Request) -> Response:
        return await self._answered(self._file(Visit(self._parts, request, None)))

    async def _file(self, visit: Visit) -> Response:
        name = visit.request.path_params["name"]
        file = await visit.read(jobs.file_named, self._api.firm.name, name)
        path = self._parts.media.path(file["digest"]) if file else None
        if file is None or path is None or not path.exists():
            raise missing("File")
        return _served(path, file["mime"])


def count(request: Request, standing: Standing) -> None:
    """Note where a caller stands, and refuse one whose window is full."""
    request.scope[STANDING] = standing
    if standing.retry_after is not None:
        raise Refused(
            "RATE_LIMIT_EXCEEDED",
            f"Too many requests; try again in {standing.retry_after} s",
            {"Retry-After": str(standing.retry_after)},
        )


def bearer(request: Request) -> str:
    """The key of the Authorization header; empty without one."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def answered(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Response(body, status, headers=dict(headers or {}), media_type="application/json")


def _served(path: Path, mime: str) -> Response:
    if sys.platform == "emscripten":
        return Response(path.read_bytes(), media_type=mime, headers=MEDIA_HEADERS)
    return FileResponse(path, media_type=mime, headers=MEDIA_HEADERS)
