"""Clips: lengths that a model makes, and their prices."""

from __future__ import annotations

from typing import Any

import pytest

from generor_nb.studio.catalogue import Catalogue, Generator, Model
from generor_nb.studio.durations import snap
from generor_nb.studio.order import Order, read_order

LENGTHS = [5, 6, 7, 8, 10, 12, 15]


def model(**facts: Any) -> Model:
    about = {"name": "Clips", "provider": "studio", "description": "For a test.", "credit_cost": 6}
    clips = {"supported_durations": LENGTHS, "default_duration": 8, "supports_audio": True}
    return Model(**{"id": 20061, "type": "video", "audio_cost_multiplier": 2, **about, **clips, **facts})


GENERATOR = Generator(
    slug="video",
    title="Video",
    description="For a test.",
    icon="v",
    status="active",
    kind="video",
    engine="scene",
    prompt="required",
    model=20061,
)


def order(made_by: Model | None = None, **sent: Any) -> Order:
    catalogue = Catalogue(generators={"video": GENERATOR}, models={20061: made_by or model()})
    return read_order(catalogue, GENERATOR, {"model_id": 20061, "prompt": "waves", **sent}, paid=True)


@pytest.mark.parametrize(
    ("asked", "used"), [(1, 5), (3, 5), (5, 5), (9, 8), (11, 10), (13, 12), (14, 15), (99, 15), (10**18, 15)]
)
def test_the_nearest_length_is_made_and_the_lower_on_a_tie(asked: int, used: int) -> None:
    assert snap(asked, LENGTHS) == used
    made = order(seconds=asked)
    assert (made.fields["seconds"], made.price().total) == (used, 6 * used)


def test_the_documents_adjustment() -> None:
    made = order(seconds=3)
    assert made.adjustments() == {
        "seconds": {
            "requested": 3,
            "used": 5,
            "supported": LENGTHS,
            "reason": "snapped to nearest provider-supported duration",
        }
    }
    assert made.price().total == 30


@pytest.mark.parametrize("sent", [{}, {"seconds": 8}, {"seconds": None}])
def test_what_was_asked_for_or_the_default_needs_no_adjustment(sent: dict[str, Any]) -> None:
    made = order(**sent)
    assert (made.adjustments(), made.price().total, made.fields["seconds"]) == ({}, 48, 8)


def test_sound_costs_more_where_a_model_makes_it() -> None:
    assert order(generate_audio=True).price().total == 96
    assert order(generate_audio=False).price().total == 48
    assert order(model(supports_audio=False), generate_audio=True).price().total == 48


def test_several_clips_have_the_discount_on_the_whole() -> None:
    cost = order(seconds=5, count=3).price()
    assert (cost.per_item, cost.discount_percent, cost.discount, cost.total) == (30, 3, 2, 88)
