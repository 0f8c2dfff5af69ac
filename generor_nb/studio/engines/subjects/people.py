"""A person from the front, head and shoulders, in flat colours."""

from __future__ import annotations

from ..pen import Pen, arc, curve, mirrored
from .look import Look, Subject, tint

SKINS = ("#f3cfb3", "#e0ac86", "#c68a5e", "#9a6240", "#6b4430")
HAIRS = ("#2b2220", "#5a3a26", "#8a5a2e", "#d9a85a", "#b8482e", "#c9c6c4", "#3a4a7a")
CLOTHES = ("#c8504a", "#2f7f8f", "#e0a83c", "#4f6fb0", "#6f9a52", "#8a5f9a", "#33343f")


def bust(pen: Pen, look: Look) -> None:
    dice = look.dice
    skin, hair, cloth = dice.pick(SKINS), dice.pick(HAIRS), look.own(dice.pick(CLOTHES))
    style = dice.pick(("short", "long", "bun", "curly", "cap", "bob", "swept"))
    if style in ("long", "bob"):
        low = 0.28 if style == "long" else 0.48
        back = [(0, 1.0), (-0.24, 0.94), (-0.31, 0.72), (-0.31, low + 0.05), (-0.20, low)]
        pen.fill(curve([*back, *mirrored(back[1:])[::-1]]), tint(hair, 0.82))
    shoulders = [(-0.58, -0.05), (-0.54, 0.14), (-0.40, 0.24), (-0.14, 0.30)]
    pen.fill(
        [*curve(shoulders, closed=False), *curve(mirrored(shoulders)[::-1], closed=False)],
        *look.round(cloth, 0.3),
    )
    pen.fill(curve([(-0.105, 0.46), (-0.11, 0.29), (0, 0.21), (0.11, 0.29), (0.105, 0.46)]), tint(skin, 0.86))
    pen.line(arc(0, 0.31, 0.155, 0.12, 190, 350), 0.030, tint(cloth, 1.25))
    for side in (-1, 1):
        pen.oval(0.222 * side, 0.635, 0.042, 0.06, tint(skin, 0.92))
    face = [(0, 0.90), (-0.20, 0.84), (-0.228, 0.66), (-0.19, 0.50), (-0.09, 0.405), (0, 0.39)]
    pen.fill(curve([*face, *mirrored(face[1:-1])[::-1]]), *look.round(skin, 0.14))
    _face(pen, look, skin, hair)
    _hair(pen, style, hair, cloth)


def _face(pen: Pen, look: Look, skin: str, hair: str) -> None:
    for side in (-1, 1):
        pen.oval(0.088 * side, 0.655, 0.022, 0.028, "#2a2224")
        pen.oval(0.088 * side - 0.006, 0.665, 0.007, 0.008, "#ffffff")
        pen.line(arc(0.088 * side, 0.70, 0.05, 0.025, 30, 150, 10), 0.014, tint(hair, 0.75))
        pen.oval(0.135 * side, 0.565, 0.038, 0.024, tint(skin, 0.9))
    pen.line(curve([(0.004, 0.645), (0.022, 0.575), (-0.012, 0.568)], closed=False), 0.010, tint(skin, 0.72))
    pen.line(arc(0, 0.525, 0.065, 0.042, 205, 335, 14), 0.015, "#a8524a")
    if look.dice.number() < 0.34:
        for side in (-1, 1):
            pen.ring(0.09 * side, 0.652, 0.062, 0.013, "#33343f")
        pen.line([(-0.03, 0.66), (0.03, 0.66)], 0.012, "#33343f")


def _hair(pen: Pen, style: str, hair: str, cloth: str) -> None:
    ends = tint(hair, 1.12), tint(hair, 0.74)
    if style == "curly":
        for k in range(13):
            x = -0.24 + 0.04 * k
            y = 0.80 + 0.15 * (1 - (x / 0.26) ** 2) ** 0.5 if abs(x) < 0.26 else 0.80
            pen.oval(x, y, 0.075, 0.075, ends[k % 2])
    elif style == "cap":
        pen.fill([*arc(0, 0.77, 0.235, 0.20, 0, 180)], tint(cloth, 1.15), tint(cloth, 0.8))
        pen.fill(
            curve([(-0.24, 0.775), (0.0, 0.815), (0.24, 0.775), (0.34, 0.755), (0.10, 0.765), (-0.2, 0.745)]),
            tint(cloth, 0.7),
        )
    else:
        if style == "bun":
            pen.oval(0.0, 1.0, 0.095, 0.085, *ends)
        sweep = -0.10 if style in ("swept", "long") else 0.02
        fringe = [
            (-0.245, 0.64),
            (-0.25, 0.82),
            (-0.15, 0.945),
            (0.02, 0.975),
            (0.17, 0.935),
            (0.25, 0.81),
            (0.245, 0.64),
            (0.20, 0.755),
            (0.09, 0.81),
            (sweep, 0.83),
            (-0.14, 0.775),
            (-0.20, 0.745),
        ]
        pen.fill(curve(fringe), *ends)


PERSON = Subject(bust, (-0.6, -0.04, 0.6, 1.1), 0.6, "ground", ("portrait",), turns=False)
