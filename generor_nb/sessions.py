"""The sessions of this process: which one is in use, with which key, and how one is opened and closed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, cast

from .base import host, keys, loop, services
from .base.errors import InvalidRequest, KeyMissing
from .base.messages import say
from .base.secret import Secret
from .base.services import GENEROR, STUDIO, Service
from .base.settings import Settings, speak
from .plans import Terms
from .providers.errand import Errand
from .session import Session, new_owner
from .spending.errand import open_provider
from .spending.porter import Porter

if TYPE_CHECKING:
    from .providers.generor.client import AsyncClient

__all__ = ["Session", "Terms", "close", "connect", "current", "disconnect"]

# Whether what is paid is carried in this process: where there are no others, and in tests that look inside.
INLINE = sys.platform == "emscripten" or not sys.executable
_sessions: dict[tuple[str, ...], Session] = {}
_explicit_keys: dict[str, Secret] = {}


def connect(provider: str, *, key: Secret | None = None) -> Session:
    """Use ``provider`` with a key given as an object, for this process only."""
    if key is not None:
        keys.refuse_in_demo()
        _explicit_keys[provider] = key
    return current(provider)


def close() -> None:
    """Close every session of this process; the next use opens them anew."""
    for session in list(_sessions.values()):
        loop.run(session.aclose())
    _sessions.clear()


def disconnect(provider: str) -> None:
    """Forget a key given as an object."""
    _explicit_keys.pop(provider, None)


def current(provider: str | None = None, *, soon: bool = False) -> Session:
    """The session of the provider asked for, else of the one the settings choose.

    Args:
        soon: something is about to be paid: whoever carries it gets ready while this session is opened.

    Raises:
        InvalidRequest: there is no such provider, or it has no address.
        KeyMissing: the provider needs a key and there is none.
        ExtraMissing: the studio is meant and not installed.
    """
    errand, source, chosen = _errand(provider)
    mark = _mark(errand)
    if mark not in _sessions:
        _sessions[mark] = _open(errand, source, chosen, soon)
    return _sessions[mark]


def opening(provider: str | None = None) -> str:
    """Which provider ``current`` has yet to open, by name; empty when it is open. Raises as ``current``."""
    errand, _, _ = _errand(provider)
    return "" if _mark(errand) in _sessions else errand.provider


def key_source(service: Service) -> str:
    """Where this provider's key comes from; empty when there is none."""
    found = _key(service) if service.keyed else None
    return found[1] if found else ""


def client(session: Session) -> AsyncClient:
    """The typed client of the Generor API, for what is free, over a session's own connections.

    Raises:
        InvalidRequest: the session's provider speaks another one.
    """
    from .providers.generor.client import AsyncClient
    from .providers.generor.provider import Generor

    if not isinstance(session.provider, Generor):
        hint = say("lists.none.hint")
        raise InvalidRequest(say("lists.none", provider=session.provider.name), hint, field="provider")
    AsyncClient.sessions = cast(Any, sys.modules[__name__])
    return AsyncClient(session.provider)


def _errand(provider: str | None) -> tuple[Errand, str, bool]:
    """The provider meant, where its key comes from, and whether somebody chose it."""
    if provider is not None:
        services.named(provider)
    settings = Settings(None if provider is None else {**host.config(), "provider": provider})
    speak()
    chosen = settings.get("provider")
    service = services.named(chosen or (GENEROR if _key(services.named(GENEROR)) else STUDIO))
    key = _key(service)
    if service.keyed and key is None:
        keys.refuse_in_demo()
        what = say("key.missing", provider=service.name)
        raise KeyMissing(what, say("key.missing.hint", env=service.key))
    secret, source = key or (None, "")
    base_url = settings.base_url(service) if service.placed else ""
    errand = Errand(service.name, base_url, settings.get("home"), secret)
    return errand, source, chosen is not None or service.keyed


def _mark(errand: Errand) -> tuple[str, ...]:
    return errand.provider, str(errand.home), errand.base_url, f"{hash(errand.key)}"


def _key(service: Service) -> tuple[Secret, str] | None:
    if service.name in _explicit_keys:
        return _explicit_keys[service.name], "connect"
    return keys.find(service.name)


def _open(errand: Errand, source: str, chosen: bool, soon: bool) -> Session:
    owner = new_owner()
    carrier = None if INLINE else Porter(errand, owner)
    if carrier is not None and soon:
        carrier.warm()
    provider = open_provider(errand)
    return Session(Settings(), provider, key_source=source, chosen=chosen, carrier=carrier, owner=owner)


def _after_fork() -> None:
    """Connections, loops and locks of the parent are not the child's."""
    _sessions.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
