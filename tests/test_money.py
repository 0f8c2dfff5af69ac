"""The path that spends, against a served studio behind a proxy that breaks things.

The oracle is the server's ledger, never our journal.
"""

import asyncio
import contextlib
import dataclasses
import socket

import pytest
from faulty import faulty
from support import Hurry, serve

from generor_nb import allowance, api, recovery, sessions
from generor_nb.base.errors import (
    GenerorError,
    InsufficientCredits,
    InvalidRequest,
    NeedsConfirmation,
    NoOutput,
    NotSent,
    OutcomeUnknown,
    OverBudget,
    RateLimited,
    ServerError,
    Unauthorized,
    Unresolved,
)
from generor_nb.base.secret import Secret
from generor_nb.contract.schema import Ask
from generor_nb.spending import journal
from generor_nb.spending.states import State
from generor_nb.transport import Channel


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("served"), "--no-rate-limits") as served:
        yield served


@pytest.fixture
def proxy(server):
    with faulty(server.url) as running:
        yield running


@pytest.fixture
def account(server, proxy, monkeypatch):
    """A session on a real account: the generor provider, over the proxy."""
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", proxy.url)
    monkeypatch.setenv("GENEROR_API_KEY", server.key)
    return sessions.current()


@pytest.fixture
def spends(server):
    """How many paid calls the server's ledger has gained in this test."""
    before = len(server.spends())
    return lambda: len(server.spends()) - before


def paint(prompt, **options):
    return api.generate("image", prompt, **{"max_credits": 100, **options})


def test_a_request_is_priced_paid_once_and_replayed(account, spends, server):
    before = server.balance
    first = paint("a harbour")
    again = paint("a harbour")
    assert (first.charge, first.estimate, first.replayed) == (6, 6, False)
    assert first.balance == server.balance == before - 6
    assert again.replayed
    assert first.path.read_bytes() == again.path.read_bytes()
    assert spends() == 1


@pytest.mark.parametrize("mode", ["reset", "drop", "half", "html", "500", "307", "nonsense"])
def test_an_unclear_outcome_is_never_sent_again(account, proxy, spends, mode):
    proxy.mode, proxy.hides = mode, {"/creations"}
    with pytest.raises(OutcomeUnknown, match=r"may have been charged"):
        paint(f"fault {mode}")
    proxy.mode = "pass"
    with pytest.raises(Unresolved):
        paint(f"fault {mode}")
    with pytest.raises(Unresolved):
        paint(f"fault {mode}", again=True)
    assert proxy.generates == 1
    assert spends() <= 1
    assert [op.state for op in account.journal.unresolved()] == [State.AMBIGUOUS]


@pytest.mark.parametrize(("mode", "error"), [("429", RateLimited), ("402", InsufficientCredits)])
def test_a_refusal_is_free_and_may_be_tried_again(account, proxy, server, spends, mode, error):
    clock = Hurry()
    account.provider._channel = Channel(proxy.url, Secret(server.key), timing=clock.timing)
    proxy.mode = mode
    with pytest.raises(error) as caught:
        paint(f"refused {mode}")
    if mode == "429":
        assert caught.value.retry_after == 7
        assert "7 s" in caught.value.hint
    else:
        assert (caught.value.need, caught.value.have) == (80, 12)
    proxy.mode = "pass"
    assert paint(f"refused {mode}").charge == 6
    assert spends() == 1
    assert (clock.slept > 6) == (mode == "429")


def test_a_server_that_is_down_gets_nothing_and_costs_nothing(account, proxy, server, spends, monkeypatch):
    asked = api.estimate("image", "down")  # the catalogue is known, then the server goes away
    assert asked.credits == 6
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GENEROR_BASE_URL", f"http://127.0.0.1:{free.getsockname()[1]}/api/v1")
    with pytest.raises(NotSent, match="cannot be reached"):
        paint("down")
    assert spends() == 0


def test_a_connection_refused_at_the_paid_call_is_free(account, proxy, spends):
    plan = api.wait(account.plan(Ask("image", "late"), sessions.Terms(max_credits=50)))
    account.provider._channel.base_url = "http://127.0.0.1:1/api/v1"
    with pytest.raises(NotSent):
        api.follow(account, plan)
    assert account.journal.history(1)[0].state is State.REJECTED
    account.provider._channel.base_url = proxy.url
    assert paint("late").charge == 6
    assert spends() == 1


def test_a_wrong_key_spends_nothing(account, spends, monkeypatch):
    monkeypatch.setenv("GENEROR_API_KEY", "gnr_live_" + "1" * 40)
    with pytest.raises(Unauthorized, match="GENEROR_API_KEY"):
        paint("wrong key")
    assert spends() == 0


@pytest.mark.parametrize(
    ("options", "number"),
    [({"max_credits": 5}, "5"), ({"max_credits": 23}, "24")],
)
def test_a_cell_cap_refuses_before_sending(account, proxy, options, number):
    with pytest.raises(OverBudget, match=number):
        paint("capped", **options)
    assert proxy.generates == 0


def test_the_session_cap_counts_what_was_spent(account, proxy, monkeypatch):
    account.allowance.session_cap = 35
    monkeypatch.setenv("GENEROR_MAX_CREDITS", "1000")
    assert paint("one of two", max_credits=None).charge == 6
    account.allowance.session_cap = account.journal.spent("generor", "1", allowance.SESSION).session + 23
    with pytest.raises(OverBudget, match="this session's"):
        paint("two of two", max_credits=None)
    assert proxy.generates == 1


def test_the_day_cap_counts_other_sessions_too(account, proxy, monkeypatch):
    paint("first of the day")
    monkeypatch.setattr(allowance, "SESSION", "another")
    monkeypatch.setenv("GENEROR_MAX_CREDITS", "29")
    with pytest.raises(OverBudget, match="today's 29"):
        paint("second of the day", max_credits=None)
    assert proxy.generates == 1


def test_unattended_runs_spend_nothing_unless_a_cap_is_set(account, proxy, monkeypatch):
    with pytest.raises(NeedsConfirmation, match="--max-credits"):
        paint("unattended", max_credits=None)
    with pytest.raises(NeedsConfirmation):
        paint("unattended", max_credits=None, yes=True)
    assert proxy.generates == 0
    monkeypatch.setenv("GENEROR_MAX_CREDITS", "100")
    assert paint("unattended", max_credits=None).charge == 6


def test_attended_the_first_paid_call_asks(account, proxy, monkeypatch):
    account.attended = lambda: True
    monkeypatch.setattr(allowance, "SESSION", "fresh")
    plan = api.wait(account.plan(Ask("image", "asked")))
    assert "first paid call" in plan.question
    with pytest.raises(NeedsConfirmation):
        api.wait(account.spend(plan))
    assert proxy.generates == 0
    assert api.wait(account.spend(plan, confirmed=True)).charge == 6


def test_again_is_the_next_take_and_take_is_rerunnable(account, spends):
    one = paint("samples")
    two = paint("samples", again=True)
    assert (one.take, two.take) == (1, 2)
    assert paint("samples", take=2).replayed
    assert one.path.read_bytes() != two.path.read_bytes()
    assert spends() == 2


@pytest.mark.parametrize(
    "options",
    [
        {"take": 0},
        {"take": True},
        {"take": "2"},
        {"take": 2, "again": True},
        {"max_credits": -1},
        {"max_credits": "5"},
        {"public": "false"},
    ],
)
def test_terms_that_make_no_sense_are_refused(account, proxy, options):
    with pytest.raises(InvalidRequest):
        paint("terms", **options)
    assert proxy.generates == 0


def test_an_unreadable_answer_is_on_disk_before_it_is_read(account, proxy):
    proxy.mode, proxy.hides = "nonsense", {"/creations"}
    with pytest.raises(OutcomeUnknown):
        paint("nonsense")
    op = account.journal.history(1)[0]
    assert account.journal.answer(op.id).body == b'{"success":true,"data":{"creations":"?"}}'


def test_an_answer_without_creations_is_charged_and_not_repeated(account, proxy):
    proxy.mode, proxy.hides = "empty", {"/creations"}
    with pytest.raises(NoOutput):
        paint("empty")
    proxy.mode = "pass"
    with pytest.raises(NoOutput, match="--again"):
        paint("empty")
    assert proxy.generates == 1
    assert account.journal.history(1)[0].state is State.CHARGED_NO_OUTPUT


def test_an_answer_that_cannot_be_written_is_held_and_finished_later(account, spends, monkeypatch):
    def full(operation, answer):
        raise GenerorError("the disk is full", "make room")

    with monkeypatch.context() as patch:
        patch.setattr("generor_nb.spending.courier.RECORD_PAUSES", (0, 0, None))
        patch.setattr(account.journal, "respond", full)
        with pytest.raises(GenerorError, match="0 credits more"):
            paint("held")
    assert paint("held").charge == 6
    assert spends() == 1


def test_what_fails_before_it_is_sent_is_free_and_can_be_run_again(account, spends, monkeypatch):
    def broken(lock):
        raise OSError("no locks here")

    with monkeypatch.context() as patch:
        patch.setattr("generor_nb.spending.turns.OwnerLock.acquire", broken)
        with pytest.raises(GenerorError, match="no locks here"):
            paint("unlocked")
    assert spends() == 0
    assert paint("unlocked").charge == 6


def test_the_first_payment_is_asked_for_after_a_studio_cell_too(account, monkeypatch):
    monkeypatch.setattr(allowance, "SESSION", "fresh")
    api.generate("joke", "free of charge", provider="studio")
    account.attended = lambda: True
    assert api.wait(account.plan(Ask("image", "first for real"))).question


def test_a_session_cap_outlives_its_session_object(account, proxy):
    account.allowance.session_cap = 10
    sessions.close()
    with pytest.raises(OverBudget, match="this session's 10"):
        paint("after a reload")
    assert proxy.generates == 0


def test_a_charge_of_less_than_nothing_is_unknown_and_counts_as_reserved(account, monkeypatch):
    read = account.provider.read
    monkeypatch.setattr(
        account.provider, "read", lambda reply: dataclasses.replace(read(reply), charge=-494.0)
    )
    assert paint("topped up meanwhile").charge is None
    assert account.journal.spent("generor", "1", allowance.SESSION).session >= 24


def test_a_crash_between_stored_and_done_needs_no_second_fetch(account, spends, monkeypatch):
    move = account.journal.move

    def crash(operation, new, *args, **columns):
        if new is State.DONE:
            raise GenerorError("crash", "")
        return move(operation, new, *args, **columns)

    with monkeypatch.context() as patch:
        patch.setattr(account.journal, "move", crash)
        with pytest.raises(GenerorError):
            paint("crashed")
    monkeypatch.setattr(account.provider, "fetch", None)
    assert paint("crashed").creations[0].image.size == (1024, 1024)
    assert spends() == 1


def test_a_web_page_in_place_of_a_file_is_no_result(account, spends, monkeypatch):
    async def page(url, part):
        part.write_bytes(b"  <!DOCTYPE html><html>login")
        return "0" * 64

    with monkeypatch.context() as patch:
        patch.setattr(account.provider, "fetch", page)
        with pytest.raises(GenerorError, match="web page"):
            paint("captive portal")
    assert paint("captive portal").creations[0].mime == "image/webp"
    assert spends() == 1


def test_a_strange_address_stops_neither_the_cell_nor_recovery(account, monkeypatch):
    async def strange(url, part):
        raise ValueError("Invalid IPv6 URL")

    monkeypatch.setattr(account.provider, "fetch", strange)
    with pytest.raises(GenerorError, match="Invalid IPv6 URL"):
        paint("strange address")
    assert [op.state for op in recovery.recover()] == [State.RESPONDED]


def test_another_take_waits_until_the_first_is_clear(account, proxy):
    proxy.mode, proxy.hides = "drop", {"/creations"}
    with pytest.raises(OutcomeUnknown):
        paint("fenced")
    proxy.mode = "pass"
    with pytest.raises(Unresolved):
        paint("fenced", take=2)
    assert proxy.generates == 1


def test_what_is_written_off_counts_with_its_headroom(account, proxy):
    proxy.mode, proxy.hides = "drop", {"/creations"}
    with pytest.raises(OutcomeUnknown) as caught:
        paint("written off")
    before = account.journal.spent("generor", "1", allowance.SESSION).session
    recovery.recover(caught.value.operation[:8]).write_off()
    assert account.journal.spent("generor", "1", allowance.SESSION).session == before


def test_an_operation_answered_elsewhere_is_finished_here(account, spends, monkeypatch):
    async def broken(url, part):
        raise GenerorError("no", "")

    with monkeypatch.context() as patch:
        patch.setattr(account.provider, "fetch", broken)
        with pytest.raises(GenerorError):
            paint("answered elsewhere")
    op = account.journal.history(1)[0]
    account.journal._connect().execute("UPDATE operation SET owner='another' WHERE id=?", (op.id,))
    monkeypatch.setattr(account, "alive", lambda owner: True)
    assert paint("answered elsewhere").charge == 6
    assert spends() == 1


def test_only_the_owner_calls_an_operation_off_or_sends_it(account):
    plan = api.wait(account.plan(Ask("image", "not mine"), sessions.Terms(max_credits=50)))
    op, _ = account.journal.begin(account._intent(plan), lambda spent: None)
    account.journal._connect().execute("UPDATE operation SET owner='another' WHERE id=?", (op.id,))
    assert account.cancel(op.id).state is State.INTENT
    assert not account.journal.move(op.id, State.SENT, by=account.owner)


def test_who_stops_waiting_does_not_stop_the_courier(account, spends):
    async def impatient():
        plan = await account.plan(Ask("image", "impatient"), sessions.Terms(max_credits=100))
        sent = asyncio.Event()
        task = asyncio.ensure_future(account.spend(plan, lambda e: sent.set() if e.kind == "sent" else None))
        await sent.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await account.courier.wait(account.journal.history(1)[0].id)

    api.wait(impatient())
    assert account.journal.history(1)[0].state is State.DONE
    assert paint("impatient").replayed
    assert spends() == 1


def test_a_page_instead_of_the_api_is_named(account, tmp_path, monkeypatch):
    import http.server
    import threading

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><script>alert(1)</script>")

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        monkeypatch.setenv("GENEROR_BASE_URL", f"http://127.0.0.1:{page.server_port}")
        with pytest.raises(ServerError, match=r"HTTP 200 with text/html instead of the API's JSON") as caught:
            paint("page")
        page.shutdown()
    assert "<" not in str(caught.value)


def test_the_same_request_at_once_is_paid_once(account, spends):
    async def both():
        ask, terms = Ask("image", "twins"), sessions.Terms(max_credits=100)

        async def one():
            return await account.spend(await account.plan(ask, terms))

        return await asyncio.gather(*(one() for _ in range(5)))

    results = api.wait(both())
    assert spends() == 1
    assert len({r.path for r in results}) == 1


def test_an_answer_on_disk_is_finished_for_free(account, proxy, spends, monkeypatch):
    fetch = account.provider.fetch

    async def broken(url, part):
        raise GenerorError("the file could not be fetched", "run the cell again")

    monkeypatch.setattr(account.provider, "fetch", broken)
    with pytest.raises(GenerorError, match="could not be fetched"):
        paint("half way")
    assert account.journal.history(1)[0].state is State.RESPONDED
    monkeypatch.setattr(account.provider, "fetch", fetch)
    finished = paint("half way")
    assert finished.creations[0].image.size[0] > 100
    assert spends() == 1


def test_recover_finishes_what_was_answered(account, spends, monkeypatch):
    async def broken(url, part):
        raise GenerorError("no", "")

    with monkeypatch.context() as patch:
        patch.setattr(account.provider, "fetch", broken)
        with pytest.raises(GenerorError):
            paint("to recover")
    assert len(recovery.recover()) == 0
    assert paint("to recover").replayed
    assert spends() == 1


def test_writing_off_lets_the_next_take_be_paid(account, proxy, spends):
    proxy.mode, proxy.hides = "drop", {"/creations"}
    with pytest.raises(OutcomeUnknown) as caught:
        paint("lost")
    proxy.mode = "pass"
    recovery.recover(caught.value.operation[:8]).write_off()
    with pytest.raises(NoOutput, match="--again"):
        paint("lost")
    assert paint("lost", again=True).take == 2
    assert proxy.generates == 2


def test_a_next_process_sees_what_a_dead_one_sent(account, proxy, monkeypatch):
    plan = api.wait(account.plan(Ask("image", "orphan"), sessions.Terms(max_credits=50)))
    op, _ = account.journal.begin(account._intent(plan), lambda spent: None)
    account.journal.move(op.id, State.SENT)
    account.journal._connect().execute("UPDATE operation SET owner='dead' WHERE id=?", (op.id,))
    with pytest.raises(Unresolved, match=op.short):
        paint("orphan")
    assert [row.id for row in recovery.recover()] == [op.id]
    assert proxy.generates == 0


def test_a_request_that_was_changed_on_disk_is_not_sent_and_free(account, spends, proxy, monkeypatch):
    monkeypatch.setattr(journal, "INLINE_LIMIT", 64)
    plan = api.wait(account.plan(Ask("image", "changed on disk"), sessions.Terms(max_credits=50)))
    op, _ = api.wait(account.arm(plan))
    (kept,) = (account.journal.home / "raw").glob("*.body")
    kept.write_bytes(kept.read_bytes().replace(b"changed", b"CHANGED"))
    with pytest.raises(NotSent, match="cannot be read back"):
        api.wait(account.collect(op.id, plan=plan, armed=True))
    assert (account.journal.get(op.id).state, proxy.generates, spends()) == (State.REJECTED, 0, 0)
    kept.unlink()
    assert paint("changed on disk").operation == op.id
    assert (proxy.generates, spends()) == (1, 1)


def test_an_intent_of_a_dead_process_is_free(account, spends):
    plan = api.wait(account.plan(Ask("image", "unsent"), sessions.Terms(max_credits=50)))
    op, _ = account.journal.begin(account._intent(plan), lambda spent: None)
    account.journal._connect().execute("UPDATE operation SET owner='dead' WHERE id=?", (op.id,))
    assert paint("unsent").operation == op.id
    assert spends() == 1


def test_the_key_goes_to_the_api_only_and_in_one_header(account, proxy, server):
    paint("where keys go")
    media = [head for head in proxy.seen if b"/img/" in head.split(b"\r\n")[0]]
    calls = [head for head in proxy.seen if b"/api/v1/" in head.split(b"\r\n")[0]]
    assert media
    assert calls
    assert not any(server.key.encode() in head for head in media)
    assert all(head.count(server.key.encode()) == 1 for head in calls)
    assert not any(server.key.encode() in head.split(b"\r\n")[0] for head in calls)


def test_the_paid_call_uses_a_fresh_connection_and_no_compression(account, proxy):
    paint("how it is sent")
    head = next(h for h in proxy.seen if h.split(b"\r\n")[0].endswith(b"generate HTTP/1.1")).lower()
    assert b"connection: close" in head
    assert b"accept-encoding: identity" in head


def test_a_key_given_as_an_object_is_used(server, proxy, monkeypatch):
    monkeypatch.delenv("GENEROR_API_KEY")
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", proxy.url)
    api.connect("generor", Secret(server.key))
    assert api.wait(sessions.current().balance()).total == server.balance


def test_without_room_in_the_pace_nothing_is_sent_and_nothing_is_lost(account, proxy, server, spends):
    clock = Hurry()
    account.provider._channel = Channel(proxy.url, Secret(server.key), timing=clock.timing)
    plan = api.wait(account.plan(Ask("image", "no room"), sessions.Terms(max_credits=50)))

    async def full():
        raise RateLimited("the requests allowed per day are used up", "try again in 9000 s")

    account.provider.ready = full
    with pytest.raises(RateLimited, match="per day"):
        api.follow(account, plan)
    assert account.journal.history(1)[0].state is State.CANCELLED
    assert (proxy.generates, spends()) == (0, 0)
    del account.provider.ready
    assert paint("no room").charge == 6


def test_called_off_while_it_waits_for_the_pace_it_holds_nobody_up(account, spends):
    plan = api.wait(account.plan(Ask("image", "called off"), sessions.Terms(max_credits=50)))
    given = []

    async def never():
        await asyncio.Event().wait()

    account.provider.ready, account.provider.give_back = never, given.append

    async def stopped():
        task = asyncio.ensure_future(account.spend(plan))
        while not account.journal.history(1):
            await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, GenerorError):
            await task
        del account.provider.ready, account.provider.give_back
        await asyncio.wait_for(account.courier.drain(), 5)

    api.wait(stopped())
    assert account.journal.history(1)[0].state is State.CANCELLED
    assert spends() == 0
    assert paint("after it").charge == 6
