"""The city across the water."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from ..paint import Array, Random, f32, from_image, glow, mix, noise1, noise2, resized, rgb
from ..seeding import Dice
from ..stage import Stage
from ..subjects import SUBJECTS

LIGHTS = ("#ffd98a", "#ffd98a", "#ffb25e", "#ffe9c0", "#9fe0ff", "#ff8fb8")
NEON = ("#ff4fa8", "#4fe8ff", "#b46bff", "#ffd24f", "#5affc0")


def skyline(stage: Stage) -> None:
    """Blocks and towers in four depths, windows lit as the day ends."""
    light = stage.light
    glow(stage.img, stage.w / 2, stage.horizon, stage.unit * 0.55, light.glow, 0.35 + 0.2 * light.night)
    rise = 0.45 + 1.15 * noise1(stage.random("rise"), stage.w, 1.6, 2)
    for layer in range(4):
        dice, k, x = stage.dice(f"street {layer}"), layer / 3, -stage.unit * 0.02
        tone = mix(rgb("#8b93a3"), light.near, 0.3 + 0.55 * light.night)
        colour = mix(np.clip(tone * light.ambient, 0, 1), light.haze, 0.72 - 0.62 * k)
        while x < stage.w:
            wide = stage.unit * dice.between(0.03, 0.072) * (1 + 0.5 * k)
            tall = stage.unit * dice.between(0.09, 0.30) * (1.2 - 0.35 * k)
            tall *= 1.75 if dice.number() < 0.13 else 1.0
            tall *= float(rise[int(min(max(x, 0), stage.w - 1))])
            tall = min(tall, stage.horizon * 0.78)
            _block(stage, dice, int(x), int(x + wide), int(stage.horizon - tall), colour, layer)
            x += wide + stage.unit * dice.between(-0.008, 0.012)


def _block(stage: Stage, dice: Dice, x0: int, x1: int, top: int, colour: Array, layer: int) -> None:
    left, right, foot = max(0, x0), min(stage.w, x1), stage.horizon + 1
    shape, tone, antenna = dice.number(), dice.between(0.86, 1.12), dice.number() < 0.3
    name = f"windows {layer} {x0}"
    if right - left < 3:
        return
    side = np.linspace(1, -1, right - left, dtype=f32) * f32(-0.10 * stage.sun_side)
    wall = np.clip(colour * f32(tone) * (1 + side[:, None]), 0, 1)
    stage.img[top:foot, left:right] = wall[None]
    span, step = right - left, max(3, int(stage.unit * 0.012))
    if shape < 0.4 and span > 4 * step:
        for level in (1, 2):
            inset = level * span // 6
            stage.img[top - level * step : top - (level - 1) * step, left + inset : right - inset] = wall[
                inset : span - inset
            ][None]
    if antenna:
        middle, thin = (left + right) // 2, max(1, int(stage.unit * 0.0016))
        stage.img[max(0, top - int(stage.unit * 0.055)) : top, middle : middle + thin] = wall[span // 2]
    if layer:
        _windows(stage, stage.random(name), stage.img[top:foot, left:right], layer)


def _windows(stage: Stage, random: Random, wall: Array, layer: int) -> None:
    scale = stage.unit / 1024 * (1 if layer < 3 else 1.5)
    cw, ch = max(4, round(7 * scale)), max(5, round(10 * scale))
    nx, ny = (wall.shape[1] - cw // 2) // cw, (wall.shape[0] - ch) // ch
    if nx <= 0 or ny <= 0:
        return
    night = stage.light.night
    share = (0.14 + 0.36 * random.random_sample()) * (0.25 + 0.75 * night)
    lit = (random.random_sample((ny, nx)) < share).astype(f32)
    palette = np.stack([rgb(code) for code in (NEON if stage.brief.mood == "neon" else LIGHTS)])
    warm = palette[(random.random_sample((ny, nx)) ** 2 * len(palette)).astype(np.int32)]
    warm = warm * (0.45 + 0.55 * random.random_sample((ny, nx, 1)).astype(f32)) * f32(0.55 + 0.45 * night)
    off = wall[:ny, :1].mean((0, 1)) * f32(0.80)
    pane = np.zeros((ny, ch, nx, cw, 1), f32)
    pane[:, max(1, ch // 4) : ch - max(1, ch // 4), :, max(1, cw // 4) : cw - max(1, cw // 5)] = 1
    colour = off + (warm - off) * lit[..., None]
    part = wall[ch // 2 : ch // 2 + ny * ch, cw // 3 : cw // 3 + nx * cw]
    grid = part.reshape(ny, ch, nx, cw, 3)
    strength = (0.35 + 0.65 * lit)[:, None, :, None, None]
    part[:] = (grid + (colour[:, None, :, None] - grid) * pane * strength).reshape(ny * ch, nx * cw, 3)


def waterfront(stage: Stage) -> None:
    """Bloom over the lights, and the city broken up in the water."""
    img, water = stage.img, stage.horizon + 1
    w, rows = stage.w, stage.h - stage.horizon - 1
    bright = (
        (np.clip(img[:water:2, ::2] - 0.55, 0, 1) * 2 * 255 * stage.light.night).clip(0, 255).astype(np.uint8)
    )
    soft = Image.fromarray(bright).resize((w // 4, water // 4), Image.Resampling.BOX)
    soft = soft.filter(ImageFilter.GaussianBlur(stage.unit * 0.006)).resize(
        (w, water), Image.Resampling.BILINEAR
    )
    img[:water] += from_image(soft) * 0.8
    ripple = noise2(stage.random("harbour"), w, rows, 6 * w / stage.unit, 64, 3)
    t = np.linspace(0, 1, rows, dtype=f32)[:, None]
    reach = stage.unit * (0.008 + 0.075 * t)
    squeeze = min(1.0, (water - 1) / max(1, rows)) * 0.9
    ys = np.clip(
        water - 2 - np.arange(rows, dtype=f32)[:, None] * squeeze + (ripple - 0.5) * reach * 2, 0, water - 1
    )
    xs = np.clip(np.arange(w)[None] + ((ripple - 0.5) * reach * 0.35).astype(np.int32), 0, w - 1)
    deep = mix(stage.light.near, stage.light.sky[0][1], 0.5)
    k = (0.22 + 0.36 * t)[..., None]
    img[water:] = img[ys.astype(np.int32), xs] * (1 - k) + deep * k
    stage.ground = np.full(w, stage.h * 0.93, f32)
    _quay(stage)


def _quay(stage: Stage) -> None:
    if not any(
        SUBJECTS[wish.name].place in ("ground", "table", "rock", "swim") for wish in stage.brief.wishes
    ):
        return
    top = int(stage.h * 0.88)
    stone = np.clip(
        mix(rgb("#8a8590"), stage.light.near, 0.2) * np.maximum(stage.light.ambient, f32(0.42)), 0, 1
    )
    t = np.linspace(1.15, 0.55, stage.h - top, dtype=f32)[:, None, None]
    grain = resized(
        noise2(stage.random("quay"), stage.w // 2, (stage.h - top) // 2 + 1, 30, 10, 3),
        stage.w,
        stage.h - top,
    )
    stage.img[top:] = np.clip(stone * t * (0.85 + 0.3 * grain[..., None]), 0, 1)
    edge = max(2, int(stage.unit * 0.007))
    stage.img[top : top + edge] = np.clip(stone * stage.light.key * 1.5, 0, 1)
    stage.ground = np.full(stage.w, float(top), f32)
