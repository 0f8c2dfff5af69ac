"""How many times one intent is charged, by how it is sent: ``python -m money sidebyside``.

Every way meets the same faults: the n-th attempt at an intent has the same fate whoever makes it. A person
runs a cell that failed again, three times at most.

- openai-style: what openai 3.52 does unless told otherwise: two retries after a broken connection, a timeout
  (600 s), 408, 409, 429 and every 5xx.
- fal-style: what fal-client 1.0 does unless told otherwise: up to ten attempts after a broken connection, a
  timeout (120 s), 408, 409 and 429.
- no retry: one attempt a run.
- ours: the session of this package, on the same worlds.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .model import ALL_TRAITS, ModelServer, Traits
from .simulate import memory
from .verdict import inbox_creations, judge
from .wire import Fate, draw
from .world import Terms, Weather, World

RUNS = 4
SIZE = 50


@dataclass(frozen=True)
class Style:
    """``attempts`` in one run, ``timeout`` in seconds, and which statuses are tried again."""

    attempts: int
    timeout: float
    again: Callable[[int], bool]


STYLES = {
    "openai-style": Style(3, 600, lambda status: status in (408, 409, 429) or status >= 500),
    "fal-style": Style(10, 120, lambda status: status in (408, 409, 429)),
    "no retry": Style(1, 900, lambda status: False),
}


@dataclass
class Account:
    """``charged`` counts intents by how often they were charged; ``lost`` paid outputs nobody can find."""

    intents: int = 0
    charged: Counter[int] = field(default_factory=Counter)
    delivered: int = 0
    lost: int = 0
    shown: int = 0

    @property
    def charges(self) -> int:
        return sum(times * n for times, n in self.charged.items())

    @property
    def twice(self) -> int:
        return sum(n for times, n in self.charged.items() if times > 1)


class Fates:
    """The fates of the attempts at one intent after another, the same for everybody."""

    def __init__(self, seed: int, weather: Weather, traits: Traits) -> None:
        self.seed, self.weather, self.traits = seed, weather, traits
        self._streams: dict[str, random.Random] = {}

    def __call__(self, prompt: str) -> Fate:
        first = prompt not in self._streams
        rng = self._streams.setdefault(prompt, random.Random(f"{self.seed} {prompt}"))
        # A bad moment lasts: what follows a fault meets one every other time.
        faults = self.weather.faults if first else max(self.weather.faults, 0.5)
        return draw(rng, faults, self.traits.dearer, self.traits.edge)


def naive(style: Style, seed: int, traits: Traits, weather: Weather, total: Account) -> None:
    """The intents of one world, sent as ``style`` sends."""
    now = [0.0]
    server = ModelServer(traits, random.Random(seed + 1), lambda: now[0])
    fates = Fates(seed, weather, traits)
    for number in range(SIZE):
        prompt = _prompt(number)
        got = any(_run(style, server, fates, prompt, now) for _ in range(RUNS))
        _enter(total, server, prompt, delivered=got, kept=1 if got else 0)


def _run(style: Style, server: ModelServer, fates: Fates, prompt: str, now: list[float]) -> bool:
    for _ in range(style.attempts):
        status = _attempt(style, server, fates(prompt), prompt, now)
        if status == 201:
            return True
        if status is not None and not style.again(status):
            return False
        now[0] += 1.0
    return False


def _attempt(style: Style, server: ModelServer, fate: Fate, prompt: str, now: list[float]) -> int | None:
    """The status of the answer; None is a broken connection or a timeout, -1 an answer nobody can read."""
    if fate.net in ("refused", "before"):
        return None
    if fate.net == "redirect":
        return 307
    job = server.generate("poem", {"prompt": prompt, "model_id": 37, "count": 1}, "us", fate.course)
    wait = job.ready - now[0]
    if fate.net == "edge" or (wait > server.traits.edge and fate.net == "ok"):
        now[0] += min(wait, server.traits.edge)
        return 504
    if fate.net in ("after", "half", "reset_late") or wait > style.timeout:
        now[0] += min(wait, style.timeout)
        return None
    now[0] += wait
    if fate.net == "html":
        return 502
    unreadable = fate.net in ("truncated", "mutated") or fate.course.outcome in ("nonsense", "empty")
    return -1 if unreadable and job.status == 201 else job.status


def _enter(total: Account, server: ModelServer, prompt: str, *, delivered: bool, kept: int) -> None:
    charges = [c for c in server.charges if c.intent == prompt and c.net]
    total.intents += 1
    total.charged[len(charges)] += 1
    total.delivered += delivered
    total.lost += max(0, sum(bool(c.creations) for c in charges) - kept)


class SameWorld(World):
    """One seat, nobody else; everything waits until the people have tried four times."""

    fates: Fates

    def next_fate(self, prompt: str) -> Fate:
        return self.fates(prompt)

    async def _life(self) -> None:
        import asyncio

        kernel = self._boot("seat")
        for number in range(SIZE):
            for _ in range(RUNS):
                ended = await kernel.cell(_prompt(number), "poem", 1, Terms())
                if ended == "done":
                    break
                await asyncio.sleep(1.0)
        await kernel.bury()
        await self._finale()


def ours(seed: int, traits: Traits, weather: Weather, folder: Path, total: Account) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    quiet = replace(weather, flaky=0.0, kills=0.0, interrupts=0.0, disk=0.0, cap=None)
    world = SameWorld(seed, traits, quiet, folder)
    world.fates = Fates(seed, weather, traits)
    world.consents = {_prompt(number): 1 for number in range(SIZE)}
    world.play()
    found = judge(world).findings
    if found:
        raise AssertionError(found)
    journal = world.journal()
    ops = {op.prompt: op for op in journal.history(10**6)}
    inbox = inbox_creations(journal)
    for number in range(SIZE):
        op = ops.get(_prompt(number))
        done = op is not None and op.state.value in ("DONE", "DONE_PARTIAL")
        made = [str(i) for c in world.server.charges if c.intent == _prompt(number) for i in c.creations]
        shown = op is not None and not done and op.state.value in ("AMBIGUOUS", "ASK", "SENT")
        total.shown += shown
        kept = 1 if done or shown or any(i in inbox for i in made) else 0
        _enter(total, world.server, _prompt(number), delivered=done, kept=kept)


def _prompt(number: int) -> str:
    return f"intent number {number}"


def compare(worlds: int, faults: float, seed: int = 0) -> dict[str, Account]:
    """Every way on the same worlds."""
    weather = Weather(faults=faults)
    accounts = {name: Account() for name in (*STYLES, "ours")}
    with tempfile.TemporaryDirectory(prefix="generor-side-", dir=memory()) as folder:
        for number in range(seed, seed + worlds):
            traits = list(ALL_TRAITS.values())[number % len(ALL_TRAITS)]
            for name, style in STYLES.items():
                naive(style, number, traits, weather, accounts[name])
            ours(number, traits, weather, Path(folder) / "home", accounts["ours"])
    return accounts


def table(accounts: dict[str, Account]) -> str:
    """The accounts as a Markdown table."""
    names = (
        "sent",
        "intents",
        "charged once at most",
        "twice",
        "more often",
        "charges too many",
        "paid and lost",
    )
    head = f"| {' | '.join(names)} |"
    rows = [head, "|---|---|---|---|---|---|---|"]
    for name, a in accounts.items():
        more = sum(n for times, n in a.charged.items() if times > 2)
        well = a.charged[0] + a.charged[1]
        waste = sum((times - 1) * n for times, n in a.charged.items() if times > 1)
        rows.append(
            f"| {name} | {a.intents:,} | {well:,} | {a.charged[2]:,} | {more:,} | {waste:,} | {a.lost:,} |"
        )
    return "\n".join(rows)
