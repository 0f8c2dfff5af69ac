"""The grokimagineapi API: its numbers, its names, its payloads, and what can be told from them. Pure.

Source: the API document ("영상 생성", "상태 조회", "오류 처리"). It has no list, no balance, no way to
cancel and no idempotency key: a request whose answer is lost cannot be looked up.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .generor import Amount, Tolerant, When

BASE_URL = "https://grokimagineapi.com"
GENERATE, STATUS = "/v1/generate", "/v1/status"
OK = 200
CREDITS, DOLLARS = 40, 0.4
# Of either the document shows one example ("fun", "1:1") and no list: others are passed on, with a note.
MODES, MODE = ("fun", "normal"), "fun"
RATIOS, RATIO = ("1:1", "2:3", "3:2", "9:16", "16:9"), "1:1"
COMPLETED = "completed"
FAILED = frozenset({"failed", "error", "cancelled", "canceled", "rejected", "blocked"})
PER_MINUTE = {"free": 100, "pro": 1_000, "enterprise": 5_000}

# The messages of the document's list, by a part that stays when the wording moves, and what each is about.
REASONS = (
    ("file type", "file"),
    ("inappropriate", "content"),
    ("build failed", "build"),
    ("network error", "network"),
)


class EnvelopePayload(Tolerant):
    """Every answer: ``code`` repeats the HTTP status, ``error`` names what went wrong."""

    code: int
    message: str = ""
    data: Any = None
    error: str | None = None

    @property
    def fine(self) -> bool:
        return self.code == OK


class TaskPayload(Tolerant):
    """What an accepted request is called."""

    task_id: str


class StatusPayload(Tolerant):
    """How a task stands. ``response`` are the addresses of its clips, once it is completed."""

    task_id: str | None = None
    status: str = ""
    consumed_credits: Amount | None = None
    created_at: When | None = None
    error_message: str | None = None
    request: dict[str, Any] | None = None
    response: list[str] = Field(default_factory=list)

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
