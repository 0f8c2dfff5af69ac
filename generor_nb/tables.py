"""A small table that shows as text and as our own escaped HTML."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from .base.errors import ExtraMissing
from .base.messages import say
from .base.text import line
from .results import PLAIN

_CELL = "padding:2px 10px 2px 0;text-align:left;vertical-align:top"
# A word of more letters than this, an address say, may be broken, so that no column leaves the page.
LONG_WORD = 16


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cell(tag: str, text: str) -> str:
    long = max(map(len, text.split()), default=0) > LONG_WORD
    style = f"{_CELL};overflow-wrap:anywhere" if long else _CELL
    return f'<{tag} style="{style}">{html.escape(text)}</{tag.split()[0]}>'


class Table:
    """Columns, rows of strings, and what to say when there is none."""

    def __init__(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str = "", limit: int = 120
    ) -> None:
        self.columns = list(columns)
        self.rows = [[line(cell, limit) for cell in row] for row in rows]
        self.empty = empty

    def __repr__(self) -> str:
        if not self.rows:
            return self.empty
        grid = [self.columns, *self.rows]
        widths = [max(_width(row[i]) for row in grid) for i in range(len(self.columns))]
        lines = []
        for row in grid:
            padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
            lines.append("  ".join(padded).rstrip())
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if not self.rows:
            return {"text/plain": self.empty, "text/html": f"<div>{html.escape(self.empty)}</div>"}
        head = "".join(_cell('th scope="col"', column) for column in self.columns)
        body = "".join(f"<tr>{''.join(_cell('td', cell) for cell in row)}</tr>" for row in self.rows)
        return {
            "text/plain": repr(self),
            "text/html": f"<table {PLAIN}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
        }


def frame(rows: Sequence[Mapping[str, Any]]) -> Any:
    """``rows`` as a pandas DataFrame.

    Raises:
        ExtraMissing: pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise ExtraMissing(
            say("extra.missing", what="pandas"), say("extra.missing.hint", extra="data")
        ) from None
    return pandas.DataFrame(list(rows))


class Line(str):
    """A sentence that shows as itself, without quotes."""

    __slots__ = ()
    __repr__ = str.__str__
