"""What became of an operation whose answer was lost. Pure: evidence comes in, a decision goes out.

Two mistakes are possible and only one is forgiven: to ask a person needlessly. A wrong "it was free" would
pay twice, so that nothing is ever concluded from numbers of transactions and creations that somebody else
may have made.
"""

from __future__ import annotations

import enum
import functools
import itertools
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ..contract.evidence import Mark, Movement, Sighting

HORIZON_SECONDS, HORIZON_TIMES = 15 * 60.0, 3.0
PROOF_SECONDS, PROOF_TIMES = 60 * 60.0, 12.0
SLACK_SECONDS = 5 * 60.0
# A server that writes local time where we read UTC must not make a debit look older than it is.
ZONE_SECONDS = 15 * 3600.0
# Two prompts that begin alike are no proof of anything below this many characters.
MIN_PART = 24
RUNNING = frozenset({"pending", "generating", "queued", "processing"})
FAILED = frozenset({"failed", "cancelled"})
UNMARKED = Mark()


@dataclass(frozen=True, slots=True)
class Case:
    """The unclear operation. ``sent`` in epoch seconds; ``mark`` was taken before it was sent."""

    generator: str
    model_id: int | str
    prompt: str
    count: int
    fingerprint: str
    sent: float
    max_seconds: float | None = None
    mark: Mark = UNMARKED


@dataclass(frozen=True, slots=True)
class Rival:
    """Another operation of ours that may own what is seen; ``in_flight``: its answer may still come."""

    generator: str
    model_id: int | str
    prompt: str
    fingerprint: str
    in_flight: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the provider shows now.

    Args:
        sightings: creations that no operation of ours has claimed.
        movements: the ledger's rows; None when it cannot be read.
        complete: both lists were read down to the mark.
        others: how many other operations of ours may have moved credits since the mark.
        paid: how many of those surely did: a ledger that does not show them proves nothing.
        age: seconds that surely passed since the sending, should the clock have been put forward.
        rising: whether ids grow with time here; found out from the sightings unless given.
    """

    sightings: tuple[Sighting, ...] = ()
    movements: tuple[Movement, ...] | None = ()
    complete: bool = True
    others: int = 0
    paid: int = 0
    age: float = math.inf
    rising: bool | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Too early to say."""

    why: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Nobody but the person can say. ``offered`` are creations that may be it, ``spent`` credits seen."""

    why: str
    offered: tuple[str, ...] = ()
    spent: float | None = None


@dataclass(frozen=True, slots=True)
class Recover:
    """These creations are it. ``charge`` in credits, when the ledger leaves no doubt."""

    ids: tuple[str, ...]
    charge: float | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """Proved: nothing was taken, or what was taken is back."""

    why: str


@dataclass(frozen=True, slots=True)
class Charged:
    """Credits are gone and there is no output."""

    charge: float


Decision = Wait | Ask | Recover | Free | Charged


class Likeness(enum.IntEnum):
    """How a listed prompt compares with the one that was sent."""

    OTHER = 0
    PART = 1
    SAME = 2


def horizon(max_seconds: float | None) -> float:
    """Seconds after the sending from which a person is asked."""
    return max(HORIZON_SECONDS, HORIZON_TIMES * (max_seconds or 0))


def proof_horizon(max_seconds: float | None) -> float:
    """Seconds after the sending from which absence proves something.

    The one assumption about a server: what it debits is in its ledger by then.
    """
    return max(PROOF_SECONDS, PROOF_TIMES * (max_seconds or 0))


def likeness(sent: str, shown: str | None) -> Likeness:
    """Whether ``shown`` is the prompt ``sent``, whole or cut off.

    >>> likeness("a fox\\r\\nin snow", " a fox in snow").name
    'SAME'
    """
    ours, theirs = _plain(sent), _plain(shown or "")
    if ours == theirs:
        return Likeness.SAME if ours else Likeness.PART
    start = theirs.removesuffix("…").removesuffix("...").rstrip()
    if len(start) >= MIN_PART and ours.startswith(start):
        return Likeness.PART
    return Likeness.OTHER


@functools.lru_cache(1024)
def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def decide(case: Case, evidence: Evidence, rivals: Sequence[Rival], now: float) -> Decision:
    """What is known of ``case`` at ``now`` (epoch seconds).

    Args:
        case: the operation.
        evidence: what the provider shows.
        rivals: other operations of the same account that are under way or unclear.
        now: when the evidence was asked for, in epoch seconds.
    """
    pool = _sort_out(case, evidence, now)
    money = _count(case, evidence)
    age = min(now - case.sent, evidence.age)
    adopted = _adopt(case, pool, money, rivals, age)
    if adopted is not None:
        return adopted
    return _without(case, evidence, pool, money, age)


# --- what was made ---


@dataclass(frozen=True, slots=True)
class _Pool:
    """Unclaimed creations above the mark: surely, likely or possibly ours, and those of others."""

    same: tuple[Sighting, ...]
    part: tuple[Sighting, ...]
    offered: tuple[Sighting, ...]
    running: tuple[Sighting, ...]
    failed: tuple[Sighting, ...]
    strangers: int


def _sort_out(case: Case, evidence: Evidence, now: float) -> _Pool:
    trust = ids_rise(evidence.sightings) if evidence.rising is None else evidence.rising
    fresh = [s for s in evidence.sightings if not (trust and _old(s, case.mark))]
    ours = [s for s in fresh if _could_be(case, s)]
    placed = [s for s in ours if _in_time(case, s, now, trust)]
    like = dict.fromkeys((s.id for s in ours), Likeness.OTHER)
    like |= {s.id: likeness(case.prompt, s.prompt) for s in placed}
    done = sorted((s for s in ours if s.status not in RUNNING | FAILED), key=_age)
    return _Pool(
        same=tuple(s for s in done if like[s.id] is Likeness.SAME),
        part=tuple(s for s in done if like[s.id] is Likeness.PART),
        offered=tuple(s for s in done if like[s.id] is Likeness.OTHER),
        running=tuple(s for s in ours if s.status in RUNNING and like[s.id]),
        failed=tuple(s for s in placed if s.status in FAILED and like[s.id] is Likeness.SAME),
        strangers=len(fresh) - len(ours),
    )


def ids_rise(sightings: Sequence[Sighting]) -> bool:
    """Whether ids grow with time here, as far as can be seen."""
    times = []
    for s in sightings:
        ident = s.number
        if ident is None:
            return False
        if s.created is not None:
            times.append((s.created, ident))
    times.sort()
    return all(a[0] == b[0] or a[1] < b[1] for a, b in itertools.pairwise(times))


def _old(sighting: Sighting, mark: Mark) -> bool:
    seen = sighting.number
    return mark.creation is not None and seen is not None and seen <= mark.creation


def _could_be(case: Case, s: Sighting) -> bool:
    return s.generator in ("", case.generator) and s.model_id in (None, case.model_id)


def _in_time(case: Case, s: Sighting, now: float, trust: bool) -> bool:
    if s.created is None:
        return trust and case.mark.creation is not None
    return case.sent - SLACK_SECONDS <= s.created <= now + SLACK_SECONDS


def _age(s: Sighting) -> tuple[float, int, str]:
    return s.created or 0.0, s.number or 0, s.id


def _adopt(case: Case, pool: _Pool, money: _Money, rivals: Sequence[Rival], age: float) -> Decision | None:
    found = pool.same or pool.part
    if not found:
        return None
    asked = age >= horizon(case.max_seconds)
    against = [r for r in rivals if _competes(r, case, found)]
    if any(r.in_flight for r in against):
        return Wait("its twin is under way")
    ids = tuple(s.id for s in found)
    sure = not any(r.fingerprint != case.fingerprint for r in against) if pool.same else not against
    if not sure or (not pool.same and len(found) > case.count):
        return Ask("many", ids, money.spent) if asked else Wait("more than one could be it")
    if len(found) < case.count and (pool.running or not asked):
        return Wait("the rest may come")
    if pool.running:
        return Ask("many", ids, money.spent) if asked else Wait("what is still made could be it, too")
    return Recover(ids[: case.count], _charge(case, money))


def _competes(rival: Rival, case: Case, found: Sequence[Sighting]) -> bool:
    if (rival.generator, rival.model_id) != (case.generator, case.model_id):
        return False
    return any(likeness(rival.prompt, s.prompt) for s in found)


# --- what was taken ---


@dataclass(frozen=True, slots=True)
class _Money:
    """``spends`` and ``refunds`` that may belong to the case; ``recent`` ones came after it was sent."""

    spends: tuple[float, ...]
    refunds: tuple[float, ...]
    recent: tuple[float, ...]

    @property
    def spent(self) -> float | None:
        return sum(self.spends) if self.spends else None


def _count(case: Case, evidence: Evidence) -> _Money:
    possible = [m for m in evidence.movements or () if not _before(m, case)]
    spends = [m for m in possible if _is_spend(m)]
    return _Money(
        spends=tuple([-m.amount for m in spends]),
        refunds=tuple([m.amount for m in possible if m.type == "refund"]),
        recent=tuple([-m.amount for m in spends if m.at is None or m.at >= case.sent - SLACK_SECONDS]),
    )


def _is_spend(m: Movement) -> bool:
    return m.type == "spend" or (m.amount < 0 and m.type != "gift_sent")


def _before(m: Movement, case: Case) -> bool:
    """Whether a row is surely older than the operation. One that cannot be placed is not."""
    if m.id is not None and case.mark.transaction is not None:
        return m.id <= case.mark.transaction
    return m.at is not None and m.at < case.sent - ZONE_SECONDS


def _charge(case: Case, money: _Money) -> float | None:
    """The charge, if whichever row is ours says the same."""
    if not money.recent or (case.count > 1 and len(money.recent) > 1):
        return None
    return money.recent[0] if len(set(money.recent)) == 1 else None


def _without(case: Case, evidence: Evidence, pool: _Pool, money: _Money, age: float) -> Decision:
    """No creation can be called its own."""
    if age < horizon(case.max_seconds):
        return Wait("it may still be made, or listed")
    proved = age >= proof_horizon(case.max_seconds)
    if pool.running and not proved:
        return Wait("it is being made")
    if evidence.movements is None or not evidence.complete:
        return Ask("blind", _ids(pool.offered), money.spent)
    alone = not pool.offered and not pool.running
    failed = len(pool.failed) >= case.count
    if alone and (proved or failed):
        settled = _settled(money, evidence, pool.strangers, absent=proved, failed=failed)
        if settled is not None:
            return settled
    return Ask("spent" if money.spends else "nothing", _ids(pool.offered), money.spent)


def _settled(
    money: _Money, evidence: Evidence, strangers: int, *, absent: bool, failed: bool
) -> Free | Charged | None:
    """What the ledger proves when no creation is there, or comes any more.

    A refund may be another request's, charged before the mark: only what is listed as failed had one.
    """
    if not money.spends:
        silent = evidence.paid or strangers
        return Free("no spending") if absent and not silent else None
    if len(money.spends) != 1:
        return None
    if failed and money.refunds == money.spends:
        return Free("refunded")
    doubt = money.refunds or evidence.others or strangers or money.recent != money.spends
    return None if doubt else Charged(money.spends[0])


def _ids(sightings: Sequence[Sighting]) -> tuple[str, ...]:
    return tuple(s.id for s in sightings)
