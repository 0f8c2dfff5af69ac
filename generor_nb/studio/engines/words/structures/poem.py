"""Poems: haiku by syllables, rhymed forms from rhymed pairs, free verse from images."""

from __future__ import annotations

from typing import Any

from ...seeding import Dice
from ..ask import Ask, Piece
from ..grammar import capital, data, fill, syllables
from ..topic import keywords, named

FORMS = ("haiku", "couplets", "quatrains", "limerick", "free")
MOODS = ("calm", "joyful", "wistful", "stormy")
MOOD_WORDS = {
    "calm": {"calm", "quiet", "peace", "lake", "snow", "dawn", "moon", "sleep", "evening", "night"},
    "joyful": {
        "joy",
        "happy",
        "spring",
        "summer",
        "birthday",
        "dance",
        "danc",
        "dog",
        "party",
        "friend",
        "baby",
        "sun",
    },
    "wistful": {
        "autumn",
        "rain",
        "memory",
        "old",
        "lost",
        "loss",
        "winter",
        "goodbye",
        "time",
        "sad",
        "home",
        "grandmother",
    },
    "stormy": {"storm", "sea", "thunder", "lighthouse", "wind", "war", "fire", "anger", "ocean", "lightning"},
}


def write(ask: Ask, _language: str) -> Piece:
    """One poem in the form asked for."""
    form = _form(ask)
    mood = _mood(ask)
    topic = named(ask.prompt) or "the ordinary day"
    slots = {"topic": topic}
    dice = ask.dice("poem")
    lines = MAKERS[form](ask, dice, mood, slots)
    title = capital(topic)
    return Piece(
        "\n".join(lines), {"title": title, "form": form}, {"form": form, "mood": mood, "topic": topic}
    )


def _form(ask: Ask) -> str:
    return ask.chosen("form", FORMS, "free", {"couplets": ["rhyming", "rhymed", "rhyme"]})


def _mood(ask: Ask) -> str:
    mood = ask.chosen("mood", MOODS, "")
    if mood:
        return mood
    words = keywords(ask.prompt)
    best = max(MOODS, key=lambda mood: len(words & MOOD_WORDS[mood]))
    return best if words & MOOD_WORDS[best] else ask.dice("mood").pick(MOODS)


def _haiku(ask: Ask, dice: Dice, mood: str, slots: dict[str, str]) -> list[str]:
    phrases: dict[str, Any] = data("poem")["haiku"]
    beats = syllables(slots["topic"])
    frames = [frame for frame in phrases["first"] if beats + syllables(frame.replace("{topic}", "")) == 5]
    first = dice.pick(ask.share("first", frames)) if frames else f"{slots['topic']}:"
    middle = dice.pick(ask.share(f"middle {mood}", phrases[mood]["seven"]))
    last = dice.pick(ask.share(f"last {mood}", phrases[mood]["five"]))
    return [fill(first, slots), middle, last]


def _couplets(ask: Ask, dice: Dice, mood: str, slots: dict[str, str]) -> list[str]:
    phrases = data("poem")["couplets"]
    opening = dice.pick(ask.share("opening", phrases["opening"]))
    middle = dice.shuffled(ask.share(mood, phrases[mood]) if ask.count <= 2 else phrases[mood])[:3]
    closing = dice.pick(ask.share("closing", phrases["closing"]))
    return [capital(fill(line, slots)) for pair in (opening, *middle, closing) for line in pair]


def _quatrains(ask: Ask, dice: Dice, mood: str, slots: dict[str, str]) -> list[str]:
    phrases = data("poem")["couplets"]
    pairs = [dice.pick(ask.share("opening", phrases["opening"])), *dice.shuffled(phrases[mood])[:4]]
    pairs.append(dice.pick(ask.share("closing", phrases["closing"])))
    lines: list[str] = []
    for a, b in zip(pairs[::2], pairs[1::2], strict=True):
        lines += [*([""] if lines else []), *(capital(fill(line, slots)) for line in (*a, *b))]
    return lines


def _limerick(ask: Ask, dice: Dice, _mood: str, slots: dict[str, str]) -> list[str]:
    return [
        capital(fill(line, slots)) for line in dice.pick(ask.share("limerick", data("poem")["limericks"]))
    ]


def _free(ask: Ask, dice: Dice, mood: str, slots: dict[str, str]) -> list[str]:
    phrases = data("poem")["free"]
    opening = dice.pick(ask.share("opening", phrases["opening"]))
    images = (dice.shuffled(ask.share(mood, phrases[mood])) + dice.shuffled(phrases[mood]))[:2]
    turn = dice.pick(ask.share("turn", phrases["turn"]))
    closing = dice.pick(ask.share("closing", phrases["closing"]))
    stanzas = [[*opening, *images[0]], [*turn, *images[1]], closing]
    lines = [line for stanza in stanzas for line in ("", *(fill(line, slots) for line in stanza))]
    return _begun(lines[1:])


def _begun(lines: list[str]) -> list[str]:
    """A capital after each full stop, and at the start."""
    done: list[str] = []
    for line in lines:
        before = next((old for old in reversed(done) if old), ".")
        done.append(capital(line) if before.endswith((".", "!", "?")) else line)
    return done


MAKERS = {
    "haiku": _haiku,
    "couplets": _couplets,
    "quatrains": _quatrains,
    "limerick": _limerick,
    "free": _free,
}
