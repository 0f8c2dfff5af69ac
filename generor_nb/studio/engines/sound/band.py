"""The instruments, and a score played by them. A tone is one turn of a wave, read at its pitch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .score import Note, Plan
from .synth import RATE, Chance, Sound, clock, fade, length, partials, shaped, tone

TABLE = 4096
TOP = 9_000.0  # hertz; no overtone above


@dataclass(frozen=True, slots=True)
class Voice:
    """``tilt`` how fast overtones fall, ``even`` how loud even ones are, ``dull`` how fast brightness fades.

    Times in seconds; ``decay`` per second; ``apart`` detuning of two more and ``shake`` vibrato, in cents.
    """

    tilt: float
    even: float = 1.0
    attack: float = 0.005
    decay: float = 0.0
    release: float = 0.08
    dull: float = 0.0
    apart: float = 0.0
    shake: float = 0.0
    breath: float = 0.0
    loud: float = 1.0


VOICES = {
    "piano": Voice(1.5, decay=1.6, dull=5, release=0.18, apart=1.5),
    "electric piano": Voice(2.6, even=0.6, decay=1.3, dull=7, release=0.2, apart=4),
    "guitar": Voice(1.1, decay=2.6, dull=7, release=0.15, loud=0.9),
    "strings": Voice(1.35, attack=0.22, release=0.35, apart=9, shake=7, loud=0.8),
    "pad": Voice(1.9, attack=0.5, release=0.6, apart=12, loud=0.8),
    "choir": Voice(2.1, attack=0.3, release=0.4, apart=14, shake=12, breath=0.01, loud=0.8),
    "organ": Voice(1.2, even=1.4, attack=0.02, release=0.06, apart=3, loud=0.6),
    "flute": Voice(2.4, even=0.7, attack=0.05, release=0.1, shake=14, breath=0.05),
    "violin": Voice(1.15, attack=0.09, release=0.12, shake=20, loud=0.8),
    "brass": Voice(1.0, attack=0.05, release=0.1, apart=5, dull=0.6, loud=0.8),
    "saxophone": Voice(1.05, even=0.7, attack=0.04, release=0.08, shake=16, breath=0.03, loud=0.8),
    "music box": Voice(2.2, even=0.3, decay=3.2, dull=4, release=0.3),
    "marimba": Voice(2.8, even=0.2, decay=6, dull=14, release=0.1, loud=1.2),
    "bells": Voice(1.7, even=0.2, decay=1.8, dull=3, release=0.4, loud=0.8),
    "synth": Voice(0.95, attack=0.008, decay=0.6, release=0.1, dull=2.5, apart=8, loud=0.7),
    "square": Voice(1.0, even=0.0, attack=0.003, decay=0.4, release=0.03, loud=0.6),
    "harp": Voice(1.6, decay=2.0, dull=6, release=0.3),
    "upright bass": Voice(1.6, decay=1.6, dull=6, release=0.08, loud=1.5),
    "bass": Voice(1.3, decay=0.9, dull=5, release=0.06, loud=1.4),
    "synth bass": Voice(1.0, decay=1.2, dull=7, release=0.04, loud=1.3),
    "low strings": Voice(1.4, attack=0.18, release=0.3, apart=7, loud=1.1),
}


def play(plan: Plan, notes: list[Note], chance: Chance) -> Sound:
    """Stereo, dry, of the plan's length."""
    count = length(plan.seconds)
    out = np.zeros((2, count), np.float32)
    kit: dict[tuple[str, int, int], Sound] = {}
    for note in notes:
        at = _moment(plan, note.at) + (0 if note.who in DRUMS else chance.between(0, 0.008))
        lasting = min(note.beats * plan.beat, plan.seconds - at)
        if lasting <= 0.02:
            continue
        # Equal notes are made once.
        key = (note.who, note.key, round(lasting * 20))
        if key not in kit:
            kit[key] = _sound(note.who, note.key, key[2] / 20, chance.of(note.who))
        sound = kit[key]
        start = round(at * RATE)
        end = min(count, start + len(sound))
        for side, share in enumerate((np.cos(note.pan * np.pi / 2), np.sin(note.pan * np.pi / 2))):
            out[side, start:end] += sound[: end - start] * np.float32(share * note.hard)
    return np.ascontiguousarray(out.T)


def _moment(plan: Plan, beats: float) -> float:
    """Seconds; with swing, what lies between two beats comes later."""
    whole = int(beats)
    part = beats - whole
    if plan.style.swing and 0.4 < part < 0.6:
        part += plan.style.swing
    return (whole + part) * plan.beat


def _sound(who: str, key: int, seconds: float, chance: Chance) -> Sound:
    if who in DRUMS:
        return DRUMS[who](key, chance)
    return sung(VOICES[who], 440 * 2 ** ((key - 69) / 12), seconds, chance)


def sung(voice: Voice, hertz: float, seconds: float, chance: Chance) -> Sound:
    """One note; it rings ``release`` longer than it lasts."""
    t = clock(seconds + voice.release)
    bright = _wave(voice.tilt, voice.even, _overtones(hertz))
    out = np.zeros(len(t), np.float32)
    apart = (-voice.apart, 0.0, voice.apart) if voice.apart else (0.0,)
    wobble = _wobble(voice, hertz, t)
    for turn, cents in enumerate(apart):
        phase = t * np.float32(hertz * 2 ** (cents / 1200) * TABLE) + np.float32(turn * 1311)
        index = (phase + wobble if wobble is not None else phase).astype(np.int32) & (TABLE - 1)
        part = bright[index]
        if voice.dull:
            dark = _wave(voice.tilt + 2.2, voice.even * 0.7, _overtones(hertz))[index]
            part = dark + (part - dark) * np.exp(-voice.dull * t)
        out += part
    out *= np.float32(voice.loud * 0.2 / len(apart) ** 0.6)
    if voice.breath:
        out += shaped(chance.noise(len(t)), (hertz * 3, 1.2, voice.breath))
    return np.asarray(out * _envelope(voice, t, seconds), np.float32)


def _envelope(voice: Voice, t: Sound, seconds: float) -> Sound:
    up = np.minimum(t / np.float32(voice.attack), 1)
    down = np.clip((seconds + voice.release - t) / np.float32(voice.release), 0, 1)
    return np.asarray(up * (2 - up) * down * down * np.exp(-voice.decay * t), np.float32)


def _wobble(voice: Voice, hertz: float, t: Sound) -> Sound | None:
    if not voice.shake:
        return None
    deep = hertz * (2 ** (voice.shake / 1200) - 1) / 5.3 / (2 * np.pi) * TABLE
    return np.asarray(np.sin(2 * np.pi * 5.3 * t) * np.minimum(t / 0.4, 1) * deep, np.float32)


def _overtones(hertz: float) -> int:
    return int(np.clip(TOP / hertz, 1, 40))


@cache
def _wave(tilt: float, even: float, count: int) -> Sound:
    at = np.arange(TABLE) / TABLE
    out = np.zeros(TABLE)
    for overtone in range(1, count + 1):
        loud = overtone**-tilt * (even if overtone % 2 == 0 else 1)
        out += loud * np.sin(2 * np.pi * overtone * at + 0.7 * overtone * overtone)
    return np.asarray(out / np.sqrt((out**2).mean()), np.float32)


# --- drums


def _kick(_key: int, _chance: Chance) -> Sound:
    t = clock(0.32)
    return np.asarray(
        tone((48 + 130 * np.exp(-t * 34)).astype(np.float32)) * fade(0.32, 9, 0.002), np.float32
    )


def _snare(_key: int, chance: Chance) -> Sound:
    rattle = shaped(chance.noise(length(0.22)), (2400, 1.6, 0.8)) * fade(0.22, 20, 0.001)
    return (rattle + partials(188, 0.22, ((1, 0.5, 24), (1.6, 0.3, 30)))) * np.float32(0.55)


def _hat(_key: int, chance: Chance) -> Sound:
    return shaped(chance.noise(length(0.09)), (9500, 0.6, 1)) * fade(0.09, 48, 0.001) * np.float32(0.4)


def _ride(_key: int, chance: Chance) -> Sound:
    ring = partials(520, 0.7, ((6.1, 0.5, 5), (8.3, 0.4, 6), (11.7, 0.3, 7)))
    return (ring + shaped(chance.noise(length(0.7)), (7000, 0.6, 0.5)) * fade(0.7, 9, 0.001)) * np.float32(
        0.2
    )


def _shaker(_key: int, chance: Chance) -> Sound:
    return shaped(chance.noise(length(0.11)), (6500, 0.7, 1)) * fade(0.11, 24, 0.03) * np.float32(0.4)


def _tom(key: int, _chance: Chance) -> Sound:
    t, low = clock(0.4), 440 * 2 ** ((key - 69) / 12)
    return np.asarray(tone((low * (1 + 0.5 * np.exp(-t * 20))).astype(np.float32)) * fade(0.4, 8), np.float32)


def _timpani(_key: int, chance: Chance) -> Sound:
    boom = partials(73, 1.1, ((1, 1, 3), (1.5, 0.6, 4), (1.98, 0.4, 5), (2.44, 0.25, 6)))
    return boom + shaped(chance.noise(len(boom)), (240, 1.2, 0.5)) * fade(1.1, 30, 0.001)


def _crash(_key: int, chance: Chance) -> Sound:
    return shaped(chance.noise(length(1.8)), (6500, 1.1, 1)) * fade(1.8, 2.6, 0.002) * np.float32(0.35)


DRUMS = {
    "kick": _kick,
    "snare": _snare,
    "hat": _hat,
    "ride": _ride,
    "shaker": _shaker,
    "tom": _tom,
    "timpani": _timpani,
    "crash": _crash,
}
