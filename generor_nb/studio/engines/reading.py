"""What a prompt asks for, as far as the scene engine understands it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import vocabulary as words
from .seeding import Dice
from .subjects import SUBJECTS


@dataclass(frozen=True)
class Wish:
    """One subject: how many, and in which colour if the prompt says so."""

    name: str
    count: int
    colour: str | None


@dataclass(frozen=True)
class Brief:
    """The scene to compose."""

    time: str
    weather: str
    terrain: str
    mood: str | None
    style: str | None
    season: str
    wishes: tuple[Wish, ...]
    understood: tuple[str, ...]
    tint: str | None = None

    def facts(self) -> dict[str, object]:
        return {
            "time": self.time,
            "weather": self.weather,
            "terrain": self.terrain,
            "palette": self.mood or "natural",
            "style": self.style or "natural",
            "season": self.season,
            "subjects": [wish.name for wish in self.wishes],
            "understood": list(self.understood),
        }


@dataclass(frozen=True)
class Hit:
    meaning: str
    start: int
    end: int


class Reader:
    """Finds the words of a vocabulary in a prompt, longest phrases first, plurals included."""

    def __init__(self, prompt: str) -> None:
        self.tokens = re.findall(r"[a-z0-9&'-]+", prompt.lower().replace("’", "'"))
        self.used: set[str] = set()

    def hits(self, table: dict[str, str]) -> list[Hit]:
        found, at = [], 0
        while at < len(self.tokens):
            hit = next(filter(None, (self._match(table, at, size) for size in (4, 3, 2, 1))), None)
            if hit and not self._denied(at):
                found.append(hit)
                self.used.add(" ".join(self.tokens[hit.start : hit.end]))
            at = hit.end if hit else at + 1
        return found

    def first(self, table: dict[str, str]) -> str | None:
        hits = self.hits(table)
        return hits[0].meaning if hits else None

    def _match(self, table: dict[str, str], at: int, size: int) -> Hit | None:
        part = self.tokens[at : at + size]
        if len(part) < size:
            return None
        for form in _forms(" ".join(part)):
            if form in table:
                return Hit(table[form], at, at + size)
        return None

    def _denied(self, at: int) -> bool:
        return bool(words.NEGATIONS & set(self.tokens[max(0, at - 2) : at]))


def _forms(phrase: str) -> list[str]:
    forms = [phrase, phrase.removesuffix("'s")]
    for ending, instead in (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f")):
        if phrase.endswith(ending) and len(phrase) > len(ending) + 2:
            forms.append(phrase[: -len(ending)] + instead)
    return forms


def read(prompt: str, dice: Dice) -> Brief:
    """Understand a prompt; what it leaves open is chosen by the dice, to fit the rest."""
    reader = Reader(prompt)
    wishes = _wishes(reader)
    times, weathers = reader.first(words.TIMES), reader.first(words.WEATHERS)
    terrain = _terrain(reader)
    mood, style, season = (reader.first(t) for t in (words.MOODS, words.STYLES, words.SEASONS))
    terrain = terrain or _home(wishes, weathers, dice)
    return Brief(
        time=times or _time(weathers, mood, terrain, dice),
        weather=weathers or dice.pick(("clear", "clear", "clear", "cloudy")),
        terrain=terrain,
        mood=mood,
        style=style,
        season=season or ("winter" if weathers == "snow" else "summer"),
        wishes=wishes,
        understood=tuple(sorted(reader.used)),
        tint=_tint(reader),
    )


def _terrain(reader: Reader) -> str | None:
    """The most telling place: a mountain lake is a lake."""
    named = {hit.meaning for hit in reader.hits(words.TERRAINS)}
    return next((place for place in words.TERRAIN_ORDER if place in named), None)


def _wishes(reader: Reader) -> tuple[Wish, ...]:
    wishes: dict[str, Wish] = {}
    for hit in reader.hits(words.SUBJECT_WORDS):
        before = reader.tokens[max(0, hit.start - 4) : hit.start]
        colour = next((words.COLOURS[word] for word in reversed(before[-2:]) if word in words.COLOURS), None)
        last = reader.tokens[hit.end - 1]
        many = last.endswith("s") or last in {"geese", "cacti", "flock"}
        usual = SUBJECTS[hit.meaning].group
        count = next(
            (words.COUNTS[word] for word in before if word in words.COUNTS), max(usual, 3) if many else 1
        )
        if hit.meaning == "flower":
            count = max(count, usual if many else 3)
        wishes.setdefault(hit.meaning, Wish(hit.meaning, min(count, 12), colour))
    return tuple(wishes.values())[:4]


def _tint(reader: Reader) -> str | None:
    return next((words.COLOURS[token] for token in reader.tokens if token in words.COLOURS), None)


def _home(wishes: tuple[Wish, ...], weather: str | None, dice: Dice) -> str:
    if wishes:
        return dice.pick(SUBJECTS[wishes[0].name].home)
    if weather == "aurora":
        return dice.pick(("mountains", "lake", "forest"))
    return dice.pick(
        ("mountains", "sea", "lake", "forest", "hills", "desert", "city", "lake", "marble", "flow")
    )


def _time(weather: str | None, mood: str | None, terrain: str, dice: Dice) -> str:
    if weather == "aurora" or terrain == "space":
        return "night"
    if weather == "storm":
        return "dusk"
    if mood == "neon":
        return dice.pick(("night", "dusk"))
    if terrain == "city":
        return dice.pick(("night", "dusk", "sunset"))
    return dice.pick(("day", "sunset", "dawn", "dusk", "day"))
