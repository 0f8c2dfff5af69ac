"""Trees, flowers, and the plants a scene needs."""

from __future__ import annotations

import math

from ..pen import Pen, curve
from .look import Look, Subject, blend, tint

CROWNS = {
    "spring": ("#f4b6c8", "#c86f92"),
    "summer": ("#7fb04a", "#2f5a34"),
    "autumn": ("#f0a03c", "#8f3a22"),
    "winter": ("#dfe8f0", "#93a5b8"),
}


def tree(pen: Pen, look: Look) -> None:
    light, dark = CROWNS[look.season]
    if look.colour:
        light, dark = tint(look.colour, 1.15), tint(look.colour, 0.5)
    _branch(pen, look, 0.0, 0.0, math.pi / 2, 0.30, 0.058, 4)
    pen.fill([(-0.075, 0), (0.08, 0), (0.03, 0.12), (-0.03, 0.12)], *look.round("#5a4232", 0.5))
    blobs = [_blob(look) for _ in range(150)]
    for i, (x, y, r) in enumerate(sorted(blobs, key=lambda b: b[1] - b[0] * look.sun * 0.6)):
        lift = 0.5 + (y - 0.66) * 1.5 + x * look.sun * 0.9
        t = min(1.0, max(0.0, 0.75 * i / len(blobs) + 0.35 * lift))
        pen.oval(x, y, r, r * 0.86, blend(dark, light, t))


def _blob(look: Look) -> tuple[float, float, float]:
    angle, far = look.dice.between(0, math.tau), math.sqrt(look.dice.number())
    wobble = 0.86 + 0.14 * math.sin(3 * angle + 1)
    return (
        0.36 * far * math.cos(angle) * wobble,
        0.67 + 0.27 * far * math.sin(angle) * wobble,
        look.dice.between(0.03, 0.07),
    )


def _branch(
    pen: Pen, look: Look, x: float, y: float, angle: float, length: float, width: float, left: int
) -> None:
    x1, y1 = x + length * math.cos(angle), y + length * math.sin(angle)
    pen.line([(x, y), (x1, y1)], width, "#5a4232" if look.sun > 0 else "#4a3528")
    if left:
        for turn in (-1, 1):
            lean = turn * look.dice.between(0.32, 0.62)
            _branch(
                pen, look, x1, y1, angle + lean, length * look.dice.between(0.62, 0.76), width * 0.6, left - 1
            )


def pine(pen: Pen, look: Look) -> None:
    leaf = look.own("#2f5a48")
    pen.box(-0.022, 0, 0.022, 0.14, *look.round("#4e3a2c"))
    tiers = 9
    for i in range(tiers):
        t = i / tiers
        y, half, tall = 0.08 + 0.80 * t, 0.245 * (1 - t) ** 0.85 + 0.03, 0.19 - 0.05 * t
        left = _tier(look, y, half, tall, -1)
        right = _tier(look, y, half, tall, 1)
        lit, dark = (left, right) if look.sun < 0 else (right, left)
        pen.fill(lit, tint(leaf, 1.2), tint(leaf, 0.86), down=True)
        pen.fill(dark, tint(leaf, 0.82), tint(leaf, 0.55), down=True)
        if look.snow:
            cap = [(px * 0.62, y + tall - (y + tall - py) * 0.55) for px, py in (*left, *right)]
            pen.fill(cap, "#f4f8fc", "#c3d2e2", down=True)


def _tier(look: Look, y: float, half: float, tall: float, side: int) -> list[tuple[float, float]]:
    edge = [(0.0, y + tall), (half * 0.35 * side, y + tall * 0.5), (half * side, y - 0.01)]
    fringe = [
        (half * k * side, y + (0.02 if i % 2 else -0.015) * (1 + look.dice.number()))
        for i, k in enumerate((0.75, 0.55, 0.35, 0.18))
    ]
    return [*edge, *fringe, (0.0, y)]


def flower(pen: Pen, look: Look) -> None:
    petal = look.own(look.dice.pick(("#e8574a", "#f2b632", "#d96fb0", "#7a6fd9", "#f6f0e4")))
    lean = look.dice.between(-0.12, 0.12)
    pen.line([(0, 0), (lean * 0.3, 0.4), (lean, 0.8)], 0.035, "#4f7a3c")
    for side in (-1, 1):
        pen.fill([(lean * 0.2, 0.2), (0.2 * side, 0.42), (0.1 * side, 0.26)], "#5c8f45", "#39602f", down=True)
    for k in range(8):
        a = math.tau * k / 8
        pen.oval(
            lean + 0.12 * math.cos(a),
            0.82 + 0.10 * math.sin(a),
            0.085,
            0.075,
            tint(petal, 1.05 - 0.25 * (k > 3)),
        )
    pen.oval(lean, 0.82, 0.07, 0.06, "#f4c542", "#a86a1e", down=True)


def tulip(pen: Pen, look: Look) -> None:
    petal = look.own(look.dice.pick(("#e0433f", "#f2b632", "#d95f9f", "#f6f0e4", "#8a4fa8", "#f07f4a")))
    lean = look.dice.between(-0.05, 0.05)
    pen.taper([(0, 0), (lean * 0.4, 0.35), (lean, 0.70)], (0.045, 0.04, 0.035), *look.round("#6f9f4c", 0.35))
    for side in (-1, 1):
        leaf = [(0.0, 0.02), (0.10 * side, 0.20), (0.20 * side, 0.52), (0.09 * side, 0.36), (0.0, 0.14)]
        pen.fill(curve(leaf), "#6fa05a", "#3f6f3c", down=True)
    back = [(-0.10, 0.72), (-0.07, 0.98), (0.0, 0.88), (0.07, 0.98), (0.10, 0.72)]
    pen.fill([(lean + x, y) for x, y in back], tint(petal, 0.72))
    for side in (-1, 1):
        cup = [
            (0.0, 0.64),
            (0.10 * side, 0.66),
            (0.16 * side, 0.80),
            (0.145 * side, 0.96),
            (0.03 * side, 0.84),
        ]
        pen.fill(
            [(lean + x, y) for x, y in curve(cup)],
            tint(petal, 1.12),
            tint(petal, 0.8 if side > 0 else 0.9),
            down=True,
        )
    front = [(0.0, 0.63), (-0.085, 0.72), (-0.07, 0.86), (0.0, 0.96), (0.07, 0.86), (0.085, 0.72)]
    pen.fill([(lean + x, y) for x, y in curve(front)], tint(petal, 1.22), tint(petal, 0.86), down=True)


def cactus(pen: Pen, look: Look) -> None:
    green = look.own("#4f8a5a")
    for side, low, high in ((-1, 0.34, 0.68), (1, 0.46, 0.80)):
        pen.line(
            [(0, low), (0.2 * side, low), (0.2 * side, high)],
            0.10,
            tint(green, 1.05 if side == look.sun else 0.66),
        )
    pen.box(-0.075, 0, 0.075, 0.93, *look.round(green, 0.5))
    pen.oval(0, 0.93, 0.075, 0.07, *look.round(green, 0.5))
    for x in (-0.04, 0.0, 0.04):
        pen.line([(x, 0.02), (x, 0.95)], 0.008, tint(green, 0.68), round_ends=False)


SUBJECTS = {
    "tree": Subject(tree, (-0.5, -0.02, 0.5, 1.05), 0.46, "ground", ("hills", "lake")),
    "pine": Subject(pine, (-0.32, -0.02, 0.32, 1.1), 0.38, "ground", ("forest", "mountains", "lake")),
    "flower": Subject(flower, (-0.3, -0.02, 0.3, 1.02), 0.14, "ground", ("hills",), group=9),
    "tulip": Subject(
        tulip, (-0.26, -0.02, 0.26, 1.02), 0.18, "ground", ("hills",), group=9, elsewhere={"hills": "rows"}
    ),
    "cactus": Subject(cactus, (-0.3, -0.02, 0.3, 1.02), 0.24, "ground", ("desert",), group=3),
}
