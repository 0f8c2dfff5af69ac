"""What a second process brings: a batch of pictures by one process and by two, in turns.

Each round draws the same batch once with either, so that a busy moment falls on both; the ratio is taken
within the round. The machine should be idle: with both cores taken there is nothing to gain.

Run: uv run python benchmarks/pool.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from generor_nb.studio.engines import run
from generor_nb.studio.pool import Processes, command

PROMPTS = (
    "a lighthouse in a storm",
    "sunset over mountains",
    "a fox in a snowy forest",
    "a neon city at night",
)
BATCH = 12
TARGET = 1.8


def main(rounds: int) -> None:
    jobs = [job(PROMPTS[i % len(PROMPTS)], i) for i in range(BATCH)]
    alone, pair = Processes(1, command()), Processes(2, command())
    first = took(alone, jobs[:1])
    for pool in (alone, pair):
        took(pool, jobs)
    times = [(took(alone, jobs), took(pair, jobs)) for _ in range(rounds)]
    gain = statistics.median(one / two for one, two in times)
    for pool in (alone, pair):
        pool.shutdown()
    print(
        f"{BATCH} pictures of 1024 x 1024, {rounds} rounds, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print(f"  first picture, its process started for it  {first:6.2f} s")
    print(f"  a batch, one process                       {statistics.median(a for a, _ in times):6.2f} s")
    print(f"  a batch, two processes                     {statistics.median(b for _, b in times):6.2f} s")
    print(f"  gain {gain:.2f}, target {TARGET}: {'met' if gain >= TARGET else 'MISSED'}")


def job(prompt: str, seed: int) -> dict[str, Any]:
    return {"engine": "scene", "prompt": prompt, "seed": seed, "width": 1024, "height": 1024}


def took(pool: Processes, jobs: list[dict[str, Any]]) -> float:
    began = time.perf_counter()
    for done in [pool.submit(run, one) for one in jobs]:
        done.result()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
