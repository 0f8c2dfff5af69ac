"""Putting the studio together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from pathlib import Path

from . import work
from .accounts import Accounts
from .catalogue import load
from .dispatch import Parts
from .generate import Desk
from .media import MediaStore
from .others import jobs
from .others.bench import Bench
from .owner import Owner
from .rates import Rates
from .store import Store, stamp


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
    owner = Owner(home / "owners")
    return Parts(
        accounts=Accounts(store, clock),
        bench=Bench(owner, store, media, executor, clock),
        catalogue=load(),
        desk=Desk(owner, store, media, executor, clock, time.perf_counter),
        media=media,
        owner=owner,
        rates=Rates(clock, enforced=rate_limits),
        store=store,
        clock=clock,
        proxies=frozenset(proxies),
    )


def recover(parts: Parts) -> None:
    """Fail and refund what openings of the folder left unfinished when they died."""
    with parts.store.write() as connection:
        dead = work.fail_of_dead(connection, parts.owner.is_dead, stamp(parts.clock()))
        dead |= jobs.fail_of(connection, parts.owner.is_dead, parts.clock())
    parts.owner.bury(dead)


def close(parts: Parts) -> None:
    """Let go of the folder; jobs that are not finished are given up, with their credits."""
    parts.bench.close()
    parts.owner.close()
    parts.store.close()
