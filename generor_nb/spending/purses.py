"""What an account last said it has left, and so what a request took where its answer does not say.

For APIs that tell balances with each answer and nothing else. The account may be used elsewhere too: what
was spent there since then counts as the request's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..contract.pricing import taken
from .journal import Journal, Operation

_ACCOUNT = "provider=? AND base_url=? AND account=?"


def last(journal: Journal, provider: str, base_url: str, account: str) -> dict[str, float]:
    """The account's balances as the last answer told them, by the purse's name; empty before the first."""
    rows = journal.rows(f"SELECT parts FROM purse WHERE {_ACCOUNT}", provider, base_url, account)  # noqa: S608
    return dict(json.loads(rows[0]["parts"])) if rows else {}


def settle(journal: Journal, op: Operation, told: Mapping[str, float]) -> float | None:
    """Keep what ``op``'s answer told, and say what it took; None is unknown.

    Said once: when the answer is read again, it is what it was.
    """
    account = (op.provider, op.base_url, op.account)
    with journal.change() as db:
        query = f"SELECT operation, parts FROM purse WHERE {_ACCOUNT}"  # noqa: S608
        row = db.execute(query, account).fetchone()
        if row is not None and row["operation"] == op.id:
            return op.charge
        parts = json.dumps(dict(told))
        db.execute("INSERT OR REPLACE INTO purse VALUES (?, ?, ?, ?, ?)", (*account, op.id, parts))
        charge = taken(json.loads(row["parts"]), told) if row is not None else None
        db.execute("UPDATE operation SET charge=? WHERE id=?", (charge, op.id))
    return charge
