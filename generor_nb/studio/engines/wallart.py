"""A picture as it would hang: framed, on canvas, or as a poster sheet on a wall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .paint import f32, rgb
from .seeding import Dice

WALLS = ("#d9d3c8", "#c7cdc9", "#d6c9bd", "#b9c3c9", "#cfc6cc", "#8f9a94")
WOODS = ("#5a3d28", "#2b2623", "#a67c4e", "#e6e0d4", "#6e4a33")
RATIOS = {"portrait": 3 / 4, "landscape": 4 / 3, "square": 1.0}
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Hanging:
    """Where the picture itself goes inside the whole image."""

    kind: str
    sheet: Box
    inner: Box

    @property
    def size(self) -> tuple[int, int]:
        return self.inner[2] - self.inner[0], self.inner[3] - self.inner[1]


def plan(kind: str, orientation: str, width: int, height: int) -> Hanging:
    """Lay out the object on the wall."""
    ratio = RATIOS.get(orientation, width / height)
    room_w, room_h = width * 0.84, height * 0.82
    w, h = (room_w, room_w / ratio) if room_w / ratio <= room_h else (room_h * ratio, room_h)
    x, y = (width - w) / 2, (height - h) / 2 - height * 0.01
    sheet = (round(x), round(y), round(x + w), round(y + h))
    edge = {"framed-print": 0.125, "poster": 0.0, "canvas": 0.0}[kind] * min(w, h)
    inner = (round(x + edge), round(y + edge), round(x + w - edge), round(y + h - edge))
    return Hanging(kind, sheet, inner)


def hang(picture: Image.Image, hanging: Hanging, width: int, height: int, dice: Dice) -> Image.Image:
    """The picture on its wall, in the light of the room."""
    wall = _wall(width, height, dice)
    unit = min(hanging.sheet[2] - hanging.sheet[0], hanging.sheet[3] - hanging.sheet[1])
    drop = {"framed-print": 0.022, "canvas": 0.03, "poster": 0.007}[hanging.kind] * unit
    wall = _shadow(wall, hanging.sheet, drop)
    FINISHES[hanging.kind](wall, picture, hanging, unit, dice)
    return wall


def _wall(width: int, height: int, dice: Dice) -> Image.Image:
    colour, side = rgb(dice.pick(WALLS)), dice.pick((-1, 1))
    y, x = np.linspace(0, 1, height, dtype=f32)[:, None], np.linspace(-1, 1, width, dtype=f32)[None]
    lit = 1.04 - 0.16 * y - 0.10 * np.clip(x * side, -1, 1) - 0.06 * x * x
    speck = np.random.RandomState(dice.below(2**31)).random_sample((height, width)).astype(f32)
    out = colour * (lit + (speck - 0.5) * 0.018)[..., None]
    return Image.fromarray((np.clip(out, 0, 1) * 255).astype(np.uint8))


def _shadow(wall: Image.Image, box: Box, drop: float) -> Image.Image:
    cover = Image.new("L", (wall.width // 4, wall.height // 4), 0)
    shape = [(v + d) / 4 for v, d in zip(box, (drop * 0.5, drop, drop * 0.9, drop * 1.7), strict=True)]
    ImageDraw.Draw(cover).rectangle(shape, fill=140)
    cover = cover.filter(ImageFilter.GaussianBlur(max(1.0, drop / 3))).resize(
        wall.size, Image.Resampling.BICUBIC
    )
    return Image.composite(Image.new("RGB", wall.size, "#2c2a30"), wall, cover)


def _framed(wall: Image.Image, picture: Image.Image, hanging: Hanging, unit: int, dice: Dice) -> None:
    x0, y0, x1, y1 = hanging.sheet
    wood, wide = dice.pick(WOODS), round(unit * 0.038)
    draw = ImageDraw.Draw(wall)
    tones = [_tone(wood, factor) for factor in (1.22, 0.95, 0.78, 1.08)]
    a, b, c, d = (x0, y0), (x1, y0), (x1, y1), (x0, y1)
    e, f = (x0 + wide, y0 + wide), (x1 - wide, y0 + wide)
    g, h = (x1 - wide, y1 - wide), (x0 + wide, y1 - wide)
    for corners, tone in zip(((a, b, f, e), (b, c, g, f), (d, c, g, h), (a, d, h, e)), tones, strict=True):
        draw.polygon(corners, fill=tone)
    thin = max(1, wide // 7)
    draw.rectangle(
        (x0 + wide - thin, y0 + wide - thin, x1 - wide + thin, y1 - wide + thin),
        outline=_tone(wood, 0.5),
        width=thin,
    )
    draw.rectangle((e[0], e[1], g[0], g[1]), fill="#f7f3ea")
    _inner_shadow(wall, (e[0], e[1], g[0], g[1]), round(unit * 0.016))
    left, top, right, bottom = hanging.inner
    bevel = max(2, round(unit * 0.005))
    draw = ImageDraw.Draw(wall)
    draw.rectangle(
        (left - bevel, top - bevel, right + bevel - 1, bottom + bevel - 1), fill="#fffdf6", outline="#cfc8b8"
    )
    wall.paste(picture, (left, top))
    _glass(wall, hanging.inner)


def _inner_shadow(wall: Image.Image, box: Box, reach: int) -> None:
    part = np.asarray(wall.crop(box), f32)
    h, w = part.shape[:2]
    top = np.clip(1 - np.arange(h, dtype=f32)[:, None] / max(1, reach), 0, 1)
    left = np.clip(1 - np.arange(w, dtype=f32)[None] / max(1, reach * 0.7), 0, 1)
    part = part * (1 - 0.30 * np.maximum(top, left * 0.7))[..., None]
    wall.paste(Image.fromarray(part.astype(np.uint8)), box[:2])


def _glass(wall: Image.Image, box: Box) -> None:
    part = np.asarray(wall.crop(box), f32)
    h, w = part.shape[:2]
    x, y = np.linspace(0, 1, w, dtype=f32)[None], np.linspace(0, 1, h, dtype=f32)[:, None]
    band = (
        np.exp(-(((x + y * 0.6 - 0.45) / 0.16) ** 2)) * 0.055
        + np.exp(-(((x + y * 0.6 - 0.72) / 0.04) ** 2)) * 0.04
    )
    bright = part + (255 - part) * band[..., None]
    wall.paste(Image.fromarray(bright.astype(np.uint8)), box[:2])


def _canvas(wall: Image.Image, picture: Image.Image, hanging: Hanging, unit: int, _dice: Dice) -> None:
    x0, y0, x1, y1 = hanging.sheet
    img = np.asarray(picture, f32)
    h, w = img.shape[:2]
    weave = (
        1
        + 0.045 * np.sin(np.arange(w, dtype=f32) * 2.1)[None] * np.sin(np.arange(h, dtype=f32) * 2.1)[:, None]
    )
    img = img * weave[..., None]
    side = max(4, round(unit * 0.022))
    wrap = img[:, -side:][:, ::-1] * 0.55
    under = img[-side:][::-1] * 0.42
    rim = np.clip(1 - np.minimum(np.arange(w)[None], np.arange(h)[:, None]) / (side * 0.35), 0, 1)
    img = img + (255 - img) * (rim * 0.18)[..., None]
    wall.paste(Image.fromarray(np.clip(img, 0, 255).astype(np.uint8)), (x0, y0))
    wall.paste(_skewed(wrap, side, right=True), (x1, y0), _skew_mask(side, h, right=True))
    wall.paste(_skewed(under, side, right=False), (x0, y1), _skew_mask(side, w, right=False))


def _skewed(edge: np.ndarray[tuple[int, ...], np.dtype[np.float32]], side: int, right: bool) -> Image.Image:
    out = np.zeros_like(edge)
    for k in range(side):
        if right:
            out[:, k] = np.roll(edge[:, k], k // 2, 0)
        else:
            out[k] = np.roll(edge[k], k, 0)
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))


def _skew_mask(side: int, length: int, right: bool) -> Image.Image:
    size = (side, length) if right else (length, side)
    cover = Image.new("L", size, 0)
    shape = (
        [(0, 0), (side, side), (side, length), (0, length)]
        if right
        else [(0, 0), (length, 0), (length, side), (side, side)]
    )
    ImageDraw.Draw(cover).polygon(shape, fill=255)
    return cover


def _poster(wall: Image.Image, picture: Image.Image, hanging: Hanging, unit: int, _dice: Dice) -> None:
    x0, y0, x1, y1 = hanging.sheet
    margin = round(unit * 0.05)
    sheet = Image.new("RGB", (x1 - x0, y1 - y0), "#f8f4ea")
    inside = (x1 - x0 - 2 * margin, y1 - y0 - round(margin * 3.4))
    scale = max(inside[0] / picture.width, inside[1] / picture.height)
    fitted = picture.resize(
        (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))),
        Image.Resampling.LANCZOS,
    )
    left, top = (fitted.width - inside[0]) // 2, (fitted.height - inside[1]) // 2
    sheet.paste(fitted.crop((left, top, left + inside[0], top + inside[1])), (margin, margin))
    draw = ImageDraw.Draw(sheet)
    middle, base = sheet.width // 2, sheet.height - round(margin * 1.25)
    draw.line(
        (middle - unit * 0.09, base, middle + unit * 0.09, base), fill="#3a3733", width=max(1, unit // 260)
    )
    draw.ellipse(
        (middle - unit * 0.012, base - unit * 0.012, middle + unit * 0.012, base + unit * 0.012),
        fill="#c4543f",
    )
    wall.paste(sheet, (x0, y0))
    _tape(wall, hanging.sheet, unit)


def _tape(wall: Image.Image, box: Box, unit: int) -> None:
    x0, y0, x1, _ = box
    half, tall = unit * 0.035, unit * 0.013
    layer = Image.new("RGBA", wall.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for x, lean in ((x0, -0.6), (x1, 0.6)):
        shape = [
            (x + sx * half - sy * tall * lean, y0 + sy * tall - sx * half * -lean)
            for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        draw.polygon(shape, fill=(236, 222, 178, 205))
    wall.paste(layer.convert("RGB"), (0, 0), layer.split()[3])


def _tone(code: str, factor: float) -> tuple[int, int, int]:
    r, g, b = (min(255, round(int(code[i : i + 2], 16) * factor)) for i in (1, 3, 5))
    return r, g, b


FINISHES: dict[str, Callable[[Image.Image, Image.Image, Hanging, int, Dice], None]] = {
    "framed-print": _framed,
    "canvas": _canvas,
    "poster": _poster,
}
