"""The same request in several ways: priced as a whole, shown side by side, voted on blind."""

from __future__ import annotations

import base64
import io
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from PIL import Image
from support import kernel, serve

import generor_nb as gn
from generor_nb import api, sessions
from generor_nb.base.errors import ExtraMissing, InvalidRequest, NeedsConfirmation, OverBudget
from generor_nb.comparisons import Comparison
from generor_nb.session import Session
from generor_nb.widgets.ballot import Ballot

MODELS = ["Flux Schnell", "Flux 1.1 Pro"]
WRITERS = ["GPT 5 Nano", "GPT 5 Mini"]
NAMES = re.compile("Flux|Schnell|GPT|Nano|Mini|[0-9] (studio )?credit|[0-9] s|outputs|scene|engine")


def spends(studio: Any) -> list[Any]:
    found: list[Any] = api.wait(studio.provider._data("GET", "/credits/transactions?type=spend"))
    return found


class Backwards(random.Random):
    """A chance that always turns the order round."""

    def shuffle(self, x: Any) -> None:
        x.reverse()


@pytest.fixture
def blind(studio: Session) -> Comparison:
    return gn.compare("kites", slug="joke", models=WRITERS, blind=True, rng=Backwards())


# --- what is made, and what it costs ---


def test_the_same_words_go_to_each_model_and_stand_side_by_side(studio: Session) -> None:
    made = gn.compare("a kite", models=MODELS)
    assert [r.prompt for r in made] == ["a kite"] * 2
    assert made.names == MODELS
    assert [(row["model"], row["charge"], row["votes"]) for row in made.table()] == [
        ("Flux Schnell", 6, 0),
        ("Flux 1.1 Pro", 80, 0),
    ]
    assert made.charge == 86 == -sum(row["amount"] for row in spends(studio))
    bundle = made._repr_mimebundle_()
    page = bundle["text/html"]
    assert page.count('<img src="data:image/jpeg;base64,') == 2
    for told in ("Flux Schnell", "6 studio credits", "Flux 1.1 Pro", "80 studio credits"):
        assert told in page
    assert len(re.findall(r"\d\.\d s", page)) == 2
    assert not re.search(r"<script|<style|https?:", page)
    assert len(json.dumps(bundle)) < 2 * 64_000
    sheet = Image.open(io.BytesIO(base64.b64decode(bundle["image/jpeg"])))
    assert sheet.width > sheet.height

    gn.compare("a kite", models=MODELS, blind=True, max_credits=0)  # for nothing
    hidden = Comparison(made.sweep, blind=True)._repr_mimebundle_()
    assert not NAMES.search(re.sub(r"data:[^\"]+", "", hidden["text/html"]) + hidden["text/plain"])
    assert len(spends(studio)) == 2


def test_settings_are_compared_like_models(studio: Session) -> None:
    made = gn.compare(slug="horoscope", zodiac_sign=["aries", "leo"], settings={"horoscope-length": "short"})
    assert made.names == ["zodiac sign aries", "zodiac sign leo"]
    assert [row["zodiac_sign"] for row in made.table()] == ["aries", "leo"]


def test_a_rerun_costs_nothing_and_says_what_it_was(studio: Session) -> None:
    gn.compare("kites", slug="joke", models=WRITERS)
    again = gn.compare("kites", slug="joke", models=WRITERS, max_credits=0)
    assert (again.charge, len(spends(studio))) == (0, 2)
    assert [row["charge"] for row in again.table()] == [1, 2]
    assert "0 credits now (was 2)" in again._repr_mimebundle_()["text/html"]


def test_the_whole_is_held_against_the_cap(studio: Session) -> None:
    with pytest.raises(OverBudget, match="86 credits"):
        gn.compare("a kite", models=MODELS, max_credits=85)
    assert spends(studio) == []


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "1 is no number"),
        ({"models": ["Flux Schnell"]}, "1 is no number"),
        ({"models": ["Flux Schnell", 10003]}, "the same request"),
        ({"models": ["Flux Schnell", "Flux Schnel 2"]}, "Flux Schnel 2"),
        ({"aspect": ["1:1", "5:4"]}, "5:4"),
        ({"count": list(range(1, 11)), "aspect": ["1:1", "16:9", "9:16"]}, "30 is no number"),
    ],
)
def test_what_cannot_be_compared_is_told_before_anything_is_sent(
    studio: Session, given: dict[str, Any], what: str
) -> None:
    with pytest.raises(InvalidRequest, match=what):
        gn.compare("a kite", **given)
    assert spends(studio) == []


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with serve(tmp_path / "served", "--no-rate-limits") as server:
        monkeypatch.setenv("GENEROR_PROVIDER", "generor")
        monkeypatch.setenv("GENEROR_BASE_URL", server.url)
        monkeypatch.setenv("GENEROR_API_KEY", server.key)
        yield server


def test_on_a_real_account_somebody_says_yes_first(account: Any) -> None:
    sessions.current().attended = lambda: True
    with pytest.raises(NeedsConfirmation, match="2 requests, ≈ 86 credits in all"):
        gn.compare("a kite", models=MODELS)
    assert account.spends() == []
    sessions.current().attended = lambda: False
    with pytest.raises(NeedsConfirmation):
        gn.compare("a kite", models=MODELS)
    assert account.spends() == []
    assert gn.compare("kites", slug="joke", models=WRITERS, max_credits=20).charge > 0


@pytest.mark.slow
def test_in_a_kernel_the_price_of_the_whole_is_there_before_the_first_is_sent(tmp_path: Path) -> None:
    code = f"import generor_nb as gn\nduel = gn.compare('kites', slug='joke', models={WRITERS})"
    with kernel(tmp_path, stdin=True) as running:
        ran = running.run(code)
    assert ran.error == []
    (offer,) = ran.outputs
    assert offer["text/plain"].startswith("2 requests, ≈ ")
    assert "GPT 5 Mini" in offer["text/html"]
    assert "making 1 of 2" in str(ran.updates[0])
    assert "making" not in ran.updates[-1]["text/plain"]


@pytest.mark.slow
def test_where_nobody_is_one_plain_output_shows_it(tmp_path: Path) -> None:
    code = f"import generor_nb as gn\ngn.compare('kites', slug='joke', models={WRITERS})"
    with kernel(tmp_path) as running:
        ran = running.run(code)
    assert ran.error == []
    (cards,) = ran.outputs
    assert "widget-view" not in str(cards)
    assert cards["text/html"].count("<section") == 2


# --- the cards ---


def test_text_from_outside_is_text(studio: Session) -> None:
    made = gn.compare("<script>alert(1)</script>", slug="joke", models=WRITERS)
    assert "<script" not in made._repr_mimebundle_()["text/html"]


# --- the vote ---


def test_before_the_vote_nothing_tells_them_apart(blind: Comparison) -> None:
    bundle = blind._repr_mimebundle_()
    assert not NAMES.search(bundle["text/plain"] + bundle["text/html"])
    assert "hidden until you vote" in bundle["text/html"]
    assert re.findall(r"<strong[^>]*>(\w)</strong>", bundle["text/html"]) == ["A", "B"]
    state = {k: v for k, v in blind.ballot.get_state().items() if k not in ("_esm", "_css")}
    assert not NAMES.search(json.dumps(state, default=str))


def test_the_order_is_that_of_chance_until_and_after_the_vote(blind: Comparison) -> None:
    first = blind._repr_mimebundle_()["text/html"]
    blind.vote("A")
    page = blind._repr_mimebundle_()["text/html"]
    assert page.index("A · GPT 5 Mini") < page.index("B · GPT 5 Nano")
    drawn = re.compile(r"pre-wrap[^>]*>([^<]+)<")
    assert len(drawn.findall(first)) == 2
    assert drawn.findall(first) == drawn.findall(page)
    assert page.count("your choice") == 1


def test_votes_are_counted_over_rounds(blind: Comparison) -> None:
    blind.vote("A")
    assert blind.verdict == "You chose GPT 5 Mini."
    blind.again()  # the other way round now
    blind.vote("A")
    blind.again()
    blind.vote("=")
    assert blind.votes == [
        {"vote": 1, "winner": "GPT 5 Mini", "shown": ["GPT 5 Mini", "GPT 5 Nano"]},
        {"vote": 2, "winner": "GPT 5 Nano", "shown": ["GPT 5 Nano", "GPT 5 Mini"]},
        {"vote": 3, "winner": None, "shown": ["GPT 5 Mini", "GPT 5 Nano"]},
    ]
    assert blind.verdict.endswith("3 votes so far: GPT 5 Nano 1 · GPT 5 Mini 1")
    assert [row["votes"] for row in blind.table()] == [1, 1]


@pytest.mark.parametrize("place", ["C", "", "a", "GPT 5 Nano"])
def test_a_letter_that_is_not_there_is_no_vote(blind: Comparison, place: str) -> None:
    with pytest.raises(InvalidRequest, match="vote for"):
        blind.vote(place)
    assert blind.votes == []


def test_a_vote_is_cast_once_a_round(blind: Comparison) -> None:
    blind.vote("A")
    with pytest.raises(InvalidRequest, match="over"):
        blind.vote("B")
    assert len(blind.votes) == 1


def test_the_table_as_a_frame(blind: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = blind.to_pandas()
    assert list(frame.columns) == ["model", "charge", "seconds", "votes", "operation", "file"]
    assert frame["charge"].sum() == 3
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ExtraMissing, match=r"generor_nb\[data\]"):
        blind.to_pandas()


# --- the ballot ---


def click(ballot: Ballot, kind: str, place: str = "", round: Any = None) -> None:
    content = {"kind": kind, "place": place, "round": ballot.round if round is None else round}
    ballot._handle_custom_msg(content, [])


def test_a_click_votes_and_is_told_what_for(blind: Comparison) -> None:
    ballot, seen = blind.ballot, []
    ballot.observe(lambda change: seen.append(change["new"]), "choice")
    click(ballot, "vote", "B")
    click(ballot, "vote", "A")
    assert (seen, ballot.verdict, len(blind.votes)) == (["B"], "You chose GPT 5 Nano.", 1)
    click(ballot, "again")
    click(ballot, "vote", "A", round=1)  # a late click on the round before
    assert (ballot.round, ballot.choice, ballot.verdict, len(blind.votes)) == (2, "", "", 1)
    click(ballot, "vote", "=")
    assert blind.votes[1]["winner"] is None


def test_the_browser_can_only_vote(blind: Comparison) -> None:
    ballot = blind.ballot
    ballot.set_state({"verdict": "won", "choice": "A", "places": []})
    for nonsense in (
        None,
        [],
        {},
        {"kind": "vote", "place": ["A"], "round": 1},
        {"kind": "again", "round": 1},
    ):
        ballot._handle_custom_msg(nonsense, [])
    assert (ballot.verdict, ballot.choice, ballot.places, blind.votes) == ("", "", ["A", "B"], [])


def test_the_ballot_is_small_and_says_something_without_a_kernel(blind: Comparison) -> None:
    state = {k: v for k, v in blind.ballot.get_state().items() if k not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 3_000
    assert CANARY not in json.dumps(state, default=str)
    data, _ = blind.ballot._repr_mimebundle_()
    assert data["text/plain"] == "Which is best? A / B"
    assert not re.search(r"<(?!/?(div|p)>)", data["text/html"])
