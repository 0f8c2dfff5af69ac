"""The studio's other APIs over a real socket, with real engines, as the command line serves them."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from others_support import assert_books_are_even, picture, receiver
from PIL import Image
from support import Served, serve

from generor_nb.base.media import sniff
from generor_nb.studio import Studio

TRIES = 200


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    with serve(home) as server:
        yield server


@pytest.fixture
def keys(served: Served) -> dict[str, str]:
    return {name: there["api_key"] for name, there in served.providers.items()}


def client(served: Served, name: str) -> httpx.Client:
    there = served.providers[name]
    key = there["api_key"]
    headers = {"X-Api-Key": key} if name == "images-create" else {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=there["url"], headers=headers, timeout=60)


def polled(ask: Any, unfinished: tuple[str, ...]) -> Any:
    """The last answer: engines are at work in another process, which cannot be told the time."""
    for _ in range(TRIES):
        answer = ask()
        if answer["status"] not in unfinished:
            return answer
        time.sleep(0.1)
    raise AssertionError(answer)


@pytest.mark.slow
def test_gptimage2_makes_edits_and_tells(served: Served) -> None:
    with receiver() as hook, client(served, "gptimage2") as api:
        root = served.providers["gptimage2"]["url"].removesuffix("/api/v1")
        registered = httpx.post(
            f"{root}/api/account/webhooks",
            headers={"Cookie": f"session={served.providers['gptimage2']['session']}"},
            json={"url": hook.url, "events": ["generation.succeeded"]},
        )
        assert registered.status_code == 201
        data = picture(size=(64, 64))
        given = api.post(
            "upload", json={"filename": "a.png", "contentType": "image/png", "size": len(data)}
        ).json()
        put = httpx.put(given["url"], content=data, headers={"Content-Type": "image/png"})
        assert put.status_code == 200
        body = {
            "prompt": "autumn",
            "type": "edit",
            "quality": "low",
            "n": 2,
            "inputImageKeys": [given["key"]],
        }
        first = api.post("generate", json=body, headers={"Idempotency-Key": "one"})
        assert first.status_code == 202
        generation = first.json()["generationId"]
        told = polled(lambda: api.get(f"generations/{generation}").json(), ("queued", "running"))
        again = api.post("generate", json=body, headers={"Idempotency-Key": "one"}).json()
        assert again == {"generationId": generation, "status": "succeeded"}
        for one in told["outputs"]:
            assert Image.open(io.BytesIO(httpx.get(one["png"]).content)).size == (1024, 1024)
            assert sniff(httpx.get(one["webp"]).content) == "image/webp"
        polled(lambda: {"status": len(hook.seen)}, (0,))
        event = json.loads(hook.seen[0][1])
        assert (event["data"]["generationId"], event["data"]["outputs"]) == (generation, told["outputs"])


def test_images_create_answers_with_pictures(served: Served) -> None:
    with client(served, "images-create") as api:
        body = {"prompt": "유니콘", "image": "1/reference-1423131.png", "ratio": "16:9", "sample": 2}
        answer = api.post("api/images/create", json=body)
    assert answer.status_code == 200
    for image in answer.json()["images"]:
        assert Image.open(io.BytesIO(base64.b64decode(image["base64"]))).size == (768, 432)


@pytest.mark.slow
def test_grok_imagine_makes_clips(served: Served) -> None:
    pytest.importorskip("av", reason="without it clips are animated WebP")
    with client(served, "grok-imagine") as api:
        body = {"mode": "fun", "prompt": "a beautiful landscape with mountains", "ratio": "16:9"}
        task = api.post("v1/generate", json=body).json()["data"]["task_id"]
        told = polled(
            lambda: api.get("v1/status", params={"task_id": task}).json()["data"], ("pending", "processing")
        )
    assert (told["status"], told["error_message"], len(told["response"])) == ("completed", None, 2)
    assert {sniff(httpx.get(clip).content) for clip in told["response"]} == {"video/mp4"}


def test_each_refuses_what_a_web_page_may_have_sent_in_its_own_words(served: Served) -> None:
    for name, said in (("gptimage2", "error"), ("images-create", "message"), ("grok-imagine", "message")):
        with client(served, name) as api:
            for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
                answer = api.post("generate", json={}, headers=headers)
                assert answer.status_code == 403
                assert answer.json()[said]


def test_a_key_opens_one_api_only(served: Served, keys: dict[str, str]) -> None:
    paths = {"gptimage2": "generations/x", "grok-imagine": "v1/status?task_id=x"}
    for name, path in paths.items():
        for other in {*keys.values(), served.key} - {keys[name]}:
            with client(served, name) as api:
                assert api.get(path, headers={"Authorization": f"Bearer {other}"}).status_code == 401
    for key in keys.values():
        answer = httpx.get(f"{served.url}/users/me", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401


def test_a_second_opening_reads_the_ledger(served: Served, home: Path) -> None:
    with client(served, "grok-imagine") as api:
        refused = api.post("v1/generate", json={"prompt": "gore"}).json()["data"]["task_id"]
        polled(
            lambda: api.get("v1/status", params={"task_id": refused}).json()["data"],
            ("pending", "processing"),
        )
    studio = Studio.open(home)
    there = studio.provider("grok-imagine")
    assert [row["amount"] for row in there.transactions()][-2:] == [-40, 40]
    assert there.jobs()[-1]["public_id"] == refused
    assert there.jobs()[-1]["state"] == "failed"
    studio.close()
    assert_books_are_even(home)
