"""Horoscopes: sign, span, tone, focus and length, each with phrases of its own."""

from __future__ import annotations

from typing import Any

from ...seeding import Dice
from ..ask import Ask, Piece
from ..grammar import capital, data, fill
from ..topic import keywords, read, topic_of

SIGNS = (
    "aries",
    "taurus",
    "gemini",
    "cancer",
    "leo",
    "virgo",
    "libra",
    "scorpio",
    "sagittarius",
    "capricorn",
    "aquarius",
    "pisces",
)
SPANS = ("daily", "weekly", "monthly")
TONES = ("mystical", "funny", "practical", "poetic")
LENGTHS = {"short": 1, "medium": 3, "long": 6}
FOCI = ("general", "love", "career", "health", "money")


def write(ask: Ask, _language: str) -> Piece:
    """One reading."""
    phrases = data("horoscope")
    sign = _sign(ask)
    span = _named(ask, "horoscope-timeframe", SPANS, "daily")
    tone = _named(ask, "horoscope-tone", TONES, "practical")
    focus = _named(ask, "horoscope-focus", FOCI, "general")
    length = ask.choice("horoscope-length", tuple(LENGTHS), "short")
    dice = ask.dice("horoscope")
    slots = _slots(phrases, sign, span, dice)
    parts = _parts(ask, phrases, tone, focus, LENGTHS[length], dice)
    text = "\n\n".join(" ".join(capital(fill(line, slots)) for line in part) for part in parts)
    if length == "long":
        colour, hour = dice.pick(phrases["colours"]), dice.pick(phrases["hours"])
        text += f"\n\nLucky number: {1 + dice.below(40)}. Lucky colour: {colour}. Best hour: {hour}."
    facts = {"sign": sign, "timeframe": span, "tone": tone, "focus": focus, "length": length}
    return Piece(text, {"sign": sign, "timeframe": span}, facts)


def _sign(ask: Ask) -> str:
    if ask.parameters.get("zodiac-sign") in SIGNS:
        return ask.parameters["zodiac-sign"]
    named = [sign for sign in SIGNS if sign in ask.prompt.lower()]
    return named[0] if named else ask.dice("sign").pick(SIGNS)


def _named(ask: Ask, name: str, allowed: tuple[str, ...], default: str) -> str:
    """The parameter, else a word of the prompt, else the default."""
    if ask.parameters.get(name) in allowed:
        return ask.parameters[name]
    words = keywords(ask.prompt)
    return next((value for value in allowed if value in words), default)


def _slots(phrases: dict[str, Any], sign: str, span: str, dice: Dice) -> dict[str, str]:
    nature = phrases["signs"][sign]
    slots = {"sign": capital(sign), "planet": nature["planet"], "element": nature["element"]}
    slots["trait"], slots["flaw"] = dice.pick(nature["traits"]), dice.pick(nature["flaws"])
    slots |= {name: dice.pick(options) for name, options in phrases["spans"][span].items()}
    return slots


def _parts(
    ask: Ask, phrases: dict[str, Any], tone: str, focus: str, size: int, dice: Dice
) -> list[list[str]]:
    opening = dice.pick(ask.share("opening", phrases["tones"][tone]["openings"]))
    closing = dice.pick(ask.share("closing", phrases["tones"][tone]["closings"]))
    body = dice.shuffled(ask.share(focus, phrases["focus"][focus]))[: max(1, (size + 1) // 2)]
    rest = (
        [line for name in FOCI if name != focus for line in ask.share(name, phrases["focus"][name])[:2]]
        if focus == "general"
        else []
    )
    colour = dice.shuffled(ask.share(tone, phrases["tones"][tone]["middles"]))
    fillers = [line for pair in zip(colour, dice.shuffled(rest) or colour[3:], strict=False) for line in pair]
    body += fillers[: size - len(body)]
    topic = _own_topic(ask)
    if topic:
        body.append(dice.pick(ask.share("topics", phrases["topics"])).replace("{topic}", topic))
    if size < 6:
        return [[opening, *body, closing]]
    half = (len(body) + 1) // 2
    return [[opening, *body[:half]], [*body[half:], closing]]


def _own_topic(ask: Ask) -> str:
    """What the prompt asks beyond sign and span."""
    known = {
        *SIGNS,
        *SPANS,
        *TONES,
        *FOCI,
        "week",
        "day",
        "month",
        "reading",
        "horoscope",
        "today",
        "today's",
        "sign",
        "star",
    }
    topic = topic_of(ask.prompt, 6)
    own = set(topic.lower().split()) - known and not keywords(topic) <= known
    return read(ask.prompt).slots()["topic"] if own else ""
