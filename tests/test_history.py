"""The history: searched, marked, run again, and as a frame."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from support import kernel
from test_spend import put

import generor_nb as gn
from generor_nb import api
from generor_nb.base.errors import OutcomeUnknown, OverBudget
from generor_nb.session import Session
from generor_nb.spending.find import find
from generor_nb.spending.stars import star, starred
from generor_nb.widgets.history import HistoryView


def until(true: Callable[[], Any], seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return found


def charged(studio: Session) -> float:
    return sum(op.charge or 0 for op in studio.journal.history(100))


# --- finding ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["50% off a fox", "a hare", "A lighthouse"]),
        ("LIGHT", ["A lighthouse"]),
        ("light schnell", ["A lighthouse"]),
        ("light kling", []),
        ("kling", ["a hare"]),
        ("50%", ["50% off a fox"]),
        ("a_", []),
        ("!", []),
        ("' OR 1=1 --", []),
    ],
)
def test_every_word_must_occur_somewhere(studio: Session, text: str, found: list[str]) -> None:
    put(studio, prompt="A lighthouse")
    put(studio, prompt="a hare", model_name="Kling")
    put(studio, prompt="50% off a fox")
    assert [op.prompt for op in gn.history(search=text)] == found


def test_it_says_how_many_there_are_beside_those_it_shows(studio: Session) -> None:
    for number in range(7):
        put(studio, prompt=f"kite {number}")
    shown = gn.history(3, search="kite")
    assert (len(shown), shown.total) == (3, 7)
    assert repr(gn.history(search="boat")) == "Nothing was found."
    assert find(studio.journal, "kite", among=[], limit=9) == ([], 0)


# --- marking ---


def test_a_mark_is_kept_in_the_journals_folder(studio: Session) -> None:
    one, two = put(studio, prompt="one"), put(studio, prompt="two")
    gn.history().star(0)
    gn.history().star(one[:12])
    gn.history().star(two, on=False)
    assert starred(studio.journal) == {one}
    assert [path.name for path in (studio.journal.home / "stars").iterdir()] == [one]
    assert [op.prompt for op in gn.history(starred=True)] == ["one"]
    assert "★" in repr(gn.history())


def test_what_is_marked_outlives_a_pruning(studio: Session) -> None:
    kept, gone = put(studio, prompt="kept"), put(studio, prompt="gone")
    star(studio.journal, kept)
    now = time.time()
    studio.journal.clock = lambda: now + 40 * 86_400
    assert gn.history().prune(days=30).operations == 1
    assert [op.id for op in gn.history()] == [kept]
    assert gone not in starred(studio.journal)


# --- running again ---


def test_what_was_made_is_shown_again_for_nothing(studio: Session) -> None:
    made = gn.generate("joke", "kites")
    again = gn.history().rerun(0)
    assert (again.replayed, again.charge, again.text) == (True, 0, made.text)
    assert gn.history().rerun(made.operation[:8]).replayed
    assert charged(studio) == 1


def test_what_was_refused_is_paid_on_the_terms_of_a_cell(studio: Session) -> None:
    studio.allowance.session_cap = 0
    with pytest.raises(OverBudget):
        gn.generate("joke", "kites")
    plan = api.wait(studio.plan(api.Ask("joke", "kites")))
    studio.allowance.session_cap = None
    op, _ = api.wait(studio.arm(plan))
    studio.cancel(op.id)
    again = gn.history().rerun(0)
    assert (again.operation, again.charge, again.take) == (op.id, 1, 1)


def test_what_is_unclear_is_not_sent_again(studio: Session) -> None:
    put(studio, "AMBIGUOUS")
    with pytest.raises(OutcomeUnknown):
        gn.history().rerun(0)


def test_the_list_as_a_frame(studio: Session) -> None:
    gn.generate("joke", "kites")
    frame = gn.history().to_pandas()
    assert frame.loc[0, ["prompt", "charge", "model"]].tolist() == ["kites", 1, "GPT 5 Nano"]


# --- the widget ---


def send(view: HistoryView, **content: Any) -> None:
    view._handle_custom_msg(content, [])


def settled(view: HistoryView) -> HistoryView:
    until(lambda: not view.busy)
    return view


@pytest.fixture
def view(studio: Session) -> HistoryView:
    gn.generate("joke", "kites")
    put(studio, "REJECTED", prompt="refused", generator="joke", body=b'{"model_id":37,"prompt":"refused"}')
    return gn.history().view


def test_the_browser_searches_and_marks(view: HistoryView, studio: Session) -> None:
    send(view, kind="search", text="kite", starred=False, seq=4)
    assert [(row["what"], row["act"]) for row in view.rows] == [("kites", "show")]
    assert (view.total, view.query) == (1, {"text": "kite", "starred": False, "seq": 4})
    send(view, kind="star", id=view.rows[0]["id"], on=True)
    assert view.rows[0]["starred"]
    send(view, kind="search", text="", starred=True, seq=5)
    assert [row["what"] for row in view.rows] == ["kites"]
    assert len(starred(studio.journal)) == 1


def test_a_click_shows_what_was_made(view: HistoryView, studio: Session) -> None:
    send(view, kind="run", id=view.rows[1]["id"], seen=None)
    assert settled(view).result is not None
    assert "replayed from disk: 0 credits (was 1)" in view.note
    assert charged(studio) == 1


def test_what_was_not_made_is_priced_before_another_click_pays(view: HistoryView, studio: Session) -> None:
    refused = view.rows[0]
    assert (refused["state"], refused["cost"]) == ("not made, not charged", "0")
    send(view, kind="run", id=refused["id"], seen="1 credit")  # never shown
    assert settled(view).offer == {"id": refused["id"], "price": "1 credit"}
    assert "Press again to pay 1 credit" in view.note
    assert charged(studio) == 1
    for _ in range(3):
        send(view, kind="run", id=refused["id"], seen="1 credit")
    until(lambda: view.result is not None)
    settled(view)
    assert charged(studio) == 2
    assert view.rows[0]["act"] == "show"


def test_the_browser_can_do_nothing_else(view: HistoryView, studio: Session) -> None:
    before = list(view.rows)
    view.set_state({"rows": [], "note": "x", "offer": {"id": "x", "price": "0"}})
    put(studio, "AMBIGUOUS")
    unseen = studio.journal.history(1)[0].id
    for nonsense in (None, [], {"kind": "run", "id": unseen}, {"kind": "star", "id": "../../x", "on": True}):
        view._handle_custom_msg(nonsense, [])
    assert (view.rows, view.note, view.busy, view.result) == (before, "", "", None)
    assert starred(studio.journal) == frozenset()


@pytest.mark.slow
def test_its_state_is_small_and_holds_no_key(studio: Session) -> None:
    for number in range(60):
        put(studio, prompt=f"{CANARY} {number} " + "long words " * 40)
    view = gn.history(60).view
    state = {name: value for name, value in view.get_state().items() if name not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 30_000
    assert CANARY not in json.dumps(state, default=str)
    data, _ = view._repr_mimebundle_()
    assert data["text/html"].count("<tr>") == 61
    assert CANARY not in str(data)


@pytest.mark.slow
def test_where_nobody_is_a_table_shows_it(tmp_path: Path) -> None:
    code = "import generor_nb as gn\ngn.generate('joke', 'kites')\ngn.history()"
    with kernel(tmp_path) as running:
        ran = running.run(code)
    (shown,) = ran.outputs
    assert "<table" in shown["text/html"]
    assert "widget-view" not in str(shown)
