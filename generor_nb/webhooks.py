"""gptimage2 tells when a generation has ended, instead of being asked: registering, verifying, receiving.

Source: the API document, "Outbound webhooks". A delivery is signed, may come more than once, and is told
again when no 2xx answers it within five seconds.
"""

from __future__ import annotations

import hmac
import inspect
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .base import loop, services
from .base.errors import InvalidRequest, Unauthorized
from .base.messages import say
from .base.secret import Secret
from .base.settings import Settings
from .contract import gptimage2 as api

MOST_BYTES = 1 << 20
MOST_REMEMBERED = 10_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
Scope = MutableMapping[str, Any]


def verify(body: bytes, signature: str | None, secret: Secret) -> bool:
    """Whether ``signature`` is that of ``body``, compared in constant time. Never raises.

    Args:
        body: the raw body as it came, not what a framework made of it.
        signature: the header ``X-Gptimg-Signature``: lower-case hex of HMAC-SHA256.
        secret: from registering, whole, ``whsec_`` included.

    >>> verify(b"{}", "no signature", Secret("whsec_" + "0" * 8))
    False
    """
    try:
        right = api.signature(body, secret.reveal())
        return hmac.compare_digest(right.encode(), (signature or "").strip().encode("utf-8", "replace"))
    except Exception:  # whatever was handed in: it is no valid delivery
        return False


@dataclass(frozen=True)
class Event:
    """A delivery that is genuine: its id, what happened, and the generation as it ended."""

    delivery: str
    event: str
    generation: api.GenerationPayload

    @property
    def succeeded(self) -> bool:
        """Whether there are pictures; blocked and failed cost nothing."""
        return self.generation.status == "succeeded"


def read(body: bytes, headers: Mapping[str, str], secret: Secret) -> Event | None:
    """The event of a delivery; None when its signature is wrong or it cannot be read.

    Args:
        headers: as they came, in whichever case.
    """
    named = {name.lower(): value for name, value in headers.items()}
    if not verify(body, named.get(api.SIGNATURE_HEADER.lower()), secret):
        return None
    try:
        told = api.EventPayload.model_validate_json(body)
        return Event(named.get(api.DELIVERY_HEADER.lower(), ""), told.event, told.generation)
    except ValueError:
        return None


class Deliveries:
    """Which deliveries were seen, by ``X-Gptimg-Delivery``: each is new once. Safe between threads.

    Args:
        most: how many are remembered, the latest.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most, self._seen, self._lock = most, OrderedDict[str, None](), threading.Lock()

    def first(self, delivery: str) -> bool:
        """Whether this one comes for the first time; from now on it does not. One without an id is new."""
        if not delivery:
            return True
        with self._lock:
            if delivery in self._seen:
                return False
            self._seen[delivery] = None
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
            return True

    def forget(self, delivery: str) -> None:
        """It was not dealt with: let it come again."""
        with self._lock:
            self._seen.pop(delivery, None)


@dataclass
class Receiver:
    """An ASGI application that takes deliveries, for the very path that the webhook points to.

    Give it a route, as below in FastAPI and Starlette; ``mount`` would redirect to the path with a slash, and
    a sender follows nothing.

    It answers 401 to what is not genuine, and 200 to what it has seen already. When ``on_event`` raises, it
    answers 500, so that the delivery is told again.

    Args:
        secret: from registering.
        on_event: called once for each event; may be ``async``. The sender waits five seconds.
        seen: remembers deliveries; in memory unless given.

    >>> app.add_route("/hooks/gptimg", gn.webhooks.Receiver(secret, print))  # doctest: +SKIP
    """

    secret: Secret
    on_event: Callable[[Event], Awaitable[None] | None]
    seen: Deliveries = field(default_factory=Deliveries)

    async def __call__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Scope]],
        send: Callable[[Scope], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        status = 405 if scope["method"] != "POST" else await self._take(scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _take(self, scope: Scope, receive: Callable[[], Awaitable[Scope]]) -> int:
        body = await _whole(receive)
        if body is None:
            return 413
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        event = read(body, headers, self.secret)
        if event is None:
            return 401
        if not self.seen.first(event.delivery):
            return 200
        try:
            done = self.on_event(event)
            if inspect.isawaitable(done):
                await done
        except BaseException as error:  # whatever it was, being broken off too: the sender tries again later
            self.seen.forget(event.delivery)
            if isinstance(error, Exception):
                return 500
            raise
        return 200


async def _whole(receive: Callable[[], Awaitable[Scope]]) -> bytes | None:
    """The body; None when it is larger than any delivery, or breaks off."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return body


@dataclass(frozen=True)
class Webhook:
    """A registered webhook. ``secret`` is shown by the API this once: keep it now."""

    id: str
    secret: Secret


def register(
    url: str,
    session: Secret,
    *,
    events: Iterable[str] = api.EVENTS,
    label: str | None = None,
) -> Webhook:
    """Have gptimage2 tell ``url`` of what happens: ``POST /api/account/webhooks``.

    The API takes no key for this, only the cookie of somebody who is signed in. It is used for this one
    call and kept nowhere.

    Args:
        url: an https address of yours; plain http only on this machine.
        session: the cookie as the browser sends it, ``name=value``; a value alone is called ``session``.
        events: of ``generation.succeeded`` and ``generation.failed``; both unless given.
        label: what the account page calls it.

    Raises:
        InvalidRequest: the address or an event is none.
        Unauthorized: the cookie is not valid, or no more.

    >>> hook = gn.webhooks.register("https://me.example/hooks", gn.Secret(cookie))  # doctest: +SKIP
    """
    wanted = _checked(url, list(events), session)
    body = {"url": url, "events": wanted, **({"label": label} if label else {})}
    place = Settings().base_url(services.named(api.NAME))
    made: Webhook = loop.run(_register(place, _cookie(session), body))
    return made


def _checked(url: str, events: list[str], session: Secret) -> list[str]:
    if not isinstance(session, Secret):
        raise InvalidRequest(say("key.plain"), say("key.plain.hint"), field="session")
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise InvalidRequest(say("webhook.url"), say("webhook.url.hint"), field="url")
    unknown = [event for event in events if event not in api.EVENTS]
    if unknown or not events:
        what = say("webhook.event", event=unknown[0] if unknown else "[]")
        raise InvalidRequest(what, say("use.one.of", values=", ".join(api.EVENTS)), field="events")
    return events


def _cookie(session: Secret) -> Secret:
    """The header's whole value, in no variable where something may fail: a traceback shows those."""
    return session if "=" in session.reveal() else Secret(f"{api.COOKIE}={session.reveal()}")


async def _register(base_url: str, cookie: Secret, body: dict[str, Any]) -> Webhook:
    from .providers.gptimage2 import refused
    from .providers.refusals import unreadable
    from .transport import CallOptions, Channel

    channel = Channel(base_url.rstrip("/").removesuffix("/v1"), cookie, key_header="Cookie")
    try:
        reply = await channel.call("POST", "/account/webhooks", json=body, options=CallOptions(retry=False))
    finally:
        await channel.aclose()
    if reply.status == 401:
        raise Unauthorized(say("webhook.session"), say("webhook.session.hint"), status=401)
    if not 200 <= reply.status < 300:
        raise refused(reply)
    try:
        told = api.WebhookPayload.model_validate_json(reply.body)
        return Webhook(told.id, Secret(str((told.model_extra or {})["secret"])))
    except (ValueError, KeyError):
        raise unreadable(api.NAME, reply) from None
