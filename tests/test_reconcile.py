"""The decision about a lost answer: a table of what is seen and what may be concluded."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generor_nb.contract.evidence import Mark, Movement, Sighting
from generor_nb.spending.reconcile import (
    HORIZON_SECONDS,
    PROOF_SECONDS,
    Ask,
    Case,
    Charged,
    Evidence,
    Free,
    Likeness,
    Recover,
    Rival,
    Wait,
    decide,
    horizon,
    likeness,
    proof_horizon,
)

SENT = 1_800_000_000.0
PROMPT = "A lighthouse in a storm, painted in oil, seen from the sea"
CASE = Case("image", 10003, PROMPT, 1, "print", SENT, 14.0, Mark(100, 500))
SOON, LATE, MUCH_LATER = SENT + 30, SENT + HORIZON_SECONDS + 1, SENT + PROOF_SECONDS + 1


def sight(ident=101, **values):
    base = {
        "id": str(ident),
        "generator": "image",
        "prompt": PROMPT,
        "model_id": 10003,
        "created": SENT + 20 + ident / 1000,
        "status": None,
    }
    return Sighting(**(base | values))


def spend(amount=-6, ident=501, at=SENT + 5, kind="spend"):
    return Movement(ident, kind, amount, at)


def seen(*sightings, spends=(), **values):
    return Evidence(tuple(sightings), tuple(spends), **values)


def judge(evidence, now=LATE, case=CASE, rivals=()):
    return decide(case, evidence, rivals, now)


# --- it is there ---


def test_the_creation_it_made_is_its_own_at_once():
    assert judge(seen(sight(), spends=[spend()]), SOON) == Recover(("101",), 6)


@pytest.mark.parametrize(
    "other",
    [
        {"generator": "poem"},
        {"model_id": 10004},
        {"prompt": "something else altogether, which is longer than that"},
        {"ident": 100},
        {"created": SENT - 400},
        {"created": MUCH_LATER + 400},
        {"status": "generating"},
        {"status": "failed"},
    ],
)
def test_what_another_request_made_is_never_its_own(other):
    ident = other.pop("ident", 101)
    assert not isinstance(judge(seen(sight(ident, **other)), MUCH_LATER), Recover)


def test_a_list_that_says_little_is_enough_above_the_mark():
    assert judge(seen(sight(model_id=None, created=None)), SOON) == Recover(("101",), None)


def test_without_a_mark_a_creation_without_a_date_is_only_offered():
    case = dataclasses.replace(CASE, mark=Mark())
    assert judge(seen(sight(created=None)), LATE, case) == Ask("nothing", ("101",), None)


def test_a_twin_made_elsewhere_leaves_one_for_each():
    assert judge(seen(sight(102), sight(101)), SOON) == Recover(("101",), None)


def test_as_many_as_were_asked_for_are_taken_oldest_first():
    case = dataclasses.replace(CASE, count=2)
    assert judge(seen(sight(103), sight(102), sight(101)), SOON, case).ids == ("101", "102")


def test_fewer_than_asked_for_are_taken_when_no_more_come():
    case = dataclasses.replace(CASE, count=2)
    assert isinstance(judge(seen(sight()), SOON, case), Wait)
    assert judge(seen(sight()), LATE, case).ids == ("101",)
    assert isinstance(judge(seen(sight(), sight(102, status="generating")), LATE, case), Wait)


def test_nothing_is_taken_while_what_is_still_made_could_be_it_as_well():
    """An equal one from elsewhere is done first; taken, it would leave what was paid for to nobody."""
    rows = (sight(102), sight(101, status="generating"))
    assert isinstance(judge(seen(*rows), SOON), Wait)
    assert judge(seen(*rows), LATE) == Ask("many", ("102",), None)
    assert judge(seen(sight(102), sight(101)), LATE) == Recover(("101",), None)


def test_what_another_prompt_still_makes_is_not_waited_for():
    rows = seen(sight(102), sight(101, status="generating", prompt="a castle by the road, at noon in May"))
    assert judge(rows, SOON) == Recover(("102",), None)


def test_ids_that_do_not_rise_with_time_are_no_mark():
    rows = seen(sight(90, created=SENT + 20), sight(170, created=SENT - 9000))
    assert judge(rows, SOON) == Recover(("90",), None)


@pytest.mark.parametrize(
    ("sent", "shown", "like"),
    [
        ("a fox\r\nin snow", " a fox in snow ", Likeness.SAME),
        ("un cafe\u0301", "un café", Likeness.SAME),
        (PROMPT, PROMPT[:40], Likeness.PART),
        (PROMPT, PROMPT[:40] + "…", Likeness.PART),
        (PROMPT, PROMPT[:10], Likeness.OTHER),
        (PROMPT, PROMPT + " at dawn", Likeness.OTHER),
        (PROMPT, None, Likeness.OTHER),
        ("", None, Likeness.PART),
    ],
)
def test_prompts_are_compared_as_people_read_them(sent, shown, like):
    assert likeness(sent, shown) is like


def test_a_prompt_cut_off_is_its_own_when_nothing_else_can_be():
    cut = PROMPT[:40]
    assert judge(seen(sight(prompt=cut)), SOON).ids == ("101",)
    assert judge(seen(sight(prompt=cut), sight(102, prompt=cut)), LATE) == Ask("many", ("101", "102"), None)


def test_a_rewritten_prompt_is_offered_not_guessed():
    rewritten = sight(prompt="An oil painting of a beacon amid waves")
    assert isinstance(judge(seen(rewritten), SOON), Wait)
    assert judge(seen(rewritten, spends=[spend()]), MUCH_LATER) == Ask("spent", ("101",), 6)


def test_what_a_twin_under_way_may_claim_is_left_to_it():
    twin = Rival("image", 10003, PROMPT, "print", in_flight=True)
    assert isinstance(judge(seen(sight()), SOON, rivals=[twin]), Wait)


def test_two_requests_that_look_alike_are_not_told_apart_by_guessing():
    other = Rival("image", 10003, PROMPT, "another size", in_flight=False)
    assert judge(seen(sight()), LATE, rivals=[other]) == Ask("many", ("101",), None)
    assert judge(seen(sight()), SOON, rivals=[dataclasses.replace(other, fingerprint="print")]).ids == (
        "101",
    )


@pytest.mark.parametrize(
    ("count", "amounts", "charge"), [(1, [6], 6), (1, [6, 6], 6), (1, [6, 24], None), (2, [6, 6], None)]
)
def test_the_charge_is_told_when_the_ledger_leaves_no_doubt(count, amounts, charge):
    rows = [spend(-amount, 501 + n) for n, amount in enumerate(amounts)]
    case = dataclasses.replace(CASE, count=count)
    assert judge(seen(*(sight(101 + n) for n in range(count)), spends=rows), SOON, case).charge == charge


# --- it is not there ---


def test_an_empty_list_proves_nothing_at_once():
    assert isinstance(judge(seen(), SOON), Wait)
    assert isinstance(judge(seen(), SENT + HORIZON_SECONDS - 1), Wait)
    assert judge(seen(), LATE) == Ask("nothing", (), None)


@pytest.mark.parametrize("age", [30, HORIZON_SECONDS - 1])
def test_a_clock_put_forward_proves_nothing_sooner(age):
    assert isinstance(judge(seen(age=age), MUCH_LATER), Wait)
    assert isinstance(judge(seen(spends=[spend()], age=age), MUCH_LATER), Wait)


def test_it_was_free_when_long_after_nothing_was_spent_at_all():
    assert judge(seen(), MUCH_LATER) == Free("no spending")


@pytest.mark.parametrize(
    "evidence",
    [
        seen(complete=False),
        Evidence((), None),
        seen(paid=1, others=1),
        seen(sight(generator="poem")),
        seen(sight(prompt="rewritten")),
        seen(sight(status="generating")),
        seen(spends=[spend(ident=None, at=None)]),
        seen(spends=[spend(ident=None, at=SENT - 9 * 3600)]),
    ],
)
def test_silence_of_a_ledger_that_may_not_tell_all_proves_nothing(evidence):
    assert isinstance(judge(evidence, MUCH_LATER), Ask | Charged)
    assert not isinstance(judge(evidence, MUCH_LATER), Free)


def test_older_spending_is_no_spending_of_its_own():
    assert judge(seen(spends=[spend(ident=500, at=SENT + 5)]), MUCH_LATER) == Free("no spending")


def test_a_spending_that_came_back_is_free():
    back = spend(6, 502, SENT + 9, "refund")
    assert judge(seen(spends=[back, spend()]), LATE) == Ask("spent", (), 6)
    # The refund may be another request's, which was charged before this one's mark.
    assert judge(seen(spends=[back, spend()]), MUCH_LATER) == Ask("spent", (), 6)
    failed = sight(status="failed")
    assert judge(seen(failed, spends=[back, spend()]), LATE) == Free("refunded")


def test_one_spending_and_no_output_is_charged():
    assert judge(seen(spends=[spend()]), LATE) == Ask("spent", (), 6)
    assert judge(seen(spends=[spend()]), MUCH_LATER) == Charged(6)


@pytest.mark.parametrize(
    "evidence",
    [
        seen(spends=[spend(), spend(ident=502)]),
        seen(spends=[spend()], others=1),
        seen(sight(generator="poem"), spends=[spend()]),
        seen(spends=[spend(at=SENT - 3600)]),
    ],
)
def test_spending_that_may_be_anothers_is_asked_about(evidence):
    assert isinstance(judge(evidence, MUCH_LATER), Ask)


def test_creations_never_explain_spending_away():
    """The count rule: our own debit, explained by the late creation of an older request, looks free."""
    older = sight(101, prompt="an older request of somebody else, listed late")
    assert isinstance(judge(seen(older, spends=[spend()]), MUCH_LATER), Ask)


@pytest.mark.parametrize(
    ("longest", "asked", "proved"), [(None, 900, 3600), (60, 900, 3600), (600, 1800, 7200)]
)
def test_slow_requests_are_waited_for_longer(longest, asked, proved):
    assert (horizon(longest), proof_horizon(longest)) == (asked, proved)


# --- whatever is seen ---

SIGHTINGS = st.lists(
    st.builds(
        sight,
        st.integers(90, 120),
        generator=st.sampled_from(["image", "poem", ""]),
        prompt=st.sampled_from([PROMPT, PROMPT[:40], "other", None, ""]),
        model_id=st.sampled_from([None, 10003, 10004]),
        created=st.none() | st.floats(SENT - 10_000, SENT + 10_000),
        status=st.sampled_from([None, "completed", "failed", "generating"]),
    ),
    max_size=5,
    unique_by=lambda s: s.id,
)
MOVEMENTS = st.lists(
    st.builds(
        Movement,
        st.none() | st.integers(490, 520),
        st.sampled_from(["spend", "refund", "daily_bonus", ""]),
        st.sampled_from([-24, -6, 6, 24]),
        st.none() | st.floats(SENT - 10_000, SENT + 10_000),
    ),
    max_size=5,
)
MARKS = st.builds(Mark, st.none() | st.just(100), st.none() | st.just(500))


@settings(max_examples=300, deadline=None)
@given(SIGHTINGS, MOVEMENTS, MARKS, st.booleans(), st.integers(1, 3), st.floats(0, 2 * PROOF_SECONDS))
def test_nothing_is_free_while_a_debit_may_be_its_own(sightings, movements, mark, complete, count, age):
    case = dataclasses.replace(CASE, mark=mark, count=count)
    decision = decide(case, Evidence(tuple(sightings), tuple(movements), complete), [], SENT + age)
    if isinstance(decision, Free):
        possible = [
            m
            for m in movements
            if not (m.id is not None and mark.transaction is not None and m.id <= mark.transaction)
            and (m.type == "spend" or m.amount < 0)
            and not ((m.id is None or mark.transaction is None) and m.at is not None and m.at < SENT - 54_000)
        ]
        refunds = [m.amount for m in movements if m.type == "refund"]
        assert complete
        assert age >= HORIZON_SECONDS
        assert not possible or (len(possible) == 1 and -possible[0].amount in refunds)


@settings(max_examples=200, deadline=None)
@given(SIGHTINGS, MOVEMENTS, MARKS, st.integers(1, 3), st.floats(0, 2 * PROOF_SECONDS))
def test_what_is_recovered_is_unclaimed_finished_and_of_its_kind(sightings, movements, mark, count, age):
    case = dataclasses.replace(CASE, mark=mark, count=count)
    decision = decide(case, Evidence(tuple(sightings), tuple(movements)), [], SENT + age)
    if isinstance(decision, Recover):
        taken = [s for s in sightings if s.id in decision.ids]
        assert 0 < len(taken) == len(set(decision.ids)) <= count
        assert all(s.generator in ("", "image") and s.model_id in (None, 10003) for s in taken)
        assert all(s.status in (None, "completed") and likeness(PROMPT, s.prompt) for s in taken)
