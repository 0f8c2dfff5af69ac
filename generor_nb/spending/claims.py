"""What reconciliation keeps in the journal: marks before a sending, claims on creations, the inbox."""

from __future__ import annotations

import bisect
import itertools
import json
import math
import sqlite3
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.errors import GenerorError
from ..base.files import sha256
from ..base.messages import say
from ..contract.evidence import Mark, Sighting
from .journal import Journal, Operation, StoredAnswer
from .reconcile import UNMARKED
from .records import operation_of
from .states import FREE, UNCLEAR, UNRESOLVED, State, listed

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PLACE = "provider=? AND base_url=? AND account=?"
_OPEN = f"(state IN ({listed(UNCLEAR)}) OR (state='CHARGED_NO_OUTPUT' AND created>?))"
_SOUGHT = listed(UNCLEAR | {State.CHARGED_NO_OUTPUT})
NOTHING = "[]"
_WATCHED = (
    "SELECT o.id, w.*, (SELECT max(at) FROM event e WHERE e.operation=o.id AND e.state='SENT') AS sent"
    " FROM operation o LEFT JOIN watch w ON w.operation=o.id"
)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose creations: a provider at an address, and the account there."""

    provider: str
    base_url: str
    id: str

    @classmethod
    def of(cls, op: Operation) -> Account:
        return cls(op.provider, op.base_url, op.account)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.provider, self.base_url, self.id


@dataclass(frozen=True, slots=True)
class Watched:
    """How often an operation was looked for, when last (epoch seconds), and what may be it.

    ``sent`` is when it was last sent, in epoch seconds; ``boot`` and ``uptime`` (seconds) say the same in a
    way that no change of the clock touches.
    """

    mark: Mark = UNMARKED
    sent: float | None = None
    looks: int = 0
    looked: float | None = None
    offered: tuple[str, ...] = ()
    boot: str | None = None
    uptime: float | None = None

    def passed(self, now: tuple[str | None, float | None]) -> float:
        """Seconds since it was sent, by a clock that cannot be put forward; infinite when unknown."""
        boot, uptime = now
        if boot is None or boot != self.boot or uptime is None or self.uptime is None:
            return math.inf
        return uptime - self.uptime


UNWATCHED = Watched()


class Movers:
    """Operations of an account that may have moved credits, by when they were last updated.

    Args:
        rows: id, when (epoch seconds), and whether it surely was charged.
    """

    def __init__(self, rows: Iterable[tuple[str, float, bool]]) -> None:
        known = sorted(rows, key=lambda row: row[1])
        self._times = [at for _, at, _ in known]
        # How many, and how many surely charged, from each place to the end.
        self._paid = list(itertools.accumulate((paid for _, _, paid in reversed(known)), initial=0))[::-1]
        self._own = {ident: (at, paid) for ident, at, paid in known}

    def others(self, operation: str, since: float) -> tuple[int, int]:
        """How many but ``operation`` may have been charged since, and how many surely were."""
        first = bisect.bisect_left(self._times, since)
        count, paid = len(self._times) - first, self._paid[first]
        at, own = self._own.get(operation, (-math.inf, False))
        return (count - 1, paid - own) if at >= since else (count, paid)


@dataclass(frozen=True, slots=True)
class Found:
    """A paid creation that belongs to no operation. ``created`` and ``found`` in epoch seconds."""

    account: Account
    creation_id: str
    generator: str
    prompt: str
    model_id: int | None
    created: float | None
    found: float


class _Taken(Exception):
    """A creation belongs to another operation: the transaction is undone."""


class Claims:
    """The part of the journal that says which creation belongs to what."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    # --- marks ---

    def last_mark(self, account: Account) -> tuple[Mark, float] | None:
        """The highest ids ever seen for ``account``, and when (epoch seconds)."""
        rows = self.journal.rows(f"SELECT * FROM mark WHERE {_PLACE}", *account.key)  # noqa: S608
        return (Mark(rows[0]["creation"], rows[0]["movement"]), rows[0]["at"]) if rows else None

    def set_mark(self, op: Operation, mark: Mark, *, fresh: bool) -> None:
        """What was visible before ``op`` is sent; ``fresh``: it was looked up now."""
        with self.journal.change() as db:
            boot, uptime = uptime_of(self.journal)
            row = (op.id, mark.creation, mark.transaction, boot, uptime)
            db.execute(
                "INSERT OR REPLACE INTO watch (operation, creation, movement, boot, uptime)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            )
            if fresh:
                seen = (*Account.of(op).key, mark.creation, mark.transaction, self.journal.clock())
                db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?)", seen)

    def watched(self, operation: str) -> Watched:
        rows = self.journal.rows(f"{_WATCHED} WHERE o.id=?", operation)
        return _watched(rows[0]) if rows else UNWATCHED

    def all_watched(self, since: float) -> dict[str, Watched]:
        """The same for everything unresolved, and what was given up since ``since`` (epoch seconds)."""
        unresolved = listed(UNRESOLVED)
        rows = self.journal.rows(
            f"{_WATCHED} WHERE o.state IN ({unresolved}) OR (o.state='CHARGED_NO_OUTPUT' AND o.created>?)",
            since,
        )
        return {row["id"]: _watched(row) for row in rows}

    def note_looks(self, offered: Mapping[str, Sequence[str]]) -> None:
        """One more look for each of these operations, and the creations that may be it."""
        if not offered:
            return
        now = self.journal.clock()
        rows = [(operation, now, json.dumps(list(ids))) for operation, ids in offered.items()]
        with self.journal.change() as db:
            db.executemany(
                "INSERT INTO watch (operation, looks, looked, offered) VALUES (?, 1, ?, ?)"
                " ON CONFLICT (operation)"
                " DO UPDATE SET looks=looks+1, looked=excluded.looked, offered=excluded.offered",
                rows,
            )

    # --- who is there ---

    def any_open(self, provider: str, base_url: str, since: float) -> bool:
        """Whether there is anything to look for, on whatever account."""
        where = f"provider=? AND base_url=? AND {_OPEN}"
        return bool(
            self.journal.rows(f"SELECT 1 FROM operation WHERE {where} LIMIT 1", provider, base_url, since)  # noqa: S608
        )

    def open(self, account: Account, since: float) -> list[Operation]:
        """Operations whose creation may still be found: unclear ones, then those given up since ``since``."""
        return self._open(f"{_PLACE} AND {_OPEN}", *account.key, since)

    def all_open(self, since: float) -> list[Operation]:
        """The same for every account."""
        return self._open(_OPEN, since)

    def _open(self, where: str, *values: Any) -> list[Operation]:
        order = "state='CHARGED_NO_OUTPUT', created, rowid"
        rows = self.journal.rows(f"SELECT * FROM operation WHERE {where} ORDER BY {order}", *values)  # noqa: S608
        return [operation_of(row) for row in rows]

    def rivals(self, account: Account) -> list[Operation]:
        """Operations of the account that may own what is seen."""
        states = listed(UNRESOLVED - {State.RECOVERED})
        rows = self.journal.rows(
            f"SELECT * FROM operation WHERE {_PLACE} AND state IN ({states})",  # noqa: S608
            *account.key,
        )
        return [operation_of(row) for row in rows]

    def movers(self, account: Account, since: float) -> Movers:
        """Operations of the account that may have been charged since."""
        rows = self.journal.rows(
            "SELECT id, updated, coalesce(charge, 0) > 0 AS paid FROM operation"  # noqa: S608
            f" WHERE {_PLACE} AND updated>=? AND state NOT IN ({listed(FREE | {State.INTENT})})",
            *account.key,
            since,
        )
        return Movers((row["id"], row["updated"], bool(row["paid"])) for row in rows)

    def claimed(self, account: Account, ids: Iterable[str]) -> set[str]:
        """Which of these creations belong to an operation already."""
        wanted = list(ids)
        found: set[str] = set()
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ", ".join("?" * len(part))
            rows = self.journal.rows(
                f"SELECT creation_id FROM claim WHERE {_PLACE} AND creation_id IN ({marks})",  # noqa: S608
                *account.key,
                *part,
            )
            found |= {row["creation_id"] for row in rows}
        return found

    # --- claiming ---

    def adopt(self, op: Operation, ids: Sequence[str], answer: StoredAnswer, note: str) -> bool:
        """Make the creations ``ids`` the operation's, with the answer it never got, and move to RECOVERED.

        One transaction: False, and nothing changed, when another operation has one of them.
        """
        try:
            with self.journal.change() as db:
                self._claim(db, Account.of(op), ids, op.id)
                if not self.journal.recover(db, op.id, answer, note):
                    raise _Taken
                self._trade(db, op, ids)
        except _Taken:
            return False
        return True

    def _trade(self, db: sqlite3.Connection, op: Operation, ids: Sequence[str]) -> None:
        """Equal requests cannot be told apart: a twin whose creation this may have been gets ``op``'s mark.

        Else what ``op`` itself made would be looked for by nobody, should it turn up later.
        """
        newest = max((int(id) for id in ids if id.isdecimal()), default=0)
        db.execute(
            "UPDATE watch SET creation=min(creation, (SELECT creation FROM watch WHERE operation=?))"  # noqa: S608
            " WHERE creation<? AND operation IN ("
            f"SELECT id FROM operation WHERE {_PLACE} AND fingerprint=? AND id!=? AND state IN ({_SOUGHT}))",
            (op.id, newest, *Account.of(op).key, op.fingerprint, op.id),
        )

    def take(self, found: Found, answer: StoredAnswer, model_name: str, model_type: str) -> Operation | None:
        """Make an operation of a creation nobody asked for; None when it was claimed meanwhile."""
        ident, now = str(uuid.uuid4()), self.journal.clock()
        account = found.account
        values: dict[str, Any] = {
            "id": ident,
            "fingerprint": sha256(f"inbox {' '.join(account.key)} {found.creation_id}".encode()),
            "take": 1,
            "state": State.RECOVERED.value,
            "provider": account.provider,
            "base_url": account.base_url,
            "account": account.id,
            "generator": found.generator,
            "model_id": found.model_id or 0,
            "model_name": model_name,
            "model_type": model_type,
            "path": "",
            "body": b"{}",
            "prompt": found.prompt,
            "count": 1,
            "public": 0,
            "reserved": 0.0,
            "owner": "",
            "session": "",
            "created": found.created or now,
            "updated": now,
        }
        try:
            with self.journal.change() as db:
                self._claim(db, account, [found.creation_id], ident)
                names, marks = ", ".join(values), ", ".join("?" * len(values))
                db.execute(f"INSERT INTO operation ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
                self.journal.recover(db, ident, answer, "taken from the inbox")
        except _Taken:
            return None
        return self.journal.get(ident)

    def _claim(self, db: sqlite3.Connection, account: Account, ids: Sequence[str], operation: str) -> None:
        for creation_id in ids:
            row = (*account.key, creation_id)
            try:
                db.execute("INSERT INTO claim VALUES (?, ?, ?, ?, ?)", (*row, operation))
            except sqlite3.IntegrityError:
                raise _Taken from None
            db.execute(f"DELETE FROM inbox WHERE {_PLACE} AND creation_id=?", row)  # noqa: S608

    # --- the inbox ---

    def put_aside(self, account: Account, sightings: Iterable[Sighting]) -> None:
        """Keep creations that belong to nothing, to be taken or let go by a person."""
        now = self.journal.clock()
        rows = [(*account.key, s.id, s.generator, s.prompt, s.model_id, s.created, now) for s in sightings]
        if not rows:
            return
        with self.journal.change() as db:
            db.executemany("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def inbox(self, account: Account | None = None) -> list[Found]:
        """What was found and belongs to no operation, oldest first."""
        where, values = (f"WHERE {_PLACE}", account.key) if account else ("", ())
        rows = self.journal.rows(f"SELECT * FROM inbox {where} ORDER BY created, found", *values)  # noqa: S608
        found = [
            Found(
                Account(r["provider"], r["base_url"], r["account"]),
                r["creation_id"],
                r["generator"],
                r["prompt"] or "",
                r["model_id"],
                r["created"],
                r["found"],
            )
            for r in rows
        ]
        return [one for one in found if not self.claimed(one.account, [one.creation_id])]

    def in_inbox(self, creation_id: str) -> Found:
        """The one creation of this id in the inbox.

        Raises:
            GenerorError: it is not there.
        """
        for one in self.inbox():
            if one.creation_id == creation_id:
                return one
        raise GenerorError(say("inbox.unknown", id=creation_id), say("inbox.unknown.hint"))


def _watched(row: sqlite3.Row) -> Watched:
    offered = row["offered"] or NOTHING
    return Watched(
        Mark(row["creation"], row["movement"]),
        row["sent"],
        row["looks"] or 0,
        row["looked"],
        tuple(json.loads(offered)) if offered != NOTHING else (),
        row["boot"],
        row["uptime"],
    )


def uptime_of(journal: Journal) -> tuple[str | None, float | None]:
    """Which start of the machine this is, and seconds since; (None, None) where nobody says.

    A clock that was passed in is the only time there is.
    """
    if journal.clock is not time.time or not hasattr(time, "CLOCK_BOOTTIME"):
        return None, None
    try:
        return BOOT_ID.read_text("ascii").strip(), time.clock_gettime(time.CLOCK_BOOTTIME)
    except OSError:
        return None, None
