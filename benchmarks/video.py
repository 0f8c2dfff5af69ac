"""What a clip of 5 seconds costs: wall and CPU seconds, peak memory, bytes; each in a process of its own.

    uv run python benchmarks/video.py [rounds]

The targets are of 5 s at 1280 x 720 and 24 frames a second: 4 s wall and 300 MB. Each kind is filmed `rounds`
times (3 unless given), the best wall time counts; two of them draw what is given to the others.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

from generor_nb.base.media import data_uri  # noqa: E402
from generor_nb.studio.engines import run  # noqa: E402

SECONDS, WALL, MEGABYTES = 5, 4.0, 300
HD, SD, FULL = (1280, 720), (854, 480), (1920, 1080)
SCENES = {
    "lake 720p": ("a sailboat on a mountain lake at sunset, pan right", HD),
    "hills 720p": ("a castle in the hills by day, pan left", HD),
    "push-in 720p": ("a cup of coffee in a room, zoom in", HD),
    "snow 720p": ("a fox in the forest in the snow, pan left", HD),
    "storm 720p": ("a lighthouse in a storm, pan left", HD),
    "hills 480p": ("a castle in the hills by day, pan left", SD),
    "hills 1080p": ("a castle in the hills by day, pan left", FULL),
}


def job(prompt: str, size: tuple[int, int] = HD, **fields: Any) -> dict[str, Any]:
    fields = {"seconds": SECONDS, **fields}
    return {
        "engine": "video",
        "prompt": prompt,
        "seed": 1,
        "width": size[0],
        "height": size[1],
        "fields": fields,
    }


def filmed(ask: dict[str, Any]) -> tuple[float, float, float, int, bytes, str]:
    """Wall seconds, CPU seconds, peak MB of this process, and the file."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = run(ask)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    unit = 1 << (20 if sys.platform == "darwin" else 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return *spent, peak, len(made["data"]), made["data"], made["mime"]


def alone(ask: dict[str, Any]) -> tuple[float, float, float, int, bytes, str]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(filmed, ask).result()


def asks() -> dict[str, dict[str, Any]]:
    found = {name: job(prompt, size) for name, (prompt, size) in SCENES.items()}
    found["with sound"] = job("a stormy sea by day, pan left", generate_audio=True)
    drawn = [
        data_uri(
            run(
                {
                    "engine": "scene",
                    "prompt": f"a castle in the hills, {hour}",
                    "seed": 3,
                    "width": 1280,
                    "height": 720,
                }
            )["data"],
            "image/webp",
        )
        for hour in ("day", "night")
    ]
    found["image"] = job("slow camera", image_url=drawn[0])
    found["end frame"] = job("night falls", image_url=drawn[0], ending_frame_url=drawn[1])
    *_, data, mime = alone(job("a horse in the hills, day"))
    found["edit"] = job("make it a snowy night", video_url=data_uri(data, mime))
    found["extend"] = job("extend it", video_url=data_uri(data, mime))
    return found


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{'':14} {'wall s':>7} {'CPU s':>7} {'peak MB':>8} {'kB':>7}")
    for name, ask in asks().items():
        best = min(alone(ask)[:4] for _ in range(rounds))
        met = best[0] <= WALL and best[2] <= MEGABYTES
        judged = ("met" if met else "MISSED") if name.endswith("720p") else ""
        print(f"{name:14} {best[0]:>7.2f} {best[1]:>7.2f} {best[2]:>8.0f} {best[3] / 1000:>7.0f} {judged}")


if __name__ == "__main__":
    main()
