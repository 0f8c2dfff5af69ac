"""The music engine: a prompt becomes a piece with a melody, chords, a bass and, where it fits, drums."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from . import band
from .asking import finds, made, options, seconds_asked
from .score import DORIAN, LYDIAN, MAJOR, MINOR, PHRYGIAN, Plan, Style, bars_of, compose
from .synth import RATE, Chance, Sound, echo, length, shaped

VERSION = "1"
SECONDS = 30.0
BRIGHT = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 3))
DARK = ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 4))

STYLES = {
    "calm": Style(
        (66, 80), MAJOR, ((0, 3, 5, 4), (5, 3, 0, 4)), "piano", "held", "pad", "upright bass", busy=0.42
    ),
    "happy": Style((112, 128), MAJOR, BRIGHT, "marimba", "eighths", "guitar", "bass", "pop", busy=0.75),
    "sad": Style((60, 72), MINOR, DARK, "violin", "broken", "piano", "low strings", busy=0.4, room=0.4),
    "tense": Style(
        (92, 110),
        PHRYGIAN,
        ((0, 1, 0, 6), (0, 5, 1, 0)),
        "synth",
        "held",
        "strings",
        "synth bass",
        "pulse",
        busy=0.4,
    ),
    "dreamy": Style(
        (70, 84), LYDIAN, ((0, 1, 0, 4), (3, 1, 4, 0)), "music box", "held", "choir", "bass", room=0.55
    ),
    "heroic": Style(
        (96, 112), MINOR, ((0, 5, 2, 6), (0, 2, 6, 3)), "brass", "held", "strings", "low strings", "epic"
    ),
    "jazz": Style(
        (118, 140),
        DORIAN,
        ((1, 4, 0, 0), (0, 5, 1, 4)),
        "saxophone",
        "swing",
        "piano",
        "upright bass",
        "jazz",
        swing=0.16,
        seventh=True,
        room=0.2,
    ),
    "lo-fi": Style(
        (72, 84),
        DORIAN,
        ((0, 3, 5, 4), (5, 4, 0, 3)),
        "electric piano",
        "stabs",
        "electric piano",
        "bass",
        "lofi",
        swing=0.1,
        seventh=True,
        busy=0.4,
        lofi=True,
    ),
    "waltz": Style(
        (132, 156),
        MAJOR,
        ((0, 4, 0, 4), (5, 1, 4, 0)),
        "violin",
        "waltz",
        "piano",
        "low strings",
        "waltz",
        meter=3,
    ),
    "electronic": Style((122, 130), MINOR, DARK, "synth", "offbeat", "synth", "synth bass", "four", busy=0.7),
    "rock": Style((118, 138), MINOR, DARK, "synth", "eighths", "guitar", "bass", "pop", busy=0.6, room=0.2),
    "folk": Style((92, 108), MAJOR, BRIGHT, "flute", "broken", "guitar", "upright bass", "soft", room=0.25),
    "ambient": Style(
        (54, 62), LYDIAN, ((0, 4, 3, 0), (0, 1, 5, 3)), "bells", "held", "pad", "pad", busy=0.25, room=0.6
    ),
    "classical": Style((96, 116), MAJOR, BRIGHT, "violin", "broken", "piano", "low strings", busy=0.7),
    "funk": Style(
        (104, 114),
        DORIAN,
        ((0, 3, 0, 4), (0, 0, 3, 4)),
        "brass",
        "offbeat",
        "electric piano",
        "synth bass",
        "pop",
        seventh=True,
        room=0.15,
    ),
    "8-bit": Style(
        (130, 148), MAJOR, BRIGHT, "square", "broken", "square", "square", "four", busy=0.8, room=0.05
    ),
    "spooky": Style(
        (72, 84), PHRYGIAN, ((0, 1, 5, 0), (0, 6, 1, 0)), "organ", "broken", "music box", "low strings"
    ),
}
MOODS = {
    "calm": "calm|relaxing|peaceful|gentle|soft|quiet|meditation|sleep|soothing|잔잔한|차분한|평화로운",
    "happy": "happy|cheerful|joyful|upbeat|bright|fun|playful|sunny|summer|행복한|신나는|밝은|즐거운",
    "sad": "sad|melancholy|melancholic|sorrow|lonely|grief|nostalgic|rainy|슬픈|우울한|쓸쓸한",
    "tense": "tense|suspense|suspenseful|thriller|dark|anxious|chase|긴장|긴박한|어두운",
    "dreamy": "dreamy|dream|ethereal|magical|fairy|fantasy|lullaby|몽환적|꿈|마법|자장가",
    "heroic": "heroic|epic|cinematic|battle|triumphant|adventure|trailer|orchestra|orchestral|웅장한|영웅",
    "jazz": "jazz|jazzy|swing|bebop|blues|재즈|블루스",
    "lo-fi": "lo-fi|lofi|lo fi|chillhop|chill|study|로파이",
    "waltz": "waltz|ballroom|왈츠",
    "electronic": "electronic|techno|house|edm|dance|club|trance|disco|synthwave|전자|테크노|클럽|댄스",
    "rock": "rock|metal|punk|grunge|록|메탈",
    "folk": "folk|acoustic|country|campfire|celtic|포크|어쿠스틱",
    "ambient": "ambient|drone|space|meditative|atmospheric|앰비언트|명상",
    "classical": "classical|baroque|chamber|mozart|bach|클래식",
    "funk": "funk|funky|groove|groovy|soul|펑크|그루브",
    "8-bit": "8-bit|8 bit|chiptune|video game|retro game|arcade|게임",
    "spooky": "spooky|horror|halloween|scary|creepy|haunted|무서운|공포",
}
LEADS = {
    "piano": "piano|피아노",
    "guitar": "guitar|ukulele|banjo|기타",
    "violin": "violin|fiddle|cello|바이올린|첼로",
    "flute": "flute|recorder|ocarina|플루트|피리",
    "saxophone": "saxophone|sax|clarinet|색소폰|클라리넷",
    "brass": "trumpet|brass|horn|trombone|트럼펫",
    "organ": "organ|accordion|오르간|아코디언",
    "music box": "music box|celesta|오르골",
    "marimba": "marimba|xylophone|vibraphone|kalimba|실로폰|마림바",
    "bells": "bells|glockenspiel",
    "harp": "harp|하프",
    "synth": "synth|synthesizer|신시사이저",
    "choir": "choir|vocals|voices|합창",
    "electric piano": "electric piano|rhodes",
    "strings": "strings|현악",
}
BPM = re.compile(r"(\d{2,3})\s*(?:bpm|beats per minute)")
NO_DRUMS = re.compile(r"(?:no|without(?: any)?) (?:drums?|percussion|beat)|드럼 없")
KEY = re.compile(r"\b([a-g])(?: ?(#|sharp|flat|b))? (major|minor)\b")
NOTES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
FORM_SECONDS = {"jingle": 5.0}


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Compose and play one piece, and say what was understood."""
    prompt, seed, chosen = str(job.get("prompt") or ""), int(job.get("seed") or 0), options(job)
    lowered = " ".join(prompt.lower().split())
    chance = Chance("music", VERSION, lowered, seed, chosen.get("mood", ""))
    plan, facts = planned(lowered, chosen, chance)
    notes = compose(plan, chance.of("score"))
    sound = finished(plan, band.play(plan, notes, chance.of("band")), chance.of("room"))
    facts |= {"engine": "music", "engine_version": VERSION, "notes": len(notes), "bars": plan.bars}
    return made(sound, facts)


def planned(prompt: str, chosen: dict[str, str], chance: Chance) -> tuple[Plan, dict[str, Any]]:
    """What will be played, and the words it follows."""
    form = chosen.get("form", "")
    moods = sorted((at, name) for name, words in MOODS.items() if (at := finds(prompt, words)) >= 0)
    understood = [name for _, name in moods]
    mood = chosen.get("mood", "")
    if mood not in STYLES:
        mood = understood[0] if understood else {"jingle": "happy", "background": "calm"}.get(form, "folk")
    genre = next(
        (name for name in understood if name in ("waltz", "jazz", "lo-fi", "8-bit") and name != mood), None
    )
    style = _blended(STYLES[mood], STYLES[genre]) if genre else STYLES[mood]
    style, root = _keyed(style, prompt, chance)
    bpm = _tempo(style, prompt, chance)
    lead = next((name for name, words in LEADS.items() if finds(prompt, words) >= 0), None)
    drums = "" if NO_DRUMS.search(prompt) or form == "background" else style.drums
    if (
        not drums
        and form != "background"
        and not NO_DRUMS.search(prompt)
        and finds(prompt, "drum|beat|드럼|비트") >= 0
    ):
        drums = "waltz" if style.meter == 3 else "pop"
    seconds = seconds_asked(chosen, prompt) or FORM_SECONDS.get(form, SECONDS)
    plan = Plan(
        style,
        bpm,
        root,
        bars_of(seconds, bpm, style.meter),
        seconds,
        drums,
        lead or style.lead,
        form == "background",
    )
    understood += [lead] if lead else []
    facts = {
        "understood": understood,
        "mood": mood,
        "bpm": bpm,
        "meter": f"{style.meter}/4",
        "drums": bool(drums),
    }
    return plan, facts | {"lead": plan.lead, "key": _named(style, root)}


def _blended(style: Style, genre: Style) -> Style:
    """A mood played as another kind of music: its scale and pace, the other's rhythm and band."""
    return replace(
        genre, scale=style.scale, chords=style.chords, bpm=style.bpm if genre.meter == 4 else genre.bpm
    )


def _keyed(style: Style, prompt: str, chance: Chance) -> tuple[Style, int]:
    found = KEY.search(prompt)
    minor = found[3] == "minor" if found else None
    if not found and finds(prompt, "minor|단조") >= 0:
        minor = True
    if not found and finds(prompt, "major|장조") >= 0:
        minor = False
    if minor is not None:
        style = replace(style, scale=MINOR if minor else MAJOR, chords=DARK if minor else BRIGHT)
    note = chance.of("key").below(12)
    if found:
        note = NOTES[found[1]] + {"#": 1, "sharp": 1, "flat": -1, "b": -1}.get(found[2] or "", 0)
    return style, 40 + (note - 40) % 12


def _tempo(style: Style, prompt: str, chance: Chance) -> int:
    if found := BPM.search(prompt):
        return min(max(int(found[1]), 40), 220)
    low, high = style.bpm
    bpm = low + chance.of("tempo").below(high - low + 1)
    if finds(prompt, "slow|slowly|느린") >= 0:
        bpm = round(bpm * 0.78)
    if finds(prompt, "fast|quick|energetic|빠른") >= 0:
        bpm = round(bpm * 1.25)
    return bpm


def _named(style: Style, root: int) -> str:
    note = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")[root % 12]
    kind: dict[tuple[int, ...], str] = {
        MAJOR: "major",
        MINOR: "minor",
        DORIAN: "dorian",
        LYDIAN: "lydian",
        PHRYGIAN: "phrygian",
    }
    return f"{note} {kind[style.scale]}"


def finished(plan: Plan, dry: Sound, chance: Chance) -> Sound:
    """In its room, its end faded out; lo-fi also dull, and on a worn record."""
    out = echo(dry, chance, 1.2 + 1.6 * plan.style.room, plan.style.room, 4000)
    if plan.style.lofi:
        hiss = shaped(chance.noise(len(out)), (5000, 1.0, 0.006))
        out = np.stack([shaped(out[:, side], (300, 2.4, 1.0)) + hiss for side in (0, 1)], 1)
    end = min(length(1.8), len(out) // 3)
    out[len(out) - end :] *= (np.cos(np.linspace(0, np.pi, end)) * 0.5 + 0.5).astype(np.float32)[:, None]
    start = RATE // 200
    out[:start] *= np.linspace(0, 1, start, dtype=np.float32)[:, None]
    return out
