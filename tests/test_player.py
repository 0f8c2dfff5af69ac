"""Playing what lies elsewhere: what can be played, what the page gets, what a notebook keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import generor_nb as gn
from generor_nb.base.errors import InvalidRequest
from generor_nb.results import Creation, Result
from generor_nb.widgets.player import Player

FLAC = b"fLaC" + bytes(range(256)) * 8


def creation(folder: Path, data: bytes = FLAC, mime: str = "audio/flac", text: str | None = None) -> Creation:
    (folder / "file").write_bytes(data)
    return Creation("1", folder / "x.flac", folder / "file", mime, "<waves>", text=text)


def result(*creations: Creation) -> Result:
    return Result(creations, "x", "x", "studio", "m", 1, False, 1, 1, 1, 1.0, "op")


class Sent(Player):
    """A player that notes what it sends."""

    def send(self, content: Any, buffers: Any = None) -> None:
        self.told = [*getattr(self, "told", []), (content, [bytes(one) for one in buffers])]


def test_the_page_gets_the_file_when_it_asks(tmp_path: Path) -> None:
    player = Sent(creation(tmp_path))
    player._handle_custom_msg({"kind": "want"}, [])
    assert player.told == [({"kind": "file"}, [FLAC])]
    for wrong in ({"kind": "other"}, "want", None):
        player._handle_custom_msg(wrong, [])
    assert len(player.told) == 1


def test_no_state_and_no_bundle_holds_the_file(tmp_path: Path) -> None:
    made = creation(tmp_path)
    player = gn.play(made)
    state = {name: player.get_state()[name] for name in ("mime", "words", "poster")}
    assert (state["mime"], state["words"]) == ("audio/flac", "<waves>")
    assert len(str(state)) < 40_000
    data, _ = player._repr_mimebundle_()
    kept = made._repr_mimebundle_()
    assert {kind: data[kind] for kind in kept} == kept
    assert "plays it here" in kept["text/html"]


def test_of_a_result_the_first_that_plays_is_taken(tmp_path: Path) -> None:
    words = Creation("0", None, None, "text/plain", "x", text="words")
    assert gn.play(result(words, creation(tmp_path))).mime == "audio/flac"


def test_what_the_page_says_changes_nothing(tmp_path: Path) -> None:
    player = gn.play(creation(tmp_path))
    player.set_state({"mime": "text/html"})
    assert player.mime == "audio/flac"


def test_what_does_not_play_is_refused_with_what_to_do(tmp_path: Path) -> None:
    for made in (result(), creation(tmp_path, mime="image/png")):
        with pytest.raises(InvalidRequest, match="nothing here that plays"):
            gn.play(made)
    with pytest.raises(InvalidRequest, match=r"2\.5 MB are too much") as caught:
        gn.play(creation(tmp_path, bytes(2_500_000)))
    assert "x.flac" in caught.value.hint
