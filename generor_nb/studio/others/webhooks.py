"""Webhooks of gptimage2: who is told of what, what is due, and what became of each attempt."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ...contract.gptimage2 import DISABLED_AFTER, EVENTS, NAME, REDELIVERIES, SECRET_PREFIX
from ..store import deliveries, insert_row, webhooks
from . import generations

# An attempt whose process dies in the middle of it is made again after so many seconds.
LEASE = 60.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery whose time has come."""

    delivery_id: int
    webhook_id: int
    number: int
    url: str
    secret: str
    event: str
    public_id: str
    body: bytes


def register(
    connection: Connection, user_id: int, url: str, events: Sequence[str], label: str | None, now: float
) -> dict[str, str]:
    """A new webhook: its id, and the secret that is shown once."""
    made = {"id": str(uuid.uuid4()), "secret": f"{SECRET_PREFIX}{secrets.token_hex(24)}"}
    insert_row(
        connection,
        webhooks,
        user_id=user_id,
        public_id=made["id"],
        url=url,
        events=sorted(set(events), key=EVENTS.index),
        label=label,
        secret=made["secret"],
        failures=0,
        created_at=now,
    )
    return made


def listing(connection: Connection, user_id: int) -> list[dict[str, Any]]:
    """The webhooks of an account, without their secrets."""
    wanted = select(webhooks).where(webhooks.c.user_id == user_id).order_by(webhooks.c.webhook_id)
    return [
        {
            "id": row["public_id"],
            "url": row["url"],
            "events": row["events"],
            "label": row["label"],
            "enabled": row["disabled_at"] is None,
            "createdAt": generations.moment(row["created_at"]),
        }
        for row in connection.execute(wanted).mappings()
    ]


def announce(
    connection: Connection, job: Mapping[str, Any], files: Sequence[Mapping[str, Any]], now: float
) -> None:
    """Note what is to be told of a job that has just ended."""
    if job["provider"] != NAME:
        return
    event = EVENTS[0] if job["state"] == "succeeded" else EVENTS[1]
    listening = select(webhooks).where(webhooks.c.user_id == job["user_id"], webhooks.c.disabled_at.is_(None))
    body = json.dumps(generations.event(event, job, files, job["origin"]), ensure_ascii=False)
    rows = [
        {
            "webhook_id": hook["webhook_id"],
            "public_id": str(uuid.uuid4()),
            "event": event,
            "body": body,
            "attempts": 0,
            "due_at": now,
        }
        for hook in connection.execute(listening).mappings()
        if event in hook["events"]
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def claim(connection: Connection, now: float) -> Attempt | None:
    """The next delivery whose time has come, counted as attempted; None when there is none."""
    due = (
        select(deliveries, webhooks.c.url, webhooks.c.secret)
        .join(webhooks, webhooks.c.webhook_id == deliveries.c.webhook_id)
        .where(deliveries.c.due_at <= now)
        .order_by(deliveries.c.due_at, deliveries.c.delivery_id)
        .limit(1)
    )
    row = connection.execute(due).mappings().one_or_none()
    if row is None:
        return None
    number = row["attempts"] + 1
    _set(connection, row["delivery_id"], attempts=number, due_at=now + LEASE)
    return Attempt(
        row["delivery_id"],
        row["webhook_id"],
        number,
        row["url"],
        row["secret"],
        row["event"],
        row["public_id"],
        row["body"].encode(),
    )


def settle(connection: Connection, attempt: Attempt, arrived: bool, now: float) -> None:
    """Note what became of an attempt: done, again later, given up, or the whole webhook disabled."""
    of = webhooks.c.webhook_id == attempt.webhook_id
    if arrived:
        _set(connection, attempt.delivery_id, due_at=None, delivered_at=now)
        connection.execute(update(webhooks).where(of).values(failures=0))
        return
    again = now + REDELIVERIES[attempt.number - 1] if attempt.number <= len(REDELIVERIES) else None
    _set(connection, attempt.delivery_id, due_at=again)
    connection.execute(update(webhooks).where(of).values(failures=webhooks.c.failures + 1))
    worn_out = (of, webhooks.c.failures >= DISABLED_AFTER, webhooks.c.disabled_at.is_(None))
    connection.execute(update(webhooks).where(*worn_out).values(disabled_at=now))
    # Whoever disabled it, another process say, while this attempt was on its way.
    if connection.execute(select(webhooks.c.disabled_at).where(of)).scalar() is not None:
        waiting = deliveries.c.webhook_id == attempt.webhook_id
        connection.execute(update(deliveries).where(waiting).values(due_at=None))


def next_due(connection: Connection) -> float | None:
    """When the next delivery is due."""
    return connection.execute(select(func.min(deliveries.c.due_at))).scalar()


def _set(connection: Connection, delivery_id: int, **values: Any) -> None:
    connection.execute(update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(values))
