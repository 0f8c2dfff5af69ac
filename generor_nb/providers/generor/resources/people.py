"""Users and teams."""

from __future__ import annotations

from ....contract.generor import (
    CreationPayload,
    DonePayload,
    FollowPayload,
    MePayload,
    PersonPayload,
    TeamPayload,
)
from ..pages import Pages, Span
from ..wire import Wire
from . import checks


class Users:
    """Oneself and others (API document: "Users")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def me(self) -> MePayload:
        """The key's owner: profile, credits, teams, counts. GET /users/me.

        >>> (await client.users.me()).username  # doctest: +SKIP
        'johndoe'
        """
        return await self._wire.one("users.me", MePayload)

    async def update_me(
        self, *, bio: str | checks.Keep | None = checks.KEEP, website: str | checks.Keep | None = checks.KEEP
    ) -> MePayload:
        """Change one's profile; what is not given stays, None clears. PATCH /users/me.

        Raises:
            InvalidRequest: nothing is given.
        """
        body = checks.changes(bio=bio, website=website)
        return await self._wire.one("users.update_me", MePayload, json=checks.sendable(body), known=body)

    async def get(self, username: str) -> PersonPayload:
        """Somebody's public profile. GET /users/{username}."""
        return await self._wire.one("users.get", PersonPayload, username)

    def creations(
        self,
        username: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[CreationPayload]:
        """Somebody's public creations. GET /users/{username}/creations."""
        span = Span(page, per_page, sort)
        return self._wire.pages("users.creations", CreationPayload, username, ident="creation_id", span=span)

    def followers(
        self,
        username: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[PersonPayload]:
        """Who follows somebody. GET /users/{username}/followers."""
        span = Span(page, per_page, sort)
        return self._wire.pages("users.followers", PersonPayload, username, ident="user_id", span=span)

    def following(
        self,
        username: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[PersonPayload]:
        """Whom somebody follows. GET /users/{username}/following."""
        span = Span(page, per_page, sort)
        return self._wire.pages("users.following", PersonPayload, username, ident="user_id", span=span)

    async def follow(self, username: str) -> FollowPayload:
        """Follow somebody; to follow twice is to follow once. POST /users/{username}/follow."""
        return await self._wire.one("users.follow", FollowPayload, username, known={"following": True})

    async def unfollow(self, username: str) -> FollowPayload:
        """Follow somebody no longer. DELETE /users/{username}/follow."""
        return await self._wire.one("users.unfollow", FollowPayload, username, known={"following": False})

    async def is_following(self, username: str) -> FollowPayload:
        """Whether one follows somebody; true or false in an ``if``. GET /users/{username}/follow.

        >>> if await client.users.is_following("janedoe"): ...  # doctest: +SKIP
        """
        return await self._wire.one("users.is_following", FollowPayload, username)


class Teams:
    """Teams one is in (API document: "Teams"). All of it needs a key."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self, *, page: int | None = None, per_page: int | None = None) -> Pages[TeamPayload]:
        """One's teams. GET /teams."""
        return self._wire.pages("teams.list", TeamPayload, ident="team_id", span=Span(page, per_page))

    async def create(self, name: str) -> TeamPayload:
        """Make a team. POST /teams. Not sent again when the answer is lost."""
        body = {"name": checks.text("name", name)}
        return await self._wire.one("teams.create", TeamPayload, json=body, known=body)

    async def get(self, team_id: int | str) -> TeamPayload:
        """A team with its members, and its invite code. GET /teams/{id}."""
        return await self._wire.one("teams.get", TeamPayload, checks.number("team_id", team_id))

    async def leave(self, team_id: int | str) -> DonePayload:
        """Leave a team: the documented meaning of DELETE /teams/{id}. The team itself stays."""
        return await self._wire.one("teams.leave", DonePayload, checks.number("team_id", team_id))

    async def add_member(self, team_id: int | str, username: str) -> TeamPayload:
        """Take somebody into a team. POST /teams/{id}/members."""
        number = checks.number("team_id", team_id)
        body = {"username": checks.text("username", username)}
        return await self._wire.one(
            "teams.add_member", TeamPayload, number, json=body, known={"team_id": number}
        )

    async def remove_member(self, team_id: int | str, user_id: int | str) -> TeamPayload:
        """Put somebody out of a team; for its owner only. DELETE /teams/{id}/members/{user_id}."""
        team, user = checks.number("team_id", team_id), checks.number("user_id", user_id)
        return await self._wire.one("teams.remove_member", TeamPayload, team, user, known={"team_id": team})

    async def join(self, invite_code: str) -> TeamPayload:
        """Join the team that an invite code belongs to. POST /teams/join/{invite_code}."""
        return await self._wire.one("teams.join", TeamPayload, invite_code)

    async def regenerate_invite(self, team_id: int | str) -> TeamPayload:
        """Replace the invite code: the old one is dead at once. Owner only. POST /teams/{id}/invite."""
        number = checks.number("team_id", team_id)
        return await self._wire.one("teams.regenerate_invite", TeamPayload, number, known={"team_id": number})

    def creations(
        self,
        team_id: int | str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[CreationPayload]:
        """What a team made. GET /teams/{id}/creations."""
        return self._wire.pages(
            "teams.creations",
            CreationPayload,
            checks.number("team_id", team_id),
            ident="creation_id",
            span=Span(page, per_page, sort),
        )
