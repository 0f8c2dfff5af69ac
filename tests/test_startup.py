"""Loading costs nothing: neither libraries nor threads, processes or sockets before the first use."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

LATER = (
    "httpx",
    "pydantic",
    "ipywidgets",
    "anywidget",
    "PIL",
    "numpy",
    "fastapi",
    "sqlalchemy",
    "pandas",
    "nbclient",
)
STARTS = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "socket.__new__")

IMPORT = "import generor_nb"
LOAD = 'shell.extension_manager.load_extension("generor_nb")'

# What a shell of its own starts (its history has a thread) is not ours: it is made before the hook listens.
PROBE = """
import json, sys, threading
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before, seen, listening = set(sys.modules), [], True
start = threading.Thread.start
threading.Thread.start = lambda thread: (seen.append("thread"), start(thread))
sys.addaudithook(lambda event, _: seen.append(event) if listening and event in {starts} else None)
{step}
listening = False
print(json.dumps({{
    "modules": sorted(set(sys.modules) - before),
    "started": seen,
    "magics": [name for name in ("generate",) if name in shell.magics_manager.magics["cell"]],
}}))
"""


def _probe(step: str) -> dict[str, Any]:
    code = PROBE.format(starts=set(STARTS), step=step)
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


@pytest.mark.parametrize("step", [IMPORT, LOAD], ids=["import", "load_ext"])
def test_loading_imports_no_library_and_starts_nothing(step: str) -> None:
    found = _probe(step)
    assert [name for name in found["modules"] if name.split(".")[0] in LATER] == []
    assert found["started"] == []
    assert found["magics"] == (["generate"] if step == LOAD else [])


def test_the_package_itself_is_one_module() -> None:
    assert [name for name in _probe(IMPORT)["modules"] if name.startswith("generor_nb")] == ["generor_nb"]


def test_the_probe_sees_what_starts() -> None:
    busy = "import socket, threading, httpx\nsocket.socket().close()\nthreading.Thread(target=int).start()"
    found = _probe(busy)
    assert "httpx" in found["modules"]
    assert {"socket.__new__", "thread"} <= set(found["started"])
