"""Every generator, asked over the API with nothing but what it needs: real media, at the price it told."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from studio_support import Api, open_studio, owner

from generor_nb.base.containers import measured
from generor_nb.base.media import sniff
from generor_nb.studio.catalogue import Generator, load
from generor_nb.studio.engines import run

pytestmark = pytest.mark.slow
ACTIVE = {slug: one for slug, one in load().generators.items() if one.status == "active"}
# So that there is time for all of them: what is drawn is half as wide, and a film lasts a second.
SHARE, SMALLEST = 2, 256


def smaller(job: dict[str, Any]) -> dict[str, Any]:
    sides = {side: max(SMALLEST, job[side] // SHARE) for side in ("width", "height")}
    fields = {**job["fields"], **({"seconds": 1} if job["engine"] == "video" else {})}
    return run({**job, **sides, "fields": fields})


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    studio = open_studio(tmp_path_factory.mktemp("every"), work=smaller)
    yield owner(studio)
    studio.close()


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a picture and a clip are asked with."""
    picture = run({"engine": "scene", "prompt": "a red fox", "seed": 1, "width": 320, "height": 320})
    film = {"engine": "video", "prompt": "hills", "seed": 1, "width": 320, "height": 256}
    clip = run({**film, "fields": {"seconds": 1}})
    return {
        f"{kind}_url": f"data:{made['mime']};base64,{base64.b64encode(made['data']).decode()}"
        for kind, made in (("image", picture), ("video", clip))
    }


def least(generator: Generator, given: dict[str, str]) -> dict[str, Any]:
    model = load().default_model(generator.slug)
    needed = {*model.requires, *(["image_url"] if generator.needs_image else [])}
    asked: dict[str, Any] = {"model_id": model.id, **{name: given[name] for name in sorted(needed)}}
    if generator.prompt == "required" or "image_url" not in needed:
        asked["prompt"] = "a fox by the sea at night"
    return asked


@pytest.mark.parametrize("slug", sorted(ACTIVE))
def test_it_makes_real_media_at_the_price_it_told(
    api: Api, given: dict[str, str], slug: str, tmp_path: Path
) -> None:
    generator, body, before = ACTIVE[slug], least(ACTIVE[slug], given), api.credits()
    told = api.estimate(slug, body).json()["data"]["credit_cost"]["total"]
    answer = api.generate(slug, body)
    assert answer.status_code == 201, answer.text
    assert before - api.credits() == told == answer.json()["data"]["credit_cost"]
    (item,) = answer.json()["data"]["creations"]
    if generator.kind == "text":
        assert len(item["text"].split()) >= 5
        return
    names = {"video": "video_url", "vector": "svg_url"}
    name = names.get(generator.kind, "audio_url" if generator.kind in SOUNDS else "image_url")
    data = api.call("GET", item[name].removeprefix("http://studio")).content
    CHECKS[name](data, tmp_path)
    if name != "image_url":
        poster = api.call("GET", item["poster_url"].removeprefix("http://studio")).content
        a_picture(poster, tmp_path)


SOUNDS = ("speech", "music", "soundeffect")


def a_picture(data: bytes, _: Path) -> None:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    assert min(picture.size) >= 64
    assert any(low != high for low, high in picture.getextrema())


def a_film(data: bytes, _: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(io.BytesIO(data)) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    assert len(frames) == 24
    assert frames[0].tobytes() != frames[-1].tobytes()


def a_sound(data: bytes, folder: Path) -> None:
    mime = sniff(data)
    assert mime == "audio/flac"
    (folder / "sound").write_bytes(data)
    seconds = measured(folder / "sound", mime).seconds
    assert seconds is not None
    assert 0.3 <= seconds <= 180
    assert len(data) > 4_000


def a_drawing(data: bytes, _: Path) -> None:
    root = ElementTree.fromstring(data)
    paths = list(root.iter("{http://www.w3.org/2000/svg}path"))
    assert 1 <= len(paths) <= 700


CHECKS = {"image_url": a_picture, "video_url": a_film, "audio_url": a_sound, "svg_url": a_drawing}
