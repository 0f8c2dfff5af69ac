"""Looking for operations by words."""

from __future__ import annotations

import json
from collections.abc import Collection

from .journal import Journal
from .records import Operation, operation_of

_TEXT = "prompt || ' ' || model_name || ' ' || generator || ' ' || provider || ' ' || state || ' ' || id"


def find(
    journal: Journal, text: str = "", *, among: Collection[str] | None = None, limit: int = 50
) -> tuple[list[Operation], int]:
    """The newest operations in which every word of ``text`` occurs, and how many there are in all.

    Args:
        text: words of the prompt, or of model, generator, provider, state or id; upper or lower case.
        among: only these ids.
        limit: how many to return at most.
    """
    tests, values = ["1"], []
    for word in text.split():
        tests.append(f"{_TEXT} LIKE ? ESCAPE '!'")
        values.append(f"%{''.join('!' + c if c in '%_!' else c for c in word)}%")
    if among is not None:
        tests.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(among)))
    where = " AND ".join(tests)
    rows = journal.rows(
        f"SELECT * FROM operation WHERE {where} ORDER BY created DESC, rowid DESC LIMIT ?",  # noqa: S608
        *values,
        limit,
    )
    total = journal.rows(f"SELECT count(*) AS n FROM operation WHERE {where}", *values)[0]["n"]  # noqa: S608
    return [operation_of(row) for row in rows], total
