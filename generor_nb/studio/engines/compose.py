"""A whole picture from a brief: sky, distance, middle, subjects, weather, finish."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from . import cast
from .abstract import ABSTRACT
from .light import light_for
from .paint import f32, resized
from .portrait import portrait
from .reading import Brief
from .seeding import Dice
from .sky import paint_sky
from .stage import Stage
from .styles import finish
from .terrain import Terrain, terrain_of
from .weather import fall, rise


@dataclass(frozen=True)
class Camera:
    """How near the subjects are, how high the horizon lies, and which side the sun is on (0: by chance)."""

    zoom: float = 1.0
    tilt: float = 0.0
    side: int = 0


SHOTS = (
    Camera(),
    Camera(1.34, 0.06, 1),
    Camera(0.66, -0.09, -1),
    Camera(1.12, -0.05, 1),
    Camera(0.82, 0.05, -1),
)


def compose(
    brief: Brief, key: str, width: int, height: int, fine: bool = False, camera: Camera = SHOTS[0]
) -> Image.Image:
    """Draw the brief; the key decides everything the words leave open."""
    stage = set_stage(brief, key, width, height, fine, camera)
    if brief.terrain in ABSTRACT:
        ABSTRACT[brief.terrain](stage)
        vignette = 0.2
    elif brief.terrain == "portrait":
        _double_exposure(stage, camera)
        vignette = 0.24
    else:
        _landscape(stage, terrain_of(brief))
        vignette = 0.34
    return finish(stage.img, stage.random("grain"), brief.mood, vignette)


def set_stage(
    brief: Brief, key: str, width: int, height: int, fine: bool = False, camera: Camera = SHOTS[0]
) -> Stage:
    """An empty stage in the light of the brief."""
    dice = Dice(key, "layout")
    place = terrain_of(brief)
    level = (place.horizon if place else 0.6) + dice.between(-0.025, 0.025)
    level += camera.tilt if brief.terrain != "interior" else 0.0
    if height > width * 1.15:
        level += 0.04
    side = camera.side or (-1 if dice.number() < 0.5 else 1)
    sun = 0.5 + side * dice.between(0.13, 0.26)
    if brief.wishes and height <= width * 1.15:
        sun = 0.5 + side * dice.between(0.20, 0.32)
    img = np.zeros((height, width, 3), f32)
    light = light_for(brief.time, brief.weather, Dice(key, "light"))
    zoom = camera.zoom * (1.7 if brief.close else 1.0)
    return Stage(img, brief, light, key, int(height * min(level, 0.9)), sun * width, fine, zoom)


def _double_exposure(stage: Stage, camera: Camera) -> None:
    """A head in profile that holds a landscape."""
    place = stage.dice("inside").pick(("mountains", "forest", "hills", "lake"))
    inside = replace(stage.brief, terrain=place, setting=None, wishes=())
    world = set_stage(inside, stage.key, stage.w * 2 // 3, stage.h * 2 // 3, stage.fine, camera)
    _landscape(world, terrain_of(inside))
    portrait(stage, resized(world.img, stage.w, stage.h, Image.Resampling.BILINEAR))


def _landscape(stage: Stage, place: Terrain | None) -> None:
    if place is None:
        raise LookupError(stage.brief.terrain)
    if place.sky:
        paint_sky(stage)
    place.far(stage)
    if place.water:
        cast.put(stage, ("sky",))
    place.near(stage)
    if stage.brief.terrain == "interior":
        cast.furnish(stage)
    if not place.water:
        cast.put(stage, ("sky",))
    if place.weather:
        rise(stage)
    cast.put(stage, ("rock",))
    cast.put(stage, ("water", "swim", "leap"))
    if place.front:
        place.front(stage)
    cast.put(stage, ("ground", "table"))
    if place.weather:
        fall(stage)
    cast.shine(stage)
