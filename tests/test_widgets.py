"""The widgets' Python side, against the real session over the embedded studio."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support import no_key

from generor_nb import sessions
from generor_nb.api import generate
from generor_nb.base import loop
from generor_nb.base.errors import InvalidRequest
from generor_nb.contract import gptimage2
from generor_nb.contract.schema import Balance, Field, Generator, Model, Option, Request
from generor_nb.references import Place
from generor_nb.widgets import _drawn, _host, _link
from generor_nb.widgets._pricing import guess
from generor_nb.widgets._refs import Refs
from generor_nb.widgets._sheet import Sheet
from generor_nb.widgets.badge import PAUSE_SECONDS, Badge, badge
from generor_nb.widgets.balance import BalanceView, balance
from generor_nb.widgets.form import Form, form

HERE = Path(__file__).parent
WIDGETS = HERE.parent / "generor_nb" / "widgets"
CANARY = "gnr_live_" + "c" * 40
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
    "0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccf"
    "c0500f0004850180a97a9bd20000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEROR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GENEROR_PROVIDER", "studio")
    monkeypatch.setenv("GENEROR_API_KEY", CANARY)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)


def until(true: Callable[[], Any], seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return found


def priced(made: Form) -> dict[str, Any]:
    until(lambda: made.estimate["seq"] == made.revision and made.estimate["state"] not in ("idle", "pricing"))
    return dict(made.estimate)


def click(made: Form, name: str = "1", **more: Any) -> None:
    """What the browser sends for a click on the button as it stands."""
    seen = made.estimate.get("price")
    content = {
        "kind": "run",
        "click": name,
        "value": dict(made.value),
        "revision": made.revision,
        "seen": seen,
    }
    made._handle_custom_msg({**content, "again": False, **more}, [])


def settled(made: Form) -> Form:
    until(lambda: not made.busy)
    return made


def edit(made: Form, **changes: Any) -> None:
    """What the browser sends when a draft has rested."""
    made.set_state({"value": {**made.value, **changes}, "revision": made.revision + 1})


# --- the normaliser ---

MODELS = [
    Model(1, "Quick", "image", 6, description="Fast.", ratios=("1:1", "16:9"), takes=(("image_url", 1),)),
    Model(2, "Careful", "image", 80, ratios=("4:3",)),
    Model(3, "Writer", "text", 1),
]
STYLE = Field("style", "choice", "Style", default="a", options=(Option("a", "A"), Option("b", "B", 1.5)))


async def nowhere(url: str, limit: int) -> bytes:
    raise AssertionError(url)


def sheet(*fields: Field) -> Sheet:
    own = (
        Field("prompt", "text", "Prompt", "body", required=True),
        Field("model", "model", "Model", "body", default=1),
        Field("count", "number", "How many", "body", default=1, minimum=1, maximum=10, step=1),
        Field("aspect", "choice", "Aspect ratio", "body", default="16:9", options=(Option("1:1", "1:1"),)),
    )
    current = sessions.current()
    refs = Refs(Place("studio", "bytes", lambda made: None, nowhere), current.journal, current.shelf)
    return Sheet(Generator("image", "Image", "A picture.", "image", (*own, *fields)), MODELS, refs)


def drawn(made: Sheet) -> dict[str, Any]:
    return _drawn.schema(made, "studio", made.models[0])


def field_of(made: Sheet, key: str) -> Any:
    return next(f for f in drawn(made)["fields"] if f["key"] == key)


def test_the_browser_gets_plain_data_in_the_order_shown() -> None:
    made = sheet(STYLE)
    told = drawn(made)
    assert json.loads(json.dumps(told)) == told
    assert [(f["key"], f["kind"]) for f in told["fields"]] == [
        ("prompt", "prompt"),
        ("image", "media"),
        ("model", "model"),
        ("aspect", "shape"),
        ("count", "number"),
        ("style", "choice"),
        ("team", "team"),
        ("public", "privacy"),
    ]
    assert field_of(made, "style")["options"][1] == {
        "value": "b",
        "label": "B",
        "note": "×1.5",
        "multiplier": 1.5,
    }
    assert told["model"]["price"] == "6 credits"
    assert _drawn.card(made, MODELS[1])["shapes"] == [{"value": "4:3", "label": "4:3"}]


def test_zero_is_a_bound() -> None:
    made = sheet(Field("strength", "number", "Strength", minimum=0.0, maximum=2.0, step=0.1))
    assert field_of(made, "strength")["min"] == 0.0


def test_text_from_outside_is_cleaned() -> None:
    field = field_of(sheet(Field("x", "text", f"a\x1b[31m\n{CANARY}", help="\u202eb")), "x")
    assert (field["label"], field["help"]) == ("a gnr_…", "b")


def test_defaults_and_what_is_sent() -> None:
    made = sheet(STYLE, Field("seed", "number", "Seed", step=1), Field("tiling", "flag", "Tiling"))
    assert made.defaults == {
        "prompt": "",
        "model": "1",
        "count": 1,
        "aspect": "16:9",
        "style": "a",
        "seed": None,
        "tiling": False,
        "image": [],
        "team": None,
        "public": False,
    }
    plain = made.ask(made.defaults)
    assert (plain.model, plain.count, plain.aspect, plain.settings, plain.public) == (1, 1, None, {}, False)
    changed = made.ask({**made.defaults, "style": "b", "tiling": True, "seed": 7, "aspect": "1:1"})
    assert (changed.aspect, changed.settings) == ("1:1", {"style": "b", "tiling": True, "seed": 7})


def test_silence_can_be_asked_for_and_a_team() -> None:
    made = form("video", prompt="waves", model="Veo 3.1")
    told = {field["key"]: field for field in made.schema["fields"]}
    assert [option["value"] for option in told["audio_track"]["options"]] == ["", "on", "off"]
    for said in (None, True, False):
        made["audio_track"] = said
        assert made.request.fields.get("generate_audio") is said
    made["team"] = 7
    assert made.request.fields["team_id"] == 7
    assert "--no-audio-track" in made.code("cell")
    assert "--team 7" in made.code("cell")
    made["model"] = "Wan 2.6 T2V"  # its sound is its own
    assert "generate_audio" not in made.request.fields


def test_teams_are_told_where_the_account_has_some() -> None:
    made = form("image")
    told = sent(made)
    made._handle_custom_msg({"kind": "teams"}, [])
    assert until(lambda: told)[0][0] == {"kind": "teams", "teams": []}
    team = loop.run(sessions.client(sessions.current()).teams.create("Posters"))
    made._handle_custom_msg({"kind": "teams"}, [])
    option = {"value": str(team.team_id), "label": "Posters"}
    assert until(lambda: told[1:])[0][0] == {"kind": "teams", "teams": [option]}


def test_an_id_that_is_two_things_carries_its_place() -> None:
    made = sheet(
        Field("mode", "text", "Mode"), Field("mode", "text", "Mode", "body"), Field("count", "text", "Own")
    )
    assert list(made.fields)[4:6] == ["parameters.mode", "body.mode"]
    value = {**made.defaults, **made.checked({"parameters.mode": "x", "body.mode": "y"})}
    assert made.ask(value).settings == {"parameters.mode": "x", "body.mode": "y"}


def test_the_ratio_follows_the_model() -> None:
    made = sheet()
    assert made.settled({**made.defaults, "model": "2"})["aspect"] == "4:3"


@pytest.mark.parametrize(
    ("name", "value", "nearest"),
    [
        ("cuont", 1, ["count"]),
        ("style", "bb", ["b"]),
        ("model", "Quik", ["Quick"]),
        ("model", "Writer", []),
        ("count", 99, []),
        ("public", "yes", []),
        ("image", 5, []),
        ("image", {"ref": "made:nothing/1"}, []),
    ],
)
def test_a_wrong_name_or_value_names_the_nearest(name: str, value: Any, nearest: list[str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        sheet(STYLE).checked({name: value})
    assert caught.value.field == name
    assert caught.value.nearest == nearest


def test_what_the_browser_sends_wrong_is_left_out() -> None:
    made = sheet(STYLE)
    sent = {
        "style": "zz",
        "count": "many",
        "prompt": 5,
        "evil": 1,
        "public": "yes",
        "image": [{"ref": "file:0"}],
    }
    value, wrong = made.taken(sent, made.defaults)
    assert value == {**made.defaults, "prompt": "5"}
    assert set(wrong) == {"style", "count", "public", "image"}
    assert made.taken("no dict", made.defaults) == (made.defaults, {})


def test_a_generator_that_says_it_all_in_its_fields_is_a_form_too() -> None:
    current = sessions.current()
    refs = Refs(Place("gptimage2", "uploads", lambda made: None, nowhere), current.journal, current.shelf)
    words, pictures = (Sheet(one, [gptimage2.MODEL], refs) for one in gptimage2.GENERATORS)
    told = {field["key"]: field for field in drawn(words)["fields"]}
    assert list(told) == ["prompt", "model", "aspect", "count", "quality"]
    assert [shape["value"] for shape in drawn(words)["model"]["shapes"]] == ["1:1", "2:3", "3:2"]
    assert (drawn(words)["model"]["id"], drawn(words)["model"]["price"]) == ("gpt-image-2", "")
    told = {field["key"]: field for field in drawn(pictures)["fields"]}
    assert [(told[key]["kind"], told[key]["most"]) for key in ("image", "reference")] == [
        ("media", 1),
        ("media", 4),
    ]
    value = pictures.changed(
        pictures.defaults, {"prompt": "a fox", "quality": "low", "aspect": "3:2", "count": 2, "image": PIXEL}
    )
    ask = replace(pictures.ask(value), refs={}, media=loop.run(refs.gather(pictures.held(value))))
    body = gptimage2.compose(pictures.generator, ask).fields
    assert (body["n"], body["size"], body["quality"], len(body["inputImageKeys"])) == (
        2,
        "1536x1024",
        "low",
        1,
    )


# --- the form ---


def test_a_form_is_set_and_read_from_python() -> None:
    made = form("image", prompt="a fox", image_style="Noir")
    made["count"] = 2
    assert (made["prompt"], made["image-style"], made["count"], made["model"]) == ("a fox", "noir", 2, 10003)
    assert made.request.fields["parameters"] == {"image-style": "noir"}
    assert made.request.count == 2
    assert made.value["count"] == 2
    with pytest.raises(InvalidRequest, match="count"):
        made["cuont"] = 2
    with pytest.raises(InvalidRequest, match="image"):
        form("imagee")


def test_the_price_is_there_before_the_words() -> None:
    made = form("image")
    assert priced(made)["text"].startswith("6 credits · about ")
    made["count"] = 2
    assert priced(made)["price"] == "12 credits"


def test_the_newest_draft_is_priced() -> None:
    made = form("image", prompt="a fox")
    seen: list[tuple[int, int]] = []
    made.observe(lambda change: seen.append((change["new"]["seq"], made.revision)), "estimate")
    for count in range(1, 9):
        edit(made, count=count)
    assert priced(made)["price"] == "45 credits"
    assert all(seq == revision for seq, revision in seen)
    newest = dict(made.estimate)
    made._tell(made.revision - 1, {"state": "price", "text": "6 credits", "price": "6 credits"})
    assert made.estimate == newest  # an answer that comes late


def test_the_browser_can_set_a_draft_and_nothing_else() -> None:
    made = form("image", prompt="a fox")
    schema = made.schema
    made.set_state(
        {"schema": {}, "estimate": {"state": "price"}, "busy": True, "words": {}, "_esm": "alert(1)"}
    )
    assert (made.schema, made.busy, "alert(1)" in made._esm) == (schema, False, False)
    for nonsense in (None, [], {"kind": "run"}, {"kind": "no such"}, "run"):
        made._handle_custom_msg(nonsense, [])
        settled(made)
    edit(made, count=3)
    assert made["count"] == 3


def test_a_click_makes_it_and_says_what_it_cost() -> None:
    made = form("image", prompt="a fox")
    priced(made)
    click(made)
    assert made.busy
    settled(made)
    assert made.errors == {}
    assert made.result is not None
    assert made.result.charge == 6
    assert made.progress["state"] == "done"
    assert "6 studio credits charged" in made.progress["text"]


def test_a_click_spends_once() -> None:
    made = form("image", prompt="a fox")
    priced(made)
    for _ in range(3):
        click(made)
    settled(made)
    click(made)
    settled(made)
    assert [op.charge for op in sessions.current().journal.history(10)] == [6]


def test_a_rerun_costs_nothing_and_a_new_sample_its_price() -> None:
    generate("image", "a fox")
    made = form("image", prompt="a fox")
    told = priced(made)
    assert (told["replay"], told["text"], told["price"]) == (True, "0 credits · already made", "6 credits")
    click(made, "1")
    settled(made)
    assert made.result is not None
    assert made.result.replayed
    click(made, "2", again=True)
    settled(made)
    assert (made.result.take, made.result.charge, made.result.replayed) == (2, 6, False)


def test_the_same_request_as_in_a_cell() -> None:
    made = form("image", prompt="a fox", aspect="16:9", image_style="noir")
    click(made)
    settled(made)
    again = generate("image", "a fox", aspect="16:9", settings={"image-style": "noir"})
    assert again.replayed


def test_what_cannot_be_paid_is_said() -> None:
    made = form("image", prompt="a fox", model="Flux 1.1 Pro")
    priced(made)
    made._pricer.fund(Balance(12))
    until(lambda: made.estimate["state"] == "cannot_afford")
    assert made.estimate["text"] == "68 credits missing · needs 80, 12 left"
    made["count"] = 2
    assert priced(made)["text"] == "145 credits missing · needs 157, 12 left"
    made._pricer.fund(Balance(200))
    until(lambda: made.estimate["state"] == "price")


def test_errors_appear_where_they_belong() -> None:
    made = form("image")
    click(made)
    settled(made)
    assert list(made.errors) == ["prompt"]
    sessions.current().allowance.session_cap = 1
    made["prompt"] = "a fox"
    click(made, "2")
    settled(made)
    assert list(made.errors) == [""]
    assert "\n" in made.errors[""]
    sessions.current().allowance.session_cap = None
    click(made, "3")
    settled(made)
    assert made.errors == {}


def test_waiting_can_be_stopped_and_what_was_sent_goes_on() -> None:
    made = form("image", prompt="a slow fox", count=4)
    priced(made)
    click(made)
    until(lambda: made.progress["text"].startswith("being made"))
    made._handle_custom_msg({"kind": "stop"}, [])
    settled(made)
    assert made.progress["state"] == "stopped"
    until(lambda: made.estimate.get("text") != "pricing…")
    click(made, "2")
    settled(made)
    assert made.result is not None
    assert len(sessions.current().journal.history(10)) == 1


def test_no_key_and_no_media_is_in_the_state(capfd: pytest.CaptureFixture[str]) -> None:
    made = form("image", prompt="a fox")
    click(made)
    settled(made)
    key = sessions.current().provider
    state = json.dumps(made.get_state(), default=str) + json.dumps(balance().get_state(), default=str)
    assert CANARY not in state
    assert re.search(r"gnr_live_\w{8}", state) is None
    assert repr(key) not in state
    assert "data:image" not in state
    told = sent(made)
    for kind in ("models", "teams", "times", "thumbs", "earlier", "code"):
        made._handle_custom_msg({"kind": kind, "key": "image", "as": "curl", "refs": ["x"]}, [])
    until(lambda: len(told) == 6)
    no_key(repr(told))
    assert len(json.dumps(made.schema) + json.dumps(made.value) + json.dumps(made.words)) < 8_000
    assert capfd.readouterr() == ("", "")


def test_a_viewer_without_kernel_still_says_something() -> None:
    made = form("image", prompt="a fox")
    priced(made)
    for widget, text in (
        (made, "Image form · Flux Schnell · 6 credits"),
        (balance(), "10,000 studio credits"),
    ):
        data, _ = widget._repr_mimebundle_()
        assert data["text/plain"].startswith(text)
        assert text in data["text/html"]
        assert not re.search(r"<(?!/?(div|p|b|code)>)|style|class|script", data["text/html"])
        assert "application/vnd.jupyter.widget-view+json" in data


def test_a_form_speaks_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEROR_LANGUAGE", "ko")
    made = form("image")
    assert made.words["go"] == "생성"
    assert "크레딧" in priced(made)["text"]


def test_the_magic_shows_a_form() -> None:
    from generor_nb.notebook import commands

    assert isinstance(commands.run("form image"), Form)
    with pytest.raises(InvalidRequest, match="%generor generators"):
        commands.run("form")


def test_nothing_else_is_made_than_what_stands_there() -> None:
    made = form("image", prompt="a fox")
    priced(made)
    click(made, value={**made.value, "prompt": f"my key is {CANARY}"})
    settled(made)
    assert "key" in made.errors["prompt"]
    assert CANARY not in json.dumps(made.get_state(), default=str)
    assert sessions.current().journal.history(10) == []
    with pytest.raises(InvalidRequest, match="key"):
        made["prompt"] = CANARY


def test_what_kept_a_price_away_is_taken_back_with_it() -> None:
    made = form("image", prompt="a fox")
    made._refs.place = Place("generor", "addresses", lambda _: None, nowhere)
    made["image"] = PIXEL
    until(lambda: made.errors)
    made["image"] = None
    assert priced(made)["price"] == "6 credits"
    assert made.errors == {}


# --- what it is set to ---


def test_values_are_linked_and_observed_like_any_trait() -> None:
    from ipywidgets import HBox, link

    one, other = form("image", prompt="a fox"), form("image")
    seen: list[Any] = []
    other.observe(lambda change: seen.append(change["new"]["prompt"]), "value")
    link((one, "value"), (other, "value"))
    edit(one, prompt="a hare")
    assert (other["prompt"], seen[-1]) == ("a hare", "a hare")
    one.value = {"count": 3}
    assert (other["count"], other["prompt"], other.request.count) == (3, "a hare", 3)
    assert HBox([one, other]).children == (one, other)


def test_what_does_not_fit_is_not_set() -> None:
    made = form("video", model="Veo 3.1")
    with pytest.raises(InvalidRequest, match="It makes: 4, 6, 8"):
        made["seconds"] = 7
    with pytest.raises(InvalidRequest):
        made.value = {"count": 2, "model": "Flux Schnell"}
    assert (made["seconds"], made["count"], made.revision) == (None, 1, 0)
    made["seconds"] = 6
    made["model"] = "Kling v3"
    assert made["seconds"] is None  # 5 or 10 there


def test_fields_are_those_that_some_model_takes() -> None:
    video = form("video")
    keys = [field["key"] for field in video.schema["fields"]]
    assert {"image", "end_image", "reference", "video", "seconds", "audio_track"} <= set(keys)
    assert {"image", "seconds"} & {field["key"] for field in form("speech").schema["fields"]} == set()
    cards = {m.name: _drawn.card(video._sheet, m) for m in video._sheet.models}
    assert {"image", "end_image", "reference", "video", "audio_track"} <= set(cards["Wan 2.6 T2V"]["off"])
    assert cards["Wan 2.6 I2V"]["needs"] == ["image"]
    assert [step["value"] for step in cards["Veo 3.1"]["steps"]] == ["4", "6", "8"]
    assert "sound" in cards["Veo 3.1"]["chips"]
    siblings = next(card["siblings"] for card in cards.values() if "siblings" in card)
    assert len(siblings) == 3
    # What a model makes nothing of stays in the form, and is not sent.
    made = form("video", prompt="a fox", model="Veo 3.1", audio_track=True, image=PIXEL)
    made["model"] = "Wan 2.6 T2V"
    assert not {"generate_audio", "image_url"} & set(made.request.fields)
    made["model"] = "Veo 3.1"
    assert {"generate_audio", "image_url"} <= set(made.request.fields)


def sent(made: Form) -> list[tuple[dict[str, Any], list[bytes]]]:
    """What goes to the browser as messages from now on."""
    found: list[tuple[dict[str, Any], list[bytes]]] = []
    made.send = lambda content, buffers=None: found.append((content, buffers or []))
    return found


def test_models_and_small_pictures_go_by_message() -> None:
    generate("image", "a fox")
    made = form("image", prompt="a hare")
    told = sent(made)
    made._handle_custom_msg({"kind": "models"}, [])
    assert len(until(lambda: told)[0][0]["models"]) == 12
    costs = [card["cost"] for card in told[0][0]["models"]]
    assert costs == sorted(costs)
    made._handle_custom_msg({"kind": "times"}, [])
    assert all("about" in card["time"] for card in until(lambda: told[1:])[0][0]["models"])
    made._handle_custom_msg({"kind": "earlier", "key": "image"}, [])
    content, buffers = until(lambda: told[2:])[0]
    assert [item["name"] for item in content["items"]] == ["a fox"]
    assert buffers[0][:2] == b"\xff\xd8"
    assert len(buffers[0]) < 8_000


def test_what_was_made_earlier_is_gone_on_from() -> None:
    first = generate("image", "a fox")
    made = form("image", prompt="a hare")
    told = sent(made)
    made._handle_custom_msg({"kind": "earlier", "key": "image"}, [])
    item = until(lambda: told)[0][0]["items"][0]
    edit(form("image"), image=[item])  # another form knows it too
    edit(made, image=[item])
    assert made["image"][0].operation == first.operation
    assert made.request.parents == (first.origin,)
    click(made)
    settled(made)
    assert made.errors == {}
    assert made.result is not None
    assert generate("image", "a hare", image=first).replayed


def test_a_dropped_file_stays_in_python_and_is_refused_as_in_a_cell() -> None:
    made = form("image", prompt="a hare")
    drop = {"kind": "file", "key": "image", "name": "fox.png"}
    made._handle_custom_msg(drop, [memoryview(b"no picture at all")])
    assert "--image" in until(lambda: made.errors)["image"]
    assert made.value["image"] == []
    made._handle_custom_msg(drop, [memoryview(PIXEL)])
    until(lambda: made.value["image"])
    assert made.value["image"][0]["name"] == "fox.png"
    assert made["image"] == [PIXEL]
    assert made.request.fields["image_url"].startswith("data:image/png;base64,")
    state = json.dumps(made.get_state(), default=str)
    assert "base64" not in state.split("_esm")[0].replace(made._esm, "")
    assert generate("image", "a hare", image=PIXEL).charge == 6
    assert until(lambda: made.estimate.get("replay") or made._reprice())


def test_a_provider_without_upload_says_so_at_the_field() -> None:
    made = form("image", prompt="a hare")
    made._refs.place = Place("generor", "addresses", lambda _: None, nowhere)
    made["image"] = PIXEL
    until(lambda: made.errors)
    assert made.errors["image"].startswith("--image")
    assert "generor" in made.errors["image"]
    made["image"] = "https://a.example/fox.png?Expires=12"
    assert made.request.fields["image_url"] == "https://a.example/fox.png?Expires=12"


def test_a_picture_that_is_needed_is_asked_for_but_priced_before() -> None:
    made = form("upscale")
    assert priced(made)["price"] == "2 credits"
    click(made)
    settled(made)
    assert list(made.errors) == ["image"]
    assert sessions.current().journal.history(10) == []


def test_vary_goes_on_from_the_result() -> None:
    made = form("image", prompt="a fox")
    priced(made)
    click(made)
    settled(made)
    assert made.progress["vary"] is True
    made._handle_custom_msg({"kind": "vary"}, [])
    until(lambda: made.value["image"])
    assert made.result is not None
    assert made["image"] == [made.result.creations[0]]


def test_a_refusal_of_the_server_stands_at_its_field() -> None:
    from generor_nb.base.errors import ValidationFailed

    place = form("image")._sheet.place_of
    assert place(ValidationFailed("refused", message="aspect_ratio: must be one of 1:1")) == "aspect"
    assert place(ValidationFailed("refused", message="the field 'image-style' is odd")) == "image-style"
    assert place(ValidationFailed("refused", message="too many at once")) == ""


# --- kept by name, and as code ---


def test_presets_are_kept_in_the_users_folder_without_keys_and_files(tmp_path: Path) -> None:
    first = generate("image", "a fox")
    made = form("image", prompt="a fox", count=3, image=first)
    made.save_preset("poster")
    other = form("image", image=PIXEL)
    assert other.presets == ["poster"]
    other.load_preset("poster")
    assert (other["count"], other["prompt"], other["image"][0].id) == (3, "a fox", first.creations[0].id)
    other["image"] = PIXEL
    other.save_preset("second")
    kept = list((tmp_path / "home" / "presets").iterdir())
    assert [path.name for path in kept] == ["studio-image.json"]
    assert kept[0].stat().st_mode & 0o077 == 0
    assert json.loads(kept[0].read_text())["second"]["image"] == []
    with pytest.raises(InvalidRequest, match="key"):
        other.save_preset(CANARY)
    with pytest.raises(InvalidRequest, match="poster"):
        other.load_preset("postr")
    other.drop_preset("poster")
    assert other.presets == ["second"]
    assert CANARY not in kept[0].read_text()


def test_a_preset_that_no_longer_fits_is_said_where_it_was_asked() -> None:
    made = form("image")
    made.save_preset("old")
    made._kept.keep("old", {"no-such-field": 1})
    made._handle_custom_msg({"kind": "load", "name": "old"}, [])
    assert "no-such-field" in until(lambda: made.errors)[":preset"]


ASKED = [
    {"prompt": "a fox"},
    {"prompt": 'it\'s "new": {{braces}} and }} too\nin two lines', "count": 2, "aspect": "16:9"},
    {"prompt": "a fox", "model": "Flux 1.1 Pro", "image_style": "noir", "public": True},
    {"prompt": "a fox", "image": "https://a.example/a%20fox.png"},
]


@pytest.mark.parametrize("values", ASKED)
def test_a_form_as_a_cell_and_as_python_asks_the_same(values: dict[str, Any]) -> None:
    from generor_nb import api
    from generor_nb.notebook import cell
    from generor_nb.notebook.fill import filler
    from generor_nb.notebook.options import parse

    made = form("image", **values)
    made._refs.place = place = Place("generor", "addresses", lambda _: None, nowhere)
    want = made.request
    current = sessions.current()
    current.media_place = lambda: place  # type: ignore[method-assign]
    try:
        head, body = made.code("cell").split("\n", 1)
        line, fill = parse(head.removeprefix("%%generate "), filler({})), filler({})
        typed = cell._ask(line, fill(body).strip(), cell.refs(line, {}))
        assert loop.run(current.compose(typed)).body == want.body
        called: list[Any] = []
        scope = {"gn": type("gn", (), {"generate": staticmethod(lambda *a, **k: called.append((a, k)))})}
        exec(made.code("python"), scope)
        ((args, options),) = called
        assert loop.run(current.compose(api.read_options(*args, options)[0])).body == want.body
    finally:
        del current.media_place


def test_curl_has_a_variable_for_the_key_and_no_whole_files() -> None:
    made = form("image", prompt="it's a fox", image=PIXEL)
    text = made.code("curl")
    assert "$GENEROR_API_KEY" in text
    assert CANARY not in text
    assert "data:image/png;base64,…" in text
    assert "it'\\''s a fox" in text
    with pytest.raises(InvalidRequest):
        made.code("rust")


# --- the badge ---


def shown(made: Badge) -> str:
    until(lambda: made.estimate["state"] not in ("idle", "pricing"))
    return str(made.estimate["text"])


def test_a_badge_guesses_at_once_and_then_knows() -> None:
    made = Badge(sessions.current())
    told: list[str] = []
    made.observe(lambda change: told.append(change["new"]["text"]), "estimate")
    made.show("image", "a fox", count=2)
    assert shown(made).startswith("12 credits · about ")
    assert made.credits == 12
    until(lambda: len(told) > 1)  # whoever watches is told after it is set
    assert [text.split(" · ")[0] for text in told] == ["~12 credits", "12 credits"]
    assert repr(badge("image", "a fox", count=2)) == told[-1]


def test_a_badge_that_waits_for_its_price_leaves_its_guess_in_the_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generor_nb.widgets.badge.FIRST_SECONDS", 0.01)
    current, answer = sessions.current(), asyncio.Event()

    async def silent(request: Any) -> Any:
        await answer.wait()

    monkeypatch.setattr(current.provider, "estimate", silent)
    made = badge("image", "a fox", count=2)
    assert made._repr_mimebundle_()[0]["text/plain"] == "~12 credits"
    assert made.estimate["text"] == "~12 credits · pricing…"


def test_twenty_edits_are_two_messages_and_one_question() -> None:
    made = badge("image", "a fox")
    shown(made)
    current, told = sessions.current(), []
    asked: list[str] = []
    estimate = current.provider.estimate

    async def counted(request: Any) -> Any:
        asked.append(request.body)
        return await estimate(request)

    current.provider.estimate = counted  # type: ignore[method-assign]
    made.observe(lambda change: told.append(change["new"]), "estimate")
    for number in range(20):
        made.show("image", "a fox", count=1 + number % 4)
    until(lambda: made.credits == 24 and made.estimate["state"] == "price")
    assert len(told) <= 2
    assert len(asked) == 1
    assert 0.25 <= PAUSE_SECONDS <= 0.4
    made.show("image", "a fox", count=4)  # known: nobody is asked
    until(lambda: made.estimate["seq"] == 22 and made.estimate["state"] == "price")
    assert len(asked) == 1


def test_a_badge_follows_a_form_and_the_balance() -> None:
    made = form("image", prompt="a fox", model="Flux 1.1 Pro")
    seen = badge(made.request)
    shown(seen)
    assert seen.credits == 80
    seen._pricer.fund(Balance(12))
    until(lambda: seen.estimate["state"] == "cannot_afford")
    assert seen.estimate["text"] == "68 credits missing · needs 80, 12 left"
    assert seen.credits is None
    seen._pricer.fund(Balance(100))
    until(lambda: seen.estimate["state"] == "price")


def test_what_is_wrong_is_said_in_the_badge() -> None:
    with pytest.raises(InvalidRequest):
        badge("image", "a fox", cuont=1)
    assert "imagee" in shown(badge("imagee", "a fox"))
    seen = badge("image", "a fox")
    seen.set_state({"estimate": {"state": "price", "text": "free"}})
    assert "free" not in shown(seen)


def test_a_guess_counts_as_the_browser_does() -> None:
    for told in json.loads((HERE / "js" / "guesses.json").read_text()):
        field = Field("q", "choice", "", default="x", options=(Option("x", "", told.get("multiplier", 1.0)),))
        model = Model(
            1,
            "",
            "image",
            told["cost"],
            durations=tuple(told.get("durations", ())),
            default_duration=told.get("default"),
            audio_multiplier=told.get("sound", 1.0),
        )
        body = {"seconds": told.get("seconds"), "generate_audio": "sound" in told}
        request = Request("", "x", model, json.dumps(body), "", told.get("count", 1), False)
        assert guess(Generator("x", "", "", "image", (field,)), request) == told["credits"]


def test_states_stay_small() -> None:
    def size(widget: Any) -> int:
        state = widget.get_state()
        return len(json.dumps({k: v for k, v in state.items() if k not in ("_esm", "_css")}))

    assert max(size(form(slug)) for slug in ("image", "video", "ad-copy", "vision")) <= 30_000
    made = badge("image", "a fox")
    shown(made)
    assert size(made) <= 6_000


# --- the balance ---


def test_the_balance_follows_every_spend() -> None:
    seen = balance()
    assert (seen.total, seen.provider) == (10_000, "studio")
    assert repr(seen) == "10,000 studio credits (free 10,000)"
    generate("image", "a fox")
    until(lambda: seen.total == 9_994)
    made = form("image", prompt="a hare")
    click(made)
    settled(made)
    until(lambda: seen.total == 9_988)
    assert seen.parts == {"paid": 0, "free": 9_988, "earned": 0}


def test_a_closed_balance_is_let_go() -> None:
    followers = sessions.current().balances._followers
    first, second = balance(), balance()
    assert len(followers) == 2
    first.close()
    first.close()
    assert len(followers) == 1
    generate("image", "a fox")
    until(lambda: second.total == 9_994)
    assert first.total == 10_000


def test_following_keeps_nothing_alive() -> None:
    class View:
        total = 0.0

    view: Any = View()
    gone, follow = weakref.ref(view), _host.follower(view, lambda seen, new: None)
    del view
    gc.collect()
    assert gone() is None
    follow(Balance(1))


def test_the_browser_cannot_set_the_balance() -> None:
    seen = balance()
    seen.set_state({"total": 1e9})
    assert seen.total == 10_000
    assert isinstance(seen, BalanceView)


# --- the scripts, and a notebook ---


SCRIPTS = sorted(WIDGETS.glob("*.js"))
TOP = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


def test_scripts_stay_small_and_write_text_only() -> None:
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        assert script.stat().st_size <= 20 * 1024, script.name
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://\w", text
        )
        assert "import(" not in text.replace('import("./', "")
    for sheet in WIDGETS.glob("*.css"):
        assert not re.search(r"@import|url\(", sheet.read_text("utf-8")), sheet.name


@pytest.mark.parametrize("name", [s.name for s in SCRIPTS if not s.name.startswith("_")])
def test_a_widget_is_one_text_of_its_scripts(name: str) -> None:
    text = _link.script(name)
    assert text.count("export default { render };") == 1
    assert not re.search(r"^(import|export (?!default))", text, re.MULTILINE)
    names = TOP.findall(text)
    assert len(names) == len(set(names)), "two scripts share a name"


RUN = """
made.set_state({"value": {**made.value, "prompt": "a fox"}, "revision": 1})
made._handle_custom_msg({"kind": "run", "click": "1", "value": made.value, "revision": 1}, [])
import time
while made.busy: time.sleep(0.02)
"""


@pytest.mark.slow
@pytest.mark.parametrize("shown", ["made", "HBox([made])"])
def test_a_result_is_saved_below_its_form(shown: str, tmp_path: Path) -> None:
    from nbclient import NotebookClient

    cells = [
        "import generor_nb as gn\nfrom ipywidgets import HBox\nmade = gn.form('image')",
        shown,
        RUN,
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert book.cells[0].outputs == book.cells[2].outputs == []
    below = book.cells[1].outputs[-1]
    assert {"image/jpeg", "text/html", "text/plain"} <= set(below.data)
    assert "application/vnd.jupyter.widget-view+json" not in below.data
