"""Letting go of what is old, when a person says so. What is unresolved, marked or needed stays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..base.errors import InvalidRequest
from ..base.messages import say
from .journal import Journal
from .shelf import Shelf
from .stars import starred
from .states import FINISHED, FREE, State, listed

# As long as a lost answer is looked for, and caps count a day, nothing is old.
MIN_DAYS = 8
PRUNABLE = FINISHED | FREE | {State.CHARGED_NO_OUTPUT}


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much was let go: operations, files, bytes."""

    operations: int
    files: int
    bytes: int

    def __repr__(self) -> str:
        return say(
            "pruned", operations=self.operations, files=self.files, megabytes=f"{self.bytes / 1e6:.1f}"
        )


def prune(journal: Journal, shelf: Shelf, days: float) -> Pruned:
    """Forget operations that ended more than ``days`` ago, and their files that no other operation has.

    What creations they claimed stays known, so that none is ever taken for somebody else's.

    Raises:
        InvalidRequest: too few days.
    """
    if isinstance(days, bool) or not isinstance(days, int | float) or not days >= MIN_DAYS:
        raise InvalidRequest(
            say("number.bad", key="days", value=days),
            say("number.bounds", low=MIN_DAYS, high="…"),
            field="days",
        )
    old = _old(journal, journal.clock() - days * 86_400)
    files = _files(journal, old)
    # Rows first: a file without a row is only space, a row without its file is a lost result.
    _forget(journal, old)
    freed = sum(_remove(path) for digest, mime in files for path in _paths(shelf, digest, mime))
    for operation in old:
        (journal.home / "raw" / f"{operation}.bin").unlink(missing_ok=True)
    freed += _drop_bodies(journal)
    return Pruned(len(old), len(files), freed)


def _old(journal: Journal, before: float) -> list[str]:
    rows = journal.rows(f"SELECT id FROM operation WHERE updated<? AND state IN ({listed(PRUNABLE)})", before)  # noqa: S608
    kept = starred(journal)
    return [row["id"] for row in rows if row["id"] not in kept]


def _files(journal: Journal, old: list[str]) -> list[tuple[str, str]]:
    """Files of these operations that no other one has."""
    gone = set(old)
    users: dict[tuple[str, str], set[str]] = {}
    for row in journal.rows("SELECT sha256, mime, operation FROM asset"):
        users.setdefault((row["sha256"], row["mime"]), set()).add(row["operation"])
    return [file for file, operations in users.items() if operations <= gone]


def _forget(journal: Journal, old: list[str]) -> None:
    with journal.change() as db:
        for operation in old:
            for table in ("asset", "creation", "event", "watch", "lineage"):
                db.execute(f"DELETE FROM {table} WHERE operation=?", (operation,))  # noqa: S608
            db.execute("DELETE FROM answer WHERE operation IN (?, ? || '.lost')", (operation, operation))
            db.execute("DELETE FROM operation WHERE id=?", (operation,))


def _drop_bodies(journal: Journal) -> int:
    """Remove the requests that no operation has, while nobody can begin one; bytes."""
    with journal.change() as db:
        rows = db.execute("SELECT DISTINCT body_sha256 FROM operation WHERE body_sha256 IS NOT NULL")
        used = {row[0] for row in rows}
        return sum(_remove(path) for path in (journal.home / "raw").glob("*.body") if path.stem not in used)


def _paths(shelf: Shelf, digest: str, mime: str) -> list[Path]:
    path = shelf.path(digest, mime)
    return [path, path.with_suffix(".json"), path.with_suffix(".still")]


def _remove(path: Path) -> int:
    try:
        size = path.stat().st_size
        path.unlink()
    except OSError:
        return 0
    return size
