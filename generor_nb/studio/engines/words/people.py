"""Names for those who appear in a text, with the pronouns that go with them."""

from __future__ import annotations

import re
from collections import Counter

from .ask import Ask
from .grammar import data


def cast(language: str, ask: Ask, given: str = "") -> dict[str, str]:
    """Two people and a pair of names: {hero}, {friend} and their pronouns."""
    dice = ask.dice("cast")
    names = dice.shuffled(ask.share("names", list(data("people")[language]["names"])))
    (hero, he), (friend, she) = names[0], names[1]
    slots = {"hero": given or hero, "friend": friend}
    if language == "en":
        he = "they" if given else he
        slots |= _pronouns("he", he) | _pronouns("she", she) | {"hs": "" if he == "they" else "s"}
    return slots


def named_in(text: str) -> str:
    """The name a story mentions most: a word with a capital inside its sentences."""
    names = Counter(re.findall(r"(?<=[a-z,;] )[A-Z][a-z]{2,}", text))
    return names.most_common(1)[0][0] if names else ""


def _pronouns(slot: str, pronoun: str) -> dict[str, str]:
    forms = {"he": ("him", "his"), "she": ("her", "her"), "they": ("them", "their")}[pronoun]
    names = {"he": ("he", "him", "his"), "she": ("she", "her", "hers")}[slot]
    return dict(zip(names, (pronoun, *forms), strict=True))
