"""Speech, music and sound effects: what is asked is heard, at its level, in a file that plays."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generor_nb.base.media import sniff
from generor_nb.studio.engines import EngineError
from generor_nb.studio.engines.sound import (
    effects,
    english,
    flac,
    korean,
    loudness,
    music,
    spanish,
    speech,
    voice,
    waveform,
)
from generor_nb.studio.engines.sound.synth import RATE, Chance

pytest_plugins = ["lab"]

pytestmark = pytest.mark.slow

OWN = {"by": "own"}
TOP = 10 ** (-1 / 20)


def heard(made: dict[str, Any]) -> tuple[np.ndarray[Any, Any], int]:
    """Samples (one row each, -1 to 1) and rate of what an engine made, by a decoder of the test's own."""
    rate, samples = decoded(made["data"])
    return samples.astype(np.float32) / 32_768, rate


class Bits:
    def __init__(self, data: bytes) -> None:
        self.text, self.at = "".join(f"{byte:08b}" for byte in data), 0

    def take(self, count: int) -> int:
        self.at += count
        return int(self.text[self.at - count : self.at] or "0", 2)

    def signed(self, count: int) -> int:
        value = self.take(count)
        return value - (1 << count) if value >> (count - 1) else value

    def unary(self) -> int:
        stop = self.text.index("1", self.at)
        zeros, self.at = stop - self.at, stop + 1
        return zeros


def decoded(data: bytes) -> tuple[int, np.ndarray[Any, Any]]:
    """FLAC as the format's document describes it, as far as our files use it; checks every check."""
    assert data[:4] == b"fLaC"
    place, about = 4, b""
    while True:
        kind, size = data[place], int.from_bytes(data[place + 1 : place + 4], "big")
        about = about or data[place + 4 : place + 4 + size]
        place += 4 + size
        if kind & 0x80:
            break
    packed = int.from_bytes(about[10:18], "big")
    rate, channels, count = packed >> 44, (packed >> 41 & 7) + 1, packed & ((1 << 36) - 1)
    blocks = []
    while place < len(data):
        block, place = frame(data, place, channels)
        blocks.append(block)
    samples = np.concatenate(blocks)
    assert len(samples) == count
    assert hashlib.md5(samples.astype("<i2").tobytes()).digest() == about[18:34]
    return rate, samples


def frame(data: bytes, start: int, channels: int) -> tuple[np.ndarray[Any, Any], int]:
    code, mode = data[start + 2] >> 4, data[start + 3] >> 4
    assert data[start : start + 2] == b"\xff\xf9"
    first = data[start + 4]
    place = start + 4 + (1 if first < 0x80 else 8 - (first ^ 0xFF).bit_length())
    size = {0b1010: 1024, 0b1100: 4096}.get(code) or int.from_bytes(data[place : place + 2], "big") + 1
    place += 2 if code == 0b0111 else 0
    assert remainder(data[start:place], 8, 0x07) == data[place]
    bits = Bits(data[place + 1 : place + 1 + size * channels * 4 + 64])
    rows = [subframe(bits, size, 17 if mode == 10 and turn else 16) for turn in range(channels)]
    if mode == 10:
        middle, side = rows
        middle = (middle << 1) | (side & 1)
        rows = [(middle + side) >> 1, (middle - side) >> 1]
    end = place + 1 + -(-bits.at // 8)
    assert remainder(data[start:end], 16, 0x8005).to_bytes(2, "big") == data[end : end + 2]
    return np.stack(rows, 1), end + 2


def subframe(bits: Bits, size: int, depth: int) -> np.ndarray[Any, Any]:
    order = (bits.take(8) >> 1) - 8
    values = [bits.signed(depth) for _ in range(order)]
    assert bits.take(2) == 1
    assert bits.take(4) == 0
    low = bits.take(5)
    rests = []
    for _ in range(size - order):
        folded = bits.unary() << low | (bits.take(low) if low else 0)
        rests.append((folded >> 1) ^ -(folded & 1))
    weights = {0: (), 1: (1,), 2: (2, -1), 3: (3, -3, 1), 4: (4, -6, 4, -1)}[order]
    for rest in rests:
        values.append(rest + sum(w * values[-1 - k] for k, w in enumerate(weights)))
    return np.array(values, np.int64)


def remainder(data: bytes, width: int, poly: int) -> int:
    state = 0
    for byte in data:
        state ^= byte << (width - 8)
        for _ in range(8):
            state = ((state << 1) ^ poly if state >> (width - 1) else state << 1) & ((1 << width) - 1)
    return state


# --- the file


@pytest.mark.parametrize(("count", "channels"), [(1, 1), (1024, 1), (5000, 2)])
def test_a_file_holds_the_samples_exactly(count: int, channels: int) -> None:
    sound = np.clip(Chance("file").noise(count * channels).reshape(count, channels) * 0.3, -1, 1)
    rate, samples = decoded(flac.encode(sound, 22_050))
    assert rate == 22_050
    assert (samples == np.round(sound * 32_767)).all()


def test_two_channels_that_are_nearly_one_are_told_apart_and_take_less_room() -> None:
    chance = Chance("near")
    left = 0.2 * chance.noise(5000)
    near = np.stack([left, left + 0.001 * chance.noise(5000)], 1)
    far = np.stack([left, 0.2 * chance.noise(5000)], 1)
    assert (decoded(flac.encode(near, RATE))[1] == np.round(near * 32_767)).all()
    assert len(flac.encode(near, RATE)) < 0.8 * len(flac.encode(far, RATE))


def test_full_scale_and_silence_survive() -> None:
    sound = np.concatenate([np.full(700, 1.0), np.full(700, -1.0), np.zeros(700)]).astype(np.float32)
    assert (decoded(flac.encode(sound, RATE))[1][:, 0] == np.round(sound * 32_767)).all()


def test_a_frame_past_half_an_hour_is_numbered_as_the_format_says() -> None:
    # The extension of UTF-8 to 36 bits, where Python's own coder ends.
    assert flac._number(0x10FFFF) == "\U0010ffff".encode()
    assert flac._number(0x1FFFFF).hex() == "f7bfbfbf"
    assert flac._number(0x200000).hex() == "f888808080"


def test_what_comes_out_is_what_the_studio_keeps_as_audio() -> None:
    made = effects.make({"prompt": "coin", "seed": 1})
    assert sniff(made["data"]) == made["mime"] == "audio/flac"
    assert made["fields"] == {"seconds": made["seconds"]}


# --- the level


@pytest.mark.parametrize(("channels", "expected"), [(1, -23.01), (2, -20.0)])
def test_the_standards_tone_measures_as_the_standard_says(channels: int, expected: float) -> None:
    t = np.arange(5 * 48_000) / 48_000
    tone = (10 ** (-20 / 20) * np.sin(2 * np.pi * 997 * t)).astype(np.float32)
    assert loudness.lufs(np.stack([tone] * channels, 1), 48_000) == pytest.approx(expected, abs=0.05)


def test_pauses_do_not_count() -> None:
    t = np.arange(4 * RATE) / RATE
    tone = (0.1 * np.sin(2 * np.pi * 997 * t)).astype(np.float32)
    apart = np.concatenate([tone, np.zeros(8 * RATE, np.float32)])
    assert loudness.lufs(apart, RATE) == pytest.approx(loudness.lufs(tone, RATE), abs=0.5)


def test_what_is_far_below_the_rest_does_not_count() -> None:
    t = np.arange(4 * RATE) / RATE
    tone = (0.1 * np.sin(2 * np.pi * 997 * t)).astype(np.float32)
    quiet = np.concatenate([tone, 0.01 * tone])
    assert loudness.lufs(quiet, RATE) == pytest.approx(loudness.lufs(tone, RATE), abs=0.5)


def test_low_tones_count_less_than_high_ones() -> None:
    t = np.arange(4 * RATE) / RATE
    low, high = (
        loudness.lufs((0.1 * np.sin(2 * np.pi * f * t)).astype(np.float32), RATE) for f in (40, 4000)
    )
    assert high - low > 6


@pytest.mark.parametrize("name", sorted(effects.RECIPES))
def test_every_sound_is_at_its_level_and_does_not_clip(name: str) -> None:
    recipe = effects.RECIPES[name]
    seconds = max(recipe.seconds, 3.2)
    sound = loudness.levelled(effects.in_turn(Chance("level", name), [[name]], seconds), RATE)
    assert loudness.lufs(sound, RATE) == pytest.approx(-16, abs=1)
    assert np.abs(sound).max() <= TOP
    assert np.abs(sound[0]).max() < 0.02
    assert np.abs(sound[-1]).max() < 0.02


@pytest.mark.parametrize("prompt", ["epic battle 8 s", "calm piano 8 s", "techno 8 s", "lo-fi 8 s"])
def test_music_is_at_its_level(prompt: str) -> None:
    sound, rate = level_of(music, prompt)
    assert loudness.lufs(sound, rate) == pytest.approx(-16, abs=1)
    assert np.abs(sound).max() <= TOP


def test_speech_is_at_its_level() -> None:
    text = "The lighthouse stood alone against the storm, and nobody came."
    sound, rate = heard(speech.make({"prompt": text, "preset": OWN}))
    assert len(sound) >= 3 * rate
    assert loudness.lufs(sound, rate) == pytest.approx(-16, abs=1)
    assert np.abs(sound).max() <= TOP


def test_a_short_sound_is_not_louder_than_a_long_one() -> None:
    sound, rate = heard(effects.make({"prompt": "referee whistle", "seed": 1}))
    assert len(sound) < 3 * rate
    assert loudness.lufs(sound, rate) <= -15.5


# --- sound effects


def test_every_recipe_is_found_by_each_of_its_words() -> None:
    lost = [
        (name, word)
        for name, recipe in effects.RECIPES.items()
        for word in recipe.words.split("|")
        if not any(word in listed.split("|") for other, listed in effects.PHRASES.items() if other != name)
        and name not in [one for group in effects.understood(word) for one in group]
    ]
    assert not lost
    assert len(effects.RECIPES) >= 25


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("rain with thunder", [["rain", "thunder"]]),
        ("a knock, then a creaking door", [["knock"], ["door"]]),
        ("breaking glass", [["glass"]]),
        ("church bells", [["bell"]]),
        ("문 두드리는 노크와 빗소리", [["door", "knock", "rain"]]),
        ("a trained painter in a scar", []),
    ],
)
def test_words_say_which_sounds_and_in_which_order(prompt: str, expected: list[list[str]]) -> None:
    assert effects.understood(prompt) == expected


def test_sounds_are_not_alike() -> None:
    prints = {name: band_print(name) for name in effects.RECIPES}
    names = sorted(prints)
    apart = {
        (a, b): float(np.abs(prints[a] - prints[b]).sum())
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    }
    assert min(apart.values()) > 0.1, min(apart, key=apart.__getitem__)


def test_thunder_is_lower_than_rain() -> None:
    assert centre("thunder") < centre("rain") / 3


def test_a_siren_rises_and_falls() -> None:
    sound = effects.in_turn(Chance("siren"), [["siren"]], 4.0)[:, 0]
    frames = sound[: len(sound) // 4096 * 4096].reshape(-1, 4096) * np.hanning(4096)
    spectrum = np.abs(np.fft.rfft(frames, axis=1))[:, 30:140]
    pitch = (spectrum.argmax(1) + 30) * RATE / 4096
    assert pitch.min() < 550
    assert pitch.max() > 950


def test_two_sounds_are_both_in_it() -> None:
    both = spectrum_of(effects.in_turn(Chance("both"), [["crickets", "motor"]], 4.0))
    hertz = np.fft.rfftfreq(len(both) * 2 - 2, 1 / RATE)
    shares = [
        both[(hertz > low) & (hertz < high)].sum() / both.sum() for low, high in ((3500, 5200), (30, 300))
    ]
    assert min(shares) > 0.05


def test_one_after_the_other_is_one_after_the_other() -> None:
    sound = effects.in_turn(Chance("turn"), [["explosion"], ["birds"]], 8.0)
    first, second = (spectrum_of(part) for part in (sound[: 2 * RATE], sound[-2 * RATE :]))
    hertz = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    assert hertz[first.argmax()] < 300
    assert hertz[second.argmax()] > 1500


@pytest.mark.parametrize(
    ("job", "seconds"),
    [
        ({"prompt": "rain"}, 6.0),
        ({"prompt": "rain, 4 seconds"}, 4.0),
        ({"prompt": "rain 4 s", "parameters": {"soundscape-length": "7"}, "preset": {"form": "scape"}}, 7.0),
        ({"prompt": "a chime", "preset": {"form": "notification"}}, 1.2),
    ],
)
def test_it_lasts_as_long_as_asked(job: dict[str, Any], seconds: float) -> None:
    assert effects.make(job)["seconds"] == pytest.approx(seconds, abs=0.01)


def test_a_soundscape_loops_without_a_seam() -> None:
    chance = Chance("loop")
    sound = effects.looped(effects.in_turn(chance, [["waves", "birds"]], 10.0), 1.5)
    around = np.abs(np.diff(np.concatenate([sound[-RATE // 10 :], sound[: RATE // 10]]), axis=0))
    assert around[RATE // 10 - 1].max() <= around.max()
    level = [float(np.sqrt((part**2).mean())) for part in (sound[: RATE // 4], sound[-RATE // 4 :])]
    assert 0.4 < level[0] / level[1] < 2.5


def test_unknown_words_make_a_sound_and_say_so() -> None:
    facts = effects.make({"prompt": "qwertz"})["facts"]
    assert facts["understood"] == []
    assert facts["sounds"] == ["whoosh"]


# --- music


def test_asked_tempo_is_the_tempo() -> None:
    sound, rate = level_of(music, "techno 120 bpm 12 s")
    power = (sound.mean(1)[: len(sound) // 441 * 441].reshape(-1, 441) ** 2).mean(1)
    rises = np.maximum(np.diff(np.log(power + 1e-6)), 0)
    likeness = [float((rises[:-lag] * rises[lag:]).mean()) for lag in range(30, 90)]
    assert abs(int(np.argmax(likeness)) + 30 - 50) <= 1 or abs(int(np.argmax(likeness)) + 30 - 25) <= 1
    assert rate == RATE


@pytest.mark.parametrize(
    ("prompt", "fact", "expected"),
    [
        ("a calm piano piece", "mood", "calm"),
        ("a calm piano piece", "lead", "piano"),
        ("epic trailer", "drums", True),
        ("epic trailer without drums", "drums", False),
        ("waltz for a ballroom", "meter", "3/4"),
        ("jazz in e flat minor", "key", "E flat minor"),
        ("happy tune at 97 bpm", "bpm", 97),
        ("슬픈 바이올린", "mood", "sad"),
    ],
)
def test_words_change_the_piece(prompt: str, fact: str, expected: object) -> None:
    _, facts = music.planned(prompt, {}, Chance(prompt))
    assert facts[fact] == expected


def test_a_chosen_mood_beats_the_words() -> None:
    _, facts = music.planned("a happy song", {"mood": "sad"}, Chance("x"))
    assert facts["mood"] == "sad"


def test_a_piece_has_parts_and_comes_home() -> None:
    plan, _ = music.planned("happy", {"length": "30"}, Chance("home"))
    notes = music.compose(plan, Chance("home"))
    start = {who: min(n.at for n in notes if n.who == who) for who in (plan.lead, "kick")}
    assert start[plan.lead] >= plan.style.meter
    assert start["kick"] >= plan.style.meter
    last = [note for note in notes if note.at >= plan.bars * plan.style.meter and note.key]
    assert {(note.key - plan.root) % 12 for note in last} == {0, 4, 7}


def test_melody_keeps_to_its_key() -> None:
    plan, _ = music.planned("classical in d minor", {}, Chance("key"))
    scale = {(2 + step) % 12 for step in (0, 2, 3, 5, 7, 8, 10)}
    played = {note.key % 12 for note in music.compose(plan, Chance("key")) if note.who == plan.lead}
    assert played <= scale


def test_on_the_beat_the_melody_fits_the_chord() -> None:
    plan, _ = music.planned("happy", {}, Chance("fit"))
    notes = music.compose(plan, Chance("fit"))
    sung = [note for note in notes if note.who == plan.lead and note.at % 1 == 0]
    chords = {
        bar: {n.key % 12 for n in notes if n.who == plan.style.harmony and n.at // plan.style.meter == bar}
        for bar in range(plan.bars + 1)
    }
    assert len(sung) > 10
    assert all(note.key % 12 in chords[note.at // plan.style.meter] for note in sung)


def test_ideas_return() -> None:
    plan, _ = music.planned("happy", {"length": "60"}, Chance("again"))
    notes = [n for n in music.compose(plan, Chance("again")) if n.who == plan.lead]
    rhythm: dict[int, tuple[float, ...]] = {}
    for bar in range(plan.bars):
        at = bar * plan.style.meter
        rhythm[bar] = tuple(n.at - at for n in notes if at <= n.at < at + plan.style.meter)
    said = [found for found in rhythm.values() if found]
    assert len(set(said)) <= len(said) / 2


def test_moods_sound_different() -> None:
    calm, epic = (spectrum_of(level_of(music, f"{mood} 8 s")[0]) for mood in ("calm", "epic"))
    assert np.abs(calm / calm.sum() - epic / epic.sum()).sum() > 0.5


def test_music_is_stereo_and_ends_softly() -> None:
    sound, rate = level_of(music, "folk 8 s")
    assert np.abs(sound[:, 0] - sound[:, 1]).max() > 0.01
    assert np.abs(sound[-rate // 100 :]).max() < 0.01
    assert np.abs(sound[0]).max() < 0.01


@pytest.mark.parametrize("seconds", ["5", "15"])
def test_a_piece_lasts_as_long_as_asked(seconds: str) -> None:
    made = music.make({"prompt": "jingle", "parameters": {"jingle-length": seconds}})
    assert made["seconds"] == pytest.approx(float(seconds), abs=0.01)


# --- speech


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("the", "DH AX"),
        ("storm", "S T ' AO R M"),
        ("generation", "JH EH N ER ' EY SH AX N"),
        ("lazy", "L ' AE Z IY"),
        ("telephone", "T ' EH L EH F OW N"),
        ("knight", "N ' AY T"),
        ("html", "EY CH T IY EH M EH L"),
    ],
)
def test_english_is_said_by_its_rules(word: str, expected: str) -> None:
    assert " ".join(english.sounds(word)) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("한국어", "HH ' a N G u G eo"),
        ("좋아요", "CH ' o a Y o"),
        ("같이", "K ' a CH i"),
        ("먹는다", "M ' eo NG N eu N D a"),
        ("신라", "S ' i L L a"),
        ("읽다", "' i k_ TT a"),
    ],
)
def test_korean_letters_change_where_they_meet(word: str, expected: str) -> None:
    assert " ".join(korean.sounds(word)) == expected


def test_spanish_is_said_as_written() -> None:
    assert " ".join(spanish.sounds("guitarra")) == "G i T ' a RR RR a"
    assert " ".join(spanish.sounds("canción")) == "K a N S Y ' o N"


@pytest.mark.parametrize(
    ("say", "value", "expected"),
    [
        (english.number, 1204, "one thousand two hundred four"),
        (korean.number, 12_345, "만이천삼백사십오"),
        (spanish.number, 1999, "mil novecientos noventa y nueve"),
    ],
)
def test_numbers_are_words(say: Any, value: int, expected: str) -> None:
    assert say(value) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Good morning.", "en"),
        ("좋은 아침입니다 Python", "ko"),
        ("¿Dónde está?", "es"),
        ("Доброе утро", "ru"),
        ("おはよう", "ja"),
    ],
)
def test_the_writing_tells_the_language(text: str, language: str) -> None:
    assert speech.language_of(text) == language


def test_a_language_that_nobody_here_reads_is_refused_with_what_to_do() -> None:
    with pytest.raises(EngineError, match="install eSpeak NG"):
        speech.make({"prompt": "Доброе утро", "preset": OWN})


@pytest.mark.parametrize("text", ["", "...", "🙂"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(EngineError, match="read aloud"):
        speech.make({"prompt": text, "preset": OWN})


def test_a_fast_voice_takes_less_time() -> None:
    slow, fast = (said(pace=pace)["seconds"] for pace in ("slow", "fast"))
    assert slow > 1.4 * fast


def test_a_text_fits_the_seconds_it_is_given() -> None:
    assert said(seconds="3")["seconds"] == pytest.approx(3, abs=0.2)


def test_voices_differ_in_pitch() -> None:
    low, high = (pitch_of(name) for name in ("low", "high"))
    assert low == pytest.approx(voice.SPEAKERS["low"].pitch, rel=0.2)
    assert high == pytest.approx(voice.SPEAKERS["high"].pitch, rel=0.2)


def test_vowels_have_their_resonances() -> None:
    sound = voice.speak(["IY"] * 4, voice.SPEAKERS["middle"], 1, Chance("iy"))
    power = np.abs(np.fft.rfft(sound[1000:9000] * np.hanning(8000))) ** 2
    hertz = np.fft.rfftfreq(8000, 1 / voice.RATE)
    between, second = (power[(hertz > a) & (hertz < b)].max() for a, b in ((900, 1500), (2000, 2700)))
    assert second > 4 * between


def test_a_question_rises_at_its_end() -> None:
    asked, told = (pitch_of("middle", mark, 0.9) for mark in ("?", "."))
    assert asked > 1.2 * told


def test_a_hiss_is_noise_and_a_vowel_is_not() -> None:
    hiss, vowel = (
        voice.speak([name] * 6, voice.SPEAKERS["middle"], 1, Chance(name))[2000:8000] for name in ("S", "AA")
    )
    crossings = [int((np.diff(np.sign(part)) != 0).sum()) for part in (hiss, vowel)]
    assert crossings[0] > 5 * crossings[1]


def test_a_long_text_is_read_whole_in_passages() -> None:
    names = speech.names_of("The lighthouse stood alone. " * 60, "en")
    parts = speech.passages(names)
    assert [name for part in parts for name in part] == names
    assert len(parts) > 1
    assert all(part[-1] == "." for part in parts)


def test_whose_voice_it_is_is_said() -> None:
    assert "sounds like a machine" in said()["facts"]["spoken_by"]


@pytest.fixture
def espeak_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of eSpeak NG's name that answers as it does: a WAV of unknown size, as long as the text."""
    program = tmp_path / "espeak-ng"
    program.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        "text = sys.stdin.read()\n"
        f"pathlib.Path({str(tmp_path / 'heard')!r}).write_text(text + '|' + ' '.join(sys.argv[1:]))\n"
        "head = b'RIFF' + bytes(4) + b'WAVEfmt ' + (16).to_bytes(4, 'little') + bytes([1, 0, 1, 0])\n"
        "head += (22050).to_bytes(4, 'little') + (44100).to_bytes(4, 'little') + bytes([2, 0, 16, 0])\n"
        "body = b''.join(int(9000 * (i % 50 < 25)).to_bytes(2, 'little') for i in range(900 * len(text)))\n"
        "sys.stdout.buffer.write(head + b'data' + b'\\xff' * 4 + body)\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "heard"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a script")
def test_an_installed_espeak_reads_and_is_named(espeak_here: Path) -> None:
    made = speech.make({"prompt": "Доброе утро; $(id)", "parameters": {"speech-pace": "fast"}})
    assert made["facts"]["spoken_by"] == "eSpeak NG, a separate program (GPL-3)"
    assert espeak_here.read_text().startswith("Доброе утро; $(id)|")
    assert "-v ru -s 223" in espeak_here.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a script")
def test_where_espeak_fails_our_own_voice_reads(espeak_here: Path) -> None:
    program = espeak_here.with_name("espeak-ng")
    program.write_text(f"{program.read_text()}sys.exit(1)\n")
    assert "sounds like a machine" in speech.make({"prompt": "Good morning."})["facts"]["spoken_by"]


# --- all of them


@pytest.mark.parametrize(
    ("engine", "prompt"), [(effects, "rain with thunder 1 s"), (music, "jazz 4 s"), (speech, "Hello.")]
)
def test_the_same_job_gives_the_same_bytes_and_another_seed_others(engine: Any, prompt: str) -> None:
    jobs = [{"prompt": prompt, "seed": seed, "preset": OWN} for seed in (1, 1, 2)]
    first, again, other = (engine.make(job)["data"] for job in jobs)
    assert first == again
    assert first != other


def test_a_poster_shows_where_it_is_loud() -> None:
    sound = np.concatenate([np.zeros(RATE), 0.8 * np.ones(RATE), np.zeros(RATE)]).astype(np.float32)
    with Image.open(io.BytesIO(waveform.picture(sound, 300, 80))) as picture:
        assert picture.size == (300, 80)
        ink = np.asarray(picture.convert("L"))[20] > 60
    assert ink[105:195].mean() > 0.5
    assert not ink[:90].any()


@pytest.mark.browser
def test_chromium_plays_and_seeks(open_page: Any) -> None:
    jobs = [
        (effects, "switch"),
        (effects, "rain 8 s"),
        (music, "jingle 5 s"),
        (speech, "Hello."),
    ]
    with open_page() as (page, _):
        for engine, prompt in jobs:
            made = engine.make({"prompt": prompt, "preset": OWN})
            seconds, middle, ended = page.evaluate(PLAY, base64.b64encode(made["data"]).decode())
            assert seconds == pytest.approx(made["seconds"], abs=0.01)
            assert middle == pytest.approx(0.8 * seconds, abs=0.05)
            assert ended == "ended"


PLAY = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const audio = new Audio(URL.createObjectURL(new Blob([bytes], { type: 'audio/flac' })));
  audio.muted = true; // else nothing plays before somebody clicks
  const soon = (event) => new Promise((done) => {
    audio.addEventListener(event, () => done(event), { once: true });
    audio.addEventListener('error', () => done(audio.error.message), { once: true });
    setTimeout(() => done('late'), 8000);
  });
  await soon('loadedmetadata');
  const sought = soon('seeked');
  audio.currentTime = 0.8 * audio.duration;
  await sought;
  const middle = audio.currentTime, ended = soon('ended');
  audio.play().catch(() => {});
  return [audio.duration, middle, await ended];
}"""


# --- helpers


def level_of(engine: Any, prompt: str) -> tuple[np.ndarray[Any, Any], int]:
    """What an engine would write, before it is a file: the test's decoder is slow."""
    chance = Chance("level", prompt)
    plan, _ = engine.planned(prompt, {}, chance)
    dry = music.band.play(plan, music.compose(plan, chance), chance)
    return loudness.levelled(music.finished(plan, dry, chance), RATE), RATE


def said(text: str = "The lighthouse stood alone.", **options: str) -> dict[str, Any]:
    return speech.make({"prompt": text, "preset": {**OWN, **options}})


def spectrum_of(sound: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(np.abs(np.fft.rfft(sound.mean(1))) ** 2)


def band_print(name: str) -> np.ndarray[Any, Any]:
    """Shares of power by band and by tenth of the time, as one row."""
    sound = effects.in_turn(Chance("print"), [[name]], None).mean(1)
    parts = np.array_split(sound, 10)
    edges = np.geomspace(40, 16_000, 13)
    rows = []
    for part in parts:
        power, hertz = np.abs(np.fft.rfft(part)) ** 2, np.fft.rfftfreq(len(part), 1 / RATE)
        rows.append([power[(hertz >= a) & (hertz < b)].sum() for a, b in pairwise(edges)])
    table = np.array(rows)
    return table.ravel() / table.sum()


def centre(name: str) -> float:
    power = spectrum_of(effects.in_turn(Chance("centre"), [[name]], 4.0))
    hertz = np.fft.rfftfreq(2 * len(power) - 2, 1 / RATE)
    return float((power * hertz).sum() / power.sum())


def pitch_of(name: str, end: str = ".", at: float = 0.5) -> float:
    """Hertz at a share of a long vowel: the shift at which a short piece is most like itself."""
    sound = voice.speak(["UH"] * 6 + [end], voice.SPEAKERS[name], 1, Chance("pitch"))
    begin, last = np.nonzero(np.abs(sound) > 0.05)[0][[0, -1]]
    start = int(begin + at * (last - begin)) - 700
    piece = sound[start : start + 700]
    lags = range(voice.RATE // 320, voice.RATE // 65)
    shifted = [sound[start + lag : start + lag + 700] for lag in lags]
    likeness = [float(piece @ other / np.sqrt(other @ other)) for other in shifted]
    first = next(k for k, one in enumerate(likeness) if one > 0.97 * max(likeness))
    best = first + int(np.argmax(likeness[first : first + 12]))
    return voice.RATE / lags[best]
