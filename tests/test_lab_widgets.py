"""Every widget as people meet it: JupyterLab and Notebook 7 in a real browser, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import no_key

if TYPE_CHECKING:
    from lab import Lab, Notebook

pytest_plugins = ["lab"]
pytestmark = pytest.mark.browser

LOAD = "%load_ext generor_nb\nimport generor_nb as gn"
MODELS = "models=['Flux Schnell', 'Flux 1.1 Pro']"
DUEL = f"duel = gn.compare('A lighthouse in a storm', {MODELS}, blind=True)\nduel"


def test_a_blind_vote_shows_the_names_and_stays(lab: Lab, book: Notebook) -> None:
    book.open(lab.notebook("duel", LOAD, DUEL, "print(duel.votes[0]['winner'], len(duel.votes))"))
    book.run(0)
    book.run(1)
    ballot = book.cell(1).locator(".gnv")
    ballot.wait_for()
    assert len(book.pictures(1)) == 2
    book.shot("compare-blind", book.cell(1))
    assert "Flux" not in book.cell(1).locator("section").first.inner_text()
    ballot.get_by_role("button", name="B is best").dblclick()
    ballot.locator("output", has_text="You chose Flux").wait_for()
    book.cell(1).locator("section", has_text="your choice").wait_for()
    for theme in ("Dark", "Light"):
        book.theme(f"JupyterLab {theme}")
        book.shot(f"compare-{theme.lower()}", book.cell(1))
    book.run(2)
    name, votes = book.text(2).rsplit(maxsplit=1)
    assert name in ballot.locator("output").inner_text()
    assert votes == "1"
    cards = book.document().cells[1].outputs[1].data
    assert "your choice" in cards["text/html"]
    assert "image/jpeg" in cards
    assert "application/vnd.jupyter.widget-view+json" not in cards
    no_key(book.save())


def test_the_history_searches_marks_and_shows_again(lab: Lab, book: Notebook) -> None:
    jokes = "for p in ('a fox', 'an owl', 'a hare'): gn.generate('joke', p)"
    made = f"{jokes}\ngn.generate('image', 'A lighthouse')"
    book.open(lab.notebook("history", f"{LOAD}\n{made}", "gn.history()", "gn.balance()", "gn.spend()"))
    for index in range(4):
        book.run(index)
    view = book.cell(1).locator(".gnh")
    view.locator("tbody tr").nth(3).wait_for()
    for theme in ("Dark", "Light"):
        book.theme(f"JupyterLab {theme}")
        book.shot(f"history-{theme.lower()}", view)
        book.shot(f"balance-{theme.lower()}", book.cell(2).locator(".gnb"))
        book.shot(f"spend-{theme.lower()}", book.cell(3))
    view.get_by_role("searchbox", name="Search").fill("light")
    view.locator("output", has_text="1 of 1").wait_for()
    view.get_by_role("button", name="Star: A lighthouse").click()
    view.locator("[aria-pressed=true]").wait_for()
    view.get_by_role("button", name="Show again").click()
    view.locator(".gnh-note", has_text="0 credits (was 6)").wait_for()
    assert [p["alt"] for p in book.pictures(1)] == ["A lighthouse"]
    book.shot("history-again", book.cell(1))
    below = book.document().cells[1].outputs[-1].data
    assert "image/jpeg" in below
    assert "application/vnd.jupyter.widget-view+json" not in below
    no_key(book.save())
