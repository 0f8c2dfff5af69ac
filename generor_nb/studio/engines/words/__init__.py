"""The text engine: a structure and a grammar per generator, filled from the prompt and the parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from ..errors import EngineError
from . import korean
from .ask import Ask, Piece
from .grammar import SENTENCE, data, known, sentences

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
    """The writing that says least of what is to be avoided, and nothing of what its siblings said.

    Raises:
        EngineError: hardly anything is left that no sibling said.
    """
    said = {part for text in ask.avoid for part in sentences(text)}
    best = write(ask, language)
    fewest = _repeats(best, said)
    for attempt in range(1, ATTEMPTS if said else 1):
        if not fewest:
            break
        piece = write(ask.again(attempt), language)
        if (repeats := _repeats(piece, said)) < fewest:
            best, fewest = piece, repeats
    siblings = {part for text in ask.siblings for part in sentences(text)}
    return replace(best, text=_without(best.text, siblings, ask.slug)) if _repeats(best, siblings) else best


def _repeats(piece: Piece, said: set[str]) -> int:
    return sum(part in said for part in sentences(piece.text))


def _without(text: str, said: set[str], slug: str) -> str:
    """``text`` with the sentences cut that were ``said`` before."""
    parts = re.split(f"({SENTENCE.pattern})", text)
    kept = []
    for part, gap in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if not said.intersection(sentences(part)):
            kept.append(part + gap)
        elif "\n" in gap and kept:
            kept[-1] = kept[-1].rstrip() + gap
    left = re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()
    if 2 * len(left) < len(text):
        raise EngineError(f"The studio's {slug} has said all it knows about this; ask for fewer at once.")
    return left


LANGUAGE_NAMES = {"english": "en", "korean": "ko", "한국어": "ko", "영어": "en"}


def _language(ask: Ask, spoken: list[str]) -> str:
    """The language to write in, of those this generator has.

    Raises:
        EngineError: it is another one.
    """
    asked = ask.language.replace("_", "-").split("-")[0].strip().lower()
    asked = LANGUAGE_NAMES.get(asked, asked)
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
