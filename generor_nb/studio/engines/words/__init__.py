"""The text engine: a grammar per generator, filled from the prompt and the parameters."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..errors import EngineError
from .ask import Ask, Piece

VERSION = "1"
WRITERS = {"joke": "joke", "horoscope": "horoscope", "poem": "poem", "recipe": "recipe"}
ENGLISH = {"", "auto", "en"}
ATTEMPTS = 16


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Write one text, different from those the batch already has."""
    slug = str(job.get("generator") or "")
    if slug not in WRITERS:
        raise EngineError(f"The studio's text engine has no grammar for {slug!r}.")
    ask = Ask.of(job, VERSION)
    _check_language(ask)
    writer: Callable[[Ask], Piece] = import_module(f".{WRITERS[slug]}", __name__).write
    piece = _fresh(writer, ask)
    facts = {
        "engine": "words",
        "engine_version": VERSION,
        "procedural": True,
        "language": "en",
        **piece.facts,
    }
    return {"text": piece.text, "fields": piece.fields, "facts": facts}


def _fresh(writer: Callable[[Ask], Piece], ask: Ask) -> Piece:
    piece = writer(ask)
    for attempt in range(1, ATTEMPTS):
        if piece.text not in ask.avoid:
            break
        piece = writer(ask.again(attempt))
    return piece


def _check_language(ask: Ask) -> None:
    if ask.language.split("-")[0].split("_")[0].lower() not in ENGLISH:
        raise EngineError(
            f"The studio's text engine writes English only; it can't write in {ask.language!r}."
        )
    letters = [char for char in ask.prompt if char.isalpha()]
    foreign = sum(1 for char in letters if ord(char) > 0x24F)
    if letters and foreign * 2 > len(letters):
        raise EngineError(
            "The studio's text engine reads and writes English only; please write the prompt in English."
        )
