"""Credits by double entry: every transaction's postings sum to zero, and a balance is a sum of postings.

An account has a purse at each provider whose API the studio speaks, and in it some buckets; against them
stand accounts of the house.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from .answers import Refused
from .paging import Page, cut
from .store import insert_row, postings, transactions, users

GENEROR = "generor"
# The buckets of each purse, spent in this order: what is topped up goes first, what was bought goes last.
BUCKETS = {
    GENEROR: ("free", "earned", "paid"),
    "gptimage2": ("credits",),
    "images-create": ("daily", "monthly", "default"),
    "grok-imagine": ("credits",),
}
HOUSE = {
    "spend": "house:work",
    "refund": "house:work",
    "purchase": "house:sales",
    "signup_bonus": "house:gifts",
    "daily_bonus": "house:gifts",
}


@dataclass(frozen=True, slots=True)
class Funds:
    """What an account holds; ``max`` caps the free bucket."""

    paid: int
    free: int
    earned: int
    max: int

    @property
    def total(self) -> int:
        return self.paid + self.free + self.earned

    def payload(self) -> dict[str, int]:
        return {
            "total": self.total,
            "paid": self.paid,
            "free": self.free,
            "earned": self.earned,
            "max": self.max,
        }


def held(connection: Connection, user_id: int, purse: str = GENEROR) -> dict[str, int]:
    """What lies in each bucket of a purse."""
    names = _names(purse, user_id)
    sums = (
        select(postings.c.account, func.sum(postings.c.amount))
        .where(postings.c.account.in_(names))
        .group_by(postings.c.account)
    )
    found = dict.fromkeys(BUCKETS[purse], 0)
    found.update({names[account]: amount for account, amount in connection.execute(sums)})
    return found


def funds(connection: Connection, user_id: int) -> Funds:
    """The balance of an account."""
    cap = connection.execute(select(users.c.max_free).where(users.c.user_id == user_id)).scalar_one()
    return Funds(**held(connection, user_id), max=cap)


def spend(
    connection: Connection, user_id: int, credits: int, description: str, at: str, purse: str = GENEROR
) -> int | None:
    """Take credits, or refuse and change nothing. Call it inside a write transaction.

    Returns:
        The transaction's id; None when there was nothing to pay.
    """
    have = held(connection, user_id, purse)
    if (total := sum(have.values())) < credits:
        raise Refused("INSUFFICIENT_CREDITS", f"needs {credits} credits, {total} left")
    if credits == 0:
        return None
    taken = {bucket: -amount for bucket, amount in _share(credits, have).items()}
    return _record(connection, user_id, purse, "spend", taken, description, at)


def refund(connection: Connection, spend_id: int, description: str, at: str) -> None:
    """Give a spend back to the buckets it came from."""
    of = select(transactions.c.user_id, transactions.c.purse).where(transactions.c.transaction_id == spend_id)
    user_id, purse = connection.execute(of).one()
    rows = connection.execute(
        select(postings.c.account, postings.c.amount).where(postings.c.transaction_id == spend_id)
    )
    names = _names(purse, user_id)
    back = {names[account]: -amount for account, amount in rows if account in names}
    if purse == GENEROR:
        back = _under_cap(back, funds(connection, user_id))
    _record(connection, user_id, purse, "refund", back, description, at)


def give(connection: Connection, user_id: int, kind: str, credits: int, description: str, at: str) -> None:
    """Add credits: a purchase to the paid bucket, a bonus to the free one."""
    bucket = "paid" if kind == "purchase" else "free"
    put(connection, user_id, GENEROR, bucket, kind, credits, description, at)


def put(
    connection: Connection,
    user_id: int,
    purse: str,
    bucket: str,
    kind: str,
    credits: int,
    description: str,
    at: str,
) -> None:
    """Add credits to one bucket of a purse."""
    _record(connection, user_id, purse, kind, {bucket: credits}, description, at)


def top_up(connection: Connection, user_id: int, at: str) -> None:
    """Fill the free bucket up to its cap."""
    have = funds(connection, user_id)
    if have.free < have.max:
        give(connection, user_id, "daily_bonus", have.max - have.free, "Daily credits", at)


def history(
    connection: Connection, page: Page, user_id: int, kind: str | None, purse: str = GENEROR
) -> tuple[list[dict[str, Any]], int]:
    """A page of a purse's transactions, and how many there are."""
    wanted = select(*(column for column in transactions.c if column.name not in ("user_id", "purse")))
    wanted = wanted.where(transactions.c.user_id == user_id, transactions.c.purse == purse)
    if kind is not None:
        wanted = wanted.where(transactions.c.type == kind)
    rows, total = cut(connection, wanted, transactions.c.transaction_id, page)
    return [dict(row) for row in rows], total


def _share(credits: int, have: Mapping[str, int]) -> dict[str, int]:
    """What is taken from each bucket; ``have`` holds them in the order in which they are spent."""
    taken = {}
    for bucket, amount in have.items():
        taken[bucket] = min(credits, amount)
        credits -= taken[bucket]
    return taken


def _under_cap(back: Mapping[str, int], have: Funds) -> dict[str, int]:
    """What the free bucket has no room for any more goes to the earned one: a refund is always whole."""
    given = dict.fromkeys(BUCKETS[GENEROR], 0) | dict(back)
    over = max(0, min(given["free"], have.free + given["free"] - have.max))
    return {**given, "free": given["free"] - over, "earned": given["earned"] + over}


def _record(
    connection: Connection,
    user_id: int,
    purse: str,
    kind: str,
    changes: Mapping[str, int],
    description: str,
    at: str,
) -> int:
    amount = sum(changes.values())
    entry = {
        "user_id": user_id,
        "purse": purse,
        "type": kind,
        "amount": amount,
        "balance_after": sum(held(connection, user_id, purse).values()) + amount,
        "description": description,
        "created_at": at,
    }
    transaction_id = insert_row(connection, transactions, **entry)
    of = {bucket: account for account, bucket in _names(purse, user_id).items()}
    sides = {of[bucket]: change for bucket, change in changes.items() if change}
    sides[HOUSE[kind]] = -amount
    rows = [{"transaction_id": transaction_id, "account": a, "amount": v} for a, v in sides.items()]
    connection.execute(insert(postings), rows)
    return transaction_id


def _names(purse: str, user_id: int) -> dict[str, str]:
    """The ledger's accounts of a purse, and the bucket that each one is."""
    kind = "user" if purse == GENEROR else purse
    return {f"{kind}:{user_id}:{bucket}": bucket for bucket in BUCKETS[purse]}
