"""A whole picture from a brief: sky, distance, middle, subjects, weather, finish."""

from __future__ import annotations

import numpy as np
from PIL import Image

from . import cast
from .abstract import ABSTRACT
from .light import light_for
from .paint import f32
from .reading import Brief
from .seeding import Dice
from .sky import paint_sky
from .stage import Stage
from .styles import STYLES, finish
from .terrain import TERRAINS
from .weather import fall, rise


def compose(brief: Brief, key: str, width: int, height: int, fine: bool = False) -> Image.Image:
    """Draw the brief; the key decides everything the words leave open."""
    stage = _stage(brief, key, width, height, fine)
    if brief.terrain in ABSTRACT:
        ABSTRACT[brief.terrain](stage)
        vignette = 0.2
    else:
        _landscape(stage)
        vignette = 0.34
    picture = finish(stage.img, stage.random("grain"), brief.mood, vignette)
    style = STYLES.get(brief.style or "")
    return style(picture, stage.random("style")) if style else picture


def _stage(brief: Brief, key: str, width: int, height: int, fine: bool) -> Stage:
    dice = Dice(key, "layout")
    place = TERRAINS.get(brief.terrain)
    level = (place.horizon if place else 0.6) + dice.between(-0.025, 0.025)
    if height > width * 1.15:
        level += 0.04
    side = -1 if dice.number() < 0.5 else 1
    sun = 0.5 + side * dice.between(0.13, 0.26)
    if brief.wishes and height <= width * 1.15:
        sun = 0.5 + side * dice.between(0.20, 0.32)
    img = np.zeros((height, width, 3), f32)
    light = light_for(brief.time, brief.weather, Dice(key, "light"))
    return Stage(img, brief, light, key, int(height * level), sun * width, fine)


def _landscape(stage: Stage) -> None:
    place = TERRAINS[stage.brief.terrain]
    if stage.brief.terrain != "space":
        paint_sky(stage)
    place.far(stage)
    if place.water:
        cast.put(stage, ("sky",))
    place.near(stage)
    if not place.water:
        cast.put(stage, ("sky",))
    rise(stage)
    cast.put(stage, ("rock",))
    cast.put(stage, ("water",))
    if place.front:
        place.front(stage)
    cast.put(stage, ("ground",))
    fall(stage)
    cast.shine(stage)
