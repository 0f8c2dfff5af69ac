"""Cards: someone or something as labelled facts with a paragraph or two."""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..loom import Loom


def write(ask: Ask, language: str) -> Piece:
    """A heading, the labelled facts, the paragraphs."""
    loom = Loom(ask, language)
    name = loom.line("name")
    fields: dict[str, Any] = {"name": name}
    rows = []
    for label, pool in loom.book["labels"][: loom.size(*loom.book.get("depth", (4, 7, 20)))]:
        value = loom.line(pool)
        rows.append(f"{label}: {value}")
        fields[pool] = value
    blocks = [name, "\n".join(rows)]
    for label, pool, *sizes in loom.book["parts"]:
        if found := loom.some(pool, loom.size(*sizes)):
            listed = pool in loom.book.get("listed", ())
            shown = "\n".join(f"- {line}" for line in found) if listed else " ".join(found)
            blocks.append(f"{loom.fill(label)}\n{shown}" if label else shown)
            fields[pool] = found if listed else shown
    return Piece("\n\n".join(blocks), fields, {"topic": loom.topic.text, "tone": loom.tone})
