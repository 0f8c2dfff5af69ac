"""The gptimage2 API: its numbers, its names, its payloads, and what can be asked of it.

Source: the API document of gptimage2.plus. No I/O: client and studio share it. Payloads keep unknown fields
and require none that only some answers carry.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Any, Literal

from ..base.errors import InvalidRequest
from ..base.messages import say
from .checks import Checked, check
from .generor import Amount, Id, Objects, Payload, Tolerant, When
from .schema import Ask, Estimate, Field, Generator, Medium, Model, Option, Request, canonical

NAME = "gptimage2"
BASE_URL = "https://gptimage2.plus/api/v1"
KEY_PREFIX, SECRET_PREFIX = "gimg_", "whsec_"

# "Rate limits": polls count too, and so does every upload's first step.
PER_HOUR, IN_FLIGHT = 600, 5

# How long a request is surely known again by its Idempotency-Key, in seconds. The document says that the
# existing row is answered and names no end; a day less an hour is what the shortest-lived such stores keep.
REMEMBERS = 23 * 3600.0

# Seconds between two questions after a generation: soon at first, then less and less often.
FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = 2.0, 1.5, 30.0

TYPES = ("text2img", "edit")
SIZES = {"1:1": "1024x1024", "2:3": "1024x1536", "3:2": "1536x1024"}
QUALITIES = ("low", "medium", "high")
DEFAULT_SIZE, DEFAULT_QUALITY = "1024x1024", "medium"
MAX_PROMPT, MAX_COUNT, MAX_INPUTS = 4_000, 4, 4

# Credits a picture. The document prices "low" alone.
CREDITS = {"low": 1}
# What is set aside for a picture of which no price was ever seen: one credit, times what the underlying
# model's own prices differ by between the smallest picture of low quality and the largest of this one.
UNTOLD = {"medium": 6, "high": 24}

UPLOAD_TYPES = ("image/png", "image/jpeg", "image/webp")
MAX_UPLOAD, MAX_FILENAME = 10 * 2**20, 200
UPLOAD_SECONDS = 300

STATUSES = ("queued", "running", "succeeded", "failed", "blocked")
ENDED = frozenset({"succeeded", "failed", "blocked"})
REFUNDED = frozenset({"failed", "blocked"})

EVENTS = ("generation.succeeded", "generation.failed")
EVENT_HEADER, SIGNATURE_HEADER, DELIVERY_HEADER = (
    "X-Gptimg-Event",
    "X-Gptimg-Signature",
    "X-Gptimg-Delivery",
)
COOKIE = "session"
DELIVERY_SECONDS = 5.0
REDELIVERIES = (30.0, 120.0, 600.0)
DISABLED_AFTER = 8


# --- what is asked for ---

MODEL = Model(
    id="gpt-image-2",
    name="GPT Image 2",
    type="image",
    credit_cost=None,
    provider="gptimage2.plus",
    description="text to image, and editing of pictures",
    ratios=tuple(SIZES),
)
_PROMPT = Field("prompt", "text", "Prompt", "body", required=True, maximum=MAX_PROMPT)
_SHARED = (
    Field("model", "model", "Model", "body", default=MODEL.id, options=(Option("gpt-image-2", MODEL.name),)),
    Field("count", "number", "How many", "body", default=1, minimum=1, maximum=MAX_COUNT, step=1),
    Field(
        "aspect",
        "choice",
        "Aspect ratio",
        "body",
        default="1:1",
        options=tuple(Option(ratio, size) for ratio, size in SIZES.items()),
    ),
    Field(
        "quality",
        "choice",
        "Quality",
        "body",
        help="low is fast and 1 credit a picture; high is HD 2K",
        default=DEFAULT_QUALITY,
        options=tuple(Option(quality, quality) for quality in QUALITIES),
    ),
)
GENERATORS = (
    Generator("text2img", "Text to image", "pictures from words", "image", (_PROMPT, *_SHARED)),
    Generator(
        "edit",
        "Edit",
        "one to four pictures, changed as the words say",
        "image",
        (
            _PROMPT,
            Field("image", "media", "Picture to edit", "body"),
            Field("reference", "media", "Pictures to use", "body", maximum=MAX_INPUTS),
            *_SHARED,
        ),
        needs_image=True,
    ),
)


def compose(generator: Generator, ask: Ask) -> Request:
    """The body of ``POST /generate``. Inputs stand in it by their content, until they are uploaded.

    Raises:
        InvalidRequest: naming what is wrong and what would be right.
    """
    asked = check(generator, (MODEL,), ask, public=True)
    inputs = inputs_of(asked)
    body: dict[str, Any] = {"type": generator.slug, "prompt": asked.prompt, "n": asked.count}
    body["size"] = SIZES[asked.aspect] if asked.aspect else DEFAULT_SIZE
    body["quality"] = asked.settings.get("quality", DEFAULT_QUALITY)
    if generator.needs_image:
        _check_inputs(generator, inputs)
        body["inputImageKeys"] = [one.digest for one in inputs]
    return Request(
        provider=NAME,
        generator=generator.slug,
        model=MODEL,
        body=canonical(body),
        prompt=asked.prompt,
        count=asked.count,
        public=True,
        identity=canonical(body),
        media=inputs,
        notes=(say("gptimage2.public"),),
    )


def asked(body: dict[str, Any]) -> dict[str, Any]:
    """What a body was composed of, by option. Its inputs are not: what was uploaded is not there for ever.

    >>> asked({"prompt": "a fox", "n": 2, "size": "1024x1536", "quality": "low", "type": "text2img"})
    {'prompt': 'a fox', 'count': 2, 'aspect': '2:3', 'settings': {'quality': 'low'}}
    """
    ratio = next((ratio for ratio, size in SIZES.items() if size == body["size"]), None)
    settings = {"quality": body["quality"]}
    return {"prompt": body["prompt"], "count": body["n"], "aspect": ratio, "settings": settings}


def inputs_of(asked: Checked) -> tuple[Medium, ...]:
    """The picture to edit first, then the others."""
    return (*asked.media.get("image", ()), *asked.media.get("reference", ()))


def _check_inputs(generator: Generator, inputs: tuple[Medium, ...]) -> None:
    if not inputs:
        raise InvalidRequest(
            say("refs.needed", who=generator.title, kind=say("kind.image")),
            say("refs.needed.hint", option="--image"),
            field="image",
        )
    for one in inputs:
        if one.mime not in UPLOAD_TYPES:
            wanted = ", ".join(kind.removeprefix("image/") for kind in UPLOAD_TYPES)
            raise InvalidRequest(
                say("refs.kind", option="--image", wanted=wanted, mime=one.mime),
                say("refs.kind.hint", wanted=wanted),
                field="image",
            )
    if len(inputs) > MAX_INPUTS:
        raise InvalidRequest(
            say("refs.many", option="--image, --reference", count=len(inputs)),
            say("refs.many.hint", model=MODEL.name, most=MAX_INPUTS),
            field="reference",
        )


def uploaded(request: Request, keys: list[str]) -> Request:
    """``request`` with the keys of its inputs, in their order; what it is known by stays."""
    return request.with_body({**request.fields, "inputImageKeys": keys})


def estimate(request: Request) -> Estimate:
    """What the document says of the price: fixed for low quality, else nothing but what is set aside."""
    body = request.fields
    price = CREDITS.get(body["quality"])
    if price is not None:
        return Estimate(price * body["n"], per_item=price, basis="fixed")
    most = UNTOLD[body["quality"]] * body["n"]
    return Estimate(None, basis="unknown", at_most=most, depends=("quality", "size"))


# --- what is answered ---


class AcceptedPayload(Tolerant):
    """202 of ``POST /generate``."""

    generationId: Id  # noqa: N815  # the API's own name
    status: Literal["queued", "running", "succeeded", "failed", "blocked"] | str = "queued"


class OutputPayload(Tolerant):
    """One picture, twice: the addresses are public, and what lies there never changes."""

    png: str | None = None
    webp: str | None = None
    width: int | None = None
    height: int | None = None

    @property
    def url(self) -> str | None:
        """The PNG, which loses nothing; the WebP where there is no other."""
        return self.png or self.webp


class GenerationPayload(Tolerant):
    """``GET /generations/{id}``."""

    id: Id
    status: Literal["queued", "running", "succeeded", "failed", "blocked"] | str
    type: str | None = None
    outputs: Annotated[list[OutputPayload], Objects] | None = None
    error: str | None = None
    costCredits: Amount | None = None  # noqa: N815
    createdAt: When | None = None  # noqa: N815
    completedAt: When | None = None  # noqa: N815

    @property
    def net(self) -> float | None:
        """Credits it cost in the end: 0 when they were given back, whatever ``costCredits`` says."""
        return 0 if self.status in REFUNDED else self.costCredits

    @property
    def pictures(self) -> list[OutputPayload]:
        """What there is of it."""
        return [one for one in self.outputs or [] if one.url]


class UploadPayload(Tolerant):
    """200 of ``POST /upload``: where to PUT the bytes within five minutes, and what to call them then."""

    url: str
    key: str


class EventPayload(Tolerant):
    """What a webhook is told. Blocked comes as ``generation.failed`` with ``status: "blocked"``."""

    event: Literal["generation.succeeded", "generation.failed"] | str
    data: dict[str, Any]

    @property
    def generation(self) -> GenerationPayload:
        return GenerationPayload.model_validate({**self.data, "id": self.data.get("generationId", "")})


class WebhookPayload(Payload):
    """The answer to registering; its secret is shown once."""

    id: str


def pause_after(asked: int, remaining: int | None = None, left: float = 0.0) -> float:
    """Seconds until a generation is asked after again, when it was ``asked`` times.

    Args:
        remaining: requests that the hour still has; None is unknown.
        left: seconds until it ends. What remains is shared out over them, for all that is under way.

    >>> [round(pause_after(n), 1) for n in (1, 2, 3, 9)], pause_after(1, remaining=10, left=600)
    ([2.0, 3.0, 4.5, 30.0], 300.0)
    """
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * PAUSE_GROWTH ** min(asked - 1, 20))
    if remaining is None or left <= 0 or remaining >= PER_HOUR // 10:
        return pause
    return max(pause, IN_FLIGHT * left / max(remaining, 1))


def signature(body: bytes, secret: str) -> str:
    """What signs a delivery: HMAC-SHA256 of the raw body under the whole secret, in lower-case hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
