"""The studio as an ASGI application."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterable, Mapping
from email.utils import formatdate
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import openapi, routes
from .answers import Refused, plain
from .declare import PUBLIC, Operation
from .dispatch import STANDING, Call, Parts, answer, answer_anybody, stranger

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?")


class ContractRoute(APIRoute):
    """A path of the API, with all its methods.

    It reads its request itself: FastAPI would check in another order, and answer 422.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        # Else PATCH /creations/public would go on to PATCH /creations/{id}.
        whole = match is Match.PARTIAL and not self.param_convertors
        return (Match.FULL if whole else match), child

    def get_route_handler(self) -> Endpoint:
        endpoint: Endpoint = self.endpoint
        return endpoint


def build(parts: Parts, *, loopback: bool = False) -> ASGIApp:
    """The application.

    Args:
        parts: what the operations work with.
        loopback: whether it is served on a socket, which any web page can reach: then a request must name
            this machine as its host and must not come from a foreign page.
    """
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    api.router.route_class = ContractRoute
    for path, by_method in _by_path((_description(), *routes.OPERATIONS)).items():
        api.add_api_route(routes.API + path, _endpoint(parts, by_method), methods=list(by_method))
    api.add_api_route(routes.MEDIA.path, _media(parts), methods=["GET", "HEAD"])
    api.add_exception_handler(HTTPException, _lost(parts))
    return Frame(api, parts, loopback=loopback)


class Frame:
    """Around everything: who may knock on a socket, and the headers that every answer carries."""

    def __init__(self, app: ASGIApp, parts: Parts, *, loopback: bool) -> None:
        self._app, self._parts, self._loopback = app, parts, loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await decline(scope, receive, send)
            return

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(scope, MutableHeaders(scope=message))
            await send(message)

        app = self._app
        if self._loopback and (problem := foreign(Headers(scope=scope))):
            app = Refused("FORBIDDEN", problem).response()
        await app(scope, receive, send_framed)

    def _add_headers(self, scope: Scope, headers: MutableHeaders) -> None:
        standing = scope.get(STANDING) or stranger(self._parts, scope)
        for name, value in standing.headers().items():
            headers[name] = value
        headers["Date"] = formatdate(self._parts.clock(), usegmt=True)
        headers["X-Content-Type-Options"] = "nosniff"


class Site:
    """The applications of one address: those below a path of their own, and one for all the rest."""

    def __init__(self, root: ASGIApp, others: Mapping[str, ASGIApp]) -> None:
        self._root, self._others = root, dict(others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        for prefix, app in self._others.items():
            if path.startswith(f"{prefix}/"):
                await app({**scope, "root_path": scope.get("root_path", "") + prefix}, receive, send)
                return
        await self._root(scope, receive, send)


def foreign(headers: Headers) -> str | None:
    """Why a request to a loopback socket may be some web page's doing; None when it is not."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not _LOOPBACK.fullmatch(host):
        return "The Host header must name 127.0.0.1 or localhost"
    if origin is not None and origin != f"http://{host}":
        return "Requests from pages of another origin are refused"
    if headers.get("sec-fetch-site") == "cross-site":
        return "Requests from pages of another site are refused"
    return None


def _by_path(operations: Iterable[Operation]) -> dict[str, dict[str, Operation]]:
    found: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        found.setdefault(operation.path, {})[operation.method] = operation
    return found


def _description() -> Operation:
    described = openapi.document(routes.OPERATIONS, routes.API)

    async def describe(_call: Call) -> Response:
        return plain(described)

    return Operation("GET", openapi.PATH, describe, PUBLIC, "")


def _endpoint(parts: Parts, by_method: Mapping[str, Operation]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await answer(parts, request, by_method[request.method])

    return endpoint


def _media(parts: Parts) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await answer_anybody(parts, request, routes.MEDIA)

    return endpoint


def _lost(parts: Parts) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    """Unknown paths and methods are answered after key and rate, like everything else."""

    async def handler(request: Request, error: Exception) -> Response:
        async def refuse(_call: Call) -> Response:
            if isinstance(error, HTTPException) and error.status_code == 405:
                message = f"{request.method} is not supported here"
                allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
                raise Refused("METHOD_NOT_ALLOWED", message, {"Allow": allowed})
            raise Refused("NOT_FOUND", "There is nothing at this address")

        return await answer(parts, request, Operation(request.method, "", refuse, PUBLIC, ""))

    return handler


async def decline(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
