"""A small world in virtual time: people at two kernels of one account, a network and a server that fail.

Everything that decides about money is the real code: session, journal, budget, courier, reconciliation,
provider. Clock, network, server and the people are not. A kernel may die at any step: after every
transaction of its journal and at every point of a request's way.
"""

from __future__ import annotations

import asyncio
import contextvars
import copy
import functools
import random
import shutil
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generor_nb import balances, resolving
from generor_nb import session as rooms
from generor_nb.base.errors import GenerorError, OverBudget
from generor_nb.base.secret import Secret
from generor_nb.base.settings import Settings
from generor_nb.contract.schema import Ask
from generor_nb.providers.generor import Generor
from generor_nb.session import Session, Terms
from generor_nb.spending import claims, detached, failure, place, records, schema, turns, watch
from generor_nb.spending import journal as journals
from generor_nb.spending.courier import Courier
from generor_nb.spending.journal import Journal, Operation
from generor_nb.spending.states import UNCLEAR, State

from .jobs import JobStyle
from .model import ALL_TRAITS, JOBS, SIMULATED, Charge, Course, ModelServer, Traits
from .virtual import Stuck, VirtualLoop, run
from .wire import Fate, Wire, draw

DAY = 86_400.0
POLL = 59.3
PLACE = "https://model.example/api/v1"
ACTOR: contextvars.ContextVar[Process | None] = contextvars.ContextVar("actor", default=None)


class Killed(BaseException):
    """The process is gone: no handler of its own runs."""


@dataclass(frozen=True)
class Weather:
    """How rough a world is.

    Args:
        intents: requests that people want, in all.
        faults: how often a paid request meets a fault.
        flaky: how often a free call does.
        kills: how often a cell is killed at a random step.
        interrupts: how often it is interrupted.
        twins: how often both kernels want the same.
        foreign: requests from elsewhere (the web, another machine) on the same account.
        again: how often another paid sample is asked for.
        cap: credits the day may cost, or None.
        disk: how often a transaction of the journal fails.
    """

    intents: int = 8
    faults: float = 0.4
    flaky: float = 0.05
    kills: float = 0.2
    interrupts: float = 0.1
    twins: float = 0.3
    foreign: int = 3
    again: float = 0.1
    cap: float | None = None
    disk: float = 0.01


async def _nobody(*_: Any) -> None:
    """An application that is never called: the wire stands before it."""


async def _catalogue() -> Any:
    provider = Generor(PLACE, None, app=_nobody)
    server = ModelServer(ALL_TRAITS["helpful"], random.Random(0), lambda: 0.0)
    provider._channel = Wire(
        server, "catalogue", lambda _: None, lambda _: Fate(), random.Random(0), lambda: 0.0
    )  # type: ignore[assignment]
    described = {slug: await provider.generator(slug) for slug in ("image", "poem")}
    return await provider.models(), await provider.generators(), described


CATALOGUE = asyncio.run(_catalogue())
PROVIDER = Generor(PLACE, Secret("gnr_live_" + "0" * 40), app=_nobody)
JOB_STYLE = JobStyle(PLACE, Secret("gnr_live_" + "0" * 40), app=_nobody)
# A row is read many times for each time it is written.
operation_of = functools.lru_cache(4096)(records.operation_of)


class Fixed(Settings):
    """Settings that are what they are given, from no file."""

    def __init__(self, **values: Any) -> None:
        super().__init__(values, environ={})

    def _sources(self, setting: Any) -> list[tuple[str, Any]]:
        config = self._config or {}
        return [("%config", config.get(setting.name))]


class Memory:
    """One database in memory. What was read is remembered until something is written."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        self.db.row_factory = sqlite3.Row
        self.db.deserialize(EMPTY)
        self._seen: dict[Any, Any] = {}
        self._at = -1

    def seen(self, key: Any, read: Callable[[], Any]) -> Any:
        """What ``read`` gives, asked once for each ``key`` between two changes."""
        db = self.db
        if db.in_transaction:
            return read()
        if self._at != (at := db.total_changes):
            self._at = at
            self._seen.clear()
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = read()
        return found


def _empty() -> bytes:
    db = sqlite3.connect(":memory:", isolation_level=None)
    schema.prepare(db)
    return db.serialize()


EMPTY = _empty()


class Shared(Journal):
    """The real journal over a database in memory, which everybody in a world shares.

    Several connections to one file are left to the parts with real processes.
    """

    def __init__(self, world: World) -> None:
        self._memory = world.memory
        super().__init__(world.home, world.our_clock, place.Place)

    def _connect(self) -> sqlite3.Connection:
        return self._memory.db

    def rows(self, query: str, *values: Any) -> list[Any]:
        memory = self._memory
        found: list[Any] = memory.seen((query, values), lambda: memory.db.execute(query, values).fetchall())
        return found

    def get(self, operation: str) -> Operation:
        found: Operation = self._memory.seen(operation, lambda: self._get(self._memory.db, operation))
        return found


class SimJournal(Shared):
    """A process's journal: tells when it is about to write, and has."""

    def __init__(self, process: Process) -> None:
        self.process = process
        super().__init__(process.world)

    @contextmanager
    def _write(self) -> Iterator[Any]:
        self.process.step("write")
        with super()._write() as db:
            yield db
            self.process.break_disk()
        self.process.step("written")

    def rows(self, query: str, *values: Any) -> list[Any]:
        if self.process.dead:
            raise Killed(self.process.name)
        return super().rows(query, *values)


class SimSession(Session):
    """A session whose neighbours live in the same process."""

    kernel: Kernel

    def _inline(self) -> Courier:
        return Courier(self.journal, self.provider, self.owner)

    def alive(self, owner: str) -> bool:
        return owner in self.kernel.world.living


class Process:
    """Something that can die: it has a journal, a provider and tasks of its own."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name
        self.fuse: int | None = None
        self.dead = False
        self.tasks: set[asyncio.Task[Any]] = set()
        world.living.add(name)

    def provider(self) -> Any:
        world = self.world
        wire = world.wire(
            world.server,
            self.name,
            self.step,
            world.next_fate,
            world.rng,
            lambda: world.flaky,
            lambda: world.up,
            functools.partial(world.on_post, self),
        )
        return world.provider(wire)

    def open_journal(self, *_: Any, **__: Any) -> SimJournal:
        return SimJournal(self)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        context = contextvars.copy_context()
        context.run(ACTOR.set, self)
        return asyncio.get_running_loop().create_task(work, context=context)

    def check(self) -> None:
        if self.dead:
            raise Killed(self.name)

    def step(self, what: str) -> None:
        """Somebody may die here."""
        self.check()
        self.world.steps += 1
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                self.world.note(f"{self.name} dies at {what}")
                self.die()
                raise Killed(self.name)

    def die(self) -> None:
        self.dead = True
        self.world.living.discard(self.name)

    def break_disk(self) -> None:
        if self.world.disk and self.world.rng.random() < self.world.disk:
            raise sqlite3.OperationalError("disk I/O error")

    async def bury(self) -> None:
        """End what is left of a dead process."""
        self.die()
        me = asyncio.current_task()
        while rest := [task for task in self.tasks if task is not me]:
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
        Journal.close(self.journal)

    journal: SimJournal


class CourierProcess(Process):
    """The detached courier of one kernel: what ``detached.serve`` does, in virtual time."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        super().__init__(kernel.world, name)
        self.kernel, self.open = kernel, True
        self.buried: asyncio.Task[None] | None = None
        self.inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.given: dict[str, asyncio.Future[bool]] = {}
        self.journal = self.open_journal()
        self.courier = Courier(
            self.journal,
            self.provider(),
            name,
            asker=kernel.name,
            may_send=lambda: self.open and kernel.name in self.world.living,
        )
        self.spawn(self._serve())

    async def _serve(self) -> None:
        try:
            given = await detached.carry_all(self.courier, self.inbox, self._tell)
            detached.call_off(self.journal, self.kernel.name, given)
            await detached.see_out(self.courier, given, asyncio.get_running_loop().time, asyncio.sleep)
            self.journal.release(lambda owner: owner in self.world.living)
        except Killed:
            return
        except GenerorError as error:
            self.world.note(f"{self.name} gives up: {error.what}")
        self.leave()

    def _tell(self, told: dict[str, Any]) -> None:
        """A line back through the pipe."""
        future = self.given.get(str(told["done"]))
        if self.dead or future is None or future.done():
            return
        if "failed" in told:
            future.set_exception(failure.revive(told["failed"]))
        else:
            future.set_result(True)

    def die(self) -> None:
        super().die()
        self.leave()

    def leave(self) -> None:
        for future in self.given.values():
            if not future.done():
                future.set_result(False)
        self.dead = True
        self.world.living.discard(self.name)
        if not self.buried:
            # The system takes back what it held, also its locks.
            self.buried = self.world.loop.create_task(self.bury(), context=contextvars.Context())

    def hang_up(self) -> None:
        """The kernel's end of the pipe is gone."""
        if self.open:
            self.open = False
            self.inbox.put_nowait(None)


class SimPorter:
    """The kernel's end of the pipe to its courier."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.process: CourierProcess | None = None

    @property
    def owner(self) -> str:
        return self.process.name if self.process and not self.process.dead else ""

    def warm(self) -> None:
        if self.process is None or self.process.dead:
            world = self.kernel.world
            world.counter += 1
            name, self.process = f"{self.kernel.name}/courier{world.counter}", None
            try:
                self.process = CourierProcess(self.kernel, name)
            except GenerorError:
                world.living.discard(name)  # its first look at the journal failed: it is gone at once
                return
            world.on_hired(self.process)

    def start(self, operation: str, *, overlap: bool = False) -> None:
        self.warm()
        if self.process is None:
            return
        known = self.process.given.get(operation)
        if known is None or known.done():
            future = asyncio.get_running_loop().create_future()
            future.add_done_callback(_quiet)
            self.process.given[operation] = future
            self.process.inbox.put_nowait({"carry": operation, "overlap": overlap})

    async def wait(self, operation: str) -> bool:
        future = self.process.given.get(operation) if self.process else None
        return (self.process is not None) if future is None else await asyncio.shield(future)

    async def aclose(self) -> None:
        if self.process is not None:
            self.process.hang_up()


class Kernel(Process):
    """One kernel: a session of its own on the shared home."""

    def __init__(self, world: World, name: str, *, detached: bool) -> None:
        super().__init__(world, name)
        self.porter = SimPorter(self) if detached else None
        kept, rooms.Journal = rooms.Journal, self.open_journal  # type: ignore[misc,assignment]
        try:
            session = SimSession.__new__(SimSession)
            session.kernel = self
            session.__init__(  # type: ignore[misc]
                world.settings, self.provider(), attended=lambda: True, carrier=self.porter, owner=name
            )
        finally:
            rooms.Journal = kept  # type: ignore[misc]
        self.session, self.journal = session, session.journal  # type: ignore[assignment]

    def die(self) -> None:
        super().die()
        if self.porter is not None and self.porter.process is not None:
            self.porter.process.hang_up()

    async def bury(self) -> None:
        await super().bury()
        self.session._lock.release()
        balances._living.discard(self.session.balances)

    # --- what people do ---

    async def cell(self, prompt: str, slug: str, count: int, terms: Terms) -> str:
        """Run a cell to its end; how it ended, in a word."""

        async def whole() -> None:
            plan = await self.session.plan(self.world.ask(slug, prompt, count), terms)
            await self.session.spend(plan, confirmed=True)

        return await self._watched(whole())

    async def recover(self) -> str:
        async def whole() -> None:
            await resolving.recover(self.session)

        return await self._watched(whole())

    async def _watched(self, work: Coroutine[Any, Any, None]) -> str:
        task = self.spawn(work)
        interrupt = self.world.interrupt_after()
        try:
            if interrupt is not None:
                done, _ = await asyncio.wait([task], timeout=interrupt)
                if not done:
                    task.cancel()
            await task
        except Killed:
            return "killed"
        except asyncio.CancelledError:
            return "killed" if self.dead else "interrupted"
        except OverBudget:
            return "refused"
        except GenerorError as error:
            return "killed" if self.dead else type(error).__name__
        return "done"


@dataclass
class World:
    """One seeded run. ``play`` it, then ask ``verdict``."""

    seed: int
    traits: Traits
    weather: Weather
    home: Path
    talk: bool = False
    loop: VirtualLoop = field(default_factory=VirtualLoop)
    wire = Wire

    def __post_init__(self) -> None:
        # Fewer looks than in life, so that there is time for more worlds.
        rooms.POLL_SECONDS = turns.POLL_SECONDS = POLL
        turns.LANES = 3
        journals.operation_of = claims.operation_of = operation_of
        watch.PAUSES, watch.LATE_PAUSE, watch.ASK_SECONDS = (20.0, 300.0), 1_800.0, POLL
        # In every fifth world each request and each answer counts as large.
        journals.INLINE_LIMIT = 256_000 if self.seed % 5 else 64
        self.memory = Memory()
        self.rng = random.Random(self.seed)
        self.up, self.calm, self.steps, self.cells, self.counter = True, False, 0, 0, 0
        self.flaky, self.disk = self.weather.flaky, self.weather.disk
        self.living: set[str] = set()
        self.log: list[str] = []
        self.consents: dict[str, int] = {}
        self.mangled: set[str] = set()
        self.breaches: list[str] = []
        self.stuck = ""
        self.ours_ahead = 0.0
        self.server = self.model()
        self.settings = Fixed(
            home=str(self.home),
            out=str(self.home / "out"),
            session_credits=1e9,
            confirm_first="no",
            confirm_above=1e9,
            max_credits=self.weather.cap,
        )

    # --- what is asked, of whom ---

    def provider(self, wire: Wire) -> Any:
        """A process's own provider, over its own wire."""
        provider = copy.copy(JOB_STYLE if self.traits is JOBS else PROVIDER)
        provider._channel = wire  # type: ignore[assignment]
        provider._models, provider._generators, provider._described = CATALOGUE
        return provider

    def ask(self, slug: str, prompt: str, count: int) -> Ask:
        return Ask(slug, prompt, count=count)

    def wish(self) -> tuple[str, int]:
        """A generator, and how many."""
        return self.rng.choice(("poem", "poem", "image")), self.rng.choice((1, 1, 1, 2, 3))

    def model(self) -> ModelServer:
        return ModelServer(
            self.traits, random.Random(self.seed + 1), self.loop.wall, skew=self.rng.uniform(-240, 240)
        )

    def journal(self) -> Journal:
        """What everybody has written, for the oracle."""
        return Shared(self)

    def our_clock(self) -> float:
        """What the kernels' machine takes the time for."""
        return self.loop.wall() + self.ours_ahead

    def note(self, text: str) -> None:
        if self.talk:
            self.log.append(f"{self.loop.now:9.1f} {text}")

    def on_post(self, process: Process, operation: str, charge: Charge | None, fate: Fate) -> None:
        """A paid request has arrived: did what the program knows leave room for it?

        A charge it knows counts in full, another one counts what was set aside for it.
        """
        op = Journal.get(process.journal, operation)
        if fate.net == "mutated":
            self.mangled.add(op.prompt)
        if charge is None:
            return
        charge.operation, charge.reserve = operation, op.reserved
        price = self.server.price(op.generator, op.count)
        if op.reserved < price:
            self.breaches.append(f"{op.reserved:g} set aside for an estimate of {price:g}")
        if op.state is State.AMBIGUOUS:
            return  # asked for again with its key: it left, and had its room, before
        cap = self.weather.cap
        others = [c for c in self.server.charges if c.operation and c is not charge]
        used = sum(self._counts(process, c) for c in others)
        if cap is not None and used + op.reserved > cap:
            self.breaches.append(f"{used:g} used and {op.reserved:g} set aside: above {cap:g}")

    def on_hired(self, courier: CourierProcess) -> None:
        """A courier begins its work: it may be one that dies."""
        if not self.calm and self.rng.random() < self.weather.kills:
            courier.fuse = self.rng.randint(1, 40)

    def _counts(self, process: Process, charge: Charge) -> float:
        op = Journal.get(process.journal, charge.operation)
        known = op.charge is not None and charge.intent not in self.mangled
        return charge.net if known else min(charge.net, charge.reserve)

    # --- chance ---

    def next_fate(self, prompt: str) -> Fate:
        if self.calm:
            return Fate("ok", Course("ok", 5.0))
        return draw(self.rng, self.weather.faults, self.traits.dearer, self.traits.edge)

    def interrupt_after(self) -> float | None:
        if self.calm or self.rng.random() >= self.weather.interrupts:
            return None
        return self.rng.choice((0.0, 0.01, 1.0, 20.0, 300.0))

    # --- the people ---

    def play(self) -> World:
        self.loop.set_task_factory(_watch_tasks)
        try:
            run(self.loop, self._life())
        except Stuck as error:
            self.stuck = f"somebody waits for ever: {error}"
        return self

    async def _life(self) -> None:
        wanted = self._wishes()
        seats = [self._seat(f"seat{i}", mine) for i, mine in enumerate(wanted)]
        await asyncio.gather(*seats, self._elsewhere([w[0] for mine in wanted for w in mine]))
        await self._finale()

    def _wishes(self) -> list[list[tuple[str, str, int]]]:
        """What each of two seats wants: prompt, generator, count."""
        seats: list[list[tuple[str, str, int]]] = [[], []]
        for number in range(self.weather.intents):
            wish = (f"A wish number {number} of world {self.seed}", *self.wish())
            self.consents[wish[0]] = 1
            mine = self.rng.randrange(2)
            seats[mine].append(wish)
            if self.rng.random() < self.weather.twins:
                seats[1 - mine].append(wish)
        return seats

    async def _seat(self, name: str, wishes: list[tuple[str, str, int]]) -> None:
        kernel = self._boot(name)
        for prompt, slug, count in wishes:
            for _ in range(self.rng.randint(1, 3)):
                kernel, ended = await self._try(name, kernel, prompt, slug, count, Terms())
                await asyncio.sleep(self.rng.choice((0.0, 0.5, 30.0, 700.0)))
                if ended == "done":
                    if self.rng.random() < self.weather.again:
                        self.consents[prompt] += 1
                        kernel, _ = await self._try(name, kernel, prompt, slug, count, Terms(again=True))
                    break
                if self.rng.random() < 0.3:
                    kernel, _ = await self._recover(name, kernel)
        if not kernel.dead:
            await kernel.bury()

    def _boot(self, name: str) -> Kernel:
        self.counter += 1
        try:
            kernel = Kernel(self, f"{name}.{self.counter}", detached=self.rng.random() < 0.5)
        except GenerorError:
            self.note(f"{name} does not start")
            return self._boot(name)
        return kernel

    async def _try(
        self, name: str, kernel: Kernel, prompt: str, slug: str, count: int, terms: Terms
    ) -> tuple[Kernel, str]:
        self.cells += 1
        if not self.calm and self.rng.random() < self.weather.kills:
            kernel.fuse = self.rng.randint(1, 40)
        ended = await kernel.cell(prompt, slug, count, terms)
        self.note(f"{kernel.name} {prompt.strip()!r} {terms.again=}: {ended}")
        return await self._after(name, kernel), ended

    async def _recover(self, name: str, kernel: Kernel) -> tuple[Kernel, str]:
        if not self.calm and self.rng.random() < self.weather.kills:
            kernel.fuse = self.rng.randint(1, 30)
        ended = await kernel.recover()
        self.note(f"{kernel.name} recovers: {ended}")
        return await self._after(name, kernel), ended

    async def _after(self, name: str, kernel: Kernel) -> Kernel:
        kernel.fuse = None
        if not kernel.dead:
            return kernel
        await kernel.bury()
        await asyncio.sleep(self.rng.choice((0.0, 2.0, 400.0)))
        return self._boot(name)

    async def _elsewhere(self, prompts: list[str]) -> None:
        """Other traffic of the account; some of it asks for the very same."""
        for _ in range(self.weather.foreign):
            await asyncio.sleep(self.rng.uniform(0, 900))
            same = prompts and self.rng.random() < 0.5
            prompt = self.rng.choice(prompts) if same else f"foreign {self.rng.random()}"
            fields = {"prompt": prompt, "model_id": 37, "count": 1}
            self.server.generate("poem", fields, "web", Course("ok", self.rng.uniform(1, 200)))
            if self.rng.random() < 0.2:
                self.server.bonus(self.rng.randint(1, 20))

    async def _finale(self) -> None:
        """The weather clears, days pass, somebody looks after what was left open."""
        self.calm, self.up, self.flaky, self.disk = True, True, 0.0, 0.0
        kernel = self._boot("keeper")
        for number, pause in enumerate((600.0, 3_600.0, 10_000.0, 3 * DAY)):
            await asyncio.sleep(pause)
            kernel, _ = await self._recover("keeper", kernel)
            if number == 2:
                self._give_up(kernel)
        await kernel.bury()
        await asyncio.sleep(2 * 3_600)  # couriers without a kernel leave

    def _give_up(self, kernel: Kernel) -> None:
        """The person writes some of it off; what turns up later is kept all the same."""
        for op in kernel.journal.unresolved():
            if op.state in UNCLEAR and self.rng.random() < 0.5:
                resolving.write_off(kernel.session, op.id)


def _watch_tasks(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
    context = options.get("context")
    actor = context.get(ACTOR) if context is not None else ACTOR.get()
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
    if actor is not None:
        actor.tasks.add(task)
        task.add_done_callback(actor.tasks.discard)
        task.add_done_callback(_quiet)
    return task


def _quiet(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()


def play(seed: int, traits: str, weather: Weather, folder: Path, talk: bool = False) -> World:
    """Play one world in ``folder``, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return World(seed, SIMULATED[traits], weather, folder, talk).play()
