"""What an operation goes on from: the creations that it was given."""

from __future__ import annotations

from collections.abc import Sequence

from .journal import Journal
from .records import Operation

# An operation, and a creation of it.
Parent = tuple[str, str]


def record(journal: Journal, operation: str, parents: Sequence[Parent]) -> None:
    """Keep what ``operation`` goes on from, in order; once, however often it is asked for."""
    with journal.change() as db:
        db.execute("DELETE FROM lineage WHERE operation=?", (operation,))
        for place, (parent, creation) in enumerate(parents):
            db.execute("INSERT INTO lineage VALUES (?, ?, ?, ?)", (operation, place, parent, creation))


def ancestry(journal: Journal, operation: str) -> list[tuple[int, Operation]]:
    """The operation and all that it goes on from, the oldest first, with how many steps back each is.

    What was forgotten in between is left out.
    """
    steps: dict[str, int] = {}
    waiting = [(operation, 0)]
    while waiting:
        one, back = waiting.pop()
        if steps.get(one, -1) < back <= _MOST_STEPS:
            steps[one] = back
            rows = journal.rows("SELECT parent FROM lineage WHERE operation=? ORDER BY place DESC", one)
            waiting += [(row["parent"], back + 1) for row in rows]
    found = [(back, journal.existing(one)) for one, back in steps.items()]
    known = [(back, op) for back, op in found if op is not None]
    return sorted(known, key=lambda step: (-step[0], step[1].created))


_MOST_STEPS = 100
