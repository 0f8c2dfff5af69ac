"""A street between two rows of houses, seen along its middle."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..paint import Array, as32, eight, f32, from_image, glow, mix, noise2, paste, resized, rgb, smooth
from ..seeding import Dice
from ..stage import Stage
from .town import LIGHTS, NEON, skyline

BRICKS = ("#a8604a", "#c9b08a", "#7f8794", "#b88a6a", "#8f7a86", "#cfc3b2", "#9a6f5a")
AWNINGS = ("#c8433a", "#2f7a5f", "#d9a23c", "#3f62a0", "#8a4a7a")
EYE, KERB, WALL = 0.42, 0.64, 1.0
Point = tuple[float, float]


@dataclass
class Street:
    """What is drawn, on a sheet of twice the size, and how the street runs away from the viewer."""

    stage: Stage
    draw: ImageDraw.ImageDraw
    x: float
    y: float
    scale: float

    def at(self, across: float, up: float, far: float) -> Point:
        k = 2 * self.scale / far
        return 2 * self.x + k * across, 2 * self.y + k * (EYE - up)

    def quad(self, corners: tuple[tuple[float, float, float], ...], colour: Array) -> None:
        self.draw.polygon([self.at(*corner) for corner in corners], fill=_ink(colour))

    def wall(self, side: int, near: float, far: float, low: float, high: float, colour: Array) -> None:
        x = side * WALL
        self.quad(((x, low, near), (x, high, near), (x, high, far), (x, low, far)), colour)


def _ink(colour: Array) -> tuple[int, int, int, int]:
    r, g, b = (int(min(1.0, max(0.0, float(v))) * 255) for v in colour)
    return r, g, b, 255


def street(stage: Stage) -> None:
    """Houses and shops on both sides, pavements, kerbs, lamps, and what the wet road mirrors."""
    skyline(stage)
    sheet = Image.new("RGBA", (stage.w * 2, stage.h * 2), (0, 0, 0, 0))
    vanishing = stage.w * (0.5 + stage.sun_side * 0.05)
    view = Street(stage, ImageDraw.Draw(sheet), vanishing, stage.horizon, 0.60 * stage.unit)
    _ground(view)
    for side in (-1, 1):
        _row(view, side)
    _lamps(view)
    paste(stage.img, from_image(sheet.reduce(2)), 0, 0)
    _wet(view)
    stage.ground = np.full(stage.w, stage.h * 0.82, f32)


def _light(stage: Stage) -> Array:
    return as32(np.maximum(stage.light.ambient, np.array([0.46, 0.42, 0.50], f32)))


def _ground(view: Street) -> None:
    light, haze = _light(view.stage), view.stage.light.haze
    road, pavement = rgb("#55565f") * light, rgb("#a09a94") * light
    near, far = 0.25, 14.0
    bands = (0.25, 0.45, 0.7, 1.0, 1.5, 2.4, 4.0, far)
    for a, b in itertools.pairwise(bands):
        veil = min(0.6, a / 8)
        lanes = ((-KERB, KERB, road), (-WALL, -KERB, pavement), (WALL, KERB, pavement))
        for x0, x1, colour in lanes:
            view.quad(((x0, 0, a), (x1, 0, a), (x1, 0, b), (x0, 0, b)), mix(colour, haze, veil))
    for x in (-KERB, KERB):
        view.quad(((x, 0, near), (x * 0.97, 0, near), (x * 0.97, 0, far), (x, 0, far)), pavement * f32(0.62))
    for k in range(11):
        a = 0.5 * 1.34**k
        line = ((-0.018, 0.0, a), (0.018, 0.0, a), (0.018, 0.0, a * 1.16), (-0.018, 0.0, a * 1.16))
        view.quad(line, mix(rgb("#e8e2cc") * light, road, 0.25))


def _row(view: Street, side: int) -> None:
    dice, far, plots = view.stage.dice(f"houses {side}"), 0.42, []
    while far < 8:
        deep = dice.between(0.30, 0.52) * (0.65 + 0.5 * far)
        plots.append((far, far + deep, dice.between(1.1, 2.3), dice.pick(BRICKS)))
        far += deep
    for near, end, tall, brick in reversed(plots):
        _house(view, dice, side, near, end, tall, rgb(brick))


def _house(view: Street, dice: Dice, side: int, near: float, end: float, tall: float, brick: Array) -> None:
    stage, sunny = view.stage, 1.0 if side != view.stage.sun_side else 0.84
    veil = min(0.72, 0.04 + near / 9)
    colour = mix(brick * _light(stage) * f32(sunny), stage.light.haze, veil)
    gable = mix(brick * _light(stage) * f32(0.62), stage.light.haze, veil)
    x0, x1 = side * WALL, side * 3.0
    view.quad(((x0, 0, near), (x0, tall, near), (x1, tall, near), (x1, 0, near)), gable)
    view.wall(side, near, end, 0, tall, colour)
    view.wall(side, near, end, tall - 0.06, tall, colour * f32(0.74))
    view.wall(side, near, end, 0.355, 0.385, colour * f32(1.2))
    columns, floors = max(2, round((end - near) / (0.13 * (0.65 + 0.5 * near)))), int((tall - 0.5) / 0.27)
    night, palette = stage.light.night, NEON if stage.brief.mood == "neon" else LIGHTS
    for k in range(columns):
        a, b = (near + (end - near) * (k + t) / columns for t in (0.24, 0.76))
        for floor in range(floors):
            low, lit = 0.47 + 0.27 * floor, dice.number() < 0.10 + 0.32 * night
            pane = rgb(dice.pick(palette)) * f32(0.55 + 0.45 * night) if lit else colour * f32(0.52)
            view.wall(side, a, b, low, low + 0.16, mix(pane, stage.light.haze, veil * 0.6))
            view.wall(side, a, b, low - 0.02, low, colour * f32(1.15))
    _shop(view, dice, side, near, end, veil)


def _shop(view: Street, dice: Dice, side: int, near: float, end: float, veil: float) -> None:
    stage, x = view.stage, side * WALL
    night, haze = stage.light.night, stage.light.haze
    a, b = near + (end - near) * 0.10, near + (end - near) * 0.90
    door = near + (end - near) * 0.66
    warm = rgb(
        dice.pick(NEON if stage.brief.mood == "neon" else ("#ffd894", "#ffe6b4", "#ffc878", "#ffefd0"))
    )
    glass = mix(
        mix(rgb("#4a5f70") * _light(stage), warm, 0.25 + 0.75 * min(1.0, night * 1.2)), haze, veil * 0.7
    )
    view.wall(side, a, door, 0.06, 0.27, glass)
    view.wall(side, door + (b - door) * 0.25, b, 0.0, 0.26, glass * f32(0.72))
    for t in (0.33, 0.66):
        z = a + (door - a) * t
        view.wall(side, z, z + (door - a) * 0.03, 0.06, 0.27, glass * f32(0.4))
    cloth = mix(rgb(dice.pick(AWNINGS)) * np.maximum(_light(stage), f32(0.5 + 0.2 * night)), haze, veil)
    view.quad(((x, 0.335, a), (x * 0.84, 0.275, a), (x * 0.84, 0.275, b), (x, 0.335, b)), cloth)
    edge = x * 0.84
    view.quad(((edge, 0.275, a), (edge, 0.25, a), (edge, 0.25, b), (edge, 0.275, b)), cloth * f32(0.78))
    if night > 0.3 and near < 4:
        px, py = view.at(x, 0.17, (a + door) / 2)
        code = "#" + "".join(f"{int(v * 255):02x}" for v in warm)
        stage.lamps.append((px / 2, py / 2, view.scale * 0.16 / near, code, 0.30 * night))


def _lamps(view: Street) -> None:
    stage, iron = view.stage, _ink(mix(rgb("#2c2f38") * _light(view.stage), view.stage.light.near, 0.2))
    for far in (5.6, 3.7, 2.45, 1.6, 1.05):
        for side in (-1, 1):
            x, wide = side * (KERB + 0.05), max(2, round(2 * view.scale * 0.016 / far))
            foot, top, tip = view.at(x, 0, far), view.at(x, 0.62, far), view.at(x * 0.84, 0.64, far)
            view.draw.line([foot, top, tip], fill=iron, width=wide, joint="curve")
            r = 2 * view.scale * 0.022 / far
            bulb = _ink(rgb("#fff0c8")) if stage.light.lamps else _ink(rgb("#d8d4c8") * _light(stage))
            view.draw.ellipse((tip[0] - 1.5 * r, tip[1] - r, tip[0] + 1.5 * r, tip[1] + r), fill=bulb)
            if stage.light.lamps:
                lamp = (tip[0] / 2, tip[1] / 2, view.scale * 0.15 / far, "#ffd9a0", 0.6)
                stage.lamps.append(lamp)


def _wet(view: Street) -> None:
    """Grain on the ground, and the lights of the houses smeared down it when it is wet."""
    stage = view.stage
    top, w = stage.horizon + 1, stage.w
    rows = stage.h - top
    grain = resized(noise2(stage.random("asphalt"), w // 2, rows // 2 + 1, 60, 40, 2), w, rows)
    below = as32(np.arange(rows)[:, None])
    foot = np.abs(np.arange(w, dtype=f32)[None] - f32(view.x)) * f32(EYE / WALL)
    ground = smooth((below - foot) / f32(stage.unit * 0.01))
    img = stage.img[top:]
    img *= (1 + (grain - 0.5) * 0.20 * ground)[..., None]
    if stage.brief.weather not in ("rain", "storm"):
        return
    ripple = noise2(stage.random("puddles"), w, rows, 8 * w / stage.unit, 5, 3)
    source = np.clip(top + 2 * foot - below + (ripple - 0.5) * stage.unit * 0.05, 0, stage.h - 1)
    small = stage.img[source.astype(np.int32)[::4, ::2], np.arange(w)[None, ::2]]
    smeared = eight(small).filter(ImageFilter.BoxBlur((2, stage.unit * 0.008)))
    mirror = from_image(smeared.resize((w, rows), Image.Resampling.BILINEAR))
    wet = ground * (0.30 + 0.70 * smooth(ripple * 2.6 - 0.7)) * f32(0.5)
    for k in range(3):
        img[..., k] += (mirror[..., k] - img[..., k]) * wet


def lit_air(stage: Stage) -> None:
    """The warm air at the end of the street."""
    x = stage.w * (0.5 + stage.sun_side * 0.05)
    glow(stage.img, x, stage.horizon, stage.unit * 0.16, stage.light.glow, 0.22 + 0.2 * stage.light.night)
