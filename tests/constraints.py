"""The versions this project is tested with, for pip.

They stand in pyproject.toml (``tool.uv.constraint-dependencies``), where uv reads them; pip reads the
copy in constraints.txt.

Run: python tests/constraints.py            print the copy
     python tests/constraints.py --write    write it
     python tests/constraints.py --upgrade  first pin the newest versions that go together (needs uv)
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "constraints.txt"
HEAD = "# Tested versions. Made by: python tests/constraints.py --write\n"
LIST = re.compile(r"^constraint-dependencies = \[\n(?:  .*\n)*\]\n", re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)")


def pins() -> list[str]:
    """``name==version`` for everything the dev group resolves to."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))
    return list(project["tool"]["uv"]["constraint-dependencies"])


def text() -> str:
    return HEAD + "".join(f"{pin}\n" for pin in pins())


def upgrade() -> None:
    """Resolve without pins, for every system, and pin what came out.

    Where systems or Pythons would get different versions, the first is pinned: uv lists the one for the
    oldest Python first, and the newer ones can use it too.
    """
    before = PYPROJECT.read_text("utf-8")
    _pin([])
    command = ["uv", "export", "--upgrade", "--quiet", "--no-hashes", "--no-annotate", "--no-header"]
    try:
        found = subprocess.run(
            [*command, "--no-emit-project"], cwd=ROOT, check=True, capture_output=True, text=True
        )
    except BaseException:
        PYPROJECT.write_text(before, "utf-8")
        raise
    versions: dict[str, str] = {}
    for name, version in (match.groups() for line in found.stdout.splitlines() if (match := PIN.match(line))):
        versions.setdefault(name, version)
    _pin([f"{name}=={version}" for name, version in versions.items()])


def _pin(wanted: list[str]) -> None:
    lines = "".join(f'  "{pin}",\n' for pin in wanted)
    block = f"constraint-dependencies = [\n{lines}]\n"
    text, count = LIST.subn(lambda _: block, PYPROJECT.read_text("utf-8"))
    if count != 1:
        raise SystemExit("pyproject.toml has no constraint-dependencies of its own lines")
    PYPROJECT.write_text(text, "utf-8")


def main(arguments: list[str]) -> None:
    if "--upgrade" in arguments:
        upgrade()
    if {"--write", "--upgrade"} & set(arguments):
        CONSTRAINTS.write_text(text(), "utf-8")
    else:
        print(text(), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
