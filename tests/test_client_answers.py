"""The typed client against answers written by hand, in the shapes of both documents."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import generor_nb as gn
from generor_nb.base import errors, loop
from generor_nb.base.errors import GenerorError, InvalidRequest, KeyMissing, NotSent, ServerError
from generor_nb.contract.generor import STATUS_BY_CODE, CommentPayload, CreationPayload
from generor_nb.providers.generor import Generor

KEY = "gnr_live_" + "5eed" * 10
FRESH = "gnr_live_" + "f00d" * 10
LIMITS = {  # enough for all tests of a minute
    "X-RateLimit-Limit": "100000",
    "X-RateLimit-Remaining": "99998",
    "X-RateLimit-Reset": "1708444860",
    "X-RateLimit-Tier": "unlimited",
}
CREATION = {
    "creation_id": 12345,
    "generator": "image",
    "user_id": 42,
    "username": "johndoe",
    "prompt": "A sunset over mountains",
    "created_at": "2026-02-20 12:00:00",
    "privacy_mode": 0,
    "type": "img",
    "license": 1,
    "images": [{"url": "/users/42/img/image-12345.png", "width": 1024, "height": 1024}],
    "generator_data": {"style": "photo"},
}
ME = {
    "user_id": 42,
    "username": "johndoe",
    "email": "john@example.com",
    "avatar": None,
    "bio": "I make things with AI",
    "website": "https://example.com",
    "joined": "2025-01-15 10:30:00",
    "credits": {"total": 1250, "paid": 1000, "free": 200, "earned": 50, "max": 250},
    "creation_count": 347,
    "follower_count": 12,
    "following_count": 5,
    "teams": [{"team_id": 7, "name": "My Creative Team"}],
}
MODEL = {
    "id": 10001,
    "name": "Flux 1.1 Pro",
    "type": "image",
    "provider": "replicate",
    "description": "High-quality image generation...",
    "credit_cost": 80,
    "supports_img2img": True,
    "supports_aspect_ratio": True,
}
VIDEO_MODEL = {
    "id": 20061,
    "name": "Dreamina Seedance 2.0 (720p)",
    "type": "video",
    "provider": "byteplus",
    "credit_cost": 6,
    "supported_durations": [5, 6, 7, 8, 10, 12, 15],
    "default_duration": 8,
    "supports_audio": True,
    "audio_cost_multiplier": 1,
    "supports_end_frame": True,
    "quality": "720p",
    "default_quality": "720p",
    "qualities": {"480p": 20060, "720p": 20061, "1080p": 20062},
    "group_slug": "dreamina-seedance-2-direct",
    "group_name": "Dreamina Seedance 2.0",
    "supports_aspect_ratio": True,
    "aspect_ratios": [
        {"id": 1, "ratio": "16:9", "label": "Wide"},
        {"id": 2, "ratio": "9:16", "label": "Tall"},
    ],
}
NEW_KEY = {
    "key_id": 1,
    "api_key": FRESH,
    "prefix": FRESH[:17],
    "name": "My App",
    "scopes": ["read", "generate"],
    "message": "Save this API key now. It will not be shown again.",
}
PERSON = {"user_id": 9, "username": "jane/doe", "joined": "2025-03-01 00:00:00"}
TEAM = {
    "team_id": 7,
    "name": "My Creative Team",
    "owner_id": 42,
    "members": [{"user_id": 42, "username": "johndoe", "role": "owner"}],
    "invite_code": "JOIN-ME",
}
COMMENT = {"comment_id": 3, "creation_id": 12345, "text": "Great creation!", "parent_id": None}
PAGED = {"page": 1, "per_page": 20, "total": 1, "total_pages": 1, "has_next": False, "has_prev": False}
GENERATORS = [
    {
        "slug": "joke",
        "title": "Joke",
        "description": None,
        "icon": "😀",
        "similar_generators": ["poem", {"slug": "riddle"}],
    }
]
HOROSCOPE = {
    "slug": "joke",
    "title": "Joke",
    "type": "text",
    "parameters": [
        {"id": "joke-length", "type": "enum", "options": ["short", "long"], "default": "short"},
        {"id": "model-text", "type": "model", "default": 37},
    ],
}
ESTIMATE = {
    "generator": "horoscope",
    "model_id": 37,
    "model_type": "text",
    "model_name": "Gemini 3.5 Flash",
    "credit_cost": {"total": 15, "per_item": 3, "count": 5, "discount": 0, "discount_percent": 5},
    "time_estimate": {
        "seconds": 50,
        "per_item": 10,
        "min_seconds": 8,
        "max_seconds": 14,
        "sample_count": 10,
        "has_historical": True,
        "source": "historical",
    },
    "applied_parameters": {"model-text": "37"},
}
SNAPPED = {
    "seconds": {"requested": 3, "used": 5, "supported": [5, 6], "reason": "snapped to nearest"},
}


@dataclass
class Call:
    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]


@dataclass
class Desk:
    """A server that answers as it was told: "METHOD /path" to answers in turn, the last one stays."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, list[Answer | Callable[[Call], Answer]]] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    clients: dict[str | None, gn.AsyncClient] = field(default_factory=dict)

    def on(self, what: str, data: Any, meta: Any = None, status: int = 200) -> None:
        body = {"success": True, "data": data} | ({"meta": meta} if meta is not None else {})
        self.answers.setdefault(what, []).append((status, body))

    def refuse(self, what: str, code: str, message: str = "no", **more: Any) -> None:
        status = more.pop("status", STATUS_BY_CODE.get(code, 418))
        body = {"success": False, "error": {"code": code, "message": message, "status": status}}
        self.answers.setdefault(what, []).append((status, body, more.pop("headers", {})))

    @property
    def last(self) -> Call:
        return self.calls[-1]


@contextmanager
def _listening(desk: Desk) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                pass

        def answer(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(
                self.command,
                parts.path.removeprefix("/api/v1"),
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                json.loads(raw) if raw else None,
                {k.lower(): v for k, v in self.headers.items()},
            )
            desk.calls.append(call)
            desk.open.wait(10)
            desk.answered.append(call.path)
            queue = desk.answers.get(f"{call.method} {call.path}")
            if not queue:
                missing = {"code": "NOT_FOUND", "message": "nothing here", "status": 404}
                status, body, more = 404, {"success": False, "error": missing}, {}
            else:
                first = queue.pop(0) if len(queue) > 1 else queue[0]
                status, body, more = (*(first(call) if callable(first) else first), {})[:3]
            if status == 0:  # gone without an answer
                self.close_connection = True
                return
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            headers = {"Content-Type": "application/json", **LIMITS, **more, "Content-Length": str(len(data))}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    desk.url = f"http://127.0.0.1:{server.server_address[1]}/api/v1"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def listening() -> Iterator[Desk]:
    desk = Desk()
    with _listening(desk):
        yield desk
        for client in desk.clients.values():
            asyncio.run(client.aclose())


@pytest.fixture
def desk(listening: Desk) -> Desk:
    listening.calls, listening.answers, listening.answered = [], {}, []
    listening.open.set()
    return listening


def ask(desk: Desk, what: Callable[[gn.AsyncClient], Any], key: str | None = KEY, **options: Any) -> Any:
    """Do one thing with a client, in a loop of its own."""
    if key not in desk.clients:
        secret = gn.Secret(key) if key else None
        desk.clients[key] = gn.AsyncClient(key=secret, base_url=desk.url)
    client = desk.clients[key]

    async def whole() -> Any:
        return await what(client.options(**options) if options else client)

    return asyncio.run(whole())


async def _all(pages: Any) -> list[Any]:
    return [row async for row in pages]


# --- every operation sends what the document says, and reads what it shows ---

OPERATIONS: list[tuple[str, str, Any, Callable[[Any], Any], dict[str, str], Any, Callable[[Any], bool]]] = [
    # operation, request, answer, the call, its query, its body, and what came of it
    (
        "generators.list",
        "GET /generators",
        GENERATORS,
        lambda c: c.generators.list("all"),
        {"status": "all"},
        None,
        lambda r: r[0].slug == "joke" and r[0].description == "" and r[0].similar_generators[0] == "poem",
    ),
    (
        "generators.get",
        "GET /generators/joke",
        HOROSCOPE,
        lambda c: c.generators.get("joke"),
        {},
        None,
        lambda r: [p.id for p in r.parameters] == ["joke-length", "model-text"],
    ),
    (
        "generators.creations",
        "GET /generators/joke/creations",
        [CREATION],
        lambda c: c.generators.creations("joke", per_page=10),
        {"per_page": "10"},
        None,
        lambda r: r[0].creation_id == 12345,
    ),
    (
        "creations.mine",
        "GET /creations",
        [CREATION],
        lambda c: c.creations.mine("image", page=2, per_page=100, sort="oldest"),
        {"generator": "image", "page": "2", "per_page": "100", "sort": "oldest"},
        None,
        lambda r: r[0].created_at == datetime(2026, 2, 20, 12, tzinfo=UTC),
    ),
    (
        "creations.public",
        "GET /creations/public",
        [CREATION],
        lambda c: c.creations.public("image"),
        {"generator": "image"},
        None,
        lambda r: r[0].public is True,
    ),
    (
        "creations.search",
        "GET /creations/search",
        [CREATION],
        lambda c: c.creations.search("sunset mountain"),
        {"q": "sunset mountain"},
        None,
        lambda r: r[0].urls == ["/users/42/img/image-12345.png"],
    ),
    (
        "creations.get",
        "GET /creations/12345",
        CREATION,
        lambda c: c.creations.get(12345),
        {},
        None,
        lambda r: r.images[0].width == 1024 and r.generator_data == {"style": "photo"},
    ),
    (
        "creations.status",
        "GET /creations/12345/status",
        {"creation_id": 12345, "status": "queued-in-2027"},
        lambda c: c.creations.status("12345"),
        {},
        None,
        lambda r: r.status == "queued-in-2027",
    ),
    (
        "creations.update",
        "PATCH /creations/12345",
        {"privacy_mode": 1},
        lambda c: c.creations.update(12345, public=False, license=2),
        {},
        {"privacy_mode": 1, "license": 2},
        lambda r: (r.creation_id, r.public, r.license) == (12345, False, 2),
    ),
    (
        "creations.delete",
        "DELETE /creations/12345",
        {"message": "Creation deleted"},
        lambda c: c.creations.delete(12345),
        {},
        None,
        lambda r: r.message == "Creation deleted",
    ),
    (
        "models.all",
        "GET /models",
        {"image": [MODEL], "video": [VIDEO_MODEL], "hologram": []},
        lambda c: c.models.all(),
        {},
        None,
        lambda r: list(r) == ["image", "video", "hologram"] and r["video"][0].qualities["1080p"] == 20062,
    ),
    (
        "models.of_type",
        "GET /models/video",
        [VIDEO_MODEL],
        lambda c: c.models.of_type("video"),
        {},
        None,
        lambda r: r[0].supported_durations[-1] == 15 and r[0].aspect_ratios[1].label == "Tall",
    ),
    (
        "models.get",
        "GET /models/image/10001",
        MODEL,
        lambda c: c.models.get("image", 10001),
        {},
        None,
        lambda r: r.credit_cost == 80 and r.supported_durations is None,
    ),
    (
        "users.me",
        "GET /users/me",
        ME,
        lambda c: c.users.me(),
        {},
        None,
        lambda r: r.credits.total == 1250 and r.teams[0].team_id == 7 and r.joined.tzinfo is UTC,
    ),
    (
        "users.update_me",
        "PATCH /users/me",
        None,
        lambda c: c.users.update_me(bio="Updated bio", website=None),
        {},
        {"bio": "Updated bio", "website": None},
        lambda r: (r.bio, r.website) == ("Updated bio", None),
    ),
    (
        "users.get",
        "GET /users/jane%2Fdoe",
        PERSON,
        lambda c: c.users.get("jane/doe"),
        {},
        None,
        lambda r: r.username == "jane/doe" and r.bio is None,
    ),
    (
        "users.creations",
        "GET /users/%EC%A0%9C%EC%9D%B8/creations",
        [CREATION],
        lambda c: c.users.creations("제인"),
        {},
        None,
        lambda r: len(r) == 1,
    ),
    (
        "users.followers",
        "GET /users/johndoe/followers",
        [PERSON],
        lambda c: c.users.followers("johndoe"),
        {},
        None,
        lambda r: r[0].user_id == 9,
    ),
    (
        "users.following",
        "GET /users/johndoe/following",
        [PERSON],
        lambda c: c.users.following("johndoe"),
        {},
        None,
        lambda r: r[0].username == "jane/doe",
    ),
    (
        "users.follow",
        "POST /users/johndoe/follow",
        {"message": "ok"},
        lambda c: c.users.follow("johndoe"),
        {},
        None,
        lambda r: bool(r) is True,
    ),
    (
        "users.unfollow",
        "DELETE /users/johndoe/follow",
        None,
        lambda c: c.users.unfollow("johndoe"),
        {},
        None,
        lambda r: bool(r) is False,
    ),
    (
        "users.is_following",
        "GET /users/johndoe/follow",
        {"following": False},
        lambda c: c.users.is_following("johndoe"),
        {},
        None,
        lambda r: not r,
    ),
    ("teams.list", "GET /teams", [TEAM], lambda c: c.teams.list(), {}, None, lambda r: r[0].name),
    (
        "teams.create",
        "POST /teams",
        {"team_id": 8},
        lambda c: c.teams.create("My Creative Team"),
        {},
        {"name": "My Creative Team"},
        lambda r: (r.team_id, r.name) == (8, "My Creative Team"),
    ),
    (
        "teams.get",
        "GET /teams/7",
        TEAM,
        lambda c: c.teams.get(7),
        {},
        None,
        lambda r: r.members[0].role == "owner" and r.invite_code == "JOIN-ME" and "JOIN" not in repr(r),
    ),
    ("teams.leave", "DELETE /teams/7", [], lambda c: c.teams.leave(7), {}, None, lambda r: r.message is None),
    (
        "teams.add_member",
        "POST /teams/7/members",
        "added",
        lambda c: c.teams.add_member(7, "janedoe"),
        {},
        {"username": "janedoe"},
        lambda r: r.team_id == 7,
    ),
    (
        "teams.remove_member",
        "DELETE /teams/7/members/9",
        {},
        lambda c: c.teams.remove_member(7, 9),
        {},
        None,
        lambda r: r.team_id == 7,
    ),
    (
        "teams.join",
        "POST /teams/join/A%20B%3F",
        TEAM,
        lambda c: c.teams.join("A B?"),
        {},
        None,
        lambda r: r.team_id == 7,
    ),
    (
        "teams.regenerate_invite",
        "POST /teams/7/invite",
        {"invite_code": "NEW"},
        lambda c: c.teams.regenerate_invite(7),
        {},
        None,
        lambda r: (r.team_id, r.invite_code) == (7, "NEW"),
    ),
    (
        "teams.creations",
        "GET /teams/7/creations",
        [CREATION],
        lambda c: c.teams.creations(7, page=1),
        {},
        None,
        lambda r: r.meta.total == 1,
    ),
    (
        "comments.list",
        "GET /creations/12345/comments",
        [COMMENT, {**COMMENT, "comment_id": 4, "parent_id": 3, "text": None, "votes": {"up": 2, "down": 1}}],
        lambda c: c.comments.list(12345),
        {},
        None,
        lambda r: r[1].parent_id == 3 and r[1].text is None and r[1].votes.up == 2,
    ),
    (
        "comments.add",
        "POST /creations/12345/comments",
        {"comment_id": 5},
        lambda c: c.comments.add(12345, "Great \ud800creation!", parent_id=3),
        {},
        {"text": "Great �creation!", "parent_id": 3},
        lambda r: (r.comment_id, r.creation_id, r.parent_id) == (5, 12345, 3),
    ),
    (
        "comments.delete",
        "DELETE /comments/3",
        None,
        lambda c: c.comments.delete(3),
        {},
        None,
        lambda r: r.comment_id == 3,
    ),
    (
        "comments.vote",
        "POST /comments/3/vote",
        {"votes": {"up": 1, "down": 0}},
        lambda c: c.comments.vote(3, "up"),
        {},
        {"vote": "up"},
        lambda r: (r.comment_id, r.votes.up) == (3, 1),
    ),
    (
        "ratings.get",
        "GET /creations/12345/rating",
        {"creation_id": 12345, "average": 4.2, "count": 15},
        lambda c: c.ratings.get(12345),
        {},
        None,
        lambda r: (r.average, r.count) == (4.2, 15),
    ),
    (
        "ratings.rate",
        "POST /creations/12345/rating",
        {"average": None},
        lambda c: c.ratings.rate(12345, 5),
        {},
        {"score": 5},
        lambda r: (r.score, r.average) == (5, None),
    ),
    (
        "credits.balance",
        "GET /credits/balance",
        ME["credits"],
        lambda c: c.credits.balance(),
        {},
        None,
        lambda r: r.total == r.paid + r.free + r.earned == 1250,
    ),
    (
        "credits.transactions",
        "GET /credits/transactions",
        [{"transaction_id": 1, "type": "moon_bonus", "amount": -24.5, "created_at": "2026-02-20 12:00:00"}],
        lambda c: c.credits.transactions("moon_bonus"),
        {"type": "moon_bonus"},
        None,
        lambda r: (r[0].type, r[0].amount) == ("moon_bonus", -24.5),
    ),
    (
        "feed.list",
        "GET /feed",
        [CREATION],
        lambda c: c.feed.list("image", page=3),
        {"generator": "image", "page": "3"},
        None,
        lambda r: r[0].username == "johndoe",
    ),
    (
        "api_keys.list",
        "GET /api-keys",
        [{"key_id": 1, "prefix": FRESH[:17], "name": "My App", "scopes": ["read", "admin"]}],
        lambda c: c.api_keys.list(),
        {},
        None,
        lambda r: r[0].scopes == ["read", "admin"] and FRESH[:17] not in repr(r),
    ),
    (
        "api_keys.create",
        "POST /api-keys",
        NEW_KEY,
        lambda c: c.api_keys.create("My App", ["read", "generate"]),
        {},
        {"name": "My App", "scopes": ["read", "generate"]},
        lambda r: r.api_key.reveal() == FRESH and r.key_id == 1,
    ),
    (
        "api_keys.revoke",
        "DELETE /api-keys/1",
        None,
        lambda c: c.api_keys.revoke(1),
        {},
        None,
        lambda r: r.http.status == 200,
    ),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation[0] for operation in OPERATIONS])
def test_an_operation(desk: Desk, operation: Any) -> None:
    _, what, data, call, query, body, holds = operation
    desk.on(what, data, meta=PAGED)
    found = ask(desk, lambda c: _await(call(c)))
    assert holds(found)
    sent = desk.last
    assert (f"{sent.method} {sent.path}", sent.query, sent.body) == (what, query, body)
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert found.http.status == 200
    assert (found.http.rate.limit, found.http.rate.tier) == (100_000, "unlimited")
    assert found.http.headers["x-ratelimit-remaining"] == "99998"
    assert 0 < found.http.elapsed < 10
    assert KEY not in repr(found.http)


async def _await(call: Any) -> Any:
    return await call


def test_an_estimate_is_checked_asked_and_compared(desk: Desk) -> None:
    desk.on("GET /generators", GENERATORS)
    desk.on("GET /generators/joke", HOROSCOPE)
    desk.on("GET /models", {"text": [{**MODEL, "id": 37, "type": "text", "name": "Gemini 3.5 Flash"}]})
    desk.on("POST /generators/joke/estimate", {**ESTIMATE, "adjustments": SNAPPED})
    found = ask(
        desk,
        lambda c: c.generators.estimate("joke", "bugs", count=5, settings={"joke-length": "long"}),
    )
    assert desk.last.body == {
        "model_id": 37,
        "privacy_mode": 1,
        "count": 5,
        "prompt": "bugs",
        "parameters": {"joke-length": "long"},
    }
    assert (found.credit_cost.total, found.credit_cost.discount_percent) == (15, 5)
    assert (found.time_estimate.max_seconds, found.time_estimate.source) == (14, "historical")
    assert found.adjustments["seconds"]["used"] == 5
    assert found.dropped == ("joke-length",)
    with pytest.raises(InvalidRequest, match="joke-length"):
        ask(desk, lambda c: c.generators.estimate("joke", "bugs", settings={"joke-lenght": "long"}))


def test_answers_that_say_more_less_or_something_else(desk: Desk) -> None:
    odd = {
        **CREATION,
        "created_at": "the day before",
        "type": "hologram",
        "license": 3,
        "images": [{"url": "/a.png", "width": "wide", "depth": 8}],
        "videos": "none",
        "http": "not ours",
        "poster_url": "/p.png",
    }
    desk.on("GET /creations/1", odd)
    desk.on("GET /creations/2", {"creation_id": 2})
    desk.on("GET /creations/3", {"generator": "image"})
    creation: CreationPayload = ask(desk, lambda c: c.creations.get(1))
    assert (creation.type, creation.license, creation.created_at, creation.videos) == (
        "hologram",
        3,
        None,
        [],
    )
    assert creation.odd == {"created_at": "the day before", "videos": "none"}
    assert (creation.images[0].url, creation.images[0].width, creation.images[0].odd) == (
        "/a.png",
        None,
        {"width": "wide"},
    )
    assert creation.images[0].model_extra == {"depth": 8}
    assert creation.model_extra == {"http": "not ours", "poster_url": "/p.png"}
    assert creation.http.status == 200
    assert creation.urls == ["/a.png", "/p.png"]
    assert ask(desk, lambda c: c.creations.get(2)).images == []
    with pytest.raises(ServerError, match="cannot be read"):
        ask(desk, lambda c: c.creations.get(3))


@pytest.mark.parametrize("data", [None, 5, "rows", {"a": 1}, [5], [{"creation_id": []}]])
def test_a_list_that_is_none_is_a_typed_error(desk: Desk, data: Any) -> None:
    desk.on("GET /creations", data)
    with pytest.raises(ServerError, match="cannot be read") as caught:
        ask(desk, lambda c: _await(c.creations.mine()))
    assert caught.value.http.status == 200


# --- what goes wrong ---


@pytest.mark.parametrize(("code", "kind"), errors.BY_CODE.items())
def test_every_error_code_is_its_own_exception(desk: Desk, code: str, kind: type[errors.APIError]) -> None:
    desk.refuse("DELETE /comments/1", code, "needs 80 credits, 12 left", headers={"Retry-After": "7"})
    own = f"gnr_live_{sorted(STATUS_BY_CODE).index(code):040x}"  # a limit holds up who met it
    with pytest.raises(kind) as caught:
        ask(desk, lambda c: c.comments.delete(1), own, retry=False)
    error = caught.value
    assert type(error) is kind
    assert (error.code, error.status, error.message) == (
        code,
        STATUS_BY_CODE[code],
        "needs 80 credits, 12 left",
    )
    assert error.hint
    http = error.http
    assert (http.status, http.rate.remaining) == (STATUS_BY_CODE[code], 99998)
    if isinstance(error, errors.RateLimited):
        assert error.retry_after == 7
    if isinstance(error, errors.InsufficientCredits):
        assert (error.need, error.have) == (80, 12)


def test_the_code_decides_before_the_status(desk: Desk) -> None:
    desk.refuse("GET /users/me", "NOT_FOUND", status=200)
    desk.refuse("GET /teams", "SOMETHING_NEW", status=403)
    desk.answers["GET /feed"] = [(404, b"<html><script>x</script></html>", {"Content-Type": "text/html"})]
    desk.answers["GET /api-keys"] = [(307, b"", {"Location": "http://127.0.0.1:1/api/v1/api-keys"})]
    with pytest.raises(errors.NotFound):
        ask(desk, lambda c: c.users.me())
    with pytest.raises(errors.Forbidden, match="no"):
        ask(desk, lambda c: _await(c.teams.list()))
    with pytest.raises(errors.NotFound, match="text/html"):
        ask(desk, lambda c: _await(c.feed.list()))
    with pytest.raises(ServerError, match="307"):
        ask(desk, lambda c: _await(c.api_keys.list()), retry=False)
    assert [call.path for call in desk.calls[-1:]] == ["/api-keys"]


@pytest.mark.parametrize(
    ("call", "look"),
    [
        (lambda c: c.comments.add(1, "hello"), "comments.list"),
        (lambda c: c.comments.vote(1, "down"), "comments.list"),
        (lambda c: c.teams.create("us"), "teams.list"),
        (lambda c: c.teams.join("code"), "teams.list"),
        (lambda c: c.teams.add_member(1, "jane"), "teams.get"),
        (lambda c: c.teams.regenerate_invite(1), "teams.get"),
        (lambda c: c.api_keys.create("mine", ["read"]), "api_keys.list"),
    ],
)
@pytest.mark.parametrize("gone", [True, False], ids=["dropped", "500"])
def test_what_must_not_be_done_twice_is_sent_once_and_says_where_to_look(
    desk: Desk, call: Any, look: str, gone: bool
) -> None:
    failed = {"success": False, "error": {"code": "SERVER_ERROR", "message": "oops", "status": 500}}
    always = (0, b"") if gone else (500, failed)
    for path in ("/creations/1/comments", "/comments/1/vote", "/teams", "/teams/join/code", "/api-keys"):
        desk.answers[f"POST {path}"] = [always]
    for path in ("/teams/1/members", "/teams/1/invite"):
        desk.answers[f"POST {path}"] = [always]
    with pytest.raises(ServerError) as caught:
        ask(desk, call, retry=True)
    assert look in caught.value.hint
    assert look in str(caught.value)
    assert len(desk.calls) == 1


def test_a_server_that_is_not_there(desk: Desk) -> None:
    async def main() -> None:
        client = gn.AsyncClient(base_url="http://127.0.0.1:9/api/v1").options(retry=False, deadline=3)
        with pytest.raises(NotSent):
            await client.generators.list()

    asyncio.run(main())


def test_without_a_key_what_is_public_works_and_the_rest_says_so(desk: Desk) -> None:
    desk.on("GET /generators", GENERATORS)
    desk.on("GET /creations/12345", CREATION)
    assert ask(desk, lambda c: c.generators.list(), key=None)[0].slug == "joke"
    assert ask(desk, lambda c: c.creations.get(12345), key=None).creation_id == 12345
    assert "authorization" not in desk.last.headers
    sent = len(desk.calls)
    with pytest.raises(KeyMissing, match=r"client\.users\.me\(\)"):
        ask(desk, lambda c: c.users.me(), key=None)
    assert len(desk.calls) == sent


def test_what_is_gone_at_the_second_try_was_deleted_by_the_first(desk: Desk) -> None:
    missing = {"success": False, "error": {"code": "NOT_FOUND", "message": "no", "status": 404}}
    desk.answers["DELETE /creations/5"] = [(0, b""), (404, missing)]
    ask(desk, lambda c: c.creations.delete(5))
    desk.answers["DELETE /creations/6"] = [(404, missing)]
    with pytest.raises(errors.NotFound):
        ask(desk, lambda c: c.creations.delete(6))


def test_a_client_whose_session_was_closed_says_so(desk: Desk) -> None:
    provider = Generor(desk.url, gn.Secret(KEY))
    client = gn.AsyncClient(provider)
    loop.run(provider.aclose())
    with pytest.raises(errors.GenerorError, match="closed"):
        asyncio.run(client.users.me())


def test_a_generator_in_development_is_not_an_unknown_one(desk: Desk) -> None:
    desk.on("GET /generators", [])
    desk.on("GET /generators/podcast", {"slug": "podcast", "title": "Podcast", "status": "development"})
    provider = Generor(desk.url, gn.Secret(KEY))
    with pytest.raises(InvalidRequest, match='"Podcast" is in development'):
        loop.run(provider.generator("podcast"))
    with pytest.raises(InvalidRequest, match='no generator "podcost"'):
        loop.run(provider.generator("podcost"))
    loop.run(provider.aclose())


# --- pages ---


def test_an_empty_page_is_not_the_end(desk: Desk) -> None:
    desk.on("GET /creations", _rows(3), _meta(1, True))
    desk.on("GET /creations", [], _meta(2, True))
    desk.on("GET /creations", _rows(1), _meta(3, False))
    found = ask(desk, lambda c: _all(c.creations.mine(per_page=2)))
    assert [row.creation_id for row in found] == [3, 1]


def _rows(*ids: int) -> list[dict[str, Any]]:
    return [{**CREATION, "creation_id": number} for number in ids]


def _meta(page: int, more: bool) -> dict[str, Any]:
    return {"page": page, "per_page": 2, "total": 6, "total_pages": 3, "has_next": more, "has_prev": page > 1}


def test_rows_that_shift_between_pages_come_once(desk: Desk) -> None:
    desk.on("GET /creations", _rows(6, 5), _meta(1, True))
    desk.on("GET /creations", _rows(5, 4), _meta(2, True))  # a new row came in on top
    desk.on("GET /creations", _rows(4, 5), _meta(3, True))  # and two more
    desk.on("GET /creations", _rows(3), _meta(4, False))
    found = ask(desk, lambda c: _all(c.creations.mine(per_page=2)))
    assert [row.creation_id for row in found] == [6, 5, 4, 3]
    assert [call.query for call in desk.calls] == [
        {"per_page": "2"},
        {"per_page": "2", "page": "2"},
        {"per_page": "2", "page": "3"},
        {"per_page": "2", "page": "4"},
    ]


def test_rows_inserted_while_one_reads(desk: Desk) -> None:
    rows = list(range(20, 0, -1))

    def answer(call: Call) -> Answer:
        page, size = int(call.query.get("page", 1)), int(call.query["per_page"])
        shown = rows[(page - 1) * size : page * size]
        more = page * size < len(rows)
        rows.insert(0, max(rows) + 1)
        return 200, {"success": True, "data": _rows(*shown), "meta": _meta(page, more)}

    desk.answers["GET /creations/public"] = [answer]
    found = ask(desk, lambda c: _all(c.creations.public(per_page=3)))
    assert [row.creation_id for row in found] == list(range(20, 0, -1))


def test_whole_pages_and_one_page(desk: Desk) -> None:
    desk.on("GET /feed", _rows(1, 2), _meta(1, True))
    desk.on("GET /feed", _rows(3), {"page": 2, "total_pages": 2})

    async def walk(client: gn.AsyncClient) -> Any:
        return [page async for page in client.feed.list(per_page=2).pages()]

    first, second = ask(desk, walk)
    assert (len(first), first.meta.total, first.has_next, first.http.rate.tier) == (
        2,
        6,
        True,
        "unlimited",
    )
    assert (len(second), second.has_next) == (1, False)
    assert first[0].http is first.http


@pytest.mark.parametrize("meta", [None, {}, {"has_next": None}, {"total": "many"}])
def test_an_answer_without_meta_is_one_page(desk: Desk, meta: Any) -> None:
    desk.on("GET /creations", _rows(1), meta)
    assert len(ask(desk, lambda c: _all(c.creations.mine()))) == 1
    assert len(desk.calls) == 1


def test_a_server_that_never_ends_is_left(desk: Desk) -> None:
    desk.on("GET /creations", _rows(1), {"has_next": True})
    with pytest.raises(ServerError, match="same rows"):
        ask(desk, lambda c: _all(c.creations.mine()))
    assert len(desk.calls) < 20


def test_rows_without_an_id_are_all_there(desk: Desk) -> None:
    desk.on("GET /creations/1/comments", [{"text": "a"}, {"text": "a"}, {"id": 1}, {"id": 1}])
    found: list[CommentPayload] = ask(desk, lambda c: _all(c.comments.list(1)))
    assert len(found) == 3


# --- loops, waiting, options ---


def test_a_client_lives_in_every_loop(desk: Desk) -> None:
    desk.on("GET /users/me", ME)
    client = gn.AsyncClient(key=gn.Secret(KEY), base_url=desk.url)
    names: list[str] = []

    async def twice() -> None:
        found = await asyncio.gather(client.users.me(), client.users.me())
        names.extend(one.username for one in found)

    thread = threading.Thread(target=lambda: asyncio.run(twice()))
    thread.start()
    asyncio.run(twice())
    thread.join()
    asyncio.run(twice())
    asyncio.run(client.aclose())
    assert names == ["johndoe"] * 6


def test_to_stop_waiting_is_not_to_stop(desk: Desk) -> None:
    desk.open.clear()
    desk.on("POST /creations/1/comments", {"comment_id": 1})

    async def main() -> None:
        async with gn.AsyncClient(key=gn.Secret(KEY), base_url=desk.url) as client:
            task = asyncio.create_task(client.comments.add(1, "hello"))
            while not desk.calls:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert desk.answered == []
            desk.open.set()
            desk.on("GET /users/me", ME)
            assert (await client.users.me()).username == "johndoe"

    asyncio.run(main())
    assert [call.method for call in desk.calls] == ["POST", "GET"]


def test_a_loop_that_ends_while_something_is_on_its_way(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.open.clear()
    desk.on("GET /users/me", ME)
    client = gn.AsyncClient(key=gn.Secret(KEY), base_url=desk.url)

    async def leave() -> None:
        asyncio.ensure_future(client.users.me())  # noqa: RUF006
        while not desk.calls:
            await asyncio.sleep(0.01)

    asyncio.run(leave())
    desk.open.set()
    while not desk.answered:
        time.sleep(0.01)
    assert asyncio.run(client.users.me()).username == "johndoe"
    asyncio.run(client.aclose())
    assert caplog.records == []


FAILED = (500, {"success": False, "error": {"code": "SERVER_ERROR", "message": "oops", "status": 500}})


@pytest.mark.parametrize(
    ("what", "call"),
    [
        ("GET /creations/1", lambda c: c.creations.get(1)),
        ("PATCH /creations/1", lambda c: c.creations.update(1, public=True)),
        ("DELETE /creations/1", lambda c: c.creations.delete(1)),
        ("POST /creations/1/rating", lambda c: c.ratings.rate(1, 5)),
        ("POST /users/jane/follow", lambda c: c.users.follow("jane")),
        ("DELETE /users/jane/follow", lambda c: c.users.unfollow("jane")),
    ],
)
@pytest.mark.parametrize("first", [(0, b""), FAILED], ids=["dropped", "500"])
def test_what_can_be_done_twice_is_tried_again(desk: Desk, what: str, call: Any, first: Any) -> None:
    desk.answers[what] = [first]
    desk.on(what, {"creation_id": 1})
    assert ask(desk, call).http.status == 200
    assert len(desk.calls) == 2
    desk.answers[what] = [first]
    with pytest.raises(ServerError):
        ask(desk, call, retry=False)
    assert len(desk.calls) == 3


@pytest.mark.parametrize("options", [{"timeout": 0.2, "retry": False}, {"deadline": 0.3}])
def test_a_call_ends_in_time(desk: Desk, options: dict[str, Any]) -> None:
    desk.open.clear()
    desk.on("GET /users/me", ME)
    with pytest.raises(ServerError):
        ask(desk, lambda c: c.users.me(), **options)
    assert desk.answered == []
    desk.open.set()


@pytest.mark.parametrize("option", ["timeout", "deadline"])
@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan"), "5", True])
def test_an_impossible_time_is_refused(desk: Desk, option: str, value: Any) -> None:
    with pytest.raises(InvalidRequest, match=option):
        ask(desk, lambda c: c.users.me(), **{option: value})
    with pytest.raises(InvalidRequest, match="max_credits"):
        ask(desk, lambda c: c.users.me(), max_credits=-1)


def test_a_closed_client_says_so(desk: Desk) -> None:
    client = gn.AsyncClient(key=gn.Secret(KEY), base_url=desk.url)
    asyncio.run(client.aclose())
    asyncio.run(client.aclose())
    with pytest.raises(GenerorError, match="closed"):
        asyncio.run(client.options(timeout=1).users.me())


# --- keys ---


def _frames(error: BaseException) -> str:
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    return str([frame.locals for frame in whole.stack if "generor_nb" in frame.filename])


def test_a_new_key_shows_nowhere(desk: Desk) -> None:
    desk.on("POST /api-keys", NEW_KEY, status=201)
    made = ask(desk, lambda c: c.api_keys.create("My App", ["read", "generate"]))
    assert made.http.status == 201
    shown = [repr(made), str(made), made.model_dump(), made.model_dump_json(), vars(made), made.model_extra]
    shown += [repr(made.http), repr(made.api_key), made.model_copy().model_dump(), dict(made)]
    copy = pickle.loads(pickle.dumps(made))
    assert FRESH not in str(shown) + str(pickle.dumps(made)) + str(vars(copy))
    assert copy == made
    assert not hasattr(copy, "api_key")
    with pytest.raises(AttributeError):
        _ = copy.http


def test_an_unreadable_new_key_shows_in_no_traceback(desk: Desk) -> None:
    desk.on("POST /api-keys", {**NEW_KEY, "key_id": "one", "scopes": 5}, status=201)
    made = ask(desk, lambda c: c.api_keys.create("My App", ["read"]))
    assert (made.api_key.reveal(), made.key_id, made.odd) == (FRESH, None, {"key_id": "one", "scopes": 5})
    desk.answers.clear()
    desk.on("POST /api-keys", [FRESH])
    none = ask(desk, lambda c: c.api_keys.create("My App", ["read"]))
    assert not hasattr(none, "api_key")
    assert FRESH not in repr(none)


def test_the_clients_own_key_shows_nowhere(desk: Desk) -> None:
    desk.refuse("GET /users/me", "UNAUTHORIZED", "bad key")
    client = gn.AsyncClient(key=gn.Secret(KEY), base_url=desk.url)
    with pytest.raises(errors.Unauthorized) as caught:
        asyncio.run(client.users.me())
    parts = [client, client._wire, client._wire.line, client.users, client._wire.provider]
    shown = [repr(part) for part in parts]
    shown += [str({k: repr(v) for k, v in vars(p).items()}) for p in parts if hasattr(p, "__dict__")]
    shown += [str(caught.value), repr(vars(caught.value)), _frames(caught.value)]
    assert KEY not in "".join(shown)
    assert KEY[9:] not in "".join(shown)
    for thing in (client, client.options(timeout=1)):
        with pytest.raises(TypeError):
            pickle.dumps(thing)
    asyncio.run(client.aclose())


def test_an_address_of_ones_own_gets_no_other_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEROR_API_KEY", KEY)
    desk.on("GET /generators", GENERATORS)
    ask(desk, lambda c: c.generators.list(), key=None)
    assert "authorization" not in desk.last.headers


def test_media_are_fetched_without_the_key(desk: Desk, tmp_path: Any) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(b"old")
    desk.answers["GET /users/42/img/image-12345.png"] = [(200, b"\x89PNG new", {"Content-Type": "image/png"})]
    origin = desk.url.removesuffix("/api/v1")

    async def fetch(client: gn.AsyncClient) -> Any:
        assert client.url("/users/42/a.png") == f"{origin}/users/42/a.png"
        assert client.url("https://cdn.example/a.png") == "https://cdn.example/a.png"
        return await client.download("/users/42/img/image-12345.png", file)

    assert ask(desk, fetch) == file
    assert file.read_bytes() == b"\x89PNG new"
    assert "authorization" not in desk.last.headers
    with pytest.raises(GenerorError, match="404"):
        ask(desk, lambda c: c.download("/users/42/none.png", file))
    with pytest.raises(GenerorError, match="refused"):
        ask(desk, lambda c: c.download("http://cdn.example/a.png", file))
    with pytest.raises(GenerorError):
        ask(desk, lambda c: c.download("/users/42/img/image-12345.png", tmp_path / "no" / "where.png"))
    desk.answers["GET /sign-in.png"] = [(200, b"<!DOCTYPE html><p>sign in", {"Content-Type": "image/png"})]
    with pytest.raises(GenerorError, match="web page"):
        ask(desk, lambda c: c.download("/sign-in.png", file))
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["image.png"]
    assert file.read_bytes() == b"\x89PNG new"
