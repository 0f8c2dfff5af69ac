"""A clean copy of this repository, and clean environments to install it into."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IGNORED = (".*_cache", ".venv", ".git", "__pycache__", "node_modules", "outputs", "dist", "uv.lock")
# As it was before a test changed it (uv and pip find their own settings through it), without ours.
OURS = re.compile(r"GENEROR_.*|.*_API_KEY|VIRTUAL_ENV|PYTHONPATH|UV_PROJECT_ENVIRONMENT")
ENVIRON = {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}


def run(
    *command: str | Path, cwd: Path, environ: dict[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a command without stdin; it fails the test when it fails."""
    done = ask(*command, cwd=cwd, environ=environ, timeout=timeout)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def ask(
    *command: str | Path, cwd: Path, environ: dict[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a command without stdin, whatever comes of it."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**ENVIRON, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def copy(to: Path) -> Path:
    """What a clone would hold: the files git knows or would take, or all but the ignored without git."""
    known = ""
    if shutil.which("git"):
        known = ask("git", "ls-files", "-coz", "--exclude-standard", cwd=ROOT).stdout
    if "pyproject.toml" not in known.split("\0"):
        shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*IGNORED))
        return to
    for name in filter(None, known.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def environment(at: Path) -> Path:
    """A new, empty environment; returns its Python."""
    run("uv", "venv", "--quiet", "--python", sys.executable, at, cwd=at.parent)
    return at / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(python: Path, *what: str | Path, cwd: Path) -> None:
    run("uv", "pip", "install", "--quiet", "--python", python, *what, cwd=cwd)
