"""The studio: an embedded server of the Generor API that makes real media on this machine.

It is a library over a folder; several processes may open the same one. Its engines are procedural
and say so in every creation.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base.errors import ExtraMissing, InvalidRequest
from ..base.files import private_folder
from ..base.secret import Secret

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from .dispatch import Parts
    from .others.hosted import Hosted

__all__ = ["Studio"]

OWNER_NAME = "studio"


class Studio:
    """An open studio folder. Make one with :meth:`open`.

    Attributes:
        app: the ASGI application; the API is under ``/api/v1``.
    """

    def __init__(self, home: Path, parts: Parts, app: Any, hosted: dict[str, Hosted]) -> None:
        self._home, self._parts, self.app, self._hosted = home, parts, app, hosted

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        executor: Executor | None = None,
        clock: Callable[[], float] = time.time,
        rate_limits: bool = True,
        proxies: Collection[str] = (),
    ) -> Studio:
        """Open a studio folder, making it if it is not there.

        Calls that a dead process left unfinished are failed and refunded.

        Args:
            home: the folder.
            executor: where engines run; by default up to two processes, started at first use.
            clock: seconds since the epoch.
            rate_limits: whether keys and peers are limited.
            proxies: peers whose X-Forwarded-For is believed when peers are counted; none by default.

        Raises:
            ExtraMissing: the extra ``studio`` is not installed.
        """
        try:
            from .app import build
            from .others.hosted import hosts
            from .parts import assemble, recover
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("generor_nb"):
                raise
            raise ExtraMissing(
                f"the studio needs an extra that is not installed: {error}",
                "Install it: pip install 'generor_nb[studio]'",
            ) from None
        parts = assemble(private_folder(home), executor, clock, rate_limits=rate_limits, proxies=proxies)
        parts.accounts.add(OWNER_NAME)
        recover(parts)
        return cls(home, parts, build(parts), hosts(parts, rate_limits=rate_limits))

    def local_key(self) -> Secret:
        """The key of the owner's account in this process: unlimited, and stored nowhere."""
        return self._parts.accounts.local

    def mint_key(
        self, name: str, scopes: Sequence[str] = (), *, user: int = 1, replace: bool = False
    ) -> Secret:
        """A new key, kept as its hash only.

        Args:
            name: what it is for.
            scopes: of ``read``, ``write``, ``generate``; none means all.
            user: whose account.
            replace: revoke earlier keys of this name.
        """
        return self._parts.accounts.mint(name, scopes, user, replace=replace)

    def revoke_key(self, key: Secret) -> None:
        """Make a minted key invalid, at once."""
        self._parts.accounts.revoke(key)

    def add_user(self, username: str) -> int:
        """The id of the account of this name, which is made if there is none."""
        return self._parts.accounts.add(username)

    def set_tier(self, tier: str) -> None:
        """Put the owner's minted keys on a tier: free, basic, pro, enterprise or unlimited."""
        self._parts.accounts.set_tier(tier)

    def grant(self, credits: int, user: int = 1) -> None:
        """Add bought credits to an account."""
        self._parts.accounts.grant(credits, user)

    def seed(self) -> None:
        """Fill the studio with a small believable world: people, creations, comments, ratings, teams.

        What is there already is left as it is.
        """
        from .seed import plant

        plant(self._home, self._parts.clock)

    def provider(self, name: str) -> Hosted:
        """One of the other APIs that the studio speaks, on the same engines and accounts.

        Args:
            name: ``gptimage2``, ``images-create`` or ``grok-imagine``.

        Raises:
            InvalidRequest: the studio speaks no API of this name.
        """
        if name not in self._hosted:
            known = ", ".join(self._hosted)
            raise InvalidRequest(f"the studio does not speak {name!r}", f"It speaks {known}.")
        return self._hosted[name]

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of the other APIs that the studio speaks."""
        return tuple(self._hosted)

    def deliver_webhooks(self) -> float | None:
        """Send the webhooks that are due; returns in how many seconds the next one is.

        A studio that is served does so by itself; one that is open in process does it when told.
        """
        from .others.postman import Postman

        return Postman(self._parts.store, self._parts.clock).deliver()

    def wait_for_webhooks(self, seconds: float) -> None:
        """Return when a job has ended, of which there may be something to tell, or after so many seconds."""
        self._parts.bench.bell.wait(seconds)
        self._parts.bench.bell.clear()

    def wake_webhooks(self) -> None:
        """Let who waits for webhooks return."""
        self._parts.bench.bell.set()

    def loopback_app(self) -> Any:
        """The application for a socket on this machine: it refuses requests that a web page sent here.

        The other APIs are below a path of their names: ``/gptimage2``, ``/images-create``, ``/grok-imagine``.
        """
        from .app import Site, build

        others = {f"/{name}": hosted.loopback_app() for name, hosted in self._hosted.items()}
        return Site(build(self._parts, loopback=True), others)

    def close(self) -> None:
        """Let go of the folder."""
        from .parts import close

        close(self._parts)
