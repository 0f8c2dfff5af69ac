"""Webhooks of the studio's gptimage2: signed, told again by the clock, given up in the end."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from others_support import Other, Receiver, another, made, open_others, receiver
from studio_support import Clock

from generor_nb.studio import Studio
from generor_nb.studio.others import webhooks
from generor_nb.studio.others.postman import post
from generor_nb.studio.others.webhooks import Attempt

NAME = "gptimage2"
HOOKS = "/api/account/webhooks"
BOTH = ["generation.succeeded", "generation.failed"]


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as here:
        yield here


def register(api: Other, url: str, events: Any = BOTH, **more: Any) -> httpx.Response:
    cookie = f"session={api.hosted.session(user=api.user).reveal()}"
    body = {"url": url, "events": events, **more}
    return api.nobody().call("POST", HOOKS, {"Cookie": cookie}, json=body)


def listed(api: Other) -> Any:
    cookie = f"session={api.hosted.session(user=api.user).reveal()}"
    return api.nobody().call("GET", HOOKS, {"Cookie": cookie}).json()["webhooks"]


def submit(api: Other, prompt: str = "a harbour") -> str:
    return str(api.post("/api/v1/generate", {"prompt": prompt, "quality": "low"}).json()["generationId"])


def hmac_sha256(key: bytes, message: bytes) -> str:
    """RFC 2104 by hand."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).hexdigest()


def test_a_success_is_told_signed_with_the_whole_secret(studio: Studio, api: Other, hook: Receiver) -> None:
    registered = register(api, hook.url, label="Production app")
    assert registered.status_code == 201
    secret = registered.json()["secret"]
    assert secret.startswith("whsec_")
    generation = submit(api)
    studio.deliver_webhooks()
    ((headers, body),) = hook.seen
    assert headers["X-Gptimg-Signature"] == hmac_sha256(secret.encode(), body)
    assert (headers["X-Gptimg-Event"], headers["Content-Type"]) == (BOTH[0], "application/json")
    told, polled = json.loads(body), api.get(f"/api/v1/generations/{generation}").json()
    assert told["event"] == BOTH[0]
    assert told["data"] == {
        "generationId": generation,
        **{name: polled[name] for name in ("type", "status", "outputs", "createdAt", "completedAt")},
    }


def test_what_is_blocked_is_told_as_failed_with_its_status(
    studio: Studio, api: Other, hook: Receiver
) -> None:
    register(api, hook.url)
    submit(api, "a massacre")
    studio.deliver_webhooks()
    ((headers, body),) = hook.seen
    assert headers["X-Gptimg-Event"] == "generation.failed"
    data = json.loads(body)["data"]
    assert (data["status"], data["outputs"], "policy" in data["error"]) == ("blocked", [], True)


def test_only_what_was_asked_for_is_told_and_only_to_its_account(
    studio: Studio, api: Other, hook: Receiver
) -> None:
    register(api, hook.url, ["generation.failed"])
    submit(api)
    submit(another(studio, NAME), "a massacre")
    assert studio.deliver_webhooks() is None
    assert hook.seen == []


def test_what_does_not_arrive_is_told_again_three_times_by_the_clock(
    studio: Studio, api: Other, hook: Receiver, clock: Clock
) -> None:
    register(api, hook.url)
    submit(api)
    hook.statuses = [500, 302, 404, 503]
    waits = []
    for wait in (30, 120, 600):
        waits.append(studio.deliver_webhooks())
        clock.now += wait - 1
        before = len(hook.seen)
        studio.deliver_webhooks()
        assert len(hook.seen) == before
        clock.now += 1
    assert waits == [30, 120, 600]
    assert studio.deliver_webhooks() is None
    assert len(hook.seen) == 4
    assert len({headers["X-Gptimg-Delivery"] for headers, _ in hook.seen}) == 1
    assert len({(headers["X-Gptimg-Signature"], body) for headers, body in hook.seen}) == 1


def test_what_arrived_is_not_told_again(studio: Studio, api: Other, hook: Receiver, clock: Clock) -> None:
    register(api, hook.url)
    submit(api)
    submit(api)
    hook.statuses = [500, 204]
    assert studio.deliver_webhooks() == 30
    clock.now += 30
    assert studio.deliver_webhooks() is None
    assert [h["X-Gptimg-Delivery"] for h, _ in hook.seen].count(hook.seen[0][0]["X-Gptimg-Delivery"]) == 2
    assert len(hook.seen) == 3


def test_eight_failures_in_a_row_disable_it(studio: Studio, api: Other, hook: Receiver, clock: Clock) -> None:
    register(api, hook.url)
    hook.statuses = [500, 500, 200, 500]
    for _ in range(3):  # a success in between begins the count anew
        submit(api)
        studio.deliver_webhooks()
    assert listed(api)[0]["enabled"]
    for _ in range(3):
        clock.now += 600
        studio.deliver_webhooks()
        submit(api)
        studio.deliver_webhooks()
    assert [one["enabled"] for one in listed(api)] == [False]
    assert len(hook.seen) == 3 + 8
    clock.now += 86_400
    submit(api)
    assert studio.deliver_webhooks() is None
    assert len(hook.seen) == 3 + 8


def test_an_attempt_that_was_on_its_way_when_it_was_disabled_is_not_made_again(
    studio: Studio, api: Other, hook: Receiver, clock: Clock
) -> None:
    """Two processes over one folder deliver at the same time."""
    register(api, hook.url)
    for _ in range(9):
        submit(api)
    store = studio._parts.store
    with store.write() as connection:
        attempts = [webhooks.claim(connection, clock.now) for _ in range(9)]
        for attempt in attempts:
            assert attempt is not None
            webhooks.settle(connection, attempt, False, clock.now)
    assert [one["enabled"] for one in listed(api)] == [False]
    assert studio.deliver_webhooks() is None


def test_nobody_there_is_a_failure_and_no_error(studio: Studio, api: Other) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    register(api, f"http://127.0.0.1:{port}/")
    submit(api)
    assert studio.deliver_webhooks() == 30


def test_an_answer_that_trickles_is_cut_off() -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def trickle() -> None:
        there, _ = server.accept()
        with there:
            there.recv(65536)
            try:
                while not ended.wait(0.05):
                    there.sendall(b"H")
            except OSError:
                pass

    ended = threading.Event()
    thread = threading.Thread(target=trickle)
    thread.start()
    url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    try:
        assert not post(Attempt(1, 1, 1, url, "whsec_x", BOTH[0], "id", b"{}"), patience=0.2)
    finally:
        ended.set()
        thread.join()
        server.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://127.0.0.1.example.com/hook",
        "ftp://127.0.0.1/hook",
        "https://",
        "https://user:word@example.com/",
        "https://example.com:port/",
        "hook",
        "",
    ],
)
def test_an_address_must_be_https_or_on_this_machine(shared: Other, url: str) -> None:
    answer = register(shared, url)
    assert (answer.status_code, answer.json()["error"].split(":")[0]) == (400, "url")


@pytest.mark.parametrize("events", [None, [], ["generation.queued"], "generation.failed"])
def test_at_least_one_known_event_is_needed(shared: Other, events: Any) -> None:
    answer = register(shared, "https://example.com/hook", events)
    assert (answer.status_code, answer.json()["error"].split(":")[0]) == (400, "events")


def test_only_a_session_registers_and_only_once_is_the_secret_shown(api: Other) -> None:
    body = {"url": "https://example.com/hook", "events": BOTH}
    assert api.post(HOOKS, body).status_code == 401
    assert api.nobody().call("POST", HOOKS, {"Cookie": "session=none"}, json=body).status_code == 401
    key = f"session={api.key.reveal()}"
    assert api.nobody().call("POST", HOOKS, {"Cookie": key}, json=body).status_code == 401
    made_now = register(api, body["url"], [BOTH[1]], label="mine").json()
    assert listed(api) == [
        {
            "id": made_now["id"],
            "url": body["url"],
            "events": [BOTH[1]],
            "label": "mine",
            "enabled": True,
            "createdAt": "2026-02-20T12:00:00.000Z",
        }
    ]
    assert listed(another(api.studio, NAME)) == []


def test_a_studio_that_is_opened_again_tells_what_was_due(tmp_path: Path, hook: Receiver) -> None:
    first = open_others(tmp_path, work=made)
    api = Other(first, NAME)
    register(api, hook.url)
    submit(api)
    first.close()
    again = open_others(tmp_path)
    assert again.deliver_webhooks() is None
    assert len(hook.seen) == 1
    again.close()
