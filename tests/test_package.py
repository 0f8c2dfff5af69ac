"""What gets installed, what it weighs, and the command it brings."""

from __future__ import annotations

import html.parser
import importlib.metadata
import json
import re
import signal
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import checkout
import constraints
import httpx
import pytest
from conftest import CANARY, need
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = checkout.ROOT / "generor_nb"
COMMAND = (sys.executable, "-m", "generor_nb.cli")
KEY = re.compile(r"gnr_[A-Za-z0-9_]{8,}")
MB = 1 << 20
BOOKS = {
    f"generor_nb/{p.relative_to(checkout.ROOT).as_posix()}"
    for p in checkout.ROOT.glob("notebooks/**/*.ipynb")
}
LEAST = BOOKS | {  # what a wheel must hold, whatever becomes of the tree
    "generor_nb/py.typed",
    "generor_nb/studio/catalogue/README.md",
    "generor_nb/widgets/form.js",
    "generor_nb/widgets/form.css",
}
DATA = (".js", ".css", ".toml", ".md", ".json", ".txt", ".csv", ".npz", ".typed")

GENERATE = """
import IPython.core.interactiveshell as ip
shell = ip.InteractiveShell.instance()
shell.run_line_magic("load_ext", "generor_nb")
done = shell.run_cell("%%generate image\\nA lighthouse in a storm")
assert done.error_in_exec is not None
print(done.error_in_exec)
"""


# --- the versions it is tested with ---


def test_the_constraints_for_pip_are_those_of_uv() -> None:
    assert constraints.CONSTRAINTS.read_text("utf-8") == constraints.text(), (
        "run: python tests/constraints.py --write"
    )


def test_a_constraint_is_a_name_and_a_version() -> None:
    pins = constraints.pins()
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9A-Za-z.]*", pin)] == []
    assert sorted(set(pins)) == sorted(pins)


def test_everything_the_tests_install_is_pinned() -> None:
    pinned = {pin.partition("==")[0] for pin in constraints.pins()}
    assert sorted(_installed_for("generor-nb", "test") - pinned - {"generor-nb"}) == [], (
        "run: python tests/constraints.py --upgrade"
    )


def _installed_for(name: str, extra: str) -> set[str]:
    """The distributions that ``name[extra]`` pulls in here."""
    seen: set[tuple[str, str]] = set()
    todo = [(name, extra), (name, "")]
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        for text in importlib.metadata.requires(one[0]) or []:
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": one[1]}):
                todo += [(canonicalize_name(wanted.name), more) for more in ("", *wanted.extras)]
    return {name for name, _ in seen}


# --- the command ---


def generor_nb(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command() -> None:
    done = generor_nb("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("demo", "serve", "recover"):
        assert re.search(rf"^    {command}\b", done.stdout, re.MULTILINE), command


@pytest.mark.parametrize("command", ["demo", "serve", "recover"])
def test_every_command_explains_itself(command: str) -> None:
    done = generor_nb(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"generor-nb {command}" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("paint",), ("serve", "--port", "many"), ("demo", "--paint")])
def test_a_wrong_call_is_2(arguments: tuple[str, ...]) -> None:
    done = generor_nb(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: generor-nb" in done.stderr


def test_what_the_user_can_mend_is_1_and_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEROR_PROVIDER", "nobody")
    done = generor_nb("recover")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 2)


def _served(*options: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--home", "served", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline()


def test_serve_prints_one_json_line_with_a_key_that_works() -> None:
    process, line = _served("--print-key")
    try:
        ready = json.loads(line)
        headers = {"Authorization": f"Bearer {ready['api_key']}"}
        answer = httpx.get(f"{ready['url']}/credits/balance", headers=headers)
        assert (answer.status_code, answer.json()["success"]) == (200, True)
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=15) == ("", "")
        assert process.returncode == 0
    finally:
        process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("port", ["busy", "99999"])
def test_serve_on_an_impossible_port_says_what_to_do(port: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        number = str(busy.getsockname()[1]) if port == "busy" else port
        ran = subprocess.run(
            [*COMMAND, "serve", "--port", number, "--home", "served"],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ran.returncode == 1
    lines = ran.stderr.strip().splitlines()
    assert len(lines) == 2
    assert number in lines[0]
    assert "--port" in lines[1]


@pytest.mark.slow
def test_serve_shows_no_key_unasked() -> None:
    process, line = _served()
    try:
        assert "http://127.0.0.1:" in line
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=15)
        assert process.returncode == 0
        assert KEY.search(line + out + err) is None
    finally:
        process.kill()


# --- the wheel ---


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel made from it."""
    need("uv")
    root = checkout.copy(tmp_path_factory.mktemp("source") / "repository")
    out = tmp_path_factory.mktemp("dist")
    checkout.run("uv", "build", "--quiet", "--out-dir", out, cwd=root)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (one,) = built.glob("*.whl")
    return one


@pytest.fixture(scope="module")
def demo_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    python = checkout.environment(folder / "env")
    checkout.install(python, f"{wheel}[demo]", "-c", constraints.CONSTRAINTS, cwd=folder)
    return python


@pytest.fixture(scope="module")
def core_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("core")
    python = checkout.environment(folder / "env")
    checkout.install(python, wheel, "-c", constraints.CONSTRAINTS, cwd=folder)
    return python


@pytest.mark.slow
def test_the_wheel_holds_the_whole_package_and_nothing_else(
    wheel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    source = {
        f"generor_nb/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix in (*DATA, ".py")
    }
    assert sorted(source - names) == []
    assert sorted(LEAST - names) == []
    assert [name for name in names if not name.startswith("generor_nb/") or "__pycache__" in name] == []
    size = wheel.stat().st_size
    with capsys.disabled():
        print(f"\nwheel: {size / 1024:.0f} kB, {len(names)} files")
    assert size < 5 * MB


@pytest.mark.slow
def test_the_wheels_notebooks_are_to_be_run(built: Path) -> None:
    """Outputs would be half of what is installed."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in BOOKS:
            book = json.loads(archive.read(name))
            cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
            assert cells
            assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)


@pytest.mark.slow
def test_the_sdist_holds_what_the_tests_need(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "notebooks/01_tour.ipynb"):
        assert name in names
    assert {"tests/conftest.py", "binder/postBuild", "benchmarks/startup.py"} <= names
    assert [name for name in names if "node_modules" in name or "__pycache__" in name] == []


# --- the demo, as a stranger runs it ---


class _Loads(html.parser.HTMLParser):
    """What a page would fetch by itself, and whether it runs anything."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.scripts += [tag] * (tag == "script") + [name for name in found if name.startswith("on")]
        self.fetched += [found[name] for name in ("src", "poster", "srcset", "data") if name in found]
        if tag == "link":
            self.fetched.append(found.get("href", ""))
        self.fetched += re.findall(r"url\(\s*['\"]?([^'\")]+)", found.get("style", ""))


@pytest.mark.slow
def test_the_demo_writes_a_page_that_needs_nothing_else(
    demo_python: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    done = _as_command(demo_python, "demo", cwd=tmp_path)
    seconds = time.monotonic() - began
    assert (done.returncode, KEY.search(done.stdout + done.stderr)) == (0, None), done.stderr
    with capsys.disabled():
        print(f"\nthe demo: {seconds:.0f} s")
    page = tmp_path / "generor-demo" / "01_tour.html"
    named, last = done.stdout.splitlines()[-2:]
    assert named == str(page)
    creations, spent = re.search(r"(\d+) creations\D+([\d,.]+) studio credits", last).groups()  # type: ignore[union-attr]
    assert int(creations) >= 5
    assert float(spent.replace(",", "")) > 0
    text = page.read_text("utf-8")
    assert KEY.search(text) is None
    loads = _Loads()
    loads.feed(text)
    assert loads.scripts == []
    elsewhere = [url for url in loads.fetched if not url.startswith("data:")]
    assert [url for url in elsewhere if re.match(r"[a-z]*:?//", url)] == []
    assert [url for url in elsewhere if not (page.parent / url).exists()] == []
    assert re.findall(r"@import\s[^;]*//|url\(\s*['\"]?(?:https?:)?//", text) == []


@pytest.mark.slow
def test_the_demo_without_jupyterlab_says_how_to_get_it(demo_python: Path, tmp_path: Path) -> None:
    done = _as_command(demo_python, "demo", "--lab", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    what, todo = done.stderr.splitlines()
    assert "demo --lab" in what
    assert "generor_nb[lab]" in todo


def _as_command(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environ = dict.fromkeys(("GENEROR_API_KEY", "GPTIMAGE2_API_KEY", "GROK_IMAGINE_API_KEY"), CANARY)
    return checkout.ask(python.parent / "generor-nb", *arguments, cwd=cwd, environ=environ)


# --- the core, without extras ---


@pytest.mark.slow
def test_without_extras_a_cell_says_how_to_get_the_studio(core_python: Path, tmp_path: Path) -> None:
    environ = {
        "GENEROR_HOME": str(tmp_path / "home"),
        "GENEROR_PROVIDER": "studio",
        "IPYTHONDIR": str(tmp_path),
    }
    done = checkout.run(core_python, "-c", GENERATE, cwd=tmp_path, environ=environ)
    assert "generor_nb[studio]" in done.stdout
    assert "internal error" not in done.stdout.lower()
    told = [line for line in done.stdout.splitlines()[-2:] if "pip install" in line]
    assert len(told) == 1, done.stdout


@pytest.mark.slow
def test_the_core_adds_little_to_a_notebook(
    core_python: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = checkout.environment(tmp_path / "plain")
    notebook = ("ipython", "ipywidgets", "anywidget")
    checkout.install(plain, *notebook, "-c", constraints.CONSTRAINTS, cwd=tmp_path)
    added = _weight(core_python) - _weight(plain)
    with capsys.disabled():
        print(f"\ncore beyond {', '.join(notebook)}: {added / MB:.1f} MB")
    assert added < 32 * MB  # of them Pillow 21 and pydantic 9


def _weight(python: Path) -> int:
    where = "import sysconfig; print(sysconfig.get_path('platlib'))"
    packages = Path(checkout.run(python, "-c", where, cwd=python.parent).stdout.strip())
    files = (path for path in packages.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sum(path.stat().st_size for path in files)
