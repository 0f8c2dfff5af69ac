"""Who is asking: accounts, their keys, and the daily credits they get on first use of a day."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from ..base.errors import InvalidRequest
from ..base.secret import Secret
from ..contract.generor import KEY_PREFIX
from . import ledger
from .answers import Refused
from .rates import LIMITS, UNLIMITED
from .store import Store, api_keys, creations, insert_row, stamp, users

SCOPES = ("read", "write", "generate")
MAX_KEYS = 10
SIGNUP_CREDITS = 10_000
OWNER = 1


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a key. No scopes means all of them."""

    user_id: int
    rate_key: str
    tier: str
    scopes: frozenset[str] = frozenset()

    def may(self, scope: str) -> bool:
        return not self.scopes or scope in self.scopes


class Accounts:
    """Accounts and keys of one studio folder.

    Args:
        store: the database.
        clock: seconds since the epoch; a day is a UTC day of it.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self.local = Secret(_new_key())
        self._local_digest = _digest(self.local.reveal())
        self._topped_up: dict[int, str] = {}

    def add(self, username: str) -> int:
        """The id of the account of this name, which is made if there is none."""
        with self._store.write() as connection:
            known = connection.execute(select(users.c.user_id).where(users.c.username == username)).scalar()
            return int(known) if known is not None else _add_user(connection, username, stamp(self._clock()))

    def identify(self, authorization: str | None) -> Caller | None:
        """Whose key this is; None without one.

        Raises:
            Refused: there is a key, and it is not valid.
        """
        if authorization is None:
            return None
        scheme, _, key = authorization.partition(" ")
        caller = self._owner_of(key.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            raise Refused("UNAUTHORIZED", "Invalid API key")
        self._daily(caller.user_id)
        return caller

    def _owner_of(self, key: str) -> Caller | None:
        digest = _digest(key)
        if hmac.compare_digest(digest, self._local_digest):
            return Caller(OWNER, "local", UNLIMITED)
        wanted = (
            select(api_keys.c.key_id, api_keys.c.user_id, api_keys.c.scopes, users.c.tier)
            .join_from(api_keys, users, api_keys.c.user_id == users.c.user_id)
            .where(api_keys.c.digest == digest, api_keys.c.revoked_at.is_(None))
        )
        with self._store.read() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Caller(row.user_id, f"key:{row.key_id}", row.tier, frozenset(row.scopes))

    def _daily(self, user_id: int) -> None:
        now = stamp(self._clock())
        today = now[:10]
        if self._topped_up.get(user_id) == today:
            return
        with self._store.write() as connection:
            new = (
                update(users)
                .where(users.c.user_id == user_id, users.c.bonus_day < today)
                .values(bonus_day=today)
            )
            if connection.execute(new).rowcount:
                ledger.top_up(connection, user_id, now)
        self._topped_up[user_id] = today

    def mint(self, name: str, scopes: Sequence[str], user_id: int, *, replace: bool = False) -> Secret:
        """A new key, stored as its hash only."""
        if unknown := set(scopes) - set(SCOPES):
            raise InvalidRequest(f"there is no scope {min(unknown)!r}", f"Scopes are {', '.join(SCOPES)}.")
        key, now = _new_key(), stamp(self._clock())
        with self._store.write() as connection:
            if replace:
                _revoke(connection, now, api_keys.c.user_id == user_id, api_keys.c.name == name)
            if _active_keys(connection, user_id) >= MAX_KEYS:
                raise InvalidRequest(f"there are {MAX_KEYS} active keys already", "Revoke one first.")
            insert_row(
                connection,
                api_keys,
                user_id=user_id,
                name=name,
                prefix=key[: len(KEY_PREFIX) + 8],
                digest=_digest(key),
                scopes=sorted(set(scopes)),
                created_at=now,
            )
        return Secret(key)

    def revoke(self, key: Secret) -> None:
        """Make a key invalid, at once."""
        with self._store.write() as connection:
            _revoke(connection, stamp(self._clock()), api_keys.c.digest == _digest(key.reveal()))

    def set_tier(self, tier: str, user_id: int = OWNER) -> None:
        if tier not in LIMITS or tier == "anonymous":
            known = ", ".join(name for name in LIMITS if name != "anonymous")
            raise InvalidRequest(f"there is no tier {tier!r}", f"Tiers are {known}.")
        with self._store.write() as connection:
            connection.execute(update(users).where(users.c.user_id == user_id).values(tier=tier))

    def grant(self, credits: int, user_id: int) -> None:
        """Buy credits for an account."""
        if isinstance(credits, bool) or not isinstance(credits, int) or credits < 1:
            raise InvalidRequest(f"{credits!r} credits cannot be granted", "Give a whole number from 1 on.")
        with self._store.write() as connection:
            ledger.give(connection, user_id, "purchase", credits, "Credits bought", stamp(self._clock()))


def profile(connection: Connection, user_id: int) -> dict[str, Any]:
    """An account as its owner sees it."""
    row = connection.execute(select(users).where(users.c.user_id == user_id)).mappings().one()
    shown = ("user_id", "username", "email", "avatar", "bio", "website", "joined")
    finished = (
        select(func.count())
        .select_from(creations)
        .where(
            creations.c.user_id == user_id,
            creations.c.status == "completed",
            creations.c.deleted_at.is_(None),
        )
    )
    return {
        **{name: row[name] for name in shown},
        "credits": ledger.funds(connection, user_id).payload(),
        "creation_count": connection.execute(finished).scalar_one(),
        "follower_count": 0,
        "following_count": 0,
        "teams": [],
    }


def _add_user(connection: Connection, username: str, now: str) -> int:
    account = {"joined": now, "tier": "free", "max_free": SIGNUP_CREDITS, "bonus_day": now[:10]}
    user_id = insert_row(connection, users, username=username, **account)
    ledger.give(connection, user_id, "signup_bonus", SIGNUP_CREDITS, "Welcome", now)
    return user_id


def _active_keys(connection: Connection, user_id: int) -> int:
    active = select(func.count()).select_from(api_keys)
    active = active.where(api_keys.c.user_id == user_id, api_keys.c.revoked_at.is_(None))
    return int(connection.execute(active).scalar_one())


def _revoke(connection: Connection, now: str, *which: Any) -> None:
    connection.execute(update(api_keys).where(*which, api_keys.c.revoked_at.is_(None)).values(revoked_at=now))


def _new_key() -> str:
    return KEY_PREFIX + secrets.token_hex(20)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
