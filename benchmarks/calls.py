"""What a call costs over raw httpx, and processor time per call with many in flight.

The server is a bare socket in a process of its own. Rounds are interleaved and ratios taken within a
round. Ours is the whole way: provider, pace counted in its SQLite file, retries armed, envelope and
payload as types. The raw side only asks and reads the JSON.

Run: uv run python benchmarks/calls.py [ROUNDS]
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from multiprocessing.connection import Connection
from typing import Any

import httpx
from pydantic import BaseModel

CALLS = 400
SERVICE_SECONDS = 0.05
IN_FLIGHT = (1, 20, 150)
BODY = b'{"success": true, "data": {"total": 1250, "paid": 1000, "free": 200, "earned": 50, "max": 250}}'
Call = Callable[[], Awaitable[Any]]


def head(remaining: int) -> bytes:
    lines = (
        "HTTP/1.1 200 OK",
        "Content-Type: application/json",
        f"Content-Length: {len(BODY)}",
        "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()),
        "X-RateLimit-Limit: 1000000",
        f"X-RateLimit-Remaining: {remaining}",
        f"X-RateLimit-Reset: {int(time.time()) // 60 * 60 + 60}",
        "X-RateLimit-Tier: unlimited",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def serve(ready: Connection) -> None:
    used = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal used
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                if b"/slow" in asked.split(b"\r\n", 1)[0]:
                    await asyncio.sleep(SERVICE_SECONDS)
                used += 1
                writer.write(head(1_000_000 - used % 500_000) + BODY)
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1024)
        ready.send(server.sockets[0].getsockname()[1])
        await asyncio.sleep(3600)

    asyncio.run(run())


class Data(BaseModel):
    total: int
    paid: int
    free: int
    earned: int
    max: int


class Whole(BaseModel):
    success: bool
    data: Data


def reading(client: httpx.AsyncClient, url: str) -> Call:
    async def call() -> Any:
        return (await client.get(url)).json()

    return call


def typed(client: httpx.AsyncClient, url: str) -> Call:
    async def call() -> Any:
        return Whole.model_validate_json((await client.get(url)).content)

    return call


@contextlib.asynccontextmanager
async def small_calls(base: str) -> AsyncIterator[dict[str, Call]]:
    from generor_nb.base.secret import Secret
    from generor_nb.providers.generor import Generor

    async with httpx.AsyncClient(headers={"Authorization": "Bearer x"}) as client:
        provider = Generor(base, Secret("gnr_live_" + "0" * 40))
        url = base + "/credits/balance"
        yield {
            "raw httpx": reading(client, url),
            "httpx + pydantic": typed(client, url),
            "ours": provider.balance,
        }
        await provider.aclose()


@contextlib.asynccontextmanager
async def slow_calls(base: str) -> AsyncIterator[dict[str, Call]]:
    from generor_nb.transport import Channel

    wide = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)
    async with httpx.AsyncClient() as plain, httpx.AsyncClient(limits=wide) as opened:
        channel = Channel(base)
        yield {
            "httpx, as it comes": reading(plain, base + "/slow"),
            "httpx, pool of 1000": reading(opened, base + "/slow"),
            "ours": lambda: channel.call("GET", "/slow"),
        }
        await channel.aclose()


async def took(call: Call, count: int, in_flight: int) -> tuple[float, float]:
    """Milliseconds per call, on the clock and of this process."""
    left = count
    wall, processor = time.perf_counter(), time.process_time()

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await call()

    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return 1000 * (time.perf_counter() - wall) / count, 1000 * (time.process_time() - processor) / count


async def rounds_of(calls: dict[str, Call], count: int, in_flight: int, rounds: int) -> list[dict[str, Any]]:
    for call in calls.values():
        await took(call, max(50, 2 * in_flight), in_flight)
    found = []
    for _ in range(rounds):
        names = random.sample(list(calls), len(calls))
        found.append({name: await took(calls[name], count, in_flight) for name in names})
    return found


def show(found: list[dict[str, Any]], base: str) -> None:
    for name in found[0]:
        wall = statistics.median(one[name][0] for one in found)
        processor = statistics.median(one[name][1] for one in found)
        ratio = statistics.median(one[name][0] / one[base][0] for one in found)
        more = statistics.median(one[name][1] / one[base][1] for one in found)
        print(f"  {name:22}{wall:9.3f} ms{processor:9.3f} ms of processor{ratio:8.3f} x{more:8.3f} x")


def verdict(what: str, value: float, target: float) -> None:
    print(f"  {what:58}{value:6.3f}   target {target:g}: {'met' if value <= target else 'MISSED'}")


async def measure(base: str, rounds: int) -> None:
    print(f"{rounds} rounds, Python {sys.version.split()[0]}, httpx {httpx.__version__}\n")
    print("one small call at a time")
    async with small_calls(base) as calls:
        found = await rounds_of(calls, CALLS, 1, rounds)
    show(found, "raw httpx")
    ratio = statistics.median(one["ours"][0] / one["raw httpx"][0] for one in found)
    verdict("a small typed call / raw httpx", ratio, 1.05)
    for in_flight in IN_FLIGHT:
        print(f"\n{in_flight} in flight, {1000 * SERVICE_SECONDS:g} ms of service")
        count = 40 if in_flight == 1 else max(CALLS, 8 * in_flight)
        async with slow_calls(base) as calls:
            found = await rounds_of(calls, count, in_flight, max(3, rounds // 3))
        show(found, "httpx, as it comes")
        if in_flight == 150:
            verdict("processor ms per call at 150", statistics.median(one["ours"][1] for one in found), 0.8)


def main(rounds: int) -> None:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as home:
            os.environ["GENEROR_HOME"] = home
            asyncio.run(measure(f"http://127.0.0.1:{here.recv()}", rounds))
    finally:
        server.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
