"""The notebooks of the wheel come without outputs: half its weight, and running them makes them anew."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Notebooks(BuildHookInterface):  # type: ignore[type-arg]  # not subscriptable in every version
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._folder = tempfile.mkdtemp()
        for path in sorted((Path(self.root) / "notebooks").rglob("*.ipynb")):
            name = path.relative_to(self.root).as_posix()
            bare = Path(self._folder) / name
            bare.parent.mkdir(parents=True, exist_ok=True)
            bare.write_text(json.dumps(_bare(json.loads(path.read_text("utf-8"))), indent=1), "utf-8")
            build_data["force_include"][str(bare)] = f"generor_nb/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self._folder, ignore_errors=True)


def _bare(book: dict[str, Any]) -> dict[str, Any]:
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return book
