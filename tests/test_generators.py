"""Every active generator, asked with its defaults through its engine: it answers, and what is set matters."""

from __future__ import annotations

import base64
import io
import itertools
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from generor_nb.base.media import sniff
from generor_nb.studio.catalogue import Generator, load
from generor_nb.studio.engines import run

pytestmark = pytest.mark.slow

ACTIVE = {slug: one for slug, one in load().generators.items() if one.status == "active"}
PICTURES = sorted(slug for slug, one in ACTIVE.items() if one.kind == "image")
WORKED_ON = ("upscale", "backgroundremoval", "vector")
WORKERS = sorted(slug for slug, one in ACTIVE.items() if one.kind in WORKED_ON)
TEXTS = sorted(slug for slug, one in ACTIVE.items() if one.kind == "text" and not one.needs_image)
PROMPT = "a fox in a forest"
SIDE = 256
ROOMY = {"coloring-page": 640}  # its lines have a least width


def job(generator: Generator, prompt: str = PROMPT, **changed: str) -> dict[str, Any]:
    return {
        "engine": generator.engine,
        "generator": generator.slug,
        "preset": generator.preset,
        "prompt": prompt,
        "seed": 1,
        "index": 0,
        "count": 1,
        "width": ROOMY.get(generator.slug, SIDE),
        "height": ROOMY.get(generator.slug, SIDE),
        "parameters": {**generator.defaults(), **changed},
        "fields": {},
    }


@cache
def drawn(slug: str, prompt: str = PROMPT) -> dict[str, Any]:
    return run(job(ACTIVE[slug], prompt))


def own_choices(generator: Generator) -> dict[str, list[str]]:
    """The other values of every choice that is the generator's own."""
    borrowed = {name for names in generator.borrows.values() for name in names}
    found = {}
    for parameter in generator.parameters:
        others = [o.value for o in parameter.options if o.value not in (parameter.default, "auto")]
        if others and parameter.id not in {*borrowed, "image-aspect-ratio"}:
            found[parameter.id] = others
    return found


@pytest.mark.parametrize("slug", PICTURES)
def test_a_picture_is_drawn_from_the_words(slug: str) -> None:
    made = drawn(slug)
    assert sniff(made["data"]) == made["mime"]
    assert Image.open(io.BytesIO(made["data"])).size == (made["width"], made["height"])
    assert made["width"] == ROOMY.get(slug, SIDE)
    assert made["facts"]["engine"] == "scene"
    assert drawn(slug, "a green tree in the snow")["data"] != made["data"]


@pytest.mark.parametrize("slug", [slug for slug in PICTURES if own_choices(ACTIVE[slug])])
def test_what_is_chosen_changes_the_picture(slug: str) -> None:
    for name, others in own_choices(ACTIVE[slug]).items():
        # One of them may be what the seed chose by itself.
        made = (run(job(ACTIVE[slug], **{name: value}))["data"] for value in reversed(others))
        assert any(data != drawn(slug)["data"] for data in made), name


@pytest.mark.parametrize("slug", PICTURES)
def test_a_given_picture_is_used_or_said_not_to_be(slug: str) -> None:
    buffer = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(buffer, "PNG")
    address = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    made = run({**job(ACTIVE[slug]), "fields": {"image_url": address}})
    assert (made["data"] == drawn(slug)["data"]) is ACTIVE[slug].ignores_image


@cache
def sticker() -> str:
    buffer = io.BytesIO()
    picture = Image.new("RGB", (120, 90), "#c8ccd0")
    ImageDraw.Draw(picture).ellipse((35, 20, 85, 70), fill="#c01818")
    picture.paste(Image.radial_gradient("L").resize((30, 30)), (45, 30))
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize("slug", WORKERS)
def test_a_picture_is_worked_on_and_every_choice_matters(slug: str) -> None:
    generator = ACTIVE[slug]
    given = {"fields": {"image_url": sticker()}}
    made = run({**job(generator, ""), **given})
    assert sniff(made["data"]) == made["mime"]
    assert made["facts"]["note"]
    for name, others in own_choices(generator).items():
        for value in others:
            assert run({**job(generator, "", **{name: value}), **given})["data"] != made["data"], (
                name,
                value,
            )


def test_generators_do_not_draw_alike() -> None:
    small = {
        slug: np.asarray(Image.open(io.BytesIO(drawn(slug)["data"])).convert("RGB").resize((24, 24)), float)
        for slug in PICTURES
    }
    apart = {
        (one, other): float(np.abs(small[one] - small[other]).mean())
        for one, other in itertools.combinations(PICTURES, 2)
    }
    nearest = min(apart, key=lambda pair: apart[pair])
    assert apart[nearest] > 5, f"{nearest} are {apart[nearest]:.1f} of 255 apart"


@pytest.mark.parametrize("slug", TEXTS)
def test_a_text_is_written(slug: str) -> None:
    made = run(job(ACTIVE[slug], "a bakery by the sea"))
    assert len(made["text"].split()) >= 5
    assert made["facts"]["engine"] == "words"
