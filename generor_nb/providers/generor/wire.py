"""How a resource asks: over the session's channel, from any loop, with an endpoint of the table."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from ...base import loop
from ...base.errors import APIError, GenerorError, InvalidRequest, KeyMissing, NotFound, ServerError
from ...base.messages import say
from ...contract.generor import Envelope, Http, MetaPayload, ModelPayload, Payload
from ...transport import CallOptions, Reply
from ...transport.limits import read_rate
from .endpoints import ENDPOINTS, Again, Endpoint
from .envelope import open_envelope
from .pages import ByType, Page, Pages, Row, Rows, Span
from .provider import Generor

T = TypeVar("T")
Kind = TypeVar("Kind", bound=Payload)
LOOK = {
    "teams.create": "client.teams.list()",
    "teams.add_member": "client.teams.get()",
    "teams.join": "client.teams.list()",
    "teams.regenerate_invite": "client.teams.get()",
    "comments.add": "client.comments.list()",
    "comments.vote": "client.comments.list()",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for a call: seconds for one try, seconds in all, whether to try again, and a cap."""

    timeout: float | None = None
    deadline: float | None = None
    retry: bool | None = None
    max_credits: float | None = None

    def __post_init__(self) -> None:
        for name in ("timeout", "deadline"):
            value = getattr(self, name)
            if value is not None and not (_is_number(value) and 0 < value < math.inf):
                raise InvalidRequest(
                    say("option.seconds", name=name, value=value), say("option.seconds.hint"), field=name
                )
        if self.max_credits is not None and not (_is_number(self.max_credits) and self.max_credits >= 0):
            raise InvalidRequest(
                say("cap.bad", value=self.max_credits), say("cap.bad.hint"), field="max_credits"
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(slots=True)
class Line:
    """What all copies of a client share.

    ``spender`` opens the session that spends, at first use; ``terms`` makes what it spends on;
    ``hang_up`` says that the connections are the client's own.
    """

    provider: Generor
    spender: Callable[[], Any]
    terms: Callable[..., Any]
    hang_up: bool = False
    closed: bool = False
    spending: Any = None


class Wire:
    """Calls by name from the table, read into typed models."""

    def __init__(self, line: Line, options: Options) -> None:
        self.line, self.options = line, options

    @property
    def provider(self) -> Generor:
        """Where calls go.

        Raises:
            GenerorError: the client is closed.
        """
        if self.line.closed or self.line.provider.channel.closed:
            raise GenerorError(say("client.closed"), say("client.closed.hint"))
        return self.line.provider

    @property
    def session(self) -> Any:
        """The session that spends."""
        if self.provider and self.line.spending is None:
            self.line.spending = self.line.spender()
        return self.line.spending

    def terms(self, **given: Any) -> Any:
        return self.line.terms(**given)

    # --- one answer ---

    async def one(
        self,
        name: str,
        kind: type[Kind],
        *parts: object,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> Kind:
        """One object. ``known`` is what the request itself says of it, should the answer be silent."""
        envelope, http = await self.ask(name, *parts, params=params, json=json)
        data = envelope.data
        if ENDPOINTS[name].again is not Again.READ and not isinstance(data, dict):
            data = {}
        return self.read(kind, {**(known or {}), **data} if isinstance(data, dict) else data, http)

    async def rows(
        self, name: str, kind: type[Row], *parts: object, params: Mapping[str, Any] | None = None
    ) -> Rows[Row]:
        """A list that comes whole."""
        envelope, http = await self.ask(name, *parts, params=params)
        return Rows(self._list(kind, envelope.data, http), http)

    async def models_by_type(self) -> ByType:
        envelope, http = await self.ask("models.all")
        if not isinstance(envelope.data, dict):
            raise self._unreadable(http)
        groups = {str(name): self._list(ModelPayload, group, http) for name, group in envelope.data.items()}
        return ByType(groups, http)

    def pages(
        self,
        name: str,
        kind: type[Row],
        *parts: object,
        ident: str,
        span: Span,
        params: Mapping[str, Any] | None = None,
    ) -> Pages[Row]:
        """A list that comes in pages; nothing is sent yet."""
        ENDPOINTS[name].at(*parts)
        said = {key: value for key, value in (params or {}).items() if value is not None}

        async def fetch(number: int) -> Page[Row]:
            envelope, http = await self.ask(name, *parts, params={**said, **span.params(number)})
            meta = self.read(MetaPayload, envelope.meta or {}, http)
            return Page(self._list(kind, envelope.data, http), http, meta)

        return Pages(fetch, span, ident)

    # --- the call itself ---

    async def ask(
        self,
        name: str,
        *parts: object,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> tuple[Envelope, Http]:
        """Send one call of the table and open its envelope.

        Raises:
            GenerorError: typed by the error's code; ``http`` is on it when there was an answer.
        """
        endpoint = ENDPOINTS[name]
        path, options = endpoint.at(*parts), self._call_options(endpoint)
        provider = self.provider
        if endpoint.scope is not None and not provider.keyed:
            raise KeyMissing(say("key.needed", call=f"client.{name}()"), say("key.needed.hint"))
        try:
            reply = await across(
                provider.channel.call(
                    endpoint.method, path, params=params or None, json=json, options=options
                )
            )
        except ServerError as error:
            raise _unclear(name, endpoint, error) from None
        return _opened(name, endpoint, reply)

    def _call_options(self, endpoint: Endpoint) -> CallOptions:
        """The channel's options. Nobody can have sent again what must not be done twice."""
        given = self.options
        retry = True if endpoint.retry and endpoint.method != "GET" else None
        if given.retry is False:
            retry = False
        return CallOptions(timeout=given.timeout, deadline=given.deadline, retry=retry)

    # --- reading ---

    def read(self, kind: type[Kind], data: Any, http: Http) -> Kind:
        """``data`` as a model that knows what it came with.

        Raises:
            ServerError: it lacks what the document promises.
        """
        try:
            model = kind.model_validate(data)
        except ValidationError:
            raise self._unreadable(http) from None
        model.came_with(http)
        return model

    def _list(self, kind: type[Row], data: Any, http: Http) -> list[Row]:
        if not isinstance(data, list):
            raise self._unreadable(http)
        return [self.read(kind, row, http) for row in data]

    def _unreadable(self, http: Http) -> ServerError:
        error = ServerError(say("answer.unreadable"), say("api.server.hint"), status=http.status)
        return _with_http(error, http)


async def across(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` on the package's loop while this one waits; to stop waiting does not stop it."""
    here = asyncio.get_running_loop()
    done = asyncio.Event()
    future = loop.submit(coroutine)

    def wake(_: object) -> None:
        with contextlib.suppress(RuntimeError):  # nobody waits any more: that loop is closed
            here.call_soon_threadsafe(done.set)

    future.add_done_callback(wake)
    await done.wait()
    return future.result()


Failed = TypeVar("Failed", bound=APIError)


def http_of(reply: Reply) -> Http:
    return Http(reply.status, reply.headers, read_rate(reply.headers), reply.elapsed)


def _opened(name: str, endpoint: Endpoint, reply: Reply) -> tuple[Envelope, Http]:
    http = http_of(reply)
    try:
        return open_envelope(reply), http
    except NotFound as error:
        if endpoint.method == "DELETE" and reply.again:
            return Envelope(success=True), http  # the attempt whose answer was lost has done it
        raise _with_http(error, http) from None
    except ServerError as error:
        raise _with_http(_unclear(name, endpoint, error), http) from None
    except APIError as error:
        raise _with_http(error, http) from None


def _with_http(error: Failed, http: Http) -> Failed:
    error.http = http
    return error


def _unclear(name: str, endpoint: Endpoint, error: ServerError) -> ServerError:
    """The same error; after a write that must not be repeated blindly, it says where to look first."""
    if endpoint.again is not Again.ONCE:
        return error
    look = say("once.key.hint") if name == "api_keys.create" else say("once.hint", call=LOOK[name])
    error.hint = look
    error.args = (f"{error.what}\n{look}",)
    return error
