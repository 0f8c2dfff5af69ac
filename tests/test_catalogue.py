from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from generor_nb.contract.generor import MODEL_TYPES
from generor_nb.studio import catalogue
from generor_nb.studio.catalogue import CatalogueError, Model, load, read
from generor_nb.studio.engines import ENGINES

CATALOGUE = load()
SLUGS = sorted(CATALOGUE.generators)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real catalogue that a test may spoil."""
    source = Path(str(files(catalogue)))
    for name in ("generators", "models"):
        shutil.copytree(source / name, tmp_path / name)
    return tmp_path


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_documented_models_have_their_ids_and_prices() -> None:
    known = {
        10001: ("Flux 1.1 Pro", 80),
        10003: ("Flux Schnell", 6),
        37: ("Gemini 3.5 Flash", 1),
        3: ("GPT 5 Nano", 1),
        20061: ("Dreamina Seedance 2.0 (720p)", 6),
    }
    for id_, (name, price) in known.items():
        assert (CATALOGUE.models[id_].name, CATALOGUE.models[id_].credit_cost) == (name, price)


def test_the_documents_video_model_is_described_as_they_describe_it() -> None:
    payload = CATALOGUE.models[20061].payload()
    documented = {
        "id": 20061,
        "name": "Dreamina Seedance 2.0 (720p)",
        "type": "video",
        "credit_cost": 6,
        "supported_durations": [5, 6, 7, 8, 10, 12, 15],
        "default_duration": 8,
        "supports_audio": True,
        "audio_cost_multiplier": 1,
        "supports_end_frame": True,
        "quality": "720p",
        "default_quality": "720p",
        "qualities": {"480p": 20060, "720p": 20061, "1080p": 20062},
        "group_slug": "dreamina-seedance-2-direct",
        "group_name": "Dreamina Seedance 2.0",
        "supports_aspect_ratio": True,
        "aspect_ratios": [
            {"id": 1, "ratio": "16:9", "label": "Wide"},
            {"id": 2, "ratio": "9:16", "label": "Tall"},
        ],
    }
    assert {name: payload[name] for name in documented} == documented


def named(words: str) -> list[Model]:
    found = [model for model in CATALOGUE.models_of("video") if words in model.name]
    assert found, f"no model is called {words}"
    return found


@pytest.mark.parametrize(
    ("words", "images"),
    [
        ("Veo 3.1", 3),
        ("Seedance 2.0", 9),
        ("Happy Horse 1.0 R2V", 9),
        ("Happy Horse Video Edit", 5),
        ("Kling v3", 0),
    ],
)
def test_references_have_the_documented_limits(words: str, images: int) -> None:
    assert {model.max_reference_images for model in named(words)} == {images}


@pytest.mark.parametrize("words", ["Veo 3.1", "Wan 2.6 I2V", "Seedance Pro Lite", "Kling v3"])
def test_end_frames_are_where_the_documents_have_them(words: str) -> None:
    assert all(model.supports_end_frame for model in named(words))


def test_sound_can_be_switched_where_the_documents_say_so() -> None:
    audible = {model.name.split(" (")[0] for model in CATALOGUE.models_of("video") if model.supports_audio}
    assert audible == {"Veo 3.1", "Veo 3.1 Fast", "Seedance 1.5 Pro", "Dreamina Seedance 2.0"}
    assert {m.id for m in CATALOGUE.models_of("video") if m.supports_reference_audio} == {20060, 20061, 20062}


def test_the_video_editor_needs_a_video() -> None:
    assert CATALOGUE.models[20051].requires == ["video_url"]
    assert CATALOGUE.models[20050].name == "Happy Horse 1.0 R2V"


def test_the_catalogue_has_the_breadth_of_the_api() -> None:
    kinds = {generator.kind for generator in CATALOGUE.generators.values()}
    assert kinds == set(MODEL_TYPES)
    assert len(CATALOGUE.generators) >= 93
    active = [g for g in CATALOGUE.generators.values() if g.status == "active"]
    assert len(active) >= 75
    assert all(CATALOGUE.models_of(kind) for kind in MODEL_TYPES)


def test_generators_that_the_documents_name_are_there() -> None:
    named = {
        "image": ["image-aspect-ratio"],
        "joke": [],
        "horoscope": ["zodiac-sign", "horoscope-timeframe", "horoscope-tone", "horoscope-length"],
        "wallart": ["wallart-type", "wallart-orientation", "image-aspect-ratio"],
        "vision": [],
        "video": [],
        "story": [],
        "story-part": [],
        "storyboard": [],
        "poem": [],
        "recipe": [],
        "podcast": [],
    }
    for slug, parameters in named.items():
        found = CATALOGUE.generators[slug]
        assert all(found.parameter(name) for name in parameters)


def test_only_what_no_engine_makes_yet_is_in_development() -> None:
    for generator in CATALOGUE.generators.values():
        if generator.status == "development":
            assert generator.kind not in ("text", "image")
            assert generator.description.startswith("In development: ")


def test_titles_icons_and_descriptions_tell_generators_apart() -> None:
    found = CATALOGUE.generators.values()
    assert len({generator.title for generator in found}) == len(found)
    assert len({generator.description for generator in found}) == len(found)
    assert all(len(generator.description) > 20 and generator.similar for generator in found)


def test_loading_twice_reads_once() -> None:
    assert load() is CATALOGUE


@pytest.mark.parametrize("slug", SLUGS)
def test_generator_is_complete(slug: str) -> None:
    generator = CATALOGUE.generators[slug]
    payload = generator.payload()
    fields = {field["id"]: field for field in payload["parameters"]}
    assert payload["slug"] == slug
    assert payload["type"] == generator.kind
    assert generator.engine in ENGINES or generator.status == "development"
    assert fields[f"model-{generator.kind}"]["default"] == str(CATALOGUE.default_model(slug).id)
    assert "options" not in fields[f"model-{generator.kind}"]
    count = fields[f"{slug}-count"]
    assert (count["min"], count["max"], count["default"]) == (1, 10, 1)
    summary = generator.summary()
    assert "parameters" not in summary
    assert {**summary, "parameters": payload["parameters"]} == payload


@pytest.mark.parametrize("slug", SLUGS)
def test_payload_fields_have_the_documented_shape(slug: str) -> None:
    for field in CATALOGUE.generators[slug].payload()["parameters"]:
        assert {"id", "label", "type", "default", "cost_multipliers"} <= set(field)
        if field["type"] == "enum":
            values = [option["value"] for option in field["options"]]
            assert field["default"] in values
            assert set(field["cost_multipliers"]) <= set(values)


def test_image_generators_offer_the_five_ratios() -> None:
    for generator in CATALOGUE.generators.values():
        if generator.kind == "image":
            ratio = generator.parameter("image-aspect-ratio")
            assert ratio is not None
            assert [option.value for option in ratio.options] == ["1", "2", "3", "4", "5"]
            assert [option.label.split()[0] for option in ratio.options] == [
                "1:1",
                "3:4",
                "4:3",
                "16:9",
                "9:16",
            ]


def test_long_horoscopes_cost_three_times() -> None:
    length = CATALOGUE.generators["horoscope"].parameter("horoscope-length")
    assert length is not None
    assert length.cost_multipliers["long"] == 3


def test_model_payload_hides_what_is_ours() -> None:
    payload = CATALOGUE.models[10003].payload()
    assert "detail" not in payload
    assert "seconds" not in payload
    assert [ratio["ratio"] for ratio in payload["aspect_ratios"]][-1] == "match_input_image"
    assert "aspect_ratios" not in CATALOGUE.models[37].payload()


def test_every_model_says_that_it_is_a_stand_in() -> None:
    assert all("stand-in" in model.description for model in CATALOGUE.models.values())


@pytest.mark.parametrize("ratio", ["1:1", "3:4", "4:3", "16:9", "9:16"])
def test_sizes_follow_ratio_and_detail(ratio: str) -> None:
    across, down = (int(part) for part in ratio.split(":"))
    for model in CATALOGUE.models_of("image"):
        width, height = model.size(ratio)
        assert max(width, height) == model.detail
        assert width / height == pytest.approx(across / down, rel=0.01)


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        ("generators/poem.toml", 'default = "free"', 'default = "ode"', "parameters.0"),
        ("generators/poem.toml", 'title = "Poem"\n', "", "title"),
        ("generators/poem.toml", 'icon = "📜"', 'icon = "📜"\ncolour = "red"', "colour"),
        ("generators/joke.toml", 'slug = "joke"', 'slug = "jokes"', "slug"),
        ("generators/joke.toml", 'similar = ["poem"', 'similar = ["sonnet"', "similar"),
        ("generators/joke.toml", "model = 3", "model = 10003", "model"),
        ("generators/joke.toml", "model = 3", "model = 999", "model"),
        ("generators/horoscope.toml", "medium = 2", "huge = 2", "cost_multipliers"),
        ("models/image.toml", "id = 10001", "id = 20001", "models.0"),
        ("models/image.toml", "id = 10001", "id = 10003", "id"),
        ("models/text.toml", "credit_cost = 1", "credit_cost = -1", "models.0.credit_cost"),
        ("models/text.toml", "credit_cost = 1", "credit_cost = 1\nmax_reference_images = 1", "max_reference"),
        ("models/video.toml", "default_duration = 8", "default_duration = 7", "default_duration"),
        ("models/video.toml", "[4, 6, 8]", "[8, 6, 4]", "supported_durations"),
        ("models/video.toml", '"1080p" = 20042', '"1080p" = 20061', "qualities"),
        ("models/video.toml", 'quality = "480p"', 'quality = "360p"', "qualit"),
        ("generators/sticker.toml", 'engine = "scene"', 'engine = "easel"', "engine"),
        ("generators/sticker.toml", 'engine = "scene"\n', "", "engine"),
        ("generators/sticker.toml", '"image-style"', '"image-mood"', "borrows"),
        ("generators/sticker.toml", 'similar = ["app-icon"', 'similar = ["sticker"', "similar"),
        ("generators/upscale.toml", "needs_image = true\n", "", "needs_image"),
    ],
)
def test_mistakes_name_file_and_field(folder: Path, name: str, old: str, new: str, field: str) -> None:
    spoil(folder, name, old, new)
    with pytest.raises(CatalogueError) as caught:
        read(folder)
    assert name in str(caught.value)
    assert field in str(caught.value)


def test_broken_toml_names_the_file(folder: Path) -> None:
    (folder / "generators" / "poem.toml").write_text("slug = ", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"generators/poem\.toml"):
        read(folder)


def test_a_generator_is_added_by_a_file(folder: Path) -> None:
    text = (folder / "generators" / "joke.toml").read_text(encoding="utf-8")
    added = text.replace('slug = "joke"', 'slug = "riddle"').replace("joke-type", "riddle-type")
    (folder / "generators" / "riddle.toml").write_text(added, encoding="utf-8")
    riddle = read(folder).generators["riddle"]
    assert riddle.parameter("riddle-count") is not None
    assert riddle.defaults()["riddle-count"] == "1"


HOW_TO = Path(__file__).parents[1] / "docs" / "add-a-generator.md"


def test_the_how_to_works_as_written(tmp_path: Path) -> None:
    package = Path(str(files("generor_nb")))
    shutil.copytree(package, tmp_path / "generor_nb", ignore=shutil.ignore_patterns("__pycache__"))
    page = HOW_TO.read_text(encoding="utf-8")
    written = re.findall(r"`(generor_nb/[\w/-]+\.toml)`:\n\n```toml\n(.*?)```", page, re.DOTALL)
    assert len(written) == 3
    for path, text in written:
        assert not (tmp_path / path).exists()
        (tmp_path / path).write_text(text, encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    size, _, text = ran.stdout.partition("\n")
    assert int(size) > 2_000
    assert "sister" in text
