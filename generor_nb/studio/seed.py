"""Filling a studio with a small believable world. Doing it again adds only what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from . import comments, people, ratings, teams, world
from .accounts import OWNER
from .dispatch import Parts
from .order import read_order
from .parts import assemble, close
from .store import comments as comments_table
from .store import creations, stamp
from .store import teams as teams_table

DAY = 86_400
LATER = 1_260  # seconds between one remark and the next


class Calendar:
    """A clock that stands at a day before now."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.today = self.time = now()

    def __call__(self) -> float:
        return self.time

    def go_to(self, days_ago: float) -> None:
        self.time = self.today - days_ago * DAY


def plant(home: Path, clock: Callable[[], float]) -> None:
    """Make the people, what they made, and all that goes on between them.

    Args:
        home: a studio's folder, which has its owner already.
        clock: seconds since the epoch; the world's past ends there.
    """
    calendar = Calendar(clock)
    parts = assemble(home, None, calendar, rate_limits=False)
    try:
        asyncio.run(_Gardener(parts, calendar).plant())
    finally:
        close(parts)


class _Gardener:
    def __init__(self, parts: Parts, calendar: Calendar) -> None:
        self._parts, self._calendar = parts, calendar
        self._ids: dict[str, int] = {}

    async def plant(self) -> None:
        """Everything in the order in which it happened."""
        for person in world.PEOPLE:
            self._calendar.go_to(person.joined)
            self._ids[person.name] = self._parts.accounts.add(person.name)
        self._write(self._introduce)
        events: list[world.Piece | world.Group] = [*world.PIECES, *world.GROUPS]
        for event in sorted(events, key=lambda event: -event.when):
            self._calendar.go_to(event.when)
            if isinstance(event, world.Group):
                self._write(self._found, event)
            else:
                await self._make(event)

    def _introduce(self, connection: Connection) -> None:
        for person in world.PEOPLE:
            about = {"bio": person.bio, "website": person.website}
            people.change(connection, self._ids[person.name], about)
        for follower, followed in world.FOLLOWS:
            people.follow(connection, self._ids[follower], self._ids[followed], self._now)

    def _found(self, connection: Connection, group: world.Group) -> None:
        if self._team(connection, group.name) is not None:
            return
        owner, *others = (self._ids[name] for name in group.members)
        team_id = teams.create(connection, owner, group.name, self._now)["team_id"]
        for user_id in others:
            teams.add(connection, team_id, user_id, self._now)
        if group.name == world.OWNER_TEAM:
            # Once only: whoever leaves later stays out.
            today = stamp(self._calendar.today)
            teams.add(connection, team_id, OWNER, today)
            for name in world.OWNER_FOLLOWS:
                people.follow(connection, OWNER, self._ids[name], today)

    async def _make(self, piece: world.Piece) -> None:
        creation_id = self._read(self._made, piece)
        if creation_id is None:
            parts, user_id = self._parts, self._ids[piece.who]
            body: dict[str, Any] = {"prompt": piece.prompt, **piece.body}
            if piece.team is not None:
                body["team_id"] = self._read(self._team, piece.team)
            generator = parts.catalogue.generators[piece.generator]
            order = read_order(parts.catalogue, generator, body, paid=True)
            answer = await parts.desk.generate(user_id, order, "")
            creation_id = int(answer["creations"][0]["creation_id"])
        self._write(self._discuss, piece, creation_id)

    def _discuss(self, connection: Connection, piece: world.Piece, creation_id: int) -> None:
        for name, score in piece.scores.items():
            ratings.rate(connection, creation_id, self._ids[name], score)
        for remark in piece.remarks:
            self._say(connection, creation_id, remark, None)

    def _say(
        self, connection: Connection, creation_id: int, remark: world.Remark, parent_id: int | None
    ) -> None:
        user_id = self._ids[remark.who]
        comment_id = self._said(connection, creation_id, user_id, remark.text)
        self._calendar.time += LATER
        if comment_id is None:
            said = comments.add(connection, creation_id, user_id, remark.text, parent_id, self._now)
            comment_id = int(said["comment_id"])
        for name in remark.up:
            comments.vote(connection, comment_id, self._ids[name], "up")
        for reply in remark.answers:
            self._say(connection, creation_id, reply, comment_id)

    @property
    def _now(self) -> str:
        return stamp(self._calendar())

    def _made(self, connection: Connection, piece: world.Piece) -> int | None:
        wanted = select(creations.c.creation_id).where(
            creations.c.user_id == self._ids[piece.who],
            creations.c.prompt == piece.prompt,
            creations.c.status == "completed",
        )
        return connection.execute(wanted).scalar()

    def _team(self, connection: Connection, name: str) -> int | None:
        """Of this name and owned by one of these people: a person may have a team of the same name."""
        ours = teams_table.c.owner_id.in_([*self._ids.values()])
        return connection.execute(
            select(teams_table.c.team_id).where(teams_table.c.name == name, ours)
        ).scalar()

    def _said(self, connection: Connection, creation_id: int, user_id: int, text: str) -> int | None:
        wanted = select(comments_table.c.comment_id).where(
            comments_table.c.creation_id == creation_id,
            comments_table.c.user_id == user_id,
            comments_table.c.text == text,
        )
        return connection.execute(wanted).scalar()

    def _read(self, function: Callable[..., int | None], *arguments: Any) -> int | None:
        with self._parts.store.read() as connection:
            return function(connection, *arguments)

    def _write(self, function: Callable[..., None], *arguments: Any) -> None:
        with self._parts.store.write() as connection:
            function(connection, *arguments)
