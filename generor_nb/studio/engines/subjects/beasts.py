"""Horse, unicorn, elephant, dragon, butterfly, fish, turtle."""

from __future__ import annotations

import math
from dataclasses import replace

from ..pen import Pen, Points, arc, curve
from .look import Look, Subject, tint

DARK = "#2a2224"


def horse(pen: Pen, look: Look) -> None:
    coat = look.own("#9a5f38")
    _horse(pen, look, coat, tint(coat, 0.42))


def unicorn(pen: Pen, look: Look) -> None:
    white = replace(look, colour=look.colour or "#f4eff2")
    _horse(pen, white, white.own("#f4eff2"), "#d98ad0")
    pen.fill([(-0.385, 0.955), (-0.345, 0.985), (-0.50, 1.18)], "#ffe9a8", "#d9a83c")
    for k in range(1, 5):
        t = k / 5
        pen.line(
            [(-0.385 - 0.115 * t, 0.955 + 0.225 * t), (-0.345 - 0.155 * t, 0.985 + 0.195 * t)],
            0.006,
            "#b98a30",
        )


def _horse(pen: Pen, look: Look, coat: str, hair: str) -> None:
    for x, lean in ((-0.10, 0.05), (0.27, 0.06)):
        _leg(pen, x, lean, tint(coat, 0.62))
    tail = [(0.40, 0.64), (0.52, 0.62), (0.58, 0.42), (0.55, 0.16), (0.50, 0.30), (0.46, 0.48)]
    pen.fill(curve(tail), hair, tint(hair, 0.7), down=True)
    body = [
        (-0.24, 0.60), (-0.21, 0.46), (-0.02, 0.40), (0.20, 0.425), (0.36, 0.44),
        (0.44, 0.55), (0.41, 0.67), (0.28, 0.71), (0.10, 0.665), (-0.08, 0.70),
    ]  # fmt: skip
    pen.fill(curve(body), tint(coat, 1.08), tint(coat, 0.66), down=True)
    for x, lean in ((-0.18, -0.03), (0.36, 0.03)):
        _leg(pen, x, lean, coat)
    neck = [
        (-0.02, 0.70),
        (-0.10, 0.50),
        (-0.24, 0.52),
        (-0.32, 0.72),
        (-0.40, 0.88),
        (-0.34, 0.96),
        (-0.22, 0.90),
    ]
    pen.fill(curve(neck), *look.round(coat, 0.3))
    head = [
        (-0.33, 0.985), (-0.41, 0.93), (-0.50, 0.80), (-0.565, 0.71), (-0.56, 0.665),
        (-0.51, 0.655), (-0.42, 0.72), (-0.32, 0.80), (-0.27, 0.90),
    ]  # fmt: skip
    pen.fill(curve(head), *look.round(coat, 0.3))
    pen.fill(curve([(-0.56, 0.71), (-0.57, 0.665), (-0.51, 0.65), (-0.49, 0.70)]), tint(coat, 0.7))
    pen.fill([(-0.345, 0.96), (-0.335, 1.06), (-0.275, 0.95)], *look.round(tint(coat, 0.9), 0.3))
    mane = [
        (-0.35, 0.99), (-0.27, 1.0), (-0.16, 0.90), (-0.06, 0.78), (0.04, 0.69),
        (-0.03, 0.64), (-0.10, 0.62), (-0.14, 0.74), (-0.24, 0.86),
    ]  # fmt: skip
    pen.fill(curve(mane), hair, tint(hair, 0.75), down=True)
    pen.fill(curve([(-0.36, 0.99), (-0.30, 0.99), (-0.40, 0.86), (-0.43, 0.88)]), hair)
    pen.oval(-0.405, 0.845, 0.016, 0.018, DARK)
    pen.oval(-0.41, 0.851, 0.005, 0.006, "#ffffff")
    pen.oval(-0.545, 0.695, 0.009, 0.012, DARK)


def _leg(pen: Pen, x: float, lean: float, colour: str) -> None:
    foot = x + lean
    shape = [
        (x - 0.065, 0.52), (x + 0.075, 0.52), (x + 0.04 + lean * 0.4, 0.28), (foot + 0.026, 0.07),
        (foot + 0.038, 0), (foot - 0.038, 0), (foot - 0.024, 0.07), (x - 0.022 + lean * 0.4, 0.27),
    ]  # fmt: skip
    pen.fill(shape, colour, tint(colour, 0.7), down=True)
    pen.fill([(foot - 0.03, 0.05), (foot + 0.03, 0.05), (foot + 0.04, 0), (foot - 0.04, 0)], DARK)


def elephant(pen: Pen, look: Look) -> None:
    skin = look.own("#8d95a3")
    for x in (-0.10, 0.42):
        pen.fill([(x - 0.075, 0.4), (x + 0.075, 0.4), (x + 0.07, 0), (x - 0.07, 0)], tint(skin, 0.62))
    pen.taper([(0.60, 0.62), (0.69, 0.48), (0.67, 0.30)], (0.035, 0.02, 0.015), tint(skin, 0.7))
    pen.oval(0.67, 0.27, 0.02, 0.045, "#3f434c")
    body = [
        (-0.24, 0.62), (-0.22, 0.36), (0.0, 0.27), (0.3, 0.27), (0.56, 0.33), (0.64, 0.55), (0.56, 0.80),
        (0.28, 0.90), (-0.02, 0.86),
    ]  # fmt: skip
    pen.fill(curve(body), tint(skin, 1.1), tint(skin, 0.62), down=True)
    for x in (-0.17, 0.52):
        pen.fill(
            curve(
                [
                    (x - 0.09, 0.42),
                    (x + 0.10, 0.42),
                    (x + 0.085, 0.1),
                    (x + 0.09, 0),
                    (x - 0.085, 0),
                    (x - 0.08, 0.1),
                ]
            ),
            *look.round(skin, 0.35),
        )
        for k in (-1, 0, 1):
            pen.oval(x + 0.048 * k, 0.012, 0.02, 0.018, "#e8e2d6")
    trunk = [(-0.42, 0.70), (-0.58, 0.52), (-0.60, 0.30), (-0.62, 0.12), (-0.72, 0.09)]
    pen.taper(trunk, (0.22, 0.15, 0.11, 0.085, 0.06), *look.round(tint(skin, 0.98), 0.3))
    for k in range(6):
        y = 0.50 - 0.06 * k
        pen.line([(-0.63, y), (-0.555, y - 0.008)], 0.006, tint(skin, 0.66))
    pen.oval(-0.36, 0.74, 0.20, 0.21, *look.round(skin, 0.3))
    pen.taper([(-0.47, 0.56), (-0.58, 0.42), (-0.70, 0.44)], (0.05, 0.035, 0.01), "#f6efe0", "#d8cbb0")
    ear = [
        (-0.30, 0.88),
        (-0.12, 0.94),
        (0.04, 0.80),
        (0.06, 0.60),
        (-0.06, 0.46),
        (-0.20, 0.50),
        (-0.27, 0.66),
    ]
    pen.fill(curve(ear), *look.round(tint(skin, 0.88), 0.3))
    pen.fill(
        curve([(x * 0.74 - 0.035, 0.70 + (y - 0.70) * 0.72) for x, y in ear]),
        tint(skin, 1.02),
        "#b08f98",
        down=True,
    )
    pen.oval(-0.43, 0.76, 0.02, 0.024, DARK)
    pen.oval(-0.436, 0.768, 0.006, 0.007, "#ffffff")


def dragon(pen: Pen, look: Look) -> None:
    skin, belly = look.own("#3f8f5a"), "#e8c86a"
    far: Points = [
        (-0.06, 0.44),
        (-0.22, 0.82),
        (-0.34, 0.98),
        (-0.02, 0.90),
        (0.02, 0.74),
        (0.10, 0.72),
        (0.10, 0.50),
    ]
    pen.fill(far, tint(skin, 0.55))
    spine = [
        (0.70, 0.30),
        (0.58, 0.12),
        (0.36, 0.10),
        (0.14, 0.26),
        (-0.06, 0.36),
        (-0.24, 0.46),
        (-0.34, 0.64),
        (-0.44, 0.72),
    ]
    pen.taper(spine, (0.01, 0.045, 0.085, 0.17, 0.22, 0.15, 0.10, 0.10), *look.round(skin, 0.35))
    under = [(0.30, 0.09), (0.12, 0.19), (-0.06, 0.27), (-0.24, 0.38), (-0.37, 0.60)]
    pen.taper(under, (0.01, 0.06, 0.08, 0.06, 0.02), belly, tint(belly, 0.75))
    pen.fill([(0.66, 0.27), (0.80, 0.34), (0.72, 0.42), (0.69, 0.33)], tint(skin, 0.7))
    for x, y in ((0.16, 0.20), (-0.12, 0.28)):
        pen.taper([(x, y), (x + 0.06, y - 0.10), (x - 0.02, y - 0.17)], (0.09, 0.06, 0.035), tint(skin, 0.8))
        for k in (-1, 0, 1):
            pen.fill(
                [
                    (x - 0.03 + 0.02 * k, y - 0.16),
                    (x - 0.01 + 0.02 * k, y - 0.16),
                    (x - 0.04 + 0.03 * k, y - 0.21),
                ],
                "#f3e6c8",
            )
    _dragon_head(pen, look, skin)
    for t in range(9):
        x, y = 0.42 - 0.088 * t, 0.15 + 0.049 * t + 0.03 * math.sin(t)
        pen.fill([(x - 0.025, y), (x + 0.03, y - 0.01), (x + 0.025, y + 0.065)], "#e0803c")
    wing: list[tuple[float, float]] = [(-0.06, 0.44), (0.0, 0.72), (0.06, 1.0)]
    for (ax, ay), (bx, by) in (
        ((0.06, 1.0), (0.46, 0.92)),
        ((0.46, 0.92), (0.56, 0.66)),
        ((0.56, 0.66), (0.42, 0.44)),
        ((0.42, 0.44), (0.12, 0.34)),
    ):
        mx, my = (ax + bx) / 2 - 0.05, (ay + by) / 2 - 0.07
        wing += curve([(ax, ay), (mx, my), (bx, by)], closed=False)
    pen.fill(wing, tint(skin, 1.18), tint(skin, 0.68), down=True)
    for tip in ((0.46, 0.92), (0.56, 0.66), (0.42, 0.44)):
        pen.taper(
            [(0.02, 0.76), ((tip[0] + 0.02) / 2, (tip[1] + 0.80) / 2), tip], (0.022, 0.01), tint(skin, 0.55)
        )
    pen.taper([(-0.05, 0.42), (-0.01, 0.72), (0.06, 1.0)], (0.07, 0.045, 0.02), tint(skin, 0.75))


def _dragon_head(pen: Pen, look: Look, skin: str) -> None:
    for y in (0.80, 0.77):
        pen.taper(
            [(-0.40, y), (-0.31, y + 0.10), (-0.22, y + 0.12)], (0.04, 0.025, 0.008), "#f0dfb8", "#b99a66"
        )
    jaw = [(-0.42, 0.66), (-0.56, 0.62), (-0.68, 0.63), (-0.56, 0.675)]
    pen.fill(curve(jaw), tint(skin, 0.75))
    head = [
        (-0.36, 0.80),
        (-0.46, 0.84),
        (-0.56, 0.79),
        (-0.68, 0.765),
        (-0.71, 0.72),
        (-0.66, 0.69),
        (-0.52, 0.68),
        (-0.40, 0.66),
    ]
    pen.fill(curve(head), *look.round(skin, 0.3))
    for k in range(3):
        pen.fill([(-0.665 + 0.05 * k, 0.692), (-0.64 + 0.05 * k, 0.69), (-0.652 + 0.05 * k, 0.66)], "#fffbe8")
    pen.oval(-0.49, 0.775, 0.026, 0.024, "#ffd84a", shine=look.lit)
    pen.oval(-0.495, 0.775, 0.008, 0.022, "#1a1410", shine=look.lit)
    pen.oval(-0.675, 0.745, 0.01, 0.009, DARK)
    flame = curve([(-0.70, 0.665), (-0.80, 0.70), (-0.98, 0.68), (-0.86, 0.64), (-0.96, 0.58), (-0.78, 0.61)])
    pen.fill(flame, "#ff7a2e", "#ffe28a", shine=True)
    pen.lamp(-0.84, 0.64, 0.28, "#ff9a4a", 0.7)


def butterfly(pen: Pen, look: Look) -> None:
    wing = look.own(look.dice.pick(("#f0883a", "#4a8fd9", "#c95fb0", "#f2b632")))
    upper = [(0.03, 0.52), (0.10, 0.78), (0.34, 0.98), (0.56, 0.96), (0.58, 0.76), (0.42, 0.56), (0.20, 0.48)]
    lower = [(0.03, 0.46), (0.24, 0.46), (0.44, 0.36), (0.44, 0.16), (0.28, 0.04), (0.16, 0.14), (0.06, 0.34)]
    for side in (1.0, -0.68):
        for shape, hub in ((lower, (0.24, 0.27)), (upper, (0.34, 0.74))):
            pen.fill(curve([(x * side, y) for x, y in shape]), tint(wing, 0.28))
            inner = [((hub[0] + (x - hub[0]) * 0.84) * side, hub[1] + (y - hub[1]) * 0.84) for x, y in shape]
            pen.fill(curve(inner), tint(wing, 1.25), tint(wing, 0.78), down=True)
            for k, (x, y) in enumerate(shape[2:5]):
                pen.oval(
                    side * (hub[0] + (x - hub[0]) * 0.92),
                    hub[1] + (y - hub[1]) * 0.92,
                    0.018,
                    0.018,
                    "#fff6e0",
                )
                pen.line(
                    [
                        (0.03 * side, 0.48),
                        (side * (hub[0] + (x - hub[0]) * 0.8), hub[1] + (y - hub[1]) * 0.8),
                    ],
                    0.008,
                    tint(wing, 0.4 + 0.02 * k),
                )
        pen.oval(0.36 * side, 0.76, 0.065, 0.065, tint(wing, 0.35))
        pen.oval(0.36 * side, 0.76, 0.035, 0.035, "#fff2c8")
        pen.line(
            curve([(0.01 * side, 0.66), (0.06 * side, 0.80), (0.15 * side, 0.90)], closed=False), 0.011, DARK
        )
        pen.oval(0.15 * side, 0.905, 0.016, 0.016, DARK)
    pen.taper([(0, 0.68), (0, 0.52), (0, 0.22)], (0.05, 0.075, 0.02), "#4a3a34", "#1f1817")
    pen.oval(0, 0.68, 0.036, 0.036, DARK)


def fish(pen: Pen, look: Look) -> None:
    skin = look.own(look.dice.pick(("#f08a3c", "#3f9fd0", "#f2c040")))
    fin = tint(skin, 0.78)
    tail = [(0.44, 0.50), (0.62, 0.80), (0.84, 0.92), (0.76, 0.52), (0.84, 0.10), (0.62, 0.22)]
    pen.fill(curve(tail), fin, tint(fin, 0.7))
    pen.fill(
        curve([(-0.28, 0.80), (-0.10, 1.0), (0.22, 0.98), (0.36, 0.74), (0.0, 0.72)]),
        tint(fin, 1.05),
        tint(fin, 0.75),
        down=True,
    )
    pen.fill(curve([(-0.06, 0.22), (0.02, 0.0), (0.18, 0.02), (0.22, 0.26)]), tint(fin, 0.85))
    body = [
        (-0.68, 0.48),
        (-0.56, 0.66),
        (-0.26, 0.84),
        (0.10, 0.82),
        (0.40, 0.60),
        (0.52, 0.50),
        (0.40, 0.40),
        (0.10, 0.18),
        (-0.26, 0.16),
        (-0.56, 0.32),
    ]
    pen.fill(curve(body), tint(skin, 1.15), tint(skin, 0.72), down=True)
    for x, low, high in ((-0.34, 0.185, 0.82), (0.04, 0.17, 0.84), (0.34, 0.35, 0.65)):
        band = [
            *arc(x, (low + high) / 2, 0.05, (high - low) / 2, 100, 260),
            *arc(x + 0.09, (low + high) / 2, 0.05, (high - low) / 2.05, 260, 100),
        ]
        pen.fill(band, "#fff8ec", "#d8d2cc", down=True)
    for row in range(3):
        for k in range(5):
            pen.line(
                arc(-0.14 + 0.09 * k, 0.62 - 0.11 * row, 0.035, 0.04, 100, 260, 8), 0.008, tint(skin, 0.7)
            )
    pen.fill(
        curve([(-0.16, 0.44), (0.02, 0.50), (0.10, 0.36), (-0.02, 0.26)]),
        tint(fin, 0.95),
        tint(fin, 0.65),
        down=True,
    )
    pen.oval(-0.50, 0.56, 0.06, 0.065, "#ffffff")
    pen.oval(-0.515, 0.56, 0.034, 0.04, "#17131a")
    pen.oval(-0.528, 0.578, 0.011, 0.012, "#ffffff")
    pen.line(arc(-0.66, 0.44, 0.09, 0.06, 270, 350, 8), 0.014, tint(skin, 0.5))


def turtle(pen: Pen, look: Look) -> None:
    skin, shell = "#7fae6a", look.own("#5f7f3c")
    for x, far in ((-0.34, -0.52), (0.40, 0.58)):
        pen.fill(
            curve(
                [
                    (x - 0.10, 0.30),
                    (x + 0.10, 0.28),
                    (far + 0.12, 0.06),
                    (far - 0.04, 0.0),
                    (far - 0.10, 0.10),
                ]
            ),
            tint(skin, 0.68),
        )
    pen.taper([(0.58, 0.28), (0.74, 0.20)], (0.09, 0.01), tint(skin, 0.8))
    pen.taper([(-0.46, 0.34), (-0.66, 0.46), (-0.78, 0.56)], (0.20, 0.17, 0.18), *look.round(skin, 0.3))
    pen.oval(-0.82, 0.60, 0.155, 0.125, *look.round(skin, 0.3))
    pen.oval(-0.86, 0.645, 0.026, 0.032, DARK)
    pen.oval(-0.868, 0.655, 0.008, 0.010, "#ffffff")
    pen.line(arc(-0.88, 0.60, 0.08, 0.05, 200, 290, 8), 0.014, tint(skin, 0.5))
    dome = arc(0.02, 0.26, 0.64, 0.70, 0, 180, 40)
    pen.fill(dome, tint(shell, 1.2), tint(shell, 0.6), down=True)
    for x, y, r in (
        (0.02, 0.66, 0.19),
        (-0.32, 0.50, 0.15),
        (0.36, 0.50, 0.15),
        (-0.14, 0.38, 0.10),
        (0.18, 0.38, 0.10),
    ):
        cell = [
            (x + r * math.cos(a), y + r * 0.78 * math.sin(a)) for a in (math.tau * k / 6 for k in range(6))
        ]
        pen.fill(cell, tint(shell, 0.55))
        pen.fill(
            [(x + (px - x) * 0.82, y + (py - y) * 0.82) for px, py in cell],
            tint(shell, 1.45),
            tint(shell, 0.9),
            down=True,
        )
    pen.fill(
        curve([(-0.66, 0.27), (-0.60, 0.20), (0.0, 0.16), (0.62, 0.20), (0.70, 0.27), (0.0, 0.285)]),
        "#c9a866",
        "#8f7440",
        down=True,
    )
    for x in (-0.24, 0.50):
        pen.fill(
            curve(
                [
                    (x - 0.11, 0.26),
                    (x + 0.11, 0.26),
                    (x + 0.10, 0.04),
                    (x + 0.04, 0.0),
                    (x - 0.10, 0.0),
                    (x - 0.13, 0.06),
                ]
            ),
            *look.round(skin, 0.35),
        )


SUBJECTS = {
    "horse": Subject(horse, (-0.6, -0.02, 0.62, 1.08), 0.34, "ground", ("hills", "mountains", "desert")),
    "unicorn": Subject(unicorn, (-0.6, -0.02, 0.62, 1.2), 0.34, "ground", ("hills", "forest", "mountains")),
    "elephant": Subject(elephant, (-0.76, -0.02, 0.72, 1.0), 0.36, "ground", ("desert", "hills", "forest")),
    "dragon": Subject(dragon, (-1.0, 0.0, 0.82, 1.04), 0.42, "sky", ("mountains", "sea", "lake")),
    "butterfly": Subject(
        butterfly,
        (-0.62, 0.0, 0.62, 1.02),
        0.26,
        "sky",
        ("hills", "forest"),
        elsewhere={"hills": "bloom", "forest": "bloom"},
    ),
    "fish": Subject(fish, (-0.72, -0.02, 0.88, 1.02), 0.24, "swim", ("underwater",)),
    "turtle": Subject(turtle, (-1.0, -0.02, 0.78, 1.0), 0.24, "swim", ("underwater", "sea")),
}
