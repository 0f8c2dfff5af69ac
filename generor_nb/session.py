"""What every surface talks to: a provider, the journal, the budget and the outputs folder.

A spend has two steps, so that whoever asks can show the price in between: ``plan`` checks and prices,
``spend`` follows the one path of ``spending``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from . import allowance, references
from .balances import Balances
from .base import host, keys
from .base.errors import (
    GenerorError,
    InsufficientCredits,
    InvalidRequest,
    NoOutput,
    Unresolved,
)
from .base.files import OwnerLock, is_owned
from .base.messages import say
from .base.settings import Settings
from .base.text import credits
from .chains import Ways
from .contract.schema import (
    Ask,
    Balance,
    Estimate,
    Generator,
    Model,
    Request,
    fingerprint,
)
from .delivery import address_of, deliver
from .plans import Event, OnEvent, Plan, Prices, Terms, check_terms, choose_take
from .results import Result
from .spending import lineage, prices
from .spending.carrier import Carrier
from .spending.failure import outcome_of
from .spending.journal import Intent, Journal, Operation
from .spending.shelf import Shelf
from .spending.states import ANSWERED, FINISHED, FREE, RUNNING, UNCLEAR, State
from .spending.watch import Watch, quiet_line

if TYPE_CHECKING:
    from .providers.base import Provider

POLL_SECONDS = 0.1
# What was made may be listed all the same.
MAY_TURN_UP = UNCLEAR | {State.CHARGED_NO_OUTPUT}
# A courier that dies so many times before it sends anything will not do better the next time.
COURIERS = 3


def _no_ways(_: Session) -> Ways | None:
    return None


# How the results of a session go on: whoever can put a question to a person sets this.
ways_of: Callable[[Session], Ways | None] = _no_ways


def _silent(event: Event) -> None:
    pass


class Session:
    """One provider and account, with the journal of this home.

    Args:
        settings: read anew whenever something depends on them.
        provider: where requests go.
        key_source: where its key came from; empty for the studio.
        chosen: False when nobody asked for this provider: the first result then says so.
        attended: whether a question can be answered.
        carrier: carries what is paid; a courier in this process unless given.
        owner: the id under which this session owns its intents; one of its own unless given.
    """

    def __init__(
        self,
        settings: Settings,
        provider: Provider,
        *,
        key_source: str = "",
        chosen: bool = True,
        attended: Callable[[], bool] = host.attended,
        carrier: Carrier | None = None,
        owner: str | None = None,
    ) -> None:
        self.settings, self.provider, self.key_source = settings, provider, key_source
        self.home: Path = settings.get("home")
        self.journal = Journal(self.home)
        self.owner = owner or new_owner()
        self._lock = OwnerLock(self._owner_lock(self.owner))
        self._lock.acquire()
        self.courier: Carrier = carrier or self._inline()
        self.shelf = Shelf(self.home)
        self.attended = attended
        self.allowance = allowance.Allowance(settings, provider, self.journal, lambda: self.attended())
        self.journal.release(self.alive)
        self.watch = Watch(self.journal, provider, self.finish)
        self._prices = Prices(self.journal.clock)
        self.balances = Balances(provider, self.journal)
        said = ("" if chosen or keys.demo() else say("no.key"), self.journal.notice, quiet_line(self.journal))
        self._greeting = tuple(line for line in said if line)

    def _inline(self) -> Carrier:
        # With all of transport: not at import, so that a courier's own process starts before it.
        from .spending.courier import Courier

        return Courier(self.journal, self.provider, self.owner)

    async def aclose(self) -> None:
        """Let go of connections and files. What is SENT goes on to its end first."""
        self.watch.stop()
        self.balances.close()
        await self.courier.aclose()
        await self.provider.aclose()
        self.journal.close()
        self._lock.release()
        self._lock.path.unlink(missing_ok=True)

    def alive(self, owner: str) -> bool:
        """Whether the session or courier that owns an operation still lives."""
        return owner == self.owner or is_owned(self._owner_lock(owner))

    def _owner_lock(self, owner: str) -> Path:
        return self.journal.local / "owners" / f"{owner}.lock"

    # --- asking is free ---

    async def generators(self) -> list[Generator]:
        return await self.provider.generators()

    async def generator(self, slug: str) -> Generator:
        return await self.provider.generator(slug)

    async def models(self, type: str | None = None) -> list[Model]:
        return await self.provider.models(type)

    async def balance(self) -> Balance:
        """What is left, as far as it is known.

        Raises:
            GenerorError: it is not known.
        """
        return await self.balances.left()

    async def fetch(self, url: str, part: Path, limit: int) -> None:
        """A file from anywhere into ``part``, asked for without the key; at most ``limit`` bytes."""
        await self.provider.fetch(url, part, limit)

    async def plan(self, ask: Ask, terms: Terms | None = None, *, dry: bool = False) -> Plan:
        """Check ``ask``, look it up in the journal, and price it if it has to be paid.

        Args:
            dry: it will not be paid, so nobody gets ready to carry it, and its price may be minutes old.

        Raises:
            InvalidRequest: something in it is wrong.
            Unresolved: it was sent before and its outcome is unclear.
        """
        check_terms(terms or Terms())
        return await self.plan_of(await self.compose(ask), terms, dry=dry)

    async def plan_of(self, request: Request, terms: Terms | None = None, *, dry: bool = False) -> Plan:
        """The same for what is composed already."""
        terms = terms or Terms()
        check_terms(terms)
        account = await self.provider.account()
        mark = fingerprint(request, self.provider.base_url, account.id)
        self.journal.release(self.alive)
        takes = await self._takes(mark)
        take = choose_take(takes, terms)
        existing = self._standing(next((op for op in takes if op.take == take), None))
        if existing is not None:
            known = Estimate(existing.estimate, None, adjustments=existing.adjustments)
            return Plan(request, known, account, mark, take, terms, existing)
        if not dry:
            self.courier.warm()
        estimate = await self.priced(request, fresh=not dry)
        question = None if terms.yes else self.allowance.question(estimate, account)
        return Plan(request, estimate, account, mark, take, terms, None, question)

    async def estimate(self, ask: Ask) -> Estimate:
        """What it costs, as of the last minutes."""
        return await self.priced(await self.compose(ask))

    async def priced(self, request: Request, *, fresh: bool = False) -> Estimate:
        """What a request costs, as of the last minutes, or of now.

        By its provider; else by what others like it were charged.
        """
        known = None if fresh else self._prices.get(request)
        told = known or self._prices.keep(request, await self.provider.estimate(request))
        return prices.by_history(self.journal, self.provider.base_url, request, told)

    async def compose(self, ask: Ask) -> Request:
        """The request, checked, with what it refers to as it will be sent."""
        media = await references.gather(ask.refs, self.media_place()) if ask.refs else ask.media
        request = await self.provider.compose(replace(ask, refs={}, media=media))
        parents = (*ask.parents, *references.parents(ask.refs))
        return replace(request, parents=tuple(dict.fromkeys(parents)))

    def media_place(self) -> references.Place:
        """Where media that is given goes."""
        return references.Place(
            provider=self.provider.name,
            takes=self.provider.takes,
            address_of=lambda made: address_of(made, self.journal, self.provider),
            fetch=self._fetched,
        )

    async def _fetched(self, url: str, limit: int) -> bytes:
        part = self.shelf.folder / f".{uuid.uuid4().hex}.part"
        try:
            await self.fetch(url, part, limit)
            return part.read_bytes()
        finally:
            part.unlink(missing_ok=True)

    def _standing(self, op: Operation | None) -> Operation | None:
        """The operation if there is something to show, finish or wait for; None if it may be paid."""
        if op is None or op.state in FREE:
            return None
        if op.state in UNCLEAR:
            raise Unresolved(
                say("unresolved", id=op.short), say("unresolved.hint", id=op.short), operation=op.id
            )
        if op.state is State.CHARGED_NO_OUTPUT:
            raise _brought_nothing(op)
        if op.state is State.INTENT and not self.alive(op.owner):
            return None
        return op

    # --- the path that spends ---

    async def spend(
        self,
        plan: Plan,
        on_event: OnEvent | None = None,
        *,
        confirmed: bool = False,
        overlap: bool = False,
    ) -> Result:
        """Replay, finish, wait for, or pay for a plan.

        Args:
            plan: from ``plan``.
            on_event: called on the background loop.
            confirmed: somebody saw the price and said yes.
            overlap: it may be made while other calls of the account are; its charge is then only about right.

        Raises:
            NeedsConfirmation: it should be confirmed first, and was not.
            OverBudget: a cap would be passed; nothing was sent.
            OutcomeUnknown: it was sent and no clear answer came; it will not be sent again.
        """
        op, armed = await self.arm(plan, confirmed=confirmed)
        try:
            return await self.collect(op.id, on_event, plan=plan, armed=armed, overlap=overlap)
        except InsufficientCredits as error:
            raise await self._with_cheaper(error, plan.request.model) from None

    async def arm(self, plan: Plan, *, confirmed: bool = False) -> tuple[Operation, bool]:
        """Check the budget and write the intent, in one transaction; whether that was done now.

        Nothing is sent before somebody collects the operation; media that has to be uploaded is, if it may
        be paid for.

        Raises:
            NeedsConfirmation: it should be confirmed first, and was not.
            OverBudget: a cap would be passed.
        """
        if plan.existing is not None:
            return plan.existing, False
        self.allowance.check_asked(plan, confirmed)
        if plan.request.media:
            self.allowance.afford(self.allowance.reserve(plan), plan.terms, plan.account)
            plan = replace(plan, request=await self.provider.furnish(plan.request))
        op, armed = self.journal.begin(self._intent(plan), lambda spent: self.allowance.check(plan, spent))
        if armed and plan.request.parents:
            lineage.record(self.journal, op.id, plan.request.parents)
        return op, armed

    async def collect(
        self,
        operation: str,
        on_event: OnEvent | None = None,
        *,
        plan: Plan | None = None,
        armed: bool = False,
        overlap: bool = False,
    ) -> Result:
        """See an operation through to its result, whoever asked for it.

        Args:
            plan: what it was asked with; the settings count otherwise.
            armed: it is ours and new: it is called off when this is stopped before it is sent.
        """
        report = on_event or _silent
        op = self.journal.get(operation)
        if op.state in FINISHED and not armed:
            return self._deliver(op, plan, replayed=True)
        expected = plan.estimate.seconds if plan else None
        report(Event("waiting", op.id, expected))
        watch = asyncio.ensure_future(self._tell_state(op.id, report, expected))
        try:
            await self._see_through(op.id, overlap)
        except BaseException:
            if armed:
                self.cancel(op.id)
            raise
        finally:
            watch.cancel()
            self.balances.spent(self.courier, op.id)
        done = outcome_of(await self._looked_up(op.id))
        report(Event("done", op.id))
        return self._deliver(done, plan, replayed=False)

    async def _see_through(self, operation: str, overlap: bool) -> None:
        """Have the operation carried from here, or wait while somebody else does."""
        for _ in range(COURIERS):
            op = await self._ours(operation)
            if op is None:
                return
            self.courier.start(operation, overlap=overlap)
            if await self.courier.wait(operation):
                return
        raise GenerorError(say("courier.gone"), say("courier.gone.hint"))

    async def _ours(self, operation: str) -> Operation | None:
        """The operation once it can be carried from here; None when there is nothing to carry."""
        while True:
            op = self.journal.get(operation)
            if op.state in ANSWERED or op.owner in self._owners(op.state):
                return op
            if op.state not in RUNNING | {State.INTENT}:
                return None
            if self.take_over(op):
                continue
            if not self.alive(op.owner):
                self.journal.release(self.alive)
                return None
            await asyncio.sleep(POLL_SECONDS)

    def _owners(self, state: State) -> tuple[str, ...]:
        """Who has to own an operation in this state so that it can be carried from here."""
        if state is State.INTENT:
            return (self.owner,)
        return (self.owner, self.courier.owner) if state is State.ACCEPTED else (self.courier.owner,)

    def take_over(self, op: Operation) -> bool:
        """Make a job whose courier is gone ours: it is asked after from here on, and never sent again."""
        if op.state is not State.ACCEPTED or self.alive(op.owner):
            return False
        return self.journal.hand_over(op.id, State.ACCEPTED, "taken over", by=op.owner, owner=self.owner)

    async def _tell_state(self, operation: str, report: OnEvent, expected: float | None) -> None:
        """The journal is the only channel from the courier: read from it how far it is."""
        told = None
        while True:
            state = self.journal.get(operation).state
            if state in (*RUNNING, State.RESPONDED):
                kind: Literal["sent", "storing"] = "sent" if state in RUNNING else "storing"
                if kind != told:
                    report(Event(kind, operation, expected))
                told = kind
            await asyncio.sleep(POLL_SECONDS)

    async def _with_cheaper(self, error: InsufficientCredits, model: Model) -> InsufficientCredits:
        """The same error, naming the models that cost less."""
        if model.credit_cost is None:
            return error
        known = [(m.credit_cost, m) for m in await self.models(model.type) if m.credit_cost is not None]
        others = [(price, m) for price, m in known if price < model.credit_cost]
        if others:
            best = sorted(others, key=lambda one: -one[0])[:3]
            names = ", ".join(f'"{m.name}" ({credits(price)})' for price, m in best)
            error.hint = say("cheaper", names=names)
            error.args = (f"{error.what}\n{error.hint}",)
        return error

    def cancel(self, operation: str) -> Operation:
        """Call ``operation`` off if it is ours and was not sent yet; say how it stands."""
        self.journal.move(operation, State.CANCELLED, "interrupted", by=self.owner)
        return self.journal.get(operation)

    def _intent(self, plan: Plan) -> Intent:
        request, order = plan.request, self.provider.order(plan.request)
        caps, jobs = self.allowance.caps(plan.terms), self.provider.jobs
        return Intent(
            fingerprint=plan.fingerprint,
            take=plan.take,
            provider=self.provider.name,
            base_url=self.provider.base_url,
            account=plan.account.id,
            generator=request.generator,
            model_id=request.model.id,
            model_name=request.model.name,
            model_type=request.model.type,
            path=order.path,
            body=order.body,
            prompt=request.prompt,
            count=request.count,
            public=request.public,
            estimate=plan.estimate.credits,
            reserved=self.allowance.reserve(plan),
            max_seconds=plan.estimate.max_seconds,
            owner=self.owner,
            session=allowance.SESSION,
            session_cap=caps.session,
            day_cap=caps.day,
            idempotency_key=str(uuid.uuid4()) if jobs is not None and jobs.remembers else None,
        )

    def _deliver(self, op: Operation, plan: Plan | None, *, replayed: bool) -> Result:
        folder = Path((plan.terms.out if plan else None) or self.settings.get("out")).expanduser()
        notes, self._greeting = self._greeting, ()
        notes = (*(plan.request.notes if plan else ()), *notes)
        return deliver(
            op, self.journal, self.shelf, folder, replayed=replayed, notes=notes, ways=ways_of(self)
        )

    # --- what is open ---

    async def _takes(self, mark: str) -> list[Operation]:
        """Every take of a request; one that is unclear is looked up first."""
        takes = self.journal.takes(mark)
        if not any(op.state in MAY_TURN_UP for op in takes):
            return takes
        with contextlib.suppress(GenerorError):
            await self.watch.look()
        return self.journal.takes(mark)

    async def _looked_up(self, operation: str) -> Operation:
        """The operation; if it has no output yet, after one look, and more of them in the background."""
        if self.journal.get(operation).state in MAY_TURN_UP:
            with contextlib.suppress(GenerorError):
                await self.watch.look()
            self.watch.start()
        if self.journal.get(operation).state is State.ACCEPTED:
            await self._see_through(operation, overlap=False)
        return self.journal.get(operation)

    async def finish(self, operation: str) -> None:
        """From an answer on disk to files on disk; free."""
        self.courier.start(operation)
        await self.courier.wait(operation)
        self.balances.spent(self.courier, operation)

    def operation(self, prefix: str) -> Operation:
        """The one operation whose id begins so, as ``%generor history`` lists it.

        Raises:
            InvalidRequest: there is none, or more than one.
        """
        op = self.journal.by_prefix(prefix) if prefix else None
        if op is None:
            raise InvalidRequest(say("operation.unknown", id=prefix), say("operation.unknown.hint"))
        return op


def _brought_nothing(op: Operation) -> NoOutput:
    """Why an operation that is over cannot be shown, and what is known of its charge."""
    if op.charge is None:
        what = say("charged.untold", id=op.short)
    else:
        what = say("charged.nothing", charge=credits(op.charge), id=op.short)
    why = f" · {op.error['what']}" if op.error else ""
    return NoOutput(what + why, say("charged.nothing.hint"), charge=op.charge)


def new_owner() -> str:
    """An id for whoever owns operations; a lock of that name lives as long as they do."""
    return f"{uuid.uuid4().hex}-{os.getpid()}"
