"""A world without waiting: a loop whose clock jumps, and servers that limit requests in different ways.

Whatever waits on the loop (asyncio.sleep, timeouts, limiters) runs in it unchanged, unscaled, at once.
"""

from __future__ import annotations

import asyncio
import math
import random
import selectors
from collections.abc import Coroutine
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

EPOCH = 1_700_000_000 - 1_700_000_000 % 86_400 + 10 * 3600
MINUTE, HOUR = 60, 3_600


class _Jumping(selectors.SelectSelector):
    """Never waits: it moves the clock to the next moment anybody waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        # As on any machine, a turn of the loop takes a moment; limiters that reckon in fractions need it.
        self.now += 1e-6
        if not ready and timeout is None:
            ready = super().select(5)  # for a thread: one client asks the system in one
            if not ready:
                raise RuntimeError("everybody waits for somebody else")
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = _Jumping()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


def virtually(coroutine: Coroutine[Any, Any, T], start: float = 0.0) -> T:
    """Run ``coroutine`` to its end in no time; the clock begins at ``EPOCH + start``."""
    loop = VirtualLoop()
    loop.clock.now = start
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(coroutine)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def now() -> float:
    """Epoch seconds. (The loop's own clock is small, so that its fractions are exact.)"""
    return EPOCH + asyncio.get_running_loop().time()


@dataclass
class Limit:
    """``per`` requests in ``span`` seconds: ``aligned``, ``fixed`` from the first call, or ``sliding``."""

    per: int
    span: int = MINUTE
    kind: str = "aligned"
    # What Reset means where windows slide: when the oldest request leaves, or a span from now.
    reset_from: str = "oldest"
    start: float = -1e18
    times: list[float] = field(default_factory=list)

    def used(self, at: float) -> int:
        """Requests in the window that holds ``at``."""
        if self.kind == "sliding":
            self.times = [t for t in self.times if t > at - self.span]
        else:
            begin = math.floor(at / self.span) * self.span if self.kind == "aligned" else self.start
            if at >= self.start + self.span or begin != self.start:
                self.times = []
                self.start = begin if self.kind == "aligned" else -1e18
        return len(self.times)

    def take(self, at: float) -> None:
        if self.kind == "fixed" and not self.times:
            self.start = at
        self.times.append(at)

    def ends(self, at: float) -> float:
        if self.kind == "sliding":
            return (self.times[0] if self.times and self.reset_from == "oldest" else at) + self.span
        if self.kind == "aligned":
            return (math.floor(at / self.span) + 1) * self.span
        return (self.start if self.times else at) + self.span

    def frees(self, at: float) -> float:
        return (self.times[0] if self.kind == "sliding" else self.start) + self.span


@dataclass
class Server:
    """Counts requests when they arrive, and answers after ``service`` seconds.

    Args:
        ahead: how far its clock is ahead of the true one.
        elsewhere: requests a minute that others send with the same key, at random.
        stamp: whether the headers are written on ``arrival`` or with the ``answer``.
    """

    limits: list[Limit]
    seed: int = 1
    tier: str = "pro"
    ahead: float = 0.0
    elsewhere: float = 0.0
    stamp: str = "arrival"
    services: list[float] = field(default_factory=list)
    rtt: float = 0.08
    arrived: list[float] = field(default_factory=list)
    refused: int = 0
    served: int = 0
    foreign_refused: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.next_foreign = 0.0

    def clock(self, at: float) -> float:
        return at + self.ahead

    def admit(self, at: float) -> tuple[bool, float]:
        """Whether a request may pass at ``at`` (the server's clock), else seconds to wait."""
        full = [limit for limit in self.limits if limit.used(at) >= limit.per]
        if full:
            return False, max(limit.frees(at) for limit in full) - at
        for limit in self.limits:
            limit.take(at)
        return True, 0.0

    def others(self, until: float) -> None:
        """Let the others' requests arrive up to ``until`` (the server's clock)."""
        if not self.elsewhere:
            return
        if not self.next_foreign:
            self.next_foreign = until - 60 + self.rng.expovariate(self.elsewhere / 60)
        while self.next_foreign <= until:
            passed, _ = self.admit(self.next_foreign)
            self.foreign_refused += not passed
            self.next_foreign += self.rng.expovariate(self.elsewhere / 60)

    def headers(self, at: float, wait: float | None) -> dict[str, str]:
        minute = self.limits[0]
        told = {
            "X-RateLimit-Limit": str(minute.per),
            "X-RateLimit-Remaining": str(max(0, minute.per - minute.used(at))),
            "X-RateLimit-Reset": str(int(minute.ends(at))),
            "X-RateLimit-Tier": self.tier,
        }
        return told if wait is None else {**told, "Retry-After": str(max(1, math.ceil(wait)))}

    async def handle(self, quick: bool) -> tuple[int, dict[str, str]]:
        there = self.rtt / 2 * self.rng.uniform(0.9, 1.1)
        await asyncio.sleep(there)
        at = self.clock(now())
        self.others(at)
        passed, wait = self.admit(at)
        self.arrived.append(at)
        told = self.headers(at, None if passed else wait)
        if not passed:
            self.refused += 1
            service = 0.0
        else:
            service = 0.02 if quick else self.services[self.served % len(self.services)]
            self.served += not quick
        await asyncio.sleep(service)
        done = self.clock(now())
        if passed and self.stamp == "answer":
            self.others(done)
            told = self.headers(done, None)
        told["Date"] = formatdate(math.floor(done), usegmt=True)
        await asyncio.sleep(self.rtt / 2 * self.rng.uniform(0.9, 1.1))
        return (201 if passed else 429), told


ANSWER = b'{"success": true, "data": {"credit_cost": 1, "creations": [{"creation_id": 1}]}}'
REFUSAL = (
    b'{"success": false, "error": {"code": "RATE_LIMIT_EXCEEDED", "message": "slow down", "status": 429}}'
)


class Wire(httpx.AsyncBaseTransport):
    """httpx to a ``Server``, without sockets. GETs are quick, everything else takes its service time."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        status, headers = await self.server.handle(quick=request.method == "GET")
        body = ANSWER if status != 429 else REFUSAL
        return httpx.Response(
            status, headers={**headers, "Content-Type": "application/json"}, content=body, request=request
        )


def services(seed: int, count: int, typical: float = 20.0) -> list[float]:
    """Service times of generations: log-normal around ``typical`` seconds."""
    rng = random.Random(seed)
    return [typical * math.exp(rng.gauss(0, 0.3)) for _ in range(count)]


def optimum(server: Server, start: float, count: int, first: bool = False) -> float:
    """Seconds that somebody needs who stands at the server and knows when it will let one pass.

    Others keep their share: they are taken off the quota. With ``first`` one quick request goes ahead.
    """
    server.limits[0].per -= round(server.elsewhere)
    server.elsewhere = 0.0
    at, done = server.clock(EPOCH + start), 0.0
    begin = at
    for place in range(-1 if first else 0, count):
        while True:
            passed, wait = server.admit(at)
            if passed:
                break
            at += max(wait, 1e-3)
        done = max(done, at + (server.services[place % len(server.services)] if place >= 0 else 0.0))
    return done - begin


SITUATIONS: dict[str, dict[str, Any]] = {
    "aligned to the clock": {"kind": "aligned"},
    "fixed from the first call": {"kind": "fixed"},
    "sliding": {"kind": "sliding"},
    "30 % used elsewhere": {"kind": "aligned", "elsewhere": 36.0},
    "server's clock 20 s behind": {"kind": "aligned", "ahead": -20.0},
    "hourly limit": {"kind": "aligned", "per": 30, "hour": 500, "tier": "free"},
}


def server_for(name: str, seed: int, count: int = 600, **more: Any) -> Server:
    """The server of one of the ``SITUATIONS``."""
    said = {"per": 120, "hour": 5_000, "tier": "pro", **SITUATIONS[name], **more}
    kind = said.pop("kind")
    reset_from = said.pop("reset_from", "oldest")
    limits = [
        Limit(said.pop("per"), MINUTE, kind, reset_from),
        Limit(said.pop("hour"), HOUR, kind, reset_from),
    ]
    return Server(limits, seed=seed, services=services(seed, count), **said)
