"""Which process is at which work: a name in the database, and a lock that dies with the process."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from ..base.files import OwnerLock, is_owned


class Owner:
    """This opening of a studio folder.

    Args:
        folder: where all openings keep their locks.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self.name = folder, secrets.token_hex(8)
        self._lock = OwnerLock(folder / self.name)
        self._lock.acquire()

    def is_dead(self, name: str) -> bool:
        """Whether the opening of this name ended without finishing its work."""
        return name != self.name and not is_owned(self._folder / name)

    def bury(self, names: Iterable[str]) -> None:
        """Remove what dead openings left of themselves."""
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of what was begun."""
        self._lock.release()
        self._lock.path.unlink(missing_ok=True)
