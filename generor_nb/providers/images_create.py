"""images-create as a provider: one call that answers with the pictures themselves, and with what is left.

Nothing can be looked up there: no list and no call for a single picture is documented. Each operation carries
a ``groupId`` of its own, by which the service can be asked about it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from ..base.embedded import take_out
from ..base.messages import say
from ..base.secret import Secret
from ..base.text import line, tidy, whole
from ..contract import images_create as api
from ..contract.schema import Answer, Ask, Estimate, Inline, Item, Request
from ..transport import Channel, Reply
from .base import Order
from .errand import Errand
from .keyed import Keyed
from .refusals import refusal, told_in, unreadable

FILES = "base64"
# What is kept of a picture beside its file.
_KEPT = ("resolution", "created_at", "mime_type", "etc", "path")


def open_images_create(errand: Errand) -> ImagesCreate:
    """The API at the address of an errand."""
    return ImagesCreate(errand.base_url, errand.key)


class ImagesCreate(Keyed):
    """Knows the images-create API.

    Args:
        base_url: the API's base address; it has none of its own.
        key: the account's key.
        app: an application to be called in process instead.
        mint: a new group id.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret | None,
        *,
        app: Any = None,
        mint: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        headers = {api.PLATFORM_HEADER: api.PLATFORM}
        channel = Channel(base_url, key, key_header=api.KEY_HEADER, headers=headers, app=app)
        super().__init__(api.NAME, channel, key, (api.GENERATOR,), (api.MODEL,), "paths")
        self._mint = mint

    async def compose(self, ask: Ask) -> Request:
        await self.generator(ask.generator)
        return api.compose(ask)

    async def estimate(self, request: Request) -> Estimate:
        return api.estimate(request)

    def order(self, request: Request) -> Order:
        return Order(api.PATH, api.tagged(request, self._mint()).encode())

    def reference(self, order: Order) -> str:
        group = api.group_of(order.body)
        return f"{api.GROUP} {group}" if group else ""

    def read(self, reply: Reply) -> Answer:
        """The pictures stay in the raw answer: of each it is told where its bytes are.

        Raises:
            APIError: it is a refusal, or cannot be read.
        """
        if not 200 <= reply.status < 300:
            raise refusal(api.NAME, reply, told_in(reply.body))
        shorter, places = take_out(reply.body, FILES)
        try:
            payload = api.CreatedPayload.model_validate_json(shorter)
        except ValidationError:
            raise unreadable(api.NAME, reply) from None
        items, failures = [], []
        for number, image in enumerate(payload.images, start=1):
            start, end = places[int(image.base64)] if image.base64 is not None else (0, 0)
            image.base64 = image.base64 if end > start else None
            if image.failure is not None:
                failures.append(say("part.one", number=number, why=line(image.failure, 120)))
            else:
                items.append(_item(image, Inline(start, end)))
        purses = payload.purses
        return Answer(
            items=tuple(items),
            failures=tuple(failures),
            balance=tidy(sum(purses.values())) if purses else None,
            purses=purses,
            model_name=api.MODEL.name,
        )


def _item(image: api.ImagePayload, file: Inline) -> Item:
    told = {**(image.model_extra or {}), **image.model_dump(mode="json", include=set(_KEPT))}
    return Item(
        id=whole(str(image.image_id if image.image_id is not None else "")),
        inline=(file,),
        data={name: told[name] for name in _KEPT if isinstance(told.get(name), str)},
    )
