"""The notebook about account and community, as committed: executed, small, keyless, true when run again."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import CANARY
from support import no_key
from test_tour import GUARD, MACHINE, OURS, Tags, code, shown

from generor_nb import demo

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "06_account_and_community.ipynb"
FILE_LIMIT, DISPLAY_LIMIT = 200_000, 64_000
INVITE = re.compile(r"\b[0-9a-f]{16}\b")


@pytest.fixture(scope="module")
def book() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def outputs(book: Any) -> str:
    return json.dumps([cell.outputs for cell in code(book)], ensure_ascii=False)


def printed(book: Any, source: str) -> str:
    """What the cell that is ``source``, or has it in it, shows as text."""
    cells = [cell for cell in code(book) if source == cell.source]
    (cell,) = cells or [cell for cell in code(book) if source in cell.source]
    return "\n".join(
        output.get("text") or output.get("evalue") or output.data["text/plain"] for output in cell.outputs
    )


def check_tells_nothing(text: str) -> None:
    no_key(text)
    assert CANARY not in text
    assert MACHINE.findall(text) == []
    assert INVITE.findall(text) == []


def check_is_whole(book: Any) -> None:
    for cell in code(book):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source
    assert "lacks the scope write" in printed(book, 'bio="I was here."')
    assert "Invalid API key" in printed(book, "await report.credits.balance()")
    assert "('hana.lind', 'member')" in printed(book, "teams.join")
    assert "Lighthouse Keepers" in printed(book, "%generor teams")
    assert "    studio (+1): I would have kept the village." in printed(book, "comments.add")
    assert "4.67 of 3, then 4.75 of 4" in printed(book, "ratings.rate")


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
    assert len(images) >= 12
    assert all(image["src"].startswith("data:image/jpeg;base64,") and image["alt"] for image in images)


@pytest.mark.slow
def test_it_runs_again_under_keys_that_it_must_not_use(
    book: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its kernel, guarded like ``demo``'s, has keys in its environment and chooses the studio itself."""
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
