"""Everything a person can be told, on one page, to be read through.

Run: uv run python tests/every_message.py > messages.html
"""

from __future__ import annotations

import ast
import html
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from IPython.core import oinspect

import generor_nb as gn
from generor_nb import cli
from generor_nb.base import errors, messages
from generor_nb.notebook.magics import GenerorMagics

PACKAGE = Path(gn.__file__).parent
ERRORS = {
    name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)
}
# What a person meets through the API alone: the studio answers as a server does, in English.
SERVERS = ("studio",)


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(SERVERS):
            yield name, ast.parse(path.read_text("utf-8"))


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Where, of what name, and the call, all over the package."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{name}:{node.lineno}", getattr(node.func, "id", getattr(node.func, "attr", "")), node


def asked() -> set[str]:
    """The keys that the package asks for by name."""
    found = [call.args[0] for _, name, call in calls() if name == "say" and call.args]
    return {first.value for first in found if isinstance(first, ast.Constant)}


def spoken_past_the_table() -> list[str]:
    """Errors of ours whose words stand in the code instead of the table."""
    said = [(place, call.args[0]) for place, name, call in calls() if name in ERRORS and call.args]
    return [
        place
        for place, first in said
        if isinstance(first, ast.JoinedStr) or (isinstance(first, ast.Constant) and first.value)
    ]


def without_a_hint() -> list[str]:
    """Errors of ours that say what is wrong, and not what to do."""
    return [
        f"{place} {name}"
        for place, name, call in calls()
        if name in ERRORS and len(call.args) == 1 and not any(k.arg in ("hint", None) for k in call.keywords)
        if not isinstance(call.args[0], ast.Starred)
    ]


def helps() -> Iterator[tuple[str, str]]:
    """Help texts: the command line's, the magics', and of every public name."""
    parser = cli._parser()
    yield "generor-nb --help", parser.format_help()
    for action in parser._actions:
        for name, command in (action.choices or {}).items() if isinstance(action.choices, dict) else ():
            yield f"generor-nb {name} --help", command.format_help()
    yield "%%generate?", oinspect.getdoc(GenerorMagics.generate) or ""
    yield "%generor?", oinspect.getdoc(GenerorMagics.generor) or ""
    for name in gn.__all__:
        yield f"gn.{name}?", inspect.getdoc(getattr(gn, name)) or ""


def page() -> str:
    rows = "".join(
        f"<tr><td><code>{html.escape(key)}</code></td><td>{html.escape(english)}</td>"
        f"<td lang=ko>{html.escape(korean)}</td></tr>\n"
        for key, (english, korean) in messages.TABLE.items()
    )
    told = "".join(f"<h2>{html.escape(t)}</h2><pre>{html.escape(text)}</pre>\n" for t, text in helps())
    return f"<!doctype html><meta charset=utf-8><title>Messages</title><table>{rows}</table>{told}"


if __name__ == "__main__":
    sys.stdout.write(page())
