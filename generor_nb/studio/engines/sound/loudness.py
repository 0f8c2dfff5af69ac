"""Loudness as ITU-R BS.1770 measures it, and bringing a sound to a level without clipping."""

from __future__ import annotations

from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray

from .synth import Sound, fast_size

TARGET = -16.0  # LUFS
CEILING = 10 ** (-1.5 / 20)  # of full scale: half a decibel for what rises between two samples
SHORTEST = 3.0  # seconds; holding down the peaks of less would take away what it is
BLOCK, STEP = 0.4, 0.1
SILENCE, BELOW_MEAN = -70.0, -10.0
HOP = 64
MOST_DRIVE, CLOSE = 60.0, 0.005  # decibels
NEAR = 3  # hops before and after a peak in which the gain comes down and goes up


def lufs(sound: Sound, rate: int) -> float:
    """Integrated loudness of one or two channels, in LUFS; -inf for silence."""
    both = sound[:, None] if sound.ndim == 1 else sound
    power = sum(weighted(both[:, side], rate).astype(np.float64) ** 2 for side in range(both.shape[1]))
    return _gated(np.asarray(power), rate)


def weighted(channel: Sound, rate: int) -> Sound:
    """The K-weighted channel: a shelf for the head and a high pass for the ear."""
    size = fast_size(len(channel) + rate // 2)
    spectrum = np.fft.rfft(channel, size) * _weighting(size, rate)
    return np.fft.irfft(spectrum, size)[: len(channel)].astype(np.float32)


def levelled(sound: Sound, rate: int) -> Sound:
    """At TARGET; what lasts less than SHORTEST seconds as its peak allows. Never above CEILING."""
    both = sound[:, None] if sound.ndim == 1 else sound
    peak = float(np.abs(both).max(initial=0.0))
    if peak == 0.0:
        return sound
    if len(both) < SHORTEST * rate:
        return np.asarray(sound * np.float32(min(CEILING / peak, 10 ** ((TARGET - lufs(sound, rate)) / 20))))
    count = len(both) // HOP * HOP
    power = sum(
        (weighted(both[:, side], rate)[:count].reshape(-1, HOP) ** 2).mean(1) for side in range(both.shape[1])
    )
    tops = _tops(both)
    gain = _drive(np.asarray(power, np.float64), tops, rate)
    track = _track(tops, gain)
    centres = (np.arange(len(track)) + 0.5) * HOP
    follow = np.interp(np.arange(len(both)), centres, track).astype(np.float32)
    out = both * follow[:, None]
    return out[:, 0] if sound.ndim == 1 else out


def _drive(power: NDArray[np.float64], tops: NDArray[np.float64], rate: int) -> float:
    """The gain that, after its peaks are held down, gives the target; found on the hops' powers."""
    low = TARGET - max(_gated(power, rate / HOP), SILENCE)
    if tops.max() * 10 ** (low / 20) <= CEILING:
        return float(10 ** (low / 20))
    # Held-down peaks make it quieter, so it takes more than the plain gain.
    high = low + MOST_DRIVE
    while high - low > CLOSE:
        middle = (low + high) / 2
        track = _track(tops, 10 ** (middle / 20))[: len(power)]
        heard = _gated(power * track**2, rate / HOP)
        low, high = (middle, high) if heard < TARGET else (low, middle)
    return float(10 ** (low / 20))


def _tops(both: Sound) -> NDArray[np.float64]:
    """The peak of each hop, the last and shorter one too."""
    # Channel by channel: the largest of two numbers, a million times, takes longer than all else here.
    loud = reduce(np.maximum, (np.abs(both[:, side]) for side in range(both.shape[1])))
    padded = np.pad(loud, (0, -len(loud) % HOP))
    return np.asarray(padded.reshape(-1, HOP).max(1), np.float64)


def _track(tops: NDArray[np.float64], gain: float) -> NDArray[np.float64]:
    """A gain for each hop that keeps its peak and its neighbours' under the ceiling, moving smoothly."""
    need = np.minimum(gain, CEILING / np.maximum(tops, 1e-9))
    if need.min() == gain:
        return need
    reach = 2 * NEAR + 1
    lowest = np.pad(need, reach, mode="edge")
    for step in (1, 2, 4, 2 * reach - 7):
        lowest = np.minimum(lowest[:-step], lowest[step:])
    window = np.hanning(2 * NEAR + 3)[1:-1]
    smooth = np.convolve(np.pad(lowest, NEAR, mode="edge"), window / window.sum(), "valid")
    return np.minimum(smooth, gain)


def _gated(power: NDArray[np.float64], rate: float) -> float:
    """Mean power of the blocks that count, as LUFS."""
    size = min(round(BLOCK * rate), len(power))
    total = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.round(np.arange(0, (len(power) - size) / rate + 1e-9, STEP) * rate).astype(np.int64)
    blocks = (total[starts + size] - total[starts]) / size
    blocks = blocks[_loudness(blocks) > SILENCE]
    if not len(blocks):
        return float("-inf")
    blocks = blocks[_loudness(blocks) > _loudness(blocks.mean()) + BELOW_MEAN]
    return float(_loudness(blocks.mean()))


def _loudness(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-12)))


@cache
def _weighting(size: int, rate: int) -> NDArray[np.complex64]:
    """The two filters of the standard, from their analogue prototypes, at any rate."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    head = _biquad(z, rate, 1681.974450955533, 0.7071752369554196, 3.999843853973347)
    ear = _biquad(z, rate, 38.13547087602444, 0.5003270373238773, None)
    return (head * ear).astype(np.complex64)


def _biquad(
    z: NDArray[np.complex128], rate: int, hertz: float, quality: float, shelf: float | None
) -> NDArray[np.complex128]:
    k = np.tan(np.pi * hertz / rate)
    base = 1 + k / quality + k * k
    if shelf is None:
        top = (1.0, -2.0, 1.0)
    else:
        high = 10 ** (shelf / 20)
        middle = high**0.4996667741545416
        top = (
            (high + middle * k / quality + k * k) / base,
            2 * (k * k - high) / base,
            (high - middle * k / quality + k * k) / base,
        )
    below = (1.0, 2 * (k * k - 1) / base, (1 - k / quality + k * k) / base)
    return np.asarray((top[0] + top[1] * z + top[2] * z * z) / (below[0] + below[1] * z + below[2] * z * z))
