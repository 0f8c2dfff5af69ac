"""Lists as the API gives them: whole ones, and those that come in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...base.errors import InvalidRequest, ServerError
from ...base.messages import say
from ...contract.generor import MAX_PAGE, SORTS, Http, MetaPayload, ModelPayload, Payload

Row = TypeVar("Row", bound=Payload)
STALE_PAGES = 10


class Rows(list[Row]):
    """A list from one answer. ``http`` is what came with it."""

    def __init__(self, rows: Iterable[Row], http: Http) -> None:
        super().__init__(rows)
        self.http = http


class ByType(dict[str, list[ModelPayload]]):
    """Models by type, in the server's order. ``http`` is what came with them."""

    def __init__(self, groups: dict[str, list[ModelPayload]], http: Http) -> None:
        super().__init__(groups)
        self.http = http


class Page(Rows[Row]):
    """One page of a list. ``meta`` says where it stands: page, per_page, total, total_pages, …"""

    def __init__(self, rows: Iterable[Row], http: Http, meta: MetaPayload) -> None:
        super().__init__(rows, http)
        self.meta = meta

    @property
    def has_next(self) -> bool:
        """Whether a page follows; an answer that does not say has one page."""
        if self.meta.has_next is not None:
            return self.meta.has_next
        return (self.meta.page or 1) < (self.meta.total_pages or 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Which page to begin with, how long pages are, in which order: checked before anything is sent."""

    page: int | None = None
    per_page: int | None = None
    sort: str | None = None

    def __post_init__(self) -> None:
        _within("page", self.page, None)
        _within("per_page", self.per_page, MAX_PAGE)
        if self.sort is not None and self.sort not in SORTS:
            raise InvalidRequest(
                say("value.unknown", key="sort", value=self.sort),
                say("use.one.of", values=", ".join(SORTS)),
                field="sort",
                nearest=list(SORTS),
            )

    def params(self, page: int) -> dict[str, Any]:
        """The query parameters of one page; what the server does by itself is not said."""
        said = {"page": page if page > 1 else None, "per_page": self.per_page, "sort": self.sort}
        return {name: value for name, value in said.items() if value is not None}


def _within(name: str, value: int | None, high: int | None) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or value < 1 or (high and value > high):
        raise InvalidRequest(
            say("number.range", key=name, value=value),
            say("number.bounds", low=1, high=high or "…"),
            field=name,
        )


class Pages(Generic[Row]):
    """A list in pages: ``await`` it for one page, ``async for`` over its rows, or over ``pages()``.

    Rows shift when new ones come while one reads; what was already seen is left out, by its id.

    >>> async for creation in client.creations.mine():  # doctest: +SKIP
    ...     print(creation.prompt)
    """

    def __init__(self, fetch: Callable[[int], Awaitable[Page[Row]]], span: Span, ident: str) -> None:
        self._fetch, self._first, self._ident = fetch, span.page or 1, ident

    def __await__(self) -> Generator[Any, None, Page[Row]]:
        return self._fetch(self._first).__await__()

    async def pages(self) -> AsyncIterator[Page[Row]]:
        """Whole pages, as they come, from the first asked for to the last."""
        number, stale, seen = self._first, 0, set[Any]()
        while True:
            page = await self._fetch(number)
            stale = 0 if sum(self._is_new(row, seen) for row in page) else stale + 1
            yield page
            if not page.has_next:
                return
            if stale >= STALE_PAGES:
                raise ServerError(say("pages.endless"), say("pages.endless.hint"), status=page.http.status)
            number += 1

    async def __aiter__(self) -> AsyncIterator[Row]:
        seen: set[Any] = set()
        async for page in self.pages():
            for row in page:
                if self._is_new(row, seen):
                    yield row

    def _is_new(self, row: Row, seen: set[Any]) -> bool:
        """Whether this row was not there yet; one without an id always is."""
        ident = getattr(row, self._ident, None)
        if ident is None:
            ident = (row.model_extra or {}).get("id")
        if ident is None or not isinstance(ident, int | str):
            return True
        known = ident in seen
        seen.add(ident)
        return not known
