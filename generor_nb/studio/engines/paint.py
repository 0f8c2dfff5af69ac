"""Painting on float arrays: colours, noise, gradients, layers with soft edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Array = npt.NDArray[np.float32]
Random = np.random.RandomState
Stops = Sequence[tuple[float, str]]

f32 = np.float32


def as32(values: npt.ArrayLike) -> Array:
    """The values as single-precision floats, copied only if they are not."""
    return np.asarray(values, f32)


def from_image(picture: Image.Image) -> Array:
    """A Pillow image as numbers in 0..1."""
    return as32(np.multiply(np.asarray(picture), f32(1 / 255), dtype=f32))


def eight(img: Array) -> Image.Image:
    """Numbers in 0..1 as a Pillow image."""
    return Image.fromarray((np.clip(img, 0, 1) * f32(255) + f32(0.5)).astype(np.uint8))


def calm(picture: Image.Image) -> Image.Image:
    """Specks taken out: the median of three across, then of three down (far cheaper than of nine)."""
    pixels = np.array(picture)
    for axis in (0, 1):
        view = pixels if axis else pixels.swapaxes(0, 1)
        a, b, c = view[:, :-2], view[:, 1:-1], view[:, 2:]
        low, high = np.minimum(a, b), np.maximum(a, b)
        view[:, 1:-1] = np.maximum(low, np.minimum(high, c))
    return Image.fromarray(pixels)


def few_colours(picture: Image.Image, count: int) -> Image.Image:
    """The picture in its main colours; they are found on a small copy."""
    small = picture.copy()
    small.thumbnail((256, 256), Image.Resampling.BOX)
    inks = small.quantize(count, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return picture.quantize(palette=inks, dither=Image.Dither.NONE)


def rgb(code: str) -> Array:
    """A "#rrggbb" colour as three numbers in 0..1."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], f32)


def mix(a: Array, b: Array, t: float) -> Array:
    return as32(a * (1 - t) + b * t)


def shaded(colour: Array, light: Array) -> Array:
    """A colour under a coloured light."""
    return as32(np.clip(colour * light, 0, 1))


def resized(a: Array, w: int, h: int, how: Image.Resampling = Image.Resampling.BICUBIC) -> Array:
    """A plane, or planes in the last axis, at another size."""
    if a.ndim == 3:
        return np.stack([resized(a[..., k], w, h, how) for k in range(a.shape[2])], -1)
    return np.asarray(Image.fromarray(np.ascontiguousarray(a, f32)).resize((w, h), how))


def smooth(t: Array) -> Array:
    t = as32(np.clip(t, 0, 1))
    return as32(t * t * (3 - 2 * t))


def noise2(
    random: Random, w: int, h: int, across: float, down: float, octaves: int = 5, gain: float = 0.5
) -> Array:
    """Fractal value noise in 0..1 from small random grids, resized."""
    out, amp, total = np.zeros((h, w), f32), 1.0, 0.0
    for octave in range(octaves):
        rows, cols = int(down * 2**octave) + 3, int(across * 2**octave) + 3
        if octave and (rows > 2 * h or cols > 2 * w):
            break
        out += amp * resized(random.random_sample((rows, cols)).astype(f32), w, h)
        total += amp
        amp *= gain
    return as32(np.clip(out / f32(total), 0, 1))


def tile(random: Random, size: int, across: int, down: int, octaves: int = 5, gain: float = 0.5) -> Array:
    """Square noise in 0..1 that repeats without a seam."""
    out, amp, total, pad = np.zeros((size, size), f32), 1.0, 0.0, 3
    for octave in range(octaves):
        rows, cols = min(size, down * 2**octave), min(size, across * 2**octave)
        grid = np.pad(random.random_sample((rows, cols)).astype(f32), pad, mode="wrap")
        box = (pad, pad, pad + cols, pad + rows)
        out += amp * np.asarray(Image.fromarray(grid).resize((size, size), Image.Resampling.BICUBIC, box=box))
        total += amp
        amp *= gain
    return as32(np.clip(out / f32(total), 0, 1))


def sample(field: Array, u: Array, v: Array) -> Array:
    """A repeating texture at fractional places."""
    size = field.shape[0]
    x, y = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
    fx, fy = (u - x).astype(f32), (v - y).astype(f32)
    x0, y0, x1, y1 = x % size, y % size, (x + 1) % size, (y + 1) % size
    upper = field[y0, x0] * (1 - fx) + field[y0, x1] * fx
    lower = field[y1, x0] * (1 - fx) + field[y1, x1] * fx
    return as32(upper + (lower - upper) * fy)


def noise1(random: Random, n: int, cells: float, octaves: int = 7, gain: float = 0.5) -> Array:
    """The same along a line."""
    x, y, amp, total = np.linspace(0, 1, n, dtype=f32), np.zeros(n, f32), 1.0, 0.0
    for octave in range(octaves):
        count = max(1, int(cells * 2**octave))
        grid = random.random_sample(count + 3).astype(f32)
        t = x * count
        i = t.astype(np.int32)
        y += amp * (grid[i] + (grid[i + 1] - grid[i]) * smooth(t - i))
        total += amp
        amp *= gain
    return as32(y / f32(total))


def ramp(stops: Stops, t: Array) -> Array:
    """Colours along a gradient; t may have any shape."""
    keys = np.array([at for at, _ in stops], f32)
    colours = np.stack([rgb(code) for _, code in stops])
    return np.stack([np.interp(t, keys, colours[:, k]) for k in range(3)], -1).astype(f32)


def ramp_of(keys: Sequence[float], colours: Sequence[Array], t: Array) -> Array:
    table = np.stack(colours)
    return np.stack([np.interp(t, np.asarray(keys, f32), table[:, k]) for k in range(3)], -1).astype(f32)


def fill_below(
    img: Array, ridge: Array, paint: Array | Callable[[Array], Array], bottom: int | None = None
) -> None:
    """Fill under a line with a soft edge; `paint` is a colour, or a function of the depth below it."""
    top, end = max(0, int(ridge.min()) - 1), img.shape[0] if bottom is None else min(bottom, img.shape[0])
    if top >= end:
        return
    depth = np.arange(top, end, dtype=f32)[:, None] - ridge[None]
    fill = paint(depth) if callable(paint) else paint
    _mix_into(img[top:end], fill, np.clip(depth + 0.5, 0, 1))


def blend(img: Array, cover: Array, colour: Array, top: int = 0, left: int = 0) -> None:
    """Mix a colour (or colours) into part of the picture."""
    view = img[top : top + cover.shape[0], left : left + cover.shape[1]]
    _mix_into(view, colour, cover[: view.shape[0], : view.shape[1]])


def _mix_into(view: Array, colour: Array, cover: Array) -> None:
    # One channel at a time: numpy is slow when the last axis is three long.
    for k in range(3):
        plane = view[..., k]
        plane += (colour[..., k] - plane) * cover


def lerp(a: Array, b: Array, t: Array) -> Array:
    """Colours between two, by a plane of 0..1."""
    out = np.empty((*t.shape, 3), f32)
    for k in range(3):
        out[..., k] = a[..., k] + (b[..., k] - a[..., k]) * t
    return out


def screen(img: Array, light: Array, colour: Array, top: int = 0) -> None:
    """Add light without burning out."""
    view = img[top : top + light.shape[0]]
    _shine_into(view, light, colour)


def _shine_into(view: Array, light: Array, colour: Array) -> None:
    for k in range(3):
        plane = view[..., k]
        plane += (1 - plane) * (light * colour[..., k])


def halo(w: int, h: int, x: float, y: float, radius: float, power: float = 2.0) -> Array:
    """A soft round light, 1 at its centre."""
    yy = np.arange(h, dtype=f32)[:, None]
    xx = np.arange(w, dtype=f32)[None]
    squared = ((xx - x) ** 2 + (yy - y) ** 2) / f32(radius * radius)
    return as32(1 / (1 + 4 * squared ** f32(power / 2)))


def glow(
    img: Array, x: float, y: float, radius: float, colour: Array, strength: float, step: int = 4
) -> None:
    """A soft light over the part of the picture it reaches."""
    h, w = img.shape[:2]
    reach = radius * 3.2
    x0, x1 = max(0, int(x - reach)) // step * step, min(w, int(x + reach))
    y0, y1 = max(0, int(y - reach)) // step * step, min(h, int(y + reach))
    if x1 - x0 < step or y1 - y0 < step:
        return
    gw, gh = -(-(x1 - x0) // step), -(-(y1 - y0) // step)
    small = halo(gw, gh, (x - x0) / step, (y - y0) / step, radius / step)
    edge = f32(1 / (1 + 4 * 3.2**2))
    light = resized(np.clip((small - edge) / (1 - edge), 0, 1), x1 - x0, y1 - y0, Image.Resampling.BILINEAR)
    _shine_into(img[y0:y1, x0:x1], light * f32(strength), colour)


def disc(img: Array, x: float, y: float, radius: float, colour: Array) -> None:
    y0, y1 = max(int(y - radius - 2), 0), min(int(y + radius + 3), img.shape[0])
    x0, x1 = max(int(x - radius - 2), 0), min(int(x + radius + 3), img.shape[1])
    if y0 >= y1 or x0 >= x1:
        return
    yy = np.arange(y0, y1, dtype=f32)[:, None]
    xx = np.arange(x0, x1, dtype=f32)[None]
    blend(img, np.clip(radius - np.hypot(xx - x, yy - y) + 0.5, 0, 1), colour, y0, x0)


def mask(w: int, h: int, draw: Callable[[ImageDraw.ImageDraw, float], None], scale: int = 2) -> Array:
    """What a function draws with Pillow in white, as soft coverage."""
    layer = Image.new("L", (w * scale, h * scale), 0)
    draw(ImageDraw.Draw(layer), float(scale))
    return from_image(layer.reduce(scale) if scale > 1 else layer)


def paste(img: Array, sprite: Array, left: int, top: int, opacity: float = 1.0) -> None:
    """Lay an RGBA sprite on the picture; parts outside are cut off."""
    h, w = img.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + sprite.shape[1], w), min(top + sprite.shape[0], h)
    if x0 >= x1 or y0 >= y1:
        return
    part = sprite[y0 - top : y1 - top, x0 - left : x1 - left]
    _mix_into(img[y0:y1, x0:x1], part, part[..., 3] * f32(opacity))
