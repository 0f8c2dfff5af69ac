"""The text engine: a structure and a grammar per generator, filled from the prompt and the parameters."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..errors import EngineError
from . import korean
from .ask import Ask, Piece
from .grammar import data, known, sentences

VERSION = "2"
ATTEMPTS = 16
MOST_SHOWN = 24
DATA_OF_ALL = {"people", "knowledge", "english"}


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Write one text, different from those the batch already has."""
    slug = str(job.get("generator") or "")
    if not known(slug) or slug in DATA_OF_ALL:
        raise EngineError(f"The studio's text engine has no grammar for {slug!r}.")
    ask = Ask.of(job, VERSION)
    language = _language(ask, ["en", "ko"] if "ko" in data(slug) else ["en"])
    structure = data(slug).get(language, {}).get("structure") or data(slug)["structure"]
    write: Callable[..., Piece] = import_module(f".structures.{structure}", __name__).write
    piece = _fresh(write, ask, language)
    facts = {
        "engine": "words",
        "engine_version": VERSION,
        "procedural": True,
        "language": language,
        **piece.facts,
    }
    return {"text": piece.text, "fields": piece.fields, "facts": facts}


def _fresh(write: Callable[..., Piece], ask: Ask, language: str) -> Piece:
    """The first writing that says nothing of what is to be avoided, else the first whose text is new."""
    known_sentences = {part for text in ask.avoid for part in sentences(text)}
    best = piece = write(ask, language)
    for attempt in range(1, ATTEMPTS if ask.avoid else 1):
        if not known_sentences.intersection(sentences(piece.text)) and piece.text not in ask.avoid:
            return piece
        piece = write(ask.again(attempt), language)
        best = piece if best.text in ask.avoid else best
    return best


def _language(ask: Ask, spoken: list[str]) -> str:
    """The language to write in, of those this generator has.

    Raises:
        EngineError: it is another one.
    """
    asked = ask.language.replace("_", "-").split("-")[0].lower()
    if asked in ("", "auto"):
        asked = "ko" if korean.is_korean(ask.prompt) else "en"
    if asked not in spoken:
        named = " and ".join({"en": "English", "ko": "Korean"}[name] for name in spoken)
        wanted = repr(ask.language[:MOST_SHOWN]) if ask.language not in ("", "auto") else "Korean"
        raise EngineError(
            f"The studio writes {ask.slug} texts in {named} only; it can't write them in {wanted}."
        )
    letters = [char for char in ask.prompt if char.isalpha()]
    foreign = sum(1 for char in letters if ord(char) > 0x24F)
    if foreign * 2 > len(letters) and (asked == "en" or not korean.is_korean(ask.prompt)):
        named, read = ("English", "English") if asked == "en" else ("Korean", "Korean or English")
        raise EngineError(f"The studio can't read this prompt; for a text in {named}, write it in {read}.")
    return asked
