"""API keys in the database: their hashes, what they may do, and when they were last used."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from ..contract.generor import KEY_PREFIX
from .answers import Refused, invalid, missing
from .paging import Page, cut
from .store import api_keys, insert_row, users

SCOPES = ("read", "write", "generate")
MAX_KEYS = 10
SHOWN = len(KEY_PREFIX) + 8


def new_key() -> str:
    return KEY_PREFIX + secrets.token_hex(20)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def is_full(connection: Connection, user_id: int) -> bool:
    """Whether an account has all the keys it can have."""
    active = select(func.count()).select_from(api_keys).where(*_active(user_id))
    return int(connection.execute(active).scalar_one()) >= MAX_KEYS


def add(
    connection: Connection, user_id: int, name: str, scopes: Sequence[str], now: str
) -> tuple[dict[str, Any], str]:
    """A new key, stored as its hash only: how it is listed, and the key."""
    key = new_key()
    listed = {"prefix": key[:SHOWN], "name": name, "scopes": sorted(set(scopes), key=SCOPES.index)}
    key_id = insert_row(connection, api_keys, **listed, user_id=user_id, digest=digest(key), created_at=now)
    return {"key_id": key_id, **listed}, key


def create(
    connection: Connection, user_id: int, own: Collection[str], name: str, scopes: Sequence[str], now: str
) -> dict[str, Any]:
    """What POST /api-keys answers: the only time the key is shown.

    Args:
        own: the scopes of the key that asks; none means all, for the new key too.
    """
    if own and not (scopes and set(scopes) <= set(own)):
        raise Refused(
            "FORBIDDEN", f"This key can make keys of no more than its scopes: {', '.join(sorted(own))}"
        )
    if is_full(connection, user_id):
        raise invalid(f"there are {MAX_KEYS} active keys already; revoke one first")
    listed, key = add(connection, user_id, name, scopes, now)
    message = "Save this API key now. It will not be shown again."
    return {**listed, "api_key": key, "message": message}


def listing(connection: Connection, page: Page, user_id: int) -> tuple[list[dict[str, Any]], int]:
    """The active keys of an account, by their beginnings."""
    shown = ("key_id", "prefix", "name", "scopes", "created_at", "last_used_at")
    wanted = select(*(api_keys.c[name] for name in shown)).where(*_active(user_id))
    rows, total = cut(connection, wanted, api_keys.c.key_id, page)
    return [dict(row) for row in rows], total


def revoke(connection: Connection, user_id: int, key_id: int, now: str) -> dict[str, Any]:
    """Another's key is not found, like one that never was."""
    if not revoke_where(connection, now, *_active(user_id), api_keys.c.key_id == key_id):
        raise missing("API key")
    return {"key_id": key_id, "revoked": True}


def revoke_where(connection: Connection, now: str, *which: Any) -> int:
    """How many keys were made invalid."""
    revoked = update(api_keys).where(*which, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    return connection.execute(revoked).rowcount


def owner(connection: Connection, key: str) -> RowMapping | None:
    """The active key of this hash, with its account's tier."""
    wanted = (
        select(api_keys.c.key_id, api_keys.c.user_id, api_keys.c.scopes, users.c.tier)
        .join_from(api_keys, users, api_keys.c.user_id == users.c.user_id)
        .where(api_keys.c.digest == digest(key), api_keys.c.revoked_at.is_(None))
    )
    return connection.execute(wanted).mappings().one_or_none()


def note_use(connection: Connection, key_id: int, now: str) -> None:
    connection.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(last_used_at=now))


def _active(user_id: int) -> tuple[Any, Any]:
    return api_keys.c.user_id == user_id, api_keys.c.revoked_at.is_(None)
