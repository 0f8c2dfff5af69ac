"""The other APIs under the same faults, with their real providers: ``python -m money others --amount 1000``.

Each is a model of what its document says. Nobody is shown a list there: what a lost answer said is told to
whoever sends the same again under the same key (gptimage2), or to nobody at all.
"""

from __future__ import annotations

import base64
import copy
import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generor_nb.base.secret import Secret
from generor_nb.contract.schema import Ask
from generor_nb.providers import grok_imagine
from generor_nb.providers.gptimage2 import Generations, GptImage2
from generor_nb.providers.grok_imagine import GrokImagine, Tasks
from generor_nb.providers.images_create import ImagesCreate
from generor_nb.spending.states import FINISHED, UNCLEAR, State

from .model import PICTURE, REMEMBERS, Charge, Course, Job, ModelServer, Traits
from .simulate import memory
from .verdict import Verdict, judge
from .wire import Fate, Wire
from .world import PLACE, Process, Weather, World, _nobody

TRAITS = Traits("no lists", 0.0, False, "verbatim", 60.0, False, False, 1.0)
WEATHERS = (
    Weather(foreign=0),
    Weather(faults=0.8, kills=0.4, flaky=0.2, cap=400, foreign=0),
    Weather(faults=0.3, kills=0.3, interrupts=0.4, disk=0.03, foreign=0),
)
KEY = Secret("k" * 40)
REFERENCE = "1/reference-1423131.png"


@dataclass
class Task:
    """What a request led to; ``key`` is the one it was sent under."""

    id: str
    ready: float
    course: Course
    charge: Charge
    count: int
    key: str | None
    at: float


class OtherServer(ModelServer):
    """A ledger of fixed prices, and tasks; a subclass says it in the words of its API."""

    each = 1

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tasks: dict[str, Task] = {}
        self._by_key: dict[str, Task] = {}

    def price(self, slug: str, count: int) -> int:  # type: ignore[override]  # by the request here
        return self.each * count

    def accept(self, fields: dict[str, Any], who: str, course: Course, key: str | None) -> Job:
        """A paid request has arrived, whole."""
        now, prompt = self.now(), str(fields["prompt"])
        self.posts.append((who, prompt))
        if course.outcome == "refuse":
            return Job(course.status, self.refusal(course.status), now, None)
        if course.outcome == "free500":
            return Job(500, self.refusal(500), now, None)
        known = self._by_key.get(key or "")
        if known is not None and now - known.at < REMEMBERS:
            return self.told(known, None)
        count = self.count_of(fields)
        charge = Charge(len(self.charges), who, prompt, self.each * count, now)
        self.charges.append(charge)
        self._book("spend", -charge.amount, now)
        task = Task(f"{len(self.tasks):032x}", now + course.seconds, course, charge, count, key, now)
        self.tasks[task.id] = task
        if key:
            self._by_key[key] = task
        if course.outcome == "refunded500":
            self.refund(task)
        return self.told(task, charge)

    def refund(self, task: Task) -> None:
        """Give the credits back, once."""
        if not task.charge.refunded:
            task.charge.refunded = True
            self._book("refund", task.charge.amount, self.now())

    def count_of(self, fields: dict[str, Any]) -> int:
        return 1

    def refusal(self, status: int) -> dict[str, Any]:
        raise NotImplementedError

    def told(self, task: Task, charge: Charge | None) -> Job:
        """The answer to the request."""
        raise NotImplementedError


class GrokServer(OtherServer):
    """Tasks at 40 credits, no keys: who did not hear a task's id never hears of it."""

    each = 40

    def refusal(self, status: int) -> dict[str, Any]:
        return {"code": status, "message": "no", "error": "INVALID_REQUEST"}

    def told(self, task: Task, charge: Charge | None) -> Job:
        data = {"task_id": "" if task.course.outcome == "nonsense" else task.id}
        return Job(200, {"code": 200, "message": "success", "data": data}, self.now(), charge)

    def get(self, path: str, params: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        task = self.tasks.get(str((params or {}).get("task_id")))
        if path != "/v1/status" or task is None:
            return 400, self.refusal(400)
        data: dict[str, Any] = {"task_id": task.id, "status": "processing", "response": []}
        outcome = task.course.outcome
        if self.now() >= task.ready:
            if outcome in ("lost500", "refunded500"):
                used = 0 if outcome == "refunded500" else self.each
                data |= {"status": "failed", "error_message": "network", "consumed_credits": used}
            else:
                clips = [] if outcome == "empty" else [f"/clips/{task.id}.mp4"]
                data |= {"status": "completed", "response": clips, "consumed_credits": self.each}
        return 200, {"code": 200, "message": "success", "data": data}


class ImagesServer(OtherServer):
    """Answers with the pictures themselves and with what is left; tells nothing afterwards."""

    each = 3

    def count_of(self, fields: dict[str, Any]) -> int:
        return int(fields["sample"])

    def refusal(self, status: int) -> dict[str, Any]:
        return {"message": "no", "statusCode": status}

    def told(self, task: Task, charge: Charge | None) -> Job:
        outcome = task.course.outcome
        if outcome in ("lost500", "refunded500"):
            return Job(500, self.refusal(500), task.ready, charge)
        made = {"empty": 0, "fewer": max(1, task.count - 1)}.get(outcome, task.count)
        images = [self._image(task, number) for number in range(made)]
        purses = {"defaultCredit": self.balance, "dailyCredit": 0, "monthlyCredit": 0}
        body = {"images": "?" if outcome == "nonsense" else images, **purses}
        return Job(200, body, task.ready, charge)

    def _image(self, task: Task, number: int) -> dict[str, Any]:
        ident = self._next = self._next + 1
        data = PICTURE + f"{ident}".encode()
        return {
            "imageId": ident,
            "generationStatus": "COMPLETED",
            "resolution": "1x1",
            "base64": base64.b64encode(data).decode(),
            "mimeType": "image/png",
            "GenerationInfo": {"groupId": task.id, "blurReason": None},
        }


class GptServer(OtherServer):
    """Generations, each known again by its key; what fails is refunded."""

    def count_of(self, fields: dict[str, Any]) -> int:
        return int(fields["n"])

    def refusal(self, status: int) -> dict[str, Any]:
        return {"error": "no"}

    def told(self, task: Task, charge: Charge | None) -> Job:
        if task.course.outcome == "lost500":
            self.refund(task)  # whatever fails is
        ident = "" if task.course.outcome == "nonsense" and charge is not None else task.id
        return Job(202, {"generationId": ident, "status": "queued"}, self.now(), charge)

    def get(self, path: str, params: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        task = self.tasks.get(path.removeprefix("/generations/"))
        if task is None:
            return 404, self.refusal(404)
        told: dict[str, Any] = {"id": task.id, "status": "running"}
        if self.now() >= task.ready:
            if task.course.outcome in ("lost500", "refunded500"):
                told |= {"status": "failed", "error": "no", "costCredits": task.charge.amount}
            else:
                made = 0 if task.course.outcome == "empty" else task.count
                outputs = [{"png": f"/img/{task.id}.{number}.png"} for number in range(made)]
                told |= {"status": "succeeded", "outputs": outputs, "costCredits": task.charge.amount}
        return 200, told


class OtherWire(Wire):
    """Carries what an API of its own has to say."""

    server: OtherServer

    def _deliver(self, path: str, fields: dict[str, Any], course: Course, key: str | None) -> Job:
        return self.server.accept(fields, self.who, course, key)


class JobWire(OtherWire):
    takes_jobs = True


@dataclass(frozen=True)
class Place:
    """One API: its server, a provider over a wire, what is asked of it."""

    server: type[OtherServer]
    wire: type[OtherWire]
    provider: Callable[[Any], Any]
    slugs: tuple[str, ...]
    counts: tuple[int, ...] = (1,)
    refs: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _grok(wire: Any) -> Any:
    provider = copy.copy(_GROK)
    provider._channel, provider.jobs = wire, Tasks(wire)
    return provider


def _images(wire: Any) -> Any:
    provider = copy.copy(_IMAGES)
    provider._channel = wire
    return provider


def _gpt(wire: Any) -> Any:
    provider = copy.copy(_GPT)
    provider._channel, provider.jobs = wire, Generations(wire, wire.server.now)
    return provider


_GPT = GptImage2(PLACE, KEY, app=_nobody)
_GROK = GrokImagine(PLACE, KEY, app=_nobody)
_IMAGES = ImagesCreate(PLACE, KEY, app=_nobody)
PLACES = {
    "gptimage2": Place(GptServer, JobWire, _gpt, ("text2img",), (1, 1, 2)),
    "grok-imagine": Place(GrokServer, JobWire, _grok, ("video",)),
    "images-create": Place(
        ImagesServer, OtherWire, _images, ("image",), (1, 1, 2, 4), (("image", (REFERENCE,)),)
    ),
}


class Elsewhere(World):
    """A world around another API. ``fates`` says by charge what became of the answer."""

    place: Place

    def on_post(self, process: Process, operation: str, charge: Charge | None, fate: Fate) -> None:
        super().on_post(process, operation, charge, fate)
        if charge is not None:
            self.__dict__.setdefault("fates", {})[charge.number] = fate.net

    @property
    def wire(self) -> type[OtherWire]:  # type: ignore[override]  # by the place here
        return self.place.wire

    def model(self) -> ModelServer:
        return self.place.server(self.traits, random.Random(self.seed + 1), self.loop.wall)

    def provider(self, wire: Wire) -> Any:
        return self.place.provider(wire)

    def ask(self, slug: str, prompt: str, count: int) -> Ask:
        return Ask(slug, prompt, count=count if count > 1 else None, refs=dict(self.place.refs))

    def wish(self) -> tuple[str, int]:
        return self.rng.choice(self.place.slugs), self.rng.choice(self.place.counts)


@dataclass
class Tally:
    """Of the charges whose answer never came, ``told`` stand as unclear or written off, ``found`` as done."""

    verdict: Verdict = field(default_factory=Verdict)
    told: int = 0
    found: int = 0
    findings: list[str] = field(default_factory=list)


def many(name: str, amount: int, seed: int = 0) -> Tally:
    """Worlds around the API ``name`` until there were so many operations."""
    tally, folder = Tally(), Path(tempfile.mkdtemp(prefix="generor-others-", dir=memory()))
    pause, grok_imagine.PAUSE = grok_imagine.PAUSE, 20.0
    try:
        while tally.verdict.operations < amount:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _one(tally, name, seed, folder)
            seed += 1
    finally:
        grok_imagine.PAUSE = pause
        shutil.rmtree(folder, ignore_errors=True)
    return tally


def _one(tally: Tally, name: str, seed: int, folder: Path) -> None:
    kind = type("Elsewhere", (Elsewhere,), {"place": PLACES[name]})
    world = kind(seed, TRAITS, WEATHERS[seed % len(WEATHERS)], folder).play()
    verdict = judge(world)
    tally.verdict.add(verdict)
    tally.findings += [f"{kind}: {one}" for kind, found in verdict.findings.items() for one in found]
    journal = world.journal()
    for task in world.server.tasks.values():
        if not task.charge.net or not task.charge.operation:
            continue
        op = journal.get(task.charge.operation)
        events = [(state, note) for state, _, note in journal.events(op.id)]
        fate = world.fates[task.charge.number]
        if fate == "mutated":
            continue  # it may have become another answer, or none
        whole = fate in ("ok", "edge") and task.course.outcome != "nonsense"
        came = whole and any(state in (State.ACCEPTED, State.RESPONDED) for state, _ in events)
        given_up = any(note == "written off" for _, note in events)
        at = f"seed {seed} {op.prompt!r} is {op.state}"
        if came and task.course.outcome in ("ok", "fewer") and op.state not in FINISHED and not given_up:
            tally.findings.append(f"{at}: it was told what came of it")
        if task.key is not None:
            if op.state in UNCLEAR and task.course.outcome != "nonsense":
                tally.findings.append(f"{at}: its key would tell")
        elif not came:
            tally.told += op.state in UNCLEAR or given_up
            if op.state in FINISHED or not (op.state in UNCLEAR or given_up):
                tally.findings.append(f"{at}: nobody can know what came of it")
        tally.found += any(note == "sent again with its key" for _, note in events) and op.state in FINISHED
