"""The studio over HTTP, for this machine only."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from ..base.secret import Secret
from ..contract.gptimage2 import DELIVERY_SECONDS
from ..contract.gptimage2 import NAME as GPTIMAGE2
from . import Studio

HOST = "127.0.0.1"
KEY_NAME = "serve"
IDLE = 30.0  # seconds after which it is looked for webhooks that another process left due


@dataclass(frozen=True, slots=True)
class Address:
    """Where an API is: a client's base URL, a key, and at gptimage2 the cookie that registers webhooks."""

    url: str
    key: Secret
    session: Secret | None = None


def serve(
    home: Path,
    *,
    port: int = 0,
    tier: str = "free",
    rate_limits: bool = True,
    seed: bool = False,
    ready: Callable[[str, Secret, Mapping[str, Address]], None],
) -> None:
    """Serve a studio folder on 127.0.0.1 until SIGINT or SIGTERM.

    Args:
        home: the folder.
        port: 0 takes a free one.
        tier: the tier of the key that is handed out.
        rate_limits: whether keys and peers are limited.
        seed: whether to fill the folder with a small believable world first.
        ready: called with the API's address, a key, and the same for each of the other APIs, once
            connections are accepted. The keys replace those of an earlier serve of this folder.
    """
    studio = Studio.open(home, rate_limits=rate_limits)
    try:
        studio.set_tier(tier)
        if seed:
            studio.seed()
        key = studio.mint_key(KEY_NAME, replace=True)
        with listen(port) as listener:
            site = f"http://{HOST}:{listener.getsockname()[1]}"
            others = addresses(studio, site)
            with delivering(studio):
                server = _Server(config(studio), lambda: ready(f"{site}/api/v1", key, others))
                server.run(sockets=[listener])
    finally:
        studio.close()


def addresses(studio: Studio, site: str) -> dict[str, Address]:
    """Where the other APIs are below an address, with new keys."""
    found = {}
    for name in studio.providers:
        hosted = studio.provider(name)
        session = hosted.session(replace=True) if name == GPTIMAGE2 else None
        key = hosted.mint_key(KEY_NAME, replace=True)
        found[name] = Address(f"{site}/{name}{hosted.base}", key, session)
    return found


@contextlib.contextmanager
def delivering(studio: Studio) -> Iterator[None]:
    """Webhooks are sent as long as this lasts."""
    ended = threading.Event()

    def deliver() -> None:
        while not ended.is_set():
            due = studio.deliver_webhooks()
            studio.wait_for_webhooks(IDLE if due is None else min(due, IDLE))

    thread = threading.Thread(target=deliver, name="studio-postman", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        studio.wake_webhooks()
        thread.join(DELIVERY_SECONDS)


def listen(port: int = 0) -> socket.socket:
    """A socket of this machine only."""
    listener = socket.create_server((HOST, port))
    # asyncio sets this on its own sockets alone; without it every answer waits 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def config(studio: Studio) -> uvicorn.Config:
    # No access log: it would hold prompts' creation ids and addresses for nobody's use. Our frame sends Date.
    return uvicorn.Config(
        studio.loopback_app(),
        log_level="warning",
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave quietly on a signal; uvicorn would raise it again, past the studio's closing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
