"""A subject in the light of its scene: drawn, lit, rimmed, mirrored in water."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .paint import Array, f32, noise1, paste, resized, rgb, screen, smooth
from .pen import Drawing, Pen
from .reading import Wish
from .seeding import Dice
from .stage import Stage
from .subjects import Look, Subject


@dataclass(frozen=True)
class Spot:
    """Where one subject's foot goes, and how tall it is drawn, in pixels."""

    x: float
    y: float
    height: float
    veil: float = 0.0
    lean: float = 0.0


def drawing_of(
    stage: Stage, subject: Subject, wish: Wish, spot: Spot, facing: int, dice: Dice, place: str = ""
) -> Drawing:
    look = Look(
        dice=dice,
        sun=stage.sun_side * facing,
        lit=stage.light.night > (0.15 if stage.brief.terrain == "interior" else 0.38),
        snow=stage.snowy,
        season="winter" if stage.snowy else stage.brief.season,
        colour=wish.colour,
        place=place,
    )
    pen = Pen(spot.height, subject.box, facing, spot.lean)
    subject.draw(pen, look)
    return pen.done()


def stand(stage: Stage, drawing: Drawing, spot: Spot) -> None:
    left, top = round(spot.x - drawing.foot_x), round(spot.y - drawing.foot_y)
    paste(stage.img, _in_light(stage, drawing.body, spot.veil), left, top)
    if drawing.bright:
        paste(stage.img, drawing.shine, left, top)
    for lamp in drawing.lamps:
        x, y = spot.x + lamp.x * drawing.height, spot.y - lamp.y * drawing.height
        if lamp.beam:
            _beam(stage, x, y, lamp.colour)
        stage.lamps.append(
            (x, y, lamp.radius * drawing.height, lamp.colour, lamp.strength * (0.4 + 0.6 * stage.light.night))
        )


def _in_light(stage: Stage, body: Array, veil: float) -> Array:
    """Tint by the ambient light, warm the sunny side, and fade into the haze."""
    light = stage.light
    across = np.clip(np.linspace(-1, 1, body.shape[1], dtype=f32) * f32(stage.sun_side), 0, 1)
    lit = body.copy()
    least = np.maximum(light.ambient, np.array(stage.lift, f32))
    keep = f32(1 - 0.05 - veil)
    for k in range(3):
        strength = least[k] + (light.key[k] - 1) * f32(0.55) * across
        plane = body[..., k] * strength[None] + (light.glow[k] * f32(0.05 * light.shine) * across)[None]
        lit[..., k] = np.clip(plane, 0, 1) * keep + light.haze[k] * (1 - keep)
    return _rim(stage, lit)


def _rim(stage: Stage, body: Array) -> Array:
    """A thin bright edge on the side of the sun or moon."""
    reach = max(1, round(stage.unit * 0.0032))
    alpha = body[..., 3]
    beside = np.zeros_like(alpha)
    if stage.sun_side > 0:
        beside[reach:, :-reach] = alpha[:-reach, reach:]
    else:
        beside[reach:, reach:] = alpha[:-reach, :-reach]
    edge = np.clip(alpha - beside, 0, 1) * f32(0.16 + 0.40 * stage.light.night + 0.12 * stage.light.shine)
    colour = stage.light.sun * 0.5 + stage.light.glow * 0.5
    for k in range(3):
        body[..., k] += (1 - body[..., k]) * edge * f32(colour[k])
    return body


def reflect(stage: Stage, drawing: Drawing, spot: Spot) -> None:
    """The subject upside down in the water, torn by ripples."""
    foot = int(drawing.foot_y)
    upper = _in_light(stage, drawing.body, spot.veil)[:foot]
    upper = upper + 0
    shine = drawing.shine[:foot]
    upper[..., :3] += (shine[..., :3] - upper[..., :3]) * shine[..., 3:]
    upper[..., 3] = np.maximum(upper[..., 3], shine[..., 3])
    rough = 2.4 if stage.brief.weather in ("storm", "wind", "rain") else 1.0
    rows = int(foot * 0.62)
    if rows < 4:
        return
    source = upper[::-1][np.linspace(0, foot - 1, rows).astype(np.int32)]
    t = np.linspace(0, 1, rows, dtype=f32)
    wave = (
        (noise1(stage.random("mirror"), rows, rows / 7, 2) - 0.5) * spot.height * 0.075 * (0.25 + t) * rough
    )
    columns = np.clip(
        np.arange(source.shape[1])[None] + wave[:, None].astype(np.int32), 0, source.shape[1] - 1
    )
    mirror = source[np.arange(rows)[:, None], columns].copy()
    gaps = smooth(noise1(stage.random("gaps"), rows, rows / 5, 1) * 2.2 - 0.35)
    mirror[..., 3] *= ((0.62 - 0.5 * t) * (0.45 + 0.55 * gaps) / rough)[:, None]
    mirror[..., :3] = mirror[..., :3] * 0.82
    paste(stage.img, mirror, round(spot.x - drawing.foot_x), round(spot.y) - 1)


def _beam(stage: Stage, x: float, y: float, colour: str) -> None:
    """Two opposite cones of light from a lighthouse."""
    w, h = stage.w // 4, stage.h // 4
    yy, xx = np.mgrid[0:h, 0:w].astype(f32)
    dx, dy = xx - x / 4, yy - y / 4
    tilt = stage.dice("beam").between(-0.12, 0.10)
    along = dx * math.cos(tilt) + dy * math.sin(tilt)
    off = np.abs(-dx * math.sin(tilt) + dy * math.cos(tilt))
    reach = stage.unit * 0.34
    wide = np.abs(along) * 0.105 + stage.unit * 0.0022
    cone = (
        np.exp(-((off / wide) ** 2) * 1.5)
        * np.exp(-np.abs(along) / f32(reach * 0.62))
        * smooth(np.abs(along) / f32(stage.unit * 0.006))
    )
    strength = np.clip(cone * f32(0.35 + 0.6 * stage.light.night), 0, 1)
    screen(stage.img, resized(strength, stage.w, stage.h, Image.Resampling.BILINEAR), rgb(colour))


def fit(stage: Stage, subject: Subject, count: int) -> float:
    """Height of one subject in pixels, so that it fits picture and company."""
    wide = subject.box[2] - subject.box[0]
    size = subject.size * stage.zoom * (0.92 if stage.table and subject.place == "table" else 1.0)
    height = min(size * stage.unit, 0.66 * stage.h, 0.86 * stage.w / wide)
    return height * (1.0 if count == 1 else 0.72 if count < 4 else 0.5 if subject.group == 1 else 1.0)
