"""Sunflower, mushroom, palm, pumpkin, bouquet."""

from __future__ import annotations

import math

from ..pen import Pen, arc, curve
from .look import Look, Subject, tint

DARK = "#2a2224"


def sunflower(pen: Pen, look: Look) -> None:
    petal, lean = look.own("#f5b82e"), look.dice.between(-0.05, 0.05)
    pen.taper([(0, 0), (lean * 0.3, 0.35), (lean, 0.72)], (0.05, 0.04, 0.035), *look.round("#5f8f3c", 0.35))
    for side, y in ((-1, 0.22), (1, 0.36)):
        leaf = [(0, y), (0.14 * side, y + 0.14), (0.32 * side, y + 0.12), (0.22 * side, y - 0.02)]
        pen.fill(curve(leaf), "#7fae4a", "#3f6f30", down=True)
    x, y = lean, 0.76
    for ring, (count, far, tone) in enumerate(((18, 0.225, 0.78), (16, 0.20, 1.04))):
        for k in range(count):
            a = math.tau * (k + 0.5 * ring) / count
            tip = (x + far * math.cos(a), y + far * math.sin(a))
            base = [(x + 0.10 * math.cos(a + d), y + 0.10 * math.sin(a + d)) for d in (-0.28, 0.28)]
            mid = [
                (x + far * 0.78 * math.cos(a + d), y + far * 0.78 * math.sin(a + d)) for d in (0.16, -0.16)
            ]
            pen.fill(
                [base[0], mid[1], tip, mid[0], base[1]],
                tint(petal, tone * (1.06 if math.cos(a) * look.sun > 0 else 0.9)),
            )
    pen.oval(x, y, 0.118, 0.118, "#7a4a24", "#3f2414", down=True)
    for k in range(70):
        a, r = k * 2.39996, 0.106 * math.sqrt(k / 70)
        pen.oval(x + r * math.cos(a), y + r * math.sin(a), 0.008, 0.008, "#2f1a10" if k > 24 else "#a8722e")


def mushroom(pen: Pen, look: Look) -> None:
    cap = look.own("#cf3a30")
    stem = [(-0.13, 0.0), (-0.10, 0.24), (-0.09, 0.52), (0.09, 0.52), (0.10, 0.24), (0.13, 0.0), (0.0, -0.02)]
    pen.fill(curve(stem), *look.round("#f4ead8", 0.3))
    pen.fill(
        curve([(-0.15, 0.40), (0.0, 0.34), (0.15, 0.40), (0.10, 0.46), (-0.10, 0.46)]),
        "#fbf4e4",
        "#d0c2a8",
        down=True,
    )
    pen.oval(0, 0.50, 0.42, 0.085, "#e6d6bc", "#b9a688", down=True)
    top = [*arc(0, 0.50, 0.46, 0.50, 0, 180, 32), *arc(0, 0.50, 0.46, 0.055, 180, 360, 24)]
    pen.fill(top, *look.round(cap, 0.42))
    for x, y, r in (
        (0.0, 0.82, 0.075),
        (-0.22, 0.70, 0.06),
        (0.22, 0.72, 0.055),
        (-0.06, 0.62, 0.05),
        (0.13, 0.575, 0.04),
        (-0.35, 0.56, 0.038),
        (0.36, 0.56, 0.04),
    ):
        pen.oval(x, y, r, r * 0.86, "#fdf8ee", "#e0d4c4", down=True)
    for k in range(7):
        x = -0.24 + 0.08 * k
        pen.fill(
            [(x - 0.012, -0.02), (x + 0.012, -0.02), (x + 0.03 * (k % 3 - 1), 0.10 + 0.03 * (k % 2))],
            "#5f8f3c",
        )


def palm(pen: Pen, look: Look) -> None:
    leaf = look.own("#4f9a4a")
    trunk = [(-0.02, 0.0), (0.04, 0.30), (0.0, 0.56), (-0.10, 0.76)]
    pen.taper(trunk, (0.10, 0.065, 0.055, 0.05), *look.round("#9a7650", 0.4))
    for k in range(12):
        t = k / 12
        x, y = 0.04 * math.sin(t * 3) - 0.09 * t * t, 0.03 + 0.70 * t
        pen.line([(x - 0.035, y + 0.008), (x + 0.04, y)], 0.008, "#6b4f34")
    for turn, long in (
        (200, 0.40),
        (-20, 0.42),
        (165, 0.44),
        (15, 0.46),
        (130, 0.40),
        (50, 0.42),
        (90, 0.32),
    ):
        a = math.radians(turn)
        dx, dy = math.cos(a), math.sin(a) * 0.55
        spine = [
            (-0.10, 0.76),
            (-0.10 + dx * long * 0.55, 0.80 + dy * long * 0.8),
            (-0.10 + dx * long, 0.70 + dy * long * 0.7 - 0.16),
        ]
        path = curve(spine, closed=False)
        for i, (px, py) in enumerate(path[1:], 1):
            reach = 0.15 * math.sin(math.pi * min(1.0, (i + 2) / len(path))) + 0.03
            for side in (-1, 1):
                tip = (px + dx * 0.05 + side * reach * 0.25, py - reach * (0.95 if side > 0 else 0.55))
                pen.fill(
                    [(px - 0.018, py), (px + 0.018, py), tip],
                    tint(leaf, (1.15 if side * look.sun > 0 else 0.72)),
                )
        pen.line(path, 0.014, tint(leaf, 0.6))
    for x, y in ((-0.13, 0.73), (-0.07, 0.72), (-0.10, 0.70)):
        pen.oval(x, y, 0.034, 0.036, "#7a5230", "#4a2f1c", down=True)


def pumpkin(pen: Pen, look: Look) -> None:
    skin = look.own("#e8822e")
    pen.taper([(0.0, 0.74), (0.02, 0.86), (0.10, 0.97)], (0.13, 0.08, 0.09), "#7f9a4a", "#4a5f2c")
    for x, half in ((-0.40, 0.24), (0.40, 0.24), (-0.24, 0.27), (0.24, 0.27), (0.0, 0.26)):
        side = 1.0 if x * look.sun >= 0 else 0.82
        pen.oval(x, 0.40, half, 0.395, tint(skin, 1.12 * side), tint(skin, 0.62 * side), down=True)
    face = "#ffdf7a" if look.lit else "#3a1f14"
    for s in (-1, 1):
        pen.fill([(0.10 * s, 0.46), (0.30 * s, 0.46), (0.20 * s, 0.62)], face, shine=look.lit)
    pen.fill([(-0.05, 0.37), (0.05, 0.37), (0.0, 0.45)], face, shine=look.lit)
    grin = [
        (-0.34, 0.32),
        (-0.20, 0.27),
        (-0.20, 0.22),
        (-0.12, 0.22),
        (-0.12, 0.26),
        (0.05, 0.26),
        (0.05, 0.21),
        (0.14, 0.22),
        (0.14, 0.27),
        (0.34, 0.32),
        (0.22, 0.15),
        (0.0, 0.10),
        (-0.22, 0.15),
    ]
    pen.fill(grin, face, shine=look.lit)
    if look.lit:
        pen.lamp(0, 0.36, 0.5, "#ffa040", 0.7)


def bouquet(pen: Pen, look: Look) -> None:
    vase = look.dice.pick(("#5f8fa8", "#d9c8b0", "#8f6f9a"))
    blooms = look.dice.shuffled(("#e8574a", "#f2b632", "#d96fb0", "#7a6fd9", "#f6f0e4", "#f08a5a", "#e8a0b8"))
    if look.colour:
        blooms = [tint(look.colour, f) for f in (1.0, 1.15, 0.85, 1.25, 0.95, 1.1, 0.9)]
    heads = [
        (-0.30, 0.66),
        (0.30, 0.66),
        (-0.18, 0.84),
        (0.18, 0.84),
        (0.0, 0.92),
        (0.0, 0.70),
        (-0.13, 0.62),
        (0.14, 0.62),
    ]
    for x, y in heads:
        pen.line(curve([(x * 0.18, 0.36), (x * 0.6, 0.52), (x, y)], closed=False), 0.018, "#4f7a3c")
    for k in range(9):
        a = math.pi * (0.06 + 0.88 * k / 8)
        x, y = 0.34 * math.cos(a), 0.56 + 0.26 * math.sin(a)
        pen.fill(
            curve([(x * 0.4, 0.50), (x - 0.03, y - 0.06), (x * 1.15, y + 0.05), (x + 0.06, y - 0.08)]),
            "#6f9f4a",
            "#3f6a34",
            down=True,
        )
    for k, (x, y) in enumerate(heads):
        colour = blooms[k % len(blooms)]
        for ring, (count, far) in enumerate(((8, 0.085), (6, 0.05))):
            for j in range(count):
                a = math.tau * (j + 0.5 * ring + k * 0.13) / count
                pen.oval(
                    x + far * math.cos(a),
                    y + far * math.sin(a),
                    0.052,
                    0.046,
                    tint(colour, (0.86 if math.sin(a) < 0 else 1.04) + 0.08 * ring),
                )
        pen.oval(x, y, 0.034, 0.034, "#f4c542", "#a86a1e", down=True)
    shape = [
        (-0.13, 0.44),
        (-0.10, 0.36),
        (-0.20, 0.22),
        (-0.18, 0.06),
        (-0.10, 0.0),
        (0.10, 0.0),
        (0.18, 0.06),
        (0.20, 0.22),
        (0.10, 0.36),
        (0.13, 0.44),
    ]
    pen.fill(curve(shape), *look.round(vase, 0.45))
    pen.oval(0, 0.435, 0.13, 0.025, tint(vase, 0.55))
    pen.line(arc(0, 0.24, 0.19, 0.05, 190, 350), 0.016, tint(vase, 1.35))


SUBJECTS = {
    "sunflower": Subject(sunflower, (-0.36, -0.02, 0.36, 1.02), 0.42, "ground", ("hills",), group=3),
    "mushroom": Subject(mushroom, (-0.5, -0.03, 0.5, 1.02), 0.22, "ground", ("forest",), group=3),
    "palm": Subject(palm, (-0.62, -0.02, 0.5, 1.06), 0.50, "ground", ("beach", "desert"), group=2),
    "pumpkin": Subject(pumpkin, (-0.66, -0.02, 0.66, 1.02), 0.22, "ground", ("hills", "forest")),
    "bouquet": Subject(bouquet, (-0.5, -0.02, 0.5, 1.08), 0.42, "table", ("interior",), turns=False),
}
