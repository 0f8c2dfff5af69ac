"""What stands in a room besides the subjects."""

from __future__ import annotations

from ..pen import Pen, arc, curve, rounded
from .look import Look, Subject, tint


def table(pen: Pen, look: Look) -> None:
    wood = look.own("#9a6a42")
    for x in (-0.86, 0.86):
        pen.fill(
            [(x - 0.05, 0.80), (x + 0.05, 0.80), (x + 0.03, 0), (x - 0.03, 0)],
            *look.round(tint(wood, 0.8), 0.3),
        )
    pen.fill(
        [(-0.94, 0.86), (0.94, 0.86), (0.94, 0.70), (-0.94, 0.70)],
        tint(wood, 0.82),
        tint(wood, 0.6),
        down=True,
    )
    pen.fill(
        [(-0.98, 1.0), (0.98, 1.0), (1.08, 0.86), (-1.08, 0.86)],
        tint(wood, 1.28),
        tint(wood, 1.05),
        down=True,
    )
    pen.box(-1.08, 0.82, 1.08, 0.865, tint(wood, 0.9))
    for y in (0.90, 0.935, 0.97):
        pen.line([(-1.0, y), (1.0, y)], 0.004, tint(wood, 0.95), round_ends=False)


def lamp(pen: Pen, look: Look) -> None:
    pen.oval(0, 0.02, 0.15, 0.03, *look.round("#4a4038", 0.3))
    pen.line([(0, 0.02), (0, 0.78)], 0.022, "#6b5a48")
    shade = [(-0.20, 0.72), (0.20, 0.72), (0.12, 1.0), (-0.12, 1.0)]
    if look.lit:
        pen.fill(shade, "#fff0c4", "#f2b45e", down=True, shine=True)
        pen.lamp(0, 0.80, 0.55, "#ffb866", 0.75)
    else:
        pen.fill(shade, *look.round("#e8d8b8", 0.3))


def armchair(pen: Pen, look: Look) -> None:
    cloth = look.dice.pick(("#c2604a", "#3f7a7a", "#d0a048", "#5f6f9a"))
    for x in (-0.40, 0.40):
        pen.fill([(x - 0.035, 0.12), (x + 0.035, 0.12), (x + 0.02, 0), (x - 0.02, 0)], "#4a3426")
    pen.fill(
        curve([(-0.40, 0.4), (-0.42, 0.9), (-0.2, 1.0), (0.2, 1.0), (0.42, 0.9), (0.40, 0.4)]),
        *look.round(cloth, 0.3),
    )
    pen.fill(rounded(-0.36, 0.28, 0.36, 0.50, 0.07), tint(cloth, 1.2), tint(cloth, 0.9), down=True)
    for x in (-0.46, 0.46):
        pen.fill(rounded(x - 0.11, 0.08, x + 0.11, 0.60, 0.10), *look.round(tint(cloth, 0.95), 0.3))
    pen.box(-0.38, 0.10, 0.38, 0.30, tint(cloth, 0.85), tint(cloth, 0.65), down=True)
    pen.fill(rounded(-0.2, 0.44, 0.16, 0.76, 0.05), "#f2e6cc", "#d0bf9a", down=True)


def plant(pen: Pen, look: Look) -> None:
    for k in range(9):
        lean = (k - 4) / 4
        tip = (0.42 * lean, 0.98 - 0.34 * abs(lean))
        mid = (0.16 * lean, 0.62)
        path = curve([(0, 0.32), mid, tip], closed=False)
        pen.taper(
            [*path[::4], tip], (0.03, 0.13, 0.11, 0.01), tint("#5f9a52", 1.1 if lean * look.sun > 0 else 0.72)
        )
    pen.fill([(-0.17, 0.36), (0.17, 0.36), (0.12, 0), (-0.12, 0)], *look.round("#c2764a", 0.4))
    pen.box(-0.19, 0.31, 0.19, 0.38, *look.round("#d0885a", 0.4))


def shelf(pen: Pen, look: Look) -> None:
    tones = ("#c8504a", "#3f7f9a", "#d9a23c", "#6f8f58", "#8a5f9a", "#e8ddc8", "#2f4f6a")
    for y in (0.02, 0.50):
        x = -0.94
        while x < 0.80:
            wide, tall = look.dice.between(0.06, 0.13), look.dice.between(0.26, 0.40)
            pen.fill(
                [(x, y + 0.05), (x + wide, y + 0.05), (x + wide, y + 0.05 + tall), (x, y + 0.05 + tall)],
                *look.round(look.dice.pick(tones), 0.25),
            )
            pen.line(
                [(x + wide * 0.2, y + tall * 0.85), (x + wide * 0.8, y + tall * 0.85)],
                0.012,
                "#f4e6c0",
                round_ends=False,
            )
            x += wide + (0.12 if look.dice.number() < 0.12 else 0.008)
        pen.box(-1.0, y, 1.0, y + 0.05, "#8a5f3c", "#6b4628", down=True)


def picture(pen: Pen, look: Look) -> None:
    pen.box(-0.42, 0, 0.42, 1, *look.round("#7a5534", 0.35))
    pen.box(-0.37, 0.05, 0.37, 0.95, "#f6f0e2")
    pen.box(-0.28, 0.16, 0.28, 0.84, "#f0c89a", "#e08a6a", down=True)
    pen.oval(0.08, 0.56, 0.10, 0.11, "#fff0c8")
    pen.fill([*arc(-0.1, 0.16, 0.24, 0.26, 0, 180)], "#5f7a8f")
    pen.fill([(-0.02, 0.16), (0.28, 0.16), (0.28, 0.30), (0.14, 0.42)], "#3f566b")


FURNITURE = {
    "table": Subject(table, (-1.1, 0, 1.1, 1.01), 0.26, "ground", ("interior",), turns=False),
    "lamp": Subject(lamp, (-0.22, 0, 0.22, 1.02), 0.50, "ground", ("interior",), turns=False),
    "armchair": Subject(armchair, (-0.6, 0, 0.6, 1.02), 0.32, "ground", ("interior",), turns=False),
    "plant": Subject(plant, (-0.5, 0, 0.5, 1.02), 0.32, "ground", ("interior",), turns=False),
    "shelf": Subject(shelf, (-1.0, 0, 1.0, 1.0), 0.20, "ground", ("interior",), turns=False),
    "picture": Subject(picture, (-0.44, 0, 0.44, 1.0), 0.20, "ground", ("interior",), turns=False),
}
