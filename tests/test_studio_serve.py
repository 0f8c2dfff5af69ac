"""The studio over a real socket."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from studio_support import PICTURE, problem

SCRIPT = """
import json, sys
from pathlib import Path
from generor_nb.studio.serve import serve

def ready(url, key, providers):
    print(json.dumps([url, key.reveal()]), flush=True)

serve(Path(sys.argv[1]), tier="basic", ready=ready)
print("left quietly", flush=True)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    home = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-c", SCRIPT, str(home)]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        url, key = json.loads(process.stdout.readline())
        yield url, key
        process.send_signal(signal.SIGTERM if os.name == "posix" else signal.CTRL_BREAK_EVENT)
        rest = process.stdout.read()
        assert (process.wait(15), rest) == (0, "left quietly\n")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def client(server: tuple[str, str]) -> Iterator[httpx.Client]:
    url, key = server
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        yield client


def test_it_listens_on_this_machine_only(server: tuple[str, str]) -> None:
    parts = urlsplit(server[0])
    assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "/api/v1")


def test_the_key_is_of_the_tier_that_was_asked_for(client: httpx.Client) -> None:
    response = client.get("users/me")
    assert response.status_code == 200
    assert (response.headers["X-RateLimit-Limit"], response.headers["X-RateLimit-Tier"]) == ("60", "basic")


def test_every_header_is_sent_once(client: httpx.Client) -> None:
    headers = client.get("models").headers
    for name in (
        "Date",
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
        "X-RateLimit-Tier",
    ):
        assert len(headers.get_list(name)) == 1
    assert "server" not in headers


def test_a_picture_is_made_and_its_address_works(client: httpx.Client, server: tuple[str, str]) -> None:
    response = client.post("generators/image/generate", json={**PICTURE, "model_id": 10004})
    assert response.status_code == 201
    url = response.json()["data"]["creations"][0]["image_url"]
    assert url.startswith(server[0].removesuffix("/api/v1") + "/users/1/img/")
    assert httpx.get(url).headers["Content-Type"] == "image/webp"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost@evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "[::1]"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_request_that_a_web_page_may_have_sent_is_403(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    response = client.get("models", headers=headers)
    assert problem(response)[:2] == (403, "FORBIDDEN")
    assert "X-RateLimit-Limit" in response.headers


def test_a_page_of_its_own_origin_may_ask(client: httpx.Client, server: tuple[str, str]) -> None:
    origin = server[0].removesuffix("/api/v1")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert client.get("models", headers=headers).status_code == 200
