"""Changing a given clip as a prompt asks: hour, weather, colours, style, another sky."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from .. import vocabulary as words
from ..compose import set_stage
from ..light import light_for
from ..paint import Array, as32, eight, f32, from_image
from ..reading import Brief, Reader, read
from ..seeding import Dice
from ..sky import paint_sky
from ..styles import GRADES, STYLES
from .air import Air, airs
from .asking import Ask
from .layers import Layer, Part
from .planes import Matrix, Planes, after
from .shots import lay

HOUR_GRADES: dict[str, Matrix] = {
    "dawn": (0.92, 0.06, 0.06, 16, 0.04, 0.86, 0.06, 8, 0.06, 0.06, 0.90, 16),
    "day": (1.08, 0.0, 0.0, 6, 0.0, 1.07, 0.0, 6, 0.0, 0.0, 1.04, 6),
    "sunset": (1.06, 0.12, 0.0, 12, 0.06, 0.80, 0.02, 0, 0.06, 0.06, 0.58, 4),
    "dusk": (0.62, 0.04, 0.08, 6, 0.02, 0.52, 0.10, 4, 0.04, 0.08, 0.74, 18),
    "night": (0.24, 0.06, 0.02, 0, 0.03, 0.29, 0.05, 4, 0.04, 0.12, 0.44, 14),
}
AIR_GRADES: dict[str, Matrix] = {
    "rain": (0.60, 0.14, 0.06, 4, 0.08, 0.66, 0.08, 6, 0.08, 0.14, 0.62, 12),
    "storm": (0.48, 0.12, 0.06, 0, 0.06, 0.52, 0.08, 2, 0.08, 0.12, 0.54, 8),
    "snow": (0.78, 0.10, 0.06, 18, 0.08, 0.80, 0.08, 20, 0.08, 0.12, 0.82, 26),
    "fog": (0.58, 0.12, 0.06, 52, 0.08, 0.60, 0.08, 54, 0.08, 0.12, 0.60, 58),
}
_SKY = re.compile(r"\b(?:sky|skies|heavens?|clouds)\b|하늘")
STYLE_SIDE = 720
SMALL = (128, 72)


@dataclass(frozen=True)
class Change:
    """What is done to every frame, and which of the prompt's words asked for it."""

    understood: tuple[str, ...]
    grade: Matrix | None
    airs: Sequence[Air]
    style: str | None
    sky: Layer | None

    @property
    def names(self) -> list[str]:
        found = [
            name for name, there in (("sky", self.sky), ("grade", self.grade), ("air", self.airs)) if there
        ]
        return [*found, self.style] if self.style else found


def wanted(ask: Ask, like: Image.Image | None = None, first: Image.Image | None = None) -> Change:
    """What the prompt's words change; ``like`` is a picture whose colours the ``first`` frame should take."""
    reader = Reader(ask.prompt)
    hour, air = reader.first(words.TIMES), reader.first(words.WEATHERS)
    mood, style = reader.first(words.MOODS), reader.first(words.STYLES)
    brief = read(ask.prompt, Dice(ask.key, "reading"))
    brief = replace(brief, terrain="sea", wishes=(), weather=air or "clear", time=hour or brief.time)
    light = light_for(brief.time, brief.weather, Dice(ask.key, "light"))
    sky = _SKY.search(ask.prompt.lower()) is not None and (hour or air) is not None
    grades = [HOUR_GRADES[hour]] if hour in HOUR_GRADES else []
    grades += [AIR_GRADES[air]] if air in AIR_GRADES and not grades else []
    grades += [GRADES[mood]] if mood in GRADES else []
    if like is not None and first is not None:
        grades.append(toned(first, like))
    return Change(
        understood=tuple(sorted(reader.used)),
        grade=reduce(after, grades) if grades else None,
        airs=airs(brief, light, (ask.width, ask.height), ask.seconds, ask.dice("air")) if air else [],
        style=style if style in STYLES else None,
        sky=_new_sky(ask, replace(brief, mood=mood)) if sky else None,
    )


def _new_sky(ask: Ask, brief: Brief) -> Layer:
    """Without a bolt, which would stand still."""
    brief = replace(brief, weather="rain") if brief.weather == "storm" else brief
    stage = set_stage(brief, ask.key, round(ask.width * 1.12), round(ask.height * 1.1))
    stage.horizon = round(stage.h * 0.86)
    paint_sky(stage)
    return Layer.of(Part(eight(stage.img), None, 0, 0, 0, "sky"))


def toned(first: Image.Image, like: Image.Image) -> Matrix:
    """Most of the way from one picture's mean and spread of colours to another's."""
    a, b = (from_image(p.convert("RGB").resize(SMALL, Image.Resampling.BOX)) for p in (first, like))
    rows: list[float] = []
    for k in range(3):
        gain = float(np.clip(b[..., k].std() / max(float(a[..., k].std()), 1e-3), 0.6, 1.6)) * 0.7 + 0.3
        shift = (float(b[..., k].mean()) - float(a[..., k].mean())) * 0.7 + (1 - gain) * float(
            a[..., k].mean()
        )
        rows += [gain if j == k else 0.0 for j in range(3)] + [shift * 255]
    return tuple(rows)


def changed(frames: Iterator[Planes], change: Change, count: int, seed: int) -> Iterator[Planes]:
    """The frames with the change made. A style is drawn for every second frame, as animators do."""
    drawn, cover = None, None
    for i, frame in enumerate(frames):
        u = i / max(1, count - 1)
        if change.sky is not None:
            found = sky_cover(frame.rgb(SMALL))
            cover = found if cover is None else as32(cover * f32(0.8) + found * f32(0.2))
        if change.grade is not None:
            frame = frame.graded(change.grade)
        if change.sky is not None and cover is not None:
            _lay_sky(frame, change.sky, cover, u)
        for air in change.airs:
            frame = air.over(frame, u)
        if change.style:
            drawn = _styled(frame, change.style, seed) if drawn is None or i % 2 == 0 else drawn
            frame = drawn
        yield frame


def _styled(frame: Planes, style: str, seed: int) -> Planes:
    scale = min(1.0, STYLE_SIDE / max(frame.size))
    size = (round(frame.size[0] * scale) // 2 * 2, round(frame.size[1] * scale) // 2 * 2)
    made = STYLES[style](frame.rgb(size), np.random.RandomState(seed % 2**32))
    return Planes.of(made.resize(frame.size, Image.Resampling.BICUBIC))


def sky_cover(frame: Image.Image) -> Array:
    """Where a frame shows sky, 0 to 1, small: what hangs together from the top without an edge."""
    small = from_image(frame.resize(SMALL, Image.Resampling.BOX))
    step = np.abs(np.diff(small, axis=0, prepend=small[:1])).max(-1)
    top = np.median(small[:4], axis=(0, 1))
    bright = small.mean(-1)
    like = (step < 0.085) & ((bright > 0.28 * float(top.mean())) | (small[..., 2] > small[..., 1] + 0.03))
    like &= small[..., 1] < small[..., 2] + 0.16 + 0.3 * (bright > 0.6)
    ends = np.where(like.all(0), SMALL[1], np.argmin(like, 0))
    open_ = ends < SMALL[1] * 0.94
    ends = np.where(open_, ends, np.median(ends[open_]) if open_.any() else SMALL[1] * 0.5)
    # A column in which the sky seems to go on below its neighbours' is led astray.
    ends = np.median(_beside(ends, 2), axis=1)
    rows = np.arange(SMALL[1])[:, None]
    sure = rows < ends[None] - 0.5
    return _with_clouds(sure, bright, ends)


def _beside(ends: npt.NDArray[Any], reach: int) -> npt.NDArray[Any]:
    """For each column its own and its neighbours'."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(ends, reach, mode="reflect"), 2 * reach + 1)


def _with_clouds(sure: npt.NDArray[np.bool_], bright: Array, ends: npt.NDArray[Any]) -> Array:
    """Sky that is sure, and between its columns what is as bright as it: clouds have edges too."""
    reach = 40
    level = np.percentile(_beside(ends, reach), 75, axis=1)
    rows = np.arange(bright.shape[0], dtype=f32)[:, None]
    usual = np.array([np.median(b[s]) if s.any() else 9.0 for b, s in zip(bright, sure, strict=True)])
    cloud = (rows < level[None] - 1) & (bright > 0.86 * usual[:, None])
    sky = _hanging(sure | cloud)
    # What stands nowhere is in the sky, as the sun is.
    sky = ~_hanging(~sky[::-1])[::-1]
    found = Image.fromarray((sky * 255).astype(np.uint8))
    return from_image(found.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.BoxBlur(0.8)))


def _hanging(there: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """What can be reached from the first row without going up."""
    reached = there.copy()
    for row in range(1, len(there)):
        runs = np.cumsum(~there[row])
        met = runs[there[row] & reached[row - 1]]
        reached[row] &= np.isin(runs, met)
    return reached


def _lay_sky(frame: Planes, sky: Layer, cover: Array, u: float) -> None:
    """The new sky where the old one was, passing slowly."""
    moved = Planes.plain(frame.size)
    lay(moved, sky, (frame.size[0] - sky.picture.size[0]) * u, 0)
    mask = eight(cover).resize(frame.size, Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(2))
    frame.put(moved, (0, 0), mask)
