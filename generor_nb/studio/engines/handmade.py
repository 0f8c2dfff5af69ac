"""Styles made of many small pieces: strokes, chalk, glass, stones, glowing lines."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from .paint import Array, Random, as32, calm, eight, f32, from_image, noise2, resized, rgb


def _vivid(picture: Image.Image, amount: float) -> Image.Image:
    keep = [(0.30, 0.59, 0.11)[k] * (1 - amount) for k in range(3)]
    rows = [(keep[k] + (amount if k == row else 0)) if k < 3 else 0.0 for row in range(3) for k in range(4)]
    return picture.convert("RGB", tuple(rows))


def oil(picture: Image.Image, random: Random) -> Image.Image:
    """Brush strokes along the shapes, broad ones first, with a little relief."""
    w, h = picture.size
    unit = min(w, h)
    sheet = _vivid(picture, 1.18).filter(ImageFilter.GaussianBlur(unit / 160))
    draw = ImageDraw.Draw(sheet)
    tiny = (
        picture.convert("L")
        .resize((w // 8 + 1, h // 8 + 1), Image.Resampling.BOX)
        .filter(ImageFilter.GaussianBlur(2.5))
    )
    plane = from_image(tiny)
    gy, gx = np.gradient(plane)
    drift = (noise2(random, plane.shape[1], plane.shape[0], 3, 3, 2) - 0.5) * 2.4
    turn = np.where(np.hypot(gx, gy) > 0.006, np.arctan2(gy, gx) + np.pi / 2, drift)
    vivid, busy = _vivid(picture, 1.18), _busy(picture)
    for step, long, wide, least in (
        (0.030, 0.046, 0.018, 0.0),
        (0.016, 0.028, 0.0085, 0.0),
        (0.0062, 0.010, 0.0036, 0.085),
    ):
        _strokes(draw, vivid, random, turn, (busy, least), unit * step, unit * long, unit * wide)
    grey = sheet.convert("L").filter(ImageFilter.EMBOSS).filter(ImageFilter.GaussianBlur(0.6))
    return eight(from_image(sheet) * (1 + 0.55 * (from_image(grey)[..., None] - 0.5)))


def _busy(picture: Image.Image) -> Array:
    """Where there is detail to keep: contrast within small squares."""
    tiny = picture.convert("L").resize(
        (picture.width // 4 + 1, picture.height // 4 + 1), Image.Resampling.BOX
    )
    spread = from_image(tiny.filter(ImageFilter.MaxFilter(5))) - from_image(
        tiny.filter(ImageFilter.MinFilter(5))
    )
    return as32(spread)


def _strokes(
    draw: ImageDraw.ImageDraw,
    source: Image.Image,
    random: Random,
    turn: Array,
    where: tuple[Array, float],
    step: float,
    long: float,
    wide: float,
) -> None:
    w, h = source.size
    small = np.asarray(
        source.resize((max(1, int(w / step * 2)), max(1, int(h / step * 2))), Image.Resampling.BOX)
    )
    ys, xs = np.mgrid[0:h:step, 0:w:step]
    xs, ys = (a.ravel() + (random.random_sample(a.size) - 0.5) * step * 1.6 for a in (xs, ys))
    cx, cy = np.clip(xs, 0, w - 1), np.clip(ys, 0, h - 1)
    busy, least = where
    keep = busy[(cy / h * busy.shape[0]).astype(int), (cx / w * busy.shape[1]).astype(int)] >= least
    xs, ys, cx, cy = xs[keep], ys[keep], cx[keep], cy[keep]
    order, jitter = random.permutation(xs.size), random.random_sample((xs.size, 2))
    tones = small[(cy / h * small.shape[0]).astype(int), (cx / w * small.shape[1]).astype(int)].astype(f32)
    tones = np.clip(tones * (0.93 + 0.14 * jitter[:, :1]), 0, 255).astype(int)
    angles = (
        turn[(cy / h * turn.shape[0]).astype(int), (cx / w * turn.shape[1]).astype(int)]
        + (jitter[:, 1] - 0.5) * 0.5
    )
    dx, dy = np.cos(angles) * long / 2, np.sin(angles) * long / 2
    thick = max(1, round(wide))
    for i in order.tolist():
        draw.line(
            (xs[i] - dx[i], ys[i] - dy[i], xs[i] + dx[i], ys[i] + dy[i]),
            fill=tuple(tones[i].tolist()),
            width=thick,
        )


def pastel(picture: Image.Image, random: Random) -> Image.Image:
    """Chalk rubbed over toothed paper in slanting strokes."""
    w, h = picture.size
    unit = min(w, h)
    img = from_image(calm(_vivid(picture, 1.25)).filter(ImageFilter.BoxBlur(unit / 700)))
    img = img * 0.80 + 0.20
    side = int(math.hypot(w, h)) // 2 + 4
    hatch = Image.fromarray(noise2(random, side, side, side / 40, side / 2.6, 2, 0.5)).rotate(
        52, Image.Resampling.BILINEAR
    )
    left, top = (side - w // 2) // 2, (side - h // 2) // 2
    grain = as32(
        np.asarray(
            hatch.crop((left, top, left + w // 2 + 1, top + h // 2 + 1)).resize(
                (w, h), Image.Resampling.BILINEAR
            )
        )
    )
    tooth = resized(
        random.random_sample((h // 2 + 1, w // 2 + 1)).astype(f32), w, h, Image.Resampling.BILINEAR
    )
    cover = np.clip((grain - 0.26) * 3.4, 0, 1) * f32(0.42) + np.clip((tooth - 0.20) * 2.6, 0, 1) * f32(0.58)
    cover = f32(0.34) + f32(0.66) * cover
    for k, paper in enumerate(rgb("#e9dfcf")):
        img[..., k] = paper + (img[..., k] - paper) * cover
    return eight(img)


def _lines(picture: Image.Image, gain: float, floor: float) -> Array:
    """Where neighbouring colours differ, as coverage."""
    unit = min(picture.size)
    pixels = np.asarray(calm(picture).filter(ImageFilter.BoxBlur(max(0.5, unit / 1500))))
    bigger = np.zeros(pixels.shape[:2], np.uint8)
    for a, b, inside in (
        (pixels[:, 2:], pixels[:, :-2], bigger[:, 1:-1]),
        (pixels[2:], pixels[:-2], bigger[1:-1]),
    ):
        apart = np.maximum(a, b) - np.minimum(a, b)
        most = np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2])
        np.maximum(inside, most, out=inside)
    scale = f32((gain * unit / 1024 + gain * 0.25) / 255)
    return as32(np.clip(bigger * scale - f32(floor), 0, 1))


def neon(picture: Image.Image, _random: Random) -> Image.Image:
    """Glowing tubes along the contours before the dark."""
    w, h = picture.size
    edge = _lines(picture, 7.5, 0.34)
    vivid = from_image(_vivid(picture, 2.2))
    peak = f32(0.6) / (np.maximum(np.maximum(vivid[..., 0], vivid[..., 1]), vivid[..., 2]) + f32(0.05))
    across = np.linspace(0, 1, w, dtype=f32)[None]
    tube, pink, cyan = np.empty_like(vivid), rgb("#ff2fa0"), rgb("#26e8ff")
    for k in range(3):
        hue = f32(0.55) * (pink[k] * (1 - across) + cyan[k] * across)
        tube[..., k] = np.clip(vivid[..., k] * peak + hue, 0, 1) * edge
    soft = eight(tube).resize((w // 4, h // 4), Image.Resampling.BOX)
    near = from_image(soft.filter(ImageFilter.GaussianBlur(min(w, h) / 380)))
    wide = from_image(soft.filter(ImageFilter.GaussianBlur(min(w, h) / 90)))
    halo = from_image(eight(near * f32(0.75) + wide * f32(0.65)).resize((w, h), Image.Resampling.BICUBIC))
    out, night, dim = from_image(picture), rgb("#07051a") * f32(0.8), rgb("#2a1f5a") * f32(0.55)
    core = edge * edge * f32(0.5)
    for k in range(3):
        out[..., k] = out[..., k] * dim[k] + night[k] + halo[..., k] * 2 + tube[..., k] + core
    return eight(out)


def blueprint(picture: Image.Image, _random: Random) -> Image.Image:
    """White lines and a grid on blue paper."""
    w, h = picture.size
    unit = min(w, h)
    edge = _lines(picture, 7.0, 0.30)
    grey = from_image(picture.convert("L"))
    step = unit / 24
    yy, xx = np.arange(h, dtype=f32)[:, None], np.arange(w, dtype=f32)[None]
    rule = [
        np.maximum(xx % far < thick, yy % far < thick)
        for far, thick in ((step, 1), (4 * step, max(1, unit / 700)))
    ]
    grid = np.maximum(rule[0] * f32(0.10), rule[1] * f32(0.16))
    hatch = ((xx + yy) % f32(unit / 90) < unit / 330) * np.clip(0.34 - grey, 0, 0.3) * f32(0.9)
    white = np.clip(edge + grid + hatch, 0, 1)
    tone, page = f32(0.86) + f32(0.22) * grey, np.empty((h, w, 3), f32)
    for k, (blue, pale) in enumerate(zip(rgb("#1b4a8a"), rgb("#eaf4ff"), strict=True)):
        page[..., k] = tone * blue + (pale - tone * blue) * white
    out = eight(page)
    inset = round(unit * 0.022)
    ImageDraw.Draw(out).rectangle(
        (inset, inset, w - inset, h - inset), outline="#d6e6f8", width=max(2, unit // 380)
    )
    return out


def _cells(
    w: int, h: int, step: float, jitter: float, random: Random
) -> tuple[npt.NDArray[np.int32], Array, int]:
    """For every pixel the nearest of a jittered grid's points, and how far its border is."""
    rows, cols = int(h / step) + 4, int(w / step) + 4
    shift = (random.random_sample((rows, cols, 2)).astype(f32) - 0.5) * f32(jitter)
    yy, xx = (
        np.arange(h, dtype=f32)[:, None] / f32(step) + 1.5,
        np.arange(w, dtype=f32)[None] / f32(step) + 1.5,
    )
    iy, ix = yy.astype(np.int32), xx.astype(np.int32)
    best, second = np.full((h, w), 9, f32), np.full((h, w), 9, f32)
    label = np.zeros((h, w), np.int32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            r, c = np.broadcast_to(iy + dy, (h, w)), np.broadcast_to(ix + dx, (h, w))
            far = np.hypot(yy - (r + 0.5 + shift[r, c, 0]), xx - (c + 0.5 + shift[r, c, 1]))
            nearer = far < best
            second = np.where(nearer, best, np.minimum(second, far))
            label = np.where(nearer, r * cols + c, label)
            best = np.where(nearer, far, best)
    return label, as32(second - best), rows * cols


def _pieces(picture: Image.Image, random: Random, step: float, jitter: float) -> tuple[Array, Array, Array]:
    """The picture in cells of one colour each; the distance to their borders; a value by cell."""
    w, h = picture.size
    label, border, count = _cells(w // 2 + 1, h // 2 + 1, step, jitter, random)
    small = np.asarray(picture.resize((w // 2 + 1, h // 2 + 1), Image.Resampling.BOX), f32) / 255
    flat = label.ravel()
    size = np.maximum(np.bincount(flat, minlength=count), 1)
    table = np.stack([np.bincount(flat, small[..., k].ravel(), count) / size for k in range(3)], -1).astype(
        f32
    )
    own = random.random_sample(count).astype(f32)
    return table[label], border, own[label]


def glass(picture: Image.Image, random: Random) -> Image.Image:
    """Pieces of coloured glass in lead, lit from behind."""
    w, h = picture.size
    vivid = _vivid(picture, 1.55)
    colour, border, own = _pieces(vivid, random, min(w, h) / 88, 0.95)
    half = (colour.shape[1], colour.shape[0])
    contour = resized(_lines(picture, 5.0, 0.42), *half, Image.Resampling.BILINEAR)[..., None]
    colour = colour * 0.62 + from_image(vivid.resize(half, Image.Resampling.BOX)) * 0.38
    ripple = noise2(random, colour.shape[1], colour.shape[0], 26, 26, 2)
    lit = colour * (0.92 + 0.30 * (own - 0.5) + 0.28 * (ripple - 0.5))[..., None] * 1.10
    lead = np.clip((border - 0.05) * 11, 0, 1)[..., None] * (1 - contour)
    shine = np.clip(border * 1.3, 0, 1)[..., None] * 0.12
    out = eight(rgb("#14131a") + (lit + shine - rgb("#14131a")) * lead)
    return out.resize((w, h), Image.Resampling.BICUBIC)


def mosaic(picture: Image.Image, random: Random) -> Image.Image:
    """Small stones set in mortar."""
    w, h = picture.size
    colour, border, own = _pieces(_vivid(picture, 1.25), random, min(w, h) / 176, 0.42)
    stone = colour * (0.90 + 0.24 * own)[..., None]
    edge = np.clip((border - 0.03) * 6, 0, 1)[..., None]
    mortar = rgb("#7a7268") * f32(0.35) + colour * f32(0.5)
    out = eight(mortar + (stone - mortar) * edge)
    return out.resize((w, h), Image.Resampling.BICUBIC)
