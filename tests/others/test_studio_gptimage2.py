"""The studio as gptimage2: jobs, one charge for each key, uploads, limits, and two accounts apart."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from others_support import Held, Other, another, assert_books_are_even, made, open_others, picture
from PIL import Image
from studio_support import NOON, Clock, Engines, crash, owner, refuse

from generor_nb.base.errors import InvalidRequest
from generor_nb.studio import Studio

NAME = "gptimage2"
GENERATE, UPLOAD = "/api/v1/generate", "/api/v1/upload"
BODY = {"prompt": "A harbour at dawn", "quality": "low"}
HOUR_ENDS = str(int(NOON) + 3600)


def submit(api: Other, body: Any = BODY, **headers: str) -> str:
    answer = api.post(GENERATE, body, **headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["generationId"])


def status(api: Other, generation: str) -> Any:
    answer = api.get(f"/api/v1/generations/{generation}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def upload(api: Other, data: bytes, mime: str = "image/png") -> str:
    asked = {"filename": "mine.png", "contentType": mime, "size": len(data)}
    given = api.post(UPLOAD, asked).json()
    assert put(api, given["url"], data, mime).status_code == 200
    return str(given["key"])


def put(api: Other, url: str, data: bytes, mime: str = "image/png", **headers: str) -> httpx.Response:
    return api.nobody().call("PUT", url, {"Content-Type": mime, **headers}, content=data)


# --- jobs


def test_a_generation_is_queued_then_runs_then_succeeds(tmp_path: Path, clock: Clock) -> None:
    held = Held()
    studio = open_others(tmp_path, clock, held)
    api = Other(studio, NAME)
    answer = api.post(GENERATE, BODY)
    first = answer.json()["generationId"]
    assert (answer.status_code, answer.json()) == (202, {"generationId": first, "status": "queued"})
    others = [submit(api), submit(api)]
    assert [status(api, one)["status"] for one in (first, *others)] == ["running", "running", "queued"]
    assert status(api, first) == {
        "id": first,
        "status": "running",
        "type": "text2img",
        "outputs": [],
        "error": None,
        "costCredits": 1,
        "createdAt": "2026-02-20T12:00:00.000Z",
        "completedAt": None,
    }
    clock.now += 2.5
    held.let_go()
    ended = status(api, first)
    assert (ended["status"], ended["completedAt"]) == ("succeeded", "2026-02-20T12:00:02.500Z")
    assert [status(api, one)["status"] for one in others] == ["succeeded", "succeeded"]
    studio.close()


def test_its_outputs_are_public_pictures_of_both_kinds_that_never_change(api: Other) -> None:
    told = status(api, submit(api, {**BODY, "n": 2, "size": "1024x1536"}))
    assert [(one["width"], one["height"]) for one in told["outputs"]] == [(1024, 1536)] * 2
    assert told["engine"].startswith("studio scene/1, procedural")
    for one in told["outputs"]:
        for kind in ("png", "webp"):
            file = api.nobody().get(one[kind])
            assert (file.status_code, file.headers["Content-Type"]) == (200, f"image/{kind}")
            assert "immutable" in file.headers["Cache-Control"]
            assert Image.open(io.BytesIO(file.content)).format == kind.upper()


def test_high_quality_is_two_thousand_pixels_long(api: Other, engines: Engines) -> None:
    submit(api, {**BODY, "quality": "high", "size": "1536x1024"})
    assert [(job["width"], job["height"]) for job in engines.jobs] == [(2048, 1366)]


def test_the_price_goes_by_quality_and_number(api: Other) -> None:
    before = api.credits
    for quality, n in (("low", 1), ("low", 4), ("medium", 1), ("high", 2)):
        generation = submit(api, {**BODY, "quality": quality, "n": n})
        assert status(api, generation)["costCredits"] == -api.amounts[-1]
    submit(api, {"prompt": "as it comes"})
    assert api.amounts == [-1, -4, -4, -20, -4]
    assert before - api.credits == 33


def test_the_same_request_again_is_another_picture_and_a_fresh_folder_repeats(tmp_path: Path) -> None:
    seeds = []
    for name in ("one", "two"):
        engines = Engines(made)
        studio = open_others(tmp_path / name, engines=engines)
        api = Other(studio, NAME)
        submit(api)
        submit(api)
        seeds.append([job["seed"] for job in engines.jobs])
        studio.close()
    assert seeds[0] == seeds[1]
    assert len(set(seeds[0])) == 2


# --- refusals


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"prompt": None}, "prompt"),
        ({"prompt": "  "}, "prompt"),
        ({"prompt": "x" * 4001}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"type": "upscale"}, "type"),
        ({"size": "512x512"}, "size"),
        ({"quality": "best"}, "quality"),
        ({"n": 0}, "n"),
        ({"n": 5}, "n"),
        ({"n": "2"}, "n"),
        ({"n": True}, "n"),
        ({"type": "edit"}, "inputImageKeys"),
        ({"type": "edit", "inputImageKeys": []}, "inputImageKeys"),
        ({"type": "edit", "inputImageKeys": ["k"] * 5}, "inputImageKeys"),
    ],
)
def test_a_wrong_body_is_400_and_names_the_field(shared: Other, change: Any, named: str) -> None:
    answer = shared.post(GENERATE, {**BODY, **change})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"{named}: ")
    assert shared.amounts == []


def test_the_longest_prompt_is_taken(api: Other) -> None:
    submit(api, {**BODY, "prompt": "x" * 4000, "n": None})


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"prompt": "\xff"}'])
def test_what_is_no_json_object_is_400(shared: Other, raw: bytes) -> None:
    assert shared.call("POST", GENERATE, content=raw).status_code == 400


def test_without_a_key_or_with_a_wrong_one_it_is_401(studio: Studio, api: Other) -> None:
    wrong = {"Authorization": "Bearer " + "gimg_" + "0" * 32}
    other = {"Authorization": f"Bearer {studio.local_key().reveal()}"}
    for headers in ({"Authorization": ""}, wrong, other):
        answer = api.call("POST", GENERATE, headers, json=BODY)
        assert answer.status_code == 401
        assert answer.json()["error"]


def test_a_key_is_of_the_documented_kind_and_ends_when_it_is_replaced(studio: Studio) -> None:
    old = Other(studio, NAME)
    assert (len(old.key.reveal()), old.key.reveal()[:5]) == (37, "gimg_")
    studio.provider(NAME).mint_key("tests", replace=True)
    assert old.post(GENERATE, BODY).status_code == 401


def test_a_plan_that_pays_nothing_is_403(studio: Studio, api: Other) -> None:
    studio.provider(NAME).set_plan("free")
    assert api.post(GENERATE, BODY).status_code == 403
    studio.provider(NAME).set_plan("max")
    assert api.post(GENERATE, BODY).status_code == 202
    with pytest.raises(InvalidRequest, match="'gold'"):
        studio.provider(NAME).set_plan("gold")


def test_without_the_credits_it_is_402_and_nothing_is_begun(studio: Studio, api: Other) -> None:
    api.drain(left=3)
    answer = api.post(GENERATE, {"prompt": "as it comes"})
    assert (answer.status_code, answer.json()["error"]) == (402, "needs 4 credits, 3 left")
    assert api.hosted.jobs() == []
    api.hosted.grant(1)
    submit(api, {"prompt": "as it comes"})
    assert api.credits == 0


@pytest.mark.parametrize("prompt", ["some gore in it", "GORE", "음란한 그림"])
def test_a_forbidden_prompt_is_422_and_free(shared: Other, prompt: str) -> None:
    answer = shared.post(GENERATE, {**BODY, "prompt": prompt})
    assert (answer.status_code, answer.json()["code"]) == (422, "CONTENT_POLICY")
    assert shared.hosted.jobs() == []


def test_what_is_withheld_is_blocked_and_refunded(tmp_path: Path, api: Other) -> None:
    before = api.credits
    told = status(api, submit(api, {**BODY, "prompt": "a massacre", "n": 3}))
    assert (told["status"], told["outputs"], told["costCredits"]) == ("blocked", [], 3)
    assert "content policy" in told["error"]
    assert (api.amounts, api.credits) == ([-3, 3], before)
    assert_books_are_even(tmp_path)


@pytest.mark.parametrize(("work", "said"), [(refuse, "cannot translate"), (crash, "The generation failed")])
def test_what_fails_is_refunded(tmp_path: Path, work: Any, said: str) -> None:
    studio = open_others(tmp_path, work=work)
    api = Other(studio, NAME)
    told = status(api, submit(api, {**BODY, "n": 2}))
    assert (told["status"], told["outputs"]) == ("failed", [])
    assert said in told["error"]
    assert "secret" not in told["error"]
    assert api.amounts == [-2, 2]
    studio.close()
    assert_books_are_even(tmp_path)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [("GET", "/api/v1/generations/none", 404), ("GET", "/none", 404), ("GET", GENERATE, 405)],
)
def test_what_is_not_there_is_said_in_its_own_words(shared: Other, method: str, path: str, code: int) -> None:
    answer = shared.call(method, path)
    assert answer.status_code == code
    assert answer.json()["error"]


# --- one charge for each idempotency key


def test_the_same_key_again_is_the_same_generation_and_one_charge(tmp_path: Path) -> None:
    held = Held()
    studio = open_others(tmp_path, engines=held)
    api = Other(studio, NAME)
    first = api.post(GENERATE, BODY, Idempotency_Key="k1").json()
    assert first["status"] == "queued"
    again = api.post(GENERATE, {**BODY, "n": 4}, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (202, {**first, "status": "running"})
    held.let_go()
    last = api.post(GENERATE, {"nonsense": True}, Idempotency_Key="k1")
    assert last.json() == {**first, "status": "succeeded"}
    assert api.amounts == [-1]
    studio.close()


def test_many_at_once_with_one_key_are_one_charge(api: Other) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post(GENERATE, BODY, Idempotency_Key="k"), range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["generationId"] for answer in answers}) == 1
    assert (api.amounts, len(api.hosted.jobs())) == ([-1], 1)


def test_a_known_key_is_answered_where_a_new_one_is_refused(tmp_path: Path) -> None:
    held = Held()
    studio = open_others(tmp_path, engines=held)
    api = Other(studio, NAME)
    first = submit(api, Idempotency_Key="k0")
    for number in range(1, 5):
        submit(api, Idempotency_Key=f"k{number}")
    assert api.post(GENERATE, BODY, Idempotency_Key="k5").status_code == 429
    assert submit(api, Idempotency_Key="k0") == first
    assert api.amounts == [-1] * 5
    studio.close()


def test_a_refused_request_leaves_its_key_free(api: Other) -> None:
    assert api.post(GENERATE, {**BODY, "n": 9}, Idempotency_Key="k").status_code == 400
    submit(api, Idempotency_Key="k")
    assert api.amounts == [-1]


def test_keys_of_two_accounts_are_two(studio: Studio, api: Other) -> None:
    mina = another(studio, NAME)
    assert submit(api, Idempotency_Key="k") != submit(mina, Idempotency_Key="k")
    assert (api.amounts, mina.amounts) == ([-1], [-1])


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_use_is_400(shared: Other, key: str) -> None:
    assert shared.post(GENERATE, BODY, Idempotency_Key=key).status_code == 400
    assert shared.amounts == []


# --- limits


@pytest.mark.slow
def test_six_hundred_requests_an_hour_polls_included(api: Other, clock: Clock) -> None:
    generation = submit(api)
    answer = api.gets(f"/api/v1/generations/{generation}", 599)
    assert answer.status_code == 200
    assert _limits(answer) == ("600", "0", HOUR_ENDS, None)
    clock.now += 100
    answer = api.post(GENERATE, BODY)
    assert answer.status_code == 429
    assert _limits(answer) == ("600", "0", HOUR_ENDS, "3500")
    assert another(api.studio, NAME).get(f"/api/v1/generations/{generation}").status_code == 404
    clock.now += 3500
    answer = api.get(f"/api/v1/generations/{generation}")
    assert _limits(answer) == ("600", "599", str(int(HOUR_ENDS) + 3600), None)


def _limits(answer: httpx.Response) -> tuple[str | None, ...]:
    names = ("Limit", "Remaining", "Reset")
    return (*(answer.headers.get(f"X-RateLimit-{n}") for n in names), answer.headers.get("Retry-After"))


def test_every_answer_carries_the_headers(api: Other) -> None:
    answers = [
        api.post(GENERATE, BODY),
        api.post(GENERATE, {}),
        api.call("GET", "/none"),
        api.call("GET", GENERATE),
        api.call("POST", GENERATE, {"Authorization": ""}, json=BODY),
        api.call("POST", "/api/account/webhooks", json={}),
    ]
    assert [answer.status_code for answer in answers] == [202, 400, 404, 405, 401, 401]
    for answer in answers:
        assert (_limits(answer)[0], _limits(answer)[2:]) == ("600", (HOUR_ENDS, None))


def test_a_sixth_in_flight_is_429_until_one_has_ended(tmp_path: Path) -> None:
    held = Held()
    studio = open_others(tmp_path, engines=held)
    api, mina = Other(studio, NAME), another(studio, NAME)
    for _ in range(5):
        submit(api)
    answer = api.post(GENERATE, BODY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    submit(mina)
    assert api.amounts == [-1] * 5
    held.let_go()
    submit(api)
    studio.close()


def test_limits_can_be_lifted(tmp_path: Path) -> None:
    studio = open_others(tmp_path, engines=Held(), rate_limits=False)
    api = Other(studio, NAME)
    for _ in range(7):
        submit(api)
    assert api.get("/api/v1/generations/none").headers["X-RateLimit-Remaining"] == "600"
    studio.close()


# --- uploads and edits


def test_an_edit_is_drawn_from_what_was_put(api: Other, engines: Engines) -> None:
    key = upload(api, picture())
    told = status(api, submit(api, {**BODY, "type": "edit", "inputImageKeys": [key]}))
    assert (told["type"], told["status"]) == ("edit", "succeeded")
    assert engines.jobs[-1]["fields"]["image_url"].startswith("data:image/png;base64,")


def test_several_pictures_are_laid_side_by_side(api: Other, engines: Engines) -> None:
    keys = [upload(api, picture(size=(30, 20))), upload(api, picture("WEBP", (20, 20)), "image/webp")]
    submit(api, {**BODY, "type": "edit", "inputImageKeys": keys})
    uri = engines.jobs[-1]["fields"]["image_url"]
    sheet = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    assert sheet.size == (50, 20)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"filename": None}, "filename"),
        ({"filename": "x" * 201}, "filename"),
        ({"contentType": "image/gif"}, "contentType"),
        ({"size": 0}, "size"),
        ({"size": 10 * 1024 * 1024 + 1}, "size"),
        ({"size": "12"}, "size"),
    ],
)
def test_a_wrong_upload_is_400(shared: Other, change: Any, named: str) -> None:
    answer = shared.post(UPLOAD, {"filename": "a.png", "contentType": "image/png", "size": 12, **change})
    assert (answer.status_code, answer.json()["error"].split(":")[0]) == (400, named)


def test_ten_mebibytes_may_be_put(api: Other) -> None:
    data = picture()
    upload(api, data + b"\0" * (10 * 1024 * 1024 - len(data)))


def test_an_address_expires_after_five_minutes(api: Other, clock: Clock) -> None:
    data = picture()
    asked = {"filename": "a.png", "contentType": "image/png", "size": len(data)}
    url = api.post(UPLOAD, asked).json()["url"]
    clock.now += 299
    assert put(api, url, data).status_code == 200
    clock.now += 1
    answer = put(api, url, data)
    assert (answer.status_code, "expired" in answer.json()["error"]) == (403, True)


def test_what_is_put_must_be_what_was_declared(api: Other) -> None:
    data = picture()
    asked = {"filename": "a.png", "contentType": "image/png", "size": len(data)}
    given = api.post(UPLOAD, asked).json()
    url, jpeg = given["url"], picture("JPEG")
    wrong = [
        (put(api, url, data, "image/jpeg"), 400, "Content-Type"),
        (put(api, url, data + b"\0"), 400, "bytes"),
        (put(api, url, data[:-1]), 400, "bytes"),
        (put(api, url, jpeg[: len(data)].ljust(len(data), b"\0")), 400, "no image/png"),
        (put(api, url[:-1] + ("0" if url[-1] != "0" else "1"), data), 403, "not given"),
        (put(api, url, data, Authorization="Bearer x"), 400, "Authorization"),
    ]
    for answer, code, said in wrong:
        assert (answer.status_code, said in answer.json()["error"]) == (code, True)
    edit = {**BODY, "type": "edit", "inputImageKeys": [given["key"]]}
    assert api.post(GENERATE, edit).status_code == 404
    assert put(api, url, data).status_code == 200
    submit(api, edit)


def test_a_key_that_is_not_the_accounts_is_404(studio: Studio, api: Other) -> None:
    mina = another(studio, NAME)
    for key in (upload(mina, picture()), "uploads/1/none.png", ""):
        answer = api.post(GENERATE, {**BODY, "type": "edit", "inputImageKeys": [key]})
        assert answer.status_code == 404
    assert api.amounts == []


# --- accounts, openings, deaths


def test_an_api_that_the_studio_does_not_speak_is_named(studio: Studio) -> None:
    assert studio.providers == (NAME, "images-create", "grok-imagine")
    with pytest.raises(InvalidRequest, match="does not speak 'dall'"):
        studio.provider("dall")


def test_two_accounts_do_not_see_each_other(tmp_path: Path, studio: Studio, api: Other) -> None:
    mina = another(studio, NAME)
    mine, hers = submit(api), submit(mina, {**BODY, "n": 3})
    assert api.get(f"/api/v1/generations/{hers}").status_code == 404
    assert mina.get(f"/api/v1/generations/{mine}").status_code == 404
    assert (api.amounts, mina.amounts) == ([-1], [-3])
    assert [job["public_id"] for job in mina.hosted.jobs(mina.user)] == [hers]
    assert_books_are_even(tmp_path)


def test_the_purse_is_not_generors_and_is_filled_each_day(studio: Studio, api: Other, clock: Clock) -> None:
    submit(api)
    assert (api.credits, owner(studio).credits()) == (9_999, 10_000)
    assert [row["type"] for row in owner(studio).transactions()] == ["signup_bonus"]
    clock.now += 86_400
    assert api.credits == 10_000


def test_what_is_not_finished_when_the_studio_closes_is_given_back(tmp_path: Path) -> None:
    held = Held()
    studio, another_opening = open_others(tmp_path, engines=held), open_others(tmp_path)
    generation = submit(Other(studio, NAME))
    studio.close()
    held.let_go()
    api = Other(another_opening, NAME)
    assert api.amounts == [-1, 1]
    told = status(api, generation)
    assert (told["status"], "stopped" in told["error"]) == ("failed", True)
    another_opening.close()


DIES_WHILE_DRAWING = """
    import os, sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from others_support import Other, open_others
    studio = open_others(Path({home!r}), work=lambda job: os._exit(9))
    Other(studio, "gptimage2").post("/api/v1/generate", {{"prompt": "x"}}, Idempotency_Key="k")
"""


def test_a_poll_ends_what_a_dead_process_left(tmp_path: Path) -> None:
    studio = open_others(tmp_path)
    api = Other(studio, NAME)
    script = textwrap.dedent(DIES_WHILE_DRAWING).format(
        tests=str(Path(__file__).parents[1]), home=str(tmp_path)
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2]).returncode == 9
    left = api.post(GENERATE, BODY, Idempotency_Key="k").json()
    assert left["status"] in ("queued", "running")
    assert status(api, left["generationId"])["status"] == "failed"
    assert api.amounts == [-4, 4]
    studio.close()
    assert_books_are_even(tmp_path)
