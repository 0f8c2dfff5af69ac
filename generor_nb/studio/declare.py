"""What an operation declares: the dispatcher checks by it, and the API is described from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from ..contract.generor import MODEL_TYPES
from .checks import Check, Field, Query, one_of, text, whole

PUBLIC = None
MAX_PER_PAGE = 100
MAX_ID = 10**18 - 1

PAGING = (
    Query("page", whole(1, MAX_ID), 1),
    Query("per_page", whole(1, MAX_PER_PAGE), 20),
    Query("sort", one_of("newest", "oldest"), "newest"),
)
GENERATOR_FILTER = Query("generator", text())
# A path parameter that does not fit is an address at which there is nothing: 404.
IN_PATH: dict[str, tuple[Check, Any]] = {
    "id": (whole(1, MAX_ID), 1),
    "user_id": (whole(1, MAX_ID), 1),
    "slug": (text(), "joke"),
    "username": (text(), "studio"),
    "invite_code": (text(), "0123456789abcdef"),
    "type": (one_of(*MODEL_TYPES), "image"),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Attributes:
        scope: what a key must allow; PUBLIC needs no key.
        answer: the name of the shape of ``data``, or of its items when it is a ``page`` of them or ``many``.
        fields: of the JSON body, None without one.
        guarded: whether it is 403 also for reasons other than a scope.
        refuses: further codes of the contract, beyond those that follow from the rest.
    """

    method: str
    path: str
    handler: Callable[[Any], Awaitable[Response]]
    scope: str | None
    answer: str
    status: int = 200
    page: bool = False
    many: bool = False
    query: tuple[Query, ...] = ()
    fields: tuple[Field, ...] | None = None
    example: Mapping[str, Any] | None = None
    guarded: bool = False
    refuses: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.handler.__name__

    def query_named(self, name: str) -> Query:
        """A declared query parameter; an undeclared one is a mistake of ours."""
        return next(query for query in self.query if query.name == name)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of every refusal it can give."""
        reads = bool(self.query or self.fields or "VALIDATION_ERROR" in self.refuses)
        finds = "{" in self.path or "NOT_FOUND" in self.refuses or GENERATOR_FILTER in self.query
        known = {
            "VALIDATION_ERROR": reads,
            "UNAUTHORIZED": True,
            "INSUFFICIENT_CREDITS": "INSUFFICIENT_CREDITS" in self.refuses,
            "FORBIDDEN": self.guarded or self.scope is not PUBLIC,
            "NOT_FOUND": finds,
            "RATE_LIMIT_EXCEEDED": True,
            "SERVER_ERROR": True,
        }
        return tuple(code for code, given in known.items() if given)
