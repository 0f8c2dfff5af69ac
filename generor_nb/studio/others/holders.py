"""Who is asking at one of the other APIs: accounts, plans, keys, and credits that are topped up.

An account of the studio has one at each of them, opened with its first key there.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from ...base.errors import InvalidRequest
from ...base.secret import Secret
from .. import ledger
from ..accounts import OWNER
from ..keys import digest
from ..store import Store, insert_row, provider_accounts, provider_keys, stamp

KEY, SESSION = "key", "session"


@dataclass(frozen=True, slots=True)
class Fill:
    """A bucket is filled up to ``credits`` with each new ``every``: a day, a month, or once."""

    credits: int
    every: str


@dataclass(frozen=True, slots=True)
class Firm:
    """One of the other APIs as its accounts know it.

    Attributes:
        prefix: what its keys begin with.
        plans: the plans of an account; the first is the usual one.
        fills: how its buckets are filled.
        bought: the bucket of credits that were bought.
    """

    name: str
    prefix: str
    plans: tuple[str, ...]
    fills: Mapping[str, Fill] = field(default_factory=dict)
    bought: str = "credits"

    def new_key(self) -> str:
        return self.prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Holder:
    """The account behind a key."""

    user_id: int
    rate_key: str
    plan: str

    @property
    def is_local(self) -> bool:
        """Whether it asks from the process that opened the folder; it is not limited then."""
        return self.rate_key == "local"


class Holders:
    """The accounts of one API in a studio folder.

    Args:
        store: the database.
        clock: seconds since the epoch; days and months are those of it, UTC.
        firm: the API.
    """

    def __init__(self, store: Store, clock: Callable[[], float], firm: Firm) -> None:
        self._store, self._clock, self._firm = store, clock, firm
        self.local = Secret(firm.new_key())
        self._filled: dict[int, str] = {}

    def identify(self, key: str, kind: str = KEY) -> Holder | None:
        """Whose key this is; None when it is nobody's."""
        if kind == KEY and hmac.compare_digest(digest(key), digest(self.local.reveal())):
            found = Holder(OWNER, "local", self._plan_of(OWNER))
        else:
            with self._store.read() as connection:
                row = connection.execute(_active(self._firm.name, kind, key)).one_or_none()
            if row is None:
                return None
            found = Holder(row.user_id, f"key:{row.key_id}", row.plan)
        self.fill(found.user_id)
        return found

    def mint(self, name: str, user_id: int, *, kind: str = KEY, replace: bool = False) -> Secret:
        """A new key or session, stored as its hash only."""
        now = stamp(self._clock())
        key = self._firm.new_key() if kind == KEY else secrets.token_hex(24)
        of = {"provider": self._firm.name, "user_id": user_id, "kind": kind, "name": name}
        with self._store.write() as connection:
            self._open(connection, user_id)
            if replace:
                same = [provider_keys.c[column] == value for column, value in of.items()]
                connection.execute(update(provider_keys).where(*same).values(revoked_at=now))
            insert_row(connection, provider_keys, **of, digest=digest(key), created_at=now)
        return Secret(key)

    def set_plan(self, plan: str, user_id: int) -> None:
        if plan not in self._firm.plans:
            known = ", ".join(self._firm.plans)
            raise InvalidRequest(f"{self._firm.name} has no plan {plan!r}", f"Plans are {known}.")
        with self._store.write() as connection:
            self._open(connection, user_id)
            connection.execute(update(provider_accounts).where(*self._of(user_id)).values(plan=plan))

    def grant(self, credits: int, user_id: int) -> None:
        """Buy credits for an account."""
        if isinstance(credits, bool) or not isinstance(credits, int) or credits < 1:
            raise InvalidRequest(f"{credits!r} credits cannot be granted", "Give a whole number from 1 on.")
        with self._store.write() as connection:
            self._open(connection, user_id)
            firm, now = self._firm, stamp(self._clock())
            ledger.put(
                connection, user_id, firm.name, firm.bought, "purchase", credits, "Credits bought", now
            )

    def fill(self, user_id: int) -> None:
        """Top up what is due; an account that is not there yet is opened."""
        today = stamp(self._clock())[:10]
        if self._filled.get(user_id) == today:
            return
        with self._store.write() as connection:
            self._open(connection, user_id)
        self._filled[user_id] = today

    def _plan_of(self, user_id: int) -> str:
        with self._store.read() as connection:
            plan = connection.execute(select(provider_accounts.c.plan).where(*self._of(user_id))).scalar()
        return self._firm.plans[0] if plan is None else str(plan)

    def _open(self, connection: Connection, user_id: int) -> None:
        now = stamp(self._clock())
        last = connection.execute(
            select(provider_accounts.c.filled_on).where(*self._of(user_id))
        ).scalar_one_or_none()
        if last is None:
            account = {"provider": self._firm.name, "user_id": user_id, "plan": self._firm.plans[0]}
            connection.execute(insert(provider_accounts).values(**account, filled_on=now[:10]))
        else:
            connection.execute(
                update(provider_accounts).where(*self._of(user_id)).values(filled_on=max(last, now[:10]))
            )
        have = ledger.held(connection, user_id, self._firm.name)
        for bucket, fill in self._firm.fills.items():
            missing = fill.credits - have[bucket]
            if missing > 0 and _is_due(fill, last, now[:10]):
                kind = "signup_bonus" if last is None else "daily_bonus"
                about = "Welcome" if last is None else f"Credits of the {fill.every}"
                ledger.put(connection, user_id, self._firm.name, bucket, kind, missing, about, now)

    def _of(self, user_id: int) -> tuple[ColumnElement[bool], ...]:
        return (
            provider_accounts.c.provider == self._firm.name,
            provider_accounts.c.user_id == user_id,
        )


def _is_due(fill: Fill, last: str | None, today: str) -> bool:
    """Whether a bucket is filled again, when it last was on the day ``last``.

    >>> [_is_due(Fill(9, every), "2026-02-28", "2026-03-01") for every in ("day", "month", "once")]
    [True, True, False]
    """
    if last is None:
        return True
    length = {"day": 10, "month": 7, "once": 0}[fill.every]
    return last[:length] < today[:length]


def _active(provider: str, kind: str, key: str) -> Select[int, int, str]:
    return (
        select(provider_keys.c.key_id, provider_keys.c.user_id, provider_accounts.c.plan)
        .join(
            provider_accounts,
            (provider_accounts.c.user_id == provider_keys.c.user_id)
            & (provider_accounts.c.provider == provider_keys.c.provider),
        )
        .where(
            provider_keys.c.provider == provider,
            provider_keys.c.kind == kind,
            provider_keys.c.digest == digest(key),
            provider_keys.c.revoked_at.is_(None),
        )
    )
