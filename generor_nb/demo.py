"""The tour, executed: a notebook run on a fresh studio, and one page that shows it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from .base.errors import ExtraMissing, GenerorError
from .base.messages import language, say
from .base.text import credits

TOUR = "01_tour.ipynb"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_SECONDS = 120


@dataclass(frozen=True)
class Shown:
    """What the demo made: the page, how many creations, what they cost, how long it took."""

    page: Path
    creations: int
    credits: float
    seconds: float

    def __str__(self) -> str:
        return say(
            "demo.done",
            page=self.page,
            creations=self.creations,
            credits=credits(self.credits),
            seconds=f"{self.seconds:.0f}",
        )


def need(extra: str, what: str, *modules: str) -> None:
    """Raise the one clear line when a part is not installed."""
    if any(find_spec(module) is None for module in modules):
        raise ExtraMissing(say("extra.missing", what=what), say("extra.missing.hint", extra=extra))


def find_tour() -> Path:
    """The tour in the language in use, as shipped in the wheel or as it lies in a checkout."""
    here = Path(__file__).parent
    folders = (here / "notebooks", here.parent / "notebooks")
    own = [folder / language() / TOUR for folder in folders]  # English lies at the top
    places = (*own, *(folder / TOUR for folder in folders))
    return next((place for place in places if place.exists()), places[0])


def quiet_environment(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run that can reach no real account: the studio, a home of its own, no keys."""
    kept = {k: v for k, v in environ.items() if not k.endswith("_API_KEY")}
    kept |= {"GENEROR_HOME": str(home), "GENEROR_PROVIDER": "studio", "PYTHONWARNINGS": "ignore"}
    for name in ("GENEROR_BASE_URL", "GENEROR_MAX_CREDITS"):
        kept.pop(name, None)
    return kept


def run(folder: Path, say_progress: Callable[[int, int, str], None]) -> Shown:
    """Execute the tour in ``folder`` and write its page there.

    Args:
        folder: gets the notebook, the page and ``outputs/``.
        say_progress: called before each code cell with its number, how many there are, and its first line.

    Raises:
        ExtraMissing: the extras ``demo`` or ``studio`` are not installed.
    """
    need("demo", "generor-nb demo", "nbclient", "nbconvert", "ipykernel")
    need("studio", "the studio", "fastapi", "sqlalchemy", "numpy")
    started = time.monotonic()
    nbformat = _nbformat()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "outputs", ignore_errors=True)
    book = nbformat.read(find_tour(), as_version=4)
    with tempfile.TemporaryDirectory(prefix="generor-") as home:
        execute(book, folder, quiet_environment(Path(home), os.environ), say_progress)
        creations, spent = _made(Path(home))
    nbformat.write(book, folder / TOUR)
    page = folder / f"{Path(TOUR).stem}.html"
    page.write_text(to_html(book), "utf-8")
    return Shown(page.resolve(), creations, spent, time.monotonic() - started)


def _nbformat() -> Any:
    """The module; its validator builds no grammar of addresses, for seconds, that no notebook holds."""
    modules, slow = cast(dict[str, Any], sys.modules), "rfc3987_syntax"
    hidden = modules.setdefault(slow, None) is None
    try:
        import nbformat
    finally:
        if hidden:
            del modules[slow]
    return nbformat


def execute(
    book: Any, folder: Path, environ: Mapping[str, str], on_cell: Callable[[int, int, str], None]
) -> None:
    """Run every cell of ``book`` in place, with this Python, in ``folder``."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=40"]
            return KernelSpec(argv=argv, display_name="Python 3", language="python", resource_dir="")

    code = [cell for cell in book.cells if cell.cell_type == "code"]

    def before(cell: Any, **_: Any) -> None:
        if cell.cell_type == "code":
            on_cell(
                code.index(cell) + 1, len(code), cell.source.strip().splitlines()[0] if cell.source else ""
            )

    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisPython())
    client = NotebookClient(
        book,
        km=manager,
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        on_cell_start=before,
    )
    with _environment(environ):
        try:
            client.execute(cleanup_kc=True)  # else the kernel stays until this process ends
        except CellExecutionError as error:
            raise GenerorError(
                say("demo.failed", error=f"{error.ename}: {error.evalue}"), say("demo.failed.hint")
            ) from None


@contextmanager
def _environment(environ: Mapping[str, str]) -> Iterator[None]:
    """A kernel inherits the environment of the process that starts it."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _made(home: Path) -> tuple[int, float]:
    from .spending.journal import Journal
    from .spending.states import FINISHED

    journal = Journal(home)
    done = [op for op in journal.history(1000) if op.state in FINISHED]
    counts = sum(len(journal.creations(op.id)) for op in done)
    journal.close()
    return counts, sum(op.charge or 0 for op in done)


def to_html(book: Any) -> str:
    """One page that needs no network and no script: widgets are shown by their static twins."""
    import copy

    from nbconvert import HTMLExporter

    still = copy.deepcopy(book)
    still.metadata.pop("widgets", None)
    for cell in still.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="", mermaid_js_url="")
    page, _ = exporter.from_notebook_node(still)
    return without_scripts(page)


def without_scripts(page: str) -> str:
    """The page without the exporter's scripts, which would ask the network for more of them."""
    return re.sub(r"<script\b.*?</script\s*>", "", page, flags=re.DOTALL | re.IGNORECASE)
