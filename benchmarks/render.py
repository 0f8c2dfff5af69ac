"""What a picture of 1024 by 1024 costs: CPU milliseconds on one core, and its encoding against bare Pillow.

    uv run python benchmarks/render.py [rounds]

Each kind is rendered once to warm up and then `rounds` times (5 unless given) with different seeds. The
encoding is timed beside a bare `Image.save` of the same pixels with the same settings, in the same round.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

from PIL import Image  # noqa: E402

from generor_nb.base.media import data_uri  # noqa: E402
from generor_nb.studio.engines import run, scene  # noqa: E402

SIDE, TARGET_MS = 1024, 150
SCENES = {
    "mountains": "a castle in the mountains at sunset",
    "mountains, snow": "deer in the mountains, snow",
    "sea": "a sailboat at sea, day",
    "sea, storm": "a lighthouse in a storm",
    "lake": "calm mountain lake at dawn",
    "forest": "a fox in the forest",
    "forest, fog": "a foggy forest",
    "desert": "a horse in the desert at sunset",
    "city": "the city at night in the rain",
    "hills": "a bicycle in the hills by day",
    "space": "a rocket in space",
    "underwater": "fish at a coral reef",
    "interior": "a cup of coffee in a room, evening",
    "portrait": "portrait of a woman",
    "marble": "blue marble",
    "flow": "a flow field",
    "waves": "abstract waves",
    "shapes": "bauhaus shapes",
    "aurora": "northern lights over a cabin",
}
STYLES = (
    "watercolour",
    "oil",
    "pastel",
    "poster",
    "noir",
    "pixel",
    "ink",
    "neon",
    "blueprint",
    "glass",
    "mosaic",
)
LAYOUTS = ("icon", "sticker", "logo", "pattern", "colouring", "comic", "poster", "cover", "moodboard", "map")


def job(
    prompt: str, seed: int, layout: str = "scene", style: str = "auto", image: str | None = None
) -> dict[str, Any]:
    fields = {"image_url": image} if image else {}
    named = {"image-style": style, "image-layout": layout}
    size = {"width": SIDE, "height": SIDE, "index": 0, "count": 1}
    return {"engine": "scene", "prompt": prompt, "seed": seed, "parameters": named, "fields": fields, **size}


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return (time.process_time() - start) * 1000, result


def measure(rounds: int, **ask: Any) -> tuple[float, float, float]:
    """Medians of render ms, encode ms, and the ratio of the encoding to a bare save."""
    rows = []
    for seed in range(rounds + 1):
        whole, made = spent(lambda seed=seed: run(job(seed=seed, **ask)))  # type: ignore[misc]
        picture = Image.open(io.BytesIO(made["data"]))
        picture.load()
        encode, _ = spent(lambda picture=picture: scene.encoded(picture))  # type: ignore[misc]
        bare, _ = spent(lambda picture=picture: picture.save(io.BytesIO(), "WEBP", quality=88, method=2))  # type: ignore[misc]
        rows.append((whole - encode, encode, encode / bare))
    render, encoding, ratio = (statistics.median(column) for column in zip(*rows[1:], strict=True))
    return render, encoding, ratio


def table(title: str, kinds: dict[str, dict[str, Any]], rounds: int) -> list[float]:
    print(f"{title:<18} {'render ms':>9} {'encode ms':>9} {'/ bare save':>11}")
    renders = []
    for name, ask in kinds.items():
        render, encode, ratio = measure(rounds, **ask)
        renders.append(render)
        print(f"{name:<18} {render:>9.0f} {encode:>9.0f} {ratio:>11.2f}")
    print(f"{'median':<18} {statistics.median(renders):>9.0f}\n")
    return renders


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    mix = table("scene", {name: {"prompt": prompt} for name, prompt in SCENES.items()}, rounds)
    table("style", {style: {"prompt": "a castle by a lake", "style": style} for style in STYLES}, rounds)
    table(
        "layout", {layout: {"prompt": "a fox in the hills", "layout": layout} for layout in LAYOUTS}, rounds
    )
    given = data_uri(run(job("a horse on a hill, day", 1))["data"], "image/webp")
    prompts = {"night": "at night", "snow": "in the snow", "oil": "oil painting, warm"}
    table("image to image", {name: {"prompt": p, "image": given} for name, p in prompts.items()}, rounds)
    middle = statistics.median(mix)
    print(
        f"scenes: median {middle:.0f} ms, target {TARGET_MS} ms: {'met' if middle <= TARGET_MS else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
