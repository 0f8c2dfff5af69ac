"""The studio's other APIs for tests: small clients, engines that wait, a receiver of webhooks, an auditor."""

from __future__ import annotations

import asyncio
import io
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from studio_support import Clock, Engines, quick

from generor_nb.base.secret import Secret
from generor_nb.studio import Studio, ledger

OWNER = 1


def film(job: dict[str, Any]) -> dict[str, Any]:
    """What the video engine answers, without the work; it follows the seed."""
    return {
        "mime": "video/mp4",
        "data": b"\0\0\0\x18ftypmp42" + job["seed"].to_bytes(8, "big"),
        "width": job["width"],
        "height": job["height"],
        "facts": {"engine": "video", "engine_version": "1"},
        "fields": {"seconds": job["fields"]["seconds"]},
    }


def made(job: dict[str, Any]) -> dict[str, Any]:
    return film(job) if job["engine"] == "video" else quick(job)


class Held(Executor):
    """Engines that wait until they are let go."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], dict[str, Any]]] = []

    def submit(self, fn: Any, /, job: Any) -> Any:
        future: Future[Any] = Future()
        self.waiting.append((future, job))
        return future

    def let_go(self) -> None:
        """Everything that waits now, and what comes to its turn by that."""
        while self.waiting:
            future, job = self.waiting.pop(0)
            future.set_result(made(job))


def open_others(
    home: Path,
    clock: Clock | None = None,
    engines: Executor | None = None,
    work: Callable[[dict[str, Any]], dict[str, Any]] = made,
    **options: Any,
) -> Studio:
    return Studio.open(home, executor=engines or Engines(work), clock=clock or Clock(), **options)


class Other:
    """A client of one of the APIs, in process. ``key`` None is nobody; by default it is a minted one."""

    def __init__(
        self, studio: Studio, name: str, user: int = OWNER, key: Secret | str | None = "mint"
    ) -> None:
        self.studio, self.hosted, self.user = studio, studio.provider(name), user
        self.key = self.hosted.mint_key("tests", user=user) if key == "mint" else key

    def nobody(self) -> Other:
        """A client of the same API without a key."""
        return Other(self.studio, self.hosted.name, key=None)

    def headers(self) -> dict[str, str]:
        if self.key is None:
            return {}
        if self.hosted.name == "images-create":
            return {"X-Api-Key": self.key.reveal()}
        return {"Authorization": f"Bearer {self.key.reveal()}"}

    def call(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> Any:
        """One request; ``headers`` are sent in place of the key's where they name the same."""

        async def once() -> httpx.Response:
            async with self.session() as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(once())

    def session(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.hosted.app)
        return httpx.AsyncClient(transport=transport, base_url="http://studio", headers=self.headers())

    def gets(self, path: str, times: int) -> httpx.Response:
        """The last of many answers."""

        async def many() -> httpx.Response:
            async with self.session() as client:
                for _ in range(times):
                    answer = await client.get(path)
            return answer

        return asyncio.run(many())

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", path, named, json=body)

    def get(self, path: str) -> httpx.Response:
        return self.call("GET", path)

    def drain(self, left: int) -> None:
        """Leave so many credits."""
        excess = self.credits - left
        with self.studio._parts.store.write() as connection:
            ledger.spend(connection, self.user, excess, "tests", "2026-02-20 12:00:00", self.hosted.name)

    @property
    def credits(self) -> int:
        return sum(self.hosted.balance(self.user).values())

    @property
    def amounts(self) -> list[int]:
        """What the ledger moved for this account, without what it was given."""
        rows = self.hosted.transactions(self.user)
        return [row["amount"] for row in rows if row["type"] in ("spend", "refund")]


def another(studio: Studio, name: str, who: str = "mina") -> Other:
    """A client of an account of its own."""
    return Other(studio, name, user=studio.add_user(who))


def assert_books_are_even(home: Path) -> None:
    """Every transaction's postings sum to zero, and no job that did not succeed has cost anything."""
    with sqlite3.connect(home / "studio.sqlite") as database:
        uneven = "SELECT transaction_id FROM postings GROUP BY transaction_id HAVING sum(amount) != 0"
        assert database.execute(uneven).fetchall() == []
        net = """SELECT j.public_id, j.state, j.cost, -sum(t.amount) FROM provider_jobs j
            JOIN transactions t ON t.description IN (
                j.kind || ', ' || j.public_id, 'Refund of ' || j.public_id) GROUP BY j.job_id"""
        for public_id, state, cost, paid in database.execute(net):
            assert paid == (0 if state in ("failed", "blocked") else cost), public_id


def picture(kind: str = "PNG", size: tuple[int, int] = (32, 16), colour: str = "teal") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


class Receiver:
    """Takes webhooks: the requests that came, and the statuses it answers with, the last one for ever."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.statuses = [200]
        self.url = ""


@contextmanager
def receiver() -> Iterator[Receiver]:
    here = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.seen.append((dict(self.headers), body))
            status = here.statuses.pop(0) if len(here.statuses) > 1 else here.statuses[0]
            self.send_response(status)
            if status == 302:
                self.send_header("Location", here.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_address[1]}/hooks?of=tests"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
