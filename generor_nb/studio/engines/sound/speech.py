"""The speech engine: a voice reads a text, eSpeak NG's where it is installed, else our own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import EngineError
from . import english, espeak, korean, spanish, voice
from .asking import made, options
from .phones import PAUSES
from .synth import Chance, Sound

VERSION = "1"
OWN = "a formant voice computed by rule; it sounds like a machine"
LONGEST = 6_000  # letters
PACES = {"slow": 0.78, "normal": 1.0, "fast": 1.35}
FIT = (0.6, 2.0)
PASSAGE = 400


@dataclass(frozen=True, slots=True)
class Language:
    name: str
    words: re.Pattern[str]
    sounds: Callable[[str], list[str]]
    number: Callable[[int], str]
    signs: dict[str, str]
    point: str


LANGUAGES = {
    "en": Language("English", english.WORD, english.sounds, english.number, english.SIGNS, "point"),
    "ko": Language("Korean", re.compile(r"[가-힣]+"), korean.sounds, korean.number, korean.SIGNS, "점"),
    "es": Language("Spanish", spanish.WORD, spanish.sounds, spanish.number, spanish.SIGNS, "coma"),
}
# Writing that tells a language, for the program that reads more of them.
SCRIPTS = {
    "ja": "[぀-ヿ]",
    "zh": "[一-鿿]",
    "ru": "[а-яА-Я]",
    "el": "[α-ωΑ-Ω]",
    "ar": "[؀-ۿ]",
    "he": "[א-ת]",
    "hi": "[ऀ-ॿ]",
    "th": "[฀-๿]",
}
NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
MARKS = re.compile(r"\n\s*\n|[.!?…]+(?=\s|$|[\"')\]])|[,;:—–]|\s-\s|[。！？、，]")


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Read one text aloud and say which voice did."""
    text, seed, chosen = str(job.get("prompt") or "").strip(), int(job.get("seed") or 0), options(job)
    if len(text) > LONGEST:
        raise EngineError(
            f"The studio reads up to {LONGEST:,} letters at a time, this text has {len(text):,}."
        )
    language = chosen["language"] if chosen.get("language") else language_of(text)
    speaker = chosen.get("voice", "middle")
    speaker = speaker if speaker in voice.SPEAKERS else "middle"
    pace = PACES.get(chosen.get("pace", ""), 1.0) * (0.92 if chosen.get("form") == "audiobook" else 1.0)
    sound, rate, who = spoken(text, language, speaker, pace, Chance("speech", VERSION, text, seed), chosen)
    if (wanted := chosen.get("seconds", "")).isdigit() and int(wanted):
        share = len(sound) / rate / int(wanted)
        pace *= min(max(share, FIT[0]), FIT[1])
        sound, rate, who = spoken(
            text, language, speaker, pace, Chance("speech", VERSION, text, seed), chosen
        )
    facts = {"engine": "speech", "engine_version": VERSION, "language": language, "spoken_by": who}
    return made(sound, facts | {"voice": speaker, "pace": round(pace, 2)}, rate)


def spoken(
    text: str, language: str, speaker: str, pace: float, chance: Chance, chosen: dict[str, str]
) -> tuple[Sound, int, str]:
    """Samples, their rate and whose voice it is."""
    program = espeak.found() if chosen.get("by") != "own" else None
    if program and (said := espeak.speak(program, text, language, speaker, pace)):
        return edged(said[0]), said[1], espeak.NAME
    parts = passages(names_of(text, language))
    sounds = [voice.speak(part, voice.SPEAKERS[speaker], pace, chance) for part in parts]
    return edged(np.concatenate(sounds)), voice.RATE, OWN


def passages(names: list[str]) -> list[list[str]]:
    """Whole sentences together up to about PASSAGE sounds, so that a long text needs no more memory."""
    parts: list[list[str]] = [[]]
    for name in names:
        parts[-1].append(name)
        if len(parts[-1]) >= PASSAGE and PAUSES.get(name, 0) >= PAUSES["."]:
            parts.append([])
    return [part for part in parts if part]


def names_of(text: str, language: str) -> list[str]:
    """The sounds and pauses of a text.

    Raises:
        EngineError: the studio's own voice cannot read it.
    """
    if language not in LANGUAGES:
        known = ", ".join(one.name for one in LANGUAGES.values())
        raise EngineError(
            f"The studio's own voice reads {known}, not {language!r}; "
            "for more languages install eSpeak NG, a separate program."
        )
    names: list[str] = []
    start = 0
    for mark in [*MARKS.finditer(text), None]:
        names += _phrase(text[start : mark.start() if mark else len(text)], LANGUAGES[language])
        if mark and names:
            names.append(_pause(mark[0]))
            start = mark.end()
    if not any(name not in PAUSES for name in names):
        raise EngineError("There is nothing in this text that can be read aloud.")
    return names


def language_of(text: str) -> str:
    """By its writing; Latin letters are English unless they look Spanish."""
    letters = sum(map(str.isalpha, text)) or 1
    if sum(map(korean.is_syllable, text)) > letters / 4:
        return "ko"
    for code, script in SCRIPTS.items():
        if len(re.findall(script, text)) > letters / 4:
            return code
    lowered = f" {text.lower()} "
    little = sum(
        lowered.count(f" {word} ")
        for word in ("el", "la", "los", "las", "que", "es", "un", "una", "y", "por")
    )
    return "es" if re.search("[ñ¿¡]", lowered) or little >= max(2, len(lowered.split()) // 5) else "en"


def edged(sound: Sound) -> Sound:
    """A breath of silence around, and no click."""
    pad = np.zeros(800, np.float32)
    end = min(200, len(sound) // 2)
    sound = sound.copy()
    sound[:end] *= np.linspace(0, 1, end, dtype=np.float32)
    sound[len(sound) - end :] *= np.linspace(1, 0, end, dtype=np.float32)
    return np.concatenate([pad, sound, pad])


def _pause(mark: str) -> str:
    if "\n" in mark:
        return "¶"
    return {"?": "?", "？": "?", "!": "!", "！": "!", ";": ";", ":": ":"}.get(
        mark[-1], "." if mark[-1] in ".…。" else ","
    )


def _phrase(text: str, language: Language) -> list[str]:
    lowered = text.lower()
    if language.name == "English":
        for short, full in english.SHORT.items():
            lowered = lowered.replace(short, full).replace(f"{short[:-1]} ", f"{full} ")
    lowered = NUMBER.sub(lambda found: f" {_read(found[0], language)} ", lowered)
    for sign, said in language.signs.items():
        lowered = lowered.replace(sign, f" {said} ")
    names: list[str] = []
    for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", lowered.replace("’", "'")):
        names += [" ", *_word(word, language)]
    return names


def _word(word: str, language: Language) -> list[str]:
    """In a Korean text, Latin words are read as English ones."""
    if language.words.fullmatch(word):
        return language.sounds(word)
    plain = "".join(english.WORD.findall(word))
    return english.sounds(plain) if plain else []


def _read(digits: str, language: Language) -> str:
    whole, _, part = re.sub(r",(?=\d{3}(?!\d))", "", digits).replace(",", ".").partition(".")
    if len(whole) > 11 or "." in part:
        return " ".join(language.number(int(digit)) for digit in digits if digit.isdigit())
    said = language.number(int(whole))
    return f"{said} {language.point} " + " ".join(language.number(int(d)) for d in part) if part else said
