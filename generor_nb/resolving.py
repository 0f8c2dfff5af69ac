"""Operations that did not end well: finished for free, looked up, given up, or paid for once more."""

from __future__ import annotations

import asyncio
import contextlib

from .base.errors import GenerorError, InvalidRequest
from .base.messages import say
from .contract.schema import Request
from .plans import Plan, Terms
from .session import Session
from .spending.journal import Operation
from .spending.states import ANSWERED, UNCLEAR, State

# A job that has ended already is fetched in this time; one that goes on is asked after in the background.
GLANCE_SECONDS = 5.0


async def recover(session: Session) -> list[Operation]:
    """Finish what was answered, let go of what was never sent, look up what is unclear, list the rest."""
    journal, provider = session.journal, session.provider
    journal.release(session.alive)
    for op in journal.unresolved():
        here = (op.provider, op.base_url) == (provider.name, provider.base_url)
        if op.state in ANSWERED and here:
            with contextlib.suppress(GenerorError):
                await session.finish(op.id)
        elif here and session.take_over(op):
            with contextlib.suppress(GenerorError, TimeoutError):
                async with asyncio.timeout(GLANCE_SECONDS):
                    await session.finish(op.id)
    with contextlib.suppress(GenerorError):
        await session.watch.look()
    return journal.unresolved()


def write_off(session: Session, prefix: str) -> Operation:
    """Stop waiting for an unclear operation: it counts as charged, and a new take may be paid.

    What turns up all the same within a week is kept and shown by the same cell.
    """
    op, journal = session.operation(prefix), session.journal
    charge = op.reserved if op.charge is None else op.charge
    if not journal.move(op.id, State.CHARGED_NO_OUTPUT, "written off", charge=charge, error=None):
        raise InvalidRequest(say("write.off.state", id=op.short, state=op.state), say("write.off.hint"))
    return journal.get(op.id)


async def again(session: Session, op: Operation, terms: Terms) -> Plan:
    """The next take of an operation's request, priced; nothing is reserved or sent yet."""
    provider = session.provider
    model = next((m for m in await provider.models() if m.id == op.model_id), None)
    if model is None or not op.path:
        raise InvalidRequest(say("again.gone", id=op.short), say("again.gone.hint"))
    body = session.journal.whole(op).body.decode()
    request = Request(op.provider, op.generator, model, body, op.prompt, op.count, op.public)
    account = await provider.account()
    if (provider.name, provider.base_url, account.id) != (op.provider, op.base_url, op.account):
        raise InvalidRequest(say("again.elsewhere", id=op.short), say("again.elsewhere.hint"))
    estimate = await session.priced(request)
    take = max(known.take for known in session.journal.takes(op.fingerprint)) + 1
    question = None if terms.yes else session.allowance.question(estimate, account)
    return Plan(request, estimate, account, op.fingerprint, take, terms, None, question)


def give_way(session: Session, op: Operation, plan: Plan, *, confirmed: bool = False) -> None:
    """Give ``op`` up so that ``plan`` can be paid in its place; what would refuse that refuses first.

    Raises:
        NeedsConfirmation: it should be confirmed, and was not.
        OverBudget: a cap would be passed.
    """
    allowance = session.allowance
    allowance.check_asked(plan, confirmed)
    allowance.afford(allowance.reserve(plan), plan.terms, plan.account)
    if session.journal.get(op.id).state in UNCLEAR:
        write_off(session, op.id)
