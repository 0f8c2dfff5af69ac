"""Under water: light from above, a sandy floor, coral, weed and bubbles."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from ..paint import (
    Array,
    as32,
    blend,
    f32,
    fill_below,
    from_image,
    lerp,
    mix,
    noise1,
    noise2,
    ramp_of,
    resized,
    rgb,
    screen,
    smooth,
)
from ..seeding import Dice
from ..stage import Stage

CORALS = ("#e8735a", "#f0a34a", "#d9578f", "#a86fd0", "#f2c65a", "#e0507a")
SEAS = {
    "day": ("#7fe0e0", "#1f9fc0", "#0a5a8a", "#06345f"),
    "dawn": ("#c0e0d8", "#4fa8b8", "#1f6288", "#0f3560"),
    "sunset": ("#ffd0a0", "#d08a8a", "#5a5a90", "#241f52"),
    "dusk": ("#9fa8d0", "#4a6aa0", "#233a72", "#101c44"),
    "night": ("#3f7aa8", "#164a7a", "#0a2450", "#050f2a"),
}


def deep(stage: Stage) -> None:
    """Water that darkens downwards, with rays from the surface and dim rocks far off."""
    water = [rgb(code) for code in SEAS[stage.brief.time]]
    stage.img[:] = ramp_of((0, 0.3, 0.68, 1), water, np.linspace(0, 1, stage.h, dtype=f32))[:, None]
    _rays(stage, water[0])
    for i in range(3):
        line = stage.h * (0.66 + 0.07 * i) - stage.unit * 0.24 * (1 - 0.2 * i) * smooth(
            noise1(stage.random(f"reef {i}"), stage.w, 2.5 + i, 6) * 1.7 - 0.35
        )
        fill_below(stage.img, line.astype(f32), mix(water[2], water[3], 0.15 + 0.35 * i))
        _weed(
            stage,
            f"far weed {i}",
            line.astype(f32),
            mix(water[2], water[3], 0.2 + 0.35 * i),
            9,
            0.10 + 0.05 * i,
        )


def _rays(stage: Stage, colour: Array) -> None:
    w, h = stage.w // 4, stage.h // 4
    yy, xx = np.mgrid[0:h, 0:w].astype(f32)
    angle = np.arctan2(xx - stage.sun_x / 4, yy + h * 0.35)
    beams = noise1(stage.random("rays"), 512, 30, 3, 0.6)
    ray = smooth(beams[np.clip((angle / 1.8 + 0.5) * 511, 0, 511).astype(np.int32)] * 3.2 - 1.2)
    fade = np.clip(1.0 - yy / (h * 0.95), 0, 1) ** 1.3
    full = resized(ray * fade * f32(0.5), stage.w, stage.h, Image.Resampling.BILINEAR)
    screen(stage.img, full, colour)


def floor(stage: Stage) -> None:
    """Sand with ripples and dancing light, coral and weed along both sides."""
    water = [rgb(code) for code in SEAS[stage.brief.time]]
    line = (stage.h * 0.86 - stage.unit * 0.06 * noise1(stage.random("sand"), stage.w, 2, 4)).astype(f32)
    stage.ground = line
    sand = mix(mix(rgb("#e8d5a8"), water[1], 0.42), water[3], 0.35 * stage.light.night + 0.10)
    top = max(0, int(line.min()) - 1)
    caustic = 1 - np.abs(
        2
        * noise2(
            stage.random("caustic"),
            stage.w // 2 + 1,
            (stage.h - top) // 2 + 1,
            16 * stage.w / stage.unit,
            9,
            2,
        )
        - 1
    )
    net = resized(
        as32(np.clip(caustic - 0.74, 0, 1) * 2.6), stage.w, stage.h - top, Image.Resampling.BILINEAR
    )

    def paint(depth: Array) -> Array:
        t = np.clip(depth / f32(stage.h * 0.2), 0, 1)
        return lerp(sand * f32(1.06), mix(sand, water[3], 0.4), t)

    fill_below(stage.img, line, paint)
    under = np.clip(np.arange(top, stage.h, dtype=f32)[:, None] - line[None], 0, 1)
    screen(stage.img, net * under * f32(0.30), water[0], top)
    _garden(stage)
    _bubbles(stage)


def _garden(stage: Stage) -> None:
    dice, unit = stage.dice("coral"), stage.unit
    layer = Image.new("RGBA", (stage.w * 2, stage.h * 2), (0, 0, 0, 0))
    draw, count = ImageDraw.Draw(layer), int(13 * stage.w / unit)
    for k in range(count):
        x = stage.w * (k + dice.number()) / count
        edge = abs(x / stage.w - 0.5) * 2
        tall = unit * dice.between(0.06, 0.12) * (0.5 + 1.3 * edge**1.5)
        foot = float(stage.ground[int(min(max(x, 0), stage.w - 1))]) + unit * dice.between(0.01, 0.10)
        code = dice.pick(CORALS)
        lit = mix(rgb(code), rgb(SEAS[stage.brief.time][2]), 0.22 + 0.3 * stage.light.night)
        colour = tuple(int(v * 255) for v in np.clip(lit, 0, 1))
        dark = tuple(int(v * 180) for v in np.clip(lit, 0, 1))
        if k % 3 == 2:
            _fan(draw, dice, 2 * x, 2 * foot, 2 * tall, colour, dark)
        else:
            _branches(draw, dice, 2 * x, 2 * foot, math.pi / 2, 0.62 * tall, unit * 0.028, 4, colour)
    part = from_image(layer.reduce(2))
    blend(stage.img, part[..., 3], part)
    green = mix(rgb("#3f8f5a"), rgb(SEAS[stage.brief.time][2]), 0.35)
    edges = np.where(
        np.abs(np.linspace(-1, 1, stage.w)) > 0.45, stage.ground + unit * 0.05, stage.h * 3
    ).astype(f32)
    _weed(stage, "near weed", edges, green, 16, 0.30)


def _branches(
    draw: ImageDraw.ImageDraw,
    dice: Dice,
    x: float,
    y: float,
    angle: float,
    long: float,
    wide: float,
    left: int,
    colour: tuple[int, ...],
) -> None:
    x1, y1 = x + long * math.cos(angle), y - long * math.sin(angle)
    draw.line((x, y, x1, y1), fill=colour, width=max(2, round(wide)))
    r = wide / 2
    draw.ellipse((x1 - r, y1 - r, x1 + r, y1 + r), fill=colour)
    for turn in (-1, 1) if left else ():
        lean = angle + turn * dice.between(0.25, 0.6)
        _branches(draw, dice, x1, y1, lean, long * dice.between(0.62, 0.8), wide * 0.72, left - 1, colour)


def _fan(
    draw: ImageDraw.ImageDraw,
    dice: Dice,
    x: float,
    y: float,
    tall: float,
    colour: tuple[int, ...],
    dark: tuple[int, ...],
) -> None:
    wide = tall * dice.between(0.45, 0.7)
    for k, tone in ((1.0, dark), (0.9, colour)):
        draw.ellipse((x - wide * k, y - tall * (0.2 + 0.8 * k), x + wide * k, y + tall * 0.3 * k), fill=tone)
    for k in range(7):
        t = (k - 3) / 3.4
        draw.arc(
            (x - wide * abs(t), y - tall * 0.9, x + wide * abs(t), y + tall * 0.5),
            180 if t < 0 else 270,
            270 if t < 0 else 360,
            fill=dark,
            width=max(2, int(tall * 0.02)),
        )


def _weed(stage: Stage, name: str, line: Array, colour: Array, count: int, high: float) -> None:
    dice, layer = stage.dice(name), Image.new("L", (stage.w * 2, stage.h * 2), 0)
    draw = ImageDraw.Draw(layer)
    for _ in range(int(count * stage.w / stage.unit)):
        x = dice.number() * stage.w
        foot, tall = float(line[int(min(x, stage.w - 1))]), stage.unit * high * dice.between(0.5, 1.0)
        if foot > stage.h * 1.2:
            continue
        sway, turn, wide = stage.unit * dice.between(0.008, 0.02), dice.number() * 6, stage.unit * 0.009
        left = [
            (x + sway * math.sin(turn + 5 * t / 14) - wide * (1 - t / 14), foot - tall * t / 14)
            for t in range(15)
        ]
        right = [(px + 2 * wide * (1 - t / 14), py) for t, (px, py) in enumerate(left)]
        draw.polygon([(2 * px, 2 * py) for px, py in (*left, *right[::-1])], fill=235)
    blend(stage.img, from_image(layer.reduce(2)), colour)


def _bubbles(stage: Stage) -> None:
    dice, layer = stage.dice("bubbles"), Image.new("L", (stage.w * 2, stage.h * 2), 0)
    draw = ImageDraw.Draw(layer)
    for _ in range(5):
        x, y = dice.number() * stage.w, stage.h * dice.between(0.4, 0.9)
        for k in range(dice.below(6) + 4):
            r = stage.unit * dice.between(0.002, 0.009)
            bx, by = x + stage.unit * dice.between(-0.02, 0.02), y - k * stage.unit * 0.045
            draw.ellipse([2 * (bx - r), 2 * (by - r), 2 * (bx + r), 2 * (by + r)], outline=150, width=2)
            draw.ellipse(
                [2 * (bx - r * 0.5), 2 * (by - r * 0.6), 2 * (bx - r * 0.1), 2 * (by - r * 0.2)], fill=220
            )
    blend(stage.img, from_image(layer.reduce(2)), rgb("#f0ffff"))
