"""The picture in the making, and what all its painters share."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .light import Light
from .paint import Array, Random
from .reading import Brief
from .seeding import Dice, digest


@dataclass
class Stage:
    """Picture, light, layout and named random streams."""

    img: Array
    brief: Brief
    light: Light
    key: str
    horizon: int
    sun_x: float
    fine: bool = False
    zoom: float = 1.0
    table: tuple[float, float, float] | None = None
    seat: tuple[float, float, float] | None = None
    near_bloom: bool = False
    ground: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    textures: dict[str, Array] = field(default_factory=dict)
    lamps: list[tuple[float, float, float, str, float]] = field(default_factory=list)

    @property
    def w(self) -> int:
        return int(self.img.shape[1])

    @property
    def h(self) -> int:
        return int(self.img.shape[0])

    @property
    def unit(self) -> float:
        """The length that things scale with, whatever the ratio."""
        return min(math.sqrt(self.w * self.h), 1.3 * min(self.w, self.h))

    @property
    def lift(self) -> tuple[float, float, float]:
        """The least light on a subject, so that it can be seen where lamps or stars are."""
        if self.brief.terrain == "space":
            return 0.86, 0.84, 0.90
        if self.brief.terrain == "city" and self.brief.setting == "street":
            return 0.80, 0.76, 0.84
        if self.brief.terrain == "city":
            return (0.66, 0.56, 0.68) if self.brief.mood == "neon" else (0.52, 0.50, 0.60)
        if self.brief.terrain == "interior":
            return 0.66, 0.60, 0.56
        return 0.42, 0.46, 0.60

    @property
    def sun_y(self) -> float:
        return self.horizon * (1 - self.light.height)

    @property
    def sun_side(self) -> int:
        return -1 if self.sun_x < self.w / 2 else 1

    @property
    def snowy(self) -> bool:
        return self.brief.weather == "snow" or self.brief.season == "winter"

    def random(self, name: str) -> Random:
        """A stream of its own for each part, so that one part never shifts another."""
        return np.random.RandomState(np.frombuffer(digest(self.key, name), np.uint32))

    def dice(self, name: str) -> Dice:
        return Dice(self.key, name)
