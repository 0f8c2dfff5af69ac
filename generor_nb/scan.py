"""Keys that were left in notebooks: in cells, outputs, attachments and metadata."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .base import keys, services
from .base.errors import InvalidRequest
from .base.messages import say
from .base.secret import Secret
from .base.text import WHOLE_KEY, redact

# Any long value that is given to a variable of such a name.
GIVEN = re.compile(r"""\w*(?:API_KEY|api_key)["'\]]*\s*[=:]\s*["']([^"'\s{}<>]{16,})["']""")
SKIPPED = {".git", ".venv", "node_modules", ".ipynb_checkpoints", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Found:
    """A key in a notebook: the file, where in it, and how it begins."""

    path: Path
    place: str
    shown: str

    def __str__(self) -> str:
        return f"{self.path}: {self.place}: {self.shown}"


def scan(paths: Sequence[Path], known: Sequence[Secret] = ()) -> tuple[list[Found], int]:
    """Every key in the notebooks at or below ``paths``, and how many notebooks were read.

    Args:
        paths: notebooks or folders.
        known: keys to look for as they are, whatever they look like.

    Raises:
        InvalidRequest: a path is not there, or a notebook cannot be read.
    """
    books = [book for path in paths for book in notebooks(path)]
    return [found for book in books for found in _of_book(book, known)], len(books)


def own_keys() -> list[Secret]:
    """The keys this machine would use."""
    return [found[0] for one in services.known() if (found := keys.find(one.name))]


def notebooks(path: Path) -> list[Path]:
    if not path.exists():
        raise InvalidRequest(say("scan.nothing", path=path), say("scan.nothing.hint"), field="path")
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*.ipynb") if not SKIPPED & set(p.relative_to(path).parts))


def _of_book(path: Path, known: Sequence[Secret]) -> Iterator[Found]:
    try:
        book = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            say("scan.unreadable", path=path), say("scan.unreadable.hint", error=error)
        ) from None
    seen: set[tuple[str, str]] = set()
    for place, text in _texts(book):
        for shown in _in_text(text, known):
            if (place, shown) not in seen:
                seen.add((place, shown))
                yield Found(path, place, shown)


def _in_text(text: str, known: Sequence[Secret]) -> Iterator[str]:
    for match in WHOLE_KEY.finditer(text):
        yield redact(match[0])
    for match in GIVEN.finditer(text):
        if not WHOLE_KEY.search(match[1]):
            yield match[1][:3] + "…"
    for secret in known:
        key = secret.reveal()
        if not WHOLE_KEY.search(key) and key in text:
            yield key[:3] + "…"
        if any(coded in text for coded in _coded(key)):
            yield say("scan.coded")


def _coded(key: str) -> list[str]:
    """How the middle of a key looks in base64, wherever it begins there."""
    whole = (base64.b64encode(b"x" * shift + key.encode())[4:-4].decode() for shift in range(3))
    return [coded for coded in whole if len(coded) >= 16]


def _texts(book: Any) -> Iterator[tuple[str, str]]:
    """Every text of a notebook and where it stands; sources as one piece, so that nothing is cut in two."""
    if not isinstance(book, dict):
        return
    cells = book.get("cells")
    for number, cell in enumerate(cells if isinstance(cells, list) else [], 1):
        if not isinstance(cell, dict):
            continue
        for part, value in cell.items():
            for text in _strings(value):
                yield say("scan.place.cell", number=number, part=part), text
    for text in _strings({k: v for k, v in book.items() if k != "cells"}):
        yield say("scan.place.metadata"), text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield "".join(value)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            if isinstance(one, str):  # a name that gives a key away is read with what it names
                yield f"{name}={one!r}"
            yield from _strings(one)
