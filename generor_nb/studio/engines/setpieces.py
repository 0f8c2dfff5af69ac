"""What a scene builds for its subjects: furniture, a village, a bridge with what crosses it."""

from __future__ import annotations

import math
from collections.abc import Callable

from .lit import Spot, drawing_of, fit, stand
from .pen import Pen
from .reading import Wish
from .stage import Stage
from .subjects import SUBJECTS, Look, Subject
from .subjects.furniture import FURNITURE
from .subjects.scenery import SCENERY, parapet, viaduct
from .terrain.land import cast_shadow

WATERY = ("sea", "lake", "beach")
CROSSING = ("train", "car", "bicycle", "horse", "wanderer")
DRY = ("hills", "mountains", "forest", "desert", "lake")


def settle(stage: Stage) -> None:
    """A village of cottages around a church, behind the subjects."""
    if stage.brief.setting != "village" or stage.brief.terrain not in DRY:
        return
    dice, near = stage.dice("village"), float(stage.ground.min()) - stage.unit * 0.012
    top = stage.horizon + (near - stage.horizon) * 0.30
    side, houses = stage.sun_side, []
    for k in range(9):
        t = (k + dice.number()) / 9
        x = 0.5 + side * (0.46 - 0.98 * ((k * 0.381 + 0.08 * dice.number()) % 1.0))
        houses.append((top + (near - top) * t, x * stage.w, "church" if k == 3 else "cottage"))
    for k, (y, x, name) in enumerate(houses):
        piece, far = SCENERY[name], (near - y) / max(1.0, near - top)
        height = piece.size * stage.unit * (1.0 - 0.52 * far)
        cast_shadow(stage, x, y, height * 0.7, 0.35)
        spot = Spot(x, y, height, 0.30 * far)
        wish, way = Wish(name, 1, None), 1 if k % 2 else -1
        stand(stage, drawing_of(stage, piece, wish, spot, way, stage.dice(f"house {k}")), spot)


def crossed(stage: Stage) -> bool:
    """Whether something crosses a bridge."""
    names = {wish.name for wish in stage.brief.wishes}
    return "bridge" in names and not names.isdisjoint(CROSSING) and stage.brief.terrain != "interior"


def span(stage: Stage) -> None:
    """A bridge from edge to edge, with what crosses it on its roadway."""
    if not crossed(stage):
        return
    wishes = {wish.name: wish for wish in stage.brief.wishes}
    deck, foot = stage.h * 0.60, min(stage.h * 0.985, float(stage.ground.mean()) + stage.h * 0.09)
    if stage.brief.terrain in WATERY and stage.brief.terrain != "lake":
        foot = stage.h * 0.90
    _band(stage, viaduct, wishes["bridge"], Spot(stage.w / 2, foot, foot - deck))
    riders = [wish for wish in stage.brief.wishes if wish.name in CROSSING]
    for order, wish in enumerate(riders):
        subject, dice = SUBJECTS[wish.name], stage.dice(f"crossing {wish.name}")
        height = min(0.92 * fit(stage, subject, 1), 0.80 * stage.w / (subject.box[2] - subject.box[0]))
        middle = stage.w * (0.5 + (0.04 if len(riders) == 1 else 0.24 * (-1) ** order) * -stage.sun_side)
        for k in range(min(wish.count, 3)):
            across = height * (subject.box[2] - subject.box[0]) * 1.15 * (math.ceil(k / 2) * (-1) ** k)
            spot = Spot(middle + across, deck + stage.unit * 0.006, height)
            facing = 1 if dice.number() < 0.5 else -1
            stand(stage, drawing_of(stage, subject, wish, spot, facing, dice), spot)
    rail = stage.unit * 0.030
    _band(stage, parapet, wishes["bridge"], Spot(stage.w / 2, deck + rail * 0.8, rail))


def _band(stage: Stage, draw: Callable[[Pen, Look], None], wish: Wish, spot: Spot) -> None:
    half = stage.w / spot.height / 2 + 0.05
    piece = Subject(draw, (-half, 0.0, half, 1.0), 1.0, "ground", ())
    stand(stage, drawing_of(stage, piece, wish, spot, 1, stage.dice("bridge")), spot)


def piece_of(stage: Stage, name: str, x: float, y: float, scale: float) -> None:
    piece = FURNITURE[name]
    height, dice = piece.size * stage.unit * scale, stage.dice(name)
    if name not in ("shelf", "picture"):
        cast_shadow(stage, x, y, height * 0.3 * (piece.box[2] - piece.box[0]), 0.5)
    spot = Spot(x, y, height)
    stand(stage, drawing_of(stage, piece, Wish(name, 1, None), spot, 1, dice), spot)


def chair(stage: Stage, side: int) -> tuple[float, float, float]:
    """A large armchair, for an instrument to sit in or lean on."""
    height = min(stage.unit * 0.50, stage.w * 0.5)
    x, y = stage.w * (0.5 + side * 0.10), stage.h * 0.93
    piece_of(stage, "armchair", x, y, height / (FURNITURE["armchair"].size * stage.unit))
    return x, y, height
