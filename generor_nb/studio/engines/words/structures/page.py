"""Pages made of blocks, in the order a grammar lays them out.

A block is `kind:list:sizes:heading`; sizes are the numbers for short, medium and long (`1/2/3`), 0 leaves
it out. Kinds: `line`, `prose`, `verse`, `bullets`, `numbers`, `boxes`, `quote`, `code`, and `label` (heading
and line in one row).
"""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..loom import Loom

# In the grammar braces are slots, so code writes these instead.
CODE = str.maketrans({"¶": "\n", "⟨": "{", "⟩": "}"})
NEEDED = ("line", "label", "code")
MARKS = {"bullets": "- ", "boxes": "- [ ] "}


def write(ask: Ask, language: str) -> Piece:
    """All blocks of the layout; the lists' names are the fields."""
    loom = Loom(ask, language)
    rows: list[tuple[str, str]] = []
    fields: dict[str, Any] = {}
    for block in loom.book["layout"]:
        kind, pool, sizes, heading = [*str(block).split(":", 3), "", "", ""][:4]
        shown, value = _block(loom, kind, pool, sizes or "1", loom.fill(heading))
        if shown:
            rows.append((kind, shown))
            fields[pool] = value
    names = loom.book.get("fields", {})
    renamed = {names.get(pool, pool): value for pool, value in fields.items() if names.get(pool, pool)}
    return Piece(
        _page(rows), renamed, {"topic": loom.topic.text, **({"tone": loom.tone} if loom.tone else {})}
    )


def _block(loom: Loom, kind: str, pool: str, sizes: str, heading: str) -> tuple[str, Any]:
    steps = [int(size) for size in sizes.split("/")]
    most = steps[min(loom.ask.length(), len(steps) - 1)]
    found = loom.some(pool, most) or ([loom.line(pool)] if most and kind in NEEDED else [])
    if not found:
        return "", None
    head = f"{heading}\n" if heading else ""
    if kind == "label":
        return f"{heading}: {found[0]}", found[0]
    if kind == "line":
        return head + found[0], found[0]
    if kind in ("prose", "verse"):
        whole = (" " if kind == "prose" else "\n").join(found)
        return head + whole, whole
    if kind == "quote":
        return head + f"“{found[0]}”", found[0]
    if kind == "code":
        code = "\n".join(found).translate(CODE)
        return f"{head}```\n{code}\n```", code
    if kind == "numbers":
        return head + "\n".join(f"{i}. {item}" for i, item in enumerate(found, 1)), found
    return head + "\n".join(MARKS[kind] + item for item in found), found


def _page(rows: list[tuple[str, str]]) -> str:
    """Blocks apart, labelled rows together."""
    text = ""
    for place, (kind, shown) in enumerate(rows):
        together = place and kind == "label" and rows[place - 1][0] == "label"
        text += ("" if not place else "\n" if together else "\n\n") + shown
    return text
