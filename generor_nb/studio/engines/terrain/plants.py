"""Pines along a line, grass and flowers of the foreground."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from ..paint import Array, Random, blend, f32, from_image, mix
from ..stage import Stage

Outline = list[tuple[float, float]]


def pines(
    stage: Stage,
    name: str,
    line: Array,
    colour: Array,
    count: int,
    low: float,
    high: float,
    clump: bool = False,
) -> None:
    """A row of trees standing on a line, heights in units of the stage."""
    w, unit = stage.w, stage.unit
    shown = line[line < stage.h + unit]
    if not shown.size:
        return
    top = max(0, int(shown.min() - unit * high - 4))
    bottom = min(stage.h, int(shown.max()) + 8)
    if count < 1 or bottom <= top:
        return
    scale, feet = 2, line.tolist()
    layer = Image.new("L", (w * scale, (bottom - top) * scale), 0)
    draw, random = ImageDraw.Draw(layer), stage.random(name)
    places = _clumped(random, count) if clump else random.random_sample(count).tolist()
    heights = (random.random_sample(count) ** 1.6).tolist()
    girths, fringes = random.random_sample(count).tolist(), random.random_sample((count, 2, 15)).tolist()
    for x, tall, girth, fringe in zip(places, heights, girths, fringes, strict=True):
        x = x * w * 1.04 - w * 0.02
        foot = feet[int(min(max(x, 0), w - 1))] + 4
        if foot <= stage.h + unit:
            tall = unit * (low + (high - low) * tall)
            shape = _pine(x * scale, (foot - top) * scale, tall * scale, 0.15 + 0.07 * girth, fringe)
            draw.polygon(shape, fill=255)
    blend(stage.img, from_image(layer.reduce(scale)), colour, top)


def _clumped(random: Random, count: int) -> list[float]:
    """Places in 0..1, most of them near one another."""
    middle, places = float(random.random_sample()), []
    for alone, near, far, move, other in random.random_sample((count, 5)).tolist():
        places.append((middle + (near + far - 1) * 0.14) % 1.0 if alone < 0.75 else near)
        middle = middle if move < 0.85 else other
    return places


def _pine(x: float, foot: float, tall: float, girth: float, fringe: list[list[float]]) -> Outline:
    wide, steps = tall * girth, int(5 + min(9, tall / 32))
    left: Outline = []
    right: Outline = []
    for i in range(1, steps + 1):
        t = i / steps
        y, half = foot - tall + tall * t, wide * t**0.85
        a, b = half * (0.85 + 0.27 * fringe[0][i]), half * (0.85 + 0.27 * fringe[1][i])
        left += [(x - a, y + tall * 0.02), (x - half * 0.45, y - tall * 0.01)]
        right += [(x + b, y + tall * 0.02), (x + half * 0.45, y - tall * 0.01)]
    return [(x, foot - tall), *right, *left[::-1]]


def grass(stage: Stage, line: Array, colour: Array, density: int = 1500) -> None:
    """Blades along the brow and over the foreground, larger towards the viewer."""
    w, h, unit = stage.w, stage.h, stage.unit
    random, top = stage.random("grass"), max(0, int(line.min() - unit * 0.04))
    scale, count = 2, int(density * w / unit * (1.6 if stage.fine else 1))
    for part, tone in enumerate((1.22, 0.74)):
        layer = Image.new("L", (w * scale, max(2, h - top) * scale), 0)
        draw = ImageDraw.Draw(layer)
        dots = random.random_sample((4, count)).astype(f32)
        x, t = dots[0] * w, dots[1] ** f32(1.7)
        ground = line[np.minimum(x.astype(np.int32), w - 1)]
        y = ground + 2 + (h - ground) * t
        tall = unit * (0.010 + 0.030 * t) * (0.6 + 0.7 * dots[2])
        wide, tip = unit * (0.0010 + 0.0016 * t), x + tall * (dots[3] - 0.5)
        blades = np.stack([x - wide, y - top, x + wide, y - top, tip, y - tall - top], -1) * scale
        tones = (150 + 100 * t).astype(np.int32).tolist() if part else [170] * count
        for blade, fill in zip(blades.tolist(), tones, strict=True):
            draw.polygon(blade, fill=fill)
        shade = (
            np.clip(colour * stage.light.key * f32(tone), 0, 1)
            if not part
            else mix(colour, stage.light.near, 0.6)
        )
        blend(stage.img, from_image(layer.reduce(scale)), shade, top)


def flowers(stage: Stage, line: Array, count: int) -> None:
    """Dots of colour that grow towards the viewer."""
    dice, unit = stage.dice("blossoms"), stage.unit
    tones = dice.shuffled(["#f2d25a", "#f5f0e4", "#d9577a", "#8a78d0", "#ee8a4a"])[:3]
    top = max(0, int(line.min()))
    layer = Image.new("RGBA", (stage.w * 2, (stage.h - top) * 2), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for _ in range(int(count * stage.w / unit)):
        x, t = dice.number() * stage.w, dice.number() ** 1.4
        ground = float(line[min(int(x), stage.w - 1)])
        y, r = ground + 4 + (stage.h - ground) * t, unit * (0.0016 + 0.0052 * t) * dice.between(0.7, 1.2)
        draw.ellipse(
            [2 * (x - r), 2 * (y - top - r * 0.8), 2 * (x + r), 2 * (y - top + r * 0.8)],
            fill=dice.pick(tones),
        )
    sheet = from_image(layer.reduce(2))
    colours = np.clip(sheet[..., :3] * stage.light.ambient * (0.5 + 0.5 * stage.light.key), 0, 1)
    view = stage.img[top : top + sheet.shape[0]]
    view += (colours[: view.shape[0]] - view) * sheet[: view.shape[0], :, 3:]
