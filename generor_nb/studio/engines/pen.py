"""Vector drawing for subjects: units of the subject's own height, x to the right, y up, 0 at its foot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .paint import Array, f32, from_image

Point = tuple[float, float]
Points = Sequence[Point]


@dataclass(frozen=True)
class Lamp:
    """A light the subject gives off, in its own units."""

    x: float
    y: float
    radius: float
    colour: str
    strength: float = 0.8
    beam: bool = False


@dataclass
class Drawing:
    """A finished subject: what the scene lights, what shines by itself, and its lamps."""

    body: Array
    shine: Array
    foot_x: float
    foot_y: float
    height: float
    lamps: list[Lamp] = field(default_factory=list)
    bright: bool = True


class Pen:
    """Fills and strokes on an enlarged sheet, reduced at the end so that edges are soft."""

    def __init__(
        self, height: float, box: tuple[float, float, float, float], facing: int = 1, lean: float = 0.0
    ) -> None:
        self.turn = math.cos(lean), math.sin(lean)
        self.left, self.bottom, self.right, self.top = self._turned_box(box) if lean else box
        width, tall = (self.right - self.left) * height, (self.top - self.bottom) * height
        self.oversample = 3 if width * tall < 420 * 420 else 2
        self.height, self.facing = height, facing
        self.scale = height * self.oversample
        self.small = (max(2, math.ceil(width)), max(2, math.ceil(tall)))
        size = (self.small[0] * self.oversample, self.small[1] * self.oversample)
        self.body, self.shine = Image.new("RGBA", size, (0, 0, 0, 0)), Image.new("RGBA", size, (0, 0, 0, 0))
        self.lamps: list[Lamp] = []

    def _turned(self, x: float, y: float) -> Point:
        """A point of the upright subject where it is once the subject leans (to the right if positive)."""
        cos, sin = self.turn
        return x * cos + y * sin, y * cos - x * sin

    def _turned_box(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        corners = [self._turned(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _spots(self, points: Points) -> list[Point]:
        turned = points if self.turn[1] == 0 else [self._turned(x, y) for x, y in points]
        return [((x - self.left) * self.scale, (self.top - y) * self.scale) for x, y in turned]

    def fill(
        self, points: Points, colour: str, to: str | None = None, down: bool = False, shine: bool = False
    ) -> None:
        """Fill a shape, flat or shaded from `colour` to `to` across (or down)."""
        sheet, spots = (self.shine if shine else self.body), self._spots(points)
        if to is None:
            ImageDraw.Draw(sheet).polygon(spots, fill=colour)
            return
        xs, ys = [x for x, _ in spots], [y for _, y in spots]
        x0, y0 = int(min(xs)), int(min(ys))
        w, h = int(max(xs)) - x0 + 2, int(max(ys)) - y0 + 2
        cover = Image.new("L", (w, h), 0)
        ImageDraw.Draw(cover).polygon([(x - x0, y - y0) for x, y in spots], fill=255)
        sheet.paste(_shading(colour, to, w, h, down), (x0, y0), cover)

    def line(
        self, points: Points, width: float, colour: str, shine: bool = False, round_ends: bool = True
    ) -> None:
        """A stroke of a width in units."""
        draw, spots = ImageDraw.Draw(self.shine if shine else self.body), self._spots(points)
        thick = max(1, round(width * self.scale))
        draw.line(spots, fill=colour, width=thick, joint="curve")
        if round_ends and thick > 2:
            for x, y in (spots[0], spots[-1]):
                draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)

    def oval(
        self, x: float, y: float, rx: float, ry: float, colour: str, to: str | None = None, **how: bool
    ) -> None:
        turns = [math.tau * i / 48 for i in range(48)]
        self.fill([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in turns], colour, to, **how)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: str, to: str | None = None, **how: bool
    ) -> None:
        self.fill([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, to, **how)

    def taper(self, points: Points, widths: Sequence[float], colour: str, to: str | None = None) -> None:
        """A smooth limb whose width changes along it: a tail, a trunk, a neck."""
        path = curve(points, closed=False)
        spread = [i / max(1, len(widths) - 1) for i in range(len(widths))]
        left: list[Point] = []
        right: list[Point] = []
        for i, (x, y) in enumerate(path):
            (ax, ay), (bx, by) = path[max(i - 1, 0)], path[min(i + 1, len(path) - 1)]
            long = math.hypot(bx - ax, by - ay) or 1.0
            half = float(np.interp(i / max(1, len(path) - 1), spread, widths)) / 2
            left.append((x - (by - ay) / long * half, y + (bx - ax) / long * half))
            right.append((x + (by - ay) / long * half, y - (bx - ax) / long * half))
        self.fill([*left, *right[::-1]], colour, to)

    def smoke(self, puffs: Sequence[tuple[float, float, float]], colour: str, bright: float = 0.0) -> None:
        """A plume of (x, y, radius) that thins out along its way; `bright` (0..1) of it is in full light."""
        w, h = (max(4, side // (4 * self.oversample)) for side in self.body.size)
        thick, shade = Image.new("L", (w, h), 0), Image.new("L", (w, h), 0)
        spots = self._spots([(x, y) for x, y, _ in puffs])
        for k, ((px, py), (_, _, radius)) in reversed(list(enumerate(zip(spots, puffs, strict=True)))):
            x, y, r = (v * w / self.body.size[0] for v in (px, py, radius * self.scale))
            fill = round(255 * (1 - k / len(puffs)) ** 0.5)
            ImageDraw.Draw(thick).ellipse((x - r, y - r, x + r, y + r), fill=fill)
            ImageDraw.Draw(shade).ellipse((x - r * 0.8, y - r * 1.05, x + r * 0.8, y + r * 0.35), fill=255)
        soft = ImageFilter.GaussianBlur(max(0.6, puffs[0][2] * self.height / 4 * 0.4))
        cover, light = (
            a.filter(soft).resize(self.body.size, Image.Resampling.BILINEAR) for a in (thick, shade)
        )
        tone = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        bands = [light.point([round(v * (0.54 + 0.46 * k / 255)) for k in range(256)]) for v in tone]
        self.body.alpha_composite(Image.merge("RGBA", (*bands, cover)))
        if bright:
            part = cover.point([round(v * bright) for v in range(256)])
            self.shine.alpha_composite(Image.merge("RGBA", (*bands, part)))

    def ring(self, x: float, y: float, r: float, width: float, colour: str, shine: bool = False) -> None:
        """A circle drawn as a stroke."""
        self.line(arc(x, y, r, r, 0, 360, 48), width, colour, shine=shine)

    def lamp(
        self, x: float, y: float, radius: float, colour: str, strength: float = 0.8, beam: bool = False
    ) -> None:
        self.lamps.append(Lamp(*self._turned(x, y), radius, colour, strength, beam))

    def done(self) -> Drawing:
        """The subject at its real size."""
        body, bright = _array(self.body.reduce(self.oversample)), self.shine.getbbox() is not None
        shine = _array(self.shine.reduce(self.oversample)) if bright else np.zeros_like(body)
        foot_x, lamps = -self.left, self.lamps
        if self.facing < 0:
            body, shine, foot_x = body[:, ::-1], shine[:, ::-1], self.right
            lamps = [Lamp(-p.x, p.y, p.radius, p.colour, p.strength, p.beam) for p in lamps]
        foot = foot_x * self.height, self.top * self.height
        return Drawing(body, shine, *foot, self.height, lamps, bright)


def curve(points: Points, closed: bool = True, steps: int = 8) -> list[Point]:
    """A smooth line through the points."""
    n, out = len(points), []
    for i in range(n if closed else n - 1):
        if closed:
            a, b, c, d = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, n - 1)]
        out += [_between(a, b, c, d, s / steps) for s in range(steps)]
    return out if closed else [*out, points[-1]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 24) -> list[Point]:
    """Points on an ellipse from one angle to another, in degrees counterclockwise from the right."""
    angles = [math.radians(start + (end - start) * k / steps) for k in range(steps + 1)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


def rounded(x0: float, y0: float, x1: float, y1: float, r: float) -> list[Point]:
    """A box with round corners."""
    corners = ((x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180), (x1 - r, y0 + r, 270))
    return [point for x, y, at in corners for point in arc(x, y, r, r, at, at + 90, 6)]


def mirrored(points: Points) -> list[Point]:
    """The same shape on the other side of the middle."""
    return [(-x, y) for x, y in points]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def part(p: float, q: float, r: float, s: float) -> float:
        return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)))

    return part(a[0], b[0], c[0], d[0]), part(a[1], b[1], c[1], d[1])


def _shading(colour: str, to: str, w: int, h: int, down: bool) -> Image.Image:
    steps = 64
    t = np.linspace(0, 1, steps, dtype=f32)[:, None]
    a, b = (np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], f32) for code in (colour, to))
    strip = (a + (b - a) * t + 0.5).astype(np.uint8)
    line = Image.fromarray(strip[:, None] if down else strip[None])
    line = line.resize((1, h) if down else (w, 1), Image.Resampling.BILINEAR).convert("RGBA")
    return line.resize((w, h), Image.Resampling.NEAREST)


def _array(sheet: Image.Image) -> Array:
    return from_image(sheet)
