"""Guitar, violin, piano."""

from __future__ import annotations

from ..pen import Pen, arc, curve, mirrored
from .look import Look, Subject, tint

DARK = "#2a2224"


def guitar(pen: Pen, look: Look) -> None:
    wood = look.own("#d08f4a")
    half = [
        (0.0, 0.0),
        (-0.17, 0.02),
        (-0.225, 0.14),
        (-0.16, 0.265),
        (-0.135, 0.31),
        (-0.165, 0.40),
        (-0.09, 0.475),
        (0.0, 0.485),
    ]
    outline = curve([*half, *mirrored(half[1:-1])[::-1]])
    pen.fill(outline, tint(wood, 0.42))
    pen.fill([(x * 0.94, 0.245 + (y - 0.245) * 0.955) for x, y in outline], *look.round(wood, 0.32))
    pen.oval(0, 0.315, 0.078, 0.072, tint(wood, 0.55))
    pen.oval(0, 0.315, 0.062, 0.057, "#21150f")
    pen.fill(curve([(0.06, 0.30), (0.12, 0.27), (0.11, 0.19), (0.05, 0.22)]), tint(wood, 0.45))
    pen.box(-0.085, 0.125, 0.085, 0.15, "#4a2d1c")
    pen.fill([(-0.028, 0.36), (0.028, 0.36), (0.023, 0.86), (-0.023, 0.86)], *look.round("#5a3a26", 0.3))
    for k in range(11):
        y = 0.84 - 0.44 * (1 - 0.86**k) / (1 - 0.86**11)
        pen.line([(-0.026, y), (0.026, y)], 0.005, "#d9c8a0", round_ends=False)
    pen.fill(
        [(-0.024, 0.86), (0.024, 0.86), (0.046, 0.89), (0.04, 0.99), (-0.04, 0.99), (-0.046, 0.89)],
        *look.round(tint(wood, 0.6), 0.3),
    )
    for side in (-1, 1):
        for y in (0.90, 0.93, 0.96):
            pen.oval(0.062 * side, y, 0.018, 0.011, "#e6e2d8", "#8f8c84", down=True)
    for k in range(6):
        x = -0.02 + 0.008 * k
        pen.line([(x * 1.1, 0.14), (x * 0.9, 0.87)], 0.0028, "#f6f0e0", round_ends=False)


def violin(pen: Pen, look: Look) -> None:
    wood = look.own("#a8502a")
    half = [
        (0.0, 0.0), (-0.13, 0.015), (-0.20, 0.10), (-0.17, 0.19), (-0.115, 0.215), (-0.10, 0.27),
        (-0.115, 0.315), (-0.155, 0.345), (-0.16, 0.43), (-0.09, 0.50), (0.0, 0.51),
    ]  # fmt: skip
    outline = curve([*half, *mirrored(half[1:-1])[::-1]])
    pen.fill(outline, tint(wood, 0.4))
    pen.fill(
        [(x * 0.93, 0.255 + (y - 0.255) * 0.955) for x, y in outline], *look.round(tint(wood, 1.15), 0.4)
    )
    for side in (-1, 1):
        hole = [(0.062 * side, 0.195), (0.08 * side, 0.235), (0.07 * side, 0.28), (0.082 * side, 0.325)]
        pen.line(curve(hole, closed=False), 0.013, "#2b150c")
        pen.oval(0.055 * side, 0.197, 0.012, 0.012, "#2b150c")
        pen.oval(0.09 * side, 0.325, 0.012, 0.012, "#2b150c")
    pen.fill([(-0.022, 0.02), (0.022, 0.02), (0.034, 0.17), (-0.034, 0.17)], "#1f1a1a", "#3a3232")
    pen.fill([(-0.05, 0.225), (0.05, 0.225), (0.035, 0.25), (-0.035, 0.25)], "#e0c08a", "#b98f54")
    pen.fill([(-0.03, 0.32), (0.03, 0.32), (0.02, 0.84), (-0.02, 0.84)], *look.round("#2a2424", 0.3))
    pen.taper([(0, 0.83), (0, 0.93), (0.012, 0.965)], (0.05, 0.04, 0.04), *look.round(tint(wood, 0.8), 0.3))
    pen.ring(0.012, 0.965, 0.022, 0.018, tint(wood, 0.62))
    for side in (-1, 1):
        for y in (0.87, 0.905):
            pen.line([(0.0, y), (0.06 * side, y + 0.012)], 0.013, "#241c1a")
    for k in range(4):
        x = -0.015 + 0.01 * k
        pen.line([(x * 1.2, 0.16), (x * 0.8, 0.86)], 0.0028, "#f0ead8", round_ends=False)
    pen.line([(0.27, 0.02), (0.36, 0.92)], 0.016, "#6b3a20")
    pen.line([(0.30, 0.02), (0.385, 0.90)], 0.010, "#f4efe2")
    pen.box(0.255, 0.05, 0.305, 0.10, DARK)


def piano(pen: Pen, look: Look) -> None:
    black = look.own("#23222a")
    for x in (-0.56, 0.10, 0.62):
        pen.fill(
            [(x - 0.035, 0.34), (x + 0.035, 0.34), (x + 0.022, 0.04), (x - 0.022, 0.04)],
            *look.round(tint(black, 0.9), 0.3),
        )
        pen.oval(x, 0.02, 0.035, 0.022, "#b08f4a")
    pen.fill([(-0.22, 0.36), (-0.14, 0.36), (-0.12, 0.06), (-0.24, 0.06)], tint(black, 0.7))
    lid = [(0.68, 0.56), (0.66, 0.76), (0.48, 0.92), (0.16, 1.0), (-0.16, 0.99), (-0.44, 0.90), (-0.52, 0.56)]
    pen.fill([*curve(lid, closed=False)], tint(black, 1.9), tint(black, 1.1), down=True)
    pen.fill(
        [(x * 0.95, 0.56 + (y - 0.56) * 0.93) for x, y in curve(lid, closed=False)],
        "#7a4a2a",
        "#4a2a18",
        down=True,
    )
    pen.line([(0.42, 0.56), (0.36, 0.88)], 0.014, "#d0b070")
    pen.fill(
        [(-0.64, 0.52), (0.70, 0.56), (0.72, 0.38), (-0.64, 0.33)],
        tint(black, 1.7),
        tint(black, 0.8),
        down=True,
    )
    pen.line([(-0.62, 0.505), (0.70, 0.545)], 0.010, "#8f8a96")
    pen.fill([(-0.42, 0.56), (-0.10, 0.57), (-0.12, 0.74), (-0.40, 0.73)], *look.round(tint(black, 1.3), 0.3))
    pen.fill([(-0.36, 0.58), (-0.17, 0.585), (-0.18, 0.71), (-0.35, 0.705)], "#fbf6e8", "#ddd4c0", down=True)
    keys = [(-0.74, 0.48), (0.02, 0.505), (0.06, 0.43), (-0.74, 0.39)]
    pen.fill([(-0.78, 0.50), (0.05, 0.52), (0.08, 0.37), (-0.78, 0.33)], *look.round(tint(black, 1.2), 0.3))
    pen.fill(keys, "#ffffff", "#d8d4cc", down=True)
    for k in range(1, 15):
        t = k / 15
        top, low = (-0.74 + 0.76 * t, 0.48 + 0.025 * t), (-0.74 + 0.80 * t, 0.39 + 0.04 * t)
        pen.line([top, low], 0.004, "#8a857c", round_ends=False)
        if k % 7 not in (0, 3):
            mid = ((top[0] + low[0]) / 2, (top[1] + low[1]) / 2 + 0.006)
            pen.line([top, mid], 0.024, "#17161c", round_ends=False)
    pen.fill(arc(-0.46, 0.235, 0.24, 0.03, 0, 360), *look.round("#5a2f28", 0.3))
    for x in (-0.60, -0.32):
        pen.line([(x, 0.21), (x - 0.01, 0.0)], 0.026, tint(black, 1.1))


SUBJECTS = {
    "guitar": Subject(
        guitar,
        (-0.26, -0.02, 0.26, 1.0),
        0.56,
        "ground",
        ("interior", "hills", "desert"),
        elsewhere={"interior": "seat"},
    ),
    "violin": Subject(
        violin, (-0.24, -0.02, 0.42, 1.01), 0.52, "ground", ("interior",), elsewhere={"interior": "seat"}
    ),
    "piano": Subject(piano, (-0.82, -0.02, 0.76, 1.02), 0.42, "ground", ("interior",)),
}
