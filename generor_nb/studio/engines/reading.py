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
    layout: str | None = None
    close: bool = False
    setting: str | None = None

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
        self.tokens = re.findall(r"[a-zé0-9&'-]+", in_english(prompt).lower().replace("’", "'"))
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

    def take(self, table: dict[str, str]) -> str | None:
        """The first meaning; its words count for nothing else."""
        hits = self.hits(table)
        for hit in hits:
            self.tokens[hit.start : hit.end] = ["·"] * (hit.end - hit.start)
        return hits[0].meaning if hits else None

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


def in_english(prompt: str) -> str:
    """The prompt with the Korean nouns that are known put into English."""

    def meant(match: re.Match[str]) -> str:
        return " " + " ".join(_korean(match[0])) + " "

    denied = "|".join(words.WITHOUT)
    return re.sub(r"[가-힣]+", meant, re.sub(rf"[가-힣]+\s+(?:{denied})", " ", prompt))


def _korean(word: str) -> list[str]:
    whole = next(
        (words.KOREAN[word.removesuffix(p)] for p in words.PARTICLES if word.removesuffix(p) in words.KOREAN),
        None,
    )
    if whole:
        return [whole]
    found, at = [], 0
    while at < len(word):
        size = next((n for n in (5, 4, 3, 2) if word[at : at + n] in words.KOREAN), 0)
        found += [words.KOREAN[word[at : at + size]]] if size else []
        at += max(1, size)
    return found


def _forms(phrase: str) -> list[str]:
    forms = [phrase, phrase.removesuffix("'s")]
    for ending, instead in (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f")):
        if phrase.endswith(ending) and len(phrase) > len(ending) + 2:
            forms.append(phrase[: -len(ending)] + instead)
    return forms


def read(prompt: str, dice: Dice) -> Brief:
    """Understand a prompt; what it leaves open is chosen by the dice, to fit the rest."""
    reader = Reader(prompt)
    layout = reader.take(words.LAYOUTS)
    wishes = _wishes(reader)
    times, weathers = reader.first(words.TIMES), reader.first(words.WEATHERS)
    if any(wish.name in ("snowman", "penguin") for wish in wishes):
        weathers = weathers or "snow"
    setting = reader.first(words.SETTINGS)
    terrain = _terrain(reader)
    if setting in ("moon", "mars"):
        terrain = "space"
    elif setting and terrain != "portrait":
        terrain = terrain or words.SETTING_HOMES[setting]
    mood, style, season = (reader.first(t) for t in (words.MOODS, words.STYLES, words.SEASONS))
    close = terrain == "portrait" and any(wish.name != "wanderer" for wish in wishes)
    if terrain == "portrait":
        wishes = tuple(wish for wish in wishes if wish.name != "wanderer")
    if close:
        terrain = None
    if terrain == "abstract":
        terrain = dice.pick(("marble", "flow", "waves", "shapes"))
    terrain = terrain or _home(wishes, weathers, dice)
    return Brief(
        time=times or _time(weathers, mood, terrain, dice),
        weather=weathers or dice.pick(("clear", "clear", "clear", "cloudy")),
        terrain=terrain,
        mood=mood,
        style=style,
        season=season or _season(weathers, wishes),
        wishes=wishes,
        understood=tuple(sorted(reader.used)),
        tint=_tint(reader),
        layout=layout,
        close=close,
        setting=setting,
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
    if "bouquet" in wishes:
        wishes.pop("flower", None)
    return tuple(wishes.values())[:4]


def _season(weather: str | None, wishes: tuple[Wish, ...]) -> str:
    if any(wish.name in ("pumpkin", "mushroom") for wish in wishes):
        return "autumn"
    return "winter" if weather == "snow" else "summer"


def _tint(reader: Reader) -> str | None:
    return next((words.COLOURS[token] for token in reader.tokens if token in words.COLOURS), None)


def _home(wishes: tuple[Wish, ...], weather: str | None, dice: Dice) -> str:
    if wishes:
        return dice.pick(SUBJECTS[wishes[0].name].home)
    if weather == "aurora":
        return dice.pick(("mountains", "lake", "forest"))
    return dice.pick(
        ("mountains", "sea", "lake", "forest", "hills", "desert", "city", "lake", "beach", "waves", "shapes")
    )


def _time(weather: str | None, mood: str | None, terrain: str, dice: Dice) -> str:
    if weather == "aurora" or terrain == "space":
        return "night"
    if weather == "storm":
        return "dusk"
    if mood == "warm" and terrain not in ("interior", "city", "underwater"):
        return dice.pick(("day", "sunset", "day"))
    if mood == "neon":
        return dice.pick(("night", "dusk"))
    if terrain == "underwater":
        return dice.pick(("day", "day", "dawn"))
    if terrain == "interior":
        return dice.pick(("day", "sunset", "dawn", "day"))
    if terrain == "city":
        return dice.pick(("night", "dusk", "sunset"))
    return dice.pick(("day", "sunset", "dawn", "day", "sunset", "day", "dusk"))
