"""Dog, rabbit, bear, panda, penguin, owl: sitting or standing, seen from the front."""

from __future__ import annotations

from ..pen import Pen, arc, curve, mirrored, rounded
from .look import Look, Subject, tint

DARK = "#2a2224"


def _eyes(pen: Pen, x: float, y: float, r: float, colour: str = DARK) -> None:
    for side in (-1, 1):
        pen.oval(x * side, y, r, r * 1.2, colour)
        pen.oval(x * side - r * 0.3, y + r * 0.45, r * 0.32, r * 0.36, "#ffffff")


def dog(pen: Pen, look: Look) -> None:
    coat, cream = look.own("#c98a45"), "#f4e3c6"
    pen.taper([(0.14, 0.06), (0.34, 0.12), (0.42, 0.30), (0.37, 0.43)], (0.10, 0.09, 0.03), tint(coat, 0.9))
    body = [
        (-0.20, 0.02),
        (-0.22, 0.24),
        (-0.15, 0.48),
        (0.0, 0.60),
        (0.15, 0.48),
        (0.22, 0.24),
        (0.20, 0.02),
    ]
    pen.fill(curve(body), *look.round(coat, 0.4))
    for side in (-1, 1):
        pen.oval(0.195 * side, 0.11, 0.095, 0.12, *look.round(tint(coat, 0.95), 0.35))
    pen.oval(0, 0.36, 0.105, 0.19, cream, tint(cream, 0.8), down=True)
    for side in (-1, 1):
        leg = rounded(0.075 * side - 0.05, 0.0, 0.075 * side + 0.05, 0.36, 0.04)
        pen.fill(leg, *look.round(tint(coat, 1.05), 0.3))
        pen.oval(0.08 * side, 0.03, 0.07, 0.036, cream, tint(cream, 0.8), down=True)
    pen.oval(0, 0.75, 0.20, 0.185, *look.round(coat, 0.35))
    pen.fill(
        curve([(-0.05, 0.90), (0.05, 0.90), (0.05, 0.74), (0.0, 0.70), (-0.05, 0.74)]), tint(cream, 0.97)
    )
    pen.line(arc(0, 0.64, 0.16, 0.10, 215, 325), 0.042, "#c8372f")
    pen.oval(0, 0.515, 0.028, 0.028, "#f0c24a", "#b98a24", down=True)
    pen.oval(0, 0.615, 0.034, 0.052, "#e8818c", "#c95b6c", down=True)
    pen.oval(0, 0.67, 0.115, 0.082, cream, tint(cream, 0.84), down=True)
    pen.oval(0, 0.715, 0.045, 0.032, DARK)
    pen.line([(0, 0.69), (0, 0.655)], 0.01, DARK)
    for side in (-1, 1):
        pen.line(arc(0.045 * side, 0.665, 0.045, 0.03, 180, 360, 10), 0.01, DARK)
    _eyes(pen, 0.085, 0.795, 0.026)
    ear = [(0.11, 0.91), (0.20, 0.92), (0.28, 0.80), (0.30, 0.64), (0.24, 0.57), (0.18, 0.66), (0.15, 0.80)]
    pen.fill(curve(ear), *look.round(tint(coat, 0.62), 0.2))
    pen.fill(curve(mirrored(ear)), *look.round(tint(coat, 0.68), 0.2))


def rabbit(pen: Pen, look: Look) -> None:
    coat, pink = look.own("#cdb9a6"), "#eeb0b4"
    for side, lean in ((-1, -0.04), (1, 0.06)):
        x = 0.075 * side
        ear = [
            (x - 0.05, 0.66),
            (x - 0.065 + lean, 0.86),
            (x + lean, 1.0),
            (x + 0.065 + lean, 0.86),
            (x + 0.05, 0.66),
        ]
        pen.fill(curve(ear), *look.round(coat, 0.3))
        inner = [
            (x - 0.02, 0.70),
            (x - 0.03 + lean, 0.86),
            (x + lean, 0.95),
            (x + 0.03 + lean, 0.86),
            (x + 0.02, 0.70),
        ]
        pen.fill(curve(inner), pink, tint(pink, 0.8), down=True)
    pen.oval(0.20, 0.12, 0.075, 0.075, "#faf5ee", "#d8cfc6", down=True)
    pen.oval(0, 0.22, 0.21, 0.23, *look.round(coat, 0.35))
    pen.oval(0, 0.21, 0.115, 0.165, "#f8f1e7", "#dccfc0", down=True)
    for side in (-1, 1):
        pen.oval(0.13 * side, 0.035, 0.10, 0.042, *look.round(tint(coat, 1.08), 0.25))
        pen.oval(0.07 * side, 0.26, 0.042, 0.085, *look.round(tint(coat, 1.05), 0.3))
    pen.oval(0, 0.55, 0.175, 0.155, *look.round(coat, 0.3))
    for side in (-1, 1):
        pen.oval(0.05 * side, 0.49, 0.062, 0.05, "#f8f1e7", "#e2d6c8", down=True)
    pen.fill([(-0.024, 0.525), (0.024, 0.525), (0.0, 0.50)], "#d97f8a")
    pen.box(-0.02, 0.44, 0.02, 0.475, "#fffdf6")
    pen.line([(0, 0.44), (0, 0.475)], 0.004, "#cbbba8")
    for side in (-1, 1):
        pen.line([(0.07 * side, 0.50), (0.24 * side, 0.525)], 0.005, "#efe6da")
        pen.line([(0.07 * side, 0.485), (0.23 * side, 0.47)], 0.005, "#efe6da")
    _eyes(pen, 0.085, 0.585, 0.026)


def bear(pen: Pen, look: Look) -> None:
    _bear(pen, look, look.own("#8a5a38"), look.own("#8a5a38"), "#e3c295")


def panda(pen: Pen, look: Look) -> None:
    _bear(pen, look, "#f6f3ee", "#2b2a30", "#f6f3ee")
    for side in (-1, 1):
        pen.oval(0.098 * side, 0.755, 0.058, 0.066, "#2b2a30")
    _eyes(pen, 0.09, 0.76, 0.021, "#0d0c10")


def _bear(pen: Pen, look: Look, coat: str, limbs: str, pale: str) -> None:
    for side in (-1, 1):
        pen.oval(0.185 * side, 0.905, 0.082, 0.082, *look.round(limbs, 0.35))
        pen.oval(0.182 * side, 0.90, 0.045, 0.045, tint(limbs, 0.7))
    pen.oval(0, 0.28, 0.29, 0.29, *look.round(coat, 0.4))
    pen.oval(0, 0.27, 0.18, 0.21, pale, tint(pale, 0.8), down=True)
    for side in (-1, 1):
        arm = [(0.20 * side, 0.48), (0.32 * side, 0.36), (0.30 * side, 0.20)]
        pen.taper(arm, (0.13, 0.14, 0.12), *look.round(tint(limbs, 0.94), 0.35))
        pen.oval(0.21 * side, 0.085, 0.125, 0.10, *look.round(tint(limbs, 0.95), 0.35))
        pen.oval(0.22 * side, 0.09, 0.062, 0.06, tint(pale, 0.86))
    pen.oval(0, 0.73, 0.245, 0.215, *look.round(coat, 0.35))
    pen.oval(0, 0.655, 0.115, 0.09, pale, tint(pale, 0.85), down=True)
    pen.oval(0, 0.70, 0.046, 0.034, DARK)
    pen.line([(0, 0.67), (0, 0.635)], 0.011, DARK)
    pen.line(arc(0, 0.648, 0.05, 0.032, 200, 340, 12), 0.011, DARK)
    _eyes(pen, 0.10, 0.765, 0.026)


def penguin(pen: Pen, look: Look) -> None:
    back, belly, beak = look.own("#2c3242"), "#fbf8f2", "#f2a33a"
    for side in (-1, 1):
        pen.oval(0.10 * side, 0.025, 0.10, 0.035, beak, tint(beak, 0.72), down=True)
        wing = [
            (0.20 * side, 0.60),
            (0.30 * side, 0.44),
            (0.34 * side, 0.24),
            (0.25 * side, 0.24),
            (0.19 * side, 0.40),
        ]
        pen.fill(curve(wing), tint(back, 1.25 if side == look.sun else 0.8))
    body = [(0, 1.0), (-0.15, 0.93), (-0.19, 0.78), (-0.24, 0.5), (-0.26, 0.25), (-0.17, 0.05), (0, 0.02)]
    pen.fill(curve([*body, *mirrored(body[1:-1])[::-1]]), *look.round(back, 0.35))
    front = [(0, 0.70), (-0.13, 0.66), (-0.19, 0.42), (-0.19, 0.2), (-0.11, 0.06), (0, 0.045)]
    pen.fill(curve([*front, *mirrored(front[1:-1])[::-1]]), belly, tint(belly, 0.78), down=True)
    for side in (-1, 1):
        pen.oval(0.07 * side, 0.80, 0.075, 0.085, belly, tint(belly, 0.9), down=True)
    pen.oval(0, 0.72, 0.10, 0.06, belly)
    _eyes(pen, 0.065, 0.82, 0.026)
    pen.fill([(-0.05, 0.775), (0.05, 0.775), (0.0, 0.70)], beak, tint(beak, 0.75), down=True)
    for side in (-1, 1):
        pen.oval(0.135 * side, 0.70, 0.035, 0.05, "#f6c65a")


def owl(pen: Pen, look: Look) -> None:
    coat, pale = look.own("#8f6a48"), "#ead9b8"
    if look.place != "perch":
        pen.taper(
            [(-0.48, 0.03), (-0.1, 0.06), (0.3, 0.045), (0.5, 0.08)],
            (0.05, 0.075, 0.06, 0.03),
            "#5c4434",
            "#463326",
        )
        pen.fill(
            curve([(0.36, 0.08), (0.44, 0.2), (0.52, 0.17), (0.46, 0.08)]), "#6f9a52", "#4a7340", down=True
        )
    pen.fill([(-0.10, 0.14), (0.10, 0.14), (0.06, -0.08), (-0.06, -0.08)], tint(coat, 0.6))
    body = [(0, 0.86), (-0.21, 0.80), (-0.27, 0.52), (-0.23, 0.24), (-0.12, 0.08), (0, 0.06)]
    pen.fill(curve([*body, *mirrored(body[1:-1])[::-1]]), *look.round(coat, 0.4))
    pen.oval(0, 0.34, 0.165, 0.26, pale, tint(pale, 0.75), down=True)
    for row in range(5):
        for k in range(row % 2 - 2, 3):
            x = 0.06 * k + (0.03 if row % 2 == 0 else 0) - 0.03
            if abs(x) < 0.14 - 0.012 * row:
                pen.fill(arc(x, 0.46 - 0.072 * row, 0.027, 0.032, 180, 360, 8), tint(coat, 0.92))
    wing = [(-0.22, 0.64), (-0.30, 0.44), (-0.26, 0.20), (-0.17, 0.10), (-0.15, 0.34)]
    pen.fill(curve(wing), tint(coat, 0.85 if look.sun < 0 else 0.6))
    pen.fill(curve(mirrored(wing)), tint(coat, 0.85 if look.sun > 0 else 0.6))
    for side in (-1, 1):
        pen.fill(
            [(0.06 * side, 0.83), (0.235 * side, 1.0), (0.215 * side, 0.74)],
            *look.round(tint(coat, 0.85), 0.3),
        )
        pen.oval(0.105 * side, 0.71, 0.125, 0.125, pale, tint(pale, 0.86), down=True)
        pen.oval(0.10 * side, 0.71, 0.078, 0.078, "#f4b93a", "#e08a24", down=True, shine=look.lit)
        pen.oval(0.095 * side, 0.71, 0.042, 0.044, "#17131a", shine=look.lit)
        pen.oval(0.08 * side, 0.73, 0.014, 0.014, "#ffffff", shine=look.lit)
        for k in (-1, 0, 1):
            pen.oval(0.08 * side + 0.028 * k, 0.075, 0.016, 0.03, "#e0a03c")
    pen.fill([(-0.034, 0.68), (0.034, 0.68), (0.0, 0.575)], "#e8a63c", "#b5711e", down=True)


SUBJECTS = {
    "dog": Subject(dog, (-0.34, -0.02, 0.48, 1.0), 0.28, "ground", ("hills", "lake", "city")),
    "rabbit": Subject(rabbit, (-0.3, -0.02, 0.3, 1.03), 0.24, "ground", ("hills", "forest")),
    "bear": Subject(bear, (-0.42, -0.03, 0.42, 1.02), 0.32, "ground", ("forest", "mountains")),
    "panda": Subject(panda, (-0.42, -0.03, 0.42, 1.02), 0.32, "ground", ("forest", "hills")),
    "penguin": Subject(penguin, (-0.38, -0.02, 0.38, 1.02), 0.28, "ground", ("mountains", "lake")),
    "owl": Subject(
        owl,
        (-0.52, -0.1, 0.56, 1.03),
        0.30,
        "ground",
        ("forest",),
        elsewhere={"forest": "perch", "mountains": "perch", "hills": "perch"},
    ),
}
