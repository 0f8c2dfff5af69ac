"""The images-create API: its payloads as documented and as they may come."""

import json

import pytest

from generor_nb.contract import images_create as api

DOCUMENTED = {
    "imageId": 123,
    "createdAt": "2023-11-07T05:31:56Z",
    "generationStatus": "COMPLETED",
    "resolution": "512x512",
    "base64": "UklGRg==",
    "mimeType": "image/webp",
    "Upscaled": [{"imageId": 123, "scaleSize": ["1x", "2x"]}],
    "GenerationInfo": {"originalPrompt": "a fox", "groupId": "g1"},
}


def image(**changed):
    return api.ImagePayload.model_validate(DOCUMENTED | changed)


def test_the_documents_answer_is_read_and_what_is_not_known_is_kept():
    told = {"images": [DOCUMENTED], "defaultCredit": 9, "dailyCredit": 0, "monthlyCredit": 3.5, "new": 1}
    answer = api.CreatedPayload.model_validate_json(json.dumps(told))
    assert answer.purses == {"default": 9, "daily": 0, "monthly": 3.5}
    (first,) = answer.images
    assert (first.image_id, first.generation_info.group_id, first.failure) == (123, "g1", None)
    assert first.model_extra["Upscaled"]
    assert answer.model_extra == {"new": 1}
    assert DOCUMENTED["base64"] not in repr(answer)


def test_an_odd_field_costs_no_picture():
    first = image(createdAt="yesterday", GenerationInfo=7, bookmarked={})
    assert (first.base64, first.failure) == ("UklGRg==", None)
    assert set(first.odd) == {"createdAt", "GenerationInfo", "bookmarked"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"generationError": "out of memory"}, "out of memory"),
        ({"GenerationInfo": {"blurReason": "nudity"}}, "nudity"),
        ({"generationError": "", "GenerationInfo": {"blurReason": None}}, None),
        ({"generationStatus": "FAILED", "base64": None}, "FAILED"),
        ({"generationStatus": "ANYTHING"}, None),
        ({"base64": ""}, "no picture in the answer"),
    ],
)
def test_a_picture_that_failed_inside_a_success_says_why(changed, why):
    assert image(**changed).failure == why
