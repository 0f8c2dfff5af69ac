"""Waiting for the pace: the pacer's decisions, carried out on a clock."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from ..base.errors import RateLimited
from ..base.messages import say
from .counters import Counters
from .limits import Rate, read_notice
from .pace import DAY, HOUR, PLENTY, Permit, Refuse, Wait

LOT_SECONDS = 5.0
_WINDOWS = {HOUR: "pace.hour", DAY: "pace.day"}


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance: ``now`` in epoch seconds, ``steady`` for what must not jump, ``rng`` in [0, 1)."""

    now: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    rng: Callable[[], float] = random.random


class Gate:
    """Lets the requests of one key pass, first come, first served.

    Args:
        key: names the key's counters; never the key itself.
        counters: shared with the other processes of this home.
        place: the server, for messages.
    """

    def __init__(self, key: str, counters: Counters, place: str, timing: Timing) -> None:
        self.key, self._counters, self._place, self._timing = key, counters, place, timing
        self._line: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._learned = asyncio.Event()
        self._lot: Permit | None = None
        self._left, self._lot_until = 0, 0.0
        self._opens, self._window = 0.0, 0

    async def enter(self, patience: float) -> Permit:
        """Wait until one request may leave.

        Args:
            patience: seconds to wait at most.

        Raises:
            RateLimited: not within that time; with the seconds until there may be room.
        """
        now = self._timing.now()
        if self._left and self._lot is not None and now < self._lot_until:
            self._left -= 1
            return self._lot
        latest = now + patience
        line = self._queue()
        if line.locked() and self._opens > latest:
            raise self._refusal(self._opens - now, self._window)
        try:
            async with asyncio.timeout(patience if line.locked() and patience < math.inf else None):
                await line.acquire()
        except TimeoutError:
            raise self._refusal(max(1.0, self._opens - self._timing.now()), self._window) from None
        try:
            return await self._first(latest)
        finally:
            line.release()

    async def _first(self, latest: float) -> Permit:
        while True:
            now = self._timing.now()
            if self._left and self._lot is not None and now < self._lot_until:
                self._left -= 1
                return self._lot
            self._learned.clear()
            decision = self._counters.change(self.key, lambda pacer: pacer.take(now, latest))  # noqa: B023
            if isinstance(decision, Permit):
                self._keep(decision, now)
                return decision
            if isinstance(decision, Refuse):
                raise self._refusal(decision.seconds, decision.window)
            await self._pause(decision, now)

    async def _pause(self, wait: Wait, now: float) -> None:
        """Sleep until then, or until an answer has taught something."""
        self._opens, self._window = wait.until, wait.window
        sleep = asyncio.ensure_future(self._timing.sleep(wait.until - now))
        learned = asyncio.ensure_future(self._learned.wait())
        try:
            await asyncio.wait((sleep, learned), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._opens = 0.0
            sleep.cancel()
            learned.cancel()

    def force(self) -> Permit:
        """Count a request that leaves at once, whatever the pace."""
        now = self._timing.now()
        return self._counters.change(self.key, lambda pacer: pacer.force(now))

    def leave(self, permit: Permit, status: int, headers: Mapping[str, str]) -> None:
        """The answer to ``permit``'s request came."""
        if permit.spare and status != 429 and _plenty(headers):
            return
        now = self._timing.now()
        notice = read_notice(status, headers, now)
        self._left = 0
        self._counters.change(self.key, lambda pacer: pacer.learn(permit, notice, now))
        self._learned.set()

    def lose(self, permit: Permit) -> None:
        """No answer came, or it never left."""
        if not permit.spare:
            self._counters.change(self.key, lambda pacer: pacer.lose(permit))
            self._learned.set()

    def standing(self) -> Rate:
        """What is allowed and left now, as far as any process of this home was told."""
        now = self._timing.now()
        return self._counters.change(self.key, lambda pacer: pacer.standing(now))

    def close(self) -> None:
        self._counters.close()

    def _keep(self, permit: Permit, now: float) -> None:
        if permit.spare:
            self._lot, self._left, self._lot_until = permit, permit.spare, now + LOT_SECONDS

    def _queue(self) -> asyncio.Lock:
        """The line of who waits, on the loop that runs."""
        loop = asyncio.get_running_loop()
        if self._line is None or self._loop is not loop:
            self._line, self._loop, self._learned = asyncio.Lock(), loop, asyncio.Event()
        return self._line

    def _refusal(self, seconds: float, window: int) -> RateLimited:
        whole = math.ceil(seconds)
        what = say("pace.full", place=self._place, window=say(_WINDOWS.get(window, "pace.minute")))
        error = RateLimited(what, say("api.rate.hint", seconds=whole))
        error.retry_after = float(whole)
        return error


def _plenty(headers: Mapping[str, str]) -> bool:
    """Whether an answer to one of many permits has nothing to teach."""
    remaining = headers.get("x-ratelimit-remaining")
    return remaining is None or (remaining.isdigit() and int(remaining) >= PLENTY)
