"""A piece as notes: mood to chords, chords to parts, parts to phrases with a beginning and an end. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .synth import Chance

MAJOR, MINOR, DORIAN, LYDIAN, PHRYGIAN = (
    (0, 2, 4, 5, 7, 9, 11),
    (0, 2, 3, 5, 7, 8, 10),
    (0, 2, 3, 5, 7, 9, 10),
    (0, 2, 4, 6, 7, 9, 11),
    (0, 1, 3, 5, 7, 8, 10),
)
ENDING = 2.5  # seconds the last chord may ring


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of music is made.

    ``chords`` are progressions of scale degrees, ``comp`` how chords are played, ``drums`` a pattern's name,
    ``busy`` how often a melody note comes, ``low`` and ``high`` the range of the melody in steps.
    """

    bpm: tuple[int, int]
    scale: tuple[int, ...]
    chords: tuple[tuple[int, ...], ...]
    lead: str
    comp: str
    harmony: str
    bass: str
    drums: str = ""
    meter: int = 4
    swing: float = 0.0
    busy: float = 0.6
    seventh: bool = False
    room: float = 0.3
    lofi: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A style with what the prompt changed; times in beats."""

    style: Style
    bpm: float
    root: int
    bars: int
    seconds: float
    drums: str
    lead: str
    background: bool = False

    @property
    def beat(self) -> float:
        """Seconds."""
        return 60 / self.bpm

    @property
    def register(self) -> int:
        """Octaves from the root to the melody."""
        return 2 if self.root < 46 else 1


@dataclass(frozen=True, slots=True)
class Note:
    """One sound: who plays it, when and how long (beats), its MIDI key, how hard and where (0 to 1)."""

    who: str
    at: float
    beats: float
    key: int
    hard: float
    pan: float = 0.5


def bars_of(seconds: float, bpm: float, meter: int) -> int:
    """Whole bars that leave the last chord time to ring."""
    bar = 60 / bpm * meter
    return max(1, math.floor((seconds - min(ENDING, seconds / 5)) / bar))


def sections(bars: int) -> list[str]:
    """What each bar belongs to: intro, a, b, outro."""
    if bars < 6:
        return ["a"] * bars
    intro = 2 if bars < 16 else 4
    outro = 1 if bars < 10 else 2
    middle = bars - intro - outro
    half = 4 if middle < 16 else 8
    return ["intro"] * intro + ["ab"[i // half % 2] for i in range(middle)] + ["outro"] * outro


def compose(plan: Plan, chance: Chance) -> list[Note]:
    """All notes of a piece."""
    style, parts = plan.style, sections(plan.bars)
    first, other = _progressions(style, chance.of("chords"))
    degrees = [(other if part == "b" else first)[bar % 4] for bar, part in enumerate(parts)]
    if plan.bars > 2:
        degrees[-1] = 4 if style.scale == MAJOR else degrees[-1]
    notes = [note for bar, part in enumerate(parts) for note in _bar(plan, chance, bar, part, degrees[bar])]
    if not plan.background:
        notes += _melody(plan, chance.of("melody"), parts, degrees)
    return [*notes, *_final(plan)]


def pitch(plan: Plan, step: int, octave: int = 0) -> int:
    """The key of a step of the scale."""
    scale = plan.style.scale
    return plan.root + scale[step % 7] + 12 * (step // 7 + octave)


def _progressions(style: Style, chance: Chance) -> tuple[tuple[int, ...], tuple[int, ...]]:
    at = chance.below(len(style.chords))
    return style.chords[at], style.chords[(at + 1) % len(style.chords)]


def _bar(plan: Plan, chance: Chance, bar: int, part: str, degree: int) -> list[Note]:
    style, start = plan.style, bar * plan.style.meter
    notes = _harmony(plan, start, degree, bar)
    if part != "intro" or bar >= 2:
        notes += _bass(plan, start, degree)
    if plan.drums and part in ("a", "b"):
        notes += _drums(plan, chance.of("drums", bar), start, bar, part)
    if plan.drums and part == "intro" and bar == sections(plan.bars).count("intro") - 1:
        notes += [Note("snare", start + style.meter - 1 + k / 4, 0.25, 0, 0.4 + 0.15 * k) for k in range(4)]
    return notes


def _chord(plan: Plan, degree: int) -> list[int]:
    """Close to the middle of the keyboard, so that voices move little."""
    steps = (0, 2, 4, 6) if plan.style.seventh else (0, 2, 4)
    keys = [pitch(plan, degree + step, 1) for step in steps]
    middle = plan.root + 16
    return sorted(key - 12 * round((key - middle) / 12) for key in keys)


def _harmony(plan: Plan, start: int, degree: int, bar: int) -> list[Note]:
    style, keys, meter = plan.style, _chord(plan, degree), plan.style.meter
    spread = [0.25 + 0.5 * i / max(1, len(keys) - 1) for i in range(len(keys))]
    if style.comp == "held":
        return [
            Note(style.harmony, start, meter * 1.02, k, 0.55, p) for k, p in zip(keys, spread, strict=True)
        ]
    if style.comp == "broken":
        order = [*keys, keys[0] + 12, *reversed(keys[1:])]
        steps = meter * 2
        return [
            Note(
                style.harmony, start + i / 2, 1.4, order[(i + bar % 2) % len(order)], 0.5 - 0.1 * (i % 2), 0.4
            )
            for i in range(steps)
        ]
    times = {
        "waltz": (1.0, 2.0),
        "offbeat": (0.5, 1.5, 2.5, 3.5),
        "stabs": (0.0, 1.5, 2.5),
        "swing": (0.0, 1.66, 3.0) if bar % 2 else (1.0, 2.66),
        "eighths": tuple(i / 2 for i in range(meter * 2)),
    }[style.comp]
    lasting = 0.45 if style.comp in ("offbeat", "eighths") else 0.9
    return [
        Note(style.harmony, start + at, lasting, key, 0.5, place)
        for at in times
        if at < meter
        for key, place in zip(keys, spread, strict=True)
    ]


def _bass(plan: Plan, start: int, degree: int) -> list[Note]:
    style, low = plan.style, pitch(plan, degree)
    low -= 12 if low > plan.root + 9 else 0
    fifth = low + 7
    if style.comp == "swing":
        walk = (low, low + 3 if style.scale != MAJOR else low + 4, fifth, fifth + 2)
        return [Note(style.bass, start + i, 0.9, key, 0.75) for i, key in enumerate(walk)]
    if style.meter == 3 or style.comp == "held":
        return [Note(style.bass, start, style.meter * 0.9, low, 0.7)]
    if style.comp in ("eighths", "offbeat"):
        return [Note(style.bass, start + i / 2, 0.42, low, 0.8 - 0.15 * (i % 2)) for i in range(8)]
    return [
        Note(style.bass, start + at, beats, key, 0.75)
        for at, beats, key in ((0, 1.4, low), (1.5, 0.5, low), (2, 1.4, fifth), (3.5, 0.5, low))
    ]


# For each drum the strokes of a bar: (beat, how hard).
DRUMS: dict[str, dict[str, tuple[tuple[float, float], ...]]] = {
    "pop": {
        "kick": ((0, 1), (1.5, 0.6), (2, 0.9)),
        "snare": ((1, 0.8), (3, 0.85)),
        "hat": tuple((i / 2, 0.5 - 0.2 * (i % 2)) for i in range(8)),
    },
    "lofi": {
        "kick": ((0, 0.9), (1.75, 0.5), (2.5, 0.8)),
        "snare": ((1, 0.6), (3, 0.6)),
        "hat": tuple((i / 2 + 0.08 * (i % 2), 0.35 - 0.15 * (i % 2)) for i in range(8)),
    },
    "four": {
        "kick": ((0, 1), (1, 1), (2, 1), (3, 1)),
        "snare": ((1, 0.6), (3, 0.6)),
        "hat": tuple((i + 0.5, 0.6) for i in range(4)) + tuple((i / 4, 0.2) for i in range(16)),
    },
    "jazz": {
        "ride": ((0, 0.6), (1, 0.7), (1.66, 0.4), (2, 0.6), (3, 0.7), (3.66, 0.4)),
        "hat": ((1, 0.4), (3, 0.4)),
        "kick": ((0, 0.35), (2.66, 0.25)),
    },
    "waltz": {"kick": ((0, 0.6),), "shaker": ((1, 0.5), (2, 0.4))},
    "epic": {
        "timpani": ((0, 1), (1.5, 0.6), (2, 0.8), (3, 0.6), (3.5, 0.7)),
        "snare": ((1, 0.4), (1.5, 0.25), (3, 0.45), (3.25, 0.25), (3.5, 0.3)),
    },
    "pulse": {"timpani": ((0, 0.8), (0.5, 0.5), (2, 0.6)), "hat": tuple((i / 2, 0.25) for i in range(8))},
    "soft": {"shaker": tuple((i / 2, 0.4 - 0.15 * (i % 2)) for i in range(8)), "kick": ((0, 0.5), (2, 0.4))},
}


def _drums(plan: Plan, chance: Chance, start: int, bar: int, part: str) -> list[Note]:
    pattern, meter = DRUMS[plan.drums], plan.style.meter
    notes = [
        Note(who, start + at, 0.5, 0, hard * chance.between(0.85, 1), 0.62 if who in ("hat", "ride") else 0.5)
        for who, strokes in pattern.items()
        for at, hard in strokes
        if at < meter
    ]
    if bar % 4 == 3:
        notes += [
            Note("tom", start + meter - 1 + k / 3, 0.4, 48 - 5 * k, 0.6, 0.3 + 0.2 * k) for k in range(3)
        ]
    if bar % 8 == 4 and part == "b":
        notes.append(Note("crash", start, 2, 0, 0.5, 0.4))
    return notes


def _melody(plan: Plan, chance: Chance, parts: list[str], degrees: list[int]) -> list[Note]:
    """Two-bar ideas, one for each kind of part, said again and again over the chords as they change."""
    ideas = {part: [_idea(plan, chance.of(part, k)) for k in (0, 1)] for part in ("a", "b")}
    notes, here = [], 4
    for bar, part in enumerate(parts):
        if part not in ideas:
            continue
        # aab c: the second half of every fourth bar rests or answers with the other idea
        idea = ideas[part][1 if bar % 4 == 3 else 0][bar % 2]
        for at, beats, move, strong in idea:
            here = _next(here + move, degrees[bar], strong)
            key = pitch(plan, here, plan.register)
            hard = 0.75 if strong else 0.6
            notes.append(Note(plan.lead, bar * plan.style.meter + at, beats, key, hard, 0.55))
    return notes


def _idea(plan: Plan, chance: Chance) -> list[list[tuple[float, float, int, bool]]]:
    """For each of two bars: (beat, length, steps up or down, whether it should fit the chord)."""
    meter, busy = plan.style.meter, plan.style.busy
    bars = []
    for _ in range(2):
        starts = [at for at in (i / 2 for i in range(meter * 2)) if chance.between(0, 1) < _weight(at, busy)]
        starts = starts or [0.0]
        ends = [*starts[1:], float(meter)]
        moves = [(-2, -1, -1, 1, 1, 2, 3, -3)[chance.below(8)] for _ in starts]
        bars.append(
            [
                (at, min(end - at, 2.0) * 0.95, move, at % 1 == 0)
                for at, end, move in zip(starts, ends, moves, strict=True)
            ]
        )
    return bars


def _weight(at: float, busy: float) -> float:
    return busy * (1.5 if at == 0 else 1.15 if at % 1 == 0 else 0.6)


def _next(step: int, degree: int, strong: bool) -> int:
    """Within reach of a voice; on a beat the nearest tone of the chord."""
    step = 7 - (step - 9) if step > 9 else 2 - step if step < 0 else step
    if not strong:
        return step
    return min(
        range(10), key=lambda one: (abs(one - step) + (0 if (one - degree) % 7 in (0, 2, 4) else 9), one)
    )


def _final(plan: Plan) -> list[Note]:
    """Home: the chord of the key, held."""
    at, style = plan.bars * plan.style.meter, plan.style
    beats = max(1.0, (plan.seconds / plan.beat - at) * 0.98)
    keys = _chord(plan, 0)
    notes = [Note(style.harmony, at, beats, key, 0.6, 0.3 + 0.13 * i) for i, key in enumerate(keys)]
    notes.append(Note(style.bass, at, beats, plan.root, 0.75))
    if not plan.background:
        notes.append(Note(plan.lead, at, beats, pitch(plan, 7, plan.register), 0.7, 0.55))
    if plan.drums in ("pop", "four", "epic"):
        notes += [Note("crash", at, 2, 0, 0.5), Note("kick", at, 1, 0, 0.9)]
    return notes
