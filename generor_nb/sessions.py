"""The sessions of this process: which one is in use, with which key, and how one is opened and closed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, cast

from .base import host, keys, loop
from .base.errors import InvalidRequest, KeyMissing
from .base.messages import say
from .base.settings import PROVIDERS, Settings, speak
from .plans import Terms
from .session import Session, new_owner
from .spending.errand import Errand, open_provider
from .spending.porter import Porter

if TYPE_CHECKING:
    from .providers.generor import Generor
    from .providers.generor.client import AsyncClient

__all__ = ["Session", "Terms", "close", "connect", "current", "disconnect"]

# Whether what is paid is carried in this process: where there are no others, and in tests that look inside.
INLINE = sys.platform == "emscripten" or not sys.executable
_sessions: dict[tuple[str, ...], Session] = {}
_explicit_keys: dict[str, Any] = {}


def connect(provider: str, *, key: Any = None) -> Session:
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
        KeyMissing: the provider needs a key and there is none.
        ExtraMissing: the studio is meant and not installed.
    """
    if provider is not None and provider not in PROVIDERS:
        raise InvalidRequest(
            say("provider.unknown", name=provider),
            say("use.one.of", values=", ".join(PROVIDERS)),
            field="provider",
        )
    settings = Settings(None if provider is None else {**host.config(), "provider": provider})
    speak()
    chosen = settings.get("provider")
    key = None if chosen == "studio" else _key("generor")
    name = chosen or ("generor" if key else "studio")
    home = settings.get("home")
    mark: tuple[str, ...] = ("studio", str(home))
    if name != "studio":
        if key is None:
            keys.refuse_in_demo()
            raise KeyMissing(say("key.missing", provider=name), say("key.missing.hint"))
        mark = ("generor", str(home), settings.get("base_url"), f"{hash(key[0])}")
    if mark not in _sessions:
        _sessions[mark] = _open(name, settings, key, chosen is not None, soon)
    return _sessions[mark]


def client(session: Session) -> AsyncClient:
    """The typed client, for what is free, over a session's own connections."""
    from . import sessions
    from .providers.generor.client import AsyncClient

    AsyncClient.sessions = cast(Any, sessions)
    return AsyncClient(cast("Generor", session.provider))


def _key(provider: str) -> tuple[Any, str] | None:
    if provider in _explicit_keys:
        return _explicit_keys[provider], "connect"
    return keys.find(provider)


def _open(name: str, settings: Settings, key: tuple[Any, str] | None, chosen: bool, soon: bool) -> Session:
    home = settings.get("home")
    secret, source = key or (None, "")
    errand = Errand(name, settings.get("base_url"), home, None if name == "studio" else secret)
    owner = new_owner()
    carrier = None if INLINE else Porter(errand, owner)
    if carrier is not None and soon:
        carrier.warm()
    provider, close_provider = open_provider(errand)
    return Session(
        Settings(),
        provider,
        key_source="" if name == "studio" else source,
        chosen=chosen or name != "studio",
        on_close=close_provider,
        carrier=carrier,
        owner=owner,
    )


def _after_fork() -> None:
    """Connections, loops and locks of the parent are not the child's."""
    _sessions.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
