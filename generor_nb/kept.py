"""What the journal of this machine holds, as creations: of every provider, also without a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .chains import Ways
from .contract.generor import CreationPayload
from .results import Creation
from .spending.journal import Journal, Operation
from .spending.shelf import Shelf

_ROWS = """
SELECT o.id, o.provider, o.generator, o.model_id, o.model_name, o.prompt, o.public, o.created,
  c.creation_id, c.place, c.text FROM creation c JOIN operation o ON o.id = c.operation
"""


class Kept(CreationPayload):
    """A creation as the journal has it: like one from a list, and with its files.

    ``file`` and ``poster`` are the provider's own bytes; ``operation`` and ``place`` are where it is noted.
    """

    provider: str = ""
    operation: str = ""
    place: int = 0
    mime: str = "text/plain"
    file: Path | None = None
    poster: Path | None = None
    size: tuple[int | None, int | None] = (None, None)

    @property
    def still(self) -> bytes | None:
        """A picture that stands for it; reading and decoding take time."""
        if self.mime == "image/svg+xml" and self.file is not None:
            return self.file.read_bytes()
        return self.creation().still

    def creation(self, ways: Ways | None = None) -> Creation:
        """The same as what a cell returned; without a readable copy."""
        width, height = self.size
        return Creation(
            id=str(self.creation_id),
            path=None,
            file=self.file,
            mime=self.mime,
            prompt=self.prompt or "",
            text=self.text,
            width=width,
            height=height,
            poster=self.poster,
            operation=self.operation,
            ways=ways,
        )


def leaf(
    journal: Journal, shelf: Shelf, offset: int, limit: int, *, oldest: bool = False
) -> tuple[list[Kept], int]:
    """So many creations of the journal from ``offset`` on, newest first, and how many there are."""
    way = "ASC" if oldest else "DESC"
    rows = journal.rows(
        f"{_ROWS} ORDER BY o.created {way}, o.rowid {way}, c.place LIMIT ? OFFSET ?", limit, offset
    )
    count = journal.rows("SELECT count(*) AS n FROM creation c JOIN operation o ON o.id = c.operation")
    return _kept(journal, shelf, rows), count[0]["n"]


def find(journal: Journal, shelf: Shelf, provider: str, account: str, creation_id: str) -> Kept | None:
    """A creation of an account, if it was made from here."""
    where = "WHERE c.provider=? AND c.account=? AND c.creation_id=? ORDER BY o.created LIMIT 1"
    found = _kept(journal, shelf, journal.rows(f"{_ROWS} {where}", provider, account, creation_id))
    return found[0] if found else None


def request_of(journal: Journal, kept: Kept) -> Operation:
    """The operation that made it, with the whole request."""
    return journal.get(kept.operation)


def _kept(journal: Journal, shelf: Shelf, rows: Sequence[Any]) -> list[Kept]:
    files = _files(journal, {row["id"] for row in rows})
    return [_one(row, shelf, files.get((row["id"], row["place"]), [])) for row in rows]


def _files(journal: Journal, operations: set[str]) -> dict[tuple[str, int], list[Any]]:
    marks = ", ".join("?" * len(operations))
    wanted = f"SELECT * FROM asset WHERE operation IN ({marks}) ORDER BY place, position"  # noqa: S608
    found: dict[tuple[str, int], list[Any]] = {}
    for asset in journal.rows(wanted, *operations):
        found.setdefault((asset["operation"], asset["place"]), []).append(asset)
    return found


def _one(row: Any, shelf: Shelf, assets: list[Any]) -> Kept:
    playing = (a for a in assets if a["mime"].startswith(("video/", "audio/")))
    main = next(playing, assets[0] if assets else None)
    stills = (a for a in assets if a is not main and a["mime"] in ("image/png", "image/jpeg", "image/webp"))
    still = next(stills, None)
    mime = main["mime"] if main else "text/plain"
    return Kept(
        creation_id=row["creation_id"],
        generator=row["generator"],
        prompt=row["prompt"],
        created_at=datetime.fromtimestamp(row["created"], UTC),
        privacy_mode=int(not row["public"]),
        type=_type(mime),
        model_id=row["model_id"],
        model_name=row["model_name"],
        text=row["text"],
        provider=row["provider"],
        operation=row["id"],
        place=row["place"],
        mime=mime,
        file=shelf.path(main["sha256"], mime) if main else None,
        poster=shelf.path(still["sha256"], still["mime"]) if still else None,
        size=(main["width"], main["height"]) if main else (None, None),
    )


def _type(mime: str) -> str:
    """What a list of creations calls it."""
    kind = mime.partition("/")[0]
    return "svg" if mime == "image/svg+xml" else {"image": "img"}.get(kind, kind)
