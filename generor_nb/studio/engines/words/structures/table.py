"""Tables in Markdown: rows of a number, a fixed label or a die, and a cell from each column's list."""

from __future__ import annotations

from ..ask import Ask, Piece
from ..loom import Loom


def write(ask: Ask, language: str) -> Piece:
    """A title, a table, perhaps a note."""
    loom = Loom(ask, language)
    title, intro, note = loom.line("title"), loom.maybe("intro"), loom.maybe("note")
    columns = [loom.fill(name) for name in loom.book["columns"]]
    labels = _labels(loom)
    cells = {pool: _column(loom, pool, len(labels)) for pool in loom.book["cells"]}
    whole = min([len(labels), *(len(column) for column in cells.values())])
    rows = [[labels[i], *(column[i] for column in cells.values())] for i in range(whole)]
    grid = [columns, ["---"] * len(columns), *rows]
    table = "\n".join("| " + " | ".join(row) + " |" for row in grid)
    text = "\n\n".join(part for part in (title, intro, table, note) if part)
    own = str(loom.book.get("field", "rows"))
    return Piece(
        text,
        {"title": title, "columns": columns, own: [dict(zip(columns, row, strict=True)) for row in rows]},
        {"topic": loom.topic.text},
    )


def _column(loom: Loom, pool: str, rows: int) -> list[str]:
    """Cells in any order, or where the rows have fixed parts to play, each from its own line."""
    if pool in loom.book.get("aligned", ()):
        return [loom.at(pool, row) for row in range(rows)]
    return loom.some(pool, rows, ordered=False, again=True)


def _labels(loom: Loom) -> list[str]:
    if "labels" in loom.book:
        given = [loom.fill(label) for label in loom.book["labels"]]
        sizes = loom.book.get("sizes") or (len(given),) * 3
        return given[: loom.how_many(sizes, len(given)) if "number" in loom.book else loom.size(*sizes)]
    rows = loom.how_many(tuple(loom.book.get("sizes", (4, 6, 8))))
    return [loom.fill(str(loom.book.get("label", "#"))).replace("#", str(i)) for i in range(1, rows + 1)]
