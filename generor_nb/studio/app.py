"""The studio as an ASGI application."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from email.utils import formatdate
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import routes
from .answers import Refused
from .dispatch import STANDING, Call, Handler, Parts, answer, answer_anybody, stranger

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?")


class ContractRoute(APIRoute):
    """A route that reads its request itself: FastAPI would check in another order, and answer 422."""

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
    for operation in routes.OPERATIONS:
        endpoint = _endpoint(parts, operation.scope, operation.handler)
        api.add_api_route(routes.API + operation.path, endpoint, methods=[operation.method])
    api.add_api_route(routes.MEDIA, _media(parts), methods=["GET", "HEAD"])
    api.add_exception_handler(HTTPException, _lost(parts))
    return Frame(api, parts, loopback=loopback)


class Frame:
    """Around everything: who may knock on a socket, and the headers that every answer carries."""

    def __init__(self, app: ASGIApp, parts: Parts, *, loopback: bool) -> None:
        self._app, self._parts, self._loopback = app, parts, loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _decline(scope, receive, send)
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


def _endpoint(parts: Parts, scope: str | None, handler: Handler) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await answer(parts, request, scope, handler)

    return endpoint


def _media(parts: Parts) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await answer_anybody(parts, request, routes.get_media)

    return endpoint


def _lost(parts: Parts) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    """Unknown paths and methods are answered after key and rate, like everything else."""

    async def handler(request: Request, error: Exception) -> Response:
        async def refuse(_call: Call) -> Response:
            if isinstance(error, HTTPException) and error.status_code == 405:
                message = f"{request.method} is not supported here"
                raise Refused("METHOD_NOT_ALLOWED", message, error.headers)
            raise Refused("NOT_FOUND", "There is nothing at this address")

        return await answer(parts, request, None, refuse)

    return handler


async def _decline(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
