"""The one background event loop. Nothing starts at import; in Pyodide the running loop is used."""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextvars
import os
import sys
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_owner = 0


def _serve(loop: asyncio.AbstractEventLoop, ready: threading.Event) -> None:
    asyncio.set_event_loop(loop)
    loop.call_soon(ready.set)
    loop.run_forever()


def background() -> asyncio.AbstractEventLoop:
    """The loop on its daemon thread; a forked child gets one of its own."""
    global _loop, _owner
    with _lock:
        if _loop is None or _owner != os.getpid():
            _loop, _owner = asyncio.new_event_loop(), os.getpid()
            ready = threading.Event()
            threading.Thread(target=_serve, args=(_loop, ready), name="generor", daemon=True).start()
            ready.wait()
            atexit.register(_stop, _loop)
        return _loop


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    if loop.is_running():
        loop.call_soon_threadsafe(loop.stop)


def submit(coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
    """Start ``coroutine`` on the background loop, in a copy of the caller's context.

    Cancelling the future cancels the coroutine.

    Raises:
        TypeError: it is no coroutine; on the loop's own thread nobody would hear of it.
    """
    if not asyncio.iscoroutine(coroutine):
        raise TypeError(f"a coroutine is needed, not {type(coroutine).__name__}")
    loop = background()
    done: concurrent.futures.Future[T] = concurrent.futures.Future()

    def start() -> None:
        if done.cancelled():
            coroutine.close()
            return
        task = loop.create_task(coroutine, context=context)
        task.add_done_callback(settle)
        done.add_done_callback(lambda _: done.cancelled() and loop.call_soon_threadsafe(task.cancel))

    def settle(task: asyncio.Task[T]) -> None:
        if done.cancelled():
            if not task.cancelled():
                task.exception()
        elif task.cancelled():
            done.cancel()
        elif (error := task.exception()) is not None:
            done.set_exception(error)
        else:
            done.set_result(task.result())

    context = contextvars.copy_context()
    loop.call_soon_threadsafe(start)
    return done


def run(coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
    """Run ``coroutine`` to its end and return its result, also while another loop is running."""
    if sys.platform == "emscripten":
        return asyncio.get_event_loop().run_until_complete(coroutine)
    if threading.current_thread().name == "generor":
        raise RuntimeError("run() would wait for itself: await the coroutine instead")
    return submit(coroutine).result(timeout)
