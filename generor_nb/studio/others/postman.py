"""Delivering webhooks: one signed POST for each attempt, five seconds at most.

The only requests that the studio makes by itself: to addresses that the account's owner registered.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from ...contract.gptimage2 import (
    DELIVERY_HEADER,
    DELIVERY_SECONDS,
    EVENT_HEADER,
    SIGNATURE_HEADER,
    signature,
)
from ..store import Store
from . import webhooks
from .webhooks import Attempt


class Postman:
    """Delivers what is due.

    Args:
        clock: seconds since the epoch; retries are due by it.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock

    def deliver(self) -> float | None:
        """Make every attempt whose time has come; returns in how many seconds the next one is due."""
        while attempt := self._claim():
            arrived = post(attempt, DELIVERY_SECONDS)
            with self._store.write() as connection:
                webhooks.settle(connection, attempt, arrived, self._clock())
        with self._store.read() as connection:
            due = webhooks.next_due(connection)
        return None if due is None else max(0.0, due - self._clock())

    def _claim(self) -> Attempt | None:
        with self._store.read() as connection:
            due, now = webhooks.next_due(connection), self._clock()
        if due is None or due > now:
            return None
        with self._store.write() as connection:
            return webhooks.claim(connection, now)


def post(attempt: Attempt, patience: float) -> bool:
    """Whether the receiver said 2xx within so many seconds. Redirects are not followed."""
    address = urlsplit(attempt.url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=patience)
    limit = threading.Timer(patience, _cut, [connection])
    limit.daemon = True
    limit.start()
    try:
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection.request("POST", path, attempt.body, _headers(attempt))
        return 200 <= connection.getresponse().status < 300
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        limit.cancel()
        connection.close()


def _headers(attempt: Attempt) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        EVENT_HEADER: attempt.event,
        SIGNATURE_HEADER: signature(attempt.body, attempt.secret),
        DELIVERY_HEADER: attempt.public_id,
    }


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a connection that still trickles when its time is up."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
