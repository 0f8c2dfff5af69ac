"""Credits by double entry: every transaction's postings sum to zero, and a balance is a sum of postings.

An account has three buckets (free, earned, paid); against them stand accounts of the house.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from .answers import Refused
from .paging import Page, cut
from .store import insert_row, postings, transactions, users

# Spent in this order: what is topped up by itself goes first, what was bought goes last.
BUCKETS = ("free", "earned", "paid")
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


def funds(connection: Connection, user_id: int) -> Funds:
    """The balance of an account."""
    names = {_account(user_id, bucket): bucket for bucket in BUCKETS}
    sums = (
        select(postings.c.account, func.sum(postings.c.amount))
        .where(postings.c.account.in_(names))
        .group_by(postings.c.account)
    )
    held = dict.fromkeys(BUCKETS, 0)
    held.update({names[account]: amount for account, amount in connection.execute(sums)})
    cap = connection.execute(select(users.c.max_free).where(users.c.user_id == user_id)).scalar_one()
    return Funds(paid=held["paid"], free=held["free"], earned=held["earned"], max=cap)


def spend(connection: Connection, user_id: int, credits: int, description: str, at: str) -> int | None:
    """Take credits, or refuse and change nothing. Call it inside a write transaction.

    Returns:
        The transaction's id; None when there was nothing to pay.
    """
    have = funds(connection, user_id)
    if have.total < credits:
        raise Refused("INSUFFICIENT_CREDITS", f"needs {credits} credits, {have.total} left")
    if credits == 0:
        return None
    taken = {bucket: -amount for bucket, amount in _share(credits, have).items()}
    return _record(connection, user_id, "spend", taken, description, at)


def refund(connection: Connection, spend_id: int, description: str, at: str) -> None:
    """Give a spend back to the buckets it came from."""
    user_id = connection.execute(
        select(transactions.c.user_id).where(transactions.c.transaction_id == spend_id)
    ).scalar_one()
    rows = connection.execute(
        select(postings.c.account, postings.c.amount).where(postings.c.transaction_id == spend_id)
    )
    names = {_account(user_id, bucket): bucket for bucket in BUCKETS}
    back = {names[account]: -amount for account, amount in rows if account in names}
    given = _under_cap(back, funds(connection, user_id))
    _record(connection, user_id, "refund", given, description, at)


def give(connection: Connection, user_id: int, kind: str, credits: int, description: str, at: str) -> None:
    """Add credits: a purchase to the paid bucket, a bonus to the free one."""
    bucket = "paid" if kind == "purchase" else "free"
    _record(connection, user_id, kind, {bucket: credits}, description, at)


def top_up(connection: Connection, user_id: int, at: str) -> None:
    """Fill the free bucket up to its cap."""
    have = funds(connection, user_id)
    if have.free < have.max:
        give(connection, user_id, "daily_bonus", have.max - have.free, "Daily credits", at)


def history(
    connection: Connection, page: Page, user_id: int, kind: str | None
) -> tuple[list[dict[str, Any]], int]:
    """A page of an account's transactions, and how many there are."""
    wanted = select(*(column for column in transactions.c if column.name != "user_id"))
    wanted = wanted.where(transactions.c.user_id == user_id)
    if kind is not None:
        wanted = wanted.where(transactions.c.type == kind)
    rows, total = cut(connection, wanted, transactions.c.transaction_id, page)
    return [dict(row) for row in rows], total


def _share(credits: int, have: Funds) -> dict[str, int]:
    taken = {}
    for bucket in BUCKETS:
        taken[bucket] = min(credits, getattr(have, bucket))
        credits -= taken[bucket]
    return taken


def _under_cap(back: Mapping[str, int], have: Funds) -> dict[str, int]:
    """What the free bucket has no room for any more goes to the earned one: a refund is always whole."""
    given = dict.fromkeys(BUCKETS, 0) | dict(back)
    over = max(0, min(given["free"], have.free + given["free"] - have.max))
    return {**given, "free": given["free"] - over, "earned": given["earned"] + over}


def _record(
    connection: Connection, user_id: int, kind: str, changes: Mapping[str, int], description: str, at: str
) -> int:
    amount = sum(changes.values())
    entry = {
        "user_id": user_id,
        "type": kind,
        "amount": amount,
        "balance_after": funds(connection, user_id).total + amount,
        "description": description,
        "created_at": at,
    }
    transaction_id = insert_row(connection, transactions, **entry)
    sides = {_account(user_id, bucket): change for bucket, change in changes.items() if change}
    sides[HOUSE[kind]] = -amount
    rows = [{"transaction_id": transaction_id, "account": a, "amount": v} for a, v in sides.items()]
    connection.execute(insert(postings), rows)
    return transaction_id


def _account(user_id: int, bucket: str) -> str:
    return f"user:{user_id}:{bucket}"
