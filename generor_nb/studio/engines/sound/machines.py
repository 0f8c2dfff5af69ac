"""Engines, alarms, games and explosions. One channel, at RATE."""

from __future__ import annotations

import numpy as np

from .synth import Chance, Sound, clock, fade, glide, hump, length, place, shaped, slow, tone, unit


def buzz(hertz: Sound) -> Sound:
    """A saw of a pitch for each sample."""
    turns = np.cumsum(hertz, dtype=np.float64) / 44_100 % 1
    return np.asarray(2 * turns - 1, np.float32)


def motor(chance: Chance, seconds: float) -> Sound:
    turn = glide((0, 17), (seconds * 0.4, 30), (seconds * 0.7, 26), (seconds, 28)) * chance.between(0.9, 1.15)
    turn = turn * slow(chance, seconds, 9, 0.97, 1.03)
    firing = (1 - np.mod(np.cumsum(turn, dtype=np.float64) / 44_100 * 2, 1)) ** 6
    rough = chance.noise(len(turn)) * 0.4 + 1
    return shaped((firing * rough).astype(np.float32), (70, 0.9, 1), (190, 0.7, 0.6), (900, 1.0, 0.12))


def car(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds) - seconds / 2
    near = 1 / (1 + (t * 3.2) ** 2)
    shift = 1 - 0.11 * np.tanh(t * 3)
    hum = buzz((92 * shift).astype(np.float32))
    tyres = shaped(chance.noise(len(t)), (750, 1.1, 1), (200, 0.9, 0.7))
    return np.asarray((shaped(hum, (160, 1.0, 1), (600, 0.8, 0.4)) * 0.9 + tyres * 0.7) * near, np.float32)


def horn(chance: Chance, seconds: float) -> Sound:
    low = np.full(length(seconds), chance.between(370, 420), np.float32)
    both = buzz(low) + buzz(low * 1.26)
    return shaped(both, (600, 0.9, 1), (1700, 0.8, 0.5)) * fade(seconds, 0.05, 0.02)


def train(chance: Chance, seconds: float) -> Sound:
    out = shaped(chance.noise(length(seconds)), (120, 1.0, 0.5), (700, 1.2, 0.15))
    clack = shaped(chance.noise(length(0.09)), (1500, 0.9, 1), (320, 0.7, 1.2)) * fade(0.09, 40, 0.001)
    for at in np.arange(0.1, seconds, 0.62):
        for later, loud in ((0, 1), (0.13, 0.8)):
            place(out, clack, float(at) + later, loud * 1.3)
    call = min(1.4, seconds * 0.4)
    pipes = sum((tone(h * chance.between(0.995, 1.005), call) for h in (311, 370, 415, 494)), np.float32(0))
    place(out, np.asarray(pipes, np.float32) * hump(call, 0.4), seconds * 0.15, 0.25)
    return out


def siren(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds)
    pitch = 760 + 330 * np.sin(2 * np.pi * t / chance.between(1.7, 2.1) - 1.4)
    return shaped(buzz(pitch.astype(np.float32)), (900, 0.9, 1), (2200, 0.7, 0.4))


def alarm(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds)
    high = chance.between(1900, 2300)
    on = (np.mod(t, 1.0) < 0.62) & (np.mod(t, 0.155) < 0.09)
    soft = np.convolve(on.astype(np.float32), np.hanning(200).astype(np.float32) / 100, "same")
    return np.asarray(soft * (tone(high, seconds) + 0.3 * tone(2 * high, seconds)), np.float32)


def helicopter(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds)
    chop = (0.5 + 0.5 * np.cos(2 * np.pi * 11 * t)) ** 5
    noise = shaped(chance.noise(len(t)), (140, 1.0, 1), (600, 1.0, 0.5))
    return np.asarray(noise * (0.15 + chop), np.float32)


def plane(chance: Chance, seconds: float) -> Sound:
    roar = shaped(chance.noise(length(seconds)), (160, 1.2, 1), (900, 1.2, 0.5))
    whine = buzz(glide((0, 1900), (seconds, 1500))) * 0.06
    return np.asarray((roar + whine) * (0.15 + hump(seconds, 0.55)), np.float32)


def laser(chance: Chance, seconds: float) -> Sound:
    top = chance.between(2600, 3600)
    t = clock(seconds)
    pitch = 150 + top * np.exp(-t * 14)
    return np.asarray(np.tanh(2 * tone(pitch.astype(np.float32))) * fade(seconds, 9, 0.001), np.float32)


def jump(chance: Chance, seconds: float) -> Sound:
    pitch = glide((0, 210), (seconds * 0.35, 390), (seconds, 860)) * chance.between(0.95, 1.1)
    return np.asarray(np.tanh(3 * tone(pitch)) * fade(seconds, 5, 0.003), np.float32)


def powerup(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    base = 392 * 2 ** (chance.below(6) / 12)
    for turn, step in enumerate((0, 4, 7, 12, 16, 19, 24)):
        note = np.tanh(2 * tone(base * 2 ** (step / 12), 0.14)) * fade(0.14, 9, 0.002)
        place(out, note.astype(np.float32), turn * 0.075)
    return out


def wrong(chance: Chance, seconds: float) -> Sound:
    low = np.full(length(seconds), chance.between(105, 125), np.float32)
    return shaped(buzz(low) + buzz(low * 1.06), (350, 1.0, 1)) * fade(seconds, 1, 0.01)


def explosion(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds)
    boom = tone((38 + 70 * np.exp(-t * 9)).astype(np.float32)) * fade(seconds, 3.2, 0.004)
    rubble = shaped(chance.noise(len(t)), (120, 1.1, 1.5), (500, 1.2, 0.5)) * fade(seconds, 2.6, 0.006)
    crack = shaped(chance.noise(len(t)), (2600, 1.6, 1)) * fade(seconds, 16, 0.001)
    return np.asarray(np.tanh(1.2 * (boom + rubble + crack)), np.float32)


def gunshot(chance: Chance, seconds: float) -> Sound:
    crack = shaped(chance.noise(length(seconds)), (1800, 1.8, 1.4)) * fade(seconds, 34, 0.0005)
    return crack + shaped(chance.noise(length(seconds)), (260, 1.2, 0.9)) * fade(seconds, 9, 0.001)


def whoosh(chance: Chance, seconds: float) -> Sound:
    noise, at = chance.noise(length(seconds)), np.linspace(0, 1, length(seconds), dtype=np.float32)
    low, high = shaped(noise, (380, 0.8, 1)), shaped(noise, (2400, 0.9, 1))
    sweep = hump(seconds, 0.5)
    return np.asarray((low * (1 - sweep) + high * sweep * (1 - 0.4 * at)) * sweep, np.float32)


def phone(chance: Chance, seconds: float) -> Sound:
    t = clock(seconds)
    ring = np.clip(np.minimum(np.mod(t, 2.2), 1.3 - np.mod(t, 2.2)) * 60, 0, 1)
    hammer = 0.55 + 0.45 * np.sign(np.sin(2 * np.pi * 20 * t))
    low = chance.between(930, 1080)
    body = tone(low, seconds) + 0.8 * tone(1.26 * low, seconds) + 0.3 * tone(3050, seconds)
    return np.asarray(body * hammer * ring, np.float32)


def robot(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    at = 0.0
    while at < seconds - 0.05:
        lasting = chance.between(0.04, 0.13)
        here = chance.between(500, 2600)
        beep = tone(glide((0, here), (lasting, here * chance.between(0.7, 1.4)))) * hump(lasting)
        place(out, beep, at)
        at += lasting + chance.between(0.0, 0.05)
    return out


def radio(chance: Chance, seconds: float) -> Sound:
    hiss = shaped(chance.noise(length(seconds)), (2200, 1.2, 1)) * slow(chance, seconds, 7, 0.3, 1)
    tuning = tone(slow(chance, seconds, 1.5, 300, 2600)) * slow(chance, seconds, 2, 0, 0.35)
    return hiss + tuning


def spaceship(chance: Chance, seconds: float) -> Sound:
    pitch = slow(chance, seconds, 0.6, 52, 66)
    hum = buzz(pitch) + buzz(pitch * 1.505) + 0.6 * buzz(pitch * 2.01)
    sweep = tone(slow(chance, seconds, 0.8, 180, 420)) * 0.25
    return shaped(unit(hum), (130, 1.1, 1), (520, 0.6, 0.5)) + sweep


def vacuum(chance: Chance, seconds: float) -> Sound:
    noise = shaped(chance.noise(length(seconds)), (1300, 1.4, 0.8), (300, 0.8, 0.6))
    return noise + shaped(buzz(np.full(length(seconds), 212, np.float32)), (640, 0.8, 0.8))
