"""Creations: who sees them in which list, and what their owner can change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_support import Api, anonymous, open_studio, owner, problem, user

from generor_nb.studio import Studio

PRIVATE = {"privacy_mode": 1}


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


LISTS = [
    "/creations/public",
    "/creations/search?q=joke",
    "/generators/joke/creations",
    "/users/studio/creations",
    "/feed",
]


@pytest.mark.parametrize("path", LISTS)
def test_what_is_private_or_deleted_is_in_no_list_of_others(api: Api, jane: Api, path: str) -> None:
    jane.post("/users/studio/follow", None)
    shown, hidden, gone = (api.make(prompt=f"a joke, {n}") for n in range(3))
    assert jane.ids(path) == [gone, hidden, shown]
    api.patch(f"/creations/{hidden}", PRIVATE)
    api.delete(f"/creations/{gone}")
    assert jane.ids(path) == [shown]
    assert api.ids("/creations") == [hidden, shown]


def test_an_owners_public_list_holds_no_private_creation_either(api: Api) -> None:
    api.make(**PRIVATE)
    assert api.ids("/users/studio/creations") == api.ids("/creations/search?q=joke") == []


def test_search_finds_every_word_in_any_case_and_place(api: Api) -> None:
    api.make("image", prompt="Sunset over a mountain")
    api.make("image", prompt="A MOUNTAIN, 100% foggy")
    api.make("image", prompt="Ölberg im Nebel")
    assert api.ids("/creations/search?q=sunset+mountain") == [1]
    assert api.ids("/creations/search?q=mountain") == [2, 1]
    assert api.ids("/creations/search?q=mountain&sort=oldest&per_page=1") == [1]
    assert api.ids("/creations/search?q=100%25") == [2]
    assert api.ids("/creations/search?q=%25") == [2]
    assert api.ids("/creations/search?q=_ountain") == []
    assert api.ids("/creations/search?q=ölBERG") == [3]
    assert api.ids("/creations/search?q=sunset+foggy") == []


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=" + "x" * 201])
def test_a_search_for_nothing_is_400(api: Api, query: str) -> None:
    assert problem(api.get(f"/creations/search{query}"))[2].startswith("q: must be ")


def test_an_owner_changes_privacy_and_license(api: Api) -> None:
    number = api.make()
    changed = api.patch(f"/creations/{number}", {"privacy_mode": 1, "license": 2, "prompt": "other"})
    assert changed.status_code == 200
    data = changed.json()["data"]
    assert (data["privacy_mode"], data["license"], data["prompt"]) == (
        1,
        2,
        "Tell me a joke about programming",
    )
    assert api.data(f"/creations/{number}") == data
    assert api.patch(f"/creations/{number}", {"license": None}).json()["data"] == data
    assert api.patch(f"/creations/{number}", {"privacy_mode": 0}).json()["data"]["license"] == 2


WRONG: list[Any] = [
    {"privacy_mode": 2},
    {"privacy_mode": "1"},
    {"privacy_mode": True},
    {"license": 0},
    {"license": 3},
    {"license": 1.0},
]


@pytest.mark.parametrize("body", WRONG)
def test_a_wrong_change_is_400_and_changes_nothing(api: Api, body: dict[str, Any]) -> None:
    before = api.data(f"/creations/{api.make()}")
    assert problem(api.patch("/creations/1", body))[2].startswith(f"{next(iter(body))}: must be ")
    assert api.data("/creations/1") == before


def test_a_file_that_becomes_private_leaves_its_public_address_for_good(studio: Studio, api: Api) -> None:
    number, nobody = api.make("image"), anonymous(studio)

    def address() -> str:
        return str(api.data(f"/creations/{number}")["images"][0]["url"])

    seen = [address()]
    for mode in (1, 0, 1):
        api.patch(f"/creations/{number}", {"privacy_mode": mode})
        assert nobody.call("GET", address()).status_code == 200
        seen.append(address())
    assert [nobody.call("GET", url).status_code for url in seen] == [404, 404, 404, 200]


def test_a_deleted_creation_is_nowhere(studio: Studio, api: Api) -> None:
    number = api.make("image")
    url = api.data(f"/creations/{number}")["images"][0]["url"]
    api.post(f"/creations/{number}/comments", {"text": "mine"})
    assert api.delete(f"/creations/{number}").json()["data"] == {"creation_id": number, "deleted": True}
    for path in ("", "/status", "/comments", "/rating"):
        assert problem(api.get(f"/creations/{number}{path}"))[0] == 404
    assert problem(api.delete(f"/creations/{number}"))[0] == 404
    assert problem(api.patch(f"/creations/{number}", PRIVATE))[0] == 404
    assert problem(api.post("/comments/1/vote", {"vote": "up"}))[0] == 404
    assert problem(api.delete("/comments/1"))[0] == 404
    assert anonymous(studio).call("GET", url).status_code == 404
    assert (api.ids("/creations"), api.data("/users/me")["creation_count"]) == ([], 0)


@pytest.mark.parametrize("body", [{}, PRIVATE])
def test_only_its_owner_changes_or_deletes_a_creation(api: Api, jane: Api, body: dict[str, Any]) -> None:
    number = api.make(**body)
    before = api.data(f"/creations/{number}")
    assert problem(jane.patch(f"/creations/{number}", {"license": 9}))[:2] == (403, "FORBIDDEN")
    assert problem(jane.delete(f"/creations/{number}"))[:2] == (403, "FORBIDDEN")
    assert api.data(f"/creations/{number}") == before


def test_the_feed_is_of_those_i_follow(studio: Studio, api: Api, jane: Api) -> None:
    sam = user(studio, "sam")
    jokes = api.make(), jane.make(), sam.make()
    picture = sam.make("image")
    assert api.ids("/feed") == []
    api.post("/users/sam/follow", None)
    assert api.ids("/feed") == [picture, jokes[2]]
    assert api.ids("/feed?generator=joke") == [jokes[2]]
    assert api.ids("/feed?sort=oldest") == [jokes[2], picture]
    assert problem(api.get("/feed?generator=no-such"))[0] == 404
    api.delete("/users/sam/follow")
    assert api.ids("/feed") == []
