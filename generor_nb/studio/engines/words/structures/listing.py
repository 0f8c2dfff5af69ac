"""Lists: plain, numbered, as checkboxes, as tags in one row, or in groups under headings."""

from __future__ import annotations

from ..ask import Ask, Piece
from ..loom import Loom

MARKS = {"bullets": "- ", "boxes": "[ ] ", "plain": ""}


def write(ask: Ask, language: str) -> Piece:
    """A title, perhaps a sentence, the items, perhaps a last sentence."""
    loom = Loom(ask, language)
    title = loom.line("title")
    intro, outro = loom.maybe("intro"), loom.maybe("outro") if loom.size(0, 1, 1) else ""
    own = str(loom.book.get("field", "items"))
    fields = {"title": title}
    if "groups" in loom.book:
        groups = _groups(loom)
        body = "\n\n".join(f"{name}\n" + _rows(loom, items) for name, items in groups.items())
        text = [title, intro, body, outro]
        return Piece(_join(text), {**fields, own: groups}, {"topic": loom.topic.text})
    items = loom.some(
        "item", loom.how_many(tuple(loom.book.get("sizes", (4, 6, 9)))), ordered=False, again=True
    )
    text = [title if loom.book.get("headed", True) else "", intro, _rows(loom, items), outro]
    return Piece(_join(text), {**fields, own: items}, {"topic": loom.topic.text})


def _groups(loom: Loom) -> dict[str, list[str]]:
    each = loom.size(2, 4, 6)
    return {loom.fill(name): loom.some(pool, each) for name, pool in loom.book["groups"].items()}


def _rows(loom: Loom, items: list[str]) -> str:
    look = loom.ask.chosen(
        "style", ("bullets", "numbers", "boxes", "plain"), str(loom.book.get("look", "bullets"))
    )
    if look == "row":
        return " ".join(items)
    if look == "numbers":
        return "\n".join(f"{place}. {item}" for place, item in enumerate(items, 1))
    return "\n".join(MARKS[look] + item for item in items)


def _join(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)
