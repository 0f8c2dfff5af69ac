"""The forest: trunks and crowns fading into the light between them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..paint import (
    Array,
    blend,
    f32,
    fill_below,
    glow,
    mix,
    noise1,
    noise2,
    resized,
    rgb,
    screen,
    shaded,
    smooth,
)
from ..stage import Stage
from .land import _foreground, _grass
from .plants import pines


def _leaf(stage: Stage) -> Array:
    code = {"autumn": "#a8602a", "winter": "#46606a", "spring": "#6f9a52"}.get(stage.brief.season, "#2f5f42")
    return shaded(rgb(code), stage.light.ambient)


def forest(stage: Stage) -> None:
    """Rows of trees, pale to dark, with light pouring in from the sun's side."""
    light = stage.light
    veil = mix(light.haze, light.sky[-1][1], 0.5)
    glow(stage.img, stage.sun_x, stage.horizon * 0.62, stage.unit * 0.5, light.glow, 0.5 + 0.2 * light.shine)
    for i in range(5):
        k = i / 4
        level = stage.horizon * (0.90 + 0.15 * k)
        line = (level - stage.unit * 0.06 * (noise1(stage.random(f"wood {i}"), stage.w, 3, 4) - 0.5)).astype(
            f32
        )
        colour = mix(mix(_leaf(stage), light.near, 0.18 + 0.4 * k), veil, 0.80 - 0.68 * k)
        pines(
            stage,
            f"wood {i}",
            line,
            colour,
            int((90 - 13 * i) * stage.w / stage.unit),
            0.10 + 0.06 * k,
            0.26 + 0.22 * k,
        )
        fill_below(stage.img, line, colour)
        _mist(stage, i, level, veil, 0.42 - 0.07 * i)
    _rays(stage)


def _mist(stage: Stage, index: int, level: float, veil: Array, strength: float) -> None:
    reach = int(stage.unit * 0.11)
    top, end = max(0, int(level) - reach), min(stage.h, int(level) + reach)
    ys = (np.arange(top, end, dtype=f32)[:, None] - level) / reach
    drift = noise2(stage.random(f"forest mist {index}"), stage.w, end - top, 3, 2, 3)
    blend(stage.img, np.exp(-((ys * 1.7) ** 2)) * smooth(drift * 1.6 - 0.25) * f32(strength), veil, top)


def _rays(stage: Stage) -> None:
    light = stage.light
    if light.shine < 0.4 or light.night > 0.9:
        return
    w, h = stage.w // 4, stage.h // 4
    yy, xx = np.mgrid[0:h, 0:w].astype(f32)
    dx, dy = xx - stage.sun_x / 4, yy + h * 0.25
    angle = np.arctan2(dx, dy)
    beams = noise1(stage.random("rays"), 512, 26, 3, 0.6)
    ray = smooth(beams[np.clip((angle / 1.6 + 0.5) * 511, 0, 511).astype(np.int32)] * 3.4 - 1.55)
    fade = np.clip(1.15 - np.hypot(dx / 1.3, dy) / (h * 1.15), 0, 1)
    screen(
        stage.img,
        resized(ray * fade * f32(0.34 * light.shine), stage.w, stage.h, Image.Resampling.BILINEAR),
        light.glow,
    )


def forest_floor(stage: Stage) -> None:
    """A clearing with a path, framed by two dark trunks."""
    ground = mix(_grass(stage), _leaf(stage), 0.5 if not stage.snowy else 0.08)
    _foreground(stage, stage.h * 0.78, ground, 0.03)
    _path(stage, ground)
    _frame_trees(stage)


def _path(stage: Stage, ground: Array) -> None:
    dice, w, h = stage.dice("path"), stage.w, stage.h
    top = int(stage.h * 0.785)
    t = np.linspace(0, 1, max(2, h - top), dtype=f32)
    middle = w * (0.5 + dice.between(-0.12, 0.12)) + stage.unit * 0.12 * np.sin(
        t * dice.between(2.2, 4)
    ) * dice.pick((-1, 1))
    half = stage.unit * (0.012 + 0.20 * t**1.4)
    x = np.arange(w, dtype=f32)[None]
    rough = noise2(stage.random("path"), w, t.size, 16, 18, 3)
    cover = smooth(
        (half[:, None] - np.abs(x - middle[:, None])) / (half[:, None] * 0.5) + (rough - 0.5) * 1.4
    )
    earth = np.clip(
        rgb("#c3a578" if not stage.snowy else "#d5dfea") * stage.light.ambient * stage.light.key, 0, 1
    )
    tone = mix(earth, ground, 0.2)[None, None] * (0.72 + 0.4 * rough[..., None])
    view = stage.img[top:]
    view += (tone - view) * (cover * smooth(t * 6)[:, None] * f32(0.75))[..., None]


def _frame_trees(stage: Stage) -> None:
    """Tall dark trees close by on both sides."""
    t = np.abs(np.linspace(-1, 1, stage.w, dtype=f32))
    line = np.where(t > 0.74, stage.h * 0.93 + stage.unit * 0.10 * (t - 0.8), stage.h * 3).astype(f32)
    dark = mix(_leaf(stage) * f32(0.5), stage.light.near, 0.5)
    for i in range(2):
        pines(
            stage,
            f"frame {i}",
            line - f32(stage.unit * 0.05 * (1 - i)),
            dark * f32(1.5 - 0.5 * i),
            int(26 * stage.w / stage.unit),
            0.42,
            0.80,
        )
