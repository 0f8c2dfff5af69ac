"""The widgets on several kernels in one JupyterLab, and in marimo, in a real browser.

Makes an environment for each (the first time takes minutes), prints a table, ends with 1 when something
failed.

Run: python tests/kernels.py            all of them
     python tests/kernels.py --write    and put the table into docs/widgets.md
     python tests/kernels.py marimo     one of them
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from conftest import CANARY, _chromium
from lab import CHROMIUM_ARGS, Lab, Notebook, free_port, watched

from generor_nb import demo

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "generor-nb-kernels"
KERNELS = {
    "6.30": "ipykernel==6.30.1",
    "7.0": "ipykernel==7.0.0",
    "7.1": "ipykernel==7.1.0",
    "newest": "ipykernel",
}
PAGE = ROOT / "docs" / "widgets.md"
MARK = "<!-- made by tests/kernels.py --write -->"
CHECKS = ("shown", "push", "callback", "update")
WRITERS = "models=['GPT 5 Nano', 'GPT 5 Mini']"
LOAD = f"import generor_nb as gn\nduel = gn.compare('kites', slug='joke', {WRITERS}, blind=True)"
CELLS = (
    LOAD,
    "gn.balance()",
    "gn.form('joke', prompt='more kites')",
    "duel",
    "gn.generate('joke', 'a push')",
)
MARIMO = """
import marimo
app = marimo.App()

@app.cell
def _():
    import marimo as mo
    import generor_nb as gn
    return gn, mo

@app.cell
def _(gn, mo):
    form = mo.ui.anywidget(gn.form("joke", prompt="kites"))
    form
    return (form,)

@app.cell
def _(gn, mo):
    mo.ui.anywidget(gn.balance())

@app.cell
def _(form, mo):
    mo.md("the prompt is " + form.value["value"]["prompt"])

if __name__ == "__main__":
    app.run()
"""


def environment(name: str, *packages: str) -> Path:
    """The Python of an environment with this package and these."""
    folder = CACHE / name
    CACHE.mkdir(parents=True, exist_ok=True)
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    install = ["uv", "pip", "install", "--quiet", "--upgrade", "--python", str(python)]
    # From elsewhere: in this project uv would hold every environment to the versions pinned here.
    subprocess.run(
        [*install, "--no-config", "--editable", f"{ROOT}[studio]", *packages], check=True, cwd=CACHE
    )
    return python


def version(python: Path, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


# --- kernels ---


def kernelspec(lab: Lab, name: str, python: Path) -> None:
    folder = lab.data / "kernels" / name
    folder.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": name, "language": "python"})
    )


def on_kernel(lab: Lab, browser: Any, name: str, tmp: Path) -> dict[str, bool]:
    """What works on one kernel: shown, pushed to, called back from, an output replaced."""
    done = dict.fromkeys(CHECKS, False)
    with watched(browser, lab.base) as (page, watch):
        book = Notebook(page, lab, watch, tmp)
        cells = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
        cells.metadata["kernelspec"] = {"name": name, "display_name": name, "language": "python"}
        book.open(lab.place(name, cells))
        with contextlib.suppress(Exception):
            for index in range(4):
                book.run(index)
            form = book.cell(2).locator(".gnf")
            form.locator(".gnf-price[data-state=price]").wait_for()
            book.cell(3).locator(".gnv button").first.wait_for()
            done["shown"] = True
            book.run(4)
            book.cell(1).locator(".gnb-total", has_text="9,996 credits").wait_for()
            done["push"] = True
            book.cell(2).locator(".gnf-go").click()
            book.cell(2).locator("[data-state=done]", has_text="charged").wait_for()
            book.cell(1).locator(".gnb-total", has_text="9,995 credits").wait_for()
            done["callback"] = True
            book.cell(3).get_by_role("button", name="A is best").click()
            book.cell(3).locator("section", has_text="your choice").wait_for()
            done["update"] = True
        watch.check()
    return done


# --- marimo ---


@contextlib.contextmanager
def marimo(python: Path, tmp: Path) -> Iterator[str]:
    book, port = tmp / "book.py", free_port()
    book.write_text(MARIMO, "utf-8")
    environ = demo.quiet_environment(tmp / "home", os.environ)
    environ |= {"GENEROR_API_KEY": CANARY, "GENEROR_LANGUAGE": "en", "GENEROR_HOME": str(tmp / "home")}
    command = [
        python,
        "-m",
        "marimo",
        "-q",
        "run",
        "--headless",
        "--no-token",
        "--port",
        str(port),
        str(book),
    ]
    process = subprocess.Popen(
        command, cwd=tmp, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    base = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{base}/health", timeout=2):
                break
            time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(15)


def in_marimo(browser: Any, python: Path, tmp: Path) -> dict[str, bool]:
    done = dict.fromkeys(CHECKS, False)
    with marimo(python, tmp) as base, watched(browser, base) as (page, watch), contextlib.suppress(Exception):
        page.goto(base, wait_until="domcontentloaded")
        page.locator(".gnf-price[data-state=price]").wait_for(timeout=60_000)
        page.locator(".gnb-total", has_text="10,000 credits").wait_for()
        done["shown"] = True
        page.locator(".gnf textarea").fill("paper boats")
        page.get_by_text("the prompt is paper boats").wait_for()
        done["update"] = True
        page.locator(".gnf-go").click()
        page.locator("[data-state=done]", has_text="charged").wait_for()
        done["callback"] = True
        page.locator(".gnb-total", has_text="9,999 credits").wait_for()
        done["push"] = True
        page.screenshot(path=tmp / "marimo.png")
        assert watch.outside == [], watch.outside
    return done


# --- the table ---


def table(rows: list[tuple[str, dict[str, bool]]]) -> str:
    head = f"| {time.strftime('%Y-%m-%d')} | {' | '.join(CHECKS)} |\n|{' --- |' * (len(CHECKS) + 1)}\n"
    told = ("".join(f" {'yes' if done[check] else '**no**'} |" for check in CHECKS) for _, done in rows)
    return head + "".join(f"| {name} |{cells}\n" for (name, _), cells in zip(rows, told, strict=True))


def main(arguments: list[str]) -> int:
    from playwright.sync_api import sync_playwright

    wanted = [word for word in arguments if word != "--write"] or [*KERNELS, "marimo"]
    rows: list[tuple[str, dict[str, bool]]] = []

    def run(name: str, act: Callable[[Path], dict[str, bool]]) -> None:
        with tempfile.TemporaryDirectory(prefix="generor-kernels-") as folder:
            began = time.monotonic()
            rows.append((name, act(Path(folder))))
            print(f"{name}: {rows[-1][1]} in {time.monotonic() - began:.0f} s", flush=True)

    pythons = {name: environment(name, KERNELS.get(name, name)) for name in wanted}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="generor-lab-") as place:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_ARGS)
        lab = Lab(Path(place))
        try:
            lab.wait()
            for name in (one for one in wanted if one in KERNELS):
                python = pythons[name]
                kernelspec(lab, f"k{name}", python)
                title = f"ipykernel {version(python, 'ipykernel')}"
                run(title, lambda tmp, name=name: on_kernel(lab, browser, f"k{name}", tmp))
        finally:
            lab.stop()
        if "marimo" in wanted:
            python = pythons["marimo"]
            run(f"marimo {version(python, 'marimo')}", lambda tmp: in_marimo(browser, python, tmp))
        browser.close()
    print(table(rows))
    if "--write" in arguments:
        before = PAGE.read_text("utf-8").partition(MARK)[0]
        PAGE.write_text(f"{before}{MARK}\n\n{table(rows)}", "utf-8")
    return 0 if all(all(done.values()) for _, done in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
