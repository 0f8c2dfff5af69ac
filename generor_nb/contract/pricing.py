"""What things cost, in whole credits, as the Generor document's samples fix it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_DISCOUNT_PERCENT = 10


@dataclass(frozen=True, slots=True)
class Price:
    """Credits: ``total = per_item * count - discount``."""

    total: int
    per_item: int
    count: int
    discount: int
    discount_percent: int


def price(base: float, multipliers: Iterable[float], count: int) -> Price:
    """Price ``count`` items of a model costing ``base`` credits.

    The discount is ``count`` percent, at most ten, floored over the whole sum.

    >>> price(1, [3.0], 5)
    Price(total=15, per_item=3, count=5, discount=0, discount_percent=5)
    """
    per_item = math.ceil(round(base * math.prod(multipliers), 6))
    percent = min(count, MAX_DISCOUNT_PERCENT)
    discount = per_item * count * percent // 100
    return Price(per_item * count - discount, per_item, count, discount, percent)


def taken(before: Mapping[str, float], after: Mapping[str, float]) -> float | None:
    """Credits that went between two tellings of an account's balances; None when that cannot be said.

    A balance that grew was filled in between, which hides what was taken from it.

    >>> taken({"paid": 10, "daily": 4}, {"paid": 9, "daily": 0}), taken({"daily": 1}, {"daily": 8})
    (5, None)
    """
    if not before or set(before) != set(after):
        return None
    gone = [before[name] - after[name] for name in before]
    return None if min(gone) < 0 else sum(gone)
