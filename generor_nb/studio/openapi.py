"""The API's description (OpenAPI 3.1), made of the declarations by which requests are checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..contract.generor import STATUS_BY_CODE
from .checks import Field, Query
from .declare import IN_PATH, PUBLIC, Operation
from .shapes import HEADERS, RETRY_AFTER, SHAPES, Schema, envelope, ref, refusal

PATH = "/openapi.json"
ABOUT = (
    "A studio on this machine that speaks the Generor API. Its engines are procedural and say so in every "
    "creation. Checks come in the order: key, rate, scope, existence, input, credits."
)
WHEN = {
    "VALIDATION_ERROR": "The input is wrong.",
    "UNAUTHORIZED": "The key is missing or invalid.",
    "INSUFFICIENT_CREDITS": "The credits do not suffice; nothing was charged.",
    "FORBIDDEN": "The key is valid and may not do this.",
    "NOT_FOUND": "It does not exist.",
    "RATE_LIMIT_EXCEEDED": "Too many requests.",
    "SERVER_ERROR": "A fault of the studio.",
}


def document(operations: Iterable[Operation], api: str) -> dict[str, Any]:
    """The whole description of the API below the path ``api``."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    scheme = {"type": "http", "scheme": "bearer", "description": "gnr_live_ and 40 hexadecimal digits"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "The studio", "version": "1", "description": ABOUT},
        "servers": [{"url": api}],
        "paths": paths,
        "components": {
            "schemas": SHAPES,
            "responses": {code: _refused(code) for code in WHEN},
            "headers": {name: _header(schema) for name, schema in {**HEADERS, **RETRY_AFTER}.items()},
            "securitySchemes": {"key": scheme},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    key = {"key": [operation.scope] if operation.scope else []}
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": (operation.handler.__doc__ or "").strip(),
        "tags": [operation.path.split("/")[1]],
        "security": [{}, key] if operation.scope is PUBLIC else [key],
        "parameters": [*map(_in_path, _names(operation.path)), *map(_in_query, operation.query)],
        "responses": {str(operation.status): _answered(operation)},
    }
    for code in operation.codes:
        described["responses"][str(STATUS_BY_CODE[code])] = {"$ref": f"#/components/responses/{code}"}
    if operation.fields is not None:
        described["requestBody"] = _body(operation.fields, operation.example)
    return described


def _names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _in_path(name: str) -> Schema:
    check, example = IN_PATH[name]
    schema = {"minLength": 1, **check.schema} if check.schema["type"] == "string" else dict(check.schema)
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def _in_query(query: Query) -> Schema:
    schema = dict(query.check.schema)
    if query.default is not None:
        schema["default"] = query.default
    return {"name": query.name, "in": "query", "required": query.required, "schema": schema}


def _body(fields: Iterable[Field], example: Any) -> Schema:
    schema = {
        "type": "object",
        "properties": {field.name: field.schema() for field in fields},
        "required": [field.name for field in fields if field.required],
    }
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


def _answered(operation: Operation) -> Schema:
    data = ref(operation.answer)
    if operation.page or operation.many:
        data = {"type": "array", "items": data}
    return _response("Done.", envelope(data, paged=operation.page))


def _refused(code: str) -> Schema:
    more = RETRY_AFTER if code == "RATE_LIMIT_EXCEEDED" else {}
    return _response(WHEN[code], refusal(code), *more)


def _response(about: str, schema: Schema, *more: str) -> Schema:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (*HEADERS, *more)}
    return {
        "description": about,
        "headers": headers,
        "content": {"application/json": {"schema": schema}},
    }


def _header(schema: Schema) -> Schema:
    return {"required": True, "schema": schema}
