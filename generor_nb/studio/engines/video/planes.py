"""Frames as video keeps them: brightness, and two colours at half the size, after BT.709 in limited range.

Scenes are taken apart into planes once and then moved, mixed and scaled plane by plane: 1.5 bytes of a pixel
where Pillow's RGB has four, and nothing is left to convert when a frame is encoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Colour = tuple[int, int, int]
Matrix = tuple[float, ...]

_RED, _BLUE = 0.2126, 0.0722
_LIGHT = (_RED, 1 - _RED - _BLUE, _BLUE)
# Brightness lies in 16 to 235, colours in 16 to 240 around 128.
_Y, _C = 219 / 255, 224 / 255
_TO = np.array(
    [
        [_Y * part for part in _LIGHT],
        [_C * (own - part) / (2 - 2 * _BLUE) for own, part in zip((0, 0, 1), _LIGHT, strict=True)],
        [_C * (own - part) / (2 - 2 * _RED) for own, part in zip((1, 0, 0), _LIGHT, strict=True)],
    ]
)
_ZERO = np.array([16.0, 128.0, 128.0])


def _rows(matrix: npt.NDArray[np.float64], shift: npt.NDArray[np.float64]) -> Matrix:
    return tuple(float(v) for v in np.column_stack([matrix, shift]).ravel())


_TO_PLANES = _rows(_TO, _ZERO)
_BACK = np.linalg.inv(_TO)
_TO_RGB = _rows(_BACK, -_BACK @ _ZERO)


@dataclass(frozen=True)
class Planes:
    """One frame, or a part of one. What is said of it in pixels is meant of the brightness."""

    y: Image.Image
    u: Image.Image
    v: Image.Image

    @classmethod
    def of(cls, picture: Image.Image) -> Planes:
        """An RGB picture taken apart."""
        y, u, v = picture.convert("RGB", _TO_PLANES).split()
        return cls(y, u.reduce(2), v.reduce(2))

    @classmethod
    def plain(cls, size: tuple[int, int], colour: Colour = (0, 0, 0)) -> Planes:
        half = (-(-size[0] // 2), -(-size[1] // 2))
        y, u, v = in_planes(colour)
        return cls(Image.new("L", size, y), Image.new("L", half, u), Image.new("L", half, v))

    @property
    def size(self) -> tuple[int, int]:
        return self.y.size

    def __iter__(self) -> Iterator[tuple[Image.Image, int]]:
        """Each plane with how many pixels one of its own stands for."""
        return iter(((self.y, 1), (self.u, 2), (self.v, 2)))

    def each(self, change: Callable[[Image.Image, int], Image.Image]) -> Planes:
        return Planes(*(change(plane, unit) for plane, unit in self))

    def copy(self) -> Planes:
        return self.each(lambda plane, _: plane.copy())

    def cropped(self, box: tuple[int, int, int, int]) -> Planes:
        """A box of even size."""
        w, h = box[2] - box[0], box[3] - box[1]

        def cut(plane: Image.Image, unit: int) -> Image.Image:
            x, y = box[0] // unit, box[1] // unit
            return plane.crop((x, y, x + w // unit, y + h // unit))

        return self.each(cut)

    def rgb(self, size: tuple[int, int] | None = None) -> Image.Image:
        """A picture, of this size or smaller."""
        return self._whole(size or self.size, Image.Resampling.BILINEAR).convert("RGB", _TO_RGB)

    def graded(self, grade: Matrix) -> Planes:
        """With a matrix for RGB used, as ``Image.convert`` takes it."""
        rows = np.reshape(grade, (3, 4))
        matrix = _TO @ rows[:, :3] @ _BACK
        shift = _TO @ rows[:, 3] + _ZERO - matrix @ _ZERO
        # Pixels share their colour as they are: soft edges between them would be made and averaged again.
        whole = self._whole(self.size, Image.Resampling.NEAREST)
        y, u, v = whole.convert("RGB", _rows(matrix, shift)).split()
        return Planes(y, u.reduce(2), v.reduce(2))

    def colour(self, colour: Colour, corner: tuple[int, int], cover: Image.Image) -> None:
        """Paint a colour where a cover lies."""
        covers, tones = (cover, cover.reduce(2)), in_planes(colour)
        for (plane, unit), tone in zip(self, tones, strict=True):
            mask = covers[unit - 1]
            x, y = corner[0] // unit, corner[1] // unit
            plane.paste(tone, (x, y, x + mask.width, y + mask.height), mask)

    def put(self, part: Planes, corner: tuple[int, int], cover: Image.Image | None = None) -> None:
        """Lay a part on it, where its cover is."""
        covers = (cover, cover.reduce(2)) if cover else (None, None)
        for (plane, unit), (own, _) in zip(self, part, strict=True):
            plane.paste(own, (corner[0] // unit, corner[1] // unit), covers[unit - 1])

    def bytes(self) -> npt.NDArray[np.uint8]:
        """The planes behind each other, as rows of the frame's width: yuv420p."""
        flat = [np.asarray(plane).ravel() for plane, _ in self]
        return np.concatenate(flat).reshape(-1, self.y.width)

    def _whole(self, size: tuple[int, int], how: Image.Resampling) -> Image.Image:
        return Image.merge("RGB", [plane.resize(size, how) for plane, _ in self])


def in_planes(colour: Colour) -> Colour:
    """A colour's brightness and its two parts of colour."""
    y, u, v = (round(float(part)) for part in _TO @ np.array(colour) + _ZERO)
    return y, u, v


def after(first: Matrix, second: Matrix) -> Matrix:
    """One matrix for two, used one after the other.

    >>> dark, warm = (0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0), (1, 0, 0, 9, 0, 1, 0, 0, 0, 0, 1, 0)
    >>> after(warm, dark)[:4]
    (0.5, 0.0, 0.0, 4.5)
    """
    a, b = np.reshape(first, (3, 4)), np.reshape(second, (3, 4))
    joined = np.column_stack([b[:, :3] @ a[:, :3], b[:, :3] @ a[:, 3] + b[:, 3]])
    return tuple(float(value) for value in joined.ravel())


def mixed(first: Planes, second: Planes, share: float) -> Planes:
    """So much of the second over the first, 0 to 1."""
    pairs = zip(first, second, strict=True)
    return Planes(*(Image.blend(a, b, share) for (a, _), (b, _) in pairs))
