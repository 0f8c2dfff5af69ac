"""Background removal: against the true outlines of the studio's own subjects, and honest where it fails."""

from __future__ import annotations

import functools
import json
from typing import Any

import numpy as np
import pytest
from pictures import Numbers, before, decoded, job, numbers, place
from PIL import Image, ImageDraw, ImageFilter

from generor_nb.studio.engines import EngineError
from generor_nb.studio.engines.cutout import LOW, make

pytestmark = pytest.mark.slow


@functools.cache
def ground(name: str) -> Image.Image:
    if name.startswith("#"):
        return Image.new("RGB", (480, 480), name)
    if name == "studio":
        return Image.linear_gradient("L").resize((480, 480)).point(lambda v: 170 + v // 4).convert("RGB")
    return place(name)


@functools.cache
def case(name: str, where: str) -> tuple[dict[str, Any], Numbers]:
    picture, truth = before(ground(where), name)
    return make(job(picture)), truth


def iou(made: dict[str, Any], truth: Numbers) -> float:
    found = numbers(decoded(made))[..., 3] > 127
    return float((found & (truth > 127)).sum() / (found | (truth > 127)).sum())


PLAIN = [(n, g) for n in ("fox", "penguin", "teapot", "robot") for g in ("#ffffff", "#3f78c8", "studio")]
SCENES = [(n, g) for n in ("fox", "penguin", "turtle") for g in ("the open sea at day", "mountains in snow")]
EMPTY = [
    "green hills at day",
    "mountains at sunset",
    "the open sea at day",
    "fog over hills",
]


@pytest.mark.parametrize(("name", "where"), PLAIN)
def test_a_subject_before_a_plain_ground_is_cut_out_and_it_is_sure(name: str, where: str) -> None:
    made, truth = case(name, where)
    assert iou(made, truth) > 0.93
    assert made["facts"]["confidence"] >= 0.8
    assert made["facts"]["note"] == f"confidence {made['facts']['confidence']:.2f}"


def test_subjects_before_plain_grounds_overlap_the_truth_almost_wholly() -> None:
    assert np.mean([iou(*case(name, where)) for name, where in PLAIN]) > 0.97


@pytest.mark.parametrize(("name", "where"), SCENES)
def test_a_subject_in_a_scene_is_cut_out(name: str, where: str) -> None:
    made, truth = case(name, where)
    assert iou(made, truth) > 0.9


@pytest.mark.parametrize("where", EMPTY)
def test_a_place_without_a_subject_is_said_to_be_a_guess(where: str) -> None:
    made = make(job(place(where)))
    assert made["fields"]["confidence"] < LOW
    assert "low" in made["facts"]["note"]
    assert "guess" in made["facts"]["note"]


def test_confidence_tells_good_outlines_from_bad_ones() -> None:
    crowded = [(n, "a cozy room") for n in ("fox", "teapot", "owl", "guitar")]
    cases = [case(*one) for one in (*PLAIN, *SCENES, *crowded)]
    told = [made["facts"]["confidence"] for made, _ in cases]
    assert np.corrcoef(told, [iou(*one) for one in cases])[0, 1] > 0.7


@pytest.mark.parametrize("kind", ["even", "noise"])
def test_where_nothing_stands_out_it_is_refused_and_so_costs_nothing(kind: str) -> None:
    noise = np.random.RandomState(2).randint(0, 255, (300, 300, 3)).astype(np.uint8)
    picture = Image.new("RGB", (200, 120), "#8899aa") if kind == "even" else Image.fromarray(noise)
    with pytest.raises(EngineError, match="Nothing in this picture stands out"):
        make(job(picture))


def test_the_outline_is_soft_where_the_picture_is() -> None:
    made, truth = case("fox", "#ffffff")
    alpha = numbers(decoded(made))[..., 3]
    assert ((alpha > 20) & (alpha < 235)).sum() > 200
    assert np.abs(alpha - truth).mean() < 2


def test_nothing_of_the_ground_is_left_where_it_is_clear() -> None:
    made, _ = case("fox", "#3f78c8")
    pixels = numbers(decoded(made))
    assert not pixels[pixels[..., 3] == 0].any()


def test_half_covered_pixels_have_the_colour_of_the_subject() -> None:
    sheet = Image.new("RGB", (1200, 1200), "#00c000")
    ImageDraw.Draw(sheet).ellipse((330, 330, 870, 870), fill="#d02020")
    made = make(job(sheet.filter(ImageFilter.GaussianBlur(2)).reduce(3)))
    pixels = numbers(decoded(made))
    edge = pixels[(pixels[..., 3] > 40) & (pixels[..., 3] < 200)]
    assert len(edge) > 100
    assert (edge[:, 0] > edge[:, 1]).mean() > 0.95


def test_a_hole_shows_through() -> None:
    sheet = Image.new("RGB", (400, 400), "#e8e8f0")
    draw = ImageDraw.Draw(sheet)
    draw.ellipse((90, 90, 310, 310), fill="#803020")
    draw.ellipse((150, 150, 250, 250), fill="#e8e8f0")
    alpha = numbers(decoded(make(job(sheet))))[..., 3]
    assert (alpha[200, 200], alpha[200, 120]) == (0, 255)


def test_what_is_cut_out_already_stays_as_it_is() -> None:
    sprite, _ = before(Image.new("RGB", (200, 200)), "cup")
    given = sprite.convert("RGBA")
    given.putalpha(Image.radial_gradient("L").resize((200, 200)))
    made = make(job(given))
    assert np.array_equal(numbers(decoded(made)), numbers(given))
    assert "already" in made["facts"]["note"]


@pytest.mark.parametrize(("shadow", "darker"), [("soft", True), ("none", False)])
def test_a_product_stands_on_white_with_a_shadow_if_asked(shadow: str, darker: bool) -> None:
    picture, truth = before(ground("#3f78c8"), "teapot")
    made = decoded(make(job(picture, {"ground": "#ffffff"}, product_cutout_shadow=shadow)))
    pixels, rows = numbers(made), np.flatnonzero((truth > 127).any(1))
    below = pixels[rows[-1] + 3 : rows[-1] + 9, 160:320]
    assert made.mode == "RGB"
    assert (pixels[4, 4] == 255).all()
    assert bool(below.min() < 225) is darker


def test_the_size_and_shape_of_the_picture_stay() -> None:
    picture, _ = before(ground("#ffffff"), "fox")
    made = make(job(picture.crop((40, 0, 440, 480))))
    assert decoded(made).size == (made["width"], made["height"]) == (400, 480)


def test_it_is_repeatable_and_its_facts_are_data() -> None:
    picture, _ = before(ground("#ffffff"), "cup")
    first, second = make(job(picture)), make(job(picture))
    assert first["data"] == second["data"]
    assert json.loads(json.dumps(first["facts"]))["engine"] == "cutout"
