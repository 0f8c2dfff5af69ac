"""The package as people meet it in JupyterLab, in a real browser: the tour, and a form filled by hand."""

from __future__ import annotations

import io
import json
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
