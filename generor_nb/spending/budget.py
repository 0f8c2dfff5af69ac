"""Caps, reserves and when to ask. Pure: the numbers come in, a decision goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..base.errors import OverBudget
from ..base.messages import in_credits, say
from ..base.text import credits
from ..contract.schema import Estimate

TEXT_HEADROOM, MEDIA_HEADROOM, KNOWN_AFTER = 1.5, 4.0, 20


@dataclass(frozen=True, slots=True)
class Caps:
    """Credits at most; None is no cap."""

    cell: float | None = None
    session: float | None = None
    day: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Credits charged or reserved so far."""

    session: float = 0
    day: float = 0


def headroom(model_type: str, ratios: Sequence[float], *, real: bool) -> float:
    """What an estimate is multiplied with to reserve.

    Args:
        model_type: ``text``, ``image``, …
        ratios: charge / estimate of earlier operations of this type.
        real: the studio charges exactly what it estimates, a real account may not.
    """
    if not real:
        return 1.0
    if len(ratios) >= KNOWN_AFTER:
        return max(1.0, *ratios)
    return TEXT_HEADROOM if model_type == "text" else MEDIA_HEADROOM


def check(needed: float, caps: Caps, spent: Spent, *, factor: float = 1.0) -> None:
    """Refuse when ``spent + needed`` would pass a cap.

    Args:
        factor: the headroom in ``needed``; the refusal says so.

    Raises:
        OverBudget: naming what is needed and what the cap leaves.
    """
    for name, cap, used in (
        ("cell", caps.cell, 0.0),
        ("session", caps.session, spent.session),
        ("day", caps.day, spent.day),
    ):
        if cap is not None and used + needed > cap:
            what = say(f"budget.{name}", needed=in_credits(needed), cap=credits(cap), used=credits(used))
            if factor > 1:
                what += say("budget.headroom", estimate=credits(needed / factor), factor=f"{factor:g}")
            raise OverBudget(what, say(f"budget.{name}.hint"), needed=needed, cap=cap)


def question(estimate: Estimate, *, first: bool, confirm_first: bool, confirm_above: float) -> str | None:
    """What to ask before a spend on a real account, or None when nothing needs asking."""
    worst, price = estimate.worst, estimate.words()
    if worst is None or worst > confirm_above:
        return say("ask.above", price=price, limit=credits(confirm_above))
    if first and confirm_first:
        return say("ask.first", price=price)
    return None
