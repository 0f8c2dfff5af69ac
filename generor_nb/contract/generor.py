"""The Generor API: its numbers, its names, its payloads.

Source: the API document ("Generators", "Models", "Credits", "Error codes"). Payload models keep
unknown fields and require none that only some answers carry.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

BASE_URL = "https://generor.com/api/v1"
KEY_PREFIX = "gnr_live_"
MAX_PROMPT = 10_000
MAX_COUNT = 10
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


class Payload(BaseModel):
    """A part of an answer. Unknown fields stay reachable in ``model_extra``."""

    model_config = ConfigDict(extra="allow", defer_build=True, protected_namespaces=())


class ErrorBody(Payload):
    code: str = ""
    message: str = ""
    status: int = 0


class Envelope(Payload):
    success: bool
    data: Any = None
    meta: dict[str, Any] | None = None
    error: ErrorBody | None = None


class OptionPayload(Payload):
    value: str | int | float
    label: str | None = None


class ParameterPayload(Payload):
    id: str
    type: str = "enum"
    label: str | None = None
    options: list[OptionPayload | str | int | float] | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    default: Any = None
    cost_multipliers: dict[str, float] | None = None


class GeneratorPayload(Payload):
    slug: str
    title: str = ""
    description: str = ""
    icon: str | None = None
    status: str = "active"
    type: str | None = None
    prompt_required: bool = True
    parameters: list[ParameterPayload] = Field(default_factory=list)


class RatioPayload(Payload):
    id: int | None = None
    ratio: str
    label: str | None = None


class ModelPayload(Payload):
    id: int
    name: str = ""
    type: str = ""
    provider: str | None = None
    description: str | None = None
    credit_cost: float = 0
    aspect_ratios: list[RatioPayload] | None = None


class CostPayload(Payload):
    total: float
    per_item: float | None = None
    count: int | None = None
    discount: float = 0
    discount_percent: float = 0


class TimePayload(Payload):
    seconds: float | None = None
    per_item: float | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    source: str | None = None


class EstimatePayload(Payload):
    model_id: int | None = None
    model_name: str | None = None
    credit_cost: CostPayload
    time_estimate: TimePayload | None = None
    applied_parameters: dict[str, Any] | None = None
    adjustments: dict[str, Any] | None = None


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


class BalancePayload(Payload):
    total: float
    paid: float = 0
    free: float = 0
    earned: float = 0
    max: float | None = None


class UserPayload(Payload):
    user_id: int | str
    username: str = ""
    credits: BalancePayload | None = None
