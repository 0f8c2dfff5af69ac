"""What sound costs: processor time of one core, median, the file's encoding included; and how loud it is.

Speech is a sentence by the studio's own voice, music a piece of 30 s, effects 10 s of several at once.
Loudness is that of the files of every generator that is heard, asked with its defaults.

Run: uv run python benchmarks/sound.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import numpy as np

from generor_nb.studio.catalogue import Generator, load
from generor_nb.studio.engines import run
from generor_nb.studio.engines.sound import effects, music, speech
from generor_nb.studio.engines.sound.loudness import SHORTEST, TARGET, lufs
from generor_nb.studio.engines.sound.synth import RATE
from generor_nb.studio.engines.video.clip import sound_of

SENTENCES = (
    "The lighthouse stood alone against the storm.",
    "Does the notebook show what twenty-five pictures cost?",
    "안녕하세요, 만나서 반갑습니다.",
    "El faro brilla en la noche, sobre un mar tranquilo.",
)
PIECES = ("calm piano", "epic battle", "lo-fi study beats", "techno 128 bpm", "jazz", "waltz")
EFFECTS = ("rain with thunder 10 s", "footsteps, wind and an owl 10 s", "crowd cheering then fireworks 10 s")
TARGETS = {"speech": 100, "music": 1000}
WORDS = {
    "speech": "Some lights are left on for a reason. Nobody in the harbour remembers whose they are.",
    "music": "epic battle",
    "soundeffect": "thunder, then rain",
}
WITHIN, HIGHEST = 1.0, -1.0  # LUFS around the target; dBFS


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
    tell_loudness()


def tell_loudness() -> None:
    level = f"{TARGET:g} within {WITHIN:g} from {SHORTEST:g} s on"
    print(f"\n  loudness in LUFS ({level}) and peak in dBFS (at most {HIGHEST:g})\n")
    for slug, generator in sorted(load().generators.items()):
        if generator.kind not in WORDS:
            continue
        sound = heard(generator)
        loud, peak = lufs(sound, RATE), 20 * float(np.log10(np.abs(sound).max()))
        right = len(sound) < SHORTEST * RATE or abs(loud - TARGET) <= WITHIN
        met = "met" if right and peak <= HIGHEST else "MISSED"
        print(f"  {slug:18} {len(sound) / RATE:5.1f} s {loud:7.2f} {peak:6.2f}   {met}")


def heard(generator: Generator) -> Any:
    """What the file of a generator sounds like."""
    asked = {"engine": generator.engine, "preset": generator.preset, "parameters": generator.defaults()}
    made = run({**asked, "generator": generator.slug, "prompt": WORDS[generator.kind], "seed": 1})
    return sound_of(made["data"], made["seconds"], generator.slug)


def cost(engine: Any, job: dict[str, Any]) -> float:
    began = time.process_time()
    engine.make(job)
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
