"""Estimating and generating: what is accepted, what is refused, what comes back."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from studio_support import JOKE, PICTURE, Api, Engines, anonymous, open_studio, owner, problem

from generor_nb.base.media import sniff
from generor_nb.studio import Studio
from generor_nb.studio.answers import Refused
from generor_nb.studio.app import build
from generor_nb.studio.generate import one_by_one
from generor_nb.studio.pool import Inline
from generor_nb.studio.references import FIELDS, Library


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def unspent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """For calls that must leave nothing behind."""
    opened = open_studio(tmp_path_factory.mktemp("unspent"))
    yield owner(opened)
    opened.close()


@pytest.fixture
def api(studio: Studio) -> Api:
    return owner(studio)


def picture_uri(width: int, height: int) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


WRONG = [
    ("model_id", "37"),
    ("model_id", 37.0),
    ("model_id", True),
    ("model_id", 0),
    ("model_id", -1),
    ("model_id", 10000),
    ("model_id", 20000),
    ("model_id", 30000),
    ("model_id", 10003),
    ("prompt", 5),
    ("prompt", "x" * 10_001),
    ("privacy_mode", 2),
    ("privacy_mode", False),
    ("team_id", "1"),
    ("count", 0),
    ("count", 11),
    ("count", 1.0),
    ("count", "2"),
    ("count", True),
    ("language", 5),
    ("temperature", 2.1),
    ("temperature", -0.1),
    ("temperature", "1"),
    ("temperature", 10**400),
    ("preference", 1.5),
    ("preference_two", []),
    ("aspect_ratio", 1.5),
    ("aspect_ratio", ["1:1"]),
    ("image_url", 1),
    ("seconds", 0),
    ("seconds", 2.5),
    ("generate_audio", 1),
    ("ending_frame_url", {}),
    ("reference_images", "https://example.com/a.jpg"),
    ("reference_images", ["x"] * 10),
    ("reference_images", [1]),
    ("reference_videos", ["x"] * 4),
    ("reference_audio", []),
    ("video_url", 1),
    ("parameters", []),
    ("user_text", 1),
    ("avoid_duplicates", "yes"),
    ("thinking_mode", "maybe"),
    ("character_id", 1.5),
    ("support_for", "6144"),
    ("model_speech", "30001"),
    ("item_index", 1.5),
    ("translation_of", "1"),
    ("source_language", 1),
]


@pytest.mark.parametrize(("field", "value"), WRONG, ids=[f"{f}={v!r:.20}" for f, v in WRONG])
def test_a_wrong_value_is_400_and_names_the_field(unspent: Api, field: str, value: Any) -> None:
    for call in (unspent.estimate, unspent.generate):
        status, code, message = problem(call("joke", {**JOKE, field: value}))
        assert (status, code) == (400, "VALIDATION_ERROR")
        assert message.startswith(f"{field}: ")
    assert unspent.credits() == 10_000


def test_the_message_says_what_would_be_right(api: Api) -> None:
    message = problem(api.generate("joke", {**JOKE, "count": 11}))[2]
    assert message == "count: must be an integer from 1 to 10, not 11"


@pytest.mark.parametrize("call", ["estimate", "generate"])
def test_a_model_is_required(api: Api, call: str) -> None:
    assert problem(api.post(f"/generators/joke/{call}", {"prompt": "x"}))[2].startswith("model_id: ")


@pytest.mark.parametrize("model_id", [9999, 19999, 29999, 39999])
def test_an_unknown_model_is_404(unspent: Api, model_id: int) -> None:
    assert problem(unspent.estimate("joke", {"model_id": model_id}))[:2] == (404, "NOT_FOUND")


def test_an_unknown_team_is_404(api: Api) -> None:
    assert problem(api.generate("joke", {**JOKE, "team_id": 5}))[:2] == (404, "NOT_FOUND")


@pytest.mark.parametrize("prompt", [None, "", " \n"])
def test_a_prompt_is_required_for_generating_only(api: Api, prompt: str | None) -> None:
    body = {"model_id": 10003, "prompt": prompt}
    assert api.estimate("image", body).status_code == 200
    assert problem(api.generate("image", body))[2].startswith("prompt: ")


def test_a_generator_with_an_optional_prompt_needs_none(api: Api) -> None:
    assert api.generate("horoscope", {"model_id": 37}).status_code == 201


def test_ten_thousand_characters_are_stored_as_sent(api: Api) -> None:
    prompt = " " + "é" * 9_998 + "\n"
    made = api.generate("joke", {**JOKE, "prompt": prompt}).json()["data"]["creations"][0]
    assert api.data(f"/creations/{made['creation_id']}")["prompt"] == prompt


def test_null_is_the_same_as_absent(api: Api) -> None:
    body = {**JOKE, "count": None, "parameters": None, "temperature": None, "team_id": None}
    assert api.generate("joke", body).status_code == 201


def test_unknown_top_level_fields_are_ignored(api: Api) -> None:
    assert api.generate("joke", {**JOKE, "colour": 1}).status_code == 201


def test_the_documents_estimate_example(api: Api) -> None:
    body = {"model_id": 37, "count": 5, "parameters": {"zodiac-sign": "aries", "horoscope-length": "long"}}
    data = api.estimate("horoscope", body).json()["data"]
    assert data["credit_cost"] == {
        "total": 15,
        "per_item": 3,
        "count": 5,
        "discount": 0,
        "discount_percent": 5,
    }
    assert data["applied_parameters"] == {
        "zodiac-sign": "aries",
        "horoscope-length": "long",
        "model-text": "37",
        "horoscope-count": "5",
    }
    assert (data["generator"], data["model_id"], data["model_type"]) == ("horoscope", 37, "text")
    assert "adjustments" not in data


def test_an_estimate_costs_and_leaves_nothing(api: Api) -> None:
    before = api.credits()
    api.estimate("image", PICTURE)
    assert api.credits() == before
    assert api.data("/creations") == []


def test_unknown_and_invalid_parameters_are_dropped_in_silence(api: Api) -> None:
    sent = {"image-style": "no-such", "colour": "red", "image-quality": ["fine"], "model-image": "10001"}
    data = api.estimate("image", {**PICTURE, "parameters": sent}).json()["data"]
    assert data["applied_parameters"] == {
        "image-aspect-ratio": "1",
        "model-image": "10003",
        "image-count": "1",
    }
    assert data["credit_cost"]["total"] == 6


def test_time_is_a_fallback_until_three_calls_were_made(api: Api) -> None:
    for known in range(3):
        time = api.estimate("joke", JOKE).json()["data"]["time_estimate"]
        assert (time["sample_count"], time["has_historical"], time["source"]) == (known, False, "fallback")
        api.generate("joke", JOKE)
    time = api.estimate("joke", {**JOKE, "count": 4}).json()["data"]["time_estimate"]
    assert (time["sample_count"], time["has_historical"], time["source"]) == (3, True, "historical")
    assert time["min_seconds"] <= time["per_item"] <= time["max_seconds"]
    assert time["seconds"] == pytest.approx(time["per_item"] * 4, abs=0.002)


def test_text_comes_back_with_the_generators_own_fields(api: Api) -> None:
    response = api.generate("joke", {**JOKE, "count": 2})
    assert response.status_code == 201
    data = response.json()["data"]
    assert [c["creation_id"] for c in data["creations"]] == [1, 2]
    assert all(c["text"].startswith(JOKE["prompt"]) and c["illustration_desc"] for c in data["creations"])
    heading = ("joke", 37, "text", "Gemini 3.5 Flash")
    assert (data["generator"], data["model_id"], data["model_type"], data["model_name"]) == heading
    assert (data["credit_cost"], data["credit_cost_estimated"], data["credits_remaining"]) == (2, 2, 9_998)
    assert data["time_taken_seconds"] >= 0
    assert "adjustments" not in data


def test_a_picture_comes_back_as_an_absolute_address(api: Api) -> None:
    data = api.generate("image", PICTURE).json()["data"]
    assert data["creations"][0]["image_url"] == "http://studio/users/1/img/image-1.webp"
    assert (data["model_type"], data["credit_cost"]) == ("image", 6)


def test_every_item_names_its_engine(api: Api) -> None:
    assert (
        api.generate("image", PICTURE).json()["data"]["creations"][0]["engine"]
        == "studio scene/1, procedural"
    )
    data = api.data("/creations/1")["generator_data"]
    assert (data["engine"], data["engine_version"], data["procedural"]) == ("scene", "1", True)


def test_a_creation_is_shown_whole(api: Api) -> None:
    api.generate("image", {**PICTURE, "aspect_ratio": "16:9"})
    shown = api.data("/creations/1")
    assert shown.pop("generator_data")["parameters"]["image-aspect-ratio"] == "4"
    assert shown == {
        "creation_id": 1,
        "generator": "image",
        "user_id": 1,
        "username": "studio",
        "prompt": PICTURE["prompt"],
        "created_at": "2026-02-20 12:00:00",
        "privacy_mode": 0,
        "type": "img",
        "license": 1,
        "model_id": 10003,
        "model_name": "Flux Schnell",
        "images": [{"url": "/users/1/img/image-1.webp", "width": 1024, "height": 576}],
        "videos": [],
        "audios": [],
        "text": None,
    }
    assert api.data("/creations/1/status") == {"creation_id": 1, "status": "completed"}


def test_public_creations_are_everybodys_and_private_ones_the_owners(studio: Studio, api: Api) -> None:
    api.generate("joke", JOKE)
    api.generate("joke", {**JOKE, "privacy_mode": 1})
    api.generate("horoscope", {"model_id": 37})
    nobody = anonymous(studio)
    assert [c["creation_id"] for c in nobody.data("/creations/public")] == [3, 1]
    assert [c["creation_id"] for c in nobody.data("/creations/public?generator=joke")] == [1]
    assert [c["creation_id"] for c in nobody.data("/generators/joke/creations")] == [1]
    assert [c["creation_id"] for c in api.data("/creations?generator=joke")] == [2, 1]


def test_a_private_creation_is_401_to_nobody_and_403_to_another(studio: Studio, api: Api) -> None:
    api.generate("joke", {**JOKE, "privacy_mode": 1})
    other = Api(studio, studio.mint_key("other", user=studio.add_user("jane")))
    assert problem(anonymous(studio).get("/creations/1"))[:2] == (401, "UNAUTHORIZED")
    assert problem(other.get("/creations/1"))[:2] == (403, "FORBIDDEN")
    assert problem(other.get("/creations/1/status"))[:2] == (403, "FORBIDDEN")
    assert other.data("/creations") == []
    assert api.get("/creations/1").status_code == 200


SHAPES = [
    (None, (1024, 1024)),
    (1, (1024, 1024)),
    (2, (768, 1024)),
    ("vertical", (768, 1024)),
    ("4:3", (1024, 768)),
    ("wide", (1024, 576)),
    (4, (1024, 576)),
    ("9:16", (576, 1024)),
]


@pytest.mark.parametrize(("ratio", "size"), SHAPES)
def test_a_ratio_is_a_number_a_name_or_a_ratio(tmp_path: Path, ratio: Any, size: tuple[int, int]) -> None:
    engines = Engines()
    studio = Studio.open(tmp_path, executor=engines)
    assert owner(studio).generate("image", {**PICTURE, "aspect_ratio": ratio}).status_code == 201
    assert (engines.jobs[0]["width"], engines.jobs[0]["height"]) == size
    studio.close()


@pytest.mark.parametrize("ratio", [0, 7, "4", "21:9", "huge", ""])
def test_a_ratio_the_type_lacks_is_400(unspent: Api, ratio: Any) -> None:
    assert problem(unspent.generate("image", {**PICTURE, "aspect_ratio": ratio}))[2].startswith(
        "aspect_ratio: "
    )


def test_the_ratio_may_ride_in_the_parameters_and_the_field_wins(api: Api) -> None:
    body = {**PICTURE, "parameters": {"image-aspect-ratio": "4"}}
    assert api.estimate("image", body).json()["data"]["applied_parameters"]["image-aspect-ratio"] == "4"
    body["aspect_ratio"] = "9:16"
    assert api.estimate("image", body).json()["data"]["applied_parameters"]["image-aspect-ratio"] == "5"


def test_matching_an_input_takes_its_shape(api: Api) -> None:
    body = {**PICTURE, "aspect_ratio": "match_input_image", "image_url": picture_uri(300, 200)}
    answer = api.generate("image", body).json()["data"]
    assert "adjustments" not in answer
    shape = api.data("/creations/1")["images"][0]
    assert (shape["width"], shape["height"]) == (1024, 683)


@pytest.mark.parametrize("shape", [(1000, 40), (40, 1000)])
def test_a_very_long_input_is_matched_as_far_as_engines_can(tmp_path: Path, shape: tuple[int, int]) -> None:
    studio = Studio.open(tmp_path, executor=Inline())
    body = {**PICTURE, "aspect_ratio": "match_input_image", "image_url": picture_uri(*shape)}
    made = owner(studio).generate("image", body)
    assert made.status_code == 201, made.text
    found = owner(studio).data("/creations/1")["images"][0]
    assert sorted((found["width"], found["height"])) == [256, 1024]
    assert (found["width"] > found["height"]) is (shape[0] > shape[1])
    studio.close()


@pytest.mark.parametrize(("ratio", "used"), [("match_input_image", "its shape"), ("1:1", "nothing of it")])
def test_a_picture_that_is_not_used_is_told_of_before_paying(api: Api, ratio: str, used: str) -> None:
    body = {**PICTURE, "aspect_ratio": ratio, "image_url": picture_uri(300, 200)}
    for call in (api.estimate, api.generate):
        assert call("pattern", body).json()["data"]["adjustments"] == {
            "image_url": {
                "requested": "a picture",
                "used": used,
                "reason": "pattern is drawn from words alone",
            }
        }


def test_a_creation_of_the_studio_can_be_the_input(api: Api) -> None:
    first = api.generate("image", {**PICTURE, "aspect_ratio": "wide", "privacy_mode": 1}).json()["data"]
    body = {**PICTURE, "aspect_ratio": 6, "image_url": first["creations"][0]["image_url"]}
    assert api.generate("image", body).status_code == 201
    assert api.data("/creations/2")["images"][0]["height"] == 576


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/photo.jpg",
        "/etc/passwd",
        "/users/1/img/../../studio.sqlite",
        "/users/1/img/image-99.webp",
        "http://studio.example/users/1/img/image-1.webp",
        "data:image/png;base64,%%%",
        "data:image/png",
        "data:text/html,<script>",
        "file:///etc/passwd",
    ],
)
def test_an_input_from_elsewhere_is_400_and_free(unspent: Api, address: str) -> None:
    refused = problem(unspent.generate("image", {**PICTURE, "image_url": address}))
    assert refused[2].startswith("image_url: ")
    assert unspent.credits() == 10_000


def test_an_input_of_more_than_ten_megabytes_is_400(api: Api) -> None:
    address = "data:image/png;base64," + base64.b64encode(bytes(10 * 1024 * 1024 + 1)).decode()
    assert "10 MB" in problem(api.generate("image", {**PICTURE, "image_url": address}))[2]


@pytest.mark.parametrize(
    ("kind", "mode", "options", "status"),
    [
        ("PNG", "L", {}, 400),
        ("WEBP", "L", {}, 400),
        ("JPEG", "L", {}, 201),
        ("JPEG", "RGB", {}, 201),
        ("JPEG", "L", {"progressive": True}, 400),
        ("JPEG", "CMYK", {}, 400),
    ],
)
def test_a_picture_that_would_take_too_much_to_decode_is_400_unless_it_is_a_plain_jpeg(
    unspent: Api, kind: str, mode: str, options: dict[str, Any], status: int
) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (5000, 3300)).save(buffer, kind, **options)
    address = f"data:image/{kind.lower()};base64," + base64.b64encode(buffer.getvalue()).decode()
    library = Library(unspent.studio._parts.store, unspent.studio._parts.media, "http://studio")
    if status == 201:
        assert library.open({"image_url": address})["image_url"][0].width == 5000
    else:
        assert "too large" in problem(unspent.generate("image", {**PICTURE, "image_url": address}))[2]


def test_the_engine_gets_every_setting_and_the_text_fields(tmp_path: Path) -> None:
    engines = Engines()
    studio = Studio.open(tmp_path, executor=engines)
    sent = {"zodiac-sign": "leo"}
    body = {"model_id": 37, "count": 2, "parameters": sent, "user_text": "notes", "seconds": 5}
    assert owner(studio).generate("horoscope", body).status_code == 201
    first, second = engines.jobs
    assert (first["engine"], first["generator"], first["index"], second["index"]) == (
        "words",
        "horoscope",
        0,
        1,
    )
    assert first["count"] == 2
    assert first["parameters"]["zodiac-sign"] == "leo"
    assert "horoscope-length" in first["parameters"]
    assert first["fields"] == {"user_text": "notes"}
    studio.close()


def test_an_engine_that_should_not_repeat_itself_is_told_what_there_is(tmp_path: Path) -> None:
    engines = Engines()
    studio = Studio.open(tmp_path, executor=engines)
    first = made_by(studio, JOKE)
    owner(studio).generate("joke", {**JOKE, "avoid_duplicates": True})
    assert engines.jobs[1]["fields"]["avoid"] == first
    studio.close()


def test_texts_of_a_batch_know_of_each_other_where_none_should_repeat() -> None:
    ask = {"engine": "words", "generator": "joke", "prompt": "cats", "seed": 1, "index": 0, "count": 2}
    first, second = one_by_one([{**ask, "fields": {"avoid": []}}] * 2)
    assert first["text"] != second["text"]
    first, second = one_by_one([{**ask, "fields": {}}] * 2)
    assert first == second


def test_a_translation_is_refused_and_free(unspent: Api) -> None:
    message = problem(unspent.generate("joke", {"model_id": 37, "translation_of": 1}))[2]
    assert message == "translation_of: the studio cannot translate"


def test_fields_of_text_are_ignored_by_pictures(api: Api) -> None:
    assert api.generate("image", {**PICTURE, "translation_of": 1, "temperature": 1}).status_code == 201


def clip_uri() -> str:
    return "data:video/mp4;base64," + base64.b64encode(b"\0\0\0\x18ftypisom" + bytes(20)).decode()


def test_the_documents_video_estimate_is_snapped_and_of_the_seconds_used(unspent: Api) -> None:
    data = unspent.estimate("video", {"model_id": 20061, "seconds": 3}).json()["data"]
    assert data["credit_cost"]["total"] == 30
    assert data["adjustments"] == {
        "seconds": {
            "requested": 3,
            "used": 5,
            "supported": [5, 6, 7, 8, 10, 12, 15],
            "reason": "snapped to nearest provider-supported duration",
        }
    }
    loud = {"model_id": 20001, "seconds": 4, "generate_audio": True}
    assert (
        unspent.estimate("video", loud).json()["data"]["credit_cost"]["total"] == 317
    )  # 4 s × 40 × 2, less 1 %


@pytest.fixture
def developing(studio: Studio) -> Api:
    """A studio whose generator ``upscale`` is in development."""
    parts = studio._parts
    coming = parts.catalogue.generators["upscale"].model_copy(update={"status": "development"})
    catalogue = parts.catalogue.model_copy(
        update={"generators": {**parts.catalogue.generators, "upscale": coming}}
    )
    return owner(
        Studio(
            studio._home, replace(parts, catalogue=catalogue), build(replace(parts, catalogue=catalogue)), {}
        )
    )


def test_what_is_in_development_has_a_price_and_is_refused_free(developing: Api) -> None:
    body = {"model_id": 30301, "image_url": picture_uri(8, 8)}
    assert developing.estimate("upscale", body).json()["data"]["credit_cost"]["total"] > 0
    assert problem(developing.generate("upscale", body)) == (
        400,
        "VALIDATION_ERROR",
        "upscale is in development: the studio cannot make it yet; nothing was charged",
    )
    assert developing.credits() == 10_000


def test_lists_have_what_is_asked_for(developing: Api) -> None:
    active, coming, every = (
        {g["slug"] for g in developing.data(f"/generators?status={status}")}
        for status in ("active", "development", "all")
    )
    assert {g["slug"] for g in developing.data("/generators")} == active
    assert "upscale" in coming
    assert "image" in active
    assert active | coming == every
    assert not active & coming


@pytest.mark.parametrize(
    ("model_id", "field", "given"),
    [(20001, "reference_images", 4), (20051, "reference_images", 6), (20020, "reference_images", None)],
)
def test_references_over_a_models_limit_are_400_and_what_it_takes_none_of_is_ignored(
    unspent: Api, model_id: int, field: str, given: int | None
) -> None:
    body = {"model_id": model_id, field: ["x"] * (given or 9)}
    answer = unspent.estimate("video", body)
    if given is None:
        assert answer.status_code == 200
    else:
        assert problem(answer)[2].endswith(f"takes at most {given - 1}, not {given}")


def order_for_video(**body: Any) -> Any:
    """An order that a video engine would get, if there was one."""
    from generor_nb.studio.catalogue import load
    from generor_nb.studio.order import read_order

    clips = load().generators["video"].model_copy(update={"status": "active", "engine": "scene"})
    return read_order(load(), clips, {"prompt": "waves", **body}, paid=True)


def test_a_model_gets_the_references_that_it_takes() -> None:
    every = {
        "image_url": "a",
        "ending_frame_url": "b",
        "reference_images": ["c"],
        "reference_videos": ["d"],
        "reference_audio": "e",
        "video_url": "f",
        "generate_audio": True,
    }
    assert set(order_for_video(model_id=20060, **every).fields) == {*every, "seconds"}
    assert set(order_for_video(model_id=20010, **every).fields) == {
        "image_url",
        "ending_frame_url",
        "seconds",
    }
    assert set(order_for_video(model_id=20020, **every).fields) == {"seconds"}
    alone = {"ending_frame_url": "b"}
    assert set(order_for_video(model_id=20010, **alone).fields) == {"seconds"}


@pytest.mark.parametrize(("model_id", "field"), [(20051, "video_url"), (20021, "image_url")])
def test_what_a_model_cannot_do_without_is_required(model_id: int, field: str) -> None:
    with pytest.raises(Refused, match=rf"^{field}: is required by"):
        order_for_video(model_id=model_id)


@pytest.mark.parametrize("field", ["video_url", "reference_audio", "ending_frame_url"])
@pytest.mark.parametrize("address", ["https://example.com/a", "/etc/passwd", "data:text/plain,a", "ftp://a"])
def test_no_field_is_fetched_from_anywhere(studio: Studio, field: str, address: str) -> None:
    library = Library(studio._parts.store, studio._parts.media, "http://studio")
    with pytest.raises(Refused, match=rf"^{field}: "):
        library.open({field: address})


def test_of_several_wrong_references_the_first_field_is_named(studio: Studio) -> None:
    library = Library(studio._parts.store, studio._parts.media, "http://studio")
    for first, name in enumerate(FIELDS):
        wrong = dict.fromkeys(reversed(list(FIELDS)[first:]), "/etc/passwd")
        with pytest.raises(Refused, match=rf"^{name}: "):
            library.open(wrong)


def test_references_are_what_their_field_is_for(studio: Studio) -> None:
    library = Library(studio._parts.store, studio._parts.media, "http://studio")
    found = library.open(
        {"video_url": clip_uri(), "reference_images": [picture_uri(3, 2), picture_uri(2, 3)]}
    )
    assert [(one.mime, one.width) for one in found["reference_images"]] == [
        ("image/png", 3),
        ("image/png", 2),
    ]
    assert found["video_url"][0].mime == "video/mp4"
    for field in ("reference_audio", "image_url"):
        with pytest.raises(Refused, match=rf"^{field}: "):
            library.open({field: clip_uri()})


def test_vision_needs_a_picture_and_no_prompt(tmp_path: Path) -> None:
    studio = Studio.open(tmp_path)
    api = owner(studio)
    assert problem(api.generate("vision", {"model_id": 34}))[2] == "image_url: is required by vision"
    body = {"model_id": 34, "image_url": picture_uri(30, 20), "preference": "detailed"}
    made = api.generate("vision", body)
    assert made.status_code == 201, made.text
    item = made.json()["data"]["creations"][0]
    assert "30 × 20 pixels" in item["text"]
    assert item["colours"] == [{"name": "black", "hex": "#000000", "share": 1.0}]
    assert item["engine"] == "studio vision/1, procedural"
    studio.close()


def test_vision_is_told_what_the_studio_made_and_only_what_one_may_know(tmp_path: Path) -> None:
    engines = Engines()
    studio = Studio.open(tmp_path, executor=engines)
    api, jane = owner(studio), Api(studio, studio.mint_key("jane", user=studio.add_user("jane")))
    addresses = [
        api.generate("image", {**PICTURE, "privacy_mode": mode, "prompt": f"p{mode}"}).json()["data"][
            "creations"
        ][0]
        for mode in (0, 1)
    ]
    files = [picture_at(api, item["image_url"]) for item in addresses]
    told = []
    for who, file in ((api, files[0]), (api, files[1]), (jane, files[0]), (jane, files[1])):
        who.generate("vision", {"model_id": 34, "image_url": file, "privacy_mode": 1})
        told.append((engines.jobs[-1]["fields"]["made"] or {}).get("prompt"))
    assert told == ["p0", "p1", "p0", None]
    studio.close()


def disc_uri() -> str:
    """A red disc on grey."""
    picture = Image.new("RGB", (120, 90), "#c8ccd0")
    ImageDraw.Draw(picture).ellipse((35, 20, 85, 70), fill="#c01818")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    ("slug", "model_id", "address", "mime", "told"),
    [
        ("upscale", 30301, "image_url", "image/webp", "2× by classical resampling, without new detail"),
        ("print-enlargement", 30302, "image_url", "image/webp", "it will look soft in print"),
        ("background-removal", 30501, "image_url", "image/png", "confidence "),
        ("product-cutout", 30502, "image_url", "image/png", "confidence "),
        ("vector", 30401, "svg_url", "image/svg+xml", "shapes, shaded"),
        ("vector-logo", 30402, "svg_url", "image/svg+xml", "shapes, at most 6 colours"),
    ],
)
def test_a_given_picture_is_worked_on_and_the_answer_says_how(
    tmp_path: Path, slug: str, model_id: int, address: str, mime: str, told: str
) -> None:
    studio = Studio.open(tmp_path, executor=Inline())
    api = owner(studio)
    made = api.generate(slug, {"model_id": model_id, "image_url": disc_uri()})
    assert made.status_code == 201, made.text
    item = made.json()["data"]["creations"][0]
    assert told in item["engine"]
    assert sniff(api.call("GET", item[address]).content) == mime
    assert "words" not in item["engine"]
    assert api.data("/creations/1")["generator_data"]["from_image"] is True
    studio.close()


@pytest.mark.slow
def test_a_vector_can_be_drawn_from_words_alone_and_from_nothing_it_is_refused_free(tmp_path: Path) -> None:
    studio = Studio.open(tmp_path, executor=Inline())
    api = owner(studio)
    made = api.generate("vector-logo", {"model_id": 30402, "prompt": "a fox"}).json()["data"]
    assert "drawn from: fox; traced" in made["creations"][0]["engine"]
    before = api.credits()
    nothing = problem(api.generate("vector", {"model_id": 30401, "prompt": " "}))
    assert nothing == (400, "VALIDATION_ERROR", "prompt: is required, or image_url")
    assert api.credits() == before
    studio.close()


@pytest.mark.parametrize(("privacy", "quoted"), [(0, False), (1, True)])
def test_a_public_description_does_not_quote_a_private_prompt(
    tmp_path: Path, privacy: int, quoted: bool
) -> None:
    studio = Studio.open(tmp_path, executor=Inline())
    api = owner(studio)
    private = {**PICTURE, "prompt": "a lighthouse for Wilhelmina", "privacy_mode": 1}
    made = api.generate("image", private).json()["data"]["creations"][0]
    body = {"model_id": 34, "image_url": made["image_url"], "privacy_mode": privacy}
    answer = api.generate("vision", body).text
    assert "creation 1 of the generator image" in answer
    shown = api.get("/creations/2").text
    for text in (answer, shown):
        assert ("Wilhelmina" in text, "lighthouse" in text) == (quoted, quoted)
    studio.close()


def picture_at(api: Api, address: str) -> str:
    data = api.call("GET", address).content
    return "data:image/webp;base64," + base64.b64encode(data).decode()


def made_by(studio: Studio, body: dict[str, Any]) -> list[str]:
    data = owner(studio).generate("joke", body).json()["data"]
    return [creation["text"] for creation in data["creations"]]


def test_a_fresh_home_repeats_and_asking_again_differs(tmp_path: Path) -> None:
    one, two = open_studio(tmp_path / "one"), open_studio(tmp_path / "two")
    first = made_by(one, {**JOKE, "count": 2})
    assert first == made_by(two, {"count": 2, **JOKE})
    assert first[0] != first[1]
    assert not set(first) & set(made_by(one, {**JOKE, "count": 2}))
    one.close()
    two.close()


@pytest.mark.parametrize("slug", ["image", "wallart", "sticker", "joke", "horoscope"])
def test_the_real_engine_makes_it(tmp_path: Path, slug: str) -> None:
    studio = Studio.open(tmp_path)
    api = owner(studio)
    model_id = 37 if slug in ("joke", "horoscope") else 10004
    response = api.generate(slug, {"model_id": model_id, "prompt": "a lighthouse in a storm"})
    assert response.status_code == 201
    item = response.json()["data"]["creations"][0]
    assert ", procedural" in item["engine"]
    assert item.get("text") or api.call("GET", item["image_url"]).content[:4] == b"RIFF"
    studio.close()


def test_another_account_asks_for_the_first_time(studio: Studio) -> None:
    jane = Api(studio, studio.mint_key("jane", user=studio.add_user("jane")))
    first = made_by(studio, JOKE)
    assert [c["text"] for c in jane.generate("joke", JOKE).json()["data"]["creations"]] == first
