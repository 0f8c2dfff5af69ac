"""An event loop whose time passes only when nothing is left to do: hours in microseconds, always the same."""

from __future__ import annotations

import asyncio
import collections
import contextvars
import heapq
from collections.abc import Callable, Coroutine
from typing import Any

EPOCH = 1_780_000_000.0
# Longer than everything in a world that comes to rest.
LIMIT = 11 * 86_400.0


class Stuck(RuntimeError):
    """Everybody waits, and nothing is due."""


class _Ready(asyncio.Handle):
    """What is to be called soon."""

    __slots__ = ()

    def __init__(self, callback: Callable[..., Any], args: Any, context: contextvars.Context | None) -> None:
        self._context = contextvars.copy_context() if context is None else context
        self._callback, self._args, self._cancelled = callback, args, False

    def cancel(self) -> None:
        self._cancelled = True


class VirtualLoop(asyncio.SelectorEventLoop):
    """``now`` is seconds since the start; ``wall`` is the right time.

    It knows no sockets and no threads, only what is ready and what is due: so it is quick.
    """

    _ready: collections.deque[Any]
    _scheduled: list[Any]

    def __init__(self) -> None:
        self.now = 0.0
        self.tasks: list[asyncio.Task[Any]] = []
        super().__init__()

    def time(self) -> float:
        return self.now

    def wall(self) -> float:
        return EPOCH + self.now

    def call_soon(
        self, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        handle = _Ready(callback, args, context)
        self._ready.append(handle)
        return handle

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        task = super().create_task(coro, **options)
        self.tasks.append(task)
        return task

    def _run_once(self) -> None:
        ready, timers = self._ready, self._scheduled
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
        if not ready:
            self._pass(timers[0]._when if timers else None)
        while timers and timers[0]._when <= self.now:
            timer = heapq.heappop(timers)
            timer._scheduled = False
            ready.append(timer)
        for _ in range(len(ready)):
            handle: Any = ready.popleft()
            if not handle._cancelled:
                handle._context.run(handle._callback, *handle._args)

    def _pass(self, due: float | None) -> None:
        """Time goes on to when something is due."""
        if due is None:
            raise Stuck
        self.now = max(self.now, due)
        if self.now > LIMIT:
            raise Stuck(f"after {LIMIT:.0f} s")


def run(loop: VirtualLoop, main: Coroutine[Any, Any, Any]) -> Any:
    """Run ``main`` to its end on ``loop``, then end what is still running there."""
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(main)
    finally:
        rest = [task for task in loop.tasks if not task.done()]
        for task in rest:
            task.cancel()
        if rest:
            loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        asyncio.set_event_loop(None)
        loop.close()
