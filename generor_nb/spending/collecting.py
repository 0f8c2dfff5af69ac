"""From an answer to files on the shelf: fetched from their addresses, or decoded out of the answer itself."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.embedded import decoded
from ..base.errors import GenerorError
from ..base.messages import say
from .journal import Operation, StoredAsset, StoredCreation
from .shelf import Shelf

if TYPE_CHECKING:
    from ..contract.schema import Answer, Item

# Media in a request may weigh megabytes: beside each file it is only told that it was there.
INLINE_MEDIA = re.compile(r"data:[\w.+/-]+;base64,[A-Za-z0-9+/=]{200,}")


@dataclass
class Collected:
    """What came of an answer; ``failures`` say why something in it did not become a file."""

    creations: list[StoredCreation] = field(default_factory=list)
    assets: list[StoredAsset] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Collector:
    """Puts the creations of one answer on the shelf.

    Args:
        shelf: where to.
        fetch: gets an address into a file and returns its sha256.
        op: whose answer it is.
        request: what was sent.
        answer: the answer, read.
        body: the raw answer, for files that are inside it.
    """

    def __init__(
        self,
        shelf: Shelf,
        fetch: Callable[[str, Path], Awaitable[str]],
        op: Operation,
        request: bytes,
        answer: Answer,
        body: bytes,
    ) -> None:
        self.shelf, self.fetch, self.op, self.answer, self.body = shelf, fetch, op, answer, body
        self.request = INLINE_MEDIA.sub("data:…", request.decode())

    async def collect(self) -> Collected:
        """All of it.

        Raises:
            GenerorError: a file could not be fetched; it may be, later.
            OSError: the disk refuses.
        """
        found = Collected(failures=list(self.answer.failures))
        for place, item in enumerate(self.answer.items):
            try:
                inside = self._inside(item, place)
            except (ValueError, GenerorError) as error:
                # The answer is on disk and will not get better.
                found.failures.append(say("part.broken", error=_why(error)))
                continue
            outside = [
                await self.shelf.keep(url, self.fetch, place, position)
                for position, url in enumerate(item.urls, start=1 + len(item.inline))
            ]
            creation = StoredCreation(item.id or f"{self.op.id}-{place}", place, item.text, dict(item.data))
            found.creations.append(creation)
            for asset in (*inside, *outside, *await self._poster(item, place)):
                self.shelf.annotate(asset, self._facts(creation))
                found.assets.append(asset)
        return found

    async def _poster(self, item: Item, place: int) -> list[StoredAsset]:
        """The picture that came with it; one that is gone must not hold back what was paid for."""
        if item.poster is None:
            return []
        position = 1 + len(item.inline) + len(item.urls)
        try:
            return [await self.shelf.keep(item.poster, self.fetch, place, position)]
        except GenerorError:
            return []

    def _inside(self, item: Item, place: int) -> list[StoredAsset]:
        """What needs no fetching."""
        kept = [] if item.text is None else [self.shelf.keep_text(item.text, place, 0)]
        for position, part in enumerate(item.inline, start=1):
            kept.append(self.shelf.keep_pieces(decoded(self.body, part.start, part.end), place, position))
        return kept

    def _facts(self, creation: StoredCreation) -> dict[str, object]:
        op = self.op
        return {
            "provider": op.provider,
            "generator": op.generator,
            "creation_id": creation.creation_id,
            "operation": op.id,
            "take": op.take,
            "prompt": op.prompt,
            "model": {"id": op.model_id, "name": op.model_name},
            "request": self.request,
            "charge": self.answer.charge,
            "estimate": op.estimate,
            "created": op.created,
            "data": creation.data,
        }


def _why(error: Exception) -> str:
    return error.what if isinstance(error, GenerorError) else str(error)
