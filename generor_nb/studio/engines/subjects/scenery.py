"""What stands in a landscape besides the subjects: cottages, a church, a viaduct, a tree with a branch."""

from __future__ import annotations

import math

from ..pen import Pen, arc, curve
from .look import Look, Subject, tint


def cottage(pen: Pen, look: Look) -> None:
    wall = look.dice.pick(("#e6dcc8", "#d9b48f", "#c9d2d6", "#e0c8a8", "#b8705a"))
    roof, wide = look.dice.pick(("#8a4636", "#5c4a4c", "#74523c", "#4f5a68")), look.dice.between(0.46, 0.66)
    pen.box(wide * 0.35, 0.60, wide * 0.35 + 0.11, 0.98, *look.round("#7d6a62", 0.4))
    pen.box(-wide, 0, wide, 0.50, *look.round(wall, 0.3))
    slope = [(-wide - 0.09, 0.47), (wide + 0.09, 0.47), (wide - 0.16, 0.92), (-wide + 0.16, 0.92)]
    pen.fill(slope, *look.round("#f0f4f9" if look.snow else roof, 0.3))
    pen.line([(-wide - 0.09, 0.47), (wide + 0.09, 0.47)], 0.03, tint(roof, 0.6), round_ends=False)
    pen.box(-0.08, 0, 0.08, 0.30, *look.round("#5a3c2c", 0.3))
    for x in (-wide * 0.60, wide * 0.60):
        _pane(pen, look, x, 0.16, 0.09, 0.20)


def church(pen: Pen, look: Look) -> None:
    wall, roof = "#e2d8c8", "#5a4a50"
    pen.box(-0.10, 0, 0.44, 0.30, *look.round(wall, 0.3))
    pen.fill(
        [(-0.10, 0.29), (0.48, 0.29), (0.40, 0.48), (-0.10, 0.48)],
        *look.round("#f0f4f9" if look.snow else roof, 0.3),
    )
    pen.box(-0.30, 0, -0.06, 0.56, *look.round(wall, 0.35))
    pen.fill([(-0.34, 0.55), (-0.02, 0.55), (-0.18, 0.95)], *look.round(roof, 0.4))
    pen.line([(-0.18, 0.94), (-0.18, 1.03)], 0.014, "#3a3630")
    pen.line([(-0.205, 0.995), (-0.155, 0.995)], 0.012, "#3a3630")
    pen.fill([*arc(-0.18, 0.40, 0.035, 0.05, 0, 180), (-0.215, 0.33), (-0.145, 0.33)], "#3a2f2c")
    for x in (0.06, 0.20, 0.34):
        _pane(pen, look, x, 0.08, 0.03, 0.12)


def _pane(pen: Pen, look: Look, x: float, y: float, half: float, tall: float) -> None:
    pen.box(x - half, y, x + half, y + tall, look.window())
    if look.lit:
        pen.box(x - half, y, x + half, y + tall, "#ffe6a1", "#ffb95c", down=True, shine=True)
        pen.lamp(x, y + tall / 2, 0.28, "#ffb45e", 0.35)


def viaduct(pen: Pen, look: Look) -> None:
    """Round arches from edge to edge of the sheet; the roadway is at 1."""
    stone = look.own("#b09a86")
    pen.box(pen.left, 0, pen.right, 1.0, tint(stone, 1.02), tint(stone, 0.72), down=True)
    for row in range(1, 16):
        y = row / 16
        pen.line([(pen.left, y), (pen.right, y)], 0.005, tint(stone, 0.78), round_ends=False)
        for k in range(int((pen.right - pen.left) / 0.16) + 1):
            x = pen.left + 0.16 * k + 0.08 * (row % 2)
            pen.line([(x, y), (x, y + 1 / 16)], 0.004, tint(stone, 0.80), round_ends=False)
    step, middle = 0.74, (pen.left + pen.right) / 2
    for k in range(-6, 7):
        x = middle + step * (k + 0.5)
        _arch(pen, x, 0.345, tint(stone, 1.22))
        _arch(pen, x, 0.315, tint(stone, 0.46))
        _arch(pen, x + 0.03 * look.sun, 0.295, "#00000000")
    pen.box(pen.left, 0.91, pen.right, 0.94, tint(stone, 0.62))
    pen.box(pen.left, 0.94, pen.right, 1.0, tint(stone, 1.25), tint(stone, 1.0), down=True)


def _arch(pen: Pen, x: float, half: float, colour: str) -> None:
    pen.fill([(x + half, -0.1), *arc(x, 0.50, half, half, 0, 180), (x - half, -0.1)], colour)


def parapet(pen: Pen, look: Look) -> None:
    """The near side of the roadway, before what crosses it."""
    stone = look.own("#b09a86")
    pen.box(pen.left, 0.0, pen.right, 0.72, tint(stone, 1.12), tint(stone, 0.9), down=True)
    pen.box(pen.left, 0.72, pen.right, 1.0, tint(stone, 1.32), tint(stone, 1.12), down=True)
    for k in range(int((pen.right - pen.left) / 1.5) + 1):
        x = pen.left + 1.5 * k
        pen.line([(x, 0.0), (x, 0.72)], 0.05, tint(stone, 0.8), round_ends=False)


def perch(pen: Pen, look: Look) -> None:
    """A trunk at the left of the sheet, and a branch that reaches to its right end; 0 is the branch."""
    bark = "#6b5140"
    trunk = [
        (-0.02, -1.2),
        (0.0, -0.45),
        (-0.03, -0.1),
        (-0.01, 0.2),
        (-0.05, 0.55),
        (0.0, 0.8),
        (-0.03, 1.4),
    ]
    pen.taper(trunk, (0.46, 0.28, 0.27, 0.22, 0.25, 0.20, 0.23), *look.round(bark, 0.5))
    for k in range(26):
        x, y = look.dice.between(-0.10, 0.10), look.dice.between(-1.0, 1.1)
        rough = [(x, y), (x + look.dice.between(-0.015, 0.015), y + look.dice.between(0.06, 0.2))]
        pen.line(rough, 0.008, tint(bark, 0.55 if k % 3 else 1.2))
    end = pen.right - 0.14
    branch = [(0.02, -0.10), (end * 0.35, -0.015), (end * 0.7, -0.02), (end, 0.035)]
    pen.taper(branch, (0.16, 0.085, 0.06, 0.018), tint(bark, 1.05), tint(bark, 0.75))
    twig = [(end * 0.78, -0.02), (end * 0.88, -0.07), (end * 0.98, -0.09)]
    pen.taper(twig, (0.035, 0.02, 0.01), bark)
    pen.oval(0.03, 0.42, 0.035, 0.05, tint(bark, 0.4))
    for x, y, turn in (
        (end * 0.99, 0.05, 0.6),
        (end * 0.97, -0.09, -0.4),
        (end * 0.6, 0.03, 1.0),
        (end, 0.02, -0.1),
    ):
        dx, dy = math.cos(turn) * 0.10, math.sin(turn) * 0.10
        leaf = [(x, y), (x + dx * 0.5 - dy * 0.3, y + dy * 0.5 + dx * 0.3), (x + dx, y + dy)]
        pen.fill(
            curve([*leaf, (x + dx * 0.5 + dy * 0.3, y + dy * 0.5 - dx * 0.3)]),
            "#5f8a48",
            "#3f6a3c",
            down=True,
        )


SCENERY = {
    "cottage": Subject(cottage, (-0.8, -0.02, 0.8, 1.0), 0.10, "ground", ()),
    "church": Subject(church, (-0.36, -0.02, 0.5, 1.05), 0.20, "ground", ()),
}
