"""A network made of chance: stands where ``transport`` stands, before a model server, in virtual time."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generor_nb.base.errors import GenerorError, NotSent, OutcomeUnknown, ServerError
from generor_nb.base.files import sha256
from generor_nb.transport import Reply, Ticket
from generor_nb.transport.limits import Rate
from generor_nb.transport.pace import Permit

from .model import PICTURE, Course, Job, ModelServer, encoded, refusal

NET = (
    "refused",
    "before",
    "after",
    "edge",
    "half",
    "html",
    "redirect",
    "truncated",
    "mutated",
    "reset_late",
)
SERVER = ("free500", "lost500", "refunded500", "empty", "fewer", "nonsense")
REFUSALS = (400, 401, 402, 403, 422, 429)


@dataclass(frozen=True)
class Fate:
    """What happens to one paid request: on the way, and at the server."""

    net: str = "ok"
    course: Course = field(default_factory=Course)


def draw(rng: random.Random, faults: float, dearer: float, edge: float) -> Fate:
    """A fate: with probability ``faults`` something goes wrong."""
    seconds = rng.choice((2.0, 8.0, 30.0)) if rng.random() < 0.8 else rng.uniform(60, 1500)
    up = dearer if rng.random() < 0.3 else 1.0
    if rng.random() >= faults:
        return Fate("edge" if seconds > edge else "ok", Course("ok", seconds, dearer=up))
    kind = rng.random()
    if kind < 0.6:
        net = rng.choice(NET)
        return Fate(net, Course("ok", rng.uniform(60, 1500) if net == "edge" else seconds, dearer=up))
    if kind < 0.8:
        return Fate("ok", Course(rng.choice(SERVER), seconds, dearer=up))
    return Fate("ok", Course("refuse", status=rng.choice(REFUSALS)))


class Wire:
    """What a provider calls its channel, over a model server.

    Args:
        server: who answers.
        who: whose requests these are, for the oracle.
        step: called at every point where somebody may die; may raise.
        fate: what becomes of the next paid request.
        rng: for what goes wrong with free calls.
        flaky: how often a free call fails.
        up: whether there is a network.
        delivered: told of every paid request that reached the server: operation, charge, fate.
    """

    def __init__(
        self,
        server: ModelServer,
        who: str,
        step: Callable[[str], None],
        fate: Callable[[str], Fate],
        rng: random.Random,
        flaky: Callable[[], float],
        up: Callable[[], bool] = lambda: True,
        delivered: Callable[[str, Any, Fate], None] = lambda *_: None,
    ) -> None:
        self.delivered = delivered
        self.server, self.who, self.step, self.fate = server, who, step, fate
        self.rng, self.flaky, self.up = rng, flaky, up
        self.rate = Rate()
        self.origin = "https://model.example"

    async def call(
        self, method: str, path: str, *, params: Any = None, json: Any = None, options: Any = None
    ) -> Reply:
        self.step(f"ask {path}")
        if not self.up():
            raise NotSent("the server cannot be reached", "wait")
        if self.rng.random() < self.flaky():
            raise ServerError("no answer", "wait")
        if path.endswith("/estimate"):
            status, body = 200, self.server.estimate(path.split("/")[2], json)
        else:
            status, body = self.server.get(path, params)
        return Reply(status, {"content-type": "application/json"}, encoded(body), 0.0)

    async def ready(self) -> Permit:
        self.step("ready")
        return Permit(self.server.now(), 0, 0, 0)

    def give_back(self, permit: Permit) -> None:
        """Nothing is counted here."""

    async def paid(
        self,
        ticket: Ticket,
        path: str,
        body: bytes,
        read_seconds: float,
        *,
        idempotency_key: str | None = None,
    ) -> Reply:
        ticket.use()
        self.step("before sending")
        fields = _loaded(body)
        fate = self.fate(str(fields.get("prompt")))
        if fate.net == "mutated" and self.takes_jobs:
            fate = Fate("truncated", fate.course)  # a job by another name is another one's
        if not self.up() or fate.net == "refused":
            raise NotSent("the server cannot be reached", "wait")
        if fate.net == "before":
            raise self._lost(ticket)
        if fate.net == "redirect":
            return self._reply(307, refusal(500), location="/elsewhere")
        job = self._deliver(path, fields, fate.course, idempotency_key)
        self.delivered(ticket.operation, job.charge, fate)
        self.step("delivered")
        return await self._answer(ticket, fate, job, read_seconds)

    takes_jobs = False

    def _deliver(self, path: str, fields: dict[str, Any], course: Course, key: str | None) -> Job:
        """The request is there, whole."""
        slug = path.split("/")[2]
        if key is None:
            return self.server.generate(slug, fields, self.who, course)
        return self.server.submit(slug, fields, self.who, course, key)

    async def submit(self, ticket: Ticket, path: str, body: bytes, read_seconds: float, key: str) -> Reply:
        """As ``paid``, to a server that accepts jobs."""
        self.takes_jobs = True
        return await self.paid(ticket, path, body, read_seconds, idempotency_key=key)

    async def _answer(self, ticket: Ticket, fate: Fate, job: Any, read_seconds: float) -> Reply:
        edge = self.server.traits.edge
        wait = max(0.0, job.ready - self.server.now())
        if fate.net == "after":
            await asyncio.sleep(min(wait, 1.0))
            raise self._lost(ticket)
        if fate.net == "edge" or (wait > edge and fate.net == "ok"):
            await asyncio.sleep(min(wait, edge))
            return self._reply(self.rng.choice((502, 504, 524)), None)
        if wait > read_seconds:
            await asyncio.sleep(read_seconds)
            raise self._lost(ticket)
        await asyncio.sleep(wait)
        self.step("answered")
        if fate.net in ("half", "reset_late"):
            raise self._lost(ticket)
        if fate.net == "html":
            return self._reply(502, None)
        raw = encoded(job.body)
        if fate.net == "truncated":
            raw = raw[: self.rng.randrange(len(raw))]
        elif fate.net == "mutated":
            place = self.rng.randrange(len(raw))
            raw = raw[:place] + bytes([self.rng.randrange(256)]) + raw[place + 1 :]
        return Reply(job.status, {"content-type": "application/json"}, raw, wait)

    def _lost(self, ticket: Ticket) -> OutcomeUnknown:
        return OutcomeUnknown("it may have been charged", "look it up", operation=ticket.operation)

    def _reply(self, status: int, body: Mapping[str, Any] | None, **headers: str) -> Reply:
        raw = b"<html>Bad gateway</html>" if body is None else encoded(dict(body))
        return Reply(status, headers, raw, 0.0)

    async def fetch(self, url: str, part: Path, limit: int = 1 << 30) -> str:
        self.step("fetch")
        if not self.up() or self.rng.random() < self.flaky():
            raise GenerorError("the file could not be fetched", "run the cell again")
        data = PICTURE + url.encode()
        _write(part, data)
        self.step("fetched")
        return sha256(data)

    async def aclose(self) -> None:
        pass


def _write(part: Path, data: bytes) -> None:
    part.write_bytes(data)


def _loaded(body: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(body)
    return loaded
