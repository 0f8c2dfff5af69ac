"""Helpers: a studio over a real socket, and real kernels."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from jupyter_client.manager import KernelManager

from generor_nb.base import services
from generor_nb.transport.gate import Timing


@dataclass(frozen=True)
class Served:
    """A studio served by the command line: its base URL and a key for its account."""

    url: str
    key: str

    def get(self, path: str) -> Any:
        reply = httpx.get(self.url + path, headers={"Authorization": f"Bearer {self.key}"})
        return reply.json()["data"]

    @property
    def balance(self) -> int:
        return self.get("/credits/balance")["total"]

    def spends(self) -> list[Any]:
        """The server's ledger: the oracle for money."""
        return self.get("/credits/transactions?type=spend&per_page=100")


@contextmanager
def serve(home: Path, *options: str) -> Iterator[Served]:
    """``generor-nb serve`` in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "generor_nb.cli",
        "serve",
        "--port",
        "0",
        "--home",
        str(home),
        "--print-key",
    ]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        yield Served(ready["url"], ready["api_key"])
    finally:
        process.terminate()
        process.wait(15)


@dataclass
class Ran:
    """What one cell did."""

    status: str = "ok"
    outputs: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    streams: str = ""
    error: list[str] = field(default_factory=list)
    name: str = ""

    @property
    def text(self) -> str:
        return "\n".join(str(o.get("text/plain", "")) for o in [*self.outputs, *self.updates[-1:]])

    @property
    def everything(self) -> str:
        return json.dumps([self.outputs, self.updates, self.streams, self.error])


class Kernel:
    """A real kernel on which cells are run one by one."""

    def __init__(self, folder: Path, environ: Mapping[str, str], stdin: bool = False) -> None:
        self.stdin, self.answers = stdin, ["y"]
        self.manager = KernelManager(kernel_name="python3")
        self.manager.kernel_spec.argv[0] = sys.executable
        env = os.environ | dict(environ)
        self.manager.start_kernel(cwd=str(folder), env=env)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def send(self, code: str) -> str:
        return self.client.execute(code, allow_stdin=self.stdin, stop_on_error=False)

    def run(self, code: str, timeout: float = 60) -> Ran:
        return self.collect(self.send(code), timeout)

    def collect(self, ident: str, timeout: float = 60) -> Ran:
        ran = Ran()
        while True:
            if self.stdin:
                self._answer()
            try:
                message = self.client.get_iopub_msg(timeout=timeout if not self.stdin else 0.2)
            except queue.Empty:
                if self.stdin:
                    continue
                raise
            if message["parent_header"].get("msg_id") != ident:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind in ("display_data", "execute_result"):
                ran.outputs.append(content["data"])
            elif kind == "update_display_data":
                ran.updates.append(content["data"])
            elif kind == "stream":
                ran.streams += content["text"]
            elif kind == "error":
                ran.status, ran.error, ran.name = "error", content["traceback"], content["ename"]
            elif kind == "status" and content["execution_state"] == "idle":
                return ran

    def _answer(self) -> None:
        try:
            self.client.get_stdin_msg(timeout=0.01)
        except queue.Empty:
            return
        self.client.input(self.answers.pop(0) if self.answers else "n")

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def kill(self) -> None:
        self.manager.shutdown_kernel(now=True)

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@contextmanager
def kernel(
    folder: Path, environ: Mapping[str, str] | None = None, *, stdin: bool = False
) -> Iterator[Kernel]:
    running = Kernel(folder, environ or {}, stdin)
    try:
        yield running
    finally:
        running.stop()


class Hurry:
    """A clock that runs as time does, but for sleeping, which takes none."""

    def __init__(self) -> None:
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += max(seconds, 0)
        await asyncio.sleep(0)

    @property
    def timing(self) -> Timing:
        return Timing(
            now=lambda: time.time() + self.slept,
            steady=lambda: time.monotonic() + self.slept,
            sleep=self.sleep,
        )


def no_keys(monkeypatch: Any) -> None:
    """As where nobody has a key of any provider."""
    for service in services.BUILT_IN.values():
        if service.keyed:
            monkeypatch.delenv(service.key, raising=False)


KEY = re.compile(r"(gnr_live_|gimg_|whsec_)[A-Za-z0-9_]{4,}")


def no_key(text: str) -> None:
    """Nothing in ``text`` looks like a key of any provider."""
    found = KEY.search(text)
    assert found is None, f"something like a key: {text[max(0, found.start() - 60) : found.start() + 12]!r}…"
