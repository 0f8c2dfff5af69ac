"""A paid job in the database: begun with its debit, then kept, or ended and refunded. Never both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from ...base.files import sha256
from ...contract.schema import canonical
from .. import ledger
from ..answers import Refused
from ..store import insert_row, provider_jobs, provider_outputs, stamp
from . import webhooks

QUEUED, RUNNING = "queued", "running"
SUCCEEDED, FAILED, BLOCKED = "succeeded", "failed", "blocked"
OPEN = (QUEUED, RUNNING)
Row = dict[str, Any]
GIVEN_UP = "The studio was stopped before this was made."


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, checked and priced.

    Attributes:
        public_id: what the API calls the job.
        body: what is made of, as JSON; the same body again is the next take of it.
        cost: credits.
        origin: the address of the API, for addresses that are told without being asked.
        idempotency_key: the same one again is the same job.
        most: how many of an account may be under way at once.
    """

    provider: str
    user_id: int
    public_id: str
    kind: str
    body: Mapping[str, Any]
    cost: int
    origin: str
    idempotency_key: str | None = None
    most: int | None = None

    @property
    def canonical(self) -> str:
        return canonical({"provider": self.provider, "body": self.body})


@dataclass(frozen=True, slots=True)
class Begun:
    """A job in the database; ``take`` counts the earlier ones of the same body."""

    job: Row
    take: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Output:
    """One file that a job made, or the place of one it did not: then it has no digest, and a note."""

    place: int
    part: str
    name: str
    digest: str | None
    mime: str
    width: int
    height: int
    note: str | None = None


def begin(connection: Connection, request: Request, owner: str, now: float) -> Begun:
    """Take the credits and note who is at it; refuses, and changes nothing, when they do not suffice."""
    if known := find_by_key(connection, request.provider, request.user_id, request.idempotency_key):
        return Begun(known, 0, False)
    if request.most is not None and _under_way(connection, request) >= request.most:
        raise Refused(
            "RATE_LIMIT_EXCEEDED", f"{request.most} are under way already; wait for one of them to end"
        )
    digest = sha256(request.canonical.encode())
    noted = f"{request.kind}, {request.public_id}"
    spend_id = ledger.spend(
        connection, request.user_id, request.cost, noted, stamp(now), purse=request.provider
    )
    take = _times_asked(connection, request, digest)
    job_id = insert_row(
        connection,
        provider_jobs,
        provider=request.provider,
        user_id=request.user_id,
        public_id=request.public_id,
        kind=request.kind,
        state=QUEUED,
        body=request.body,
        body_digest=digest,
        idempotency_key=request.idempotency_key,
        origin=request.origin,
        owner=owner,
        cost=request.cost,
        spend_id=spend_id,
        created_at=now,
    )
    return Begun(_row(connection, job_id), take, True)


def run(connection: Connection, job_id: int) -> None:
    """Note that its turn has come."""
    queued = (provider_jobs.c.job_id == job_id, provider_jobs.c.state == QUEUED)
    connection.execute(update(provider_jobs).where(*queued).values(state=RUNNING))


def end(
    connection: Connection,
    job_id: int,
    state: str,
    now: float,
    *,
    error: str | None = None,
    outputs: Sequence[Output] = (),
) -> bool:
    """Complete a job, once; what did not succeed gives its credits back. False when it had ended before."""
    unfinished = (provider_jobs.c.job_id == job_id, provider_jobs.c.state.in_(OPEN))
    values = {"state": state, "error": error, "completed_at": now}
    if not connection.execute(update(provider_jobs).where(*unfinished).values(values)).rowcount:
        return False
    job = _row(connection, job_id)
    if state != SUCCEEDED and job["spend_id"] is not None:
        ledger.refund(connection, job["spend_id"], f"Refund of {job['public_id']}", stamp(now))
    if outputs:
        rows = [{"job_id": job_id, **{name: getattr(one, name) for name in _FIELDS}} for one in outputs]
        connection.execute(insert(provider_outputs), rows)
    webhooks.announce(connection, job, files(connection, job_id), now)
    return True


def fail_of(connection: Connection, is_over: Callable[[str], bool], now: float) -> set[str]:
    """Fail every unfinished job whose owner is over; returns those owners."""
    unfinished = select(provider_jobs.c.job_id, provider_jobs.c.owner)
    rows = connection.execute(unfinished.where(provider_jobs.c.state.in_(OPEN))).all()
    over = {owner for owner in {row.owner for row in rows} if is_over(owner)}
    for row in rows:
        if row.owner in over:
            end(connection, row.job_id, FAILED, now, error=GIVEN_UP)
    return over


def find(connection: Connection, provider: str, user_id: int, public_id: str) -> Row | None:
    """A job of this account; another's is not found, like one that never was."""
    return _one(
        connection,
        provider_jobs.c.provider == provider,
        provider_jobs.c.user_id == user_id,
        provider_jobs.c.public_id == public_id,
    )


def find_by_key(connection: Connection, provider: str, user_id: int, key: str | None) -> Row | None:
    """The job that an account began with an idempotency key."""
    if key is None:
        return None
    return _one(
        connection,
        provider_jobs.c.provider == provider,
        provider_jobs.c.user_id == user_id,
        provider_jobs.c.idempotency_key == key,
    )


def listing(connection: Connection, provider: str, user_id: int) -> list[Row]:
    """Every job of an account, in the order in which they were begun."""
    mine = (provider_jobs.c.provider == provider, provider_jobs.c.user_id == user_id)
    return _rows(connection, select(provider_jobs).where(*mine).order_by(provider_jobs.c.job_id))


def files(connection: Connection, job_id: int) -> list[Row]:
    """What a job made, in order."""
    of = provider_outputs.c.job_id == job_id
    wanted = select(provider_outputs).where(of).order_by(provider_outputs.c.output_id)
    return _rows(connection, wanted)


def file_named(connection: Connection, provider: str, name: str) -> Row | None:
    """An output by the name in its address."""
    wanted = (
        select(provider_outputs, provider_jobs.c.user_id)
        .join(provider_jobs, provider_jobs.c.job_id == provider_outputs.c.job_id)
        .where(
            provider_jobs.c.provider == provider,
            provider_outputs.c.name == name,
            provider_outputs.c.digest.is_not(None),
        )
    )
    return next(iter(_rows(connection, wanted)), None)


_FIELDS = ("place", "part", "name", "digest", "mime", "width", "height", "note")


def _rows(connection: Connection, wanted: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _one(connection: Connection, *which: Any) -> Row | None:
    return next(iter(_rows(connection, select(provider_jobs).where(*which))), None)


def _row(connection: Connection, job_id: int) -> Row:
    return _rows(connection, select(provider_jobs).where(provider_jobs.c.job_id == job_id))[0]


def _count(connection: Connection, request: Request, *which: Any) -> int:
    mine = (provider_jobs.c.provider == request.provider, provider_jobs.c.user_id == request.user_id)
    return int(connection.execute(select(func.count()).where(*mine, *which)).scalar_one())


def _under_way(connection: Connection, request: Request) -> int:
    return _count(connection, request, provider_jobs.c.state.in_(OPEN))


def _times_asked(connection: Connection, request: Request, digest: str) -> int:
    same = (provider_jobs.c.body_digest == digest, provider_jobs.c.state.not_in((FAILED, BLOCKED)))
    return _count(connection, request, *same)
