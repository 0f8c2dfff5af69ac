"""Real Jupyter kernels, stopped or killed at any moment of a cell: ``python -m money kernels``."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .crowd import KEY, serving
from .model import HELPFUL, ModelServer
from .tcp import Server

ACTS = ("interrupt", "restart", "kill")
CELL = "%%generate poem R --max-credits 100\n{prompt}"


@dataclass
class Tally:
    rounds: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    before: int = 0
    slowest: float = 0.0
    findings: list[str] = field(default_factory=list)


def rounds(count: int, seed: int = 0) -> Tally:
    """So many cells that something happens to; the server's ledger counts."""
    from support import kernel

    rng, tally = random.Random(seed), Tally()
    model = ModelServer(HELPFUL, random.Random(seed), time.time)
    folder = Path(tempfile.mkdtemp(prefix="generor-kernels-"))
    server = Server(model, rng)
    with serving(server):
        environ = {
            "GENEROR_PROVIDER": "generor",
            "GENEROR_BASE_URL": server.url,
            "GENEROR_API_KEY": KEY,
            "GENEROR_HOME": str(folder / "home"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        }
        running = None
        try:
            for number in range(count):
                if running is None:
                    running = _start(kernel, folder, environ)
                survived = _round(tally, rng, server, running[1], f"cell {number} of {seed}")
                if not survived:
                    running[0].__exit__(None, None, None)
                    running = None
        finally:
            if running is not None:
                running[0].__exit__(None, None, None)
    shutil.rmtree(folder, ignore_errors=True)
    return tally


def _start(kernel: Any, folder: Path, environ: dict[str, str]) -> tuple[Any, Any]:
    context = kernel(folder, environ)
    running = context.__enter__()
    running.run("%load_ext generor_nb")
    return context, running


def _round(tally: Tally, rng: random.Random, server: Server, running: Any, prompt: str) -> bool:
    """One cell, one act, and the cell again; whether the kernel is still fit for use."""
    act, model = rng.choice(ACTS), server.model
    server.seconds = rng.choice((0.0, 0.5, 1.5))
    ident = running.send(CELL.format(prompt=prompt))
    time.sleep(rng.uniform(0.0, 1.5))
    tally.before += not _charged(model, prompt)
    if act == "interrupt":
        began = time.monotonic()
        running.interrupt()
        running.collect(ident)
        tally.slowest = max(tally.slowest, time.monotonic() - began)
    else:
        _restart(running, now=act == "kill")
        running.run("%load_ext generor_nb")
    again = running.run(CELL.format(prompt=prompt))
    tally.rounds += 1
    tally.acts[act] += 1
    if again.status != "ok":
        tally.findings.append(f"{prompt}, {act}: the cell again: {again.name} {again.error[-1:]}")
    if _charged(model, prompt) != 1:
        tally.findings.append(f"{prompt}, {act}: charged {_charged(model, prompt)} times")
    return again.status == "ok"


def _restart(running: Any, now: bool) -> None:
    """On new ports: somebody else may have taken the old ones while no kernel held them."""
    running.client.stop_channels()
    running.manager.restart_kernel(now=now, newports=True)
    running.client = running.manager.client()
    running.client.start_channels()
    running.client.wait_for_ready(timeout=60)


def _charged(model: ModelServer, prompt: str) -> int:
    return sum(c.intent == prompt for c in model.charges)
