"""A paid call in the database: begun with its debit, then kept, or failed and refunded. Never both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ..base.files import sha256
from . import ledger
from .creations import POSTERS, TYPE_OF, media_path
from .order import Order
from .store import assets, creations, generations, insert_row

HISTORY = 10
TEXTS = 50
# What the address of a file is called in an item of /generate, by its folder.
ADDRESS_OF = {
    "img": "image_url",
    "svg": "svg_url",
    "video": "video_url",
    "audio": "audio_url",
    POSTERS: "poster_url",
}


@dataclass(frozen=True, slots=True)
class Work:
    """A paid call under way; ``before`` and ``after`` are balances around its debit."""

    generation_id: int
    creation_ids: tuple[int, ...]
    user_id: int
    take: int
    before: int
    after: int


def begin(connection: Connection, user_id: int, order: Order, owner: str, now: str) -> Work:
    """Take the credits and note who is at it; refuses, and changes nothing, when they do not suffice."""
    cost, digest = order.price().total, sha256(order.body.encode())
    before = ledger.funds(connection, user_id).total
    noted = f"{order.generator.slug}, {order.model.name}, {order.count}"
    spend_id = ledger.spend(connection, user_id, cost, noted, now)
    take = _times_asked(connection, user_id, digest)
    of = {
        "user_id": user_id,
        "generator": order.generator.slug,
        "model_id": order.model.id,
        "created_at": now,
    }
    generation_id = insert_row(
        connection,
        generations,
        **of,
        count=order.count,
        body_digest=digest,
        state="pending",
        owner=owner,
        spend_id=spend_id,
    )
    ids = _reserve(connection, {**of, "generation_id": generation_id}, order)
    return Work(generation_id, ids, user_id, take, before, before - cost)


def keep(
    connection: Connection,
    work: Work,
    order: Order,
    made: Sequence[Mapping[str, Any]],
    files: Sequence[Sequence[Mapping[str, Any]]],
    seconds: float,
) -> list[dict[str, Any]]:
    """Complete a call; returns its items as /generate shows them, addresses root-relative."""
    if not _end(connection, work.generation_id, state="done", seconds=seconds):
        raise RuntimeError("another process has given this call up")
    return [
        _complete(connection, order, work.user_id, creation_id, one, its)
        for creation_id, one, its in zip(work.creation_ids, made, files, strict=True)
    ]


def fail(connection: Connection, generation_id: int, now: str) -> None:
    """Mark a call failed and give its credits back, once."""
    if not _end(connection, generation_id, state="failed"):
        return
    mine = creations.c.generation_id == generation_id
    connection.execute(update(creations).where(mine).values(status="failed"))
    spent = select(generations.c.spend_id).where(generations.c.generation_id == generation_id)
    if (spend_id := connection.execute(spent).scalar_one()) is not None:
        ledger.refund(connection, spend_id, f"Refund of transaction {spend_id}", now)


def fail_of_dead(connection: Connection, is_dead: Callable[[str], bool], now: str) -> set[str]:
    """Fail every unfinished call whose owner is dead; returns those owners."""
    unfinished = select(generations.c.generation_id, generations.c.owner)
    rows = connection.execute(unfinished.where(generations.c.state == "pending")).all()
    dead = {owner for owner in {row.owner for row in rows} if is_dead(owner)}
    for row in rows:
        if row.owner in dead:
            fail(connection, row.generation_id, now)
    return dead


def recent_seconds(connection: Connection, order: Order) -> list[float]:
    """Seconds per item of the latest finished calls of the same generator and model."""
    recent = (
        select(generations.c.seconds / generations.c.count)
        .where(
            generations.c.generator == order.generator.slug,
            generations.c.model_id == order.model.id,
            generations.c.state == "done",
        )
        .order_by(generations.c.generation_id.desc())
        .limit(HISTORY)
    )
    return [float(seconds) for seconds in connection.execute(recent).scalars()]


def recent_texts(connection: Connection, user_id: int, generator: str) -> list[str]:
    """What an account was last given by a generator, for an engine that should not repeat itself."""
    recent = (
        select(creations.c.text)
        .where(
            creations.c.user_id == user_id,
            creations.c.generator == generator,
            creations.c.text.is_not(None),
            creations.c.deleted_at.is_(None),
        )
        .order_by(creations.c.creation_id.desc())
        .limit(TEXTS)
    )
    return list(connection.execute(recent).scalars())


def _end(connection: Connection, generation_id: int, **values: Any) -> bool:
    pending = (generations.c.generation_id == generation_id, generations.c.state == "pending")
    return connection.execute(update(generations).where(*pending).values(**values)).rowcount == 1


def _times_asked(connection: Connection, user_id: int, digest: str) -> int:
    same = select(func.count()).where(
        generations.c.user_id == user_id,
        generations.c.body_digest == digest,
        generations.c.state != "failed",
    )
    return int(connection.execute(same).scalar_one())


def _reserve(connection: Connection, of: Mapping[str, Any], order: Order) -> tuple[int, ...]:
    """Creations exist from the debit on, so that a lost answer can be looked up by their status."""
    entry = {
        **of,
        "prompt": order.prompt,
        "team_id": order.team_id,
        "privacy_mode": order.privacy_mode,
        "license": 1,
        "type": TYPE_OF[order.model.type],
        "status": "generating",
    }
    return tuple(insert_row(connection, creations, **entry) for _ in range(order.count))


def _complete(
    connection: Connection,
    order: Order,
    user_id: int,
    creation_id: int,
    made: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    data = generator_data(order, made)
    values = {"status": "completed", "text": made.get("text"), "generator_data": data}
    connection.execute(update(creations).where(creations.c.creation_id == creation_id).values(values))
    item: dict[str, Any] = {"creation_id": creation_id}
    if not files:
        item["text"] = made["text"]
    for file in files:
        connection.execute(insert(assets).values({**file, "creation_id": creation_id}))
        item[ADDRESS_OF[file["folder"]]] = media_path(user_id, file["folder"], file["name"])
    own = {name: value for name, value in made.get("fields", {}).items() if name not in item}
    return {**item, **own, "engine": engine_note(data)}


def engine_note(data: Mapping[str, Any]) -> str:
    """Which engine, that it is no neural model, the words it drew from, and what to know of the result."""
    said = [f"studio {data['engine']}/{data['engine_version']}, procedural"]
    if "understood" in data:
        words = ", ".join(data["understood"])
        said.append(f"drawn from: {words}" if words else "it knows none of these words")
    if data.get("note"):
        said.append(str(data["note"]))
    return "; ".join(said)


def generator_data(order: Order, made: Mapping[str, Any]) -> dict[str, Any]:
    """What a creation tells about itself: the generator's own fields, and truly which engine made it."""
    return {**made.get("fields", {}), **made["facts"], "procedural": True, "parameters": order.applied}
