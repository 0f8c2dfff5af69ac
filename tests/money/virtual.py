"""An event loop whose time passes only when nothing is left to do: hours in microseconds, always the same."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

EPOCH = 1_780_000_000.0
# Longer than everything in a world that comes to rest.
LIMIT = 11 * 86_400.0


class Stuck(RuntimeError):
    """Everybody waits, and nothing is due."""


class _Idle(selectors.DefaultSelector):
    """Instead of waiting for sockets, lets the loop's clock run to the next timer."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Stuck
        if timeout > 0:
            self.loop.now += timeout
            if self.loop.now > LIMIT:
                raise Stuck(f"after {LIMIT:.0f} s")
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """``now`` is seconds since the start; ``wall`` is the right time."""

    def __init__(self) -> None:
        self.now = 0.0
        selector = _Idle()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now

    def wall(self) -> float:
        return EPOCH + self.now


def run(loop: VirtualLoop, main: Coroutine[Any, Any, Any]) -> Any:
    """Run ``main`` to its end on ``loop``, then end what is still running there."""
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(main)
    finally:
        rest = asyncio.all_tasks(loop)
        for task in rest:
            task.cancel()
        if rest:
            loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        asyncio.set_event_loop(None)
        loop.close()
