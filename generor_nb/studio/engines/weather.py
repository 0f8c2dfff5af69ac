"""Rain, snow, fog and wind between the viewer and the scene."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from .paint import Array, blend, f32, from_image, mask, mix, noise2, resized, rgb, smooth
from .stage import Stage

Draw = Callable[[ImageDraw.ImageDraw], None]


def rise(stage: Stage) -> None:
    """Fog that lies behind what stands in front."""
    if stage.brief.weather == "fog":
        _fog(stage, "far fog", 0.85)


def fall(stage: Stage) -> None:
    """What the weather puts in front of everything."""
    painter = {"rain": _rain, "storm": _rain, "snow": _snow, "fog": _near_fog, "wind": _wind}.get(
        stage.brief.weather
    )
    if painter:
        painter(stage)


def _half(stage: Stage, draw: Draw) -> Array:
    layer = Image.new("L", (stage.w // 2 + 1, stage.h // 2 + 1), 0)
    draw(ImageDraw.Draw(layer))
    full = layer.resize((stage.w, stage.h), Image.Resampling.BILINEAR)
    return from_image(full)


def _rain(stage: Stage) -> None:
    dice, strong = stage.dice("rain"), stage.brief.weather == "storm"
    lean = dice.between(0.18, 0.34) * (1 if dice.number() < 0.5 else -1) * (1.3 if strong else 0.5)
    count = int((620 if strong else 780) * stage.w * stage.h / stage.unit**2)

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for near, across, down in stage.random("drops").random_sample((count, 3)).tolist():
            near = near * near
            long = stage.unit * (0.012 + 0.045 * near) / 2
            x, y = (across * 1.3 - 0.15) * stage.w / 2, (down * 1.1 - 0.05) * stage.h / 2
            pen.line([(x, y), (x + long * lean, y + long)], fill=int(50 + 110 * near), width=1)

    blend(
        stage.img, _half(stage, draw) * f32(0.62), np.clip(mix(stage.light.haze, rgb("#eaf1f8"), 0.6), 0, 1)
    )
    _veil(stage, 0.16 if strong else 0.22)


def _veil(stage: Stage, strength: float) -> None:
    ys = np.arange(stage.h, dtype=f32)[:, None]
    band = np.exp(-(((ys - stage.horizon) / f32(stage.unit * 0.16)) ** 2)) * f32(strength)
    blend(stage.img, np.broadcast_to(band, (stage.h, stage.w)), stage.light.haze)


def _snow(stage: Stage) -> None:
    count = int(760 * stage.w * stage.h / stage.unit**2)

    def draw(pen: ImageDraw.ImageDraw, scale: float) -> None:
        for near, across, down in stage.random("flakes").random_sample((count, 3)).tolist():
            near = near**5
            r = max(1.6, stage.unit * (0.0013 + 0.0060 * near) * scale)
            x, y = across * stage.w * scale, down * stage.h * scale
            pen.ellipse([x - r, y - r, x + r, y + r], fill=int(240 - 120 * near))

    blend(
        stage.img,
        mask(stage.w, stage.h, draw),
        np.clip(rgb("#ffffff") * (0.35 + 0.65 * stage.light.ambient), 0, 1),
    )
    _veil(stage, 0.28)


def _near_fog(stage: Stage) -> None:
    _fog(stage, "near fog", 0.34)


def _fog(stage: Stage, name: str, strength: float) -> None:
    w, h = stage.w // 4, stage.h // 4
    drift = noise2(stage.random(name), w, h, 3 * stage.w / stage.unit, 7, 5)
    ys = np.arange(h, dtype=f32)[:, None] * 4
    level = 0.30 + 0.62 * np.exp(-(((ys - stage.horizon - stage.h * 0.03) / f32(stage.h * 0.24)) ** 2))
    thick = np.clip(level * (0.45 + 0.9 * smooth(drift * 1.7 - 0.3)), 0, 0.95) * f32(strength)
    colour = mix(stage.light.haze, stage.light.sky[-1][1], 0.4)
    blend(stage.img, resized(thick, stage.w, stage.h, Image.Resampling.BILINEAR), colour)


def _wind(stage: Stage) -> None:
    dice = stage.dice("wind")
    leaf = "#c9803a" if stage.brief.season == "autumn" else "#dfe7c8"
    way = 1 if dice.number() < 0.5 else -1

    def streaks(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(22):
            x, y = dice.number() * stage.w / 2, dice.number() * stage.h * 0.42
            reach, bow = stage.unit * dice.between(0.06, 0.2) / 2, stage.unit * dice.between(0.004, 0.014)
            points = [(x + reach * k / 12, y - bow * math.sin(math.pi * k / 12)) for k in range(13)]
            pen.line(points, fill=70, width=1)

    def leaves(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(70):
            x, y, r = (
                dice.number() * stage.w / 2,
                stage.h / 2 * dice.between(0.2, 0.95),
                stage.unit * dice.between(0.0015, 0.005) / 2,
            )
            turn = dice.between(-0.7, 0.7)
            pen.polygon(
                [(x - 2 * r * way, y - r * turn), (x, y - r), (x + 2 * r * way, y + r * turn), (x, y + r)],
                fill=230,
            )

    blend(stage.img, _half(stage, streaks), rgb("#ffffff"))
    blend(stage.img, _half(stage, leaves), np.clip(rgb(leaf) * stage.light.ambient, 0, 1))
