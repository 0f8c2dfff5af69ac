"""Pines along a line, grass and flowers of the foreground."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from ..paint import Array, blend, f32, from_image, mix
from ..seeding import Dice
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
    dice, w, unit = stage.dice(name), stage.w, stage.unit
    shown = line[line < stage.h + unit]
    if not shown.size:
        return
    top = max(0, int(shown.min() - unit * high - 4))
    bottom = min(stage.h, int(shown.max()) + 8)
    if count < 1 or bottom <= top:
        return
    scale = 2
    layer = Image.new("L", (w * scale, (bottom - top) * scale), 0)
    draw, middle = ImageDraw.Draw(layer), dice.number() * w
    for _ in range(count):
        x = dice.number() * w * 1.04 - w * 0.02
        if clump and dice.number() < 0.75:
            x = (middle + (dice.number() + dice.number() - 1) * w * 0.14) % w
            middle = middle if dice.number() < 0.85 else dice.number() * w
        foot = float(line[int(min(max(x, 0), w - 1))]) + 4
        if foot > stage.h + unit:
            continue
        tall = unit * (low + (high - low) * dice.number() ** 1.6)
        draw.polygon([(px * scale, (py - top) * scale) for px, py in _pine(dice, x, foot, tall)], fill=255)
    blend(stage.img, from_image(layer.reduce(scale)), colour, top)


def _pine(dice: Dice, x: float, foot: float, tall: float) -> Outline:
    wide, steps = tall * dice.between(0.15, 0.22), int(5 + min(9, tall / 16))
    left: Outline = []
    right: Outline = []
    for i in range(1, steps + 1):
        t = i / steps
        y, half = foot - tall + tall * t, wide * t**0.85
        a, b = half * dice.between(0.85, 1.12), half * dice.between(0.85, 1.12)
        left += [(x - a, y + tall * 0.02), (x - half * 0.45, y - tall * 0.01)]
        right += [(x + b, y + tall * 0.02), (x + half * 0.45, y - tall * 0.01)]
    return [(x, foot - tall), *right, *left[::-1]]


def grass(stage: Stage, line: Array, colour: Array, density: int = 1500) -> None:
    """Blades along the brow and over the foreground, larger towards the viewer."""
    dice, w, h, unit = stage.dice("grass"), stage.w, stage.h, stage.unit
    top = max(0, int(line.min() - unit * 0.04))
    scale = 2
    for part, tone in enumerate((1.22, 0.74)):
        layer = Image.new("L", (w * scale, max(2, h - top) * scale), 0)
        draw = ImageDraw.Draw(layer)
        for _ in range(int(density * w / unit * (1.6 if stage.fine else 1))):
            x, t = dice.number() * w, dice.number() ** 1.7
            ground = float(line[min(int(x), w - 1)])
            y = ground + 2 + (h - ground) * t
            tall, lean = unit * (0.010 + 0.030 * t) * dice.between(0.6, 1.3), dice.between(-0.5, 0.5)
            wide = unit * (0.0010 + 0.0016 * t)
            tip = (x + tall * lean, y - tall)
            draw.polygon(
                [
                    ((x - wide) * scale, (y - top) * scale),
                    ((x + wide) * scale, (y - top) * scale),
                    (tip[0] * scale, (tip[1] - top) * scale),
                ],
                fill=int(150 + 100 * t) if part else 170,
            )
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
