"""Bicycle, car, train, airplane, bridge."""

from __future__ import annotations

import math

from ..pen import Pen, arc, curve, rounded
from .look import Look, Subject, tint

DARK = "#24222a"


def bicycle(pen: Pen, look: Look) -> None:
    paint = look.own(look.dice.pick(("#d0433a", "#2f7f8f", "#e0a02c", "#4f6fb0")))
    for x in (-0.46, 0.46):
        pen.ring(x, 0.32, 0.295, 0.034, DARK)
        pen.ring(x, 0.32, 0.265, 0.012, "#b8bcc4")
        for k in range(12):
            a = math.tau * k / 12
            pen.line(
                [(x, 0.32), (x + 0.26 * math.cos(a), 0.32 + 0.26 * math.sin(a))],
                0.005,
                "#9aa0aa",
                round_ends=False,
            )
        pen.oval(x, 0.32, 0.035, 0.035, "#6b707a")
    hub, seat, head = (-0.02, 0.30), (0.14, 0.74), (-0.34, 0.72)
    for start, end in ((hub, seat), (hub, head), (seat, head), (hub, (0.46, 0.32)), (seat, (0.46, 0.32))):
        pen.line([start, end], 0.036, paint)
    pen.line([(-0.46, 0.32), (-0.34, 0.72), (-0.315, 0.90)], 0.036, tint(paint, 0.8))
    pen.line(curve([(-0.315, 0.90), (-0.42, 0.95), (-0.48, 0.89)], closed=False), 0.030, "#5a5f68")
    pen.line([(-0.50, 0.885), (-0.43, 0.90)], 0.045, "#6b4630")
    pen.line([seat, (0.165, 0.83)], 0.026, "#5a5f68")
    pen.fill(
        curve([(0.02, 0.84), (0.17, 0.825), (0.30, 0.86), (0.28, 0.90), (0.14, 0.875), (0.02, 0.875)]),
        *look.round("#6b4630", 0.3),
    )
    pen.ring(*hub, 0.085, 0.016, "#5a5f68")
    pen.line([(-0.07, 0.20), (0.03, 0.40)], 0.022, DARK)
    for x, y in ((-0.08, 0.19), (0.04, 0.41)):
        pen.line([(x - 0.045, y), (x + 0.045, y)], 0.030, DARK)
    pen.fill([(-0.62, 0.80), (-0.44, 0.80), (-0.47, 0.60), (-0.59, 0.60)], *look.round("#b98a54", 0.35))
    for k in range(5):
        pen.oval(
            -0.605 + 0.036 * k, 0.83 + 0.02 * (k % 2), 0.035, 0.035, ("#f2c040", "#e8736a", "#f6f0e4")[k % 3]
        )


def car(pen: Pen, look: Look) -> None:
    paint = look.own(look.dice.pick(("#d0433a", "#2f8f8f", "#e0b03c", "#5f8fc0")))
    body = [
        (-1.0, 0.26), (-1.0, 0.50), (-0.92, 0.58), (-0.62, 0.63), (-0.42, 0.92), (-0.28, 1.0), (0.28, 1.0),
        (0.46, 0.92), (0.66, 0.63), (0.92, 0.60), (1.0, 0.50), (1.0, 0.26),
    ]  # fmt: skip
    pen.fill(curve(body, steps=5), tint(paint, 1.12), tint(paint, 0.62), down=True)
    for window in (
        [(-0.52, 0.64), (-0.36, 0.89), (-0.04, 0.93), (-0.04, 0.64)],
        [(0.04, 0.64), (0.04, 0.93), (0.30, 0.91), (0.50, 0.64)],
    ):
        pen.fill(
            window,
            "#dcf0f6" if not look.lit else "#ffe2a0",
            "#6f9ab0" if not look.lit else "#e0a85a",
            down=True,
            shine=look.lit,
        )
    pen.line([(0.0, 0.30), (0.0, 0.96)], 0.02, tint(paint, 0.55), round_ends=False)
    pen.line([(-1.0, 0.44), (1.0, 0.44)], 0.024, tint(paint, 0.7), round_ends=False)
    pen.line([(0.06, 0.55), (0.18, 0.55)], 0.028, "#e6e8ec")
    for x in (-1.03, 1.03):
        pen.fill(rounded(min(x, x * 0.94), 0.26, max(x, x * 0.94), 0.36, 0.03), *look.round("#c4c8d0", 0.4))
    pen.oval(-0.955, 0.50, 0.05, 0.07, "#fff4c8", "#e8c878", down=True, shine=look.lit)
    pen.oval(0.965, 0.50, 0.035, 0.06, "#e0453c", shine=look.lit)
    pen.lamp(-1.0, 0.50, 0.5, "#ffe2a0", 0.6)
    for x in (-0.58, 0.58):
        pen.fill(arc(x, 0.25, 0.27, 0.27, 0, 180), tint(paint, 0.32))
        pen.oval(x, 0.22, 0.22, 0.22, "#1f1e24", "#34323a", down=True)
        pen.oval(x, 0.22, 0.125, 0.125, "#dfe2e8", "#8f949e", down=True)
        pen.oval(x, 0.22, 0.04, 0.04, "#5a5f68")


def train(pen: Pen, look: Look) -> None:
    paint, iron = look.own("#2f5f4a"), "#2b2a31"
    pen.line([(-1.5, 0.015), (1.6, 0.015)], 0.03, "#6b6470", round_ends=False)
    for k in range(22):
        pen.box(-1.48 + 0.14 * k, -0.05, -1.41 + 0.14 * k, 0.0, "#5a4232")
    plume = []
    for k in range(46):
        t = k / 45
        wide = 0.055 + 0.11 * t**0.7
        stray = look.dice.between(-0.6, 0.6) * wide
        plume.append(
            (-0.82 + 1.9 * t**1.25, 0.88 + 0.20 * t**0.6 + stray, wide * look.dice.between(0.5, 0.9))
        )
    pen.smoke(plume, "#ffffff", 0.0 if look.lit else 0.5)
    pen.fill([(0.42, 0.16), (1.5, 0.16), (1.5, 0.64), (0.42, 0.64)], *look.round("#a8433a", 0.3))
    pen.fill([(0.38, 0.63), (1.54, 0.63), (1.46, 0.72), (0.46, 0.72)], *look.round("#e6dcc8", 0.35))
    for k in range(4):
        x = 0.52 + 0.25 * k
        pen.box(x, 0.36, x + 0.15, 0.56, "#3b4a63" if not look.lit else "#ffdf94", shine=look.lit)
    pen.line([(0.42, 0.28), (1.5, 0.28)], 0.02, "#f0d68a", round_ends=False)
    pen.box(-0.16, 0.16, 0.34, 0.30, *look.round(iron, 0.3))
    pen.fill([(-0.08, 0.26), (0.32, 0.26), (0.32, 0.78), (-0.08, 0.78)], *look.round(paint, 0.35))
    pen.box(0.02, 0.50, 0.22, 0.70, "#3b4a63" if not look.lit else "#ffdf94", shine=look.lit)
    pen.fill([(-0.15, 0.77), (0.40, 0.77), (0.34, 0.85), (-0.09, 0.85)], *look.round(iron, 0.3))
    pen.fill(
        [(-1.0, 0.24), (-0.06, 0.24), (-0.06, 0.58), (-1.0, 0.58)],
        tint(paint, 1.35),
        tint(paint, 0.55),
        down=True,
    )
    for x in (-0.80, -0.55, -0.30):
        pen.line([(x, 0.245), (x, 0.58)], 0.02, "#e0b85a", round_ends=False)
    pen.oval(-1.0, 0.41, 0.05, 0.17, *look.round(iron, 0.3))
    pen.fill([(-0.90, 0.56), (-0.74, 0.56), (-0.70, 0.84), (-0.94, 0.84)], *look.round(iron, 0.4))
    pen.fill(arc(-0.48, 0.57, 0.09, 0.12, 0, 180), *look.round("#e0b85a", 0.4))
    pen.oval(-1.06, 0.62, 0.055, 0.06, "#ffe9b0", "#e0b060", down=True, shine=look.lit)
    pen.lamp(-1.1, 0.62, 0.5, "#ffe2a0", 0.6)
    pen.fill([(-1.0, 0.22), (-1.22, 0.04), (-0.94, 0.04)], *look.round("#a8433a", 0.35))
    for x, r in (
        (-0.84, 0.10),
        (-0.60, 0.10),
        (-0.26, 0.15),
        (0.10, 0.15),
        (0.62, 0.10),
        (0.90, 0.10),
        (1.12, 0.10),
        (1.38, 0.10),
    ):
        pen.oval(x, r + 0.02, r, r, iron)
        pen.ring(x, r + 0.02, r * 0.74, 0.022, "#c8433a")
        pen.oval(x, r + 0.02, 0.025, 0.025, "#d9c8a0")
    pen.line([(-0.60, 0.13), (0.10, 0.18)], 0.030, "#c4c8d0")


def airplane(pen: Pen, look: Look) -> None:
    shell, trim = look.own("#f2f3f6"), "#c8433a"
    pen.fill([(0.10, 0.52), (0.34, 0.52), (0.72, 0.82), (0.60, 0.84)], tint(shell, 0.62))
    pen.fill([(0.76, 0.52), (0.94, 0.98), (1.08, 1.0), (1.02, 0.50)], *look.round(trim, 0.35))
    body = [
        (-1.06, 0.40), (-0.98, 0.50), (-0.78, 0.58), (-0.40, 0.60), (0.40, 0.60), (0.90, 0.57), (1.10, 0.53),
        (0.80, 0.40), (0.40, 0.32), (-0.40, 0.29), (-0.84, 0.31), (-1.0, 0.35),
    ]  # fmt: skip
    pen.fill(curve(body), tint(shell, 1.05), tint(shell, 0.60), down=True)
    pen.fill(curve([(-0.98, 0.385), (0.3, 0.395), (1.0, 0.50), (0.3, 0.36), (-0.9, 0.35)]), trim)
    pen.fill([(-0.95, 0.49), (-0.80, 0.555), (-0.74, 0.50), (-0.86, 0.47)], "#27384a")
    for k in range(13):
        x = -0.60 + 0.105 * k
        pen.fill(
            rounded(x, 0.465, x + 0.055, 0.54, 0.02), "#33465a" if not look.lit else "#ffe2a0", shine=look.lit
        )
    pen.fill([(0.84, 0.50), (1.02, 0.50), (1.26, 0.60), (1.16, 0.62)], tint(shell, 0.8))
    pen.fill(curve([(-0.14, 0.20), (-0.16, 0.11), (0.12, 0.09), (0.16, 0.18)]), *look.round("#8a93a0", 0.4))
    wing = [(-0.22, 0.40), (0.22, 0.38), (0.62, 0.02), (0.46, 0.0)]
    pen.fill(wing, tint(shell, 0.96), tint(shell, 0.62), down=True)
    pen.fill([(0.62, 0.02), (0.46, 0.0), (0.60, 0.12)], trim)
    pen.oval(-0.15, 0.155, 0.03, 0.055, "#3a3f4a")
    pen.lamp(1.0, 0.97, 0.1, "#ff6a5a", 0.7)


def bridge(pen: Pen, look: Look) -> None:
    steel = look.own("#c2523a")
    for x in (-0.72, 0.72):
        pen.fill(
            [(x - 0.11, 0.0), (x + 0.11, 0.0), (x + 0.08, 0.12), (x - 0.08, 0.12)],
            *look.round("#8f8a86", 0.4),
        )
    for side in (-1, 1):
        points = [
            (side * (0.72 + 0.96 * k / 20), 0.94 - 0.62 * math.sin(math.pi / 2 * k / 20)) for k in range(21)
        ]
        pen.line(points, 0.018, tint(steel, 0.85))
        for x, y in points[2:-1:2]:
            pen.line([(x, y), (x, 0.33)], 0.006, tint(steel, 0.8), round_ends=False)
    sag = [(-0.72 + 1.44 * k / 30, 0.40 + 0.54 * (2 * k / 30 - 1) ** 2) for k in range(31)]
    pen.line(sag, 0.018, tint(steel, 0.85))
    for x, y in sag[2:-2:2]:
        pen.line([(x, y), (x, 0.33)], 0.006, tint(steel, 0.8), round_ends=False)
    pen.box(-1.72, 0.30, 1.72, 0.345, tint(steel, 0.9), tint(steel, 0.6), down=True)
    for k in range(34):
        x = -1.7 + 0.1 * k
        pen.line([(x, 0.30), (x + 0.05, 0.255), (x + 0.1, 0.30)], 0.009, tint(steel, 0.6), round_ends=False)
    pen.line([(-1.72, 0.255), (1.72, 0.255)], 0.012, tint(steel, 0.6), round_ends=False)
    for x in (-0.72, 0.72):
        for leg in (-0.055, 0.055):
            pen.box(x + leg - 0.024, 0.10, x + leg + 0.024, 1.0, *look.round(steel, 0.4))
        for y in (0.42, 0.60, 0.78, 0.95):
            pen.box(x - 0.055, y, x + 0.055, y + 0.045, *look.round(tint(steel, 0.9), 0.4))
        if look.lit:
            pen.lamp(x, 1.0, 0.1, "#ffb45e", 0.7)


SUBJECTS = {
    "bicycle": Subject(bicycle, (-0.8, -0.02, 0.8, 1.0), 0.32, "ground", ("city", "hills", "lake")),
    "car": Subject(car, (-1.1, -0.02, 1.1, 1.03), 0.22, "ground", ("desert", "hills", "city")),
    "train": Subject(train, (-1.5, -0.06, 1.56, 1.36), 0.30, "ground", ("hills", "mountains")),
    "airplane": Subject(airplane, (-1.1, -0.02, 1.28, 1.03), 0.26, "sky", ("mountains", "sea", "hills")),
    "bridge": Subject(bridge, (-1.72, -0.02, 1.72, 1.03), 0.34, "water", ("sea", "lake", "city")),
}
