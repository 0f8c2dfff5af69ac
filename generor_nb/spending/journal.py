"""The journal: what was intended, sent, answered and stored, on disk before anybody acts on it."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..base.errors import GenerorError, NotSent, OverBudget, Unresolved
from ..base.files import sha256, sync_folder, write_private
from ..base.messages import say
from . import failure, place, schema
from .budget import Caps, Spent, check
from .database import Database
from .records import (
    Intent,
    Operation,
    StoredAnswer,
    StoredAsset,
    StoredCreation,
    operation_of,
)
from .schema import VERSION
from .states import FREE, RUNNING, UNCLEAR, UNRESOLVED, State, listed, may

__all__ = ["VERSION", "Intent", "Journal", "Operation", "StoredAnswer", "StoredAsset", "StoredCreation"]

INLINE_LIMIT = 256_000
# What was accepted longer ago has ended, whether anybody has asked after it or not.
UNDER_WAY_SECONDS = 900.0


class Journal(Database):
    """The operations of this home, shared by every kernel and process of the user.

    Args:
        home: the folder; it becomes private (0700).
        clock: epoch seconds.
        where: says where the file lies: at home, if that can hold a journal.

    Attributes:
        local: the folder on this machine that holds the file, and should hold locks.
        notice: what to tell the person about that, once; else "".
    """

    def __init__(
        self,
        home: Path,
        clock: Callable[[], float] = time.time,
        where: Callable[[Path], place.Place] = place.choose,
    ) -> None:
        super().__init__(home, where)
        self.clock = clock
        with self._write() as db:
            schema.prepare(db)

    # --- the life of an operation ---

    def begin(self, intent: Intent, allow: Callable[[Spent], None]) -> tuple[Operation, bool]:
        """The operation of this fingerprint and take, and whether it was armed now.

        One transaction looks it up, asks ``allow`` whether the budget holds, and writes INTENT. An
        operation proved free is armed again; any other is returned as it is.

        Raises:
            Unresolved: what looks the same from outside is unclear, so that the two could be mixed up.
        """
        with self._write() as db:
            old = self._find(db, intent.fingerprint, intent.take)
            if old is not None and old.state not in FREE:
                return old, False
            self._check_fence(db, intent, old.id if old else "")
            allow(self._spent(db, intent))
            now = self.clock()
            operation = old.id if old else str(uuid.uuid4())
            if old:
                db.execute("DELETE FROM answer WHERE operation=?", (operation,))
                db.execute("DELETE FROM watch WHERE operation=?", (operation,))
                db.execute("DELETE FROM operation WHERE id=?", (operation,))
            values = {name: getattr(intent, name) for name in Intent.__slots__}
            values |= {"id": operation, "state": State.INTENT.value, "created": now, "updated": now}
            values |= self._kept(intent.body)
            names = ", ".join(values)
            marks = ", ".join("?" * len(values))
            db.execute(f"INSERT INTO operation ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
            self._note(db, operation, State.INTENT, now, None)
            return self._get(db, operation), True

    def _kept(self, body: bytes) -> dict[str, Any]:
        """The columns of a body. A large one is put into its file, durably, before INTENT can be."""
        if len(body) <= INLINE_LIMIT:
            return {"body": body, "body_sha256": None}
        digest = sha256(body)
        path = self._body(digest)
        try:
            if path.exists():
                sync_folder(path.parent)  # whoever wrote it may not have come so far
            else:
                write_private(path, body)
        except OSError as error:
            raise GenerorError(say("disk", error=error.strerror or error), say("unsent.hint")) from None
        return {"body": b"", "body_sha256": digest}

    def whole(self, op: Operation) -> Operation:
        """``op`` with its body, wherever that lies.

        Raises:
            NotSent: its file is gone, or another one.
        """
        if op.body_sha256 is None:
            return op
        try:
            body = self._body(op.body_sha256).read_bytes()
        except OSError:
            body = b""
        if sha256(body) != op.body_sha256:
            raise NotSent(say("body.lost", id=op.short), say("body.lost.hint"))
        return replace(op, body=body)

    def move(
        self,
        operation: str,
        new: State,
        note: str | None = None,
        *,
        by: str | None = None,
        unchanged: float | None = None,
        most: int | None = None,
        **columns: Any,
    ) -> bool:
        """Follow one arrow in one transaction; False when the operation is not where it starts.

        Args:
            by: only if this owner still has it: another process may have taken it over.
            unchanged: only if it was last updated then: what was concluded may hold no more.
            most: only while fewer than this many of the account are under way.
            columns: further columns to set (charge, balance, seconds, error, …).
        """
        with self._write() as db:
            old = self._get(db, operation)
            if not may(old.state, new) or by not in (None, old.owner):
                return False
            if unchanged not in (None, old.updated):
                return False
            if most is not None and self._count_under_way(db, old) >= most:
                return False
            if new is State.SENT and self._refused(db, old):
                return False
            self._set(db, operation, new, note, columns)
            return True

    def _refused(self, db: sqlite3.Connection, op: Operation) -> bool:
        """Call an intent off that, while it waited, became a twin of something unclear or lost its room."""
        try:
            self._check_fence(db, op, op.id)
            self._check_caps(db, op)
        except (Unresolved, OverBudget) as error:
            note = "fenced" if isinstance(error, Unresolved) else "over the cap"
            self._set(db, op.id, State.CANCELLED, note, {"error": failure.record(error)})
            return True
        return False

    def _check_caps(self, db: sqlite3.Connection, op: Operation) -> None:
        """What another operation cost above its reserve may have taken this one's room."""
        spent = self._sums(db, op.provider, op.account, op.session, but=op.id)
        factor = op.reserved / op.estimate if op.estimate else 1.0
        check(op.reserved, Caps(session=op.session_cap, day=op.day_cap), spent, factor=factor)

    def _check_fence(self, db: sqlite3.Connection, wanted: Intent | Operation, but: str) -> None:
        """Creations tell generator, model and prompt apart, and nothing else: so does the fence."""
        row = db.execute(
            "SELECT id FROM operation WHERE provider=? AND base_url=? AND account=? AND generator=?"  # noqa: S608
            f" AND model_id=? AND prompt=? AND id!=? AND state IN ({listed(UNCLEAR)}) LIMIT 1",
            (
                wanted.provider,
                wanted.base_url,
                wanted.account,
                wanted.generator,
                wanted.model_id,
                wanted.prompt,
                but,
            ),
        ).fetchone()
        if row is not None:
            short = row["id"][:8]
            raise Unresolved(
                say("unresolved.twin", id=short), say("unresolved.hint", id=short), operation=row["id"]
            )

    def accept(self, operation: str, job: str, *, owner: str) -> bool:
        """Note the job that was accepted, and move to ACCEPTED; one that was given up meanwhile stays so."""
        with self._write() as db:
            old = self._get(db, operation)
            if old.state is State.CHARGED_NO_OUTPUT or not may(old.state, State.ACCEPTED):
                self._set(db, operation, old.state, None, {"job": old.job or job}, event=False)
                return False
            self._set(db, operation, State.ACCEPTED, None, {"owner": owner, "job": job})
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
                # The server's own answer is no guess: it is stored whoever claimed before.
                claim = (op.provider, op.base_url, op.account, c.creation_id, operation)
                db.execute("INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?)", claim)
            for a in assets:
                row_a = (operation, a.place, a.position, a.sha256, a.mime, a.size, a.width, a.height)
                db.execute("INSERT OR REPLACE INTO asset VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row_a)
            self._set(db, operation, State.STORED, None, columns)
            return True

    def recover(self, db: sqlite3.Connection, operation: str, answer: StoredAnswer, note: str) -> bool:
        """Put an answer that was put together from what was found in place of the lost one, and move on.

        Inside the caller's transaction.
        """
        old = self._get(db, operation).state
        if old is not State.RECOVERED and not may(old, State.RECOVERED):
            return False
        # An answer that could not be read is still what the server said.
        db.execute(
            "UPDATE OR IGNORE answer SET operation=operation || '.lost' WHERE operation=?", (operation,)
        )
        row = (operation, answer.status, json.dumps(answer.headers), answer.body, sha256(answer.body))
        db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", row)
        self._set(db, operation, State.RECOVERED, note, {"error": None})
        return True

    def hand_over(
        self, operation: str, state: State, note: str, *, owner: str, by: str | None = None
    ) -> bool:
        """Give an operation that stays in ``state`` another owner; False when it is not there any more.

        Args:
            by: only if this owner still has it.
        """
        with self._write() as db:
            old = self._get(db, operation)
            if old.state is not state or by not in (None, old.owner):
                return False
            self._set(db, operation, state, note, {"owner": owner})
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
        return self._operations(f"WHERE state IN ({listed(UNRESOLVED)}) ORDER BY created")

    def existing(self, operation: str) -> Operation | None:
        """The operation of this id, if it is still known."""
        found = self._operations("WHERE id=?", operation)
        return found[0] if found else None

    def by_prefix(self, prefix: str) -> Operation | None:
        """The one operation whose id starts so."""
        found = self._operations("WHERE substr(id, 1, ?) = ?", len(prefix), prefix)
        return found[0] if len(found) == 1 else None

    def events(self, operation: str) -> list[tuple[State, float, str | None]]:
        rows = self.rows("SELECT state, at, note FROM event WHERE operation=? ORDER BY id", operation)
        return [(State(r["state"]), r["at"], r["note"]) for r in rows]

    def answer(self, operation: str) -> StoredAnswer | None:
        rows = self.rows("SELECT * FROM answer WHERE operation=?", operation)
        if not rows:
            return None
        row = rows[0]
        body = row["body"] if row["body"] is not None else self._raw(operation).read_bytes()
        return StoredAnswer(row["status"], json.loads(row["headers"]), bytes(body))

    def creations(self, operation: str) -> list[StoredCreation]:
        rows = self.rows("SELECT * FROM creation WHERE operation=? ORDER BY place", operation)
        return [StoredCreation(r["creation_id"], r["place"], r["text"], json.loads(r["data"])) for r in rows]

    def assets(self, operation: str) -> list[StoredAsset]:
        rows = self.rows("SELECT * FROM asset WHERE operation=? ORDER BY place, position", operation)
        return [
            StoredAsset(r["place"], r["position"], r["sha256"], r["mime"], r["size"], r["width"], r["height"])
            for r in rows
        ]

    def ratios(self, provider: str, model_type: str, limit: int = 200) -> list[float]:
        """Charge / estimate of the latest settled operations of one model type."""
        rows = self.rows(
            "SELECT charge / estimate AS ratio FROM operation WHERE provider=? AND model_type=?"
            " AND estimate > 0 AND charge IS NOT NULL AND state IN ('DONE', 'DONE_PARTIAL')"
            " AND id NOT IN (SELECT operation FROM event WHERE state='SENT' AND note='overlapping')"
            " ORDER BY created DESC LIMIT ?",
            provider,
            model_type,
            limit,
        )
        return [row["ratio"] for row in rows]

    def paid_before(self, provider: str, account: str, session: str) -> bool:
        """Whether this session has paid, or may have paid, for anything on this account."""
        unpaid = listed(FREE | {State.INTENT})
        where = f"provider=? AND account=? AND session=? AND state NOT IN ({unpaid})"
        return bool(self.rows(f"SELECT 1 FROM operation WHERE {where} LIMIT 1", provider, account, session))  # noqa: S608

    def under_way(self, op: Operation) -> int:
        """How many others of its account a provider works on now, as far as this home knows."""
        with self._lock:
            return self._count_under_way(self._connect(), op)

    def _count_under_way(self, db: sqlite3.Connection, op: Operation) -> int:
        row = db.execute(
            "SELECT count(*) AS count FROM operation WHERE provider=? AND base_url=? AND account=? AND id!=?"  # noqa: S608
            f" AND state IN ({listed(RUNNING)}) AND updated>?",
            (op.provider, op.base_url, op.account, op.id, self.clock() - UNDER_WAY_SECONDS),
        ).fetchone()
        count: int = row["count"]
        return count

    def spent(self, provider: str, account: str, session: str) -> Spent:
        with self._lock:
            return self._sums(self._connect(), provider, account, session)

    def _spent(self, db: sqlite3.Connection, intent: Intent) -> Spent:
        return self._sums(db, intent.provider, intent.account, intent.session)

    def _sums(
        self, db: sqlite3.Connection, provider: str, account: str, session: str, but: str = ""
    ) -> Spent:
        """What is charged or set aside, but for the operation ``but``."""
        now = time.localtime(self.clock())
        midnight = time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1))
        row = db.execute(
            "SELECT total(CASE WHEN session=? THEN coalesce(charge, reserved) END) AS session,"  # noqa: S608
            " total(CASE WHEN created>=? THEN coalesce(charge, reserved) END) AS day"
            f" FROM operation WHERE provider=? AND account=? AND id!=? AND state NOT IN ({listed(FREE)})",
            (session, midnight, provider, account, but),
        ).fetchone()
        return Spent(row["session"], row["day"])

    def _operations(self, where: str, *values: Any) -> list[Operation]:
        return [operation_of(row) for row in self.rows(f"SELECT * FROM operation {where}", *values)]  # noqa: S608

    def _get(self, db: sqlite3.Connection, operation: str) -> Operation:
        row = db.execute("SELECT * FROM operation WHERE id=?", (operation,)).fetchone()
        if row is None:
            raise GenerorError(say("operation.unknown", id=operation[:8]), say("operation.unknown.hint"))
        return operation_of(row)

    def _find(self, db: sqlite3.Connection, fingerprint: str, take: int) -> Operation | None:
        row = db.execute(
            "SELECT * FROM operation WHERE fingerprint=? AND take=?", (fingerprint, take)
        ).fetchone()
        return operation_of(row) if row else None

    def _body(self, digest: str) -> Path:
        return self.home / "raw" / f"{digest}.body"

    def _raw(self, operation: str) -> Path:
        return self.home / "raw" / f"{operation.removesuffix('.lost')}.bin"
