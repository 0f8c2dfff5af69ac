"""API keys over the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_support import NOON, Api, Clock, anonymous, open_studio, owner, problem, user

from generor_nb.base.secret import Secret
from generor_nb.studio import Studio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def studio(tmp_path: Path, clock: Clock) -> Iterator[Studio]:
    opened = open_studio(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def api(studio: Studio) -> Api:
    return owner(studio)


def create(api: Api, **body: Any) -> Any:
    response = api.post("/api-keys", {"name": "My App", **body})
    assert response.status_code == 201, response.text
    return response.json()["data"]


def test_a_new_key_is_shown_once_and_works(studio: Studio, api: Api) -> None:
    made = create(api, scopes=["generate", "read", "read"])
    key = made.pop("api_key")
    assert made == {
        "key_id": 1,
        "prefix": key[:17],
        "name": "My App",
        "scopes": ["read", "generate"],
        "message": "Save this API key now. It will not be shown again.",
    }
    assert Api(studio, Secret(key)).get("/users/me").status_code == 200
    listed = api.get("/api-keys")
    assert key not in listed.text
    assert listed.json()["data"] == [
        {
            "key_id": 1,
            "prefix": key[:17],
            "name": "My App",
            "scopes": ["read", "generate"],
            "created_at": "2026-02-20 12:00:00",
            "last_used_at": "2026-02-20 12:00:00",
        }
    ]


def test_when_a_key_was_last_used_is_noted_to_the_minute(studio: Studio, api: Api, clock: Clock) -> None:
    mine = Api(studio, Secret(create(api)["api_key"]))
    assert api.data("/api-keys")[0]["last_used_at"] is None
    for seconds, noted in ((0, "12:00:00"), (59, "12:00:00"), (60, "12:01:00")):
        clock.now = NOON + seconds
        mine.get("/models")
        assert api.data("/api-keys")[0]["last_used_at"] == f"2026-02-20 {noted}"


@pytest.mark.parametrize("scopes", [None, []])
def test_no_scopes_are_all_of_them(studio: Studio, api: Api, scopes: Any) -> None:
    key = Secret(create(api, scopes=scopes)["api_key"])
    mine = Api(studio, key)
    assert mine.get("/users/me").status_code == mine.patch("/users/me", {}).status_code == 200
    mine.make()


@pytest.mark.parametrize(
    ("own", "asked", "status"),
    [
        (["write"], ["write"], 201),
        (["read", "write"], ["read"], 201),
        (["write"], ["read"], 403),
        (["write", "read"], ["write", "generate"], 403),
        (["write"], [], 403),
        (["write", "read"], None, 403),
        (["read", "write", "generate"], [], 403),
        ([], [], 201),
    ],
)
def test_a_key_makes_no_key_that_may_more(
    studio: Studio, own: list[str], asked: list[str] | None, status: int
) -> None:
    api = Api(studio, studio.mint_key("own", own))
    assert api.post("/api-keys", {"name": "more", "scopes": asked}).status_code == status
    assert len(owner(studio).data("/api-keys")) == (2 if status == 201 else 1)


@pytest.mark.parametrize(
    "body",
    [
        {"name": None},
        {"name": ""},
        {"name": "x" * 101},
        {"name": 5},
        {"scopes": "read"},
        {"scopes": ["admin"]},
        {"scopes": [1]},
    ],
)
def test_a_wrong_key_is_400(api: Api, body: dict[str, Any]) -> None:
    answer = api.post("/api-keys", {"name": "My App", **body})
    assert problem(answer)[2].startswith(f"{next(iter(body))}: ")


def test_the_eleventh_active_key_is_400(api: Api) -> None:
    for _ in range(10):
        create(api)
    assert problem(api.post("/api-keys", {"name": "one more"}))[:2] == (400, "VALIDATION_ERROR")
    api.delete("/api-keys/3")
    create(api)
    assert len(api.data("/api-keys")) == 10


def test_a_revoked_key_is_invalid_at_once(studio: Studio, api: Api) -> None:
    made = create(api)
    mine = Api(studio, Secret(made["api_key"]))
    assert mine.get("/users/me").status_code == 200
    assert api.delete("/api-keys/1").json()["data"] == {"key_id": 1, "revoked": True}
    assert problem(mine.get("/users/me"))[:2] == (401, "UNAUTHORIZED")
    assert problem(mine.get("/models"))[:2] == (401, "UNAUTHORIZED")
    assert problem(api.delete("/api-keys/1"))[:2] == (404, "NOT_FOUND")
    assert api.data("/api-keys") == []


def test_anothers_key_is_not_found(studio: Studio, api: Api) -> None:
    create(api)
    jane = user(studio, "jane")
    assert problem(jane.delete("/api-keys/1"))[:2] == (404, "NOT_FOUND")
    assert [key["key_id"] for key in jane.data("/api-keys")] == [2]
    assert [key["key_id"] for key in api.data("/api-keys")] == [1]


def test_a_forwarded_address_counts_behind_a_trusted_proxy_only(tmp_path: Path) -> None:
    studio = open_studio(tmp_path / "behind", proxies=["10.0.0.1", "10.0.0.7"])

    def statuses(peer: str, forwarded: str) -> list[int]:
        api, headers = Api(studio, None, peer), {"X-Forwarded-For": forwarded}
        path = "/api/v1/models"
        return [api.call("GET", path, headers=headers).status_code for _ in range(15)]

    assert set(statuses("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.7")) == {200}
    assert set(statuses("10.0.0.1", "7.7.7.7, 1.1.1.1")) == {429}
    assert set(statuses("10.0.0.1", "2.2.2.2")) == {200}
    assert set(statuses("9.9.9.9", "3.3.3.3")) == {200}
    assert set(statuses("9.9.9.9", "4.4.4.4")) == {429}
    assert set(statuses("10.0.0.1", "")) == {200}
    assert anonymous(studio).get("/models").status_code == 429
    studio.close()
