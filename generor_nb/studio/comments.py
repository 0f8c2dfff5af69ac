"""Comments on creations, in threads, with votes. A deleted one stays in its thread without its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, case, func, select, update
from sqlalchemy.dialects.sqlite import insert

from .answers import Refused, missing
from .paging import Page, cut
from .store import comment_votes, comments, creations, insert_row, users


def listing(connection: Connection, page: Page, creation_id: int) -> tuple[list[dict[str, Any]], int]:
    """Every comment of a creation, answers among them; ``parent_id`` says what each answers."""
    rows, total = cut(
        connection, _with_user().where(comments.c.creation_id == creation_id), comments.c.comment_id, page
    )
    return _payloads(connection, rows), total


def find(connection: Connection, comment_id: int) -> RowMapping:
    """A comment that was not deleted, of a creation that was not."""
    joined = _with_user().join(creations, comments.c.creation_id == creations.c.creation_id)
    there = (comments.c.text.is_not(None), creations.c.deleted_at.is_(None))
    row: RowMapping | None = (
        connection.execute(joined.where(comments.c.comment_id == comment_id, *there)).mappings().one_or_none()
    )
    if row is None:
        raise missing("Comment")
    return row


def check_parent(connection: Connection, creation_id: int, parent_id: int) -> None:
    """Refuse to answer what is not there, or stands under another creation."""
    if find(connection, parent_id)["creation_id"] != creation_id:
        raise missing("Comment")


def add(
    connection: Connection, creation_id: int, user_id: int, text: str, parent_id: int | None, now: str
) -> dict[str, Any]:
    comment_id = insert_row(
        connection,
        comments,
        creation_id=creation_id,
        user_id=user_id,
        parent_id=parent_id,
        text=text,
        created_at=now,
    )
    return _shown(connection, comment_id)


def delete(connection: Connection, comment_id: int, user_id: int) -> dict[str, Any]:
    if find(connection, comment_id)["user_id"] != user_id:
        raise Refused("FORBIDDEN", "Only its author may delete a comment")
    connection.execute(update(comments).where(comments.c.comment_id == comment_id).values(text=None))
    return _shown(connection, comment_id)


def vote(connection: Connection, comment_id: int, user_id: int, choice: str) -> dict[str, Any]:
    """One vote for each account; a second one takes the place of the first."""
    entry = insert(comment_votes).values(comment_id=comment_id, user_id=user_id, vote=choice)
    connection.execute(
        entry.on_conflict_do_update(index_elements=["comment_id", "user_id"], set_={"vote": choice})
    )
    return _shown(connection, comment_id)


def _with_user() -> Any:
    return select(comments, users.c.username).join_from(
        comments, users, comments.c.user_id == users.c.user_id
    )


def _shown(connection: Connection, comment_id: int) -> dict[str, Any]:
    rows = connection.execute(_with_user().where(comments.c.comment_id == comment_id)).mappings().all()
    return _payloads(connection, rows)[0]


def _payloads(connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    votes = {row["comment_id"]: {"up": 0, "down": 0} for row in rows}
    ups = func.sum(case((comment_votes.c.vote == "up", 1), else_=0))
    counted = (
        select(comment_votes.c.comment_id, ups, func.count() - ups)
        .where(comment_votes.c.comment_id.in_(votes))
        .group_by(comment_votes.c.comment_id)
    )
    for comment_id, up, down in connection.execute(counted):
        votes[comment_id] = {"up": up, "down": down}
    return [{**row, "votes": votes[row["comment_id"]]} for row in rows]
