"""Storyboards: numbered shots with framing, picture, sound and seconds."""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..loom import Loom


def write(ask: Ask, language: str) -> Piece:
    """Shots from the first look at the subject to the last."""
    loom = Loom(ask, language)
    shots = max(3, loom.how_many((4, 6, 9), 16))
    pools = ["opening", *_middle(shots - 2), "ending"]
    scenes = []
    for place, pool in enumerate(pools, 1):
        action = loom.some(pool, 1) or [loom.line(pool)]
        scenes.append(_scene(loom, place, action[0]))
    title, logline = loom.line("title"), loom.line("logline")
    labels = loom.book.get("labels", ["Shot", "Sound"])
    rows = [_row(one, labels) for one in scenes]
    text = "\n\n".join([title, logline, *rows])
    fields = {"title": title, "logline": logline, "characters": [loom.slots["hero"]], "scenes": scenes}
    return Piece(text, fields, {"topic": loom.topic.text, "style": loom.tone})


def _row(one: dict[str, Any], labels: list[str]) -> str:
    head = f"{labels[0]} {one['shot']} · {one['framing']} · {one['seconds']}s"
    return f"{head}\n{one['action']}\n{labels[1]}: {one['sound']}"


def _middle(most: int) -> list[str]:
    """Rising shots, then one where it turns, then falling ones."""
    turn = max(0, most * 2 // 3)
    return ["rising"] * turn + (["turning"] if most else []) + ["falling"] * max(0, most - turn - 1)


def _scene(loom: Loom, place: int, action: str) -> dict[str, Any]:
    return {
        "shot": place,
        "framing": loom.line("framing"),
        "action": action,
        "sound": loom.line("sound"),
        "seconds": 2 + loom.dice.below(4),
    }
