"""What sounds are built of. Arrays are float32, one channel unless a name says so; times in seconds."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..seeding import digest

Sound: TypeAlias = NDArray[np.float32]
RATE = 44_100
TAU = 2 * np.pi


class Chance:
    """Random numbers that depend on words alone; their sequence is frozen in numpy."""

    def __init__(self, *parts: object) -> None:
        self._parts = parts
        self._state = np.random.RandomState(int.from_bytes(digest(*parts)[:4], "big"))

    def of(self, *more: object) -> Chance:
        """Another source, for a part of the whole."""
        return Chance(*self._parts, *more)

    def between(self, low: float, high: float) -> float:
        return float(self._state.uniform(low, high))

    def many(self, low: float, high: float, count: int) -> Sound:
        return np.asarray(self._state.uniform(low, high, count), np.float32)

    def below(self, count: int) -> int:
        return int(self._state.randint(count))

    def noise(self, count: int) -> Sound:
        """White noise of about unit power."""
        raw = np.frombuffer(self._state.bytes(2 * count), np.int16)
        return raw.astype(np.float32) * np.float32(3**0.5 / 32_768)

    def times(self, rate: float, seconds: float, spread: float = 1.0) -> Sound:
        """Moments, ``rate`` a second, as regular as ``spread`` is small."""
        count = max(1, round(rate * seconds))
        even = (np.arange(count) + 0.5) / count
        return np.asarray((even + self.many(-0.5, 0.5, count) * spread / count) * seconds, np.float32)


def length(seconds: float) -> int:
    return max(1, round(seconds * RATE))


def clock(seconds: float) -> Sound:
    return np.arange(length(seconds), dtype=np.float32) / np.float32(RATE)


def tone(hertz: float | Sound, seconds: float = 0.0) -> Sound:
    """A sine of a fixed pitch, or of a pitch for each sample."""
    if isinstance(hertz, np.ndarray):
        phase = np.cumsum(hertz, dtype=np.float64) / RATE
        return np.asarray(np.sin(TAU * (phase % 1)), np.float32)
    return np.asarray(np.sin(np.float32(TAU * hertz) * clock(seconds)), np.float32)


def partials(hertz: float, seconds: float, table: tuple[tuple[float, float, float], ...]) -> Sound:
    """A struck body: (times the pitch, loudness, how fast it fades per second) for each of its tones."""
    t = clock(seconds)
    out = np.zeros(len(t), np.float32)
    for ratio, loud, fade in table:
        if hertz * ratio < RATE / 2.2:
            out += np.float32(loud) * np.sin(np.float32(TAU * hertz * ratio) * t) * np.exp(-fade * t)
    return out


def glide(*points: tuple[float, float]) -> Sound:
    """Straight lines through (moment, value), up to the last moment."""
    moments, values = zip(*points, strict=True)
    return np.asarray(np.interp(clock(moments[-1]), moments, values), np.float32)


def fade(seconds: float, rate: float, attack: float = 0.003) -> Sound:
    """Up in ``attack`` seconds, then down by e ``rate`` times a second, to nothing at the end."""
    t = clock(seconds)
    shape = np.minimum(t / max(attack, 1e-4), 1) * np.exp(-rate * t)
    return np.asarray(shape * np.minimum((seconds - t) / min(0.01, seconds / 4), 1), np.float32)


def hump(seconds: float, peak: float = 0.5) -> Sound:
    """Up and down smoothly, loudest at a share ``peak`` of the time."""
    at = clock(seconds) / seconds
    warped = np.interp(at, (0, peak, 1), (0, 0.5, 1))
    return np.asarray(np.sin(np.pi * warped) ** 2, np.float32)


def shaped(sound: Sound, *bands: tuple[float, float, float]) -> Sound:
    """Only what lies in the bands, each (middle in hertz, width in octaves, loudness)."""
    size = fast_size(len(sound))
    octave = np.log2(np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1.0)).astype(np.float32)
    gain = np.zeros(len(octave), np.float32)
    for middle, width, loud in bands:
        gain += np.float32(loud) * np.exp(
            -(((octave - np.float32(np.log2(middle))) / np.float32(width)) ** 2)
        )
    return filtered(sound, gain, size)


def filtered(sound: Sound, gain: Sound, size: int) -> Sound:
    spectrum = np.fft.rfft(sound, size) * gain
    return np.fft.irfft(spectrum, size)[: len(sound)].astype(np.float32)


def unit(sound: Sound) -> Sound:
    """The same with a peak of one."""
    peak = float(np.abs(sound).max(initial=0.0))
    return sound / np.float32(peak) if peak > 0 else sound


def slow(chance: Chance, seconds: float, rate: float, low: float, high: float) -> Sound:
    """A value that wanders between two, about ``rate`` turns a second."""
    knots = max(4, round(seconds * rate) + 3)
    values = chance.many(low, high, knots)
    at = clock(seconds) * np.float32((knots - 3) / seconds)
    index = at.astype(np.int32)
    part = at - index
    part = part * part * (3 - 2 * part)
    return np.asarray(values[index] * (1 - part) + values[index + 1] * part, np.float32)


def place(out: Sound, sound: Sound, at: float, gain: float = 1.0) -> None:
    """Add a sound at a moment; what would lie beyond the end is left out."""
    start = round(at * RATE)
    if start < 0:
        sound, start = sound[-start:], 0
    end = min(len(out), start + len(sound))
    if end > start:
        out[start:end] += sound[: end - start] * np.float32(gain)


def scatter(
    chance: Chance, seconds: float, rate: float, grains: list[Sound], low: float = 0.3, spread: float = 1.0
) -> Sound:
    """Many short sounds at random moments, at random loudness from ``low`` to one."""
    out = np.zeros(length(seconds), np.float32)
    for at in chance.times(rate, seconds, spread):
        place(out, grains[chance.below(len(grains))], float(at), chance.between(low, 1))
    return out


def stereo(left: Sound, right: Sound) -> Sound:
    return np.stack([left, right], 1)


def wide(sound: Sound, pan: float = 0.5) -> Sound:
    """One channel as two; 0 is left and 1 is right."""
    return sound[:, None] * np.asarray([np.cos(pan * np.pi / 2), np.sin(pan * np.pi / 2)], np.float32)


def echo(
    both: Sound, chance: Chance, seconds: float = 1.4, amount: float = 0.25, dark: float = 3000
) -> Sound:
    """A room around a stereo sound; computed at half the rate, rooms are dark."""
    half = both[: len(both) // 2 * 2].sum(1).reshape(-1, 2).sum(1) * np.float32(0.25)
    count = length(seconds) // 2
    t = np.arange(count, dtype=np.float32) * np.float32(2 / RATE)
    size = fast_size(len(half) + count)
    hertz = np.fft.rfftfreq(size, 2 / RATE).astype(np.float32)
    dry = np.fft.rfft(half, size) / (1 + (hertz / np.float32(dark)) ** 2)
    out = both.copy()
    for side in (0, 1):
        tail = chance.noise(count) * np.exp(-6.9 / seconds * t) * np.minimum(t / 0.012, 1)
        tail *= np.float32(1.6 * amount / np.sqrt((tail**2).sum()))
        wet = np.fft.irfft(dry * np.fft.rfft(tail, size), size)[: len(half)].astype(np.float32)
        out[0 : 2 * len(wet) : 2, side] += wet
        out[1 : 2 * len(wet) - 1 : 2, side] += (wet[1:] + wet[:-1]) / 2
    return out


def fast_size(count: int) -> int:
    """The next size that splits into small primes, where the transform is fast."""
    best = 1 << (count - 1).bit_length()
    for odd in (3, 5, 9, 15, 25, 27):
        while odd < count:
            odd *= 2
        best = min(best, odd)
    return best
