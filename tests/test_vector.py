"""Vectors: real SVG that shows the picture, stays small, and holds nothing that runs."""

from __future__ import annotations

import functools
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import encoded, job, letters, numbers, place, subject
from PIL import Image, ImageDraw

from generor_nb.studio.engines import EngineError, vector
from generor_nb.studio.engines.regions import components
from generor_nb.studio.engines.tracing import UNITS, outlines, path, simplified
from generor_nb.studio.engines.vector import MOST_BYTES, MOST_PATHS, make

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "defs", "linearGradient", "stop", "mask", "g", "path"}
WORD = re.compile(r"([Mlcz])([^Mlcz]*)")


def document(made: dict[str, Any]) -> ElementTree.Element:
    return ElementTree.fromstring(made["data"].decode())


def painted(made: dict[str, Any], side: int = 256) -> Image.Image:
    """The document's shapes in their order, drawn by Pillow; a gradient as its middle colour."""
    root = document(made)
    wide, tall = (float(v) for v in root.attrib["viewBox"].split()[2:])
    scale = side / max(wide, tall) * 2
    sheet = Image.new("RGBA", (round(wide * scale), round(tall * scale)))
    shades = {"url(#" + g.attrib["id"] + ")": middle(g) for g in root.iter(f"{SVG}linearGradient")}
    group = root.find(f"{SVG}g")
    assert group is not None
    for shape in group:
        points = [(x * scale, y * scale) for x, y in flattened(shape.attrib["d"])]
        ImageDraw.Draw(sheet).polygon(points, fill=shades.get(shape.attrib["fill"], shape.attrib["fill"]))
    return sheet.reduce(2)


def middle(gradient: ElementTree.Element) -> tuple[int, ...]:
    ends = [stop.attrib["stop-color"] for stop in gradient]
    return tuple(sum(int(code[i : i + 2], 16) for code in ends) // 2 for i in (1, 3, 5))


def flattened(path: str) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for letter, text in WORD.findall(path):
        v = [int(n) for n in re.findall(r"-?\d+", text)]
        if letter == "M":
            points.append((v[0], v[1]))
        elif letter == "l":
            points.append((points[-1][0] + v[0], points[-1][1] + v[1]))
        elif letter == "c":
            x, y = points[-1]
            for t in (0.25, 0.5, 0.75, 1.0):
                a, b, c = 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
                points.append((x + a * v[0] + b * v[2] + c * v[4], y + a * v[1] + b * v[3] + c * v[5]))
    return points


def apart(made: dict[str, Any], picture: Image.Image) -> float:
    """How far what is painted is from the picture, on average, of 255."""
    shown = painted(made)
    ground = Image.new("RGB", shown.size, "white")
    ground.paste(shown, mask=shown.getchannel("A"))
    return float(np.abs(numbers(ground) - numbers(picture.convert("RGB").resize(ground.size))).mean())


@functools.cache
def traced(name: str, colours: str = "shaded") -> tuple[dict[str, Any], Image.Image]:
    picture = letters() if name == "letters" else place(name)
    return make(job(picture, vector_colours=colours)), picture


@pytest.mark.parametrize(
    ("name", "colours", "most"),
    [
        ("letters", "8", 6),
        ("mountains at sunset", "shaded", 9),
        ("a neon city at night", "shaded", 12),
        ("the open sea at day", "16", 14),
    ],
)
def test_it_shows_the_picture(name: str, colours: str, most: float) -> None:
    assert apart(*traced(name, colours)) < most


def test_gradients_come_nearer_than_a_few_flat_colours() -> None:
    assert apart(*traced("mountains at sunset")) < apart(*traced("mountains at sunset", "4"))


@pytest.mark.parametrize("name", ["letters", "mountains at sunset", "a neon city at night"])
def test_it_is_small_and_plain(name: str) -> None:
    made, _ = traced(name)
    root = document(made)
    tags = [element.tag.removeprefix(SVG) for element in root.iter()]
    assert set(tags) <= ELEMENTS
    assert tags.count("path") == made["fields"]["paths"] <= MOST_PATHS
    assert len(made["data"]) <= MOST_BYTES
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]


def test_noise_is_kept_within_its_bounds() -> None:
    noise = np.random.RandomState(3).randint(0, 255, (300, 300, 3)).astype(np.uint8)
    made = make(job(Image.fromarray(noise)))
    assert made["fields"]["paths"] <= MOST_PATHS
    assert len(made["data"]) <= MOST_BYTES


@pytest.mark.parametrize("colours", ["4", "8"])
def test_there_are_no_more_colours_than_asked_for(colours: str) -> None:
    made, _ = traced("the open sea at day", colours)
    fills = {path.attrib["fill"] for path in document(made).iter(f"{SVG}path")}
    assert 2 < len(fills) <= int(colours)
    assert all(re.fullmatch("#[0-9a-f]{6}", fill) for fill in fills)


def test_flat_art_keeps_its_very_colours() -> None:
    sheet = Image.new("RGB", (300, 200), "#fdf6e3")
    ImageDraw.Draw(sheet).ellipse((40, 30, 180, 170), fill="#c03030")
    ImageDraw.Draw(sheet).rectangle((200, 50, 280, 150), fill="#204080")
    fills = {
        path.attrib["fill"] for path in document(make(job(sheet, vector_colours="8"))).iter(f"{SVG}path")
    }
    assert {"#fdf6e3", "#c03030", "#204080"} <= fills


def test_nothing_stays_nothing_also_in_a_hole() -> None:
    sheet = Image.new("RGBA", (300, 300))
    draw = ImageDraw.Draw(sheet)
    draw.ellipse((30, 30, 270, 270), fill="#c03030")
    draw.ellipse((90, 90, 210, 210), fill=(0, 0, 0, 0))
    draw.rectangle((130, 130, 170, 170), fill="#204080")
    root = document(make(job(sheet, vector_colours="4")))
    group, mask = root.find(f"{SVG}g"), root.find(f"{SVG}defs/{SVG}mask")
    assert group is not None
    assert mask is not None
    assert [shape.attrib["fill"] for shape in group] == ["#c03030", "#204080"]
    assert group.attrib["mask"] == "url(#m)"
    assert [shape.attrib["fill"] for shape in mask] == ["#fff", "#000", "#fff"]


def test_the_ground_of_a_cut_out_is_not_drawn() -> None:
    shown = painted(make(job(subject("fox"))))
    assert shown.getpixel((2, 2))[3] == 0  # type: ignore[index]
    assert (numbers(shown)[..., 3] > 0).mean() > 0.2


def test_a_document_has_the_size_of_its_picture() -> None:
    made = make(job(letters().crop((0, 0, 301, 200)), vector_colours="4"))
    root = document(made)
    assert (root.attrib["width"], root.attrib["height"]) == ("301", "200")
    assert (made["width"], made["height"], made["mime"]) == (301, 200, "image/svg+xml")


def asked(prompt: str, **preset: str) -> dict[str, Any]:
    return make({"prompt": prompt, "seed": 4, "preset": preset, "parameters": {}, "fields": {}})


def test_a_prompt_alone_is_drawn() -> None:
    made = asked("a red sailboat on the sea at sunset")
    assert made["facts"]["subjects"] == ["sailboat"]
    assert (made["width"], made["height"]) == (1024, 1024)
    assert 40 < made["fields"]["paths"] <= MOST_PATHS


@functools.cache
def logo() -> dict[str, Any]:
    return asked("owl logo", layout="logo", colours="6")


def test_a_logo_is_a_few_clean_shapes() -> None:
    made = logo()
    assert made["fields"]["paths"] < 100
    assert len(made["data"]) < 40_000


def test_the_prompt_is_text_in_it_and_nothing_else() -> None:
    made = asked("</title><script>alert(1)</script>\x00\x0b a fox & an owl", layout="logo", colours="4")
    root = document(made)
    assert [child.tag for child in root if child.tag.endswith("script")] == []
    assert root.findtext(f"{SVG}title") == "</title><script>alert(1)</script> a fox & an owl"


def test_it_is_repeatable() -> None:
    assert asked("owl logo", layout="logo", colours="6")["data"] == logo()["data"]


def test_a_jpeg_of_flat_art_has_no_ragged_fringe() -> None:
    sheet = Image.new("RGB", (512, 512), "#fdf6e3")
    ImageDraw.Draw(sheet).ellipse((100, 100, 400, 400), fill="#c03030")
    made = make(job(encoded(sheet, "JPEG", quality=80), vector_colours="4"))
    assert made["fields"]["paths"] < 12


@pytest.mark.parametrize("colours", ["1", "99", "many"])
def test_other_numbers_of_colours_are_refused(colours: str) -> None:
    with pytest.raises(EngineError, match="shaded, or 2 to 32"):
        make(job(letters(), vector_colours=colours))


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(EngineError, match="nothing to trace"):
        make(job(Image.new("RGBA", (40, 40))))


# --- the parts of it


def test_parts_are_what_touches_by_its_sides() -> None:
    labels = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [0, 0, 0]])
    assert components(labels).tolist() == [[0, 0, 1], [2, 0, 1], [3, 1, 1], [3, 3, 3]]


def test_an_outline_goes_around_the_outside_once() -> None:
    parts = np.zeros((5, 6), np.int32)
    parts[1:4, 1:5] = 1
    parts[2, 2] = 2
    rings = list(outlines(parts))
    assert [len(ring) for ring in rings] == [22, 14, 4]
    assert (rings[1].min(0).tolist(), rings[1].max(0).tolist()) == ([1, 1], [5, 4])


def test_a_slanted_line_becomes_one_side() -> None:
    parts = (np.arange(60)[None] > np.arange(40)[:, None] * 1.3).astype(np.int32)
    assert all(len(simplified(ring, 0.75)) <= 6 for ring in outlines(components(parts)))


@pytest.mark.parametrize("sides", [4, 5, 6, 8])
def test_long_sides_stay_straight_up_to_their_corner(sides: int) -> None:
    mask = Image.new("L", (300, 300), 0)
    ImageDraw.Draw(mask).regular_polygon((150, 150, 120), sides, fill=1)
    ring = list(outlines(components(np.asarray(mask).astype(np.int32))))[1]
    words = re.findall(r"([lc])([^lcz]*)", path(ring))
    for kind, values in words:
        x, y = np.reshape([int(n) for n in re.findall(r"-?[0-9]+", values)], (-1, 2)).T
        assert (
            kind == "l" or np.abs(x[:-1] * y[-1] - y[:-1] * x[-1]).max() / np.hypot(x[-1], y[-1]) < 2 * UNITS
        )


def test_small_areas_go_to_the_neighbour_they_touch_most() -> None:
    labels = np.zeros((12, 12), np.int32)
    labels[:, 8:] = 1
    labels[4:6, 7:10] = 2
    joined = vector.merged(labels, 10)
    assert set(np.unique(joined)) == {0, 1}
    assert joined[4, 9] == 1
