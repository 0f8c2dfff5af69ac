"""Teams: who gets in, who gets out, who sees what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_support import Api, anonymous, open_studio, owner, problem, user

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


@pytest.fixture
def sam(studio: Studio) -> Api:
    return user(studio, "sam")


@pytest.fixture
def team(api: Api, jane: Api) -> dict[str, Any]:
    """Team 1, owned by the studio's account, with jane in it."""
    api.post("/teams", {"name": "Posters"})
    return dict(api.post("/teams/1/members", {"username": "jane"}).json()["data"])


def members(team: dict[str, Any]) -> list[tuple[str, str]]:
    return [(member["username"], member["role"]) for member in team["members"]]


def test_a_new_team_has_its_founder_and_a_code(api: Api) -> None:
    response = api.post("/teams", {"name": " Posters "})
    team = response.json()["data"]
    assert response.status_code == 201
    assert (team["team_id"], team["name"], team["owner_id"]) == (1, " Posters ", 1)
    assert members(team) == [("studio", "owner")]
    assert re.fullmatch("[0-9a-f]{16}", team["invite_code"])
    assert api.data("/teams") == [team]
    assert api.data("/teams/1") == team


@pytest.mark.parametrize("name", [None, "", " ", "x" * 101, 5])
def test_a_team_needs_a_name(api: Api, name: Any) -> None:
    assert problem(api.post("/teams", {"name": name}))[2].startswith("name: ")
    assert api.data("/teams") == []


def test_a_member_adds_another_by_name(jane: Api, sam: Api, team: dict[str, Any]) -> None:
    assert members(team) == [("studio", "owner"), ("jane", "member")]
    for _ in range(2):
        changed = jane.post("/teams/1/members", {"username": "sam"}).json()["data"]
    assert members(changed)[2:] == [("sam", "member")]
    assert sam.data("/teams/1") == changed


def test_somebody_else_cannot_see_or_touch_a_team(sam: Api, api: Api, team: dict[str, Any]) -> None:
    answers = [
        sam.get("/teams/1"),
        sam.get("/teams/1/creations"),
        sam.post("/teams/1/members", {"username": "sam"}),
        sam.delete("/teams/1/members/2"),
        sam.post("/teams/1/invite", None),
        sam.delete("/teams/1"),
        sam.generate("joke", {"model_id": 37, "prompt": "x", "team_id": 1}),
        sam.estimate("joke", {"model_id": 37, "team_id": 1}),
    ]
    assert [problem(answer)[:2] for answer in answers] == [(403, "FORBIDDEN")] * len(answers)
    assert (api.data("/teams/1"), sam.data("/teams")) == (team, [])


def test_the_owner_alone_removes_members_and_renews_the_code(
    api: Api, jane: Api, team: dict[str, Any]
) -> None:
    assert problem(jane.delete("/teams/1/members/1"))[:2] == (403, "FORBIDDEN")
    assert problem(jane.post("/teams/1/invite", None))[:2] == (403, "FORBIDDEN")
    assert api.data("/teams/1") == team
    assert members(api.delete("/teams/1/members/2").json()["data"]) == [("studio", "owner")]
    assert problem(jane.get("/teams/1"))[:2] == (403, "FORBIDDEN")
    assert problem(api.delete("/teams/1/members/2"))[:2] == (404, "NOT_FOUND")
    assert problem(api.delete("/teams/1/members/1"))[:2] == (400, "VALIDATION_ERROR")


def test_a_code_lets_in_until_it_is_renewed(api: Api, sam: Api, team: dict[str, Any]) -> None:
    old = team["invite_code"]
    new = api.post("/teams/1/invite", None).json()["data"]["invite_code"]
    assert new != old
    assert problem(sam.post(f"/teams/join/{old}", None))[:2] == (404, "NOT_FOUND")
    for _ in range(2):
        assert members(sam.post(f"/teams/join/{new}", None).json()["data"])[2:] == [("sam", "member")]


def test_an_owner_who_leaves_hands_the_team_over(api: Api, jane: Api, sam: Api, team: dict[str, Any]) -> None:
    sam.post(f"/teams/join/{team['invite_code']}", None)
    assert api.delete("/teams/1").json()["data"] == {"team_id": 1, "left": True}
    assert members(jane.data("/teams/1")) == [("jane", "owner"), ("sam", "member")]
    assert problem(api.get("/teams/1"))[0] == 403
    sam.delete("/teams/1")
    jane.delete("/teams/1")
    assert problem(jane.get("/teams/1"))[:2] == (404, "NOT_FOUND")
    assert problem(sam.post(f"/teams/join/{team['invite_code']}", None))[:2] == (404, "NOT_FOUND")


def test_what_a_team_makes_is_its_members_and_private_only_its_makers(
    api: Api, jane: Api, team: dict[str, Any]
) -> None:
    shared, secret, alone = jane.make(team_id=1), jane.make(team_id=1, privacy_mode=1), jane.make()
    assert api.ids("/teams/1/creations") == [shared]
    assert jane.ids("/teams/1/creations") == [secret, shared]
    assert jane.ids("/creations") == [alone, secret, shared]
    jane.delete(f"/creations/{shared}")
    assert api.ids("/teams/1/creations") == []


def test_a_team_is_checked_before_the_input_and_costs_nothing(api: Api, team: dict[str, Any]) -> None:
    for call in (api.estimate, api.generate):
        assert problem(call("joke", {"model_id": "x", "team_id": 9}))[:2] == (404, "NOT_FOUND")
        assert problem(call("joke", {"model_id": 37, "prompt": "x", "team_id": 0}))[0] == 400
    assert api.credits() == 10_000


def test_a_price_with_a_team_is_for_everybody(studio: Studio, team: dict[str, Any]) -> None:
    body = {"model_id": 37, "team_id": 1}
    assert anonymous(studio).estimate("joke", body).status_code == 200
    assert problem(anonymous(studio).estimate("joke", {**body, "team_id": 2}))[0] == 404
