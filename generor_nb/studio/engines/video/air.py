"""What moves in the air and in the water: rain, snow, fog, leaves, clouds, bubbles, dust, lightning.

What falls repeats after a whole number of turns within the clip; what drifts goes back again in a loop.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from ..light import Light
from ..paint import Array, as32, eight, f32, mix, rgb, smooth, tile
from ..reading import Brief
from ..seeding import Dice
from ..sky import CLOUDINESS
from .planes import Colour, Planes, mixed


class Air(Protocol):
    """Something between the viewer and the scene."""

    def over(self, frame: Planes, u: float) -> Planes:
        """The frame with it at ``u`` of the clip, 0 to 1; the frame may be changed."""
        ...


@dataclass(frozen=True)
class Sheet:
    """A pattern that repeats, and passes across the frame in whole turns."""

    cover: Image.Image
    turns_down: int = 0
    turns_across: int = 0
    sway: float = 0.0
    phase: float = 0.0

    def at(self, u: float) -> Image.Image:
        w, h = self.cover.size
        x = self.turns_across * u * w + self.sway * math.sin(math.tau * (2 * u + self.phase))
        return ImageChops.offset(self.cover, round(x), round(self.turns_down * u * h))


@dataclass(frozen=True)
class Veil:
    """Sheets of one colour, near and far."""

    sheets: tuple[Sheet, ...]
    colour: Colour

    def over(self, frame: Planes, u: float) -> Planes:
        cover = self.sheets[0].at(u)
        for sheet in self.sheets[1:]:
            cover = ImageChops.lighter(cover, sheet.at(u))
        frame.colour(self.colour, (0, 0), cover)
        return frame


@dataclass(frozen=True)
class Flashes:
    """Lightning lights everything for a moment."""

    moments: tuple[float, ...]
    seconds: int

    def bright(self, u: float) -> float:
        """How bright it is, 0 to 0.5."""
        since = min((s for m in self.moments if (s := (u - m) * self.seconds) >= 0), default=9.0)
        return 0.5 * math.exp(-since * 7) * (0.6 + 0.4 * math.cos(since * 40)) if since < 0.6 else 0.0

    def over(self, frame: Planes, u: float) -> Planes:
        if (bright := self.bright(u)) < 0.02:
            return frame
        return mixed(frame, Planes.plain(frame.size, (226, 232, 255)), bright)


def eight_bit(colour: Array) -> Colour:
    red, green, blue = (int(v) for v in np.clip(colour * 255, 0, 255))
    return red, green, blue


def airs(
    brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice, loop: bool = False
) -> list[Air]:
    """What the weather and the place put before a scene."""
    makers: dict[str, Callable[..., list[Air]]] = {
        "rain": _rain,
        "storm": _storm,
        "snow": _snow,
        "fog": _fog,
        "wind": _leaves,
    }
    places: dict[str, Callable[..., list[Air]]] = {"underwater": _bubbles, "interior": _dust}
    maker = places.get(brief.terrain) or makers.get(brief.weather)
    found = maker(brief, light, size, seconds, dice) if maker else []
    return [replace(air, loop=loop) if isinstance(air, Drift) else air for air in found]


def _turns(per_second: float, seconds: int) -> int:
    return max(1, round(per_second * seconds))


def _drawn(size: tuple[int, int], draw: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    """Drawn at half size: soft, and a quarter of the work."""
    half = Image.new("L", (size[0] // 2, size[1] // 2), 0)
    draw(ImageDraw.Draw(half))
    return half.resize(size, Image.Resampling.BILINEAR)


def _rain(brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice) -> list[Air]:
    w, h = size
    unit = math.sqrt(w * h)
    colour = eight_bit(np.clip(mix(light.haze, rgb("#eaf1f8"), 0.6), 0, 1))
    lean = dice.pick((-1, 1)) * (0.24 if brief.weather == "storm" else 0.10)
    sheets: list[Sheet] = []
    for count, long, bright, speed in ((520, 0.018, 62, 1.5), (240, 0.036, 96, 2.2), (70, 0.062, 120, 3.2)):

        def draw(
            pen: ImageDraw.ImageDraw, count: int = count, long: float = long, bright: int = bright
        ) -> None:
            for _ in range(count):
                x, y, reach = (
                    dice.number() * w / 2,
                    dice.number() * h / 2,
                    long * unit / 2 * dice.between(0.7, 1.2),
                )
                for again in (0, -h / 2):
                    pen.line([(x, y + again), (x + lean * reach, y + again + reach)], fill=bright, width=1)

        sheets.append(Sheet(_drawn(size, draw), _turns(speed, seconds)))
    return [Veil(tuple(sheets), colour)]


def _storm(brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice) -> list[Air]:
    first = dice.between(0.12, 0.4)
    moments = tuple(first + k * dice.between(2.2, 3.4) / seconds for k in range(1 + seconds // 3))
    return [*_rain(brief, light, size, seconds, dice), Flashes(tuple(m for m in moments if m < 0.9), seconds)]


def _snow(_brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice) -> list[Air]:
    w, h = size
    unit = math.sqrt(w * h)
    colour = eight_bit(np.clip(rgb("#ffffff") * (0.35 + 0.65 * light.ambient), 0, 1))
    sheets: list[Sheet] = []
    for count, radius, bright, speed in (
        (420, 0.0011, 200, 0.2),
        (170, 0.0022, 205, 0.4),
        (46, 0.0052, 150, 0.6),
    ):

        def draw(
            pen: ImageDraw.ImageDraw, count: int = count, radius: float = radius, bright: int = bright
        ) -> None:
            for _ in range(count):
                x, y, r = (
                    dice.number() * w / 2,
                    dice.number() * h / 2,
                    radius * unit / 2 * dice.between(0.7, 1.3),
                )
                for again in (0, -h / 2):
                    pen.ellipse([x - r, y + again - r, x + r, y + again + r], fill=bright)

        sway = unit * radius * 5
        sheets.append(Sheet(_drawn(size, draw), _turns(speed, seconds), 0, sway, dice.number()))
    return [Veil(tuple(sheets), colour)]


def _fog(_brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice) -> list[Air]:
    colour = eight_bit(mix(light.haze, light.sky[-1][1], 0.4))
    bank = _bank(size, dice, 0.46)
    return [Drift(bank, colour, 0.05 * seconds), Drift(_bank(size, dice, 0.36), colour, -0.03 * seconds)]


def _bank(size: tuple[int, int], dice: Dice, strength: float) -> Image.Image:
    w, h = size[0] // 4, size[1] // 4
    random = np.random.RandomState(dice.below(2**31))
    grid = tile(random, 256, 3, 6, 5)
    rows, columns = np.linspace(0, 255, h).astype(int), np.linspace(0, 255, 2 * w).astype(int)
    level = np.exp(-(((np.linspace(0, 1, h, dtype=f32)[:, None] - f32(0.66)) / f32(0.3)) ** 2))
    thick = level * smooth(as32(grid[rows][:, columns] * 2.2 - 0.55)) * f32(strength)
    return eight(as32(thick)).resize((2 * size[0], size[1]), Image.Resampling.BICUBIC)


@dataclass(frozen=True)
class Drift:
    """A repeating bank that moves ``widths`` of its own during the clip, and back again in a loop."""

    cover: Image.Image
    colour: Colour
    widths: float
    loop: bool = False

    def over(self, frame: Planes, u: float) -> Planes:
        way = math.sin(math.tau * u) / 4 if self.loop else u
        moved = ImageChops.offset(self.cover, round(way * self.widths * self.cover.width), 0)
        frame.colour(self.colour, (0, 0), moved.crop((0, 0, frame.size[0], moved.height)))
        return frame


def clouds(
    brief: Brief, light: Light, size: tuple[int, int], seconds: int, loop: bool, dice: Dice
) -> Drift | None:
    """Clouds that pass before the painted sky."""
    cover = CLOUDINESS[brief.weather]
    if brief.terrain in ("space", "underwater", "interior") or brief.weather in ("aurora", "fog"):
        return None
    w, h = size
    random = np.random.RandomState(dice.below(2**31))
    grid = tile(random, 256, 5, 9, 5, 0.55)
    rows, columns = np.linspace(0, 200, h // 4).astype(int), np.linspace(0, 255, w // 2).astype(int)
    field = grid[rows][:, columns]
    t = np.linspace(0, 1, h // 4, dtype=f32)[:, None]
    shape = smooth(as32(t * 5)) * smooth(as32((1 - t) * 2.6))
    thick = smooth((field - f32(0.66 - 0.2 * cover)) * f32(4)) * shape * f32(0.42 + 0.2 * cover)
    veil = eight(as32(thick)).resize((2 * w, h), Image.Resampling.BICUBIC)
    dark = brief.weather in ("storm", "rain")
    colour = eight_bit(mix(light.cloud_lit, light.cloud_dark, 0.7 if dark else 0.15))
    speed = {"storm": 0.035, "wind": 0.03, "rain": 0.02}.get(brief.weather, 0.011)
    return Drift(veil, colour, dice.pick((-1, 1)) * speed * seconds, loop)


def _leaves(brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice) -> list[Air]:
    w, h = size
    unit = math.sqrt(w * h)
    colour = eight_bit(rgb("#c9803a" if brief.season == "autumn" else "#dfe7c8") * light.ambient)
    way = dice.pick((-1, 1))
    sheets: list[Sheet] = []
    for count, radius, speed in ((46, 0.0016, 0.35), (22, 0.0032, 0.6)):

        def draw(pen: ImageDraw.ImageDraw, count: int = count, radius: float = radius) -> None:
            for _ in range(count):
                x, y = dice.number() * w / 2, h / 2 * dice.between(0.1, 0.95)
                r, turn = radius * unit / 2 * dice.between(0.6, 1.4), dice.between(-0.9, 0.9)
                pen.polygon(
                    [(x - 2 * r, y - r * turn), (x, y - r), (x + 2 * r, y + r * turn), (x, y + r)], fill=220
                )

        sheets.append(Sheet(_drawn(size, draw), 0, way * _turns(speed, seconds)))
    return [Veil(tuple(sheets), colour)]


def _bubbles(_brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice) -> list[Air]:
    w, h = size
    unit = math.sqrt(w * h)
    colour = eight_bit(np.clip(mix(light.haze, rgb("#e8fbff"), 0.8), 0, 1))
    sheets: list[Sheet] = []
    for count, radius, speed in ((60, 0.0022, 0.16), (22, 0.0045, 0.3)):

        def draw(pen: ImageDraw.ImageDraw, count: int = count, radius: float = radius) -> None:
            for _ in range(count):
                x, y, r = (
                    dice.number() * w / 2,
                    dice.number() * h / 2,
                    radius * unit / 2 * dice.between(0.5, 1.5),
                )
                pen.ellipse([x - r, y - r, x + r, y + r], outline=150, fill=34)

        sheets.append(Sheet(_drawn(size, draw), -_turns(speed, seconds), 0, unit * 0.006, dice.number()))
    return [Veil(tuple(sheets), colour)]


def _dust(_brief: Brief, light: Light, size: tuple[int, int], seconds: int, dice: Dice) -> list[Air]:
    w, h = size
    unit = math.sqrt(w * h)

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(90):
            x, y, r = dice.number() * w / 2, dice.number() * h / 2, unit * dice.between(0.0006, 0.0014) / 2
            pen.ellipse([x - r, y - r, x + r, y + r], fill=110)

    colour = eight_bit(np.clip(mix(light.glow, rgb("#fff6e0"), 0.5), 0, 1))
    return [Veil((Sheet(_drawn(size, draw), -_turns(0.06, seconds), 0, unit * 0.012),), colour)]
