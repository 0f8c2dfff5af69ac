"""The package as people meet it: in JupyterLab and Notebook 7, in a real browser."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from support import no_key

if TYPE_CHECKING:
    from lab import Lab, Notebook

pytest_plugins = ["lab"]
pytestmark = pytest.mark.browser

TOUR = Path(__file__).parent.parent / "notebooks" / "01_tour.ipynb"
# The oracle for money: the studio's own ledger, by way of the kernel that spent.
LEDGER = """
from generor_nb import sessions
from generor_nb.base import loop
provider = sessions.current().provider
spends = loop.run(provider._data("GET", "/credits/transactions?type=spend&per_page=100"))
print(len(spends), f"{loop.run(provider.balance()).total:.0f}")
"""
LOAD = "%load_ext generor_nb\nimport generor_nb as gn"
PICTURE = "%%generate image --aspect 16:9\nA lighthouse in a storm"
FORM = "gn.form('image', prompt='a fox')"
HAS_KERNEL = "() => Boolean(window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel)"
FOCUSABLE = "textarea, input, select, button, summary, pre"


def ledger(book: Notebook, index: int) -> tuple[int, int]:
    """How many spends there are, and what is left."""
    book.run(index)
    spends, left = book.text(index).split()
    return int(spends), int(left)


def form_in(book: Notebook, index: int) -> Any:
    """The form of a cell, once its price is there."""
    form = book.cell(index).locator(".gnf:has(form)")
    form.locator(".gnf-price[data-state=price]").wait_for()
    return form


def finished(form: Any) -> str:
    """What the form says when the run is over."""
    done = form.locator(".gnf-now[data-state=done]")
    done.wait_for(timeout=30_000)
    return str(done.text_content())


def drawn(book: Notebook, index: int) -> list[dict[str, Any]]:
    pictures = book.pictures(index)
    assert pictures, f"cell {index} shows no picture"
    assert all(p["natural"] > 0 and p["drawn"] > 0 for p in pictures)
    return pictures


def errors_of(cells: list[Any]) -> list[str]:
    found = [(i, o) for i, c in enumerate(cells) for o in c.get("outputs", []) if o.output_type == "error"]
    return [f"cell {i}: {o.ename}: {o.evalue}" for i, o in found]


def test_the_tour_in_jupyterlab(lab: Lab, book: Notebook) -> None:
    tour = nbformat.read(TOUR, as_version=4)
    for cell in tour.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    tour.cells.append(nbformat.v4.new_code_cell(LEDGER))
    last = len(tour.cells) - 1
    find = {c.source: i for i, c in enumerate(tour.cells)}
    book.open(lab.place("tour", tour))
    book.run_all()

    ran = book.document().cells
    code = [(i, c) for i, c in enumerate(ran) if c.cell_type == "code"]
    assert [i for i, c in code if not c.execution_count] == [], errors_of(ran)
    failed = {i for i, c in code if any(o.output_type == "error" for o in c.outputs)}
    assert failed == {i for i, c in code if "raises-exception" in c.metadata.get("tags", [])}
    shown = [i for i, c in code if any("image/jpeg" in o.get("data", {}) for o in c.outputs)]
    assert len(shown) >= 4
    for index in shown:
        assert all(p["alt"].strip() for p in drawn(book, index))
        book.shot(f"tour-{index:02}")
    for index, _ in code:
        if index not in shown:
            book.cell(index)
            book.shot(f"tour-{index:02}")

    spent, left = (int(part) for part in book.text(last).split())
    balance = book.cell(find["gn.balance()"]).locator(".gnb-total")
    assert balance.text_content() == f"{left:,} credits"
    place = find['gn.form("image")']
    form = form_in(book, place)
    assert form.locator(".gnf-price").text_content().startswith("6 credits")
    form.locator("textarea").fill("a hare in the snow")
    form.locator(".gnf-go", has_text="6 credits").click()
    assert "6 studio credits charged" in finished(form)
    assert ledger(book, last) == (spent + 1, left - 6)
    book.cell(find["gn.balance()"]).locator(".gnb-total", has_text=f"{left - 6:,} credits").wait_for()
    assert [p["alt"] for p in drawn(book, place)] == ["a hare in the snow"]
    book.shot("tour-form-result")
    no_key(book.save())


def test_a_form_in_light_and_dark_keeps_its_letters(lab: Lab, book: Notebook) -> None:
    settle = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    book.open(lab.notebook("keys", LOAD, FORM))
    book.run(0)
    book.run(1)
    looks = []
    for theme in ("Dark", "Light"):
        book.theme(f"JupyterLab {theme}")
        form = form_in(book, 1)
        look = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
        looks.append(form.locator(".gnf-card").evaluate(look))
        book.shot(f"form-{theme.lower()}", form)
    assert all(one != other for one, other in zip(*looks, strict=True))
    assert all(ink != paper for ink, paper in looks)

    before, pressed = book.count(), 0
    for control in form.locator(FOCUSABLE).all():
        if control.is_visible() and control.is_enabled():
            control.focus()
            book.page.keyboard.press("b")
            book.page.evaluate(settle)
            assert book.count() == before, control.evaluate("node => node.outerHTML")
            pressed += 1
    assert pressed >= 6
    book.page.locator(".jp-InputPrompt").first.click()
    book.page.keyboard.press("b")  # the notebook itself does listen, else all of the above proves nothing
    book.page.evaluate(settle)
    assert book.count() == before + 1


def test_a_form_is_filled_by_hand_and_its_price_follows(lab: Lab, book: Notebook) -> None:
    """A model from the list, a picture made earlier, a file of one's own, and the same as a cell."""
    follow = "badge = gn.badge(form.request)\nform.observe(lambda _: badge.show(form.request), 'value')"
    made = "from ipywidgets import VBox\nform = gn.form('image', prompt='a hare')"
    both = f"{made}\n{follow}\nVBox([form, badge])"
    book.open(lab.notebook("filled", LOAD, PICTURE, both, "print(form.request.body)\nprint(form['image'])"))
    for index in range(3):
        book.run(index)
    form = form_in(book, 2)
    form.locator("[data-key=model] [role=combobox]").fill("1.1 pro")
    form.get_by_role("option", name="Flux 1.1 Pro").click()
    form.get_by_role("button", name="Earlier").click()
    form.get_by_role("button", name="A lighthouse in a storm").click()
    form.locator(".gnf-refs img").wait_for()
    form.locator("textarea").fill("a hare at dawn")
    form.locator(".gnf-go", has_text="80 credits").wait_for()
    book.cell(2).locator(".gnf-badge .gnf-price", has_text="80 credits").wait_for()
    form.get_by_text("As code").click()
    form.locator(".gnf-code", has_text='%%generate image --model "Flux 1.1 Pro" --image').wait_for()
    form.get_by_role("button", name="Remove A lighthouse").click()
    made = {"name": "mine.png", "mimeType": "image/png", "buffer": picture()}
    form.locator("[data-key=image] input[type=file]").set_input_files(made)
    form.locator(".gnf-refs", has_text="mine.png").locator("img").wait_for()
    book.run(3)
    body, given = book.text(3).split("\n", 1)
    sent = json.loads(body)
    assert (sent["model_id"], sent["prompt"]) == (10001, "a hare at dawn")
    assert sent["image_url"].startswith("data:image/png")
    assert "\\x89PNG" in given[:12]
    no_key(book.save())


def picture() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_double_click_spends_once_and_its_result_stays(lab: Lab, book: Notebook) -> None:
    book.open(lab.notebook("kept", LOAD, PICTURE, FORM, "gn.balance()", LEDGER))
    for index in range(4):
        book.run(index)
    form = form_in(book, 2)
    form.locator(".gnf-go").dblclick()
    finished(form)
    assert ledger(book, 4) == (2, 9_988)
    form_in(book, 2).locator(".gnf-go", has_text="0 credits").click()  # and shown again, for nothing
    form.locator(".gnf-now", has_text="replayed").wait_for()
    assert ledger(book, 4) == (2, 9_988)
    assert book.cell(3).locator(".gnb-total").text_content() == "9,988 credits"
    below = book.document().cells[2].outputs[-1].data
    assert "image/jpeg" in below
    assert "application/vnd.jupyter.widget-view+json" not in below
    saved = book.save()
    no_key(saved)
    assert str(lab.root) not in saved

    # Opened where no kernel can be had, and nobody has said that the file is to be trusted.
    reopened = nbformat.reads(saved, as_version=4)
    reopened.metadata = {"kernelspec": {"name": "absent", "display_name": "Absent"}}
    book.open(lab.place("reopened", reopened, kernel=False), kernel=False)
    book.page.locator(".jp-Dialog button.jp-mod-reject").click()
    book.page.locator(".jp-Dialog").wait_for(state="detached")
    assert not book.page.evaluate(HAS_KERNEL)
    assert [p["alt"] for p in drawn(book, 1)] == ["A lighthouse in a storm"]
    assert "6 studio credits charged (estimated 6)" in book.cell(1).inner_text()
    assert [p["alt"] for p in drawn(book, 2)] == ["a fox"]
    assert "Error displaying widget" not in book.page.locator(".jp-Notebook").inner_text()
    assert "Image form · Flux Schnell" in book.cell(2).inner_text()
    assert re.search(r"9,9\d\d studio credits", book.cell(3).inner_text())
    book.shot("reopened")


def test_notebook_7(lab: Lab, book: Notebook) -> None:
    book.open(lab.notebook("seven", LOAD, PICTURE, FORM, "gn.balance()", LEDGER), "notebooks")
    for index in range(4):
        book.run(index)
    drawn(book, 1)
    book.shot("notebook-7")
    form = form_in(book, 2)
    form.locator(".gnf-go").click()
    finished(form)
    assert ledger(book, 4) == (2, 9_988)
    book.cell(3).locator(".gnb-total", has_text="9,988 credits").wait_for()
    drawn(book, 2)
    no_key(book.save())
