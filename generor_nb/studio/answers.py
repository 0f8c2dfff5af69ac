"""The envelope: every answer of the API, good or bad, is made here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from ..contract.generor import STATUS_BY_CODE


class Refused(Exception):
    """The request is refused with one of the eight codes of the contract."""

    def __init__(self, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.headers = code, message, dict(headers or {})

    @property
    def status(self) -> int:
        return STATUS_BY_CODE[self.code]

    def response(self) -> Response:
        error = {"code": self.code, "message": self.message, "status": self.status}
        return _json({"success": False, "error": error}, self.status, self.headers)


def invalid(message: str) -> Refused:
    return Refused("VALIDATION_ERROR", message)


def missing(what: str) -> Refused:
    return Refused("NOT_FOUND", f"{what} not found")


def server_error() -> Refused:
    return Refused("SERVER_ERROR", "Internal server error")


def success(data: Any, *, meta: Mapping[str, Any] | None = None, status: int = 200) -> Response:
    body = {"success": True, "data": data}
    return _json(body if meta is None else {**body, "meta": meta}, status, {})


def plain(content: Mapping[str, Any]) -> Response:
    """JSON without the envelope, for what other tools read."""
    return _json(content, 200, {})


def page_meta(page: int, per_page: int, total: int) -> dict[str, Any]:
    """Where a page stands in its list; nothing at all is 0 pages.

    >>> page_meta(1, 20, 142)["total_pages"]
    8
    """
    pages = -(-total // per_page)
    return {
        "page": page,
        "per_page": per_page,
        "total": total,
        "total_pages": pages,
        "has_next": page < pages,
        "has_prev": page > 1 and pages > 0,
    }


def _json(content: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    body = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Response(body, status, headers=dict(headers), media_type="application/json")
