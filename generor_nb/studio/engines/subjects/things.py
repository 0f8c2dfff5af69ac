"""Cup, teapot, cake, book, clock, umbrella, snowman, crown, heart, ice cream, apple."""

from __future__ import annotations

import math

from ..pen import Pen, arc, curve, mirrored, rounded
from .look import Look, Subject, tint

DARK = "#2a2224"
MADE = ("#c8504a", "#3f7f9a", "#d9a23c", "#6f8f58", "#8a5f9a", "#e8ddc8")


def cup(pen: Pen, look: Look) -> None:
    clay = look.own(look.dice.pick(("#f3ece0", "#c8504a", "#3f7f9a", "#e0a83c")))
    pen.oval(0.02, 0.055, 0.56, 0.055, tint(clay, 0.98), tint(clay, 0.7), down=True)
    pen.oval(0.02, 0.07, 0.42, 0.035, tint(clay, 0.82))
    pen.line(arc(0.36, 0.34, 0.17, 0.15, -80, 100, 20), 0.062, tint(clay, 0.8 if look.sun < 0 else 1.0))
    side = [(-0.40, 0.57), (-0.38, 0.36), (-0.29, 0.16), (-0.18, 0.08)]
    pen.fill(
        [*curve(side, closed=False), *curve(mirrored(side)[::-1], closed=False)], *look.round(clay, 0.35)
    )
    pen.oval(0, 0.57, 0.40, 0.085, tint(clay, 1.08), tint(clay, 0.86), down=True)
    pen.oval(0, 0.562, 0.35, 0.066, "#5a3520", "#8a5a34", down=True)
    heart = [(0, 0.53), (-0.10, 0.565), (-0.08, 0.60), (0, 0.58), (0.08, 0.60), (0.10, 0.565)]
    pen.fill(curve(heart), "#f0dcc0")
    for k, x in enumerate((-0.14, 0.03, 0.18)):
        rise = [(x, 0.64), (x + 0.05, 0.74), (x - 0.04, 0.84), (x + 0.03, 0.97 - 0.03 * (k % 2))]
        pen.line(curve(rise, closed=False), 0.028, "#ffffff96")


def teapot(pen: Pen, look: Look) -> None:
    clay = look.own(look.dice.pick(("#4f8a94", "#c8604a", "#d9a84a", "#7a6fb0")))
    pen.line(arc(0.44, 0.42, 0.22, 0.22, -100, 100, 24), 0.075, tint(clay, 0.75 if look.sun < 0 else 1.0))
    pen.taper(
        [(-0.34, 0.28), (-0.56, 0.40), (-0.60, 0.60), (-0.74, 0.70)],
        (0.24, 0.13, 0.09, 0.10),
        *look.round(clay, 0.3),
    )
    pen.oval(-0.74, 0.715, 0.055, 0.022, tint(clay, 0.5))
    body = [(-0.30, 0.70), (-0.48, 0.52), (-0.48, 0.26), (-0.30, 0.05), (0, 0.02)]
    pen.fill(curve([*body, *mirrored(body[:-1])[::-1]]), *look.round(clay, 0.45))
    pen.oval(0, 0.03, 0.26, 0.03, tint(clay, 0.55))
    pen.fill([*arc(0, 0.69, 0.30, 0.20, 0, 180)], *look.round(tint(clay, 1.06), 0.4))
    pen.line([(-0.31, 0.69), (0.31, 0.69)], 0.03, tint(clay, 0.66))
    pen.oval(0, 0.915, 0.055, 0.055, "#f0d28a", "#b98f3c", down=True)
    for k in range(6):
        a = math.tau * k / 6
        pen.oval(0.11 * math.cos(a), 0.38 + 0.11 * math.sin(a), 0.068, 0.068, "#f8efe0", "#e2cdb8", down=True)
    pen.oval(0, 0.38, 0.055, 0.055, "#f0c24a")


def cake(pen: Pen, look: Look) -> None:
    cream, sponge = "#fdf4ea", look.own("#f0a6b4")
    pen.oval(0, 0.035, 0.62, 0.045, "#e6e9ee", "#aab2bd", down=True)
    for low, high, half, colour in ((0.05, 0.36, 0.50, sponge), (0.36, 0.62, 0.36, tint(sponge, 1.12))):
        pen.fill([(-half, low), (half, low), (half, high), (-half, high)], *look.round(colour, 0.3))
        pen.oval(0, low, half, 0.035, *look.round(tint(colour, 0.9), 0.3))
        drip = [(-half, high - 0.02)]
        count = 9 if half > 0.4 else 7
        for k in range(count):
            x0, step = -half + 2 * half * k / count, 2 * half / count
            deep = 0.05 + 0.07 * ((k * 5) % 3) / 2
            drip += [
                (x0 + step * t / 6, high - 0.02 - deep * math.sin(math.pi * t / 6) ** 0.6)
                for t in range(1, 7)
            ]
        pen.fill([*drip, (half, high), (-half, high)], *look.round(cream, 0.18))
        pen.oval(0, high, half, 0.05, cream, tint(cream, 0.92), down=True)
    for k in range(6):
        x = -0.42 + 0.168 * k
        pen.oval(x, 0.385, 0.042, 0.036, "#d8323c", "#8f1c2c", down=True)
    for k, x in enumerate((-0.2, 0.0, 0.2)):
        pen.box(x - 0.018, 0.63, x + 0.018, 0.84, *look.round(("#5f9fd0", "#f2c040", "#7fbf7a")[k], 0.3))
        flame = curve([(x, 0.845), (x - 0.032, 0.895), (x, 0.985), (x + 0.032, 0.895)])
        pen.fill(flame, "#ffdf7a", "#ff9a3c", down=True, shine=True)
    pen.lamp(0, 0.9, 0.30, "#ffb45e", 0.45)


def book(pen: Pen, look: Look) -> None:
    tones = look.dice.shuffled(MADE[:5])
    if look.colour:
        tones[0] = look.colour
    y = 0.0
    for k, (half, tall, shift) in enumerate(((0.52, 0.15, 0.02), (0.47, 0.13, -0.04), (0.50, 0.16, 0.03))):
        cover = tones[k]
        pen.fill(rounded(shift - half, y, shift + half, y + tall, 0.03), *look.round(cover, 0.35))
        pen.box(
            shift - half * 0.55,
            y + 0.022,
            shift + half + 0.002,
            y + tall - 0.022,
            "#f4ead6",
            "#cfc0a2",
            down=True,
        )
        for line in (0.4, 0.6):
            pen.line(
                [(shift - half * 0.5, y + tall * line), (shift + half, y + tall * line)],
                0.005,
                "#c4b391",
                round_ends=False,
            )
        for x in (-0.92, -0.66):
            pen.line(
                [(shift + half * x, y + 0.004), (shift + half * x, y + tall - 0.004)],
                0.016,
                "#f0d68a",
                round_ends=False,
            )
        y += tall
    for side in (-1, 1):
        page = [(0, y + 0.03), (0.16 * side, y + 0.11), (0.36 * side, y + 0.09), (0.58 * side, y + 0.02)]
        far = [(0.50 * side, y + 0.46), (0.32 * side, y + 0.52), (0.14 * side, y + 0.52), (0, y + 0.43)]
        under = [(px * 1.04, py - 0.03) for px, py in (*page, *far)]
        pen.fill(under, tint(tones[3], 0.85))
        near = side == look.sun
        pen.fill(
            [*curve(page, closed=False), *curve(far, closed=False)],
            "#fffaf0" if near else "#efe5d2",
            "#d8cab0",
            down=True,
        )
        for k in range(5):
            t = 0.18 + 0.15 * k
            row = [
                (px + (qx - px) * t, py + (qy - py) * t)
                for (px, py), (qx, qy) in zip(page, far[::-1], strict=True)
            ]
            pen.line(
                curve(
                    [
                        (row[0][0] + 0.05 * side, row[0][1] + 0.01),
                        row[1],
                        row[2],
                        (row[3][0] - 0.05 * side, row[3][1]),
                    ],
                    closed=False,
                ),
                0.010,
                "#8f8270",
            )


def clock(pen: Pen, look: Look) -> None:
    metal = look.own(look.dice.pick(("#c8504a", "#3f7f9a", "#d9a23c", "#5f8f6a")))
    for side in (-1, 1):
        pen.taper([(0.22 * side, 0.12), (0.34 * side, 0.0)], (0.08, 0.045), tint(metal, 0.6))
        bell = [(0.10 * side, 0.86), (0.16 * side, 0.99), (0.32 * side, 0.96), (0.38 * side, 0.80)]
        pen.fill(curve([*bell, (0.24 * side, 0.80)]), *look.round(tint(metal, 1.05), 0.4))
        pen.oval(0.285 * side, 0.985, 0.03, 0.03, tint(metal, 0.7))
    pen.box(-0.02, 0.86, 0.02, 1.0, "#6b6f7a")
    pen.oval(0, 1.0, 0.05, 0.028, "#8a8f9a")
    pen.oval(0, 0.46, 0.44, 0.44, *look.round(metal, 0.45))
    pen.oval(0, 0.46, 0.365, 0.365, "#fdf8ec", "#e2d8c2", down=True)
    for k in range(12):
        a = math.tau * k / 12
        long = 0.25 if k % 3 == 0 else 0.29
        ends = [(r * math.sin(a), 0.46 + r * math.cos(a)) for r in (long, 0.325)]
        pen.line(ends, 0.028 if k % 3 == 0 else 0.014, DARK)
    hour = look.dice.between(0, 12)
    for turn, long, thick in ((hour / 12, 0.17, 0.034), (hour % 1, 0.26, 0.022)):
        a = math.tau * turn
        pen.line([(0, 0.46), (long * math.sin(a), 0.46 + long * math.cos(a))], thick, DARK)
    pen.oval(0, 0.46, 0.03, 0.03, "#d84a3c")


def umbrella(pen: Pen, look: Look) -> None:
    cloth = look.own(look.dice.pick(("#d8483a", "#f0b63c", "#3f7fb0", "#7a5fa8")))
    pen.line([(0, 0.1), (0, 0.98)], 0.024, "#6b4a34")
    pen.line([(0, 0.13), *arc(-0.07, 0.10, 0.07, 0.07, 0, -190, 16)], 0.036, "#8a5a38")
    ribs = 6
    for k in range(ribs):
        a, b = -1 + 2 * k / ribs, -1 + 2 * (k + 1) / ribs
        left, right = 0.58 * math.sin(a * math.pi / 2), 0.58 * math.sin(b * math.pi / 2)
        low = 0.50
        side = [
            (left * math.sin(t * math.pi / 2), low + 0.43 * math.cos(t * math.pi / 2))
            for t in (1, 0.75, 0.5, 0.25, 0)
        ]
        back = [
            (right * math.sin(t * math.pi / 2), low + 0.43 * math.cos(t * math.pi / 2))
            for t in (0, 0.25, 0.5, 0.75, 1)
        ]
        hem = curve([(right, low), ((left + right) / 2, low + 0.055), (left, low)], closed=False)
        light = 1.12 - 0.4 * abs((k + 0.5) / ribs - (0.25 if look.sun < 0 else 0.75))
        pen.fill(
            [*side, *back, *hem],
            tint(cloth, light if k % 2 else light * 0.86),
            tint(cloth, 0.62 * light),
            down=True,
        )
    pen.fill([(-0.018, 0.91), (0.018, 0.91), (0.0, 1.0)], "#4a3a34")


def snowman(pen: Pen, look: Look) -> None:
    for x0, side in ((-0.20, -1), (0.20, 1)):
        pen.line([(x0, 0.52), (0.44 * side, 0.64)], 0.024, "#5a4232")
        pen.line([(0.36 * side, 0.60), (0.42 * side, 0.70)], 0.016, "#5a4232")
        pen.line([(0.36 * side, 0.60), (0.46 * side, 0.58)], 0.016, "#5a4232")
    for y, r in ((0.21, 0.25), (0.50, 0.19), (0.735, 0.145)):
        pen.oval(0, y, r, r * 0.95, *look.round("#fbfdff", 0.25))
    for y in (0.42, 0.50, 0.58):
        pen.oval(0, y, 0.02, 0.02, DARK)
    scarf = look.own("#d0403a")
    pen.fill(
        curve([(-0.15, 0.65), (0, 0.60), (0.15, 0.65), (0.14, 0.70), (0, 0.655), (-0.14, 0.70)]),
        *look.round(scarf, 0.35),
    )
    pen.fill([(0.05, 0.65), (0.13, 0.64), (0.15, 0.44), (0.07, 0.45)], *look.round(scarf, 0.3))
    for side in (-1, 1):
        pen.oval(0.05 * side, 0.775, 0.017, 0.019, DARK)
    pen.fill([(-0.012, 0.755), (0.0, 0.725), (-0.16, 0.72)], "#f08a3a", "#c9621e")
    pen.line(arc(0, 0.70, 0.06, 0.035, 200, 340, 12), 0.012, DARK)
    pen.box(-0.115, 0.865, 0.115, 1.03, *look.round("#33343f", 0.4))
    pen.box(-0.115, 0.875, 0.115, 0.91, *look.round(scarf, 0.3))
    pen.box(-0.18, 0.845, 0.18, 0.873, *look.round("#3d3e4a", 0.4))


def crown(pen: Pen, look: Look) -> None:
    gold = look.own("#e8b23c")
    spikes = [
        (-0.50, 0.16),
        (-0.60, 0.80),
        (-0.30, 0.46),
        (0.0, 0.94),
        (0.30, 0.46),
        (0.60, 0.80),
        (0.50, 0.16),
    ]
    pen.fill(spikes, *look.round(gold, 0.4))
    pen.fill(rounded(-0.52, 0.0, 0.52, 0.20, 0.05), *look.round(tint(gold, 0.88), 0.35))
    for (x, y), gem in zip(
        ((-0.60, 0.82), (0.0, 0.95), (0.60, 0.82)), ("#d8434a", "#3f8fd0", "#d8434a"), strict=True
    ):
        pen.oval(x, y, 0.06, 0.06, tint(gem, 1.2), tint(gem, 0.7), down=True)
    for x, gem in ((-0.32, "#3f8fd0"), (0.0, "#d8434a"), (0.32, "#4fae6a")):
        pen.fill(
            [(x - 0.07, 0.10), (x, 0.16), (x + 0.07, 0.10), (x, 0.04)],
            tint(gem, 1.25),
            tint(gem, 0.75),
            down=True,
        )


def heart(pen: Pen, look: Look) -> None:
    red = look.own("#d8434f")
    turn = [math.tau * k / 60 for k in range(60)]
    shape = [
        (
            0.03 * 16 * math.sin(t) ** 3,
            0.53 + 0.03 * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)),
        )
        for t in turn
    ]
    pen.fill(shape, *look.round(red, 0.35))
    pen.fill(curve([(-0.34, 0.74), (-0.30, 0.84), (-0.18, 0.87), (-0.24, 0.78)]), tint(red, 1.6))


def icecream(pen: Pen, look: Look) -> None:
    flavours = look.dice.shuffled(("#f6b8c4", "#f4e6c4", "#b8e0c4", "#8a5a40", "#c4b4e8"))
    if look.colour:
        flavours[2] = look.colour
    pen.fill([(-0.21, 0.44), (0.21, 0.44), (0.0, 0.0)], *look.round("#d99a54", 0.35))
    for k in range(-3, 4):
        for lean in (-1, 1):
            x = 0.09 * k
            pen.line(
                [(x, 0.44), (x + lean * 0.10, 0.22)]
                if abs(x + lean * 0.10) < 0.11 and abs(x) < 0.2
                else [(x, 0.44), (x, 0.43)],
                0.009,
                "#a86a30",
            )
    for (x, y), colour in zip(((-0.12, 0.53), (0.13, 0.53), (0.0, 0.74)), flavours, strict=False):
        pen.oval(x, y, 0.18, 0.17, *look.round(colour, 0.22))
        pen.oval(x - 0.06, y + 0.07, 0.04, 0.03, tint(colour, 1.2))
    pen.fill(
        curve([(-0.26, 0.46), (-0.15, 0.40), (0.0, 0.45), (0.14, 0.39), (0.26, 0.46), (0.0, 0.50)]),
        tint(flavours[0], 0.9),
    )
    pen.oval(0.02, 0.94, 0.06, 0.06, "#d8323c", "#8f1c2c", down=True)
    pen.line(curve([(0.02, 0.98), (0.06, 1.06), (0.14, 1.08)], closed=False), 0.014, "#5a7a3a")


def apple(pen: Pen, look: Look) -> None:
    skin = look.own("#d0392f")
    half = [
        (0.0, 0.80),
        (-0.20, 0.88),
        (-0.44, 0.74),
        (-0.46, 0.42),
        (-0.28, 0.08),
        (-0.10, 0.0),
        (0.0, 0.04),
    ]
    pen.fill(curve([*half, *mirrored(half[1:-1])[::-1]]), *look.round(skin, 0.42))
    pen.oval(0, 0.80, 0.12, 0.035, tint(skin, 0.5))
    pen.line(curve([(0.0, 0.79), (0.02, 0.90), (0.08, 1.0)], closed=False), 0.04, "#5a3d28")
    pen.fill(curve([(0.04, 0.90), (0.16, 1.02), (0.36, 1.0), (0.22, 0.88)]), "#7fb04a", "#3f7a3a", down=True)
    pen.fill(curve([(-0.36, 0.62), (-0.30, 0.74), (-0.20, 0.76), (-0.28, 0.62)]), tint(skin, 1.5))


SUBJECTS = {
    "cup": Subject(cup, (-0.58, -0.01, 0.6, 1.0), 0.30, "table", ("interior",), turns=False),
    "teapot": Subject(teapot, (-0.82, -0.02, 0.72, 1.0), 0.26, "table", ("interior",)),
    "cake": Subject(cake, (-0.64, -0.02, 0.64, 1.0), 0.32, "table", ("interior",)),
    "book": Subject(book, (-0.64, -0.02, 0.64, 1.0), 0.28, "table", ("interior",), turns=False),
    "clock": Subject(clock, (-0.5, -0.03, 0.5, 1.04), 0.28, "table", ("interior",), turns=False),
    "umbrella": Subject(umbrella, (-0.62, -0.02, 0.62, 1.02), 0.34, "ground", ("beach", "hills", "city")),
    "snowman": Subject(snowman, (-0.5, -0.04, 0.5, 1.05), 0.34, "ground", ("hills", "forest", "mountains")),
    "crown": Subject(crown, (-0.68, -0.02, 0.68, 1.03), 0.24, "table", ("interior",)),
    "heart": Subject(heart, (-0.5, -0.0, 0.5, 1.0), 0.30, "sky", ("hills", "sea"), turns=False),
    "icecream": Subject(icecream, (-0.34, -0.02, 0.34, 1.1), 0.30, "table", ("interior",)),
    "apple": Subject(apple, (-0.5, -0.02, 0.5, 1.04), 0.24, "table", ("interior",)),
}
