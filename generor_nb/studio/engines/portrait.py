"""A head in profile: a silhouette before a large disc, with a landscape inside."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from .abstract import palette
from .paint import Array, blend, disc, f32, from_image, glow, mix, ramp_of, rgb
from .pen import Point, curve
from .seeding import Dice
from .stage import Stage

FACE: list[Point] = [
    (-0.19, 0.88),
    (-0.235, 0.80),
    (-0.243, 0.74),
    (-0.228, 0.70),
    (-0.262, 0.65),
    (-0.308, 0.608),
    (-0.296, 0.588),
    (-0.262, 0.576),
    (-0.262, 0.562),
    (-0.284, 0.545),
    (-0.262, 0.526),
    (-0.276, 0.508),
    (-0.254, 0.488),
    (-0.258, 0.455),
    (-0.225, 0.424),
    (-0.160, 0.412),
    (-0.100, 0.388),
    (-0.090, 0.30),
    (-0.135, 0.235),
]
FRONT: list[Point] = [(-0.30, 0.175), (-0.45, 0.10), (-0.53, 0.0), (-0.56, -0.12)]
BACK: list[Point] = [(0.66, -0.12), (0.62, 0.02), (0.50, 0.13), (0.33, 0.20), (0.215, 0.27), (0.185, 0.36)]
HAIR: dict[str, list[Point]] = {
    "short": [
        (0.175, 0.44),
        (0.225, 0.53),
        (0.262, 0.66),
        (0.245, 0.80),
        (0.165, 0.92),
        (0.03, 0.985),
        (-0.11, 0.965),
        (-0.163, 0.925),
    ],
    "long": [
        (0.36, 0.12),
        (0.37, 0.30),
        (0.34, 0.50),
        (0.32, 0.70),
        (0.25, 0.88),
        (0.10, 0.99),
        (-0.08, 0.985),
        (-0.148, 0.938),
    ],
    "bun": [
        (0.17, 0.45),
        (0.22, 0.55),
        (0.26, 0.66),
        (0.33, 0.70),
        (0.41, 0.80),
        (0.36, 0.92),
        (0.24, 0.925),
        (0.12, 0.97),
        (-0.08, 0.975),
        (-0.148, 0.935),
    ],
    "tail": [
        (0.19, 0.50),
        (0.24, 0.58),
        (0.34, 0.50),
        (0.40, 0.28),
        (0.47, 0.34),
        (0.46, 0.56),
        (0.38, 0.74),
        (0.26, 0.84),
        (0.12, 0.975),
        (-0.08, 0.98),
        (-0.148, 0.936),
    ],
    "hat": [
        (0.20, 0.50),
        (0.25, 0.66),
        (0.24, 0.78),
        (0.44, 0.79),
        (0.43, 0.82),
        (0.22, 0.84),
        (0.19, 1.02),
        (0.02, 1.07),
        (-0.15, 1.03),
        (-0.20, 0.85),
        (-0.38, 0.80),
        (-0.37, 0.775),
        (-0.23, 0.80),
    ],
}


USUAL = {
    **dict.fromkeys(("woman", "girl", "queen", "princess"), ("long", "bun", "tail")),
    **dict.fromkeys(("man", "boy", "detective", "king", "wizard"), ("short", "hat")),
}


def portrait(stage: Stage, world: Array) -> None:
    """Paint the silhouette that holds the world."""
    dice = stage.dice("portrait")
    colours = [rgb(code) for code in palette(stage)]
    pale, deep = max(colours, key=lambda c: float(c.mean())), min(colours, key=lambda c: float(c.mean()))
    rows = np.linspace(0, 1, stage.h, dtype=f32)
    backdrop = (mix(pale, colours[1], 0.12), mix(pale, np.ones(3, f32), 0.5), mix(pale, colours[-1], 0.22))
    stage.img[:] = ramp_of((0, 0.55, 1), backdrop, rows)[:, None]
    unit, side = stage.unit * min(1.25, stage.zoom), 1 if dice.number() < 0.5 else -1
    x, foot = stage.w * (0.5 + 0.03 * side), stage.h * 1.0
    tall = min(unit * 0.86, stage.h * 0.86)
    glow(stage.img, x - side * tall * 0.1, foot - tall * 0.64, tall * 0.40, colours[3 % len(colours)], 0.35)
    disc(
        stage.img,
        x - side * tall * 0.08,
        foot - tall * 0.64,
        tall * 0.43,
        mix(colours[3 % len(colours)], pale, 0.25),
    )
    cover = _silhouette(stage, dice, x, foot, tall, side)
    level = np.clip((world.mean(-1, keepdims=True) - 0.1) * 1.15, 0, 1)
    held = world * 0.72 + deep * (1 - level) * 0.34
    fade = np.clip((np.arange(stage.h, dtype=f32)[:, None] - (foot - tall * 0.40)) / f32(tall * 0.40), 0, 1)[
        ..., None
    ]
    blend(stage.img, cover, held + (deep * f32(0.75) - held) * fade * f32(0.92))


def _silhouette(stage: Stage, dice: Dice, x: float, foot: float, tall: float, side: int) -> Array:
    known = {name for word in stage.brief.understood for name in USUAL.get(word, ())}
    hair = dice.pick(tuple(name for name in HAIR if name in known or not known))
    outline = [*curve(FACE, closed=False, steps=4), *curve([FACE[-1], *FRONT], closed=False)]
    outline += [*curve([*BACK, *HAIR[hair]], closed=False, steps=6)]
    layer = Image.new("L", (stage.w * 2, stage.h * 2), 0)
    draw = ImageDraw.Draw(layer)

    def spot(px: float, py: float) -> Point:
        return 2 * (x + side * px * tall), 2 * (foot - py * tall)

    draw.polygon([spot(px, py) for px, py in outline], fill=255)
    if hair in ("short", "long", "tail") and dice.number() < 0.45:
        for _ in range(46):
            a = math.radians(dice.between(-40, 170))
            far, r = dice.between(0.19, 0.27), dice.between(0.02, 0.05) * 2 * tall
            px, py = spot(0.02 + far * math.cos(a), 0.76 + far * math.sin(a))
            draw.ellipse((px - r, py - r, px + r, py + r), fill=255)
    return from_image(layer.reduce(2))
