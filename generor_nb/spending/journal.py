"""The journal: what was intended, sent, answered and stored, on disk before anybody acts on it.

SQLite with ``journal_mode=TRUNCATE`` and ``synchronous=EXTRA``: a commit survives a power cut, and no
write-ahead log is needed, which older SQLite versions can corrupt under several writers.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.errors import GenerorError
from ..base.files import private_folder, sha256, write_private
from ..base.messages import say
from ..base.text import tidy
from .budget import Spent
from .states import FREE, UNRESOLVED, State, may

VERSION = 1
INLINE_LIMIT = 256_000
BUSY_SECONDS = 10
_SCHEMA = """
CREATE TABLE operation (
  id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, take INTEGER NOT NULL, state TEXT NOT NULL,
  provider TEXT NOT NULL, base_url TEXT NOT NULL, account TEXT NOT NULL, generator TEXT NOT NULL,
  model_id INTEGER NOT NULL, model_name TEXT NOT NULL, model_type TEXT NOT NULL, path TEXT NOT NULL,
  body BLOB NOT NULL, prompt TEXT NOT NULL, count INTEGER NOT NULL, public INTEGER NOT NULL,
  estimate REAL, reserved REAL NOT NULL, max_seconds REAL, charge REAL, balance REAL, seconds REAL,
  adjustments TEXT NOT NULL DEFAULT '{}', owner TEXT NOT NULL, session TEXT NOT NULL,
  created REAL NOT NULL, updated REAL NOT NULL, error TEXT, UNIQUE (fingerprint, take));
CREATE INDEX operation_spent ON operation (provider, account, created);
CREATE TABLE event (
  id INTEGER PRIMARY KEY, operation TEXT NOT NULL, state TEXT NOT NULL, at REAL NOT NULL, note TEXT);
CREATE TABLE answer (
  operation TEXT PRIMARY KEY, status INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB,
  sha256 TEXT NOT NULL);
CREATE TABLE creation (
  provider TEXT NOT NULL, account TEXT NOT NULL, creation_id TEXT NOT NULL, operation TEXT NOT NULL,
  place INTEGER NOT NULL, text TEXT, data TEXT NOT NULL, PRIMARY KEY (operation, place));
CREATE INDEX creation_known ON creation (provider, account, creation_id);
CREATE TABLE asset (
  operation TEXT NOT NULL, place INTEGER NOT NULL, position INTEGER NOT NULL, sha256 TEXT NOT NULL,
  mime TEXT NOT NULL, size INTEGER NOT NULL, width INTEGER, height INTEGER,
  PRIMARY KEY (operation, place, position));
"""


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything an operation is made of, before it has an id."""

    fingerprint: str
    take: int
    provider: str
    base_url: str
    account: str
    generator: str
    model_id: int
    model_name: str
    model_type: str
    path: str
    body: bytes
    prompt: str
    count: int
    public: bool
    estimate: float | None
    reserved: float
    max_seconds: float | None
    owner: str
    session: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One intent to spend, as the journal has it. ``created`` and ``updated`` are epoch seconds."""

    id: str
    fingerprint: str
    take: int
    state: State
    provider: str
    base_url: str
    account: str
    generator: str
    model_id: int
    model_name: str
    model_type: str
    path: str
    body: bytes
    prompt: str
    count: int
    public: bool
    estimate: float | None
    reserved: float
    max_seconds: float | None
    charge: float | None
    balance: float | None
    seconds: float | None
    adjustments: dict[str, Any]
    owner: str
    session: str
    created: float
    updated: float
    error: dict[str, Any] | None

    @property
    def short(self) -> str:
        return self.id[:8]


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredAsset:
    """One file, kept under its hash. ``size`` in bytes, ``width`` and ``height`` in pixels."""

    place: int
    position: int
    sha256: str
    mime: str
    size: int
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class StoredCreation:
    creation_id: str
    place: int
    text: str | None
    data: dict[str, Any]


class Journal:
    """One file under the home folder, shared by every kernel and process of the user.

    Args:
        home: the folder; it becomes private (0700).
        clock: epoch seconds.
    """

    def __init__(self, home: Path, clock: Callable[[], float] = time.time) -> None:
        self.home, self.clock = private_folder(home), clock
        self.path = home / "journal.sqlite3"
        self._lock = threading.RLock()
        self._pid = 0
        self._connection: sqlite3.Connection | None = None
        with self._write() as db:
            self._prepare(db)

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

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _explained():
            db = self._connect()
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except BaseException:
                # A COMMIT that failed leaves its transaction open, which would block every later one.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock, _explained():
            return self._connect().execute(query, values).fetchall()

    def _prepare(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise GenerorError(say("journal.newer", version=version), say("journal.newer.hint"))
        if version == 0:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={VERSION}")

    def close(self) -> None:
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
            self._connection = None

    # --- the life of an operation ---

    def begin(self, intent: Intent, allow: Callable[[Spent], None]) -> tuple[Operation, bool]:
        """The operation of this fingerprint and take, and whether it was armed now.

        One transaction looks it up, asks ``allow`` whether the budget holds, and writes INTENT. An
        operation proved free is armed again; any other is returned as it is.
        """
        with self._write() as db:
            old = self._find(db, intent.fingerprint, intent.take)
            if old is not None and old.state not in FREE:
                return old, False
            allow(self._spent(db, intent))
            now = self.clock()
            operation = old.id if old else str(uuid.uuid4())
            if old:
                db.execute("DELETE FROM answer WHERE operation=?", (operation,))
                db.execute("DELETE FROM operation WHERE id=?", (operation,))
            values = {name: getattr(intent, name) for name in Intent.__slots__}
            values |= {"id": operation, "state": State.INTENT.value, "created": now, "updated": now}
            names = ", ".join(values)
            marks = ", ".join("?" * len(values))
            db.execute(f"INSERT INTO operation ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
            self._note(db, operation, State.INTENT, now, None)
            return self._get(db, operation), True

    def move(
        self, operation: str, new: State, note: str | None = None, *, by: str | None = None, **columns: Any
    ) -> bool:
        """Follow one arrow in one transaction; False when the operation is not where it starts.

        Args:
            by: only if this owner still has it: another process may have taken it over.
            columns: further columns to set (charge, balance, seconds, error, …).
        """
        with self._write() as db:
            old = self._get(db, operation)
            if not may(old.state, new) or by not in (None, old.owner):
                return False
            self._set(db, operation, new, note, columns)
            return True

    def respond(self, operation: str, answer: StoredAnswer) -> bool:
        """Keep the raw answer and move to RESPONDED, in one transaction.

        The answer is kept whatever the state: it may belong to an operation given up as unclear.
        """
        digest, body = sha256(answer.body), answer.body
        if len(body) > INLINE_LIMIT:
            write_private(self._raw(operation), body)
        with self._write() as db:
            kept = body if len(body) <= INLINE_LIMIT else None
            row = (operation, answer.status, json.dumps(answer.headers), kept, digest)
            db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", row)
            if not may(self._get(db, operation).state, State.RESPONDED):
                return False
            self._set(db, operation, State.RESPONDED, None, {})
            return True

    def store(
        self,
        operation: str,
        creations: Iterable[StoredCreation],
        assets: Iterable[StoredAsset],
        **columns: Any,
    ) -> bool:
        """Record what came back and move to STORED, in one transaction."""
        with self._write() as db:
            op = self._get(db, operation)
            if not may(op.state, State.STORED):
                return False
            for c in creations:
                row = (op.provider, op.account, c.creation_id, operation, c.place, c.text, json.dumps(c.data))
                db.execute("INSERT OR REPLACE INTO creation VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            for a in assets:
                row_a = (operation, a.place, a.position, a.sha256, a.mime, a.size, a.width, a.height)
                db.execute("INSERT OR REPLACE INTO asset VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row_a)
            self._set(db, operation, State.STORED, None, columns)
            return True

    def annotate(self, operation: str, **columns: Any) -> None:
        """Set columns without following an arrow."""
        with self._write() as db:
            self._set(db, operation, self._get(db, operation).state, None, columns, event=False)

    def release(self, alive: Callable[[str], bool]) -> list[Operation]:
        """Let go of what dead owners left: INTENT becomes CANCELLED, SENT becomes AMBIGUOUS."""
        changed = []
        for op in self._operations("WHERE state IN ('INTENT', 'SENT')"):
            if alive(op.owner):
                continue
            new = State.CANCELLED if op.state is State.INTENT else State.AMBIGUOUS
            if self.move(op.id, new, "its owner is gone"):
                changed.append(self.get(op.id))
        return changed

    def _set(
        self,
        db: sqlite3.Connection,
        operation: str,
        state: State,
        note: str | None,
        columns: dict[str, Any],
        event: bool = True,
    ) -> None:
        values = {k: json.dumps(v) if isinstance(v, dict) else v for k, v in columns.items()}
        now = self.clock()
        values |= {"state": state.value, "updated": now}
        assigned = ", ".join(f"{name}=?" for name in values)
        db.execute(f"UPDATE operation SET {assigned} WHERE id=?", [*values.values(), operation])  # noqa: S608
        if event:
            self._note(db, operation, state, now, note)

    def _note(
        self, db: sqlite3.Connection, operation: str, state: State, at: float, note: str | None
    ) -> None:
        db.execute(
            "INSERT INTO event (operation, state, at, note) VALUES (?, ?, ?, ?)",
            (operation, state.value, at, note),
        )

    # --- looking things up ---

    def get(self, operation: str) -> Operation:
        with self._lock:
            return self._get(self._connect(), operation)

    def find(self, fingerprint: str, take: int) -> Operation | None:
        with self._lock:
            return self._find(self._connect(), fingerprint, take)

    def takes(self, fingerprint: str) -> list[Operation]:
        """Every take of one request, first to last."""
        return self._operations("WHERE fingerprint=? ORDER BY take", fingerprint)

    def history(self, limit: int = 50) -> list[Operation]:
        """The newest operations first."""
        return self._operations("ORDER BY created DESC, rowid DESC LIMIT ?", limit)

    def unresolved(self) -> list[Operation]:
        return self._operations(f"WHERE state IN ({_listed(UNRESOLVED)}) ORDER BY created")

    def by_prefix(self, prefix: str) -> Operation | None:
        """The one operation whose id starts so."""
        found = self._operations("WHERE substr(id, 1, ?) = ?", len(prefix), prefix)
        return found[0] if len(found) == 1 else None

    def events(self, operation: str) -> list[tuple[State, float, str | None]]:
        rows = self._rows("SELECT state, at, note FROM event WHERE operation=? ORDER BY id", operation)
        return [(State(r["state"]), r["at"], r["note"]) for r in rows]

    def answer(self, operation: str) -> StoredAnswer | None:
        rows = self._rows("SELECT * FROM answer WHERE operation=?", operation)
        if not rows:
            return None
        row = rows[0]
        body = row["body"] if row["body"] is not None else self._raw(operation).read_bytes()
        return StoredAnswer(row["status"], json.loads(row["headers"]), bytes(body))

    def creations(self, operation: str) -> list[StoredCreation]:
        rows = self._rows("SELECT * FROM creation WHERE operation=? ORDER BY place", operation)
        return [StoredCreation(r["creation_id"], r["place"], r["text"], json.loads(r["data"])) for r in rows]

    def assets(self, operation: str) -> list[StoredAsset]:
        rows = self._rows("SELECT * FROM asset WHERE operation=? ORDER BY place, position", operation)
        return [
            StoredAsset(r["place"], r["position"], r["sha256"], r["mime"], r["size"], r["width"], r["height"])
            for r in rows
        ]

    def ratios(self, provider: str, model_type: str, limit: int = 200) -> list[float]:
        """Charge / estimate of the latest settled operations of one model type."""
        rows = self._rows(
            "SELECT charge / estimate AS ratio FROM operation WHERE provider=? AND model_type=?"
            " AND estimate > 0 AND charge IS NOT NULL AND state IN ('DONE', 'DONE_PARTIAL')"
            " ORDER BY created DESC LIMIT ?",
            provider,
            model_type,
            limit,
        )
        return [row["ratio"] for row in rows]

    def paid_before(self, provider: str, account: str, session: str) -> bool:
        """Whether this session has paid, or may have paid, for anything on this account."""
        unpaid = _listed(FREE | {State.INTENT})
        where = f"provider=? AND account=? AND session=? AND state NOT IN ({unpaid})"
        return bool(self._rows(f"SELECT 1 FROM operation WHERE {where} LIMIT 1", provider, account, session))  # noqa: S608

    def spent(self, provider: str, account: str, session: str) -> Spent:
        with self._lock:
            return self._sums(self._connect(), provider, account, session)

    def _spent(self, db: sqlite3.Connection, intent: Intent) -> Spent:
        return self._sums(db, intent.provider, intent.account, intent.session)

    def _sums(self, db: sqlite3.Connection, provider: str, account: str, session: str) -> Spent:
        now = time.localtime(self.clock())
        midnight = time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1))
        row = db.execute(
            "SELECT total(CASE WHEN session=? THEN coalesce(charge, reserved) END) AS session,"  # noqa: S608
            " total(CASE WHEN created>=? THEN coalesce(charge, reserved) END) AS day"
            f" FROM operation WHERE provider=? AND account=? AND state NOT IN ({_listed(FREE)})",
            (session, midnight, provider, account),
        ).fetchone()
        return Spent(row["session"], row["day"])

    def _operations(self, where: str, *values: Any) -> list[Operation]:
        return [_operation(row) for row in self._rows(f"SELECT * FROM operation {where}", *values)]  # noqa: S608

    def _get(self, db: sqlite3.Connection, operation: str) -> Operation:
        row = db.execute("SELECT * FROM operation WHERE id=?", (operation,)).fetchone()
        if row is None:
            raise GenerorError(say("operation.unknown", id=operation[:8]), say("operation.unknown.hint"))
        return _operation(row)

    def _find(self, db: sqlite3.Connection, fingerprint: str, take: int) -> Operation | None:
        row = db.execute(
            "SELECT * FROM operation WHERE fingerprint=? AND take=?", (fingerprint, take)
        ).fetchone()
        return _operation(row) if row else None

    def _raw(self, operation: str) -> Path:
        return self.home / "raw" / f"{operation}.bin"


def _listed(states: Iterable[State]) -> str:
    return ", ".join(f"'{state.value}'" for state in sorted(states))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise GenerorError(say("journal.stuck", error=error), say("journal.stuck.hint")) from None


def _operation(row: sqlite3.Row) -> Operation:
    values = dict(row)
    values["state"] = State(values["state"])
    values["body"], values["public"] = bytes(values["body"]), bool(values["public"])
    values["adjustments"] = json.loads(values["adjustments"])
    for name in ("estimate", "reserved", "charge", "balance"):
        values[name] = tidy(values[name])
    values["error"] = json.loads(values["error"]) if values["error"] else None
    return Operation(**values)
