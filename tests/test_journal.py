import os
import sqlite3

import pytest

from generor_nb.base.errors import GenerorError, InsufficientCredits, OutcomeUnknown, OverBudget
from generor_nb.spending import failure
from generor_nb.spending.budget import Caps, check
from generor_nb.spending.journal import INLINE_LIMIT, Intent, Journal, StoredAnswer, StoredCreation
from generor_nb.spending.states import ARROWS, FINISHED, FREE, UNRESOLVED, State, may


def intent(**values):
    base = {
        "fingerprint": "f",
        "take": 1,
        "provider": "generor",
        "base_url": "https://x",
        "account": "1",
        "generator": "image",
        "model_id": 10003,
        "model_name": "Flux Schnell",
        "model_type": "image",
        "path": "/generators/image/generate",
        "body": b"{}",
        "prompt": "a fox",
        "count": 1,
        "public": False,
        "estimate": 6.0,
        "reserved": 24.0,
        "max_seconds": 14.0,
        "owner": "me",
        "session": "s",
    }
    return Intent(**(base | values))


class Clock:
    now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def journal(tmp_path, clock):
    book = Journal(tmp_path / "home", clock)
    yield book
    book.close()


def allow(spent):
    pass


def begin(journal, **values):
    return journal.begin(intent(**values), allow)[0]


def finish(journal, op, charge=6.0):
    journal.move(op.id, State.SENT)
    journal.respond(op.id, StoredAnswer(201, {}, b"{}"))
    journal.annotate(op.id, charge=charge)
    journal.store(op.id, [StoredCreation("7", 0, "text", {"engine": "x"})], [])
    journal.move(op.id, State.DONE)


def test_every_state_has_its_arrows_and_a_kind():
    assert set(ARROWS) == set(State)
    assert {s for s in State if not ARROWS[s]} == FINISHED
    assert not FREE & UNRESOLVED


def test_nothing_leads_to_sent_but_an_intent():
    assert [s for s in State if may(s, State.SENT)] == [State.INTENT]


def test_only_what_is_free_can_be_armed_again():
    assert {s for s in State if may(s, State.INTENT)} == FREE


def test_it_is_private_and_durable(journal):
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.home.stat().st_mode & 0o777 == 0o700
    db = journal._connect()
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "truncate"
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 3


def test_one_fingerprint_and_take_is_one_operation(journal):
    first, armed = journal.begin(intent(), allow)
    again, armed_again = journal.begin(intent(), allow)
    assert (armed, armed_again) == (True, False)
    assert first.id == again.id
    assert begin(journal, take=2).id != first.id


def test_a_budget_that_refuses_leaves_nothing_behind(journal):
    def refuse(spent):
        raise OverBudget("no", needed=24, cap=1)

    with pytest.raises(OverBudget):
        journal.begin(intent(), refuse)
    assert journal.history() == []


def test_an_arrow_is_followed_once(journal):
    op = begin(journal)
    assert journal.move(op.id, State.SENT)
    assert not journal.move(op.id, State.SENT)
    assert not journal.move(op.id, State.CANCELLED)
    assert not journal.move(op.id, State.DONE)
    assert [state for state, _, _ in journal.events(op.id)] == [State.INTENT, State.SENT]


@pytest.mark.parametrize("size", [10, INLINE_LIMIT + 1])
def test_raw_answers_come_back_byte_for_byte(journal, size):
    op = begin(journal)
    journal.move(op.id, State.SENT)
    body = os.urandom(size)
    assert journal.respond(op.id, StoredAnswer(201, {"a": "b"}, body))
    assert journal.answer(op.id) == StoredAnswer(201, {"a": "b"}, body)
    assert journal.get(op.id).state is State.RESPONDED


def test_a_free_operation_is_armed_again_under_its_id(journal):
    op = begin(journal)
    journal.move(op.id, State.SENT)
    journal.move(op.id, State.REJECTED, error=failure.record(GenerorError("no", "do")))
    again, armed = journal.begin(intent(), allow)
    assert (again.id, armed, again.error) == (op.id, True, None)
    assert len(journal.events(op.id)) == 4


def test_spent_counts_charges_reserves_and_nothing_free(journal, clock):
    finish(journal, begin(journal, fingerprint="a"), charge=6)
    begin(journal, fingerprint="b")
    rejected = begin(journal, fingerprint="c")
    journal.move(rejected.id, State.CANCELLED)
    begin(journal, fingerprint="d", account="2")
    begin(journal, fingerprint="e", session="other")
    spent = journal.spent("generor", "1", "s")
    assert (spent.session, spent.day) == (30, 54)
    clock.now += 86_400 * 2
    assert journal.spent("generor", "1", "s").day == 0
    assert journal.spent("generor", "1", "s").session == 30


def test_two_kernels_share_one_budget(tmp_path, clock):
    one, two = Journal(tmp_path / "home", clock), Journal(tmp_path / "home", clock)
    caps = Caps(day=30)
    one.begin(intent(fingerprint="a"), lambda spent: check(24, caps, spent))
    with pytest.raises(OverBudget, match="24 of today's 30"):
        two.begin(intent(fingerprint="b", session="t"), lambda spent: check(24, caps, spent))


def test_what_a_dead_owner_left_is_let_go_or_unclear(journal):
    unsent, sent, living = (
        begin(journal, fingerprint="a"),
        begin(journal, fingerprint="b"),
        begin(journal, fingerprint="c", owner="alive"),
    )
    journal.move(sent.id, State.SENT)
    journal.move(living.id, State.SENT)
    changed = journal.release(lambda owner: owner == "alive")
    assert {(op.id, op.state) for op in changed} == {(unsent.id, State.CANCELLED), (sent.id, State.AMBIGUOUS)}
    assert journal.get(living.id).state is State.SENT
    assert {op.id for op in journal.unresolved()} == {sent.id, living.id}


def test_history_is_newest_first_and_bounded(journal, clock):
    for name in "abc":
        begin(journal, fingerprint=name)
        clock.now += 1
    assert [op.fingerprint for op in journal.history(2)] == ["c", "b"]


def test_an_operation_is_found_by_the_start_of_its_id(journal):
    op = begin(journal)
    assert journal.by_prefix(op.id[:8]) == op
    assert journal.by_prefix("zzz") is None


def test_charges_teach_the_headroom(journal):
    for n in range(3):
        finish(journal, begin(journal, fingerprint=str(n)), charge=6.0 * (n + 1))
    assert sorted(journal.ratios("generor", "image")) == [1, 2, 3]
    assert journal.ratios("generor", "text") == []


def test_a_newer_journal_is_left_alone(tmp_path):
    Journal(tmp_path / "home").close()
    with sqlite3.connect(tmp_path / "home" / "journal.sqlite3") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(GenerorError, match="newer"):
        Journal(tmp_path / "home")


def test_errors_survive_the_journal(journal):
    error = InsufficientCredits("not enough", "top up", status=402, message="needs 80")
    error.need, error.have = 80, 12
    op = begin(journal)
    journal.move(op.id, State.SENT)
    journal.move(op.id, State.REJECTED, error=failure.record(error))
    back = failure.revive(journal.get(op.id).error)
    assert isinstance(back, InsufficientCredits)
    assert (back.what, back.hint, back.need, back.have, back.status) == ("not enough", "top up", 80, 12, 402)


def test_an_unknown_outcome_names_its_operation():
    back = failure.revive(failure.record(OutcomeUnknown("sent", "look", operation="abc")))
    assert (type(back), back.operation) == (OutcomeUnknown, "abc")


def test_an_error_of_a_kind_unknown_here_is_still_an_error():
    assert type(failure.revive({"kind": "FromTheFuture", "what": "x"})) is GenerorError


def test_a_commit_that_fails_does_not_block_the_next(tmp_path, clock, monkeypatch):
    monkeypatch.setattr("generor_nb.spending.journal.BUSY_SECONDS", 0.05)
    journal = Journal(tmp_path / "busy", clock)
    begin(journal, fingerprint="a")
    reader = sqlite3.connect(journal.path)
    rows = reader.execute("SELECT * FROM operation UNION ALL SELECT * FROM operation")
    rows.fetchone()
    with pytest.raises(GenerorError, match="cannot be read or written"):
        begin(journal, fingerprint="b")
    rows.close()
    reader.close()
    assert begin(journal, fingerprint="b").state is State.INTENT
    assert len(journal.history()) == 2


def test_a_late_answer_is_kept(journal):
    op = begin(journal)
    journal.move(op.id, State.SENT)
    journal.move(op.id, State.AMBIGUOUS)
    assert journal.respond(op.id, StoredAnswer(201, {}, b"late"))
    assert journal.get(op.id).state is State.RESPONDED


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    Journal(shared).close()
    assert shared.stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_keeps_no_lock(tmp_path):
    from generor_nb.base.files import OwnerLock, is_owned

    lock = OwnerLock(tmp_path / "lock")
    assert lock.acquire()
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(ready, 1)
        os._exit(0)
    os.close(ready)
    try:
        assert is_owned(lock.path)
        lock.release()
        assert not is_owned(lock.path)
    finally:
        os.close(go)
        os.waitpid(child, 0)
