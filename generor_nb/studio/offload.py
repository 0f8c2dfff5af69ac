"""The one seam between the event loop and everything that blocks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def offload(function: Callable[..., T], *arguments: object) -> T:
    """Call a blocking function on a worker thread; inline where there are no threads."""
    if sys.platform == "emscripten":
        return function(*arguments)
    return await asyncio.to_thread(function, *arguments)
