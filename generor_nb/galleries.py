"""Pages of creations as the account sees them: data, with a small picture of each."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import api
from .base import media
from .base.messages import say
from .base.text import clean, line
from .listing import Library, Query, Source, key_of
from .results import FONT, PLAIN
from .tables import Table
from .thumbs import Picture, Thumbs, picture_of

if TYPE_CHECKING:
    from .contract.generor import CreationPayload

PER_PAGE = 12
# What a display may weigh in a saved notebook, and what one picture of it takes at least.
DISPLAY_BYTES, LEAST_THUMB, THUMB_SIDE = 60_000, 2_000, 240
_GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:12px;max-width:900px"
_CARD = "margin:0;overflow-wrap:anywhere"
_PICTURE = "display:block;max-width:100%;max-height:150px;border-radius:6px"
_BOX = (
    "padding:8px;border-radius:6px;border:1px solid var(--jp-border-color2,#ddd);white-space:pre-wrap;"
    "max-height:132px;overflow:hidden"
)
_QUIET = "color:var(--jp-ui-font-color2,#666)"


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
    _library: Library | None = field(default=None, repr=False)
    _seen: frozenset[Any] = field(default=frozenset(), repr=False)

    def __iter__(self) -> Iterator[CreationPayload]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> CreationPayload:
        return self.items[index]

    def more(self) -> Gallery:
        """The next page, without what was on this one and those before; empty past the last."""
        if not self.has_more or self._library is None:
            return Gallery((), self.source, self.page + 1, self.total)
        following: Gallery = api.wait(read(self._library, self.source, self.page + 1, self._seen))
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
    def _pictures(self) -> dict[str, Picture]:
        if self._library is None:
            return {}
        found: dict[str, Picture] = api.wait(Thumbs(self._library).all(self.items))
        return found

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return bundle(self, self._pictures)


async def read(
    library: Library, source: Source, number: int = 1, seen: frozenset[Any] = frozenset()
) -> Gallery:
    """Page ``number`` of ``source``, without the creations ``seen`` before: rows shift while one reads."""
    leaf = await library.leaf(Query(source), number, PER_PAGE)
    items = tuple(c for c in leaf.rows if key_of(c) not in seen)
    return Gallery(items, source, number, leaf.total, leaf.more, library, seen | set(map(key_of, items)))


# --- showing: pure ---


def bundle(page: Gallery, pictures: Mapping[str, Picture]) -> dict[str, Any]:
    """The page as text and as our own HTML, both together at most ``DISPLAY_BYTES``."""
    plain = repr(page)
    bare = weight({"text/plain": plain, "text/html": _html(page, dict.fromkeys(pictures, ""))})
    room = (DISPLAY_BYTES - bare) * 3 // 4 // max(1, len(page))
    shown = {place: uri for place, picture in pictures.items() if (uri := _inline(picture, room))}
    return {"text/plain": plain, "text/html": _html(page, shown)}


def weight(data: dict[str, Any]) -> int:
    """Bytes that a saved notebook needs for it."""
    return len(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _inline(picture: Picture, limit: int) -> str:
    """A data URI of at most ``limit`` bytes before its coding; empty for what cannot be so small."""
    if limit < LEAST_THUMB or picture.mime != "image/jpeg":
        return ""
    if len(picture.data) <= limit:
        return media.data_uri(picture.data, picture.mime)
    small, _, _ = media.thumbnail(picture.data, THUMB_SIDE, limit - 24)
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
    address = str(picture_of(creation))
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
