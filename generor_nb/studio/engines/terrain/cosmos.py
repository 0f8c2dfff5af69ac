"""Space: nebula, planet, and the ground of a moon."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..paint import (
    Array,
    as32,
    disc,
    f32,
    fill_below,
    glow,
    lerp,
    mix,
    noise1,
    noise2,
    ramp,
    resized,
    rgb,
    smooth,
)
from ..seeding import Dice
from ..stage import Stage

NEBULAE = (
    ((0, "#05060f"), (0.35, "#171a4a"), (0.6, "#5a2f86"), (0.8, "#d0568f"), (1, "#ffd3a0")),
    ((0, "#03080f"), (0.35, "#0a2f4a"), (0.6, "#0f7a86"), (0.8, "#6fd0b0"), (1, "#f6efc0")),
    ((0, "#08050c"), (0.35, "#3a1630"), (0.6, "#8f2f3f"), (0.8, "#f08a4a"), (1, "#fff0c0")),
)
WORLDS = (
    ((0, "#6a3a2a"), (0.35, "#c07a4a"), (0.65, "#e8c08a"), (1, "#f6e6c8")),
    ((0, "#123a6a"), (0.4, "#2f7fb0"), (0.6, "#5fa06a"), (0.8, "#d8cfa0"), (1, "#ffffff")),
    ((0, "#3a2a6a"), (0.5, "#8a6ac0"), (1, "#e8c8f0")),
)


LEVEL = 0.62


def space(stage: Stage) -> None:
    """A nebula, stars in three sizes, and a ringed planet."""
    if stage.brief.setting in GROUNDS:
        GROUNDS[stage.brief.setting](stage)
        return
    _nebula(stage)
    _field(stage)
    dice = stage.dice("planet")
    x, y = stage.w * (0.5 - stage.sun_side * dice.between(0.12, 0.26)), stage.h * dice.between(0.28, 0.46)
    if stage.brief.wishes:
        x = stage.w * (0.5 + stage.sun_side * 0.24)
    _planet(stage, dice, x, y, stage.unit * dice.between(0.15, 0.22))
    _planet(stage, dice, stage.w - x * 0.8, y * 0.5, stage.unit * dice.between(0.03, 0.05), ring=False)


def _moon_sky(stage: Stage) -> None:
    """A black sky full of stars, and the Earth in it."""
    stage.img[:] = rgb("#05060c")
    _field(stage)
    _earth(stage, stage.w * (0.5 + stage.sun_side * 0.26), stage.h * 0.24, stage.unit * 0.10)


def _mars_sky(stage: Stage) -> None:
    """Dust over the horizon, stars above it, two small moons."""
    t = np.linspace(0, 1, stage.h, dtype=f32) * f32(1 / LEVEL)
    stops = ((0, "#0a0810"), (0.5, "#2a1820"), (0.82, "#7a4434"), (1, "#c98a62"))
    _field(stage)
    dust = ramp(stops, np.clip(t, 0, 1))[:, None]
    stage.img *= np.clip(1 - t * 1.3, 0, 1)[:, None, None]
    stage.img += (1 - stage.img) * dust
    x = stage.w * (0.5 + stage.sun_side * 0.26)
    for dx, y, r in ((0.0, 0.20, 0.036), (-0.13 * stage.sun_side, 0.13, 0.016)):
        disc(stage.img, x + dx * stage.w, stage.h * y, stage.unit * r, rgb("#cdb8a4"))
        shade = x + dx * stage.w + r * 0.45 * stage.unit * stage.sun_side
        disc(stage.img, shade, stage.h * (y + r * 0.1), stage.unit * r, rgb("#1c1218"))


GROUNDS = {"moon": _moon_sky, "mars": _mars_sky}


def _earth(stage: Stage, x: float, y: float, radius: float) -> None:
    size = int(2 * radius + 5)
    x0, y0 = int(x - radius - 2), int(y - radius - 2)
    yy, xx = np.mgrid[0:size, 0:size].astype(f32)
    nx, ny = (xx + x0 - x) / radius, (yy + y0 - y) / radius
    r2 = nx * nx + ny * ny
    land = smooth((noise2(stage.random("land"), size, size, 4, 4, 5) - 0.52) * 12)
    cloud = smooth((noise2(stage.random("cloud"), size, size, 4, 9, 5) - 0.50) * 5) * f32(0.85)
    colour = lerp(lerp(rgb("#1f5fb0"), rgb("#4f8a4a"), land), rgb("#ffffff"), cloud)
    nz = np.sqrt(np.clip(1 - r2, 0, 1))
    day = np.clip(-nx * stage.sun_side * 0.7 - ny * 0.35 + nz * 0.6, 0.03, 1)
    glow(stage.img, x, y, radius * 1.2, rgb("#5f9fff"), 0.28)
    _inside(
        stage,
        np.clip((1 - np.sqrt(r2)) * radius + 0.5, 0, 1),
        np.clip(colour * day[..., None] * 1.15, 0, 1),
        x0,
        y0,
    )


def _nebula(stage: Stage) -> None:
    w, h = stage.w // 2 + 1, stage.h // 2 + 1
    random = stage.random("nebula")
    a, b = noise2(random, w, h, 3, 3, 5), noise2(random, w, h, 3, 3, 5)
    base = noise2(random, w, h, 4, 4, 6, 0.56)
    yy, xx = np.mgrid[0:h, 0:w].astype(f32)
    reach = w * 0.5
    xs = np.clip(xx + (a - 0.5) * reach, 0, w - 1).astype(np.int32)
    ys = np.clip(yy + (b - 0.5) * reach, 0, h - 1).astype(np.int32)
    cloud = base[ys, xs]
    cloud = smooth((cloud - 0.27) * 1.40) * (0.40 + 0.62 * a)
    stops = stage.dice("nebula").pick(NEBULAE)
    soft = ramp(stops, cloud)
    full = resized(soft, w * 2, h * 2, Image.Resampling.BILINEAR)
    stage.img[:] = full[: stage.h, : stage.w]


def _field(stage: Stage) -> None:
    random, count = stage.random("star field"), 1500
    x = (random.random_sample(count) * (stage.w - 1)).astype(np.int32)
    y = (random.random_sample(count) * (stage.h - 1)).astype(np.int32)
    value = (random.random_sample(count) ** 5).astype(f32)
    np.add.at(stage.img, (y, x), np.repeat((0.15 + 0.85 * value)[:, None], 3, 1))
    for i in np.flatnonzero(value > 0.7)[:46]:
        size = stage.unit / 1000 * (1 + 1.5 * float(value[i]))
        disc(stage.img, float(x[i]), float(y[i]), size, np.ones(3, f32))
        glow(stage.img, float(x[i]), float(y[i]), size * 5, rgb("#bcd0ff"), 0.6, 2)


def _planet(stage: Stage, dice: Dice, x: float, y: float, radius: float, ring: bool = True) -> None:
    stops, tilt = dice.pick(WORLDS), dice.between(-0.4, 0.4)
    x0, y0 = int(x - radius - 2), int(y - radius - 2)
    size = int(2 * radius + 5)
    yy, xx = np.mgrid[0:size, 0:size].astype(f32)
    nx, ny = (xx + x0 - x) / radius, (yy + y0 - y) / radius
    r2 = nx * nx + ny * ny
    nz = np.sqrt(np.clip(1 - r2, 0, 1))
    bands = noise1(stage.random(f"bands {radius:.0f}"), 512, 16, 4, 0.6)
    swirl = noise2(stage.random("swirl"), size, size, 5, 12, 4)
    across = ny * np.cos(tilt) + nx * np.sin(tilt) + (swirl - 0.5) * 0.16
    colour = ramp(
        stops, np.clip(bands[np.clip((across * 0.5 + 0.5) * 511, 0, 511).astype(np.int32)] * 1.5 - 0.25, 0, 1)
    )
    day = np.clip(nx * stage.sun_side * 0.75 - ny * 0.42 + nz * 0.42, 0, 1)
    lit = np.clip(
        colour * (0.04 + 1.15 * day[..., None])
        + rgb("#88b4ff") * (np.clip(1 - nz, 0, 1) ** 3 * day)[..., None] * 0.5,
        0,
        1,
    )
    glow(stage.img, x, y, radius * 1.35, stage.light.glow, 0.22)
    if ring:
        _ring(stage, x, y, radius, tilt, front=False)
    cover = np.clip((1 - np.sqrt(r2)) * radius + 0.5, 0, 1)
    _inside(stage, cover, lit, x0, y0)
    if ring:
        _ring(stage, x, y, radius, tilt, front=True)


def _ring(stage: Stage, x: float, y: float, radius: float, tilt: float, front: bool) -> None:
    reach = int(radius * 2.3)
    x0, y0 = int(x) - reach, int(y) - reach
    yy, xx = np.mgrid[0 : 2 * reach, 0 : 2 * reach].astype(f32)
    dx, dy = xx + x0 - x, yy + y0 - y
    u = (dx * np.cos(tilt) - dy * np.sin(tilt)) / radius
    v = (dx * np.sin(tilt) + dy * np.cos(tilt)) / (radius * 0.26)
    far = np.hypot(u, v)
    grooves = noise1(stage.random("ring"), 256, 24, 3, 0.7)
    at = np.clip((far - 1.32) / 0.85 * 255, 0, 255).astype(np.int32)
    cover = smooth((far - 1.32) * 22) * smooth((2.15 - far) * 22) * (0.15 + 0.8 * grooves[at])
    cover *= (v > 0) if front else (v <= 0)
    _inside(stage, cover.astype(f32), np.broadcast_to(rgb("#e8d6b4"), (*cover.shape, 3)), x0, y0)


def _inside(stage: Stage, cover: Array, colours: Array, x0: int, y0: int) -> None:
    left, top = max(0, x0), max(0, y0)
    right, bottom = min(stage.w, x0 + cover.shape[1]), min(stage.h, y0 + cover.shape[0])
    if left >= right or top >= bottom:
        return
    rows, cols = slice(top - y0, bottom - y0), slice(left - x0, right - x0)
    view = stage.img[top:bottom, left:right]
    view += (colours[rows, cols] - view) * cover[rows, cols][..., None]


def moonscape(stage: Stage) -> None:
    """A pale cratered ground where something has to stand."""
    if stage.brief.setting in GROUNDS:
        _craters(stage)
        return
    stage.ground = np.full(stage.w, stage.h * 0.86, f32)
    if not any(wish.name not in ("rocket", "balloon", "birds") for wish in stage.brief.wishes):
        return
    line = (stage.h * 0.83 - stage.unit * 0.05 * noise1(stage.random("moon"), stage.w, 3, 6)).astype(f32)
    stage.ground = line
    stone = mix(rgb("#8f8a9a"), stage.light.haze, 0.2) * f32(0.85)

    def paint(depth: Array) -> Array:
        t = np.clip(depth / f32(stage.h * 0.2), 0, 1)
        return lerp(stone * f32(1.15), stone * f32(0.42), t)

    fill_below(stage.img, line, paint)
    dice = stage.dice("craters")
    for _ in range(14):
        x, t = dice.number() * stage.w, dice.number()
        y = stage.h * (0.87 + 0.12 * t)
        _crater(stage, x, y, stage.unit * (0.01 + 0.05 * t * dice.number()), stone)


def _craters(stage: Stage) -> None:
    """Grey or rusty ground in three folds, with craters that shrink into the distance."""
    rusty = stage.brief.setting == "mars"
    stone, far = rgb("#b5623c" if rusty else "#a5a3a8"), rgb("#c08a66" if rusty else "#5c5b66")
    dice = stage.dice("craters")
    for i, level in enumerate((0.985, 1.06, 1.20)):
        relief = stage.unit * (0.075, 0.05, 0.03)[i] * 2
        line = stage.h * LEVEL * level - relief * (
            noise1(stage.random(f"fold {i}"), stage.w, 3.5 - i, 6, 0.45) - 0.4
        )
        _plain(stage, line.astype(f32), mix(far, stone, (0.35, 0.7, 1.0)[i]))
        for _ in range((0, 9, 16)[i]):
            t = dice.number() ** 1.3
            y = (
                float(line.max())
                + stage.unit * 0.012
                + (stage.h - float(line.max())) * t * (0.3, 0.3, 1.0)[i]
            )
            r = stage.unit * (0.010 + 0.062 * t * i / 2) * dice.between(0.6, 1.25)
            _crater(stage, dice.number() * stage.w, y, r, stone)
    stage.ground = np.full(stage.w, stage.h * 0.80, f32)


def _plain(stage: Stage, line: Array, colour: Array) -> None:
    rough = noise2(stage.random("dust"), stage.w // 2 + 1, stage.h // 4, 40, 24, 4, 0.6)
    grain = resized(rough, stage.w, stage.h // 2, Image.Resampling.BILINEAR)

    def paint(depth: Array) -> Array:
        t = np.clip(depth / f32(stage.h * 0.42), 0, 1)
        rows = np.minimum(np.arange(depth.shape[0]), grain.shape[0] - 1)
        tone = (1.12 - 0.55 * t + (grain[rows] - 0.5) * 0.5) * (0.9 + 0.25 * np.exp(-np.abs(depth) / 6))
        return as32(np.clip(colour * tone[..., None], 0, 1))

    fill_below(stage.img, line, paint)


def _crater(stage: Stage, x: float, y: float, r: float, stone: Array) -> None:
    x0, y0, w, h = int(x - r - 1), int(y - r * 0.3 - 1), int(2 * r + 3), int(r * 0.6 + 3)
    yy, xx = np.mgrid[0:h, 0:w].astype(f32)
    far = np.hypot((xx + x0 - x) / r, (yy + y0 - y) / (r * 0.3))
    cover = smooth((1 - far) * 6) * (0.55 + 0.45 * smooth(far * 3 - 1.4))
    rim = np.clip((yy + y0 - y) / (r * 0.3), -1, 1)[..., None]
    _inside(stage, cover * f32(0.8), np.clip(stone * (0.62 + 0.4 * rim), 0, 1), x0, y0)
