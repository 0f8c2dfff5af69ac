"""Putting the studio together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from pathlib import Path

from .accounts import Accounts
from .catalogue import load
from .dispatch import Parts
from .generate import Desk
from .media import MediaStore
from .rates import Rates
from .store import Store


def assemble(
    home: Path,
    executor: Executor | None,
    clock: Callable[[], float],
    *,
    rate_limits: bool,
    proxies: Collection[str] = (),
) -> Parts:
    """The parts over one folder."""
    store, media = Store(home / "studio.sqlite"), MediaStore(home / "media")
    return Parts(
        accounts=Accounts(store, clock),
        catalogue=load(),
        desk=Desk(home, store, media, executor, clock, time.perf_counter),
        media=media,
        rates=Rates(clock, enforced=rate_limits),
        store=store,
        clock=clock,
        proxies=frozenset(proxies),
    )
