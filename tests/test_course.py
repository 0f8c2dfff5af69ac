"""What all notebooks have in common: the way to Binder, no key, a story that starts at once."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
BOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
PROJECT: Any = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OWNER = PROJECT["project"]["urls"]["Repository"].removeprefix("https://github.com/")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", BOOKS, ids=name)
def test_it_opens_on_binder(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    (address,) = re.findall(r"\]\((https://mybinder\.org/\S+)\)", first.source)
    assert address == f"https://mybinder.org/v2/gh/{OWNER}/HEAD?urlpath=lab/tree/{name(path)}"


@pytest.mark.parametrize("path", BOOKS, ids=name)
def test_it_chooses_the_studio_itself(path: Path) -> None:
    code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert "provider" in "\n".join(code[:2])
    assert "studio" in "\n".join(code[:2])


def test_the_readme_opens_the_same() -> None:
    addresses = re.findall(r"\]\((https://mybinder\.org/v2/[^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    english = [path for path in BOOKS if path.parent.name == "notebooks"]
    wanted = {f"https://mybinder.org/v2/gh/{OWNER}/HEAD?urlpath=lab/tree/{name(path)}" for path in english}
    assert set(addresses) == wanted


@pytest.mark.parametrize("path", [path for path in BOOKS if path.parent.name == "ko"], ids=name)
def test_a_korean_twin_is_its_twin(path: Path) -> None:
    """The same cells in the same order, told and answered in Korean."""
    ours = nbformat.read(path.parents[1] / path.name, as_version=4).cells
    theirs = nbformat.read(path, as_version=4).cells
    assert [(c.cell_type, c.metadata) for c in ours] == [(c.cell_type, c.metadata) for c in theirs]
    words = "".join(c.source for c in theirs if c.cell_type == "markdown")
    assert len(re.findall("[가-힣]", words)) > 400
    said = json.dumps([c.get("outputs", []) for c in theirs], ensure_ascii=False)
    assert "청구됨" in said
    assert " charged" not in said
