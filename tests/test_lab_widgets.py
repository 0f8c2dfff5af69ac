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
# The oracle for money: the studio's own ledger, by way of the kernel that spent.
LEDGER = """
from generor_nb import sessions
from generor_nb.base import loop
provider = sessions.current().provider
spends = loop.run(provider._data("GET", "/credits/transactions?type=spend&per_page=100"))
print(len(spends), f"{loop.run(provider.balance()).total:.0f}")
"""
JOKES = "for p in ('a fox', 'an owl'): gn.generate('joke', p)"
MAKE = f"{JOKES}\ngn.generate('image', 'A lighthouse in a storm')"
WRITERS = "slug='joke', models=['GPT 5 Nano', 'GPT 5 Mini'], blind=True"
VIEW = "application/vnd.jupyter.widget-view+json"
EVERYTHING = {
    "form": "gn.form('image', prompt='a fox')",
    "badge": "gn.badge('image', 'a fox', count=2)",
    "balance": "gn.balance()",
    "gallery": "gn.gallery('local')",
    "history": "gn.history()",
    "compare": f"gn.compare('kites', {WRITERS})",
    "spend": "gn.spend()",
    "result": "gn.generate('image', 'A lighthouse in a storm')",
    "ledger": LEDGER,
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
# JupyterLab's body is 0 pixels high and hides what flows over: axe would take everything for hidden.
TALL = "() => void (document.body.style.height = '100vh')"
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
UNFOLD = "node => node.querySelectorAll('details').forEach(part => (part.open = true))"
INK = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
HAS_KERNEL = "() => Boolean(window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel)"


def all_open(lab: Lab, book: Notebook, name: str, ui: str) -> dict[str, int]:
    """Every widget in a notebook, ready and unfolded; the cell of each."""
    book.open(lab.notebook(name, LOAD, MAKE, *EVERYTHING.values()), ui)
    for index in range(2 + len(EVERYTHING)):
        book.run(index)
    places = {one: index for index, one in enumerate(EVERYTHING, start=2)}
    for one, wanted in READY.items():
        book.cell(places[one]).locator(wanted).first.wait_for()
        outputs(book, places[one]).evaluate(UNFOLD)
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


def ledger(book: Notebook, index: int) -> tuple[int, int]:
    """How many spends there are, and what is left."""
    book.run(index)
    spends, left = book.text(index).split()
    return int(spends), int(left)


@pytest.mark.parametrize("ui", ["lab/tree", "notebooks"])
def test_everybody_can_use_every_widget_and_what_it_made_stays(
    ui: str, lab: Lab, book: Notebook, open_page: Any, tmp_path: Path
) -> None:
    need("axe")
    name, said = f"all-{ui[:3]}", frames(book.page)
    places = all_open(lab, book, name, ui)
    book.page.evaluate(AXE.read_text("utf-8"))
    book.page.evaluate(TALL)
    looks = []
    for theme in ("Dark", "Light"):
        book.theme(f"JupyterLab {theme}")
        for one in READY:
            accessible(outputs(book, places[one]), f"{one}, {theme}")
            book.shot(f"{name}-{one}-{theme.lower()}", outputs(book, places[one]))
        an_open_list_and_dialog(book, places, theme)
        looks.append(book.cell(places["form"]).locator(".gnf-card").evaluate(INK))
    assert all(one != other for one, other in zip(*looks, strict=True))
    assert all(ink != paper for ink, paper in looks)
    letters_stay(book, places)
    a_double_click_spends_once(book, places)
    saved = book.save()
    no_key(saved)
    no_key(b"".join(said).decode("utf-8", "replace"))
    assert str(lab.root) not in saved
    if ui == "lab/tree":
        without_kernel(lab, book, saved, places)
        without_scripts(open_page, saved, tmp_path / "saved.html")


def accessible(shown: Any, what: str) -> None:
    assert shown.evaluate(VIOLATIONS) == [], what
    assert shown.evaluate(NAMELESS, CONTROLS) == [], what


def an_open_list_and_dialog(book: Notebook, places: dict[str, int], theme: str) -> None:
    form = book.cell(places["form"]).locator(".gnf")
    form.locator("[data-key=model] [role=combobox]").click()
    form.get_by_role("option").first.wait_for()
    accessible(form, f"models, {theme}")
    book.page.keyboard.press("Escape")
    gallery = book.cell(places["gallery"]).locator(".gng")
    gallery.locator(".gng-cell").first.click()
    gallery.locator("dialog dd").first.wait_for()
    gallery.locator("dialog img:not(.gng-coming)").wait_for()
    accessible(gallery.locator("dialog"), f"one creation, {theme}")
    book.page.keyboard.press("b")
    book.shot(f"dialog-{theme.lower()}")
    gallery.get_by_role("button", name="Close").click()


def letters_stay(book: Notebook, places: dict[str, int]) -> None:
    """A "b" on any control is no command of the notebook; beside them it is."""
    before = book.count()
    for one in READY:
        pressed = 0
        for control in outputs(book, places[one]).locator(CONTROLS).all():
            if control.is_visible() and control.is_enabled():
                control.focus()
                book.page.keyboard.press("b")
                pressed += 1
        book.page.evaluate(SETTLED)
        assert book.count() == before, f"a letter typed in {one} became a command"
        assert pressed or one in ("badge", "balance", "result"), one
    last = book.cell(before - 1)
    last.locator(".jp-InputPrompt").click()
    book.page.keyboard.press("b")
    book.page.evaluate(SETTLED)
    assert book.count() == before + 1


def a_double_click_spends_once(book: Notebook, places: dict[str, int]) -> None:
    """In a form, whose prompt has another letter by now; again it is shown for nothing."""
    spends, left = ledger(book, places["ledger"])
    form = book.cell(places["form"]).locator(".gnf:has(form)")
    form.locator("textarea").fill("a fox")
    form.locator(".gnf-go", has_text="6 credits").dblclick()
    form.locator(".gnf-now[data-state=done]").wait_for(timeout=30_000)
    assert ledger(book, places["ledger"]) == (spends + 1, left - 6)
    total = book.cell(places["balance"]).locator(".gnb-total")
    total.filter(has_text=f"{left - 6:,} credits").wait_for()
    book.cell(places["form"]).locator(".gnf-go", has_text="0 credits").click()
    form.locator(".gnf-now", has_text="replayed").wait_for()
    assert ledger(book, places["ledger"]) == (spends + 1, left - 6)
    below = book.document().cells[places["form"]].outputs[-1].data
    assert "image/jpeg" in below
    assert VIEW not in below


# What stands for each where nothing runs.
TWINS = {
    "form": "Image form · Flux Schnell",
    "badge": "12 credits",
    "balance": r"9,9\d\d studio credits",
    "gallery": "A lighthouse in a storm",
    "history": "A lighthouse in a storm",
    "compare": "hidden until you vote",
    "spend": "Credits by model",
    "result": r"0 credits \(was 6\)",
}


def without_kernel(lab: Lab, book: Notebook, saved: str, places: dict[str, int]) -> None:
    """Opened where no kernel can be had, by somebody who has not said that the file is to be trusted."""
    reopened = nbformat.reads(saved, as_version=4)
    reopened.metadata = {"kernelspec": {"name": "absent", "display_name": "Absent"}}
    book.open(lab.place("all-again", reopened, kernel=False), kernel=False)
    book.page.locator(".jp-Dialog button.jp-mod-reject").click()
    book.page.locator(".jp-Dialog").wait_for(state="detached")
    assert not book.page.evaluate(HAS_KERNEL)
    for one, alts in {"result": ["A lighthouse in a storm"], "form": ["a fox"]}.items():
        assert [p["alt"] for p in book.pictures(places[one]) if p["natural"] and p["drawn"]] == alts
    assert book.pictures(places["gallery"])
    for one, text in TWINS.items():
        assert re.search(text, outputs(book, places[one]).inner_text()), one
    assert "Error displaying widget" not in book.page.locator(".jp-Notebook").inner_text()
    book.shot("reopened")


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
        for alt in ("A lighthouse in a storm", "a fox"):
            assert still.locator(f"img[alt='{alt}']").last.bounding_box()["width"] > 200
        watch.check()


# --- what is done in them, and together ---

MODELS = "models=['Flux Schnell', 'Flux 1.1 Pro']"
BOXES = f"""
from ipywidgets import FloatText, HBox, VBox, link
left, seen = gn.balance(), []
box = FloatText(description='left')
link((left, 'total'), (box, 'value'))
left.observe(lambda change: seen.append(change['new']), 'total')
form, duel = gn.form('joke', prompt='kites'), gn.compare('kites', {WRITERS})
VBox([HBox([left, gn.badge('joke', 'kites'), box]), HBox([form, gn.history().view]), duel.ballot])
"""
SEEN = """
import time
end = time.time() + 10
while not seen and time.time() < end: time.sleep(0.01)
print(seen[-1])
"""
DEEDS = {
    "load": LOAD,
    "make": f"{JOKES}\ngn.generate('image', 'A lighthouse')",
    "history": "gn.history()",
    "duel": f"duel = gn.compare('Kites over a bay', {MODELS}, blind=True)\nduel",
    "votes": "print(duel.votes[0]['winner'], len(duel.votes))",
    "boxes": BOXES,
    "spend": "gn.generate('joke', 'more')",
    "seen": SEEN,
}


def test_what_is_done_in_them_and_together(lab: Lab, book: Notebook) -> None:
    book.open(lab.notebook("deeds", *DEEDS.values()))
    places = {one: index for index, one in enumerate(DEEDS)}
    for one in ("load", "make", "history"):
        book.run(places[one])
    the_history_searches_marks_and_shows_again(book, places["history"])
    book.run(places["duel"])
    a_blind_vote_shows_the_names_and_stays(book, places)
    for one in ("boxes", "spend", "seen"):
        book.run(places[one])
    they_stand_in_boxes_and_links_like_any_widget(book, places)
    no_key(book.save())


def the_history_searches_marks_and_shows_again(book: Notebook, index: int) -> None:
    view = book.cell(index).locator(".gnh")
    view.locator("tbody tr").nth(2).wait_for()
    view.get_by_role("searchbox", name="Search").fill("light")
    view.locator("output", has_text="1 of 1").wait_for()
    view.get_by_role("button", name="Star: A lighthouse").click()
    view.locator("[aria-pressed=true]").wait_for()
    view.get_by_role("button", name="Show again").click()
    view.locator(".gnh-note", has_text="0 credits (was 6)").wait_for()
    assert [p["alt"] for p in book.pictures(index)] == ["A lighthouse"]
    below = book.document().cells[index].outputs[-1].data
    assert "image/jpeg" in below
    assert VIEW not in below


def a_blind_vote_shows_the_names_and_stays(book: Notebook, places: dict[str, int]) -> None:
    index = places["duel"]
    ballot = book.cell(index).locator(".gnv")
    ballot.wait_for()
    assert len(book.pictures(index)) == 2
    assert "Flux" not in book.cell(index).locator("section").first.inner_text()
    ballot.get_by_role("button", name="B is best").dblclick()
    ballot.locator("output", has_text="You chose Flux").wait_for()
    book.cell(index).locator("section", has_text="your choice").wait_for()
    book.run(places["votes"])
    name, votes = book.text(places["votes"]).rsplit(maxsplit=1)
    assert name in ballot.locator("output").inner_text()
    assert votes == "1"
    cards = book.document().cells[index].outputs[1].data
    assert "your choice" in cards["text/html"]
    assert "image/jpeg" in cards
    assert VIEW not in cards


def they_stand_in_boxes_and_links_like_any_widget(book: Notebook, places: dict[str, int]) -> None:
    cell = book.cell(places["boxes"])
    for root in (".gnb", ".gnf", ".gnh", ".gnv", ".gnf-badge"):
        cell.locator(root).first.wait_for()
    left = float(book.text(places["seen"]))
    cell.locator(".gnb-total", has_text=f"{left:,.0f} credits").wait_for()
    assert float(cell.locator(".widget-text input").input_value()) == left
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
