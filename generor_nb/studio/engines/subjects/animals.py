"""Fox, cat, deer, whale, birds, and a wanderer."""

from __future__ import annotations

from ..pen import Pen, Points, curve
from .look import Look, Subject, tint


def fox(pen: Pen, look: Look) -> None:
    coat, cream, dark = look.own("#d9702e"), "#f6e6d0", "#3a2621"
    tail = [
        (0.10, 0.02),
        (0.34, 0.0),
        (0.56, 0.10),
        (0.62, 0.34),
        (0.52, 0.52),
        (0.46, 0.40),
        (0.40, 0.24),
        (0.22, 0.14),
    ]
    pen.fill(curve(tail), *look.round(coat, 0.4))
    pen.fill(curve([(0.62, 0.34), (0.60, 0.46), (0.52, 0.53), (0.465, 0.42), (0.53, 0.40)]), cream, "#d6c3ac")
    body = [
        (-0.16, 0.02),
        (-0.20, 0.30),
        (-0.17, 0.52),
        (-0.02, 0.60),
        (0.11, 0.50),
        (0.22, 0.28),
        (0.26, 0.10),
        (0.18, 0.01),
    ]
    pen.fill(curve(body), *look.round(coat, 0.4))
    haunch = [(0.02, 0.02), (0.03, 0.20), (0.14, 0.29), (0.25, 0.20), (0.27, 0.06), (0.18, 0.0)]
    pen.fill(curve(haunch), *look.round(tint(coat, 0.93), 0.35))
    pen.fill(
        curve([(-0.19, 0.30), (-0.17, 0.50), (-0.10, 0.52), (-0.06, 0.36), (-0.10, 0.20), (-0.15, 0.16)]),
        cream,
        "#e2cfb6",
        down=True,
    )
    for x in (-0.14, -0.05):
        leg = [
            (x - 0.035, 0.28),
            (x + 0.035, 0.28),
            (x + 0.025, 0.08),
            (x + 0.03, 0.0),
            (x - 0.06, 0.0),
            (x - 0.03, 0.08),
        ]
        pen.fill(leg, coat, dark, down=True)
    pen.oval(0.12, 0.025, 0.085, 0.03, dark)
    _fox_head(pen, look, coat, cream, dark)


def _fox_head(pen: Pen, look: Look, coat: str, cream: str, dark: str) -> None:
    for x0, x1, tip in ((-0.23, -0.12, (-0.215, 0.98)), (-0.07, 0.06, (0.02, 0.98))):
        pen.fill([(x0, 0.78), tip, (x1, 0.80)], *look.round(tint(coat, 0.92), 0.35))
        mid = (x0 + x1) / 2
        pen.fill([(mid - 0.028, 0.80), (tip[0], 0.925), (mid + 0.03, 0.80)], dark)
    head = [
        (-0.28, 0.70),
        (-0.22, 0.81),
        (-0.10, 0.85),
        (0.03, 0.82),
        (0.12, 0.70),
        (0.02, 0.60),
        (-0.12, 0.525),
        (-0.20, 0.60),
    ]
    pen.fill(curve(head), *look.round(coat, 0.35))
    left = [(-0.285, 0.695), (-0.20, 0.69), (-0.145, 0.62), (-0.13, 0.525), (-0.19, 0.59)]
    right = [(0.125, 0.695), (0.02, 0.69), (-0.08, 0.62), (-0.12, 0.525), (0.0, 0.59)]
    pen.fill(curve(left), cream)
    pen.fill(curve(right), tint(cream, 0.92))
    pen.oval(-0.132, 0.545, 0.03, 0.024, "#221a1a")
    for x in (-0.19, -0.03):
        pen.oval(x, 0.70, 0.021, 0.028, "#221a1a")
        pen.oval(x - 0.006, 0.71, 0.007, 0.008, "#fff6e6")


def cat(pen: Pen, look: Look) -> None:
    coat = look.own("#3f3b45")
    tail = curve([(0.16, 0.06), (0.38, 0.03), (0.46, 0.16), (0.38, 0.28), (0.42, 0.38)], closed=False)
    pen.line(tail, 0.065, tint(coat, 0.85))
    body = [
        (-0.20, 0.01),
        (-0.21, 0.22),
        (-0.14, 0.46),
        (-0.09, 0.60),
        (0.09, 0.60),
        (0.14, 0.46),
        (0.22, 0.22),
        (0.21, 0.01),
    ]
    pen.fill(curve(body), *look.round(coat, 0.45))
    for x in (-0.07, 0.07):
        pen.fill(
            curve([(x - 0.05, 0.02), (x - 0.045, 0.3), (x + 0.045, 0.3), (x + 0.05, 0.02)]),
            *look.round(tint(coat, 1.12), 0.35),
        )
        pen.oval(x, 0.025, 0.065, 0.034, *look.round(tint(coat, 1.25), 0.35))
        side = 1 if x > 0 else -1
        pen.fill([(0.05 * side, 0.84), (0.185 * side, 0.99), (0.20 * side, 0.74)], *look.round(coat, 0.35))
        pen.fill([(0.085 * side, 0.84), (0.168 * side, 0.935), (0.175 * side, 0.78)], "#b9848a")
    pen.fill(
        curve(
            [
                (-0.215, 0.69),
                (-0.15, 0.85),
                (0.0, 0.88),
                (0.15, 0.85),
                (0.215, 0.69),
                (0.12, 0.57),
                (0.0, 0.54),
                (-0.12, 0.57),
            ]
        ),
        *look.round(coat, 0.4),
    )
    for x in (-0.085, 0.085):
        pen.oval(x, 0.72, 0.046, 0.044, "#f0c84a", "#8fb04a", down=True, shine=look.lit)
        pen.oval(x, 0.72, 0.014, 0.040, "#17141a", shine=look.lit)
    pen.oval(0, 0.64, 0.075, 0.05, tint(coat, 1.35))
    pen.fill([(-0.02, 0.668), (0.02, 0.668), (0, 0.645)], "#d98a94")
    for side in (-1, 1):
        for k in range(3):
            pen.line([(0.05 * side, 0.64 - 0.01 * k), (0.25 * side, 0.67 - 0.035 * k)], 0.004, "#efe9ee")


def deer(pen: Pen, look: Look) -> None:
    coat, dark = look.own("#9a6a42"), "#5a3d28"
    for x, foot in ((0.13, 0.16), (0.36, 0.40)):
        pen.fill(
            [
                (x - 0.01, 0.42),
                (x + 0.06, 0.42),
                (foot + 0.012, 0.18),
                (foot + 0.02, 0),
                (foot - 0.012, 0),
                (foot - 0.014, 0.18),
            ],
            dark,
        )
    body = [
        (0.0, 0.52),
        (0.06, 0.42),
        (0.22, 0.40),
        (0.38, 0.40),
        (0.46, 0.46),
        (0.45, 0.56),
        (0.36, 0.60),
        (0.18, 0.585),
        (0.05, 0.62),
    ]
    pen.fill(curve(body), tint(coat, 1.08), tint(coat, 0.66), down=True)
    for x, foot in ((0.03, 0.02), (0.40, 0.45)):
        pen.fill(
            curve(
                [
                    (x - 0.02, 0.50),
                    (x + 0.07, 0.48),
                    (foot + 0.03, 0.22),
                    (foot + 0.018, 0.0),
                    (foot - 0.014, 0.0),
                    (foot - 0.012, 0.22),
                ]
            ),
            coat,
            dark,
            down=True,
        )
    neck = [(0.08, 0.60), (0.03, 0.46), (-0.05, 0.58), (-0.10, 0.74), (-0.05, 0.80), (0.0, 0.72)]
    pen.fill(curve(neck), *look.round(coat, 0.35))
    head = [
        (-0.03, 0.80),
        (-0.10, 0.83),
        (-0.22, 0.75),
        (-0.235, 0.715),
        (-0.20, 0.70),
        (-0.08, 0.71),
        (-0.02, 0.74),
    ]
    pen.fill(curve(head), *look.round(coat, 0.35))
    pen.fill([(-0.03, 0.80), (0.075, 0.84), (0.0, 0.76)], tint(coat, 0.8))
    pen.oval(-0.225, 0.725, 0.016, 0.015, "#241a16")
    pen.oval(-0.10, 0.775, 0.012, 0.014, "#241a16")
    pen.fill(curve([(0.44, 0.52), (0.50, 0.54), (0.49, 0.46), (0.45, 0.47)]), "#f2e6d4")
    for lean in (-0.05, 0.06):
        _antler(pen, -0.045 + lean * 0.3, 0.81, lean)


def _antler(pen: Pen, x: float, y: float, lean: float) -> None:
    main = curve(
        [
            (x, y),
            (x + lean * 0.9 + 0.02, y + 0.07),
            (x + lean * 1.6 + 0.06, y + 0.13),
            (x + lean * 1.6, y + 0.20),
        ],
        closed=False,
    )
    pen.line(main, 0.014, "#d9c6a4")
    for t, reach in ((8, 0.06), (15, 0.065)):
        px, py = main[t]
        pen.line([(px, py), (px - 0.035, py + reach)], 0.011, "#d9c6a4")


def whale(pen: Pen, look: Look) -> None:
    back, belly = look.own("#34536e"), "#cfdde2"
    if look.place == "swim":
        _whole_whale(pen, tint(back, 1.2), belly)
        return
    body = [
        (-0.42, -0.12),
        (-0.34, 0.30),
        (-0.16, 0.66),
        (0.08, 0.90),
        (0.27, 0.96),
        (0.31, 0.86),
        (0.22, 0.60),
        (0.10, 0.28),
        (0.10, -0.12),
    ]
    pen.fill(curve(body), *look.round(back, 0.35))
    under = [
        (0.29, 0.88),
        (0.20, 0.62),
        (0.08, 0.28),
        (0.08, -0.12),
        (-0.10, -0.12),
        (-0.06, 0.28),
        (0.08, 0.62),
        (0.22, 0.84),
    ]
    pen.fill(curve(under), tint(belly, 1.0), "#8fa8b4", down=True)
    for k in range(5):
        pen.line(
            curve(
                [(0.24 - 0.02 * k, 0.84 - 0.03 * k), (0.10 - 0.01 * k, 0.52), (-0.04 + 0.03 * k, 0.05)],
                closed=False,
            ),
            0.006,
            "#8fa2ac",
        )
    fin = [(-0.02, 0.40), (0.16, 0.30), (0.40, 0.34), (0.52, 0.46), (0.34, 0.46), (0.10, 0.50)]
    pen.fill(curve(fin), *look.round(tint(back, 0.85), 0.3))
    far = [(-0.20, 0.50), (-0.40, 0.50), (-0.55, 0.42), (-0.42, 0.40), (-0.22, 0.38)]
    pen.fill(curve(far), tint(back, 0.75))
    pen.oval(0.10, 0.72, 0.016, 0.016, "#10161c")
    for _ in range(46):
        x, y = look.dice.between(-0.62, 0.42), look.dice.between(-0.1, 0.28) * look.dice.number()
        pen.oval(x, y, 0.012 + 0.02 * look.dice.number(), 0.012, "#f4fafcd0")
    foam = [
        (-0.66, -0.12),
        (-0.56, 0.02),
        (-0.44, 0.10),
        (-0.30, 0.03),
        (-0.10, 0.08),
        (0.08, 0.02),
        (0.22, 0.09),
        (0.36, 0.01),
        (0.48, -0.12),
    ]
    pen.fill(curve(foam), "#f2f8fa", "#b9cdd4", down=True)


def _whole_whale(pen: Pen, back: str, belly: str) -> None:
    fluke = [
        (-0.50, 0.56), (-0.58, 0.66), (-0.69, 0.74), (-0.66, 0.62), (-0.63, 0.57), (-0.67, 0.48),
        (-0.66, 0.40), (-0.57, 0.47),
    ]  # fmt: skip
    pen.fill(curve(fluke), tint(back, 1.0), tint(back, 0.7), down=True)
    body = [
        (-0.56, 0.555), (-0.34, 0.61), (-0.08, 0.70), (0.20, 0.73), (0.44, 0.66), (0.56, 0.52), (0.55, 0.43),
        (0.40, 0.33), (0.14, 0.29), (-0.14, 0.36), (-0.40, 0.49), (-0.56, 0.52),
    ]  # fmt: skip
    pen.fill(curve(body), tint(back, 1.12), tint(back, 0.62), down=True)
    under = [
        (0.565, 0.46),
        (0.36, 0.47),
        (0.12, 0.42),
        (-0.16, 0.40),
        (0.14, 0.30),
        (0.40, 0.335),
        (0.55, 0.43),
    ]
    pen.fill(curve(under), tint(belly, 0.95), tint(belly, 0.7), down=True)
    for k in range(5):
        t = k / 4
        groove = [
            (0.53 - 0.03 * t, 0.455 - 0.10 * t),
            (0.26, 0.43 - 0.10 * t),
            (0.0 + 0.08 * t, 0.40 - 0.07 * t),
        ]
        pen.line(curve(groove, closed=False), 0.006, "#8199a4")
    pen.fill(curve([(-0.22, 0.645), (-0.26, 0.70), (-0.34, 0.71), (-0.32, 0.62)]), tint(back, 0.85))
    pen.line(curve([(0.56, 0.47), (0.46, 0.485), (0.36, 0.47)], closed=False), 0.008, tint(back, 0.45))
    fin = [(0.20, 0.42), (0.12, 0.30), (-0.04, 0.16), (-0.10, 0.17), (-0.04, 0.30), (0.08, 0.42)]
    pen.fill(curve(fin), tint(back, 1.0), tint(back, 0.66), down=True)
    pen.oval(0.37, 0.515, 0.014, 0.014, "#10161c")
    pen.oval(0.374, 0.52, 0.005, 0.005, "#f4fafc")


def birds(pen: Pen, look: Look) -> None:
    colour = look.own("#39404f")
    x, y, lift = 0.0, 0.5, look.dice.between(-0.12, 0.3)
    wing: Points = [
        (0.0, 0.0),
        (0.16, 0.16 + lift * 0.4),
        (0.34, 0.20 + lift),
        (0.56, 0.08 + lift * 1.2),
        (0.36, 0.12 + lift * 0.8),
        (0.17, 0.04 + lift * 0.3),
        (0.03, -0.08),
    ]
    for side in (-1, 1):
        shape = curve([(x + side * px, y + py) for px, py in wing])
        pen.fill(shape, tint(colour, 1.25 if side == look.sun else 0.85))
    pen.fill(
        curve(
            [
                (-0.05, y + 0.02),
                (0.0, y + 0.07),
                (0.06, y + 0.03),
                (0.05, y - 0.1),
                (0.0, y - 0.17),
                (-0.05, y - 0.1),
            ]
        ),
        colour,
    )
    pen.fill([(0.0, y + 0.04), (0.035, y + 0.11), (-0.02, y + 0.08)], colour)


def wanderer(pen: Pen, look: Look) -> None:
    coat = look.own("#a83a32")
    for x in (-0.055, 0.055):
        pen.box(x - 0.035, 0.0, x + 0.035, 0.24, "#2d2b35")
        pen.oval(x, 0.012, 0.05, 0.022, "#1f1c22")
    pen.fill(
        curve(
            [
                (-0.20, 0.16),
                (-0.15, 0.50),
                (-0.085, 0.74),
                (0.085, 0.74),
                (0.15, 0.50),
                (0.21, 0.16),
                (0.0, 0.13),
            ]
        ),
        *look.round(coat, 0.5),
    )
    pen.fill(
        curve([(-0.11, 0.70), (0.0, 0.66), (0.11, 0.70), (0.07, 0.78), (-0.07, 0.78)]),
        *look.round("#d9b26a", 0.3),
    )
    pen.oval(0, 0.86, 0.075, 0.09, *look.round("#4a352c", 0.3))
    pen.fill(
        curve(
            [
                (-0.15, 0.885),
                (0.0, 0.87),
                (0.15, 0.885),
                (0.085, 0.92),
                (0.065, 0.985),
                (-0.065, 0.985),
                (-0.085, 0.92),
            ]
        ),
        *look.round("#4f4038", 0.4),
    )
    pen.line([(0.22, 0.0), (0.17, 0.66)], 0.018, "#6b4e36")
    pen.fill(curve([(0.1, 0.60), (0.19, 0.48), (0.16, 0.44), (0.08, 0.50)]), tint(coat, 0.75))


SUBJECTS = {
    "fox": Subject(fox, (-0.32, -0.02, 0.66, 1.0), 0.30, "ground", ("mountains", "forest", "hills")),
    "cat": Subject(cat, (-0.3, -0.02, 0.52, 1.0), 0.27, "ground", ("city", "hills", "lake")),
    "deer": Subject(deer, (-0.26, -0.02, 0.54, 1.05), 0.32, "ground", ("forest", "mountains", "hills")),
    "whale": Subject(
        whale, (-0.7, -0.12, 0.6, 1.0), 0.36, "water", ("sea",), elsewhere={"underwater": "swim"}
    ),
    "birds": Subject(birds, (-0.6, 0.0, 0.6, 1.0), 0.05, "sky", ("sea", "lake", "hills"), group=9),
    "wanderer": Subject(
        wanderer, (-0.26, -0.02, 0.28, 1.0), 0.21, "ground", ("mountains", "hills", "forest", "desert")
    ),
}
