"""Subjects in the scene: where they stand, and how the light falls on them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .paint import Array, f32, glow, noise1, paste, resized, rgb, screen, smooth
from .pen import Drawing, Pen
from .reading import Wish
from .seeding import Dice
from .stage import Stage
from .subjects import SUBJECTS, Look, Subject
from .subjects.furniture import FURNITURE
from .terrain.land import cast_shadow, rock_island

WATERY = ("sea", "lake", "beach")


@dataclass(frozen=True)
class Spot:
    """Where one subject's foot goes, and how tall it is drawn, in pixels."""

    x: float
    y: float
    height: float
    veil: float = 0.0


def place_in(stage: Stage, subject: Subject) -> str:
    """The kind of place a subject takes in this terrain."""
    if subject.place == "table":
        return "table" if stage.table else "rock" if stage.brief.terrain == "sea" else "ground"
    if subject.place == "swim":
        return {"underwater": "swim", "sea": "leap", "lake": "leap", "beach": "leap"}.get(
            stage.brief.terrain, "ground"
        )
    if subject.place == "rock":
        return "rock" if stage.brief.terrain in WATERY else "ground"
    if subject.place == "water" and stage.brief.terrain not in WATERY and stage.brief.terrain != "city":
        return "ground"
    if subject.place == "ground" and stage.brief.terrain == "sea":
        return "rock"
    return subject.place


def put(stage: Stage, places: tuple[str, ...]) -> None:
    """Draw the wished subjects that belong to these places, far ones first."""
    for order, wish in enumerate(stage.brief.wishes):
        subject = SUBJECTS[wish.name]
        place = place_in(stage, subject)
        if place in places:
            _put(stage, wish, subject, place, order)


def _put(stage: Stage, wish: Wish, subject: Subject, place: str, order: int) -> None:
    spots = LAYOUT[place](stage, wish, subject, order)
    for i, spot in enumerate(sorted(spots, key=lambda s: s.y)):
        dice = stage.dice(f"{wish.name} {order} {i}")
        facing = -1 if subject.turns and dice.number() < 0.5 else 1
        if len(spots) == 1 and place == "rock":
            facing = 1 if spot.x < stage.w / 2 else -1
        drawing = _drawing(stage, subject, wish, spot.height, facing, dice)
        if place == "ground" and stage.light.night > 0.5:
            _set_off(stage, spot)
        if place in ("ground", "table"):
            cast_shadow(stage, spot.x, spot.y, spot.height * 0.32 * (subject.box[2] - subject.box[0]), 0.55)
        if place == "water":
            _reflect(stage, drawing, spot)
        _stand(stage, drawing, spot)


def _set_off(stage: Stage, spot: Spot) -> None:
    """A breath of light behind what would be dark on dark."""
    colour = stage.light.haze * f32(0.5) + stage.light.glow * f32(0.5)
    glow(stage.img, spot.x, spot.y - spot.height * 0.45, spot.height * 0.62, colour, 0.26)


def furnish(stage: Stage) -> None:
    """What a room has besides its subjects, and a table if something wants to stand on one."""
    dice, foot = stage.dice("furniture"), stage.h * 0.80
    wants = [SUBJECTS[wish.name] for wish in stage.brief.wishes]
    side, near = -stage.sun_side, [subject.place == "table" for subject in wants]
    _piece(stage, dice.pick(("shelf", "picture")), stage.w * (0.5 + side * 0.27), stage.h * 0.40, 1.0)
    _piece(stage, "lamp", stage.w * (0.5 + side * 0.41), foot, 1.0)
    _piece(stage, "plant", stage.w * (0.5 + stage.sun_side * 0.40), foot + stage.unit * 0.02, 1.0)
    if any(near):
        x = stage.w * (0.5 + side * 0.04)
        height = min(stage.unit * 0.36, stage.w * 0.42)
        stage.table = (x, stage.h * 1.02 - height * 0.93, height)
        _piece(stage, "table", x, stage.h * 1.02, height / (FURNITURE["table"].size * stage.unit))
    elif not wants or (dice.number() < 0.5 and max(subject.size for subject in wants) < 0.4):
        _piece(
            stage,
            "armchair",
            stage.w * (0.5 + side * (0.14 if not wants else 0.24)),
            foot + stage.unit * 0.05,
            1.0,
        )


def _piece(stage: Stage, name: str, x: float, y: float, scale: float) -> None:
    piece = FURNITURE[name]
    height, dice = piece.size * stage.unit * scale, stage.dice(name)
    if name not in ("shelf", "picture"):
        cast_shadow(stage, x, y, height * 0.3 * (piece.box[2] - piece.box[0]), 0.5)
    drawing = _drawing(stage, piece, Wish(name, 1, None), height, 1, dice)
    _stand(stage, drawing, Spot(x, y, height))


def _drawing(stage: Stage, subject: Subject, wish: Wish, height: float, facing: int, dice: Dice) -> Drawing:
    look = Look(
        dice=dice,
        sun=stage.sun_side * facing,
        lit=stage.light.lamps,
        snow=stage.snowy,
        season="winter" if stage.snowy else stage.brief.season,
        colour=wish.colour,
    )
    pen = Pen(height, subject.box, facing)
    subject.draw(pen, look)
    return pen.done()


def _stand(stage: Stage, drawing: Drawing, spot: Spot) -> None:
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


def _reflect(stage: Stage, drawing: Drawing, spot: Spot) -> None:
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


def shine(stage: Stage) -> None:
    """Halos of all lamps, last so that they lie over their surroundings."""
    for x, y, radius, colour, strength in stage.lamps:
        glow(stage.img, x, y, radius, rgb(colour), strength, 2 if radius < 60 else 4)


def _x(stage: Stage, order: int, name: str) -> float:
    """The first subject opposite the sun on a third, others around it."""
    dice = stage.dice(f"spot {name}")
    tall = stage.h > stage.w * 1.15
    offset = dice.between(0.10, 0.15) if tall else dice.between(0.15, 0.20)
    side = -stage.sun_side if order % 2 == 0 else stage.sun_side
    if order >= 2:
        offset *= 0.35
    middle = stage.w * (0.5 + side * offset)
    subject = SUBJECTS[name]
    half = min(subject.size * stage.zoom * stage.unit, 0.66 * stage.h) * (subject.box[2] - subject.box[0]) / 2
    room = min(half + stage.w * 0.03, stage.w / 2)
    return min(max(middle, room), stage.w - room)


def _fit(stage: Stage, subject: Subject, count: int) -> float:
    """Height of one subject in pixels, so that it fits picture and company."""
    wide = subject.box[2] - subject.box[0]
    size = subject.size * stage.zoom * (0.92 if stage.table and subject.place == "table" else 1.0)
    height = min(size * stage.unit, 0.66 * stage.h, 0.86 * stage.w / wide)
    return height * (1.0 if count == 1 else 0.72 if count < 4 else 0.5 if subject.group == 1 else 1.0)


def _on_ground(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    height, middle, dice = (
        _fit(stage, subject, wish.count),
        _x(stage, order, wish.name),
        stage.dice(f"ground {wish.name}"),
    )
    if len(stage.brief.wishes) > 1 and order == 0 and subject.size < 0.32:
        height *= 1.05
    spots = []
    for i in range(wish.count):
        step = math.ceil(i / 2) * (1 if i % 2 else -1)
        spread = height * (subject.box[2] - subject.box[0]) * 0.62 + stage.unit * 0.035
        x = middle + step * spread * dice.between(0.8, 1.2)
        if wish.count > 4:
            x = stage.w * (0.06 + 0.88 * (i + dice.number()) / wish.count)
        x = min(max(x, stage.w * 0.05), stage.w * 0.95)
        line = float(stage.ground[int(x)])
        depth = dice.between(0.10, 0.30) + 0.12 * order if subject.size < 0.34 else dice.between(0.04, 0.12)
        y = line + (stage.h - line) * min(0.62, depth + (0.3 * dice.number() if wish.count > 4 else 0))
        spots.append(Spot(x, min(y, stage.h * 0.985), height * (1.0 if i == 0 else dice.between(0.74, 0.98))))
    return spots


def _on_table(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    middle, top, size = stage.table or (stage.w / 2, stage.h * 0.7, stage.unit * 0.3)
    dice, height = stage.dice(f"table {wish.name}"), _fit(stage, subject, wish.count)
    wide, company = height * (subject.box[2] - subject.box[0]), len(stage.brief.wishes)
    start = middle + (0.0 if company == 1 else size * (-0.42, 0.42, 0.0, -0.1)[order])
    height *= 1.0 if company == 1 else 0.8
    spots = []
    for i in range(min(wish.count, 4)):
        step = math.ceil(i / 2) * (1 if i % 2 else -1)
        spots.append(Spot(start + step * wide * 0.92, top + size * dice.between(-0.01, 0.05), height))
    return spots


def _swimming(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    dice, height = stage.dice(f"swim {wish.name}"), _fit(stage, subject, wish.count)
    x0, y0 = _x(stage, order, wish.name), stage.h * (0.60 - 0.12 * order)
    spots = [Spot(x0, y0, height)]
    for i in range(1, wish.count if wish.count > 1 else 1):
        x, y = stage.w * ((x0 / stage.w + 0.38 * i) % 0.86 + 0.07), stage.h * dice.between(0.25, 0.72)
        scale = dice.between(0.4, 0.95)
        spots.append(Spot(x, y, height * scale, 0.4 * (1 - scale)))
    return spots


def _leaping(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    """Just above the water, so that it is seen whole."""
    spots = _on_water(stage, wish, subject, order)
    return [Spot(spot.x, spot.y - spot.height * 0.45, spot.height, spot.veil) for spot in spots]


def _on_rock(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    height, x = _fit(stage, subject, 1), _x(stage, order, wish.name)
    foot = stage.horizon + (stage.h - stage.horizon) * (0.50 if order == 0 else 0.28)
    wide = height * max(0.40, (subject.box[2] - subject.box[0]) * 0.62)
    tall = min(height * 0.26, stage.unit * 0.13) if subject.size > 0.3 else height * 0.5
    shift = (subject.box[0] + subject.box[2]) / 2 * height * (1 if x < stage.w / 2 else -1)
    line = rock_island(stage, x + shift, foot, wide, tall, f"rock {wish.name}")
    x0, x1 = int(max(0, x - height * 0.1)), int(min(stage.w - 1, x + height * 0.1))
    return [Spot(x, float(np.max(line[x0 : x1 + 1])) + height * 0.012, height)]


def _on_water(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    dice, spots = stage.dice(f"water {wish.name}"), []
    height, middle = _fit(stage, subject, wish.count), _x(stage, order, wish.name)
    for i in range(wish.count):
        near = 0.40 if i == 0 else dice.between(0.06, 0.34)
        x = (
            middle
            if i == 0
            else stage.w * (0.1 + 0.8 * ((middle / stage.w + i * 0.27 + dice.between(-0.05, 0.05)) % 1.0))
        )
        if i and len(stage.brief.wishes) > 1:
            side = -1 if middle < stage.w / 2 else 1
            x = stage.w * (0.5 + side * dice.between(0.05, 0.44))
        scale = 1.0 if i == 0 else 0.30 + 1.35 * near
        y = stage.horizon + (stage.h - stage.horizon) * near
        spots.append(Spot(x, y, height * scale, 0.30 * (0.4 - near)))
    return spots


def _in_sky(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    dice, spots = stage.dice(f"sky {wish.name}"), []
    height, middle = _fit(stage, subject, 1), _x(stage, order, wish.name)
    if subject.group > 1 and wish.count > 1:
        return _flock(stage, dice, wish.count, height)
    if subject.group > 1:
        height *= 4.2
    for i in range(wish.count):
        scale = 1.0 if i == 0 else dice.between(0.26, 0.62)
        x = (
            middle
            if i == 0
            else stage.w * (0.08 + 0.84 * ((middle / stage.w + 0.37 * i + dice.between(-0.08, 0.08)) % 1.0))
        )
        top = stage.horizon * (0.10 if i == 0 else dice.between(0.08, 0.55))
        y = max(top + height * scale, stage.horizon * (0.62 if i == 0 else 0.5))
        if i == 0:
            y = min(max(stage.h * 0.56, height * 1.08), stage.h * 0.72)
        spots.append(Spot(x, y, height * scale, 0.22 * (1 - scale)))
    return spots


def _flock(stage: Stage, dice: Dice, count: int, height: float) -> list[Spot]:
    x0, y0 = (
        stage.w * (0.5 + 0.18 * stage.sun_side * dice.pick((-1, 1))),
        stage.horizon * dice.between(0.22, 0.42),
    )
    spots = []
    for i in range(max(count, 1)):
        row, side = math.ceil(i / 2), 1 if i % 2 else -1
        x = x0 + (row * side * 0.052 + dice.between(-0.014, 0.014)) * stage.unit
        y = y0 + (row * 0.024 + dice.between(-0.012, 0.012)) * stage.unit
        spots.append(Spot(x, y, height * dice.between(0.62, 1.05), 0.12))
    return spots


LAYOUT = {
    "ground": _on_ground,
    "rock": _on_rock,
    "water": _on_water,
    "sky": _in_sky,
    "table": _on_table,
    "swim": _swimming,
    "leap": _leaping,
}
