"""gptimage2: what may be asked, what is sent, what is charged."""

import json

import pytest

from generor_nb.base.errors import InvalidRequest
from generor_nb.contract import gptimage2 as api
from generor_nb.contract.schema import Ask, Medium, fingerprint
from generor_nb.providers.refusals import told_in

TEXT2IMG, EDIT = api.GENERATORS


def picture(name, address=""):
    return Medium(address, f"sha256:{name}", name.encode(), "image/png")


def edit(*names, **given):
    media = {"reference_images": tuple(picture(name) for name in names)} if names else {}
    return api.compose(EDIT, Ask("edit", "in snow", media=media, **given))


# --- what may be asked ---


def test_a_request_says_everything_that_has_a_default():
    request = api.compose(TEXT2IMG, Ask("text2img", "a fox"))
    body = {"type": "text2img", "prompt": "a fox", "n": 1, "size": "1024x1024", "quality": "medium"}
    assert (request.fields, request.public) == (body, True)


@pytest.mark.parametrize(("aspect", "size"), [("2:3", "1024x1536"), ("1536x1024", "1536x1024")])
def test_a_ratio_is_a_size(aspect, size):
    request = api.compose(TEXT2IMG, Ask("text2img", "a fox", aspect=aspect, settings={"quality": "high"}))
    assert (request.fields["size"], request.fields["quality"]) == (size, "high")


@pytest.mark.parametrize(
    ("given", "field", "right"),
    [
        ({"prompt": "x" * 4001}, "prompt", "4000"),
        ({"prompt": " "}, "prompt", "cell"),
        ({"count": 5}, "count", "from 1 to 4"),
        ({"aspect": "16:9"}, "aspect", "1:1, 2:3, 3:2"),
        ({"settings": {"quality": "best"}}, "quality", "low, medium, high"),
        ({"settings": {"qualty": "low"}}, "qualty", "quality"),
        ({"settings": {"count": 2}}, "count", "--count"),
        ({"seconds": 5}, "--seconds", "leave --seconds out"),
        ({"media": {"image_url": (picture("a"),)}}, "--image", "leave --image out"),
        ({"model": "Flux"}, "model", "GPT Image 2"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_sent(given, field, right):
    with pytest.raises(InvalidRequest) as caught:
        api.compose(TEXT2IMG, Ask("text2img", **{"prompt": "a fox", **given}))
    assert caught.value.field == field
    assert right in caught.value.hint


@pytest.mark.parametrize("names", [(), tuple("abcde")])
def test_an_edit_takes_one_to_four_pictures(names):
    with pytest.raises(InvalidRequest):
        edit(*names)


def test_the_same_picture_is_the_same_request_whatever_it_is_called_after_upload():
    first, again = edit("a", "b"), edit("a", "b")
    sent = api.uploaded(again, ["inputs/1", "inputs/2"])
    assert sent.fields["inputImageKeys"] == ["inputs/1", "inputs/2"]
    assert (
        fingerprint(first, "u", "me")
        == fingerprint(sent, "u", "me")
        != fingerprint(edit("b", "a"), "u", "me")
    )


# --- what it costs ---


def test_low_is_one_credit_a_picture_and_the_others_are_not_told():
    low = api.compose(TEXT2IMG, Ask("text2img", "a fox", count=3, settings={"quality": "low"}))
    high = api.compose(TEXT2IMG, Ask("text2img", "a fox", count=2, settings={"quality": "high"}))
    assert (api.estimate(low).credits, api.estimate(low).basis) == (3, "fixed")
    assert (api.estimate(high).credits, api.estimate(high).at_most) == (None, 48)


@pytest.mark.parametrize(("status", "net"), [("succeeded", 6), ("failed", 0), ("blocked", 0)])
def test_what_failed_or_was_blocked_costs_nothing(status, net):
    told = api.GenerationPayload.model_validate({"id": "g", "status": status, "costCredits": 6})
    assert told.net == net


# --- what is answered ---


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error": "Invalid body"}, "Invalid body"),
        ({"error": {"message": "Too long"}}, "Too long"),
        ({"error": {"issues": [{"path": ["n"], "message": "Too big"}]}}, "n: Too big"),
        ({"message": "No", "code": 7}, "No"),
        ({}, ""),
        ([], ""),
    ],
)
def test_a_refusal_is_read_in_every_usual_form(body, text):
    assert told_in(json.dumps(body).encode()) == text


def test_a_page_that_is_no_json_says_nothing():
    assert told_in(b"<html>") == ""
