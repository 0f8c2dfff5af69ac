import csv
import json
import os
import sqlite3
from pathlib import Path

import pytest

from generor_nb.base.errors import (
    GenerorError,
    InsufficientCredits,
    InvalidRequest,
    NotSent,
    OutcomeUnknown,
    OverBudget,
    Unresolved,
)
from generor_nb.contract.evidence import Mark, Sighting
from generor_nb.contract.schema import Estimate, Model, Request
from generor_nb.spending import failure, place, schema
from generor_nb.spending.budget import Caps, check
from generor_nb.spending.claims import Account, Claims
from generor_nb.spending.export import COLUMNS, as_csv, as_json, record
from generor_nb.spending.journal import INLINE_LIMIT, Intent, Journal, StoredAnswer, StoredCreation
from generor_nb.spending.place import Place, choose, file_system, lacking
from generor_nb.spending.prices import by_history
from generor_nb.spending.prune import prune
from generor_nb.spending.shelf import Shelf
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


LARGE = b'{"image_url":"data:image/png;base64,' + b"A" * INLINE_LIMIT + b'"}'


def bodies(journal):
    return sorted(path.read_bytes() for path in (journal.home / "raw").glob("*.body"))


def test_a_large_request_lies_in_a_file_and_comes_back_byte_for_byte(journal):
    op = begin(journal, body=LARGE)
    assert (op.body, bodies(journal)) == (b"", [LARGE])
    assert journal.whole(op).body == LARGE
    assert journal.path.stat().st_size < INLINE_LIMIT
    small = begin(journal, fingerprint="g", prompt="g")
    assert (journal.whole(small).body, len(bodies(journal))) == (b"{}", 1)


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(LARGE[:-1] + b"!")])
def test_a_request_that_is_not_what_it_was_is_said_so(journal, harm):
    op = begin(journal, body=LARGE)
    harm(next((journal.home / "raw").glob("*.body")))
    with pytest.raises(NotSent, match=op.short):
        journal.whole(op)


def test_a_request_that_cannot_be_kept_is_no_intent(journal):
    (journal.home / "raw").write_bytes(b"no folder")
    with pytest.raises(GenerorError, match="could not be written"):
        begin(journal, body=LARGE)
    assert journal.history() == []


def test_a_price_is_found_out_from_large_requests_and_from_lost_ones_not(journal):
    model = Model(10003, "Flux Schnell", "image", 0)
    body = json.dumps({"quality": "high", "image": "A" * INLINE_LIMIT}).encode()
    request = Request("generor", "image", model, body.decode(), "a fox", 2, False)
    for take, charge in ((1, 8.0), (2, 99.0)):
        op = begin(journal, take=take, body=body if take == 1 else body + b" ", count=2)
        journal.move(op.id, State.SENT)
        journal.respond(op.id, StoredAnswer(201, {}, b"{}"))
        journal.store(op.id, [], [], charge=charge)
        journal.move(op.id, State.DONE)
    (journal.home / "raw" / f"{journal.get(op.id).body_sha256}.body").unlink()
    told = Estimate(None, basis="unknown", depends=("quality",))
    assert by_history(journal, "https://x", request, told).credits == 8


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
    monkeypatch.setattr("generor_nb.spending.database.BUSY_SECONDS", 0.05)
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


# --- its format ---


def old_journal(home, clock):
    """A journal as the first format had it, with one finished operation."""
    home.mkdir(mode=0o700)
    db = sqlite3.connect(home / place.FILE, isolation_level=None)
    for statement in schema.STEPS[0].split(";"):
        db.execute(statement)
    columns = {row[1] for row in db.execute("PRAGMA table_info(operation)")}
    values = {name: getattr(intent(), name) for name in Intent.__slots__ if name in columns}
    values |= {"id": "op-1", "state": "DONE", "created": clock(), "updated": clock(), "charge": 6.0}
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO operation ({', '.join(values)}) VALUES ({marks})", list(values.values()))
    db.execute("INSERT INTO creation VALUES ('generor', '1', '77', 'op-1', 0, NULL, '{}')")
    db.execute("PRAGMA user_version=1")
    db.close()


def test_a_journal_of_the_first_format_goes_on_in_the_newest(tmp_path, clock):
    old_journal(tmp_path / "old", clock)
    journal = Journal(tmp_path / "old", clock)
    assert journal.history()[0].charge == 6
    assert journal.rows("PRAGMA user_version")[0][0] == schema.VERSION
    assert Claims(journal).claimed(ACCOUNT, ["77", "78"]) == {"77"}
    assert not journal.begin(intent(), allow)[1]


def test_steps_of_the_format_stay_as_they_were_released():
    import hashlib

    assert hashlib.sha256(schema.STEPS[0].encode()).hexdigest()[:16] == "d826f0c35cca5ad5"


def test_every_table_is_described(journal):
    text = (Path(__file__).parents[1] / "docs" / "journal.md").read_text("utf-8")
    tables = [row["name"] for row in journal.rows("SELECT name FROM sqlite_master WHERE type='table'")]
    columns = [row["name"] for name in tables for row in journal.rows(f"PRAGMA table_info({name})")]
    assert [name for name in {*tables, *columns} if f"`{name}`" not in text] == []
    assert f"format {schema.VERSION}" in text


def test_a_newer_journal_says_which_format_is_known_here(tmp_path):
    Journal(tmp_path / "home").close()
    db = sqlite3.connect(tmp_path / "home" / place.FILE)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(GenerorError, match=f"format 99; this one knows {schema.VERSION}"):
        Journal(tmp_path / "home")


# --- claims, marks, the fence ---

ACCOUNT = Account("generor", "https://x", "1")


def unclear(journal, **values):
    op = begin(journal, **values)
    journal.move(op.id, State.SENT)
    journal.move(op.id, State.AMBIGUOUS)
    return journal.get(op.id)


def test_a_creation_is_claimed_once(journal):
    one, two = unclear(journal, prompt="a"), unclear(journal, fingerprint="g", prompt="b")
    claims, answer = Claims(journal), StoredAnswer(200, {}, b"{}")
    assert claims.adopt(one, ["7"], answer, "found")
    assert not claims.adopt(two, ["8", "7"], answer, "found")
    assert (journal.get(one.id).state, journal.get(two.id).state) == (State.RECOVERED, State.AMBIGUOUS)
    assert claims.claimed(ACCOUNT, ["7", "8"]) == {"7"}


@pytest.mark.parametrize(
    ("found", "mark", "left"),
    [("7", 2, 2), ("7", None, None), ("5", 2, 5), ("c9", 2, 5)],
    ids=["may be the twin's", "no mark to give", "older than the twin", "not a number"],
)
def test_a_twin_looks_from_where_the_one_did_that_was_given_its_creation(journal, found, mark, left):
    one = unclear(journal)
    journal.move(one.id, State.CHARGED_NO_OUTPUT, "written off")
    one, twin, other = (
        journal.get(one.id),
        unclear(journal, take=2),
        unclear(journal, fingerprint="g", prompt="b"),
    )
    claims = Claims(journal)
    for op, seen in ((one, mark), (twin, 5), (other, 5)):
        claims.set_mark(op, Mark(seen, 50), fresh=False)
    claims.adopt(one, [found], StoredAnswer(200, {}, b"{}"), "found")
    assert claims.watched(twin.id).mark == Mark(left, 50)
    assert claims.watched(other.id).mark == Mark(5, 50)


def test_claims_of_another_server_are_none_here(journal):
    claims, answer = Claims(journal), StoredAnswer(200, {}, b"{}")
    claims.adopt(unclear(journal), ["7"], answer, "found")
    elsewhere = unclear(journal, fingerprint="g", base_url="https://y")
    assert claims.adopt(elsewhere, ["7"], answer, "found")


def test_an_answer_is_stored_whoever_claimed_its_creation(journal):
    claims = Claims(journal)
    claims.adopt(unclear(journal, prompt="a"), ["7"], StoredAnswer(200, {}, b"{}"), "found")
    answered = begin(journal, fingerprint="g", prompt="b")
    finish(journal, answered)
    assert journal.get(answered.id).state is State.DONE


def test_what_a_lost_answer_said_is_kept_beside_what_was_found(journal):
    op = begin(journal)
    journal.move(op.id, State.SENT)
    journal.respond(op.id, StoredAnswer(201, {}, b"half an ans"))
    journal.move(op.id, State.AMBIGUOUS)
    Claims(journal).adopt(journal.get(op.id), ["7"], StoredAnswer(200, {}, b"whole"), "found")
    assert journal.answer(op.id).body == b"whole"
    assert journal.answer(f"{op.id}.lost").body == b"half an ans"


def test_the_fence_holds_what_looks_the_same_and_nothing_else(journal):
    unclear(journal)
    with pytest.raises(Unresolved, match="looks the same"):
        begin(journal, fingerprint="another size")
    for other in ({"prompt": "b"}, {"model_id": 2}, {"generator": "x"}, {"account": "2"}, {"base_url": "z"}):
        assert begin(journal, fingerprint=str(other), **other).state is State.INTENT


def test_a_twin_that_is_under_way_may_be_sent_and_one_that_is_unclear_may_not(journal):
    first, second = begin(journal), begin(journal, fingerprint="g")
    third = begin(journal, fingerprint="h")
    journal.move(first.id, State.SENT)
    assert journal.move(second.id, State.SENT)
    journal.move(first.id, State.AMBIGUOUS)
    assert not journal.move(third.id, State.SENT)
    assert journal.get(third.id).state is State.CANCELLED
    assert isinstance(failure.revive(journal.get(third.id).error), Unresolved)


def test_marks_are_kept_with_the_operation_and_for_the_next(journal, clock):
    claims, op = Claims(journal), begin(journal)
    claims.set_mark(op, Mark(5, 9), fresh=True)
    clock.now += 60
    claims.set_mark(begin(journal, fingerprint="g", prompt="b"), Mark(5, 9), fresh=False)
    assert claims.watched(op.id).mark == Mark(5, 9)
    assert claims.last_mark(ACCOUNT) == (Mark(5, 9), clock.now - 60)


def test_the_inbox_keeps_what_belongs_to_nothing_until_it_is_claimed(journal):
    claims = Claims(journal)
    claims.put_aside(ACCOUNT, [Sighting("7", "image", "a"), Sighting("8", "image", "b")])
    claims.put_aside(ACCOUNT, [Sighting("7", "image", "a")])
    assert [found.creation_id for found in claims.inbox()] == ["7", "8"]
    claims.adopt(unclear(journal), ["7"], StoredAnswer(200, {}, b"{}"), "found")
    assert [found.creation_id for found in claims.inbox(ACCOUNT)] == ["8"]
    with pytest.raises(GenerorError, match="no creation 7"):
        claims.in_inbox("7")


def test_charges_of_overlapping_calls_teach_nothing(journal):
    op = begin(journal)
    journal.move(op.id, State.SENT, "overlapping")
    journal.respond(op.id, StoredAnswer(201, {}, b"{}"))
    journal.store(op.id, [], [], charge=60.0)
    journal.move(op.id, State.DONE)
    assert journal.ratios("generor", "image") == []


# --- for other programs ---


def test_it_is_written_for_spreadsheets_and_programs(journal):
    finish(journal, begin(journal, prompt='=HYPERLINK(1), "quoted"\nsecond line, ünïcode'))
    records = [record(journal, op) for op in journal.history()]
    (row,) = csv.DictReader(as_csv(records).splitlines(keepends=True))
    assert row["prompt"] == '\'=HYPERLINK(1), "quoted"\nsecond line, ünïcode'
    assert (row["charge"], row["creations"], row["state"]) == ("6", "7", "DONE")
    (loaded,) = json.loads(as_json(records))
    assert (list(loaded), loaded["prompt"][0]) == (COLUMNS.split(), "=")


def test_what_is_free_costs_nothing_in_it(journal):
    op = begin(journal)
    journal.move(op.id, State.CANCELLED)
    assert record(journal, journal.get(op.id))["charge"] == 0


# --- letting go ---


def stored(journal, text, **values):
    """A finished operation with one file."""
    shelf = Shelf(journal.home)
    op = begin(journal, **values)
    journal.move(op.id, State.SENT)
    journal.respond(op.id, StoredAnswer(201, {}, b"x" * (INLINE_LIMIT + 1)))
    asset = shelf.keep_text(text, 0, 0)
    journal.store(op.id, [StoredCreation(f"c-{op.id}", 0, text, {})], [asset])
    journal.move(op.id, State.DONE)
    return op, shelf.path(asset.sha256, asset.mime)


def test_pruning_lets_go_of_the_old_and_keeps_what_is_open_or_shared(journal, clock):
    old, old_file = stored(journal, "old", fingerprint="a", prompt="a")
    shared, shared_file = stored(journal, "shared", fingerprint="b", prompt="b")
    waiting = unclear(journal, fingerprint="c", prompt="c")
    answered = begin(journal, fingerprint="d", prompt="d")
    journal.move(answered.id, State.SENT)
    journal.respond(answered.id, StoredAnswer(201, {}, b"{}"))
    clock.now += 30 * 86_400
    stored(journal, "shared", fingerprint="e", prompt="e")
    pruned = prune(journal, Shelf(journal.home), 20)
    assert (pruned.operations, pruned.files) == (2, 1)
    assert (old_file.exists(), shared_file.exists()) == (False, True)
    assert {op.id for op in journal.history()} >= {waiting.id, answered.id}
    assert not {op.id for op in journal.history()} & {old.id, shared.id}
    assert not (journal.home / "raw" / f"{old.id}.bin").exists()
    assert Claims(journal).claimed(ACCOUNT, [f"c-{old.id}"])
    assert journal.answer(answered.id).body == b"{}"


def test_pruning_takes_a_request_with_the_last_operation_that_has_it(journal, clock):
    other = LARGE + b" "
    for take, body in ((1, LARGE), (2, LARGE), (3, other)):
        op = begin(journal, take=take, body=body)
        journal.move(op.id, State.CANCELLED)
    waiting = unclear(journal, fingerprint="w", prompt="w", body=other + b" ")
    clock.now += 30 * 86_400
    begin(journal, take=4, body=LARGE)
    assert prune(journal, Shelf(journal.home), 20).bytes >= len(other)
    assert bodies(journal) == sorted([LARGE, other + b" "])
    assert journal.whole(journal.get(waiting.id)).body == other + b" "


@pytest.mark.parametrize("days", [7, 0, -1, True, "90"])
def test_what_may_still_matter_is_not_old(journal, days):
    with pytest.raises(InvalidRequest):
        prune(journal, Shelf(journal.home), days)


# --- where it lies ---

TABLE = "/dev/sda1 / ext4 rw 0 0\nsrv:/home /net\\040home nfs4 rw 0 0\ndrive /content/drive fuse.drive rw 0 0"


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me", "ext4"),
        ("/net home/me", "nfs4"),
        ("/content/drive/x", "fuse.drive"),
        ("/net homework", "ext4"),
    ],
)
def test_the_file_system_is_read_from_the_mount_table(folder, kind):
    assert file_system(Path(folder), TABLE) == kind


def elsewhere(local, mounts, probe=lambda folder: ""):
    return lambda home: choose(home, local=local, mounts=lambda: mounts, probe=probe)


def test_a_home_on_a_network_keeps_a_copy_and_says_so_once(tmp_path, clock):
    home, local = tmp_path / "home", tmp_path / "local"
    where = elsewhere(local, f"/ / ext4 rw\nsrv:/x {home} nfs4 rw")
    journal = Journal(home, clock, where)
    begin(journal)
    assert (journal.path.parent, journal.local) == (local, local)
    assert "nfs4" in journal.notice
    assert len(Journal(home, clock).history()) == 1
    assert Journal(home, clock, where).notice == ""


def test_a_machine_that_comes_new_takes_the_copy_at_home(tmp_path, clock):
    home = tmp_path / "home"
    mounts = f"srv:/x {home} nfs4 rw"
    op = begin(Journal(home, clock, elsewhere(tmp_path / "one", mounts)))
    again = Journal(home, clock, elsewhere(tmp_path / "two", mounts))
    assert again.get(op.id).state is State.INTENT
    assert not again.begin(intent(), allow)[1]


def test_a_home_without_working_locks_is_not_trusted(tmp_path, clock):
    home, local = tmp_path / "home", tmp_path / "local"
    where = elsewhere(local, "/ / ext4 rw", lambda folder: "lock" if folder == home else "")
    assert Journal(home, clock, where).local == local


def test_where_nothing_is_better_it_stays_at_home(tmp_path, clock):
    where = elsewhere(tmp_path / "local", "/ / 9p rw")
    assert where(tmp_path) == Place(tmp_path)


def test_locks_and_syncs_are_tried_for_real(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "_verdicts", {})
    assert lacking(tmp_path) == ""
    assert not list(tmp_path.glob(".probe*"))


@pytest.mark.parametrize(("broken", "verdict"), [("flock", "lock"), ("fsync", "fsync")])
def test_a_file_system_that_only_pretends_is_found_out(tmp_path, monkeypatch, broken, verdict):
    monkeypatch.setattr(place, "_verdicts", {})
    if broken == "flock":
        monkeypatch.setattr("fcntl.flock", lambda handle, kind: None)
    else:

        def refuse(handle):
            raise OSError("not here")

        monkeypatch.setattr(os, "fsync", refuse)
    assert lacking(tmp_path) == verdict
