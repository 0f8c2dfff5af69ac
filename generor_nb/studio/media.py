"""Media as files named by their content, so that equal bytes are kept once and a file never changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..base.files import sha256, write_whole
from ..base.media import EXTENSIONS, sniff


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is on disk. ``mime`` is what its bytes show."""

    digest: str
    mime: str
    extension: str
    size: int


class MediaStore:
    """A folder of content-addressed files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> Stored:
        """Keep bytes; they are on disk when this returns."""
        mime = sniff(data)
        if mime is None:
            raise ValueError("an engine made bytes of an unknown kind")
        stored = Stored(sha256(data), mime, EXTENSIONS[mime], len(data))
        path = self.path(stored.digest)
        if not path.exists():
            write_whole(path, data)
        return stored

    def path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
