"""Weather, water and animals: how each is made of noise and tones. One channel, at RATE."""

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
    place,
    scatter,
    shaped,
    slow,
    tone,
    unit,
)


def rain(chance: Chance, seconds: float) -> Sound:
    bed = shaped(chance.noise(length(seconds)), (1400, 1.6, 0.6), (6000, 1.2, 0.5))
    drops = [
        tone(chance.between(1800, 5200), 0.03) * fade(0.03, chance.between(120, 320), 0.0005)
        for _ in range(14)
    ]
    return bed * 0.22 + scatter(chance, seconds, 90, drops, 0.05) * 0.5


def thunder(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    roll = shaped(chance.noise(len(out)), (55, 1.0, 1.6), (160, 1.0, 0.6))
    bursts = slow(chance, seconds, 5, 0.15, 1.0) ** 2
    out += roll * bursts * fade(seconds, 2.4 / seconds, 0.05)
    crack = shaped(chance.noise(length(0.5)), (900, 1.5, 1), (3500, 1.2, 0.5)) * fade(0.5, 11, 0.002)
    place(out, crack, 0.02, 0.45)
    return out


def wind(chance: Chance, seconds: float) -> Sound:
    noise = chance.noise(length(seconds))
    gust = slow(chance, seconds, 0.5, 0.15, 1.0)
    low = shaped(noise, (180, 1.0, 1.0), (420, 0.8, 0.5)) * gust
    howl = shaped(noise, (640, 0.12, 1.0)) * gust**2 * 0.9 + shaped(noise, (910, 0.1, 1.0)) * gust**3 * 0.8
    return low + howl


def waves(chance: Chance, seconds: float) -> Sound:
    noise, t = chance.noise(length(seconds)), clock(seconds)
    swell = (0.5 - 0.5 * np.cos(2 * np.pi * t / chance.between(4.5, 6))) ** 2
    wash = (0.5 - 0.5 * np.cos(2 * np.pi * (t - 0.9) / 5.2)) ** 3
    deep, foam = shaped(noise, (220, 1.2, 1.0)), shaped(noise, (3200, 1.3, 0.8))
    return np.asarray(deep * (0.25 + swell) + foam * (0.08 + 0.8 * wash), np.float32)


def stream(chance: Chance, seconds: float) -> Sound:
    bubbles = []
    for _ in range(24):
        base, lasting = chance.between(380, 1500), chance.between(0.02, 0.07)
        bubbles.append(
            tone(glide((0, base), (lasting, base * chance.between(1.1, 1.7)))) * hump(lasting, 0.25)
        )
    bed = shaped(chance.noise(length(seconds)), (900, 1.3, 0.25), (4200, 1.0, 0.12))
    return bed + scatter(chance, seconds, 110, bubbles, 0.1) * 0.35


def drip(chance: Chance, seconds: float) -> Sound:
    base = chance.between(700, 1000)
    plop = tone(glide((0, base), (0.03, base * 0.8), (0.16, base * 2.1))) * fade(0.16, 26, 0.001)
    out = np.zeros(length(seconds), np.float32)
    for moment, loud in ((0.0, 1.0), (0.11, 0.35), (0.2, 0.16)):
        place(out, plop, moment, loud)
    return out


def splash(chance: Chance, seconds: float) -> Sound:
    hit = shaped(chance.noise(length(seconds)), (700, 1.4, 1), (3500, 1.2, 0.7)) * fade(seconds, 5, 0.01)
    return hit + stream(chance, seconds) * fade(seconds, 2, 0.08)


def fire(chance: Chance, seconds: float) -> Sound:
    crackles = [
        shaped(chance.noise(length(0.02)), (chance.between(1500, 6000), 0.8, 1)) * fade(0.02, 260, 0.0005)
        for _ in range(18)
    ]
    roar = shaped(chance.noise(length(seconds)), (110, 1.0, 0.9), (500, 1.1, 0.2))
    roar = roar * slow(chance, seconds, 3, 0.5, 1.0)
    quick = scatter(chance, seconds, 22, crackles, 0.05) * 1.1
    loud = scatter(chance, seconds, 2.5, crackles, 0.6) * 2.5
    return np.asarray(roar * 0.35 + quick + loud, np.float32)


def birds(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    singers = [(chance.between(2400, 5200), chance.between(0.06, 0.16), chance.below(3)) for _ in range(4)]
    for at in chance.times(1.6, seconds, 1.4):
        base, lasting, kind = singers[chance.below(4)]
        for turn in range(2 + chance.below(5)):
            top = base * chance.between(1.1, 1.5)
            first, last = (top, base) if kind == 1 else (base, base if kind == 2 else top)
            bend = glide((0, first), (lasting / 2, top if kind == 2 else (first + last) / 2), (lasting, last))
            place(out, tone(bend) * hump(lasting), float(at) + turn * lasting * 1.35, 0.5)
    return out


def crickets(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds)
    out = np.zeros(len(t), np.float32)
    for pitch, trill in ((4300, 31), (4750, 27), (3900, 35)):
        beat = np.maximum(np.sin(2 * np.pi * trill * t), 0) ** 2
        phrase = np.clip(np.sin(2 * np.pi * chance.between(0.9, 1.5) * t + chance.between(0, 6)) * 6, 0, 1)
        out += tone(pitch, seconds) * beat * phrase * np.float32(chance.between(0.4, 1))
    return out * np.float32(0.4)


def frog(chance: Chance, seconds: float) -> Sound:
    croak = shaped(_buzz(chance.between(85, 110), 0.28), (520, 0.35, 1), (1300, 0.3, 0.6)) * hump(0.28, 0.35)
    out = np.zeros(length(seconds), np.float32)
    for at in (0.0, 0.34):
        place(out, unit(croak), at)
    return out


def bee(chance: Chance, seconds: float) -> Sound:
    pitch = slow(chance, seconds, 2.5, 185, 235)
    turns = np.cumsum(pitch, dtype=np.float64) / 44_100 % 1
    saw = (2 * turns - 1).astype(np.float32)
    near = slow(chance, seconds, 0.7, 0.2, 1.0)
    return shaped(saw, (400, 0.9, 1), (1800, 0.9, 0.5)) * near


def dog(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    base = chance.between(260, 420)
    for at in (0.0, 0.42):
        pitch = glide((0, base * 0.7), (0.04, base * 1.5), (0.2, base * 0.75))
        turns = np.cumsum(pitch, dtype=np.float64) / 44_100 % 1
        rough = (2 * turns - 1).astype(np.float32) + 0.5 * chance.noise(len(pitch))
        place(
            out, unit(shaped(rough, (750, 0.5, 1), (1500, 0.4, 0.7), (2900, 0.4, 0.2)) * hump(0.2, 0.25)), at
        )
    return out


def cat(chance: Chance, seconds: float) -> Sound:
    lasting = min(seconds, 0.9)
    base = chance.between(480, 620)
    pitch = glide((0, base * 0.85), (lasting * 0.35, base * 1.35), (lasting, base * 0.8))
    turns = np.cumsum(pitch, dtype=np.float64) / 44_100 % 1
    saw = (2 * turns - 1).astype(np.float32)
    closed, opened = (
        shaped(saw, (600, 0.5, 1), (2600, 0.3, 0.4)),
        shaped(saw, (1300, 0.5, 1), (2400, 0.4, 0.6)),
    )
    mouth = hump(lasting, 0.45)
    return np.asarray((closed * (1 - mouth) + opened * mouth) * hump(lasting, 0.4), np.float32)


def rooster(chance: Chance, seconds: float) -> Sound:
    voice = chance.between(0.92, 1.1)
    calls = ((0.0, 0.14, 620, 700), (0.2, 0.12, 700, 760), (0.36, 0.2, 760, 980), (0.6, 0.75, 1000, 560))
    out = np.zeros(length(seconds), np.float32)
    for at, lasting, low, high in calls:
        pitch = glide((0, low), (lasting * 0.4, max(low, high)), (lasting, high))
        turns = np.cumsum(pitch * voice, dtype=np.float64) / 44_100 % 1
        saw = (2 * turns - 1).astype(np.float32)
        place(out, shaped(saw, (1100, 0.5, 1), (2400, 0.4, 0.8)) * hump(lasting, 0.4), at)
    return out


def _buzz(hertz: float, seconds: float) -> Sound:
    """Pulses, all tones alike."""
    turns = np.cumsum(np.full(length(seconds), hertz), dtype=np.float64) / 44_100
    return np.asarray(np.diff(np.floor(turns), prepend=0.0), np.float32)
