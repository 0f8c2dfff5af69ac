"""What was spent, by day, model and type: from the journal, beside what the account itself says.

Its face is a picture; the numbers behind it are tables.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from . import api, charts, sessions
from .base.errors import GenerorError, InvalidRequest
from .base.messages import in_credits, say
from .base.services import is_play
from .base.text import credits, line, nearest
from .charts import Bar
from .figures import QUIET
from .results import FONT, PLAIN
from .session import Session
from .spending.journal import Operation
from .spending.states import FINISHED, FREE, UNCLEAR, State
from .tables import Table, frame

if TYPE_CHECKING:
    from .contract.generor import TransactionPayload

BY = ("day", "model", "type")
DAYS, MOST_DAYS, MOST_COLUMNS = 30, 3_660, 62
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
    """What the last ``days`` days cost, newest day first; its face is a picture for each of ``by``.

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
        return in_credits(amount, play=is_play(self.provider))

    def _tables(self) -> list[Table]:
        return [table(by, self.rows(by), self.record is not None and by == "day") for by in self.by]

    def _empty(self) -> str:
        return "" if any(self.rows(by) for by in self.by) else say("spend.none", days=self.days)

    def __repr__(self) -> str:
        tables = [repr(one) for one in self._tables() if one.rows]
        lines = "\n".join([self._empty() or self.headline, *self.remarks])
        return "\n\n".join([lines, *tables])

    def to_pandas(self, by: str = "day") -> Any:
        """``rows(by)`` as a DataFrame.

        Raises:
            ExtraMissing: pandas is not installed.
        """
        return frame([asdict(row) for row in self.rows(by)])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        lines = "".join(
            f"<div>{html.escape(text)}</div>" for text in [self._empty() or self.headline, *self.remarks]
        )
        body = "" if self._empty() else f"{self._pictures()}{self._numbers()}"
        return {
            "text/plain": repr(self),
            "text/html": f'<div {PLAIN} style="{FONT}">{lines}{body}</div>',
        }

    def _pictures(self) -> str:
        days = self._days() if "day" in self.by else ""
        others = "".join(self._bars(by) for by in self.by if by != "day")
        side = f'<div style="display:flex;flex-wrap:wrap;gap:14px 36px">{others}</div>' if others else ""
        shown = "".join(f'<div style="padding-top:12px">{part}</div>' for part in (days, side) if part)
        striped = f'<div style="{QUIET};padding-top:6px">▨ {html.escape(say("spend.striped"))}</div>'
        return shown + (striped if self.open else "")

    def _days(self) -> str:
        bars = [
            Bar(name, charged, credits(charged), open_)
            for name, charged, open_ in spans(self.rows("day"), self.today, self.days)
        ]
        top = max(bars, key=lambda bar: bar.value + bar.open)
        told = say("spend.most", credits=self._money(top.value + top.open), day=top.name)
        return charts.columns(say("spend.by.day"), bars, told, told)

    def _bars(self, by: str) -> str:
        found = [row for row in self.rows(by) if row.charged or row.open]
        bars = [Bar(line(row.name, 60), row.charged, credits(row.charged), row.open) for row in found]
        kept, rest = bars[: charts.MOST_BARS], bars[charts.MOST_BARS :]
        if rest:
            amount = sum(bar.value for bar in rest)
            name = say("spend.rest", count=len(rest))
            kept.append(Bar(name, amount, credits(amount), sum(bar.open for bar in rest)))
        told = ", ".join(f"{bar.name} {bar.told}" for bar in kept)
        return charts.rows(say(f"spend.by.{by}"), kept, told)

    def _numbers(self) -> str:
        tables = "".join(
            f"<div>{one._repr_mimebundle_()['text/html']}</div>" for one in self._tables() if one.rows
        )
        # JupyterLab would take a letter typed here for a shortcut of its own.
        summary = f'<summary data-lm-suppress-shortcuts="true">{html.escape(say("spend.numbers"))}</summary>'
        side = "display:flex;flex-wrap:wrap;gap:14px 36px;align-items:flex-start;padding-top:6px"
        return f'<details style="padding-top:12px">{summary}<div style="{side}">{tables}</div></details>'


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


def spans(rows: Sequence[Cost], today: str, days: int) -> list[tuple[str, float, float]]:
    """Charged and open of every day up to ``today``; of every week or month where the days are too many.

    A span is named by its first day.
    """
    first = date.fromisoformat(first_day(today, days))
    found: dict[str, tuple[float, float]] = {}
    known = {row.name: row for row in rows}
    for number in range(days):
        day = first + timedelta(number)
        name = _span(day, number, days)
        row = known.get(day.isoformat(), Cost("", 0, 0))
        charged, open_ = found.get(name, (0.0, 0.0))
        found[name] = (charged + row.charged, open_ + row.open)
    return [(name, charged, open_) for name, (charged, open_) in found.items()]


def _span(day: date, number: int, days: int) -> str:
    if days <= MOST_COLUMNS:
        return day.isoformat()
    if days <= 7 * MOST_COLUMNS:
        return (day - timedelta(number % 7)).isoformat()
    return f"{day:%Y-%m}"


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
    number = 0
    try:
        client = sessions.client(current).options(deadline=RECORD_SECONDS)
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
