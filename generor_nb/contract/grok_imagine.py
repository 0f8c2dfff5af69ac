"""The grokimagineapi API: its numbers, its names, its payloads, and what can be told from them. Pure.

Source: the API document ("영상 생성", "상태 조회", "오류 처리"). It has no list, no balance, no way to
cancel and no idempotency key: a request whose answer is lost cannot be looked up.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic import Field as Keep

from .checks import check, keep_to_options, unlisted
from .generor import Amount, Id, Tolerant, When
from .schema import Ask, Estimate, Field, Generator, Medium, Model, Option, Request, canonical

NAME = "grok-imagine"
BASE_URL = "https://grokimagineapi.com"
GENERATE, STATUS = "/v1/generate", "/v1/status"
OK = 200
CREDITS, DOLLARS = 40, 0.4
# Of either the document shows one example ("fun", "1:1") and no list: others are passed on, with a note.
MODES, MODE = ("fun", "normal"), "fun"
RATIOS, RATIO = ("1:1", "2:3", "3:2", "9:16", "16:9"), "1:1"
COMPLETED = "completed"
FAILED = frozenset({"failed", "error", "cancelled", "canceled", "rejected", "blocked"})
# The document says "images" and gives no number.
MAX_IMAGES = 9
PER_MINUTE = {"free": 100, "pro": 1_000, "enterprise": 5_000}

# The messages of the document's list, by a part that stays when the wording moves, and what each is about.
REASONS = (
    ("file type", "file"),
    ("inappropriate", "content"),
    ("build failed", "build"),
    ("network error", "network"),
)


# --- what is asked for ---

MODEL = Model(
    id="grok-imagine",
    name="Grok Imagine",
    type="video",
    credit_cost=CREDITS,
    provider="grokimagineapi.com",
    description="short clips from words, and from pictures",
    ratios=RATIOS,
)
_MODE = Field(
    "mode",
    "choice",
    "Mode",
    "body",
    default=MODE,
    options=tuple(Option(mode, mode) for mode in MODES),
    open=True,
)
_ASPECT = Field(
    "aspect",
    "choice",
    "Aspect ratio",
    "body",
    default=RATIO,
    options=tuple(Option(ratio, ratio) for ratio in RATIOS),
    open=True,
)
GENERATOR = Generator(
    "video",
    "Video",
    "short clips from words, and from pictures",
    "video",
    (
        Field("prompt", "text", "Prompt", "body", required=True),
        Field(
            "model", "model", "Model", "body", default=MODEL.id, options=(Option(str(MODEL.id), MODEL.name),)
        ),
        _ASPECT,
        _MODE,
        Field("image", "media", "Picture", "body"),
        Field("reference", "media", "Further pictures", "body", maximum=MAX_IMAGES - 1),
    ),
)
_OPTIONS = {"ratio": "--aspect", "images": "--image"}


def compose(ask: Ask) -> Request:
    """The body of ``POST /v1/generate``: mode, prompt and ratio always, images only when there are any.

    Raises:
        InvalidRequest: naming what is wrong and what would be right.
    """
    keep_to_options(ask.settings, _OPTIONS)
    asked = check(GENERATOR, (MODEL,), ask, public=False)
    mode, ratio = asked.settings.get("mode", MODE), asked.aspect or RATIO
    body: dict[str, Any] = {"mode": mode, "prompt": asked.prompt, "ratio": ratio}
    images = (*asked.media.get("image", ()), *asked.media.get("reference", ()))
    return Request(
        provider=NAME,
        generator=GENERATOR.slug,
        model=MODEL,
        body=canonical({**body, **_images(images, "address")}),
        prompt=asked.prompt,
        count=1,
        public=False,
        identity=canonical({**body, **_images(images, "digest")}) if images else "",
        notes=(*unlisted(_MODE, mode), *unlisted(_ASPECT, ratio)),
    )


def _images(images: tuple[Medium, ...], what: str) -> dict[str, list[str]]:
    return {"images": [getattr(one, what) for one in images]} if images else {}


def asked(body: dict[str, Any]) -> dict[str, Any]:
    """What a body was composed of, by option.

    >>> asked({"mode": "fun", "prompt": "a fox", "ratio": "1:1", "images": ["https://a.example/1.png"]})
    {'prompt': 'a fox', 'aspect': '1:1', 'settings': {'mode': 'fun'}, 'image': 'https://a.example/1.png'}
    """
    given = {"prompt": body["prompt"], "aspect": body["ratio"], "settings": {"mode": body["mode"]}}
    first, *others = body.get("images") or [None]
    return {**given, **({"image": first} if first else {}), **({"reference": others} if others else {})}


# Each generation, however many clips it brings.
ESTIMATE = Estimate(CREDITS, per_item=CREDITS, basis="fixed")


# --- what is answered ---


class EnvelopePayload(Tolerant):
    """Every answer: ``code`` repeats the HTTP status, ``error`` names what went wrong."""

    code: int = OK
    message: str = ""
    data: Any = None
    error: str | None = None

    @property
    def fine(self) -> bool:
        return OK <= self.code < 300


class TaskPayload(Tolerant):
    """What an accepted request is called."""

    task_id: Id


def _addresses(value: Any) -> list[str]:
    """What is an address among what came; the document shows a list, and one alone is taken too."""
    given = value if isinstance(value, list) else [value]
    return [one for one in given if isinstance(one, str)]


class StatusPayload(Tolerant):
    """How a task stands. ``response`` are the addresses of its clips, once it is completed."""

    task_id: Id | None = None
    status: str = ""
    consumed_credits: Amount | None = None
    created_at: When | None = None
    error_message: str | None = None
    request: dict[str, Any] | None = None
    response: Annotated[list[str], BeforeValidator(_addresses)] = Keep(default_factory=list)

    @property
    def clips(self) -> tuple[str, ...]:
        """The clips of a completed task; none while it is not.

        >>> StatusPayload(status="completed", response=["https://a.example/1.mp4"]).clips
        ('https://a.example/1.mp4',)
        """
        return tuple(url for url in self.response if url) if self.status.lower() == COMPLETED else ()

    @property
    def failed(self) -> bool:
        """Whether it ended without a clip. What it calls itself otherwise, it is pending."""
        return not self.clips and (bool(self.error_message) or self.status.lower() in FAILED)

    @property
    def refunded(self) -> bool:
        """Whether it says itself that nothing was consumed. The document says nothing of refunds."""
        return self.failed and self.consumed_credits == 0


def reason(message: str) -> str:
    """What a failure is about: ``file``, ``content``, ``build``, ``network``; ``other`` is unknown.

    >>> reason("Inappropriate content, please try another prompt."), reason("?")
    ('content', 'other')
    """
    told = message.casefold()
    return next((name for part, name in REASONS if part in told), "other")


def lacks_credits(code: str, message: str) -> bool:
    """Whether a 400 is for want of credits: the document has no code of its own for that.

    >>> lacks_credits("INSUFFICIENT_CREDITS", ""), lacks_credits("", "Not enough credits")
    (True, True)
    """
    told = f"{code} {message}".casefold().replace("_", " ")
    return "credit" in told and any(w in told for w in ("insufficient", "not enough", "no credit", "balance"))
