"""The Python surface and sweeps, on the embedded studio."""

import asyncio
import csv
from pathlib import Path

import pytest

import generor_nb as gn
from generor_nb import sessions
from generor_nb.base import loop
from generor_nb.base.errors import (
    ExtraMissing,
    GenerorError,
    InvalidRequest,
    KeyMissing,
    NeedsConfirmation,
    OverBudget,
)
from generor_nb.sweeps import combinations


def spends(studio):
    from generor_nb import api

    return len(api.wait(studio.provider._data("GET", "/credits/transactions?type=spend")))


def test_sync_and_async_and_estimate_share_one_path(studio):
    assert gn.estimate("image", "a kite", count=2).credits == 12
    assert spends(studio) == 0
    first = gn.generate("joke", "kites")
    again = asyncio.run(gn.agenerate("joke", "kites"))
    assert (first.replayed, again.replayed) == (False, True)
    assert first.text == again.text
    assert spends(studio) == 1


def test_a_call_inside_a_running_loop_does_not_deadlock(studio):
    async def inside():
        return gn.generate("joke", "loops")

    assert asyncio.run(inside()).charge == 1


def test_what_is_no_coroutine_is_refused_at_once(studio):
    """On the loop's thread it would fail where nobody hears of it, and the caller would wait for ever."""
    with pytest.raises(TypeError, match="not int"):
        loop.submit(3)


def test_a_foreign_file_that_cannot_be_had_is_not_called_paid_for(studio, tmp_path):
    with pytest.raises(GenerorError) as caught:
        loop.run(studio.fetch("http://elsewhere.example/picture.png", tmp_path / "part", 1000))
    assert "nothing was charged" in caught.value.hint


def test_cancelling_the_await_does_not_cancel_what_is_paid(studio):
    async def impatient():
        task = asyncio.ensure_future(gn.agenerate("image", "a patient turtle"))
        while spends(studio) == 0:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(impatient())
    assert gn.generate("image", "a patient turtle").charge == 6
    assert spends(studio) == 1


def test_giving_up_while_it_is_priced_never_pays(studio, monkeypatch):
    from generor_nb import api

    estimate = studio.provider.estimate

    async def slow(request):
        await asyncio.sleep(0.2)
        return await estimate(request)

    monkeypatch.setattr(studio.provider, "estimate", slow)

    async def impatient():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(gn.agenerate("joke", "too slow"), 0.05)

    asyncio.run(impatient())
    api.wait(asyncio.sleep(0.3))
    assert spends(studio) == 0
    assert len(gn.history()) == 0


@pytest.mark.parametrize(
    ("arguments", "options", "what"),
    [
        (("image", ["a", "b"]), {}, "a prompt is text, not list"),
        (("image", 5), {}, "a prompt is text, not int"),
        ((None, "x"), {}, "generator cannot be NoneType"),
        (("image", "x"), {"settings": 5}, "settings cannot be int"),
        (("image", "x"), {"model": 1.5}, "model cannot be float"),
        (("image", "x"), {"aspect": 1}, "aspect cannot be int"),
        (("image", "x"), {"max_credits": "5"}, "max_credits 5"),
        (("image", "x"), {"provider": "openai"}, 'no provider "openai"'),
    ],
)
def test_arguments_of_the_wrong_kind_are_named(studio, arguments, options, what):
    with pytest.raises(InvalidRequest, match=what):
        gn.generate(*arguments, **options)
    assert spends(studio) == 0


def test_a_replay_charges_nothing(studio):
    paid, replayed = gn.generate("joke", "sums"), gn.generate("joke", "sums")
    assert (paid.charge, paid.paid_before) == (1, 0)
    assert (replayed.charge, replayed.paid_before) == (0, 1)


def test_a_sweep_is_held_against_the_session_cap_as_a_whole(studio):
    studio.allowance.session_cap = 10
    with pytest.raises(OverBudget, match="18 credits"):
        gn.sweep("image", ["a", "b", "c"])
    assert spends(studio) == 0


def test_hyphens_may_be_written_as_python_names(studio):
    swept = gn.sweep("horoscope", zodiac_sign=["aries", "leo"], settings={"horoscope-length": "short"})
    assert [r.charge for r in swept] == [1, 1]


def test_the_history_lists_newest_first(studio):
    gn.generate("joke", "one")
    gn.generate("joke", "two")
    history = gn.history()
    assert [op.prompt for op in history] == ["two", "one"]
    assert "DONE" in repr(history)
    assert "<table" in history._repr_mimebundle_()["text/html"]


def test_the_sidecar_says_what_a_file_is(studio, tmp_path):
    import json

    made = gn.generate("image", "a sidecar")
    facts = json.loads(made.creations[0].file.with_suffix(".json").read_text())
    assert facts["prompt"] == "a sidecar"
    assert facts["provider"] == "studio"
    assert facts["charge"] == 6
    assert facts["model"] == {"id": 10003, "name": "Flux Schnell"}


def test_without_any_key_the_studio_serves_and_the_first_result_says_so(monkeypatch):
    monkeypatch.delenv("GENEROR_API_KEY")
    monkeypatch.delenv("GENEROR_PROVIDER")
    assert any("No API key found" in note for note in gn.generate("joke", "keys").notes)
    assert gn.generate("joke", "more keys").notes == ()


def test_where_no_key_is_taken_nobody_is_told_to_set_one(monkeypatch):
    monkeypatch.delenv("GENEROR_API_KEY")
    monkeypatch.delenv("GENEROR_PROVIDER")
    monkeypatch.setenv("GENEROR_DEMO", "1")
    assert gn.generate("joke", "a public demo").notes == ()


def test_a_key_means_the_real_account(monkeypatch):
    monkeypatch.delenv("GENEROR_PROVIDER")
    assert sessions.current().provider.name == "generor"


def test_the_real_account_without_a_key_says_what_to_do(monkeypatch):
    monkeypatch.delenv("GENEROR_API_KEY")
    with pytest.raises(KeyMissing, match="GENEROR_API_KEY"):
        gn.generate("joke", "x", provider="generor")


def test_an_unknown_option_is_named():
    with pytest.raises(InvalidRequest, match="aspect"):
        gn.generate("image", "x", aspct="1:1")


def test_a_generator_by_an_everyday_name_is_led_to_the_plain_ones(studio):
    with pytest.raises(InvalidRequest, match=r'no generator "picture"\n.*\bimage\b.*%generor generators'):
        gn.generate("picture", "x")


def test_a_missing_studio_is_one_clear_line(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "fastapi", None)
    for name in [n for n in sys.modules if n.startswith("generor_nb.studio")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ExtraMissing, match=r"pip install 'generor_nb\[studio\]'"):
        gn.generate("joke", "x")


def test_a_sweep_is_every_combination(studio):
    swept = gn.sweep("image", ["a kite", "a boat"], aspect=["1:1", "16:9"], max_credits=24)
    assert [r.image.size for r in swept] == [(1024, 1024), (1024, 576)] * 2
    assert swept.charge == 24
    assert "a boat" in repr(swept)
    assert "<figure" in swept._repr_mimebundle_()["text/html"]
    assert gn.sweep("image", ["a kite", "a boat"], aspect=["1:1", "16:9"], max_credits=0).charge == 0


def test_a_setting_with_several_values_is_an_axis_too(studio):
    swept = gn.sweep("horoscope", settings={"zodiac-sign": ["aries", "leo"], "horoscope-length": "short"})
    assert [label["zodiac-sign"] for label in swept.labels] == ["aries", "leo"]
    assert len({r.text for r in swept}) == 2


def test_a_sweep_is_a_table_of_files_with_what_they_were_charged(studio, tmp_path):
    for _ in range(2):
        swept = gn.sweep("joke", ["a kite", "=a boat"], count=2, max_credits=20)
        rows = list(csv.DictReader(swept.to_csv(tmp_path / "set.csv").open(encoding="utf-8", newline="")))
        assert [row["prompt"] for row in rows] == ["a kite", "a kite", "'=a boat", "'=a boat"]
        assert sum(float(row["charge"]) for row in rows) == sum(r.charge or r.paid_before for r in swept) > 0
        assert all(Path(row["file"]).is_file() for row in rows)


def test_a_sweep_over_its_cap_sends_nothing(studio):
    with pytest.raises(OverBudget, match="12 credits"):
        gn.sweep("image", ["a", "b"], max_credits=11)
    assert spends(studio) == 0


def test_a_sweep_with_one_bad_value_sends_nothing(studio):
    with pytest.raises(InvalidRequest):
        gn.sweep("image", "a", aspect=["1:1", "5:4"])
    assert spends(studio) == 0


def test_combinations():
    assert combinations({"p": "x", "a": [1, 2], "b": (3, 4)}) == [
        {"p": "x", "a": a, "b": b} for a in (1, 2) for b in (3, 4)
    ]
    with pytest.raises(InvalidRequest, match="empty"):
        combinations({"a": []})


def test_a_sweep_on_a_real_account_is_confirmed_as_a_whole(tmp_path, monkeypatch):
    from support import serve

    with serve(tmp_path / "served", "--no-rate-limits") as server:
        monkeypatch.setenv("GENEROR_PROVIDER", "generor")
        monkeypatch.setenv("GENEROR_BASE_URL", server.url)
        monkeypatch.setenv("GENEROR_API_KEY", server.key)
        sessions.current().attended = lambda: True
        with pytest.raises(NeedsConfirmation, match="2 requests"):
            gn.sweep("image", ["a", "b"])
        assert server.spends() == []
        assert gn.sweep("joke", ["a", "b"], yes=True).charge == 2


def test_every_public_name_is_there():
    for name in gn.__all__:
        assert getattr(gn, name) is not None
    assert set(dir(gn)) >= set(gn.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = gn.nothing
