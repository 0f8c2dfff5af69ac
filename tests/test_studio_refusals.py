"""Every refusal that an operation's description tells of, for every operation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_support import JOKE, Api, Clock, anonymous, described, open_studio, owner, problem, user

from generor_nb.base.secret import Secret
from generor_nb.studio import Studio
from generor_nb.studio.declare import Operation
from generor_nb.studio.routes import OPERATIONS

EXAMPLES = {
    "{id}": "1",
    "{user_id}": "2",
    "{slug}": "joke",
    "{username}": "jane",
    "{type}": "text",
    "{invite_code}": "x",
}
KEYED = [o for o in OPERATIONS if o.scope]
OPEN = [o for o in OPERATIONS if not o.scope]
BY_NAME = {o.name: o for o in OPERATIONS}
EVERYWHERE = {"UNAUTHORIZED", "RATE_LIMIT_EXCEEDED", "SERVER_ERROR"}
PAGED = ("?page=0", "?per_page=101", "?sort=best")

# Creation 1 is jane's and public, 2 hers and private; comment 1 stands under 1, comment 2 under 2; team 1 is
# hers with sam in it, team 2 hers alone. Sam calls. A path alone, or with a body.
NOT_FOUND: dict[str, list[Any]] = {
    "get_generator": ["/generators/no-such"],
    "list_generator_creations": ["/generators/no-such/creations?page=0"],
    "estimate": [
        ("/generators/no-such/estimate", {}),
        ("/generators/joke/estimate", {"model_id": 9999, "count": 0}),
        ("/generators/joke/estimate", {"team_id": 9}),
    ],
    "generate": [
        ("/generators/no-such/generate", {}),
        ("/generators/joke/generate", {"model_id": 9999, "count": 0}),
        ("/generators/joke/generate", {"team_id": 9}),
    ],
    "list_models_of_type": ["/models/no-such"],
    "get_model": ["/models/no-such/37", "/models/text/9999", "/models/image/37", "/models/text/x"],
    "list_my_creations": ["/creations?generator=no-such"],
    "list_public_creations": ["/creations/public?generator=no-such"],
    "list_feed": ["/feed?generator=no-such"],
    "get_creation": ["/creations/99", "/creations/x", "/creations/0", "/creations/1.0", "/creations/-1"],
    "get_creation_status": ["/creations/99/status", "/creations/x/status"],
    "update_creation": [("/creations/99", {"license": 9}), ("/creations/x", {})],
    "delete_creation": ["/creations/99", "/creations/x"],
    "list_comments": ["/creations/99/comments?page=0"],
    "add_comment": [("/creations/99/comments", {}), ("/creations/1/comments", {"text": "x", "parent_id": 9})],
    "delete_comment": ["/comments/99", "/comments/x"],
    "vote_comment": [("/comments/99/vote", {}), ("/comments/x/vote", {})],
    "get_rating": ["/creations/99/rating"],
    "rate_creation": [("/creations/99/rating", {})],
    "get_user": ["/users/nobody", "/users/JANE"],
    "list_user_creations": ["/users/nobody/creations?page=0"],
    "list_followers": ["/users/nobody/followers?page=0"],
    "list_following": ["/users/nobody/following?page=0"],
    "get_follow": ["/users/nobody/follow"],
    "follow": ["/users/nobody/follow"],
    "unfollow": ["/users/nobody/follow"],
    "join_team": ["/teams/join/0123456789abcdef"],
    "get_team": ["/teams/99", "/teams/x"],
    "leave_team": ["/teams/99"],
    "add_member": [("/teams/99/members", {}), ("/teams/1/members", {"username": "nobody"})],
    "remove_member": ["/teams/99/members/2", "/teams/3/members/99", "/teams/3/members/x"],
    "renew_invite": ["/teams/99/invite"],
    "list_team_creations": ["/teams/99/creations?page=0"],
    "revoke_api_key": ["/api-keys/99", "/api-keys/1", "/api-keys/x"],
}
INVALID: dict[str, list[Any]] = {
    "list_generators": ["/generators?status=old", "/generators?status="],
    "list_generator_creations": [f"/generators/joke/creations{q}" for q in PAGED],
    "estimate": [("/generators/joke/estimate", body) for body in ({}, {**JOKE, "count": 11}, [])],
    "generate": [("/generators/joke/generate", body) for body in ({}, {**JOKE, "count": 11}, [])],
    "list_my_creations": [f"/creations{q}" for q in PAGED],
    "list_public_creations": [f"/creations/public{q}" for q in PAGED],
    "search_creations": ["/creations/search", *(f"/creations/search{q}&q=x" for q in PAGED)],
    "update_creation": [("/creations/3", body) for body in ({"license": 3}, {"privacy_mode": "0"}, [])],
    "list_feed": [f"/feed{q}" for q in PAGED],
    "list_comments": [f"/creations/1/comments{q}" for q in PAGED],
    "add_comment": [("/creations/1/comments", body) for body in ({}, {"text": ""}, [])],
    "vote_comment": [("/comments/1/vote", body) for body in ({}, {"vote": "no"}, [])],
    "rate_creation": [("/creations/1/rating", body) for body in ({}, {"score": 6}, [])],
    "update_me": [("/users/me", body) for body in ({"bio": 1}, {"website": "ftp://x"}, [])],
    "list_user_creations": [f"/users/jane/creations{q}" for q in PAGED],
    "list_followers": [f"/users/jane/followers{q}" for q in PAGED],
    "list_following": [f"/users/jane/following{q}" for q in PAGED],
    "follow": ["/users/sam/follow"],
    "list_teams": [f"/teams{q}" for q in PAGED],
    "create_team": [("/teams", body) for body in ({}, {"name": ""}, [])],
    "add_member": [("/teams/1/members", body) for body in ({}, {"username": 1}, [])],
    "remove_member": ["/teams/3/members/3"],
    "list_team_creations": [f"/teams/1/creations{q}" for q in PAGED],
    "list_transactions": ["/credits/transactions?type=tip", *(f"/credits/transactions{q}" for q in PAGED)],
    "list_api_keys": [f"/api-keys{q}" for q in PAGED],
    "create_api_key": [("/api-keys", body) for body in ({}, {"name": "x", "scopes": ["all"]}, [])],
}
# Beyond the scopes, which every operation with a key has.
FORBIDDEN: dict[str, list[Any]] = {
    "estimate": [("/generators/joke/estimate", {**JOKE, "team_id": 2})],
    "generate": [("/generators/joke/generate", {**JOKE, "team_id": 2})],
    "get_creation": ["/creations/2"],
    "get_creation_status": ["/creations/2/status"],
    "update_creation": [("/creations/1", {}), ("/creations/2", {"license": 9})],
    "delete_creation": ["/creations/1", "/creations/2"],
    "list_comments": ["/creations/2/comments"],
    "add_comment": [("/creations/2/comments", {})],
    "delete_comment": ["/comments/1", "/comments/2"],
    "vote_comment": [("/comments/2/vote", {})],
    "get_rating": ["/creations/2/rating"],
    "rate_creation": [("/creations/2/rating", {})],
    "get_team": ["/teams/2"],
    "leave_team": ["/teams/2"],
    "add_member": [("/teams/2/members", {})],
    "remove_member": ["/teams/1/members/2", "/teams/2/members/2"],
    "renew_invite": ["/teams/1/invite", "/teams/2/invite"],
    "list_team_creations": ["/teams/2/creations"],
}
CODES = {"NOT_FOUND": (404, NOT_FOUND), "VALIDATION_ERROR": (400, INVALID), "FORBIDDEN": (403, FORBIDDEN)}
CASES = [
    (name, code, asked)
    for code, (_, table) in CODES.items()
    for name, asks in table.items()
    for asked in asks
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Calls that are refused change nothing in it."""
    studio = open_studio(tmp_path_factory.mktemp("world"), rate_limits=False)
    jane, sam = user(studio, "jane"), user(studio, "sam")
    for number in range(2):
        creation_id = jane.make(privacy_mode=number)
        jane.post(f"/creations/{creation_id}/comments", {"text": "mine"})
        jane.post("/teams", {"name": f"Team {number}"})
    jane.post("/teams/1/members", {"username": "sam"})
    sam.make()
    sam.post("/teams", {"name": "Sam's"})
    yield studio
    studio.close()


@pytest.fixture(scope="module")
def sam(world: Studio) -> Api:
    return user(world, "sam")


def address(operation: Operation) -> str:
    path = operation.path
    for name, value in EXAMPLES.items():
        path = path.replace(name, value)
    return f"/api/v1{path}"


def call(api: Api, operation: Operation) -> Any:
    return api.call(operation.method, address(operation), json=operation.example)


def by_name(operation: Operation) -> str:
    return operation.name


def test_there_are_forty_five_operations() -> None:
    assert len(OPERATIONS) == len(BY_NAME) == len({(o.method, o.path) for o in OPERATIONS}) == 45
    methods = [method for path in described()["paths"].values() for method in path]
    assert {method: methods.count(method) for method in methods} == {
        "get": 26,
        "post": 11,
        "patch": 2,
        "delete": 6,
    }


def test_every_described_refusal_is_tried() -> None:
    told = {
        (o.name, code)
        for o in OPERATIONS
        for code in o.codes
        if code not in EVERYWHERE and (code != "FORBIDDEN" or o.guarded)
    }
    tried = {(name, code) for name, code, _ in CASES} | {("generate", "INSUFFICIENT_CREDITS")}
    assert told <= tried
    assert all(code in BY_NAME[name].codes for name, code in tried)


@pytest.mark.parametrize(("name", "code", "asked"), CASES, ids=[f"{n}-{c}-{a!s:.40}" for n, c, a in CASES])
def test_a_refusal_that_is_described(sam: Api, name: str, code: str, asked: Any) -> None:
    path, body = (asked, None) if isinstance(asked, str) else asked
    response = sam.call(BY_NAME[name].method, f"/api/v1{path}", json=body)
    assert problem(response)[:2] == (CODES[code][0], code)


@pytest.mark.parametrize("operation", KEYED, ids=by_name)
def test_without_a_key_it_is_401(world: Studio, operation: Operation) -> None:
    assert problem(call(anonymous(world), operation))[:2] == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_name)
def test_with_an_unknown_key_it_is_401(world: Studio, operation: Operation) -> None:
    stranger = Api(world, Secret("gnr_live_" + "0" * 40))
    assert problem(call(stranger, operation))[:2] == (401, "UNAUTHORIZED")


@pytest.fixture(scope="module")
def limited(world: Studio) -> dict[str, Api]:
    """A key for each scope."""
    return {scope: user(world, scope, [scope]) for scope in ("read", "write", "generate")}


@pytest.mark.parametrize("operation", KEYED, ids=by_name)
def test_with_a_wrong_scope_it_is_403(limited: dict[str, Api], operation: Operation) -> None:
    for scope, api in limited.items():
        response = call(api, operation)
        refused = response.status_code == 403 and "lacks the scope" in problem(response)[2]
        assert refused is (scope != operation.scope)


@pytest.mark.parametrize("operation", OPEN, ids=by_name)
def test_a_public_one_is_gated_by_no_scope(limited: dict[str, Api], operation: Operation) -> None:
    answers = {call(api, operation).status_code for api in limited.values()}
    assert answers <= {200, 404, 400}


def test_methods_ask_for_the_scopes_of_the_contract() -> None:
    for operation in KEYED:
        expected = {"GET": "read"}.get(operation.method, "write")
        assert operation.scope == ("generate" if operation.name == "generate" else expected)
    assert [o.name for o in OPEN if o.method != "GET"] == ["estimate"]


def test_when_the_minute_is_full_every_operation_is_429(tmp_path: Path) -> None:
    studio = open_studio(tmp_path, Clock())
    api = Api(studio, studio.mint_key("full"))
    for _ in range(30):
        api.get("/models/text")
    for operation in OPERATIONS:
        response = call(api, operation)
        assert problem(response)[:2] == (429, "RATE_LIMIT_EXCEEDED")
        assert response.headers["Retry-After"] == "60"
    studio.close()


def test_a_fault_is_500_and_tells_nothing(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = Api(studio, studio.mint_key("late"))
    studio.close()
    for operation in OPERATIONS:
        assert problem(call(api, operation)) == (500, "SERVER_ERROR", "Internal server error")


@pytest.mark.parametrize("path", sorted({o.path for o in OPERATIONS}))
def test_a_method_it_lacks_is_405_and_names_those_it_has(sam: Api, path: str) -> None:
    there = sorted(o.method for o in OPERATIONS if o.path == path)
    one = next(o for o in OPERATIONS if o.path == path)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"} - set(there):
        response = sam.call(method, address(one))
        assert response.status_code == 405
        assert response.headers["Allow"] == ", ".join(there)


def test_too_few_credits_are_402(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = owner(studio)
    for _ in range(13):
        api.make("image", model_id=10001, count=10)
    body = {"model_id": 10001, "prompt": "x", "count": 10}
    assert problem(api.generate("image", body))[:2] == (402, "INSUFFICIENT_CREDITS")
    studio.close()
