"""What is asked for, on what terms, and what the journal knows of it before anything is paid. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .base.errors import InvalidRequest, Unresolved
from .base.messages import say
from .contract.schema import Account, Estimate, Request
from .results import Quote
from .spending.journal import Operation
from .spending.states import FINISHED, FREE, UNRESOLVED, State

PRICE_SECONDS, PRICES = 120, 128


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
            basis=self.estimate.basis,
            at_least=self.estimate.at_least,
            at_most=self.estimate.at_most,
            adjustments={**self.request.adjustments, **self.estimate.adjustments},
            notes=self.request.notes,
        )


class Prices:
    """Estimates of the last minutes. Whoever pays asks anew.

    Args:
        clock: epoch seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[float, Estimate]] = OrderedDict()

    def get(self, request: Request) -> Estimate | None:
        then, estimate = self._known.get(_mark(request), (0.0, None))
        return estimate if self._clock() - then < PRICE_SECONDS else None

    def keep(self, request: Request, estimate: Estimate) -> Estimate:
        self._known[_mark(request)] = self._clock(), estimate
        while len(self._known) > PRICES:
            self._known.popitem(last=False)
        return estimate


def _mark(request: Request) -> tuple[str, str]:
    return request.generator, request.identity or request.body


@dataclass(frozen=True)
class Event:
    """Something happened on the way: ``expected`` is the estimate in seconds."""

    kind: Literal["waiting", "sent", "storing", "done"]
    operation: str
    expected: float | None = None


OnEvent = Callable[[Event], None]


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


def check_terms(terms: Terms) -> None:
    if terms.again and terms.take is not None:
        raise InvalidRequest(say("take.again"), say("take.again.hint"), field="take")
    take, cap = terms.take, terms.max_credits
    if take is not None and (isinstance(take, bool) or not isinstance(take, int) or take < 1):
        raise InvalidRequest(say("take.bad", value=take), say("take.bad.hint"), field="take")
    if cap is not None and (isinstance(cap, bool) or not isinstance(cap, int | float) or not cap >= 0):
        raise InvalidRequest(say("cap.bad", value=cap), say("cap.bad.hint"), field="max_credits")
