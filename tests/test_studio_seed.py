"""The seeded world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from studio_support import Api, Clock, anonymous, owner
from support import serve
from test_studio_credits import assert_books_balance

from generor_nb.base.media import sniff
from generor_nb.studio import Studio, world


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seeded")


@pytest.fixture(scope="module")
def studio(home: Path) -> Iterator[Studio]:
    opened = Studio.open(home, clock=Clock(), rate_limits=False)
    opened.seed()
    yield opened
    opened.close()


@pytest.fixture
def api(studio: Studio) -> Api:
    return owner(studio)


def everything(api: Api) -> list[Any]:
    """What anybody can see, and the owner's account."""
    shown = api.data("/creations/public?per_page=100")
    around = [
        api.data(f"/creations/{c['creation_id']}/{what}") for c in shown for what in ("comments", "rating")
    ]
    people = [api.data(f"/users/{person.name}") for person in world.PEOPLE]
    return [shown, around, people, api.data("/users/me"), api.data("/credits/transactions?per_page=100")]


def test_there_are_people_who_follow_each_other(api: Api) -> None:
    people = [api.data(f"/users/{person.name}") for person in world.PEOPLE]
    assert all(person["bio"] and person["creation_count"] for person in people)
    assert sum(person["follower_count"] for person in people) == len(world.FOLLOWS) + len(world.OWNER_FOLLOWS)


def test_there_are_public_and_private_creations_with_real_media(studio: Studio, api: Api) -> None:
    public = api.data("/creations/public?per_page=100")
    private = [piece for piece in world.PIECES if piece.body.get("privacy_mode")]
    assert len(private) == 2
    assert len(public) == len(world.PIECES) - len(private)
    files = [image["url"] for creation in public for image in creation["images"]]
    assert len(files) >= 8
    for url in files:
        assert sniff(anonymous(studio).call("GET", url).content) == "image/webp"
    assert all(creation["text"] for creation in public if creation["type"] == "text")


def test_they_talk_and_rate(api: Api) -> None:
    shown = api.ids("/creations/public?per_page=100")
    comments = [comment for number in shown for comment in api.data(f"/creations/{number}/comments")]
    assert any(comment["parent_id"] for comment in comments)
    assert any(comment["votes"]["up"] for comment in comments)
    assert sum(api.data(f"/creations/{number}/rating")["count"] for number in shown) >= 15


def test_the_owner_finds_a_team_and_a_feed(api: Api) -> None:
    (team,) = api.data("/teams")
    assert team["name"] == world.OWNER_TEAM
    assert len(api.ids(f"/teams/{team['team_id']}/creations")) == 2
    assert len(api.ids("/feed")) > 5
    assert api.credits() == 10_000


def test_it_all_happened_before_now_and_in_order(api: Api) -> None:
    def times(path: str) -> list[datetime]:
        return [datetime.fromisoformat(entry["created_at"]) for entry in api.data(path)]

    made = times("/creations/public?per_page=100&sort=oldest")
    assert made == sorted(made)
    assert made[-1] < datetime.fromisoformat("2026-02-20 12:00:00")
    assert len({moment.time() for moment in made}) > 10


def test_the_books_balance(home: Path, api: Api) -> None:
    assert_books_balance(home, api)


def test_seeding_again_changes_nothing(studio: Studio, api: Api) -> None:
    before = everything(api)
    studio.seed()
    assert everything(api) == before


def test_what_was_left_stays_left(studio: Studio, api: Api) -> None:
    (team,) = api.data("/teams")
    api.delete(f"/teams/{team['team_id']}")
    api.delete("/users/marcel/follow")
    studio.seed()
    assert api.data("/teams") == []
    assert api.data("/users/marcel/follow") == {"following": False}


@pytest.mark.slow
def test_a_seeding_that_was_stopped_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(world, "PIECES", world.PIECES[:3])
        patched.setattr(world, "GROUPS", ())
        halfway = Studio.open(tmp_path, rate_limits=False)
        halfway.seed()
    halfway.seed()
    api = owner(halfway)
    public = [piece for piece in world.PIECES if not piece.body.get("privacy_mode")]
    assert len(api.ids("/creations/public?per_page=100")) == len(public)
    halfway.close()


@pytest.mark.slow
def test_the_command_line_seeds_before_it_serves(tmp_path: Path) -> None:
    with serve(tmp_path / "served", "--seed") as served:
        assert [team["name"] for team in served.get("/teams")] == [world.OWNER_TEAM]
        assert served.get("/feed")
