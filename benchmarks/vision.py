"""What describing a picture costs: processor time of one core, median.

The picture is drawn by the studio at 1024 by 1024 and read from WebP, PNG and JPEG; opening it alone,
which nobody can do without, is shown beside it.

Run: uv run python benchmarks/vision.py [ROUNDS]
"""

from __future__ import annotations

import base64
import io
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from PIL import Image

from generor_nb.studio.engines import run

PROMPTS = (
    "a lighthouse in a storm",
    "sunset over mountains",
    "a fox in a snowy forest",
    "a neon city at night",
)
TARGET = 120


def main(rounds: int) -> None:
    pictures = [draw(prompt) for prompt in PROMPTS]
    print(f"1024 x 1024, {len(PROMPTS)} pictures, {rounds} rounds; milliseconds of processor time, median\n")
    slowest = 0.0
    for kind in ("WEBP", "PNG", "JPEG"):
        files = [encoded(picture, kind) for picture in pictures]
        jobs = [job(data, kind) for data in files]
        opened = statistics.median(
            took(lambda data=data: Image.open(io.BytesIO(data)).load()) for data in files * rounds
        )
        described = statistics.median(took(lambda one=one: run(one)) for one in jobs * rounds)
        slowest = max(slowest, described)
        print(f"  {kind:6} described {described:6.1f}   opening alone {opened:6.1f}")
    print(f"\n  target {TARGET}: {'met' if slowest <= TARGET else 'MISSED'}")


def draw(prompt: str) -> Image.Image:
    asked = {"engine": "scene", "prompt": prompt, "seed": 1, "width": 1024, "height": 1024}
    return Image.open(io.BytesIO(run(asked)["data"])).convert("RGB")


def encoded(picture: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def job(data: bytes, kind: str) -> dict[str, Any]:
    address = f"data:image/{kind.lower()};base64,{base64.b64encode(data).decode()}"
    return {"engine": "vision", "parameters": {"vision-length": "detailed"}, "fields": {"image_url": address}}


def took(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
