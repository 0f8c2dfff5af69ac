"""Pictures drawn out like rubber: each point of a coarse grid is told which place of the picture it shows.

Four neighbours lie packed in one number, so that each pixel is fetched once and mixed two at a time: that
takes less than half the time of Pillow's mesh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..paint import Array, as32, f32
from .planes import Planes

Packed = npt.NDArray[np.uint32]
# Rows at once: what they need stays in the processor's cache.
BAND = 48
# Places are known to this part of a pixel.
FINE, BITS = 16, 4
PAIR = np.uint32(0x00FF00FF)


@dataclass(frozen=True)
class Rubber:
    """A picture that can be drawn out again and again."""

    planes: Planes
    packed: tuple[Packed, Packed, Packed]

    @classmethod
    def of(cls, picture: Image.Image) -> Rubber:
        planes = Planes.of(picture)
        y, u, v = (_packed(plane) for plane, _ in planes)
        return cls(planes, (y, u, v))

    def drawn(self, x: Array, y: Array) -> Planes:
        """The picture as the grid wants it; ``x`` and ``y`` as parts of its width and height, 0 to 1."""
        light, blue, red = self.packed
        return Planes(*_drawn((light,), x, y), *_drawn((blue, red), x, y))


def _packed(plane: Image.Image) -> Packed:
    """Each pixel with those to its right, below, and below on the right, a byte each."""
    wide = np.pad(np.asarray(plane), ((0, 1), (0, 1)), mode="edge").astype(np.uint32)
    four = wide[:-1, :-1] | wide[:-1, 1:] << 8 | wide[1:, :-1] << 16 | wide[1:, 1:] << 24
    return np.asarray(four, np.uint32)


def _drawn(planes: tuple[Packed, ...], x: Array, y: Array) -> list[Image.Image]:
    height, width = planes[0].shape
    across, down = _shares(width, x.shape[1] - 1), _shares(height, x.shape[0] - 1)
    columns = as32((x * width - f32(0.5)) * FINE @ across.T), as32((y * height - f32(0.5)) * FINE @ across.T)
    made = [np.empty((height, width), np.uint8) for _ in planes]
    for top in range(0, height, BAND):
        rows = slice(top, top + BAND)
        left, above = _whole(down[rows] @ columns[0], width), _whole(down[rows] @ columns[1], height)
        place = (above >> BITS) * width + (left >> BITS)
        left, above = left & (FINE - 1), above & (FINE - 1)
        for plane, out in zip(planes, made, strict=True):
            out[rows] = _mixed(plane.ravel().take(place), left.astype(np.uint32), above.astype(np.uint32))
    return [Image.fromarray(plane) for plane in made]


def _shares(count: int, cells: int) -> Array:
    """How much each of the grid's lines has of each pixel's place: a straight line from one to the next."""
    at = (np.arange(count, dtype=f32) + f32(0.5)) * f32(cells / count)
    return as32(np.clip(1 - np.abs(at[:, None] - np.arange(cells + 1, dtype=f32)), 0, 1))


def _whole(places: Array, count: int) -> npt.NDArray[np.int32]:
    return np.clip(places, 0, (count - 1) * FINE).astype(np.int32)


def _mixed(four: Packed, right: Packed, below: Packed) -> npt.NDArray[np.uint8]:
    """Four neighbours mixed: first across, the upper and the lower pair in one go, then down."""
    first = four & PAIR
    pairs: Packed = np.asarray((first << BITS) + ((four >> 8 & PAIR) - first) * right, np.uint32)
    upper = pairs & 0xFFFF
    whole: Packed = np.asarray((upper << BITS) + ((pairs >> 16) - upper) * below, np.uint32)
    return np.asarray((whole + FINE * FINE // 2) >> 2 * BITS, np.uint8)
