"""grok-imagine as a provider: tasks, asked after until they end. A lost request is not found again."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from ..base.errors import APIError, NoOutput
from ..base.messages import in_credits, say
from ..base.secret import Secret
from ..base.text import line
from ..contract import grok_imagine as api
from ..contract.schema import Answer, Ask, Estimate, Item, Request
from ..transport import Channel, Reply
from ..transport.outcome import is_refusal
from .base import Jobs, Order, Progress
from .errand import Errand
from .keyed import Keyed
from .refusals import refusal, unreadable

# Between two questions after a task: a clip takes about a minute, and questions count in the pace.
PAUSE = 4.0


def open_grok_imagine(errand: Errand) -> GrokImagine:
    """The API at the address of an errand."""
    return GrokImagine(errand.base_url, errand.key)


class GrokImagine(Keyed):
    """Knows the grokimagineapi API: one generator, at a fixed price.

    Args:
        base_url: the API's base address.
        key: the account's key.
        app: an application to be called in process instead.
    """

    def __init__(self, base_url: str, key: Secret | None, *, app: Any = None) -> None:
        channel = Channel(base_url, key, app=app)
        super().__init__(api.NAME, channel, key, (api.GENERATOR,), (api.MODEL,), "addresses")
        self.jobs: Jobs | None = Tasks(self._channel)

    async def compose(self, ask: Ask) -> Request:
        await self.generator(ask.generator)
        return api.compose(ask)

    async def estimate(self, request: Request) -> Estimate:
        return api.ESTIMATE

    def order(self, request: Request) -> Order:
        return Order(api.GENERATE, request.body.encode())

    def read(self, reply: Reply) -> Answer:
        """The last answer about a task: its clips, each a creation.

        Raises:
            APIError: it is a refusal, or cannot be read.
            NoOutput: the task failed.
        """
        status = _status(_data(reply))
        if status is None or not (status.clips or status.failed):
            raise unreadable(api.NAME, reply)
        if status.failed:
            raise _failed(status)
        return Answer(
            items=tuple(
                Item(id=f"{status.task_id}-{number}", urls=(url,), data={"task_id": str(status.task_id)})
                for number, url in enumerate(status.clips, start=1)
            ),
            charge=status.consumed_credits,
            model_name=api.MODEL.name,
        )


class Tasks:
    """The tasks of one account."""

    # The document knows no limit.
    most: int | None = None
    # Nothing tells one request from another of the same words, so that none is ever sent again.
    remembers = 0.0

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def accepted(self, reply: Reply) -> str | None:
        envelope = _envelope(reply)
        if envelope is None or not envelope.fine or not 200 <= reply.status < 300:
            return None
        try:
            return str(api.TaskPayload.model_validate(envelope.data).task_id) or None
        except ValidationError:
            return None

    async def poll(self, job: str) -> Progress:
        """Ask after a task once; what is unclear, or another task's, is asked for again.

        Raises:
            APIError: asking is refused: the key, or there is no such task.
        """
        reply = await self._channel.call("GET", api.STATUS, params={"task_id": job})
        try:
            status = _status(_data(reply))
        except APIError as error:
            if is_refusal(error.status):
                raise
            status = None
        if status is None or str(status.task_id or job) != job or not (status.clips or status.failed):
            return Progress(pause=PAUSE)
        return Progress(reply, refunded=status.refunded)


def _envelope(reply: Reply) -> api.EnvelopePayload | None:
    try:
        return api.EnvelopePayload.model_validate_json(reply.body)
    except ValidationError:
        return None


def _data(reply: Reply) -> Any:
    """What the envelope of a success holds.

    Raises:
        APIError: it is none. The HTTP status counts, and the envelope's own code where that is a success.
    """
    envelope = _envelope(reply)
    fine = 200 <= reply.status < 300
    if envelope is None:
        raise refusal(api.NAME, reply, status=None if not fine else 500)
    if fine and envelope.fine:
        return envelope.data
    code = envelope.code if fine else reply.status
    poor = code in (400, 402) and api.lacks_credits(envelope.error or "", envelope.message)
    raise refusal(api.NAME, reply, envelope.message, status=code, poor=poor)


def _status(data: Any) -> api.StatusPayload | None:
    try:
        return api.StatusPayload.model_validate(data)
    except ValidationError:
        return None


def _failed(status: api.StatusPayload) -> NoOutput:
    """Why a task failed, what is known of the money, and what can be done."""
    told = status.error_message or status.status
    used = status.consumed_credits
    if used is None:
        money = say("task.untold")
    else:
        money = say("task.charged", credits=in_credits(used)) if used else say("task.free")
    what = say("task.failed", provider=api.NAME, message=line(told, 160), money=money)
    return NoOutput(what, say(f"task.{api.reason(told)}.hint"), charge=used)
