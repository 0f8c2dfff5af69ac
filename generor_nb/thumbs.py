"""Small pictures of creations, each made once; and the files themselves, fetched without the key.

What comes from elsewhere is told by its bytes and drawn anew within limits, whoever made it. Only small
vector drawings stay as they are: for inside ``<img>``, where nothing of them runs.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from .base import media
from .base.errors import GenerorError
from .base.messages import say

if TYPE_CHECKING:
    from .contract.generor import CreationPayload
    from .listing import Library

SIDE, WEIGHT = 240, 10_000
LARGE_SIDE, LARGE_WEIGHT = 1_600, 700_000
# The most that is fetched for a small picture, and for what is opened.
PICTURE_BYTES, FILE_BYTES = 16 << 20, 64 << 20
DRAWING_BYTES, KEPT, AT_ONCE, PATIENCE_SECONDS = 48_000, 2_000, 6, 3.0
PLAYS = ("video/mp4", "video/webm", "audio/mpeg", "audio/wav", "audio/ogg", "audio/flac")


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that a page may show: its type, and its bytes."""

    mime: str
    data: bytes


# Of every gallery of a session, or of a library without one: the newest used last.
_made: WeakKeyDictionary[object, OrderedDict[str, Picture]] = WeakKeyDictionary()


def picture_of(creation: CreationPayload) -> str | Path | None:
    """Where what could be shown of it lies: its first image, else a video's poster."""
    file: Path | None = getattr(creation, "file", None)
    if file is not None:
        return file if creation.type != "text" else None
    extra = creation.model_extra or {}
    posters = [video.poster_url for video in creation.videos]
    named = [extra.get(name) for name in ("image_url", "poster_url")]
    found = [*(image.url for image in creation.images), *posters, *named]
    return next((address for address in found if isinstance(address, str) and address), None)


def file_of(creation: CreationPayload) -> str | Path | None:
    """Where it lies itself: what plays comes before any picture."""
    file: Path | None = getattr(creation, "file", None)
    if file is not None:
        return file
    files = [*creation.videos, *creation.audios, *creation.images]
    return next((one.url for one in files if one.url), next(iter(creation.urls), None))


class Thumbs:
    """Pictures of the creations of a library.

    Args:
        library: who can fetch.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def small(self, creation: CreationPayload) -> Picture | None:
        """At most ``SIDE`` pixels and ``WEIGHT`` bytes; None where there is no picture, or none to show."""
        place = picture_of(creation)
        if place is None:
            return None
        made, name = _made.setdefault(self._library.reached or self._library, OrderedDict()), str(place)
        if name not in made:
            try:
                data = await self._still(creation, place)
                made[name] = await asyncio.to_thread(drawn, data, SIDE, WEIGHT)
            except (GenerorError, ValueError, OSError):
                return None
        made.move_to_end(name)
        while len(made) > KEPT:
            made.popitem(last=False)
        return made[name]

    async def all(self, creations: Iterable[CreationPayload]) -> dict[str, Picture]:
        """By where they lie, those that come in time."""
        by_place = {str(picture_of(one)): one for one in creations if picture_of(one) is not None}
        tasks = {place: asyncio.ensure_future(self.small(one)) for place, one in by_place.items()}
        if tasks:
            _, late = await asyncio.wait(tasks.values(), timeout=PATIENCE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        done = {place: task.result() for place, task in tasks.items() if not task.cancelled()}
        return {place: picture for place, picture in done.items() if picture is not None}

    async def large(self, creation: CreationPayload) -> Picture:
        """What is shown of it when it is opened: a larger picture, or the sound or film itself.

        Raises:
            GenerorError: it cannot be fetched, or is nothing that may be shown.
        """
        place = file_of(creation)
        if place is None:
            raise GenerorError(say("gallery.fileless"), say("gallery.fileless.hint"))
        data = await self._bytes(place, FILE_BYTES)
        mime = media.sniff(data)
        if mime in PLAYS:
            return Picture(mime, data)
        try:
            return await asyncio.to_thread(drawn, data, LARGE_SIDE, LARGE_WEIGHT)
        except (ValueError, OSError):
            raise GenerorError(say("media.kind"), say("gallery.fileless.hint")) from None

    async def _still(self, creation: CreationPayload, place: str | Path) -> bytes:
        if isinstance(place, str):
            return await self._bytes(place, PICTURE_BYTES)
        async with self._gate:
            still: bytes | None = await asyncio.to_thread(getattr, creation, "still")
        return still or b""

    async def _bytes(self, place: str | Path, limit: int) -> bytes:
        if isinstance(place, Path):
            return await asyncio.to_thread(_read, place, limit)
        session = await self._library.session()
        async with self._gate:
            with tempfile.TemporaryDirectory(prefix="generor-") as folder:
                part = Path(folder) / "part"
                await session.fetch(place, part, limit)
                return await asyncio.to_thread(part.read_bytes)


def _read(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise GenerorError(say("gallery.large", most=limit >> 20), say("gallery.large.hint"))
        return path.read_bytes()
    except OSError:
        raise GenerorError(say("gallery.gone"), say("gallery.gone.hint")) from None


def drawn(data: bytes, side: int, weight: int) -> Picture:
    """The picture in ``data``, drawn anew; a small vector drawing as it is.

    Raises:
        ValueError: it is no picture, or too large a one.
    """
    if media.sniff(data) == "image/svg+xml":
        if len(data) > DRAWING_BYTES:
            raise ValueError("a drawing too large to show")
        return Picture("image/svg+xml", data)
    small, _, _ = media.thumbnail(data, side, weight)
    return Picture("image/jpeg", small)
