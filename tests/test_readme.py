"""Every code block of the README is run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import kernel, serve

from generor_nb.base.settings import SETTINGS
from generor_nb.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
GENEROR = [sys.executable, "-m", "generor_nb.cli"]


@dataclass(frozen=True)
class Block:
    language: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)]


def lines(language: str) -> list[str]:
    """The commands of all blocks in a language, without comments; ``&&`` parts them."""
    found = []
    for block in BLOCKS:
        if block.language == language:
            for line in block.text.splitlines():
                found += [part.strip() for part in line.split(" # ")[0].split("&&") if part.strip()]
    return found


def test_every_block_says_what_it_is() -> None:
    assert {block.language for block in BLOCKS} <= {"bash", "ipython", "python"}
    assert len(BLOCKS) >= 6


@pytest.mark.slow
def test_every_cell_and_call_runs_from_top_to_bottom(tmp_path: Path) -> None:
    """In one notebook, on the studio, as somebody would who copies them."""
    with kernel(tmp_path, {"GENEROR_LANGUAGE": "en", "GENEROR_PROGRESS": "off"}) as shell:
        for block in BLOCKS:
            if block.language not in ("ipython", "python"):
                continue
            ran = shell.run(block.text, timeout=120)
            assert ran.status == "ok", f"{block.text}\n{ran.error}"
    assert any((tmp_path / "outputs").iterdir())


# --- the shell ---


def _demo(words: list[str], folder: Path) -> None:
    done = subprocess.run([*GENEROR, *words], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (folder / "generor-demo" / "01_tour.html").exists()


def _pytest(words: list[str], folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *words,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2_000:]


def _serve(words: list[str], folder: Path) -> None:
    asked = [word for word in words if word not in ("--print-key",)]
    at = asked.index("--port")
    del asked[at : at + 2]  # a free one here
    with serve(folder / "served", *[w for w in asked if w not in ("--home", "./studio")]) as served:
        assert served.balance > 0


def _quiet(words: list[str], folder: Path) -> None:
    assert main(words) in (0, 1)


def _install(words: list[str], folder: Path) -> None:
    """Not done here (the package's own tests install it): the extras that are named are there."""
    import tomllib

    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = re.findall(r"\[([\w,]+)\]", " ".join(words))
    assert {extra for group in named for extra in group.split(",")} <= set(known)


def _export(words: list[str], folder: Path) -> None:
    """What is set means something."""
    name = words[0].partition("=")[0]
    assert name in {"GENEROR_DEMO", *(setting.env for setting in SETTINGS.values())}


RUNS: dict[str, Callable[[list[str], Path], None]] = {
    "generor-nb demo": _demo,
    "generor-nb serve": _serve,
    "generor-nb doctor": _quiet,
    "generor-nb recover": _quiet,
    "generor-nb scan": _quiet,
    "pytest": _pytest,
    "pip install": _install,
    "export": _export,
    "python3 -m venv": lambda words, folder: None,
}


def plain(command: str) -> str:
    """Without what says which environment it is of: uv's or one made by hand."""
    return re.sub(r"^(uv run (--\S+ )*|\.venv/bin/)", "", command)


@pytest.mark.slow
@pytest.mark.parametrize("command", dict.fromkeys(map(plain, lines("bash"))))
def test_every_command_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    known = next((name for name in RUNS if command.startswith(name)), None)
    assert known is not None, f"nobody knows how to try: {command}"
    words = shlex.split(command)[len(known.split()) :]
    if known.startswith("generor-nb") and known != "generor-nb serve":
        words = [known.split()[1], *words]
    RUNS[known](words, tmp_path)


def test_every_file_it_points_to_is_there() -> None:
    for name in re.findall(r"\]\(((?!https?:|#)[^)\s]+)\)", README):
        assert (ROOT / name.split("#")[0]).exists(), name
    for name in re.findall(r"`(?:uv run )?python ((?:benchmarks|tests)/[\w./]+)", README):
        assert (ROOT / name).exists(), name


def test_every_message_it_explains_is_one() -> None:
    """The troubleshooting goes by what people see."""
    from generor_nb.base.messages import TABLE

    table = README.partition("## When something is wrong")[2].partition("\n## ")[0]
    said = " ".join(english for english, _ in TABLE.values())
    rows = re.findall(r"^\| (?!uv)(.*?) \|", table, re.MULTILINE)
    shown = [text for row in rows for text in re.findall(r"`([^`]+)`", row)]
    assert len(shown) >= 8
    for text in shown:
        pieces = [
            piece.strip()
            for piece in re.split(r"…|\bN\b|\bSLUG\b|\bPROVIDER\b", text)
            if len(piece.strip()) > 3
        ]
        assert pieces, text
        for piece in pieces:
            assert piece in said, f"{piece!r} is said nowhere"
