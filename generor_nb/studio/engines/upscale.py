"""The upscale engine: more pixels by classical resampling; sharp edges, no halos, no new detail."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PIL import Image

from .errors import EngineError
from .given import given, options, webp
from .paint import Array, as32, f32

VERSION = "1"
FACTORS = {"2": 2, "4": 4}
MOST = 24_000_000  # pixels that are made
BAND = 1 << 20  # pixels that are worked on at once
MARGIN = 16  # rows that a band shares with its neighbours, of the small picture
ROUNDS = 2
SHARPEN = (1.5, 0.5)  # at the first doubling, and at the second
# Of 255: a smaller range among neighbours is grain and stays as it is, a larger one is an edge.
GRAIN, EDGE = f32(6), f32(36)
DPI = 300
PAPER = {"a5": (1748, 2480), "a4": (2480, 3508), "a3": (3508, 4961)}  # pixels at 300 dpi
CRISP, FAIR = 200, 120  # dpi of the given picture on that paper
LANCZOS = Image.Resampling.LANCZOS
# What a quarter before a pixel's middle is mixed of, along a straight line and along a cubic.
STRAIGHT = (0.25, 0.75)
ROUND = (-0.0234375, 0.2265625, 0.8671875, -0.0703125)


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Enlarge one picture: by ``upscale-factor`` 2 or 4, or to fill a paper ``size`` at 300 dpi."""
    picture, own = given(job, MOST)
    chosen = options(job)
    if chosen.get("size") in PAPER:
        target = on_paper_size(own, PAPER[chosen["size"]])
        told = print_facts(own, target)
    else:
        factor = FACTORS.get(wanted := chosen.get("factor", "2"), 0)
        if not factor:
            raise EngineError(f"The factor can be {' or '.join(FACTORS)}, not {wanted}.")
        target = (own[0] * factor, own[1] * factor)
        told = {"factor": factor, "note": f"{factor}× by classical resampling, without new detail"}
    if target[0] * target[1] > MOST:
        raise EngineError(_too_large(own, target))
    large = to_size(picture, *target)
    facts = {"engine": "upscale", "engine_version": VERSION, "procedural": True, "from_image": True, **told}
    shown = {name: value for name, value in told.items() if name != "note"}
    return {
        "mime": "image/webp",
        "data": webp(large),
        "width": large.width,
        "height": large.height,
        "fields": {**shown, "from_width": own[0], "from_height": own[1]},
        "facts": facts,
    }


def on_paper_size(own: tuple[int, int], paper: tuple[int, int]) -> tuple[int, int]:
    """The largest size of a picture on paper, turned as the picture is."""
    across, down = paper if own[0] <= own[1] else paper[::-1]
    scale = min(across / own[0], down / own[1])
    return max(1, round(own[0] * scale)), max(1, round(own[1] * scale))


def print_facts(own: tuple[int, int], target: tuple[int, int]) -> dict[str, Any]:
    """How fine the given picture is on that paper, in dots per inch, and what to expect."""
    dpi = round(DPI * own[0] / target[0])
    look = "crisp" if dpi >= CRISP else "fine at arm's length" if dpi >= FAIR else "soft"
    note = f"{target[0]}×{target[1]} from {dpi} dpi by classical resampling: it will look {look} in print"
    return {"dpi": DPI, "source_dpi": dpi, "print": look, "note": note}


def to_size(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The picture at a size: doubled once or twice where that helps, then resampled to fit exactly."""
    for sharpen in SHARPEN[: round(math.log2(max(1.0, width / picture.width)))]:
        picture = doubled(picture, sharpen)
    return picture if picture.size == (width, height) else picture.resize((width, height), LANCZOS)


def doubled(picture: Image.Image, sharpen: float) -> Image.Image:
    """An RGB or RGBA picture twice as wide and high, band by band so that memory stays small."""
    w, h = picture.size
    rows = max(MARGIN, BAND // (w * 4))
    if rows >= h:
        return _band(picture, sharpen)
    whole = Image.new(picture.mode, (w * 2, h * 2))
    for top in range(0, h, rows):
        above, end = max(0, top - MARGIN), min(h, top + rows)
        band = _band(picture.crop((0, above, w, min(h, end + MARGIN))), sharpen)
        whole.paste(band.crop((0, (top - above) * 2, w * 2, (end - above) * 2)), (0, top * 2))
    return whole


def _band(picture: Image.Image, sharpen: float) -> Image.Image:
    base = picture.resize((picture.width * 2, picture.height * 2), LANCZOS)
    colours, solid = base.convert("RGB"), None
    if picture.mode == "RGBA":
        alpha, cover = _plane(picture.getchannel("A")), _plane(base.getchannel("A"))
        solid = as32(_among(alpha, np.minimum) == 255)
    delta = refined(_plane(picture.convert("L")), _plane(colours.convert("L")), sharpen, solid)
    sharp = Image.fromarray(_shifted(np.asarray(colours), delta[..., None]))
    if picture.mode == "RGBA":
        sharp.putalpha(Image.fromarray(_shifted(cover, refined(alpha, cover, sharpen))))
    return sharp


def refined(low: Array, start: Array, sharpen: float, where: Array | None = None) -> Array:
    """What to add to an enlarged plane, in steps of 255.

    Edges are sharpened, then corrected until averaging gives the small plane back, and never leave the
    range of the small pixels around them, so that there are no halos. Grain is left alone.
    """
    least, largest = _among(low, np.minimum), _among(low, np.maximum)
    edges = np.clip((largest - least - GRAIN) / (EDGE - GRAIN), 0, 1)
    edges = as32(edges if where is None else edges * where)
    floor, ceiling = _twice(least, STRAIGHT), _twice(largest, STRAIGHT)
    high = start - _twice(_halved(start), STRAIGHT)
    high *= _twice(edges, STRAIGHT)
    high *= f32(sharpen)
    high += start
    for _ in range(ROUNDS):
        np.clip(high, floor, ceiling, out=high)
        high += _twice(as32((low - _halved(high)) * edges), ROUND)
    np.clip(high, floor, ceiling, out=high)
    high -= start
    # Halos reach further than the edge they come from.
    high *= _twice(_among(_among(edges, np.maximum), np.maximum), STRAIGHT)
    return high


def _halved(plane: Array) -> Array:
    """The mean of each four pixels."""
    rows = plane[0::2] + plane[1::2]
    return as32((rows[:, 0::2] + rows[:, 1::2]) * f32(0.25))


def _twice(plane: Array, taps: tuple[float, ...]) -> Array:
    """A plane doubled: each pixel becomes two, a quarter to each side of it, mixed from those around."""
    return _doubled_rows(_doubled_rows(plane, taps).T, taps).T


def _doubled_rows(plane: Array, taps: tuple[float, ...]) -> Array:
    count, reach = len(plane), len(taps) // 2
    # In the memory's order, whichever way the plane lies in it.
    wide = np.pad(plane, ((reach, reach), (0, 0)), mode="edge")
    out = np.empty_like(plane, shape=(2 * count, plane.shape[1]))
    for turn, weights in enumerate((taps, taps[::-1])):
        mixed = wide[turn : turn + count] * f32(weights[0])
        for place, weight in enumerate(weights[1:], turn + 1):
            mixed += wide[place : place + count] * f32(weight)
        out[turn::2] = mixed
    return out


def _plane(grey: Image.Image) -> Array:
    return np.asarray(grey, f32)


def _among(plane: Array, which: np.ufunc) -> Array:
    """The least or largest of each pixel and its eight neighbours."""
    p = np.pad(plane, 1, mode="edge")
    rows = which(which(p[:-2], p[1:-1]), p[2:])
    return as32(which(which(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:]))


def _shifted(pixels: np.ndarray[Any, Any], delta: Array) -> np.ndarray[Any, Any]:
    moved = pixels + np.rint(delta).astype(np.int16)
    return moved.clip(0, 255).astype(np.uint8)


def _too_large(own: tuple[int, int], target: tuple[int, int]) -> str:
    millions = target[0] * target[1] / 1e6
    less = " Take factor 2." if target[0] == own[0] * 4 and own[0] * own[1] * 4 <= MOST else ""
    return (
        f"The picture would have {millions:.0f} megapixels; the studio makes at most {MOST // 10**6}.{less}"
    )
