"""What repo2docker makes of ``binder/``, checked by rules of our own and by doing its steps."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checkout
import pytest
from conftest import CANARY, need

FOLDER = checkout.ROOT / "binder"
FROM_THE_IMAGE = {"jupyterlab", "notebook", "ipykernel", "jupyter-server"}
GETS_MORE = re.compile(r"\b(?:pip|uv|conda|mamba|npm|apt|apt-get|curl|wget|git)\b", re.IGNORECASE)
SECRET = re.compile(r"API_KEY|gnr_(?:live|test)_|TOKEN|PASSWORD", re.IGNORECASE)

LOOK = """
import importlib.util, tempfile
import generor_nb as gn
from generor_nb.demo import find_tour

assert importlib.util.find_spec("jupyterlab") is None, "the image has its own JupyterLab"
assert find_tour().exists(), find_tour()
result = gn.generate("image", "A castle above the clouds")
assert result.creations[0].path.exists()
print(result.creations[0].mime)
"""


def problems(root: Path) -> list[str]:
    """What would break the image, by repo2docker's rules and ours."""
    found = []
    folder, project = root / "binder", tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    if (root / ".binder").exists():
        found.append("two folders: .binder and binder")
    rivals = ("environment.yml", "Pipfile", "Dockerfile", "Project.toml")
    found += [f"{name} would be used instead" for name in rivals if (folder / name).exists()]
    found += _python(folder / "runtime.txt", project["requires-python"])
    found += _requirements(folder / "requirements.txt", root, project)
    found += _post_build(folder / "postBuild")
    for path in sorted(folder.iterdir()):
        if SECRET.search(path.read_text("utf-8")):
            found.append(f"{path.name} handles a secret")
    return found


def _python(runtime: Path, required: str) -> list[str]:
    """With binder/ the project's own requires-python is not read: unpinned means 3.10."""
    if not runtime.exists():
        return ["no runtime.txt: the image would get an old Python"]
    match = re.fullmatch(r"python-3\.(\d+)", runtime.read_text("utf-8").strip())
    if match is None:
        return ["runtime.txt is not python-3.N"]
    least = int(required.removeprefix(">=3."))
    return [] if int(match[1]) >= least else [f"runtime.txt is older than 3.{least}"]


def _requirements(path: Path, root: Path, project: dict[str, Any]) -> list[str]:
    """Read as ``pip install -r binder/requirements.txt`` from the repository's root: a path to install
    is meant from the root, a file of ``-r`` or ``-c`` from the folder of the file that names it."""
    found, local = [], False
    lines = [line.split("#", 1)[0].strip() for line in path.read_text("utf-8").splitlines()]
    for line in filter(None, lines):
        option, _, rest = line.partition(" ") if line.startswith("-") else ("", "", line)
        if option in ("-r", "-c"):
            if not (path.parent / rest).is_file():
                found.append(f"{line}: no such file beside requirements.txt")
        elif option not in ("", "-e") or "://" in rest:
            found.append(f"{line}: neither a name nor a path")
        elif rest.startswith("."):
            local = True
            place, _, extras = rest.partition("[")
            if not (root / place / "pyproject.toml").is_file():
                found.append(f"{line}: no project there, seen from the root")
            unknown = set(filter(None, extras.rstrip("]").split(","))) - set(project["optional-dependencies"])
            found += [f"{line}: no extra {extra}" for extra in sorted(unknown)]
        elif re.split(r"[^A-Za-z0-9._-]", rest)[0].lower() in FROM_THE_IMAGE:
            found.append(f"{line}: the image brings its own")
    return found if local else [*found, "requirements.txt does not install this project"]


def _post_build(path: Path) -> list[str]:
    found = []
    text = path.read_text("utf-8")
    if not text.startswith("#!/"):
        found.append("postBuild has no shebang")
    if "\r" in text:
        found.append("postBuild has Windows line ends")
    if os.name == "posix" and not os.access(path, os.X_OK):
        found.append("postBuild is not executable")
    if "set -euo pipefail" not in text:
        found.append("postBuild does not stop at a failure")
    if GETS_MORE.search(text):
        found.append("postBuild gets something from elsewhere")
    return found


def test_the_image_would_build() -> None:
    assert problems(checkout.ROOT) == []


def _write(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / "binder" / name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (lambda root: (root / "binder" / "runtime.txt").unlink(), "old Python"),
        (_write("runtime.txt", "python-3.10\n"), "older than 3.11"),
        (_write("runtime.txt", "3.13\n"), "not python-3.N"),
        (_write("requirements.txt", "../[studio]\n"), "seen from the root"),
        (_write("requirements.txt", ".[studioo]\n"), "no extra studioo"),
        (_write("requirements.txt", "-c constraints.txt\n.\n"), "no such file"),
        (_write("requirements.txt", "generor-nb\n"), "does not install this project"),
        (_write("requirements.txt", ".\njupyterlab==4.6.6\n"), "the image brings its own"),
        (_write("requirements.txt", "--extra-index-url elsewhere\n.\n"), "neither a name nor a path"),
        (_write("environment.yml", "dependencies: []\n"), "would be used instead"),
        (lambda root: (root / "binder" / "postBuild").chmod(0o644), "not executable"),
        (_write("postBuild", "python -c pass\n"), "no shebang"),
        (_write("postBuild", "#!/bin/bash\npython -c pass\n"), "does not stop"),
        (_write("postBuild", "#!/bin/bash\nset -euo pipefail\npip install x\n"), "from elsewhere"),
        (_write("start", '#!/bin/bash\nexport GENEROR_API_KEY=x\nexec "$@"\n'), "start handles a secret"),
        (lambda root: (root / ".binder").mkdir(), "two folders"),
    ],
)
def test_the_checker_sees(breaks: Callable[[Path], object], said: str, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(FOLDER, root / "binder")
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(checkout.ROOT / name, root / name)
    assert problems(root) == []
    breaks(root)
    assert said in " / ".join(problems(root))


@pytest.mark.slow
def test_its_steps_work(tmp_path: Path) -> None:
    need("uv")
    root = checkout.copy(tmp_path / "repository")
    python = checkout.environment(tmp_path / "kernel")
    checkout.install(python, "-r", "binder/requirements.txt", cwd=root)
    environ = {
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "GENEROR_HOME": str(tmp_path / "home"),
        "GENEROR_API_KEY": CANARY,
        "GENEROR_PROVIDER": "studio",
    }
    built = checkout.run(root / "binder" / "postBuild", cwd=root, environ=environ)
    assert "made a picture of 1024 x 1024" in built.stdout
    assert not (root / "outputs").exists()
    looked = checkout.run(python, "-c", LOOK, cwd=root / "notebooks", environ=environ)
    assert looked.stdout.split()[-1] == "image/webp"
