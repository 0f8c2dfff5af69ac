"""Operations that somebody marked: an empty file each in the journal's folder; no two kernels disagree."""

from __future__ import annotations

from pathlib import Path

from ..base.files import private_folder
from .journal import Journal

FOLDER = "stars"


def star(journal: Journal, operation: str, on: bool = True) -> None:
    """Mark an operation, or take its mark away."""
    path = _folder(journal) / operation
    if on:
        private_folder(path.parent)
        path.touch(mode=0o600)
    else:
        path.unlink(missing_ok=True)


def starred(journal: Journal) -> frozenset[str]:
    """The operations that are marked."""
    folder = _folder(journal)
    return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()


def _folder(journal: Journal) -> Path:
    return journal.home / FOLDER
