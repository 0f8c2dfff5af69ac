import base64
import html.parser
import io
import json

import pytest
from PIL import Image

from generor_nb.base import media
from generor_nb.delivery import readable_copy
from generor_nb.results import Creation, Quote, Result


def picture(width=640, height=360, mode="RGB", noise=True, kind="PNG"):
    size = (width, height)
    image = (
        Image.effect_noise(size, 90).convert(mode)
        if noise
        else Image.new(mode, size, (200, 30, 30, 0)[: len(mode)])
    )
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def creation(tmp_path, name="a", data=None, **values):
    data = data or picture()
    file = tmp_path / f"{name}.png"
    file.write_bytes(data)
    base = {
        "id": name,
        "path": file,
        "file": file,
        "mime": "image/png",
        "prompt": 'a "fox" <b>',
        "width": 640,
        "height": 360,
    }
    return Creation(**(base | values))


def result(*creations, **values):
    base = {
        "generator": "image",
        "prompt": "a fox",
        "provider": "studio",
        "model": "Flux Schnell",
        "model_id": 10003,
        "public": False,
        "estimate": 6.0,
        "charge": 24.0,
        "balance": 35998.0,
        "seconds": 23.7,
        "operation": "0123456789",
    }
    return Result(creations=creations, **(base | values))


def test_charge_estimate_and_balance_stand_together(tmp_path):
    line = result(creation(tmp_path)).summary
    assert (
        line
        == "24 studio credits charged (estimated 6) · 35,998 left · 23.7 s · Flux Schnell · private · studio"
    )


def test_a_replay_says_it_was_free_and_how_to_get_another(tmp_path):
    shown = repr(result(creation(tmp_path), replayed=True, charge=0, paid_before=24))
    assert "replayed from disk: 0 credits (was 24)" in shown
    assert "--again" in shown


def test_the_bundle_is_html_a_jpeg_and_text(tmp_path):
    bundle = result(creation(tmp_path))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/jpeg"}
    assert media.sniff(base64.b64decode(bundle["image/jpeg"])) == "image/jpeg"
    assert 'alt="a &quot;fox&quot; &lt;b&gt;"' in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


@pytest.mark.parametrize("count", [1, 2, *(pytest.param(n, marks=pytest.mark.slow) for n in (5, 10))])
@pytest.mark.parametrize("size", [(2048, 2048), (400, 1600)])
def test_a_creation_adds_at_most_64_kb(tmp_path, count, size):
    data = picture(*size)
    made = [creation(tmp_path, str(n), data) for n in range(count)]
    assert len(json.dumps(result(*made)._repr_mimebundle_())) <= 64_000 * count


def test_a_long_text_stays_small(tmp_path):
    made = Creation("t", None, None, "text/plain", "p", text="word " * 40_000)
    shown = result(made)
    assert len(shown._repr_mimebundle_()["text/html"]) < 10_000
    assert len(json.dumps(shown._repr_mimebundle_())) <= 64_000


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "RGB"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_every_kind_of_picture_gets_a_thumbnail(tmp_path, mode, kind):
    made = creation(
        tmp_path, data=picture(mode=mode if (mode, kind) != ("LA", "WEBP") else "RGBA", kind=kind)
    )
    assert made.thumbnail[0].startswith("data:image/jpeg;base64,")


def test_a_transparent_picture_is_shown_on_white():
    small, _, _ = media.thumbnail(picture(mode="RGBA", noise=False))
    assert Image.open(io.BytesIO(small)).getpixel((5, 5)) == (255, 255, 255)


def test_what_is_no_picture_is_kept_and_not_drawn(tmp_path):
    made = creation(tmp_path, data=b"<html><script>alert(1)</script>", mime="image/png")
    shown = result(made)._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert "<img" not in shown["text/html"]


def test_svg_is_never_inlined(tmp_path):
    made = creation(tmp_path, data=b"<svg onload='alert(1)'/>", mime="image/svg+xml")
    assert "onload" not in result(made)._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"  <svg xmlns='x'>", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg>", "image/svg+xml"),
        (b"<html><svg>", None),
        (b"GIF89", None),
        (b"", None),
    ],
)
def test_bytes_say_what_they_are(data, mime):
    assert media.sniff(data) == mime


def test_a_pixel_bomb_is_refused():
    import struct
    import zlib

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0))
    bomb += chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    with pytest.raises(ValueError, match="too large"):
        media.open_picture(bomb)


def test_an_image_is_opened_lazily_and_a_text_is_none(tmp_path):
    assert creation(tmp_path).image.size == (640, 360)
    with pytest.raises(ValueError, match="not a picture"):
        _ = Creation("t", None, None, "text/plain", "p", text="x").image


def test_saving_to_a_folder_a_file_and_several(tmp_path):
    one, two = creation(tmp_path, "a"), creation(tmp_path, "b")
    assert result(one).save(tmp_path / "x" / "mine.png") == [tmp_path / "x" / "mine.png"]
    assert [p.name for p in result(one, two).save(tmp_path / "y")] == ["a.png", "b.png"]
    assert (tmp_path / "y" / "b.png").read_bytes() == two.bytes


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.jpeg", "JPEG"), ("a.webp", "WEBP"), ("a.gif", "GIF")],
)
def test_a_picture_is_saved_as_what_its_name_says(tmp_path, name, kind):
    target = tmp_path / "slides" / name
    result(creation(tmp_path)).save(target)
    with Image.open(target) as saved:
        assert (saved.format, saved.size) == (kind, (640, 360))


@pytest.mark.parametrize("name", ["mine.png", "mine", "mine.bin"])
def test_a_picture_that_is_that_already_is_copied_byte_for_byte(tmp_path, name):
    one = creation(tmp_path)
    assert one.save(tmp_path / "x" / name).parent == tmp_path / "x"
    assert (tmp_path / "x" / name).read_bytes() == one.bytes


def test_what_is_clear_in_a_picture_is_white_in_a_jpeg(tmp_path):
    file = tmp_path / "clear.png"
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file)
    Creation("c", None, file, "image/png", "p").save(tmp_path / "c.jpg")
    with Image.open(tmp_path / "c.jpg") as saved:
        assert saved.getpixel((4, 4)) == (255, 255, 255)


def test_a_readable_copy_never_overwrites_another_file(tmp_path):
    file = tmp_path / "f.png"
    file.write_bytes(b"new")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "fox.png").write_bytes(b"old")
    assert readable_copy(file, tmp_path / "out" / "fox").name == "fox-2.png"
    assert readable_copy(file, tmp_path / "out" / "fox").name == "fox-2.png"
    assert (tmp_path / "out" / "fox.png").read_bytes() == b"old"


def test_a_folder_that_cannot_be_written_loses_nothing(tmp_path):
    file = tmp_path / "f.png"
    file.write_bytes(b"x")
    assert readable_copy(file, file / "inside" / "fox") is None


def test_adjustments_and_missing_items_are_said(tmp_path):
    adjusted = {"seconds": {"requested": 3, "used": 5, "supported": [5, 6]}}
    remarks = result(creation(tmp_path), adjustments=adjusted, partial=True).remarks
    assert "seconds: asked 3, used 5" in remarks
    assert "Fewer came back than asked: 1." in remarks


def test_the_engine_is_named(tmp_path):
    made = creation(tmp_path, data=picture(), mime="image/png")
    made = Creation(**{**vars(made), "data": {"engine": "studio scene/1, procedural"}})
    assert "Made by studio scene/1, procedural." in result(made).remarks


def test_the_estimate_line():
    quote = Quote(6.0, 14.2, "Flux Schnell", "studio", public=False)
    assert quote.line == "≈ 6 studio credits · about 14 s · Flux Schnell · private · studio"
    assert Quote(None, None, "M", "generor", public=True).line == "≈ ? credits · M · public · generor"
    assert "0 credits" in Quote(6.0, 1.0, "M", "studio", public=False, replay=True).line


def test_the_html_is_well_formed(tmp_path):
    class Balanced(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            if tag not in ("img", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    parser = Balanced()
    parser.feed(
        result(creation(tmp_path), creation(tmp_path, "b"), code="x = 1")._repr_mimebundle_()["text/html"]
    )
    assert parser.open == []
