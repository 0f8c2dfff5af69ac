"""What bodies and crowds sound like. One channel, at RATE."""

from __future__ import annotations

import numpy as np

from .synth import Chance, Sound, fade, glide, hump, length, place, scatter, shaped, slow, tone, unit


def heartbeat(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    pitch = chance.between(46, 56)
    thud = tone(glide((0, pitch * 1.5), (0.16, pitch))) * fade(0.16, 17, 0.012)
    thud += 0.5 * tone(2 * pitch, 0.16) * fade(0.16, 26, 0.008)
    for at in np.arange(0.05, seconds - 0.4, 0.86):
        place(out, thud, float(at))
        place(out, thud, float(at) + 0.29, 0.68)
    return out


def applause(chance: Chance, seconds: float) -> Sound:
    claps = [
        shaped(chance.noise(length(0.05)), (chance.between(900, 2300), 0.7, 1)) * fade(0.05, 90, 0.0008)
        for _ in range(24)
    ]
    crowd = scatter(chance, seconds, 190, claps, 0.1)
    edge = np.interp(np.linspace(0, 1, len(crowd)), (0, 0.15, 0.75, 1), (0.2, 1, 1, 0.15)).astype(np.float32)
    return crowd * edge


def crowd(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    for _ in range(7):
        pitch = slow(chance, seconds, 2, 95, 150) * chance.between(0.9, 1.7)
        turns = np.cumsum(pitch, dtype=np.float64) / 44_100 % 1
        talk = slow(chance, seconds, 5, -0.3, 1.0).clip(0)
        out += (2 * turns - 1).astype(np.float32) * talk
    return shaped(out, (450, 0.6, 1), (1100, 0.5, 0.5), (2500, 0.5, 0.2)) + 0.1 * shaped(
        chance.noise(len(out)), (800, 1.2, 1)
    )


def cheer(chance: Chance, seconds: float) -> Sound:
    noise = chance.noise(length(seconds))
    swell = hump(seconds, 0.4)
    voices = shaped(noise, (850, 0.45, 1), (1250, 0.3, 0.8), (2700, 0.5, 0.4))
    return np.asarray(voices * (0.2 + swell) + applause(chance, seconds) * 0.5, np.float32)


def laugh(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    base = chance.between(170, 260)
    for turn in range(max(3, int(seconds / 0.19) - 1)):
        pitch = glide((0, base * (1.25 - 0.03 * turn)), (0.11, base * (1.0 - 0.03 * turn)))
        turns = np.cumsum(pitch, dtype=np.float64) / 44_100 % 1
        voiced = (2 * turns - 1).astype(np.float32) + 0.25 * chance.noise(len(pitch))
        ha = unit(shaped(voiced, (750, 0.3, 1), (1250, 0.25, 0.8), (2500, 0.3, 0.3)) * hump(0.11, 0.3))
        place(out, ha, turn * 0.19, 1 / (1 + 0.08 * turn))
    return out


def snore(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    for at in np.arange(0, seconds, 2.6):
        rate = glide((0, 24), (1.2, 34))
        clicks = np.diff(np.floor(np.cumsum(rate, dtype=np.float64) / 44_100), prepend=0.0).astype(np.float32)
        rasp = shaped(clicks * 20 + chance.noise(len(rate)) * 0.3, (260, 0.8, 1), (900, 0.6, 0.4))
        place(out, unit(rasp * hump(1.2, 0.6)), float(at))
        breath = shaped(chance.noise(length(0.9)), (1300, 0.8, 1)) * hump(0.9, 0.3)
        place(out, unit(breath), float(at) + 1.4, 0.2)
    return out


def sneeze(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    place(out, shaped(chance.noise(length(0.35)), (900, 0.7, 1)) * hump(0.35, 0.9), 0.0, 0.35)
    burst = shaped(chance.noise(length(0.3)), (2600, 1.0, 1), (6000, 0.8, 0.6)) * fade(0.3, 13, 0.004)
    place(out, burst, 0.42, 1.3)
    return out


def breathing(chance: Chance, seconds: float) -> Sound:
    out = np.zeros(length(seconds), np.float32)
    for at in np.arange(0, seconds, 2.9):
        inward = shaped(chance.noise(length(1.1)), (2300, 0.7, 1)) * hump(1.1, 0.6)
        outward = shaped(chance.noise(length(1.3)), (1100, 0.8, 1)) * hump(1.3, 0.3)
        place(out, inward, float(at), 0.7)
        place(out, outward, float(at) + 1.3)
    return out
