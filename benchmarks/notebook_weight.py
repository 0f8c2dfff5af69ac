"""What a result adds to a saved notebook, against its pictures embedded as they are.

A notebook of one cell per case is executed on a fresh studio, once each, and the JSON of each cell's
outputs is measured.

Run: uv run python benchmarks/notebook_weight.py
"""

from __future__ import annotations

import base64
import io
import json
import os
import tempfile
from pathlib import Path

import nbformat
from PIL import Image

from generor_nb import demo

LIMIT = 64_000
CASES = {
    "image, count 1": "%%generate image result --count 1\nA lighthouse in a storm",
    "image, count 2": "%%generate image result --count 2\nA castle above the clouds",
    "image, count 4": "%%generate image result --count 4\nA cabin by a lake at dawn",
    "text": "%%generate joke result\nprogramming",
}
PATHS = "print(*(one.path.resolve() for one in result.creations if one.text is None), sep='\\n')"


def main() -> None:
    book = nbformat.v4.new_notebook()
    sources = ["%load_ext generor_nb"]
    for case in CASES.values():
        sources += [case, PATHS]
    book.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    with tempfile.TemporaryDirectory() as folder:
        environ = demo.quiet_environment(Path(folder) / "home", os.environ) | {"GENEROR_LANGUAGE": "en"}
        demo.execute(book, Path(folder), environ, lambda *_: None)
        rows = [row(name, *book.cells[1 + 2 * n : 3 + 2 * n]) for n, name in enumerate(CASES)]
    print(f"{'':16}{'cell, kB':>10}{'per creation':>14}{'floor: PNG embedded':>22}{'ratio':>8}")
    for name, total, each, floor in rows:
        ratio = f"{each / floor:8.3f}" if floor else f"{'-':>8}"
        print(f"{name:16}{total / 1000:10.1f}{each / 1000:14.1f}{floor / 1000:22.1f}{ratio}")
    most = max(each for _, _, each, _ in rows)
    verdict = "met" if most <= LIMIT else "MISSED"
    print(f"\nmost per creation: {most / 1000:.1f} kB, limit {LIMIT / 1000:g}: {verdict}")


def row(
    name: str, cell: nbformat.NotebookNode, paths: nbformat.NotebookNode
) -> tuple[str, int, float, float]:
    total = len(json.dumps(cell.outputs, indent=1, ensure_ascii=False).encode())
    files = [Path(line) for output in paths.outputs for line in output.text.split("\n") if line]
    count = max(1, len(files))
    return name, total, total / count, sum(map(embedded, files)) / count


def embedded(path: Path) -> int:
    """Bytes of a picture in a notebook if it were put there as a PNG."""
    buffer = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(buffer, "PNG")
    return len(base64.b64encode(buffer.getvalue()))


if __name__ == "__main__":
    main()
