"""What things cost, in whole credits, as the Generor document's samples fix it."""

from __future__ import annotations

import math
from collections.abc import Iterable
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
