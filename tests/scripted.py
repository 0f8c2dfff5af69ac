"""A server on a real socket that gives the answers it is told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

# The connection is closed without an answer, after the request was read.
DROP = b""


@dataclass(frozen=True)
class Asked:
    """One request as it came: header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answer(status: int = 200, body: Any = b"", kind: str = "application/json", **headers: str) -> bytes:
    """An HTTP answer, whole; ``body`` is bytes or what becomes JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + data


@dataclass
class Scripted:
    """``tell`` gives the answer to each request."""

    tell: Callable[[Asked], bytes]
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def posts(self, path: str) -> list[Asked]:
        """The paid requests that arrived: the oracle."""
        return [one for one in self.asked if (one.method, one.path) == ("POST", path)]

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            method, target, _ = first.split()
            place = urlsplit(target)
            query = {name: values[0] for name, values in parse_qs(place.query).items()}
            asked = Asked(method, place.path, query, headers, body)
            self.asked.append(asked)
            writer.write(self.tell(asked))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@contextmanager
def serving(tell: Callable[[Asked], bytes]) -> Iterator[Scripted]:
    """A scripted server, as long as this lasts."""
    server, ready, loop, stop = Scripted(tell), threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve(ready, stop)), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()
