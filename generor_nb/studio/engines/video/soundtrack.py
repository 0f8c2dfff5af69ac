"""What a clip sounds like: the words' own sounds, the place's and the weather's, or a given sound."""

from __future__ import annotations

from ..light import HOURS
from ..reading import Brief
from ..sound.effects import MOST, soft_edges, together, understood
from ..sound.loudness import levelled
from ..sound.synth import RATE, Chance, Sound
from .asking import Ask
from .clip import bytes_of, sound_of

WEATHER = {
    "rain": ("rain",),
    "storm": ("rain", "thunder"),
    "wind": ("wind",),
    "snow": ("wind",),
    "fog": ("wind",),
}
PLACE = {
    "sea": ("waves",),
    "beach": ("waves",),
    "lake": ("stream",),
    "forest": ("birds",),
    "hills": ("birds", "wind"),
    "mountains": ("wind",),
    "desert": ("wind",),
    "city": ("car", "crowd"),
    "space": ("spaceship",),
    "underwater": ("stream",),
    "interior": ("fire",),
}
QUIET = ("wind",)


def names(brief: Brief, prompt: str) -> list[str]:
    """Which sounds belong: those that the words name, then the weather's, then the place's."""
    found = [name for group in understood(prompt.lower()) for name in group]
    place = PLACE.get(brief.terrain, QUIET)
    if brief.time in HOURS and brief.time in ("night", "dusk") and "birds" in place:
        place = ("crickets", *(name for name in place if name != "birds"))
    if brief.weather in ("rain", "storm", "snow"):
        place = tuple(name for name in place if name != "birds")
    return list(dict.fromkeys([*found, *WEATHER.get(brief.weather, ()), *place]))[:MOST]


def bed(ask: Ask, brief: Brief) -> tuple[Sound, list[str]]:
    """The sound of a scene for as long as the clip, and which sounds it is made of."""
    chosen = names(brief, ask.prompt)
    sound = together(Chance(ask.key, "soundtrack"), chosen, float(ask.seconds))
    return fitted(soft_edges(sound), ask.seconds), chosen


def given(address: str, seconds: int, field: str) -> Sound | None:
    """The sound of a given file for as long as the clip."""
    sound = sound_of(bytes_of(address, field), seconds, field)
    return None if sound is None else fitted(soft_edges(sound), seconds)


def fitted(sound: Sound, seconds: int) -> Sound:
    """At its level, and as long as the pictures to the sample."""
    return levelled(sound[: seconds * RATE], RATE)
