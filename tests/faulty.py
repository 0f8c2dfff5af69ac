"""A TCP proxy that breaks paid calls in chosen ways and leaves every other call alone."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

HTML = b"<html><body><h1>Bad gateway</h1><script>alert(1)</script></body></html>"

NOTHING = b'{"success":true,"data":[],"meta":{"page":1,"total_pages":0,"has_next":false}}'


class Faulty:
    """Stands before a server on loopback. ``mode`` says what happens to a POST to ``…/generate``.

    pass · reset (before forwarding) · drop (forwarded, answer lost) · half (answer cut off) ·
    html (forwarded, then a 502 page) · nonsense (201, unreadable) · empty (201, no creation) ·
    500 (forwarded, then the API's own 500) · 307 · 429 · 402
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream, self.path = (parts.hostname, parts.port), parts.path
        self.mode, self.generates, self.seen = "pass", 0, []
        # Lists that come back empty, and what becomes of the rows of others (None: not listed yet).
        self.hides: set[str] = set()
        self.edits: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {}
        self.port, self.retry_after = 0, 7

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.seen.append(head)
            first = head.split(b"\r\n", 1)[0].split()
            if first[0] == b"POST" and first[1].endswith(b"/generate"):
                await self._paid(head, reader, writer)
            elif (name := first[1].decode().split("?")[0].removeprefix(self.path)) in self.hides:
                writer.write(_answer("200 OK", NOTHING, "application/json"))
                await writer.drain()
            elif name in self.edits:
                writer.write(_edited(await self._forward(_closing(head)), self.edits[name]))
                await writer.drain()
            else:
                await self._pipe(head, reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _paid(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.generates += 1
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        body = await reader.readexactly(length)
        refusals = {"307": "307 Temporary Redirect", "429": "429 Too Many", "402": "402 Payment Required"}
        if self.mode == "reset":
            return
        if self.mode in refusals:
            codes = {"307": "SERVER_ERROR", "429": "RATE_LIMIT_EXCEEDED", "402": "INSUFFICIENT_CREDITS"}
            more = f"Retry-After: {self.retry_after}\r\nLocation: /api/v1/generators/image/generate\r\n"
            error = (
                f'{{"success":false,"error":{{"code":"{codes[self.mode]}",'
                f'"message":"needs 80 credits, 12 left","status":{self.mode}}}}}'
            ).encode()
            writer.write(_answer(refusals[self.mode], error, "application/json", more))
            return
        reply = await self._forward(head + body)
        if self.mode == "pass":
            writer.write(reply)
        elif self.mode == "half":
            writer.write(reply[: len(reply) - 40])
        elif self.mode == "nonsense":
            writer.write(
                _answer("201 Created", b'{"success":true,"data":{"creations":"?"}}', "application/json")
            )
        elif self.mode == "empty":
            empty = b'{"success":true,"data":{"creations":[],"credit_cost":6}}'
            writer.write(_answer("201 Created", empty, "application/json"))
        elif self.mode == "html":
            writer.write(_answer("502 Bad Gateway", HTML, "text/html"))
        elif self.mode == "500":
            error = b'{"success":false,"error":{"code":"SERVER_ERROR","message":"oops","status":500}}'
            writer.write(_answer("500 Internal Server Error", error, "application/json"))
        if writer.can_write_eof() and self.mode != "drop":
            await writer.drain()

    async def _forward(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self.upstream)
        writer.write(request)
        reply = await reader.read()
        writer.close()
        return reply

    async def _pipe(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self.upstream)
        # One request a connection, so that each one is seen here.
        back.write(_closing(head))
        await asyncio.gather(_copy(reader, back), _copy(there, writer), return_exceptions=True)


def _closing(head: bytes) -> bytes:
    return head.replace(b"keep-alive", b"close").replace(b"gzip, deflate", b"identity")


def _edited(reply: bytes, edit: Callable[[dict[str, Any]], dict[str, Any] | None]) -> bytes:
    answer = json.loads(reply.split(b"\r\n\r\n", 1)[1])
    answer["data"] = [shown for row in answer["data"] if (shown := edit(row)) is not None]
    return _answer("200 OK", json.dumps(answer).encode(), "application/json")


def _answer(status: str, body: bytes, kind: str, more: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}Connection: close"
    )
    return head.encode() + b"\r\n\r\n" + body


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    finally:
        target.close()


@contextmanager
def faulty(upstream: str) -> Iterator[Faulty]:
    proxy, ready = Faulty(upstream), threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(proxy.serve(ready, stop))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
