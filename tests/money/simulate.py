"""Many worlds: ``python -m money simulate --operations 100000``. The same arguments give the same figures."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from generor_nb.base import messages

from .model import SIMULATED
from .verdict import Verdict, judge
from .world import Weather, play

# From what happens on a bad day to what never happens all at once.
WEATHERS = (
    Weather(),
    Weather(cap=50),
    Weather(faults=0.8, kills=0.5, flaky=0.2, cap=90),
    Weather(faults=0.05, flaky=0.01, kills=0.02, foreign=1),
    Weather(faults=0.1, flaky=0.02, kills=0.1, twins=0.1, foreign=1, cap=60),
    Weather(faults=0.6, kills=0.1, twins=1.0, foreign=8, again=0.3),
    Weather(faults=0.3, kills=0.3, interrupts=0.4, disk=0.05, cap=70),
)
CHUNK = 10


def memory() -> str | None:
    """A folder whose files never reach a disk, where there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def world_of(seed: int) -> tuple[str, Weather]:
    """What the world of a seed is like."""
    names = sorted(SIMULATED)
    return names[seed % len(names)], WEATHERS[(seed // len(names)) % len(WEATHERS)]


def chunk(first: int, count: int) -> Verdict:
    """The worlds of the seeds ``first`` … ``first + count - 1``, together."""
    total = Verdict()
    folder = Path(tempfile.mkdtemp(prefix="generor-world-", dir=memory()))
    try:
        for seed in range(first, first + count):
            total.add(judge(play(seed, *world_of(seed), folder)))
        gc.collect()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return total


def _prepare() -> None:
    """A process that only plays worlds: garbage is looked for after each chunk."""
    messages.use("en")
    if hasattr(os, "nice"):
        os.nice(10)  # parts with clocks of their own go first
    gc.disable()
    gc.freeze()


def many(
    operations: int, first: int = 0, processes: int = 2, seconds: float = float("inf"), stop: bool = False
) -> Verdict:
    """Worlds from seed ``first`` on, until there were so many operations, or so many seconds.

    Args:
        stop: end at the first finding.
    """
    total, began = Verdict(), time.monotonic()
    with ProcessPoolExecutor(processes, get_context("spawn"), _prepare) as pool:
        starts = itertools.count(first, CHUNK)
        running = [pool.submit(chunk, next(starts), CHUNK) for _ in range(processes + 1)]
        while running:
            total.add(running.pop(0).result())
            if stop and total.findings:
                break
            if total.operations < operations and time.monotonic() - began < seconds:
                running.append(pool.submit(chunk, next(starts), CHUNK))
    return total
