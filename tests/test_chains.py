"""Going on from what was made: each step is a request of its own, and what it came from is kept."""

import json
import pickle

import pytest

import generor_nb as gn
from generor_nb import api
from generor_nb.base.errors import GenerorError, InvalidRequest, OverBudget
from generor_nb.results import Creation
from generor_nb.spending.lineage import ancestry


def spends(studio):
    return len(api.wait(studio.provider._data("GET", "/credits/transactions?type=spend")))


def body(studio, result):
    return json.loads(studio.journal.get(result.operation).body)


def made_by(studio):
    return {g.slug for g in api.wait(studio.generators())}


def test_an_edit_is_a_paid_request_of_its_own_and_only_once(studio):
    first = gn.generate("image", "a red barn")
    edited = first.edit("a red barn in ink", settings={"image-style": "ink"})
    assert (edited.charge, edited.replayed) == (6, False)
    assert first.edit("a red barn in ink", settings={"image-style": "ink"}).replayed
    assert body(studio, edited)["image_url"].endswith(".webp")
    assert spends(studio) == 2


def test_a_description_of_one_creation_of_several(studio):
    first = gn.generate("image", "a red barn", count=2)
    seen = first[1].describe()
    assert seen.generator == "vision"
    assert body(studio, seen)["image_url"] != body(studio, first.describe())["image_url"]


def test_the_lineage_goes_back_to_the_first(studio):
    first = gn.generate("image", "a red barn")
    edited = first.edit("a red barn in ink")
    seen = edited.describe()
    assert [step.operation for step in seen.lineage] == [first.operation, edited.operation, seen.operation]
    assert [step.back for step in seen.lineage] == [2, 1, 0]
    lines = repr(seen.lineage).splitlines()
    assert [line.lstrip().split(" · ")[1] for line in lines] == ["image", "image", "vision"]
    assert "a red barn in ink" in lines[1]


def test_the_lineage_is_kept_for_the_next_kernel(studio):
    first = gn.generate("image", "a red barn")
    gn.generate("vision", image=first)
    again = gn.generate("vision", image=first)
    assert again.replayed
    assert [step.operation for step in again.lineage] == [first.operation, again.operation]


def test_what_came_from_nothing_is_its_own_lineage(studio):
    first = gn.generate("joke", "barns")
    assert [step.operation for step in first.lineage] == [first.operation]


def test_a_circle_in_the_journal_ends(studio):
    first, second = gn.generate("joke", "one"), gn.generate("joke", "two")
    with studio.journal.change() as db:
        for operation, parent in ((first, second), (second, first)):
            db.execute("INSERT INTO lineage VALUES (?, 0, ?, '')", (operation.operation, parent.operation))
    assert {op.id for _, op in ancestry(studio.journal, first.operation)} == {
        first.operation,
        second.operation,
    }


def test_forgetting_takes_the_lineage_along(studio):
    first = gn.generate("image", "a red barn")
    first.describe()
    studio.journal.clock = lambda: 4e9
    gn.history().prune(30)
    assert studio.journal.rows("SELECT * FROM lineage") == []


@pytest.mark.slow
def test_a_remix_changes_what_is_said_and_keeps_the_rest(studio):
    first = gn.generate(
        "image", "a red barn", aspect="16:9", settings={"image-style": "ink", "image-quality": "standard"}
    )
    other = first.remix(prompt="a blue barn", settings={"image-style": "oil"})
    before, after = body(studio, first), body(studio, other)
    parameters = {"image-style": "oil", "image-quality": "standard"}
    assert after == {**before, "prompt": "a blue barn", "parameters": parameters}
    assert [step.operation for step in other.lineage] == [first.operation, other.operation]


def test_a_remix_of_nothing_is_another_sample(studio):
    first = gn.generate("joke", "barns")
    other = first.remix()
    assert (other.take, other.replayed, spends(studio)) == (2, False, 2)


def test_a_remix_keeps_its_pictures(studio):
    first = gn.generate("image", "a red barn")
    seen = first.describe()
    other = seen.remix(settings={"vision-length": "brief"})
    assert "a red barn" in seen.text
    assert len(other.text) < len(seen.text)
    assert body(studio, other)["parameters"] == {"vision-length": "brief"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "slug"),
    [
        (lambda made: made.upscale(4), "upscale"),
        (lambda made: made.remove_background(), "background-removal"),
        (lambda made: made.vectorize(), "vector"),
        (lambda made: made.animate(seconds=5), "image-to-video"),
    ],
)
def test_a_step_is_made_or_says_that_it_is_in_development(studio, step, slug):
    first = gn.generate("image", "a red barn")
    if slug in made_by(studio):
        assert step(first).lineage[0].operation == first.operation
        return
    with pytest.raises(InvalidRequest, match="in development"):
        step(first)
    assert spends(studio) == 1


def test_what_was_forgotten_cannot_be_remixed(studio):
    first = gn.generate("joke", "barns")
    studio.journal.clock = lambda: 4e9
    gn.history().prune(30)
    with pytest.raises(InvalidRequest, match=first.operation[:8]):
        first.remix(prompt="boats")


@pytest.mark.slow
def test_narration_needs_words(studio):
    with pytest.raises(InvalidRequest, match="no text"):
        gn.generate("image", "a red barn").narrate()
    told = gn.generate("joke", "barns")
    if "speech" in made_by(studio):
        assert told.narrate().lineage[0].operation == told.operation
        return
    with pytest.raises(InvalidRequest, match="in development"):
        told.narrate()


def test_a_cap_holds_for_a_step(studio):
    first = gn.generate("image", "a red barn")
    with pytest.raises(OverBudget):
        first.edit("in ink", max_credits=1)
    assert spends(studio) == 1


def test_a_creation_of_nobody_says_how_to_go_on(tmp_path):
    with pytest.raises(GenerorError, match="no session") as caught:
        Creation("1", None, None, "image/png", "x").upscale(2)
    assert "gn.generate" in caught.value.hint


def test_a_result_can_be_stored_and_goes_on_as_media(studio):
    kept = pickle.loads(pickle.dumps(gn.generate("image", "a red barn")))
    assert kept.ways is None
    assert "a red barn" in gn.generate("vision", image=kept).text


def test_a_result_shows_nothing_of_how_it_goes_on(studio):
    first = gn.generate("joke", "barns")
    assert "Ways" not in repr(first) + repr(first[0])
