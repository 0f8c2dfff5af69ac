"""Kinds of land and water: what lies far off, and what lies before the viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..reading import Brief
from ..stage import Stage
from . import cosmos, land, reef, room, street, town, water, woods

__all__ = ["TERRAINS", "Terrain", "terrain_of"]


@dataclass(frozen=True)
class Terrain:
    """Painters for the distance and the foreground, and where the horizon lies in the picture."""

    far: Callable[[Stage], None]
    near: Callable[[Stage], None]
    horizon: float
    front: Callable[[Stage], None] | None = None
    water: bool = False
    sky: bool = True
    weather: bool = True


TERRAINS = {
    "mountains": Terrain(land.mountains, land.alpine_meadow, 0.64),
    "sea": Terrain(water.far_coast, water.sea, 0.60, front=water.front_waves, water=True),
    "beach": Terrain(water.far_coast, water.beach, 0.50, water=True),
    "lake": Terrain(land.lake_mountains, water.lake, 0.60, front=water.lake_bank, water=True),
    "forest": Terrain(woods.forest, woods.forest_floor, 0.66),
    "desert": Terrain(land.mesas, land.dunes, 0.58),
    "city": Terrain(town.skyline, town.waterfront, 0.66),
    "hills": Terrain(land.hills, land.meadow, 0.52),
    "space": Terrain(cosmos.space, cosmos.moonscape, 0.86, sky=False),
    "underwater": Terrain(reef.deep, reef.floor, 0.62, sky=False, weather=False),
    "interior": Terrain(room.view, room.walls, 0.62, front=room.lamplight, weather=False),
}
SETTINGS = {
    ("city", "street"): Terrain(street.street, street.lit_air, 0.50),
}


def terrain_of(brief: Brief) -> Terrain | None:
    """The painters of a brief's place, none if it is not a place."""
    return SETTINGS.get((brief.terrain, brief.setting or "")) or TERRAINS.get(brief.terrain)
