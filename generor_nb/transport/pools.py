"""Several small connection pools over one TLS context.

A pool looks through all its connections for every call, so one wide pool costs quadratically; and a
narrow one makes calls wait for a connection, silently. Small pools without a limit do neither.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx

# Up to here a pool is kept busy before the next one is opened.
CROWD = 2
MOST = 64
# Idle connections of a pool are closed only when it is used again, so few are kept.
KEPT = CROWD


class Pools:
    """Clients, opened when needed, and how busy each is.

    Args:
        open_client: makes a client with these limits.
    """

    def __init__(self, open_client: Callable[[httpx.Limits], httpx.AsyncClient]) -> None:
        self._open = open_client
        self._limits = httpx.Limits(max_connections=None, max_keepalive_connections=KEPT)
        self.clients = [open_client(self._limits)]
        self.busy = [0]

    def take(self) -> int:
        """The number of the client to use; give it back with ``give``."""
        place = 0
        if self.busy[0] >= CROWD:
            place = min(range(len(self.busy)), key=self.busy.__getitem__)
            if self.busy[place] >= CROWD and len(self.clients) < MOST:
                self.clients.append(self._open(self._limits))
                self.busy.append(0)
                place = len(self.clients) - 1
        self.busy[place] += 1
        return place

    def give(self, place: int) -> None:
        self.busy[place] -= 1

    async def aclose(self) -> None:
        for client in self.clients:
            await client.aclose()
