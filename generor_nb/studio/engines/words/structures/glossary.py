"""Glossaries: terms that are known for the topic, else the terms any such thing has."""

from __future__ import annotations

from ..ask import Ask, Piece
from ..grammar import capital
from ..knowledge import terms_of
from ..loom import PAIR, Loom


def write(ask: Ask, language: str) -> Piece:
    """A title and entries in alphabetical order, each with what the grammar adds."""
    loom = Loom(ask, language)
    title, intro = loom.line("title"), loom.maybe("intro")
    most = loom.how_many((4, 6, 10))
    pairs = _known(loom, most) if language == "en" else []
    for line in loom.some("entry", most - len(pairs), again=True):
        term, meaning = (part.strip() for part in line.split(PAIR))
        pairs.append((term, capital(meaning)))
    entries = [{"term": capital(term), "meaning": meaning} for term, meaning in pairs]
    if loom.book.get("sorted", True):
        entries.sort(key=lambda entry: entry["term"].lower())
    for entry in entries:
        if loom.has("example") and loom.size(0, 1, 1):
            loom.slots["term"] = entry["term"].lower()
            entry["example"] = loom.line("example")
    shown = "\n".join(_row(entry, str(loom.book.get("row", "{term}: {meaning}"))) for entry in entries)
    text = "\n\n".join(part for part in (title, intro, shown, loom.maybe("outro")) if part)
    return Piece(
        text, {"title": title, str(loom.book.get("field", "entries")): entries}, {"topic": loom.topic.text}
    )


def _known(loom: Loom, most: int) -> list[tuple[str, str]]:
    """This item's share of the known terms, none that is to be avoided."""
    mine = (
        loom.ask.share("terms", terms_of(loom.topic.text))
        if loom.ask.count > 1
        else terms_of(loom.topic.text)
    )
    fresh = [(term, meaning) for term, meaning in loom.dice.shuffled(mine) if loom.claim(meaning)]
    return fresh[:most]


def _row(entry: dict[str, str], row: str) -> str:
    shown = row.replace("{term}", entry["term"]).replace("{meaning}", entry["meaning"])
    return shown + (f"\n{entry['example']}" if "example" in entry else "")
