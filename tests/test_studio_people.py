"""People: profiles, counts, and who follows whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_support import Api, anonymous, open_studio, owner, problem, user

from generor_nb.base.errors import InvalidRequest
from generor_nb.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def api(studio: Studio) -> Api:
    return owner(studio)


@pytest.fixture
def jane(studio: Studio) -> Api:
    return user(studio, "jane")


def names(api: Api, path: str) -> list[str]:
    return [person["username"] for person in api.data(path)]


def test_a_public_profile_tells_what_is_public(studio: Studio, jane: Api) -> None:
    jane.make()
    jane.make(privacy_mode=1)
    jane.patch("/users/me", {"bio": "I draw", "website": "https://example.com"})
    assert anonymous(studio).data("/users/jane") == {
        "user_id": 2,
        "username": "jane",
        "avatar": None,
        "bio": "I draw",
        "website": "https://example.com",
        "joined": "2026-02-20 12:00:00",
        "creation_count": 1,
        "follower_count": 0,
        "following_count": 0,
    }


def test_my_profile_counts_all_and_names_my_teams(api: Api, jane: Api) -> None:
    jane.make()
    jane.make(privacy_mode=1)
    jane.post("/users/studio/follow", None)
    team = jane.post("/teams", {"name": "Two of us"}).json()["data"]
    me = jane.data("/users/me")
    assert (me["creation_count"], me["follower_count"], me["following_count"]) == (2, 0, 1)
    assert me["teams"] == [team]
    assert me["credits"] == jane.data("/credits/balance")
    assert api.data("/users/me")["follower_count"] == 1


def test_a_profile_is_changed_and_cleared(api: Api) -> None:
    changed = api.patch("/users/me", {"bio": "New", "website": "http://example.com/x", "username": "root"})
    data = changed.json()["data"]
    assert (data["bio"], data["website"], data["username"]) == ("New", "http://example.com/x", "studio")
    assert api.patch("/users/me", {"bio": None}).json()["data"]["bio"] is None
    assert api.patch("/users/me", {}).json()["data"]["website"] == "http://example.com/x"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bio", 5),
        ("bio", "x" * 501),
        ("website", "javascript:alert(1)"),
        ("website", "example.com"),
        ("website", "https://"),
        ("website", "https://a b"),
        ("website", "https://example.com/\nx"),
        ("website", "https://example.com/" + "x" * 200),
        ("website", ["https://example.com"]),
    ],
)
def test_a_wrong_profile_is_400_and_changes_nothing(api: Api, field: str, value: Any) -> None:
    before = api.data("/users/me")
    assert problem(api.patch("/users/me", {field: value}))[2].startswith(f"{field}: must be ")
    assert api.data("/users/me") == before


def test_following_is_known_to_both(api: Api, jane: Api) -> None:
    assert api.data("/users/jane/follow") == {"following": False}
    for _ in range(2):
        assert api.post("/users/jane/follow", None).json()["data"] == {"following": True}
    assert api.data("/users/jane/follow") == {"following": True}
    assert jane.data("/users/studio/follow") == {"following": False}
    assert (names(api, "/users/jane/followers"), names(api, "/users/studio/following")) == (
        ["studio"],
        ["jane"],
    )
    assert names(api, "/users/jane/following") == names(api, "/users/studio/followers") == []
    assert api.data("/users/jane")["follower_count"] == 1
    for _ in range(2):
        assert api.delete("/users/jane/follow").json()["data"] == {"following": False}
    assert names(api, "/users/jane/followers") == []


def test_followers_are_paged_in_the_order_they_came(studio: Studio, api: Api) -> None:
    for name in ("sam", "kim", "lee"):
        user(studio, name).post("/users/studio/follow", None)
    assert names(api, "/users/studio/followers") == ["lee", "kim", "sam"]
    assert names(api, "/users/studio/followers?sort=oldest&per_page=2") == ["sam", "kim"]
    page = api.get("/users/studio/followers?page=2&per_page=2").json()
    assert ([p["username"] for p in page["data"]], page["meta"]["total"]) == (["sam"], 3)


def test_nobody_follows_themselves(api: Api) -> None:
    assert problem(api.post("/users/studio/follow", None))[:2] == (400, "VALIDATION_ERROR")
    assert api.data("/users/me")["following_count"] == 0


@pytest.mark.parametrize("name", ["", "me", ".x", "-", "a b", "a/b", "ä", "x" * 40])
def test_a_name_that_does_not_fit_into_an_address_is_refused(studio: Studio, name: str) -> None:
    with pytest.raises(InvalidRequest):
        studio.add_user(name)
