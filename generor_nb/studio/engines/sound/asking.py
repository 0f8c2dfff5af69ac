"""What a job asks for, in the words that speech, music and sound effects share."""

from __future__ import annotations

import re
from typing import Any

from . import flac, waveform
from .loudness import levelled
from .synth import RATE, Sound

LENGTHS = (0.3, 180.0)
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(seconds?|secs?|s|minutes?|mins?|초|분)(?![a-z])")


def options(job: dict[str, Any]) -> dict[str, str]:
    """What the generator is and what was chosen; the last word of a parameter's id names the option."""
    found = {str(name): str(value) for name, value in (job.get("preset") or {}).items()}
    for name, value in (job.get("parameters") or {}).items():
        if str(value) != "auto":
            found[str(name).rsplit("-", 1)[-1]] = str(value)
    return found


def seconds_asked(chosen: dict[str, str], prompt: str) -> float | None:
    """The length that was chosen, else the one that the prompt names."""
    if chosen.get("length", "").replace(".", "", 1).isdigit():
        return _within(float(chosen["length"]))
    if found := _SECONDS.search(prompt.lower()):
        return _within(float(found[1]) * (60 if found[2][0] in "m분" else 1))
    return None


def finds(prompt: str, listed: str) -> int:
    """Where the first of the words (``rain|raining``) stands in the prompt, whole, or -1."""
    places = [at for word in listed.split("|") if (at := _place(prompt, word)) >= 0]
    return min(places, default=-1)


def _place(prompt: str, word: str) -> int:
    if not word.isascii():
        return prompt.find(word)
    found = re.search(rf"(?<![a-z]){re.escape(word)}(?:s|es)?(?![a-z])", prompt)
    return found.start() if found else -1


def made(sound: Sound, facts: dict[str, Any], rate: int = RATE) -> dict[str, Any]:
    """The file, at its level, with what it is."""
    level = levelled(sound, rate)
    data = flac.encode(level, rate)
    seconds = round(len(sound) / rate, 3)
    return {
        "mime": "audio/flac",
        "data": data,
        "seconds": seconds,
        "poster": {"mime": "image/png", "data": waveform.picture(level)},
        "facts": {**facts, "procedural": True},
        "fields": {"seconds": seconds},
    }


def _within(seconds: float) -> float:
    return min(max(seconds, LENGTHS[0]), LENGTHS[1])
