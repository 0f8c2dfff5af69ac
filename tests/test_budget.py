"""Caps hold: of the cell, the session and the day, over all kernels of a home.

The oracle is the server's ledger.
"""

import asyncio
import dataclasses
import threading
import time

import pytest
from money.model import TRIMMING, Course
from money.virtual import run
from money.wire import Fate
from money.world import Kernel, Weather, World
from support import serve

import generor_nb as gn
from generor_nb import allowance, api, session, sessions, sweeps
from generor_nb.base.errors import NeedsConfirmation, OverBudget
from generor_nb.contract.schema import Ask
from generor_nb.session import Terms
from generor_nb.spending import budget, turns, watch
from generor_nb.spending.budget import Caps, Spent
from generor_nb.spending.journal import Intent, Journal
from generor_nb.spending.states import State

HOUR = 3600.0


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("served"), "--no-rate-limits") as served:
        yield served


@pytest.fixture
def account(server, monkeypatch):
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", server.url)
    monkeypatch.setenv("GENEROR_API_KEY", server.key)
    return sessions.current()


@pytest.fixture
def spends(server):
    before = len(server.spends())
    return lambda: len(server.spends()) - before


# --- the numbers ---


@pytest.mark.parametrize(
    ("caps", "spent", "fits"),
    [
        (Caps(), Spent(1e9, 1e9), True),
        (Caps(cell=10), Spent(500, 500), True),
        (Caps(cell=9.99), Spent(), False),
        (Caps(session=30), Spent(session=20), True),
        (Caps(session=30), Spent(session=20.5), False),
        (Caps(day=30), Spent(day=20), True),
        (Caps(day=30), Spent(session=0, day=21), False),
        (Caps(cell=0), Spent(), False),
    ],
)
def test_a_cap_may_be_reached_and_not_passed(caps, spent, fits):
    if fits:
        budget.check(10, caps, spent)
    else:
        with pytest.raises(OverBudget, match="10 credits"):
            budget.check(10, caps, spent)


# --- the journal: one transaction for all kernels ---


def intent(number: int, session: str, reserved: float = 10) -> Intent:
    return Intent(
        fingerprint=f"{number:064}",
        take=1,
        provider="generor",
        base_url="https://example.test",
        account="1",
        generator="image",
        model_id=10003,
        model_name="Flux",
        model_type="image",
        path="/generators/image/generate",
        body=b"{}",
        prompt=f"prompt {number}",
        count=1,
        public=False,
        estimate=reserved / 4,
        reserved=reserved,
        max_seconds=None,
        owner=session,
        session=session,
    )


def day_cap(cap: float, needed: float = 10):
    return lambda spent: budget.check(needed, Caps(day=cap), spent)


def test_kernels_that_reserve_at_once_stay_under_the_day_together(tmp_path):
    armed, refused = [], []
    gate = threading.Barrier(8)

    def one_kernel(number: int) -> None:
        journal = Journal(tmp_path / "shared")
        gate.wait()
        try:
            armed.append(journal.begin(intent(number, f"kernel {number}"), day_cap(30))[0].id)
        except OverBudget:
            refused.append(number)
        journal.close()

    threads = [threading.Thread(target=one_kernel, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(armed), len(refused)) == (3, 5)


def test_a_settled_charge_takes_the_place_of_its_reserve(tmp_path):
    journal = Journal(tmp_path / "home")
    op, _ = journal.begin(intent(1, "a"), day_cap(15))
    with pytest.raises(OverBudget):
        journal.begin(intent(2, "a"), day_cap(15))
    journal.annotate(op.id, charge=5.0)
    assert journal.begin(intent(2, "a"), day_cap(15))[1]


@pytest.mark.parametrize("end", [State.CANCELLED, State.REJECTED])
def test_what_came_to_nothing_for_free_gives_its_reserve_back(tmp_path, end):
    journal = Journal(tmp_path / "home")
    op, _ = journal.begin(intent(1, "a"), day_cap(10))
    if end is State.REJECTED:
        journal.move(op.id, State.SENT)
    journal.move(op.id, end)
    assert journal.begin(intent(2, "a"), day_cap(10))[1]


def test_what_is_unclear_keeps_its_reserve(tmp_path):
    journal = Journal(tmp_path / "home")
    op, _ = journal.begin(intent(1, "a"), day_cap(10))
    journal.move(op.id, State.SENT)
    journal.move(op.id, State.AMBIGUOUS)
    with pytest.raises(OverBudget):
        journal.begin(intent(2, "b"), day_cap(10))


def test_a_day_ends_at_midnight(tmp_path):
    now = time.mktime((2026, 3, 4, 22, 0, 0, 0, 0, -1))
    journal = Journal(tmp_path / "home", clock=lambda: now)
    journal.begin(intent(1, "a"), day_cap(10))
    now += HOUR
    with pytest.raises(OverBudget):
        journal.begin(intent(2, "a"), day_cap(10))
    now += 2 * HOUR
    assert journal.begin(intent(2, "a"), day_cap(10))[1]


# --- what waits for its turn is checked again when it leaves ---

QUIET = Weather(intents=0, faults=0, flaky=0, kills=0, interrupts=0, twins=0, foreign=0, again=0, disk=0)


WAITS = (
    (session, "POLL_SECONDS"),
    *((turns, name) for name in ("POLL_SECONDS", "LANES")),
    *((watch, name) for name in ("PAUSES", "LATE_PAUSE", "ASK_SECONDS")),
)


class Dear(World):
    """Poems cost 2 by their estimate, reserve 3 and are charged 8; a picture reserves 24 and is charged 6."""

    def next_fate(self, prompt):
        return Fate("ok", Course("ok", 60.0, dearer=4.0 if prompt == "a poem" else 1.0))

    async def cell(self, kernel, slug, prompt, *, overlap=False):
        plan = await kernel.session.plan(Ask(slug, prompt), Terms())
        return await kernel.session.spend(plan, confirmed=True, overlap=overlap)

    async def both(self, first, second, *, overlap=False):
        """A poem is under way, and a picture comes to wait for its turn; how the second one ended."""
        poem = asyncio.ensure_future(self.cell(first, "poem", "a poem", overlap=overlap))
        await asyncio.sleep(30)
        picture = asyncio.ensure_future(self.cell(second, "image", "a picture", overlap=overlap))
        await poem
        return (await asyncio.gather(picture, return_exceptions=True))[0]


@pytest.fixture
def world(tmp_path, monkeypatch):
    # A world waits longer than life does; what comes after it must not.
    for module, name in WAITS:
        monkeypatch.setattr(module, name, getattr(module, name))
    return lambda cap: Dear(1, TRIMMING, dataclasses.replace(QUIET, cap=cap), tmp_path / "dear")


@pytest.mark.parametrize("kernels", [1, 2])
@pytest.mark.parametrize("detached", [False, True])
@pytest.mark.parametrize("kind", ["session", "day"])
def test_what_another_one_overshot_refuses_the_one_that_waits(world, kind, detached, kernels):
    dear = world(31 if kind == "day" else None)
    seats = [Kernel(dear, f"kernel {n}", detached=detached) for n in range(kernels)]
    seats[0].session.allowance.session_cap = 31 if kind == "session" else None
    ended = run(dear.loop, dear.both(seats[0], seats[-1]))
    assert isinstance(ended, OverBudget)
    assert (ended.needed, ended.cap) == (24, 31)
    assert "24 credits" in ended.what
    assert "8 of" in ended.what
    assert [charge.intent for charge in dear.server.charges] == ["a poem"]
    refused = dear.journal().history(1)[0]
    assert (refused.state, refused.charge) == (State.CANCELLED, None)
    assert dear.journal().spent("generor", "7", allowance.SESSION) == Spent(8, 8)


def test_what_still_has_room_after_an_overshoot_goes(world):
    dear = world(32)
    ended = run(dear.loop, dear.both(*(Kernel(dear, f"kernel {n}", detached=True) for n in range(2))))
    assert ended.charge == 6
    assert dear.breaches == []


def test_what_may_overlap_leaves_before_anybody_knows_of_an_overshoot(world):
    """Its room was there when it left: the overshoot that the promise allows."""
    dear = world(31)
    kernel = Kernel(dear, "kernel", detached=True)
    ended = run(dear.loop, dear.both(kernel, kernel, overlap=True))
    assert (ended.charge, [c.amount for c in dear.server.charges], dear.breaches) == (6, [8, 6], [])


def test_what_was_refused_on_leaving_may_be_tried_again(world):
    dear = world(31)
    kernel = Kernel(dear, "kernel", detached=False)

    async def story():
        await dear.both(kernel, kernel)
        with pytest.raises(OverBudget):
            await dear.cell(kernel, "image", "a picture")
        dear.settings._config["max_credits"] = 32
        return await dear.cell(kernel, "image", "a picture")

    assert run(dear.loop, story()).charge == 6


# --- a real account ---


def test_text_reserves_half_as_much_again_until_twenty_charges_are_known(account, spends):
    with pytest.raises(OverBudget, match=r"1\.50 credits"):
        gn.generate("joke", "one too few", max_credits=1)
    for number in range(20):
        gn.generate("joke", f"learning {number}", max_credits=5)
    assert gn.generate("joke", "one too few", max_credits=1).charge == 1
    assert spends() == 21


def test_a_price_that_is_not_told_reserves_the_models_own(account, spends):
    plan = api.wait(account.plan(Ask("image", "no price", count=3), Terms(max_credits=71)))
    untold = dataclasses.replace(plan, estimate=dataclasses.replace(plan.estimate, credits=None))
    assert account.allowance.reserve(untold) == 72
    with pytest.raises(OverBudget):
        api.follow(account, untold, confirmed=True)
    assert spends() == 0


def test_a_real_account_has_a_session_cap_without_being_asked(account, server):
    assert account.allowance.session_limit() == 500
    account.attended = lambda: True
    plan = api.wait(account.plan(Ask("image", "too many", count=10), Terms()))
    dear = dataclasses.replace(plan, estimate=dataclasses.replace(plan.estimate, credits=126))
    with pytest.raises(OverBudget, match="this session's 500"):
        api.follow(account, dear, confirmed=True)


def test_the_studio_has_no_caps_of_its_own(studio):
    account = api.wait(studio.provider.account())
    assert studio.allowance.caps(Terms()) == Caps(None, None, None)
    assert studio.allowance.question(10_000, account) is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: gn.generate("joke", "nobody here"),
        lambda: gn.submit("joke", "nobody here"),
        lambda: asyncio.run(gn.agenerate("joke", "nobody here")),
        lambda: sweeps.sweep("joke", ["nobody here", "nor here"]),
        lambda: sweeps.sweep("joke", ["nobody here", "nor here"], parallel=2),
    ],
    ids=["generate", "submit", "agenerate", "sweep", "parallel sweep"],
)
def test_unattended_nothing_is_spent_however_it_is_asked_for(account, spends, ask):
    with pytest.raises(NeedsConfirmation, match="nobody is here"):
        ask()
    assert (spends(), account.journal.history()) == (0, [])


def test_a_cap_of_a_repository_does_not_stand_for_a_yes(account, spends, tmp_path):
    (tmp_path / "work" / "pyproject.toml").write_text("[tool.generor_nb]\nmax_credits = 100\n")
    with pytest.raises(NeedsConfirmation, match="nobody is here"):
        gn.generate("joke", "cloned")
    assert spends() == 0


def test_a_question_is_raised_where_nobody_can_answer_at_once(account, spends):
    """``await`` runs beside other things: it never prompts, also with somebody there."""
    account.attended = lambda: True
    with pytest.raises(NeedsConfirmation, match="first paid call"):
        asyncio.run(gn.agenerate("joke", "asked beside"))
    assert asyncio.run(gn.agenerate("joke", "asked beside", yes=True)).charge == 1
    assert spends() == 1
