"""Video: what is asked is seen, for as long as asked, in a file that plays and seeks."""

from __future__ import annotations

import base64
import io
import sys
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from generor_nb.base.media import sniff
from generor_nb.studio.catalogue import load
from generor_nb.studio.engines import EngineError, run
from generor_nb.studio.engines.light import light_for
from generor_nb.studio.engines.reading import read
from generor_nb.studio.engines.seeding import Dice
from generor_nb.studio.engines.sound import flac
from generor_nb.studio.engines.sound.loudness import lufs
from generor_nb.studio.engines.sound.synth import RATE
from generor_nb.studio.engines.terrain import TERRAINS
from generor_nb.studio.engines.video import (
    asking,
    camera,
    clip,
    edit,
    elastic,
    film,
    layers,
    shots,
    soundtrack,
)
from generor_nb.studio.engines.video.air import airs, clouds
from generor_nb.studio.engines.video.planes import Planes

pytest_plugins = ["lab"]

pytestmark = pytest.mark.slow

av = pytest.importorskip("av", reason="video needs PyAV")

FPS = asking.FPS
WIDTH, HEIGHT = 448, 256
HILLS = "a castle in the hills by day, pan right"
RED, GREEN, BLUE = (214, 40, 36), (34, 168, 60), (38, 60, 206)

Pixels = npt.NDArray[np.float64]


def film_of(prompt: str = HILLS, seconds: int = 1, seed: int = 1, preset: Any = None, **fields: Any) -> Any:
    job = {"engine": "video", "prompt": prompt, "seed": seed, "width": WIDTH, "height": HEIGHT}
    return run({**job, "preset": preset or {}, "parameters": {}, "fields": {"seconds": seconds, **fields}})


@cache
def usual() -> Any:
    return film_of(seconds=2)


def decoded(data: bytes) -> list[Pixels]:
    with av.open(io.BytesIO(data)) as container:
        plain = (f.reformat(format="rgb24", src_colorspace="ITU709") for f in container.decode(video=0))
        return [np.asarray(one.to_ndarray(), np.float64) for one in plain]


def apart(one: Pixels | Image.Image, other: Pixels | Image.Image) -> float:
    """The mean difference, of 255."""
    return float(np.abs(np.asarray(one, np.float64) - np.asarray(other, np.float64)).mean())


def address(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def clip_address(data: bytes) -> str:
    return "data:video/mp4;base64," + base64.b64encode(data).decode()


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """A plain colour with something on it that a camera can be seen to move past."""
    made = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(made)
    for i in range(6):
        pen.ellipse(
            (i * size[0] / 6, size[1] * 0.4, (i + 0.4) * size[0] / 6, size[1] * 0.6), fill=(240, 240, 230)
        )
    return made


# --- the file


def test_a_film_is_h264_of_the_asked_size_and_length() -> None:
    made = usual()
    assert made["mime"] == sniff(made["data"]) == "video/mp4"
    assert (made["width"], made["height"], made["seconds"]) == (WIDTH, HEIGHT, 2)
    assert made["fields"]["seconds"] == 2
    with av.open(io.BytesIO(made["data"])) as container:
        (stream,) = container.streams
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height, stream.average_rate) == (WIDTH, HEIGHT, FPS)
        assert float(stream.duration * stream.time_base) == pytest.approx(2, abs=0.001)
        assert stream.codec_context.colorspace == film.BT709
    assert len(decoded(made["data"])) == 2 * FPS


def test_it_can_play_before_it_is_loaded_and_seek_every_two_seconds() -> None:
    data = film_of(seconds=5)["data"]
    assert 0 < data.index(b"moov") < data.index(b"mdat")
    with av.open(io.BytesIO(data)) as container:
        keys = [
            float(p.pts * p.time_base)
            for p in container.demux(video=0)
            if p.is_keyframe and p.pts is not None
        ]
    assert keys[0] == 0
    assert max(np.diff([*keys, 5.0])) <= film.KEYFRAME_SECONDS


def test_the_same_job_gives_the_same_bytes_and_another_seed_another_film() -> None:
    assert film_of(seconds=2)["data"] == usual()["data"]
    other = decoded(film_of(seed=2)["data"])
    assert apart(other[0], decoded(usual()["data"])[0]) > 8


def test_the_poster_is_the_first_frame() -> None:
    poster = usual()["poster"]
    with Image.open(io.BytesIO(poster["data"])) as shown:
        assert (shown.size, poster["mime"]) == ((WIDTH, HEIGHT), "image/webp")
        assert apart(shown.convert("RGB"), decoded(usual()["data"])[0]) < 4


@pytest.mark.parametrize(("size", "seconds"), [((128, 720), 5), ((1280, 4096), 5), ((448, 256), 61)])
def test_what_is_beyond_it_is_refused(size: tuple[int, int], seconds: int) -> None:
    job = {
        "engine": "video",
        "prompt": "x",
        "width": size[0],
        "height": size[1],
        "fields": {"seconds": seconds},
    }
    with pytest.raises(EngineError, match="A clip can"):
        run(job)


# --- scenes


def shift(first: Pixels, last: Pixels) -> int:
    """How many pixels to the left things went, by the best match of what stands out in their columns."""
    a, b = (np.diff(strip.mean((0, 2))) for strip in (first, last))
    reach = 60
    score = {
        d: float((a[reach:-reach] * b[reach - d : b.size - reach - d]).sum())
        for d in range(-reach, reach + 1)
    }
    return max(score, key=lambda d: score[d])


def test_what_is_near_moves_farther_than_what_is_far() -> None:
    scene = layers.layered(read("a castle in the hills by day", Dice("x")), "x", WIDTH, HEIGHT)
    shot = shots.Landscape(scene, WIDTH, HEIGHT, "pan-right", False, 5, [], None, 0.0)
    first, last = (np.asarray(shot.at(u).rgb(), np.float64) for u in (0.0, 1.0))
    horizon = round(scene.horizon - (scene.height - HEIGHT) / 2)
    far = shift(first[: horizon // 2], last[: horizon // 2])
    castle = shift(
        first[round(HEIGHT * 0.7) : round(HEIGHT * 0.8)], last[round(HEIGHT * 0.7) : round(HEIGHT * 0.8)]
    )
    assert 0 <= far < 16
    assert castle > far + 20


@pytest.mark.parametrize("place", sorted(TERRAINS))
def test_a_scene_is_in_layers_from_far_to_near(place: str) -> None:
    brief = replace(read("a boat, a bird and a fox by day", Dice("x")), terrain=place)
    found = layers.layered(brief, "x", WIDTH, HEIGHT).layers
    depths = [layer.depth for layer in found if layer.kind != "flying"]
    assert len(set(depths)) >= 3
    assert depths == sorted(depths)


@pytest.mark.parametrize("move", asking.MOVES)
def test_a_camera_never_sees_past_the_scene(move: str) -> None:
    scene = layers.layered(read("a pond in the hills by day", Dice("x")), "x", WIDTH, HEIGHT)
    bare = shots.Landscape(scene, WIDTH, HEIGHT, move, False, 5, [], None, 0.3)
    for u in (0.0, 0.5, 1.0):
        frame = np.asarray(bare.at(u).rgb())
        border = np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]])
        assert (border.sum(-1) > 20).all(), (move, u)


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.5, 0.9])
def test_no_line_is_seen_where_a_layer_moves_by_less_than_a_pixel(fraction: float) -> None:
    """Laid on its own colour, a layer with a ragged top is not to be seen, wherever it lies."""
    cover = Image.new("L", (WIDTH + 40, 151), 255)
    ImageDraw.Draw(cover).polygon([(0, 0), (WIDTH + 40, 0), (WIDTH + 40, 41), (0, 9)], fill=0)
    drawn = layers.Part(Image.new("RGB", cover.size, GREEN), cover, 0.5, 0, 0, "near")
    found = layers.solid_apart(drawn, cover.width)
    assert [part.cover is None for part in found] == [False, True]
    frame = Planes.plain((WIDTH, HEIGHT), GREEN)
    for part in found:
        shots.lay(frame, layers.Layer.of(part), -20 + fraction, 60 + part.top + fraction)
    assert np.abs(np.asarray(frame.rgb(), np.float64) - GREEN).max() < 7


def test_planes_are_709_and_change_as_their_picture_would() -> None:
    across = np.linspace(0, 255, 128)[None] * np.ones((96, 1))
    bands = [across, across[:, ::-1], np.linspace(255, 0, 96)[:, None] * np.ones((1, 128))]
    shown = Image.fromarray(np.stack(bands, -1).astype(np.uint8))
    planes, grade = Planes.of(shown), edit.HOUR_GRADES["dusk"]
    assert apart(planes.rgb(), shown) < 2
    assert apart(planes.graded(grade).rgb(), shown.convert("RGB", grade)) < 2
    frame = av.VideoFrame.from_ndarray(planes.bytes(), format="yuv420p")
    assert apart(frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray(), shown) < 3


def test_a_clip_in_the_colours_of_small_television_is_seen_as_it_is() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        frame = av.VideoFrame.from_image(Image.new("RGB", (WIDTH, HEIGHT), RED))
        container.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace="ITU601")))
        container.mux(stream.encode())
    shown = clip.first_frame(clip.opened(clip_address(buffer.getvalue())), WIDTH, HEIGHT)
    assert apart(shown, Image.new("RGB", shown.size, RED)) < 4


def test_the_words_move_the_camera_and_the_parameter_more_so() -> None:
    said = {
        "zoom in on the tower": "push-in",
        "the camera slowly pans to the left": "pan-left",
        "a drone shot of a town": "rise",
        "카메라가 줌 아웃": "pull-out",
        "static camera": "still",
    }
    for prompt, move in said.items():
        assert asking.asked({"prompt": prompt}, "1").move == move
    chosen = {"prompt": "zoom in", "parameters": {"video-camera": "rise"}}
    assert asking.asked(chosen, "1").move == "rise"


@pytest.mark.parametrize("weather", ["rain", "snow", "storm", "fog", "wind"])
def test_weather_falls_and_comes_round_again(weather: str) -> None:
    brief = read(f"a meadow in the hills, {weather}", Dice("x"))
    (veil, *_) = airs(
        brief, light_for("day", brief.weather, Dice("x")), (WIDTH, HEIGHT), 5, Dice("y"), loop=True
    )
    grey = Planes.plain((WIDTH, HEIGHT), (90, 100, 110))
    start, soon, end = (veil.over(grey.copy(), u).rgb() for u in (0.0, 0.013, 1.0))
    assert apart(start, grey.rgb()) > 0.2
    assert apart(start, soon) > 0.1
    assert apart(start, end) == 0


def test_clouds_drift() -> None:
    brief = read("a cloudy day in the hills", Dice("x"))
    drift = clouds(brief, light_for("day", "cloudy", Dice("x")), (WIDTH, 128), 5, False, Dice("y"))
    assert drift is not None
    blue = Planes.plain((WIDTH, HEIGHT), (80, 140, 220))
    assert apart(drift.over(blue.copy(), 0.0).rgb(), drift.over(blue.copy(), 1.0).rgb()) > 1


def test_water_ripples_under_a_still_camera() -> None:
    scene = layers.layered(read("the sea by day", Dice("x")), "x", WIDTH, HEIGHT)
    shot = shots.Landscape(scene, WIDTH, HEIGHT, "still", False, 5, [], None, 0.0)
    first, later = (np.asarray(shot.at(u).rgb(), np.float64) for u in (0.0, 0.13))
    assert apart(first[-60:], later[-60:]) > 0.5
    assert apart(first[:60], later[:60]) == 0


def test_a_loop_ends_where_it_began() -> None:
    frames = decoded(film_of("a sailboat on a lake in the snow", preset={"loop": "yes"}, seconds=2)["data"])
    usual_step = np.mean([apart(a, b) for a, b in pairwise(frames)])
    assert 0.8 * usual_step < apart(frames[-1], frames[0]) < 1.6 * usual_step
    assert max(apart(frames[0], frame) for frame in frames) > 2 * usual_step


def test_a_style_is_drawn_and_filmed() -> None:
    made = film_of("a castle in the hills, noir")
    frames = decoded(made["data"])
    assert made["facts"]["style"] == "noir"
    assert float(np.ptp(frames[0], axis=-1).mean()) < 12
    assert apart(frames[0], frames[-1]) > 1


# --- pictures


def test_a_given_picture_is_the_first_frame_and_moves() -> None:
    source = picture(RED)
    frames = decoded(film_of("zoom in", image_url=address(source))["data"])
    assert apart(frames[0], source) < 4
    assert apart(frames[-1], frames[0]) > 4


def test_an_end_frame_is_the_last_frame() -> None:
    first, last = picture(RED), picture(BLUE)
    made = film_of("a change", image_url=address(first), ending_frame_url=address(last))
    frames = decoded(made["data"])
    assert made["facts"]["mode"] == "frames"
    assert apart(frames[0], first) < 4
    assert apart(frames[-1], last) < 4


def hue(frame: Pixels) -> str:
    middle = np.median(frame[:60].reshape(-1, 3), axis=0)
    return {0: "red", 1: "green", 2: "blue"}[int(middle.argmax())]


def test_references_appear_in_the_order_in_which_the_prompt_names_them() -> None:
    given = [address(picture(colour)) for colour in (RED, GREEN, BLUE)]
    made = film_of("from [Image3] to [image 1]", seconds=3, reference_images=given)
    frames = decoded(made["data"])
    assert [hue(frames[round(part * len(frames))]) for part in (0.18, 0.5, 0.85)] == ["blue", "red", "green"]
    assert made["facts"]["references"] == 3


def test_nine_references_all_appear() -> None:
    shades = [(250 - 25 * i, 20 + 25 * i, 90) for i in range(9)]
    given = [address(picture(colour)) for colour in shades]
    frames = decoded(film_of("a show", seconds=3, reference_images=given)["data"])
    for i, colour in enumerate(shades):
        seen = np.median(frames[int((i + 0.6) / 9 * len(frames))][:60].reshape(-1, 3), axis=0)
        assert np.abs(seen - colour).max() < 14


def test_a_reference_that_was_not_given_is_passed_over() -> None:
    assert asking.in_order("[Image7] and [Image2]", ("a", "b")) == ("b", "a")


def test_a_shape_that_is_far_off_stands_whole_on_a_soft_copy() -> None:
    tall = Image.new("RGB", (200, 600), RED)
    ImageDraw.Draw(tall).rectangle((0, 0, 199, 40), fill=BLUE)
    shown = np.asarray(shots.framed(tall, WIDTH, HEIGHT))
    assert tuple(shown[4, WIDTH // 2]) == BLUE
    assert tuple(shown[-4, WIDTH // 2]) == RED
    near = np.asarray(shots.framed(picture(GREEN, (400, 256)), WIDTH, HEIGHT))
    assert near.shape == (HEIGHT, WIDTH, 3)
    assert abs(near[4, 4].astype(int) - GREEN).max() < 3


def test_a_picture_that_cannot_be_read_is_named() -> None:
    with pytest.raises(EngineError, match="ending_frame_url"):
        film_of("x", image_url=address(picture(RED)), ending_frame_url="data:image/png;base64,AAAA")


def test_a_product_turns_before_a_plain_ground() -> None:
    thing = Image.new("RGB", (500, 500), (244, 244, 240))
    ImageDraw.Draw(thing).rectangle((170, 90, 330, 430), fill=RED)
    made = film_of("a red box", preset={"motion": "turntable"}, seconds=2, image_url=address(thing))
    frames = decoded(made["data"])
    wide = [int(((f[..., 0] > 120) & (f[..., 1] < 90)).any(0).sum()) for f in frames]
    assert made["facts"]["confidence"] > 0.6
    assert min(wide) < 0.9 * max(wide)
    assert all(abs(f[3, 3] - frames[0][3, 3]).max() < 6 for f in frames)


# --- clips


@cache
def hills_clip() -> bytes:
    return bytes(film_of("a horse in the hills by day, pan right", seconds=1)["data"])


def test_an_edit_keeps_the_clip_and_changes_its_light() -> None:
    source, made = decoded(hills_clip()), film_of("make it night", video_url=clip_address(hills_clip()))
    frames = decoded(made["data"])
    assert made["facts"]["changed"] == ["grade"]
    assert all(frame.mean() < 0.6 * before.mean() for frame, before in zip(frames, source, strict=True))
    same = np.corrcoef(frames[9][..., 1].ravel(), source[9][..., 1].ravel())[0, 1]
    assert same > 0.85


def test_an_edit_of_words_it_does_not_know_leaves_the_clip() -> None:
    made = film_of("make it nice", video_url=clip_address(hills_clip()))
    assert made["facts"]["understood"] == []
    assert apart(decoded(made["data"])[9], decoded(hills_clip())[9]) < 3


def test_a_sky_is_replaced_where_the_sky_is() -> None:
    frame = Image.new("RGB", (WIDTH, HEIGHT), (110, 160, 235))
    pen = ImageDraw.Draw(frame)
    pen.ellipse((60, 20, 200, 60), fill=(250, 250, 252))
    pen.rectangle((0, 150, WIDTH, HEIGHT), fill=(70, 120, 50))
    pen.rectangle((300, 70, 360, 200), fill=(60, 50, 48))
    pen.ellipse((380, 20, 410, 50), fill=(255, 252, 236))
    pen.line((WIDTH - 2, 150, WIDTH - 2, 190), fill=(110, 160, 235), width=4)
    cover = edit.sky_cover(frame)
    at = lambda x, y: float(cover[round(y * 72 / HEIGHT), round(x * 128 / WIDTH)])  # noqa: E731
    assert min(at(20, 10), at(130, 40), at(130, 100), at(420, 120), at(395, 35)) > 0.9
    assert max(at(330, 120), at(100, 180), at(400, 200), at(WIDTH - 12, 170)) < 0.1


def test_the_documents_own_edit_changes_the_sky_and_keeps_the_ground() -> None:
    made = film_of("Replace the sky with a stormy sunset", video_url=clip_address(hills_clip()))
    assert made["facts"]["changed"] == ["sky", "grade", "air"]
    before, after = decoded(hills_clip())[12], decoded(made["data"])[12]
    assert apart(before[:50], after[:50]) > 40
    ground = np.corrcoef(before[-60:, :, 1].ravel(), after[-60:, :, 1].ravel())[0, 1]
    assert ground > 0.6


def test_a_clip_goes_on_from_its_last_frame() -> None:
    source = decoded(hills_clip())
    made = film_of("extend the clip", seconds=3, video_url=clip_address(hills_clip()))
    frames = decoded(made["data"])
    assert (len(frames), made["facts"]["continues_at"]) == (3 * FPS, 1.0)
    assert apart(frames[0], source[0]) < 3
    assert apart(frames[FPS], source[-1]) < 4
    assert apart(frames[-1], source[-1]) > 4


def test_a_clip_that_is_long_enough_gives_its_end_to_go_on_from() -> None:
    made = film_of("continue this", seconds=1, video_url=clip_address(hills_clip()))
    assert made["facts"]["continues_at"] == 0
    assert apart(decoded(made["data"])[0], decoded(hills_clip())[-1]) < 4


def test_a_clip_of_another_rate_keeps_its_time() -> None:
    shades = [Image.new("RGB", (320, 240), (k * 25, 90, 90)) for k in range(10)]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for shade in shades:
            container.mux(stream.encode(av.VideoFrame.from_image(shade)))
        container.mux(stream.encode())
    given = clip.opened(clip_address(buffer.getvalue()))
    frames = [np.asarray(f.rgb()) for f in clip.frames(given, 320, 256, FPS)]
    assert len(frames) == FPS
    assert [round(float(f[128, 160, 0]) / 25) for f in frames[::6]] == [0, 2, 5, 7]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "data:video/mp4;base64," + base64.b64encode(b"\0\0\0\x18ftypisom" + bytes(90)).decode(),
            "cannot be read",
        ),
        ("data:video/mp4;base64,@@@", "base64"),
        ("https://example.com/a.mp4", "data URI"),
        ("data:video/mp4;base64," + "A" * (17 * 1024 * 1024), "at most"),
    ],
)
def test_a_clip_that_is_none_is_refused_by_name(given: str, said: str) -> None:
    with pytest.raises(EngineError, match=f"video_url.*{said}"):
        film_of("make it night", video_url=given)


def test_a_clip_of_too_many_pixels_is_not_decoded() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=1, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 4096, 2304, "yuv420p"
        container.mux(stream.encode(av.VideoFrame(4096, 2304, "yuv420p")))
        container.mux(stream.encode())
    with pytest.raises(EngineError, match="4096x2304"):
        clip.opened(clip_address(buffer.getvalue()))


def test_a_reference_clip_gives_its_colours() -> None:
    red = film_of("x", image_url=address(picture(RED)))["data"]
    plain, toned = (
        decoded(film_of()["data"])[0],
        decoded(film_of(reference_videos=[clip_address(red)])["data"])[0],
    )
    assert toned[..., 0].mean() - toned[..., 2].mean() > plain[..., 0].mean() - plain[..., 2].mean() + 40


# --- sound


def heard(data: bytes) -> npt.NDArray[np.float32] | None:
    with av.open(io.BytesIO(data)) as container:
        if not container.streams.audio:
            return None
        return np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], 1).T


def test_there_is_sound_where_it_is_asked_for_only() -> None:
    made = film_of("a stormy sea", seconds=4, generate_audio=True)
    sound = heard(made["data"])
    assert sound is not None
    assert made["facts"]["sound"] == ["waves", "rain", "thunder"]
    assert len(sound) / RATE == pytest.approx(4, abs=0.05)
    assert lufs(sound, RATE) == pytest.approx(-16, abs=1)
    assert float(np.abs(sound).max()) < 0.99
    assert heard(film_of("a stormy sea", generate_audio=False)["data"]) is None


@pytest.mark.parametrize(
    ("prompt", "sounds"),
    [
        ("a forest by day", ["birds"]),
        ("a meadow in the hills at night", ["crickets", "wind"]),
        ("the city", ["car", "crowd"]),
        ("a dog in the city", ["dog", "car", "crowd"]),
    ],
)
def test_each_place_has_its_sound(prompt: str, sounds: list[str]) -> None:
    assert soundtrack.names(replace(read(prompt, Dice("x")), weather="clear"), prompt) == sounds


def test_a_given_sound_is_the_film_s_sound() -> None:
    times = np.arange(3 * RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
    given = "data:audio/flac;base64," + base64.b64encode(flac.encode(tone, RATE)).decode()
    made = film_of(reference_audio=given, seconds=2)
    sound = heard(made["data"])
    assert sound is not None
    spectrum = np.abs(np.fft.rfft(sound[:, 0]))
    assert float(spectrum.argmax()) * RATE / len(sound) == pytest.approx(440, abs=2)
    assert made["facts"]["sound"] == ["reference_audio"]


def test_an_edit_keeps_the_clip_s_own_sound() -> None:
    loud = film_of("the sea by day", generate_audio=True)["data"]
    assert heard(film_of("make it night", video_url=clip_address(loud))["data"]) is not None


# --- without PyAV


@pytest.fixture
def no_av(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)


@pytest.mark.usefixtures("no_av")
def test_without_pyav_a_film_is_an_animated_picture_that_says_so() -> None:
    made = film_of(generate_audio=True)
    assert made["mime"] == sniff(made["data"]) == "image/webp"
    with Image.open(io.BytesIO(made["data"])) as moving:
        assert (moving.size, moving.n_frames) == ((WIDTH // 2, HEIGHT // 2), FPS // 2)  # type: ignore[attr-defined]
    assert (made["width"], made["height"]) == (WIDTH // 2, HEIGHT // 2)
    assert "GPL" in made["facts"]["degraded"]
    assert "pip install av" in made["fields"]["note"]


@pytest.mark.usefixtures("no_av")
def test_without_pyav_a_clip_is_refused_with_what_to_install() -> None:
    with pytest.raises(EngineError, match="pip install av"):
        film_of("make it night", video_url=clip_address(b"\0\0\0\x18ftypisom"))


# --- the catalogue, the camera, the browser


FILMS = sorted(slug for slug, one in load().generators.items() if one.kind == "video")


@pytest.mark.parametrize("slug", FILMS)
def test_every_video_generator_makes_a_film_with_its_defaults(slug: str) -> None:
    generator = load().generators[slug]
    given = {"image_url": address(picture(GREEN))} if slug in ("image-to-video", "product-video") else {}
    given |= {"video_url": clip_address(hills_clip())} if slug == "video-edit" else {}
    made = run(
        {
            "engine": generator.engine,
            "generator": slug,
            "preset": generator.preset,
            "prompt": "a fox in a forest at night",
            "seed": 1,
            "width": WIDTH,
            "height": HEIGHT,
            "parameters": generator.defaults(),
            "fields": {"seconds": 1, **given},
        }
    )
    assert generator.status == "active"
    assert len(decoded(made["data"])) == FPS
    assert made["facts"]["engine"] == "video"


@pytest.mark.parametrize("across", [0, 7, 7.5])
def test_a_picture_is_drawn_out_to_the_part_of_a_pixel(across: float) -> None:
    wave = 128 + 100 * np.sin(np.arange(WIDTH + 8) / 9)
    shown = np.repeat(np.repeat(wave[None, :, None], HEIGHT, 0), 3, 2)
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 4))).astype(np.float32)
    rubber = elastic.Rubber.of(Image.fromarray(shown[:, :WIDTH].astype(np.uint8)))
    drawn = np.asarray(rubber.drawn(grid[0] + np.float32(across / WIDTH), grid[1]).rgb(), np.float64)
    wanted = 128 + 100 * np.sin((np.arange(WIDTH) + across) / 9)
    assert np.abs(drawn - wanted[None, :, None])[:, 4 : WIDTH - 12].max() < 4


@pytest.mark.parametrize("move", asking.MOVES)
def test_a_given_picture_is_seen_as_it_is_at_the_start_and_at_a_loop_s_end(move: str) -> None:
    assert camera.away(move, 0.0, False) == camera.View()
    back = camera.away(move, 1.0, True)
    assert max(abs(back.x), abs(back.y), abs(back.near)) < 1e-9


PLAY = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const video = document.createElement('video');
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
  const soon = (event) => new Promise((done, failed) => {
    video.addEventListener(event, done, { once: true });
    video.addEventListener('error', () => failed(video.error.message), { once: true });
  });
  const pixels = () => {
    const canvas = document.createElement('canvas');
    canvas.width = 64; canvas.height = 36;
    const pen = canvas.getContext('2d');
    pen.drawImage(video, 0, 0, 64, 36);
    return Array.from(pen.getImageData(0, 0, 64, 36).data);
  };
  const seek = (to) => { const done = soon('seeked'); video.currentTime = to; return done; };
  await soon('loadeddata');
  await seek(video.duration / 2);
  const middle = pixels(), at = video.currentTime;
  await seek(0);
  const first = pixels(), ended = soon('ended');
  await video.play();
  await ended;
  return [video.duration, video.videoWidth, video.videoHeight, at, first, middle];
}"""


@pytest.mark.browser
def test_chromium_plays_and_seeks(open_page: Any) -> None:
    made = film_of(seconds=4, generate_audio=True)
    with open_page() as (page, _):
        played = page.evaluate(PLAY, base64.b64encode(made["data"]).decode())
    seconds, width, height, at, *shown = played
    assert (width, height) == (WIDTH, HEIGHT)
    assert seconds == pytest.approx(4, abs=0.05)
    assert at == pytest.approx(2, abs=0.1)
    first, middle = (np.reshape(pixels, (36, 64, 4))[..., :3] for pixels in shown)
    assert apart(first, middle) > 4
    ours = Image.fromarray(decoded(made["data"])[0].astype(np.uint8)).resize((64, 36), Image.Resampling.BOX)
    assert apart(first, ours) < 6
