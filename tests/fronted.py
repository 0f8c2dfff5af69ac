"""An ASGI application on a real socket, behind a front that remembers what came and can break it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from generor_nb.studio.serve import listen

# What becomes of a request: passed on, answered with this status instead, or done and its answer lost.
Fault = int | str
LOST = "lost"


@dataclass
class Came:
    method: str
    path: str
    headers: dict[str, str]
    status: int = 0


@dataclass
class Front:
    """``faults`` maps (method, end of the path) to what becomes of the next such requests."""

    app: Any
    came: list[Came] = field(default_factory=list)
    faults: dict[tuple[str, str], list[Fault]] = field(default_factory=dict)
    url: str = ""

    def of(self, method: str, end: str = "") -> list[Came]:
        return [one for one in self.came if one.method == method and one.path.endswith(end)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        came = Came(scope["method"], scope["path"], headers)
        self.came.append(came)
        fault = self._next(came)
        if isinstance(fault, int):
            came.status = fault
            await send({"type": "http.response.start", "status": fault, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})
            return
        await self.app(scope, receive, self._told(came, send) if fault is None else _nowhere)
        if fault == LOST:
            await send({"type": "http.response.start", "status": 502, "headers": []})
            await send({"type": "http.response.body", "body": b"<html>"})

    def _next(self, came: Came) -> Fault | None:
        for (method, end), waiting in self.faults.items():
            if came.method == method and came.path.endswith(end) and waiting:
                return waiting.pop(0)
        return None

    def _told(self, came: Came, send: Callable[[Any], Any]) -> Callable[[Any], Any]:
        async def tell(message: Any) -> None:
            came.status = message.get("status", came.status)
            await send(message)

        return tell


async def _nowhere(message: Any) -> None:
    pass


@contextmanager
def fronted(app: Any) -> Iterator[Front]:
    """Serve ``app`` on a free port of this machine, as long as this lasts."""
    front = Front(app)
    config = uvicorn.Config(front, log_level="error", access_log=False, lifespan="off", date_header=False)
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    with listen() as listener:
        front.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
        thread.start()
        try:
            yield front
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def _no_signals() -> Iterator[None]:
    yield
