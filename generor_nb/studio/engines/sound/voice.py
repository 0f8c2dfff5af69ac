"""The studio's own voice: five resonances shaken by pulses and by noise. It sounds like a machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .phones import DIPHTHONGS, PAUSES, PHONES, SYLLABIC
from .synth import Chance, Sound, fast_size

RATE = 22_050
HOP = 110  # samples in a step, 5 ms
STEP = HOP / RATE
RING = 480  # samples a pulse is heard
BANDS = np.array([70.0, 95.0, 140.0, 220.0, 300.0])
UPPER = (3450.0, 4400.0)
QUIET = (500.0, 1500.0, 2500.0)
TAIL = 0.12
VOWEL, HISS = 0.14, 0.28  # how loud the voice is, and noise beside it


@dataclass(frozen=True, slots=True)
class Speaker:
    """``pitch`` in hertz, ``throat`` times the formants, ``breath`` noise between the pulses."""

    pitch: float
    throat: float
    breath: float = 0.01


SPEAKERS = {"low": Speaker(92, 0.94), "middle": Speaker(128, 1.02), "high": Speaker(205, 1.16, 0.016)}


@dataclass(slots=True)
class _Row:
    """One stretch of sound: how many steps of what."""

    steps: int
    formants: tuple[float, float, float]
    voiced: float
    noisy: float
    at: float
    wide: float
    accent: float


def speak(names: list[str], speaker: Speaker, pace: float, chance: Chance) -> Sound:
    """One channel at RATE from the names of sounds, marks (``'`` before a stressed one) and pauses.

    Args:
        pace: 1 is normal, 2 twice as fast.
    """
    rows, turns = _rows(names, pace)
    counts = np.array([row.steps for row in rows])
    formants = (
        _smooth(np.repeat(np.array([row.formants for row in rows]), counts, axis=0), 9) * speaker.throat
    )
    voiced = _smooth(np.repeat([row.voiced for row in rows], counts)[:, None], 4)[:, 0]
    noisy = _smooth(np.repeat([row.noisy for row in rows], counts)[:, None], 3)[:, 0]
    band = np.repeat(np.array([(row.at, row.wide) for row in rows]), counts, axis=0)
    pitch = speaker.pitch * _melody(rows, counts, turns, chance)
    sound = _pulses(formants, voiced, pitch, chance)
    sound *= VOWEL / max(_power(sound, np.repeat(voiced, HOP) > 0.6), 1e-9)
    sound += HISS * _noise(noisy + speaker.breath * voiced, band, len(sound), chance)
    return np.asarray(sound, np.float32)


def _rows(names: list[str], pace: float) -> tuple[list[_Row], list[tuple[int, str]]]:
    """Stretches in order, and before which of them each phrase ends with which mark."""
    rows: list[_Row] = []
    turns: list[tuple[int, str]] = []
    accent = 0.0
    for place, name in enumerate(names):
        if name == "'":
            accent = 1.0
        elif name in PAUSES:
            if PAUSES[name]:
                turns.append((len(rows), name))
                rows.append(_Row(_steps(PAUSES[name], pace), QUIET, 0, 0, 2500, 0.5, 0))
        else:
            longer = (1.25 if accent else 0.95) * (1.35 if _is_last(names, place) else 1.0)
            rows += _sounded(name, pace / longer, accent)
            accent = 0.0 if name in SYLLABIC else accent
    turns.append((len(rows), "."))
    rows.append(_Row(_steps(TAIL, 1), QUIET, 0, 0, 2500, 0.5, 0))
    return rows, turns


def _is_last(names: list[str], place: int) -> bool:
    """Whether a pause follows before the next vowel: what ends a phrase is drawn out."""
    if names[place] not in SYLLABIC:
        return False
    rest = next((name for name in names[place + 1 :] if name in SYLLABIC or PAUSES.get(name)), ".")
    return rest in PAUSES


def _sounded(name: str, pace: float, accent: float) -> list[_Row]:
    if name in DIPHTHONGS:
        first, second = DIPHTHONGS[name]
        return [*_sounded(first, pace * 1.1, accent), *_sounded(second, pace * 1.25, accent)]
    phone = PHONES[name]
    rows = []
    if phone.closed:
        hum = 0.16 if phone.voiced else 0.0
        rows.append(_Row(_steps(phone.closed, pace), (220, *phone.formants[1:]), hum, 0, 2500, 0.5, accent))
    loud = phone.voiced * (1.12 if accent else 1.0)
    sounding = _Row(
        _steps(phone.seconds, pace), phone.formants, loud, phone.noisy, phone.at, phone.wide, accent
    )
    return [*rows, sounding]


def _steps(seconds: float, pace: float) -> int:
    return max(1, round(seconds / pace / STEP))


def _melody(
    rows: list[_Row], counts: NDArray[np.int64], turns: list[tuple[int, str]], chance: Chance
) -> Sound:
    """Each phrase falls from high to low, and further at its end; a question rises."""
    begins = np.concatenate([[0], np.cumsum(counts)])
    line = np.ones(begins[-1])
    start = 0
    for row, mark in turns:
        end = int(begins[row])
        last = {"?": 1.32, ",": 1.03, ";": 0.96, "!": 0.84}.get(mark, 0.8)
        at = np.linspace(0, 1, max(1, end - start))
        line[start:end] = np.interp(at, (0, 0.1, 0.72, 1), (1.02, 1.12, 0.95, last))
        start = end
    lift = np.repeat([row.accent for row in rows], counts).astype(np.float64)
    wander = chance.many(-0.012, 0.012, len(line) // 12 + 2)
    shiver = np.interp(np.arange(len(line)) / 12, np.arange(len(wander)), wander)
    return np.asarray(line + 0.1 * _smooth(lift[:, None], 16)[:, 0] + shiver, np.float32)


def _pulses(
    formants: NDArray[np.float64], voiced: NDArray[np.float64], pitch: Sound, chance: Chance
) -> NDArray[np.float64]:
    """The throat's answer to each pulse of the voice, laid one over the other."""
    count = len(pitch) * HOP
    turns = np.cumsum(np.repeat(pitch.astype(np.float64), HOP)) / RATE
    starts = np.nonzero(np.diff(np.floor(turns)) > 0)[0]
    step = starts // HOP
    starts, step = starts[voiced[step] > 0.01], step[voiced[step] > 0.01]
    loud = voiced[step] / np.sqrt(pitch[step]) * (1 + chance.many(-0.04, 0.04, len(step)))
    at = np.concatenate([formants[step], np.tile(UPPER, (len(step), 1))], axis=1)
    poles = -np.pi * BANDS + 2j * np.pi * at
    share = _residues(poles, at)
    t = np.arange(RING, dtype=np.float32) / np.float32(RATE)
    rings = np.zeros((len(step), RING), np.float32)
    for which in range(at.shape[1]):
        turn = np.float32(2 * np.pi) * at[:, which : which + 1].astype(np.float32) * t
        turn += np.angle(share[:, which : which + 1]).astype(np.float32)
        dying = np.exp(-np.pi * BANDS[which] * t).astype(np.float32)
        rings += np.abs(share[:, which : which + 1]).astype(np.float32) * dying * np.cos(turn)
    rings *= (loud[:, None] * np.minimum((RING - np.arange(RING)) / 60, 1)).astype(np.float32)
    index = starts[:, None] + np.arange(RING)
    out = np.bincount(index.ravel(), rings.ravel().astype(np.float64), count + RING)[:count]
    return _softened(np.asarray(out, np.float64))


def _residues(poles: NDArray[np.complex128], at: NDArray[np.float64]) -> NDArray[np.complex128]:
    """How much of each resonance is heard when all stand in a row."""
    share = np.ones_like(poles)
    for which in range(poles.shape[1]):
        here = poles[:, which]
        share[:, which] = 2 * np.pi * at[:, which] / 2j
        for other in range(poles.shape[1]):
            if other != which:
                size = np.abs(poles[:, other]) ** 2
                share[:, which] *= size / ((here - poles[:, other]) * (here - poles[:, other].conj()))
    return share / (2 * np.pi * 500)


def _softened(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pulse of a throat is round, and lips let the high tones out better."""
    size = fast_size(len(sound) + 256)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    gain = 1 / np.sqrt(1 + (hertz / 650) ** 2) / (1 + (hertz / 6000) ** 2)
    gain *= (hertz / 70) ** 2 / (1 + (hertz / 70) ** 2)
    return np.fft.irfft(np.fft.rfft(sound, size) * gain, size)[: len(sound)]


def _noise(
    loud: NDArray[np.float64], band: NDArray[np.float64], count: int, chance: Chance
) -> NDArray[np.float64]:
    """Noise whose colour changes from step to step."""
    size = 2 * HOP
    white = chance.noise((len(loud) + 1) * HOP)
    frames = np.lib.stride_tricks.sliding_window_view(white, size)[::HOP][: len(loud)]
    octave = np.log2(np.maximum(np.fft.rfftfreq(size, 1 / RATE), 50))
    colour = np.exp(-(((octave - np.log2(band[:, :1])) / band[:, 1:]) ** 2)) / np.sqrt(band[:, 1:])
    shaped = np.fft.irfft(np.fft.rfft(frames, axis=1) * colour * loud[:, None], size, axis=1)
    shaped *= np.hanning(size)
    out = np.zeros((len(loud) + 1, HOP))
    out[:-1] += shaped[:, :HOP]
    out[1:] += shaped[:, HOP:]
    return out.ravel()[:count]


def _power(sound: NDArray[np.float64], where: NDArray[np.bool_]) -> float:
    """What it is in these places, or 0 if there are none."""
    return float(np.sqrt((sound[where] ** 2).mean())) if where.any() else 0.0


def _smooth(rows: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Each column moves over this many steps: a mouth takes its time."""
    window = np.hanning(steps + 2)[1:-1]
    window /= window.sum()
    left = steps // 2
    padded = np.pad(rows, ((left, steps - 1 - left), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, k], window, "valid") for k in range(rows.shape[1])], 1)
