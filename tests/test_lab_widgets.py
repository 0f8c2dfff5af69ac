"""Every widget as people meet it: JupyterLab and Notebook 7 in a real browser, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from conftest import need
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


# --- all of them together ---

MAKE = "for p in ('a fox', 'an owl'): gn.generate('joke', p)\ngn.generate('image', 'A lighthouse in a storm')"
WRITERS = "slug='joke', models=['GPT 5 Nano', 'GPT 5 Mini'], blind=True"
EVERYTHING = {
    "form": "gn.form('image', prompt='a fox')",
    "badge": "gn.badge('image', 'a fox', count=2)",
    "balance": "gn.balance()",
    "gallery": "gn.gallery('local')",
    "history": "gn.history()",
    "compare": f"gn.compare('kites', {WRITERS})",
    "spend": "gn.spend()",
    "result": "gn.generate('image', 'A lighthouse in a storm')",
}
READY = {
    "form": ".gnf-price[data-state=price]",
    "badge": "[data-state=price]",
    "balance": ".gnb-total",
    "gallery": ".gng-cell img",
    "history": ".gnh tbody tr",
    "compare": ".gnv button",
    "spend": "[role=img]",
    "result": "img",
}
AXE = Path(__file__).parent / "js" / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = """async node => {
  const {violations} = await axe.run(node, {resultTypes: ['violations']});
  const grave = violations.filter(v => ['serious', 'critical'].includes(v.impact));
  return grave.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(' | ')}`);
}"""
CONTROLS = "button, input, select, textarea, summary, video, audio, [tabindex='0']"
NAMELESS = """(node, controls) => [...node.querySelectorAll(controls)]
  .filter(n => n.checkVisibility() && !n.labels?.length && !n.textContent.trim()
    && !['aria-label', 'aria-labelledby', 'title'].some(name => n.getAttribute(name)))
  .map(n => n.outerHTML.slice(0, 160))"""
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
MOST = 24  # controls of a widget that a letter is tried on


def all_open(lab: Lab, book: Notebook, name: str, ui: str) -> dict[str, int]:
    """Every widget in a notebook, ready; the cell of each."""
    book.open(lab.notebook(name, LOAD, MAKE, *EVERYTHING.values()), ui)
    for index in range(2 + len(EVERYTHING)):
        book.run(index)
    places = {one: index for index, one in enumerate(EVERYTHING, start=2)}
    for one, index in places.items():
        book.cell(index).locator(READY[one]).first.wait_for()
    return places


def outputs(book: Notebook, index: int) -> Any:
    return book.cell(index).locator(".jp-Cell-outputWrapper")


def frames(page: Any) -> list[bytes]:
    """All that the page and the kernels say to each other from now on."""
    found: list[bytes] = []

    def keep(data: str | bytes) -> None:
        found.append(data.encode() if isinstance(data, str) else data)

    def listen(socket: Any) -> None:
        socket.on("framereceived", keep)
        socket.on("framesent", keep)

    page.on("websocket", listen)
    return found


def letters_stay(book: Notebook, index: int) -> int:
    """Press "b" on each control of a cell's output; how many there were."""
    before, pressed = book.count(), 0
    for control in outputs(book, index).locator(CONTROLS).all()[:MOST]:
        if control.is_visible() and control.is_enabled():
            control.focus()
            book.page.keyboard.press("b")
            pressed += 1
    book.page.evaluate(SETTLED)
    assert book.count() == before, f"a letter typed in cell {index} became a command"
    return pressed


@pytest.mark.parametrize("ui", ["lab/tree", "notebooks"])
def test_everybody_can_use_every_widget_and_no_key_is_in_it(
    ui: str, lab: Lab, book: Notebook, open_page: Any, tmp_path: Path
) -> None:
    need("axe")
    said = frames(book.page)
    places = all_open(lab, book, f"all-{ui[:3]}", ui)
    book.page.evaluate(AXE.read_text("utf-8"))
    for theme in ("Dark", "Light"):
        book.theme(f"JupyterLab {theme}")
        for one, index in places.items():
            shown = outputs(book, index)
            assert shown.evaluate(VIOLATIONS) == [], (one, theme)
            assert shown.evaluate(NAMELESS, CONTROLS) == [], one
            book.shot(f"all-{ui[:3]}-{one}-{theme.lower()}", shown)
    pressed = {one: letters_stay(book, index) for one, index in places.items() if one != "result"}
    assert all(pressed[one] for one in ("form", "gallery", "history", "compare", "spend")), pressed
    saved = book.save()
    no_key(saved)
    no_key(b"".join(said).decode("utf-8", "replace"))
    if ui == "lab/tree":
        without_kernel(lab, book, saved, places)
        without_scripts(open_page, saved, tmp_path / "saved.html")


def without_kernel(lab: Lab, book: Notebook, saved: str, places: dict[str, int]) -> None:
    """Opened where no kernel can be had, by somebody who has not said that the file is to be trusted."""
    reopened = nbformat.reads(saved, as_version=4)
    reopened.metadata = {"kernelspec": {"name": "absent", "display_name": "Absent"}}
    book.open(lab.place("all-again", reopened, kernel=False), kernel=False)
    book.page.locator(".jp-Dialog button.jp-mod-reject").click()
    book.page.locator(".jp-Dialog").wait_for(state="detached")
    assert [p["alt"] for p in book.pictures(places["result"])] == ["A lighthouse in a storm"]
    for one, text in TWINS.items():
        assert re.search(text, outputs(book, places[one]).inner_text()), one
    assert "Error displaying widget" not in book.page.locator(".jp-Notebook").inner_text()


# What stands for each where nothing runs.
TWINS = {
    "form": "Image form · Flux Schnell",
    "badge": "12 credits",
    "balance": r"9,9\d\d studio credits",
    "gallery": "A lighthouse in a storm",
    "history": "A lighthouse in a storm",
    "compare": "hidden until you vote",
    "spend": "Credits by model",
}


def without_scripts(open_page: Any, saved: str, path: Path) -> None:
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(nbformat.reads(saved, as_version=4))
    no_key(page)
    path.write_text(page, "utf-8")
    with open_page(path.as_uri(), java_script_enabled=False) as (still, watch):
        still.goto(path.as_uri(), wait_until="load")
        text = still.locator("body").inner_text()
        for one, found in TWINS.items():
            assert re.search(found, text), one
        assert still.locator("img[alt='A lighthouse in a storm']").last.bounding_box()["width"] > 200
        watch.check()


COMPOSED = """
from ipywidgets import FloatText, HBox, VBox, link
left, seen = gn.balance(), []
box = FloatText(description='left')
link((left, 'total'), (box, 'value'))
left.observe(lambda change: seen.append(change['new']), 'total')
form, duel = gn.form('joke', prompt='kites'), gn.compare('kites', {writers})
VBox([HBox([left, gn.badge('joke', 'kites'), box]), HBox([form, gn.history().view]), duel.ballot])
"""


def test_they_stand_in_boxes_and_links_like_any_widget(lab: Lab, book: Notebook) -> None:
    composed = COMPOSED.replace("{writers}", WRITERS)
    wait = "while seen[-1:] != [9_996] and time.time() < end: time.sleep(0.01)\n"
    end = f"import time\nend = time.time() + 10\n{wait}"
    book.open(
        lab.notebook("composed", LOAD, composed, "gn.generate('joke', 'more')", f"{end}print(seen[-1:])")
    )
    for index in range(4):
        book.run(index)
    cell = book.cell(1)
    for root in (".gnb", ".gnf", ".gnh", ".gnv", ".gnf-badge"):
        cell.locator(root).first.wait_for()
    assert book.text(3).strip() == "[9996.0]"
    cell.locator(".gnb-total", has_text="9,996 credits").wait_for()
    assert cell.locator(".widget-text input").input_value() == "9996"
    cell.get_by_role("button", name="A is best").click()
    cell.locator(".gnv output", has_text="You chose").wait_for()


def test_the_status_of_all_providers_fits_the_page(lab: Lab, book: Notebook) -> None:
    places = {
        "GPTIMAGE2": "gptimage2/api/v1",
        "IMAGES_CREATE": "images-create",
        "GROK_IMAGINE": "grok-imagine",
    }
    lines = [
        f"os.environ['{stem}_API_KEY'], os.environ['{stem}_BASE_URL'] = 'k' * 40, 'http://127.0.0.1:58765/{place}'"
        for stem, place in places.items()
    ]
    book.open(lab.notebook("status", "\n".join(["import os", *lines, LOAD]), "%generor status"))
    book.run(0)
    book.run(1)
    table = book.cell(1).locator("table")
    assert "up to 600 requests an hour" in table.inner_text()
    for theme in ("Dark", "Light"):
        book.theme(f"JupyterLab {theme}")
        book.shot(f"status-{theme.lower()}", book.cell(1))
    book.page.set_viewport_size({"width": 1000, "height": 800})
    box, output = table.bounding_box(), book.cell(1).locator(".jp-OutputArea-output").first.bounding_box()
    assert output["width"] <= 700
    assert box["x"] + box["width"] <= output["x"] + output["width"]
    book.shot("status-narrow", book.cell(1))
