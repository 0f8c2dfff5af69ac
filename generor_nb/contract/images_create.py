"""The images-create API: its numbers, its names, its payloads, and what can be told from them. Pure.

Source: the API document ("POST /api/images/create"). It documents this one call: no list, no balance, no
estimate, and no way to fetch what ``async: true`` would begin.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any

from pydantic import ConfigDict
from pydantic import Field as Keep
from pydantic.alias_generators import to_camel

from ..base.errors import InvalidRequest
from ..base.messages import say
from .checks import check, keep_to_options
from .generor import Amount, Id, Objects, Tolerant, When
from .schema import Ask, Estimate, Field, Generator, Model, Option, Request, canonical

NAME = "images-create"
PATH = "/api/images/create"
KEY_HEADER = "X-Api-Key"
# The text names three platforms, the options four; it says "web" unless told.
PLATFORM_HEADER, PLATFORMS, PLATFORM = "X-Platform", ("web", "app", "figma", "api"), "api"
MAX_PROMPT = 1200
RATIOS = ("square", "vertical", "horizontal", "1:1", "3:4", "4:3", "9:16", "16:9")
RATIO = "1:1"
# The server makes four unless told, so that ``sample`` is always sent.
COUNTS, SERVER_COUNT = (1, 2, 4), 4
# What a picture starts from: one of these. The document shows fields for the first only ("Style + Prompt",
# "Collection ID + Prompt" stand in its text).
STARTS = ("image", "style", "collectionId")
# Further texts that a request may carry: how its prompt came about.
PROMPTS = ("randomPrompt", "initialPrompt", "enhancedPrompt", "captionPrompt", "captionTPrompt")
# The server echoes it: by this a request is known to its people.
GROUP = "groupId"
# Three purses; whichever was used, all three are told.
PURSES = ("default", "daily", "monthly")
COMPLETED = "COMPLETED"
# The document has no prices. Set aside for each picture until a charge is known.
UNTOLD = 10


# --- what is asked for ---

MODEL = Model(
    id="images-create",
    name="Images Create",
    type="image",
    credit_cost=None,
    provider=NAME,
    description="pictures from words and a reference, a style or a collection",
    ratios=RATIOS,
)
GENERATOR = Generator(
    "image",
    "Image",
    "pictures from words and a reference, a style or a collection of the service",
    "image",
    (
        Field("prompt", "text", "Prompt", "body", required=True, maximum=MAX_PROMPT),
        Field(
            "model", "model", "Model", "body", default=MODEL.id, options=(Option(str(MODEL.id), MODEL.name),)
        ),
        Field(
            "count",
            "number",
            "How many",
            "body",
            default=1,
            minimum=1,
            maximum=max(COUNTS),
            step=1,
            options=tuple(Option(str(count), str(count)) for count in COUNTS),
        ),
        Field(
            "aspect",
            "choice",
            "Aspect ratio",
            "body",
            default=RATIO,
            options=tuple(Option(ratio, ratio) for ratio in RATIOS),
        ),
        Field("image", "media", "Reference", "body", "its storage path, e.g. 1/reference-1423131.png"),
        Field("style", "text", "Style", "body"),
        Field("collectionId", "text", "Collection", "body", "its id"),
        *(Field(name, "text", name, "body", advanced=True) for name in PROMPTS),
    ),
)
_OPTIONS = {"sample": "--count", "ratio": "--aspect", "image": "--image"}


def compose(ask: Ask) -> Request:
    """The body of ``POST /api/images/create``, without the group that ``tagged`` adds.

    Raises:
        InvalidRequest: naming what is wrong and what would be right.
    """
    _refuse_async(ask)
    keep_to_options(ask.settings, _OPTIONS)
    settings = {key: value for key, value in ask.settings.items() if not _is(key, "async")}
    asked = check(GENERATOR, (MODEL,), replace(ask, settings=settings), public=False)
    given = {**asked.settings, **{name: ones[0].address for name, ones in asked.media.items()}}
    starts = [name for name in STARTS if name in given]
    if len(starts) != 1:
        what = say("start.many", names=", ".join(starts)) if starts else say("start.none")
        raise InvalidRequest(what, say("start.hint"), field=(starts or STARTS)[0])
    body: dict[str, Any] = {"prompt": asked.prompt, "ratio": asked.aspect or RATIO, "sample": asked.count}
    return Request(
        provider=NAME,
        generator=GENERATOR.slug,
        model=MODEL,
        body=canonical({**body, **given}),
        prompt=asked.prompt,
        count=asked.count,
        public=False,
    )


def _is(key: str, name: str) -> bool:
    return key.removeprefix("body.").removeprefix("parameters.") == name


def _refuse_async(ask: Ask) -> None:
    """What ``async: true`` begins is paid, and no call is documented that would fetch it."""
    for key, value in ask.settings.items():
        if _is(key, "async") and str(value).strip().casefold() not in ("false", "0", "no", "off"):
            raise InvalidRequest(say("async.refused"), say("async.refused.hint"), field=key)
        if _is(key, GROUP):
            raise InvalidRequest(say("group.own"), say("group.own.hint"), field=key)


def tagged(request: Request, group: str) -> str:
    """The body with ``groupId``, so that an operation can be named to the service's people."""
    return canonical({**request.fields, GROUP: group})


def asked(body: dict[str, Any]) -> dict[str, Any]:
    """What a body was composed of, by option.

    >>> asked({"prompt": "a fox", "ratio": "1:1", "sample": 2, "style": "ink", "groupId": "5f0c"})
    {'prompt': 'a fox', 'count': 2, 'aspect': '1:1', 'settings': {'style': 'ink'}}
    """
    own = {"prompt": "prompt", "sample": "count", "ratio": "aspect", "image": "image"}
    given = {option: body[name] for name, option in own.items() if name in body}
    return {**given, "settings": {k: v for k, v in body.items() if k not in (*own, GROUP)}}


def group_of(body: bytes) -> str:
    """The group in a body that was sent.

    >>> group_of(b'{"prompt": "a fox", "groupId": "5f0c"}')
    '5f0c'
    """
    return str(json.loads(body).get(GROUP, ""))


def estimate(request: Request) -> Estimate:
    """Nothing is known of the price before it is charged, but what is set aside."""
    return Estimate(None, basis="unknown", at_most=UNTOLD * request.count)


# --- what is answered ---


class CamelPayload(Tolerant):
    """A payload whose names have humps on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class GenerationPayload(CamelPayload):
    """How a picture came about: ``group_id`` is the request's own, ``blur_reason`` why it may not be seen."""

    original_prompt: str | None = None
    variation_id: Id | None = None
    group_id: str | None = None
    blur_reason: str | None = None


class ImagePayload(CamelPayload):
    """One picture. ``base64`` is bare or a data URI; a repr does not show it."""

    image_id: Id | None = None
    created_at: When | None = None
    generation_status: str | None = None
    generation_error: str | None = None
    resolution: str | None = None
    owner_id: Id | None = None
    bookmarked: bool | None = None
    base64: str | None = Keep(None, repr=False)
    mime_type: str | None = None
    generation_info: GenerationPayload | None = Keep(None, alias="GenerationInfo")

    @property
    def failure(self) -> str | None:
        """Why this picture failed inside an answer that succeeded; None when it did not.

        >>> ImagePayload(generation_status="COMPLETED", generation_error="blocked").failure
        'blocked'
        """
        info = self.generation_info
        told = self.generation_error or (info.blur_reason if info else None)
        if told and told.strip():
            return told.strip()
        if self.base64:
            return None
        status = self.generation_status
        return status if status and status.upper() != COMPLETED else say("part.empty")


class CreatedPayload(CamelPayload):
    """The answer: pictures, and the three purses as they are after the call."""

    images: Annotated[list[ImagePayload], Objects]
    default_credit: Amount | None = None
    daily_credit: Amount | None = None
    monthly_credit: Amount | None = None

    @property
    def purses(self) -> dict[str, float]:
        """The balances it tells, by the purse's name."""
        found = {name: getattr(self, f"{name}_credit") for name in PURSES}
        return {name: amount for name, amount in found.items() if amount is not None}
