"""The studio's database: tables, ordered migrations, and transactions that several processes can share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    text,
)

from ..base.errors import GenerorError
from .migrations import MIGRATIONS

metadata = MetaData()
users = Table(
    "users",
    metadata,
    Column("user_id", Integer, primary_key=True),
    Column("username", Text, nullable=False),
    Column("email", Text),
    Column("avatar", Text),
    Column("bio", Text),
    Column("website", Text),
    Column("joined", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("max_free", Integer, nullable=False),
    Column("bonus_day", Text, nullable=False),
)
api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
    Column("last_used_at", Text),
)
transactions = Table(
    "transactions",
    metadata,
    Column("transaction_id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("balance_after", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("purse", Text, nullable=False),
)
postings = Table(
    "postings",
    metadata,
    Column("posting_id", Integer, primary_key=True),
    Column("transaction_id", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("amount", Integer, nullable=False),
)
generations = Table(
    "generations",
    metadata,
    Column("generation_id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("generator", Text, nullable=False),
    Column("model_id", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("body_digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("spend_id", Integer),
    Column("seconds", Float),
    Column("created_at", Text, nullable=False),
)
creations = Table(
    "creations",
    metadata,
    Column("creation_id", Integer, primary_key=True),
    Column("generation_id", Integer, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("generator", Text, nullable=False),
    Column("model_id", Integer, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("privacy_mode", Integer, nullable=False),
    Column("license", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("text", Text),
    Column("generator_data", JSON),
    Column("deleted_at", Text),
    Column("team_id", Integer),
)
assets = Table(
    "assets",
    metadata,
    Column("asset_id", Integer, primary_key=True),
    Column("creation_id", Integer, nullable=False),
    Column("folder", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
)
teams = Table(
    "teams",
    metadata,
    Column("team_id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner_id", Integer, nullable=False),
    Column("invite_code", Text),
    Column("created_at", Text, nullable=False),
    Column("deleted_at", Text),
)
team_members = Table(
    "team_members",
    metadata,
    Column("member_id", Integer, primary_key=True),
    Column("team_id", Integer, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("joined", Text, nullable=False),
)
comments = Table(
    "comments",
    metadata,
    Column("comment_id", Integer, primary_key=True),
    Column("creation_id", Integer, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("parent_id", Integer),
    Column("text", Text),
    Column("created_at", Text, nullable=False),
)
comment_votes = Table(
    "comment_votes",
    metadata,
    Column("comment_id", Integer, primary_key=True),
    Column("user_id", Integer, primary_key=True),
    Column("vote", Text, nullable=False),
)
ratings = Table(
    "ratings",
    metadata,
    Column("creation_id", Integer, primary_key=True),
    Column("user_id", Integer, primary_key=True),
    Column("score", Integer, nullable=False),
)
follows = Table(
    "follows",
    metadata,
    Column("follow_id", Integer, primary_key=True),
    Column("follower_id", Integer, nullable=False),
    Column("followed_id", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
)
provider_accounts = Table(
    "provider_accounts",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("user_id", Integer, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("filled_on", Text, nullable=False),
)
provider_keys = Table(
    "provider_keys",
    metadata,
    Column("key_id", Integer, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
)
provider_jobs = Table(
    "provider_jobs",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("public_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("body_digest", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("origin", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("cost", Integer, nullable=False),
    Column("spend_id", Integer),
    Column("error", Text),
    Column("created_at", Float, nullable=False),
    Column("completed_at", Float),
)
provider_outputs = Table(
    "provider_outputs",
    metadata,
    Column("output_id", Integer, primary_key=True),
    Column("job_id", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("part", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text),
    Column("mime", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("note", Text),
)
provider_uploads = Table(
    "provider_uploads",
    metadata,
    Column("upload_id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("token_digest", Text, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("digest", Text),
)
webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("public_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("label", Text),
    Column("secret", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("disabled_at", Float),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Integer, primary_key=True),
    Column("webhook_id", Integer, nullable=False),
    Column("public_id", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Float),
    Column("delivered_at", Float),
)

BUSY_MILLISECONDS = 30_000
WRITES = "studio_writes"


class Store:
    """One SQLite file. Open it once per process; several processes may share the file."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}", max_overflow=60)
        self._writing = threading.Lock()
        self._closed = False
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        _migrate(self)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data and changes nothing."""
        with self._connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first statement."""
        # Waiting for a lock of this process is instant; SQLite's own waiting polls.
        with (
            self._writing,
            self._connect().execution_options(**{WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        self._closed = True
        self._engine.dispose()

    def _connect(self) -> Connection:
        if self._closed:
            raise RuntimeError("the studio is closed")
        return self._engine.connect()


def insert_row(connection: Connection, table: Table, **values: Any) -> int:
    """Insert one row; returns its id."""
    key = connection.execute(table.insert().values(values)).inserted_primary_key
    return int(key[0]) if key else 0


def stamp(now: float) -> str:
    """A time as the API writes it, UTC.

    >>> stamp(0)
    '1970-01-01 00:00:00'
    """
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    # SQLite's own lower() knows ASCII only.
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    # No WAL: before 3.51.3 SQLite can lose one that several processes write; network homes cannot hold one.
    for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL", f"busy_timeout={BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)"))
        present = connection.execute(text("SELECT max(version) FROM schema_version")).scalar() or 0
        if present > len(MIGRATIONS):
            raise GenerorError(
                f"this studio folder has schema {present}; this version knows {len(MIGRATIONS)}",
                "Upgrade generor_nb, or choose another folder with GENEROR_HOME.",
            )
        for version, statements in enumerate(MIGRATIONS[present:], present + 1):
            for statement in statements:
                connection.execute(text(statement))
            connection.execute(text("INSERT INTO schema_version VALUES (:version)"), {"version": version})
