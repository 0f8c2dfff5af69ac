"""The journal's file: SQLite that several processes write to, and that a power cut leaves whole.

With ``journal_mode=TRUNCATE`` and ``synchronous=EXTRA`` a commit survives a power cut, and no write-ahead
log is needed, which older SQLite versions can corrupt under several writers.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from ..base.errors import GenerorError
from ..base.files import private_folder
from ..base.messages import say
from . import place

BUSY_SECONDS = 10


class Database:
    """A connection to the file, for every thread of this process; a forked child opens one of its own.

    Args:
        home: the folder; it becomes private (0700).
        where: says where the file lies: at home, if that can hold it.

    Attributes:
        local: the folder on this machine that holds the file, and should hold locks.
        notice: what to tell the person about that, once; else "".
    """

    def __init__(self, home: Path, where: Callable[[Path], place.Place]) -> None:
        self.home = private_folder(home)
        self._place = where(home)
        self.local, self.notice = self._place.folder, ""
        self.path = self.local / place.FILE
        self._lock = threading.RLock()
        self._pid = 0
        self._connection: sqlite3.Connection | None = None
        if self._place.why and place.restore(self._place):
            self.notice = say("journal.moved", kind=self._place.why, path=self.local)

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None or self._pid != os.getpid():
            self._pid = os.getpid()
            db = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            db.row_factory = sqlite3.Row
            for pragma in ("journal_mode=TRUNCATE", "synchronous=EXTRA", "fullfsync=1"):
                db.execute(f"PRAGMA {pragma}")
            if os.name == "posix":
                self.path.chmod(0o600)
            self._connection = db
        return self._connection

    def change(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction of this room's other modules: all of it is durable at its end, or nothing is."""
        return self._write()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                db = self._connect()
                try:
                    db.execute("BEGIN IMMEDIATE")
                    yield db
                    db.execute("COMMIT")
                    place.mirror(self._place, db)
                except BaseException:
                    # A COMMIT that failed leaves its transaction open, which would block every later one.
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise _stuck(error) from None

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            try:
                return self._connect().execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise _stuck(error) from None

    def close(self) -> None:
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
            self._connection = None


def _stuck(error: sqlite3.Error) -> GenerorError:
    return GenerorError(say("journal.stuck", error=error), say("journal.stuck.hint"))
