"""What was spent, by day, model and type: from the journal, beside what the account itself says."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from . import api, sessions
from .base.errors import GenerorError, InvalidRequest
from .base.messages import in_credits, say
from .base.text import credits, line, nearest
from .results import FONT, PLAIN
from .session import Session
from .spending.journal import Operation
from .spending.states import FINISHED, FREE, UNCLEAR, State
from .tables import Table

if TYPE_CHECKING:
    from .contract.generor import TransactionPayload

BY = ("day", "model", "type")
DAYS, MOST_DAYS = 30, 3_660
EVERYTHING = 1_000_000  # operations of a journal
RECORD_PAGES, RECORD_PAGE, RECORD_SECONDS = 5, 100, 10.0
Standing = Literal["charged", "lost", "unknown", "running", "unclear"]


@dataclass(frozen=True, slots=True)
class Cost:
    """One line: credits ``charged`` in how many operations, and how much is ``open``, at most.

    ``account`` is what the account itself says of that day; None where it does not.
    """

    name: str
    charged: float
    operations: int
    open: float = 0
    account: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What an account says it spent, by day; it is whole for the days after ``after``."""

    days: Mapping[str, float] = field(default_factory=dict)
    after: str = ""
    trouble: str = ""

    def of(self, day: str) -> float | None:
        return None if self.trouble or day <= self.after else self.days.get(day, 0)


@dataclass(frozen=True)
class Spend:
    """What the last ``days`` days cost, newest day first; its face is a table for each of ``by``.

    ``operations`` are those that cost something or may have; ``today`` is a local date.

    >>> gn.spend().charged                # doctest: +SKIP
    42
    >>> gn.spend().rows("model")[0].name  # doctest: +SKIP
    'Flux Schnell'
    """

    operations: tuple[Operation, ...]
    provider: str
    today: str
    days: int = DAYS
    by: tuple[str, ...] = BY
    record: Record | None = None
    notes: tuple[str, ...] = ()

    @property
    def charged(self) -> float:
        """Credits known to be charged."""
        return sum(_charged(op) for op in self.operations)

    @property
    def open(self) -> float:
        """Credits that are or may be charged besides, at most."""
        return sum(_open(op) for op in self.operations)

    def rows(self, by: str) -> list[Cost]:
        """Costs by ``"day"``, ``"model"`` or ``"type"``.

        Raises:
            InvalidRequest: by something else.
        """
        return costs(self.operations, _known(by), self.record)

    @property
    def headline(self) -> str:
        """Today, the last 7 days and all of them; then who was paid."""
        parts = []
        for days in sorted({1, min(7, self.days), self.days}):
            first = first_day(self.today, days)
            amount = sum(_charged(op) for op in self.operations if day_of(op.created) >= first)
            shown = self._money(amount) if days == self.days else credits(amount)
            parts.append(
                say("spend.today", credits=shown)
                if days == 1
                else say("spend.days", days=days, credits=shown)
            )
        return " · ".join([*parts, self.provider])

    @property
    def remarks(self) -> list[str]:
        """A line for each thing that the sums do not say."""
        found = []
        kinds: tuple[Standing, ...] = ("unclear", "running", "unknown", "lost")
        for kind in kinds:
            ops = [op for op in self.operations if standing(op) == kind]
            amount = sum(_open(op) + _charged(op) for op in ops)
            if ops:
                key = f"spend.{kind}.{'one' if len(ops) == 1 else 'many'}"
                found.append(say(key, count=len(ops), credits=self._money(amount)))
        if self.record is not None and self.record.trouble:
            found.append(say("spend.record.trouble", what=line(self.record.trouble)))
        elif self.record is not None and self.record.after:
            found.append(say("spend.record.cut", day=self.record.after))
        return [*found, *self.notes]

    def _money(self, amount: float) -> str:
        return in_credits(amount, play=self.provider == "studio")

    def _tables(self) -> list[Table]:
        return [table(by, self.rows(by), self.record is not None and by == "day") for by in self.by]

    def _empty(self) -> str:
        return "" if any(self.rows(by) for by in self.by) else say("spend.none", days=self.days)

    def __repr__(self) -> str:
        tables = [repr(one) for one in self._tables() if one.rows]
        lines = "\n".join([self._empty() or self.headline, *self.remarks])
        return "\n\n".join([lines, *tables])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        tables = "".join(
            f'<div style="padding-top:8px">{one._repr_mimebundle_()["text/html"]}</div>'
            for one in self._tables()
            if one.rows
        )
        lines = "".join(
            f"<div>{html.escape(text)}</div>" for text in [self._empty() or self.headline, *self.remarks]
        )
        return {
            "text/plain": repr(self),
            "text/html": f'<div {PLAIN} style="{FONT}">{lines}{tables}</div>',
        }


# --- what an operation cost: pure ---


def standing(op: Operation) -> Standing | None:
    """How an operation stands with our money; None when it was free."""
    if op.state in FREE:
        return None
    if op.state in UNCLEAR:
        return "unclear"
    if op.charge is None:
        over = op.state in FINISHED or op.state is State.CHARGED_NO_OUTPUT
        return "unknown" if over else "running"
    return "lost" if op.state is State.CHARGED_NO_OUTPUT else "charged"


def _charged(op: Operation) -> float:
    return op.charge or 0 if standing(op) in ("charged", "lost") else 0


def _open(op: Operation) -> float:
    if standing(op) not in ("unclear", "running", "unknown"):
        return 0
    return op.reserved if op.charge is None else op.charge


def costs(operations: Iterable[Operation], by: str, record: Record | None = None) -> list[Cost]:
    """A line for each day, newest first; or for each model or type, dearest first."""
    groups: dict[str, list[Operation]] = {}
    for op in operations:
        groups.setdefault(_name(op, by), []).append(op)
    told = record if by == "day" else None
    for day in told.days if told else ():
        groups.setdefault(day, [])
    rows = [
        Cost(
            name,
            sum(_charged(op) for op in ops),
            len(ops),
            sum(_open(op) for op in ops),
            told.of(name) if told else None,
        )
        for name, ops in groups.items()
    ]
    if by == "day":
        return sorted(rows, key=lambda row: row.name, reverse=True)
    return sorted(rows, key=lambda row: (-row.charged, -row.open, row.name))


def _name(op: Operation, by: str) -> str:
    return {"day": day_of(op.created), "model": op.model_name, "type": op.model_type}[by]


def table(by: str, rows: list[Cost], told: bool) -> Table:
    """``rows`` to look at; what is open and what the account says only where there is any."""
    unsettled = any(row.open for row in rows)
    columns = [say(f"spend.{by}"), *say("spend.columns").split("|")]
    columns += [say("spend.open")] * unsettled + [say("spend.record")] * told
    shown = [
        [row.name, credits(row.charged), str(row.operations)]
        + [credits(row.open) if row.open else ""] * unsettled
        + [credits(row.account)] * told
        for row in rows
    ]
    return Table(columns, shown)


def day_of(when: float) -> str:
    """The local date of epoch seconds."""
    return date.fromtimestamp(when).isoformat()


def first_day(today: str, days: int) -> str:
    """The first of ``days`` days that end today."""
    return (date.fromisoformat(today) - timedelta(days - 1)).isoformat()


def _known(by: str) -> str:
    if by not in BY:
        close = nearest(str(by), BY)
        hint = say("spend.by.hint", values=", ".join(close or BY))
        raise InvalidRequest(say("spend.by", value=by), hint, field="by", nearest=close)
    return by


# --- reading ---


def spend(by: str | None = None, *, days: int = DAYS) -> Spend:
    """What was spent on the account in use, from this machine's journal; free.

    By day it stands beside what the account itself says it spent, here or elsewhere. What is not settled
    is said, and is in no sum.

    Args:
        by: ``"day"``, ``"model"`` or ``"type"``; all three unless given.
        days: how many, today included.

    Raises:
        InvalidRequest: by something else, or no such number of days.

    >>> gn.spend("model", days=7)  # doctest: +SKIP
    """
    shown = BY if by is None else (_known(by),)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        raise InvalidRequest(
            say("days.bad", value=line(days, 40)), say("days.bad.hint", top=MOST_DAYS), field="days"
        )
    spent: Spend = api.wait(read(sessions.current(), shown, days))
    return spent


async def read(current: Session, by: tuple[str, ...], days: int) -> Spend:
    """What ``current``'s account spent, by its journal, its clock and its provider."""
    journal, provider = current.journal, current.provider
    journal.release(current.alive)
    today = day_of(journal.clock())
    first = first_day(today, days)
    account, record = await _account(current)
    found = [
        op
        for op in journal.history(EVERYTHING)
        if op.provider == provider.name
        and op.base_url == provider.base_url
        and account in (None, op.account)
        and standing(op) is not None
        and day_of(op.created) >= first
    ]
    notes = () if account else (say("spend.account.unknown", place=provider.base_url),)
    if "day" in by and record is None:
        record = await _record(current, first)
    return Spend(tuple(found), provider.name, today, days, by, record, notes)


async def _account(current: Session) -> tuple[str | None, Record | None]:
    """Whose credits they are; or why nobody can be asked now."""
    try:
        return (await current.provider.account()).id, None
    except GenerorError as error:
        return None, Record(trouble=error.what)


async def _record(current: Session, first: str) -> Record:
    """The account's own record from ``first`` on, as far as some pages of it go."""
    rows: dict[Any, TransactionPayload] = {}
    client = sessions.client(current).options(deadline=RECORD_SECONDS)
    number = 0
    try:
        async for page in client.credits.transactions(per_page=RECORD_PAGE).pages():
            rows |= {row.transaction_id or object(): row for row in page}
            number += 1
            oldest = min((_day(row.created_at) for row in page if row.created_at), default=first)
            if oldest < first or not page.has_next:
                return summed(rows.values(), first)
            if number == RECORD_PAGES:
                return summed(rows.values(), first, after=oldest)
    except GenerorError as error:
        return Record(trouble=error.what)
    return summed(rows.values(), first)


def summed(rows: Iterable[TransactionPayload], first: str, after: str = "") -> Record:
    """What was spent less what was refunded, by local day, from ``first`` on and after ``after``."""
    days: dict[str, float] = {}
    for row in rows:
        sign = {"spend": 1, "refund": -1}.get(row.type)
        if sign is None or row.amount is None or row.created_at is None:
            continue
        day = _day(row.created_at)
        if day >= first and day > after:
            days[day] = days.get(day, 0) + sign * abs(row.amount)
    return Record(days, after)


def _day(when: datetime) -> str:
    return when.astimezone().date().isoformat()
