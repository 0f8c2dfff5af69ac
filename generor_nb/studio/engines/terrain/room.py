"""A room: wall, window with the weather outside, floor, and what stands about."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..paint import Array, as32, blend, f32, from_image, glow, mix, noise1, noise2, resized, rgb
from ..stage import Stage
from ..weather import fall

WALLS = ("#a8b096", "#dcb994", "#c9a07f", "#cb8f76", "#dcc48a", "#c49a94")
FLOORS = ("#a8764a", "#8a5c3c", "#c49a6a")


def view(stage: Stage) -> None:
    """Hills outside, low enough to be seen through the window, and the weather over them."""
    level = stage.horizon * 0.72
    for i in range(2):
        line = level + stage.unit * (
            0.03 * i - 0.12 * noise1(stage.random(f"outside {i}"), stage.w, 2.5 + i, 5)
        )
        tone = mix(stage.light.haze, np.clip(rgb("#4f7a4a") * stage.light.ambient, 0, 1), 0.35 + 0.5 * i)
        top = max(0, int(line.min()) - 1)
        depth = np.arange(top, stage.h, dtype=f32)[:, None] - line[None].astype(f32)
        blend(stage.img, np.clip(depth + 0.5, 0, 1), tone, top)
    fall(stage)


def _light(stage: Stage) -> Array:
    warm = np.array([0.96, 0.80, 0.62], f32)
    return as32(
        np.maximum(
            stage.light.ambient * np.array([1.0, 0.93, 0.84], f32),
            warm * f32(0.46 + 0.26 * stage.light.night),
        )
    )


def walls(stage: Stage) -> None:
    """Wall and floor around the window, and the light that falls in."""
    dice, w, h = stage.dice("room"), stage.w, stage.h
    line = int(h * 0.76)
    paper, boards = rgb(dice.pick(WALLS)), rgb(dice.pick(FLOORS))
    if stage.brief.tint:
        paper = mix(paper, rgb(stage.brief.tint), 0.55)
    x0, y0, x1, y1 = _window_box(stage, line)
    outside = stage.img[y0:y1, x0:x1].copy()
    light = _light(stage)
    fall = _falloff(stage, (x0 + x1) / 2, (y0 + y1) / 2)
    stage.img[:line] = np.clip(paper * light, 0, 1) * fall[:line, :, None]
    _stripes(stage, line)
    _boards(stage, line, boards * light, fall)
    stage.img[y0:y1, x0:x1] = outside
    _frame(stage, (x0, y0, x1, y1), light)
    if stage.light.shine > 0.3 and stage.light.night < 0.9:
        _sunlight(stage, x0, x1, line)
    skirting = max(3, int(stage.unit * 0.022))
    stage.img[line - skirting : line] = np.clip(rgb("#f2ebe0") * light, 0, 1) * 0.92
    stage.ground = np.full(w, h * 0.86, f32)


def _window_box(stage: Stage, line: int) -> tuple[int, int, int, int]:
    wide, tall = min(stage.unit * 0.40, stage.w * 0.44), min(stage.unit * 0.42, line * 0.62)
    middle = stage.w * (0.5 + stage.sun_side * 0.17)
    top = line * 0.14
    return int(middle - wide / 2), int(top), int(middle + wide / 2), int(top + tall)


def _falloff(stage: Stage, x: float, y: float) -> Array:
    w, h = stage.w // 4 + 1, stage.h // 4 + 1
    yy, xx = np.arange(h, dtype=f32)[:, None] * 4, np.arange(w, dtype=f32)[None] * 4
    far = np.hypot(xx - x, (yy - y) * 1.1) / stage.unit
    return resized(f32(1.10) - f32(0.34) * np.clip(far, 0, 1.2), stage.w, stage.h, Image.Resampling.BILINEAR)


def _stripes(stage: Stage, line: int) -> None:
    step = stage.unit * 0.055
    band = (np.arange(stage.w) % step < step / 2).astype(f32)
    stage.img[:line] *= (1 + 0.035 * (band - 0.5))[None, :, None]


def _boards(stage: Stage, line: int, colour: Array, fall: Array) -> None:
    w, h = stage.w, stage.h
    rows = np.arange(h - line, dtype=f32)[:, None] + 1
    x = (
        (np.arange(w, dtype=f32)[None] - w / 2)
        / (0.55 + 1.9 * rows / max(1, h - line))
        / f32(stage.unit * 0.075)
    )
    board = np.floor(x)
    tone = 0.86 + 0.2 * ((np.sin(board * 12.9898) * 43758.5453) % 1.0)
    gap = np.clip((np.abs(x - board - 0.5) - 0.47) * 30, 0, 1)
    grain = resized(noise2(stage.random("boards"), w // 2 + 1, (h - line) // 2 + 1, 60, 5, 3), w, h - line)
    shade = tone * (1 - 0.45 * gap) * (0.90 + 0.2 * grain) * fall[line:]
    stage.img[line:] = np.clip(colour, 0, 1) * shade[..., None].astype(f32)


def _frame(stage: Stage, box: tuple[int, int, int, int], light: Array) -> None:
    x0, y0, x1, y1 = box
    edge = max(4, int(stage.unit * 0.018))
    white, dim = np.clip(rgb("#f6f1e6") * light, 0, 1), np.clip(rgb("#c9c0b0") * light, 0, 1)
    mx, my, bar = (x0 + x1) // 2, (y0 + y1) // 2, edge // 3
    outer = [(x0 - edge, y0 - edge, x1 + edge, y0), (x0 - edge, y0, x0, y1), (x1, y0, x1 + edge, y1)]
    for a, b, c, d in (*outer, (mx - bar, y0, mx + bar, y1), (x0, my - bar, x1, my + bar)):
        stage.img[max(0, b) : d, max(0, a) : c] = white
    sill = int(edge * 1.4)
    stage.img[y1 : y1 + sill, max(0, x0 - 2 * edge) : x1 + 2 * edge] = white
    stage.img[y1 + sill : y1 + sill + edge // 2, max(0, x0 - 2 * edge) : x1 + 2 * edge] = dim
    _curtains(stage, box, light)


def _curtains(stage: Stage, box: tuple[int, int, int, int], light: Array) -> None:
    x0, y0, x1, y1 = box
    dice, wide = stage.dice("curtain"), int((x1 - x0) * 0.26)
    cloth = np.clip(rgb(dice.pick(("#f0e2c8", "#c8604a", "#5f7f8f", "#e0b86a"))) * light, 0, 1)
    top, foot = max(0, y0 - int(stage.unit * 0.05)), min(stage.h, y1 + int(stage.unit * 0.10))
    fold = 0.80 + 0.22 * np.sin(np.arange(wide) / wide * 22)
    for left in (x0 - int(wide * 0.72), x1 - int(wide * 0.28)):
        a, b = max(0, left), min(stage.w, left + wide)
        if b > a:
            stage.img[top:foot, a:b] = cloth * fold[a - left : b - left, None].astype(f32)
    rod = max(2, int(stage.unit * 0.008))
    stage.img[max(0, top - rod) : top + rod, max(0, x0 - wide) : x1 + wide] = np.clip(
        rgb("#6b4a34") * light, 0, 1
    )


def _sunlight(stage: Stage, x0: int, x1: int, line: int) -> None:
    """The window's light on the floor."""
    w, h = stage.w // 2, stage.h // 2
    layer, lean = Image.new("L", (w, h), 0), -stage.sun_side * stage.unit * 0.22
    draw, middle = ImageDraw.Draw(layer), (x0 + x1) / 2
    for a, b in ((x0, middle - 8), (middle + 8, x1)):
        for k in range(2):
            t0, t1 = 0.10 + 0.42 * k, 0.48 + 0.42 * k
            y0, y1 = line + (stage.h - line) * t0, line + (stage.h - line) * t1
            shape = [
                (a + lean * (0.6 + t0), y0),
                (b + lean * (0.6 + t0), y0),
                (b + lean * (0.6 + t1), y1),
                (a + lean * (0.6 + t1), y1),
            ]
            draw.polygon([(x / 2, y / 2) for x, y in shape], fill=150)
    small = layer.filter(ImageFilter.GaussianBlur(stage.unit * 0.003))
    soft = from_image(small.resize((stage.w, stage.h), Image.Resampling.BILINEAR))[line:]
    for k in range(3):
        stage.img[line:, :, k] *= 1 + soft * f32(stage.light.glow[k] * 0.42 * stage.light.shine)


def lamplight(stage: Stage) -> None:
    """The warmth of a room after dark."""
    if stage.light.night > 0.3:
        glow(
            stage.img,
            stage.w * (0.5 - stage.sun_side * 0.3),
            stage.h * 0.45,
            stage.unit * 0.5,
            rgb("#ffb866"),
            0.28,
        )
