"""The notebook about video and audio, as committed: executed, small, seen anywhere, true when run again."""

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
from generor_nb.base.media import EXTENSIONS

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "04_video_and_audio.ipynb"
FILE_LIMIT, CREATION_LIMIT = 350_000, 64_000
WITHOUT_PYAV = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "av":
            raise ModuleNotFoundError("No module named 'av'", name="av")
sys.meta_path.insert(0, Missing())
import importlib.util
_find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "av" else _find(name, package)
"""


@pytest.fixture(scope="module")
def book() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def printed(book: Any, source: str) -> str:
    """What the cell with ``source`` in it shows as text."""
    (cell,) = (cell for cell in code(book) if source in cell.source)
    return "\n".join(o.get("text") or o.get("evalue") or o.data["text/plain"] for o in cell.outputs)


def check_is_whole(book: Any) -> None:
    for cell in code(book):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source
    assert "seconds: asked 4, used 5" in printed(book, "--seconds 4 --dry-run")
    assert "15 studio credits charged (estimated 15)" in printed(book, "generate video storm")
    assert "the prompt speaks of [Image2]; references given: 1" in printed(book, "[Image1]")
    assert printed(book, "moving.lineage").count(" · ") == 6
    assert "9 operations, 90 studio credits" in printed(book, "gn.history()")


def test_it_was_executed_and_is_small(book: Any) -> None:
    assert [cell.execution_count for cell in code(book)] == list(range(1, len(code(book)) + 1))
    assert NOTEBOOK.stat().st_size < FILE_LIMIT
    for output in shown(book):
        creations = max(1, len(Tags(output.data.get("text/html", "")).all("figure")))
        assert len(json.dumps(output, ensure_ascii=False)) <= CREATION_LIMIT * creations
    assert set(book.metadata) <= {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= OURS for cell in book.cells)
    check_is_whole(book)


def test_it_says_nothing_about_who_ran_it() -> None:
    text = NOTEBOOK.read_text("utf-8")
    no_key(text)
    assert CANARY not in text
    assert MACHINE.findall(text) == []


def test_what_plays_is_seen_where_it_cannot_play(book: Any) -> None:
    """As GitHub shows it: its own rules leave out what plays, and the picture and the link remain."""
    found = {"video": 0, "audio": 0}
    for output in shown(book):
        page = output.data.get("text/html", "")
        for kind in found:
            for piece in re.findall(f"<figure.*?<{kind} .*?</figure>", page):
                found[kind] += 1
                left = Tags(re.sub(f"</?{kind}[^>]*>", "", piece))
                (image,), (link,) = left.all("img"), left.all("a")
                assert image["src"].startswith("data:image/jpeg;base64,")
                assert image["alt"].strip()
                assert link["href"].startswith("outputs/")
                assert output.data["image/jpeg"]
    assert found == {"video": 2, "audio": 6}


def test_the_film_is_h264_and_says_nothing_of_the_machine_that_made_it(book: Any) -> None:
    assert re.search(r"outputs/a-lighthouse[\w-]*\.mp4 · 854×480 · 5 s", printed(book, "storm.path"))


def ran(book: Any, tmp_path: Path, guard: str) -> Any:
    """The notebook run again by a kernel that has keys it must not use."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(guard)
    keys = {f"{name}_API_KEY": CANARY for name in ("GENEROR", "GPTIMAGE2", "IMAGES_CREATE", "GROK_IMAGINE")}
    search = os.pathsep.join(p for p in (str(tmp_path / "guard"), os.environ.get("PYTHONPATH", "")) if p)
    environ = {k: v for k, v in os.environ.items() if k != "GENEROR_PROVIDER"} | keys
    environ |= {"PYTHONPATH": search, "GUARD_LOG": str(tmp_path / "outside"), "PYTHONWARNINGS": "ignore"}
    environ |= {"GENEROR_HOME": str(tmp_path / "home"), "GENEROR_LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
    fresh = nbformat.from_dict(json.loads(json.dumps(book)))
    demo.execute(fresh, tmp_path, environ, lambda *_: None)
    assert not (tmp_path / "outside").exists()
    assert (tmp_path / "outside.pids").exists(), "the kernel was not guarded"
    no_key(json.dumps([cell.outputs for cell in code(fresh)]))
    return fresh


@pytest.mark.slow
def test_it_runs_again_under_keys_that_it_must_not_use(book: Any, tmp_path: Path) -> None:
    fresh = ran(book, tmp_path, GUARD)
    check_is_whole(fresh)
    kinds = sorted(path.suffix[1:] for path in (tmp_path / "outputs").iterdir())
    assert kinds == sorted(["mp4"] * 2 + ["flac"] * 6 + ["webp", "txt", "svg", "zip"])
    assert set(kinds) - {"txt", "zip"} <= set(EXTENSIONS.values())


@pytest.mark.slow
def test_without_pyav_its_films_are_animated_pictures_and_say_what_is_missing(
    book: Any, tmp_path: Path
) -> None:
    fresh = ran(book, tmp_path, GUARD + WITHOUT_PYAV)
    check_is_whole(fresh)
    assert "pip install av" in printed(fresh, "generate video storm")
    assert sorted(path.suffix for path in (tmp_path / "outputs").iterdir()).count(".mp4") == 0
