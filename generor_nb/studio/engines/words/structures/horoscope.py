"""Horoscopes: sign, span, tone, focus and length, each with phrases of its own."""

from __future__ import annotations

import re
from typing import Any

from ...seeding import Dice
from ..ask import Ask, Piece
from ..grammar import capital, data, fill
from ..loom import Loom
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
SPAN_WORDS = {
    "weekly": ["week", "next week", "일주일", "이번 주", "주간"],
    "monthly": ["month", "이번 달", "한 달", "월간"],
}
FOCUS_WORDS = {
    "love": ["romance", "relationship", "date", "연애", "사랑", "애정"],
    "career": ["job", "work", "interview", "exam", "취업", "직장", "시험", "면접"],
    "health": ["fitness", "건강"],
    "money": ["finance", "재물", "금전", "돈"],
}
FOCI = ("general", "love", "career", "health", "money")


def write(ask: Ask, language: str) -> Piece:
    """One reading."""
    phrases = data("horoscope")
    sign = _sign(ask)
    span = ask.chosen("timeframe", SPANS, "daily", SPAN_WORDS)
    tone = ask.chosen("tone", TONES, "practical")
    focus = ask.chosen("focus", FOCI, "general", FOCUS_WORDS)
    length = ask.chosen("length", LENGTHS, "short")
    facts = {"sign": sign, "timeframe": span, "tone": tone, "focus": focus, "length": length}
    if language == "ko":
        return Piece(_korean(ask, sign, span, focus, length), {"sign": sign, "timeframe": span}, facts)
    dice = ask.dice("horoscope")
    slots = _slots(phrases, sign, span, dice)
    parts = _parts(ask, phrases, tone, focus, LENGTHS[length], dice)
    text = "\n\n".join(" ".join(capital(fill(line, slots)) for line in part) for part in parts)
    if length == "long":
        colour, hour = dice.pick(phrases["colours"]), dice.pick(phrases["hours"])
        text += f"\n\nLucky number: {1 + dice.below(40)}. Lucky colour: {colour}. Best hour: {hour}."
    return Piece(text, {"sign": sign, "timeframe": span}, facts)


def _sign(ask: Ask) -> str:
    """The sign that was chosen, else the prompt's, else the parameter's, else any."""
    default = "aries" if "zodiac-sign" in ask.parameters else ""
    names = {sign: [name] for sign, name in data("horoscope")["ko"]["signs"].items()}
    return ask.chosen("zodiac-sign", SIGNS, default, names) or ask.dice("sign").pick(SIGNS)


def _korean(ask: Ask, sign: str, span: str, focus: str, length: str) -> str:
    """A reading in Korean: an opening, what the focus asks, advice, and a word on the prompt's own matter."""
    loom = Loom(ask, "ko")
    names = loom.book["signs"]
    loom.slots |= {"sign": names[sign], "span": loom.book["spans"][span]}
    size = LENGTHS[length]
    own = _own_matter(loom.topic.text, [*names.values(), *loom.book["spans"].values()]) if ask.prompt else ""
    loom.slots["topic"] = own
    parts = [loom.line("opening"), *loom.some(focus, (size + 1) // 2, again=True)]
    parts += loom.some("advice", size // 2)
    parts += [loom.line("matter")] if own else []
    return " ".join([*parts, loom.line("closing")])


def _own_matter(text: str, known: list[str]) -> str:
    """What a Korean prompt asks beyond sign, span and focus."""
    for word in (*known, "오늘의", "주간", "월간", "별자리", "운세"):
        text = text.replace(word, " ")
    text = re.sub(r"(?:[을를]\s*)?(?:앞둔|앞두고)\s*$|[의]\s*$", "", " ".join(text.split())).strip()
    return (
        ""
        if any(text == f"{word}운" or text == word for words in FOCUS_WORDS.values() for word in words)
        else text
    )


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
