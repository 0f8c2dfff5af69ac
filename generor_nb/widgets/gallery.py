"""The gallery: creations to look at, find, play, rate, keep and go on from.

The page draws and the kernel fetches: rows and pictures go over as messages when they are asked for, so
that none of them is ever in the widget's state or in the notebook. What is saved is a static first page.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .. import api, sessions
from ..base import host, loop
from ..base.errors import GenerorError
from ..galleries import Gallery, read
from ..listing import WHERE, Leaf, Library, Query, Reading, Source, asked_by, choose
from ..providers.generor.resources import checks
from . import _host, _link
from ._exhibit import Exhibit

if TYPE_CHECKING:
    from ..contract.generor import CreationPayload

# Rows that one asking looks for, and that one message carries at most.
WANTED, MOST = 24, 200


class GalleryView(anywidget.AnyWidget):
    """Creations of a source. Iterate it, or take its ``items``: the first page, read when it is needed.

    ``selected`` is the creation that was picked in it, as a cell returns one: usable as a reference.
    ``more()`` is the next page.

    >>> gallery = gn.gallery("public")  # doctest: +SKIP
    >>> gn.generate("image", "the same at night", image=gallery.selected)  # doctest: +SKIP
    """

    _esm = _link.script("gallery.js")
    _css = _link.styles("gallery.css")

    words = traitlets.Dict().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)
    selected = traitlets.Any(None, allow_none=True)

    def __init__(self, library: Library, source: Source) -> None:
        self.source = source
        self._library = library
        self._reading = Reading(Query(source), library.leaf)
        self._number = 0
        self._exhibit = Exhibit(self, library)
        super().__init__(words=_host.words("gallery."), asked=_drawn(self._reading.query, 0))
        self._form_place, self._result_place = _host.Place(self), _host.Place(self)
        self.on_msg(self._hear)

    # --- from Python ---

    @cached_property
    def page(self) -> Gallery:
        """The first page, as data.

        Raises:
            GenerorError: it could not be read.
        """
        first: Gallery = api.wait(self._first())
        return first

    async def _first(self) -> Gallery:
        page = await read(self._library, self.source)
        if not self._reading.looked and self._reading.query == Query(self.source):
            self._reading.begin(Leaf(page.items, page.has_more, page.total))
        return page

    @property
    def items(self) -> tuple[CreationPayload, ...]:
        """The creations of the first page."""
        return self.page.items

    @property
    def total(self) -> int | None:
        """How many there are in all, where the source says."""
        return self.page.total

    @property
    def has_more(self) -> bool:
        """Whether there is another page."""
        return self.page.has_more

    def more(self) -> Gallery:
        """The next page, without what was on this one; empty past the last."""
        return self.page.more()

    def rows(self) -> list[tuple[str, ...]]:
        """What the table shows."""
        return self.page.rows()

    def __iter__(self) -> Iterator[CreationPayload]:
        return iter(self.page)

    def __len__(self) -> int:
        return len(self.page)

    def __getitem__(self, index: int) -> CreationPayload:
        return self.page[index]

    def __bool__(self) -> bool:
        return True  # whoever asks a widget whether it is there must not have to read a page

    def __repr__(self) -> str:
        try:
            return repr(self.page)
        except GenerorError as error:
            return f"{self.source}\n{_host.in_words(error)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            shown = self.page._repr_mimebundle_()
        except GenerorError:
            plain = repr(self)
            said = map(html.escape, plain.split("\n"))
            return _host.bundle(super()._repr_mimebundle_(**kwargs), plain, *said)
        data, metadata = _host.bundle(super()._repr_mimebundle_(**kwargs), shown["text/plain"])
        return {**data, **shown}, metadata

    def _ipython_display_(self, **_: Any) -> None:
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        if host.in_kernel():
            self._form_place.show()
            self._result_place.show()

    def _put_form(self, made: Any) -> None:
        """Show a form below, and its results below that."""
        made._place = self._result_place
        self._form_place.put(_Shown(made))

    # --- from the browser ---

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """The browser asks by messages: nothing of the state is taken from it."""

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict):
            return
        kind = content.get("kind")
        if kind == "open":
            loop.submit(self._open())
        elif kind == "rows":
            loop.submit(self._rows(content.get("seq"), content.get("at")))
        elif kind == "find":
            loop.submit(self._find(content))
        else:
            loop.submit(self._exhibit.hear(content))

    def tell(self, kind: str, buffers: list[Any] | None = None, **content: Any) -> None:
        """A message to every view."""
        self.send({"kind": kind, **content}, buffers)

    async def _open(self) -> None:
        """A view is there, perhaps after a reload: tell it what is known."""
        await self._rows(self._number, 0)
        self.tell("choices", **await self._exhibit.choices())

    async def _find(self, content: dict[str, Any]) -> None:
        told, number = content.get("query"), content.get("seq")
        if isinstance(told, dict) and isinstance(number, int) and number > self._number:
            self._number = number
            self._reading = Reading(asked_by(told, self._reading.query), self._library.leaf)
            self.asked = _drawn(self._reading.query, number)
            await self._rows(number, 0)

    async def _rows(self, number: Any, at: Any) -> None:
        """Rows from ``at`` on: those that are known, else what reading on finds."""
        reading, start = self._reading, at if isinstance(at, int) and at >= 0 else 0
        if number != self._number:
            return
        trouble = ""
        if start >= len(reading.found):
            try:
                await reading.reach(start + WANTED)
            except Exception as error:
                trouble = _host.in_words(error)
        if number != self._number:
            return
        rows = reading.found[start : start + MOST]
        ended = reading.ended and start + len(rows) >= len(reading.found)
        self.tell(
            "rows",
            seq=number,
            at=start,
            rows=[self._exhibit.row(one) for one in rows],
            total=-1 if reading.total is None else reading.total,
            status=self._status(),
            ended=ended,
            paused=not (ended or trouble) and reading.query.looks and len(rows) < WANTED,
            trouble=trouble,
        )

    def _status(self) -> str:
        """How many there are, in words."""
        reading, shown = self._reading, f"{len(self._reading.found):,}"
        if not reading.found and reading.ended:
            return _host.word("exhibit.nofit" if reading.query.narrow else "exhibit.none")
        if reading.total is not None:
            return _host.word("exhibit.counted", shown=shown, total=f"{reading.total:,}")
        if reading.query.looks:
            return _host.word("exhibit.looked", shown=shown, looked=f"{reading.looked:,}")
        return _host.word("exhibit.found", shown=shown)

    def drop(self, creation: CreationPayload) -> str:
        """It is gone from this list; how many there are now, in words."""
        self._reading.drop(creation)
        return self._status()

    @property
    def query(self) -> Query:
        """What is shown now."""
        return self._reading.query


class _Shown:
    """A widget inside another's place: its bundle, without a place of its own."""

    def __init__(self, widget: Any) -> None:
        self._widget = widget

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self._widget._repr_mimebundle_(**kwargs)


def _drawn(query: Query, number: int) -> dict[str, Any]:
    """The query as the page has it."""
    names = ("words", "generator", "type", "model", "since", "until", "oldest")
    asked = {name: getattr(query, name) for name in names}
    return {"seq": number, "kind": query.source.kind, "what": query.source.what, **asked}


def gallery(source: str | None = None, *, team: int | str | None = None) -> GalleryView:
    """Creations to look at, with the account's eyes; free. Nothing is read before it is needed.

    Args:
        source: ``"mine"`` (unless given), ``"public"``, ``"feed"``, ``"local"`` for what was made from this
            machine, or a generator's slug for what everybody made public with it.
        team: the id of a team, for what was made under it.

    Raises:
        InvalidRequest: there is no such source.

    >>> gn.gallery("image").more()  # doctest: +SKIP
    """
    current: sessions.Session | None = None
    try:
        current = sessions.current()
    except GenerorError:
        if source not in (None, *WHERE):
            raise
    return open_gallery(current, source, team)


def open_gallery(
    current: sessions.Session | None, name: str | None, team: int | str | None = None
) -> GalleryView:
    """What ``name`` and ``team`` mean, in ``current``; without one, as far as this machine knows."""
    plain = name is None or name in WHERE or current is None
    slugs = [] if plain or current is None else [g.slug for g in api.wait(current.generators())]
    chosen = choose(name, team, slugs)
    if chosen.kind == "team":
        checks.number("team_id", chosen.what)
    return GalleryView(Library(current), chosen)
