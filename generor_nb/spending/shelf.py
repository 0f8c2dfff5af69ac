"""Media kept by content: a file is named by its hash, with a sidecar that says what it is."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import secrets
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from ..base import media
from ..base.containers import measured
from ..base.files import private_folder, sha256, sync_folder, write_whole
from .journal import StoredAsset

_encoded = json.JSONEncoder(ensure_ascii=False).encode


class Shelf:
    """The ``media`` folder under the home folder."""

    def __init__(self, home: Path) -> None:
        self.folder = private_folder(home / "media")

    def path(self, digest: str, mime: str) -> Path:
        """Where the file of this hash lies, or would."""
        extension = "txt" if mime == "text/plain" else media.EXTENSIONS.get(mime, "bin")
        return _path(self.folder, f"{digest}.{extension}")

    async def keep(
        self, url: str, fetch: Callable[[str, Path], Awaitable[str]], place: int, position: int
    ) -> StoredAsset:
        """Fetch ``url`` into the folder: whole and fsynced, or not there."""
        part = self._part()
        try:
            return self._settle(part, await fetch(url, part), place, position)
        finally:
            part.unlink(missing_ok=True)

    def keep_pieces(self, pieces: Iterable[bytes], place: int, position: int) -> StoredAsset:
        """Write ``pieces`` into the folder, one after the other: whole and fsynced, or not there."""
        part, digest = self._part(), hashlib.sha256()
        try:
            with part.open("xb") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            return self._settle(part, digest.hexdigest(), place, position)
        finally:
            part.unlink(missing_ok=True)

    def _part(self) -> Path:
        return self.folder / f".{secrets.token_hex(8)}.part"

    def _settle(self, part: Path, digest: str, place: int, position: int) -> StoredAsset:
        """Give a whole file its name.

        Raises:
            GenerorError: it is no media.
        """
        mime = media.sniff(media.head_of(part)) or "application/octet-stream"
        path = self.path(digest, mime)
        size = part.stat().st_size
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True)
        part.replace(path)
        sync_folder(path.parent)
        width, height = _pixels(path, mime)
        return StoredAsset(place, position, digest, mime, size, width, height)

    def keep_text(self, text: str, place: int, position: int) -> StoredAsset:
        data = text.encode()
        digest = sha256(data)
        write_whole(self.path(digest, "text/plain"), data)
        return StoredAsset(place, position, digest, "text/plain", len(data), None, None)

    def annotate(self, asset: StoredAsset, facts: dict[str, Any]) -> None:
        """Write the sidecar: the provider's bytes themselves stay untouched."""
        path = self.path(asset.sha256, asset.mime).with_suffix(".json")
        # Half a character in some field must not lose the file it belongs to.
        lines = (f" {_encoded(name)}: {_encoded(facts[name])}" for name in sorted(facts))
        text = "{\n" + ",\n".join(lines) + "\n}"
        write_whole(path, text.encode("utf-8", "backslashreplace"))


@functools.lru_cache(256)
def _path(folder: Path, name: str) -> Path:
    return folder / name[:2] / name


def _pixels(path: Path, mime: str) -> tuple[int | None, int | None]:
    if mime.startswith("video/"):
        known = measured(path, mime)
        return known.width, known.height
    if not mime.startswith("image/") or mime == "image/svg+xml":
        return None, None
    try:
        picture = media.open_picture(path.read_bytes())
    except (ValueError, ImportError):
        return None, None
    return picture.width, picture.height
