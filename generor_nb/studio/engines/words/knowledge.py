"""What the studio knows for certain about common topics: questions with answers, and terms."""

from __future__ import annotations

import re
from functools import cache

from .grammar import data


@cache
def _shelf() -> dict[str, str]:
    """The entry each word leads to."""
    return {word: name for name, entry in data("knowledge").items() for word in (name, *entry["words"])}


def subject_of(topic: str) -> str:
    """The entry a subject belongs to, its noun before its other words; or nothing."""
    shelf = _shelf()
    for word in reversed(re.findall(r"[a-z-]+", topic.lower())):
        for form in (word, word.removesuffix("s"), word.removesuffix("es")):
            if form in shelf:
                return shelf[form]
    return ""


def facts_of(topic: str) -> list[list[str]]:
    """Question, right answer, wrong answers."""
    subject = subject_of(topic)
    return list(data("knowledge")[subject]["facts"]) if subject else []


def terms_of(topic: str) -> list[tuple[str, str]]:
    """Terms with their meanings."""
    subject = subject_of(topic)
    return [(term, meaning) for term, meaning in data("knowledge")[subject]["terms"]] if subject else []
