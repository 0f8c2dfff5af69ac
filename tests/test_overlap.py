"""One paid call at a time by default, overlap on request; the oracle is the server's ledger."""

import asyncio
import os
import signal
import threading
import time

import pytest
from faulty import faulty
from support import serve

from generor_nb import api, sessions
from generor_nb.base.errors import GenerorError, Interrupted, InvalidRequest, OverBudget
from generor_nb.spending.states import State
from generor_nb.spending.turns import LANES, CalledOff, Turns
from generor_nb.sweeps import sweep

PROMPTS = ["a fox", "an owl", "a hare"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("served"), "--no-rate-limits") as served:
        yield served


@pytest.fixture
def proxy(server):
    """Answers paid calls only when ``enough`` of them have come; counts the most at once."""
    with faulty(server.url) as running:
        running.enough, running.most, running.now = 1, 0, 0
        forward = running._forward

        async def held(request):
            running.now += 1
            running.most = max(running.most, running.now)
            ends = time.monotonic() + 10
            while running.generates < running.enough and time.monotonic() < ends:
                await asyncio.sleep(0.01)
            try:
                return await forward(request)
            finally:
                running.now -= 1

        running._forward = held
        yield running


@pytest.fixture
def account(server, proxy, monkeypatch):
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", proxy.url)
    monkeypatch.setenv("GENEROR_API_KEY", server.key)
    return sessions.current()


def test_a_sweep_makes_as_many_at_once_as_it_is_told(account, proxy, server):
    proxy.enough = 3
    before = server.balance
    made = sweep("joke", PROMPTS, parallel=3, max_credits=100)
    assert proxy.most == 3
    assert [result.prompt for result in made] == PROMPTS
    assert made.charge == made.ledger == before - server.balance == 3


def test_overlapped_charges_are_marked_and_stay_marked(account, proxy):
    made = sweep("joke", ["marked", "too"], parallel=2, max_credits=100)
    assert all(result.overlapped and "≈ 1 credit charged" in result.summary for result in made)
    assert "by the account's ledger" in made.summary
    op = account.journal.history(1)[0]
    assert op.charge == 1
    assert account.journal.ratios("generor", "text") == []


@pytest.mark.parametrize("parallel", [1, 2])
def test_a_sweep_that_was_made_before_says_so_and_what_it_was_charged_then(account, server, parallel):
    sweep("joke", PROMPTS, max_credits=100)
    before = server.balance
    assert sweep("joke", PROMPTS, parallel=parallel).summary == "replayed from disk: 0 credits (was 3)"
    assert server.balance == before


def test_without_being_told_they_come_one_after_the_other(account, proxy):
    made = sweep("joke", ["in", "a", "row"], max_credits=100)
    assert (proxy.most, made.ledger) == (1, None)
    assert not any(result.overlapped for result in made)


def test_one_failure_ends_the_rest_before_it_is_sent(account, proxy):
    proxy.mode = "402"
    with pytest.raises(GenerorError, match="needs 80 credits"):
        sweep("joke", [f"refused {n}" for n in range(8)], parallel=2, max_credits=100)
    api.wait(account.courier.drain())
    assert proxy.generates <= 4
    assert {op.state for op in account.journal.history()} <= {State.REJECTED, State.CANCELLED}


@pytest.mark.parametrize("parallel", [1, 2])
def test_a_sweep_that_is_stopped_says_how_far_it_is_and_goes_on_from_there(account, proxy, server, parallel):
    before, forward, stopped = server.balance, proxy._forward, threading.Event()

    async def interrupted(request):
        if proxy.generates == parallel + 1 and not stopped.is_set():
            os.kill(os.getpid(), signal.SIGINT)
            while not stopped.is_set():
                await asyncio.sleep(0.01)
        return await forward(request)

    proxy._forward = interrupted
    try:
        with pytest.raises(Interrupted, match=r"[12] of 3 made\. .*\n.*the rest is priced first"):
            sweep("joke", PROMPTS, parallel=parallel, max_credits=100)
    finally:
        stopped.set()
    assert [result.prompt for result in sweep("joke", PROMPTS, max_credits=100)] == PROMPTS
    assert before - server.balance == len(PROMPTS)


def test_the_whole_must_fit_the_cap_before_the_first_is_sent(account, proxy):
    with pytest.raises(OverBudget):
        sweep("joke", PROMPTS, parallel=3, max_credits=4)
    assert proxy.generates == 0


@pytest.mark.parametrize("parallel", [0, LANES + 1, True, "2", 1.5])
def test_parallel_is_a_small_whole_number(account, parallel):
    with pytest.raises(InvalidRequest, match="parallel"):
        sweep("joke", PROMPTS, parallel=parallel)


# --- turns, between processes of one home ---


async def running(turns: Turns, log: list[str], name: str, *, overlap: bool, until: asyncio.Event) -> None:
    async with turns.turn(overlap=overlap):
        log.append(f"+{name}")
        await until.wait()
        log.append(f"-{name}")


async def soon() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def two(tmp_path) -> tuple[Turns, Turns]:
    """The turns of two processes, with pauses that take no time."""
    one, other = (Turns(tmp_path, "account", sleep=lambda _: asyncio.sleep(0)) for _ in range(2))
    return one, other


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [(False, False, False), (True, False, False), (False, True, False), (True, True, True)],
)
def test_only_those_that_allow_it_are_under_way_together(tmp_path, first, second, together):
    async def both() -> list[str]:
        one, other = two(tmp_path)
        log, end = [], asyncio.Event()
        a = asyncio.ensure_future(running(one, log, "a", overlap=first, until=end))
        await soon()
        b = asyncio.ensure_future(running(other, log, "b", overlap=second, until=end))
        await soon()
        end.set()
        await asyncio.gather(a, b)
        return log

    assert asyncio.run(both())[:2] == (["+a", "+b"] if together else ["+a", "-a"])


def test_a_stream_of_overlapping_calls_lets_one_through_that_must_be_alone(tmp_path):
    async def crowd() -> list[str]:
        one, other = two(tmp_path)
        log, now, later = [], asyncio.Event(), asyncio.Event()
        now.set()
        early = [
            asyncio.ensure_future(running(one, log, f"e{n}", overlap=True, until=later)) for n in range(3)
        ]
        await soon()
        alone = asyncio.ensure_future(running(other, log, "alone", overlap=False, until=now))
        await soon()
        late = [
            asyncio.ensure_future(running(one, log, f"l{n}", overlap=True, until=now))
            for n in range(2 * LANES)
        ]
        await soon()
        later.set()
        await asyncio.gather(*early, alone, *late)
        return log

    log = asyncio.run(crowd())
    at = log.index("+alone")
    assert log[at + 1] == "-alone"
    assert sum(entry.startswith("+l") for entry in log[:at]) <= LANES


def test_a_lock_is_free_again_when_its_turn_fails(tmp_path):
    async def fails() -> None:
        one, other = two(tmp_path)
        with pytest.raises(ValueError, match="broken"):
            async with one.turn(overlap=False):
                raise ValueError("broken")
        async with other.turn(overlap=False):
            pass

    asyncio.run(fails())


def test_a_turn_that_is_not_wanted_any_more_is_not_taken(tmp_path):
    async def unwanted() -> None:
        wanted = threading.Event()
        wanted.set()
        one, other = two(tmp_path)

        async def wait_in_vain() -> None:
            async with other.turn(overlap=False, wanted=wanted.is_set):
                raise AssertionError("a turn that nobody wants")

        async with one.turn(overlap=False):
            waiting = asyncio.ensure_future(wait_in_vain())
            await soon()
            assert not waiting.done()
            wanted.clear()
            with pytest.raises(CalledOff):
                await waiting

    asyncio.run(unwanted())
