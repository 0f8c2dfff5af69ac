"""What a picture measures: never what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from ....base.media import open_picture
from ..errors import EngineError
from .colours import Colour, oklab, palette

SIDE = 128
# What is larger is made smaller first, a JPEG while it is decoded: 40 megapixels would take 300 MB.
LARGE = 1024
ORIENTATION = 0x0112
TILE = 96
FLAT = 5  # of 255: less is grain or banding
DARK, BRIGHT = 0.4, 0.8
ROWS, COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
KINDS = {"WEBP": "WebP"}
Place = tuple[str, str]


@dataclass(frozen=True)
class Measured:
    """Shares, brightness and contrast are 0 to 1; ``warmth`` is above 0 for yellow and red."""

    width: int
    height: int
    kind: str
    moving: bool
    colours: tuple[Colour, ...]
    brightness: float
    dark: float
    bright: float
    contrast: float
    chroma: float
    warmth: float
    lit: Place | None
    focus: Place
    calm: str | None
    detail: float
    symmetry: float
    level: float | None
    sharpness: float
    sharpest: Place
    clear: float

    @property
    def orientation(self) -> str:
        ratio = self.width / self.height
        return "square" if 0.95 < ratio < 1.05 else "landscape" if ratio > 1 else "portrait"


def measure(data: bytes) -> tuple[Measured, Image.Image]:
    """The measures of an encoded picture, and the picture itself.

    Raises:
        EngineError: it cannot be decoded, or is too large.
    """
    try:
        picture = open_picture(data)
        kind, moving = picture.format or "", bool(getattr(picture, "is_animated", False))
        width, height = picture.size
        if max(picture.size) > LARGE:
            picture.thumbnail((LARGE, LARGE), Image.Resampling.BOX, reducing_gap=1.0)
        picture.load()
        turned = picture.getexif().get(ORIENTATION, 1) > 4
        ImageOps.exif_transpose(picture, in_place=True)
        small, clear = _small(picture)
        grey = picture.convert("L")
    except (OSError, SyntaxError, ValueError, OverflowError, Image.DecompressionBombError) as error:
        raise EngineError(f"image_url: the picture cannot be read: {error}") from None
    pixels = np.asarray(small)
    lab = oklab(pixels)
    light = lab[..., 0]
    sharpness, sharpest = _sharpness(grey)
    return Measured(
        width=height if turned else width,
        height=width if turned else height,
        kind=KINDS.get(kind, kind),
        moving=moving,
        colours=tuple(palette(pixels.reshape(-1, 3))),
        brightness=float(light.mean()),
        dark=float((light < DARK).mean()),
        bright=float((light > BRIGHT).mean()),
        contrast=float(light.std()),
        chroma=float(np.hypot(lab[..., 1], lab[..., 2]).mean()),
        warmth=float(lab[..., 1].mean() * 0.5 + lab[..., 2].mean()),
        lit=_lit(light),
        focus=_focus(lab),
        calm=_calm(light),
        detail=_detail(light),
        symmetry=_symmetry(light),
        level=_level(light),
        sharpness=sharpness,
        sharpest=sharpest,
        clear=clear,
    ), picture


def _small(picture: Image.Image) -> tuple[Image.Image, float]:
    """It on white, small, and how much of it lets the ground through."""
    clear = 0.0
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        alpha = rgba.getchannel("A")
        clear = float(
            1 - np.asarray(alpha.resize((SIDE, SIDE), Image.Resampling.BOX), np.float32).mean() / 255
        )
        ground = Image.new("RGB", rgba.size, "white")
        ground.paste(rgba, mask=alpha)
        picture = ground
    small = picture.convert("RGB") if picture.mode != "RGB" else picture
    return small.resize((SIDE, SIDE), Image.Resampling.BOX), clear


def _place(row: float, column: float) -> Place:
    """In which ninth a point lies that is given in parts of the height and the width."""
    return ROWS[min(2, int(row * 3))], COLUMNS[min(2, int(column * 3))]


def _ninths(values: Any) -> Any:
    edge = np.linspace(0, len(values), 4).astype(int)
    bands = [values[edge[i] : edge[i + 1], edge[j] : edge[j + 1]].mean() for i in range(3) for j in range(3)]
    return np.array(bands).reshape(3, 3)


def _lit(light: Any) -> Place | None:
    """Where it is brightest; None when the light is even."""
    ninths = _ninths(light)
    row, column = np.unravel_index(int(ninths.argmax()), (3, 3))
    return None if ninths.max() - ninths.mean() < 0.06 else (ROWS[row], COLUMNS[column])


def _focus(lab: Any) -> Place:
    """What differs most from the picture's mean in colour and lightness."""
    strange = np.sqrt((((lab - lab.mean((0, 1))) * (1, 2, 2)) ** 2).sum(-1))
    eight_bit = Image.fromarray((strange / (strange.max() + 1e-6) * 255).astype(np.uint8))
    smooth = np.asarray(eight_bit.filter(ImageFilter.GaussianBlur(SIDE / 16)))
    row, column = np.argwhere(smooth == smooth.max()).mean(0)
    return _place(row / SIDE, column / SIDE)


def _detail(light: Any) -> float:
    down, across = np.gradient(light)
    return float(np.hypot(down, across).mean())


def _calm(light: Any) -> str | None:
    """The half that is much quieter than the rest: room for lettering."""
    half = SIDE // 2
    halves = {
        "upper": light[:half],
        "lower": light[half:],
        "left": light[:, :half],
        "right": light[:, half:],
    }
    busy = {name: _detail(part) for name, part in halves.items()}
    quiet = min(busy, key=lambda name: busy[name])
    return quiet if busy[quiet] < 0.55 * _detail(light) else None


def _symmetry(light: Any) -> float:
    """1 when the left mirrors the right, about 0 when they have nothing in common."""
    return float(max(0.0, 1 - np.abs(light - light[:, ::-1]).mean() / (light.std() + 1e-6)))


def _level(light: Any) -> float | None:
    """How far down a level edge runs across the picture, 0 to 1; None when there is none that is clear."""
    steps = np.abs(np.diff(light.mean(1)))
    at = int(steps[4:-4].argmax()) + 4
    return (at + 1) / SIDE if steps[at] > 6 * steps.mean() and steps[at] > 0.02 else None


def _sharpness(grey: Image.Image) -> tuple[float, Place]:
    """How crisp the crispest part is, at full size up to ``LARGE``, and where that is.

    The contrast between neighbours beside the contrast of the whole part.
    """
    best, where = 0.0, ("middle", "centre")
    for row in range(4):
        for column in range(4):
            left = max(0, int((column + 0.5) * grey.width / 4) - TILE // 2)
            top = max(0, int((row + 0.5) * grey.height / 4) - TILE // 2)
            box = (left, top, min(grey.width, left + TILE), min(grey.height, top + TILE))
            tile = np.asarray(grey.crop(box), np.float32)
            crisp = _crispness(tile)
            if crisp > best:
                best, where = crisp, _place((row + 0.5) / 4, (column + 0.5) / 4)
    return best, where


def _crispness(tile: Any) -> float:
    if min(tile.shape) < 3 or tile.std() < FLAT:
        return 0.0
    curve = 4 * tile[1:-1, 1:-1] - tile[:-2, 1:-1] - tile[2:, 1:-1] - tile[1:-1, :-2] - tile[1:-1, 2:]
    return float(curve.std() / tile.std())
