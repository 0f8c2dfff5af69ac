"""The Generor API: its numbers, its names, its payloads.

Source: the API document ("Generators", "Models", "Credits", "Error codes"). Payload models keep
unknown fields and require none that only some answers carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

if TYPE_CHECKING:
    from typing import Self

    from pydantic import ModelWrapValidatorHandler

    from ..base.secret import Secret

BASE_URL = "https://generor.com/api/v1"
KEY_PREFIX = "gnr_live_"
MAX_PROMPT = 10_000
MAX_COUNT = 10
MAX_TEMPERATURE = 2
MAX_PAGE = 100

STATUS_BY_CODE = {
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "VALIDATION_ERROR": 400,
    "INSUFFICIENT_CREDITS": 402,
    "RATE_LIMIT_EXCEEDED": 429,
    "SERVER_ERROR": 500,
}
MODEL_TYPES = (
    "text",
    "image",
    "video",
    "speech",
    "music",
    "soundeffect",
    "upscale",
    "vector",
    "backgroundremoval",
)
TRANSACTION_TYPES = (
    "spend",
    "purchase",
    "daily_bonus",
    "weekly_bonus",
    "signup_bonus",
    "refund",
    "gift_sent",
    "gift_received",
)
SCOPES = ("read", "write", "generate")
SORTS = ("newest", "oldest")
VOTES = ("up", "down")
LICENSES = (1, 2)  # Open GO-1.0, Exclusive GE-1.0
MAX_SCORE = 5
TIERS = {  # per minute, per hour, per day
    "free": (30, 500, 5_000),
    "basic": (60, 2_000, 20_000),
    "pro": (120, 5_000, 50_000),
    "enterprise": (300, 20_000, 200_000),
}
ANONYMOUS_PER_MINUTE = 15

IMAGE_RATIOS = {"1": "1:1", "2": "3:4", "3": "4:3", "4": "16:9", "5": "9:16"}
VIDEO_RATIOS = {"1": "16:9", "2": "9:16"}
RATIO_NAMES = {"square": "1:1", "vertical": "3:4", "horizontal": "4:3", "wide": "16:9", "tall": "9:16"}
MATCH_INPUT = "match_input_image"

# Which models use references (API document: "reference_images", "reference_videos"): part of a name -> most.
REFERENCE_IMAGES = {
    "veo 3.1": 3,
    "seedance 2.0": 9,
    "happy horse 1.0 r2v": 9,
    "happy horse r2v": 9,
    "happy horse video edit": 5,
}
REFERENCE_VIDEOS = {"seedance 2.0": 3}
DREAMINA = range(20060, 20063)
VIDEO_EDIT = 20051

# Text-only body fields beyond the prompt: name -> (what it is, allowed values or bounds).
TEXT_EXTRAS: dict[str, tuple[str, Any]] = {
    "language": ("text", None),
    "temperature": ("number", (0.0, 2.0)),
    "preference": ("text or integer", None),
    "preference_two": ("text or integer", None),
    "user_text": ("text", None),
    "user_text_two": ("text", None),
    "avoid_duplicates": ("flag", None),
    "thinking_mode": ("text", ("off", "on", "high")),
    "story_context": ("text", None),
    "character_context": ("text", None),
    "character_name": ("text", None),
    "character_id": ("text or integer", None),
    "support_for": ("integer", None),
    "mode": ("text", None),
    "model_speech": ("integer", None),
    "item_index": ("integer", None),
    "total_count": ("integer", None),
    "translation_of": ("integer", None),
    "source_language": ("text", None),
}


class RateSeen(Protocol):
    """The rate limit that an answer told: ``reset`` is epoch seconds; None is unknown."""

    @property
    def limit(self) -> int | None: ...
    @property
    def remaining(self) -> int | None: ...
    @property
    def reset(self) -> float | None: ...
    @property
    def tier(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Http:
    """What came with an answer: header names in lower case, ``elapsed`` in seconds.

    Nothing of the request is in it, so no key.
    """

    status: int
    headers: Mapping[str, str]
    rate: RateSeen
    elapsed: float


class Payload(BaseModel):
    """A part of an answer. Unknown fields stay reachable in ``model_extra``."""

    # A slot, so that it is no part of equality, of a dump, of a copy or of a pickle.
    __slots__ = ("_http",)

    model_config = ConfigDict(extra="allow", defer_build=True, protected_namespaces=())

    @property
    def http(self) -> Http:
        """Status, headers, rate and elapsed seconds of the answer this came with.

        Raises:
            AttributeError: it came with none: it is a part of something, or a copy.
        """
        found: Http = object.__getattribute__(self, "_http")
        return found

    def came_with(self, http: Http) -> None:
        """Remember the answer this came with."""
        object.__setattr__(self, "_http", http)


class Tolerant(Payload):
    """A payload that an odd field does not break.

    What a field cannot read is kept as it came in ``odd``, and the field has its default; only a
    required field that is missing or odd raises.
    """

    __slots__ = ("_odd",)

    @property
    def odd(self) -> dict[str, Any]:
        """Fields whose values could not be read, as they came."""
        try:
            found: dict[str, Any] = object.__getattribute__(self, "_odd")
        except AttributeError:
            return {}
        return found

    @model_validator(mode="wrap")
    @classmethod
    def _keep_odd(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            odd = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
            required = {name for name, field in cls.model_fields.items() if field.is_required()}
            if not isinstance(data, dict) or not odd or odd & required or not odd <= set(data):
                raise
        kept = handler({name: value for name, value in data.items() if name not in odd})
        object.__setattr__(kept, "_odd", {name: data[name] for name in odd if data[name] is not None})
        return kept


def _plain(value: Any) -> str:
    text = str(value).strip().casefold()
    return text.removesuffix(".0")


def _as_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _objects(value: Any) -> Any:
    return [one if isinstance(one, dict) else {} for one in value] if isinstance(value, list) else value


# One entry that is no object must not lose the others of a paid answer: it is one that says nothing.
Objects = BeforeValidator(_objects)
# JSON can say 1e999, and one such charge would fill every cap for ever.
Amount = int | Annotated[float, Field(allow_inf_nan=False)]
Id = int | str
When = Annotated[datetime, AfterValidator(_as_utc)]  # the API's dates name no zone: they are UTC


class ErrorBody(Payload):
    code: str = ""
    message: str = ""
    status: int = 0


class Envelope(Payload):
    success: bool
    data: Any = None
    meta: dict[str, Any] | None = None
    error: ErrorBody | None = None


class OptionPayload(Tolerant):
    value: str | int | float
    label: str | None = None


class ParameterPayload(Tolerant):
    id: str
    type: str = "enum"
    label: str | None = None
    options: list[OptionPayload | str | int | float] | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    default: Any = None
    cost_multipliers: dict[str, float] | None = None


class GeneratorPayload(Tolerant):
    slug: str
    title: str = ""
    description: str = ""
    icon: str | None = None
    status: str = "active"
    type: str | None = None
    prompt_required: bool = True
    image_required: bool | None = None
    parameters: list[ParameterPayload] = Field(default_factory=list)
    similar_generators: list[Any] | None = None


class RatioPayload(Tolerant):
    id: int | None = None
    ratio: str
    label: str | None = None


class ModelPayload(Tolerant):
    id: int
    name: str = ""
    type: str = ""
    provider: str | None = None
    description: str | None = None
    credit_cost: Amount = 0
    supports_img2img: bool | None = None
    supports_aspect_ratio: bool | None = None
    aspect_ratios: list[RatioPayload] | None = None
    # Video models only.
    supported_durations: list[int] | None = None
    default_duration: int | None = None
    supports_audio: bool | None = None
    audio_cost_multiplier: float | None = None
    supports_end_frame: bool | None = None
    quality: str | None = None
    default_quality: str | None = None
    qualities: dict[str, int] | None = None
    group_slug: str | None = None
    group_name: str | None = None
    # The studio tells these; of other servers only the document does.
    max_reference_images: int | None = None
    max_reference_videos: int | None = None
    supports_reference_audio: bool | None = None
    takes_video: bool | None = None
    requires: list[str] | None = None


class CostPayload(Tolerant):
    total: Amount
    per_item: Amount | None = None
    count: int | None = None
    discount: Amount = 0
    discount_percent: Amount = 0


class TimePayload(Tolerant):
    seconds: float | None = None
    per_item: float | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    sample_count: int | None = None
    has_historical: bool | None = None
    source: Literal["historical", "fallback"] | str | None = None


class EstimatePayload(Tolerant):
    """What a request would cost and take."""

    __slots__ = ("_dropped",)

    generator: str | None = None
    model_id: int | None = None
    model_type: str | None = None
    model_name: str | None = None
    credit_cost: CostPayload
    time_estimate: TimePayload | None = None
    applied_parameters: dict[str, Any] | None = None
    adjustments: dict[str, Any] | None = None

    @property
    def dropped(self) -> tuple[str, ...]:
        """Parameters that were sent and that the server would not use, or would use otherwise."""
        try:
            found: tuple[str, ...] = object.__getattribute__(self, "_dropped")
        except AttributeError:
            return ()
        return found

    def compare(self, sent: Mapping[str, Any]) -> None:
        """See which of the parameters that were sent the server would not use as they are.

        It says all of them as strings; an older server says none.
        """
        applied = self.applied_parameters
        lost = [] if applied is None else [k for k, v in sent.items() if _plain(applied.get(k)) != _plain(v)]
        object.__setattr__(self, "_dropped", tuple(lost))


class GeneratedPayload(Payload):
    generator: str | None = None
    model_id: int | None = None
    model_type: str | None = None
    model_name: str | None = None
    creations: list[dict[str, Any]] = Field(default_factory=list)
    credit_cost: float | None = None
    credit_cost_estimated: float | None = None
    credits_remaining: float | None = None
    time_taken_seconds: float | None = None
    adjustments: dict[str, Any] | None = None


class BalancePayload(Tolerant):
    total: Amount
    paid: Amount = 0
    free: Amount = 0
    earned: Amount = 0
    max: Amount | None = None


class UserPayload(Payload):
    user_id: int | str
    username: str = ""
    credits: BalancePayload | None = None


class MetaPayload(Tolerant):
    """Where a page stands in its list."""

    page: int | None = None
    per_page: int | None = None
    total: int | None = None
    total_pages: int | None = None
    has_next: bool | None = None
    has_prev: bool | None = None


class MediaPayload(Tolerant):
    """A file of a creation; its address may be relative to the API's origin."""

    url: str
    width: int | None = None
    height: int | None = None
    poster_url: str | None = None
    seconds: Amount | None = None


class CreationPayload(Tolerant):
    """A finished creation, as lists and ``GET /creations/{id}`` show it ("Creations")."""

    creation_id: Id
    generator: str = ""
    user_id: Id | None = None
    username: str | None = None
    prompt: str | None = None
    created_at: When | None = None
    privacy_mode: Literal[0, 1] | int | None = None
    type: Literal["text", "img", "video", "audio", "svg"] | str | None = None
    license: Literal[1, 2] | int | None = None
    model_id: int | None = None
    model_name: str | None = None
    images: list[MediaPayload] = Field(default_factory=list)
    videos: list[MediaPayload] = Field(default_factory=list)
    audios: list[MediaPayload] = Field(default_factory=list)
    text: str | None = None
    generator_data: dict[str, Any] | None = None

    @property
    def public(self) -> bool | None:
        """Whether anybody may see it; None when the answer does not say."""
        return None if self.privacy_mode is None else self.privacy_mode == 0

    @property
    def urls(self) -> list[str]:
        """The addresses of its files, in order, whatever field they came in."""
        files = [file.url for file in (*self.images, *self.videos, *self.audios)]
        extra = self.model_extra or {}
        files += [v for k, v in extra.items() if k.endswith("_url") and isinstance(v, str) and v]
        return list(dict.fromkeys(files))


class StatusPayload(Tolerant):
    creation_id: Id | None = None
    status: Literal["pending", "generating", "completed", "failed", "cancelled"] | str


class PersonPayload(Tolerant):
    """Somebody's public profile ("Users"); lists of followers hold the same, or less."""

    user_id: Id | None = None
    username: str = ""
    avatar: str | None = None
    bio: str | None = None
    website: str | None = None
    joined: When | None = None
    creation_count: int | None = None
    follower_count: int | None = None
    following_count: int | None = None


class MemberPayload(Tolerant):
    user_id: Id | None = None
    username: str = ""
    role: Literal["owner", "member"] | str | None = None
    joined: When | None = None


class TeamPayload(Tolerant):
    """A team ("Teams"). Whoever has ``invite_code`` can join, so a repr does not show it."""

    team_id: int | None = None
    name: str = ""
    owner_id: Id | None = None
    created_at: When | None = None
    members: list[MemberPayload] = Field(default_factory=list)
    invite_code: str | None = Field(None, repr=False)


class MePayload(PersonPayload):
    """The key's owner: profile, credits and teams."""

    email: str | None = Field(None, repr=False)
    credits: BalancePayload | None = None
    teams: list[TeamPayload] = Field(default_factory=list)


class FollowPayload(Tolerant):
    """True when one follows."""

    following: bool

    def __bool__(self) -> bool:
        return self.following


class VotesPayload(Tolerant):
    up: int = 0
    down: int = 0


class CommentPayload(Tolerant):
    """A comment; ``text`` is None when it was deleted, ``parent_id`` names what it answers."""

    comment_id: int | None = None
    creation_id: Id | None = None
    user_id: Id | None = None
    username: str | None = None
    text: str | None = None
    parent_id: int | None = None
    created_at: When | None = None
    votes: VotesPayload | None = None


class RatingPayload(Tolerant):
    """``score`` is one's own, in the answer to rating."""

    creation_id: Id | None = None
    average: Amount | None = None
    count: int = 0
    score: int | None = None


class TransactionPayload(Tolerant):
    """A movement of credits: ``amount`` is negative when they were spent."""

    transaction_id: Id | None = None
    type: (
        Literal[
            "spend",
            "purchase",
            "daily_bonus",
            "weekly_bonus",
            "signup_bonus",
            "refund",
            "gift_sent",
            "gift_received",
        ]
        | str
    ) = ""
    amount: Amount | None = None
    balance_after: Amount | None = None
    description: str | None = None
    created_at: When | None = None


class KeyPayload(Tolerant):
    """An API key as lists show it: never the key itself. No scopes means full access."""

    key_id: int | None = None
    prefix: str = Field("", repr=False)
    name: str = ""
    scopes: list[Literal["read", "write", "generate"] | str] = Field(default_factory=list)
    created_at: When | None = None
    last_used_at: When | None = None


class NewKeyPayload(KeyPayload):
    """An API key just made. ``api_key`` is in no repr, dump, copy or pickle."""

    __slots__ = ("_api_key",)

    message: str | None = None

    @property
    def api_key(self) -> Secret:
        """The key itself. It is shown once: keep it now.

        Raises:
            AttributeError: this is a copy; the key stayed behind.
        """
        found: Secret = object.__getattribute__(self, "_api_key")
        return found

    def keep(self, key: Secret) -> None:
        object.__setattr__(self, "_api_key", key)


class DonePayload(Tolerant):
    """What the server says of something done, if it says anything."""

    message: str | None = None
