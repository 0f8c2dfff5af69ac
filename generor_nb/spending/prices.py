"""What a request probably costs where its API names no price: what others like it were charged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..base.errors import NotSent
from ..contract.schema import Estimate, Request
from .journal import Journal, Operation
from .records import operation_of

MOST = 50


def by_history(journal: Journal, base_url: str, request: Request, estimate: Estimate) -> Estimate:
    """``estimate``, with what earlier charges show where its provider cannot price the request."""
    if estimate.basis != "unknown":
        return estimate
    each = [charge / count for charge, count in _charges(journal, base_url, request, estimate.depends)]
    if not each:
        return estimate
    low, high = min(each) * request.count, max(each) * request.count
    known = low if low == high else None
    return replace(estimate, credits=known, basis="history", at_least=low, at_most=high)


def _charges(
    journal: Journal, base_url: str, request: Request, depends: Sequence[str]
) -> Iterator[tuple[float, int]]:
    """What the latest whole ones were charged, and how many each made."""
    rows = journal.rows(
        "SELECT * FROM operation WHERE provider=? AND base_url=? AND generator=?"
        " AND model_id=? AND state='DONE' AND charge IS NOT NULL"
        " AND id NOT IN (SELECT operation FROM event WHERE state='SENT' AND note='overlapping')"
        " ORDER BY created DESC LIMIT ?",
        request.provider,
        base_url,
        request.generator,
        request.model.id,
        MOST,
    )
    wanted = _facts(request.fields, depends)
    for op in map(operation_of, rows):
        if op.charge is not None and (not depends or _told(journal, op, depends) == wanted):
            yield op.charge, op.count


def _told(journal: Journal, op: Operation, names: Sequence[str]) -> list[Any] | None:
    """What an earlier request said; None when it cannot be read back."""
    try:
        return _facts(json.loads(journal.whole(op).body), names)
    except NotSent:
        return None


def _facts(body: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [body.get(name) for name in names]
