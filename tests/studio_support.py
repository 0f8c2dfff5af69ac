"""A studio for tests: a settable clock, engines that answer at once, and a small client."""

from __future__ import annotations

import asyncio
import functools
import io
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
from PIL import Image

from generor_nb.base.secret import Secret
from generor_nb.studio import Studio
from generor_nb.studio.declare import Operation
from generor_nb.studio.engines import EngineError
from generor_nb.studio.openapi import document
from generor_nb.studio.routes import API, OPERATIONS
from generor_nb.studio.shapes import HEADERS

NOON = 1_771_588_800.0  # 2026-02-20 12:00:00 UTC, on the minute
JOKE = {"model_id": 37, "prompt": "Tell me a joke about programming"}
PICTURE = {"model_id": 10003, "prompt": "A sunset over mountains"}


class Clock:
    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def quick(job: dict[str, Any]) -> dict[str, Any]:
    """What an engine answers, without the work; it follows the seed."""
    facts = {"engine": job["engine"], "engine_version": "1"}
    if job["engine"] != "scene":
        fields = {"illustration_desc": "a bug on a dark background"}
        return {"text": f"{job['prompt']} {job['seed']}", "fields": fields, "facts": facts}
    colour = tuple(job["seed"].to_bytes(8, "big")[:3])
    buffer = io.BytesIO()
    Image.new("RGB", (job["width"] // 8, job["height"] // 8), colour).save(buffer, "WEBP", lossless=True)
    size = {"width": job["width"], "height": job["height"]}
    return {"mime": "image/webp", "data": buffer.getvalue(), **size, "facts": facts}


def refuse(job: dict[str, Any]) -> dict[str, Any]:
    raise EngineError("This engine cannot translate.")


def crash(job: dict[str, Any]) -> dict[str, Any]:
    raise RuntimeError("secret detail of an engine")


class Engines(Executor):
    """An executor that runs ``work`` in place of the engine and keeps the jobs it was given."""

    def __init__(self, work: Callable[[dict[str, Any]], dict[str, Any]] = quick) -> None:
        self.work, self.jobs = work, []

    def submit(self, fn: Any, /, job: Any) -> Any:
        done: Future[Any] = Future()
        self.jobs.append(job)
        try:
            done.set_result(self.work(job))
        except Exception as error:
            done.set_exception(error)
        return done


@functools.cache
def described() -> dict[str, Any]:
    return document(OPERATIONS, API)


def operation_at(method: str, path: str) -> Operation | None:
    """The operation that a request means, if it means one."""
    path = path.removeprefix(API)
    literal_first = sorted(OPERATIONS, key=lambda operation: operation.path.count("{"))
    fits = (o for o in literal_first if re.fullmatch(re.sub(r"{\w+}", "[^/]+", o.path), path))
    found = next(fits, None)
    same = (o for o in OPERATIONS if found and o.path == found.path and o.method == method)
    return next(same, None)


@functools.cache
def answer_validator(name: str, status: str) -> Any:
    """For the answers of an operation with a status; None where that status is not described."""
    paths = described()["paths"].values()
    responses = next(o["responses"] for p in paths for o in p.values() if o["operationId"] == name)
    response = responses.get(status)
    if response is None:
        return None
    if "$ref" in response:
        response = described()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for({**schema, "components": described()["components"]})


def assert_as_described(response: httpx.Response) -> None:
    """The API's own description tells of this answer: its status, its headers, its shape."""
    operation = operation_at(response.request.method, response.request.url.path)
    if operation is None:
        return
    validator = answer_validator(operation.name, str(response.status_code))
    assert validator, f"{operation.name} answered {response.status_code}, which is not described"
    validator.validate(response.json())
    assert response.headers["Content-Type"] == "application/json"
    assert all(name in response.headers for name in HEADERS)


class Api:
    """Calls the API of a studio in process. ``key`` None is nobody."""

    def __init__(self, studio: Studio, key: Secret | None, peer: str = "10.0.0.1") -> None:
        self.studio, self.key, self.peer = studio, key, peer

    def session(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.key.reveal()}"} if self.key else {}
        transport = httpx.ASGITransport(self.studio.app, client=(self.peer, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://studio", headers=headers)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            async with self.session() as client:
                return await client.request(method, path, **options)

        response = asyncio.run(once())
        assert_as_described(response)
        return response

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.call("GET", f"/api/v1{path}", **options)

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.call("POST", f"/api/v1{path}", json=body)

    def patch(self, path: str, body: Any) -> httpx.Response:
        return self.call("PATCH", f"/api/v1{path}", json=body)

    def delete(self, path: str) -> httpx.Response:
        return self.call("DELETE", f"/api/v1{path}")

    def ids(self, path: str) -> list[int]:
        """The creations in a list."""
        return [creation["creation_id"] for creation in self.data(path)]

    def make(self, slug: str = "joke", **body: Any) -> int:
        """The id of a new creation."""
        made = self.generate(slug, {**(PICTURE if slug in ("image", "wallart") else JOKE), **body})
        assert made.status_code == 201, made.text
        return int(made.json()["data"]["creations"][0]["creation_id"])

    def estimate(self, slug: str, body: Any) -> httpx.Response:
        return self.post(f"/generators/{slug}/estimate", body)

    def generate(self, slug: str, body: Any) -> httpx.Response:
        return self.post(f"/generators/{slug}/generate", body)

    def data(self, path: str) -> Any:
        return self.get(path).json()["data"]

    def credits(self) -> int:
        return int(self.data("/credits/balance")["total"])

    def transactions(self) -> list[dict[str, Any]]:
        return list(self.data("/credits/transactions?per_page=100"))


def open_studio(
    home: Path,
    clock: Clock | None = None,
    work: Callable[[dict[str, Any]], dict[str, Any]] = quick,
    **options: Any,
) -> Studio:
    return Studio.open(home, executor=Engines(work), clock=clock or Clock(), **options)


def owner(studio: Studio) -> Api:
    return Api(studio, studio.local_key())


def user(studio: Studio, name: str, scopes: Sequence[str] = ()) -> Api:
    """An account of this name, which is made if there is none, with a new key."""
    return Api(studio, studio.mint_key(f"{name}'s", scopes, user=studio.add_user(name)))


def anonymous(studio: Studio) -> Api:
    return Api(studio, None)


def problem(response: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of an error; whatever is no proper error fails here."""
    body = response.json()
    assert body["success"] is False
    assert body["error"]["status"] == response.status_code
    return response.status_code, body["error"]["code"], body["error"]["message"]
