"""A widget's scripts as the one text that anywidget loads: from a blob, no relative import resolves."""

from __future__ import annotations

import re
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(_\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |function |const |class )", re.MULTILINE)


def script(name: str) -> str:
    """``name`` behind everything it imports, each file once. Top-level names are unique across files."""
    parts: dict[str, str] = {}
    _gather(name, parts)
    return "\n".join(parts.values())


def _gather(name: str, parts: dict[str, str]) -> None:
    text = (_HERE / name).read_text("utf-8")
    for needed in _IMPORT.findall(text):
        if needed not in parts:
            _gather(needed, parts)
    parts[name] = _EXPORT.sub("", _IMPORT.sub("", text))


def styles(*names: str) -> str:
    """Style sheets, one after the other."""
    return "\n".join((_HERE / name).read_text("utf-8") for name in names)
