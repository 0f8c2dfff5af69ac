"""Hands operations to a courier in a process of its own, which outlives the kernel that asked.

Each kernel has a courier of its own for each account: the end of one pipe then means the end of one kernel,
the key comes from whoever may use it, and no two versions meet. The account's lock, and not the number of
couriers, keeps paid calls one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

from .. import __version__
from ..base import messages
from ..base.errors import GenerorError
from ..base.messages import say
from ..base.secret import Secret
from ..providers.errand import Errand
from . import failure

# The child imports what this process would import, whatever folder it stands in (-P), and reads the first
# line byte by byte: what follows it belongs to the courier.
BOOT = (
    "import json, sys; told = json.loads(open(0, 'rb', buffering=0, closefd=False).readline()); "
    "sys.path[:] = told['path']; from generor_nb.spending.detached import main; main(told)"
)
KEYS = "_API_KEY"


class Porter:
    """Starts the courier's process at first use, and a new one when it is gone.

    Args:
        errand: how the courier acts for the same account.
        asker: the id under which this process owns its intents.
    """

    def __init__(self, errand: Errand, asker: str) -> None:
        self._errand, self._asker = errand, asker
        self._lock = threading.RLock()
        self._process: _Process | None = None
        self._closed = False
        _porters.add(self)

    @property
    def owner(self) -> str:
        """The courier's id, once it has said it."""
        process = self._process
        return process.owner if process is not None and process.alive else ""

    @property
    def pid(self) -> int | None:
        """The courier's process, while there is one."""
        process = self._process
        return process.popen.pid if process is not None and process.alive else None

    def warm(self) -> None:
        """Start the process if there is none; returns before it is ready."""
        with self._lock:
            self._ready()

    def _ready(self) -> _Process:
        if self._closed:
            raise GenerorError(say("cancelled"), say("cancelled.hint"))
        if self._process is None or not self._process.alive:
            try:
                self._process = _Process(child_environ(os.environ, self._errand))
            except OSError as error:
                hint = say("courier.gone.hint")
                raise GenerorError(say("courier.none", error=error.strerror or error), hint) from None
            self._process.greet(self._told(), self._errand.key)
        return self._process

    def start(self, operation: str, *, overlap: bool = False) -> None:
        with self._lock:
            if not self._ready().carry(operation, overlap):
                self._process = None
                self._ready().carry(operation, overlap)

    async def wait(self, operation: str) -> bool:
        process = self._process
        return process is not None and await process.wait(operation)

    async def aclose(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.hang_up()
            self._process, self._closed = None, True

    def forget(self) -> None:
        """Let go of the pipe of another process: a forked child must not keep a dead parent's courier."""
        if self._process is not None:
            self._process.hang_up()
        self._process, self._lock = None, threading.RLock()

    def _told(self) -> dict[str, Any]:
        """The first line, but for the key."""
        here = str(Path.cwd())
        return {
            "version": __version__,
            "path": [str(entry) or here for entry in sys.path],
            "provider": self._errand.provider,
            "base_url": self._errand.base_url,
            "home": str(self._errand.home),
            "asker": self._asker,
            "language": messages.language(),
        }


def child_environ(environ: Mapping[str, str], errand: Errand) -> dict[str, str]:
    """The courier's environment: this process's, without keys and with its home."""
    kept = {name: value for name, value in environ.items() if not name.upper().endswith(KEYS)}
    return kept | {"GENEROR_HOME": str(errand.home)}


def _apart() -> dict[str, Any]:
    """What makes a process outlive the one that starts it: a session, or a group, of its own."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return {"start_new_session": True}


class _Process:
    """One courier process: what it was given, and what it told."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.owner, self.alive = "", True
        self._given: dict[str, Future[bool]] = {}
        self._lock = threading.Lock()
        self._failed: GenerorError | None = None
        self.popen = subprocess.Popen(  # noqa: S603  # our own interpreter and our own words
            [sys.executable, "-P", "-c", BOOT, "generor-nb-courier"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ,
            bufsize=0,
            **_apart(),
        )
        self._pipe, self._lines = _both(self.popen)
        threading.Thread(target=self._listen, name="generor-porter", daemon=True).start()

    def greet(self, told: dict[str, Any], key: Secret | None) -> None:
        """Write the first line. The key stands in no variable, which a traceback could show."""
        with contextlib.suppress(OSError, ValueError):
            self._pipe.write(json.dumps(told | {"key": key.reveal() if key else None}).encode() + b"\n")

    def carry(self, operation: str, overlap: bool) -> bool:
        """Give it an operation; False when it is gone."""
        with self._lock:
            if not self.alive:
                return False
            known = self._given.get(operation)
            if known is None or known.done():
                self._given[operation] = Future()
                return self._write(json.dumps({"carry": operation, "overlap": overlap}).encode() + b"\n")
            return True

    async def wait(self, operation: str) -> bool:
        given = self._given.get(operation)
        return given is not None and await asyncio.shield(asyncio.wrap_future(given))

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._pipe.close()

    def _write(self, line: bytes) -> bool:
        try:
            self._pipe.write(line)
        except (OSError, ValueError):
            return False
        return True

    def _listen(self) -> None:
        """On a thread of its own, until the process ends; then it is reaped."""
        with self._lines as lines:
            for line in lines:
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    self._hear(json.loads(line))
        with self._lock:
            self.alive = False
            for given in self._given.values():
                self._settle(given, False, self._failed)
        self.hang_up()
        self.popen.wait()

    def _hear(self, told: dict[str, Any]) -> None:
        if "ready" in told:
            self.owner = told["ready"]
            return
        error = failure.revive(told["failed"]) if "failed" in told else None
        if "done" not in told:
            self._failed = error
            return
        with self._lock:
            self._settle(self._given[told["done"]], True, error)

    def _settle(self, given: Future[bool], carried: bool, error: GenerorError | None) -> None:
        if given.done():
            return
        if error is not None:
            given.set_exception(error)
        else:
            given.set_result(carried)


def _both(popen: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if popen.stdin is None or popen.stdout is None:
        raise RuntimeError("the courier's process has no pipes")
    return popen.stdin, popen.stdout


_porters: weakref.WeakSet[Porter] = weakref.WeakSet()


def _forget_all() -> None:
    for porter in list(_porters):
        porter.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
