"""Scripts against the clock: cues with the second they begin at."""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..loom import Loom


def write(ask: Ask, language: str) -> Piece:
    """A title, then cues that share the seconds asked for."""
    loom = Loom(ask, language)
    seconds = _seconds(loom)
    parts: list[list[Any]] = loom.book["cues"]
    whole = sum(part[2] for part in parts)
    clock = 0.0
    cues: list[dict[str, Any]] = []
    for label, pool, share, *sizes in parts:
        said = loom.prose(pool, loom.size(*(sizes or (1, 1, 2))))
        if said:
            cues.append({"at": round(clock), "cue": loom.fill(label), "text": said})
        clock += seconds * share / whole
    title = loom.line("title")
    rows = [f"[{cue['at'] // 60}:{cue['at'] % 60:02d}] {cue['cue']}: {cue['text']}" for cue in cues]
    end = f"[{seconds // 60}:{seconds % 60:02d}] {loom.fill(str(loom.book.get('end', 'END')))}"
    text = "\n\n".join([title, "\n".join([*rows, end])])
    return Piece(
        text,
        {"title": title, "seconds": seconds, "cues": cues},
        {"topic": loom.topic.text, "tone": loom.tone},
    )


def _seconds(loom: Loom) -> int:
    usual = loom.size(*loom.book.get("seconds", (15, 30, 60)))
    minutes = loom.ask.number("minutes", 0)
    return minutes * 60 or loom.ask.number("seconds", 0) or loom.topic.seconds or usual
