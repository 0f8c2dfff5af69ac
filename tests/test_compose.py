import json

import pytest

from generor_nb.base.errors import InvalidRequest
from generor_nb.contract import describe
from generor_nb.contract.checks import choice_of
from generor_nb.contract.compose import compose
from generor_nb.contract.generor import GeneratorPayload, ModelPayload
from generor_nb.contract.schema import Ask, Field, Option, fingerprint

RATIOS = [
    {"id": i, "ratio": r} for i, r in enumerate(["1:1", "3:4", "4:3", "16:9", "9:16", "match_input_image"], 1)
]
MODELS = [
    describe.model(ModelPayload.model_validate(row))
    for row in (
        {"id": 37, "name": "Gemini 3.5 Flash", "type": "text", "credit_cost": 1},
        {"id": 10003, "name": "Flux Schnell", "type": "image", "credit_cost": 6, "aspect_ratios": RATIOS},
        {"id": 10001, "name": "Flux 1.1 Pro", "type": "image", "credit_cost": 80},
    )
]
WALLART = describe.generator(
    GeneratorPayload.model_validate(
        {
            "slug": "wallart",
            "type": "image",
            "parameters": [
                {"id": "model-image", "type": "model", "default": "10003"},
                {"id": "wallart-count", "type": "number", "min": 1, "max": 10, "default": 1},
                {"id": "image-aspect-ratio", "type": "enum", "options": ["1", "4"], "default": "4"},
                {
                    "id": "wallart-type",
                    "type": "enum",
                    "options": [{"value": "framed-print"}, {"value": "canvas"}],
                },
                {"id": "wallart-depth", "type": "number", "min": 1, "max": 5, "step": 1},
            ],
        }
    ),
    MODELS,
)
HOROSCOPE = describe.generator(
    GeneratorPayload.model_validate(
        {
            "slug": "horoscope",
            "prompt_required": False,
            "parameters": [
                {"id": "model-text", "type": "model", "default": 37},
                {"id": "mode", "type": "enum", "options": ["a", "b"]},
                {"id": "zodiac-sign", "type": "enum", "options": ["aries", "taurus"]},
            ],
        }
    ),
    MODELS,
)


def request(generator=WALLART, **values):
    return compose("studio", generator, MODELS, Ask(generator.slug, values.pop("prompt", "a lake"), **values))


def test_the_default_model_is_resolved_and_private_is_the_default():
    assert request().fields == {"model_id": 10003, "privacy_mode": 1, "count": 1, "prompt": "a lake"}


@pytest.mark.parametrize("model", [10001, "10001", "Flux 1.1 Pro", "flux 1.1 PRO"])
def test_a_model_is_found_by_id_or_name(model):
    assert request(model=model).model.id == 10001


@pytest.mark.parametrize(
    ("asked", "sent"), [("16:9", "16:9"), ("wide", "16:9"), ("Square", "1:1"), ("3 : 4", "3:4")]
)
def test_aspect_ratios_are_sent_as_strings(asked, sent):
    assert request(aspect=asked).fields["aspect_ratio"] == sent


def test_parameters_and_body_fields_go_where_they_belong():
    body = request(
        HOROSCOPE, settings={"zodiac-sign": "Aries", "temperature": "0.5", "body.mode": "x"}
    ).fields
    assert body["parameters"] == {"zodiac-sign": "aries"}
    assert (body["temperature"], body["mode"]) == (0.5, "x")


def test_a_generator_may_do_without_a_prompt():
    assert "prompt" not in request(HOROSCOPE, prompt="  ").fields


@pytest.mark.parametrize(
    ("values", "what", "hint"),
    [
        ({"model": "Flux Snell"}, 'no model "Flux Snell"', '"Flux Schnell"'),
        ({"model": 37}, "is for text", "Flux"),
        ({"count": 0}, "count 0", "1 to 10"),
        ({"count": True}, "count True", "1 to 10"),
        ({"aspect": "5:4"}, "5:4", "16:9"),
        ({"aspect": "1:1", "model": 10001}, "no choice of aspect", "--aspect"),
        ({"prompt": " \n"}, "prompt is empty", "cell"),
        ({"prompt": "x" * 10_001}, "10001 characters", "10000"),
        ({"settings": {"wallart-tipe": "canvas"}}, 'no field "wallart-tipe"', "wallart-type"),
        ({"settings": {"zzz": 1}}, 'no field "zzz"', "it has: wallart-type"),
        ({"settings": {"wallart-type": "canvass"}}, 'cannot be "canvass"', "canvas"),
        ({"settings": {"wallart-depth": "deep"}}, 'not "deep"', "from 1 to 5"),
        ({"settings": {"wallart-depth": 9}}, "cannot be 9", "from 1 to 5"),
        ({"settings": {"wallart-depth": 1.5}}, "cannot be 1.5", "from 1 to 5"),
        ({"settings": {"wallart-depth": "nan"}}, "nan", "from 1 to 5"),
        ({"settings": {"image-aspect-ratio": "4"}}, "option of its own", "--aspect"),
        ({"settings": {"model-image": "10001"}}, "option of its own", "--model"),
        ({"settings": {"model_id": 10001}}, "option of its own", "--model"),
        ({"settings": {"wallart-count": 2}}, "option of its own", "--count"),
        ({"settings": {"privacy_mode": 0}}, "option of its own", "--public"),
        ({"settings": {"temperature": 1}}, "no field", "wallart"),
    ],
)
def test_bad_input_names_what_was_wrong_and_what_would_be_right(values, what, hint):
    with pytest.raises(InvalidRequest) as caught:
        request(**values)
    assert what in caught.value.what
    assert hint in caught.value.hint


def test_a_wrong_value_of_many_is_told_the_likely_ones_first_and_then_others():
    names = ("oil", "pastel", "mosaic", "noir", "poster", "watercolour")
    style = Field("style", "choice", "Style", options=tuple(Option(name, name) for name in names))
    with pytest.raises(InvalidRequest) as caught:
        choice_of(style, "watercolor")
    assert caught.value.hint == "use one of: watercolour, pastel, oil, mosaic, noir, poster"


def test_a_key_that_is_both_must_say_which():
    with pytest.raises(InvalidRequest, match=r"parameters\.mode or body\.mode"):
        request(HOROSCOPE, settings={"mode": "a"})


def test_an_older_payload_without_type_is_read():
    assert HOROSCOPE.type == "text"


def test_equal_requests_are_equal_bytes():
    one = request(settings={"wallart-type": "canvas", "wallart-depth": 2}, aspect="1:1")
    two = request(aspect="square", settings={"wallart-depth": "2", "wallart-type": "CANVAS"})
    assert one.body == two.body


def test_the_fingerprint_tells_apart_what_costs_apart():
    base = request()
    prints = {
        fingerprint(base, "https://a", "1"),
        fingerprint(base, "https://b", "1"),
        fingerprint(base, "https://a", "2"),
        fingerprint(request(public=True), "https://a", "1"),
        fingerprint(request(count=2), "https://a", "1"),
        fingerprint(request(model=10001), "https://a", "1"),
    }
    assert len(prints) == 6


def test_the_body_is_canonical_json():
    body = request(prompt="é ☃").body
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
