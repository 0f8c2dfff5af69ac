"""The operations, and in one table at the end who may call each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from starlette.responses import FileResponse, Response

from ..contract.generor import MODEL_TYPES, TRANSACTION_TYPES
from . import creations, ledger
from .accounts import profile
from .answers import Refused, missing, page_meta, success
from .catalogue import Generator
from .dispatch import Call, Handler
from .offload import offload
from .order import read_order

MEDIA_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'"}


async def list_generators(call: Call) -> Response:
    status = call.query("status", ("active", "development", "all"), "active")
    found = call.parts.catalogue.generators.values()
    return success([g.summary() for g in found if status in ("all", g.status)])


async def get_generator(call: Call) -> Response:
    return success(_generator(call, call.path("slug")).payload())


async def list_generator_creations(call: Call) -> Response:
    return await _creations(call, None, _generator(call, call.path("slug")).slug)


async def estimate(call: Call) -> Response:
    generator = _generator(call, call.path("slug"))
    order = read_order(call.parts.catalogue, generator, await call.body(), paid=False)
    return success(await offload(call.parts.desk.estimate, order))


async def generate(call: Call) -> Response:
    generator = _generator(call, call.path("slug"))
    order = read_order(call.parts.catalogue, generator, await call.body(), paid=True)
    return success(await call.parts.desk.generate(call.user_id, order, call.origin), status=201)


async def list_my_creations(call: Call) -> Response:
    return await _creations(call, call.user_id, _generator_filter(call))


async def list_public_creations(call: Call) -> Response:
    return await _creations(call, None, _generator_filter(call))


async def get_creation(call: Call) -> Response:
    return success(await offload(_read_creation, call, _id(call, "Creation")))


async def get_creation_status(call: Call) -> Response:
    def read() -> dict[str, Any]:
        with call.parts.store.read() as connection:
            return creations.status(connection, _id(call, "Creation"), call.user_id)

    return success(await offload(read))


async def list_models(call: Call) -> Response:
    found = call.parts.catalogue
    return success({kind: [model.payload() for model in found.models_of(kind)] for kind in MODEL_TYPES})


async def list_models_of_type(call: Call) -> Response:
    kind = _model_type(call)
    return success([model.payload() for model in call.parts.catalogue.models_of(kind)])


async def get_model(call: Call) -> Response:
    kind, number = _model_type(call), _id(call, "Model")
    model = call.parts.catalogue.models.get(number)
    if model is None or model.type != kind:
        raise missing("Model")
    return success(model.payload())


async def get_me(call: Call) -> Response:
    def read() -> dict[str, Any]:
        with call.parts.store.read() as connection:
            return profile(connection, call.user_id)

    return success(await offload(read))


async def get_balance(call: Call) -> Response:
    def read() -> dict[str, int]:
        with call.parts.store.read() as connection:
            return ledger.funds(connection, call.user_id).payload()

    return success(await offload(read))


async def list_transactions(call: Call) -> Response:
    kind, page = call.query("type", TRANSACTION_TYPES), call.page()

    def read() -> tuple[list[dict[str, Any]], int]:
        with call.parts.store.read() as connection:
            return ledger.history(connection, call.user_id, kind, page.number, page.size)

    rows, total = await offload(read)
    return success(rows, meta=page_meta(page.number, page.size, total))


async def get_media(call: Call) -> Response:
    """A creation's file. Its address is enough: what is private has a name nobody can guess."""

    def find() -> Any:
        with call.parts.store.read() as connection:
            owner = call.path("user_id")
            number = int(owner) if owner.isascii() and owner.isdigit() and len(owner) <= 18 else 0
            return creations.file_of(connection, number, call.path("folder"), call.path("name"))

    file = await offload(find)
    path = call.parts.media.path(file["digest"]) if file else None
    if path is None or not path.exists():
        raise missing("File")
    if sys.platform == "emscripten":
        return Response(path.read_bytes(), media_type=file["mime"], headers=MEDIA_HEADERS)
    return FileResponse(path, media_type=file["mime"], headers=MEDIA_HEADERS)


def _generator(call: Call, slug: str) -> Generator:
    found = call.parts.catalogue.generators.get(slug)
    if found is None:
        raise missing("Generator")
    return found


def _generator_filter(call: Call) -> str | None:
    slug = call.request.query_params.get("generator")
    return None if slug is None else _generator(call, slug).slug


def _model_type(call: Call) -> str:
    kind = call.path("type")
    if kind not in MODEL_TYPES:
        raise missing("Model type")
    return kind


def _id(call: Call, what: str) -> int:
    value = call.path("id")
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise missing(what)
    return int(value)


async def _creations(call: Call, user_id: int | None, generator: str | None) -> Response:
    page = call.page()

    def read() -> tuple[list[dict[str, Any]], int]:
        with call.parts.store.read() as connection:
            return creations.listing(
                connection, call.parts.catalogue, page, user_id=user_id, generator=generator
            )

    rows, total = await offload(read)
    return success(rows, meta=page_meta(page.number, page.size, total))


def _read_creation(call: Call, creation_id: int) -> dict[str, Any]:
    user_id = call.caller.user_id if call.caller else None
    with call.parts.store.read() as connection:
        found = creations.one(connection, call.parts.catalogue, creation_id, user_id)
    if found["privacy_mode"] == creations.PRIVATE and call.caller and not call.caller.may("read"):
        raise Refused("FORBIDDEN", "This key lacks the scope read")
    return found


@dataclass(frozen=True, slots=True)
class Operation:
    """``scope`` is what a key must allow; PUBLIC needs no key."""

    method: str
    path: str
    handler: Handler
    scope: str | None


API = "/api/v1"
MEDIA = "/users/{user_id}/{folder}/{name}"
PUBLIC = None
OPERATIONS = (
    Operation("GET", "/generators", list_generators, PUBLIC),
    Operation("GET", "/generators/{slug}", get_generator, PUBLIC),
    Operation("GET", "/generators/{slug}/creations", list_generator_creations, PUBLIC),
    Operation("POST", "/generators/{slug}/estimate", estimate, PUBLIC),
    Operation("POST", "/generators/{slug}/generate", generate, "generate"),
    Operation("GET", "/creations", list_my_creations, "read"),
    Operation("GET", "/creations/public", list_public_creations, PUBLIC),
    Operation("GET", "/creations/{id}", get_creation, PUBLIC),
    Operation("GET", "/creations/{id}/status", get_creation_status, "read"),
    Operation("GET", "/models", list_models, PUBLIC),
    Operation("GET", "/models/{type}", list_models_of_type, PUBLIC),
    Operation("GET", "/models/{type}/{id}", get_model, PUBLIC),
    Operation("GET", "/users/me", get_me, "read"),
    Operation("GET", "/credits/balance", get_balance, "read"),
    Operation("GET", "/credits/transactions", list_transactions, "read"),
)
