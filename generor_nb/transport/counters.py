"""The pacing counters of every key, shared by all processes of this home.

A small SQLite file with one row per key and window. It holds no money: nothing is fsynced, and when it
is broken, locked or cannot be written, this process counts by itself for a while. It never fails a call.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from ..base.files import private_folder
from .pace import DAY, HOUR, MINUTE, Long, Minute, Pacer, Tally

T = TypeVar("T")

FILE = "rate.sqlite3"
BUSY_MS = 50
REST_SECONDS = 5.0
# What was found out about a key's windows is found out anew after this long.
STALE_SECONDS = 2 * DAY
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS rate (key TEXT, window INTEGER, at REAL NOT NULL, state TEXT NOT NULL,"
    " PRIMARY KEY (key, window)) WITHOUT ROWID"
)
_WRITE = "INSERT OR REPLACE INTO rate VALUES (?, ?, ?, ?)"


class Counters:
    """Pacers by key.

    Args:
        path: gives the file, when it is first needed; None counts in this process alone.
        tiers: what the tiers' hours and days are, as documented.
        clock: epoch seconds.
        window: seconds of the window that headers speak of.
    """

    def __init__(
        self,
        path: Callable[[], Path] | None,
        tiers: Mapping[str, tuple[int, int, int]],
        clock: Callable[[], float] = time.time,
        window: int = MINUTE,
    ) -> None:
        self._path, self._tiers, self._clock, self._window = path, tiers, clock, window
        self._database: sqlite3.Connection | None = None
        self._process, self._rest_until = 0, 0.0
        self._own: dict[str, Pacer] = {}
        self._lock = threading.Lock()

    def change(self, key: str, action: Callable[[Pacer], T]) -> T:
        """Let ``action`` see and change the pacer of ``key``, with nobody else in between."""
        with self._lock:
            if self._path is None or time.monotonic() < self._rest_until:
                return action(self._alone(key))
            try:
                database = self._open(self._path)
                database.execute("BEGIN IMMEDIATE")
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
                return action(self._alone(key))
            return self._shared(database, key, action)

    def _shared(self, database: sqlite3.Connection, key: str, action: Callable[[Pacer], T]) -> T:
        now = self._clock()
        try:
            before = self._read(database, key, now)
        except sqlite3.Error as error:
            self._give_up(error)
            return action(self._alone(key))
        pacer = self._pacer(before)
        self._own[key] = pacer
        try:
            outcome = action(pacer)
        except BaseException:
            self._end(database, "ROLLBACK")
            raise
        after = _states(pacer)
        changed = [(key, size, now, state) for size, state in after.items() if before.get(size) != state]
        try:
            database.executemany(_WRITE, changed)
        except sqlite3.Error as error:
            self._give_up(error)
            return outcome
        self._end(database, "COMMIT")
        return outcome

    def _end(self, database: sqlite3.Connection, how: str) -> None:
        try:
            database.execute(how)
        except sqlite3.Error as error:
            self._give_up(error)

    def _read(self, database: sqlite3.Connection, key: str, now: float) -> dict[int, str]:
        rows = database.execute("SELECT window, at, state FROM rate WHERE key = ?", (key,))
        return {size: state for size, at, state in rows if abs(now - at) < STALE_SECONDS}

    def _pacer(self, states: Mapping[int, str]) -> Pacer:
        return Pacer(
            self._tiers,
            _minute(states.get(MINUTE)),
            _long(states.get(HOUR), HOUR),
            _long(states.get(DAY), DAY),
            self._window,
        )

    def _alone(self, key: str) -> Pacer:
        if key not in self._own:
            self._own[key] = Pacer(self._tiers, window=self._window)
        return self._own[key]

    def _open(self, find: Callable[[], Path]) -> sqlite3.Connection:
        if self._database is not None and self._process == os.getpid():
            return self._database
        path = find()
        private_folder(path.parent)
        database = sqlite3.connect(
            path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            # A killed process must leave a sound file; a power cut need not.
            database.execute("PRAGMA journal_mode = TRUNCATE")
            database.execute("PRAGMA synchronous = OFF")
            database.execute(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        self._database, self._process = database, os.getpid()
        return database

    def _give_up(self, error: Exception) -> None:
        """Count alone for a while; a file that is no database is begun anew."""
        self.close()
        self._rest_until = time.monotonic() + REST_SECONDS
        broken = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if broken and self._path is not None:
            try:
                self._path().unlink(missing_ok=True)
            except OSError:
                pass

    def close(self) -> None:
        if self._database is not None and self._process == os.getpid():
            self._database.close()
        self._database = None


def _states(pacer: Pacer) -> dict[int, str]:
    minute = {**vars(pacer.minute), "now": vars(pacer.minute.now), "before": vars(pacer.minute.before)}
    return {
        MINUTE: json.dumps(minute),
        HOUR: json.dumps(vars(pacer.hour)),
        DAY: json.dumps(vars(pacer.day)),
    }


def _minute(state: str | None) -> Minute | None:
    """What another process, perhaps of another version, wrote; None when it cannot be read."""
    try:
        row = _fitting(json.loads(state or ""), asdict(Minute()))
        row["now"], row["before"] = Tally(**row["now"]), Tally(**row["before"])
        row["log"] = [[float(second), int(count)] for second, count in row["log"]]
        return Minute(**row)
    except (ValueError, TypeError, KeyError):
        return None


def _long(state: str | None, size: int) -> Long | None:
    try:
        return Long(**_fitting(json.loads(state or ""), asdict(Long(size))))
    except (ValueError, TypeError):
        return None


def _fitting(row: Any, model: dict[str, Any]) -> dict[str, Any]:
    """``row``, when it has the fields of ``model`` with values of their types."""
    if not isinstance(row, dict) or row.keys() != model.keys():
        raise ValueError("another form")
    for name, value in row.items():
        known = model[name]
        right = (int, float, type(None)) if known is None or type(known) in (int, float) else (type(known),)
        if not isinstance(value, right):
            raise ValueError("another form")
    return row
