"""The files behind a creation's addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_support import PICTURE, Api, anonymous, open_studio, owner, problem

from generor_nb.base.media import sniff
from generor_nb.studio import Studio
from generor_nb.studio.engines import run


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(tmp_path)
    yield opened
    opened.close()


def make(api: Api, privacy_mode: int = 0) -> str:
    """The root-relative address of a new picture."""
    answer = api.generate("image", {**PICTURE, "privacy_mode": privacy_mode}).json()["data"]
    url: str = answer["creations"][0]["image_url"]
    assert url.startswith("http://studio/users/")
    return url.removeprefix("http://studio")


def test_a_file_is_served_to_anybody_as_what_its_bytes_are(studio: Studio) -> None:
    response = anonymous(studio).call("GET", make(owner(studio)))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/webp" == sniff(response.content)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_both_addresses_of_a_creation_are_the_same_file(studio: Studio) -> None:
    url = make(owner(studio))
    assert owner(studio).data("/creations/1")["images"][0]["url"] == url


def test_a_private_file_has_a_name_nobody_can_guess(studio: Studio) -> None:
    url = make(owner(studio), privacy_mode=1)
    assert re.fullmatch(r"/users/1/img/image-1-[0-9a-f]{32}\.webp", url)
    assert anonymous(studio).call("GET", url).status_code == 200
    assert anonymous(studio).call("GET", "/users/1/img/image-1.webp").status_code == 404


def test_a_part_of_a_file_can_be_asked_for(studio: Studio) -> None:
    url = make(owner(studio))
    response = anonymous(studio).call("GET", url, headers={"Range": "bytes=0-3"})
    assert (response.status_code, response.content) == (206, b"RIFF")


def test_the_head_of_a_file_has_no_body(studio: Studio) -> None:
    response = anonymous(studio).call("HEAD", make(owner(studio)))
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/users/1/img/image-2.webp",
        "/users/2/img/image-1.webp",
        "/users/1/vid/image-1.webp",
        "/users/x/img/image-1.webp",
        "/users/1/img/%2e%2e%2fstudio.sqlite",
        "/users/1/img/..%2f..%2fstudio.sqlite",
    ],
)
def test_any_other_address_is_404(studio: Studio, path: str) -> None:
    make(owner(studio))
    assert problem(anonymous(studio).call("GET", path))[:2] == (404, "NOT_FOUND")


def test_files_are_not_counted_against_a_rate(studio: Studio) -> None:
    url = make(owner(studio))
    statuses = {anonymous(studio).call("GET", url).status_code for _ in range(20)}
    assert statuses == {200}


def test_a_file_gone_from_disk_is_404(studio: Studio, tmp_path: Path) -> None:
    url = make(owner(studio))
    for file in (tmp_path / "media").rglob("*"):
        if file.is_file():
            file.unlink()
    assert problem(anonymous(studio).call("GET", url))[0] == 404


@pytest.fixture
def sounding(tmp_path: Path) -> Iterator[Api]:
    """A studio whose engines are the real ones."""
    opened = open_studio(tmp_path, work=run)
    yield owner(opened)
    opened.close()


BELL = {"model_id": 30202, "prompt": "a bell"}


def test_what_is_no_picture_comes_with_one(sounding: Api) -> None:
    (item,) = sounding.generate("notification-sound", BELL).json()["data"]["creations"]
    (audio,) = sounding.data(f"/creations/{item['creation_id']}")["audios"]
    assert item["poster_url"].endswith(audio["poster_url"])
    assert (audio["seconds"], audio["url"][-5:]) == (item["seconds"], ".flac")
    poster = sounding.call("GET", audio["poster_url"])
    assert poster.headers["Content-Type"] == "image/png" == sniff(poster.content)


def test_a_private_poster_has_a_name_nobody_can_guess(sounding: Api) -> None:
    (item,) = sounding.generate("notification-sound", BELL).json()["data"]["creations"]
    sounding.patch(f"/creations/{item['creation_id']}", {"privacy_mode": 1})
    (audio,) = sounding.data(f"/creations/{item['creation_id']}")["audios"]
    assert re.fullmatch(r"/users/1/poster/soundeffect-\d+-[0-9a-f]{32}\.png", audio["poster_url"])
    assert sounding.call("GET", item["poster_url"].removeprefix("http://studio")).status_code == 404
