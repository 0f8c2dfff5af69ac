"""Looking lost answers up: evidence is fetched, ``reconcile`` decides, the journal is told. All for free.

What can be concluded is concluded at once; what cannot is looked for again, less and less often, for a week.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..base.errors import Forbidden, GenerorError, NoOutput, NotSent, OutcomeUnknown
from ..base.messages import in_credits, say
from ..base.text import credits, line
from ..contract.evidence import Mark, Sighting
from . import failure
from .claims import UNWATCHED, Account, Claims, Found, Movers, Watched, uptime_of
from .following import answerable
from .journal import Journal, Operation, StoredAnswer
from .reconcile import (
    FAILED,
    RUNNING,
    SLACK_SECONDS,
    ZONE_SECONDS,
    Ask,
    Case,
    Charged,
    Decision,
    Evidence,
    Free,
    Recover,
    Rival,
    Wait,
    decide,
    horizon,
    ids_rise,
    proof_horizon,
)
from .states import UNCLEAR, State

if TYPE_CHECKING:
    from ..providers.base import Lookup, Order, Provider

# A mark so old still serves: whatever was made since is only looked at in vain.
MARK_SECONDS = 120.0
ASK_SECONDS = 0.1
PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)
LATE_PAUSE, HOUR, DAY = 300.0, 3600.0, 86_400.0
KEEP_LOOKING_SECONDS = 7 * DAY
Finish = Callable[[str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _View:
    """What one round has seen, asked for ``at`` (epoch seconds), and what the journal said right after.

    ``sightings`` shrink as they are claimed, ``rivals`` as they are settled.
    """

    at: float
    uptime: tuple[str | None, float | None]
    sightings: list[Sighting]
    evidence: Evidence
    above: int | None
    watched: Mapping[str, Watched]
    rivals: list[Operation]
    movers: Movers

    def of(self, op: Operation) -> Watched:
        return self.watched.get(op.id, UNWATCHED)

    def settled(self, op: Operation) -> None:
        self.rivals[:] = [other for other in self.rivals if other.id != op.id]


class Watch:
    """Finds out what became of the unclear operations of one provider.

    Args:
        journal: where they are.
        provider: whom to ask.
        finish: sees an operation that has its answer through to its files.
    """

    def __init__(self, journal: Journal, provider: Provider, finish: Finish) -> None:
        self.journal, self.provider, self.claims = journal, provider, Claims(journal)
        self._finish = finish
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    # --- before a sending ---

    async def mark(self, op: Operation) -> None:
        """Note what is visible before ``op`` is sent, so that what comes after can be told apart.

        Costs two short calls, or none when that was seen lately. Without an answer, what is known must do.
        """
        await take_mark(self.journal, self.provider, op)

    # --- one round ---

    async def look(self) -> list[Operation]:
        """Look once for every unclear operation of the account in use; returns those still unclear.

        Raises:
            GenerorError: the provider cannot be asked now; nothing was changed.
        """
        async with self._turn:
            known = await self._open()
            if known:
                await self._look_for(known)
            return self._unclear(known)

    async def _look_for(self, known: Sequence[Operation]) -> None:
        watched = self.claims.all_watched(self._lately())
        asked = [
            op
            for op in known
            if answerable(self.journal, op, self.provider.jobs, watched.get(op.id, UNWATCHED))
        ]
        for op in asked:
            await self._ask_again(op)
        looks: dict[str, tuple[str, ...]] = {op.id: () for op in known}
        ops = [op for op in known if op not in asked] if asked else known
        lookup = self.provider.lookup
        view = await self._see(lookup, ops, watched) if lookup is not None and ops else None
        if lookup is None or view is None:
            for op in ops:
                why = "named" if self._reference(op) else "cannot"
                self._ask(op, Ask(why), _sent(op, watched.get(op.id, UNWATCHED)))
        else:
            for op in ops:
                looks[op.id] = await self._settle(lookup, op, view)
        self.claims.note_looks(looks)
        if view is not None:
            self._put_aside(view, ops, {one for offered in looks.values() for one in offered})

    async def _ask_again(self, op: Operation) -> None:
        """Have the courier ask the provider itself; returns with its answer, before the job ends."""
        asking = asyncio.ensure_future(self._finish(op.id))
        try:
            while not asking.done() and self.journal.get(op.id).state in UNCLEAR | {State.CHARGED_NO_OUTPUT}:
                await asyncio.wait({asking}, timeout=ASK_SECONDS)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _open(self) -> list[Operation]:
        """Unclear operations first, then those given up; only the account's own."""
        since = self._lately()
        if not self.claims.any_open(self.provider.name, self.provider.base_url, since):
            return []
        account = Account(self.provider.name, self.provider.base_url, (await self.provider.account()).id)
        return self.claims.open(account, since)

    def _lately(self) -> float:
        return self.journal.clock() - KEEP_LOOKING_SECONDS

    def _here(self, op: Operation) -> bool:
        return (op.provider, op.base_url) == (self.provider.name, self.provider.base_url)

    def _unclear(self, ops: Sequence[Operation]) -> list[Operation]:
        if not ops:
            return []
        unclear = {op.id: op for op in self.journal.unresolved() if op.state in UNCLEAR}
        return [unclear[op.id] for op in ops if op.id in unclear]

    async def _see(
        self, lookup: Lookup, ops: Sequence[Operation], watched: Mapping[str, Watched]
    ) -> _View | None:
        """The account's lists down to the oldest mark; None when this key may not read them."""
        known = [(op, watched.get(op.id, UNWATCHED)) for op in ops]
        made, moved = [w.mark.creation for _, w in known], [w.mark.transaction for _, w in known]
        above = None if None in made else min(m for m in made if m is not None)
        below = None if None in moved else min(m for m in moved if m is not None)
        first = min(_sent(op, w) for op, w in known)
        at, uptime = self.journal.clock(), uptime_of(self.journal)
        try:
            creations = await lookup.creations(above, first - ZONE_SECONDS)
            movements = await lookup.movements(below, first - ZONE_SECONDS)
        except Forbidden as error:
            if error.message:
                return None
            raise  # a page in between, not the API: it proves nothing about the key
        # The journal is read after the lists: whoever may own what they show is in it.
        account = Account.of(ops[0])
        claimed = self.claims.claimed(account, [s.id for s in creations.rows])
        return _View(
            at,
            uptime,
            [s for s in creations.rows if s.id not in claimed],
            Evidence(
                movements=movements.rows,
                complete=creations.complete and movements.complete,
                rising=ids_rise(creations.rows),
            ),
            above,
            self.claims.all_watched(self._lately()),
            self.claims.rivals(account),
            self.claims.movers(account, first - SLACK_SECONDS),
        )

    # --- one operation ---

    async def _settle(self, lookup: Lookup, op: Operation, view: _View) -> tuple[str, ...]:
        """Conclude what can be concluded; returns the creations that a person may choose from."""
        decision = self._decide(op, view)
        if isinstance(decision, Recover):
            try:
                await self._recover(op, decision, view)
            except GenerorError:
                decision = Wait("listed, and not to be had yet")
        elif op.state in UNCLEAR:
            self._apply(op, decision, view)
            return decision.offered if isinstance(decision, Ask) else ()
        return ()

    def _decide(self, op: Operation, view: _View) -> Decision:
        watched = view.of(op)
        case = _case(op, watched)
        others, paid = view.movers.others(op.id, case.sent - SLACK_SECONDS)
        seen = view.evidence
        evidence = Evidence(
            tuple(view.sightings),
            seen.movements,
            seen.complete,
            others,
            paid,
            watched.passed(view.uptime),
            seen.rising,
        )
        return decide(case, evidence, [_rival(r) for r in view.rivals if r.id != op.id], view.at)

    async def _recover(self, op: Operation, found: Recover, view: _View) -> None:
        await self.adopt(op, found.ids, found.charge)
        view.sightings[:] = [s for s in view.sightings if s.id not in found.ids]
        view.settled(op)

    async def adopt(self, op: Operation, ids: Sequence[str], charge: float | None = None) -> bool:
        """Make these creations the operation's and fetch them; False when another one has them.

        Raises:
            GenerorError: they cannot be had.
        """
        lookup = self.provider.lookup
        if lookup is None:
            raise GenerorError(say("unclear.cannot", id=op.short), say("unclear.hint", id=op.short))
        reply = await lookup.recall(ids, charge)
        answer = StoredAnswer(reply.status, dict(reply.headers), reply.body)
        taken = self.claims.adopt(op, ids, answer, f"found: {', '.join(ids)}")
        if taken:
            await self._finish(op.id)
        return taken

    async def take(self, found: Found) -> Operation:
        """Make an operation of a creation of the inbox, and fetch it.

        Raises:
            GenerorError: it cannot be had, or was taken.
        """
        lookup = self.provider.lookup
        here = (self.provider.name, self.provider.base_url, (await self.provider.account()).id)
        if lookup is None or found.account.key != here:
            raise GenerorError(
                say("inbox.elsewhere", id=found.creation_id, account=found.account.id),
                say("inbox.elsewhere.hint", provider=found.account.provider),
            )
        reply = await lookup.recall([found.creation_id], None)
        answer = StoredAnswer(reply.status, dict(reply.headers), reply.body)
        model = next((m for m in await self.provider.models() if m.id == found.model_id), None)
        op = self.claims.take(found, answer, model.name if model else "", model.type if model else "")
        if op is None:
            raise GenerorError(say("inbox.unknown", id=found.creation_id), say("inbox.unknown.hint"))
        await self._finish(op.id)
        return self.journal.get(op.id)

    def _apply(self, op: Operation, decision: Decision, view: _View) -> None:
        if isinstance(decision, Free):
            told = GenerorError(say("proved.free", id=op.short), say("proved.free.hint"))
            error = failure.record(told)
            self.journal.move(op.id, State.PROVED_FREE, decision.why, unchanged=op.updated, error=error)
        elif isinstance(decision, Charged):
            what = say("charged.nothing", charge=credits(decision.charge), id=op.short)
            told = NoOutput(what, say("charged.nothing.hint"), charge=decision.charge)
            self.journal.move(
                op.id,
                State.CHARGED_NO_OUTPUT,
                "charged, and nothing is listed",
                unchanged=op.updated,
                charge=decision.charge,
                error=failure.record(told),
            )
        elif isinstance(decision, Ask):
            self._ask(op, decision, _sent(op, view.of(op)))
            return
        if not isinstance(decision, Wait):
            view.settled(op)

    def _ask(self, op: Operation, decision: Ask, sent: float) -> None:
        """From here on a person has to choose, until more is seen."""
        if op.state not in UNCLEAR:
            return
        what = say(
            f"unclear.{decision.why}",
            id=op.short,
            at=time.strftime("%H:%M", time.localtime(sent)),
            spent=in_credits(decision.spent),
            count=len(decision.offered),
            provider=op.provider,
            reference=self._reference(op),
        )
        told = OutcomeUnknown(what, say("unclear.hint", id=op.short), operation=op.id)
        error = failure.record(told)
        if not self.journal.move(op.id, State.ASK, decision.why, error=error) and error != op.error:
            self.journal.annotate(op.id, error=error)

    def _reference(self, op: Operation) -> str:
        """What the provider's people may find it by."""
        try:
            order = order_of(self.journal, op)
        except NotSent:
            return ""
        return line(self.provider.reference(order), 120)

    def _put_aside(self, view: _View, ops: Sequence[Operation], offered: set[str]) -> None:
        """What was made since and belongs to nothing goes to the inbox; what may still find its own waits."""
        first = min(_sent(op, view.of(op)) for op in ops) - SLACK_SECONDS
        waiting = [op for op in view.rivals if _waits(op, view)]
        kept = [
            s
            for s in view.sightings
            if s.id not in offered
            and s.status not in RUNNING | FAILED
            and _is_new(s, view.above, first)
            and not any(_may_own(op, view.of(op), s) for op in waiting)
        ]
        self.claims.put_aside(Account.of(ops[0]), kept)

    # --- again and again ---

    def due(self, op: Operation, watched: Watched | None = None) -> float | None:
        """When to look for ``op`` next, in epoch seconds; None when it is given up."""
        known = self.claims.watched(op.id) if watched is None else watched
        sent = _sent(op, known)
        last = known.looked if known.looked is not None else sent
        pause = pause_after(known.looks, last - sent, op.max_seconds)
        return None if pause is None else last + pause

    def start(self) -> None:
        """Look in the background, on the running loop, as long as something is unclear."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self.run())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def run(self, until: float | None = None) -> None:
        """Look whenever it is due, until nothing can turn up any more or ``until`` (epoch seconds)."""
        while True:
            ours = [op for op in self.claims.all_open(self._lately()) if self._here(op)]
            watched = self.claims.all_watched(self._lately()) if ours else {}
            dues = (self.due(op, watched.get(op.id, UNWATCHED)) for op in ours)
            known = [at for at in dues if at is not None]
            if not known or (until is not None and min(known) > until):
                return
            await asyncio.sleep(max(1.0, min(known) - self.journal.clock()))
            try:
                await self.look()
            except GenerorError:
                await asyncio.sleep(PAUSES[-1])


def order_of(journal: Journal, op: Operation) -> Order:
    """What is sent, byte for byte as it was intended.

    Raises:
        NotSent: its file is gone, or another one.
    """
    from ..providers.base import Order

    return Order(op.path, journal.whole(op).body, op.idempotency_key)


async def take_mark(journal: Journal, provider: Provider, op: Operation) -> None:
    """Note, with ``op``, the highest ids visible now, or lately."""
    claims = Claims(journal)
    known = claims.last_mark(Account.of(op))
    mark, fresh = known[0] if known else Mark(), False
    lookup = provider.lookup
    if lookup is not None and (known is None or journal.clock() - known[1] > MARK_SECONDS):
        try:
            mark, fresh = await lookup.mark(), True
        except GenerorError:
            pass
    claims.set_mark(op, mark, fresh=fresh)


def pause_after(looks: int, age: float, max_seconds: float | None) -> float | None:
    """Seconds to the next look, after so many looks at this age (seconds since the sending)."""
    if age >= KEEP_LOOKING_SECONDS:
        return None
    if age < horizon(max_seconds):
        return PAUSES[min(looks, len(PAUSES) - 1)]
    if age < 2 * proof_horizon(max_seconds):
        return LATE_PAUSE
    return HOUR if age < DAY else DAY


def _sent(op: Operation, watched: Watched) -> float:
    return op.created if watched.sent is None else watched.sent


def _case(op: Operation, watched: Watched) -> Case:
    return Case(
        generator=op.generator,
        model_id=op.model_id,
        prompt=op.prompt,
        count=op.count,
        fingerprint=op.fingerprint,
        sent=_sent(op, watched),
        max_seconds=op.max_seconds,
        mark=watched.mark,
    )


def _rival(op: Operation) -> Rival:
    return Rival(op.generator, op.model_id, op.prompt, op.fingerprint, op.state not in UNCLEAR)


def _waits(op: Operation, view: _View) -> bool:
    """Whether it is under way, or too young to be asked about."""
    return op.state not in UNCLEAR or view.at - _sent(op, view.of(op)) < horizon(op.max_seconds)


def _may_own(op: Operation, watched: Watched, sighting: Sighting) -> bool:
    if sighting.generator not in ("", op.generator) or sighting.model_id not in (None, op.model_id):
        return False
    undated = sighting.created is None and watched.mark.creation is None
    return undated or _is_new(sighting, watched.mark.creation, _sent(op, watched) - SLACK_SECONDS)


def _is_new(sighting: Sighting, above: int | None, first: float) -> bool:
    number = sighting.number
    if above is not None and number is not None:
        return number > above
    return sighting.created is not None and sighting.created >= first


def quiet_line(journal: Journal) -> str:
    """One line when something is unresolved; else ""."""
    count = len(journal.unresolved())
    return say("unclear.line", count=count) if count else ""
