"""Media that is given: what a word means, how it travels, what is said before anything is paid."""

import asyncio
import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from generor_nb.base.errors import InvalidRequest
from generor_nb.base.files import sha256
from generor_nb.contract import describe
from generor_nb.contract.compose import compose
from generor_nb.contract.generor import GeneratorPayload, ModelPayload
from generor_nb.contract.schema import SLOTS, Ask, Medium, fingerprint
from generor_nb.references import MAX_BYTES, Place, gather, named, unsigned
from generor_nb.results import Creation, Result

CLIP = b"\0\0\0\x20ftypisom" + b"\0" * 40


def picture(colour="teal"):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(buffer, "PNG")
    return buffer.getvalue()


def creation(folder, data=None, mime="image/png", id="7"):
    file = folder / f"{id}.bin"
    file.write_bytes(data or picture())
    return Creation(id, None, file, mime, "a fox")


def result(*creations):
    return Result(creations, "image", "a fox", "studio", "Flux", 10003, False, 6, 6, 94, 1.0, "op")


def place(*, takes="bytes", address=None, served=None):
    async def fetch(url, limit):
        return (served or {})[url]

    return Place("generor", takes, lambda made: address, fetch)


def gathered(given, where=None, option="image"):
    refs = {option: given if isinstance(given, tuple) else (given,)}
    return asyncio.run(gather(refs, where or place()))[SLOTS[option].field]


def uri(data, mime="image/png"):
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


# --- what a word means ---


def test_an_address_is_an_address_whatever_else_it_could_be():
    assert named("image", "https://a.example/p.png", {"https": 1}) == "https://a.example/p.png"


def test_a_name_is_a_variable_and_else_a_file():
    Path("fox.png").write_bytes(picture())
    made = object()
    assert named("image", "earlier", {"earlier": made}) is made
    assert named("image", "fox.png", {}) == Path("fox.png")


def test_a_name_that_is_both_is_refused_with_both_ways_out():
    Path("fox").write_bytes(picture())
    with pytest.raises(InvalidRequest, match="variable and a file") as caught:
        named("image", "fox", {"fox": 1})
    assert caught.value.hint == "for the file write ./fox, for the variable {{fox}}"
    assert named("image", "./fox", {"fox": 1}) == Path("fox")


def test_what_is_nothing_names_the_nearest_result(tmp_path):
    word = named("image", "lighthous", {"lighthouse": result(creation(tmp_path)), "lighthouse2": 5})
    with pytest.raises(InvalidRequest, match="no address, no variable and no file") as caught:
        gathered(word)
    assert caught.value.nearest == ["lighthouse"]


# --- how it travels ---


@pytest.mark.parametrize("kind", ["path", "text", "bytes", "picture", "creation", "result", "data"])
def test_everything_reaches_the_studio_as_the_same_bytes(tmp_path, kind):
    data = picture()
    (tmp_path / "fox.png").write_bytes(data)
    made = creation(tmp_path, data)
    given = {
        "path": tmp_path / "fox.png",
        "text": str(tmp_path / "fox.png"),
        "bytes": data,
        "picture": Image.open(io.BytesIO(data)),
        "creation": made,
        "result": result(made),
        "data": uri(data),
    }[kind]
    [medium] = gathered(given)
    sent = base64.b64decode(medium.address.partition(",")[2])
    assert Image.open(io.BytesIO(sent)).tobytes() == Image.open(io.BytesIO(data)).tobytes()
    assert medium.address.startswith("data:image/png;base64,")
    assert medium.digest == f"sha256:{sha256(sent)}"


def test_what_is_uploaded_later_is_known_by_its_content_alone(tmp_path):
    data = picture()
    (tmp_path / "fox.png").write_bytes(data)
    there = place(takes="uploads", address="https://kept.example/1", served={"https://a.example/p": data})
    ones = [
        gathered(given, there)
        for given in (tmp_path / "fox.png", creation(tmp_path, data), "https://a.example/p")
    ]
    assert ones == [(Medium("", f"sha256:{sha256(data)}", data, "image/png"),)] * 3


def test_a_name_that_only_the_provider_knows_goes_there_as_it_is():
    kept = named("image", "1/reference-1.png", {})
    there = place(takes="paths")
    assert gathered(kept, there) == (Medium("1/reference-1.png", "path:1/reference-1.png"),)
    assert gathered("1/reference-1.png", there) == gathered(kept, there)


@pytest.mark.parametrize("given", ["https://a.example/p.png", Path("fox.png"), b"bytes", ""])
def test_one_that_keeps_its_pictures_takes_nothing_else(given):
    with pytest.raises(InvalidRequest, match="that it keeps"):
        gathered(given, place(takes="paths"))


def test_an_address_is_fetched_for_the_studio():
    data = picture()
    [medium] = gathered("https://a.example/p", place(served={"https://a.example/p": data}))
    assert medium == Medium(uri(data), f"sha256:{sha256(data)}")


def test_an_address_goes_to_a_real_server_as_it_is():
    address = "https://a.example/p.png?v=2&X-Amz-Signature=12"
    [medium] = gathered(address, place(takes="addresses"))
    assert medium == Medium(address, "url:https://a.example/p.png?v=2")


def test_what_was_made_there_goes_by_its_address_and_is_known_by_its_content(tmp_path):
    made = creation(tmp_path)
    [medium] = gathered(made, place(takes="addresses", address="https://g.example/7.png?Expires=9"))
    assert medium == Medium("https://g.example/7.png?Expires=9", f"sha256:{sha256(picture())}")


@pytest.mark.parametrize("given", ["file", "bytes", "elsewhere", "http://a.example/p.png", uri(picture())])
def test_what_lies_here_cannot_reach_a_real_server(tmp_path, given):
    (tmp_path / "p.png").write_bytes(picture())
    local = {"file": tmp_path / "p.png", "bytes": picture(), "elsewhere": creation(tmp_path)}
    with pytest.raises(InvalidRequest, match="no way to upload") as caught:
        gathered(local.get(given, given), place(takes="addresses"))
    assert "https" in caught.value.hint


def test_of_several_creations_the_first_of_the_kind_is_taken(tmp_path):
    words = Creation("t", None, None, "text/plain", "p", text="words")
    one, two = creation(tmp_path, picture("red"), id="1"), creation(tmp_path, picture("blue"), id="2")
    [medium] = gathered(result(words, one, two))
    assert medium.digest == f"sha256:{sha256(picture('red'))}"


@pytest.mark.parametrize(
    ("given", "option", "what"),
    [
        (b"<html>", "image", "needs a picture, this is application/octet-stream"),
        (b"<svg xmlns='x'/>", "image", "needs a picture, this is image/svg"),
        (picture(), "video", "needs a video, this is image/png"),
        (CLIP, "audio", "needs a sound, this is video/mp4"),
        (5, "image", "--image cannot be int"),
        ([picture()], "image", "--image cannot be list"),
        ("nowhere.png", "image", "cannot read nowhere.png"),
        ("data:image/png;base64,!!", "image", "cannot read data:image/png"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * MAX_BYTES, "image", "10.0 MB are too much"),
    ],
)
def test_what_cannot_be_given_is_named(given, option, what):
    with pytest.raises(InvalidRequest, match=what):
        gathered(given, option=option)


def test_a_file_too_large_is_not_even_read(tmp_path):
    file = tmp_path / "huge.png"
    with file.open("wb") as open_file:
        open_file.truncate(1 << 40)  # sparse
    with pytest.raises(InvalidRequest, match="too much"):
        gathered(file)


def test_only_what_signs_is_left_out_of_an_address():
    assert unsigned("https://A.example/p?a=1&sig=2&Policy=3&x-goog-date=4&id=5#x") == (
        "https://a.example/p?a=1&id=5"
    )


# --- checked against the model ---

VIDEO = {"type": "video", "credit_cost": 6, "supported_durations": [4, 6, 8], "default_duration": 8}
MODELS = [
    describe.model(ModelPayload.model_validate({**VIDEO, **row}))
    for row in (
        {"id": 20001, "name": "Veo 3.1", "supports_audio": True, "supports_end_frame": True},
        {"id": 20015, "name": "Hailuo 2.3", "supports_audio": False, "supports_end_frame": False},
        {"id": 20050, "name": "Happy Horse 1.0 R2V"},
        {"id": 20051, "name": "Happy Horse Video Edit"},
        {"id": 20060, "name": "Dreamina Seedance 2.0 (480p)", "supports_audio": True},
        {"id": 34, "name": "Qwen VL Max", "type": "text", "supported_durations": None},
    )
]
CLIPS = describe.generator(GeneratorPayload(slug="video", type="video"), MODELS)
SEEN = describe.generator(GeneratorPayload(slug="vision", title="Vision", type="text"), MODELS)
PIC, OTHER, FILM = Medium("data:1", "sha256:1"), Medium("data:2", "sha256:2"), Medium("data:3", "sha256:3")


def composed(model=20001, generator=CLIPS, prompt="a fox", **values):
    return compose("studio", generator, MODELS, Ask(generator.slug, prompt, model=model, **values))


def test_media_stand_in_the_documented_fields_in_their_order():
    fields = composed(
        20060,
        media={"reference_images": (PIC, OTHER), "reference_videos": (FILM,), "video_url": (FILM,)},
        seconds=8,
        audio_track=False,
        team=7,
    ).fields
    assert fields["reference_images"] == ["data:1", "data:2"]
    assert fields["reference_videos"] == ["data:3"]
    assert fields["video_url"] == "data:3"
    assert (fields["seconds"], fields["generate_audio"], fields["team_id"]) == (8, False, 7)


def test_the_fingerprint_follows_the_content_and_not_the_way_there():
    def mark(medium):
        return fingerprint(composed(media={"image_url": (medium,)}), "u", "a")

    assert mark(PIC) == mark(Medium("/users/1/img/7.png?Expires=5", "sha256:1"))
    assert mark(PIC) != mark(OTHER)


def test_without_media_the_fingerprint_is_that_of_the_body():
    request = composed()
    assert request.identity == ""
    assert fingerprint(request, "u", "a") != fingerprint(composed(seconds=5), "u", "a")


@pytest.mark.parametrize(
    ("model", "most"), [("Veo 3.1", 3), ("Happy Horse 1.0 R2V", 9), ("Happy Horse Video Edit", 5), (20060, 9)]
)
def test_a_model_takes_as_many_references_as_the_document_says(model, most):
    film = {"video_url": (FILM,)}
    composed(model, media={**film, "reference_images": (PIC,) * most})
    with pytest.raises(InvalidRequest, match=f"{most + 1} times") as caught:
        composed(model, media={**film, "reference_images": (PIC,) * (most + 1)})
    assert f"at most {most}" in caught.value.hint


@pytest.mark.parametrize("prompt", ["[Image3] runs", "[image 9]", "[Image0]"])
def test_a_prompt_that_speaks_of_more_pictures_than_there_are_is_refused(prompt):
    with pytest.raises(InvalidRequest, match="references given: 2"):
        composed(prompt=prompt, media={"reference_images": (PIC, OTHER)})


def test_a_prompt_that_speaks_of_those_that_are_there_is_fine():
    composed(prompt="[Image1] meets [Image2]", media={"reference_images": (PIC, OTHER)})
    assert composed(34, SEEN, "what is [Image1]?", media={"image_url": (PIC,)}).prompt == "what is [Image1]?"


@pytest.mark.parametrize(
    ("model", "values", "note"),
    [
        (20015, {"audio_track": True}, "--audio-track is ignored by Hailuo 2.3."),
        (20015, {"media": {"ending_frame_url": (PIC,), "image_url": (PIC,)}}, "--end-image is ignored by"),
        (20001, {"media": {"ending_frame_url": (PIC,)}}, "--end-image is ignored without --image."),
        (20015, {"media": {"reference_images": (PIC,)}}, "--reference is ignored by Hailuo 2.3."),
        (20001, {"media": {"reference_audio": (PIC,)}}, "--audio is ignored by Veo 3.1."),
        (20001, {"language": "ko"}, "--language is ignored by Veo 3.1."),
    ],
)
def test_what_a_model_ignores_is_said(model, values, note):
    assert [note in said for said in composed(model, **values).notes] == [True]


def test_what_is_not_known_of_an_older_server_is_not_warned_about():
    old = describe.model(ModelPayload(id=20099, name="New", type="video"))
    request = compose("generor", CLIPS, [old], Ask("video", "x", model=20099, seconds=5, audio_track=True))
    assert request.notes == ()


@pytest.mark.parametrize(("asked", "used"), [(3, 4), (5, 4), (7, 6), (60, 8)])
def test_a_length_that_will_be_snapped_is_known_before(asked, used):
    request = composed(seconds=asked)
    assert request.adjustments["seconds"]["used"] == used
    assert request.fields["seconds"] == asked
    assert composed(seconds=8).adjustments == {}


def test_what_is_needed_is_asked_for():
    with pytest.raises(InvalidRequest, match='"Happy Horse Video Edit" needs a video') as caught:
        composed(20051)
    assert "--video" in caught.value.hint
    with pytest.raises(InvalidRequest, match='"Vision" needs a picture'):
        composed(34, SEEN, None)
    assert composed(34, SEEN, None, media={"image_url": (PIC,)}).fields["image_url"] == "data:1"


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"seconds": 0}, "--seconds cannot be 0"),
        ({"team": 0}, "--team cannot be 0"),
        ({"temperature": 2.5}, "--temperature cannot be 2.5"),
        ({"settings": {"image_url": "x"}}, "image_url has an option of its own"),
        ({"settings": {"seconds": 5}}, "seconds has an option of its own"),
    ],
)
def test_values_out_of_bounds_are_refused(values, what):
    with pytest.raises(InvalidRequest, match=what):
        composed(**values)


def test_a_text_field_is_given_once():
    request = composed(34, SEEN, "x", language="ko", media={"image_url": (PIC,)})
    assert request.fields["language"] == "ko"
    with pytest.raises(InvalidRequest, match="option of its own"):
        composed(34, SEEN, "x", language="ko", settings={"language": "en"}, media={"image_url": (PIC,)})
