"""The images-create API: its numbers, its names, its payloads, and what can be told from them. Pure.

Source: the API document ("POST /api/images/create"). It documents this one call: no list, no balance, no
estimate, and no way to fetch what ``async: true`` would begin.
"""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from .generor import Amount, Id, Tolerant, When

PATH = "/api/images/create"
KEY_HEADER = "X-Api-Key"
# The text names three platforms, the options four; it says "web" unless told.
PLATFORM_HEADER, PLATFORMS, PLATFORM = "X-Platform", ("web", "app", "figma", "api"), "api"
MAX_PROMPT = 1200
RATIOS = ("square", "vertical", "horizontal", "1:1", "3:4", "4:3", "9:16", "16:9")
# The server makes four unless told, so that ``sample`` is always sent.
COUNTS, SERVER_COUNT = (1, 2, 4), 4
# What a picture starts from: one of these. The document shows fields for the first only ("Style + Prompt",
# "Collection ID + Prompt" stand in its text).
STARTS = ("image", "style", "collectionId")
# Further texts that a request may carry: how its prompt came about.
PROMPTS = ("randomPrompt", "initialPrompt", "enhancedPrompt", "captionPrompt", "captionTPrompt")
# Three purses; whichever was used, all three are told.
PURSES = ("default", "daily", "monthly")
COMPLETED = "COMPLETED"


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
    base64: str | None = Field(None, repr=False)
    mime_type: str | None = None
    generation_info: GenerationPayload | None = Field(None, alias="GenerationInfo")

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
        return status if status and status.upper() != COMPLETED else "no picture"


class CreatedPayload(CamelPayload):
    """The answer: pictures, and the three purses as they are after the call."""

    images: list[ImagePayload]
    default_credit: Amount | None = None
    daily_credit: Amount | None = None
    monthly_credit: Amount | None = None

    @property
    def purses(self) -> dict[str, float]:
        """The balances it tells, by the purse's name."""
        found = {name: getattr(self, f"{name}_credit") for name in PURSES}
        return {name: amount for name, amount in found.items() if amount is not None}
