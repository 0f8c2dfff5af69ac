"""What sound costs: processor time of one core, median, the file's encoding included.

Speech is a sentence by the studio's own voice, music a piece of 30 s, effects 10 s of several at once.

Run: uv run python benchmarks/sound.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from generor_nb.studio.engines.sound import effects, music, speech

SENTENCES = (
    "The lighthouse stood alone against the storm.",
    "Does the notebook show what twenty-five pictures cost?",
    "안녕하세요, 만나서 반갑습니다.",
    "El faro brilla en la noche, sobre un mar tranquilo.",
)
PIECES = ("calm piano", "epic battle", "lo-fi study beats", "techno 128 bpm", "jazz", "waltz")
EFFECTS = ("rain with thunder 10 s", "footsteps, wind and an owl 10 s", "crowd cheering then fireworks 10 s")
TARGETS = {"speech": 100, "music": 1000}


def main(rounds: int) -> None:
    print(f"{rounds} rounds; milliseconds of processor time, median and slowest of the jobs, and kB\n")
    for name, engine, prompts in (
        ("speech", speech, SENTENCES),
        ("music", music, PIECES),
        ("effects", effects, EFFECTS),
    ):
        jobs = [{"prompt": prompt, "seed": 1, "preset": {"by": "own"}} for prompt in prompts]
        took = [statistics.median(cost(engine, job) for _ in range(rounds)) for job in jobs]
        size = statistics.median(len(engine.make(job)["data"]) for job in jobs) / 1000
        target = TARGETS.get(name)
        met = "" if target is None else f"   target {target}: {'met' if max(took) <= target else 'MISSED'}"
        print(f"  {name:8} {statistics.median(took):6.0f} {max(took):6.0f} {size:7.0f} kB{met}")


def cost(engine: Any, job: dict[str, Any]) -> float:
    began = time.process_time()
    engine.make(job)
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
