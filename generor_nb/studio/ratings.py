"""Ratings from 1 to 5: one of each account for each creation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from .store import ratings


def average(connection: Connection, creation_id: int) -> dict[str, Any]:
    """Nobody's rating is an average of 0."""
    asked = select(func.avg(ratings.c.score), func.count()).where(ratings.c.creation_id == creation_id)
    mean, count = connection.execute(asked).one()
    return {"creation_id": creation_id, "average": round(float(mean or 0), 2), "count": count}


def rate(connection: Connection, creation_id: int, user_id: int, score: int) -> dict[str, Any]:
    """Rating again takes the place of the earlier rating."""
    entry = insert(ratings).values(creation_id=creation_id, user_id=user_id, score=score)
    connection.execute(
        entry.on_conflict_do_update(index_elements=["creation_id", "user_id"], set_={"score": score})
    )
    return {**average(connection, creation_id), "score": score}
