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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from .base import host, keys, loop
from .base.errors import (
    GenerorError,
    InsufficientCredits,
    InvalidRequest,
    KeyMissing,
    NeedsConfirmation,
    NoOutput,
    Unresolved,
)
from .base.files import OwnerLock, is_owned
from .base.messages import in_credits, say
from .base.settings import PROVIDERS, Settings, speak
from .base.text import credits
from .contract.schema import (
    Account,
    Ask,
    Balance,
    Estimate,
    Generator,
    Model,
    Request,
    fingerprint,
)
from .delivery import deliver
from .results import Quote, Result
from .spending import budget
from .spending.budget import Caps
from .spending.courier import Courier, outcome_of
from .spending.journal import Intent, Journal, Operation
from .spending.states import ANSWERED, FINISHED, FREE, RUNNING, UNCLEAR, UNRESOLVED, State

if TYPE_CHECKING:
    from .providers.base import Provider
    from .providers.generor import Generor
    from .providers.generor.client import AsyncClient

POLL_SECONDS = 0.1
# One per process: what "this session" means for budgets.
SESSION = uuid.uuid4().hex
_session_caps: dict[str, float] = {}


@dataclass(frozen=True)
class Terms:
    """On what terms to spend.

    Args:
        max_credits: refuse before sending when more than this would be reserved.
        take: which paid sample of the same request; 1 unless asked.
        again: ask for the next take.
        yes: needs no confirmation.
        out: folder for the readable copies, instead of the setting's.
    """

    max_credits: float | None = None
    take: int | None = None
    again: bool = False
    yes: bool = False
    out: str | None = None


@dataclass(frozen=True)
class Plan:
    """A checked and priced request, and what the journal already knows of it.

    ``existing`` is an operation to replay, finish or wait for; ``question`` is what a person should be
    asked first, or None.
    """

    request: Request
    estimate: Estimate
    account: Account
    fingerprint: str
    take: int
    terms: Terms
    existing: Operation | None = None
    question: str | None = None

    @property
    def replay(self) -> Operation | None:
        return self.existing if self.existing and self.existing.state in FINISHED else None

    @property
    def running(self) -> bool:
        """Whether it is being made already, or made and not yet fetched: nothing more is charged."""
        return self.existing is not None and self.replay is None

    @property
    def quote(self) -> Quote:
        return Quote(
            credits=self.estimate.credits,
            seconds=self.estimate.seconds,
            model=self.request.model.name,
            provider=self.request.provider,
            public=self.request.public,
            take=self.take,
            replay=self.replay is not None,
            running=self.running,
            discount=self.estimate.discount,
            adjustments=self.estimate.adjustments,
        )


@dataclass(frozen=True)
class Event:
    """Something happened on the way: ``expected`` is the estimate in seconds."""

    kind: Literal["waiting", "sent", "storing", "done"]
    operation: str
    expected: float | None = None


OnEvent = Callable[[Event], None]


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
        on_close: what else to close, with the session.
    """

    def __init__(
        self,
        settings: Settings,
        provider: Provider,
        *,
        key_source: str = "",
        chosen: bool = True,
        attended: Callable[[], bool] = host.attended,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self.settings, self.provider, self.key_source = settings, provider, key_source
        self.home: Path = settings.get("home")
        self.journal = Journal(self.home)
        self.owner = _own(self.home)
        self.courier = Courier(self.journal, provider, self.owner)
        self.attended = attended
        self.journal.release(self.alive)
        self._watchers: list[Callable[[Balance], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_close = on_close
        self._greeting = "" if chosen else say("no.key")

    async def aclose(self) -> None:
        """Let go of connections and files. What is SENT goes on to its end first."""
        await self.courier.drain()
        await self.provider.aclose()
        self.journal.close()
        if self._on_close is not None:
            self._on_close()

    def alive(self, owner: str) -> bool:
        """Whether the process that owns an operation still lives."""
        return owner == self.owner or is_owned(self.home / "owners" / f"{owner}.lock")

    # --- asking is free ---

    async def generators(self) -> list[Generator]:
        return await self.provider.generators()

    async def generator(self, slug: str) -> Generator:
        return await self.provider.generator(slug)

    async def models(self, type: str | None = None) -> list[Model]:
        return await self.provider.models(type)

    async def balance(self) -> Balance:
        return await self.provider.balance()

    def client(self) -> AsyncClient:
        """The typed client, for what is free, over this session's own connections."""
        from . import session
        from .providers.generor.client import AsyncClient

        AsyncClient.sessions = cast(Any, session)
        return AsyncClient(cast("Generor", self.provider))

    async def fetch(self, url: str, part: Path, limit: int) -> None:
        """A file from anywhere into ``part``, asked for without the key; at most ``limit`` bytes."""
        await cast("Generor", self.provider).channel.fetch(url, part, limit)

    async def plan(self, ask: Ask, terms: Terms | None = None) -> Plan:
        """Check ``ask``, look it up in the journal, and price it if it has to be paid.

        Raises:
            InvalidRequest: something in it is wrong.
            Unresolved: it was sent before and its outcome is unclear.
        """
        terms = terms or Terms()
        _check_terms(terms)
        request = await self.provider.compose(ask)
        account = await self.provider.account()
        mark = fingerprint(request, self.provider.base_url, account.id)
        self.journal.release(self.alive)
        take = choose_take(self.journal.takes(mark), terms)
        existing = self._standing(self.journal.find(mark, take))
        if existing is not None:
            known = Estimate(existing.estimate, None, adjustments=existing.adjustments)
            return Plan(request, known, account, mark, take, terms, existing)
        estimate = await self.provider.estimate(request)
        question = None if terms.yes else self.question(estimate.credits, account)
        return Plan(request, estimate, account, mark, take, terms, None, question)

    async def estimate(self, ask: Ask) -> Estimate:
        return await self.provider.estimate(await self.provider.compose(ask))

    def _standing(self, op: Operation | None) -> Operation | None:
        """The operation if there is something to show, finish or wait for; None if it may be paid."""
        if op is None or op.state in FREE:
            return None
        if op.state in UNCLEAR:
            raise Unresolved(
                say("unresolved", id=op.short), say("unresolved.hint", id=op.short), operation=op.id
            )
        if op.state is State.CHARGED_NO_OUTPUT:
            raise NoOutput(
                say("charged.nothing", charge=credits(op.charge), id=op.short),
                say("charged.nothing.hint"),
                charge=op.charge,
            )
        if op.state is State.INTENT and not self.alive(op.owner):
            return None
        return op

    def question(self, estimate: float | None, account: Account) -> str | None:
        """What a person should be asked before spending ``estimate`` credits, or None."""
        if not self.provider.real:
            return None
        return budget.question(
            estimate,
            first=not self.journal.paid_before(self.provider.name, account.id, SESSION),
            confirm_first=self.settings.get("confirm_first"),
            confirm_above=self.settings.get("confirm_above"),
        )

    # --- the path that spends ---

    async def spend(self, plan: Plan, on_event: OnEvent | None = None, *, confirmed: bool = False) -> Result:
        """Replay, finish, wait for, or pay for a plan.

        Args:
            plan: from ``plan``.
            on_event: called on the background loop.
            confirmed: somebody saw the price and said yes.

        Raises:
            NeedsConfirmation: it should be confirmed first, and was not.
            OverBudget: a cap would be passed; nothing was sent.
            OutcomeUnknown: it was sent and no clear answer came; it will not be sent again.
        """
        report = on_event or _silent
        op = plan.existing
        armed = False
        if op is None:
            self._may_spend(plan, confirmed)
            op, armed = self.journal.begin(self._intent(plan), lambda spent: self._allow(plan, spent))
        if op.state in FINISHED and not armed:
            return self._deliver(plan, op, replayed=True)
        report(Event("waiting", op.id, plan.estimate.seconds))
        watch = asyncio.ensure_future(self._tell_state(op.id, report, plan.estimate.seconds))
        try:
            await self._see_through(op.id)
        except asyncio.CancelledError:
            if armed:
                self.cancel(op.id)
            raise
        finally:
            watch.cancel()
        try:
            done = outcome_of(self.journal.get(op.id))
        except InsufficientCredits as error:
            raise await self._with_cheaper(error, plan.request.model) from None
        report(Event("done", op.id))
        result = self._deliver(plan, done, replayed=False)
        if armed:
            self._tell_watchers()
        return result

    async def _see_through(self, operation: str) -> None:
        """Carry the operation here, or wait while another process does."""
        while True:
            op = self.journal.get(operation)
            if op.state in ANSWERED or (op.owner == self.owner and self._ours_to_carry(op)):
                self.courier.start(operation)
                await self.courier.wait(operation)
                return
            if op.state not in RUNNING | {State.INTENT}:
                return
            if not self.alive(op.owner):
                self.journal.release(self.alive)
                return
            await asyncio.sleep(POLL_SECONDS)

    def _ours_to_carry(self, op: Operation) -> bool:
        if op.state is State.SENT and not self.courier.carries(op.id):
            self.journal.move(op.id, State.AMBIGUOUS, "nobody carries it")
            return False
        return op.state is State.INTENT or self.courier.carries(op.id)

    async def _tell_state(self, operation: str, report: OnEvent, expected: float | None) -> None:
        """The journal is the only channel from the courier: read from it how far it is."""
        told = State.INTENT
        while True:
            state = self.journal.get(operation).state
            if state is not told and state in (State.SENT, State.RESPONDED):
                report(Event("sent" if state is State.SENT else "storing", operation, expected))
            told = state
            await asyncio.sleep(POLL_SECONDS)

    async def _with_cheaper(self, error: InsufficientCredits, model: Model) -> InsufficientCredits:
        """The same error, naming the models that cost less."""
        others = [m for m in await self.models(model.type) if m.credit_cost < model.credit_cost]
        if others:
            best = sorted(others, key=lambda m: -m.credit_cost)[:3]
            names = ", ".join(f'"{m.name}" ({credits(m.credit_cost)})' for m in best)
            error.hint = say("cheaper", names=names)
            error.args = (f"{error.what}\n{error.hint}",)
        return error

    def cancel(self, operation: str) -> Operation:
        """Call ``operation`` off if it is ours and was not sent yet; say how it stands."""
        self.journal.move(operation, State.CANCELLED, "interrupted", by=self.owner)
        return self.journal.get(operation)

    def _may_spend(self, plan: Plan, confirmed: bool) -> None:
        if not self.provider.real:
            return
        if not self.attended() and not self._capped(plan.terms):
            raise NeedsConfirmation(
                say("unattended", credits=in_credits(plan.estimate.credits)), say("unattended.hint")
            )
        if plan.question and not confirmed and self.attended():
            raise NeedsConfirmation(plan.question, say("ask.hint"))

    def _capped(self, terms: Terms) -> bool:
        """Whether the cell, the call or the environment says how much may go."""
        day = self.settings.find("max_credits")
        return terms.max_credits is not None or day.source in ("GENEROR_MAX_CREDITS", "%config")

    def _allow(self, plan: Plan, spent: budget.Spent) -> None:
        budget.check(self.reserve(plan), self.caps(plan.terms), spent, factor=self._headroom(plan))

    def afford(self, needed: float, terms: Terms, account: Account) -> None:
        """Refuse when ``needed`` credits, set aside together, would pass a cap."""
        spent = self.journal.spent(self.provider.name, account.id, SESSION)
        budget.check(needed, self.caps(terms), spent)

    def caps(self, terms: Terms) -> Caps:
        """The caps in force: of the call, the session and the day."""
        return Caps(terms.max_credits, self.session_limit(), self.settings.get("max_credits"))

    def _headroom(self, plan: Plan) -> float:
        kind = plan.request.model.type
        return budget.headroom(kind, self.journal.ratios(self.provider.name, kind), real=self.provider.real)

    @property
    def session_cap(self) -> float | None:
        """What ``%generor budget`` set for this process and provider."""
        return _session_caps.get(self.provider.name)

    @session_cap.setter
    def session_cap(self, cap: float | None) -> None:
        if cap is None:
            _session_caps.pop(self.provider.name, None)
        else:
            _session_caps[self.provider.name] = cap

    def session_limit(self) -> float | None:
        """The session's cap: what was asked for, else a real account's default."""
        if self.session_cap is None and self.provider.real:
            limit: float = self.settings.get("session_credits")
            return limit
        return self.session_cap

    def reserve(self, plan: Plan) -> float:
        """Credits to set aside for ``plan``: its estimate, and headroom where charges can exceed it."""
        if plan.existing is not None:
            return 0.0
        return (plan.estimate.credits or 0) * self._headroom(plan)

    def _intent(self, plan: Plan) -> Intent:
        request, order = plan.request, self.provider.order(plan.request)
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
            reserved=self.reserve(plan),
            max_seconds=plan.estimate.max_seconds,
            owner=self.owner,
            session=SESSION,
        )

    def _deliver(self, plan: Plan, op: Operation, *, replayed: bool) -> Result:
        folder = Path(plan.terms.out or self.settings.get("out"))
        notes = (self._greeting,) if self._greeting else ()
        self._greeting = ""
        return deliver(op, self.journal, self.courier.shelf, folder, replayed=replayed, notes=notes)

    # --- what is open ---

    async def recover(self) -> list[Operation]:
        """Finish what was answered but not stored, let go of what was never sent, list the rest."""
        self.journal.release(self.alive)
        for op in self.journal.unresolved():
            if (
                op.state in ANSWERED
                and op.provider == self.provider.name
                and op.base_url == self.provider.base_url
            ):
                self.courier.start(op.id)
                with contextlib.suppress(GenerorError):
                    await self.courier.wait(op.id)
        return self.journal.unresolved()

    def write_off(self, prefix: str) -> Operation:
        """Stop waiting for an unclear operation: it counts as charged, and a new take may be paid.

        Args:
            prefix: the beginning of the operation's id, as ``%generor recover`` lists it.
        """
        op = self.journal.by_prefix(prefix)
        if op is None:
            raise InvalidRequest(say("operation.unknown", id=prefix), say("operation.unknown.hint"))
        if not self.journal.move(
            op.id, State.CHARGED_NO_OUTPUT, "written off", charge=op.charge or op.reserved
        ):
            raise InvalidRequest(say("write.off.state", id=op.short, state=op.state), say("write.off.hint"))
        return self.journal.get(op.id)

    # --- who wants to know ---

    def watch_balance(self, callback: Callable[[Balance], None]) -> Callable[[], None]:
        """Call ``callback`` with the balance after every spend; returns how to stop that."""
        self._watchers.append(callback)

        def unsubscribe() -> None:
            if callback in self._watchers:
                self._watchers.remove(callback)

        return unsubscribe

    def _tell_watchers(self) -> None:
        if self._watchers:
            task = asyncio.get_running_loop().create_task(self._push_balance())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _push_balance(self) -> None:
        try:
            balance = await self.provider.balance()
        except GenerorError:
            return
        for callback in list(self._watchers):
            callback(balance)


def choose_take(takes: list[Operation], terms: Terms) -> int:
    """Which take a request means: the first, the one asked for, or the next.

    A take that turned out free is asked for again rather than skipped.

    Raises:
        Unresolved: a new take is asked for while another one is unclear.
    """
    wanted = terms.take or 1
    if terms.again and takes:
        wanted = takes[-1].take + (takes[-1].state not in FREE)
    new = all(op.take != wanted or op.state in FREE for op in takes)
    open_one = next((op for op in takes if op.state in UNRESOLVED or op.state is State.INTENT), None)
    if new and open_one is not None and open_one.take != wanted:
        raise Unresolved(
            say("unresolved.again", id=open_one.short),
            say("unresolved.hint", id=open_one.short),
            operation=open_one.id,
        )
    return wanted


def _check_terms(terms: Terms) -> None:
    if terms.again and terms.take is not None:
        raise InvalidRequest(say("take.again"), say("take.again.hint"), field="take")
    take, cap = terms.take, terms.max_credits
    if take is not None and (isinstance(take, bool) or not isinstance(take, int) or take < 1):
        raise InvalidRequest(say("take.bad", value=take), say("take.bad.hint"), field="take")
    if cap is not None and (isinstance(cap, bool) or not isinstance(cap, int | float) or not cap >= 0):
        raise InvalidRequest(say("cap.bad", value=cap), say("cap.bad.hint"), field="max_credits")


_owners: dict[Path, tuple[str, OwnerLock]] = {}


def _own(home: Path) -> str:
    """The id under which this process owns operations in ``home``; its lock dies with the process."""
    if home not in _owners:
        owner = f"{SESSION}-{os.getpid()}"
        lock = OwnerLock(home / "owners" / f"{owner}.lock")
        lock.acquire()
        _owners[home] = (owner, lock)
    return _owners[home][0]


def _after_fork() -> None:
    """Connections, loops and locks of the parent are not the child's."""
    _sessions.clear()
    _owners.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


# --- the sessions of this process ---

_sessions: dict[tuple[str, ...], Session] = {}
_explicit_keys: dict[str, Any] = {}


def connect(provider: str, *, key: Any = None) -> Session:
    """Use ``provider`` with a key given as an object, for this process only."""
    if key is not None:
        _explicit_keys[provider] = key
    return current(provider)


def close() -> None:
    """Close every session of this process; the next use opens them anew."""
    for session in list(_sessions.values()):
        loop.run(session.aclose())
    _sessions.clear()


def disconnect(provider: str) -> None:
    """Forget a key given as an object."""
    _explicit_keys.pop(provider, None)


def current(provider: str | None = None) -> Session:
    """The session of the provider asked for, else of the one the settings choose.

    Raises:
        KeyMissing: the provider needs a key and there is none.
        ExtraMissing: the studio is meant and not installed.
    """
    if provider is not None and provider not in PROVIDERS:
        raise InvalidRequest(
            say("provider.unknown", name=provider),
            say("use.one.of", values=", ".join(PROVIDERS)),
            field="provider",
        )
    settings = Settings(None if provider is None else {**host.config(), "provider": provider})
    speak()
    chosen = settings.get("provider")
    key = None if chosen == "studio" else _key("generor")
    name = chosen or ("generor" if key else "studio")
    home = settings.get("home")
    mark: tuple[str, ...] = ("studio", str(home))
    if name != "studio":
        if key is None:
            raise KeyMissing(say("key.missing", provider=name), say("key.missing.hint"))
        mark = ("generor", str(home), settings.get("base_url"), f"{hash(key[0])}")
    if mark not in _sessions:
        _sessions[mark] = _open(name, settings, key, chosen is not None)
    return _sessions[mark]


def _key(provider: str) -> tuple[Any, str] | None:
    if provider in _explicit_keys:
        return _explicit_keys[provider], "connect"
    return keys.find(provider)


def _open(name: str, settings: Settings, key: tuple[Any, str] | None, chosen: bool) -> Session:
    from .providers.generor import Generor
    from .providers.generor.provider import STUDIO_URL

    live = Settings()
    if name == "studio":
        from .studio import Studio

        studio = Studio.open(settings.get("home") / "studio")
        provider = Generor(STUDIO_URL, studio.local_key(), app=studio.app, name="studio")
        return Session(live, provider, chosen=chosen, on_close=studio.close)
    secret, source = key or (None, "")
    return Session(live, Generor(settings.get("base_url"), secret), key_source=source)
