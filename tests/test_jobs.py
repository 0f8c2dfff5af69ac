"""Jobs: priced and confirmed at once, made in the background, found again by id."""

import asyncio
import dataclasses
import threading
import time

import pytest
from faulty import faulty
from support import serve

import generor_nb as gn
from generor_nb import allowance, api, sessions
from generor_nb.background import Job
from generor_nb.base import loop
from generor_nb.base.errors import GenerorError, InvalidRequest, NeedsConfirmation, NoOutput, OverBudget
from generor_nb.contract.schema import Ask
from generor_nb.notebook.cell import as_python
from generor_nb.notebook.options import parse
from generor_nb.spending.states import State


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("served"), "--no-rate-limits") as served:
        yield served


@pytest.fixture
def proxy(server):
    """Keeps back the answers to paid calls while ``flowing`` is not set."""
    with faulty(server.url) as running:
        flowing = threading.Event()
        forward = running._forward

        async def held(request):
            reply = await forward(request)
            while not flowing.is_set():
                await asyncio.sleep(0.01)
            return reply

        running._forward, running.flowing = held, flowing
        yield running
        flowing.set()


@pytest.fixture
def account(server, proxy, monkeypatch):
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", proxy.url)
    monkeypatch.setenv("GENEROR_API_KEY", server.key)
    yield sessions.current()
    proxy.flowing.set()


def until(what):
    ends = time.monotonic() + 10
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_submit_returns_at_once_and_the_result_comes(account, proxy):
    job = gn.submit("image", "a slow boat", max_credits=100)
    until(lambda: proxy.generates == 1)
    assert (job.done, job.state) == (False, State.SENT)
    proxy.flowing.set()
    result = job.result(10)
    assert (result.charge, job.done, job.state) == (6, True, State.DONE)
    assert gn.generate("image", "a slow boat", max_credits=100).replayed


def test_await_gives_the_result_and_giving_up_waiting_does_not_stop_it(account, proxy):
    job = gn.submit("image", "awaited", max_credits=100)

    async def impatient():
        await asyncio.wait_for(job, 0.2)

    async def patient():
        return await job

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    proxy.flowing.set()
    assert asyncio.run(patient()).charge == 6
    assert proxy.generates == 1


def test_a_timeout_ends_the_waiting_only(account, proxy):
    job = gn.submit("image", "not yet", max_credits=100)
    with pytest.raises(TimeoutError, match="goes on"):
        job.result(timeout=0)
    proxy.flowing.set()
    assert job.result(10).charge == 6


def test_what_is_not_sent_yet_can_be_called_off_for_free(account, proxy, server):
    before = server.balance
    first = gn.submit("image", "in front", max_credits=100)
    until(lambda: proxy.generates == 1)
    second = gn.submit("image", "behind", max_credits=100)
    assert second.cancel()
    assert not first.cancel()
    proxy.flowing.set()
    with pytest.raises(GenerorError, match="called off"):
        second.result(10)
    assert first.result(10).charge == 6
    assert (proxy.generates, server.balance) == (1, before - 6)


def test_jobs_of_one_account_are_made_one_at_a_time(account, proxy):
    made = [gn.submit("image", f"queue {n}", max_credits=100) for n in range(3)]
    until(lambda: proxy.generates == 1)
    time.sleep(0.2)
    assert proxy.generates == 1
    proxy.flowing.set()
    assert [job.result(10).charge for job in made] == [6, 6, 6]


def test_a_job_reserves_its_credits_when_it_is_submitted(account, proxy):
    account.allowance.session_cap = account.journal.spent("generor", "1", allowance.SESSION).session + 40
    gn.submit("image", "takes 24 of 40", max_credits=100)
    with pytest.raises(OverBudget):
        gn.submit("image", "would take 24 more", max_credits=100)
    proxy.flowing.set()


def test_an_unconfirmed_job_is_refused_before_it_starts(account, proxy):
    with pytest.raises(NeedsConfirmation):
        gn.submit("image", "nobody said yes")
    assert account.journal.history() == []


def test_a_failure_is_raised_by_result_and_shown_by_the_card(account, proxy):
    proxy.mode = "402"
    proxy.flowing.set()
    job = gn.submit("image", "too dear", max_credits=100)
    with pytest.raises(GenerorError, match="needs 80 credits") as caught:
        job.result(10)
    assert caught.value.what in repr(job)


def test_a_job_of_a_dead_kernel_is_found_by_its_id(account, proxy):
    proxy.flowing.set()
    made = gn.generate("image", "made before the crash", max_credits=100)
    found = gn.job(made.operation[:8])
    assert isinstance(found, Job)
    assert found.done
    result = found.result(10)
    assert (result.charge, result.paid_before) == (0, 6)
    assert result.creations[0].file.read_bytes() == made.creations[0].file.read_bytes()
    assert proxy.generates == 1


def test_a_finished_job_needs_no_key_any_more(account, proxy, monkeypatch):
    proxy.flowing.set()
    made = gn.generate("image", "without a key", max_credits=100)
    monkeypatch.setenv("GENEROR_PROVIDER", "studio")
    monkeypatch.delenv("GENEROR_API_KEY")
    assert gn.job(made.operation).result(10).creations[0].image.size == (1024, 1024)


def test_an_unfinished_job_of_another_server_says_where_it_was_sent(account, proxy, server, monkeypatch):
    job = gn.submit("image", "elsewhere", max_credits=100)
    until(lambda: proxy.generates == 1)
    monkeypatch.setenv("GENEROR_BASE_URL", server.url)
    found = Job(sessions.current(), job.id)
    with pytest.raises(GenerorError, match="where the settings point"):
        found.result(10)
    proxy.flowing.set()
    assert job.result(10).charge == 6


@pytest.mark.parametrize("id", ["", "zzzz"])
def test_an_id_that_names_nothing_is_an_error(studio, id):
    with pytest.raises(InvalidRequest, match="no operation"):
        gn.job(id)


def test_jobs_lists_what_is_new_or_open_and_leaves_out_old_ends(studio):
    gn.submit("joke", "today").result(10)
    assert "today" in repr(gn.jobs())
    now = studio.journal.clock()
    studio.journal.clock = lambda: now + 2 * 86_400
    assert [job.operation.prompt for job in gn.jobs()] == ["today"]  # this kernel's own stay listed
    from generor_nb import background

    background._submitted.clear()
    assert len(gn.jobs()) == 0
    assert repr(gn.jobs()) == "No jobs."


def test_a_card_shows_progress_then_the_result(account, proxy):
    job = gn.submit("image", "on a card", max_credits=100)
    shown = []
    job.show(shown.append)
    until(lambda: shown)
    assert "<progress" in shown[0]._repr_mimebundle_()["text/html"]
    proxy.flowing.set()
    result = job.result(10)
    until(lambda: shown[-1] is result)


def test_a_card_that_cannot_be_shown_stops_nothing(account, proxy):
    def broken(value):
        raise RuntimeError("the kernel is going down")

    job = gn.submit("image", "no screen", max_credits=100)
    job.show(broken)
    proxy.flowing.set()
    assert job.result(10).charge == 6


def test_closing_the_session_ends_what_waits(account, proxy):
    proxy.flowing.set()
    gn.submit("image", "closed", max_credits=100)
    api.wait(account.courier.drain())
    sessions.close()
    assert gn.jobs()[0].result(10).creations


# --- several sessions, and what is called off while it waits ---


def test_another_session_of_the_same_process_waits_for_what_the_first_one_sent(account, proxy):
    job = gn.submit("image", "asked twice", max_credits=100)
    until(lambda: job.state is State.SENT)
    other = sessions.Session(account.settings, account.provider)
    plan = api.wait(other.plan(Ask("image", "asked twice"), sessions.Terms(max_credits=100)))
    assert plan.running
    waiting = loop.submit(other.spend(plan))
    time.sleep(0.3)
    assert (waiting.done(), job.state) == (False, State.SENT)
    proxy.flowing.set()
    assert waiting.result(10).operation == job.result(10).operation
    assert proxy.generates == 1


def test_what_is_called_off_while_it_waits_for_the_pace_frees_the_turn(account, proxy, monkeypatch):
    ready, held = account.provider.ready, threading.Event()

    async def slow():
        held.set()
        await asyncio.sleep(60)

    proxy.flowing.set()
    with monkeypatch.context() as patch:
        patch.setattr(account.provider, "ready", slow)
        first = gn.submit("image", "no room yet", max_credits=100)
        held.wait(10)
        assert account.provider.ready is not ready
    assert first.cancel()
    assert gn.submit("image", "next in line", max_credits=100).result(10).charge == 6
    assert proxy.generates == 1


def test_closing_a_session_calls_off_what_waits_and_does_not_wait_for_it(account, proxy, monkeypatch):
    held = threading.Event()

    async def slow():
        held.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(account.provider, "ready", slow)
    job = gn.submit("image", "closed while it waits", max_credits=100)
    held.wait(10)
    sessions.close()  # the turn's 60 seconds are not waited for: the job would not be called off then
    assert job.state is State.CANCELLED


def test_an_item_without_words_or_files_is_no_output(account, proxy, monkeypatch):
    read = account.provider.read

    def hollow(reply):
        answer = read(reply)
        return dataclasses.replace(answer, items=(dataclasses.replace(answer.items[0], urls=(), text=None),))

    proxy.flowing.set()
    proxy.hides = {"/creations", "/credits/transactions"}
    monkeypatch.setattr(account.provider, "read", hollow)
    job = gn.submit("image", "hollow", max_credits=100)
    with pytest.raises(NoOutput):
        job.result(10)
    assert (job.state, job.operation.charge) == (State.CHARGED_NO_OUTPUT, 6)


def test_show_code_of_a_background_cell_submits():
    line = parse("image slow --background --count 2")
    assert as_python(line, "a fox") == "slow = gn.submit('image', 'a fox', count=2)"
