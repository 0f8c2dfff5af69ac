"""``%generor teams``: the teams one is in, who is in one of them, and how to get others in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import api, sessions
from ..base.errors import GenerorError, InvalidRequest
from ..base.messages import say
from ..base.text import line
from ..session import Session
from ..tables import Line, Table

if TYPE_CHECKING:
    from ..contract.generor import TeamPayload

INVITE = "invite"


def show(words: list[str]) -> Any:
    """All teams; one team's members; with ``invite``, its invite code, which is shown nowhere else."""
    current = sessions.current()
    if not words:
        return Table(say("teams.columns").split("|"), api.wait(_rows(current)), say("teams.none"))
    if not (words[0].isascii() and words[0].isdigit()):
        raise InvalidRequest(say("teams.bad", word=words[0]), say("teams.bad.hint"), field="team")
    if words[1:] not in ([], [INVITE]):
        hint = say("use.one.of", values=INVITE)
        raise InvalidRequest(say("sub.extra", name="teams", word=words[1]), hint, nearest=[INVITE])
    team = api.wait(_team(current, words[0]))
    return _invite(team) if words[1:] else _members(team)


async def _rows(current: Session) -> list[list[str]]:
    me = (await current.provider.account()).id
    return [
        [
            str(team.team_id or "?"),
            team.name,
            _role(team, me),
            str(len(team.members)) if team.members else "?",
        ]
        async for team in sessions.client(current).teams.list(per_page=100)
    ]


async def _team(current: Session, ident: str) -> TeamPayload:
    return await sessions.client(current).teams.get(ident)


def _role(team: TeamPayload, me: str) -> str:
    named = [str(member.role) for member in team.members if str(member.user_id) == me and member.role]
    return named[0] if named else "owner" if str(team.owner_id) == me else "?"


def _members(team: TeamPayload) -> Table:
    rows = [
        [
            member.username or str(member.user_id),
            str(member.role or "?"),
            member.joined.astimezone().strftime("%Y-%m-%d") if member.joined else "?",
        ]
        for member in team.members
    ]
    return Table(say("teams.members").split("|"), rows, say("teams.members.none"))


def _invite(team: TeamPayload) -> Line:
    if not team.invite_code:
        raise GenerorError(say("teams.invite.none"), say("teams.invite.none.hint"))
    return Line(say("teams.invite", team=line(team.name, 60), code=line(team.invite_code, 120)))
