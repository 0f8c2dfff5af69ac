"""Lost answers found again, against a served studio behind a proxy that breaks things.

The oracle is the server's ledger, never our journal.
"""

import json
import time

import httpx
import pytest
from faulty import faulty
from support import serve

import generor_nb as gn
from generor_nb import api, cli, recovery, sessions
from generor_nb.base.errors import (
    GenerorError,
    InvalidRequest,
    NeedsConfirmation,
    NoOutput,
    NotSent,
    OutcomeUnknown,
    OverBudget,
    Unresolved,
)
from generor_nb.base.secret import Secret
from generor_nb.contract.schema import Ask
from generor_nb.spending import watch
from generor_nb.spending.claims import Claims
from generor_nb.spending.reconcile import HORIZON_SECONDS, PROOF_SECONDS
from generor_nb.spending.states import State
from generor_nb.spending.watch import pause_after, quiet_line
from generor_nb.widgets.choices import Choices


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("served"), "--no-rate-limits", "--tier", "unlimited") as served:
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
    before = server.get("/credits/balance")["total"]
    return lambda: (before - server.get("/credits/balance")["total"]) // 6


def paint(prompt, **options):
    return api.generate("image", prompt, **{"max_credits": 100, **options})


def unlist(proxy, server):
    """From now on the server lists nothing new."""
    known = [row["creation_id"] for row in server.get("/creations?per_page=1")]
    proxy.edits["/creations"] = lambda row: row if row["creation_id"] <= max(known, default=0) else None


@pytest.fixture
def lose(proxy, server):
    """A paid call whose answer is lost, on a server that lists late; returns the operation's id."""

    def call(prompt, mode="drop", **options):
        unlist(proxy, server)
        proxy.mode = mode
        with pytest.raises(OutcomeUnknown) as caught:
            paint(prompt, **options)
        proxy.mode = "pass"
        proxy.edits.clear()
        return caught.value.operation

    return call


def later(account, seconds):
    account.journal.clock = lambda: time.time() + seconds


def foreign(server, prompt, **fields):
    """The same account at work elsewhere, a browser say."""
    body = {"model_id": 10003, "prompt": prompt, "privacy_mode": 1, **fields}
    url = f"{server.url}/generators/image/generate"
    reply = httpx.post(url, json=body, headers={"Authorization": f"Bearer {server.key}"}, timeout=60)
    return str(reply.json()["data"]["creations"][0]["creation_id"])


# --- found ---


@pytest.mark.parametrize("mode", ["drop", "half", "html", "500", "nonsense", "empty"])
def test_a_lost_answer_comes_back_in_the_same_cell(account, proxy, spends, mode):
    proxy.mode = mode
    result = paint(f"comes back {mode}")
    assert (result.charge, result.estimate) == (6, 6)
    assert result.creations[0].image.size[0] > 100
    assert (proxy.generates, spends()) == (1, 1)
    proxy.mode = "pass"
    assert paint(f"comes back {mode}").replayed


def test_a_creation_listed_late_is_found_when_the_cell_is_run_again(account, proxy, spends, lose):
    operation = lose("listed late")
    result = paint("listed late")
    assert (result.operation, result.replayed) == (operation, True)
    assert (proxy.generates, spends()) == (1, 1)


def test_several_creations_of_one_request_are_all_found(account, proxy, spends):
    proxy.mode = "drop"
    result = paint("three of them", count=3)
    assert len({creation.id for creation in result}) == 3
    assert (proxy.generates, spends()) == (1, 3)


def test_text_is_found_too(account, proxy):
    proxy.mode = "drop"
    result = api.generate("joke", "why the sea is loud", max_credits=100)
    assert result.text
    assert proxy.generates == 1


def test_recover_finds_it_without_the_cell(account, proxy, spends, lose):
    operation = lose("found by recover")
    assert len(recovery.recover()) == 0
    assert recovery.recover(operation[:8]).result().paid_before == 6
    assert spends() == 1


def test_a_lost_second_take_finds_its_own_and_not_the_first(account, proxy, spends):
    first = paint("the same again")
    proxy.mode = "drop"
    second = paint("the same again", again=True)
    assert (second.take, second.charge) == (2, 6)
    assert first.creations[0].id != second.creations[0].id
    assert (proxy.generates, spends()) == (2, 2)


def test_a_process_that_died_while_it_was_sent_leaves_it_to_the_next(account, proxy, server, spends):
    plan = api.wait(account.plan(Ask("image", "orphaned"), sessions.Terms(max_credits=50)))
    op, _ = account.journal.begin(account._intent(plan), lambda spent: None)
    api.wait(account.watch.mark(op))
    account.journal.move(op.id, State.SENT, owner="dead")
    headers = {"Authorization": f"Bearer {server.key}"}
    httpx.post(server.url + op.path, content=op.body, headers=headers, timeout=60)
    assert paint("orphaned").operation == op.id
    assert (proxy.generates, spends()) == (0, 1)


def test_a_prompt_that_comes_back_trimmed_is_known_by_its_beginning(account, proxy, spends):
    proxy.edits["/creations"] = lambda row: {**row, "prompt": row["prompt"][:40] + "…"}
    proxy.mode = "drop"
    assert paint("a long prompt about a harbour in the rain, cut off by whoever lists it").charge == 6
    assert spends() == 1


def test_a_rewritten_prompt_is_offered_and_taken_by_the_person(account, proxy, spends, lose):
    operation = lose("to be rewritten")
    proxy.edits["/creations"] = lambda row: {**row, "prompt": "an enhanced prompt in other words"}
    later(account, HORIZON_SECONDS + 1)
    case = recovery.recover(operation[:8])
    assert (case.state, len(case.offered)) == (State.ASK, 1)
    assert case.offered[0] in repr(case)
    assert recovery.act(["--take", case.offered[0]], "").operation == operation
    assert (proxy.generates, spends()) == (1, 1)


# --- proved ---


def test_an_empty_list_is_not_trusted_at_once(account, proxy, spends, lose):
    operation = lose("patience", mode="reset")
    for seconds, state in ((60, State.AMBIGUOUS), (HORIZON_SECONDS + 1, State.ASK)):
        later(account, seconds)
        with pytest.raises(Unresolved):
            paint("patience")
        assert account.journal.get(operation).state is state
    assert (proxy.generates, spends()) == (1, 0)


def test_what_never_arrived_is_free_in_the_end_and_may_be_sent_again(account, proxy, spends, lose):
    operation = lose("never arrived", mode="reset")
    later(account, PROOF_SECONDS + 1)
    result = paint("never arrived")
    assert (result.operation, result.replayed) == (operation, False)
    assert spends() == 1
    states = [state for state, _, _ in account.journal.events(operation)]
    assert State.PROVED_FREE in states


def test_a_clock_put_forward_is_not_believed(account, proxy, monkeypatch, lose):
    operation = lose("clock put forward", mode="reset")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 2 * PROOF_SECONDS)
    account.journal.clock = time.time
    with pytest.raises(Unresolved):
        paint("clock put forward")
    assert account.journal.get(operation).state is State.AMBIGUOUS
    assert proxy.generates == 1


def test_what_was_seen_before_it_was_sent_again_proves_nothing(account, proxy, monkeypatch, lose):
    operation = lose("looked up by two", mode="reset")
    later(account, PROOF_SECONDS + 1)
    lookup = account.provider.lookup
    movements = lookup.movements

    async def slow(above, since):
        seen = await movements(above, since)
        account.journal.annotate(operation, seconds=1.0)
        return seen

    monkeypatch.setattr(lookup, "movements", slow)
    monkeypatch.setattr(type(account.provider), "lookup", property(lambda _: lookup))
    api.wait(account.watch.look())
    assert account.journal.get(operation).state is State.AMBIGUOUS


def test_evidence_is_as_old_as_the_question(account, proxy, monkeypatch, lose):
    operation = lose("asleep meanwhile", mode="reset")
    lookup = account.provider.lookup
    movements = lookup.movements

    async def slow(above, since):
        seen = await movements(above, since)
        later(account, PROOF_SECONDS + 1)
        return seen

    later(account, 60)
    monkeypatch.setattr(lookup, "movements", slow)
    monkeypatch.setattr(type(account.provider), "lookup", property(lambda _: lookup))
    api.wait(account.watch.look())
    assert account.journal.get(operation).state is State.AMBIGUOUS


def test_a_debit_without_an_output_is_charged_and_not_sent_again(account, proxy, server, spends, lose):
    operation = lose("deleted meanwhile")
    made = server.get("/creations?per_page=1")[0]["creation_id"]
    httpx.delete(f"{server.url}/creations/{made}", headers={"Authorization": f"Bearer {server.key}"})
    later(account, PROOF_SECONDS + 1)
    with pytest.raises(NoOutput, match="charged 6"):
        paint("deleted meanwhile")
    op = account.journal.get(operation)
    assert (op.state, op.charge) == (State.CHARGED_NO_OUTPUT, 6)
    assert (proxy.generates, spends()) == (1, 1)


def test_spending_of_somebody_else_keeps_it_from_being_free(account, proxy, server, spends, lose):
    operation = lose("is it free", mode="reset")
    foreign(server, "quite another thing")
    later(account, PROOF_SECONDS + 1)
    with pytest.raises(Unresolved):
        paint("is it free")
    assert account.journal.get(operation).state is State.ASK
    assert (proxy.generates, spends()) == (1, 1)


def test_a_key_that_may_not_read_is_told_so(account, proxy, server, monkeypatch):
    headers = {"Authorization": f"Bearer {server.key}"}
    body = {"name": "blind", "scopes": ["generate"]}
    made = httpx.post(f"{server.url}/api-keys", json=body, headers=headers).json()["data"]
    api.connect("generor", Secret(made["api_key"]))
    plan = api.wait(sessions.current().plan(Ask("image", "blind"), sessions.Terms()))
    assert "A lost answer could not be looked up" in plan.question
    proxy.mode = "drop"
    with pytest.raises(OutcomeUnknown, match="nothing can be looked up"):
        paint("blind")
    current = sessions.current()
    (unclear,) = current.journal.unresolved()
    assert unclear.state is State.ASK
    dues = []
    for _ in range(4):  # as rarely as when there is something to look at, not once a second
        api.wait(current.watch.look())
        dues.append(round(current.watch.due(unclear) - current.journal.clock()))
    assert dues == sorted(dues)
    assert dues[-1] > 15


def test_a_server_that_is_down_changes_nothing(account, proxy, monkeypatch, lose):
    operation = lose("down meanwhile")

    async def down(above, since):
        raise NotSent("down", "")

    lookup = account.provider.lookup
    monkeypatch.setattr(lookup, "creations", down)
    monkeypatch.setattr(type(account.provider), "lookup", property(lambda _: lookup))
    assert [case.id for case in recovery.recover()] == [operation]
    assert account.journal.get(operation).state is State.AMBIGUOUS


# --- two that look alike ---


def test_a_twin_made_elsewhere_goes_to_the_inbox(account, proxy, server, spends, lose):
    lose("twins")
    twin = foreign(server, "twins")
    assert len(recovery.recover()) == 0
    unresolved = recovery.recover()
    mine = paint("twins").creations[0].id
    assert mine != twin
    assert [found.creation_id for found in unresolved.inbox] == [twin]
    assert twin in repr(unresolved)
    assert (proxy.generates, spends()) == (1, 2)


def test_what_is_in_the_inbox_can_be_taken_for_nothing(account, proxy, server, spends, lose):
    lose("reason to look")
    other = foreign(server, "made in a browser")
    recovery.recover()
    taken = recovery.act(["--take", other], "")
    assert (taken.creations[0].id, taken.prompt) == (other, "made in a browser")
    assert taken.creations[0].image.size[0] > 100
    assert recovery.recover().inbox == ()
    with pytest.raises(GenerorError, match="no creation"):
        recovery.take(other)
    assert (proxy.generates, spends()) == (1, 2)


def test_one_creation_is_claimed_by_one_operation_only(account, proxy, server, lose):
    lose("claimed once")
    recovery.recover()
    op = account.journal.history(1)[0]
    (creation,) = account.journal.creations(op.id)
    second = lose("another request", mode="reset")
    with pytest.raises(GenerorError, match="no creation"):
        recovery.Case(account.operation(second), account).take(creation.creation_id)
    assert account.journal.get(second).state is State.AMBIGUOUS
    assert len(account.journal.rows("SELECT * FROM claim WHERE creation_id=?", creation.creation_id)) == 1


def test_nothing_is_sent_beside_an_unclear_request_that_looks_the_same(account, proxy, spends, lose):
    lose("fenced", mode="reset")
    with pytest.raises(Unresolved, match="looks the same"):
        paint("fenced", aspect="16:9")
    assert paint("not fenced").charge == 6
    assert (proxy.generates, spends()) == (2, 1)


def test_an_intent_that_waited_behind_its_twin_is_called_off(account, proxy, spends, lose):
    terms = sessions.Terms(max_credits=50)
    wide = api.wait(account.plan(Ask("image", "queued", aspect="16:9"), terms))
    op, _ = account.journal.begin(account._intent(wide), lambda spent: None)
    lose("queued", mode="reset")
    with pytest.raises(Unresolved, match="looks the same"):
        api.wait(account.collect(op.id))
    assert account.journal.get(op.id).state is State.CANCELLED
    assert (proxy.generates, spends()) == (1, 0)


# --- choices ---


def test_paying_again_gives_the_old_one_up_and_pays_once(account, proxy, spends, lose):
    operation = lose("once more", mode="reset")
    result = recovery.recover(operation[:8]).pay_again(max_credits=50)
    assert (result.take, result.charge) == (2, 6)
    assert account.journal.get(operation).state is State.CHARGED_NO_OUTPUT
    assert (proxy.generates, spends()) == (2, 1)


@pytest.mark.parametrize(("cap", "error"), [(None, NeedsConfirmation), (1, OverBudget)])
def test_paying_again_is_refused_before_anything_is_given_up(account, proxy, cap, error, lose):
    operation = lose("refused again", mode="reset")
    with pytest.raises(error):
        recovery.recover(operation[:8]).pay_again(max_credits=cap)
    assert account.journal.get(operation).state is State.AMBIGUOUS
    assert proxy.generates == 1


def test_what_was_written_off_and_turns_up_is_kept(account, proxy, spends, lose):
    operation = lose("given up too soon")
    proxy.edits["/creations"] = lambda row: None
    recovery.act(["--write-off", operation[:8]], "")
    proxy.edits.clear()
    recovery.recover()
    assert account.journal.get(operation).state is State.DONE
    assert paint("given up too soon").replayed
    assert spends() == 1


def test_what_is_found_at_the_last_moment_is_neither_given_up_nor_paid_again(account, proxy, spends, lose):
    operation = lose("found at the last moment")
    case = recovery.act(["--pay-again", operation[:8]], "")
    assert case.state is State.DONE
    assert (proxy.generates, spends()) == (1, 1)


def test_what_may_be_of_something_given_up_goes_to_the_inbox(account, proxy, spends, lose):
    operation = lose("given up and rewritten")
    proxy.edits["/creations"] = lambda row: {**row, "prompt": "an enhanced prompt in other words"}
    later(account, 2 * watch.MARK_SECONDS)
    proxy.mode = "reset"
    with pytest.raises(OutcomeUnknown) as other:
        paint("still open")
    later(account, 2 * HORIZON_SECONDS)
    (offered,) = recovery.recover(operation[:8]).offered
    assert recovery.recover().inbox == ()
    recovery.act(["--write-off", operation[:8]], "")
    assert [found.creation_id for found in recovery.recover().inbox] == [offered]
    assert account.journal.get(other.value.operation).state is State.ASK
    assert spends() == 1


def test_only_an_unclear_operation_is_written_off(account):
    paint("quite clear")
    with pytest.raises(InvalidRequest, match="only an unclear one"):
        recovery.recover(account.journal.history(1)[0].short).write_off()


def test_watching_goes_on_until_it_is_found(account, proxy, monkeypatch, lose):
    operation = lose("watched")
    slept = []

    async def passed(seconds):
        slept.append(seconds)
        proxy.edits.clear()

    monkeypatch.setattr(watch.asyncio, "sleep", passed)
    proxy.edits["/creations"] = lambda row: None
    case = recovery.Case(account.operation(operation), account)
    api.wait(account.watch.run())
    assert case.state is State.DONE
    assert len(slept) == 1


def test_looks_become_rarer_and_end_after_a_week():
    pauses = [pause_after(looks, 0, None) for looks in range(6)]
    assert pauses == [5, 10, 20, 40, 60, 60]
    assert [pause_after(9, age, None) for age in (901, 7300, 90_000, 7 * 86_400)] == [300, 3600, 86_400, None]


# --- what it costs to be able to look ---


def test_what_was_visible_before_is_looked_up_once_for_a_series(account, proxy, server):
    for number in range(3):
        paint(f"series {number}")
    looks = [h for h in proxy.seen if b"/creations?" in h or b"/credits/transactions?" in h]
    assert len(looks) == 2
    op = account.journal.history(1)[0]
    assert Claims(account.journal).watched(op.id).mark.creation is not None


def test_a_mark_that_cannot_be_had_does_not_hold_up_the_sending(account, proxy, monkeypatch):
    async def never():
        raise NotSent("down", "")

    lookup = account.provider.lookup
    monkeypatch.setattr(lookup, "mark", never)
    monkeypatch.setattr(type(account.provider), "lookup", property(lambda _: lookup))
    assert paint("unmarked").charge == 6


# --- said once ---


def test_a_quiet_line_says_that_something_is_open(account, proxy, lose):
    assert quiet_line(account.journal) == ""
    lose("left open", mode="reset")
    line = quiet_line(account.journal)
    assert line == "1 unresolved: %generor recover"
    sessions.close()
    first, second = paint("the next session"), paint("and its second cell")
    assert (line in repr(first), line in repr(second)) == (True, False)


def test_the_words_of_the_magic_are_the_choices(account, proxy, lose):
    operation = lose("in words", mode="reset")
    shown = repr(recovery.act([], ""))
    assert operation[:8] in shown
    assert ".pay_again()" in repr(recovery.act([operation[:8]], ""))
    assert recovery.act(["--watch", operation[:8]], "").state is State.AMBIGUOUS
    with pytest.raises(InvalidRequest):
        recovery.act(["--sideways", operation[:8]], "usage")
    with pytest.raises(InvalidRequest, match="no operation"):
        recovery.act(["zzzz"], "usage")


def test_the_command_line_says_the_same(account, proxy, lose, capsys):
    operation = lose("on the command line", mode="reset")
    assert cli.main(["recover"]) == 0
    assert cli.main(["recover", operation[:8]]) == 0
    assert cli.main(["recover", "--write-off", operation[:8]]) == 0
    assert cli.main(["recover", "nonsense"]) == 1
    told = capsys.readouterr()
    assert told.out.count(operation[:8]) >= 3
    assert "no operation nonsense" in told.err
    assert account.journal.get(operation).state is State.CHARGED_NO_OUTPUT


def press(choices, kind, **more):
    choices._handle_custom_msg({"kind": kind, **more}, [])
    choices.last.result(30)
    return choices


def test_buttons_are_the_plain_calls(account, proxy, spends, lose):
    case = recovery.Case(account.operation(lose("with buttons", mode="reset")), account)
    choices = press(Choices(case), "watch")
    assert (case.state, choices.ready) == (State.AMBIGUOUS, True)
    assert "6 credits" in press(choices, "price").told
    for seen in (None, "", "5 credits"):  # another price than the one that stands there
        press(choices, "pay_again", seen=seen)
    assert (proxy.generates, spends()) == (1, 0)
    press(choices, "pay_again", seen=choices.offer)
    assert case.state is State.CHARGED_NO_OUTPUT
    assert not choices.ready
    press(choices, "pay_again", seen="6 credits")
    assert (proxy.generates, spends()) == (2, 1)


def test_a_button_shows_what_went_wrong(account, lose):
    case = recovery.Case(account.operation(lose("a button in vain", mode="reset")), account)
    choices = Choices(case)
    account.allowance.session_cap = 1
    press(press(choices, "price"), "pay_again", seen=choices.offer)
    assert "session" in choices.told
    assert case.state is State.AMBIGUOUS
    choices.set_state({"ready": True, "offer": "0 credits"})
    assert choices.offer == ""


def test_history_is_written_for_other_programs(account, tmp_path):
    paint("to be exported")
    history = gn.history()
    assert "to be exported" in history.to_csv(tmp_path / "a.csv").read_text("utf-8")
    (row,) = json.loads(history.to_json(tmp_path / "a.json").read_text("utf-8"))
    assert (row["charge"], len(row["creations"]), len(row["files"])) == (6, 1, 1)
    assert history.prune(days=30).operations == 0
    assert paint("to be exported").replayed
