"""A picture of what came without one, and what a header says of a film or a sound."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generor_nb import stills
from generor_nb.base import media
from generor_nb.base.containers import Measures, measured
from generor_nb.studio.engines.sound import flac

RED, SIZE = (200, 30, 40), (320, 176)


def film(path: Path, seconds: float = 1.5, colour: tuple[int, int, int] = RED, *, fast: bool = True) -> Path:
    """A plain film of 8 frames a second whose first frame is ``colour`` and the others grey."""
    av = pytest.importorskip("av")
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"} if fast else {}) as made:
        stream = made.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(int(seconds * 8)):
            picture = Image.new("RGB", SIZE, colour if number == 0 else (90, 90, 90))
            made.mux(stream.encode(av.VideoFrame.from_image(picture)))
        made.mux(stream.encode())
    return path


def sound(path: Path, seconds: int = 2) -> Path:
    """Silence, and then a tone."""
    half = 22_050 * seconds
    tone = 0.5 * np.sin(np.arange(half) / 20)
    path.write_bytes(flac.encode(np.concatenate([np.zeros(half), tone]).astype(np.float32), 44_100))
    return path


@pytest.fixture
def no_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "DECODER", "absent_decoder")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


# --- what headers say


@pytest.mark.parametrize("fast", [True, False], ids=["header first", "header last"])
def test_a_film_says_its_size_and_length(tmp_path: Path, fast: bool) -> None:
    assert measured(film(tmp_path / "f.mp4", fast=fast), "video/mp4") == Measures(*SIZE, 1.5)


def test_a_sound_says_its_length(tmp_path: Path) -> None:
    assert measured(sound(tmp_path / "s.flac"), "audio/flac").seconds == 2
    with wave.open(str(tmp_path / "s.wav"), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0" * 8000 * 4 * 3)
    assert measured(tmp_path / "s.wav", "audio/wav").seconds == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"fLaC",
        struct.pack(">I4s", 8, b"moov") * 4,
        struct.pack(">I4s", 3, b"moov"),
        struct.pack(">I4sI4s", 16, b"moov", 8, b"mvhd"),
        struct.pack(">I4sQ", 1, b"moov", 1 << 60),
        struct.pack(">I4sI4s", 48, b"moov", 40, b"mvhd") + bytes(32),
        struct.pack(">I4s", 8, b"free") * 5_000,
        b"RIFF\0\0\0\0WAVE" + struct.pack("<4sI", b"data", 9),
    ],
)
@pytest.mark.parametrize("mime", ["video/mp4", "audio/flac", "audio/wav", "audio/mpeg"])
def test_a_broken_header_says_nothing(tmp_path: Path, data: bytes, mime: str) -> None:
    (tmp_path / "x").write_bytes(data)
    assert measured(tmp_path / "x", mime) == Measures()
    assert measured(tmp_path / "absent", mime) == Measures()


# --- what stands for them


def test_a_film_is_seen_by_its_first_frame(tmp_path: Path) -> None:
    still = opened(stills.still_of(film(tmp_path / "f.mp4"), "video/mp4", "MP4"))
    assert still.size == SIZE
    assert np.abs(np.asarray(still, float) - RED).mean() < 8


def test_what_was_decoded_once_is_kept(tmp_path: Path, no_av_later: Any) -> None:
    path = film(tmp_path / "f.mp4")
    first = stills.still_of(path, "video/mp4", "MP4")
    no_av_later()
    assert stills.still_of(path, "video/mp4", "MP4") == first
    assert stills.beside(path).exists()


@pytest.fixture
def no_av_later(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda: monkeypatch.setattr(stills, "DECODER", "absent_decoder")


def test_a_sound_is_seen_by_how_loud_it_is(tmp_path: Path) -> None:
    pytest.importorskip("av")
    card = opened(stills.still_of(sound(tmp_path / "s.flac"), "audio/flac", "FLAC"))
    assert card.size == media.CARD
    ink = np.asarray(card.convert("L"))[60] > 150  # a line well above the middle
    assert not ink[:170].any()
    assert ink[200:360].mean() > 0.2


@pytest.mark.usefixtures("no_decoder")
def test_without_a_decoder_there_is_a_card_that_says_what_it_is(tmp_path: Path) -> None:
    path = film(tmp_path / "f.mp4")
    card = stills.still_of(path, "video/mp4", "MP4 · 5 s")
    assert opened(card).size == media.CARD
    assert card != stills.still_of(path, "video/mp4", "MP4 · 6 s")
    assert not stills.beside(path).exists()


def test_what_is_no_film_gets_a_card_and_is_tried_once(tmp_path: Path) -> None:
    pytest.importorskip("av")
    path = tmp_path / "f.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom" + bytes(4000))
    assert opened(stills.still_of(path, "video/mp4", "MP4")).size == media.CARD
    assert stills.beside(path).read_bytes() == b""


def test_a_decoder_that_hangs_or_dies_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.mp4"
    path.write_bytes(b"x")
    monkeypatch.setattr(stills, "DECODER", "json")
    dies, hangs, babbles = "import os; os.abort()", "while True: pass", "print('no picture')"
    for script, kept in ((dies, True), (hangs, False), (babbles, True)):
        monkeypatch.setattr(stills, "_SCRIPT", script)
        monkeypatch.setattr(stills, "SECONDS", 0.3 if script == hangs else 60)
        assert opened(stills.still_of(path, "video/mp4", "MP4")).size == media.CARD
        assert stills.beside(path).exists() is kept  # what hung may be faster on a quieter day
        stills.beside(path).unlink(missing_ok=True)


def test_the_decoder_knows_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEROR_API_KEY", "a secret")
    monkeypatch.setattr(stills, "DECODER", "json")
    monkeypatch.setattr(stills, "_SCRIPT", "import os; print(os.environ)")
    (tmp_path / "s.flac").write_bytes(b"fLaC")
    stills.still_of(tmp_path / "s.flac", "audio/flac", "FLAC")
    assert b"PATH" in stills.beside(tmp_path / "s.flac").read_bytes()
    assert b"a secret" not in stills.beside(tmp_path / "s.flac").read_bytes()
