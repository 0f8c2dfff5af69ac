"""600 requests under a limit per minute: how near to the quota's optimum, and how many refusals.

Virtual time, unscaled: generations of about 20 s, 80 ms there and back, headers in whole seconds. Every
client runs for real, on a loop whose clock jumps; only servers and wires are models (`quota_world.py`).
Ours is told nothing; it begins with one quick estimate, as a cell does, which counts as one of the 600.
openai knows no limit either; the limiters are given the right numbers, and obey Retry-After besides.

The optimum stands at the server and knows the moment at which each request will pass. Where the key is
used elsewhere, by others who do not wait, it leaves them their share; to be faster is to starve them.

Run: uv run --with aiolimiter --with pyrate-limiter --with 'openai<3' python benchmarks/quota.py [SEEDS]
"""

from __future__ import annotations

import asyncio
import math
import random
import statistics
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from quota_world import SITUATIONS, Server, Wire, now, optimum, server_for, virtually

COUNT = 600
URL = "http://sim/api/v1"
PATIENT = httpx.Timeout(None)
Client = Callable[[Server], Awaitable[int]]


@dataclass
class Outcome:
    delivered: int
    utilisation: float
    refusals: float
    starved: int


async def ours(server: Server, first: bool = True) -> int:
    from generor_nb.contract.generor import TIERS
    from generor_nb.transport import CallOptions, Channel
    from generor_nb.transport.counters import Counters
    from generor_nb.transport.gate import Timing

    timing = Timing(now, now, asyncio.sleep, random.Random(server.seed).random)
    channel = Channel(URL, timing=timing, counters=Counters(None, TIERS, now), transport=Wire(server))
    options = CallOptions(timeout=1e6, deadline=math.inf)

    async def one() -> bool:
        reply = await channel.call("POST", "/generators/image/draw", options=options)
        while reply.status == 429:
            reply = await channel.call("POST", "/generators/image/draw", options=options)
        return reply.status == 201

    done = (await channel.call("GET", "/generators")).status == 201 if first else 0
    done += sum(await asyncio.gather(*(one() for _ in range(COUNT - first))))
    await channel.aclose()
    return int(done)


async def ours_cold(server: Server) -> int:
    return await ours(server, first=False)


def openai_with(retries: int) -> Client:
    async def client(server: Server) -> int:
        from openai import APIStatusError, AsyncOpenAI

        wire = httpx.AsyncClient(transport=Wire(server), timeout=PATIENT)
        api = AsyncOpenAI(api_key="x", base_url=URL, http_client=wire, max_retries=retries, timeout=PATIENT)

        async def one() -> bool:
            try:
                await api.post("/images/generations", body={}, cast_to=object)
            except APIStatusError:
                return False
            return True

        done = sum(await asyncio.gather(*(one() for _ in range(COUNT))))
        await wire.aclose()
        return int(done)

    return client


async def limited(server: Server, acquire: Callable[[], Awaitable[Any]]) -> int:
    """Everybody waits for the limiter; a refusal waits for as long as it says, and for the limiter again."""
    async with httpx.AsyncClient(transport=Wire(server), timeout=PATIENT) as wire:

        async def one() -> bool:
            while True:
                await acquire()
                reply = await wire.post(URL + "/go")
                if reply.status_code != 429:
                    return reply.status_code == 201
                await asyncio.sleep(float(reply.headers["Retry-After"]))

        return sum(await asyncio.gather(*(one() for _ in range(COUNT))))


async def aiolimiter_bucket(server: Server) -> int:
    from aiolimiter import AsyncLimiter

    limiter = AsyncLimiter(server.limits[0].per, server.limits[0].span)
    return await limited(server, limiter.acquire)


async def pyrate_log(server: Server) -> int:
    from pyrate_limiter import AbstractClock, InMemoryBucket, Limiter, Rate, SingleBucketFactory

    class OfTheLoop(AbstractClock):
        def now(self) -> int:
            return int(1000 * now())

    bucket = InMemoryBucket([Rate(one.per, one.span * 1000) for one in server.limits])
    bucket._clock = OfTheLoop()
    limiter = Limiter(SingleBucketFactory(bucket, schedule_leak=False))
    return await limited(server, lambda: limiter.try_acquire_async("key"))


CLIENTS: dict[str, tuple[Client, bool]] = {
    "ours": (ours, True),
    "ours, no estimate first": (ours_cold, False),
    "openai, as it comes": (openai_with(2), False),
    "openai, 10 retries": (openai_with(10), False),
    "aiolimiter": (aiolimiter_bucket, False),
    "pyrate-limiter": (pyrate_log, False),
}
TARGETS = {name: (0.97, 0.0) if "call" in name or "aligned" in name else (0.95, 0.05) for name in SITUATIONS}
VARIANTS: dict[str, list[dict[str, Any]]] = {
    name: [{"stamp": "arrival"}, {"stamp": "answer"}] for name in SITUATIONS
}
VARIANTS["sliding"] += [{"reset_from": "now"}]


def run(client: Client, first: bool, name: str, seed: int, more: dict[str, Any]) -> Outcome:
    start = random.Random(seed).uniform(0, 60)
    server = server_for(name, seed, COUNT, **more)

    async def whole() -> tuple[int, float]:
        begin = now()
        delivered = await client(server)
        return delivered, now() - begin

    delivered, wall = virtually(whole(), start)
    best = optimum(server_for(name, seed, COUNT, **more), start, COUNT - first, first)
    return Outcome(delivered, best / wall, server.refused / max(1, delivered), server.foreign_refused)


def show(label: str, found: list[Outcome]) -> None:
    used = [one.utilisation for one in found]
    delivered = min(one.delivered for one in found)
    speed = f"{statistics.median(used):6.3f} ({min(used):.3f} - {max(used):.3f})"
    if delivered < COUNT:
        speed = f"     - ({delivered} of {COUNT} delivered)"
    refusals = statistics.mean(one.refusals for one in found)
    worst = max(one.refusals for one in found)
    starved = statistics.mean(one.starved for one in found)
    rest = f"   others refused: {starved:.0f}" if starved else ""
    print(f"  {label:26}{speed:32}{refusals:8.3f} (at most {worst:.3f}){rest}")


def main(seeds: int) -> None:
    print(f"{COUNT} requests, {seeds} seeds and starts; headers dated on arrival and with the answer")
    print("utilisation of the optimum: median (least - most); refusals (429) per result\n")
    missed = 0
    for name in SITUATIONS:
        print(name)
        for label, (client, first) in CLIENTS.items():
            try:
                found = [run(client, first, name, seed, v) for v in VARIANTS[name] for seed in range(seeds)]
            except ImportError as error:
                print(f"  {label:26}not installed ({error.name})")
                continue
            show(label, found)
            if label == "ours":
                speed = statistics.median(one.utilisation for one in found)
                refusals = statistics.mean(one.refusals for one in found)
                met = speed >= TARGETS[name][0] and refusals <= TARGETS[name][1]
                missed += not met
                print(f"  {'':26}target {TARGETS[name][0]}, {TARGETS[name][1]}: {'met' if met else 'MISSED'}")
    print(f"\n{missed} targets missed" if missed else "\nevery target met")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
