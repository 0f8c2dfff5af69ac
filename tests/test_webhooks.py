"""gptimage2's webhooks from the receiving side: what is genuine, what came before, what is registered."""

import asyncio
import inspect
import json
import time

import httpx
import pytest
from fastapi import FastAPI
from fronted import fronted
from others_support import Other, open_others
from starlette.applications import Starlette

import generor_nb as gn
from generor_nb import webhooks
from generor_nb.base.errors import InvalidRequest, Unauthorized
from generor_nb.contract import gptimage2 as api

SECRET = gn.Secret("whsec_" + "0" * 8)
BODY = json.dumps(
    {"event": "generation.failed", "data": {"generationId": "g1", "status": "blocked", "error": "no"}}
).encode()


def signed(body=BODY, secret=SECRET, delivery="d1"):
    return {
        "X-Gptimg-Signature": api.signature(body, secret.reveal()),
        "X-Gptimg-Delivery": delivery,
        "X-Gptimg-Event": "generation.failed",
    }


def post(app, body=BODY, headers=None, method="POST"):
    async def once():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://me") as client:
            return await client.request(method, "/hooks", content=body, headers=headers)

    return asyncio.run(once()).status_code


# --- what is genuine ---


def test_the_documents_recipe_is_ours():
    """hex(HMAC-SHA256(whole secret, raw body)), as the document's example computes it."""
    import hashlib
    import hmac

    expected = hmac.new(SECRET.reveal().encode(), BODY, hashlib.sha256).hexdigest()
    assert webhooks.verify(BODY, expected, SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        None,
        "0" * 64,
        "é" * 64,
        "\ud800",
        api.signature(BODY, SECRET.reveal()).upper(),
        api.signature(BODY, SECRET.reveal())[:-1],
        api.signature(BODY + b" ", SECRET.reveal()),
        api.signature(BODY, SECRET.reveal().removeprefix("whsec_")),
        7,
    ],
)
def test_anything_else_is_not_and_nothing_raises(signature):
    assert webhooks.verify(BODY, signature, SECRET) is False


@pytest.mark.parametrize("body", ["text", None, 7])
def test_a_body_of_another_kind_is_not_genuine_either(body):
    assert webhooks.verify(body, "0" * 64, SECRET) is False


def test_it_is_compared_in_constant_time(monkeypatch):
    seen = []
    real = webhooks.hmac.compare_digest
    monkeypatch.setattr(webhooks.hmac, "compare_digest", lambda a, b: seen.append((a, b)) or real(a, b))
    assert webhooks.verify(BODY, api.signature(BODY, SECRET.reveal()), SECRET)
    assert len(seen) == 1


# --- receiving ---


def test_an_event_is_told_once_whatever_comes_again():
    told = []
    app = webhooks.Receiver(SECRET, told.append)
    assert [post(app, headers=signed()) for _ in range(3)] == [200] * 3
    (event,) = told
    assert (event.event, event.generation.status, event.generation.net) == ("generation.failed", "blocked", 0)
    assert not event.succeeded


@pytest.mark.parametrize("framework", [FastAPI, Starlette])
def test_it_is_a_route_of_somebodys_application(framework):
    app, told = framework(), []
    app.add_route("/hooks", webhooks.Receiver(SECRET, told.append))
    assert post(app, BODY, signed(BODY)) == 200
    assert post(app, BODY, {}) == 401
    assert len(told) == 1


def test_what_fails_is_told_again():
    told = []

    async def act(event):
        told.append(event)
        if len(told) == 1:
            raise RuntimeError("no room")

    app = webhooks.Receiver(SECRET, act)
    assert [post(app, headers=signed()) for _ in range(3)] == [500, 200, 200]
    assert len(told) == 2


def test_what_is_broken_off_is_told_again():
    """A sender that has waited long enough hangs up, and some servers then cancel who answers it."""
    told = []

    async def act(event):
        told.append(event)
        if len(told) == 1:
            raise asyncio.CancelledError

    app = webhooks.Receiver(SECRET, act)
    with pytest.raises(asyncio.CancelledError):
        post(app, headers=signed())
    assert post(app, headers=signed()) == 200
    assert len(told) == 2


@pytest.mark.parametrize(
    ("body", "headers", "method", "status"),
    [
        (BODY, {}, "POST", 401),
        (BODY + b" ", signed(), "POST", 401),
        (b"[]", signed(b"[]"), "POST", 401),
        (BODY, signed(), "GET", 405),
        (b"x" * (webhooks.MOST_BYTES + 1), {}, "POST", 413),
    ],
)
def test_what_is_no_delivery_reaches_nobody(body, headers, method, status):
    told = []
    assert post(webhooks.Receiver(SECRET, told.append), body, headers, method) == status
    assert told == []


def test_only_the_latest_deliveries_are_remembered():
    seen = webhooks.Deliveries(most=2)
    assert [seen.first(name) for name in ("a", "b", "a", "c", "a")] == [True, True, False, True, True]


# --- registering ---


@pytest.fixture
def there(tmp_path, monkeypatch):
    studio = open_others(tmp_path / "server", clock=time.time)
    with fronted(studio.provider("gptimage2").loopback_app()) as front:
        monkeypatch.setenv("GPTIMAGE2_BASE_URL", f"{front.url}/api/v1")
        books = Other(studio, "gptimage2")
        books.front = front
        yield books
    studio.close()


def test_a_webhook_is_registered_with_the_cookie_and_told_of_what_happens(there):
    told = []
    hook = gn.webhooks.register("http://127.0.0.1:9/hooks", there.hosted.session(), label="mine")
    assert repr(hook.secret) == "Secret(…)"
    (sent,) = there.front.of("POST", "/api/account/webhooks")
    assert sent.headers["cookie"].startswith("session=")
    assert "authorization" not in sent.headers
    body = BODY
    assert post(webhooks.Receiver(hook.secret, told.append), body, signed(body, hook.secret)) == 200
    assert len(told) == 1


def test_a_cookie_that_is_not_valid_says_where_to_get_one(there):
    with pytest.raises(Unauthorized, match="sign in") as caught:
        webhooks.register("https://me.example/hooks", gn.Secret("session=old"))
    frames = [frame.frame for frame in inspect.getinnerframes(caught.tb)]
    assert [name for frame in frames for name, value in frame.f_locals.items() if "=old" in str(value)] == []


@pytest.mark.parametrize(
    ("url", "given", "field"),
    [
        ("http://me.example/hooks", {}, "url"),
        ("me.example", {}, "url"),
        ("https://me.example", {"events": ["generation.done"]}, "events"),
        ("https://me.example", {"events": []}, "events"),
        ("https://me.example", {"session": "plain"}, "session"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_sent(there, url, given, field):
    session = given.pop("session", gn.Secret("cookie"))
    with pytest.raises(InvalidRequest) as caught:
        webhooks.register(url, session, **given)
    assert caught.value.field == field
    assert there.front.came == []
