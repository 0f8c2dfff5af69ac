"""Small tools of English: a or an, one or many, numbers in words."""

from __future__ import annotations

import re

from .grammar import data

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PEOPLE = {
    "people",
    "children",
    "men",
    "women",
    "mice",
    "geese",
    "feet",
    "teeth",
    "sheep",
    "deer",
    "fish",
    "cattle",
    "police",
    "dice",
}
SINGULAR_S = {
    "bus",
    "lens",
    "gas",
    "atlas",
    "canvas",
    "christmas",
    "news",
    "chess",
    "series",
    "bias",
    "alias",
    "tennis",
    "princess",
}
KNOWN = data("english")
MASS, MASS_ENDS = frozenset(KNOWN["mass"]), tuple(KNOWN["mass_endings"])
COUNT_ING, ACTIONS = frozenset(KNOWN["things_in_ing"]), frozenset(KNOWN["activities"])
PLACES = frozenset(KNOWN["names"])
PARTICLES = {"go", "up", "out", "down", "off", "away", "home", "together", "alone", "back"}
SILENT_H = ("hour", "honest", "honour", "honor", "heir")
SOFT_VOWEL = re.compile(r"^(?:uni(?!n|m)|use|usu|eu|one\b|once|ut[ei]|ukulele|ufo)", re.IGNORECASE)
LETTER_VOWEL = re.compile(r"^[AEFHILMNORSX](?:[A-Z]|\d|\b)")


def article(text: str) -> str:
    """a or an, by sound."""
    first = text.split()[0] if text.split() else ""
    if first.isupper() and len(first) < 5:
        return "an" if LETTER_VOWEL.match(first) and not first.startswith("UN") else "a"
    low = first.lower()
    if low.startswith(SILENT_H) or re.match(r"(?:8|11\b|18\b)", low):
        return "an"
    return "an" if low[:1] in tuple("aeiou") and not SOFT_VOWEL.match(low) else "a"


def with_article(text: str) -> str:
    return f"{article(text)} {text}" if text else text


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase speaks of many."""
    words = phrase.lower().split()
    if not words:
        return False
    last = re.sub(r"[^a-z]", "", words[-1])
    if last in PEOPLE:
        return True
    ends = last.endswith("s") and not last.endswith(("ss", "us", "is", "ics", "'s"))
    return ends and last not in SINGULAR_S and len(last) > 3 and last not in PLACES


def is_mass(phrase: str) -> bool:
    """Whether a noun phrase stands without an article."""
    words = phrase.lower().split()
    if not words:
        return False
    if words[0].endswith("ing") and words[0] not in COUNT_ING and len(words[0]) > 5:
        return (
            len(words) == 1
            or words[-1] in MASS
            or len(words) > 2
            or not words[-1].isalpha()
            or words[0] in ACTIONS
            or words[-1] in PARTICLES
        )
    last = words[-1]
    return last in MASS or (last.endswith(MASS_ENDS) and last not in COUNT_ING and len(last) > 4)


def is_proper(phrase: str) -> bool:
    """Whether a phrase is a name."""
    words = phrase.split()
    if not words:
        return False
    if words[0].lower() in PLACES and (words[0][0].isupper() or len(words) == 1):
        return len(words) == 1 or not words[-1].islower()
    return len(words) > 1 and all(word[:1].isupper() for word in words)


def numbers_in(text: str) -> tuple[int, ...]:
    """The whole numbers of a text, in digits or words, up to 999."""
    found = []
    for word in re.findall(r"\d{1,4}|[a-z]+", text.lower()):
        if word.isdigit() and 0 < int(word) < 1000:
            found.append(int(word))
        elif word in NUMBERS[1:]:
            found.append(NUMBERS.index(word) + 1)
    return tuple(found)
