from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from generor_nb.studio import catalogue
from generor_nb.studio.catalogue import CatalogueError, load, read
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
    }
    for id_, (name, price) in known.items():
        assert (CATALOGUE.models[id_].name, CATALOGUE.models[id_].credit_cost) == (name, price)


def test_loading_twice_reads_once() -> None:
    assert load() is CATALOGUE


@pytest.mark.parametrize("slug", SLUGS)
def test_generator_is_complete(slug: str) -> None:
    generator = CATALOGUE.generators[slug]
    payload = generator.payload()
    fields = {field["id"]: field for field in payload["parameters"]}
    assert payload["slug"] == slug
    assert payload["type"] == generator.kind
    assert generator.engine in ENGINES
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
