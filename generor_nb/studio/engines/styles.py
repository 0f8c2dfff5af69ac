"""Grading by mood, and the styles a finished picture can be rendered in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from .handmade import blueprint, glass, mosaic, neon, oil, pastel
from .paint import Array, Random, as32, calm, eight, f32, few_colours, from_image, noise2, resized, rgb

Matrix = tuple[float, ...]


def _saturation(amount: float, red: float = 1, green: float = 1, blue: float = 1, lift: float = 0) -> Matrix:
    rows: list[float] = []
    for k, gain in enumerate((red, green, blue)):
        weights = [0.30 * (1 - amount), 0.59 * (1 - amount), 0.11 * (1 - amount)]
        weights[k] += amount
        rows += [weight * gain for weight in weights] + [lift * 255]
    return tuple(rows)


GRADES: dict[str, Matrix] = {
    "calm": _saturation(0.88, 0.96, 1.0, 1.02, 0.03),
    "gloomy": _saturation(0.55, 0.82, 0.86, 0.92, -0.01),
    "pastel": _saturation(0.95, 0.72, 0.66, 0.70, 0.29),
    "neon": _saturation(1.5, 1.08, 0.86, 1.2, -0.01),
    "warm": _saturation(1.1, 1.10, 1.0, 0.84, 0.01),
    "cold": _saturation(0.85, 0.86, 0.98, 1.14, 0.01),
    "vintage": _saturation(0.58, 0.98, 0.89, 0.72, 0.09),
    "monochrome": _saturation(0.0, 1.02, 1.0, 0.97),
}


def finish(
    img: Array, random: Random, mood: str | None, vignette: float = 0.34, grain: float = 0.012
) -> Image.Image:
    """Vignette, a little grain against banding, eight bits, and the mood's grade."""
    h, w = img.shape[:2]
    y, x = np.linspace(-1, 1, h, dtype=f32)[:, None], np.linspace(-1, 1, w, dtype=f32)[None]
    shade = 1 - f32(vignette * 0.45) * np.clip(x * x + y * y - 0.35, 0, 2)
    speck = (random.random_sample((h // 2 + 1, w // 2 + 1)).astype(f32) - 0.5) * f32(grain * 2)
    shade = (shade + np.repeat(np.repeat(speck, 2, 0), 2, 1)[:h, :w]) * f32(255)
    out, plane = np.empty((h, w, 3), np.uint8), np.empty((h, w), f32)
    for k in range(3):
        np.multiply(img[..., k], shade, out=plane)
        np.clip(plane, 0, 255, out=plane)
        out[..., k] = plane
    picture = Image.fromarray(out)
    grade = GRADES.get(mood or "")
    return picture.convert("RGB", grade) if grade else picture


def watercolour(picture: Image.Image, random: Random) -> Image.Image:
    """Pooled colour with soft dark edges on rough paper."""
    w, h = picture.size
    small = picture.resize((w // 2, h // 2), Image.Resampling.BOX)
    small = calm(calm(calm(small)))
    img = from_image(small.resize((w, h), Image.Resampling.BICUBIC))
    unit = min(w, h)
    line = small.convert("L").filter(ImageFilter.FIND_EDGES).filter(ImageFilter.GaussianBlur(1))
    edge = np.clip(from_image(line.resize((w, h), Image.Resampling.BILINEAR)) * f32(1.1), 0, 0.28)
    wash = noise2(random, w // 2, h // 2, 7 * w / unit, 7 * h / unit, 5, 0.6)
    paper = random.random_sample((h // 2, w // 2)).astype(f32)
    strength = resized(as32(0.72 + 0.55 * wash), w, h, Image.Resampling.BILINEAR)
    tooth = resized(as32(0.95 + 0.07 * paper), w, h, Image.Resampling.BILINEAR)
    for k in range(3):
        plane = 1 - (f32(0.92) - img[..., k] * f32(0.92)) * strength
        img[..., k] = (plane - edge * (1 - plane * f32(0.6))) * tooth
    return _on_paper(eight(img), noise2(random, w // 4, h // 4, 9, 9, 4), 0.045)


def _on_paper(picture: Image.Image, ragged: Array, border: float) -> Image.Image:
    """The picture with an uneven edge on white paper."""
    h, w = ragged.shape
    yy, xx = np.arange(h, dtype=f32)[:, None], np.arange(w, dtype=f32)[None]
    far = np.minimum(np.minimum(xx, w - 1 - xx), np.minimum(yy, h - 1 - yy)) / f32(min(w, h))
    cover = eight(as32((far - border + (ragged - 0.5) * 0.05) * 70)).resize(
        picture.size, Image.Resampling.BILINEAR
    )
    return Image.composite(picture, Image.new("RGB", picture.size, "#fbf7ee"), cover)


def poster(picture: Image.Image, _random: Random) -> Image.Image:
    """A few flat inks inside a paper border."""
    w, h = picture.size
    smooth = picture.filter(ImageFilter.BoxBlur(min(w, h) / 900))
    smooth = smooth.convert("RGB", _saturation(1.22, 1.02, 1.0, 0.98, 0.01))
    flat = calm(calm(few_colours(smooth, 26).convert("RGB")))
    edge = round(min(w, h) * 0.045)
    sheet = Image.new("RGB", (w, h), "#f4ecd9")
    sheet.paste(flat.crop((edge, edge, w - edge, h - edge)), (edge, edge))
    return sheet


def noir(picture: Image.Image, random: Random) -> Image.Image:
    """Hard contrast in cold greys, dark corners, coarse grain."""
    grey = from_image(picture.convert("L"))
    low, high = np.percentile(grey[::8, ::8], (3, 98))
    t = np.clip((grey - low) / max(0.05, high - low), 0, 1)
    t = t**1.25
    t = t * t * (3 - 2 * t)
    h, w = t.shape
    y, x = np.linspace(-1, 1, h, dtype=f32)[:, None], np.linspace(-1, 1, w, dtype=f32)[None]
    t = (
        t * (1 - 0.34 * np.clip(x * x + y * y - 0.3, 0, 2))
        + (random.random_sample((h, w)).astype(f32) - 0.5) * 0.06
    )
    out = t[..., None] * rgb("#f2f0ea") + (1 - t[..., None]) * rgb("#08090c")
    return Image.fromarray((np.clip(out, 0, 1) * 255 + 0.5).astype(np.uint8))


def pixel(picture: Image.Image, _random: Random) -> Image.Image:
    """Large pixels in a small palette."""
    w, h = picture.size
    cell = max(3, round(min(w, h) / 128))
    small = picture.convert("RGB", _saturation(1.25)).resize((w // cell, h // cell), Image.Resampling.BOX)
    small = small.filter(ImageFilter.UnsharpMask(1, 80, 2))
    small = small.quantize(28, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return small.resize((w, h), Image.Resampling.NEAREST)


def ink(picture: Image.Image, random: Random) -> Image.Image:
    """Contours and hatching on paper; deeper shadow, more directions."""
    w, h = picture.size
    grey = from_image(picture.convert("L").filter(ImageFilter.GaussianBlur(min(w, h) / 900)))
    gy, gx = np.gradient(grey)
    contour = np.clip(np.hypot(gx, gy) * min(w, h) / 1024 * 22 - 0.18, 0, 1)
    yy, xx = np.arange(h, dtype=f32)[:, None], np.arange(w, dtype=f32)[None]
    wobble = resized(noise2(random, w // 8, h // 8, 12, 12, 3), w, h) * f32(min(w, h) * 0.02)
    pitch, dark = f32(min(w, h) / 150), np.zeros((h, w), f32)
    for angle, level in ((0.8, 0.62), (-0.7, 0.42), (0.1, 0.26), (1.5, 0.13)):
        wave = np.sin((xx * f32(np.cos(angle)) + yy * f32(np.sin(angle)) + wobble) / pitch * f32(2 * np.pi))
        need = np.clip((level - grey) * 4, 0, 1)
        dark = np.maximum(dark, np.clip((wave - 1 + need * 1.7) * 2.6, 0, 1) * 0.9)
    black = np.clip(np.maximum(dark, contour), 0, 1)
    page = eight(rgb("#fbf6ea") + (rgb("#1d2230") - rgb("#fbf6ea")) * black[..., None])
    return _on_paper(page, np.full((h // 4, w // 4), 0.5, f32), 0.035)


STYLES: dict[str, Callable[[Image.Image, Random], Image.Image]] = {
    "watercolour": watercolour,
    "poster": poster,
    "noir": noir,
    "pixel": pixel,
    "ink": ink,
    "oil": oil,
    "pastel": pastel,
    "neon": neon,
    "blueprint": blueprint,
    "glass": glass,
    "mosaic": mosaic,
}
