"""A refusal of an API that has no envelope like Generor's, as the typed error of its status. Pure."""

from __future__ import annotations

import json
import time

from ..base.errors import (
    BY_STATUS,
    APIError,
    Forbidden,
    InsufficientCredits,
    RateLimited,
    ServerError,
    Unauthorized,
)
from ..base.messages import say
from ..base.services import named
from ..base.text import line, whole
from ..transport import Reply
from ..transport.limits import room_in


def refusal(
    provider: str, reply: Reply, message: str = "", *, status: int | None = None, poor: bool = False
) -> APIError:
    """The error of an answer that is no success.

    Args:
        message: what the API said; a page that is not its own says nothing.
        status: what counts, where the API repeats it in its answer.
        poor: it was refused for want of credits.
    """
    counts = reply.status if status is None else status
    kind = InsufficientCredits if poor else BY_STATUS.get(counts, ServerError)
    if message:
        what = say(f"api.{kind.__name__}", status=counts, message=line(message, 160))
    else:
        content = reply.headers.get("content-type", "").split(";")[0].strip()
        what = say("api.foreign", status=counts, kind=line(content, 40) or say("api.empty"))
    wait = room_in(reply.headers, time.time()) if kind is RateLimited else None
    error = kind(what, _hint(kind, provider, wait), status=counts, message=message)
    if isinstance(error, RateLimited):
        error.retry_after = wait
    return error


def _hint(kind: type[APIError], provider: str, wait: float | None) -> str:
    service = named(provider)
    if kind in (Unauthorized, Forbidden):
        return say("api.key.hint", env=service.key)
    if kind is InsufficientCredits:
        return say("api.top.up.hint")
    if kind is RateLimited:
        return say("api.rate.hint", seconds="?" if wait is None else f"{wait:.0f}")
    if kind is ServerError:
        return say("api.place.hint", env=service.base_env)
    return say("api.validation.hint")


def told_in(body: bytes) -> str:
    """What a refusal says, in whichever of the usual forms; empty when it says nothing readable."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    while isinstance(told, dict) and told:
        inner = next((told[k] for k in ("error", "message", "issues", "errors") if told.get(k)), None)
        path = told.get("path") if isinstance(told.get("path"), list) else None
        if path and isinstance(inner, str):
            return f"{'.'.join(map(str, path))}: {inner}"
        told = inner
    if isinstance(told, list):
        return "; ".join(text for one in told[:5] if (text := told_in(json.dumps(one).encode())))
    return whole(told) if isinstance(told, str) else ""


def unreadable(provider: str, reply: Reply) -> ServerError:
    """The error of an answer that says it succeeded, and nothing that can be understood."""
    return ServerError(say("answer.unreadable"), _hint(ServerError, provider, None), status=reply.status)
