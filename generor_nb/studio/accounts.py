"""Who is asking: accounts, their keys, and the daily credits they get on first use of a day."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from ..base.errors import InvalidRequest
from ..base.secret import Secret
from . import keys, ledger
from .answers import Refused
from .keys import SCOPES
from .rates import LIMITS, UNLIMITED
from .store import Store, api_keys, insert_row, stamp, users

SIGNUP_CREDITS = 10_000
OWNER = 1
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,38}")
# What stands at the place of a user's name in an address of the API.
RESERVED = {"me"}
USE_NOTED_EVERY = 60


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
        self.local = Secret(keys.new_key())
        self._local_digest = keys.digest(self.local.reveal())
        self._topped_up: dict[int, str] = {}
        self._noted: dict[int, float] = {}

    def add(self, username: str) -> int:
        """The id of the account of this name, which is made if there is none."""
        if not NAME.fullmatch(username) or username in RESERVED:
            raise InvalidRequest(
                f"an account cannot be called {username!r}",
                "Take up to 39 letters, digits, dots, hyphens and underscores; not 'me'.",
            )
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
        if hmac.compare_digest(keys.digest(key), self._local_digest):
            return Caller(OWNER, "local", UNLIMITED)
        with self._store.read() as connection:
            row = keys.owner(connection, key)
        if row is None:
            return None
        self._note_use(row["key_id"])
        return Caller(row["user_id"], f"key:{row['key_id']}", row["tier"], frozenset(row["scopes"]))

    def _note_use(self, key_id: int) -> None:
        now = self._clock()
        if now - self._noted.get(key_id, float("-inf")) < USE_NOTED_EVERY:
            return
        with self._store.write() as connection:
            keys.note_use(connection, key_id, stamp(now))
        self._noted[key_id] = now

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
        now = stamp(self._clock())
        with self._store.write() as connection:
            if replace:
                keys.revoke_where(connection, now, api_keys.c.user_id == user_id, api_keys.c.name == name)
            if keys.is_full(connection, user_id):
                raise InvalidRequest(f"there are {keys.MAX_KEYS} active keys already", "Revoke one first.")
            return Secret(keys.add(connection, user_id, name, scopes, now)[1])

    def revoke(self, key: Secret) -> None:
        """Make a key invalid, at once."""
        with self._store.write() as connection:
            keys.revoke_where(
                connection, stamp(self._clock()), api_keys.c.digest == keys.digest(key.reveal())
            )

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


def _add_user(connection: Connection, username: str, now: str) -> int:
    account = {"joined": now, "tier": "free", "max_free": SIGNUP_CREDITS, "bonus_day": now[:10]}
    user_id = insert_row(connection, users, username=username, **account)
    ledger.give(connection, user_id, "signup_bonus", SIGNUP_CREDITS, "Welcome", now)
    return user_id
