"""The typed client of the whole Generor API."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, cast
from urllib.parse import urljoin

from ...base import keys
from ...base.errors import GenerorError, InvalidRequest
from ...base.media import head_of
from ...base.messages import say
from ...base.secret import Secret
from ...base.settings import SETTINGS, Settings
from ...transport.limits import Rate
from .provider import Generor
from .resources import (
    APIKeys,
    Comments,
    Creations,
    Credits,
    Feed,
    Generators,
    Models,
    Ratings,
    Teams,
    Users,
)
from .wire import Line, Options, Wire, across

if TYPE_CHECKING:
    from typing import Protocol, Self

    class Sessions(Protocol):
        """What the client needs to know of ``generor_nb.session``."""

        Session: Callable[..., Any]
        Terms: Callable[..., Any]

        def current(self, provider: str | None = None) -> Any: ...


class AsyncClient:
    """All 45 operations of the Generor API, for ``await`` in any loop, also in a cell.

    By itself it speaks to the current session's provider, Generor or the studio, over the session's own
    connections. Free calls are paced and tried again by the transport; ``generators.generate`` spends as a
    cell does. Everything returned knows its answer: ``.http`` has status, headers, rate and elapsed.

    Args:
        provider: ``"generor"``, ``"studio"`` or a provider; the session that the settings choose otherwise.
        key: use this key, over connections of one's own; ``async with`` or ``aclose()`` ends them. With
            ``"studio"`` it is another account of the embedded studio.
        base_url: speak to this address; without ``key`` then as nobody, since no other key is sent there.

    Raises:
        KeyMissing: the session's provider needs a key and there is none.
        InvalidRequest: a base URL that is neither https nor on this machine.

    >>> client = gn.AsyncClient()  # doctest: +SKIP
    >>> (await client.credits.balance()).total  # doctest: +SKIP
    1250
    """

    # generor_nb.session, handed in by the package: arrows between the rooms point the other way.
    sessions: ClassVar[Sessions | None] = None

    generators: Generators
    creations: Creations
    models: Models
    users: Users
    teams: Teams
    comments: Comments
    ratings: Ratings
    credits: Credits
    feed: Feed
    api_keys: APIKeys

    def __init__(
        self,
        provider: str | Generor | None = None,
        *,
        key: Secret | None = None,
        base_url: str | None = None,
    ) -> None:
        if isinstance(provider, Generor):
            self._bind(Wire(self._line_of(provider), Options()))
        elif key is None and base_url is None:
            session = self._rooms().current(provider)
            self._bind(Wire(Line(session.provider, lambda: session, self._rooms().Terms), Options()))
        else:
            if key is not None and not isinstance(key, Secret):
                raise InvalidRequest(say("key.plain"), say("key.plain.hint"), field="key")
            line = self._line_of(self._named(provider, key, base_url))
            line.hang_up = True
            self._bind(Wire(line, Options()))

    @classmethod
    def _named(cls, provider: str | None, key: Secret | None, base_url: str | None) -> Generor:
        """A provider with connections of its own; the studio's keys are good in the studio alone."""
        if base_url is None and (provider or Settings().get("provider")) == "studio":
            return cast(Generor, cls._rooms().current("studio").provider).for_key(key)
        if provider not in (None, "generor"):
            raise InvalidRequest(say("client.base"), say("client.base.hint"), field="base_url")
        keys.refuse_in_demo()
        return Generor(_address(base_url), key)

    @classmethod
    def _rooms(cls) -> Sessions:
        if cls.sessions is None:
            raise RuntimeError("take the client from the package: generor_nb.AsyncClient")
        return cls.sessions

    @classmethod
    def _line_of(cls, provider: Generor) -> Line:
        rooms = cls._rooms()
        return Line(provider, lambda: rooms.Session(Settings(), provider), rooms.Terms)

    def _bind(self, wire: Wire) -> None:
        self._wire = wire
        self.generators, self.creations, self.models = Generators(wire), Creations(wire), Models(wire)
        self.users, self.teams, self.comments = Users(wire), Teams(wire), Comments(wire)
        self.ratings, self.credits, self.feed = Ratings(wire), Credits(wire), Feed(wire)
        self.api_keys = APIKeys(wire)

    # --- how to call ---

    def options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: bool | None = None,
        max_credits: float | None = None,
    ) -> Self:
        """The same client with other terms, over the same connections.

        Args:
            timeout: seconds that one try may take.
            deadline: seconds that a call may take in all, waiting and trying again included.
            retry: False never tries again; what must not be repeated never is, whatever this says.
            max_credits: the cap of ``generators.generate``.

        Raises:
            InvalidRequest: no number, or one out of range.

        >>> await client.options(timeout=5, deadline=20).users.me()  # doctest: +SKIP
        """
        other = object.__new__(type(self))
        other._bind(Wire(self._wire.line, Options(timeout, deadline, retry, max_credits)))
        return other

    @property
    def rate(self) -> Rate:
        """The rate limit as the last answer told it: limit, remaining, reset, tier."""
        return self._wire.provider.channel.rate

    @property
    def base_url(self) -> str:
        return self._wire.line.provider.base_url

    # --- media ---

    def url(self, address: str) -> str:
        """A media address in full: one without a host is below the API's origin, not its base URL.

        >>> client.url("/users/42/img/image-12345.png")  # doctest: +SKIP
        'https://generor.com/users/42/img/image-12345.png'
        """
        return urljoin(self._wire.line.provider.channel.origin + "/", address)

    async def download(self, address: str, path: str | Path) -> Path:
        """Fetch a file without the key; ``path`` is there whole or not at all, and is replaced.

        Args:
            address: as a creation has it, absolute or relative.
            path: where to; its folder must be there.

        Raises:
            GenerorError: the address is refused, or the file cannot be fetched or written.

        >>> await client.download(creation.images[0].url, "image.png")  # doctest: +SKIP
        """
        target = Path(path)
        part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
        provider = self._wire.provider

        async def whole() -> None:
            try:
                await provider.fetch(address, part)
                head_of(part)
                part.replace(target)
            except OSError as error:
                raise GenerorError(
                    say("disk", error=error.strerror or error), say("disk.elsewhere.hint")
                ) from None
            finally:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)

        await across(whole())
        return target

    # --- its end ---

    async def aclose(self) -> None:
        """End connections of one's own; the session's stay open for others."""
        line = self._wire.line
        if line.closed or not line.hang_up:
            return
        line.closed = True
        await across((line.spending or line.provider).aclose())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        provider = self._wire.line.provider
        return f"{type(self).__name__}({provider.name}, {provider.base_url})"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a client holds connections and a key: it cannot be pickled or copied")


def _address(base_url: str | None) -> str:
    if base_url is None:
        address: str = Settings().get("base_url")
        return address
    try:
        checked: str = SETTINGS["base_url"].parse(base_url)
    except ValueError as error:
        raise InvalidRequest(
            say("setting.bad", name="base_url", value=base_url, source="AsyncClient"),
            say("setting.bad.hint", right=error),
            field="base_url",
        ) from None
    return checked
