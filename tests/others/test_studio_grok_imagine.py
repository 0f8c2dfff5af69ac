"""The studio as grok-imagine: tasks that become clips, 40 credits each, and its four ways to fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from others_support import Held, Other, another, assert_books_are_even, open_others, picture
from studio_support import NOON, PICTURE, Clock, Engines, crash, owner, quick, refuse

from generor_nb.base.media import data_uri
from generor_nb.contract.grok_imagine import StatusPayload, reason
from generor_nb.studio import Studio

NAME = "grok-imagine"
# The document's own example.
BODY = {"mode": "fun", "prompt": "a beautiful landscape with mountains", "ratio": "1:1"}
PNG = data_uri(picture(), "image/png")
WINDOW = str(int(NOON) + 60)


def begin(api: Other, **change: Any) -> str:
    answer = api.post("/v1/generate", {**BODY, **change})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["code"], answer.json()["message"]) == (200, "success")
    return str(answer.json()["data"]["task_id"])


def status(api: Other, task: str) -> Any:
    answer = api.get(f"/v1/status?task_id={task}")
    assert (answer.status_code, answer.json()["code"]) == (200, 200)
    return answer.json()["data"]


def test_a_task_is_pending_then_processed_then_two_clips(tmp_path: Path) -> None:
    held = Held()
    studio = open_others(tmp_path, engines=held)
    api = Other(studio, NAME)
    tasks = [begin(api), begin(api), begin(api)]
    assert tasks[0].startswith("task_")
    assert [status(api, task)["status"] for task in tasks] == ["processing", "processing", "pending"]
    waiting = status(api, tasks[2])
    assert (waiting["response"], waiting["error_message"], waiting["consumed_credits"]) == ([], None, 40)
    held.let_go()
    told = status(api, tasks[0])
    clips = told.pop("response")
    assert told == {
        "consumed_credits": 40,
        "created_at": "2026-02-20T12:00:00Z",
        "status": "completed",
        "task_id": tasks[0],
        "error_message": None,
        "request": BODY,
        "engine": "studio video/1, procedural",
    }
    files = [api.nobody().get(clip) for clip in clips]
    assert [(file.status_code, file.headers["Content-Type"]) for file in files] == [(200, "video/mp4")] * 2
    assert files[0].content != files[1].content
    assert len(StatusPayload.model_validate({**told, "response": clips}).clips) == 2
    assert api.amounts == [-40] * 3
    studio.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prompt": None}, "Invalid request: The prompt parameter is required"),
        ({"prompt": " "}, "Invalid request: The prompt parameter is required"),
        ({"prompt": 7}, "Invalid request: prompt: must be"),
        ({"mode": 7}, "Invalid request: mode: must be"),
        ({"ratio": "7:5"}, "Invalid request: ratio: must be one of 1:1"),
        ({"images": [7]}, "Invalid request: images: must be"),
        ({"images": [PNG] * 10}, "Invalid request: images: must be"),
    ],
)
def test_a_wrong_body_is_400_and_free(shared: Other, change: Any, said: str) -> None:
    answer = shared.post("/v1/generate", {**BODY, **change})
    body = answer.json()
    assert (answer.status_code, body["code"], body["error"]) == (400, 400, "INVALID_REQUEST")
    assert body["message"].startswith(said)
    assert shared.amounts == []


def test_modes_are_open_and_normal_is_the_calm_one(api: Other, engines: Engines) -> None:
    for mode in ("fun", "normal", "spicy"):
        assert status(api, begin(api, mode=mode))["request"]["mode"] == mode
    presets = [job["preset"] for job in engines.jobs[::2]]
    assert presets == [{}, {"camera": "push-in"}, {}]


def test_pictures_are_filmed(studio: Studio, api: Other, engines: Engines) -> None:
    begin(api, images=[PNG])
    assert engines.jobs[-1]["fields"]["image_url"] == PNG
    begin(api, images=PNG)
    assert engines.jobs[-1]["fields"]["image_url"] == PNG
    begin(api, images=[PNG, PNG])
    assert engines.jobs[-1]["fields"]["reference_images"] == [PNG, PNG]
    task = begin(api, images=[])
    assert "image_url" not in engines.jobs[-1]["fields"]
    assert "images" not in status(api, task)["request"]


def test_pictures_that_the_studio_made_are_filmed_too(studio: Studio, api: Other, engines: Engines) -> None:
    made_here = owner(studio).generate("image", PICTURE).json()["data"]["creations"][0]["image_url"]
    begin(api, images=[made_here])
    assert engines.jobs[-1]["fields"]["image_url"].startswith("data:image/webp;base64,")
    told = status(api, begin(api, images=["http://studio/users/1/img/none.webp"]))
    assert reason(told["error_message"]) == "network"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": ["data:text/plain,hello"]}, "File type not supported"),
        ({"prompt": "a massacre"}, "Inappropriate content, please try another prompt."),
        ({"prompt": "gore"}, "Inappropriate content, please try another prompt."),
        ({"images": ["https://example.com/image.png"]}, "Network error, please try again later."),
    ],
)
def test_each_message_of_the_document_has_its_cause(
    tmp_path: Path, api: Other, engines: Engines, change: Any, message: str
) -> None:
    told = status(api, begin(api, **change))
    assert (told["status"], told["error_message"]) == ("failed", message)
    assert (told["consumed_credits"], told["response"]) == (0, [])
    assert (api.amounts, engines.jobs) == ([-40, 40], [])
    assert_books_are_even(tmp_path)


@pytest.mark.parametrize(
    ("work", "why"), [(crash, ""), (refuse, ": This engine cannot translate.")], ids=["crash", "refuse"]
)
def test_an_engine_that_fails_is_the_fourth(tmp_path: Path, work: Any, why: str) -> None:
    studio = open_others(tmp_path, work=work)
    api = Other(studio, NAME)
    told = status(api, begin(api))
    assert (told["status"], told["error_message"]) == ("failed", f"grok imagine build failed{why}")
    assert api.amounts == [-40, 40]
    studio.close()


def test_a_clip_that_is_less_than_it_should_be_says_so(tmp_path: Path) -> None:
    """As the video engine answers without its extra."""

    def poor(job: dict[str, Any]) -> dict[str, Any]:
        still = quick({**job, "engine": "scene"})
        return {**still, "fields": {"note": "an animated WebP, for H.264 install more"}}

    studio = open_others(tmp_path, work=poor)
    api = Other(studio, NAME)
    told = status(api, begin(api))
    assert told["engine"].endswith("; an animated WebP, for H.264 install more")
    assert [api.nobody().get(clip).headers["Content-Type"] for clip in told["response"]] == ["image/webp"] * 2
    studio.close()


def test_without_the_credits_it_is_400(api: Other) -> None:
    api.drain(left=39)
    answer = api.post("/v1/generate", BODY)
    assert (answer.status_code, answer.json()) == (
        400,
        {"code": 400, "message": "needs 40 credits, 39 left", "error": "INSUFFICIENT_CREDITS"},
    )
    api.hosted.grant(1)
    begin(api)
    assert api.credits == 0


def test_refusals_are_in_the_envelope(studio: Studio, api: Other) -> None:
    mine = begin(another(studio, NAME))
    answers = [
        (api.nobody().post("/v1/generate", BODY), 401),
        (api.call("GET", "/v1/status?task_id=x", {"Authorization": "Bearer grok_x"}), 401),
        (api.get("/v1/status"), 400),
        (api.get("/v1/status?task_id=task_none"), 400),
        (api.get(f"/v1/status?task_id={mine}"), 400),
        (api.get("/v1/none"), 404),
        (api.get("/v1/generate"), 405),
    ]
    for answer, code in answers:
        body = answer.json()
        assert (answer.status_code, body["code"]) == (code, code)
        assert body["message"]
        assert body["error"]
        assert answer.headers["X-RateLimit-Reset"] == WINDOW


def _limits(answer: httpx.Response) -> tuple[str | None, ...]:
    names = ("X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After")
    return tuple(answer.headers.get(name) for name in names)


def test_a_hundred_requests_a_minute_and_a_thousand_for_pro(api: Other, clock: Clock) -> None:
    task = begin(api)
    assert _limits(api.gets(f"/v1/status?task_id={task}", 99)) == ("0", WINDOW, None)
    clock.now += 20
    answer = api.post("/v1/generate", BODY)
    assert (answer.status_code, answer.json()["error"]) == (429, "RATE_LIMITED")
    assert _limits(answer) == ("0", WINDOW, "40")
    api.hosted.set_plan("pro")
    assert _limits(api.get(f"/v1/status?task_id={task}"))[0] == "899"
    api.hosted.set_plan("free")
    clock.now += 40
    assert _limits(api.get(f"/v1/status?task_id={task}"))[0] == "99"
    assert api.amounts == [-40]
