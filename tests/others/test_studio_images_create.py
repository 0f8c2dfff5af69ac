"""The studio as images-create: pictures in the answer, three purses, and pictures that fail alone."""

from __future__ import annotations

import asyncio
import base64
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from others_support import Held, Other, another, assert_books_are_even, open_others
from PIL import Image
from studio_support import Clock, Engines, crash

from generor_nb.contract.images_create import CreatedPayload
from generor_nb.studio import Studio
from generor_nb.studio.others.jobs import GIVEN_UP

NAME, PATH = "images-create", "/api/images/create"
# The document's own example.
BODY = {"prompt": "이미지 캡션 변형", "image": "1/reference-1423131.png", "ratio": "1:1"}
DAY = 86_400


def create(api: Other, **change: Any) -> Any:
    answer = api.post(PATH, {**BODY, **change})
    assert answer.status_code == 200, answer.text
    return answer.json()


def purses(answer: Any) -> tuple[int, int, int]:
    return answer["dailyCredit"], answer["monthlyCredit"], answer["defaultCredit"]


def test_the_documents_example_makes_four_pictures(api: Other) -> None:
    answer = create(api, groupId="mine-7")
    first = answer["images"][0]
    assert len(answer["images"]) == 4
    assert set(first) >= {
        *("imageId", "createdAt", "generationStatus", "generationError", "resolution", "ownerId", "etc"),
        *("bookmarked", "base64", "mimeType", "Bought", "Bookmarks", "Upscaled", "GenerationInfo"),
    }
    assert set(first["GenerationInfo"]) == {
        *("originalPrompt", "super", "main", "variationId", "groupId", "blurReason"),
    }
    assert (first["createdAt"], first["resolution"]) == ("2026-02-20T12:00:00.000Z", "512x512")
    for one in answer["images"]:
        assert (one["generationStatus"], one["generationError"], one["mimeType"]) == (
            "COMPLETED",
            None,
            "image/webp",
        )
        assert one["GenerationInfo"]["groupId"] == "mine-7"
        assert Image.open(io.BytesIO(base64.b64decode(one["base64"]))).format == "WEBP"
    assert len({one["imageId"] for one in answer["images"]}) == 4
    assert "no picture at 1/reference-1423131.png" in first["etc"]
    assert not any(image.failure for image in CreatedPayload.model_validate(answer).images)


@pytest.mark.parametrize(("sample", "number"), [(None, 4), (1, 1), (2, 2), (4, 4)])
def test_sample_says_how_many_and_what_it_costs(api: Other, sample: int | None, number: int) -> None:
    answer = create(api, sample=sample)
    assert (len(answer["images"]), purses(answer)) == (number, (1_000 - 5 * number, 5_000, 10_000))
    assert api.amounts == [-5 * number]


def test_every_ratio_of_the_document(api: Other) -> None:
    sizes = {
        "square": "512x512",
        "vertical": "480x640",
        "horizontal": "640x480",
        "3:4": "480x640",
        "4:3": "640x480",
        "9:16": "432x768",
        "16:9": "768x432",
    }
    made_now = {ratio: create(api, ratio=ratio, sample=1)["images"][0]["resolution"] for ratio in sizes}
    assert made_now == sizes


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"prompt": None}, "prompt"),
        ({"prompt": " "}, "prompt"),
        ({"prompt": "x" * 1201}, "prompt"),
        ({"ratio": None}, "ratio"),
        ({"ratio": "2:3"}, "ratio"),
        ({"image": None}, "image"),
        ({"image": "https://example.com/a.png"}, "image"),
        ({"image": "1/../../a.png"}, "image"),
        ({"image": 5}, "image"),
        ({"sample": 3}, "sample"),
        ({"sample": 8}, "sample"),
        ({"sample": "2"}, "sample"),
        ({"async": True}, "async"),
        ({"async": "no"}, "async"),
        ({"groupId": 7}, "groupId"),
        ({"prompt": "gore"}, "prompt"),
    ],
)
def test_a_wrong_body_is_400_and_free(shared: Other, change: Any, named: str) -> None:
    answer = shared.post(PATH, {**BODY, **change})
    body = answer.json()
    assert (answer.status_code, body["statusCode"], body["message"].split(":")[0]) == (400, 400, named)
    assert shared.amounts == []


@pytest.mark.parametrize("start", [{"style": "watercolor"}, {"collectionId": 3}, {"collectionId": "c"}])
def test_a_style_or_a_collection_starts_a_picture_too(api: Other, engines: Engines, start: Any) -> None:
    create(api, image=None, sample=1, **start)
    assert engines.jobs[0]["preset"]["style"] == start.get("style", "")


def test_headers_are_checked(api: Other) -> None:
    assert api.post(PATH, BODY, X_Platform="fridge").status_code == 400
    assert api.post(PATH, {**BODY, "sample": 1}, X_Platform="api").status_code == 200
    assert api.nobody().post(PATH, BODY).status_code == 401
    assert api.call("POST", PATH, {"X-Api-Key": "imgc_" + "0" * 32}, json=BODY).status_code == 401
    assert api.get(PATH).status_code == 405
    assert api.get("/none").json()["statusCode"] == 404


def test_the_daily_purse_goes_first_then_the_monthly_then_what_was_bought(api: Other, clock: Clock) -> None:
    api.drain(left=15_003)
    assert purses(create(api, sample=1)) == (0, 4_998, 10_000)
    clock.now += DAY
    assert purses(create(api, sample=1)) == (995, 4_998, 10_000)
    clock.now += 9 * DAY  # March
    assert purses(create(api, sample=1)) == (995, 5_000, 10_000)
    api.drain(left=10_002)
    assert purses(create(api, sample=1)) == (0, 0, 9_997)
    api.hosted.grant(3)
    assert purses(create(api, sample=4)) == (0, 0, 9_980)
    clock.now += 366 * DAY
    assert purses(create(api, sample=1)) == (995, 5_000, 9_980)


def test_without_the_credits_it_is_402(api: Other) -> None:
    api.drain(left=19)
    answer = api.post(PATH, BODY)
    assert (answer.status_code, answer.json()["message"]) == (402, "needs 20 credits, 19 left")
    assert purses(create(api, sample=2)) == (0, 0, 9)


def test_what_is_withheld_fails_by_itself_and_is_not_charged(tmp_path: Path, api: Other) -> None:
    answer = create(api, prompt="a massacre")
    payload = CreatedPayload.model_validate(answer)
    assert [bool(image.failure) for image in payload.images] == [False, True, False, True]
    assert [image.base64 is None for image in payload.images] == [False, True, False, True]
    assert api.amounts == [-10]
    alone = create(api, prompt="a massacre", sample=1)["images"][0]
    assert (alone["generationStatus"], alone["GenerationInfo"]["blurReason"]) == (
        "FAILED",
        "Withheld by the content policy",
    )
    assert api.amounts == [-10]
    assert_books_are_even(tmp_path)


def test_what_fails_is_500_and_refunded(tmp_path: Path) -> None:
    studio = open_others(tmp_path, work=crash)
    api = Other(studio, NAME)
    answer = api.post(PATH, BODY)
    assert (answer.status_code, answer.json()["message"]) == (500, "The pictures could not be made")
    assert api.amounts == [-20, 20]
    studio.close()
    assert_books_are_even(tmp_path)


def test_a_picture_made_here_starts_another(studio: Studio, api: Other, engines: Engines) -> None:
    first = create(api, sample=1)["images"][0]
    again = create(api, image=first["path"], sample=1)["images"][0]
    uri = engines.jobs[-1]["fields"]["image_url"]
    assert uri == f"data:image/webp;base64,{first['base64']}"
    assert "no picture" not in again["etc"]
    mina = another(studio, NAME)
    assert "no picture" in create(mina, image=first["path"], sample=1)["images"][0]["etc"]
    assert (api.amounts, mina.amounts) == ([-5, -5], [-5])


def test_a_caller_who_leaves_has_paid_for_what_is_made(tmp_path: Path) -> None:
    held = Held()
    studio = open_others(tmp_path, engines=held)
    api = Other(studio, NAME)

    async def leave() -> None:
        async with api.session() as client:
            call = asyncio.ensure_future(client.post(PATH, json={**BODY, "sample": 1}))
            while not held.waiting:
                await asyncio.sleep(0.005)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

    asyncio.run(leave())
    held.let_go()
    assert [(job["state"], job["cost"]) for job in api.hosted.jobs()] == [("succeeded", 5)]
    assert api.amounts == [-5]
    studio.close()


def test_calls_at_the_same_time_are_each_charged_once(tmp_path: Path, api: Other) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: create(api, sample=1), range(6)))
    assert len({answer["images"][0]["imageId"] for answer in answers}) == 6
    assert (api.amounts, api.credits) == ([-5] * 6, 15_970)
    assert_books_are_even(tmp_path)


def test_closing_answers_whoever_waits_for_a_turn_and_gives_the_credits_back(tmp_path: Path) -> None:
    studio = open_others(tmp_path, engines=Held())
    api, before = Other(studio, NAME), 0

    async def waiting_when_it_closes() -> Any:
        nonlocal before
        before = api.credits
        async with api.session() as client:
            asked = [asyncio.ensure_future(client.post(PATH, json=BODY)) for _ in range(3)]
            while len(api.hosted.jobs()) < 3:
                await asyncio.sleep(0.01)
            # Two are at work; the third is in the line.
            studio._parts.bench.close()
            done, others = await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            for one in others:
                one.cancel()
            return done.pop().result()

    answer = asyncio.run(waiting_when_it_closes())
    assert (answer.status_code, answer.json()["message"]) == (500, GIVEN_UP)
    assert api.credits == before
    studio.close()
