"""How a subject stands in its scene, and what kinds of subject there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..pen import Pen
from ..seeding import Dice

WARM, GOLD = "#ffd27a", "#ffe9b0"


@dataclass(frozen=True)
class Look:
    """What a drawing function may know of the scene."""

    dice: Dice
    sun: int = -1
    lit: bool = False
    snow: bool = False
    season: str = "summer"
    colour: str | None = None
    place: str = ""

    def round(self, colour: str, depth: float = 0.42) -> tuple[str, str]:
        """The two ends of a shading across a body, light on the sun's side."""
        ends = tint(colour, 1.08), tint(colour, 1 - depth)
        return ends if self.sun < 0 else (ends[1], ends[0])

    def window(self) -> str:
        return WARM if self.lit else "#3b4a63"

    def own(self, colour: str) -> str:
        """The colour asked for, else the usual one."""
        return self.colour or colour


Draw = Callable[[Pen, Look], None]


@dataclass(frozen=True)
class Subject:
    """A thing the scene can show: how to draw it, how large, and where it belongs.

    `elsewhere` names the kind of place it takes in one setting or terrain instead of its usual one.
    """

    draw: Draw
    box: tuple[float, float, float, float]
    size: float
    place: str
    home: tuple[str, ...]
    group: int = 1
    turns: bool = True
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def tint(colour: str, factor: float) -> str:
    """A colour made lighter (above 1) or darker."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{min(255, max(0, round(part * factor))):02x}" for part in parts)


def blend(a: str, b: str, t: float) -> str:
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(p + (q - p) * t):02x}" for p, q in pairs)
