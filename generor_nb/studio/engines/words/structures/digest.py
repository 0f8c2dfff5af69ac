"""Summaries: the weightiest sentences of a given text, in their order, unchanged."""

from __future__ import annotations

import re
from collections import Counter

from ..ask import Ask, Piece
from ..english import KNOWN
from ..loom import Loom
from ..topic import STOP

SPLIT = re.compile(r"(?<=[.!?。…])[\"”’)]*\s+")
COMMON = STOP | frozenset(KNOWN["common"])


def write(ask: Ask, language: str) -> Piece:
    """The key sentences of `user_text`, else of a longer prompt; for a bare subject, what to send."""
    loom = Loom(ask, language)
    source = ask.said("user_text") or ask.prompt
    found = [part.strip() for part in SPLIT.split(source) if len(part.split()) > 2]
    if len(found) < 2:
        lines = loom.some("need", loom.size(2, 3, 4))
        return Piece(
            " ".join(lines), {"key_points": [], "keywords": []}, {"topic": loom.topic.text, "sentences": 0}
        )
    keep = max(1, min(len(found) - 1, round(len(found) * (0.2, 0.35, 0.5)[ask.length()])))
    weights = _weights(found)
    best = sorted(sorted(range(len(found)), key=lambda i: (-weights[i], i))[:keep])
    points = [found[i] for i in best]
    words = [word for word, _ in _words(source).most_common(6)]
    shown = (
        " ".join(points)
        if ask.chosen("form", ("paragraph", "points"), "paragraph") == "paragraph"
        else "\n".join(f"- {p}" for p in points)
    )
    text = "\n\n".join([shown, f"{loom.line('keyed')} {', '.join(words)}."])
    return Piece(
        text, {"key_points": points, "keywords": words}, {"topic": loom.topic.text, "sentences": len(points)}
    )


def _words(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"[\w'’-]{3,}", text.lower()) if word not in COMMON)


def _weights(found: list[str]) -> list[float]:
    """How much of what is often said a sentence says, for its length; the first one counts a little more."""
    often = _words(" ".join(found))
    weights = []
    for place, sentence in enumerate(found):
        words = _words(sentence)
        total = sum(often[word] for word in words)
        weights.append(total / (4 + len(words)) * (1.25 if place == 0 else 1.0))
    return weights
