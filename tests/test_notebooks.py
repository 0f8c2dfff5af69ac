"""The notebooks after the tour, as committed: executed, small, keyless, seen anywhere, true when rerun."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import CANARY
from support import no_key
from test_tour import GUARD, MACHINE, NOTEBOOKS, OURS, Tags, code, shown

from generor_nb import demo
from generor_nb.base.media import EXTENSIONS

INVITE = re.compile(r"\b[0-9a-f]{16}\b")
WITHOUT_PYAV = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "av":
            raise ModuleNotFoundError("No module named 'av'", name="av")
sys.meta_path.insert(0, Missing())
import importlib.util
_find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "av" else _find(name, package)
"""


@dataclass(frozen=True)
class Story:
    """A notebook: bytes at most (of the file, of a display for each creation), what its cells show.

    ``told`` pairs a piece of a cell's source with what the first such cell says.
    """

    name: str
    file: int
    display: int
    pictures: int
    told: tuple[tuple[str, str], ...]

    @property
    def path(self) -> Path:
        return NOTEBOOKS / self.name

    def read(self) -> Any:
        return nbformat.read(self.path, as_version=4)


STORIES = (
    Story(
        "02_forms_and_widgets.ipynb",
        350_000,
        110_000,
        3,
        (
            ('gn.form("image", prompt', "Image form · Flux Schnell · 6 credits"),
            ("gn.badge(form.request)", "12 credits"),
            ('clip["seconds"] = 7', "It makes: 5, 10, 15"),
            ("other.load_preset", "(2, '16:9', 'noir')"),
            ("gn.balance()", "9,955 studio credits"),
        ),
    ),
    Story(
        "04_video_and_audio.ipynb",
        350_000,
        64_000,
        9,
        (
            ("--seconds 4 --dry-run", "seconds: asked 4, used 5"),
            ("generate video storm", "15 studio credits charged (estimated 15)"),
            ("[Image1]", "the prompt speaks of [Image2]; references given: 1"),
            ("gn.history()", "9 operations, 90 studio credits"),
        ),
    ),
    Story(
        "05_four_providers.ipynb",
        300_000,
        128_000,
        3,
        (
            *(("%generor status", name) for name in ("gptimage2", "images-create", "grok-imagine")),
            ("%%generate text2img harbour", "1 credit charged"),
            ("--dry-run", "unknown until charged"),
            ("--image harbour", "1 credit charged"),
            ("a massacre", "refunded"),
            ("--provider images-create", "images-create"),
            ("--provider grok-imagine", "40 credits charged"),
            ("%generor history", "FAILED_REFUNDED"),
        ),
    ),
    Story(
        "06_account_and_community.ipynb",
        200_000,
        64_000,
        12,
        (
            ('bio="I was here."', "lacks the scope write"),
            ("await report.credits.balance()", "Invalid API key"),
            ("teams.join", "('hana.lind', 'member')"),
            ("%generor teams", "Lighthouse Keepers"),
            ("comments.add", "    studio (+1): I would have kept the village."),
            ("ratings.rate", "4.67 of 3, then 4.75 of 4"),
        ),
    ),
)
FORMS, FILM, _, COMMUNITY = STORIES
each = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name[:-6])


def printed(book: Any, source: str) -> str:
    """What the cell that is ``source``, or the first with it in it, shows as text."""
    cells = [cell for cell in code(book) if source in cell.source]
    cell = next((cell for cell in cells if cell.source == source), cells[0])
    return "\n".join(o.get("text") or o.get("evalue") or o.data["text/plain"] for o in cell.outputs)


def check_is_whole(story: Story, book: Any) -> None:
    for cell in code(book):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source
    for source, said in story.told:
        assert said in printed(book, source), source
    if story is FORMS:  # the cell below is what the form says
        cell = next(cell.source for cell in code(book) if cell.source.startswith("%%generate"))
        assert cell.replace("image light", "image") in printed(book, 'form.code("cell")')
    if story is FILM:
        assert printed(book, "moving.lineage").count(" · ") == 6


def check_tells_nothing(story: Story, text: str) -> None:
    no_key(text)
    assert CANARY not in text
    assert MACHINE.findall(text) == []
    if story is COMMUNITY:
        assert INVITE.findall(text) == []


@each
def test_it_was_executed_and_is_small(story: Story) -> None:
    book = story.read()
    assert [cell.execution_count for cell in code(book)] == list(range(1, len(code(book)) + 1))
    assert story.path.stat().st_size < story.file
    for output in shown(book):
        creations = max(1, len(Tags(output.data.get("text/html", "")).all("figure")))
        most = story.display * (creations if story is FILM else 1)
        assert len(json.dumps(output.data, ensure_ascii=False).encode()) <= most
        assert demo.WIDGET_VIEW not in output.data
    assert set(book.metadata) <= {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= OURS for cell in book.cells)
    check_is_whole(story, book)


@each
def test_it_says_nothing_about_who_ran_it(story: Story) -> None:
    check_tells_nothing(story, story.path.read_text("utf-8"))


@each
def test_its_pictures_need_no_network(story: Story) -> None:
    images = [image for o in shown(story.read()) for image in Tags(o.data.get("text/html", "")).all("img")]
    assert len(images) >= story.pictures
    assert all(
        image["src"].startswith("data:image/jpeg;base64,") and image["alt"].strip() for image in images
    )


# --- run again ---


def ran(story: Story, folder: Path) -> Any:
    """The notebook run again by a kernel that has keys it must not use."""
    fresh = guarded(story.read(), folder, GUARD)
    check_is_whole(story, fresh)
    return fresh


def guarded(fresh: Any, folder: Path, guard: str) -> Any:
    """A notebook run by a kernel that begins with ``guard``; so do the servers it starts."""
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(guard)
    keys = {f"{name}_API_KEY": CANARY for name in ("GENEROR", "GPTIMAGE2", "IMAGES_CREATE", "GROK_IMAGINE")}
    search = os.pathsep.join(p for p in (str(folder / "guard"), os.environ.get("PYTHONPATH", "")) if p)
    environ = {k: v for k, v in os.environ.items() if k != "GENEROR_PROVIDER"} | keys
    environ |= {"PYTHONPATH": search, "GUARD_LOG": str(folder / "outside"), "PYTHONWARNINGS": "ignore"}
    environ |= {"GENEROR_HOME": str(folder / "home"), "GENEROR_LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
    demo.execute(fresh, folder, environ, lambda *_: None)
    assert not (folder / "outside").exists()
    assert (folder / "outside.pids").exists(), "the kernel was not guarded"
    with pytest.raises(ProcessLookupError):  # it ended with its notebook
        os.kill(int((folder / "outside.pids").read_text().split()[0]), 0)
    return fresh


@pytest.mark.slow
@each
def test_it_runs_again_under_keys_that_it_must_not_use(
    story: Story, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fresh = ran(story, tmp_path)
    said = json.dumps([cell.outputs for cell in code(fresh)], ensure_ascii=False)
    check_tells_nothing(story, said + capfd.readouterr().err)
    if story is FILM:
        kinds = sorted(path.suffix[1:] for path in (tmp_path / "outputs").iterdir())
        assert kinds == sorted(["mp4"] * 2 + ["flac"] * 6 + ["webp", "txt", "svg", "zip"])
        assert set(kinds) - {"txt", "zip"} <= set(EXTENSIONS.values())


# --- video and audio ---


def test_what_plays_is_seen_where_it_cannot_play() -> None:
    """As GitHub shows it: its own rules leave out what plays, and the picture and the link remain."""
    found = {"video": 0, "audio": 0}
    for output in shown(FILM.read()):
        page = output.data.get("text/html", "")
        for kind in found:
            for piece in re.findall(f"<figure.*?<{kind} .*?</figure>", page):
                found[kind] += 1
                left = Tags(re.sub(f"</?{kind}[^>]*>", "", piece))
                (image,), (link,) = left.all("img"), left.all("a")
                assert image["src"].startswith("data:image/jpeg;base64,")
                assert link["href"].startswith("outputs/")
                assert output.data["image/jpeg"]
    assert found == {"video": 2, "audio": 6}


def test_the_film_is_h264_and_says_nothing_of_the_machine_that_made_it() -> None:
    assert re.search(r"outputs/a-lighthouse[\w-]*\.mp4 · 854×480 · 5 s", printed(FILM.read(), "storm.path"))


@pytest.mark.slow
def test_without_pyav_its_films_are_animated_pictures_and_say_what_is_missing(tmp_path: Path) -> None:
    book = FILM.read()
    films = [
        at
        for at, cell in enumerate(book.cells)
        if "generate video" in cell.source or "animate(" in cell.source
    ]
    book.cells = book.cells[: films[-1] + 1]
    fresh = guarded(book, tmp_path, GUARD + WITHOUT_PYAV)
    assert "pip install av" in printed(fresh, "generate video storm")
    assert sorted(path.suffix for path in (tmp_path / "outputs").iterdir()).count(".mp4") == 0
