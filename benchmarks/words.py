"""What a text costs: the processor's time for one of every text generator, its lists once loaded.

Run: uv run python benchmarks/words.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time

from generor_nb.studio.catalogue import load
from generor_nb.studio.engines import run

TARGET = 2.0
PROMPTS = ("a wireless desk lamp", "volcanoes", "three days in Lisbon with kids", "moving to a new city")
SLOWEST = 5


def main(rounds: int) -> None:
    slugs = [generator.slug for generator in load().generators.values() if generator.engine == "words"]
    for slug in slugs:  # loads the lists
        took(slug, 0)
    times = {slug: [took(slug, seed) for seed in range(rounds)] for slug in slugs}
    every = sorted(time for one in times.values() for time in one)
    median, late = statistics.median(every), every[int(0.95 * len(every))]
    verdict = "met" if median <= TARGET else "MISSED"
    print(f"{len(slugs)} generators, {rounds} texts each, milliseconds of processor time")
    print(f"  median {median:.2f}, 95th of a hundred {late:.2f}   target {TARGET:g}: {verdict}")
    for slug in sorted(times, key=lambda slug: -statistics.median(times[slug]))[:SLOWEST]:
        print(f"  {slug:24}{statistics.median(times[slug]):6.2f}")


def took(slug: str, seed: int) -> float:
    """Milliseconds for one text with the generator's defaults."""
    job = {
        "engine": "words",
        "generator": slug,
        "prompt": PROMPTS[seed % len(PROMPTS)],
        "seed": seed,
        "parameters": load().generators[slug].defaults(),
    }
    began = time.process_time()
    run(job)
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
