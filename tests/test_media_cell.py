"""A cell that takes media and shows it: on the studio, and from an API that serves hand-made files."""

import base64
import io
import json
import math
import re
import struct
import threading
import wave
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image
from test_hostile import ATTRIBUTES, PAYLOADS, Checked, harmless

import generor_nb as gn
from generor_nb import api, sweeps
from generor_nb.base import media
from generor_nb.base.errors import InvalidRequest
from generor_nb.contract import describe
from generor_nb.contract.generor import GeneratorPayload
from generor_nb.notebook.cell import as_python, run
from generor_nb.notebook.completion import Known, complete
from generor_nb.notebook.options import parse
from generor_nb.notebook.progress import frame
from generor_nb.results import Creation, Quote

MP4 = struct.pack(">I", 32) + b"ftypisom" + bytes(range(256)) * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.__pwned=1"><circle r="9"/></svg>'


def picture(colour="teal", size=(320, 180)):
    buffer = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def sound(seconds=1):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        rising = (int(30_000 * n / 8000 / seconds * math.sin(n / 3)) for n in range(8000 * seconds))
        file.writeframes(b"".join(struct.pack("<h", value) for value in rising))
    return buffer.getvalue()


@pytest.fixture
def shell():
    made = InteractiveShell()
    made.user_ns["gn"] = gn
    return made


def spends(studio):
    return len(api.wait(studio.provider._data("GET", "/credits/transactions?type=spend")))


@pytest.fixture
def clips(studio):
    """The studio's video generator, which can be priced before it can be asked."""
    data = api.wait(studio.provider._data("GET", "/generators/video"))
    payload = GeneratorPayload.model_validate(data)
    studio.provider._described["video"] = describe.generator(payload, api.wait(studio.models()))
    return studio


# --- a cell takes media: the studio makes something of it ---


def test_a_picture_made_before_is_described_without_a_prompt(studio, shell):
    run(shell, "image earlier", "a red lighthouse")
    run(shell, "vision seen --image earlier", "")
    assert "a red lighthouse" in shell.user_ns["seen"].text


def test_a_picture_made_before_is_drawn_anew(studio, shell):
    run(shell, "image earlier", "a red lighthouse")
    run(shell, "image other --image earlier --set image-style=ink", "a red lighthouse")
    run(shell, "image again --image {{earlier[0]}} --set image-style=ink", "a red lighthouse")
    assert shell.user_ns["other"].image.tobytes() != shell.user_ns["earlier"].image.tobytes()
    assert shell.user_ns["again"].replayed


def test_the_same_file_elsewhere_is_the_same_request(studio):
    Path("a.png").write_bytes(picture())
    Path("b.png").write_bytes(Path("a.png").read_bytes())
    assert not gn.generate("vision", image="a.png").replayed
    assert gn.generate("vision", image=Path("b.png")).replayed
    Path("b.png").write_bytes(picture())
    assert not gn.generate("vision", image=Path("b.png")).replayed


def test_what_the_studio_made_goes_by_its_address(studio):
    made = gn.generate("image", "a kite")
    seen = gn.generate("vision", image=made)
    body = json.loads(studio.journal.get(seen.operation).body)
    assert body["image_url"].endswith(".webp")
    assert len(body["image_url"]) < 100


def test_nothing_is_paid_for_what_cannot_work(studio, shell):
    with pytest.raises(InvalidRequest, match='"Vision" needs a picture'):
        run(shell, "vision", "")
    with pytest.raises(InvalidRequest, match="no address, no variable and no file"):
        run(shell, "vision --image nothing", "")
    with pytest.raises(InvalidRequest, match="nope"):
        run(shell, "vision --image {{nope}}", "")
    assert spends(studio) == 0


@pytest.mark.slow
def test_a_sweep_goes_over_pictures(studio):
    one, two = gn.generate("image", "a red barn"), gn.generate("image", "a blue boat")
    seen = sweeps.sweep("vision", image=[one, two])
    assert ["a red barn" in seen[0].text, "a blue boat" in seen[1].text] == [True, True]


def test_the_price_is_of_the_length_that_will_be_made(clips):
    quote = gn.estimate("video", "waves", model="Kling v3", seconds=4)
    exact = gn.estimate("video", "waves", model="Kling v3", seconds=5)
    assert quote.credits == exact.credits == 14 * 5
    assert "seconds: asked 4, used 5" in quote.remarks
    assert exact.remarks == []


def test_what_is_ignored_is_said_with_the_price(clips):
    quote = gn.estimate("video", "waves", model="Kling v3", audio_track=True)
    assert quote.remarks == ["--audio-track is ignored by Kling v3."]
    for shown in (quote, frame(quote, None, 0)):
        data = shown._repr_mimebundle_()
        assert all("--audio-track is ignored" in data[kind] for kind in ("text/plain", "text/html"))


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"seconds": "5"}, "seconds cannot be str"),
        ({"audio_track": 1}, "audio_track cannot be int"),
        ({"language": 5}, "language cannot be int"),
        ({"image": object()}, "--image cannot be object"),
        ({"image": [1, 2]}, "--image cannot be list"),
    ],
)
def test_arguments_of_the_wrong_kind_are_named(studio, options, what):
    with pytest.raises(InvalidRequest, match=what):
        gn.generate("image", "x", **options)


# --- the documents' own examples, as far as the studio makes them ---


@pytest.mark.parametrize(
    ("line", "body", "credits"),
    [
        ("image --model 10003 --aspect 1:1 --dry-run", "A sunset over mountains", 6),
        ("video -m 20050 -a 16:9 --seconds 6 --reference hero --reference wood --dry-run", "R2V", 48),
        ("video -m 20051 --seconds 5 --video clip.mp4 --dry-run", "Replace the sky", 50),
        (
            "horoscope -m 37 --set zodiac-sign=aries --set horoscope-length=long --dry-run",
            "Aries weekly reading",
            3,
        ),
        ("wallart -m 10003 --aspect 16:9 --set wallart-type=framed-print --dry-run", "Calm lake", 6),
    ],
)
def test_the_documents_examples_are_priced(clips, shell, line, body, credits):
    Path("clip.mp4").write_bytes(MP4)
    shell.user_ns |= {"hero": picture(), "wood": picture()}
    text = "The character from [Image1] walks through the forest from [Image2]" if body == "R2V" else body
    run(shell, line, text)
    quote = shell.user_ns["_"]
    assert isinstance(quote, Quote)
    assert (quote.credits, quote.remarks) == (credits, [])


@pytest.mark.slow
def test_the_documents_examples_run_as_cells(studio, shell):
    made = shell.user_ns
    run(shell, "image square --model 10003 --aspect 1:1", "A sunset over mountains")
    assert (made["square"].image.size, made["square"].charge) == ((1024, 1024), 6)
    run(shell, "vision seen --image square", "")
    assert "A sunset over mountains" in made["seen"].text

    made["forest"] = gn.generate("image", "a forest")
    line = "video walk -m 20050 -a 16:9 --seconds 6 --reference square --reference forest"
    run(shell, line, "The character from [Image1] walks through the forest from [Image2]")
    walk = made["walk"]
    sent = json.loads(studio.journal.get(walk.operation).body)
    assert (sent["aspect_ratio"], sent["seconds"], len(sent["reference_images"])) == ("16:9", 6, 2)
    assert (walk.charge, walk[0].mime, walk[0].seconds, walk.adjustments) == (48, "video/mp4", 6, {})
    assert [step.generator for step in walk.lineage] == ["image", "image", "video"]

    run(shell, "video stormy -m 20051 --seconds 2 --video walk", "Replace the sky with a stormy sunset")
    stormy = made["stormy"]
    assert (stormy.charge, stormy[0].seconds) == (30, 3)  # the least it makes, and said so
    assert "seconds: asked 2, used 3" in stormy.remarks
    assert "seconds: asked 2, used 3" in stormy._repr_mimebundle_()["text/html"]

    line = "horoscope aries -m 37 --set zodiac-sign=aries --set horoscope-length=long"
    run(shell, line, "Aries weekly reading")
    assert (made["aries"].charge, "Aries" in made["aries"].text) == (3, True)
    line = "wallart calm -m 10003 --aspect 16:9 --set wallart-type=framed-print"
    run(shell, line, "Calm lake at dawn")
    assert (made["calm"].charge, made["calm"].image.size) == (6, (1024, 576))


# --- the line ---


def test_media_stay_as_typed_and_may_be_repeated():
    line = parse("video -m x --reference a --reference={{b[0]}} --image https://a.example/p.png --seconds 6")
    assert line.values == {
        "model": "x",
        "reference": ["a", "{{b[0]}}"],
        "image": ["https://a.example/p.png"],
        "seconds": 6,
    }
    assert as_python(line, "p") == (
        "gn.generate('video', 'p', model='x', reference=[a, b[0]], "
        "image='https://a.example/p.png', seconds=6)"
    )


@pytest.mark.parametrize("line", ["image --image a --image b", "video --audio-track --no-audio-track"])
def test_what_may_be_said_once_is_said_once(line):
    with pytest.raises(InvalidRequest, match="twice"):
        parse(line)


def test_a_track_is_on_or_off():
    assert parse("video --audio-track").values == {"audio_track": True}
    assert parse("video --no-audio-track").values == {"audio_track": False}


def test_tab_offers_results_and_lengths(studio):
    clips = api.wait(studio.models("video"))
    known = Known(models=clips, variables=("earlier",))
    assert [c.text for c in complete("%%generate image --image ", known)[1]] == ["earlier"]
    offered = complete('%%generate video -m "Kling v3" --seconds ', known)[1]
    assert [c.text for c in offered] == ["5", "10"]
    assert "--reference" in [c.text for c in complete("%%generate x --reference a --ref", known)[1]]


# --- a cell shows media: an API that serves hand-made files ---


class Served(BaseHTTPRequestHandler):
    """A small Generor API: ``server.row`` is each creation, ``server.files`` lie below /media."""

    def do_GET(self):
        path = self.path.removeprefix("/api/v1")
        if path.startswith("/media/"):
            return self._send(self.server.files[path.removeprefix("/media/")])
        models = [{"id": 20001, "name": "Veo 3.1", "type": "video", "credit_cost": 6}]
        generator = {"slug": "video", "title": "Video", "type": "video"}
        answers = {
            "/users/me": {"user_id": 7, "username": "a"},
            "/models": {"video": models},
            "/generators": [generator],
            "/generators/video": generator,
        }
        return self._data(answers.get(path, {"total": 99}))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        if self.path.endswith("/estimate"):
            return self._data({"credit_cost": {"total": 6}})
        rows = [{**self.server.row, "creation_id": n} for n in range(body["count"])]
        return self._data({"creations": rows, "credit_cost": 6, "credits_remaining": 93})

    def _data(self, data):
        self._send(json.dumps({"success": True, "data": data}).encode())

    def _send(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    made = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    made.bodies, made.row, made.files = [], {}, {}
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", f"http://127.0.0.1:{made.server_port}/api/v1")
    yield made
    made.shutdown()
    made.server_close()


def made(server, row, files, prompt="waves", **options):
    server.row = {name: f"/media/{value}" if name.endswith("_url") else value for name, value in row.items()}
    server.files = files
    return gn.generate("video", prompt, yes=True, max_credits=99, **options)


class MediaPage(Checked):
    """Our HTML with what plays in it: relative addresses, or data of the right kind, and nothing else."""

    def __init__(self, source):
        self.played = []
        super().__init__(source)

    def handle_starttag(self, tag, attrs):
        if tag not in ("video", "audio"):
            return super().handle_starttag(tag, attrs)
        self.open.append(tag)
        given = dict(attrs)
        self.played.append((tag, given))
        known = {"controls", "preload", "playsinline", "poster", *ATTRIBUTES}
        self.wrong += [name for name in given if name not in known]
        if not re.fullmatch(rf"data:{tag}/\w+;base64,[\w+/=]+|(?!/)[\w./%~-]+", given["src"]):
            self.wrong.append(given["src"][:60])
        return None


def page(result):
    shown = MediaPage(result._repr_mimebundle_()["text/html"])
    assert shown.wrong == []
    return shown


VIDEO = {"video_url": "v.mp4", "poster_url": "p.png", "seconds": 5}


def test_a_video_plays_from_its_copy_with_its_poster_and_a_link(server):
    result = made(server, VIDEO, {"v.mp4": MP4, "p.png": picture()})
    [(tag, video)] = page(result).played
    assert (tag, result.path.suffix) == ("video", ".mp4")
    assert Path(video["src"]).read_bytes() == MP4
    assert video["poster"].startswith("data:image/jpeg")
    assert video["preload"] == "none"
    text = result._repr_mimebundle_()["text/html"]
    assert f'<a href="{video["src"]}"' in text
    assert "5&nbsp;s · 10&nbsp;kB" in text
    assert 'alt="waves"' in text


def test_the_poster_is_found_wherever_it_stands(server):
    first = {"thumbnail_url": "p.png", "video_url": "v.mp4"}
    result = made(server, first, {"v.mp4": MP4, "p.png": picture()})
    assert (result[0].mime, result[0].poster.suffix) == ("video/mp4", ".png")


def test_a_poster_that_is_gone_loses_nothing(server):
    result = made(server, VIDEO, {"v.mp4": MP4, "p.png": b""})
    assert result.path.read_bytes() == MP4
    assert (result[0].poster, result.charge) == (None, 6)
    assert "image/jpeg" in result._repr_mimebundle_()


def test_a_large_drawing_is_seen_by_the_picture_that_came_with_it(server):
    large = SVG.replace(b"<circle", b"<circle" * 9_000)
    row = {"svg_url": "d.svg", "poster_url": "p.png"}
    result = made(server, row, {"d.svg": large, "p.png": picture()})
    assert (result[0].mime, result[0].poster.suffix) == ("image/svg+xml", ".png")
    assert '<img src="data:image/jpeg' in result._repr_mimebundle_()["text/html"]


def test_a_video_without_a_poster_gets_a_card(server):
    result = made(server, {"video_url": "v.mp4"}, {"v.mp4": MP4})
    assert Image.open(io.BytesIO(result[0].still)).size == media.CARD
    assert "image/jpeg" in result._repr_mimebundle_()


def test_a_sound_is_heard_and_seen(server):
    result = made(server, {"audio_url": "a.wav", "seconds": 1}, {"a.wav": sound()})
    [(tag, audio)] = page(result).played
    assert (tag, Path(audio["src"]).suffix) == ("audio", ".wav")
    assert "image/jpeg" in result._repr_mimebundle_()


def test_the_picture_of_a_sound_shows_how_loud_it_is():
    levels = media.loudness(sound())
    assert len(levels) == 84
    assert levels[2] < 0.1 < 0.4 < levels[45] < 0.7 < levels[82]
    assert media.loudness(b"RIFF0000WAVEbroken") == ()
    assert media.card("audio/wav", levels=levels) != media.card("audio/wav", levels=levels[::-1])


def test_a_drawing_stands_inside_an_image_only(server):
    result = made(server, {"svg_url": "d.svg"}, {"d.svg": SVG})
    text = result._repr_mimebundle_()["text/html"]
    assert "onload" not in text
    assert "<svg" not in text
    assert f'<img src="data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"' in text


def test_words_and_a_video_stand_together(server):
    result = made(server, {**VIDEO, "text": "Once <upon> a time"}, {"v.mp4": MP4, "p.png": picture()})
    shown = page(result)
    assert "Once <upon> a time" in shown.text
    assert [tag for tag, _ in shown.played] == ["video"]


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(
    "row", [VIDEO, {"audio_url": "a.wav"}, {"svg_url": "d.svg"}, {"video_url": "v.mp4"}], ids=str
)
def test_a_creation_adds_at_most_64_kb(server, row, count):
    large = SVG.replace(b"<circle", b"<circle" * 3_400)
    files = {"v.mp4": MP4 * 30, "p.png": picture(size=(1280, 720)), "a.wav": sound(20), "d.svg": large}
    result = made(server, row, files, count=count)
    assert len(json.dumps(result._repr_mimebundle_())) <= 64_000 * count
    assert len(result._repr_mimebundle_()["text/html"].split("<figure")) == count + 1


@pytest.mark.parametrize("row", [VIDEO, {"video_url": "v.mp4"}, {"audio_url": "a.wav"}], ids=str)
def test_a_file_that_is_gone_leaves_its_words(server, row):
    result = made(server, row, {"v.mp4": MP4, "p.png": picture(), "a.wav": sound()})
    for file in (result[0].file, result[0].poster):
        if file is not None:
            file.unlink()
    again = made(server, row, {})
    assert again.replayed
    bundle = again._repr_mimebundle_()
    assert again.summary in bundle["text/plain"]
    assert "<figure" in bundle["text/html"]


def test_a_text_twin_names_the_files(server):
    result = made(server, VIDEO, {"v.mp4": MP4, "p.png": picture()})
    assert f"{result.path} · 5 s · 10 kB" in repr(result)


def test_a_file_no_page_can_reach_is_shown_by_its_poster(server, tmp_path):
    result = made(server, VIDEO, {"v.mp4": MP4, "p.png": picture()}, out=str(tmp_path / "far"))
    shown = page(result)
    assert shown.played == []
    assert str(result.path) in shown.text
    assert "gn.play(…) plays it here" in shown.text
    assert "<img" in result._repr_mimebundle_()["text/html"]


def test_a_folder_may_be_named_from_home(server, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    result = made(server, VIDEO, {"v.mp4": MP4, "p.png": picture()}, out="~/films")
    assert result.path.parent == tmp_path / "films"


def test_html_that_stands_alone_carries_its_files(server):
    result = made(server, VIDEO, {"v.mp4": MP4, "p.png": picture()})
    [(_, video)] = MediaPage(result.to_html()).played
    assert base64.b64decode(video["src"].partition(",")[2]) == MP4


def test_an_archive_holds_every_file_under_its_readable_name(server, tmp_path):
    result = made(server, VIDEO, {"v.mp4": MP4, "p.png": picture()}, count=2)
    with zipfile.ZipFile(result.zip(tmp_path / "x" / "clips")) as archive:
        assert archive.namelist() == [path.name for path in result.files]
        assert archive.read(result.files[1].name) == MP4
    assert (tmp_path / "x" / "clips.zip").exists()


def test_a_local_file_is_refused_before_anything_is_sent(server):
    with pytest.raises(InvalidRequest, match="generor takes addresses only"):
        gn.generate("video", "x", image=picture(), yes=True, max_credits=99)
    assert server.bodies == []


def test_what_was_made_there_goes_on_by_its_own_address(server):
    server.row = {"video_url": "/media/v.mp4", "seconds": 5}
    server.files = {"v.mp4": MP4}
    first = gn.generate("video", "waves", yes=True, max_credits=99)
    gn.generate("video", "more waves", video=first, yes=True, max_credits=99)
    assert server.bodies[-1]["video_url"] == f"http://127.0.0.1:{server.server_port}/media/v.mp4"


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_words_around_media_stay_words(name, tmp_path):
    (tmp_path / "p.png").write_bytes(picture(size=(16, 9)))
    (tmp_path / "v.mp4").write_bytes(MP4)
    text, path = PAYLOADS[name], Path("outputs") / "x.mp4"
    for mime in ("video/mp4", "audio/mpeg", "image/svg+xml"):
        shown = Creation(
            text, path, tmp_path / "v.mp4", mime, text, poster=tmp_path / "p.png", data={"seconds": text}
        )
        bundle = shown._repr_mimebundle_()
        if mime == "image/svg+xml":
            bundle["text/html"] = bundle["text/html"].replace("image/svg+xml", "image/png")
            harmless(name, bundle)
        else:
            assert MediaPage(bundle["text/html"]).wrong == []
