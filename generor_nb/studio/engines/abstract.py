"""Pictures without a place: marble and flow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from .paint import Array, as32, blend, f32, from_image, noise2, ramp, resized, rgb
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


def waves(stage: Stage) -> None:
    """Sheets of colour over one another, each with a soft shadow."""
    w, h, dice = stage.w, stage.h, stage.dice("waves")
    colours = [rgb(code) for code in palette(stage)]
    colours = sorted(colours, key=lambda c: -float(c.mean()))
    count, turn = 7, dice.number() < 0.4
    y = np.linspace(0, 1, h, dtype=f32)[:, None, None]
    stage.img[:] = colours[0] + (1 - colours[0]) * f32(0.45) * (1 - y)
    x = np.linspace(0, w / stage.unit, w, dtype=f32)
    for i in range(count):
        line = sum(
            dice.between(0.3, 1.0) / k * np.sin(x * dice.between(1.6, 3.4) * k + dice.number() * 6.3)
            for k in (1, 2, 3)
        )
        level = h * (0.16 + 0.84 * (i + 0.4) / count)
        ridge = as32(level + line * h * 0.058 + (x - x.mean()) * stage.unit * (0.12 if turn else -0.05))
        t = i / (count - 1) * (len(colours) - 1)
        a, b = colours[int(t)], colours[min(int(t) + 1, len(colours) - 1)]
        tone = as32(a + (b - a) * f32(t - int(t)))
        depth = np.arange(h, dtype=f32)[:, None] - ridge[None]
        shadow = np.exp(np.minimum(depth, 0) / f32(stage.unit * 0.022)) * (depth < 0.5) * f32(0.30)
        blend(stage.img, as32(shadow), rgb("#10141f"))
        glow = np.clip(1.10 - 0.30 * depth / f32(h * 0.3), 0.8, 1.10)
        blend(stage.img, np.clip(depth + 0.5, 0, 1), np.clip(tone * glow[..., None], 0, 1))


def shapes(stage: Stage) -> None:
    """A grid of quarter circles, bars and discs in a few flat colours."""
    dice, colours = stage.dice("shapes"), list(palette(stage))
    ground = max(colours, key=lambda code: float(rgb(code).mean()))
    inks = [code for code in colours if code != ground]
    across = dice.pick((4, 5, 6))
    cell = stage.unit / across
    sheet = Image.new("RGB", (stage.w * 2, stage.h * 2), ground)
    draw = ImageDraw.Draw(sheet)
    for row in range(int(stage.h / cell) + 1):
        for column in range(int(stage.w / cell) + 1):
            _shape(draw, dice, column * cell * 2, row * cell * 2, cell * 2, dice.shuffled([*inks, ground]))
    stage.img[:] = from_image(sheet.reduce(2))
    paper = noise2(stage.random("paper"), stage.w // 2 + 1, stage.h // 2 + 1, 70, 70, 3)
    stage.img *= (0.95 + 0.08 * resized(paper, stage.w, stage.h, Image.Resampling.BILINEAR))[..., None]


def _shape(draw: ImageDraw.ImageDraw, dice: Dice, x: float, y: float, a: float, inks: list[str]) -> None:
    draw.rectangle((x, y, x + a, y + a), fill=inks[0])
    kind, corner = dice.below(7), dice.below(4)
    cx, cy = x + a * (corner % 2), y + a * (corner // 2)
    if kind in (0, 1):
        draw.pieslice(
            (cx - a, cy - a, cx + a, cy + a), (0, 90, 270, 180)[corner], (90, 180, 360, 270)[corner], inks[1]
        )
        if kind:
            draw.pieslice(
                (cx - a / 2, cy - a / 2, cx + a / 2, cy + a / 2),
                (0, 90, 270, 180)[corner],
                (90, 180, 360, 270)[corner],
                inks[2],
            )
    elif kind == 2:
        draw.ellipse((x + a * 0.12, y + a * 0.12, x + a * 0.88, y + a * 0.88), fill=inks[1])
        draw.ellipse((x + a * 0.34, y + a * 0.34, x + a * 0.66, y + a * 0.66), fill=inks[2])
    elif kind == 3:
        for k in range(0, 5, 2):
            draw.rectangle((x, y + a * k / 5, x + a, y + a * (k + 1) / 5), fill=inks[1])
    elif kind == 4:
        draw.polygon([(x, y + a), (x + a, y + a), (cx, y)], fill=inks[1])
    elif kind == 5:
        draw.pieslice((x, y - a / 2, x + a, y + a / 2), 0, 180, inks[1])
        draw.pieslice((x, y + a / 2, x + a, y + a * 1.5), 180, 360, inks[2])
    else:
        for k in range(4):
            for j in range(4):
                r, px, py = a * 0.055, x + a * (k + 0.5) / 4, y + a * (j + 0.5) / 4
                draw.ellipse((px - r, py - r, px + r, py + r), fill=inks[1])


ABSTRACT: dict[str, Callable[[Stage], None]] = {
    "marble": marble,
    "flow": flow,
    "waves": waves,
    "shapes": shapes,
}
