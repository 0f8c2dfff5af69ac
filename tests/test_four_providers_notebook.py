"""The notebook about four providers, as committed: executed, small, keyless, true when run again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import CANARY
from support import no_key
from test_tour import GUARD, MACHINE, OURS, Tags, code, shown

from generor_nb import demo

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "05_four_providers.ipynb"
FILE_LIMIT, DISPLAY_LIMIT = 300_000, 128_000


@pytest.fixture(scope="module")
def book() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def outputs(book: Any) -> str:
    return json.dumps([cell.outputs for cell in code(book)], ensure_ascii=False)


def printed(book: Any, source: str) -> str:
    """What the first cell that has ``source`` in it shows as text."""
    cell = next(cell for cell in code(book) if source in cell.source)
    return "\n".join(output.get("text") or output.data["text/plain"] for output in cell.outputs)


def check_is_whole(book: Any) -> None:
    assert [o for cell in code(book) for o in cell.outputs if o.output_type == "error"] == []
    assert all(
        name in printed(book, "%generor status") for name in ("gptimage2", "images-create", "grok-imagine")
    )
    assert "1 credit charged" in printed(book, "%%generate text2img harbour")
    assert "unknown until charged" in printed(book, "--dry-run")
    assert "1 credit charged" in printed(book, "--image harbour")
    assert "refunded" in printed(book, "a massacre")
    assert "images-create" in printed(book, "--provider images-create")
    assert "40 credits charged" in printed(book, "--provider grok-imagine")
    assert "FAILED_REFUNDED" in printed(book, "%generor history")


def check_tells_nothing(text: str) -> None:
    no_key(text)
    assert CANARY not in text
    assert MACHINE.findall(text) == []


def test_it_was_executed_and_is_small(book: Any) -> None:
    assert [cell.execution_count for cell in code(book)] == list(range(1, len(code(book)) + 1))
    assert NOTEBOOK.stat().st_size < FILE_LIMIT
    for output in shown(book):
        assert len(json.dumps(output.data, ensure_ascii=False).encode()) <= DISPLAY_LIMIT
    assert set(book.metadata) <= {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= OURS for cell in book.cells)
    check_is_whole(book)


def test_it_says_nothing_about_who_ran_it() -> None:
    check_tells_nothing(NOTEBOOK.read_text("utf-8"))


def test_its_pictures_need_no_network(book: Any) -> None:
    images = [image for o in shown(book) for image in Tags(o.data.get("text/html", "")).all("img")]
    assert len(images) >= 3
    assert all(image["src"].startswith("data:image/jpeg;base64,") and image["alt"] for image in images)


@pytest.mark.slow
def test_it_runs_again_under_keys_that_it_must_not_use(
    book: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its kernel and its server are guarded, and have keys in their environment that they drop."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    keys = {f"{name}_API_KEY": CANARY for name in ("GENEROR", "GPTIMAGE2", "IMAGES_CREATE", "GROK_IMAGINE")}
    search = os.pathsep.join(p for p in (str(tmp_path / "guard"), os.environ.get("PYTHONPATH", "")) if p)
    environ = {k: v for k, v in os.environ.items() if k != "GENEROR_PROVIDER"} | keys
    environ |= {"PYTHONPATH": search, "GUARD_LOG": str(tmp_path / "outside"), "PYTHONWARNINGS": "ignore"}
    fresh = nbformat.from_dict(json.loads(json.dumps(book)))
    demo.execute(fresh, tmp_path, environ, lambda *_: None)
    assert not (tmp_path / "outside").exists()
    assert (tmp_path / "outside.pids").exists(), "the kernel was not guarded"
    check_is_whole(fresh)
    check_tells_nothing(outputs(fresh) + capfd.readouterr().err)
