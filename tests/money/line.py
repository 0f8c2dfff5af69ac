"""Faults on a real wire, one operation after another: ``python -m money line --operations 10000``."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generor_nb import resolving
from generor_nb import session as rooms
from generor_nb.base.errors import GenerorError
from generor_nb.base.secret import Secret
from generor_nb.contract.generor import TIERS
from generor_nb.contract.schema import Ask
from generor_nb.providers.generor import Generor
from generor_nb.session import Session, Terms
from generor_nb.spending import courier as couriers
from generor_nb.spending.states import FREE, UNRESOLVED, State
from generor_nb.transport import Channel
from generor_nb.transport.counters import Counters
from generor_nb.transport.gate import Timing

from .crowd import without_certificates
from .model import ALL_TRAITS, ModelServer
from .simulate import memory
from .tcp import FAULTS, SURELY_FREE, Server
from .world import Fixed

READ_SECONDS = 0.25
# Whole answers that nobody can read: the bytes must be on disk all the same.
KEPT = frozenset({"truncated", "html_200", "empty_body", "nonsense", "empty"})


class Fast:
    """A clock on which every wait is over at once."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def steady(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.ahead += seconds
        await asyncio.sleep(0)


@dataclass
class Tally:
    """What came of it. ``findings`` must stay empty."""

    operations: int = 0
    charges: int = 0
    by_fault: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


class Bench:
    """A real session over real sockets to the model server, in one loop."""

    def __init__(self, seed: int, traits: str, home: Path) -> None:
        self.rng, self.clock = random.Random(seed), Fast()
        self.model = ModelServer(ALL_TRAITS[traits], random.Random(seed + 1), self.clock.now)
        self.server = Server(self.model, random.Random(seed + 2))
        self.home, self.tally, self.seed = home, Tally(), seed
        self.traits = traits

    async def open(self) -> None:
        await self.server.open()
        key = Secret("gnr_live_" + "0" * 40)
        provider = Generor(self.server.url, key)
        timing = Timing(self.clock.now, self.clock.steady, self.clock.sleep, self.rng.random)
        provider._channel = Channel(
            self.server.url, key, counters=Counters(None, TIERS, self.clock.now), timing=timing
        )
        settings = Fixed(
            home=str(self.home),
            out=str(self.home / "out"),
            session_credits=1e9,
            confirm_first="no",
            confirm_above=1e9,
        )
        self.session = Session(settings, provider, attended=lambda: True)
        self.session.journal.clock = self.clock.now

    async def close(self) -> None:
        await self.session.aclose()
        await self.server.close()

    async def operation(self, fault: str, number: int) -> None:
        """One intent under one fault; then the line is mended, and a person looks and tries again."""
        prompt, server = f"wish {number} under {fault} of {self.seed}", self.server
        slug = self.rng.choice(("poem", "image"))
        ask = Ask(slug, prompt, count=2 if fault == "fewer" else 1)
        server.fault, server.free_faults = fault, 0.0
        plan = await self.session.plan(ask, Terms())
        if fault == "refuse":
            await server.close()
        server.free_faults = self.rng.choice((0.0, 0.0, 0.2))
        ended = await self._cell(plan)
        if fault == "refuse":
            await server.open()
        sent = server.sent[prompt]
        op = self.session.journal.find(plan.fingerprint, 1)
        assert op is not None
        self._check_first(prompt, fault, op.state, sent, ended)
        server.fault = "ok"
        for pause in (0.0, 60.0, 7_200.0):
            self.clock.ahead += pause
            await self._again(ask)
        server.free_faults = 0.0
        self.clock.ahead += 90_000
        await self._again(ask)
        self._check_last(prompt, fault, plan.fingerprint)

    async def _cell(self, plan: Any) -> str:
        try:
            await self.session.spend(plan, confirmed=True)
        except GenerorError as error:
            return type(error).__name__
        except Exception as error:
            self._find(plan.request.prompt, f"raised {error!r:.100}")
            return type(error).__name__
        return "done"

    async def _again(self, ask: Ask) -> None:
        """What is free: look, and run the same cell again unless it may be sent again."""
        try:
            await resolving.recover(self.session)
            plan = await self.session.plan(ask, Terms())
            if plan.existing is not None or self.rng.random() < 0.5:
                await self.session.spend(plan, confirmed=True)
        except GenerorError:
            pass
        except Exception as error:
            self._find(str(ask.prompt), f"raised {error!r:.100}")

    # --- the oracle ---

    def _check_first(self, prompt: str, fault: str, state: State, sent: int, ended: str) -> None:
        if sent > 1:
            self._find(prompt, f"sent {sent} times by one cell")
        if fault in SURELY_FREE and state not in FREE:
            self._find(prompt, f"{state} although the server surely took nothing")
        if fault in ("ok", "drip", "no_length", "two_answers", "twice") and ended != "done":
            self._find(prompt, f"{ended} although a whole answer came")
        charged = self._charged(prompt)
        if fault in KEPT and not self._raw_kept(prompt):
            self._find(prompt, "a paid answer was not kept before it was read")
        if state in FREE and charged:
            self._find(prompt, f"{state} and charged {charged}")

    def _raw_kept(self, prompt: str) -> bool:
        ops = [op for op in self.session.journal.history(10) if op.prompt == prompt]
        return bool(ops) and self.session.journal.answer(ops[0].id) is not None

    def _charged(self, prompt: str) -> int:
        return sum(c.intent == prompt and c.who == "us" and bool(c.net) for c in self.model.charges)

    def _check_last(self, prompt: str, fault: str, fingerprint: str) -> None:
        op = self.session.journal.find(fingerprint, 1)
        charged = self._charged(prompt)
        assert op is not None
        self.tally.operations += 1
        self.tally.charges += charged
        self.tally.by_fault[fault] += 1
        self.tally.ends[op.state.value] += 1
        if charged > 1:
            self._find(prompt, f"charged {charged} times, sent {self.server.sent[prompt]}")
        if charged and op.state in FREE:
            self._find(prompt, f"charged, and the journal says {op.state}")
        if charged and op.state not in UNRESOLVED and not self._delivered(op.id, op.state, prompt):
            self._find(prompt, f"paid and not to be found: {op.state}")

    def _delivered(self, operation: str, state: State, prompt: str) -> bool:
        from .verdict import inbox_creations

        made = {str(i) for c in self.model.charges if c.intent == prompt for i in c.creations}
        if not made:
            return True  # the server never made anything
        if state in (State.DONE, State.DONE_PARTIAL):
            return bool(self.session.journal.assets(operation))
        return made <= inbox_creations(self.session.journal)

    def _find(self, prompt: str, what: str) -> None:
        self.tally.findings.append(f"seed {self.seed} {self.traits}: {prompt!r}: {what}")


def batch(seed: int, operations: int, faults: tuple[str, ...] = FAULTS) -> Tally:
    """So many operations on one bench, the faults one after another."""
    home = Path(tempfile.mkdtemp(prefix="generor-line-", dir=memory()))
    names = sorted(ALL_TRAITS)
    kept, couriers.MIN_READ_SECONDS = couriers.MIN_READ_SECONDS, READ_SECONDS
    poll, rooms.POLL_SECONDS = rooms.POLL_SECONDS, 0.01

    without_certificates()

    async def whole() -> Tally:
        bench = Bench(seed, names[seed % len(names)], home)
        bench.model.estimate = _brief(bench.model.estimate)  # type: ignore[method-assign]
        await bench.open()
        try:
            for number in range(operations):
                await bench.operation(faults[(number + seed * operations) % len(faults)], number)
        finally:
            await bench.close()
        return bench.tally

    try:
        return asyncio.run(whole())
    finally:
        couriers.MIN_READ_SECONDS, rooms.POLL_SECONDS = kept, poll
        shutil.rmtree(home, ignore_errors=True)


def _brief(estimate: Any) -> Any:
    """Estimates without a longest time, so that a silent server is given up after READ_SECONDS."""

    def brief(slug: str, fields: dict[str, Any]) -> Any:
        body = estimate(slug, fields)
        body["data"]["time_estimate"] = None
        return body

    return brief


def many(operations: int, seed: int = 0, processes: int = 2, size: int = 24) -> Tally:
    """So many operations, ``size`` at each server: every later one looks for what stays unclear there."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    total = Tally()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(batch, seed + i, size) for i in range(-(-operations // size))]
        for job in jobs:
            part = job.result()
            total.operations += part.operations
            total.charges += part.charges
            total.by_fault.update(part.by_fault)
            total.ends.update(part.ends)
            total.findings += part.findings
    return total
