import pytest

from generor_nb.base.errors import OverBudget
from generor_nb.contract.pricing import price, taken
from generor_nb.contract.schema import Estimate
from generor_nb.spending.budget import Caps, Spent, check, headroom, question


@pytest.mark.parametrize(
    ("base", "multipliers", "count", "total", "discount"),
    [
        (1, [3.0], 5, 15, 0),  # the document's sample: 5 % of 15 is floored away
        (6, [], 5, 29, 1),
        (80, [], 1, 80, 0),
        (80, [], 10, 720, 80),
        (150, [], 1, 149, 1),
        (6, [1.5, 1.5], 1, 14, 0),
        (1, [0.1], 1, 1, 0),
    ],
)
def test_prices(base, multipliers, count, total, discount):
    found = price(base, multipliers, count)
    assert (found.total, found.discount) == (total, discount)
    assert found.total == found.per_item * count - found.discount


@pytest.mark.parametrize(
    ("caps", "spent", "number"),
    [
        (Caps(cell=5), Spent(), "5"),
        (Caps(session=100), Spent(session=95), "100"),
        (Caps(day=50), Spent(day=45), "50"),
    ],
)
def test_a_refusal_names_both_numbers(caps, spent, number):
    with pytest.raises(OverBudget) as caught:
        check(6, caps, spent)
    assert "6 credits" in caught.value.what
    assert number in caught.value.what


def test_exactly_the_cap_is_allowed():
    check(5, Caps(cell=5, session=10, day=10), Spent(session=5, day=5))


def test_headroom_until_charges_are_known_then_the_worst_seen():
    assert headroom("image", [4.0] * 19, real=True) == 4
    assert headroom("text", [], real=True) == 1.5
    assert headroom("image", [1.0] * 19 + [2.5], real=True) == 2.5
    assert headroom("image", [0.5] * 30, real=True) == 1
    assert headroom("image", [], real=False) == 1


def test_what_is_asked_before_a_spend():
    ask = {"confirm_first": True, "confirm_above": 50}
    assert "first paid call" in (question(Estimate(6), first=True, **ask) or "")
    assert question(Estimate(6), first=False, **ask) is None
    assert "more than 50" in (question(Estimate(51), first=False, **ask) or "")
    assert question(Estimate(None), first=False, **ask) is not None
    assert question(Estimate(6), first=True, confirm_first=False, confirm_above=50) is None


@pytest.mark.parametrize(
    ("before", "after", "charge"),
    [
        ({"default": 10, "daily": 2, "monthly": 0}, {"default": 9, "daily": 0, "monthly": 0}, 3),
        ({"default": 10}, {"default": 10}, 0),
        ({"default": 10, "daily": 0}, {"default": 6, "daily": 5}, None),
        ({}, {"default": 9}, None),
        ({"default": 10}, {"default": 9, "daily": 0}, None),
    ],
)
def test_what_was_taken_is_what_the_balances_lost_or_not_known(before, after, charge):
    assert taken(before, after) == charge
