"""Every answer is the envelope with its headers, and checks come in the contract's order."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from studio_support import JOKE, NOON, PICTURE, Api, Clock, anonymous, crash, open_studio, owner, problem

from generor_nb.base.secret import Secret
from generor_nb.studio import Studio

NEED_A_KEY = [
    ("POST", "/generators/joke/generate"),
    ("GET", "/creations"),
    ("GET", "/creations/1/status"),
    ("GET", "/users/me"),
    ("GET", "/credits/balance"),
    ("GET", "/credits/transactions"),
]
PUBLIC = [
    ("GET", "/generators"),
    ("GET", "/generators/image"),
    ("GET", "/generators/image/creations"),
    ("POST", "/generators/joke/estimate"),
    ("GET", "/creations/public"),
    ("GET", "/models"),
    ("GET", "/models/image"),
    ("GET", "/models/image/10003"),
]
LISTS = ["/generators/image/creations", "/creations", "/creations/public", "/credits/transactions"]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """For calls that change nothing."""
    opened = open_studio(tmp_path_factory.mktemp("still"))
    yield owner(opened)
    opened.close()


@pytest.fixture
def api(studio: Studio) -> Api:
    return owner(studio)


def call(api: Api, method: str, path: str) -> object:
    return api.call(method, f"/api/v1{path}", json=JOKE if method == "POST" else None)


@pytest.mark.parametrize(("method", "path"), NEED_A_KEY)
def test_an_operation_that_needs_a_key_is_401_without_one(studio: Studio, method: str, path: str) -> None:
    assert problem(call(anonymous(studio), method, path))[:2] == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(("method", "path"), PUBLIC)
def test_a_public_operation_answers_without_a_key(studio: Studio, method: str, path: str) -> None:
    response = call(anonymous(studio), method, path)
    assert response.status_code == 200
    assert response.json()["success"] is True


@pytest.mark.parametrize(("method", "path"), PUBLIC + NEED_A_KEY)
def test_an_invalid_key_is_401_everywhere(studio: Studio, method: str, path: str) -> None:
    stranger = Api(studio, Secret("gnr_live_" + "0" * 40))
    assert problem(call(stranger, method, path))[:2] == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/models", 200), ("/api/v1/nothing", 404), ("/api/v1/users/me", 401), ("/nowhere", 404)],
)
def test_every_answer_carries_rate_limit_and_date_headers(studio: Studio, path: str, status: int) -> None:
    response = anonymous(studio).call("GET", path)
    assert response.status_code == status
    assert response.headers["X-RateLimit-Limit"] == "15"
    assert response.headers["X-RateLimit-Remaining"] == "14"
    assert response.headers["X-RateLimit-Reset"] == str(int(NOON) + 60)
    assert response.headers["X-RateLimit-Tier"] == "anonymous"
    assert parsedate_to_datetime(response.headers["Date"]).timestamp() == NOON


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/generators/no-such",
        "/generators/no-such/creations",
        "/creations?generator=no-such",
        "/creations/999",
        "/creations/999/status",
        "/creations/word",
        "/creations/99999999999999999999999",
        "/models/no-such",
        "/models/image/1",
        "/models/text/10003",
        "/models/image/word",
    ],
)
def test_what_does_not_exist_is_404(still: Api, path: str) -> None:
    assert problem(still.get(path))[:2] == (404, "NOT_FOUND")


def test_a_method_that_is_not_supported_is_405(api: Api) -> None:
    response = api.call("DELETE", "/api/v1/credits/balance")
    assert problem(response)[:2] == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "GET"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1.0", "per_page=0", "per_page=101", "sort=best"]
)
def test_paging_out_of_range_is_400_and_names_the_field(still: Api, path: str, query: str) -> None:
    status, code, message = problem(still.get(f"{path}?{query}"))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert message.startswith(query.split("=")[0] + ": must be ")


@pytest.mark.parametrize("path", ["/generators?status=old", "/credits/transactions?type=tip"])
def test_a_filter_that_is_no_word_of_the_contract_is_400(still: Api, path: str) -> None:
    assert problem(still.get(path))[:2] == (400, "VALIDATION_ERROR")


def test_a_page_past_the_end_is_empty(api: Api) -> None:
    body = api.get("/credits/transactions?page=999999999999999999").json()
    assert body["data"] == []
    assert body["meta"] == {
        "page": 999999999999999999,
        "per_page": 20,
        "total": 1,
        "total_pages": 1,
        "has_next": False,
        "has_prev": True,
    }


def test_nothing_at_all_is_no_pages(api: Api) -> None:
    meta = api.get("/creations").json()["meta"]
    assert (meta["total"], meta["total_pages"], meta["has_next"], meta["has_prev"]) == (0, 0, False, False)


def test_a_list_is_paged_newest_first_or_oldest_first(api: Api) -> None:
    ids = [api.generate("joke", JOKE).json()["data"]["creations"][0]["creation_id"] for _ in range(3)]
    page = api.get("/creations?per_page=2").json()
    assert [c["creation_id"] for c in page["data"]] == [ids[2], ids[1]]
    assert (page["meta"]["has_next"], page["meta"]["total_pages"]) == (True, 2)
    assert [c["creation_id"] for c in api.data("/creations?per_page=2&page=2")] == [ids[0]]
    assert [c["creation_id"] for c in api.data("/creations?sort=oldest")] == ids


def test_generators_are_listed_by_status(api: Api) -> None:
    every = {g["slug"]: g["status"] for g in api.data("/generators?status=all")}
    assert {g["slug"] for g in api.data("/generators")} == {
        s for s, status in every.items() if status == "active"
    }
    assert {g["slug"] for g in api.data("/generators?status=development")} <= set(every)


def test_a_generator_describes_its_parameters(api: Api) -> None:
    fields = {p["id"]: p for p in api.data("/generators/horoscope")["parameters"]}
    assert fields["horoscope-length"]["type"] == "enum"
    assert fields["horoscope-length"]["cost_multipliers"]["long"] == 3
    assert fields["model-text"]["type"] == "model"


def test_models_are_an_object_keyed_by_type(api: Api) -> None:
    grouped = api.data("/models")
    assert grouped["image"] == api.data("/models/image")
    assert all(model["type"] == kind for kind, models in grouped.items() for model in models)
    assert api.data("/models/image/10003") in grouped["image"]


def test_rate_is_checked_before_scope(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = Api(studio, studio.mint_key("reader", ["read"]))
    for _ in range(30):
        assert problem(api.generate("joke", JOKE))[0] == 403
    assert problem(api.generate("joke", JOKE))[0] == 429
    studio.close()


def test_scope_is_checked_before_existence(studio: Studio) -> None:
    api = Api(studio, studio.mint_key("reader", ["read"]))
    assert problem(api.generate("no-such", JOKE))[0] == 403


def test_existence_is_checked_before_input(api: Api) -> None:
    assert problem(api.generate("no-such", {"model_id": "x"}))[0] == 404
    assert problem(api.generate("joke", {"model_id": 9999, "count": 99}))[0] == 404


def test_input_is_checked_before_credits(studio: Studio, api: Api) -> None:
    costly = {**PICTURE, "model_id": 10001, "count": 10}
    for _ in range(13):
        assert api.generate("image", costly).status_code == 201
    assert problem(api.generate("image", costly))[0] == 402
    assert problem(api.generate("image", {**costly, "count": 11}))[0] == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"NaN", b'{"a":NaN}', b"[" * 99999]
)
@pytest.mark.parametrize("call", ["estimate", "generate"])
def test_a_body_that_is_no_json_object_is_400(still: Api, call: str, body: bytes) -> None:
    response = still.call("POST", f"/api/v1/generators/joke/{call}", content=body)
    assert problem(response)[:2] == (400, "VALIDATION_ERROR")


def test_half_a_character_is_400(api: Api) -> None:
    body = b'{"model_id":37,"prompt":"\\ud83d"}'
    response = api.call("POST", "/api/v1/generators/joke/generate", content=body)
    assert problem(response)[:2] == (400, "VALIDATION_ERROR")


def test_an_unexpected_failure_is_500_without_internals(tmp_path: Path) -> None:
    studio = open_studio(tmp_path, work=crash)
    response = owner(studio).generate("joke", JOKE)
    assert problem(response) == (500, "SERVER_ERROR", "Internal server error")
    assert response.headers["X-RateLimit-Tier"] == "unlimited"
    studio.close()


def test_a_closed_studio_answers_in_the_envelope(tmp_path: Path) -> None:
    studio = open_studio(tmp_path, Clock())
    key = studio.mint_key("later")
    studio.close()
    assert problem(Api(studio, key).get("/users/me"))[:2] == (500, "SERVER_ERROR")


def test_there_is_no_page_that_loads_scripts(api: Api) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert api.call("GET", path).status_code == 404
