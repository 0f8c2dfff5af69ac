"""The journal's format: its tables, and how an older file becomes a newer one.

A step is never changed once it was released: what changes the format adds a step.
``docs/journal.md`` describes the result.
"""

from __future__ import annotations

import sqlite3

from ..base.errors import GenerorError
from ..base.messages import say

_FIRST = """
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

# Reconciliation: which creation belongs to which operation, what was visible before a sending, what
# was found that nobody asked for. What an operation may cost when it leaves, and how to ask for it again.
_SECOND = """
CREATE TABLE claim (
  provider TEXT NOT NULL, base_url TEXT NOT NULL, account TEXT NOT NULL, creation_id TEXT NOT NULL,
  operation TEXT NOT NULL, PRIMARY KEY (provider, base_url, account, creation_id)) WITHOUT ROWID;
INSERT OR IGNORE INTO claim SELECT c.provider, o.base_url, c.account, c.creation_id, c.operation
  FROM creation c JOIN operation o ON o.id = c.operation;
CREATE TABLE mark (
  provider TEXT NOT NULL, base_url TEXT NOT NULL, account TEXT NOT NULL, creation INTEGER,
  movement INTEGER, at REAL NOT NULL, PRIMARY KEY (provider, base_url, account)) WITHOUT ROWID;
CREATE TABLE watch (
  operation TEXT PRIMARY KEY, creation INTEGER, movement INTEGER, looks INTEGER NOT NULL DEFAULT 0,
  looked REAL, offered TEXT NOT NULL DEFAULT '[]', boot TEXT, uptime REAL) WITHOUT ROWID;
CREATE TABLE inbox (
  provider TEXT NOT NULL, base_url TEXT NOT NULL, account TEXT NOT NULL, creation_id TEXT NOT NULL,
  generator TEXT NOT NULL, prompt TEXT, model_id INTEGER, created REAL, found REAL NOT NULL,
  PRIMARY KEY (provider, base_url, account, creation_id)) WITHOUT ROWID;
CREATE INDEX operation_state ON operation (state);
ALTER TABLE operation ADD COLUMN session_cap REAL;
ALTER TABLE operation ADD COLUMN day_cap REAL;
ALTER TABLE operation ADD COLUMN idempotency_key TEXT;
ALTER TABLE operation ADD COLUMN job TEXT;
CREATE INDEX event_operation ON event (operation);
"""

# What was made from what.
_THIRD = """
CREATE TABLE lineage (
  operation TEXT NOT NULL, place INTEGER NOT NULL, parent TEXT NOT NULL, creation_id TEXT NOT NULL,
  PRIMARY KEY (operation, place)) WITHOUT ROWID;
"""

# What an account last said it has left.
_FOURTH = """
CREATE TABLE purse (
  provider TEXT NOT NULL, base_url TEXT NOT NULL, account TEXT NOT NULL, operation TEXT NOT NULL,
  parts TEXT NOT NULL, PRIMARY KEY (provider, base_url, account)) WITHOUT ROWID;
"""

# Where a request lies that is too large for a row.
_FIFTH = "ALTER TABLE operation ADD COLUMN body_sha256 TEXT"

STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH)
VERSION = len(STEPS)


def prepare(db: sqlite3.Connection) -> None:
    """Bring the file to this version, inside the caller's transaction.

    Raises:
        GenerorError: a newer version wrote it; it is left as it is.
    """
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise GenerorError(say("journal.newer", version=version, known=VERSION), say("journal.newer.hint"))
    for step in STEPS[version:]:
        for statement in step.split(";"):
            db.execute(statement)
    if version < VERSION:
        db.execute(f"PRAGMA user_version={VERSION}")
