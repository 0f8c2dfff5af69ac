"""The courier's own process: it outlives its kernel, sends nothing after it, and leaves nothing behind.

The oracle is the server's ledger.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from faulty import faulty
from support import serve

import generor_nb as gn
from generor_nb import api, sessions
from generor_nb.base.errors import GenerorError, OutcomeUnknown, Unresolved
from generor_nb.base.secret import Secret
from generor_nb.contract.schema import Ask
from generor_nb.spending import detached, porter
from generor_nb.spending.courier import Courier
from generor_nb.spending.errand import Errand
from generor_nb.spending.states import State

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="reads /proc and kills with signals")
PATIENCE = 20.0


def until(what: Callable[[], object], why: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < ends, why
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Neither running nor a zombie."""
    return not Path(f"/proc/{pid}").exists()


def couriers(home: Path) -> list[int]:
    """The courier processes of a home."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command, environ = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            if b"generor-nb-courier" in command and f"GENEROR_HOME={home}\0".encode() in environ:
                found.append(int(entry.name))
        except (OSError, ValueError):
            continue
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("served"), "--no-rate-limits") as served:
        yield served


@pytest.fixture
def proxy(server):
    with faulty(server.url) as running:
        flowing = threading.Event()
        flowing.set()
        forward = running._forward

        async def held(request: bytes) -> bytes:
            reply = await forward(request)
            running.answered += 1
            while not flowing.is_set():
                await asyncio.sleep(0.01)
            return reply

        running._forward, running.flowing, running.answered = held, flowing, 0
        yield running
        flowing.set()


@pytest.fixture
def account(server, proxy, monkeypatch, tmp_path) -> Iterator[sessions.Session]:
    """A session on a real account whose courier is a process of its own."""
    monkeypatch.setattr(sessions, "INLINE", False)
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", proxy.url)
    monkeypatch.setenv("GENEROR_API_KEY", server.key)
    yield sessions.current()
    sessions.close()
    proxy.flowing.set()
    until(lambda: not couriers(tmp_path / "home"), "a courier is left over")


@pytest.fixture
def spends(server):
    before = len(server.spends())
    return lambda: len(server.spends()) - before


def paint(prompt, **options):
    return api.generate("image", prompt, **{"max_credits": 100, **options})


def states(session: sessions.Session) -> dict[str, State]:
    return {op.prompt: op.state for op in session.journal.history()}


KERNEL = """
import sys, time
import generor_nb as gn
jobs = [gn.submit("image", prompt, max_credits=100) for prompt in sys.argv[1:]]
print("submitted", flush=True)
{more}
time.sleep(60)
"""


@contextmanager
def kernel(*prompts: str, more: str = "") -> Iterator[subprocess.Popen]:
    """Another process that submits jobs and then waits; killed at the end if it still lives."""
    process = subprocess.Popen(
        [sys.executable, "-c", KERNEL.format(more=more), *prompts], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "submitted\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_cell_is_paid_by_another_process_and_replayed_here(account, spends):
    first = paint("a harbour")
    assert (first.charge, first.replayed) == (6, False)
    assert first.path.read_bytes() == paint("a harbour").path.read_bytes()
    op = account.journal.history(1)[0]
    assert op.owner == account.courier.owner != account.owner
    assert spends() == 1


@pytest.mark.slow
def test_the_courier_stays_warm_and_has_a_process_session_of_its_own(account):
    paint("warm one")
    pid = account.courier.pid
    paint("warm two")
    assert account.courier.pid == pid
    assert os.getsid(pid) == pid != os.getsid(0)


@pytest.mark.slow
def test_the_key_is_in_neither_the_arguments_nor_the_environment(account, server):
    paint("where the key is not")
    place = Path(f"/proc/{account.courier.pid}")
    for name in ("cmdline", "environ"):
        seen = (place / name).read_bytes()
        assert seen
        assert server.key.encode() not in seen
        assert b"gnr_live_" not in seen
    assert b"_API_KEY=" not in (place / "environ").read_bytes()


@pytest.mark.slow
def test_the_studio_is_opened_in_both_processes(monkeypatch):
    monkeypatch.setattr(sessions, "INLINE", False)
    made = gn.generate("joke", "two processes", provider="studio")
    current = sessions.current("studio")
    assert (made.charge, current.courier.pid != os.getpid()) == (1, True)
    before = api.wait(current.balance()).total
    assert made.balance == before
    pid = current.courier.pid
    sessions.close()
    until(lambda: gone(pid), "the studio's courier stayed")


@pytest.mark.slow
def test_closing_the_session_ends_the_courier_without_a_zombie(account):
    paint("the last one")
    pid = account.courier.pid
    sessions.close()
    until(lambda: gone(pid), "the courier stayed")
    assert list((account.home / "owners").glob(f"*-{pid}.lock")) == []


@pytest.mark.slow
def test_a_killed_kernel_leaves_what_is_sent_to_the_courier(account, proxy, spends, tmp_path):
    proxy.flowing.clear()
    with kernel("outlived") as process:
        until(lambda: proxy.generates == 1, "nothing was sent")
        (pid,) = couriers(tmp_path / "home")
        process.send_signal(signal.SIGKILL)
        process.wait()
        account.journal.release(account.alive)
        assert states(account)["outlived"] is State.SENT
        proxy.flowing.set()
        until(lambda: states(account)["outlived"] is State.DONE, "it was not finished")
    until(lambda: gone(pid), "the courier stayed")
    assert [lock.stem for lock in (account.home / "owners").iterdir()] == [account.owner]
    found = paint("outlived")
    assert (found.replayed, found.charge, found.creations[0].image.size) == (True, 0, (1024, 1024))
    assert (proxy.generates, spends()) == (1, 1)


@pytest.mark.slow
def test_a_rerun_waits_for_what_another_kernel_sent(account, proxy, spends):
    proxy.flowing.clear()
    with kernel("still under way") as process:
        until(lambda: proxy.generates == 1, "nothing was sent")
        process.send_signal(signal.SIGKILL)
        process.wait()
        job = gn.submit("image", "still under way", max_credits=100)
        assert job.state is State.SENT
        proxy.flowing.set()
        assert job.result(PATIENCE).creations[0].file.exists()
    assert (proxy.generates, spends()) == (1, 1)


@pytest.mark.slow
def test_a_batch_does_not_run_away_when_its_kernel_is_gone(account, proxy, spends, tmp_path):
    proxy.flowing.clear()
    with kernel("one of three", "two of three", "three of three") as process:
        until(lambda: proxy.generates == 1, "nothing was sent")
        process.send_signal(signal.SIGKILL)
        process.wait()
        until(lambda: list(states(account).values()).count(State.CANCELLED) == 2, "the rest was not released")
        proxy.flowing.set()
        until(lambda: not couriers(tmp_path / "home"), "the courier stayed")
    assert sorted(states(account).values()) == [State.CANCELLED, State.CANCELLED, State.DONE]
    assert (proxy.generates, spends()) == (1, 1)
    spent = account.journal.spent("generor", "1", account.journal.history(1)[0].session)
    assert spent.session == 6


@pytest.mark.slow
def test_a_forked_child_of_a_dead_kernel_does_not_keep_the_courier(account, proxy, tmp_path):
    fork = "import os, signal\nif os.fork() == 0:\n    time.sleep(8)\n    os._exit(0)"
    with kernel("before a fork", more=fork) as process:
        until(lambda: states(account).get("before a fork") is State.DONE, "it was not made")
        (pid,) = couriers(tmp_path / "home")
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
        ends = time.monotonic() + 5
        while not gone(pid) and time.monotonic() < ends:
            time.sleep(0.05)
        assert gone(pid), "a child's copy of the pipe kept the courier"


@pytest.mark.slow
def test_a_killed_courier_leaves_what_it_sent_unclear_and_nobody_sends_it_again(account, proxy, spends):
    proxy.flowing.clear()
    proxy.hides = {"/creations", "/credits/transactions"}
    job = gn.submit("image", "lost courier", max_credits=100)
    until(lambda: proxy.generates == 1, "nothing was sent")
    os.kill(account.courier.pid, signal.SIGKILL)
    with pytest.raises((OutcomeUnknown, Unresolved)):
        job.result(PATIENCE)
    assert job.state is State.AMBIGUOUS
    with pytest.raises((OutcomeUnknown, Unresolved)):
        paint("lost courier")
    until(lambda: spends() == 1, "the server did not finish what it was sent")
    assert proxy.generates == 1


@pytest.mark.slow
def test_what_a_killed_courier_sent_is_looked_up(account, proxy, spends):
    proxy.flowing.clear()
    job = gn.submit("image", "looked up", max_credits=100)
    until(lambda: proxy.answered == 1, "nothing was made")
    os.kill(account.courier.pid, signal.SIGKILL)
    assert job.result(PATIENCE).creations[0].image.size == (1024, 1024)
    assert (proxy.generates, spends()) == (1, 1)


@pytest.mark.slow
def test_a_courier_that_is_gone_is_replaced(account, proxy, spends):
    paint("the first courier's")
    pid = account.courier.pid
    os.kill(pid, signal.SIGKILL)
    assert paint("the second courier's").charge == 6
    assert account.courier.pid != pid
    until(lambda: gone(pid), "a zombie is left")
    assert spends() == 2


@pytest.mark.slow
def test_what_a_dead_courier_had_not_sent_goes_to_the_next_one(account, proxy, spends):
    proxy.flowing.clear()
    first = gn.submit("image", "in front", max_credits=100)
    until(lambda: proxy.generates == 1, "nothing was sent")
    second = gn.submit("image", "behind", max_credits=100)
    os.kill(account.courier.pid, signal.SIGKILL)
    proxy.flowing.set()
    assert second.result(PATIENCE).charge == 6
    assert first.state is State.AMBIGUOUS
    assert proxy.generates == 2


@pytest.mark.slow
def test_couriers_of_two_kernels_take_turns(account, proxy):
    proxy.flowing.clear()
    with kernel("theirs"):
        until(lambda: proxy.generates == 1, "nothing was sent")
        ours = gn.submit("image", "ours", max_credits=100)
        time.sleep(0.5)
        assert (ours.state, proxy.generates) == (State.INTENT, 1)
        proxy.flowing.set()
        assert ours.result(PATIENCE).charge == 6


@pytest.mark.slow
def test_overlap_is_asked_for_through_the_pipe(account, spends):
    made = gn.sweep("joke", ["here", "there"], parallel=2, max_credits=100)
    assert [result.overlapped for result in made] == [True, True]
    assert (made.charge, spends()) == (2, 2)


@pytest.mark.slow
def test_another_version_carries_nothing(account, monkeypatch, spends):
    monkeypatch.setattr(porter, "__version__", "0.0.1")
    with pytest.raises(GenerorError, match="was updated to") as caught:
        paint("between versions")
    assert "restart the kernel" in caught.value.hint
    assert account.journal.history(1)[0].state is State.CANCELLED
    assert spends() == 0


@pytest.mark.slow
def test_a_courier_that_cannot_start_is_said_and_costs_nothing(account, monkeypatch, spends):
    monkeypatch.setattr(porter, "BOOT", "raise SystemExit(3)")
    with pytest.raises(GenerorError, match="ended before it sent"):
        paint("no courier")
    assert account.journal.history(1)[0].state is State.CANCELLED
    assert spends() == 0


def test_no_frame_holds_the_key_when_no_process_can_be_started(account, server, monkeypatch, spends):
    def full(*args, **options):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(porter.subprocess, "Popen", full)
    with pytest.raises(GenerorError, match="could not be started") as caught:
        paint("no room for a process")
    seen = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    package = str(Path(sessions.__file__).parent)
    ours = [frame.locals for frame in seen.stack if frame.filename.startswith(package)]
    assert ours
    assert server.key not in str(ours)
    assert spends() == 0


def test_the_environment_of_a_courier_holds_its_home_and_no_key(tmp_path):
    errand = Errand("generor", "https://x", tmp_path, Secret("gnr_live_" + "0" * 40))
    environ = {"GENEROR_API_KEY": "a", "other_api_key": "b", "PATH": "c", "GENEROR_HOME": "elsewhere"}
    assert porter.child_environ(environ, errand) == {"PATH": "c", "GENEROR_HOME": str(tmp_path)}
    assert "0" * 8 not in repr(errand)


# --- seeing out, on a clock of the test's own ---


def see_out(session: sessions.Session, operation: str, after: Callable[[float], None]) -> float:
    """Seconds that a courier without a kernel stays; ``after`` is called as they go by."""
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        after(now)

    api.wait(detached.see_out(session.courier, {operation}, lambda: now, sleep))
    return now


@pytest.fixture
def inside(server, monkeypatch) -> sessions.Session:
    """A session on a real account whose courier is in this process."""
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", server.url)
    monkeypatch.setenv("GENEROR_API_KEY", server.key)
    return sessions.current()


def test_a_courier_whose_asker_is_gone_sends_nothing(inside, spends):
    plan = api.wait(inside.plan(Ask("image", "nobody waits"), sessions.Terms(max_credits=100)))
    op, _ = api.wait(inside.arm(plan))
    orphaned = Courier(inside.journal, inside.provider, "courier", asker=inside.owner, may_send=lambda: False)

    async def carry():
        orphaned.start(op.id)
        await orphaned.wait(op.id)

    api.wait(carry())
    assert (inside.journal.get(op.id).state, spends()) == (State.CANCELLED, 0)


def test_a_courier_without_work_leaves_and_one_with_work_stays(inside, monkeypatch):
    monkeypatch.setattr(detached, "REST_SECONDS", 0.01)
    plan = api.wait(inside.plan(Ask("image", "longer than a rest"), sessions.Terms(max_credits=100)))
    op, _ = api.wait(inside.arm(plan))

    async def rest(*lines):
        inbox, told = asyncio.Queue(), []
        for line in lines:
            inbox.put_nowait(line)
        return await detached.carry_all(inside.courier, inbox, told.append), told

    assert api.wait(rest()) == (set(), [])
    assert api.wait(rest({"carry": op.id})) == ({op.id}, [{"done": op.id}])
    assert inside.journal.get(op.id).state is State.DONE


def test_a_courier_with_nothing_left_to_do_leaves_at_once(inside):
    assert see_out(inside, paint("all done").operation, lambda now: None) == 0


@pytest.mark.parametrize("comes", [True, False])
def test_files_that_cannot_be_fetched_are_tried_for_a_minute(inside, monkeypatch, comes):
    fetch = inside.provider.fetch

    async def broken(url, part):
        raise GenerorError("the network is down", "")

    monkeypatch.setattr(inside.provider, "fetch", broken)
    with pytest.raises(GenerorError, match="network is down"):
        paint("fetched later")
    operation = inside.journal.history(1)[0].id

    def mend(now: float) -> None:
        if comes and now >= 20:
            monkeypatch.setattr(inside.provider, "fetch", fetch)

    stayed = see_out(inside, operation, mend)
    if comes:
        assert (stayed, inside.journal.get(operation).state) == (20, State.DONE)
    else:
        assert detached.IDLE_SECONDS <= stayed <= detached.IDLE_SECONDS + 2 * detached.RETRY_SECONDS


def test_an_answer_that_the_disk_refuses_is_held_until_it_takes_it(inside, monkeypatch):
    respond = inside.journal.respond

    def full(operation, answer):
        raise GenerorError("the disk is full", "make room")

    monkeypatch.setattr("generor_nb.spending.courier.RECORD_PAUSES", (None,))
    monkeypatch.setattr(inside.journal, "respond", full)
    with pytest.raises(GenerorError, match="0 credits more"):
        paint("held")
    operation = inside.journal.history(1)[0].id

    def make_room(now: float) -> None:
        if now >= 600:
            monkeypatch.setattr(inside.journal, "respond", respond)

    assert see_out(inside, operation, make_room) == 600
    assert inside.journal.get(operation).state is State.DONE


def test_what_its_courier_lost_sight_of_is_unclear_and_not_sent(inside, spends):
    """As when the disk refused to take note of a refusal: nobody may guess what it was."""
    plan = api.wait(inside.plan(Ask("image", "lost from sight"), sessions.Terms(max_credits=100)))
    op, _ = api.wait(inside.arm(plan))
    assert inside.journal.move(op.id, State.SENT, owner=inside.courier.owner)
    with pytest.raises(OutcomeUnknown):
        api.wait(inside.collect(op.id))
    assert (inside.journal.get(op.id).state, spends()) == (State.AMBIGUOUS, 0)


@pytest.mark.slow
def test_a_courier_that_rested_too_long_leaves_and_the_next_call_starts_another(account, monkeypatch, spends):
    short = "import generor_nb.spending.detached as d; d.REST_SECONDS = 0.3; main(told)"
    monkeypatch.setattr(porter, "BOOT", porter.BOOT.replace("main(told)", short))
    paint("before the rest")
    pid = account.courier.pid
    until(lambda: gone(pid), "it did not leave")
    assert paint("after the rest").charge == 6
    assert spends() == 2
