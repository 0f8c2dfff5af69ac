"""Pictures without a place: marble and flow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from .paint import Array, as32, f32, from_image, noise2, ramp, resized, rgb
from .seeding import Dice
from .stage import Stage

PALETTES: dict[str, tuple[tuple[str, ...], ...]] = {
    "natural": (
        ("#0b1d3a", "#0f6a7d", "#f2e7c9", "#f08a4b", "#7a1f3d"),
        ("#12263a", "#2a6f6b", "#c9e0c0", "#f4d58d", "#bf4b3c"),
        ("#2b1b3d", "#5b4b8a", "#e9c6d8", "#f6efe0", "#d98c4a"),
    ),
    "calm": (("#0f2f3f", "#2f7f86", "#a8d5cf", "#f3efe0", "#8fb3c8"),),
    "warm": (("#3a0f1f", "#a8342f", "#f0893f", "#ffd98a", "#fff3dc"),),
    "cold": (("#081a33", "#1f4f86", "#6fb3d9", "#d6eef6", "#f6fbff"),),
    "pastel": (("#b8d8e8", "#f6d6e0", "#fdf3d6", "#d5e8d0", "#cdb9e6"),),
    "neon": (("#0a0320", "#5b0fa8", "#ff2fa0", "#26e8ff", "#f4ff6a"),),
    "gloomy": (("#0d1116", "#2a3640", "#5a6a70", "#9aa39f", "#3b2a33"),),
    "vintage": (("#3f2f2a", "#8a5a3c", "#d9b27a", "#f0e2c0", "#5f7a6a"),),
}


def palette(stage: Stage) -> tuple[str, ...]:
    """Colours of the mood, started from a colour the prompt names."""
    chosen = stage.dice("palette").pick(PALETTES.get(stage.brief.mood or "natural", PALETTES["natural"]))
    if stage.brief.tint is None:
        return chosen
    return _shade(stage.brief.tint, 0.28), stage.brief.tint, *chosen[2:4], _shade(stage.brief.tint, 0.62)


def _shade(code: str, factor: float) -> str:
    return "#" + "".join(f"{round(int(code[i : i + 2], 16) * factor):02x}" for i in (1, 3, 5))


def marble(stage: Stage) -> None:
    """Noise bent by noise, lit from one side, with a vein of gold."""
    w, h = stage.w // 2 + 1, stage.h // 2 + 1
    random, cells = stage.random("marble"), 3 * stage.w / stage.unit
    tall = 3 * stage.h / stage.unit
    a, b = (noise2(random, w, h, cells, tall, 5) for _ in range(2))
    base = noise2(random, w, h, cells * 1.4, tall * 1.4, 6, 0.55)
    yy, xx = np.mgrid[0:h, 0:w].astype(f32)
    reach = stage.unit * 0.45

    def bent(field: Array, dx: Array, dy: Array) -> Array:
        rows = np.clip((yy + dy).astype(np.int32), 0, h - 1)
        return as32(field[rows, np.clip((xx + dx).astype(np.int32), 0, w - 1)])

    q = bent(base, (a - 0.5) * reach, (b - 0.5) * reach)
    r = bent(base, (q - 0.5) * reach + (b - 0.5) * reach * 0.5, (q - 0.5) * reach * 0.8)
    v = (r - r.min()) / max(1e-6, float(np.ptp(r)))
    v, q = resized(v, stage.w, stage.h), resized(q, stage.w, stage.h)
    colours = palette(stage)
    stops = [(i / (len(colours) - 1), code) for i, code in enumerate(colours)]
    stage.img[:] = ramp(stops, as32(v * 0.75 + q * 0.35 - 0.05))
    slope = np.gradient(v, axis=1) - np.gradient(v, axis=0)
    steep = stage.unit / 1024 * 28
    stage.img *= (0.76 + 0.34 * np.clip(0.5 + slope * f32(steep), 0, 1))[..., None]
    vein = np.exp(-(((v - 0.52) / 0.006) ** 2))[..., None]
    stage.img += (rgb("#f2d694") - stage.img) * vein * f32(0.7)


def flow(stage: Stage) -> None:
    """Thousands of threads that follow one field, drawn over a quiet ground."""
    dice, colours = stage.dice("flow"), palette(stage)
    grid = 128
    angle = (
        noise2(stage.random("field"), grid, grid, 2.2, 2.2, 3) * np.pi * dice.between(2.6, 4.2)
        + dice.number() * 6
    )
    ground, inks = _ground(colours)
    stage.img[:] = rgb(ground)
    sheet = Image.new("RGB", (stage.w, stage.h), ground)
    draw = ImageDraw.Draw(sheet)
    lines = _threads(stage, angle, 900 if not stage.fine else 1300, 46)
    zone = noise2(stage.random("zones"), grid, grid, 2.4, 2.4, 2)
    _ink(stage, draw, lines, zone, inks, dice)
    stage.img[:] = from_image(sheet)


def _ground(colours: tuple[str, ...]) -> tuple[str, list[str]]:
    ordered = sorted(colours, key=lambda code: float(rgb(code).mean()))
    light = float(rgb(ordered[-1]).mean()) > 0.82
    ground = ordered[-1] if light else ordered[0]
    return ground, [code for code in colours if code != ground]


def _threads(stage: Stage, angle: Array, count: int, steps: int) -> Array:
    random, grid = stage.random("threads"), angle.shape[0]
    x = (random.random_sample(count) * 1.2 - 0.1).astype(f32) * stage.w
    y = (random.random_sample(count) * 1.2 - 0.1).astype(f32) * stage.h
    step, path = stage.unit * 0.0075, []
    for _ in range(steps):
        ix = np.clip(x / stage.w * grid, 0, grid - 1).astype(np.int32)
        iy = np.clip(y / stage.h * grid, 0, grid - 1).astype(np.int32)
        x, y = x + np.cos(angle[iy, ix]) * f32(step), y + np.sin(angle[iy, ix]) * f32(step)
        path.append(np.stack([x, y], -1))
    return np.stack(path, 1)


def _ink(
    stage: Stage, draw: ImageDraw.ImageDraw, lines: Array, zone: Array, inks: list[str], dice: Dice
) -> None:
    grid = zone.shape[0]
    for line in lines:
        x, y = line[0]
        cell = zone[int(min(max(y / stage.h, 0), 0.999) * grid), int(min(max(x / stage.w, 0), 0.999) * grid)]
        code = inks[int(float(cell) * 1.8 * len(inks) + dice.number() * 0.8) % len(inks)]
        width = max(1, round(stage.unit * (0.0015 + 0.007 * dice.number() ** 3)))
        draw.line(
            [(float(px), float(py)) for px, py in line],
            fill=_shade(code, dice.between(0.86, 1.0)),
            width=width,
            joint="curve",
        )


ABSTRACT: dict[str, Callable[[Stage], None]] = {"marble": marble, "flow": flow}
