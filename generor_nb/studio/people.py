"""People: what others see of an account, what its owner sees, and who follows whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from . import ledger, teams
from .answers import invalid, missing
from .creations import FINISHED, IS_PUBLIC
from .paging import Page, cut
from .store import creations, follows, users

PUBLIC_COLUMNS = (
    users.c.user_id,
    users.c.username,
    users.c.avatar,
    users.c.bio,
    users.c.website,
    users.c.joined,
)


def find(connection: Connection, username: str) -> int:
    """The id of the account of this name."""
    known = connection.execute(select(users.c.user_id).where(users.c.username == username)).scalar()
    if known is None:
        raise missing("User")
    return int(known)


def public_profile(connection: Connection, user_id: int) -> dict[str, Any]:
    """An account as anybody sees it; only its public creations count."""
    wanted = select(*PUBLIC_COLUMNS, *_counts(IS_PUBLIC)).where(users.c.user_id == user_id)
    return dict(connection.execute(wanted).mappings().one())


def own_profile(connection: Connection, user_id: int) -> dict[str, Any]:
    """An account as its owner sees it."""
    wanted = select(*PUBLIC_COLUMNS, users.c.email, *_counts()).where(users.c.user_id == user_id)
    return {
        **connection.execute(wanted).mappings().one(),
        "credits": ledger.funds(connection, user_id).payload(),
        "teams": teams.all_of(connection, user_id),
    }


def change(connection: Connection, user_id: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    if changes:
        connection.execute(update(users).where(users.c.user_id == user_id).values(**changes))
    return own_profile(connection, user_id)


def follow(connection: Connection, follower_id: int, followed_id: int, now: str) -> dict[str, bool]:
    """Once is enough: following again changes nothing."""
    if follower_id == followed_id:
        raise invalid("username: must be somebody else, not yourself")
    entry = {"follower_id": follower_id, "followed_id": followed_id, "created_at": now}
    connection.execute(insert(follows).values(entry).on_conflict_do_nothing())
    return {"following": True}


def unfollow(connection: Connection, follower_id: int, followed_id: int) -> dict[str, bool]:
    connection.execute(delete(follows).where(*_pair(follower_id, followed_id)))
    return {"following": False}


def follows_whom(connection: Connection, follower_id: int, followed_id: int) -> dict[str, bool]:
    found = connection.execute(select(follows.c.follow_id).where(*_pair(follower_id, followed_id))).scalar()
    return {"following": found is not None}


def followers(connection: Connection, page: Page, user_id: int) -> tuple[list[dict[str, Any]], int]:
    return _people(connection, page, follows.c.follower_id, follows.c.followed_id == user_id)


def following(connection: Connection, page: Page, user_id: int) -> tuple[list[dict[str, Any]], int]:
    return _people(connection, page, follows.c.followed_id, follows.c.follower_id == user_id)


def _people(
    connection: Connection, page: Page, who: ColumnElement[int], wanted: ColumnElement[bool]
) -> tuple[list[dict[str, Any]], int]:
    shown: Select[Any] = select(*PUBLIC_COLUMNS, *_counts(IS_PUBLIC))
    joined = shown.join_from(follows, users, who == users.c.user_id).where(wanted)
    rows, total = cut(connection, joined, follows.c.follow_id, page)
    return [dict(row) for row in rows], total


def _pair(follower_id: int, followed_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return follows.c.follower_id == follower_id, follows.c.followed_id == followed_id


def _counts(*which: ColumnElement[bool]) -> list[Any]:
    counted = follows.alias()
    return [
        _count(creations, creations.c.user_id, FINISHED, *which).label("creation_count"),
        _count(counted, counted.c.followed_id).label("follower_count"),
        _count(counted, counted.c.follower_id).label("following_count"),
    ]


def _count(table: Any, owner: ColumnElement[int], *which: ColumnElement[bool]) -> Any:
    counted = select(func.count()).select_from(table).where(owner == users.c.user_id, *which)
    return counted.correlate(users).scalar_subquery()
