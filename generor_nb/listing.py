"""Finding creations: where they are listed, what a list can be asked, and what is looked for in it.

A server filters by little. What it cannot do is done here: pages are read on and looked through, so many
for each asking and no more, since every page is a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import sessions
from .base.errors import GenerorError, InvalidRequest
from .base.messages import say
from .base.settings import Settings
from .base.text import line, nearest
from .session import Session
from .spending.journal import Journal
from .spending.shelf import Shelf

if TYPE_CHECKING:
    from .contract.generor import CreationPayload
    from .providers.generor.pages import Pages

WHERE = ("mine", "public", "feed", "team", "local")
KINDS = {"image": "img", "video": "video", "audio": "audio", "text": "text", "vector": "svg"}
# Rows of a page, pages that one asking reads at most, and pages without anything new after which a list ends.
EACH, LOOKS, STALE = 100, 5, 3


@dataclass(frozen=True, slots=True)
class Source:
    """Where creations come from: ``kind`` is one of ``WHERE`` or generator, ``what`` its id or slug."""

    kind: str
    what: str = ""

    def __str__(self) -> str:
        return say(f"gallery.head.{self.kind}", what=line(self.what, 60))


def choose(name: str | None, team: int | str | None, slugs: Collection[str]) -> Source:
    """The source that a name means: one of ``WHERE``, or a generator's slug.

    Raises:
        InvalidRequest: there is none of this name, or the team is not said.
    """
    if team is not None and name in (None, "team"):
        return Source("team", str(team))
    if name == "team":
        raise InvalidRequest(say("gallery.team"), say("gallery.team.hint"), field="team")
    if team is None and name in (None, *WHERE):
        return Source(name or "mine")
    if team is None and name in slugs:
        return Source("generator", str(name))
    close = nearest(str(name), [*WHERE, *slugs])
    hint = say("use.one.of", values=", ".join(close or [*WHERE, *sorted(slugs)[:8], "…"]))
    raise InvalidRequest(say("gallery.unknown", word=line(name, 60)), hint, field="source", nearest=close)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Args:
        source: where.
        words: all of them are in the prompt, in any case.
        generator: a slug.
        type: one of ``KINDS``.
        model: a model's name.
        since: the first local day, as ``2026-02-20``.
        until: the last one.
        oldest: the oldest first, where the source can.
    """

    source: Source
    words: str = ""
    generator: str = ""
    type: str = ""
    model: str = ""
    since: str = ""
    until: str = ""
    oldest: bool = False

    @property
    def searched(self) -> bool:
        """Whether the server looks for the words: only in what everybody may see."""
        return bool(self.words) and self.source.kind == "public"

    @property
    def looks(self) -> bool:
        """Whether anything is left to be looked through here."""
        words = "" if self.searched else self.words
        asked = self.source.kind in ("mine", "feed") or (self.source.kind == "public" and not self.words)
        return bool(words or self.type or self.model or self.since or self.until) or (
            bool(self.generator) and not asked
        )

    @property
    def narrow(self) -> bool:
        """Whether anything is asked but where."""
        return bool(self.words or self.generator or self.type or self.model or self.since or self.until)

    def fits(self, creation: CreationPayload) -> bool:
        """Whether it is what is looked for."""
        day, prompt = day_of(creation), (creation.prompt or "").casefold()
        return (
            self.generator in ("", creation.generator)
            and self.type in ("", kind_of(creation))
            and self.model in ("", creation.model_name)
            and (not self.since or day >= self.since)
            and (not self.until or "" < day <= self.until)
            and (self.searched or all(word in prompt for word in self.words.casefold().split()))
        )

    def ended(self, rows: Sequence[CreationPayload]) -> bool:
        """Whether nothing that fits can follow ``rows``: all that does is older, or newer."""
        day = day_of(rows[-1]) if rows else ""
        if not day or self.source.kind == "feed":
            return False
        return bool(self.until) and day > self.until if self.oldest else bool(self.since) and day < self.since


def key_of(creation: CreationPayload) -> str:
    """What it is known by among those of its source."""
    operation = getattr(creation, "operation", "")
    return f"{operation}/{getattr(creation, 'place', 0)}" if operation else str(creation.creation_id)


def day_of(creation: CreationPayload) -> str:
    """The local day it was made, as ``2026-02-20``; empty when the answer does not say."""
    when = creation.created_at
    return "" if when is None else when.astimezone().date().isoformat()


def kind_of(creation: CreationPayload) -> str:
    """One of ``KINDS``: as it is called, else by what is in it."""
    for kind, called in KINDS.items():
        if creation.type == called:
            return kind
    found = {"video": creation.videos, "audio": creation.audios, "image": creation.images}
    return next((kind for kind, files in found.items() if files), "text" if creation.text else "image")


def asked_by(told: Mapping[str, Any], before: Query) -> Query:
    """The query that a page asks; what it may not ask stays as it was."""
    words = {name: str(told.get(name) or "")[:200] for name in ("words", "generator", "model")}
    days = {name: str(told.get(name) or "")[:10] for name in ("since", "until")}
    kind, what = str(told.get("kind") or ""), str(told.get("what") or "")[:80]
    source = Source(kind, what) if kind in (*WHERE, "generator") else before.source
    type = told.get("type") if told.get("type") in KINDS else ""
    return Query(source, type=str(type), oldest=told.get("oldest") is True, **words, **days)


# --- reading ---


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list: its rows, whether more follow, and how many there are in all."""

    rows: Sequence[CreationPayload]
    more: bool = False
    total: int | None = None


class Library:
    """Where creations are read from: an account, which may be out of reach, and this machine's journal."""

    def __init__(self, session: Session | None = None) -> None:
        self._session = session
        self._journal: Journal | None = None

    async def session(self) -> Session:
        """The session with the account.

        Raises:
            GenerorError: there is no key, or this provider lists no creations.
        """
        if self._session is None:
            # Opening one may wait; not on the loop that it would wait for.
            self._session = await asyncio.to_thread(sessions.current)
        from .providers.generor import Generor

        if not isinstance(self._session.provider, Generor):
            name = self._session.provider.name
            raise GenerorError(say("gallery.listless", provider=name), say("gallery.local.hint"))
        return self._session

    @property
    def reached(self) -> Session | None:
        """The session, if it was had before."""
        return self._session

    @property
    def journal(self) -> Journal:
        if self._session is not None:
            return self._session.journal
        if self._journal is None:
            self._journal = Journal(Settings().get("home"))
        return self._journal

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.journal.home)

    async def leaf(self, query: Query, number: int, each: int) -> Leaf:
        """Page ``number`` of what the source lists; the server's part of the query is asked for.

        Raises:
            GenerorError: it could not be read.
        """
        if query.source.kind == "local":
            from . import kept

            start = (number - 1) * each
            rows, total = kept.leaf(self.journal, self.shelf, start, each, oldest=query.oldest)
            return Leaf(rows, start + len(rows) < total, total)
        page = await _pages(await self.session(), query, number, each)
        return Leaf(page, page.has_next, page.meta.total)


def _pages(current: Session, query: Query, number: int, each: int) -> Pages[CreationPayload]:
    client, kind, what = sessions.client(current), query.source.kind, query.source.what
    sort = "oldest" if query.oldest else None
    if kind == "team":
        return client.teams.creations(what, page=number, per_page=each, sort=sort)
    if kind == "generator":
        return client.generators.creations(what, page=number, per_page=each, sort=sort)
    if kind == "feed":
        return client.feed.list(query.generator or None, page=number, per_page=each)
    if query.searched:
        return client.creations.search(query.words, page=number, per_page=each, sort=sort)
    listed = client.creations.public if kind == "public" else client.creations.mine
    return listed(query.generator or None, page=number, per_page=each, sort=sort)


@dataclass
class Reading:
    """What a query finds, read on page by page: each creation once, though rows shift meanwhile.

    ``looked`` is how many rows were looked through, ``total`` how many fit, where that is known.
    """

    query: Query
    read: Callable[[Query, int, int], Awaitable[Leaf]]
    found: list[CreationPayload] = field(default_factory=list)
    total: int | None = None
    looked: int = 0
    ended: bool = False
    _seen: set[Any] = field(default_factory=set)
    _next: int = 1
    _stale: int = 0
    _gone: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def begin(self, leaf: Leaf) -> None:
        """Start with rows that were read before; they come again and are known then."""
        self._take(leaf)
        self._next = 1

    async def reach(self, count: int) -> None:
        """Read on until ``count`` are found, or none are left, or enough was looked through.

        Raises:
            GenerorError: a page could not be read; what was found stays, and reading goes on there.
        """
        async with self._lock:
            for _ in range(LOOKS):
                if self.ended or len(self.found) >= count:
                    return
                self._step_back()
                self._take(await self.read(self.query, self._next, EACH))

    def _take(self, leaf: Leaf) -> None:
        fresh = [row for row in leaf.rows if key_of(row) not in self._seen]
        self._seen.update(map(key_of, fresh))
        self.looked += len(fresh)
        self.found += filter(self.query.fits, fresh)
        self.total = None if self.query.looks else leaf.total
        self._stale = 0 if fresh else self._stale + 1
        self.ended = not leaf.more or self._stale >= STALE or self.query.ended(leaf.rows)
        self._next += 1

    def drop(self, creation: CreationPayload) -> None:
        """Forget one that is gone from the list; what follows it moves up."""
        self.found = [one for one in self.found if one is not creation]
        self._gone += 1
        if self.total:
            self.total -= 1

    def _step_back(self) -> None:
        """Read pages again into which rows moved that were not seen yet."""
        self._next = max(1, self._next - -(-self._gone // EACH))
        self._gone = 0
