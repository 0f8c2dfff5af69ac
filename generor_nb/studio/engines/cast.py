"""Subjects in the scene: where they stand, and how the light falls on them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from . import meadows
from .lit import Spot, drawing_of, fit, reflect, stand
from .paint import f32, glow, rgb
from .reading import Wish
from .seeding import Dice
from .setpieces import CROSSING, WATERY, chair, crossed, piece_of, settle, span
from .stage import Stage
from .subjects import SUBJECTS, Subject
from .subjects.furniture import FURNITURE
from .subjects.scenery import perch
from .terrain.land import cast_shadow, rock_island


def place_in(stage: Stage, subject: Subject) -> str:
    """The kind of place a subject takes in this setting or terrain."""
    for where in (stage.brief.setting or "", stage.brief.terrain):
        if where in subject.elsewhere:
            return subject.elsewhere[where]
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
    if "ground" not in places:
        _each(stage, places)
        return
    settle(stage)
    _each(stage, ("perch", "rows"))
    span(stage)
    _each(stage, (*places, "seat", "bloom"))
    meadows.front_rows(stage)
    meadows.front_blossoms(stage)


def _each(stage: Stage, places: tuple[str, ...]) -> None:
    for order, wish in enumerate(stage.brief.wishes):
        subject = SUBJECTS[wish.name]
        place = place_in(stage, subject)
        if crossed(stage) and wish.name in ("bridge", *CROSSING):
            continue
        if place in places:
            _put(stage, wish, subject, place, order)


def _put(stage: Stage, wish: Wish, subject: Subject, place: str, order: int) -> None:
    spots = LAYOUT[place](stage, wish, subject, order)
    for i, spot in enumerate(sorted(spots, key=lambda s: s.y)):
        dice = stage.dice(f"{wish.name} {order} {i}")
        facing = -1 if subject.turns and dice.number() < 0.5 else 1
        if len(spots) == 1 and place == "rock":
            facing = 1 if spot.x < stage.w / 2 else -1
        drawing = drawing_of(stage, subject, wish, spot, facing, dice, place)
        if place == "ground" and stage.light.night > 0.5:
            _set_off(stage, spot)
        if place in ("ground", "table"):
            cast_shadow(stage, spot.x, spot.y, spot.height * 0.32 * (subject.box[2] - subject.box[0]), 0.55)
        if place == "water":
            reflect(stage, drawing, spot)
        stand(stage, drawing, spot)


def _set_off(stage: Stage, spot: Spot) -> None:
    """A breath of light behind what would be dark on dark."""
    colour = stage.light.haze * f32(0.5) + stage.light.glow * f32(0.5)
    glow(stage.img, spot.x, spot.y - spot.height * 0.45, spot.height * 0.62, colour, 0.26)


def furnish(stage: Stage) -> None:
    """What a room has besides its subjects, and a table if something wants to stand on one."""
    dice, foot = stage.dice("furniture"), stage.h * 0.80
    wants = [SUBJECTS[wish.name] for wish in stage.brief.wishes]
    side, near = -stage.sun_side, [subject.place == "table" for subject in wants]
    piece_of(stage, dice.pick(("shelf", "picture")), stage.w * (0.5 + side * 0.27), stage.h * 0.40, 1.0)
    seated = any(place_in(stage, subject) == "seat" for subject in wants)
    piece_of(stage, "lamp", stage.w * (0.5 + side * 0.41), foot, 1.22 if seated else 1.0)
    piece_of(stage, "plant", stage.w * (0.5 + stage.sun_side * 0.40), foot + stage.unit * 0.02, 1.0)
    if seated:
        stage.seat = chair(stage, side)
    elif any(near):
        x = stage.w * (0.5 + side * 0.04)
        height = min(stage.unit * 0.36, stage.w * 0.42)
        stage.table = (x, stage.h * 1.02 - height * 0.93, height)
        piece_of(stage, "table", x, stage.h * 1.02, height / (FURNITURE["table"].size * stage.unit))
    elif not wants or (dice.number() < 0.5 and max(subject.size for subject in wants) < 0.4):
        piece_of(
            stage,
            "armchair",
            stage.w * (0.5 + side * (0.14 if not wants else 0.24)),
            foot + stage.unit * 0.05,
            1.0,
        )


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


def _on_ground(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    height, middle, dice = (
        fit(stage, subject, wish.count),
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
    dice, height = stage.dice(f"table {wish.name}"), fit(stage, subject, wish.count)
    wide, company = height * (subject.box[2] - subject.box[0]), len(stage.brief.wishes)
    start = middle + (0.0 if company == 1 else size * (-0.42, 0.42, 0.0, -0.1)[order])
    height *= 1.0 if company == 1 else 0.8
    spots = []
    for i in range(min(wish.count, 4)):
        step = math.ceil(i / 2) * (1 if i % 2 else -1)
        spots.append(Spot(start + step * wide * 0.92, top + size * dice.between(-0.01, 0.05), height))
    return spots


def _on_seat(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    """A small instrument in the chair, a large one or a second on the floor against its sides."""
    x, y, tall = stage.seat or (stage.w / 2, stage.h * 0.93, stage.unit * 0.5)
    away = 1 if x < stage.w / 2 else -1
    if subject.size < 0.54 and not order and wish.count == 1:
        return [Spot(x - away * tall * 0.05, y - tall * 0.42, tall * 0.82, 0.0, 0.13 * away)]
    sides = (away, -away)[: wish.count] if not order else (-away,)
    return [Spot(x + side * tall * 0.58, y + tall * 0.07, tall * 0.98, 0.0, -0.20 * side) for side in sides]


def _on_branch(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    """On a branch of a tree at the picture's edge."""
    height, x = fit(stage, subject, wish.count), _x(stage, order, wish.name)
    left = x < stage.w / 2
    y, edge = stage.h * 0.68, stage.unit * 0.02 if left else stage.w - stage.unit * 0.02
    tall = stage.unit * 0.72
    gap = height * 0.9
    reach = abs(x - edge) + (min(wish.count, 3) - 0.35) * gap
    piece = Subject(perch, (-0.22, -(stage.h - y) / tall, reach / tall + 0.12, y / tall), 1.0, "ground", ())
    spot = Spot(edge, y, tall)
    stand(stage, drawing_of(stage, piece, wish, spot, 1 if left else -1, stage.dice("tree")), spot)
    way = 1 if left else -1
    return [Spot(x + way * gap * k, y - height * 0.02, height) for k in range(min(wish.count, 3))]


def _on_bloom(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    """On the tallest of some flowers close by, or over the meadow if it keeps company."""
    if len(stage.brief.wishes) > 1 and not all(w.name in ("butterfly", "flower") for w in stage.brief.wishes):
        return [replace(spot, height=spot.height * 0.5) for spot in _in_sky(stage, wish, subject, order)]
    height = fit(stage, subject, 1) * 0.72
    return [Spot(x, y, tall, 0.0, 0.16) for x, y, tall in meadows.blooms(stage, wish.count, height)]


def _in_rows(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    """A field of them; a few stand by themselves."""
    if meadows.rowed(stage):
        meadows.rows(stage, wish.colour)
        return []
    return _on_ground(stage, wish, subject, order)


def _swimming(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    dice, height = stage.dice(f"swim {wish.name}"), fit(stage, subject, wish.count)
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
    height, x = fit(stage, subject, 1), _x(stage, order, wish.name)
    foot = stage.horizon + (stage.h - stage.horizon) * (0.50 if order == 0 else 0.28)
    wide = height * max(0.40, (subject.box[2] - subject.box[0]) * 0.62)
    tall = min(height * 0.26, stage.unit * 0.13) if subject.size > 0.3 else height * 0.5
    shift = (subject.box[0] + subject.box[2]) / 2 * height * (1 if x < stage.w / 2 else -1)
    line = rock_island(stage, x + shift, foot, wide, tall, f"rock {wish.name}")
    x0, x1 = int(max(0, x - height * 0.1)), int(min(stage.w - 1, x + height * 0.1))
    return [Spot(x, float(np.max(line[x0 : x1 + 1])) + height * 0.012, height)]


def _on_water(stage: Stage, wish: Wish, subject: Subject, order: int) -> list[Spot]:
    dice, spots = stage.dice(f"water {wish.name}"), []
    height, middle = fit(stage, subject, wish.count), _x(stage, order, wish.name)
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
    height, middle = fit(stage, subject, 1), _x(stage, order, wish.name)
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
    "seat": _on_seat,
    "perch": _on_branch,
    "bloom": _on_bloom,
    "rows": _in_rows,
}
