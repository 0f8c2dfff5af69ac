"""The same request as a cell, as Python, as curl: what a form would send, to be kept and learned from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..contract.schema import SLOTS, Ask, Model
from ..notebook.cell import as_python
from ..notebook.options import parse
from ..providers.base import Order
from ..references import is_address
from ..results import Creation

_SHOWN = 60


def as_cell(ask: Ask, model: Model | None, names: Mapping[str, Sequence[str]]) -> str:
    """A ``%%generate`` cell.

    Args:
        ask: what is asked for.
        model: named when it is not the generator's own.
        names: what to call each medium, by option.
    """
    words = [ask.generator]
    if model is not None:
        words += ["--model", model.name]
    if ask.count not in (None, 1):
        words += ["--count", str(ask.count)]
    further = {"--aspect": ask.aspect, "--seconds": ask.seconds, "--team": ask.team}
    for option, value in further.items():
        words += [option, str(value)] if value is not None else []
    sound = {True: ["--audio-track"], False: ["--no-audio-track"], None: []}
    words += sound[ask.audio_track]
    for key, value in ask.settings.items():
        words += ["--set", f"{key}={value}"]
    for option, given in names.items():
        for name in given:
            words += [SLOTS[option].flag, name]
    words += ["--public"] if ask.public else []
    return f"%%generate {' '.join(map(_quoted, words))}\n{_literal(ask.prompt or '')}"


def as_call(cell: str, prompt: str) -> str:
    """The Python call that a cell stands for."""
    return as_python(parse(cell.split("\n", 1)[0].removeprefix("%%generate ")), prompt)


def as_curl(order: Order, base_url: str, provider: str) -> str:
    """The paid call itself, its key a variable of the shell."""
    name = provider.upper().replace("-", "_")
    if provider == "studio":
        name, base_url = "GENEROR", "$GENEROR_BASE_URL"  # as ``generor-nb serve`` prints it
    body = json.dumps(_shortened(json.loads(order.body)), ensure_ascii=False, indent=1)
    escaped = body.replace("'", "'\\''")
    lines = [
        f'curl -X POST "{base_url}{order.path}"',
        f'-H "Authorization: Bearer ${name}_API_KEY"',
        '-H "Content-Type: application/json"',
        f"-d '{escaped}'",
    ]
    return " \\\n  ".join(lines)


def name_of(held: Mapping[str, str], value: Any) -> str:
    """What to call a medium in code: its address, the file of what was made, else how its file was called."""
    if isinstance(value, str) and is_address(value):
        return value if len(value) < 2_000 else held["name"]
    if isinstance(value, Creation) and value.file is not None:
        return _tilde(value.file)
    return held["name"]


def _tilde(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except ValueError:
        return path.as_posix()


def _quoted(word: str) -> str:
    if word and not any(c.isspace() or c in "\"'" for c in word):
        return _literal(word)
    if '"' in word and "'" in word:
        return f"{{{{{word!r}}}}}"  # no quotes are left to put around it: an expression
    quote = "'" if '"' in word else '"'
    return f"{quote}{_literal(word)}{quote}"


def _literal(text: str) -> str:
    """Braces that a cell would fill, written so that they come out as they are."""
    return text.replace("{{", "{{'{{'}}")


def _shortened(value: Any) -> Any:
    """A body without whole files in it."""
    if isinstance(value, dict):
        return {name: _shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    is_file = isinstance(value, str) and value.startswith("data:") and len(value) > _SHOWN
    return f"{value.split(',')[0]},…" if is_file else value
