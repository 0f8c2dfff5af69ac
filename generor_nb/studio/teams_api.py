"""Operations on teams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from . import people, teams
from .answers import success
from .creations import listing, of_team
from .dispatch import Call


async def list_teams(call: Call) -> Response:
    """List the teams I am in."""
    return await call.list(teams.listing, call.user_id)


async def create_team(call: Call) -> Response:
    """Found a team of my own."""
    given = await call.fields()
    return success(await call.write(teams.create, call.user_id, given["name"], call.now), status=201)


async def get_team(call: Call) -> Response:
    """Show a team of mine with its members."""
    return await _in_team(call, teams.check_member, teams.shown, change=False)


async def leave_team(call: Call) -> Response:
    """Leave a team; its owner hands it to the longest member."""

    def leave(connection: Connection, team_id: int) -> dict[str, Any]:
        return teams.leave(connection, team_id, call.user_id, call.now)

    return await _in_team(call, teams.check_member, leave)


async def add_member(call: Call) -> Response:
    """Take somebody into a team of mine."""
    await call.read(teams.check_member, call.id("Team"), call.user_id)
    given = await call.fields()

    def add(connection: Connection, team_id: int) -> dict[str, Any]:
        return teams.add(connection, team_id, people.find(connection, given["username"]), call.now)

    return await _in_team(call, teams.check_member, add)


async def remove_member(call: Call) -> Response:
    """Take somebody out of the team I own."""

    def remove(connection: Connection, team_id: int) -> dict[str, Any]:
        return teams.remove(connection, team_id, call.id("Member", "user_id"))

    return await _in_team(call, teams.check_owner, remove)


async def join_team(call: Call) -> Response:
    """Enter a team by its invite code."""
    return success(await call.write(teams.join, call.path("invite_code"), call.user_id, call.now))


async def renew_invite(call: Call) -> Response:
    """Replace the invite code of the team I own."""
    return await _in_team(call, teams.check_owner, teams.renew_code)


async def list_team_creations(call: Call) -> Response:
    """List what a team of mine made."""
    team_id = call.id("Team")
    await call.read(teams.check_member, team_id, call.user_id)
    return await call.list(listing, call.parts.catalogue, of_team(team_id, call.user_id))


async def _in_team(
    call: Call,
    check: Callable[[Connection, int, int], None],
    act: Callable[[Connection, int], dict[str, Any]],
    *,
    change: bool = True,
) -> Response:
    """Answer with what ``act`` returns, if ``check`` lets the caller at this team."""
    team_id = call.id("Team")

    def work(connection: Connection) -> dict[str, Any]:
        check(connection, team_id, call.user_id)
        return act(connection, team_id)

    return success(await (call.write(work) if change else call.read(work)))
