"""What working on a picture costs: processor time of one core, median.

A picture that the studio drew is enlarged from 512 to 1024 and from 1024 to 4096, freed of its ground, and
traced; reading and writing the files is part of it. Pillow's own best filter is shown beside the first, and
how near each comes to the original it was reduced from.

Run: uv run python benchmarks/upscale.py [ROUNDS]
"""

from __future__ import annotations

import base64
import io
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from generor_nb.studio.engines import cutout, run, upscale, vector
from generor_nb.studio.engines.given import webp

TARGET = 150


def main(rounds: int) -> None:
    original = drawn("a fox in a snowy forest")
    small = original.resize((512, 512), Image.Resampling.BOX)
    large, little = encoded(original), encoded(small)
    twice, four, whole = job(little), job(large, **{"upscale-factor": "4"}), job(large)
    print(f"{rounds} rounds; milliseconds of processor time, median\n")
    ours, plain = took(lambda: upscale.make(twice), rounds), took(lambda: webp(lanczos(little)), rounds)
    made = Image.open(io.BytesIO(upscale.make(twice)["data"]))
    print(f"  512 to 1024            {ours:7.1f}   {psnr(made, original):.2f} dB")
    print(f"  the same with Lanczos  {plain:7.1f}   {psnr(lanczos(little), original):.2f} dB")
    print(f"  1024 to 4096           {took(lambda: upscale.make(four), 1):7.1f}")
    print(f"  background removed     {took(lambda: cutout.make(whole), rounds):7.1f}")
    print(f"  traced                 {took(lambda: vector.make(whole), rounds):7.1f}")
    print(f"\n  target for 512 to 1024 {TARGET}: {'met' if ours <= TARGET else 'MISSED'}")


def drawn(prompt: str) -> Image.Image:
    asked = {"engine": "scene", "prompt": prompt, "seed": 1, "width": 1024, "height": 1024}
    return Image.open(io.BytesIO(run(asked)["data"])).convert("RGB")


def encoded(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", lossless=True)
    return buffer.getvalue()


def lanczos(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).resize((1024, 1024), Image.Resampling.LANCZOS)


def job(data: bytes, **parameters: str) -> dict[str, Any]:
    address = f"data:image/webp;base64,{base64.b64encode(data).decode()}"
    return {"parameters": parameters, "fields": {"image_url": address}}


def psnr(picture: Image.Image, original: Image.Image) -> float:
    gap = np.asarray(picture, np.float64) - np.asarray(original, np.float64)
    return float(10 * np.log10(255**2 / np.mean(gap**2)))


def took(work: Callable[[], object], rounds: int) -> float:
    return statistics.median(_once(work) for _ in range(rounds))


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
