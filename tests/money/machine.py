"""People at two kernels as rules that hypothesis chains: ``python -m money machine --amount 5000``."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from generor_nb import resolving
from generor_nb.session import Terms
from generor_nb.spending.states import FREE, UNCLEAR

from .model import ALL_TRAITS, Course
from .simulate import memory
from .verdict import judge
from .wire import NET, SERVER, Fate
from .world import Kernel, Weather, World, _watch_tasks

QUIET = Weather(faults=0, flaky=0, kills=0, interrupts=0, twins=0, foreign=0, again=0, disk=0)
PROMPTS = tuple(f"A wish of the machine, number {n}" for n in range(3))
fates = st.one_of(
    st.just(Fate()),
    st.sampled_from(NET).map(Fate),
    st.sampled_from(SERVER).map(lambda outcome: Fate("ok", Course(outcome))),
    st.sampled_from((400, 402, 429)).map(lambda status: Fate("ok", Course("refuse", status=status))),
    st.floats(60, 1500).map(lambda seconds: Fate("ok", Course("ok", seconds))),
)
seats = st.integers(0, 1)
prompts = st.sampled_from(PROMPTS)


class Ruled(World):
    """A world in which the machine decides."""

    fate = Fate()
    patience: float | None = None

    def next_fate(self, prompt: str) -> Fate:
        return Fate() if self.calm else self.fate

    def interrupt_after(self) -> float | None:
        return self.patience


class People(RuleBasedStateMachine):
    """The invariants are the server's: they hold after every rule, not only at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="generor-machine-", dir=memory()))
        self.world = Ruled(0, ALL_TRAITS["helpful"], QUIET, self.folder)
        self.world.loop.set_task_factory(_watch_tasks)
        self.world.loop.run_until_complete(asyncio.sleep(0))
        self.seats: list[Kernel | None] = [None, None]
        self.running: list[asyncio.Task[Any]] = []

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.world.loop.run_until_complete(work)

    async def _seat(self, seat: int, detached: bool = False) -> Kernel:
        kernel = self.seats[seat]
        if kernel is None or kernel.dead:
            if kernel is not None:
                await kernel.bury()
            self.world.counter += 1
            kernel = Kernel(self.world, f"seat{seat}.{self.world.counter}", detached=detached)
            self.seats[seat] = kernel
        return kernel

    @rule(name=st.sampled_from(sorted(ALL_TRAITS)), cap=st.sampled_from((None, 40.0)))
    @precondition(lambda self: not self.world.server.charges and not self.world.consents)
    def server(self, name: str, cap: float | None) -> None:
        self.world.traits = self.world.server.traits = ALL_TRAITS[name]

    @rule(
        seat=seats,
        prompt=prompts,
        fate=fates,
        again=st.booleans(),
        detached=st.booleans(),
        slug=st.sampled_from(("poem", "image")),
    )
    def run(self, seat: int, prompt: str, fate: Fate, again: bool, detached: bool, slug: str) -> None:
        """Run a cell to its end."""
        self.world.fate, self.world.patience = fate, None
        self._do(self._cell(seat, f"{prompt} {slug}", slug, again, detached))

    @rule(seat=seats, prompt=prompts, fate=fates, after=st.floats(0, 60))
    def run_and_interrupt(self, seat: int, prompt: str, fate: Fate, after: float) -> None:
        self.world.fate, self.world.patience = fate, after
        self._do(self._cell(seat, f"{prompt} poem", "poem", False, False))
        self.world.patience = None

    @rule(seat=seats, prompt=prompts, fate=fates, step=st.integers(1, 45), courier=st.booleans())
    def run_and_kill(self, seat: int, prompt: str, fate: Fate, step: int, courier: bool) -> None:
        """The kernel, or its courier, dies at a step."""
        self.world.fate = fate

        async def whole() -> None:
            kernel = await self._seat(seat, detached=courier)
            victim: Any = kernel
            if courier and kernel.porter is not None:
                kernel.porter.warm()
                victim = kernel.porter.process
            victim.fuse = step
            await self._cell(seat, f"{prompt} poem", "poem", False, courier)
            victim.fuse = None

        self._do(whole())

    @rule(seat=seats)
    def restart(self, seat: int) -> None:
        async def whole() -> None:
            kernel = self.seats[seat]
            if kernel is not None:
                await kernel.bury()
            self.seats[seat] = None

        self._do(whole())

    @rule(up=st.booleans())
    def network(self, up: bool) -> None:
        self.world.up = up

    @rule(prompt=prompts)
    def twin_in_the_web(self, prompt: str) -> None:
        self.world.server.generate(
            "poem", {"prompt": f"{prompt} poem", "model_id": 37}, "web", Course("ok", 5)
        )

    @rule(seconds=st.sampled_from((1.0, 120.0, 1_000.0, 8_000.0)))
    def wait(self, seconds: float) -> None:
        self._do(asyncio.sleep(seconds))

    @rule(seconds=st.sampled_from((-600.0, 3_600.0)))
    def clock_jumps(self, seconds: float) -> None:
        """Only ours: the server keeps its own time."""
        self.world.ours_ahead += seconds

    @rule(seat=seats)
    def reconcile(self, seat: int) -> None:
        async def whole() -> None:
            await (await self._seat(seat)).recover()

        self._do(whole())

    @rule(seat=seats, prompt=prompts)
    def give_up_and_pay_again(self, seat: int, prompt: str) -> None:
        """The person says: written off, and pay for another one."""
        name = f"{prompt} poem"

        async def whole() -> None:
            kernel = await self._seat(seat)
            ops = [op for op in kernel.journal.history(100) if op.prompt == name and op.state in UNCLEAR]
            if ops:
                resolving.write_off(kernel.session, ops[0].id)
                self.world.fate = Fate()
                await self._cell(seat, name, "poem", True, False)

        self._do(whole())

    async def _cell(self, seat: int, prompt: str, slug: str, again: bool, detached: bool) -> None:
        kernel = await self._seat(seat, detached)
        known = self.world.consents.get(prompt, 0)
        self.world.consents[prompt] = max(1, known + (again and known > 0))
        await kernel.cell(prompt, slug, 1, Terms(again=again))
        if kernel.dead:
            await kernel.bury()

    @invariant()
    def nothing_is_charged_twice_and_nothing_charged_is_called_free(self) -> None:
        charged: dict[str, int] = {}
        for charge in self.world.server.charges:
            if charge.who != "web" and charge.net:
                charged[charge.intent] = charged.get(charge.intent, 0) + 1
        for prompt, times in charged.items():
            assert times <= self.world.consents[prompt], f"{prompt} charged {times} times"
        if charged:
            self._nothing_free(charged)

    def _nothing_free(self, charged: dict[str, int]) -> None:
        held: dict[str, int] = {}
        for op in self.world.journal().history(1000):
            held[op.prompt] = held.get(op.prompt, 0) + (op.state not in FREE)
        for prompt, times in charged.items():
            assert held.get(prompt, 0) >= times, f"{prompt} charged {times}, journal holds {held}"

    def teardown(self) -> None:
        try:
            if self.world.consents:
                self.world.up = True
                self._do(self._rest())
                assert judge(self.world).findings == {}
        finally:
            for task in asyncio.all_tasks(self.world.loop):
                task.cancel()
            self.world.loop.run_until_complete(asyncio.sleep(0))
            self.world.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _rest(self) -> None:
        for kernel in self.seats:
            if kernel is not None:
                await kernel.bury()
        await self.world._finale()


def explore(examples: int, steps: int, seed: int = 0) -> None:
    """Hypothesis looks for a chain of rules that breaks something.

    Raises:
        AssertionError: the shortest it found.
    """
    import hypothesis

    given = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=seed == 0,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    machine = People if seed == 0 else hypothesis.seed(seed)(People)
    run_state_machine_as_test(machine, settings=given)
