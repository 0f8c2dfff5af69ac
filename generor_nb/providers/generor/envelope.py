"""Generor's envelope, opened: the data of a success, the typed error of a refusal. Pure."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from ...base.errors import BY_CODE, BY_STATUS, APIError, InsufficientCredits, RateLimited, ServerError
from ...base.messages import say
from ...base.text import line
from ...contract.generor import Envelope
from ...transport import Reply
from ...transport.limits import retry_after

_HINTS = {
    "UNAUTHORIZED": "api.unauthorized.hint",
    "FORBIDDEN": "api.forbidden.hint",
    "NOT_FOUND": "api.not_found.hint",
    "METHOD_NOT_ALLOWED": "api.server.hint",
    "VALIDATION_ERROR": "api.validation.hint",
    "INSUFFICIENT_CREDITS": "api.credits.hint",
    "RATE_LIMIT_EXCEEDED": "api.rate.hint",
    "SERVER_ERROR": "api.server.hint",
}


def open_envelope(reply: Reply) -> Envelope:
    """The envelope of a 2xx answer with ``success: true``.

    Raises:
        APIError: of the class its code, else its status, names.
    """
    envelope = _parse(reply.body)
    if envelope is not None and envelope.success and 200 <= reply.status < 300:
        return envelope
    raise error_of(reply, envelope)


def error_of(reply: Reply, envelope: Envelope | None) -> APIError:
    """The typed error of a refusing, broken or foreign answer."""
    body = envelope.error if envelope else None
    code, message = (body.code, body.message) if body else ("", "")
    kind = BY_CODE.get(code) or BY_STATUS.get(reply.status, ServerError)
    if body is None:
        what = say("api.foreign", status=reply.status, kind=_content_kind(reply))
    else:
        what = say(f"api.{kind.__name__}", status=reply.status, message=line(message, 160))
    hint_key = _HINTS.get(kind.code, "api.server.hint")
    wait = retry_after(reply.headers, time.time()) if kind is RateLimited else None
    hint = say(hint_key, seconds="?" if wait is None else f"{wait:.0f}")
    error = kind(what, hint, status=reply.status, code=code, message=message)
    if isinstance(error, RateLimited):
        error.retry_after = wait
    if isinstance(error, InsufficientCredits):
        error.need, error.have = need_and_have(message)
    return error


def need_and_have(message: str) -> tuple[float | None, float | None]:
    """The two numbers of a 402 message, when it has them.

    >>> need_and_have("needs 80 credits, 12 left")
    (80.0, 12.0)
    """
    numbers = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", message)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (None, None)


def _parse(body: bytes) -> Envelope | None:
    try:
        loaded: Any = json.loads(body)
        return Envelope.model_validate(loaded) if isinstance(loaded, dict) else None
    except (ValueError, RecursionError):
        return None


def _content_kind(reply: Reply) -> str:
    kind = reply.headers.get("content-type", "").split(";")[0].strip()
    return line(kind, 40) or say("api.empty")
