"""Everything that can go wrong, each with one line of what and one line of what to do.

GenerorError
├── InvalidRequest          the call itself is wrong; nothing was sent (also a ValueError)
├── ExtraMissing            an optional part is not installed
├── KeyMissing              no key where one is needed
├── OverBudget              a cap would be passed; nothing was sent
├── NeedsConfirmation       nobody there to say yes; nothing was sent
├── Unresolved              the same request was sent before and its outcome is unclear
├── NotSent                 the server was not reached: provably free
├── OutcomeUnknown          sent, and no clear answer: looked up, never resent
├── NoOutput                answered, but with nothing in it
├── Refunded                it was not made, and its credits were given back
├── NotTold                 this provider's API does not tell it
└── APIError                the server said no
    ├── Unauthorized · Forbidden · NotFound · MethodNotAllowed · ValidationFailed
    └── InsufficientCredits · RateLimited · ServerError
Interrupted                 (a KeyboardInterrupt) the cell stopped waiting, the paid operation did not
"""

from __future__ import annotations

from typing import Any

from .text import clean, line, redact


def _two_lines(what: str, hint: str) -> list[str]:
    return [part for part in (line(what, 400), line(hint, 400)) if part]


class GenerorError(Exception):
    """What happened, and what to do about it.

    Args:
        what: one line saying what is wrong.
        hint: one line saying what would be right or what to do next.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        self.what, self.hint = redact(clean(what)), redact(clean(hint))
        super().__init__("\n".join(_two_lines(what, hint)))

    def _render_traceback_(self) -> list[str]:
        first, *rest = _two_lines(self.what, self.hint)
        return [f"{type(self).__name__}: {first}", *rest]


class InvalidRequest(GenerorError, ValueError):
    """Bad input, found before anything was sent.

    ``field`` names what was wrong; ``nearest`` holds the closest right names.
    """

    def __init__(
        self, what: str, hint: str = "", *, field: str = "", nearest: list[str] | None = None
    ) -> None:
        super().__init__(what, hint)
        self.field, self.nearest = field, nearest or []


class ExtraMissing(GenerorError, ImportError):
    """An optional part is missing; the hint is the command that installs it."""


class KeyMissing(GenerorError):
    """A provider that needs a key has none."""


class OverBudget(GenerorError):
    """A cap would be passed. ``needed`` and ``cap`` are credits."""

    def __init__(self, what: str, hint: str = "", *, needed: float = 0, cap: float = 0) -> None:
        super().__init__(what, hint)
        self.needed, self.cap = needed, cap


class NeedsConfirmation(GenerorError):
    """A spend that asks first, and nobody answered yes."""


class Unresolved(GenerorError):
    """The same request was sent before and its outcome is unclear. ``operation`` is its id."""

    def __init__(self, what: str, hint: str = "", *, operation: str = "") -> None:
        super().__init__(what, hint)
        self.operation = operation


class NotSent(GenerorError, ConnectionError):
    """The server was not reached, so nothing can have been charged."""


class OutcomeUnknown(GenerorError):
    """A request left, and no clear answer came. ``operation`` is its id in the journal."""

    def __init__(self, what: str, hint: str = "", *, operation: str = "") -> None:
        super().__init__(what, hint)
        self.operation = operation


class NoOutput(GenerorError):
    """The server answered without a creation. ``charge`` is what it says it took."""

    def __init__(self, what: str, hint: str = "", *, charge: float | None = None) -> None:
        super().__init__(what, hint)
        self.charge = charge


class Refunded(GenerorError):
    """The provider ended it without an output and gave back what it cost. ``reason`` is its text, cleaned."""

    def __init__(self, what: str, hint: str = "", *, reason: str = "") -> None:
        super().__init__(what, hint)
        self.reason = line(reason)


class NotTold(GenerorError):
    """What was asked for is nothing that this provider's API tells."""


class APIError(GenerorError):
    """The server refused. ``code`` and ``status`` are its own; ``message`` is its text, cleaned.

    ``http``, from the typed client: the answer's status, headers, rate, elapsed (`contract.generor.Http`).
    """

    code = ""
    http: Any = None

    def __init__(
        self, what: str, hint: str = "", *, status: int = 0, code: str = "", message: str = ""
    ) -> None:
        super().__init__(what, hint)
        self.status, self.code, self.message = status, code or self.code, line(message)


class Unauthorized(APIError):
    code = "UNAUTHORIZED"


class Forbidden(APIError):
    code = "FORBIDDEN"


class NotFound(APIError):
    code = "NOT_FOUND"


class MethodNotAllowed(APIError):
    code = "METHOD_NOT_ALLOWED"


class ValidationFailed(APIError):
    code = "VALIDATION_ERROR"


class InsufficientCredits(APIError):
    """``need`` and ``have`` are credits, when known."""

    code = "INSUFFICIENT_CREDITS"
    need: float | None = None
    have: float | None = None


class RateLimited(APIError):
    """``retry_after`` is in seconds."""

    code = "RATE_LIMIT_EXCEEDED"
    retry_after: float | None = None


class ServerError(APIError):
    code = "SERVER_ERROR"


class Interrupted(KeyboardInterrupt):
    """The cell stopped waiting. ``operation`` goes on, or was never sent, as ``what`` says."""

    def __init__(self, what: str, hint: str = "", *, operation: str = "") -> None:
        self.what, self.hint, self.operation = what, hint, operation
        super().__init__("\n".join(_two_lines(what, hint)))

    def _render_traceback_(self) -> list[str]:
        return _two_lines(self.what, self.hint)


BY_CODE: dict[str, type[APIError]] = {
    kind.code: kind
    for kind in (
        Unauthorized,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        ValidationFailed,
        InsufficientCredits,
        RateLimited,
        ServerError,
    )
}
BY_STATUS: dict[int, type[APIError]] = {
    400: ValidationFailed,
    401: Unauthorized,
    402: InsufficientCredits,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    422: ValidationFailed,
    429: RateLimited,
}
