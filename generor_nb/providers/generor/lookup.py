"""Looking back at Generor: what was made and what was taken, by free calls."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from ...base.errors import GenerorError, NotFound, ServerError
from ...base.messages import say
from ...contract.evidence import Mark, Movement, Seen, Sighting, number
from ...contract.generor import CreationPayload, Envelope, MetaPayload, TransactionPayload
from ...transport import CallOptions, Channel, Reply
from .envelope import open_envelope

CREATIONS, MOVEMENTS = "/creations", "/credits/transactions"
PAGE_ROWS, MAX_PAGES, NEWEST = 100, 10, 5
# A look before a sending must not hold it up: without it, what is known must do.
BEFORE = CallOptions(timeout=4.0, deadline=5.0, retry=False)
Row = TypeVar("Row", Sighting, Movement)
Ident = str | int | None


class GenerorLookup:
    """What an account's lists show. Needs a key that may read."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def mark(self) -> Mark:
        """The highest ids visible now: two short lists, at once.

        Raises:
            GenerorError: they cannot be had within five seconds.
        """
        made, moved = await asyncio.gather(self._newest(CREATIONS), self._newest(MOVEMENTS))
        ids = [n for row in made if (n := number(row.get("creation_id"))) is not None]
        rows = [n for row in moved if (n := number(row.get("transaction_id"))) is not None]
        # Nothing made yet is a mark too: whatever comes is above it.
        return Mark(max(ids, default=None if made else 0), max(rows, default=None if moved else 0))

    async def _newest(self, path: str) -> list[dict[str, Any]]:
        params = {"per_page": NEWEST}
        envelope = open_envelope(await self._channel.call("GET", path, params=params, options=BEFORE))
        return [row for row in envelope.data or [] if isinstance(row, dict)]

    async def creations(self, above: int | None, since: float) -> Seen[Sighting]:
        """One's creations, newest first, down to the id ``above`` or the time ``since``, epoch seconds."""
        return await self._read(CREATIONS, _sighting, lambda s: _reached(s.number, s.created, above, since))

    async def movements(self, above: int | None, since: float) -> Seen[Movement]:
        """The ledger's rows, likewise."""
        return await self._read(MOVEMENTS, _movement, lambda m: _reached(m.id, m.at, above, since))

    async def _read(self, path: str, read: Callable[[Any], Row], reached: Callable[[Row], bool]) -> Seen[Row]:
        rows: list[Row] = []
        for page in range(1, MAX_PAGES + 1):
            params = {"page": page, "per_page": PAGE_ROWS}
            envelope = open_envelope(await self._channel.call("GET", path, params=params))
            try:
                found = [read(row) for row in envelope.data or []]
            except (ValidationError, TypeError):
                raise ServerError(say("answer.unreadable"), say("api.server.hint")) from None
            rows += found
            if any(reached(row) for row in found) or not _more(envelope, len(found)):
                return Seen(_once(rows), True)
        return Seen(_once(rows), False)

    async def recall(self, ids: Sequence[str], charge: float | None) -> Reply:
        """An answer like the paid call's, put together from the creations themselves.

        Raises:
            GenerorError: one of them cannot be had, or has no content yet.
        """
        items = [await self._item(ident) for ident in ids]
        data = {"creations": items, "credit_cost": charge, "recovered": True}
        body = json.dumps({"success": True, "data": data}, ensure_ascii=False).encode("utf-8", "replace")
        return Reply(200, {"content-type": "application/json"}, body, 0.0)

    async def _item(self, ident: str) -> dict[str, Any]:
        if number(ident) is None:
            raise GenerorError(say("answer.unreadable"), say("api.server.hint"))
        envelope = open_envelope(await self._channel.call("GET", f"{CREATIONS}/{ident}"))
        try:
            payload = CreationPayload.model_validate(envelope.data)
        except ValidationError:
            raise ServerError(say("answer.unreadable"), say("api.server.hint")) from None
        item = item_of(payload)
        if not payload.urls and payload.text is None:
            raise NotFound(say("answer.empty"), say("api.server.hint"), status=404)
        return item


def item_of(payload: CreationPayload) -> dict[str, Any]:
    """A creation as the answer of the paid call shows it: its own fields, and ``*_url`` for its files."""
    item: dict[str, Any] = dict(payload.generator_data or {})
    item["creation_id"] = payload.creation_id
    if payload.text is not None:
        item["text"] = payload.text
    kind = "svg" if payload.type == "svg" else "image"
    for name, files in ((kind, payload.images), ("video", payload.videos), ("audio", payload.audios)):
        for place, file in enumerate(files):
            item[f"{name}_url" if place == 0 else f"{name}_{place + 1}_url"] = file.url
            if file.poster_url:
                item.setdefault("poster_url", file.poster_url)
    for key, value in (payload.model_extra or {}).items():
        if key.endswith("_url") and isinstance(value, str):
            item.setdefault(key, value)
    return item


def _once(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows shift while one pages: each id once. Without ids, equal rows may be two, and stay."""
    seen: set[Ident] = set()
    kept = []
    for row in rows:
        if row.id is None or row.id not in seen:
            kept.append(row)
            seen.add(row.id)
    return tuple(kept)


def _sighting(row: Any) -> Sighting:
    payload = CreationPayload.model_validate(row)
    status = (payload.model_extra or {}).get("status")
    return Sighting(
        id=str(payload.creation_id),
        generator=payload.generator,
        prompt=payload.prompt,
        model_id=payload.model_id,
        created=_seconds(payload.created_at),
        status=status if isinstance(status, str) else None,
    )


def _movement(row: Any) -> Movement:
    payload = TransactionPayload.model_validate(row)
    ident = None if payload.transaction_id is None else number(payload.transaction_id)
    return Movement(ident, payload.type, payload.amount or 0, _seconds(payload.created_at))


def _seconds(when: datetime | None) -> float | None:
    return None if when is None else when.timestamp()


def _reached(ident: int | None, at: float | None, above: int | None, since: float) -> bool:
    """Whether this row is older than all that is looked for."""
    if above is not None and ident is not None:
        return ident <= above
    return at is not None and at < since


def _more(envelope: Envelope, count: int) -> bool:
    meta = MetaPayload.model_validate(envelope.meta or {})
    if meta.has_next is not None:
        return meta.has_next
    return count >= PAGE_ROWS if meta.total_pages is None else (meta.page or 1) < meta.total_pages
