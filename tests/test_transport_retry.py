"""What may be sent again, and how soon: a table, and chance that is brought along."""

import pytest

from generor_nb.transport.retry import Billing, Fate, Retries, fate_of, may_resend

FREE, CHARGED, KEYED = Billing.FREE, Billing.CHARGED, Billing.KEYED


@pytest.mark.parametrize("fate", Fate)
@pytest.mark.parametrize("repeatable", [True, False])
def test_what_is_charged_never_leaves_twice(fate, repeatable):
    assert not may_resend(fate, CHARGED, repeatable)


@pytest.mark.parametrize(
    ("fate", "billing", "repeatable", "again"),
    [
        (Fate.UNDELIVERED, FREE, False, True),
        (Fate.LIMITED, FREE, False, True),
        (Fate.UNKNOWN, FREE, True, True),
        (Fate.UNKNOWN, FREE, False, False),
        (Fate.UNKNOWN, KEYED, False, True),
        (Fate.LIMITED, KEYED, False, True),
        (Fate.ANSWERED, FREE, True, False),
        (Fate.ANSWERED, KEYED, True, False),
    ],
)
def test_the_table(fate, billing, repeatable, again):
    assert may_resend(fate, billing, repeatable) is again


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.ANSWERED),
        (302, Fate.ANSWERED),
        (400, Fate.ANSWERED),
        (402, Fate.ANSWERED),
        (404, Fate.ANSWERED),
        (408, Fate.UNKNOWN),
        (429, Fate.LIMITED),
        (500, Fate.UNKNOWN),
        (501, Fate.ANSWERED),
        (503, Fate.UNKNOWN),
        (524, Fate.UNKNOWN),
    ],
)
def test_what_a_status_says(status, fate):
    assert fate_of(status) is fate


def test_full_jitter_doubles_and_ends():
    most = Retries(lambda: 1.0)
    assert [most.pause(0) for _ in range(4)] == [0.25, 0.5, 1.0, None]
    assert Retries(lambda: 0.0).pause(0) == 0
    capped = Retries(lambda: 1.0, attempts=20, patience=1e9)
    assert max(pause for _ in range(18) if (pause := capped.pause(0)) is not None) == 4


def test_the_time_budget_is_for_all_together():
    assert Retries(lambda: 1.0).pause(19.9) is None
    assert Retries(lambda: 1.0).pause(0, at_least=21) is None
    assert Retries(lambda: 0.0).pause(0, at_least=7) == 7
