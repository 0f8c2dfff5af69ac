"""Pages of creations as the account sees them: data, with a small picture of each."""

from __future__ import annotations

import asyncio
import html
import json
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import api, sessions
from .base import media
from .base.errors import InvalidRequest
from .base.messages import say
from .base.text import clean, line, nearest
from .results import FONT, PLAIN
from .session import Session
from .tables import Table

if TYPE_CHECKING:
    from .contract.generor import CreationPayload
    from .providers.generor.pages import Pages

WHERE = ("mine", "public", "feed", "team")
PER_PAGE = 12
# What a display may weigh in a saved notebook, and what one picture of it takes at least and at most.
DISPLAY_BYTES, LEAST_THUMB, MOST_THUMB, THUMB_SIDE = 60_000, 2_000, 10_000, 240
FILE_BYTES, AT_ONCE, PATIENCE_SECONDS = 16 << 20, 4, 10.0
_GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:12px;max-width:900px"
_CARD = "margin:0;overflow-wrap:anywhere"
_PICTURE = "display:block;max-width:100%;max-height:150px;border-radius:6px"
_BOX = (
    "padding:8px;border-radius:6px;border:1px solid var(--jp-border-color2,#ddd);white-space:pre-wrap;"
    "max-height:132px;overflow:hidden"
)
_QUIET = "color:var(--jp-ui-font-color2,#666)"


@dataclass(frozen=True, slots=True)
class Source:
    """Where creations come from: ``kind`` is one of ``WHERE`` or generator, ``what`` its id or slug."""

    kind: str
    what: str = ""

    def __str__(self) -> str:
        return say(f"gallery.head.{self.kind}", what=line(self.what, 60))


@dataclass(frozen=True, eq=False)
class Gallery:
    """One page of creations; iterate it, or take its ``items``. The pictures are fetched when it is shown.

    >>> for creation in gn.gallery("public"):  # doctest: +SKIP
    ...     print(creation.creation_id, creation.prompt)
    """

    items: tuple[CreationPayload, ...]
    source: Source
    page: int = 1
    total: int | None = None
    has_more: bool = False
    _session: Session | None = field(default=None, repr=False)
    _seen: frozenset[Any] = field(default=frozenset(), repr=False)

    def __iter__(self) -> Iterator[CreationPayload]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> CreationPayload:
        return self.items[index]

    def more(self) -> Gallery:
        """The next page, without what was on this one and those before; empty past the last."""
        if not self.has_more or self._session is None:
            return Gallery((), self.source, self.page + 1, self.total)
        following: Gallery = api.wait(read(self._session, self.source, self.page + 1, self._seen))
        return following

    def rows(self) -> list[tuple[str, ...]]:
        """What the table shows."""
        return [
            (
                str(c.creation_id),
                line(c.generator, 30),
                line(c.model_name or "", 30),
                line(c.username or "", 30),
                _when(c),
                _seen_by(c),
                line(c.prompt or "", 60),
            )
            for c in self.items
        ]

    @property
    def headline(self) -> str:
        """Where this is from, which page, how many of how many."""
        count = str(len(self)) if self.total is None else say("gallery.of", shown=len(self), total=self.total)
        return " · ".join([str(self.source), say("gallery.page", page=self.page), count])

    @property
    def _footer(self) -> str:
        return say("gallery.more") if self.has_more else ""

    def __repr__(self) -> str:
        table = Table(say("gallery.columns").split("|"), self.rows(), say("gallery.none"))
        return "\n".join(part for part in (self.headline, repr(table), self._footer) if part)

    @cached_property
    def _pictures(self) -> dict[str, bytes]:
        addresses = [a for a in map(picture_of, self.items) if a]
        if self._session is None or not addresses:
            return {}
        found: dict[str, bytes] = api.wait(fetch(self._session, addresses))
        return found

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return bundle(self, self._pictures)


# --- which ---


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


# --- reading ---


def gallery(source: str | None = None, *, team: int | str | None = None) -> Gallery:
    """A page of creations, with the account's eyes; free.

    Args:
        source: ``"mine"`` (unless given), ``"public"``, ``"feed"``, or a generator's slug for what everybody
            made public with it.
        team: the id of a team, for what was made under it.

    Raises:
        InvalidRequest: there is no such source.
        Forbidden: the key may not read it.

    >>> gn.gallery("image").more()  # doctest: +SKIP
    """
    return open_gallery(sessions.current(), source, team)


def open_gallery(current: Session, name: str | None, team: int | str | None = None) -> Gallery:
    """The first page of what ``name`` and ``team`` mean, in ``current``."""

    async def first() -> Gallery:
        plain = name is None or name in WHERE
        slugs = [] if plain else [g.slug for g in await current.generators()]
        return await read(current, choose(name, team, slugs))

    opened: Gallery = api.wait(first())
    return opened


async def read(
    current: Session, source: Source, number: int = 1, seen: frozenset[Any] = frozenset()
) -> Gallery:
    """Page ``number`` of ``source``, without the creations ``seen`` before: rows shift while one reads."""
    page = await _pages(current, source, number)
    items = tuple(c for c in page if c.creation_id not in seen)
    ids = seen | {c.creation_id for c in items}
    return Gallery(items, source, number, page.meta.total, page.has_next, current, ids)


def _pages(current: Session, source: Source, number: int) -> Pages[CreationPayload]:
    client, each = sessions.client(current), PER_PAGE
    if source.kind == "team":
        return client.teams.creations(source.what, page=number, per_page=each)
    if source.kind == "generator":
        return client.generators.creations(source.what, page=number, per_page=each)
    if source.kind == "feed":
        return client.feed.list(page=number, per_page=each)
    listed = client.creations.public if source.kind == "public" else client.creations.mine
    return listed(page=number, per_page=each)


def picture_of(creation: CreationPayload) -> str | None:
    """The address of what could be shown of it: its first image, else a video's poster."""
    extra = creation.model_extra or {}
    posters = [video.poster_url for video in creation.videos]
    named = [extra.get(name) for name in ("image_url", "poster_url")]
    found = [*(image.url for image in creation.images), *posters, *named]
    return next((address for address in found if isinstance(address, str) and address), None)


async def fetch(current: Session, addresses: Iterable[str]) -> dict[str, bytes]:
    """The files behind ``addresses``, without the key; those that come in time, and are not too large."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(address: str, part: Path) -> tuple[str, bytes]:
        async with gate:
            await current.fetch(address, part, FILE_BYTES)
        return address, await asyncio.to_thread(part.read_bytes)

    with tempfile.TemporaryDirectory(prefix="generor-") as folder:
        wanted = enumerate(dict.fromkeys(addresses))
        tasks = [asyncio.ensure_future(one(a, Path(folder) / str(place))) for place, a in wanted]
        try:
            await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
    # What cannot be fetched, for whatever reason, is a card without a picture.
    return dict(one for one in ended if not isinstance(one, BaseException))


# --- showing: pure ---


def bundle(page: Gallery, pictures: dict[str, bytes]) -> dict[str, Any]:
    """The page as text and as our own HTML, both together at most ``DISPLAY_BYTES``."""
    plain = repr(page)
    bare = weight({"text/plain": plain, "text/html": _html(page, dict.fromkeys(pictures, ""))})
    room = (DISPLAY_BYTES - bare) * 3 // 4 // max(1, len(page))
    shown = {a: thumb for a, data in pictures.items() if (thumb := _thumbnail(data, min(room, MOST_THUMB)))}
    return {"text/plain": plain, "text/html": _html(page, shown)}


def weight(data: dict[str, Any]) -> int:
    """Bytes that a saved notebook needs for it."""
    return len(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _thumbnail(data: bytes, limit: int) -> str:
    """A JPEG drawn anew, as a data URI of at most ``limit`` bytes before its coding; empty for no picture."""
    if limit < LEAST_THUMB:
        return ""
    try:
        small, _, _ = media.thumbnail(data, THUMB_SIDE, limit - 24)
    except (ValueError, OSError):
        return ""
    return media.data_uri(small, "image/jpeg")


def _html(page: Gallery, shown: dict[str, str]) -> str:
    cards = "".join(_card(c, shown) for c in page.items) or f"<div>{html.escape(say('gallery.none'))}</div>"
    footer = (
        f'<div style="{_QUIET};padding-top:6px">{html.escape(page._footer)}</div>' if page._footer else ""
    )
    return (
        f'<div {PLAIN} style="{FONT}"><div style="padding-bottom:6px">{html.escape(page.headline)}</div>'
        f'<div style="{_GRID}">{cards}</div>{footer}</div>'
    )


def _card(creation: CreationPayload, shown: dict[str, str]) -> str:
    prompt = html.escape(line(creation.prompt or "", 90))
    who = [line(creation.username or "", 30), _when(creation), _seen_by(creation)]
    made = [
        line(creation.generator, 30),
        line(creation.model_name or "", 30),
        f"#{line(creation.creation_id, 20)}",
    ]
    quiet = "<br>".join(html.escape(" · ".join(part for part in parts if part)) for parts in (made, who))
    return (
        f'<figure style="{_CARD}">{_inside(creation, shown, prompt)}<figcaption>{prompt}'
        f'<div style="{_QUIET};font-size:12px">{quiet}</div></figcaption></figure>'
    )


def _inside(creation: CreationPayload, shown: dict[str, str], prompt: str) -> str:
    address = picture_of(creation)
    if address in shown:
        alt = prompt or html.escape(line(creation.generator, 30))
        return f'<img src="{shown[address]}" alt="{alt}" style="{_PICTURE}">'
    if creation.text:
        text = clean(creation.text).strip()
        short = text if len(text) <= 160 else text[:160] + " …"
        return f'<div style="{_BOX}">{html.escape(short)}</div>'
    kind = say("gallery.unseen", kind=line(creation.type or creation.generator, 30))
    return f'<div style="{_BOX}">{html.escape(kind)}</div>'


def _when(creation: CreationPayload) -> str:
    when = creation.created_at
    return "" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")


def _seen_by(creation: CreationPayload) -> str:
    return "" if creation.public is None else say("public" if creation.public else "private")
