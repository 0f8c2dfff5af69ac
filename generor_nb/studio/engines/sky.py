"""Sky: gradient, sun or moon, stars, clouds, aurora, lightning."""

from __future__ import annotations

import itertools
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .paint import (
    Array,
    as32,
    blend,
    disc,
    f32,
    from_image,
    halo,
    mask,
    mix,
    noise1,
    noise2,
    ramp_of,
    resized,
    rgb,
    sample,
    screen,
    smooth,
    tile,
)
from .stage import Stage

CLOUDINESS = {
    "clear": 0.30,
    "cloudy": 0.78,
    "storm": 1.0,
    "rain": 0.92,
    "snow": 0.7,
    "fog": 0.4,
    "wind": 0.55,
    "aurora": 0.1,
}

MARIA = (
    (-0.38, -0.34, 0.30),
    (0.14, -0.36, 0.20),
    (0.36, -0.10, 0.20),
    (-0.50, 0.06, 0.26),
    (-0.22, 0.36, 0.15),
    (0.58, -0.34, 0.11),
    (0.10, 0.02, 0.12),
)


def paint_sky(stage: Stage) -> None:
    """Everything above the horizon, soft parts at half size."""
    w, h = stage.w // 2 + 1, stage.horizon // 2 + 8
    soft = np.empty((h, w, 3), f32)
    rows = np.clip(np.arange(h, dtype=f32) / (stage.horizon / 2), 0, 1)
    keys, colours = zip(*stage.light.sky, strict=True)
    soft[:] = ramp_of(keys, colours, rows)[:, None]
    _sun_glow(stage, soft)
    if stage.light.night > 0.55 and stage.brief.weather in ("clear", "aurora", "wind", "fog"):
        _milky_way(stage, soft)
    if stage.brief.weather == "aurora":
        _aurora(stage, soft)
    _clouds(stage, soft)
    full = resized(soft, w * 2, h * 2, Image.Resampling.BILINEAR)
    top = min(stage.h, h * 2)
    stage.img[:top] = full[:top, : stage.w]
    stage.img[top:] = stage.img[top - 1]
    _stars(stage)
    _disc(stage)
    if stage.brief.weather == "storm":
        _lightning(stage)


def _sun_glow(stage: Stage, soft: Array) -> None:
    light, (h, w) = stage.light, soft.shape[:2]
    strength = 0.25 + 0.55 * light.shine
    if light.moon:
        strength *= 0.55
    if stage.brief.weather == "aurora":
        return
    x, y = stage.sun_x / 2, stage.sun_y / 2
    screen(soft, halo(w, h, x, y, stage.unit * 0.27, 1.5), light.glow * f32(strength))
    screen(soft, halo(w, h, x, y, stage.unit * 0.065, 2.1), light.sun * f32(strength * light.shine))


def _milky_way(stage: Stage, soft: Array) -> None:
    h, w = soft.shape[:2]
    random, dice = stage.random("milky way"), stage.dice("milky way")
    lean, shift = dice.between(-1.1, 1.1) or 0.5, dice.between(0.3, 0.7)
    yy, xx = np.arange(h, dtype=f32)[:, None] / h, np.arange(w, dtype=f32)[None] / w
    off = (xx - shift) - lean * (yy - 0.5)
    cloudy = noise2(random, w, h, 4, 4, 5, 0.6)
    band = np.exp(-((off + (cloudy - 0.5) * 0.35) ** 2) / 0.018) * smooth((cloudy - 0.30) * 2.6)
    fade = 1 - 0.7 * yy
    screen(soft, band * fade * f32(0.42 * stage.light.night), mix(stage.light.glow, rgb("#c9b6e8"), 0.5))


def _stars(stage: Stage) -> None:
    night = stage.light.night * (0.0 if stage.brief.weather in ("storm", "rain", "cloudy", "snow") else 1.0)
    if night < 0.5:
        return
    random, count = stage.random("stars"), int(620 * night)
    x = (random.random_sample(count) * (stage.w - 2)).astype(np.int32)
    y = (random.random_sample(count) ** 1.4 * stage.horizon * 0.92).astype(np.int32)
    bright = (random.random_sample(count) ** 4).astype(f32)
    hue = np.stack([0.85 + 0.15 * bright, 0.9 + 0 * bright, 1 - 0.1 * bright], -1)
    sky = 1 - np.clip(stage.img[y, x].mean(-1) * 1.5, 0, 0.9)
    value = (0.25 + 0.75 * bright) * sky * night
    size = stage.unit / 1000
    np.add.at(stage.img, (y, x), (value[:, None] * hue).astype(f32))
    for i in np.flatnonzero(bright > 0.55):
        disc(stage.img, float(x[i]), float(y[i]), (0.6 + 1.3 * float(bright[i])) * size, np.ones(3, f32))


def _disc(stage: Stage) -> None:
    light = stage.light
    if light.shine < 0.35 or stage.brief.weather == "aurora":
        return
    radius = stage.unit * (0.046 if light.moon else 0.05 if light.height < 0.3 else 0.036)
    if not light.moon:
        disc(stage.img, stage.sun_x, stage.sun_y, radius, light.sun)
        return
    _moon(stage, radius)


def _moon(stage: Stage, radius: float) -> None:
    """A full moon: grey seas on the pale ground, some craters, a dimmer limb."""
    size = int(2 * radius) + 3
    x0, y0 = int(stage.sun_x - radius) - 1, int(stage.sun_y - radius) - 1
    yy, xx = np.mgrid[0:size, 0:size].astype(f32)
    nx, ny = (xx + x0 - stage.sun_x) / radius, (yy + y0 - stage.sun_y) / radius
    far = np.hypot(nx, ny)
    rough = noise2(stage.random("maria"), size, size, 5, 5, 4, 0.55) - 0.5
    seas = np.zeros((size, size), f32)
    for x, y, r in MARIA:
        seas = np.maximum(seas, smooth((r - np.hypot(nx - x, ny - y) + rough * 0.6) * 3.6))
    tone = (1.0 - 0.34 * seas + 0.12 * rough) * (1 - 0.16 * np.clip(far, 0, 1) ** 4)
    top, left = max(0, -y0), max(0, -x0)
    cover = np.clip((1 - far) * f32(radius) + 0.5, 0, 1)[top:, left:]
    blend(stage.img, cover, (stage.light.sun * tone[..., None])[top:, left:], y0 + top, x0 + left)


def _clouds(stage: Stage, soft: Array) -> None:
    cover = CLOUDINESS[stage.brief.weather]
    if stage.brief.mood == "calm":
        cover *= 0.7
    h, w = soft.shape[:2]
    storm = stage.brief.weather in ("storm", "rain")
    density, shade = _cloud_field(stage, w, h, cover, storm)
    light = stage.light
    near_sun = halo(w, h, stage.sun_x / 2, stage.sun_y / 2, stage.unit * 0.3, 1.6)[..., None]
    rows = np.linspace(0, 1, h, dtype=f32)[:, None, None]
    lit = light.cloud_lit + (light.glow - light.cloud_lit) * near_sun * f32(0.7 * (0.3 + light.shine))
    if storm:
        lit = light.cloud_dark * 1.5 + (light.cloud_lit - light.cloud_dark * 1.5) * rows**1.6
    colour = light.cloud_dark + (lit - light.cloud_dark) * shade[..., None]
    thin = (0.55 + 0.45 * cover) * (0.96 if storm else 0.9)
    soft += (colour - soft) * (density * f32(thin))[..., None]


def _cloud_field(stage: Stage, w: int, h: int, cover: float, storm: bool) -> tuple[Array, Array]:
    """Clouds on a flat ceiling seen in perspective: how dense, and how brightly lit."""
    random, size = stage.random("clouds"), 640
    low = stage.light.height < 0.3
    texture = tile(random, size, 8, 8, 7 if stage.fine else 6, 0.56 if storm else 0.52)
    t = np.linspace(0, 1, h, dtype=f32)[:, None]
    far = 1 / (1.16 - t)
    x = (np.arange(w, dtype=f32)[None] / w - 0.5) * (w / max(h, w * 0.6))
    u = as32((x * far * (0.40 if low else 0.55) + 0.37) * size)
    v = as32(np.broadcast_to(far * (0.50 if low else 0.42) * size, u.shape))
    field = sample(texture, u, v)
    up = sample(texture, as32(u + 6 * stage.sun_side), as32(v - size * 0.018))
    edge = 0.66 - 0.34 * cover
    density = smooth((field - edge) * (3.2 if storm else 4.6))
    shade = np.clip(0.5 + (field - up) * (9 if storm else 7) + (0.0 if storm else 0.12), 0, 1)
    if storm:
        density = np.clip(density * 0.8 + 0.25, 0, 1) * smooth((1.02 - t) * 6)
    else:
        density *= smooth((1.0 - t) * 5) * (0.35 + 0.65 * cover)
    return density, shade


def _aurora(stage: Stage, soft: Array) -> None:
    h, w = soft.shape[:2]
    dice = stage.dice("aurora")
    green, teal, violet = rgb("#5dffa0"), rgb("#2fd8c0"), rgb("#a45cff")
    yy = np.arange(h, dtype=f32)[:, None] / h
    for k in range(3):
        random = stage.random(f"aurora {k}")
        foot = 0.40 + 0.13 * k + 0.55 * (noise1(random, w, 2.2, 3, 0.4) - 0.5)
        rays = 0.35 + 0.65 * noise1(random, w, 46, 3, 0.6)
        tall = 0.26 + 0.30 * noise1(random, w, 5, 2) * (1 - 0.2 * k)
        strength = smooth(noise1(random, w, 3.5, 2) * 2.2 - 0.45) * dice.between(0.75, 1.0)
        above = foot[None] - yy
        curtain = np.where(above > 0, np.exp(-above / (tall * 0.42)[None]), np.exp(above * 38))
        rise = np.clip(above / tall[None], 0, 1)[..., None]
        colour = np.where(
            rise < 0.4, green + (teal - green) * rise * 2.5, teal + (violet - teal) * (rise - 0.4) * 1.66
        )
        soft += (1 - soft) * (curtain * (rays * strength)[None] * f32(0.85))[..., None] * colour


def _lightning(stage: Stage) -> None:
    dice, w, h = stage.dice("lightning"), stage.w, stage.horizon
    side = -stage.sun_side
    x = (
        w * (0.5 + side * dice.between(0.20, 0.36))
        if not stage.brief.wishes
        else w * (0.5 - side * dice.between(0.10, 0.32))
    )
    bolts: list[tuple[list[tuple[float, float]], float]] = []
    _bolt(stage, bolts, x, h * 0.02, x + w * dice.between(-0.1, 0.1), h * 0.985, 1.0)

    def draw(pen: ImageDraw.ImageDraw, scale: float) -> None:
        for points, weight in bolts:
            wide = max(1, round(stage.unit * 0.0032 * weight * scale))
            pen.line(
                [(px * scale, py * scale) for px, py in points],
                fill=int(255 * min(1, 0.35 + weight)),
                width=wide,
                joint="curve",
            )

    line = mask(w, h, draw, 2)
    soft = Image.fromarray((line[::4, ::4] * 255).astype(np.uint8)).resize(
        (w // 4, h // 4), Image.Resampling.BOX
    )
    aura = resized(
        from_image(soft.filter(ImageFilter.GaussianBlur(stage.unit * 0.006))),
        w,
        h,
        Image.Resampling.BILINEAR,
    )
    flash = resized(
        halo(w // 8, h // 8, x / 8, h * 0.12 / 8, stage.unit * 0.045, 1.7), w, h, Image.Resampling.BILINEAR
    )
    screen(stage.img, flash * f32(0.5) + np.clip(aura * 2.2, 0, 0.85), rgb("#b9c8ff"))
    blend(stage.img, line, rgb("#f6f4ff"))


def _bolt(
    stage: Stage,
    bolts: list[tuple[list[tuple[float, float]], float]],
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    weight: float,
) -> None:
    dice = stage.dice(f"bolt {len(bolts)}")
    points = [(x0, y0), (x1, y1)]
    spread = 0.16
    for _ in range(6):
        longer = [points[0]]
        for (ax, ay), (bx, by) in itertools.pairwise(points):
            length = math.hypot(bx - ax, by - ay)
            longer += [
                (
                    (ax + bx) / 2 + length * dice.between(-spread, spread) * 1.5,
                    (ay + by) / 2 + length * dice.between(-0.06, 0.06),
                ),
                (bx, by),
            ]
        points = longer
    bolts.append((points, weight))
    if weight > 0.3:
        for _ in range(3 if weight == 1 else 1):
            px, py = points[dice.below(len(points) * 2 // 3) + 4]
            reach = (y1 - y0) * dice.between(0.14, 0.34)
            _bolt(stage, bolts, px, py, px + reach * dice.between(-0.9, 0.9), py + reach, weight * 0.45)
