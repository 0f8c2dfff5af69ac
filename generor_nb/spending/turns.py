"""Whose turn it is: by default one paid call of an account at a time, over all processes of a home."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from ..base.errors import GenerorError
from ..base.files import OwnerLock, sha256
from ..base.messages import say

# As many calls of one account may overlap at once; a call that must be alone takes every lane.
LANES = 16
POLL_SECONDS = 0.05


class CalledOff(GenerorError):
    """Whoever asked went away while the operation waited for its turn."""


class Turns:
    """The lanes of one account.

    Args:
        folder: where the locks lie; each dies with the process that holds it.
        account: what tells accounts apart; it is hashed.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        folder: Path,
        account: str,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        name = sha256(account.encode())[:16]
        self._paths = [folder / f"{name}.{lane}.lock" for lane in range(LANES)]
        self._sleep = sleep
        self._line = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, *, overlap: bool, wanted: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
        """Hold the account alone, or with ``overlap`` together with others that allow it.

        Args:
            wanted: whether the turn is still wanted; asked while waiting.

        Raises:
            CalledOff: it is not wanted any more.
        """
        held: list[OwnerLock] = []
        try:
            if overlap:
                async with self._line:
                    await self._take_any(held, wanted)
                yield
            else:
                async with self._line:
                    await self._take_all(held, wanted)
                    yield
        finally:
            for lock in held:
                lock.release()

    async def _take_all(self, held: list[OwnerLock], wanted: Callable[[], bool]) -> None:
        """Every lane in order: two who want all cannot block each other, and the many let one through."""
        _check(wanted)
        for path in self._paths:
            lock = OwnerLock(path)
            while not lock.acquire():
                await self._sleep(POLL_SECONDS)
                _check(wanted)
            held.append(lock)

    async def _take_any(self, held: list[OwnerLock], wanted: Callable[[], bool]) -> None:
        _check(wanted)
        while True:
            # From the far end: whoever takes every lane begins at the near one.
            for path in reversed(self._paths):
                lock = OwnerLock(path)
                if lock.acquire():
                    held.append(lock)
                    return
            await self._sleep(POLL_SECONDS)
            _check(wanted)


def _check(wanted: Callable[[], bool]) -> None:
    if not wanted():
        raise CalledOff(say("cancelled"), say("cancelled.hint"))
