"""Comments, votes and ratings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_support import Api, anonymous, open_studio, owner, problem, user

from generor_nb.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(tmp_path)
    owner(opened).make()
    yield opened
    opened.close()


@pytest.fixture
def api(studio: Studio) -> Api:
    """The owner of creation 1, which is public."""
    return owner(studio)


@pytest.fixture
def jane(studio: Studio) -> Api:
    return user(studio, "jane")


def say(api: Api, text: str, parent_id: int | None = None, creation_id: int = 1) -> Any:
    response = api.post(f"/creations/{creation_id}/comments", {"text": text, "parent_id": parent_id})
    assert response.status_code == 201, response.text
    return response.json()["data"]


def test_a_comment_is_kept_as_it_was_written(studio: Studio, jane: Api) -> None:
    comment = say(jane, "<b>Great</b> creation!\n🎉")
    assert comment == {
        "comment_id": 1,
        "creation_id": 1,
        "user_id": 2,
        "username": "jane",
        "text": "<b>Great</b> creation!\n🎉",
        "parent_id": None,
        "created_at": "2026-02-20 12:00:00",
        "votes": {"up": 0, "down": 0},
    }
    assert anonymous(studio).data("/creations/1/comments") == [comment]


def test_answers_stand_in_the_list_under_their_parent(api: Api, jane: Api) -> None:
    first = say(jane, "Why?")["comment_id"]
    reply = say(api, "Because.", first)["comment_id"]
    say(jane, "I see.", reply)
    assert [c["parent_id"] for c in api.data("/creations/1/comments?sort=oldest")] == [None, first, reply]
    page = api.get("/creations/1/comments?per_page=2").json()
    assert ([c["comment_id"] for c in page["data"]], page["meta"]["total"]) == ([3, 2], 3)


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": " \n"}, {"text": "x" * 2001}, {"text": 5}])
def test_a_comment_needs_a_text(api: Api, body: Any) -> None:
    assert problem(api.post("/creations/1/comments", body))[2].startswith("text: ")


def test_a_parent_must_be_a_comment_of_the_same_creation(api: Api) -> None:
    other = api.make()
    say(api, "elsewhere", creation_id=other)
    for parent_id in (1, 99):
        answer = api.post("/creations/1/comments", {"text": "x", "parent_id": parent_id})
        assert problem(answer)[:2] == (404, "NOT_FOUND")
    assert problem(api.post("/creations/1/comments", {"text": "x", "parent_id": "1"}))[0] == 400
    assert api.data("/creations/1/comments") == []


def test_its_author_deletes_a_comment_and_its_place_stays(api: Api, jane: Api) -> None:
    first = say(jane, "Oops")["comment_id"]
    say(api, "What?", first)
    assert problem(api.delete(f"/comments/{first}"))[:2] == (403, "FORBIDDEN")
    assert jane.delete(f"/comments/{first}").json()["data"]["text"] is None
    assert [c["text"] for c in api.data("/creations/1/comments?sort=oldest")] == [None, "What?"]
    assert problem(jane.delete(f"/comments/{first}"))[0] == 404
    assert problem(api.post(f"/comments/{first}/vote", {"vote": "up"}))[0] == 404
    assert problem(api.post("/creations/1/comments", {"text": "x", "parent_id": first}))[0] == 404


def test_each_account_has_one_vote(api: Api, jane: Api) -> None:
    say(jane, "Nice")

    def vote(who: Api, choice: str) -> Any:
        return who.post("/comments/1/vote", {"vote": choice}).json()["data"]["votes"]

    assert [vote(api, "up"), vote(api, "up"), vote(jane, "up")] == [
        {"up": 1, "down": 0},
        {"up": 1, "down": 0},
        {"up": 2, "down": 0},
    ]
    assert vote(api, "down") == {"up": 1, "down": 1}
    assert api.data("/creations/1/comments")[0]["votes"] == {"up": 1, "down": 1}


@pytest.mark.parametrize("vote", [None, "", "UP", 1, True])
def test_a_vote_is_up_or_down(api: Api, vote: Any) -> None:
    say(api, "Nice")
    assert problem(api.post("/comments/1/vote", {"vote": vote}))[2].startswith("vote: ")


def test_each_account_has_one_rating(studio: Studio, api: Api, jane: Api) -> None:
    assert api.data("/creations/1/rating") == {"creation_id": 1, "average": 0, "count": 0}
    api.post("/creations/1/rating", {"score": 1})
    api.post("/creations/1/rating", {"score": 5})
    rated = jane.post("/creations/1/rating", {"score": 4}).json()["data"]
    assert rated == {"creation_id": 1, "average": 4.5, "count": 2, "score": 4}
    user(studio, "sam").post("/creations/1/rating", {"score": 4})
    assert anonymous(studio).data("/creations/1/rating") == {"creation_id": 1, "average": 4.33, "count": 3}


@pytest.mark.parametrize("score", [None, 0, 6, 4.5, 5.0, "5", True])
def test_a_score_is_a_whole_number_from_1_to_5(api: Api, score: Any) -> None:
    assert problem(api.post("/creations/1/rating", {"score": score}))[2].startswith("score: ")
    assert api.data("/creations/1/rating")["count"] == 0


def test_around_a_private_creation_there_is_nothing_for_others(studio: Studio, api: Api, jane: Api) -> None:
    mine, yours = say(api, "mine")["comment_id"], say(jane, "yours")["comment_id"]
    api.patch("/creations/1", {"privacy_mode": 1})
    nobody = anonymous(studio)
    for path in ("/creations/1/comments", "/creations/1/rating"):
        assert problem(nobody.get(path))[:2] == (401, "UNAUTHORIZED")
        assert problem(jane.get(path))[:2] == (403, "FORBIDDEN")
        assert api.get(path).status_code == 200
    assert problem(jane.post("/creations/1/comments", {"text": "x"}))[0] == 403
    assert problem(jane.post("/creations/1/rating", {"score": 1}))[0] == 403
    assert problem(jane.post(f"/comments/{mine}/vote", {"vote": "up"}))[0] == 403
    assert jane.delete(f"/comments/{yours}").status_code == 200


def test_a_private_creations_comments_need_the_scope_read(studio: Studio, api: Api) -> None:
    api.patch("/creations/1", {"privacy_mode": 1})
    writer = Api(studio, studio.mint_key("writer", ["write"]))
    assert writer.post("/creations/1/comments", {"text": "x"}).status_code == 201
    assert problem(writer.get("/creations/1/comments"))[:2] == (403, "FORBIDDEN")
