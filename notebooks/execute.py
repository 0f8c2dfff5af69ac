"""Execute the notebooks of this folder and its languages in place, on a fresh studio, and keep them clean and small.

Run: uv run python notebooks/execute.py [NAME.ipynb ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat

from generor_nb import demo

HERE = Path(__file__).resolve().parent
LIMIT = 400_000
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def main(names: list[str]) -> None:
    for path in [HERE / name for name in names] or sorted(HERE.rglob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            language = "ko" if path.parent.name == "ko" else "en"
            environ = demo.quiet_environment(home, os.environ) | {"LC_ALL": "C.UTF-8", "GENEROR_LANGUAGE": language}
            demo.execute(book, Path(folder), environ, lambda n, of, source: print(f"{n}/{of} {source[:60]}"))
        clean(book)
        nbformat.write(book, path)
        size = path.stat().st_size
        print(f"{path.name}: {size / 1000:.0f} kB")
        if size > LIMIT:
            raise SystemExit(f"{path.name} is larger than {LIMIT / 1000:.0f} kB")


def clean(book: nbformat.NotebookNode) -> None:
    """Drop what is only true of this machine and this run."""
    book.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    number = 0
    for cell in book.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags"}
        if cell.cell_type != "code":
            continue
        number += 1
        cell.execution_count = number
        for output in cell.outputs:
            output.pop("transient", None)
            if "execution_count" in output:
                output.execution_count = number
            # The widget's model lives in a kernel; its static twin is what a saved notebook can show.
            output.get("data", {}).pop(demo.WIDGET_VIEW, None)


if __name__ == "__main__":
    main(sys.argv[1:])
