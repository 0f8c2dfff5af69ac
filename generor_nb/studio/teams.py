"""Teams: only members see one; any member adds others, its owner removes them and renews the invite code.

An owner who leaves hands the team to the member who joined first; a team that everybody left is gone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from .answers import Refused, invalid, missing
from .paging import Page, cut
from .store import insert_row, team_members, teams, users


def create(connection: Connection, user_id: int, name: str, now: str) -> dict[str, Any]:
    team_id = insert_row(
        connection, teams, name=name, owner_id=user_id, invite_code=_new_code(), created_at=now
    )
    _enter(connection, team_id, user_id, now)
    return shown(connection, team_id)


def listing(connection: Connection, page: Page, user_id: int) -> tuple[list[dict[str, Any]], int]:
    """The teams an account is in."""
    rows, total = cut(connection, _teams_of(user_id), teams.c.team_id, page)
    return _payloads(connection, rows), total


def all_of(connection: Connection, user_id: int) -> list[dict[str, Any]]:
    rows = connection.execute(_teams_of(user_id).order_by(teams.c.team_id)).mappings().all()
    return _payloads(connection, rows)


def shown(connection: Connection, team_id: int) -> dict[str, Any]:
    """A team as its members see it."""
    return _payloads(connection, [_find(connection, team_id)])[0]


def check_member(connection: Connection, team_id: int, user_id: int) -> None:
    """Refuse whoever is not in this team."""
    _find(connection, team_id)
    if not _is_in(connection, team_id, user_id):
        raise Refused("FORBIDDEN", "You are not a member of this team")


def check_owner(connection: Connection, team_id: int, user_id: int) -> None:
    check_member(connection, team_id, user_id)
    if _find(connection, team_id)["owner_id"] != user_id:
        raise Refused("FORBIDDEN", "Only the owner of a team may do this")


def check_exists(connection: Connection, team_id: int) -> None:
    _find(connection, team_id)


def add(connection: Connection, team_id: int, user_id: int, now: str) -> dict[str, Any]:
    """Once is enough: adding a member again changes nothing."""
    _enter(connection, team_id, user_id, now)
    return shown(connection, team_id)


def join(connection: Connection, invite_code: str, user_id: int, now: str) -> dict[str, Any]:
    """Enter the team that this code is of now."""
    wanted = select(teams.c.team_id).where(teams.c.invite_code == invite_code)
    team_id = connection.execute(wanted).scalar()
    if team_id is None:
        raise missing("Invite code")
    return add(connection, team_id, user_id, now)


def renew_code(connection: Connection, team_id: int) -> dict[str, Any]:
    """A new code; the old one opens nothing any more."""
    connection.execute(update(teams).where(teams.c.team_id == team_id).values(invite_code=_new_code()))
    return shown(connection, team_id)


def remove(connection: Connection, team_id: int, user_id: int) -> dict[str, Any]:
    """Take somebody else out of a team."""
    if not _is_in(connection, team_id, user_id):
        raise missing("Member")
    if _find(connection, team_id)["owner_id"] == user_id:
        raise invalid("user_id: must be another member; the owner leaves with DELETE /teams/{id}")
    _take_out(connection, team_id, user_id)
    return shown(connection, team_id)


def leave(connection: Connection, team_id: int, user_id: int, now: str) -> dict[str, Any]:
    _take_out(connection, team_id, user_id)
    heir = connection.execute(
        select(team_members.c.user_id)
        .where(team_members.c.team_id == team_id)
        .order_by(team_members.c.member_id)
        .limit(1)
    ).scalar()
    mine = (teams.c.team_id == team_id, teams.c.owner_id == user_id)
    after = {"deleted_at": now, "invite_code": None} if heir is None else {"owner_id": heir}
    connection.execute(update(teams).where(*mine).values(**after))
    return {"team_id": team_id, "left": True}


def _find(connection: Connection, team_id: int) -> RowMapping:
    wanted = select(teams).where(teams.c.team_id == team_id, teams.c.deleted_at.is_(None))
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise missing("Team")
    return row


def _is_in(connection: Connection, team_id: int, user_id: int) -> bool:
    wanted = select(team_members.c.member_id).where(*_membership(team_id, user_id))
    return connection.execute(wanted).first() is not None


def _enter(connection: Connection, team_id: int, user_id: int, now: str) -> None:
    entry = {"team_id": team_id, "user_id": user_id, "joined": now}
    connection.execute(insert(team_members).values(entry).on_conflict_do_nothing())


def _take_out(connection: Connection, team_id: int, user_id: int) -> None:
    connection.execute(delete(team_members).where(*_membership(team_id, user_id)))


def _membership(team_id: int, user_id: int) -> tuple[Any, Any]:
    return team_members.c.team_id == team_id, team_members.c.user_id == user_id


def _teams_of(user_id: int) -> Any:
    joined = select(teams).join_from(teams, team_members, teams.c.team_id == team_members.c.team_id)
    return joined.where(team_members.c.user_id == user_id, teams.c.deleted_at.is_(None))


def _payloads(connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    members: dict[int, list[RowMapping]] = {row["team_id"]: [] for row in rows}
    found = (
        select(team_members, users.c.username)
        .join_from(team_members, users, team_members.c.user_id == users.c.user_id)
        .where(team_members.c.team_id.in_(members))
        .order_by(team_members.c.member_id)
    )
    for member in connection.execute(found).mappings():
        members[member["team_id"]].append(member)
    return [_payload(row, members[row["team_id"]]) for row in rows]


def _payload(row: RowMapping, members: Sequence[RowMapping]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("team_id", "name", "owner_id", "created_at", "invite_code")},
        "members": [
            {
                "user_id": member["user_id"],
                "username": member["username"],
                "role": "owner" if member["user_id"] == row["owner_id"] else "member",
                "joined": member["joined"],
            }
            for member in members
        ],
    }


def _new_code() -> str:
    return secrets.token_hex(8)
