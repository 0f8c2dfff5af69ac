"""Describing pictures: what is said is measured, or known to be so; nothing else is said."""

from __future__ import annotations

import base64
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter, PngImagePlugin

from generor_nb.studio.engines import EngineError, run

MADE = {
    "creation_id": 12,
    "generator": "image",
    "engine": "scene",
    "engine_version": "2",
    "prompt": "a lighthouse in a storm",
    "understood": ["lighthouse", "storm"],
}


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def look(picture: Image.Image | bytes, prompt: str = "", *, fields: Any = None, **parameters: str) -> Any:
    data = picture if isinstance(picture, bytes) else encoded(picture)
    address = "data:image/png;base64," + base64.b64encode(data).decode()
    return run(
        {
            "engine": "vision",
            "generator": "vision",
            "prompt": prompt,
            "parameters": {f"vision-{name}": value for name, value in parameters.items()},
            "fields": {"image_url": address, **(fields or {})},
        }
    )


def said(picture: Image.Image | bytes, prompt: str = "", **options: Any) -> str:
    return str(look(picture, prompt, **options)["text"])


def plain(colour: str, size: tuple[int, int] = (200, 200)) -> Image.Image:
    return Image.new("RGB", size, colour)


def checks(cell: int = 8, side: int = 256) -> Image.Image:
    board = Image.new("L", (side, side), 40)
    draw = ImageDraw.Draw(board)
    for x in range(0, side, cell):
        for y in range(x // cell % 2 * cell, side, cell * 2):
            draw.rectangle((x, y, x + cell - 1, y + cell - 1), fill=210)
    return board.convert("RGB")


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#e01515", "red"),
        ("#2060d0", "blue"),
        ("#101010", "black"),
        ("#fefefe", "white"),
        ("#808080", "grey"),
        ("#ff8c1a", "orange"),
        ("#2c8f3c", "green"),
        ("#10183c", "navy"),
        ("#7a4a20", "brown"),
        ("#ffb0c8", "pink"),
    ],
)
def test_one_colour_is_named_as_people_name_it(colour: str, name: str) -> None:
    found = look(plain(colour))["fields"]["colours"]
    assert [one["name"] for one in found] == [name]
    assert found[0]["hex"] == colour
    assert found[0]["share"] == 1


def test_colours_have_their_shares_and_a_vivid_speck_is_seen() -> None:
    picture = plain("#f4f2ee")
    picture.paste("#1b2a55", (0, 0, 60, 200))
    picture.paste("#d02828", (150, 100, 170, 120))
    found = {one["name"]: one["share"] for one in look(picture)["fields"]["colours"]}
    assert found == pytest.approx({"white": 0.69, "navy": 0.3, "red": 0.01}, abs=0.01)
    assert "a touch of red" in said(picture)


def test_light_is_told_from_dark_and_warm_from_cold() -> None:
    assert "very dark picture" in said(plain("#050505"))
    assert "very bright picture" in said(plain("#fafafa"))
    assert "warm" in said(plain("#e0a040"))
    assert "cold" in said(plain("#4080c0"))
    assert "colourless" in said(plain("#777777"))


@pytest.mark.parametrize(
    ("box", "place"),
    [
        ((0, 0, 60, 60), "top left"),
        ((140, 140, 200, 200), "bottom right"),
        ((70, 70, 130, 130), "in the centre"),
    ],
)
def test_it_says_where_the_light_is(box: tuple[int, int, int, int], place: str) -> None:
    picture = plain("#303030")
    picture.paste("#f0f0f0", box)
    assert place in said(picture, focus="light")
    assert place in said(picture, focus="composition")


def test_a_level_edge_and_a_mirror_are_seen() -> None:
    picture = plain("#a0c8f0")
    picture.paste("#204020", (0, 120, 200, 200))
    text = said(picture, focus="composition")
    assert "level edge runs across at 60% of the height" in text
    assert "left nearly mirrors the right" in text


def test_blurring_is_noticed() -> None:
    sharp, blurred = checks(32), checks(32).filter(ImageFilter.GaussianBlur(3))
    assert "It is sharp" in said(sharp, focus="sharpness")
    assert "It is blurred" in said(blurred, focus="sharpness")
    assert "no detail" in said(plain("#808080"), focus="sharpness")


def test_transparency_and_shape_are_told() -> None:
    picture = Image.new("RGBA", (300, 200), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 150, 200))
    found = look(picture)
    assert found["fields"]["transparent"] == pytest.approx(0.5, abs=0.01)
    assert "Landscape, 300 × 200 pixels, PNG; 50% of it is transparent" in found["text"]
    assert look(plain("red", (200, 300)))["fields"]["orientation"] == "portrait"


def test_a_photograph_that_was_held_sideways_is_measured_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = look(encoded(plain("red", (300, 200)), "JPEG", exif=exif))["fields"]
    assert (found["width"], found["height"]) == (200, 300)


@pytest.mark.parametrize(
    ("prompt", "there", "not_there"),
    [
        ("Which colours are in it?", "%)", "pixels"),
        ("what resolution is this", "200 × 200", "Mostly"),
        ("is it blurred?", "no detail", "pixels"),
        ("Where does it come from, what is its source?", "Nothing in the file", "pixels"),
        ("색은?", "주황", "픽셀"),
        ("해상도와 출처", "200 × 200픽셀", "주황"),
    ],
)
def test_a_prompt_picks_what_is_described(prompt: str, there: str, not_there: str) -> None:
    text = said(plain("#ff8c1a"), prompt)
    assert there in text
    assert not_there not in text


@pytest.mark.parametrize("prompt", ["What animal is this?", "이 동물은 뭐야?"])
def test_it_never_names_what_it_cannot_see(prompt: str) -> None:
    text = said(checks(), prompt)
    assert text.startswith(
        ("The studio measures pictures and recognises nothing", "스튜디오는 그림을 재기만")
    )
    assert not text.startswith(said(checks())[:20])


@pytest.mark.parametrize("language", ["en", "ko", "ko-KR"])
def test_lengths_differ_in_both_languages(language: str) -> None:
    fields = {"language": language}
    brief, standard, detailed = (
        said(checks(), fields=fields, length=length) for length in ("brief", "standard", "detailed")
    )
    assert len(brief) < len(standard) < len(detailed)
    assert said(checks(), fields={**fields, "preference": "detailed"}, length="brief") == detailed


def test_every_colour_has_a_korean_name_of_its_own() -> None:
    from generor_nb.studio.engines.vision.colours import NAMES

    for number in (0, 1):
        assert len({names[number] for names in NAMES.values()}) == len(NAMES)


def test_another_language_is_refused_in_one_line() -> None:
    with pytest.raises(EngineError, match="English and Korean") as caught:
        look(plain("red"), fields={"language": "nb-NO"})
    assert "\n" not in str(caught.value)


def test_what_the_studio_made_is_told_with_its_engine_and_prompt() -> None:
    found = look(plain("red"), fields={"made": MADE})
    assert "creation 12 of the generator image" in found["text"]
    assert "its engine scene/2 from the prompt “a lighthouse in a storm”" in found["text"]
    assert "lighthouse and storm" in found["text"]
    assert found["fields"]["origin"]["creation_id"] == 12
    assert "창작물 12" in said(plain("red"), fields={"made": MADE, "language": "ko"})


def test_what_a_file_says_of_itself_is_quoted_as_what_it_says() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Software", "Easel 3")
    notes.add_text("Comment", "a\x1b[31m " + "word " * 100)
    text = said(encoded(plain("red"), pnginfo=notes), "origin?")
    assert "The file says Software: “Easel 3”" in text
    assert "\x1b" not in text
    assert len(text) < 500
    exif = Image.Exif()
    exif[0x010F] = "Acme Optics"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    text = said(encoded(plain("red"), "JPEG", exif=exif), "origin?")
    assert text == "The file says Make: “Acme Optics”."


def test_what_a_file_carries_besides_is_not_told() -> None:
    notes = PngImagePlugin.PngInfo()
    for name in ("Raw profile type exif", "GPSLatitude", "Location", "workflow", "User", "date:create"):
        notes.add_text(name, "52.5 north")
    told = ("Title", "author", "Software", "Description", "Copyright", "Comment", "parameters")
    for name in told:
        notes.add_text(name, "a word")
    found = look(encoded(plain("red"), pnginfo=notes), "origin?")
    assert "north" not in str(found)
    assert set(found["fields"]["origin"]) <= set(told)
    assert len(found["fields"]["origin"]) == 6


def test_the_first_frame_of_several_is_measured() -> None:
    frames = [plain("red"), plain("blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    found = look(data)
    assert [one["name"] for one in found["fields"]["colours"]] == ["red"]
    assert "several frames" in found["text"]


def test_a_large_picture_is_measured_whole_and_keeps_its_size() -> None:
    picture = plain("#f4f2ee", (3000, 100))
    picture.paste("#1b2a55", (0, 0, 1500, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    found = look(encoded(picture, "JPEG", exif=exif))["fields"]
    assert (found["width"], found["height"]) == (100, 3000)
    assert {one["name"]: one["share"] for one in found["colours"]} == pytest.approx(
        {"white": 0.5, "navy": 0.5}, abs=0.02
    )


LOOK = """
import base64, re, sys
from generor_nb.studio.engines import run

def most() -> int:
    return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) // 1024

def look(path):
    address = "data:image/jpeg;base64," + base64.b64encode(open(path, "rb").read()).decode()
    run({"engine": "vision", "fields": {"image_url": address}})

look(sys.argv[1])
before = most()
look(sys.argv[2])
print(most() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux counts it")
def test_a_very_large_photograph_is_not_decoded_whole(tmp_path: Path) -> None:
    for name, size in (("small", (1024, 1024)), ("large", (7200, 5400))):
        plain("#a06030", size).save(tmp_path / f"{name}.jpg")
    files = [str(tmp_path / "small.jpg"), str(tmp_path / "large.jpg")]
    ran = subprocess.run([sys.executable, "-c", LOOK, *files], capture_output=True, text=True)
    assert int(ran.stdout) < 40, ran.stderr  # megabytes; whole, it takes 117


def bomb() -> bytes:
    """A PNG of a few bytes that says it holds 20,000 by 20,000 pixels."""
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(10)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        bomb(),
        encoded(checks())[:400],
    ],
    ids=["empty", "svg", "head", "bomb", "cut"],
)
def test_what_is_no_whole_picture_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(EngineError, match=r"^image_url: ") as caught:
        look(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [(1, 1), (2, 700), (3, 3)])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_and_size_can_be_looked_at(mode: str, size: tuple[int, int]) -> None:
    assert look(Image.new(mode, size))["text"]


def test_the_same_picture_is_described_the_same() -> None:
    assert look(checks(), "describe") == look(checks(), "describe")
