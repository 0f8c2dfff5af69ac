"""What a provider is: it describes itself, prices a request, says how to send it and reads the answer.

It never sends a paid request itself: the courier does, with the order and a ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..contract.evidence import Mark, Movement, Seen, Sighting
from ..contract.schema import Account, Answer, Ask, Balance, Estimate, Generator, Model, Request, Takes
from ..transport import Permit, Reply, Ticket

# The most bytes of a file that was made.
MAX_FILE = 1 << 30


@dataclass(frozen=True, slots=True)
class Order:
    """A paid request, ready to send: path below the base URL, the exact body, and its key if it has one."""

    path: str
    body: bytes
    idempotency_key: str | None = None


class Lookup(Protocol):
    """How to look back at what an account was given and charged. All of it is free."""

    async def mark(self) -> Mark: ...
    async def creations(self, above: int | None, since: float) -> Seen[Sighting]: ...
    async def movements(self, above: int | None, since: float) -> Seen[Movement]: ...
    async def recall(self, ids: Sequence[str], charge: float | None) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How a job stands.

    Args:
        reply: its answer, once it has ended.
        refunded: it has ended without an output, and what it cost was given back.
        pause: seconds until it is worth asking again.
    """

    reply: Reply | None = None
    refunded: bool = False
    pause: float = 5.0


class Jobs(Protocol):
    """For a provider that accepts a paid request as a job, and is asked after it until it ends.

    ``most`` is how many of one account it works on at once, None without a limit: what comes beyond that
    waits here. ``remembers`` says how many seconds it knows a request again by its idempotency key: that
    long, a lost answer may be asked for by sending the same once more. 0: it knows none, and nothing is sent
    again.
    """

    @property
    def most(self) -> int | None: ...
    @property
    def remembers(self) -> float: ...
    def accepted(self, reply: Reply) -> str | None:
        """The job's id, if that is what the answer to a paid request holds."""
        ...

    async def poll(self, job: str) -> Progress:
        """Ask after a job once.

        Raises:
            APIError: asking itself is refused, by a key that is not taken or a job that is not known.
        """
        ...


class Provider(Protocol):
    """``name`` is what people type; ``real`` says whether it spends somebody's money.

    ``takes`` is how media gets there; ``furnish`` brings a request's media there and returns what is sent
    then: right before it is paid for, never for a price or a replay. ``lookup`` is None where a lost
    answer cannot be looked for, ``jobs`` where requests are no jobs, ``balance`` where no call tells it.
    """

    name: str
    base_url: str
    real: bool
    takes: Takes

    @property
    def lookup(self) -> Lookup | None: ...
    @property
    def jobs(self) -> Jobs | None: ...
    async def account(self) -> Account: ...
    async def generators(self) -> list[Generator]: ...
    async def generator(self, slug: str) -> Generator: ...
    async def models(self, type: str | None = None) -> list[Model]: ...
    async def compose(self, ask: Ask) -> Request: ...
    async def estimate(self, request: Request) -> Estimate: ...
    async def balance(self) -> Balance | None: ...
    async def furnish(self, request: Request) -> Request: ...
    def order(self, request: Request) -> Order: ...
    def reference(self, order: Order) -> str:
        """What its people may find a request by, as they call it; empty when nothing tells it from others."""
        ...

    async def ready(self) -> Permit: ...
    def give_back(self, permit: Permit) -> None: ...
    async def send(self, ticket: Ticket, order: Order, read_seconds: float) -> Reply: ...
    def read(self, reply: Reply) -> Answer: ...
    async def fetch(self, url: str, part: Path, limit: int = MAX_FILE) -> str: ...
    def quota(self) -> str: ...
    async def aclose(self) -> None: ...
