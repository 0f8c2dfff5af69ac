"""The journal for other programs: one flat record per operation, as CSV or JSON. Keys are not in it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from .journal import Journal, Operation
from .states import FREE

# A spreadsheet runs what begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "id created state provider base_url account generator model_id model model_type prompt count take public"
    " estimate charge balance seconds creations files error fingerprint"
)


def record(journal: Journal, op: Operation) -> dict[str, Any]:
    """One operation: ``created`` in UTC, ``charge`` in credits (0 when free), ``files`` as sha256."""
    values = {
        "id": op.id,
        "created": datetime.fromtimestamp(op.created, UTC).isoformat(timespec="seconds"),
        "state": op.state.value,
        "provider": op.provider,
        "base_url": op.base_url,
        "account": op.account,
        "generator": op.generator,
        "model_id": op.model_id,
        "model": op.model_name,
        "model_type": op.model_type,
        "prompt": op.prompt,
        "count": op.count,
        "take": op.take,
        "public": op.public,
        "estimate": op.estimate,
        "charge": 0 if op.state in FREE else op.charge,
        "balance": op.balance,
        "seconds": op.seconds,
        "creations": [c.creation_id for c in journal.creations(op.id)],
        "files": [a.sha256 for a in journal.assets(op.id)],
        "error": op.error.get("what") if op.error else None,
        "fingerprint": op.fingerprint,
    }
    return {name: values[name] for name in COLUMNS.split()}


def as_json(records: Iterable[dict[str, Any]]) -> str:
    """A JSON array of records."""
    return json.dumps(list(records), indent=1, ensure_ascii=False) + "\n"


def as_csv(records: Iterable[dict[str, Any]], columns: Sequence[str] = tuple(COLUMNS.split())) -> str:
    """RFC 4180 text with a header; lists are joined by spaces, unknown is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    for one in records:
        writer.writerow({name: _cell(value) for name, value in one.items()})
    return out.getvalue()


def _cell(value: Any) -> Any:
    text = " ".join(value) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
