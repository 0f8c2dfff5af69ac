"""kill -9 of real processes at named points, and again while they recover: ``python -m money kills``.

A process holds a kernel's session and its courier. It is killed by the server, in the middle of what it asks
for, or a random moment after it began; then others come, may be killed as well, and in the end one is left
alone.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from generor_nb import resolving
from generor_nb.base.errors import GenerorError
from generor_nb.base.secret import Secret
from generor_nb.contract.schema import Ask
from generor_nb.providers.generor import Generor
from generor_nb.session import Session, Terms
from generor_nb.spending import journal as journals
from generor_nb.spending.journal import Journal
from generor_nb.spending.states import FINISHED, FREE, UNRESOLVED

from .crowd import KEY, serving, without_certificates
from .model import ALL_TRAITS, ModelServer
from .simulate import memory
from .tcp import Server
from .verdict import inbox_creations
from .world import Fixed

POINTS = (
    "ask users",
    "ask generators",
    "ask creations",
    "ask credits",
    "first byte",
    "whole request",
    "charged",
    "half an answer",
    "answered",
    "file",
    "a moment",
)
LATE = 3 * 3600.0
TRIALS = 5
# What a process would import itself, forked from a server that has.
PRELOAD = [
    "money.kills",
    "generor_nb.api",
    "generor_nb.spending.courier",
    "httpcore",
    "anyio._backends._asyncio",
    "PIL.PngImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.PpmImagePlugin",
]


@dataclass
class Tally:
    operations: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def life(
    url: str, home: str, prompt: str, slug: str, inline: int, clock: Any, pauses: tuple[float, ...]
) -> None:
    """What one process does: look after what is open, then run the cell; again after each pause.

    Args:
        inline: bytes above which requests and answers go to files.
        clock: seconds that everybody's clock is ahead; the pauses pass on it.
    """

    without_certificates()
    journals.INLINE_LIMIT = inline

    async def once() -> None:
        settings = Fixed(
            home=home, out=f"{home}/out", session_credits=1e9, confirm_first="no", confirm_above=1e9
        )
        session = Session(settings, Generor(url, Secret(KEY)), attended=lambda: True)
        session.journal.clock = lambda: time.time() + clock.value
        try:
            await resolving.recover(session)
            plan = await session.plan(Ask(slug, prompt), Terms())
            await session.spend(plan, confirmed=True)
        except GenerorError:
            pass
        await session.aclose()

    for pause in pauses:
        clock.value += pause
        asyncio.run(once())


class Reaper:
    """Kills ``pid`` when the server comes to ``point`` the n-th time."""

    def __init__(self, tally: Tally) -> None:
        self.tally, self.pid, self.point, self.left = tally, 0, "", 0
        self._lock = threading.Lock()

    def aim(self, point: str, nth: int) -> None:
        with self._lock:
            self.point, self.left = point, nth

    def reached(self, point: str) -> None:
        with self._lock:
            if point != self.point:
                return
            self.left -= 1
            if self.left <= 0 and self.pid:
                self.shoot()

    def shoot(self) -> None:
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.tally.kills[self.point] += 1
        self.point = ""


@dataclass
class Bench:
    """A server, its clock, a home folder, and who is killed there."""

    rng: random.Random
    server: Server
    reaper: Reaper
    home: Path
    clock: Any

    def trial(self, prompt: str) -> None:
        """One intent, killed once or more, then left alone."""
        slug, inline = self.rng.choice(("poem", "image")), self.rng.choice((64, journals.INLINE_LIMIT))
        self.server.seconds = self.rng.choice((0.0, 0.0, 0.01))
        for _ in range(self.rng.choice((1, 2, 3, 4))):
            self._run((prompt, slug, inline), (0.0,), self.rng.choice(POINTS))
        self._run((prompt, slug, inline), (0.0, LATE, LATE), "")

    def _run(self, wish: tuple[str, str, int], pauses: tuple[float, ...], point: str) -> None:
        reaper = self.reaper
        reaper.aim("" if point == "a moment" else point, self.rng.choice((1, 1, 2)))
        given = (self.server.url, str(self.home), *wish, self.clock, pauses)
        process = _context().Process(target=life, args=given, daemon=True)
        process.start()
        reaper.pid = process.pid or 0
        if point == "a moment":
            process.join(self.rng.uniform(0.0, 0.12))
            reaper.point = point
            reaper.shoot()
        process.join(60)
        if process.is_alive():
            process.kill()
            reaper.tally.findings.append(f"{wish[0]}: a process did not end")
            process.join()
        reaper.pid = 0
        process.close()


def _context() -> Any:
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    return context


def batch(seed: int, most: float = float("inf")) -> Tally:
    """A few intents at one server, until there were so many kills."""
    tally, rng, clock = Tally(), random.Random(seed), _context().RawValue("d", 0.0)
    traits = ALL_TRAITS[rng.choice(sorted(ALL_TRAITS))]
    model = ModelServer(traits, random.Random(rng.random()), lambda: time.time() + clock.value)
    reaper, home = Reaper(tally), Path(tempfile.mkdtemp(prefix="generor-kills-", dir=memory()))
    with serving(Server(model, rng, point=reaper.reached)) as server:
        bench = Bench(rng, server, reaper, home, clock)
        for number in range(TRIALS):
            if tally.kills.total() < most:
                bench.trial(f"intent {number} of {seed}")
    judge(tally, model, home)
    shutil.rmtree(home, ignore_errors=True)
    return tally


def campaign(kills: int, seed: int = 0, seconds: float = float("inf"), at_once: int = 3) -> Tally:
    """Batches until there were so many kills, or so many seconds."""
    total, began, seeds = Tally(), time.monotonic(), itertools.count(1000 * seed)
    with ThreadPoolExecutor(at_once) as pool:
        running = [pool.submit(batch, next(seeds), kills) for _ in range(at_once)]
        while running:
            part = running.pop(0).result()
            total.operations += part.operations
            total.kills.update(part.kills)
            total.ends.update(part.ends)
            total.findings += part.findings
            if total.kills.total() < kills and time.monotonic() - began < seconds:
                running.append(pool.submit(batch, next(seeds), kills))
    return total


def judge(tally: Tally, model: ModelServer, home: Path) -> None:
    """What the server charged against what the journal says."""
    journal = Journal(home)
    inbox = inbox_creations(journal)
    for op in journal.history(10**6):
        charges = [c for c in model.charges if c.intent == op.prompt]
        tally.operations += 1
        tally.ends[op.state.value] += 1
        made = {str(i) for c in charges for i in c.creations}
        wrong = ""
        if len(charges) > 1:
            wrong = f"charged {len(charges)} times"
        elif charges and op.state in FREE:
            wrong = "charged and called free"
        elif op.state in FINISHED and not journal.assets(op.id):
            wrong = "finished without a file"
        elif charges and op.state not in UNRESOLVED | FINISHED and not made <= inbox:
            wrong = "paid and lost"
        if wrong:
            tally.findings.append(f"{model.traits.name} {op.prompt}: {wrong}, {op.state}")
    journal.close()
