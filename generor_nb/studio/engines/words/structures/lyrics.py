"""Lyrics: verses of rhymed pairs, a chorus that comes back, a bridge."""

from __future__ import annotations

from ..ask import Ask, Piece
from ..loom import PAIR, Loom


def write(ask: Ask, language: str) -> Piece:
    """Verse, chorus, verse, chorus, and for a longer song a bridge."""
    loom = Loom(ask, language)
    names = loom.book["parts"]
    chorus = _lines(loom.some("chorus", 2))
    verses = [_lines(loom.some("verse", 2)) for _ in range(loom.size(1, 2, 3))]
    bridge = _lines(loom.some("bridge", 1)) if loom.size(0, 1, 1) else []
    parts: list[tuple[str, list[str]]] = []
    for place, verse in enumerate(verses, 1):
        if bridge and place == len(verses):
            parts.append((names["bridge"], bridge))
        if verse:
            parts += [(names["verse"].replace("#", str(place)), verse), (names["chorus"], chorus)]
    title = loom.line("title")
    text = "\n\n".join([title, *("\n".join([f"[{name}]", *lines]) for name, lines in parts if lines)])
    fields = {"title": title, "chorus": chorus, "verses": verses, "bridge": bridge}
    return Piece(text, {k: v for k, v in fields.items() if v}, {"topic": loom.topic.text, "style": loom.tone})


def _lines(pairs: list[str]) -> list[str]:
    found = [line.strip() for pair in pairs for line in pair.split(PAIR)]
    return [line[:1].upper() + line[1:] for line in found]
