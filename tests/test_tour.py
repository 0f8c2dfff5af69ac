"""The tour as committed: executed, small, readable everywhere, and true when it is run again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import CANARY, need
from support import no_key

from generor_nb import demo

pytest_plugins = ["lab"]

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parent / "notebooks"
TOUR = NOTEBOOKS / demo.TOUR
TOURS = [TOUR, NOTEBOOKS / "ko" / demo.TOUR]
FILE_LIMIT, CREATION_LIMIT = 400_000, 64_000
PICTURES = {"image/png", "image/jpeg", "image/webp", "image/gif"}
MACHINE = re.compile(r"/(root|tmp|work|home|Users|var|private)/|[A-Z]:\\\\")
OURS = {"tags"}  # metadata a cell may have


@pytest.fixture(scope="module", params=TOURS, ids=["en", "ko"])
def path(request: pytest.FixtureRequest) -> Path:
    chosen: Path = request.param
    return chosen


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def page(book: Any) -> str:
    return demo.to_html(book)


def code(book: Any) -> list[Any]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def shown(book: Any) -> list[Any]:
    """The outputs that carry data."""
    return [output for cell in code(book) for output in cell.outputs if "data" in output]


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


# --- the file ---


def test_every_notebook_is_valid_and_small() -> None:
    assert TOUR in list(NOTEBOOKS.glob("*.ipynb"))
    for path in NOTEBOOKS.rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
        assert path.stat().st_size < FILE_LIMIT, path.name


def test_it_was_executed_and_fails_only_where_it_means_to(book: Any) -> None:
    assert [cell.execution_count for cell in code(book)] == list(range(1, len(code(book)) + 1))
    for cell in code(book):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


def test_it_says_nothing_about_who_ran_it(book: Any, path: Path) -> None:
    text = path.read_text("utf-8")
    no_key(text)
    assert CANARY not in text
    assert MACHINE.findall(text) == []
    assert set(book.metadata) <= {"kernelspec", "language_info"}
    assert book.metadata.kernelspec.name == "python3"
    assert all(set(cell.metadata) <= OURS for cell in book.cells)
    assert not any("transient" in output for cell in code(book) for output in cell.outputs)


def test_every_picture_can_be_read_too(book: Any) -> None:
    pictured = [
        o.data for o in shown(book) if any(kind in o.data for kind in PICTURES) or "<img" in str(o.data)
    ]
    assert len(pictured) >= 4
    for data in pictured:
        assert data["text/plain"].strip()
        images = Tags(data["text/html"]).all("img")
        assert images
        assert all(image["alt"].strip() for image in images)
        assert all(image["src"].startswith("data:image/") for image in images)


def test_a_creation_stays_small(book: Any) -> None:
    sizes = {}
    for cell in code(book):
        for output in cell.outputs:
            creations = max(1, len(Tags(output.get("data", {}).get("text/html", "")).all("img")))
            sizes[cell.source] = len(json.dumps(output)) / creations
    assert max(sizes.values()) <= CREATION_LIMIT, max(sizes, key=lambda source: sizes[source])


def test_a_widget_is_never_all_there_is(book: Any) -> None:
    for output in shown(book):
        assert demo.WIDGET_VIEW not in output.data or "text/html" in output.data
        assert output.data["text/plain"].strip() or set(output.data) == {"text/plain"}
    twins = [
        o.data["text/html"] for o in shown(book) if re.search("form|폼", o.data["text/plain"].split("·")[0])
    ]
    assert len(twins) == 1
    assert "gn.generate(" in twins[0]


# --- the page ---


def test_the_page_needs_no_script_and_no_network(page: str) -> None:
    assert "<script" not in page.lower()
    tags = Tags(page)
    assert len([i for i in tags.all("img") if i["src"].startswith("data:image/")]) >= 4
    for tag, attributes in tags.found:
        assert not any(name.startswith("on") for name in attributes), tag
        fetched = ("src", "data", "srcset", "poster") if tag != "link" else ("href",)
        assert not any(re.match(r"\s*(https?:)?//", attributes.get(name, "")) for name in fetched), tag
    assert re.findall(r"(?:@import|url\()\s*['\"]?(?:https?:)?//[^)'\"]*", page) == []
    no_key(page)
    assert demo.WIDGET_VIEW not in page


@pytest.mark.browser
def test_the_page_without_script_and_network(page: str, open_page: Any, tmp_path: Path) -> None:
    """Its pictures are drawn with scripts off; a second look with scripts on can measure them."""
    path = tmp_path / "tour.html"
    path.write_text(page, "utf-8")
    with open_page(path.as_uri(), java_script_enabled=False) as (still, watch):
        still.goto(path.as_uri(), wait_until="load")
        box = still.locator("img").first.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
        assert colours(still.locator("img").first.screenshot()) > 500
        still.screenshot(path=tmp_path / "page.png", full_page=True)
        assert [url for url in watch.requests if not url.startswith("data:")] == [path.as_uri()]
        watch.check()
    with open_page(path.as_uri()) as (live, watch):
        live.goto(path.as_uri(), wait_until="load")
        widths = live.locator("img").evaluate_all("images => images.map(image => image.naturalWidth)")
        assert len(widths) >= 4
        assert min(widths) > 100
        wide = live.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, "the page scrolls sideways"
        watch.check()


def colours(data: bytes) -> int:
    """How many different colours a screenshot has: a picture that is not drawn has few."""
    import io

    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGB")
    return len(
        set(picture.get_flattened_data() if hasattr(picture, "get_flattened_data") else picture.getdata())
    )


# --- run again ---


def quiet(tmp_path: Path) -> dict[str, str]:
    environ = demo.quiet_environment(tmp_path / "fresh", os.environ)
    return environ | {"GENEROR_LANGUAGE": "en", "LC_ALL": "C.UTF-8", "GENEROR_PROGRESS": "off"}


def ran(command: list[str], folder: Path, environ: dict[str, str]) -> Any:
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=180)


@pytest.mark.slow
@pytest.mark.parametrize("folder", [NOTEBOOKS, NOTEBOOKS / "ko"], ids=["en", "ko"])
def test_nbval_finds_what_is_printed_in_it(folder: Path, tmp_path: Path) -> None:
    """Each language in a home of its own: the tour counts what its journal holds."""
    need("nbval")
    books = [str(book) for book in sorted(folder.glob("*.ipynb"))]
    command = [sys.executable, "-m", "pytest", "--nbval-lax", *books, "-q", "-p", "no:cacheprovider"]
    command += ["--nbval-sanitize-with", str(HERE / "nbval_sanitize.cfg"), "--nbval-cell-timeout", "120"]
    command += ["-o", "addopts=", "--rootdir", str(NOTEBOOKS), "--nbval-current-env"]
    done = subprocess.run(
        command, cwd=tmp_path, env=quiet(tmp_path), capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-1_000:]
    assert re.search(r"\b\d{2,} passed", done.stdout)


GUARD = """
import os, socket
_connect = socket.socket.connect
def _guarded(self, address):
    local = ("127.0.0.1", "::1", "localhost")
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in local:
        with open(os.environ["GUARD_LOG"], "a") as file:
            print(address, file=file)
        raise OSError(f"a test tried to leave loopback: {address}")
    return _connect(self, address)
socket.socket.connect = _guarded
with open(os.environ["GUARD_LOG"] + ".pids", "a") as file:
    print(os.getpid(), file=file)
"""
DEMO = "import sys; from generor_nb.cli import main; sys.exit(main(['demo', '--out', 'made']))"


@pytest.mark.slow
def test_the_demo_ignores_keys_and_leaves_nothing_of_loopback(tmp_path: Path) -> None:
    """``generor-nb demo`` under keys that must not be used; its kernel is guarded like itself."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    keys = {f"{name}_API_KEY": CANARY for name in ("GENEROR", "GPTIMAGE2", "IMAGES_CREATE", "GROK_IMAGINE")}
    search = os.pathsep.join(p for p in (str(tmp_path / "guard"), os.environ.get("PYTHONPATH", "")) if p)
    environ = {k: v for k, v in os.environ.items() if k != "GENEROR_PROVIDER"} | keys
    environ |= {"PYTHONPATH": search, "GUARD_LOG": str(tmp_path / "outside"), "GENEROR_LANGUAGE": "en"}
    command = [sys.executable, "-c", DEMO]
    done = ran(command, tmp_path, environ)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert not (tmp_path / "outside").exists(), (tmp_path / "outside").read_text()
    assert len((tmp_path / "outside.pids").read_text().split()) >= 2, "the kernel was not guarded"
    made = tmp_path / "made"
    for name in (demo.TOUR, "01_tour.html"):
        text = (made / name).read_text("utf-8")
        no_key(text)
        assert str(tmp_path) not in text
    assert len(list((made / "outputs").iterdir())) >= 8
    assert re.search(r"\d+ s", done.stdout)
