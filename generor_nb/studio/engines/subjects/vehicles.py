"""Sailboat, hot-air balloon, rocket, robot, astronaut."""

from __future__ import annotations

import math

from ..pen import Pen, curve, rounded
from .look import Look, Subject, tint

STRIPES = (("#d8483a", "#f5b942"), ("#2e7f8f", "#f3e3c3"), ("#7a4a8f", "#f0a35e"), ("#3a62a8", "#f4f0e6"))


def sailboat(pen: Pen, look: Look) -> None:
    sail, hull = look.own("#f6efe2"), "#7a3b2e"
    main = curve([(-0.012, 0.17), (-0.012, 0.96)], closed=False) + curve(
        [(-0.012, 0.96), (-0.20, 0.62), (-0.36, 0.32), (-0.43, 0.165)], closed=False
    )
    pen.fill(main, *look.round(sail, 0.28))
    jib = curve([(0.02, 0.90), (0.16, 0.60), (0.29, 0.33), (0.40, 0.165)], closed=False)
    pen.fill(
        [*jib, *curve([(0.40, 0.165), (0.22, 0.21), (0.02, 0.20)], closed=False)],
        *look.round(tint(sail, 0.93)),
    )
    for t in (0.3, 0.5, 0.7):
        pen.line(
            [(-0.012, 0.17 + 0.79 * t), (-0.43 + 0.40 * t**0.8, 0.17 + 0.79 * t)], 0.004, tint(sail, 0.78)
        )
    pen.line([(0.0, 0.08), (0.0, 1.0)], 0.014, "#5a4030")
    pen.line([(-0.45, 0.155), (0.0, 0.155)], 0.011, "#5a4030")
    pen.fill([(0.0, 1.0), (-0.10, 0.975), (0.0, 0.95)], "#d8483a")
    body = curve([(-0.46, 0.13), (-0.40, 0.03), (-0.15, -0.02), (0.2, -0.015), (0.40, 0.05)], closed=False)
    deck = curve([(0.40, 0.05), (0.54, 0.155), (0.2, 0.118), (-0.15, 0.108), (-0.46, 0.13)], closed=False)
    pen.fill([*body, *deck], *look.round(hull, 0.45))
    trim = curve([(-0.45, 0.115), (-0.15, 0.088), (0.2, 0.098), (0.49, 0.125)], closed=False)
    pen.line(trim, 0.018, "#f0e0c0")
    pen.fill([(-0.28, 0.115), (-0.08, 0.112), (-0.1, 0.17), (-0.25, 0.17)], *look.round("#d9c7a8"))
    if look.lit:
        pen.box(-0.22, 0.13, -0.13, 0.155, "#ffd27a", shine=True)
        pen.lamp(-0.17, 0.14, 0.12, "#ffb45e", 0.7)


def balloon(pen: Pen, look: Look) -> None:
    first, second = look.dice.pick(STRIPES)
    first = look.own(first)
    gores, steps = 8, 30

    def half(y: float) -> float:
        if y > 0.65:
            return 0.345 * math.sqrt(max(0.0, 1 - ((y - 0.65) / 0.35) ** 2))
        return 0.345 * (0.20 + 0.80 * math.pow(math.sin(math.pi / 2 * (y - 0.20) / 0.45), 1.05))

    heights = [0.20 + 0.80 * k / steps for k in range(steps + 1)]
    for g in range(gores):
        a, b = (math.sin(math.pi * (k / gores - 0.5)) for k in (g, g + 1))
        shape = [(half(y) * a, y) for y in heights] + [(half(y) * b, y) for y in reversed(heights)]
        light = 1.08 - 0.5 * abs((g + 0.5) / gores - (0.28 if look.sun < 0 else 0.72))
        pen.fill(shape, tint(first if g % 2 else second, light))
    pen.fill(
        [(-half(0.2), 0.2), (half(0.2), 0.2), (half(0.23), 0.23), (-half(0.23), 0.23)], tint(first, 0.45)
    )
    band = [y for y in heights if 0.55 <= y <= 0.68]
    shape = [(-half(y), y) for y in band] + [(half(y), y) for y in reversed(band)]
    pen.fill(shape, *look.round(tint(first, 0.75), 0.35))
    if look.lit:
        pen.lamp(0, 0.40, 0.34, "#ffb45e", 0.55)
        pen.fill(curve([(-0.022, 0.14), (0.0, 0.21), (0.022, 0.14)]), "#ffe9b0", "#ff9a3c", shine=True)
    for x in (-0.06, -0.02, 0.02, 0.06):
        pen.line([(x * 1.1, 0.205), (x, 0.105)], 0.005, "#4a3a30", round_ends=False)
    pen.fill([(-0.068, 0.11), (0.068, 0.11), (0.056, 0.0), (-0.056, 0.0)], *look.round("#9a6a3f", 0.45))
    for y in (0.03, 0.06, 0.085):
        pen.line([(-0.06, y), (0.06, y)], 0.005, "#6b4526", round_ends=False)
    pen.line([(-0.07, 0.11), (0.07, 0.11)], 0.014, "#6b4526")


def rocket(pen: Pen, look: Look) -> None:
    shell, trim = look.own("#eef0f4"), "#d0443a"
    if look.place == "ground":
        for side in (-1, 1):
            pen.line([(0.10 * side, 0.22), (0.20 * side, 0.0)], 0.022, "#6d7480")
            pen.line([(0.16 * side, 0.005), (0.24 * side, 0.005)], 0.02, "#4a4f5c")
        pen.fill([(-0.05, 0.15), (0.05, 0.15), (0.08, 0.06), (-0.08, 0.06)], *look.round("#5a606c", 0.4))
    else:
        _flame(pen)
    for side in (-1, 1):
        fin = curve([(0.12 * side, 0.40), (0.25 * side, 0.24), (0.27 * side, 0.08)], closed=False)
        pen.fill([*fin, (0.11 * side, 0.18)], tint(trim, 1.05 if side == look.sun else 0.7))
    left = curve([(0.0, 1.0), (-0.095, 0.83), (-0.14, 0.6), (-0.13, 0.35), (-0.09, 0.16)], closed=False)
    pen.fill([*left, *[(-x, y) for x, y in reversed(left)]], *look.round(shell, 0.5))
    nose = [p for p in left if p[1] > 0.80]
    pen.fill([*nose, *[(-x, y) for x, y in reversed(nose)]], *look.round(trim, 0.5))
    pen.fill([(-0.095, 0.19), (0.095, 0.19), (0.075, 0.14), (-0.075, 0.14)], *look.round("#4a4f5c"))
    pen.fill([(-0.131, 0.33), (0.131, 0.33), (0.128, 0.30), (-0.128, 0.30)], *look.round(trim, 0.5))
    pen.oval(0, 0.62, 0.068, 0.068, *look.round("#8a919e"))
    pen.oval(0, 0.62, 0.05, 0.05, "#9fdcf0", "#2d6a8f", down=True)
    pen.oval(-0.018, 0.64, 0.012, 0.016, "#eafaff")
    pen.fill([(-0.014, 0.38), (0.014, 0.38), (0.014, 0.1), (0, 0.05), (-0.014, 0.1)], *look.round(trim, 0.4))


def _flame(pen: Pen) -> None:
    flame = curve([(-0.075, 0.17), (-0.10, 0.05), (0.0, -0.26), (0.10, 0.05), (0.075, 0.17)])
    pen.fill(flame, "#fff0b8", "#ff7a2e", down=True, shine=True)
    pen.fill(
        [(x * 0.5, 0.17 + (y - 0.17) * 0.6) for x, y in flame], "#ffffff", "#ffd76a", down=True, shine=True
    )
    pen.lamp(0, 0.02, 0.45, "#ff9a4a", 0.9)


def astronaut(pen: Pen, look: Look) -> None:
    suit, joint = look.own("#eef0f2"), "#9aa2ae"
    pen.fill(rounded(-0.23, 0.34, 0.23, 0.74, 0.06), *look.round("#8d95a2", 0.4))
    for side in (-1, 1):
        leg = [(0.09 * side, 0.42), (0.105 * side, 0.22), (0.11 * side, 0.07)]
        pen.taper(leg, (0.17, 0.15, 0.14), *look.round(suit, 0.35))
        pen.line([(0.04 * side, 0.20), (0.175 * side, 0.20)], 0.02, joint)
        pen.fill(
            rounded(0.11 * side - 0.09, 0.0, 0.11 * side + 0.09, 0.085, 0.03), *look.round("#5c6470", 0.4)
        )
        up = side == look.sun
        arm = [(0.16 * side, 0.62), (0.27 * side, 0.56), (0.31 * side, 0.72)]
        arm = arm if up else [(0.16 * side, 0.62), (0.25 * side, 0.50), (0.25 * side, 0.36)]
        pen.taper(arm, (0.13, 0.12, 0.10), *look.round(tint(suit, 1.0 if up else 0.86), 0.35))
        pen.oval(arm[-1][0], arm[-1][1] + (0.02 if up else -0.02), 0.055, 0.055, *look.round("#5c6470", 0.4))
    pen.fill(rounded(-0.18, 0.36, 0.18, 0.70, 0.08), *look.round(suit, 0.35))
    pen.fill(rounded(-0.09, 0.47, 0.09, 0.58, 0.02), *look.round("#b9c0ca", 0.3))
    for k, colour in enumerate(("#d0443a", "#3f7fc0", "#e0b03c")):
        pen.oval(-0.05 + 0.05 * k, 0.525, 0.014, 0.014, colour)
    pen.line([(-0.17, 0.40), (0.17, 0.40)], 0.02, "#d0643a")
    pen.oval(0, 0.82, 0.19, 0.185, *look.round(suit, 0.35))
    pen.oval(0, 0.815, 0.142, 0.125, "#2a2f3c")
    pen.oval(0, 0.815, 0.13, 0.113, "#f0c05a", "#5a3a2a", down=True)
    pen.fill(curve([(-0.09, 0.83), (-0.05, 0.89), (0.0, 0.905), (-0.04, 0.86)]), "#fff2cc")


def robot(pen: Pen, look: Look) -> None:
    metal, dark = look.own("#8fb0bd"), "#3d4a55"
    for side in (-1, 1):
        pen.box(0.05 * side - 0.045, 0.05, 0.05 * side + 0.035, 0.24, *look.round("#6d7f8a"))
        foot = curve(
            [
                (0.09 * side - 0.09, 0),
                (0.09 * side + 0.09, 0),
                (0.08 * side + 0.06, 0.07),
                (0.06 * side - 0.05, 0.07),
            ]
        )
        pen.fill(foot, *look.round(dark, 0.3))
        arm = curve([(0.2 * side, 0.5), (0.29 * side, 0.40), (0.27 * side, 0.25)], closed=False)
        pen.line(arm, 0.055, tint("#6d7f8a", 1.1 if side == look.sun else 0.75))
        pen.oval(0.27 * side, 0.23, 0.042, 0.042, *look.round(dark, 0.3))
    pen.fill(rounded(-0.2, 0.2, 0.2, 0.57, 0.06), *look.round(metal, 0.45))
    pen.fill(rounded(-0.12, 0.29, 0.12, 0.46, 0.03), *look.round(tint(metal, 0.72), 0.3))
    for i, colour in enumerate(("#f25f4c", "#f5c542", "#58c98b")):
        pen.oval(-0.07 + 0.07 * i, 0.41, 0.018, 0.018, colour, shine=look.lit)
    for i, tall in enumerate((0.03, 0.055, 0.04, 0.06, 0.045)):
        pen.box(-0.085 + 0.036 * i, 0.305, -0.063 + 0.036 * i, 0.305 + tall, "#bfe8ee")
    pen.box(-0.05, 0.565, 0.05, 0.61, *look.round(dark, 0.3))
    pen.fill(rounded(-0.23, 0.60, 0.23, 0.90, 0.08), *look.round(metal, 0.45))
    pen.fill(rounded(-0.18, 0.65, 0.18, 0.85, 0.06), "#16222c", "#24343f", down=True)
    for side in (-1, 1):
        pen.oval(0.085 * side, 0.765, 0.042, 0.05, "#7ff0e4", shine=True)
        pen.oval(0.085 * side - 0.012, 0.782, 0.012, 0.014, "#eaffff", shine=True)
        pen.oval(0.245 * side, 0.75, 0.026, 0.055, *look.round(dark, 0.3))
    pen.lamp(0, 0.765, 0.22, "#5fe0d8", 0.3)
    pen.line(curve([(-0.045, 0.69), (0.0, 0.675), (0.045, 0.69)], closed=False), 0.012, "#7ff0e4", shine=True)
    pen.line([(0, 0.9), (0, 0.965)], 0.014, dark)
    pen.oval(0, 0.975, 0.024, 0.024, "#f25f4c", shine=look.lit)


SUBJECTS = {
    "sailboat": Subject(sailboat, (-0.5, -0.04, 0.57, 1.02), 0.36, "water", ("sea", "lake")),
    "balloon": Subject(
        balloon, (-0.37, -0.02, 0.37, 1.02), 0.32, "sky", ("mountains", "hills", "lake", "desert")
    ),
    "rocket": Subject(
        rocket,
        (-0.3, -0.3, 0.3, 1.02),
        0.46,
        "sky",
        ("space",),
        elsewhere={"moon": "ground", "mars": "ground"},
    ),
    "robot": Subject(robot, (-0.36, -0.02, 0.36, 1.02), 0.34, "ground", ("city", "desert", "hills", "space")),
    "astronaut": Subject(astronaut, (-0.4, -0.02, 0.4, 1.03), 0.34, "ground", ("space",)),
}
