"""CONTRIBUTING.md works as written, and the files it names are there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
TRY = """
from generor_nb.studio.engines import run
print(run({"engine": "morse", "prompt": "Mad!"})["text"])
"""


def test_an_engine_is_added_as_written(tmp_path: Path) -> None:
    package = tmp_path / "generor_nb"
    shutil.copytree(Path(str(files("generor_nb"))), package, ignore=shutil.ignore_patterns("__pycache__"))
    (path,) = re.findall(r"Write `(generor_nb/studio/engines/\w+\.py)`", PAGE)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / path).write_text(code, "utf-8")
    (row,) = re.findall(r"__init__\.py`: `(.*?)`", PAGE)
    table = package / "studio" / "engines" / "__init__.py"
    table.write_text(table.read_text("utf-8").replace("ENGINES = {", f"ENGINES = {{\n    {row}"), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", TRY],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout.strip() == "-- .- -.. /", ran.stderr


def test_the_files_it_names_are_there() -> None:
    named = re.findall(r"`((?:generor_nb|tests|benchmarks|\.ci)/[\w./-]+)`", PAGE)
    named += re.findall(r"\]\(([\w./-]+)\)", PAGE)
    written = re.findall(r"Write `([\w./]+)`", PAGE)
    assert len(named) > 8
    for name in set(named) - set(written):
        if "NAME" not in name:
            assert (ROOT / name).exists(), name


def test_each_recipe_is_short() -> None:
    for section in PAGE.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        if title.startswith("Add "):
            prose = re.sub(r"```.*?```", "", body, flags=re.DOTALL)
            assert len([line for line in prose.splitlines() if line.strip()]) <= 10, title
