"""A scene in layers of depth: the painters' own steps, each kept as what it added."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from .. import cast
from ..compose import SHOTS, set_stage
from ..light import Light
from ..paint import Array, eight, f32
from ..reading import Brief
from ..sky import paint_sky
from ..stage import Stage
from ..styles import GRADES
from ..terrain import TERRAINS

# Beyond the frame: the room for the nearest layer to move in.
ASIDE, ABOVE = 0.09, 0.05
# A difference of this many of 255 is wholly the newer layer's.
PLAIN = 9


@dataclass(frozen=True)
class Layer:
    """A part of the picture at one depth, 0 (stars) to 1 (at the camera's feet).

    ``left`` and ``top`` are its place on the wide canvas; ``kind`` says how it moves by itself.
    """

    picture: Image.Image
    cover: Image.Image | None
    depth: float
    left: int
    top: int
    kind: str


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
    wide, tall = round(width * (1 + 2 * ASIDE)), round(height * (1 + 2 * ABOVE))
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
        tuple(without_hidden(pile.layers, wide, tall)),
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
        pile.layers.append(Layer(eight(stage.img[: stage.horizon]), None, 0.06, 0, 0, "bolt"))
        stage.brief = replace(stage.brief, weather="rain")
        paint_sky(stage)
        stage.brief = replace(stage.brief, weather="storm")


def solid_from(layer: Layer, wide: int) -> int:
    """The first of its rows from which on it fills the canvas from side to side; its height if none."""
    if layer.picture.width < wide or layer.kind in ("sky", "bolt"):
        return layer.picture.height
    if layer.cover is None:
        return 0
    ragged = np.flatnonzero((np.asarray(layer.cover) < 250).any(1))
    return int(ragged[-1]) + 1 if ragged.size else 0


def solid_apart(layer: Layer, wide: int) -> list[Layer]:
    """Its ragged top, and what lies below: that needs no mixing."""
    first, height = solid_from(layer, wide), layer.picture.height
    if layer.kind == "water" or height - first < 8:
        return [layer]
    below = replace(
        layer, picture=layer.picture.crop((0, first, wide, height)), cover=None, top=layer.top + first
    )
    return [_shorter(layer, first), below] if first else [below]


def without_hidden(layers: list[Layer], wide: int, tall: int) -> list[Layer]:
    """The layers without what nearer ones always hide."""
    kept: list[Layer] = []
    hidden_from = tall
    for layer in reversed(layers):
        height = min(layer.picture.height, hidden_from - layer.top)
        if height > 0:
            kept.append(_shorter(layer, height))
        first = solid_from(layer, wide)
        if first < layer.picture.height and layer.top + layer.picture.height == tall:
            hidden_from = min(hidden_from, layer.top + first + round(tall * 2 * ABOVE))
    return kept[::-1]


def _shorter(layer: Layer, height: int) -> Layer:
    box = (0, 0, layer.picture.width, height)
    cover = layer.cover.crop(box) if layer.cover else None
    return replace(layer, picture=layer.picture.crop(box), cover=cover)


def _subjects(stage: Stage, pile: _Pile, places: tuple[str, ...], kind: str, depth: float) -> None:
    cast.put(stage, places)
    cast.shine(stage)
    stage.lamps.clear()
    pile.keep(kind, depth)


class _Pile:
    """Compares the stage with how it last was."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._last: Array = np.zeros(0, f32)
        self.layers: list[Layer] = []
        self._speck = (stage.random("grain").random_sample(stage.img.shape[:2]).astype(f32) - f32(0.5)) * f32(
            0.016
        )

    def keep(self, kind: str, depth: float) -> None:
        now = self._stage.img
        if not self._last.size:
            self.layers.append(Layer(self._graded(now), None, depth, 0, 0, kind))
        else:
            self._add(now, kind, depth)
        self._last = now.copy()

    def _add(self, now: Array, kind: str, depth: float) -> None:
        change = np.zeros(now.shape[:2], f32)
        for k in range(3):
            np.maximum(change, np.abs(now[..., k] - self._last[..., k]), out=change)
        cover = Image.fromarray(np.clip(change * f32(255 * 255 / PLAIN), 0, 255).astype(np.uint8))
        box = cover.point(lambda v: 255 if v > 40 else 0).getbbox()
        if box is None:
            return
        cover = cover.crop(box).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.MinFilter(3))
        left, top, right, bottom = box
        picture = self._graded(now[top:bottom, left:right], top, left)
        self.layers += solid_apart(Layer(picture, cover, depth, left, top, kind), now.shape[1])

    def _graded(self, part: Array, top: int = 0, left: int = 0) -> Image.Image:
        h, w = part.shape[:2]
        picture = eight(part + self._speck[top : top + h, left : left + w, None])
        grade = GRADES.get(self._stage.brief.mood or "")
        return picture.convert("RGB", grade) if grade else picture
