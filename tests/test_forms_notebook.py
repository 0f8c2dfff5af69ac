"""The notebook about forms and widgets, as committed: executed, small, keyless, true when run again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import CANARY
from support import no_key
from test_tour import GUARD, MACHINE, OURS, code, shown

from generor_nb import demo

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "02_forms_and_widgets.ipynb"
FILE_LIMIT, DISPLAY_LIMIT = 350_000, 110_000


@pytest.fixture(scope="module")
def book() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def texts(book: Any, source: str) -> str:
    """What the cell with ``source`` in it shows, as text."""
    (cell,) = [cell for cell in code(book) if source in cell.source]
    found = [o.get("text") or o.get("evalue") or o.data["text/plain"] for o in cell.outputs]
    return "\n".join(found)


def check_is_whole(book: Any) -> None:
    for cell in code(book):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source
    assert texts(book, 'gn.form("image", prompt').startswith("Image form · Flux Schnell · 6 credits")
    asked = texts(book, 'form.code("cell")')
    cell = next(cell.source for cell in code(book) if cell.source.startswith("%%generate"))
    assert cell.replace("image light", "image") in asked  # the cell below is what the form says
    assert "12 credits" in texts(book, "gn.badge(form.request)")
    assert "It makes: 5, 10, 15" in texts(book, 'clip["seconds"] = 7')
    assert texts(book, "other.load_preset") == "(2, '16:9', 'noir')"
    assert "9,955 studio credits" in texts(book, "gn.balance()")


def check_tells_nothing(text: str) -> None:
    no_key(text)
    assert CANARY not in text
    assert MACHINE.findall(text) == []


def test_it_was_executed_and_is_small(book: Any) -> None:
    assert [cell.execution_count for cell in code(book)] == list(range(1, len(code(book)) + 1))
    assert NOTEBOOK.stat().st_size < FILE_LIMIT
    for output in shown(book):
        assert len(json.dumps(output.data, ensure_ascii=False).encode()) <= DISPLAY_LIMIT
        assert demo.WIDGET_VIEW not in output.data
    assert set(book.metadata) <= {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= OURS for cell in book.cells)
    check_is_whole(book)
    check_tells_nothing(NOTEBOOK.read_text("utf-8"))


@pytest.mark.slow
def test_it_runs_again_under_keys_that_it_must_not_use(book: Any, tmp_path: Path) -> None:
    """Its kernel, guarded like ``demo``'s, has keys in its environment and chooses the studio itself."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    keys = {f"{name}_API_KEY": CANARY for name in ("GENEROR", "GPTIMAGE2", "IMAGES_CREATE", "GROK_IMAGINE")}
    search = os.pathsep.join(p for p in (str(tmp_path / "guard"), os.environ.get("PYTHONPATH", "")) if p)
    environ = {k: v for k, v in os.environ.items() if k != "GENEROR_PROVIDER"} | keys
    environ |= {"PYTHONPATH": search, "GUARD_LOG": str(tmp_path / "outside"), "PYTHONWARNINGS": "ignore"}
    fresh = nbformat.from_dict(json.loads(json.dumps(book)))
    demo.execute(fresh, tmp_path, environ | {"GENEROR_LANGUAGE": "en"}, lambda *_: None)
    assert not (tmp_path / "outside").exists()
    check_is_whole(fresh)
    check_tells_nothing(json.dumps([cell.outputs for cell in code(fresh)], ensure_ascii=False))
