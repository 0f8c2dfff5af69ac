"""Things that are struck, opened, dropped or typed on. One channel, at RATE."""

from __future__ import annotations

import numpy as np

from .synth import (
    Chance,
    Sound,
    clock,
    fade,
    glide,
    hump,
    length,
    partials,
    place,
    scatter,
    shaped,
    slow,
    tone,
)

BELL = (
    (0.5, 0.5, 0.5),
    (1.0, 1.0, 0.8),
    (1.2, 0.5, 1.1),
    (1.5, 0.35, 1.4),
    (2.0, 0.7, 1.5),
    (2.67, 0.4, 2.4),
)
GLASSY = ((1.0, 1.0, 9), (2.32, 0.7, 11), (4.25, 0.5, 15), (6.63, 0.35, 22), (9.38, 0.2, 30))


def knocked(chance: Chance, hertz: float, seconds: float, bright: float) -> Sound:
    """A dull body hit once."""
    hit = shaped(chance.noise(length(seconds)), (bright, 1.0, 1)) * fade(seconds, 60, 0.001)
    return hit + partials(hertz, seconds, ((1, 1, 22), (1.71, 0.6, 30), (2.6, 0.35, 42)))


def footsteps(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    for turn, at in enumerate(np.arange(0.05, seconds - 0.15, 0.54)):
        heel = knocked(chance, chance.between(85, 105) * (1.06 if turn % 2 else 1), 0.18, 700)
        sole = shaped(chance.noise(length(0.12)), (2300, 1.1, 0.5)) * fade(0.12, 30, 0.015)
        moment = float(at) + chance.between(-0.015, 0.015)
        place(out, heel, moment, chance.between(0.8, 1))
        place(out, sole, moment + 0.07, 0.6)
    return out


def door(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    creak = min(1.1, seconds * 0.6)
    rate = slow(chance, creak, 5, 28, 95) * np.linspace(1.4, 0.6, length(creak), dtype=np.float32)
    turns = np.cumsum(rate, dtype=np.float64) / 44_100
    clicks = np.asarray(np.diff(np.floor(turns), prepend=0.0), np.float32)
    wood = shaped(clicks, (620, 0.25, 1), (1450, 0.25, 0.9), (2900, 0.3, 0.5)) * hump(creak, 0.4)
    place(out, wood, 0, 6)
    place(out, knocked(chance, 72, 0.5, 300), creak + 0.12, 1.4)
    place(out, knocked(chance, 900, 0.06, 2600), creak + 0.2, 0.35)
    return out


def knock(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    for turn in range(3):
        place(out, knocked(chance, chance.between(170, 185), 0.22, 600), 0.03 + turn * 0.21, 1 - 0.1 * turn)
    return out


def bell(chance: Chance, seconds: float) -> Sound:
    return partials(chance.between(420, 560), seconds, BELL) * fade(seconds, 0.3, 0.002)


def chime(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    for at in chance.times(2.2, seconds, 1.5):
        pitch = 880 * 2 ** ((0, 2, 4, 7, 9, 12)[chance.below(6)] / 12)
        tube = partials(pitch, 1.6, ((1, 1, 2.2), (2.76, 0.5, 3.6), (5.4, 0.25, 6)))
        place(out, tube * fade(1.6, 0.2, 0.001), float(at), chance.between(0.3, 1))
    return out


def gong(chance: Chance, seconds: float) -> Sound:
    table = tuple(
        (float(ratio), 1 / (1 + 0.3 * i), 0.5 + 0.12 * i)
        for i, ratio in enumerate((1, 1.34, 1.81, 2.24, 2.79, 3.4, 4.1, 4.9, 5.9))
    )
    shimmer = shaped(chance.noise(length(seconds)), (2600, 0.8, 0.5)) * hump(seconds, 0.15)
    return partials(chance.between(92, 118), seconds, table) * fade(seconds, 0.4, 0.02) + shimmer * 0.3


def ticking(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    for turn, at in enumerate(np.arange(0.02, seconds - 0.1, 0.5)):
        pitch = 2300 if turn % 2 else 1850
        tick = partials(pitch, 0.09, ((1, 1, 55), (1.6, 0.7, 70), (0.32, 0.8, 40)))
        place(
            out, tick + shaped(chance.noise(len(tick)), (4200, 0.8, 0.6)) * fade(0.09, 150, 0.0005), float(at)
        )
    return out


def glass(chance: Chance, seconds: float) -> Sound:
    shards = [partials(chance.between(2300, 6200), 0.3, GLASSY) * fade(0.3, 6, 0.0005) for _ in range(12)]
    out = shaped(chance.noise(length(seconds)), (4500, 1.2, 1.2)) * fade(seconds, 20, 0.001)
    for _ in range(26):
        place(
            out, shards[chance.below(12)], chance.between(0.0, 0.9) ** 2 * seconds, chance.between(0.1, 0.6)
        )
    return out


def clink(chance: Chance, seconds: float) -> Sound:
    one = partials(chance.between(2400, 2900), seconds, tuple((r, a, f / 3) for r, a, f in GLASSY))
    return one * fade(seconds, 0.5, 0.0005)


def coin(chance: Chance, seconds: float) -> Sound:
    low = chance.between(930, 1050)
    first, second = _square(low, 0.09), _square(low * 4 / 3, max(0.2, seconds - 0.09))
    out = np.zeros(length(seconds), np.float32)
    place(out, first, 0, 0.8)
    place(out, second * fade(len(second) / 44_100, 5, 0.001), 0.09)
    return out


def typing(chance: Chance, seconds: float) -> Sound:
    keys = [
        knocked(chance, chance.between(240, 420), 0.07, chance.between(2200, 4800)) * fade(0.07, 30, 0.0005)
        for _ in range(9)
    ]
    return scatter(chance, seconds, 7.5, keys, 0.45, 0.9)


def paper(chance: Chance, seconds: float) -> Sound:
    rough = slow(chance, seconds, 26, 0.0, 1.0) ** 3 * slow(chance, seconds, 3, 0.2, 1)
    return shaped(chance.noise(length(seconds)), (3800, 1.0, 1), (1300, 0.7, 0.4)) * rough


def drumroll(chance: Chance, seconds: float) -> Sound:
    skin = [
        shaped(chance.noise(length(0.12)), (2600, 1.4, 1)) * fade(0.12, 38, 0.001)
        + partials(chance.between(180, 200), 0.12, ((1, 0.9, 30), (1.6, 0.5, 36)))
        for _ in range(6)
    ]
    out = np.zeros(length(seconds), np.float32)
    end = seconds - 0.5
    for turn, at in enumerate(np.arange(0, end, 0.047)):
        moment = float(at) + chance.between(-0.004, 0.004)
        place(out, skin[turn % 6], moment, 0.25 + 0.5 * float(at) / max(end, 0.1))
    place(out, skin[0], end, 1.3)
    place(out, shaped(chance.noise(length(0.5)), (7000, 1.0, 1)) * fade(0.5, 6, 0.001), end, 0.7)
    return out


def whistle(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds)
    trill = 2350 + 90 * np.sign(np.sin(2 * np.pi * 32 * t))
    breath = shaped(chance.noise(len(t)), (2500, 0.3, 0.25))
    return (tone(trill.astype(np.float32)) + breath) * fade(seconds, 0.1, 0.02)


def zipper(chance: Chance, seconds: float) -> Sound:
    rate = glide((0, chance.between(60, 80)), (seconds, chance.between(170, 210)))
    clicks = np.asarray(
        np.diff(np.floor(np.cumsum(rate, dtype=np.float64) / 44_100), prepend=0.0), np.float32
    )
    return shaped(clicks, (3600, 0.9, 1), (6500, 0.6, 0.6)) * hump(seconds, 0.7)


def switch(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    place(out, knocked(chance, 620, 0.06, 3300), 0.0, 0.7)
    place(out, knocked(chance, 480, 0.08, 2500), 0.045)
    return out


def ding(chance: Chance, seconds: float) -> Sound:
    """Two soft notes, as something that has arrived says it."""
    out = np.zeros(length(seconds), np.float32)
    base = 660 * 2 ** (chance.below(5) / 12)
    up = (4, 5, 7)[chance.below(3)]
    for at, step in ((0.0, 0), (0.13, up)):
        note = partials(base * 2 ** (step / 12), seconds - at, ((1, 1, 5), (2, 0.35, 8), (3.01, 0.12, 12)))
        place(out, note * fade(seconds - at, 0.5, 0.004), at)
    return out


def _square(hertz: float, seconds: float) -> Sound:
    t = clock(seconds)
    return sum((np.sin(2 * np.pi * hertz * k * t) / k for k in (1, 3, 5, 7)), np.zeros(len(t))).astype(
        np.float32
    )
