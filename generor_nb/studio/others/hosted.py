"""One of the other APIs as Python has it: its application, its keys, and what its ledger says."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from ...base.secret import Secret
from ...contract.gptimage2 import BASE_URL
from .. import ledger
from ..dispatch import Parts
from ..paging import Page
from . import jobs
from .frame import Api, Frame
from .gptimage2 import GptImage2
from .grok_imagine import GrokImagine
from .holders import SESSION
from .images_create import ImagesCreate

# What a client's base URL ends with, where the API's paths do not begin at its root.
BASES = {"gptimage2": urlsplit(BASE_URL).path}
KEPT = ("public_id", "kind", "state", "cost", "idempotency_key", "error", "body")
MANY = 1_000_000


class Hosted:
    """One API that an open studio speaks beside Generor's.

    Attributes:
        name: ``gptimage2``, ``images-create`` or ``grok-imagine``.
        app: the ASGI application; its paths are those of the API's document.
        base: what a client's base URL ends with, after the address of the application.

    Example::

        studio = Studio.open(folder)
        there = studio.provider("gptimage2")
        transport = httpx.ASGITransport(there.app)
        headers = {"Authorization": f"Bearer {there.local_key().reveal()}"}
        client = httpx.AsyncClient(transport=transport, base_url="http://studio", headers=headers)
        await client.post("/api/v1/generate", json={"prompt": "a harbour", "quality": "low"})

    Everything is in the folder: while one process serves it, another may open it and read the ledger.
    """

    def __init__(self, parts: Parts, api: Api) -> None:
        self._parts, self._api = parts, api
        self.name, self.base = api.firm.name, BASES.get(api.firm.name, "")
        self.app: ASGIApp = Frame(parts, api, loopback=False)

    def loopback_app(self) -> ASGIApp:
        """The application for a socket on this machine: it refuses requests that a web page sent here."""
        return Frame(self._parts, self._api, loopback=True)

    def local_key(self) -> Secret:
        """The key of the owner's account in this process: not counted, and stored nowhere."""
        return self._api.holders.local

    def mint_key(self, name: str, *, user: int = 1, replace: bool = False) -> Secret:
        """A new key, kept as its hash only.

        Args:
            name: what it is for.
            user: whose account; see :meth:`Studio.add_user`.
            replace: revoke earlier keys of this name.
        """
        return self._api.holders.mint(name, user, replace=replace)

    def session(self, *, user: int = 1, replace: bool = False) -> Secret:
        """The value of a cookie ``session``, which registers webhooks at gptimage2."""
        return self._api.holders.mint("session", user, kind=SESSION, replace=replace)

    def set_plan(self, plan: str, user: int = 1) -> None:
        """Put an account on a plan of the API: gptimage2 has free, pro and max; grok-imagine its rates.

        Raises:
            InvalidRequest: there is no such plan.
        """
        self._api.holders.set_plan(plan, user)

    def grant(self, credits: int, user: int = 1) -> None:
        """Add bought credits to an account."""
        self._api.holders.grant(credits, user)

    def balance(self, user: int = 1) -> dict[str, int]:
        """What lies in each purse of an account."""
        self._api.holders.fill(user)
        with self._parts.store.read() as connection:
            return ledger.held(connection, user, self.name)

    def transactions(self, user: int = 1) -> list[dict[str, Any]]:
        """Every transaction of an account, oldest first, with ``type``, ``amount`` and ``balance_after``."""
        with self._parts.store.read() as connection:
            return ledger.history(connection, Page(1, MANY, True), user, None, self.name)[0]

    def jobs(self, user: int = 1) -> list[dict[str, Any]]:
        """Every paid request of an account, oldest first, with its state, cost and idempotency key."""
        with self._parts.store.read() as connection:
            return [{name: job[name] for name in KEPT} for job in jobs.listing(connection, self.name, user)]


def hosts(parts: Parts, *, rate_limits: bool) -> dict[str, Hosted]:
    """The three, by name."""
    apis: list[Api] = [
        GptImage2(parts, rate_limits=rate_limits),
        ImagesCreate(parts),
        GrokImagine(parts, rate_limits=rate_limits),
    ]
    return {api.firm.name: Hosted(parts, api) for api in apis}
