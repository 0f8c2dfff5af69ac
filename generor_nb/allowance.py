"""What a session may spend: its caps, what is set aside for a plan, and when somebody is asked first."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from .base.errors import NeedsConfirmation
from .base.messages import say
from .base.settings import Settings
from .contract.schema import Account, Estimate
from .plans import Plan, Terms
from .spending import budget
from .spending.budget import Caps
from .spending.journal import Journal

if TYPE_CHECKING:
    from .providers.base import Provider

# One per process: what "this session" means for budgets.
SESSION = uuid.uuid4().hex
_session_caps: dict[str, float] = {}


class Allowance:
    """The rules of spending for one provider. They read, and change nothing but the session's cap.

    Args:
        settings: read anew at each question.
        provider: whose credits.
        journal: what was spent so far.
        attended: whether a question can be answered.
    """

    def __init__(
        self, settings: Settings, provider: Provider, journal: Journal, attended: Callable[[], bool]
    ) -> None:
        self._settings, self._provider, self._journal = settings, provider, journal
        self._attended = attended

    # --- caps ---

    @property
    def session_cap(self) -> float | None:
        """What ``%generor budget`` set for this process and provider."""
        return _session_caps.get(self._provider.name)

    @session_cap.setter
    def session_cap(self, cap: float | None) -> None:
        if cap is None:
            _session_caps.pop(self._provider.name, None)
        else:
            _session_caps[self._provider.name] = cap

    def session_limit(self) -> float | None:
        """The session's cap: what was asked for, else a real account's default."""
        if self.session_cap is None and self._provider.real:
            limit: float = self._settings.get("session_credits")
            return limit
        return self.session_cap

    def caps(self, terms: Terms) -> Caps:
        """The caps in force: of the call, the session and the day."""
        return Caps(terms.max_credits, self.session_limit(), self._settings.get("max_credits"))

    # --- what is set aside ---

    def reserve(self, plan: Plan) -> float:
        """Credits to set aside for ``plan``: its estimate, and headroom where charges can exceed it."""
        if plan.existing is not None:
            return 0.0
        estimate = plan.estimate
        if estimate.at_most is not None:
            return estimate.at_most
        price = (plan.request.model.credit_cost or 0) * plan.request.count
        return (price if estimate.credits is None else estimate.credits) * self._headroom(plan)

    def _headroom(self, plan: Plan) -> float:
        """What the provider's own price is multiplied with; a fixed one, or a worst case, stays as it is."""
        if plan.estimate.basis == "fixed" or plan.estimate.at_most is not None:
            return 1.0
        kind = plan.request.model.type
        ratios = self._journal.ratios(self._provider.name, kind)
        return budget.headroom(kind, ratios, real=self._provider.real)

    # --- may it be spent? ---

    def check(self, plan: Plan, spent: budget.Spent) -> None:
        """Hold ``plan`` against the caps.

        Raises:
            OverBudget: one would be passed.
        """
        budget.check(self.reserve(plan), self.caps(plan.terms), spent, factor=self._headroom(plan))

    def afford(self, needed: float, terms: Terms, account: Account) -> None:
        """Refuse when ``needed`` credits, set aside together, would pass a cap."""
        spent = self._journal.spent(self._provider.name, account.id, SESSION)
        budget.check(needed, self.caps(terms), spent)

    def question(self, estimate: Estimate, account: Account) -> str | None:
        """What a person should be asked before spending what ``estimate`` says, or None."""
        if not self._provider.real:
            return None
        asked = budget.question(
            estimate,
            first=not self._journal.paid_before(self._provider.name, account.id, SESSION),
            confirm_first=self._settings.get("confirm_first"),
            confirm_above=self._settings.get("confirm_above"),
        )
        return f"{say('ask.blind')} {asked}" if asked and account.blind else asked

    def check_asked(self, plan: Plan, confirmed: bool) -> None:
        """See that whoever pays was asked.

        Raises:
            NeedsConfirmation: nobody was, or nobody is there and no cap says how much may go.
        """
        if not self._provider.real:
            return
        if not self._attended() and not self._capped(plan.terms):
            what = say("unattended", price=plan.estimate.words())
            raise NeedsConfirmation(what, say("unattended.hint"))
        if plan.question and not confirmed and self._attended():
            raise NeedsConfirmation(plan.question, say("ask.hint"))

    def _capped(self, terms: Terms) -> bool:
        """Whether the cell, the call or the environment says how much may go."""
        day = self._settings.find("max_credits")
        return terms.max_credits is not None or day.source in ("GENEROR_MAX_CREDITS", "%config")
