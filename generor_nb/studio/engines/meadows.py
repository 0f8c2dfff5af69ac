"""Flowers close by: a field of tulips in rows, blossoms for a butterfly."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .paint import eight, f32, from_image, paste, shaded
from .pen import Pen
from .seeding import Dice
from .stage import Stage
from .subjects import SUBJECTS, Look
from .subjects.look import tint

TULIPS = ("#e0433f", "#f5c03a", "#e0609f", "#f3ece0", "#8f52b0", "#f0803f")
BLOSSOMS = ("#e8574a", "#f2b632", "#d96fb0", "#7a6fd9", "#f6f0e4")


def rowed(stage: Stage) -> bool:
    """Whether tulips fill the field."""
    return any(wish.name == "tulip" and wish.count > 4 for wish in stage.brief.wishes)


def _tulip_colour(stage: Stage) -> str | None:
    return next((wish.colour for wish in stage.brief.wishes if wish.name == "tulip"), None)


def rows(stage: Stage, colour: str | None, start: float = 0.0) -> None:
    """Rows that meet far away, a colour to every two; `start` leaves out what is farther than that."""
    line = float(stage.ground.min()) - stage.unit * 0.02
    top = max(0, int(max(line, start) - stage.unit * 0.12))
    sheet = Image.new("RGBA", (stage.w * 2, (stage.h - top) * 2), (0, 0, 0, 0))
    draw, dice = ImageDraw.Draw(sheet), stage.dice("tulips")
    tones = [tint(colour, f) for f in (1.0, 1.18, 0.84)] if colour else list(dice.shuffled(TULIPS))[:5]
    vanishing, deep = stage.w * (0.5 + stage.sun_side * 0.12), stage.h * 1.06 - line
    for step in range(20):
        t = (step / 19) ** 1.5
        y, size = line + deep * t, stage.unit * (0.016 + 0.088 * t)
        spread = stage.unit * (0.040 + 0.11 * t)
        count = int(stage.w / spread) + 3
        shifts = [dice.between(-0.13, 0.13) for _ in range(2 * count + 1)]
        if y < start:
            continue
        if step < 19:
            _leaves(draw, stage, y - top, size)
        for k in range(-count, count + 1):
            x = vanishing + k * spread + shifts[k + count] * spread
            if -size < x < stage.w + size:
                tone = tones[(k + 600) // 2 % len(tones)]
                _tulip(draw, 2 * x, 2 * (y - top + shifts[k + count] * size * 0.6), 2 * size, tone)
    part = from_image(sheet.reduce(2))
    part[..., :3] = shaded(part[..., :3], stage.light.ambient * (0.5 + 0.5 * stage.light.key))
    paste(stage.img, part, 0, top)


def _leaves(draw: ImageDraw.ImageDraw, stage: Stage, y: float, size: float) -> None:
    step = size * 0.34
    for k in range(int(stage.w / step) + 2):
        x, lean = 2 * k * step, 2 * size * 0.12 * (-1) ** k
        tip = (x + lean, 2 * y - 2 * size * (0.44 + 0.10 * (k % 3)))
        draw.polygon(
            [(x - size * 0.22, 2 * y + size * 0.3), (x + size * 0.22, 2 * y + size * 0.3), tip],
            fill=("#4f8a44", "#5f9a4c", "#437a3e")[k % 3],
        )


def _tulip(draw: ImageDraw.ImageDraw, x: float, y: float, size: float, tone: str) -> None:
    top, wide = y - size, size * 0.20
    draw.line([(x, y), (x, top + size * 0.3)], fill="#5f9a4c", width=max(1, round(size * 0.05)))
    cup = [(-0.75, 0.30), (-1.0, 0.16), (-0.9, -0.02), (-0.45, 0.10), (0, -0.04), (0.45, 0.10), (0.9, -0.02),
           (1.0, 0.16), (0.75, 0.30), (0, 0.40)]  # fmt: skip
    draw.polygon([(x + wide * a, top + size * b) for a, b in cup], fill=tint(tone, 0.84))
    front = [(-0.6, 0.16), (0, 0.0), (0.6, 0.16), (0.5, 0.32), (0, 0.40), (-0.5, 0.32)]
    draw.polygon([(x + wide * a, top + size * b) for a, b in front], fill=tint(tone, 1.08))


def front_rows(stage: Stage) -> None:
    """The rows before what stands in the field."""
    if rowed(stage) and stage.brief.terrain == "hills" and len(stage.brief.wishes) > 1:
        rows(stage, _tulip_colour(stage), stage.h * 0.915)


def _flower(stage: Stage, dice: Dice, x: float, foot: float, height: float, blur: float = 0.0) -> float:
    """Draws one flower; returns the height of its head in the picture."""
    subject, colour = SUBJECTS["flower"], dice.pick(BLOSSOMS)
    look = Look(dice, stage.sun_side, stage.light.lamps, False, stage.brief.season, colour)
    pen = Pen(height, subject.box)
    subject.draw(pen, look)
    body = pen.done().body
    if blur:
        pad = int(blur * 3)
        body = np.pad(body, ((pad, pad), (pad, pad), (0, 0)))
        body = from_image(eight(body).convert("RGBa").filter(ImageFilter.GaussianBlur(blur)).convert("RGBA"))
        x, foot = x - pad, foot - pad
    light = np.maximum(stage.light.ambient, f32(0.42)) * (0.5 + 0.5 * stage.light.key)
    body[..., :3] = shaded(body[..., :3], light)
    paste(stage.img, body, round(x + subject.box[0] * height), round(foot - subject.box[3] * height))
    return foot - 0.82 * height


def blooms(stage: Stage, count: int, height: float) -> list[tuple[float, float, float]]:
    """Flowers close by; returns foot and height of as many butterflies: one sits, the others fly."""
    dice, unit = stage.dice("blooms"), stage.unit
    stage.near_bloom = True
    middle = stage.w * (0.5 - stage.sun_side * dice.between(0.05, 0.10))
    for dx, tall in ((-0.36, 0.30), (0.30, 0.26), (-0.21, 0.38), (0.17, 0.35), (0.40, 0.36)):
        _flower(stage, dice, middle + dx * unit, stage.h * 1.03, unit * tall * dice.between(0.9, 1.1))
    head = _flower(stage, dice, middle, stage.h * 1.03, unit * 0.50)
    found = [(middle + unit * 0.01, head + height * 0.12, height)]
    for k in range(1, count):
        x = stage.w * ((middle / stage.w + 0.37 * k + dice.between(-0.06, 0.06)) % 0.86 + 0.07)
        found.append((x, stage.h * dice.between(0.28, 0.62), height * dice.between(0.35, 0.75)))
    return found


def front_blossoms(stage: Stage) -> None:
    """Out of focus, right before the viewer."""
    if not stage.near_bloom:
        return
    dice, unit = stage.dice("near blossoms"), stage.unit
    for x, tall in ((0.04, 0.40), (0.96, 0.46), (0.80, 0.22)):
        _flower(stage, dice, stage.w * x, stage.h * 1.10, unit * tall, unit * 0.009)
