from __future__ import annotations

import hashlib
import io
import json
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from generor_nb.studio.catalogue import load
from generor_nb.studio.engines import EngineError, run

SIDE = 256


def scene(
    prompt: str,
    *,
    seed: int = 5,
    size: tuple[int, int] = (SIDE, SIDE),
    generator: str = "image",
    **parameters: str,
) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    return {
        "engine": "scene",
        "generator": generator,
        "prompt": prompt,
        "seed": seed,
        "index": 0,
        "count": 1,
        "width": size[0],
        "height": size[1],
        "parameters": named,
        "fields": {},
    }


def words(
    generator: str,
    prompt: str = "",
    *,
    seed: int = 5,
    index: int = 0,
    count: int = 1,
    fields: dict[str, Any] | None = None,
    **parameters: str,
) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    return {
        "engine": "words",
        "generator": generator,
        "prompt": prompt,
        "seed": seed,
        "index": index,
        "count": count,
        "parameters": named,
        "fields": fields or {},
    }


def pixels(job: dict[str, Any]) -> npt.NDArray[np.float64]:
    picture = Image.open(io.BytesIO(run(job)["data"]))
    return np.asarray(picture.convert("RGB"), np.float64)


def apart(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    return float(np.abs(a - b).mean())


# --- pictures


def test_same_job_same_bytes_and_plain_data() -> None:
    job = scene("A lighthouse in a storm", seed=2**63 - 1)
    first = run(json.loads(json.dumps(job)))
    assert first["data"] == run(job)["data"]
    assert pickle.loads(pickle.dumps(first)) == first
    json.dumps(first["facts"])
    assert first["mime"] == "image/webp"
    assert first["facts"]["procedural"] is True
    assert first["facts"]["engine"] == "scene"
    assert isinstance(first["facts"]["engine_version"], str)


def test_same_bytes_in_another_thread_and_process() -> None:
    job = scene("a fox in the mountains at sunset")
    here = run(job)["data"]
    with ThreadPoolExecutor(2) as pool:
        assert {result["data"] for result in pool.map(run, [job, job])} == {here}
    code = (
        "import hashlib; from generor_nb.studio.engines import run;"
        f"print(hashlib.sha256(run({job!r})['data']).hexdigest())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.parametrize(
    "prompt", ["A lighthouse in a storm", "calm lake", "blue marble", "an idea about nothing"]
)
def test_the_seed_changes_the_composition(prompt: str) -> None:
    assert apart(pixels(scene(prompt, seed=1)), pixels(scene(prompt, seed=2))) > 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mountains by day", "mountains at night"),
        ("the sea at sunset", "the sea in a storm"),
        ("a forest in summer", "a forest in the snow"),
        ("a lake", "a desert"),
        ("a quiet city, neon", "a quiet city, monochrome"),
        ("a hill", "a castle on a hill"),
    ],
)
def test_words_change_the_picture(one: str, other: str) -> None:
    assert apart(pixels(scene(one)), pixels(scene(other))) > 6


@pytest.mark.parametrize(
    ("prompt", "facts"),
    [
        ("A lighthouse in a storm", {"weather": "storm", "terrain": "sea", "subjects": ["lighthouse"]}),
        ("Calm mountain lake at dawn", {"time": "dawn", "terrain": "lake", "palette": "calm"}),
        ("two foxes in a foggy forest", {"weather": "fog", "terrain": "forest", "subjects": ["fox"]}),
        ("Northern lights over a cabin", {"weather": "aurora", "time": "night", "subjects": ["cabin"]}),
        (
            "watercolour of hot air balloons at golden hour",
            {"style": "watercolour", "time": "sunset", "subjects": ["balloon"]},
        ),
        ("a beach without boats", {"terrain": "sea", "subjects": []}),
        ("A sunset over mountains", {"time": "sunset", "terrain": "mountains"}),
    ],
)
def test_facts_say_what_was_understood(prompt: str, facts: dict[str, Any]) -> None:
    assert run(scene(prompt))["facts"].items() >= facts.items()


def test_night_is_dark_and_day_is_light() -> None:
    assert pixels(scene("hills by day")).mean() > 2 * pixels(scene("hills at night")).mean()


def test_a_colour_word_colours_its_subject() -> None:
    red, blue = (_reddish(f"a {colour} castle by day, snow") for colour in ("red", "blue"))
    assert red > 0.01 > 2 * blue


def _reddish(prompt: str) -> float:
    picture = pixels(scene(prompt))
    return float((picture[..., 0] > 1.4 * picture[..., 2]).mean())


@pytest.mark.parametrize(
    "size", [(512, 512), (384, 512), (512, 384), (512, 288), (288, 512), (256, 2048), (2048, 256)]
)
@pytest.mark.parametrize("prompt", ["A lighthouse in a storm", "a castle in the mountains, birds"])
def test_every_ratio_is_drawn_to_its_edges(prompt: str, size: tuple[int, int]) -> None:
    picture = pixels(scene(prompt, size=size))
    assert picture.shape == (size[1], size[0], 3)
    for band in (picture[:8], picture[-8:], picture[:, :8], picture[:, -8:]):
        assert band.max() > 12
    assert picture.std() > 10


PLACES = ("mountains", "sea", "lake", "forest", "desert", "city", "hills", "space", "marble", "flow")
WEATHERS = ("clear", "storm", "rain", "snow", "fog", "wind", "aurora", "cloudy")


@pytest.mark.parametrize(
    ("place", "weather"),
    [(place, WEATHERS[(3 * i + k) % 8]) for i, place in enumerate(PLACES) for k in range(4)],
)
def test_places_take_any_weather(place: str, weather: str) -> None:
    assert pixels(scene(f"{place} {weather} a cat, two boats, a cabin and birds")).std() > 4


@pytest.mark.parametrize("style", ["watercolour", "poster", "noir", "pixel", "ink"])
def test_styles_show(style: str) -> None:
    plain = pixels(scene("a castle by day", image_style="natural"))
    styled = pixels(scene("a castle by day", image_style=style))
    assert apart(plain, styled) > 8
    assert apart(styled, pixels(scene(f"a castle by day, {style}", image_style=style))) < 90


def test_fine_quality_is_another_rendering_of_the_same_scene() -> None:
    plain, fine = (
        pixels(scene("a castle by day", image_quality=quality)) for quality in ("standard", "fine")
    )
    assert 0.5 < apart(plain, fine) < 30


def test_wall_art_hangs_differently() -> None:
    shown = [
        pixels(
            scene(
                "Calm mountain lake at dawn", generator="wallart", wallart_type=kind, wallart_orientation=way
            )
        )
        for kind, way in (
            ("framed-print", "landscape"),
            ("framed-print", "portrait"),
            ("canvas", "landscape"),
            ("poster", "landscape"),
        )
    ]
    for i, one in enumerate(shown):
        assert all(apart(one, other) > 3 for other in shown[i + 1 :])


def test_sizes_out_of_range_are_refused() -> None:
    with pytest.raises(EngineError, match="256 to 2048"):
        run(scene("hills", size=(64, 64)))


def test_unknown_engine_and_generator_are_refused() -> None:
    with pytest.raises(EngineError, match="no engine"):
        run({"engine": "oracle"})
    with pytest.raises(EngineError, match="no grammar"):
        run(words("saga", "a saga"))


# --- texts


@pytest.mark.parametrize("generator", ["joke", "horoscope", "poem", "recipe"])
def test_texts_repeat_with_the_seed_and_vary_without(generator: str) -> None:
    texts = [run(words(generator, "the lighthouse", seed=seed))["text"] for seed in range(12)]
    assert run(words(generator, "the lighthouse", seed=0))["text"] == texts[0]
    assert len(set(texts)) > 5


@pytest.mark.parametrize("generator", ["joke", "horoscope", "poem", "recipe"])
def test_a_batch_does_not_repeat_itself(generator: str) -> None:
    texts = [
        run(words(generator, "a joke about cats", seed=90 + i, index=i, count=10))["text"] for i in range(10)
    ]
    assert len(set(texts)) == 10


def test_texts_already_there_are_avoided() -> None:
    first = run(words("joke", "programming"))["text"]
    assert run(words("joke", "programming", fields={"avoid": [first]}))["text"] != first


@pytest.mark.parametrize("generator", ["joke", "poem", "horoscope"])
def test_the_topic_is_in_the_text(generator: str) -> None:
    assert "accordions" in run(words(generator, f"a {generator} about accordions"))["text"].lower()


@pytest.mark.parametrize("seed", range(30))
def test_texts_have_no_open_slots_or_double_spaces(seed: int) -> None:
    for generator, prompt in (
        ("joke", "my old bicycle"),
        ("poem", "autumn rain"),
        ("horoscope", "moving house"),
        ("recipe", "mushrooms"),
    ):
        for length in ("short", "long"):
            result = run(words(generator, prompt, seed=seed, horoscope_length=length))
            assert not re.search(
                r"[{}]|  |\bNone\b| ,|\bthe the\b", result["text"] + json.dumps(result["fields"])[1:-1]
            )


def test_joke_has_a_drawing_idea_and_obeys_its_type() -> None:
    result = run(words("joke", "dogs", joke_type="knock-knock"))
    assert result["text"].startswith("Knock, knock.")
    assert result["fields"]["illustration_desc"]


def test_horoscope_obeys_its_parameters() -> None:
    def lengths(size: str) -> float:
        texts = [run(words("horoscope", seed=seed, horoscope_length=size))["text"] for seed in range(8)]
        return sum(map(len, texts)) / len(texts)

    assert lengths("short") * 1.4 < lengths("medium")
    assert lengths("medium") * 1.4 < lengths("long")
    leo = run(
        words(
            "horoscope",
            zodiac_sign="leo",
            horoscope_timeframe="monthly",
            horoscope_tone="funny",
            horoscope_focus="love",
        )
    )
    assert "Leo" in leo["text"]
    assert leo["facts"].items() >= {"timeframe": "monthly", "tone": "funny", "focus": "love"}.items()
    assert (
        len(
            {
                run(words("horoscope", horoscope_tone=tone))["text"]
                for tone in ("mystical", "funny", "practical", "poetic")
            }
        )
        == 4
    )


def test_poems_take_their_form() -> None:
    counts = {"haiku": 3, "limerick": 5, "couplets": 10, "quatrains": 14}
    for form, lines in counts.items():
        assert len(run(words("poem", "the sea", poem_form=form))["text"].splitlines()) == lines


def test_recipe_uses_what_is_named_and_keeps_the_diet() -> None:
    result = run(words("recipe", "something with mushrooms and spinach", recipe_servings="4"))
    listed = " ".join(result["fields"]["ingredients"])
    assert "mushrooms" in listed
    assert "spinach" in listed
    assert result["fields"]["dish_name"]
    for seed in range(20):
        listed = " ".join(
            run(words("recipe", "dinner", seed=seed, recipe_diet="vegan"))["fields"]["ingredients"]
        )
        assert not re.search(r"chicken|beef|salmon|prawn|egg(?!plant)|halloumi|butter|cream|yoghurt", listed)


@pytest.mark.parametrize("language", [None, "", "auto", "en", "en-US"])
def test_english_is_understood(language: str | None) -> None:
    assert run(words("joke", "cats", fields={"language": language}))["text"]


@pytest.mark.parametrize("language", ["nb-NO", "ko", "de-DE"])
def test_other_languages_are_refused(language: str) -> None:
    with pytest.raises(EngineError, match="English"):
        run(words("joke", "cats", fields={"language": language}))


def test_a_prompt_in_another_script_is_refused() -> None:
    with pytest.raises(EngineError, match="English"):
        run(words("joke", "프로그래밍에 대한 농담"))


def test_writing_needs_no_numpy() -> None:
    code = (
        f"import sys; from generor_nb.studio.engines import run; run({words('joke', 'cats')!r});"
        "assert 'numpy' not in sys.modules and 'PIL' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("slug", sorted(load().generators))
def test_defaults_of_every_generator_make_a_creation(slug: str) -> None:
    generator = load().generators[slug]
    prompt = "a lighthouse" if generator.prompt == "required" else ""
    job = {
        **(scene(prompt) if generator.kind == "image" else words(slug, prompt)),
        "generator": slug,
        "engine": generator.engine,
    }
    result = run({**job, "parameters": generator.defaults()})
    assert result.get("data") or result["text"]
