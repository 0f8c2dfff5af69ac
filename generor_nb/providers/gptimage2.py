"""gptimage2 as a provider: inputs are uploaded, generations are jobs, and no request is ever made twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from ..base.errors import APIError, GenerorError, Refunded
from ..base.messages import say
from ..base.secret import Secret
from ..base.text import line
from ..contract import gptimage2 as api
from ..contract.schema import Answer, Ask, Estimate, Item, Medium, Request
from ..transport import CallOptions, Channel, Reply, Ticket
from ..transport.gate import Timing
from ..transport.outcome import is_refusal
from ..transport.pace import HOUR
from . import quota
from .base import Order, Progress
from .errand import Errand
from .keyed import Keyed
from .refusals import refusal, told_in, unreadable

# It answers at once with an id; what is lost can be asked for again under the same key.
SUBMIT_SECONDS = 60.0
POLLING = CallOptions(timeout=15.0, deadline=60.0)
# Nothing is charged for an address to upload to.
PRESIGNING = CallOptions(retry=True)
UPLOADS = 3
# How often one that succeeded and lists no picture is asked after again: it is paid for.
BARE = 3
# What was uploaded is there for the next request too. For how long the document does not say.
KEPT_SECONDS = 600.0
_HINTS = {402: "gptimage2.poor.hint", 403: "gptimage2.plan.hint", 422: "gptimage2.policy.hint"}


def open_gptimage2(errand: Errand) -> GptImage2:
    """The API at the address of an errand."""
    return GptImage2(errand.base_url, errand.key)


class GptImage2(Keyed):
    """Knows the gptimage2 API.

    Args:
        base_url: the API's base address.
        key: the account's key.
        app: an application to be called in process instead.
        timing: clock, sleep and chance of its calls.
    """

    def __init__(
        self, base_url: str, key: Secret | None, *, app: Any = None, timing: Timing | None = None
    ) -> None:
        channel = Channel(base_url, key, window=HOUR, app=app, timing=timing)
        super().__init__(api.NAME, channel, key, api.GENERATORS, (api.MODEL,), "uploads")
        # A lost answer is asked for again under its key: nobody is blind here.
        self._account = replace(self._account, blind=False)
        self._now = (timing or Timing()).now
        self.jobs: Generations = Generations(channel, self._now)
        self._uploaded: dict[str, tuple[str, float]] = {}

    async def compose(self, ask: Ask) -> Request:
        return api.compose(await self.generator(ask.generator), ask)

    async def estimate(self, request: Request) -> Estimate:
        return api.estimate(request)

    # --- what it is made of ---

    async def furnish(self, request: Request) -> Request:
        """Upload the pictures that ``request`` is made of.

        Raises:
            GenerorError: one could not be uploaded; nothing is charged for it.
        """
        return api.uploaded(request, [await self._upload(one) for one in request.media])

    async def _upload(self, medium: Medium) -> str:
        """The key of a picture: of a while ago, or new. An address that expired is asked for anew."""
        key, at = self._uploaded.get(medium.digest, ("", 0.0))
        if key and 0 <= self._now() - at < KEPT_SECONDS:
            return key
        error: GenerorError | None = None
        for _ in range(UPLOADS):
            place = await self._presign(medium)
            try:
                status = await self._channel.put(place.url, medium.data, medium.mime)
            except GenerorError as fault:
                error = fault
                continue
            if 200 <= status < 300:
                self._uploaded[medium.digest] = (place.key, self._now())
                return place.key
            error = GenerorError(say("upload.failed", why=f"HTTP {status}"), say("upload.failed.hint"))
        raise error or RuntimeError("an upload without an end")

    async def _presign(self, medium: Medium) -> api.UploadPayload:
        # What the file is called at home is nobody's business.
        name = f"input.{medium.mime.removeprefix('image/')}"
        told = {"filename": name, "contentType": medium.mime, "size": len(medium.data)}
        reply = await self._channel.call("POST", "/upload", json=told, options=PRESIGNING)
        if not 200 <= reply.status < 300:
            raise refused(reply)
        try:
            return api.UploadPayload.model_validate_json(reply.body)
        except ValidationError:
            raise unreadable(api.NAME, reply) from None

    # --- the request and its answer ---

    def order(self, request: Request) -> Order:
        return Order("/generate", request.body.encode())

    async def send(self, ticket: Ticket, order: Order, read_seconds: float) -> Reply:
        return await self._channel.paid(
            ticket,
            order.path,
            order.body,
            min(read_seconds, SUBMIT_SECONDS),
            idempotency_key=order.idempotency_key,
        )

    def read(self, reply: Reply) -> Answer:
        """The last answer about a generation: its pictures, each a creation.

        The PNG is the file, since it loses nothing; the address of the WebP is kept beside it.

        Raises:
            APIError: it is a refusal, or cannot be read.
            Refunded: it failed or was blocked, and cost nothing.
        """
        if not 200 <= reply.status < 300:
            raise refused(reply)
        told = _generation(reply)
        if told is None or told.status not in api.ENDED:
            raise unreadable(api.NAME, reply)
        if told.status in api.REFUNDED:
            raise _refunded(told)
        return Answer(items=tuple(_items(told)), charge=told.net, model_name=api.MODEL.name)

    def quota(self) -> str:
        """What is left of this hour's requests, in words. How many it has the document says."""
        rate = self._channel.standing()
        return quota.told(replace(rate, limit=rate.limit or api.PER_HOUR), "hour")


class Generations:
    """The generations of one account, asked after within the hour's requests.

    Args:
        now: epoch seconds.
    """

    remembers = api.REMEMBERS
    most: int | None = api.IN_FLIGHT

    def __init__(self, channel: Channel, now: Callable[[], float] = time.time) -> None:
        self._channel, self._now = channel, now
        self._asked, self._bare = Counter[str](), Counter[str]()

    def accepted(self, reply: Reply) -> str | None:
        if not 200 <= reply.status < 300:
            return None
        try:
            return str(api.AcceptedPayload.model_validate_json(reply.body).generationId) or None
        except ValidationError:
            return None

    async def poll(self, job: str) -> Progress:
        """Ask after a generation once; what is unclear is asked for again.

        Raises:
            APIError: asking is refused: the key, or there is no such generation.
        """
        self._asked[job] += 1
        reply = await self._channel.call("GET", f"/generations/{quote(job, safe='')}", options=POLLING)
        if is_refusal(reply.status):
            raise refused(reply)
        told = _generation(reply) if 200 <= reply.status < 300 else None
        if told is not None and str(told.id) == job and self._is_over(told):
            del self._asked[job], self._bare[job]
            return Progress(reply, refunded=told.status in api.REFUNDED)
        rate = self._channel.rate
        left = (rate.reset or 0.0) - self._now()
        return Progress(pause=api.pause_after(self._asked[job], rate.remaining, left))

    def _is_over(self, told: api.GenerationPayload) -> bool:
        if told.status != "succeeded" or told.pictures:
            return told.status in api.ENDED
        self._bare[str(told.id)] += 1
        return self._bare[str(told.id)] > BARE


def refused(reply: Reply) -> APIError:
    """A refusal, with what can be done about it here."""
    error = refusal(api.NAME, reply, told_in(reply.body))
    hint = _HINTS.get(reply.status)
    if hint is None:
        return error
    return type(error)(error.what, say(hint), status=error.status, message=error.message)


def _refunded(told: api.GenerationPayload) -> Refunded:
    """Why there is nothing, and that it cost nothing."""
    reason = line(told.error or told.status, 160)
    what = say(f"gptimage2.{told.status}", reason=reason)
    return Refunded(what, say(f"gptimage2.{told.status}.hint"), reason=reason)


def _generation(reply: Reply) -> api.GenerationPayload | None:
    try:
        return api.GenerationPayload.model_validate_json(reply.body)
    except ValidationError:
        return None


def _items(told: api.GenerationPayload) -> list[Item]:
    outputs = told.pictures
    return [
        Item(
            id=str(told.id) if len(outputs) == 1 else f"{told.id}-{number}",
            urls=(one.url or "",),
            data={"generation": str(told.id), **({"webp": one.webp} if one.webp else {})},
        )
        for number, one in enumerate(outputs, start=1)
    ]
