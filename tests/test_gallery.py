"""``gn.gallery()`` as a widget, without a browser: what its page is told, over the embedded studio."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm
from conftest import CANARY
from crowd import fill, picture, sound
from ipywidgets import HBox
from support import no_key

import generor_nb as gn
from generor_nb import api, listing, sessions
from generor_nb.base import media
from generor_nb.base.errors import GenerorError, KeyMissing
from generor_nb.contract.schema import Ask
from generor_nb.results import Creation
from generor_nb.studio import Studio
from generor_nb.widgets.gallery import GalleryView

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
HOSTILE = f'<script>alert(1)</script>\u202e\x1b[31m {CANARY} "><img src=x onerror=alert(1)>'
JANE = 2


class Wire(BaseComm):
    """The other end of a widget's comm: keeps what was sent to the page."""

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        sent.append((data or {}, [bytes(b) for b in buffers or []]))


sent: list[tuple[dict[str, Any], list[bytes]]] = []


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> None:
    sent.clear()
    monkeypatch.setattr(comm, "create_comm", Wire)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The embedded studio's, before anybody opened it; with somebody else in it."""
    home = tmp_path / "home" / "studio"
    opened = Studio.open(home, rate_limits=False)
    assert opened.add_user("jane") == JANE
    opened.close()
    return home


def heard(
    kind: str, true: Callable[[dict[str, Any]], bool] = lambda _: True
) -> tuple[dict[str, Any], list[bytes]]:
    """The first message of this kind that was not taken yet; waited for, and taken."""
    deadline = time.monotonic() + 20
    while True:
        for place, (data, buffers) in enumerate(sent):
            content = data.get("content", {})
            if data.get("method") == "custom" and content.get("kind") == kind and true(content):
                del sent[place]
                return content, buffers
        assert time.monotonic() < deadline, f"never heard {kind}: {[d.get('content') for d, _ in sent]}"
        time.sleep(0.005)


def say(view: GalleryView, kind: str, **content: Any) -> None:
    """What the page sends."""
    view._handle_custom_msg({"kind": kind, **content}, [])


def rows(view: GalleryView, at: int = 0) -> dict[str, Any]:
    say(view, "rows", seq=view._number, at=at)
    return heard("rows")[0]


def find(view: GalleryView, **query: Any) -> dict[str, Any]:
    before = {"kind": view.query.source.kind, "what": view.query.source.what}
    say(view, "find", seq=view._number + 1, query={**before, **query})
    return heard("rows")[0]


def pictures(count: int) -> tuple[dict[str, str], list[bytes]]:
    """The types of so many small pictures by key, and their bytes."""
    kinds, data = dict[str, str](), list[bytes]()
    while len(kinds) < count:
        told, buffers = heard("thumbs")
        kinds |= {key: mime for key, mime in told["thumbs"]}  # noqa: C416
        data += buffers
    return kinds, data


def prompts(told: dict[str, Any]) -> list[str]:
    return [row["prompt"] for row in told["rows"]]


def first(view: GalleryView) -> str:
    return str(rows(view)["rows"][0]["key"])


def spent() -> int:
    return len(sessions.current().journal.history(100))


# --- looking ---


@pytest.mark.slow
def test_ten_thousand_are_read_once_each_and_weigh_nothing(folder: Path) -> None:
    fill(folder, 10_000)
    view = gn.gallery()
    say(view, "open")
    told, choices = heard("rows")[0], heard("choices")[0]
    assert told["status"] == "100 of 10,000"
    assert choices["sources"][0]["options"][0] == ("mine ", "My creations")
    assert ("image", "Image") in choices["generators"]
    keys, carried = [row["key"] for row in told["rows"]], 0
    while not told["ended"]:
        told = rows(view, len(keys))
        carried += len(json.dumps(told))
        keys += [row["key"] for row in told["rows"]]
    assert len(keys) == len(set(keys)) == 10_000
    assert carried < 2_600_000
    state = {name: value for name, value in view.get_state().items() if name not in ("_esm", "_css")}
    assert len(json.dumps(state)) < 4_000


def test_the_first_page_is_data_and_is_read_when_needed(folder: Path) -> None:
    fill(folder, 30)
    view = gn.gallery("public")
    assert view
    assert "page" not in vars(view)
    assert len(view) == 12
    assert view.total == 30
    assert [c.creation_id for c in view] == [30 - place for place in range(12)]
    assert [c.creation_id for c in view.more()] == [18 - place for place in range(12)]
    told = rows(view)
    assert len(told["rows"]) == 12  # at once, from what is known
    assert [row["key"] for row in rows(view, 12)["rows"]] == [str(18 - place) for place in range(18)]


def test_small_pictures_come_by_message_when_asked_for(folder: Path) -> None:
    fill(folder, 4, files=[picture(1, (1200, 900)), sound(), SVG])
    view = gn.gallery()
    keys = [row["key"] for row in rows(view)["rows"]]
    say(view, "thumbs", keys=[*keys, "no such", 7])
    kinds, buffers = pictures(4)
    assert kinds == {"4": "image/jpeg", "3": "image/svg+xml", "2": "", "1": "image/jpeg"}
    assert len(buffers) == 3
    jpeg = [data for data in buffers if media.sniff(data) == "image/jpeg"]
    assert len(jpeg) == 2
    assert all(len(data) <= 10_000 and max(media.open_picture(data).size) == 240 for data in jpeg)


def test_what_plays_comes_whole_and_pictures_drawn_anew(folder: Path) -> None:
    fill(folder, 3, files=[SVG, sound(), picture(3, (2400, 1200))])
    view = gn.gallery()
    keys = [row["key"] for row in rows(view)["rows"]]
    got = {}
    for key in keys:
        say(view, "look", key=key)
        told, buffers = heard("whole")
        got[key] = (
            told["mime"],
            told["of"],
            media.open_picture(buffers[0]).size if key == "3" else buffers[0],
        )
    assert got == {
        "3": ("image/jpeg", 1, (1600, 800)),
        "2": ("audio/wav", 1, sound()),
        "1": ("image/svg+xml", 1, SVG),
    }


def test_a_long_film_comes_in_parts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from generor_nb.widgets import _exhibit

    monkeypatch.setattr(_exhibit, "CHUNK", 4_000)
    fill(folder, 1, files=[sound()])
    view = gn.gallery()
    say(view, "look", key=first(view))
    parts = [heard("whole") for _ in range(5)]
    assert [(told["part"], told["of"]) for told, _ in parts] == [(n, 5) for n in range(5)]
    assert b"".join(buffers[0] for _, buffers in parts) == sound()


def test_details_say_what_is_known_and_what_can_be_done(folder: Path) -> None:
    fill(folder, 1, prompts=["mine"], public=False)
    fill(folder, 1, prompts=["hers"], user=JANE)
    view = gn.gallery("public")
    say(view, "look", key=first(view))
    told = heard("details")[0]
    assert [act["kind"] for act in told["acts"]] == ["pick", "form"]
    assert ("By", "jane") in told["facts"]
    assert heard("rating")[0]["text"] == "not rated yet"
    find(view, kind="mine")
    say(view, "look", key="1")
    told = heard("details", lambda told: told["key"] == "1")[0]
    assert [(act["kind"], "ask" in act) for act in told["acts"]] == [
        ("pick", False),
        ("form", False),
        ("publish", True),
        ("delete", True),
    ]


# --- finding ---


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"words": "FOX snow"}, 3),
        ({"type": "audio"}, 6),
        ({"type": "image", "words": "fox"}, 0),
        ({"model": "Flux Schnell"}, 12),
        ({"model": "Flux Pro"}, 0),
        ({"generator": "image"}, 12),
        ({"generator": "poem"}, 0),
        ({"since": "2999-01-01"}, 0),
        ({"until": "2999-01-01"}, 12),
        ({"until": "1999-01-01"}, 0),
    ],
)
@pytest.mark.parametrize("kind", ["mine", "public"])
def test_every_list_can_be_filtered(folder: Path, kind: str, query: dict[str, str], found: int) -> None:
    fill(folder, 12, files=[picture(1), sound()])
    view = gn.gallery(kind)
    told = find(view, **query)
    assert len(told["rows"]) == found
    assert told["ended"]
    if not found:
        assert told["status"] == "Nothing fits."


def test_the_oldest_can_be_first(folder: Path) -> None:
    fill(folder, 3)
    view = gn.gallery()
    assert [row["key"] for row in find(view, oldest=True)["rows"]] == ["1", "2", "3"]
    assert view.asked["oldest"] is True


def test_a_long_search_stops_and_says_how_far_it_came(folder: Path) -> None:
    fill(folder, 700, prompts=["a needle", *["hay"] * 699])
    view = gn.gallery()
    told = find(view, words="needle")
    assert (told["rows"], told["paused"], told["ended"]) == ([], True, False)
    assert told["status"] == "0 found among 500"
    told = rows(view, 0)
    assert prompts(told) == ["a needle, number 1"]
    assert told["ended"]


def test_the_newest_question_is_answered(folder: Path) -> None:
    fill(folder, 3)
    view = gn.gallery()
    for number in range(1, 6):
        say(view, "find", seq=number, query={"kind": "mine", "words": "x" * (5 - number)})
    told = heard("rows", lambda told: told["seq"] == 5)[0]
    assert len(told["rows"]) == 3
    say(view, "rows", seq=2, at=0)
    say(view, "rows", seq=5, at=0)
    assert heard("rows", lambda told: told["at"] == 0)[0]["seq"] == 5


# --- doing ---


def test_deleting_is_asked_first_and_loses_no_row(folder: Path) -> None:
    fill(folder, 250)
    view = gn.gallery()
    keys = [row["key"] for row in rows(view)["rows"]]
    say(view, "delete", key=keys[0])
    say(view, "delete", key=keys[0], sure=True)
    assert heard("gone")[0] == {"kind": "gone", "key": "250", "status": "deleted · 99 of 249"}
    for key in keys[1:4]:
        say(view, "delete", key=key, sure=True)
        heard("gone")
    left, told = keys[4:], {"ended": False}
    while not told["ended"]:
        told = rows(view, len(left))
        left += [row["key"] for row in told["rows"]]
    assert left == [str(number) for number in range(246, 0, -1)]
    assert len(gn.gallery().items) == 12
    assert gn.gallery()[0].creation_id == 246


def test_who_may_see_it_is_changed_and_making_it_public_is_asked(folder: Path) -> None:
    fill(folder, 2, public=False)
    view = gn.gallery()
    key = first(view)
    say(view, "publish", key=key)
    say(view, "publish", key=key, sure=True)
    assert "private" not in heard("row")[0]["row"]["about"]
    assert heard("said")[0]["text"] == "public now"
    assert [str(c.creation_id) for c in gn.gallery("public")] == [key]
    shown = gn.gallery("public")
    rows(shown)
    say(shown, "hide", key=key)
    assert heard("gone")[0]["key"] == key  # it is not in that list any more
    assert list(gn.gallery("public")) == []


def test_rating(folder: Path) -> None:
    fill(folder, 1, user=JANE)
    view = gn.gallery("public")
    key = first(view)
    say(view, "rate", key=key, score=4)
    assert heard("rating")[0]["text"] == "4 of 5, rated 1 times"
    say(view, "rate", key=key, score=9)
    assert "score" in heard("said", lambda told: bool(told.get("bad")))[0]["text"]


def test_what_is_picked_is_a_reference(folder: Path) -> None:
    fill(folder, 1, files=[picture(7)], user=JANE)
    view, seen = gn.gallery("public"), []
    view.observe(lambda change: seen.append(change["new"]), "selected")
    say(view, "pick", key=first(view))
    heard("picked")
    made = view.selected
    assert isinstance(made, Creation)
    assert seen == [made]
    assert made.bytes == picture(7)
    assert made.image.size == (320, 240)
    request = api.wait(
        sessions.current().compose(Ask("image", "at night", model=10004, refs={"image": (made,)}))
    )
    assert "/users/2/img/made-1.png" in request.body
    form = gn.form("image", model=10004, image=made)
    assert "/users/2/img/made-1.png" in form.value["image"][0]["ref"]


def test_what_was_made_here_goes_on_from_its_operation(studio: sessions.Session) -> None:
    result = gn.generate("image", "a fox", aspect="16:9", settings={"image-style": "noir"})
    for kind in ("mine", "local"):
        view = gn.gallery(kind)
        key = first(view)
        say(view, "pick", key=key)
        heard("picked")
        assert view.selected.origin == result[0].origin
        say(view, "form", key=key)
        assert "a form with this request" in heard("said", lambda told: "form" in told["text"])[0]["text"]
        form = view._form_place._shown._widget
        assert (form["prompt"], form["aspect"], form["image-style"]) == ("a fox", "16:9", "noir")
    assert spent() == 1


def test_a_form_from_elsewhere_has_what_is_told(folder: Path) -> None:
    fill(folder, 1, user=JANE)
    view = gn.gallery("public")
    say(view, "form", key=first(view))
    assert "other settings are not told" in heard("said")[0]["text"]
    form = view._form_place._shown._widget
    assert (form["prompt"], form["model"]) == ("a lighthouse in a storm, number 1", 10003)


def test_saving_overwrites_nothing(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1, files=[picture(7)])
    view = gn.gallery()
    key, target = first(view), tmp_path / "kept"
    target.mkdir()
    (target / "a-lighthouse-in-a-storm-number-1-1.png").write_bytes(b"mine")
    for _ in range(2):
        say(view, "save", key=key, folder=str(target))
        assert "saved as" in heard("said")[0]["text"]
    assert [path.read_bytes() for path in sorted(target.iterdir())] == [picture(7), b"mine"]
    (tmp_path / "file").write_text("")
    say(view, "save", key=key, folder=str(tmp_path / "file"))
    assert heard("said")[0]["bad"] is True


# --- from this computer ---


def test_local_has_every_provider_and_needs_no_account(
    studio: sessions.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    gn.generate("image", "a fox")
    gn.generate("joke", "kites")
    with studio.journal.change() as db:
        db.execute("UPDATE operation SET provider='generor' WHERE generator='joke'")
    sessions.close()
    monkeypatch.delenv("GENEROR_API_KEY")
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    view = gn.gallery("local")
    told = rows(view)
    assert [(row["kind"], row["prompt"]) for row in told["rows"]] == [("text", "kites"), ("image", "a fox")]
    assert told["status"] == "2 of 2"
    assert [row["prompt"] for row in find(view, type="image")["rows"]] == ["a fox"]
    say(view, "open")
    assert heard("choices")[0]["models"]
    keys = [row["key"] for row in told["rows"]]
    say(view, "thumbs", keys=keys)
    assert pictures(2)[0] == {keys[0]: "", keys[1]: "image/jpeg"}
    say(view, "look", key=keys[1])
    assert heard("whole")[0]["mime"] == "image/jpeg"
    say(view, "pick", key=keys[1])
    heard("picked")
    assert view.selected.image.size[0] > 0
    assert [c.prompt for c in gn.gallery("local")] == ["kites", "a fox"]


# --- when it goes wrong ---


def test_without_a_key_it_says_so_and_shows_what_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENEROR_API_KEY")
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    view = gn.gallery()
    told = rows(view)
    assert "key" in told["trouble"]
    assert told["rows"] == []
    data, _ = view._repr_mimebundle_()
    assert "key" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data
    with pytest.raises(KeyMissing):
        list(view)
    assert find(view, kind="local")["trouble"] == ""


def test_out_of_reach_is_said_and_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, 3)
    view = gn.gallery()
    read = listing.Library.leaf

    async def broken(*_: Any) -> Any:
        raise GenerorError("the server was not reached", "try again")

    view._reading.read = broken
    assert rows(view)["trouble"] == "the server was not reached\ntry again"
    view._reading.read = lambda *told: read(view._library, *told)
    assert len(rows(view)["rows"]) == 3


def test_an_empty_gallery_says_so(studio: sessions.Session) -> None:
    assert rows(gn.gallery())["status"] == "Nothing here yet."


def test_text_from_outside_is_cleaned_and_no_key_is_told(folder: Path) -> None:
    fill(folder, 2, prompts=[HOSTILE], user=JANE)
    view = gn.gallery("public")
    say(view, "open")
    key = heard("rows")[0]["rows"][0]["key"]
    say(view, "look", key=key)
    prompt = heard("details")[0]["prompt"]
    assert "\u202e" not in prompt
    assert "\x1b" not in prompt
    data, _ = view._repr_mimebundle_()
    assert not re.search(r"<script|<img src=x", data["text/html"])
    heard("rating")
    no_key(json.dumps([message for message, _ in sent]) + json.dumps(view.get_state()) + json.dumps(data))


def test_the_page_can_ask_and_set_nothing(folder: Path) -> None:
    fill(folder, 1)
    view = gn.gallery()
    esm = view._esm
    view.set_state({"_esm": "alert(1)", "asked": {"seq": 9}, "words": {}, "selected": 1})
    assert (view._esm, view.asked["seq"], view.selected) == (esm, 0, None)
    for nonsense in (
        None,
        [],
        "rows",
        {"kind": "rows", "seq": "x"},
        {"kind": "look"},
        {"kind": "find", "query": 1},
    ):
        view._handle_custom_msg(nonsense, [])
    assert len(rows(view, -5)["rows"]) == 1


def test_it_stands_beside_others_and_is_small_when_saved(folder: Path) -> None:
    fill(folder, 40, files=[picture(seed, (900, 700)) for seed in range(12)])
    view = gn.gallery()
    assert HBox([view]).children == (view,)
    data, _ = view._repr_mimebundle_()
    assert data["text/html"].count("data:image/jpeg;base64,") == 12
    assert len(json.dumps(data, ensure_ascii=False).encode()) <= 64_000
    assert "12 of 40" in data["text/plain"]


def test_korean(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, 1)
    monkeypatch.setenv("GENEROR_LANGUAGE", "ko")
    view = gn.gallery()
    assert view.words["title"] == "갤러리"
    assert rows(view)["status"] == "1개 중 1개"


def test_the_script_stays_small() -> None:
    widgets = Path(gn.__file__).parent / "widgets"
    assert (widgets / "gallery.js").stat().st_size <= 20 * 1024
