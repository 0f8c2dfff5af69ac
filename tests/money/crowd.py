"""Eight kernels start the same cell at once: ``python -m money crowd --rounds 1000``."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from .model import HELPFUL, ModelServer
from .tcp import Server

KEY = "gnr_live_" + "0" * 40
PATIENCE = 60.0


@dataclass
class Tally:
    rounds: int = 0
    results: int = 0
    findings: list[str] = field(default_factory=list)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server on a thread of its own."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def whole() -> None:
        await server.open()
        ready.set()
        await stop.wait()
        await server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(whole()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


def without_certificates() -> None:
    """Spare each process that speaks plain http on loopback the reading of 140 certificates."""
    import ssl

    from generor_nb.transport import channel

    none = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    channel._certificates = lambda: none  # type: ignore[assignment]


def kernel(url: str, home: str, rounds: int, seed: int, barrier: Any, told: Any) -> None:
    """One process: at each round the same request as everybody."""
    from generor_nb.base.secret import Secret
    from generor_nb.contract.schema import Ask
    from generor_nb.providers.generor import Generor
    from generor_nb.session import Session, Terms

    from .world import Fixed

    without_certificates()

    async def whole() -> None:
        settings = Fixed(
            home=home, out=f"{home}/out", session_credits=1e9, confirm_first="no", confirm_above=1e9
        )
        session = Session(settings, Generor(url, Secret(KEY)), attended=lambda: True)
        for number in range(rounds):
            await session.generators()
            await asyncio.to_thread(barrier.wait, PATIENCE)
            try:
                plan = await session.plan(Ask("poem", f"round {number} of {seed}"), Terms())
                result = await session.spend(plan, confirmed=True)
                told.put((number, result.creations[0].id))
            except Exception as error:
                told.put((number, repr(error)))
        await session.aclose()

    asyncio.run(whole())


def crowd(rounds: int, kernels: int = 8, seed: int = 0) -> Tally:
    """So many rounds; the server's ledger counts."""
    model = ModelServer(HELPFUL, random.Random(seed), time.time)
    server, home = Server(model, random.Random(seed)), tempfile.mkdtemp(prefix="generor-crowd-")
    context, tally = get_context("spawn"), Tally()
    barrier, told = context.Barrier(kernels), context.Queue()
    with serving(server):
        processes = [
            context.Process(target=kernel, args=(server.url, home, rounds, seed, barrier, told), daemon=True)
            for _ in range(kernels)
        ]
        for process in processes:
            process.start()
        got: dict[int, Counter[str]] = {}
        for _ in range(rounds * kernels):
            number, what = told.get(timeout=PATIENCE + 60)
            got.setdefault(number, Counter())[what] += 1
        for process in processes:
            process.join(30)
    shutil.rmtree(home, ignore_errors=True)
    charged = Counter(c.intent for c in model.charges)
    for number, results in sorted(got.items()):
        tally.rounds, tally.results = tally.rounds + 1, tally.results + results.total()
        times = charged[f"round {number} of {seed}"]
        if times != 1 or len(results) != 1 or "Error" in next(iter(results)):
            tally.findings.append(f"round {number}: charged {times} times, results {dict(results)}")
    return tally
