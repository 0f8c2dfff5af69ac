"""A provider in the style of jobs: 202 and an id, one idempotency key a request, asked after until it ends.

It shows no lists: what a lost answer said is only told to who sends the same again with the same key.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from generor_nb.base.errors import NoOutput, ServerError
from generor_nb.contract.schema import Answer
from generor_nb.providers.base import Order, Progress
from generor_nb.providers.generor import Generor
from generor_nb.transport import Reply, Ticket

from .model import REMEMBERS

# As with everything that is asked again and again: seldom, so that there is time for more worlds.
PAUSE = 20.0


class JobStyle(Generor):
    """Describes itself as Generor does, and sends as gptimage2 would, over a wire with ``submit``."""

    _channel: Any

    @property
    def lookup(self) -> None:
        return None

    @property
    def jobs(self) -> Asked:  # type: ignore[override]  # a property here, an attribute there
        return Asked(self._channel)

    async def send(self, ticket: Ticket, order: Order, read_seconds: float) -> Reply:
        assert order.idempotency_key, "a request without its key"
        return await self._channel.submit(ticket, order.path, order.body, read_seconds, order.idempotency_key)

    def read(self, reply: Reply) -> Answer:
        told = _told(reply)
        if told.get("status") == "broken":
            raise NoOutput("the job failed", "it was charged", charge=None)
        if told and "made" not in told:
            raise ServerError("not an answer", "look it up", status=reply.status)
        return super().read(replace(reply, body=json.dumps(told["made"]).encode()) if told else reply)


class Asked:
    """The jobs of one account."""

    remembers = REMEMBERS
    most = None

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def accepted(self, reply: Reply) -> str | None:
        job = _told(reply).get("generationId") if reply.status == 202 else None
        return job if isinstance(job, str) and len(job) == 32 else None

    async def poll(self, job: str) -> Progress:
        reply = await self._channel.call("GET", f"/generations/{job}")
        status = _told(reply).get("status")
        if status not in ("done", "failed", "broken"):
            return Progress(pause=PAUSE)
        return Progress(reply, refunded=status == "failed")


def _told(reply: Reply) -> dict[str, Any]:
    try:
        told = json.loads(reply.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) and "generationId" in told else {}
