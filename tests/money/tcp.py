"""The model server over real sockets, with faults on the line: a small HTTP that can be broken anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .model import PICTURE, Course, Job, ModelServer, encoded, refusal

HTML = b"<!doctype html><html><body><h1>Bad gateway</h1><script>alert(1)</script></body></html>"
# Fault of a paid request -> what the server itself did with it.
BEFORE = (
    "refuse",
    "reset_before",
    "reset_in_head",
    "429",
    "402",
    "400",
    "303_before",
    "html_before",
    "503_before",
)
AFTER = (
    "ok",
    "reset_after",
    "close_after",
    "mid_head",
    "mid_body",
    "reset_in_body",
    "stall_head",
    "stall_body",
    "silent",
    "drip",
    "502",
    "504",
    "524",
    "500",
    "408",
    "425",
    "409",
    "307",
    "308",
    "301",
    "twice",
    "html_200",
    "truncated",
    "mutated",
    "empty_body",
    "wrong_length",
    "garbage",
    "gzip_lie",
    "chunked_cut",
    "no_length",
    "two_answers",
    "204",
    "202",
    "empty",
    "fewer",
    "nonsense",
    "lost500",
    "refunded500",
    "free500",
)
FAULTS = BEFORE + AFTER
# After these the program must know that nothing was charged, and may send again when asked.
SURELY_FREE = frozenset({"refuse", "429", "402", "400"})
STATUS = {
    "502": "502 Bad Gateway",
    "504": "504 Gateway Timeout",
    "524": "524 A Timeout Occurred",
    "408": "408 Request Timeout",
    "500": "500 Internal Server Error",
    "425": "425 Too Early",
    "409": "409 Conflict",
    "307": "307 Temporary Redirect",
    "308": "308 Permanent Redirect",
    "301": "301 Moved Permanently",
    "303": "303 See Other",
    "429": "429 Too Many Requests",
    "402": "402 Payment Required",
    "400": "400 Bad Request",
    "503": "503 Service Unavailable",
}
FREE_FAULTS = ("free_reset", "free_html", "free_500", "free_truncated", "free_mutated", "free_429")


@dataclass
class Server:
    """``fault`` is what happens to the next paid request; ``free_faults`` how often a free one fails.

    ``arrived`` counts the paid requests whose first byte came in, by prompt where it could be read.
    """

    model: ModelServer
    rng: random.Random
    fault: str = "ok"
    free_faults: float = 0.0
    arrived: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    point: Callable[[str], Any] = lambda name: None
    stop_after: float = 0.05

    port = 0
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse connections from now on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line = await reader.readline()
        if not line:
            return False
        method, target, _ = line.decode("latin-1").split()
        parts = urlsplit(target)
        path = parts.path.removeprefix("/api/v1")
        paid = method == "POST" and path.endswith("/generate")
        if paid:
            self.arrived += 1
            self.point("first byte")
            if self.fault == "reset_in_head":
                return self._reset(writer)
        length = 0
        while (head := await reader.readline()) not in (b"\r\n", b""):
            if head.lower().startswith(b"content-length:"):
                length = int(head.split(b":")[1])
        if paid and self.fault == "reset_before":
            return self._reset(writer)
        body = await reader.readexactly(length)
        if paid:
            await self._paid(path, json.loads(body), writer)
            return False
        return await self._free(method, path, dict(parse_qsl(parts.query)), body, writer)

    # --- free calls ---

    async def _free(
        self, method: str, path: str, params: dict[str, str], body: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        self.point("file" if path.startswith("/img/") else f"ask {path.split('/')[1]}")
        if path.startswith("/img/"):
            writer.write(_answer("200 OK", PICTURE + path.encode(), "image/png"))
            return True
        if path.endswith("/estimate"):
            status, answer = 200, self.model.estimate(path.split("/")[2], json.loads(body))
        else:
            status, answer = self.model.get(path, params)
        raw = encoded(answer)
        fault = self.rng.choice(FREE_FAULTS) if self.rng.random() < self.free_faults else ""
        match fault:
            case "free_reset":
                return self._reset(writer)
            case "free_html":
                writer.write(_answer("502 Bad Gateway", HTML, "text/html"))
                return True
            case "free_500":
                writer.write(_answer("500 Oops", encoded(refusal(500))))
                return True
            case "free_429":
                writer.write(_answer("429 Slow", encoded(refusal(429)), more="Retry-After: 1\r\n"))
                return True
            case "free_truncated":
                raw = raw[: self.rng.randrange(len(raw))]
            case "free_mutated":
                raw = _mutated(raw, self.rng)
        writer.write(_answer(f"{status} X", raw))
        await writer.drain()
        return True

    # --- the paid one ---

    async def _paid(self, path: str, fields: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        fault, slug = self.fault, path.split("/")[2]
        self.sent[str(fields.get("prompt"))] += 1
        self.point("whole request")
        if fault in BEFORE:
            writer.write(self._turned_away(fault))
            return
        inner = ("empty", "fewer", "nonsense", "lost500", "refunded500", "free500")
        course = Course(fault if fault in inner else "ok", self.seconds)
        job = self.model.generate(slug, fields, "us", course)
        if fault == "twice":
            self.model.generate(slug, fields, "network", course)
        self.point("charged")
        if self.seconds:
            await asyncio.sleep(self.seconds)
        await self._tell(fault, job, writer)

    def _turned_away(self, fault: str) -> bytes:
        code = fault.removesuffix("_before")
        if code == "html":
            return _answer("403 Forbidden", HTML, "text/html")
        more = "Retry-After: 7\r\n" if code == "429" else "Location: /api/v1/generators/poem/generate\r\n"
        return _answer(STATUS[code], encoded(refusal(int(code))), more=more)

    async def _tell(self, fault: str, job: Job, writer: asyncio.StreamWriter) -> None:
        whole = _answer(f"{job.status} Created", encoded(job.body))
        head, _, body = whole.partition(b"\r\n\r\n")
        cut = self.rng.randrange(1, len(body))
        if fault in ("ok", "twice", "empty", "fewer", "nonsense", "lost500", "refunded500", "free500"):
            writer.write(whole[: len(whole) // 2])
            self.point("half an answer")
            writer.write(whole[len(whole) // 2 :])
            await writer.drain()
            self.point("answered")
        elif fault == "drip":
            for place in range(0, len(whole), 7):
                writer.write(whole[place : place + 7])
                await asyncio.sleep(0)
        elif fault == "close_after":
            pass
        elif fault == "reset_after":
            self._reset(writer)
        elif fault == "mid_head":
            writer.write(head[: self.rng.randrange(1, len(head))])
        elif fault == "mid_body":
            writer.write(head + b"\r\n\r\n" + body[:cut])
        elif fault == "reset_in_body":
            writer.write(head + b"\r\n\r\n" + body[:cut])
            await writer.drain()
            self._reset(writer)
        elif fault in ("silent", "stall_head", "stall_body"):
            shown = {"silent": 0, "stall_head": 12, "stall_body": len(head) + 4 + cut}[fault]
            writer.write(whole[:shown])
            await writer.drain()
            await asyncio.sleep(self.stop_after * 4)
        elif fault in STATUS:
            page = self.rng.random() < 0.5
            body = HTML if page else encoded(refusal(int(fault)))
            more = "Location: /api/v1/generators/poem/generate\r\n"
            writer.write(_answer(STATUS[fault], body, "text/html" if page else "application/json", more))
        else:
            writer.write(self._odd(fault, body, cut))

    def _odd(self, fault: str, body: bytes, cut: int) -> bytes:
        """Complete answers that are not what they say."""
        match fault:
            case "html_200":
                return _answer("200 OK", HTML, "text/html")
            case "truncated":
                return _answer("201 Created", body[:cut])
            case "mutated":
                return _answer("201 Created", _mutated(body, self.rng))
            case "empty_body":
                return _answer("201 Created", b"")
            case "wrong_length":
                return b"HTTP/1.1 201 Created\r\nContent-Length: 999999\r\n\r\n" + body
            case "garbage":
                return self.rng.randbytes(200)
            case "gzip_lie":
                return _answer("201 Created", body, more="Content-Encoding: gzip\r\n")
            case "chunked_cut":
                start = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
                return start + b"%x\r\n" % len(body) + body[:cut]
            case "no_length":
                return b"HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n" + body
            case "two_answers":
                return _answer("201 Created", body) * 2
        return _answer(
            f"{fault} X", b"" if fault == "204" else b'{"success":true,"data":{"status":"queued"}}'
        )

    def _reset(self, writer: asyncio.StreamWriter) -> bool:
        line = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return False


def _mutated(raw: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(raw))
    return raw[:place] + bytes([rng.randrange(256)]) + raw[place + 1 :]


def _answer(status: str, body: bytes, kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body
