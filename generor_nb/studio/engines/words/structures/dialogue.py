"""Dialogues: two speakers, exchanges that belong together, perhaps in segments with headings."""

from __future__ import annotations

from ..ask import Ask, Piece
from ..loom import PAIR, Loom


def write(ask: Ask, language: str) -> Piece:
    """A setting, an opening, exchanges, an end."""
    loom = Loom(ask, language)
    first, second = (loom.fill(name) for name in loom.book.get("speakers", ("{hero}", "{friend}")))
    setting = loom.maybe("setting")
    talk: list[tuple[str, str]] = []
    blocks: list[str] = []
    for heading, pool, sizes in loom.book["parts"]:
        turns = _turns(loom.some(pool, loom.size(*sizes)), first, second)
        talk += turns
        lines = "\n".join(f"{who}: {what}" for who, what in turns)
        if lines:
            blocks.append("\n".join(part for part in (loom.fill(heading), lines) if part))
    title = loom.maybe("title")
    gap = "\n\n" if any(part[0] for part in loom.book["parts"]) else "\n"
    text = "\n\n".join(part for part in (title, setting, gap.join(blocks)) if part)
    fields = {
        "title": title,
        "setting": setting,
        "characters": [first, second],
        "lines": [{"speaker": who, "text": what} for who, what in talk],
    }
    return Piece(text, {k: v for k, v in fields.items() if v}, {"topic": loom.topic.text})


def _turns(exchanges: list[str], first: str, second: str) -> list[tuple[str, str]]:
    """An exchange is what one says and what the other answers, and so on in turn."""
    spoken = [said.strip() for exchange in exchanges for said in exchange.split(PAIR)]
    return [((first, second)[place % 2], said) for place, said in enumerate(spoken)]
