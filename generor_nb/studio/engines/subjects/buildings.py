"""Lighthouse, house, castle, windmill, tent."""

from __future__ import annotations

import itertools
import math

from ..pen import Pen
from .look import GOLD, WARM, Look, Subject, tint


def lighthouse(pen: Pen, look: Look) -> None:
    _keepers_house(pen, look)
    stripe, plain = look.own("#c23a2f"), "#f3ece0"

    def half(y: float) -> float:
        return 0.108 - 0.058 * math.pow(y / 0.74, 0.8)

    edges = [0.0, 0.148, 0.296, 0.444, 0.592, 0.74]
    for i, (low, high) in enumerate(itertools.pairwise(edges)):
        steps = [low + (high - low) * k / 6 for k in range(7)]
        shape = [(-half(y), y) for y in steps] + [(half(y), y) for y in reversed(steps)]
        pen.fill(shape, *look.round(stripe if i % 2 else plain, 0.5))
    pen.box(-0.125, -0.02, 0.125, 0.025, *look.round("#8d8378"))
    _door(pen, look, 0.0, 0.025, 0.026, 0.075)
    for y in (0.22, 0.40, 0.57):
        x = 0.012 if look.sun > 0 else -0.012
        pen.box(x - 0.012, y, x + 0.012, y + 0.036, "#2b2f3d")
        if look.lit:
            pen.box(x - 0.008, y + 0.004, x + 0.008, y + 0.031, WARM, shine=True)
    _lantern(pen, look, stripe)


def _lantern(pen: Pen, look: Look, colour: str) -> None:
    pen.fill([(-0.05, 0.715), (0.05, 0.715), (0.083, 0.75), (-0.083, 0.75)], *look.round("#3a3f4c"))
    pen.box(-0.086, 0.75, 0.086, 0.762, *look.round("#565c6b"))
    for i in range(9):
        x = -0.083 + 0.166 * i / 8
        pen.line([(x, 0.76), (x, 0.80)], 0.003, "#4a505f", round_ends=False)
    pen.line([(-0.085, 0.80), (0.085, 0.80)], 0.005, "#565c6b")
    pen.box(-0.048, 0.762, 0.048, 0.868, "#b7d3dc" if not look.lit else "#ffe7a3")
    if look.lit:
        pen.box(-0.046, 0.775, 0.046, 0.866, "#fff3c4", shine=True)
        pen.oval(0, 0.82, 0.026, 0.036, "#ffffff", shine=True)
        pen.lamp(0, 0.82, 0.42, "#ffe2a0", 1.0, beam=True)
    else:
        pen.oval(0, 0.815, 0.02, 0.03, "#f6e7b4")
    for x in (-0.048, -0.018, 0.018, 0.048):
        pen.line([(x, 0.762), (x, 0.868)], 0.006, "#3a3f4c", round_ends=False)
        if look.lit:
            pen.line([(x, 0.775), (x, 0.866)], 0.004, "#6b5a3c", shine=True, round_ends=False)
    dome = [(0.064 * math.cos(a), 0.866 + 0.064 * math.sin(a)) for a in (math.pi * k / 20 for k in range(21))]
    pen.fill(dome, *look.round(colour, 0.55))
    pen.oval(0, 0.938, 0.012, 0.012, tint(colour, 0.8))
    pen.line([(0, 0.94), (0, 1.0)], 0.005, "#33363f")


def _keepers_house(pen: Pen, look: Look) -> None:
    side = 1
    pen.box(0.09 * side, -0.02, 0.34 * side, 0.105, *look.round("#e6dccb", 0.3))
    pen.fill([(0.06, 0.10), (0.37, 0.10), (0.325, 0.19), (0.105, 0.19)], *look.round("#7d3a34", 0.4))
    pen.box(0.275, 0.16, 0.305, 0.225, *look.round("#8f6a5c"))
    if look.snow:
        pen.fill([(0.09, 0.165), (0.34, 0.165), (0.325, 0.196), (0.105, 0.196)], "#f2f6fa")
    for x in (0.155, 0.215, 0.285):
        _window(pen, look, x, 0.03, 0.016, 0.04)


def cabin(pen: Pen, look: Look) -> None:
    wall, roof = look.own("#8a5a3b"), "#4d3a3a"
    pen.box(0.30, 0.55, 0.42, 1.0, *look.round("#7d7a78"))
    pen.box(-0.62, 0.0, 0.62, 0.48, *look.round(wall, 0.45))
    for i in range(1, 7):
        pen.line([(-0.62, 0.48 * i / 7), (0.62, 0.48 * i / 7)], 0.008, tint(wall, 0.62), round_ends=False)
    pen.fill([(-0.20, 0.48), (0.20, 0.48), (0.0, 0.72)], *look.round(tint(wall, 0.9), 0.4))
    pen.fill([(-0.74, 0.44), (0.74, 0.44), (0.56, 0.84), (-0.56, 0.84)], *look.round(roof, 0.4))
    for i in range(1, 5):
        y, inset = 0.44 + 0.4 * i / 5, 0.18 * i / 5
        pen.line([(-0.74 + inset, y), (0.74 - inset, y)], 0.007, tint(roof, 0.7), round_ends=False)
    if look.snow:
        wavy = [(0.7 - 0.14 * i, 0.50 + 0.03 * (i % 2)) for i in range(11)]
        pen.fill([(-0.56, 0.86), (0.56, 0.86), *wavy], "#f4f8fc", "#cdd9e6", down=True)
        pen.box(0.285, 0.98, 0.435, 1.03, "#f4f8fc")
    _door(pen, look, -0.04, 0.0, 0.095, 0.33)
    for x in (-0.38, 0.36):
        _window(pen, look, x, 0.15, 0.105, 0.20, panes=True)
    pen.box(-0.70, -0.03, 0.70, 0.02, *look.round("#5a4638"))
    _smoke(pen, 0.36, 1.02, look)


def _smoke(pen: Pen, x: float, y: float, look: Look) -> None:
    plume = []
    for k in range(18):
        t, wide = k / 17, 0.04 + 0.07 * k / 17
        drift = 0.30 * t * t + look.dice.between(-0.4, 0.4) * wide
        plume.append((x + drift, y + 0.04 + 0.50 * t, wide * look.dice.between(0.6, 0.9)))
    pen.smoke(plume, "#e9e6ea")


def castle(pen: Pen, look: Look) -> None:
    stone, roof = look.own("#a79c94"), "#44516e"
    _tower(pen, look, -0.14, 0.10, 0.80, stone, roof, flag=True)
    _tower(pen, look, 0.20, 0.085, 0.64, stone, roof, flag=False)
    pen.box(-0.44, 0, 0.44, 0.36, *look.round(stone, 0.35))
    _battlements(pen, look, -0.44, 0.44, 0.36, 11, stone)
    _tower(pen, look, -0.44, 0.10, 0.52, stone, roof, flag=False)
    _tower(pen, look, 0.44, 0.11, 0.58, stone, roof, flag=True)
    pen.box(-0.13, 0, 0.13, 0.43, *look.round(tint(stone, 1.06), 0.3))
    _battlements(pen, look, -0.13, 0.13, 0.43, 5, stone)
    arch = [(0.065 * math.cos(a), 0.14 + 0.075 * math.sin(a)) for a in (math.pi * k / 16 for k in range(17))]
    pen.fill([(0.065, 0), *arch, (-0.065, 0)], "#2a211f")
    for i in range(-2, 3):
        pen.line([(0.025 * i, 0), (0.025 * i, 0.19)], 0.005, "#55463c", round_ends=False)
    for x in (-0.28, 0.28):
        _slit(pen, look, x, 0.18)
    for x in (-0.06, 0.06):
        _slit(pen, look, x, 0.29)
    for k in range(26):
        x, y = look.dice.between(-0.4, 0.4), look.dice.between(0.03, 0.33)
        if abs(x) > 0.15:
            pen.box(x, y, x + 0.03, y + 0.011, tint(stone, 0.82 + 0.06 * (k % 2)))


def _tower(
    pen: Pen, look: Look, x: float, half: float, top: float, stone: str, roof: str, flag: bool
) -> None:
    pen.box(x - half, 0, x + half, top, *look.round(stone, 0.45))
    wide = half * 1.16
    pen.box(x - wide, top - 0.055, x + wide, top, *look.round(tint(stone, 1.05), 0.45))
    _battlements(pen, look, x - wide, x + wide, top, 5, stone)
    peak = top + half * 2.1
    pen.fill(
        [(x - wide * 0.98, top + 0.012), (x + wide * 0.98, top + 0.012), (x, peak)], *look.round(roof, 0.5)
    )
    if look.snow:
        pen.fill(
            [(x - half * 0.4, peak - half * 0.8), (x + half * 0.4, peak - half * 0.8), (x, peak)], "#eef3f8"
        )
    for y in (top * 0.52, top * 0.8):
        _slit(pen, look, x, y)
    pen.line([(x, peak - 0.01), (x, peak + 0.07)], 0.005, "#3a3630")
    if flag:
        pen.fill([(x, peak + 0.07), (x + 0.085, peak + 0.052), (x, peak + 0.03)], "#c4423a", "#8e2a2a")


def _battlements(pen: Pen, look: Look, x0: float, x1: float, y: float, teeth: int, stone: str) -> None:
    step = (x1 - x0) / (2 * teeth - 1)
    left, right = look.round(stone, 0.35)
    for i in range(teeth):
        pen.box(
            x0 + 2 * i * step, y - 0.004, x0 + (2 * i + 1) * step, y + 0.03, left if i < teeth / 2 else right
        )


def _slit(pen: Pen, look: Look, x: float, y: float) -> None:
    shape = [(x - 0.012, y), (x + 0.012, y), (x + 0.012, y + 0.04), (x, y + 0.056), (x - 0.012, y + 0.04)]
    pen.fill(shape, "#2c2a33")
    if look.lit:
        pen.fill([(x + (px - x) * 0.7, y + 0.004 + (py - y) * 0.85) for px, py in shape], WARM, shine=True)
        pen.lamp(x, y + 0.025, 0.05, "#ffb45e", 0.35)


def windmill(pen: Pen, look: Look) -> None:
    wall, cap = look.own("#e9dfcf"), "#6b4a3a"
    pen.fill([(-0.17, 0), (0.17, 0), (0.105, 0.60), (-0.105, 0.60)], *look.round(wall, 0.45))
    pen.fill([(-0.175, 0), (0.175, 0), (0.163, 0.07), (-0.163, 0.07)], *look.round("#8f5d48", 0.45))
    pen.fill([(-0.2, 0.235), (0.2, 0.235), (0.19, 0.26), (-0.19, 0.26)], *look.round("#5b4636"))
    for i in range(9):
        x = -0.195 + 0.39 * i / 8
        pen.line([(x, 0.26), (x, 0.30)], 0.006, "#5b4636", round_ends=False)
    pen.line([(-0.2, 0.30), (0.2, 0.30)], 0.007, "#5b4636")
    dome = [(0.125 * math.cos(a), 0.595 + 0.13 * math.sin(a)) for a in (math.pi * k / 20 for k in range(21))]
    pen.fill(dome, *look.round(cap, 0.5))
    _door(pen, look, 0.0, 0.0, 0.038, 0.14)
    for y in (0.36, 0.48):
        _window(pen, look, 0.0, y, 0.022, 0.045)
    _sails(pen, 0.0, 0.62, 0.375, look.dice.between(0.35, 1.2))


def _sails(pen: Pen, x: float, y: float, reach: float, turn: float) -> None:
    for k in range(4):
        a = turn + k * math.pi / 2
        dx, dy = math.cos(a), math.sin(a)

        def at(along: float, out: float, dx: float = dx, dy: float = dy) -> tuple[float, float]:
            return x + dx * along - dy * out, y + dy * along + dx * out

        pen.fill([at(0.07, 0.008), at(reach, 0.008), at(reach, 0.085), at(0.07, 0.068)], "#f7f0e2", "#d8ccb8")
        for i in range(7):
            along = 0.07 + (reach - 0.07) * i / 6
            pen.line([at(along, 0), at(along, 0.068 + 0.017 * i / 6)], 0.005, "#6e5540", round_ends=False)
        pen.line([at(0.07, 0.068), at(reach, 0.085)], 0.005, "#6e5540", round_ends=False)
        pen.line([(x, y), at(reach + 0.005, 0)], 0.013, "#5a412f")
    pen.oval(x, y, 0.022, 0.022, "#3d2c22")


def tent(pen: Pen, look: Look) -> None:
    cloth = look.own("#e08a3c")
    pen.fill([(-0.95, 0), (0.2, 0), (-0.1, 1.0)], *look.round(cloth, 0.3))
    pen.fill([(0.2, 0), (0.9, 0.1), (-0.1, 1.0)], *look.round(tint(cloth, 0.62), 0.2))
    pen.fill([(-0.55, 0), (-0.12, 0), (-0.1, 0.78)], "#3a2a28")
    if look.lit:
        pen.fill([(-0.52, 0.02), (-0.14, 0.02), (-0.12, 0.70)], "#ffcf7d", "#e0863c", down=True, shine=True)
        pen.lamp(-0.3, 0.25, 1.0, "#ffb45e", 0.6)
    pen.line([(-0.1, 1.0), (-1.1, -0.02)], 0.012, "#efe6d6")
    pen.line([(-0.1, 1.0), (1.05, 0.06)], 0.012, "#efe6d6")


def _door(pen: Pen, look: Look, x: float, y: float, half: float, tall: float) -> None:
    arch = [(x + half * math.cos(a), y + tall * 0.72 + tall * 0.28 * math.sin(a)) for a in _half_turn()]
    pen.fill([(x + half, y), *arch, (x - half, y)], *look.round("#4a3226", 0.3))
    pen.oval(x + half * 0.55, y + tall * 0.42, half * 0.1, half * 0.1, GOLD)


def _half_turn() -> list[float]:
    return [math.pi * k / 12 for k in range(13)]


def _window(pen: Pen, look: Look, x: float, y: float, half: float, tall: float, panes: bool = False) -> None:
    frame = half * 0.22
    pen.box(
        x - half - frame, y - frame, x + half + frame, y + tall + frame, "#efe4d2" if panes else "#4a4039"
    )
    pen.box(x - half, y, x + half, y + tall, look.window())
    if look.lit:
        pen.box(x - half, y, x + half, y + tall, "#ffe6a1", "#ffb95c", down=True, shine=True)
        pen.lamp(x, y + tall / 2, max(0.06, half * 3), "#ffb45e", 0.5)
    if panes:
        for sheet in (False, True) if look.lit else (False,):
            pen.line([(x, y), (x, y + tall)], half * 0.13, "#6b5136", shine=sheet, round_ends=False)
            pen.line(
                [(x - half, y + tall / 2), (x + half, y + tall / 2)], half * 0.13, "#6b5136", shine=sheet
            )


SUBJECTS = {
    "lighthouse": Subject(lighthouse, (-0.16, -0.04, 0.4, 1.01), 0.58, "rock", ("sea",), turns=True),
    "cabin": Subject(
        cabin, (-0.8, -0.05, 0.95, 1.65), 0.155, "ground", ("mountains", "forest", "lake", "hills")
    ),
    "castle": Subject(castle, (-0.6, -0.01, 0.62, 1.12), 0.36, "rock", ("mountains", "hills", "lake")),
    "windmill": Subject(windmill, (-0.46, -0.02, 0.46, 1.05), 0.40, "ground", ("hills",)),
    "tent": Subject(
        tent, (-1.15, -0.05, 1.1, 1.05), 0.13, "ground", ("mountains", "forest", "lake", "desert")
    ),
}
