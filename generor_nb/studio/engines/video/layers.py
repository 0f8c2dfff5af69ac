"""A scene in layers of depth: the painters' own steps, each kept as what it added."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from .. import cast
from ..compose import SHOTS, set_stage
from ..light import Light
from ..paint import Array, eight, f32
from ..reading import Brief
from ..sky import paint_sky
from ..stage import Stage
from ..styles import GRADES
from ..terrain import TERRAINS
from .planes import Planes

# Beyond the frame: the room for the nearest layer to move in.
ASIDE, ABOVE = 0.09, 0.05
# A difference of this many of 255 is wholly the newer layer's.
PLAIN = 9
# Rows that a ragged top has in common with what lies below, whose first is not whole between two pixels.
SEAM = 4
# A part is cut where this share of the canvas is empty in it.
SPARSE = 0.08
# Pixels kept around a part, so that fractions of one are mixed with what is really there.
MARGIN = 2


@dataclass(frozen=True)
class Part:
    """What a painter added: at one depth, 0 (stars) to 1 (at the camera's feet).

    ``left`` and ``top`` are its place on the wide canvas; ``kind`` says how it moves by itself.
    """

    picture: Image.Image
    cover: Image.Image | None
    depth: float
    left: int
    top: int
    kind: str


@dataclass(frozen=True)
class Layer:
    """A part as it is filmed; its cover for the brightness and, at half the size, for the colours."""

    picture: Planes
    cover: tuple[Image.Image, Image.Image] | None
    depth: float
    left: int
    top: int
    kind: str

    @classmethod
    def of(cls, part: Part) -> Layer:
        cover = (part.cover, part.cover.reduce(2)) if part.cover else None
        return cls(Planes.of(part.picture), cover, part.depth, part.left, part.top, part.kind)


@dataclass(frozen=True)
class Scene:
    """Layers from far to near on a canvas wider than the frame, and what moves between them."""

    layers: tuple[Layer, ...]
    width: int
    height: int
    horizon: int
    light: Light
    brief: Brief
    water: bool


def can_layer(brief: Brief) -> bool:
    """Whether the brief is of a landscape in its natural look."""
    return brief.terrain in TERRAINS and not brief.style and not brief.layout


def layered(brief: Brief, key: str, width: int, height: int) -> Scene:
    """Draw a landscape without its falling weather, on a canvas with room around the frame."""
    wide, tall = width + 2 * _even(width * ASIDE), height + 2 * _even(height * ABOVE)
    stage = set_stage(brief, key, wide, tall, False, replace(SHOTS[0], zoom=0.86))
    pile = _Pile(stage)
    place = TERRAINS[brief.terrain]
    if place.sky:
        _paint_sky(stage, pile)
    pile.keep("sky", 0.06)
    place.far(stage)
    pile.keep("far", 0.22 if place.sky else 0.1)
    if place.water:
        _subjects(stage, pile, ("sky",), "flying", 0.34)
    place.near(stage)
    if brief.terrain == "interior":
        cast.furnish(stage)
    pile.keep("water" if place.water or brief.terrain == "city" else "near", 0.5)
    if not place.water:
        _subjects(stage, pile, ("sky",), "flying", 0.42)
    _subjects(stage, pile, ("rock",), "rock", 0.6)
    _subjects(stage, pile, ("water", "swim", "leap"), "floating", 0.66)
    if place.front:
        place.front(stage)
        pile.keep("front", 0.8)
    _subjects(stage, pile, ("ground", "table"), "standing", 0.9)
    return Scene(
        tuple(Layer.of(part) for part in without_hidden(pile.parts, wide, tall)),
        wide,
        tall,
        stage.horizon,
        stage.light,
        brief,
        place.water,
    )


def _paint_sky(stage: Stage, pile: _Pile) -> None:
    """A bolt is seen only while it lights the sky, so a storm has a sky without one too."""
    paint_sky(stage)
    if stage.brief.weather == "storm":
        pile.parts.append(Part(eight(stage.img[: stage.horizon]), None, 0.06, 0, 0, "bolt"))
        stage.brief = replace(stage.brief, weather="rain")
        paint_sky(stage)
        stage.brief = replace(stage.brief, weather="storm")


def solid_from(part: Part, wide: int) -> int:
    """The first of its rows from which on it fills the canvas from side to side; its height if none."""
    if part.picture.width < wide or part.kind in ("sky", "bolt"):
        return part.picture.height
    if part.cover is None:
        return 0
    ragged = np.flatnonzero((np.asarray(part.cover) < 250).any(1))
    return int(ragged[-1]) + 1 if ragged.size else 0


def solid_apart(part: Part, wide: int) -> list[Part]:
    """Its ragged top, and what lies below: that needs no mixing."""
    first, height = _even(solid_from(part, wide) + 1), part.picture.height
    if part.kind == "water" or height - first < 8:
        return [part]
    below = replace(
        part, picture=part.picture.crop((0, first, wide, height)), cover=None, top=part.top + first
    )
    return [_shorter(part, first + SEAM), below] if first else [below]


def in_pieces(part: Part, least: float) -> list[Part]:
    """The part cut where a band of at least so many pixels is empty, so that little is mixed for nothing."""
    if part.cover is None or part.kind == "water":
        return [part]
    filled, (w, h) = np.asarray(part.cover) > 0, part.picture.size
    for axis, across in ((0, h), (1, w)):
        places = np.flatnonzero(filled.any(axis))
        widest = int(np.diff(places).argmax()) if len(places) > 1 else 0
        if len(places) < 2 or (places[widest + 1] - places[widest]) * across < least:
            continue
        end, start = int(places[widest]) + 1 + MARGIN, _even(places[widest + 1] - MARGIN)
        boxes = ((0, 0, w, end), (0, start, w, h)) if axis else ((0, 0, end, h), (start, 0, w, h))
        return [piece for box in boxes for piece in in_pieces(_cut(part, box), least)]
    return [part]


def _cut(part: Part, box: tuple[int, int, int, int]) -> Part:
    cover = part.cover.crop(box) if part.cover else None
    picture, left, top = part.picture.crop(box), part.left + box[0], part.top + box[1]
    return replace(part, picture=picture, cover=cover, left=left, top=top)


def without_hidden(parts: list[Part], wide: int, tall: int) -> list[Part]:
    """The parts without what nearer ones always hide."""
    kept: list[Part] = []
    hidden_from = tall
    for part in reversed(parts):
        height = min(part.picture.height, hidden_from - part.top)
        if height > 0:
            kept.append(_shorter(part, height))
        first = solid_from(part, wide)
        if first < part.picture.height and part.top + part.picture.height == tall:
            hidden_from = min(hidden_from, part.top + first + round(tall * 2 * ABOVE))
    return kept[::-1]


def _shorter(part: Part, height: int) -> Part:
    return _cut(part, (0, 0, part.picture.width, height))


def _subjects(stage: Stage, pile: _Pile, places: tuple[str, ...], kind: str, depth: float) -> None:
    cast.put(stage, places)
    cast.shine(stage)
    stage.lamps.clear()
    pile.keep(kind, depth)


def _around(
    box: tuple[int, int, int, int], size: tuple[int, int], whole_rows: bool
) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    top = _even(max(0, top - MARGIN))
    if whole_rows or right - left == size[0]:
        return 0, top, size[0], bottom
    return _even(max(0, left - MARGIN)), top, min(size[0], right + MARGIN), min(size[1], bottom + MARGIN)


def _even(place: float) -> int:
    """Planes of colours are half as large: what stands still in one stands still in the other."""
    return int(place) // 2 * 2


def _closed(cover: Image.Image) -> Image.Image:
    """Without single holes: the largest of nine neighbours, and of these the least."""
    pixels = np.asarray(cover)
    for which in (np.maximum, np.minimum):
        wide = np.pad(pixels, 1, mode="edge")
        rows = which(which(wide[:-2], wide[1:-1]), wide[2:])
        pixels = which(which(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return Image.fromarray(pixels)


class _Pile:
    """Compares the stage with how it last was."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._last: Array = np.zeros(0, f32)
        self.parts: list[Part] = []
        self._speck = (stage.random("grain").random_sample(stage.img.shape[:2]).astype(f32) - f32(0.5)) * f32(
            0.016
        )

    def keep(self, kind: str, depth: float) -> None:
        now = self._stage.img
        if not self._last.size:
            self.parts.append(Part(self._graded(now), None, depth, 0, 0, kind))
        else:
            self._add(now, kind, depth)
        self._last = now.copy()

    def _add(self, now: Array, kind: str, depth: float) -> None:
        moved = np.abs(now - self._last)
        change = np.maximum(np.maximum(moved[..., 0], moved[..., 1]), moved[..., 2])
        cover = Image.fromarray(np.clip(change * f32(255 * 255 / PLAIN), 0, 255).astype(np.uint8))
        box = cover.point(lambda v: 255 if v > 40 else 0).getbbox()
        if box is None:
            return
        box = _around(box, cover.size, whole_rows=kind == "water")
        cover = _closed(cover.crop(box))
        left, top, right, bottom = box
        picture = self._graded(now[top:bottom, left:right], top, left)
        tall, wide = now.shape[:2]
        for part in solid_apart(Part(picture, cover, depth, left, top, kind), wide):
            self.parts += in_pieces(part, SPARSE * wide * tall)

    def _graded(self, part: Array, top: int = 0, left: int = 0) -> Image.Image:
        h, w = part.shape[:2]
        picture = eight(part + self._speck[top : top + h, left : left + w, None])
        grade = GRADES.get(self._stage.brief.mood or "")
        return picture.convert("RGB", grade) if grade else picture
