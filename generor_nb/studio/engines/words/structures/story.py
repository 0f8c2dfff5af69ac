"""Stories in acts: someone wants something, it goes wrong, it turns, it ends differently."""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..loom import Loom


def write(ask: Ask, language: str) -> Piece:
    """All acts, or for a part of a longer story the acts that fall to it."""
    loom = Loom(ask, language)
    title = loom.line("title")
    acts = _acts(loom)
    written: list[dict[str, str]] = []
    for name, pool, *sizes in acts:
        if prose := loom.prose(pool, loom.size(*sizes)):
            written.append({"act": loom.fill(name), "text": prose})
    drawing = loom.maybe("drawing")
    fields: dict[str, Any] = {
        "title": title,
        "characters": [loom.slots["hero"], loom.slots["friend"]],
        str(loom.book.get("field", "acts")): written,
    }
    if drawing:
        fields["illustration_desc"] = drawing[:1].lower() + drawing[1:]
    text = "\n\n".join([title, *(act["text"] for act in written)])
    return Piece(text, fields, {"topic": loom.topic.text, "genre": loom.tone})


def _acts(loom: Loom) -> list[list[Any]]:
    acts: list[list[Any]] = loom.book["acts"]
    if not loom.book.get("partial"):
        return acts
    stages: dict[str, list[int]] = loom.book["stages"]
    named = loom.ask.said("mode") if loom.ask.said("mode") in stages else ""
    stage = named or loom.ask.chosen("stage", stages, "") or _by_position(loom.ask, list(stages))
    return [acts[place] for place in stages[stage]]


def _by_position(ask: Ask, stages: list[str]) -> str:
    """The third part of five is in the middle."""
    place, total = ask.whole("item_index"), ask.whole("total_count")
    if place is None or not total:
        return stages[0]
    return stages[min(len(stages) - 1, max(0, place) * len(stages) // max(1, total))]
