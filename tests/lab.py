"""A real JupyterLab and Notebook 7 in a real browser: one private server, one browser, one page.

Nothing here is a test. A module that wants the fixtures says ``pytest_plugins = ["lab"]``. Each test has a
notebook and a kernel of its own; the page is loaded once, since that takes longer than most tests.

Waits are for the kernel and for conditions in the page, never for time. Every request of the page and
every connection of a kernel is watched; a test fails when one leaves loopback, and when the page
complains about anything that is not on ``KNOWN_COMPLAINTS``.
"""

from __future__ import annotations

import functools
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import CANARY, _chromium

from generor_nb import demo

# Read at import: every test drops GENEROR_* from its environment.
SCREENSHOTS = os.environ.get("GENEROR_SCREENSHOTS")
CHROMIUM_ARGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # a small /dev/shm in containers crashes tabs
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# What a page may complain about, and why. Anything else fails the test.
KNOWN_COMPLAINTS = {
    r"reading 'schema'": "Notebook 7 asks for the settings of a plugin that only JupyterLab has",
    r"filebrowser:open-path": "Notebook 7 registers a menu entry whose command only JupyterLab has",
}
KERNEL_READY = """() => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  return panel?.context?.isReady && kernel?.status === 'idle' && kernel?.connectionStatus === 'connected';
}"""
# In a JupyterLab that is there already: another notebook in place of all that is open.
OPEN = """async path => {
  const {commands, shell} = window.jupyterapp;
  const before = [...shell.widgets('main')];  // an empty JupyterLab would open a launcher
  await commands.execute('docmanager:open', {path});
  for (const widget of before) widget.dispose();
}"""
NOTEBOOK_SHOWN = """() => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  return panel?.context?.isReady && panel.content?.widgets?.length > 0;
}"""
# Run by each kernel before the first cell: a home beside the notebook, and no way out of loopback.
STARTUP = """
def _guard():
    import os, pathlib, socket
    here = pathlib.Path.cwd()
    os.environ["GENEROR_HOME"] = str(here / ".home")
    connect = socket.socket.connect
    def guarded(self, address):
        local = ("127.0.0.1", "::1", "localhost")
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in local:
            with (here / ".outside").open("a") as file:
                print(address, file=file)
            raise OSError(f"a test tried to leave loopback: {address}")
        return connect(self, address)
    socket.socket.connect = guarded
_guard()
del _guard
"""
SETTINGS = {
    # Else a "Jupyter news?" toast covers the page.
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Else a cell draws its first 50 outputs only.
    "@jupyterlab/notebook-extension/tracker": {"maxNumberOutputs": 10_000},
}
PLACES = {  # nothing is read from, or written to, the developer's own folders
    "HOME": "user",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "XDG_CONFIG_HOME": "xdg-config",
    "XDG_DATA_HOME": "xdg-data",
    "XDG_CACHE_HOME": "xdg-cache",
}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Lab:
    """A running JupyterLab server in folders of its own; canary keys stand in its environment."""

    def __init__(self, tmp: Path) -> None:
        self.root, self.log, self.data = (
            tmp / "notebooks",
            tmp / "server.log",
            tmp / PLACES["JUPYTER_DATA_DIR"],
        )
        self.token, self.port = secrets.token_hex(16), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        for name in ("notebooks", *PLACES.values()):
            (tmp / name).mkdir()
        startup = tmp / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00-guard.py").write_text(STARTUP)
        for plugin, settings in SETTINGS.items():
            path = tmp / "settings" / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        environ = demo.quiet_environment(tmp / "unused", os.environ)
        environ |= {name: str(tmp / folder) for name, folder in PLACES.items()}
        environ |= {"GENEROR_API_KEY": CANARY, "GENEROR_LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
        environ.pop("GENEROR_PROGRESS", None)
        options = {
            "ip": "127.0.0.1",
            "port": str(self.port),
            "ServerApp.port_retries": "0",
            "IdentityProvider.token": self.token,
            "ServerApp.root_dir": str(self.root),
            "LabApp.extension_manager": "readonly",
            "LabApp.expose_app_in_browser": "True",
            "JupyterNotebookApp.expose_app_in_browser": "True",
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        self.process = subprocess.Popen(
            [*command, *(f"--{name}={value}" for name, value in options.items())],
            env=environ,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def request(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read() or b"null")

    def wait(self, seconds: float = 60) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.request("/api/status")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}") from None
                time.sleep(0.05)

    def place(self, name: str, book: nbformat.NotebookNode, *, kernel: bool = True) -> str:
        """Put a notebook into a folder of its own and start its kernel, which boots while the page loads."""
        path = f"{name}/{name}.ipynb"
        (self.root / name).mkdir()
        nbformat.write(book, str(self.root / path))
        if kernel:
            spec = {"name": book.metadata.get("kernelspec", {}).get("name", "python3")}
            named = {"path": path, "name": path, "type": "notebook", "kernel": spec}
            self.request("/api/sessions", named)
        return path

    def notebook(self, name: str, *cells: str) -> str:
        """``place`` a notebook of these code cells."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return self.place(name, book)

    def rest(self) -> None:
        """Shut down every kernel."""
        for session in self.request("/api/sessions"):
            self.request(f"/api/sessions/{session['id']}", method="DELETE")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)  # the server then shuts its kernels down
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Watch:
    """What the pages of a context ask for, complain about and pop up, from now until ``leave``."""

    def __init__(self, context: Any, *inside: str) -> None:
        self.inside = (*inside, "data:", "blob:")
        self.requests: list[str] = []
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.dialogs: list[str] = []
        self._context = context
        self._followed: list[tuple[Any, str, Callable[[Any], None]]] = []
        context.route("**/*", self._gate)
        self._hear(context, "page", self._follow)
        for page in context.pages:
            self._follow(page)

    def _hear(self, source: Any, event: str, act: Callable[[Any], None]) -> None:
        source.on(event, act)
        self._followed.append((source, event, act))

    def _follow(self, page: Any) -> None:
        self._hear(page, "pageerror", lambda error: self.complaints.append(str(error)))
        self._hear(page, "console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self._hear(page, "websocket", lambda socket: self._see(socket.url.replace("ws://", "http://", 1)))
        self._hear(page, "dialog", self._dismiss)

    def leave(self) -> None:
        self._context.unroute("**/*", self._gate)
        for source, event, act in self._followed:
            source.remove_listener(event, act)

    def _see(self, url: str) -> bool:
        self.requests.append(url)
        if url.startswith(self.inside):
            return True
        self.outside.append(url)
        return False

    def _gate(self, route: Any) -> None:
        if self._see(route.request.url):
            route.continue_()
        else:
            route.abort()

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def check(self) -> None:
        strange = [c for c in self.complaints if not any(re.search(known, c) for known in KNOWN_COMPLAINTS)]
        assert self.outside == [], "the page tried to leave loopback"
        assert self.dialogs == [], "the page opened a dialog"
        assert strange == [], "the page complained"


class Notebook:
    """Drives one open notebook through the application's own commands, never through menus."""

    def __init__(self, page: Any, lab: Lab, watch: Watch, tmp: Path) -> None:
        self.page, self.lab, self.watch, self.tmp = page, lab, watch, tmp
        self.path = ""

    def open(self, path: str, ui: str = "lab/tree", *, kernel: bool = True) -> None:
        self.path = path
        there = (
            self.page.url.startswith(f"{self.lab.base}/lab/") and not self.page.locator(".jp-Dialog").count()
        )
        if there and ui == "lab/tree":
            self.page.evaluate(OPEN, path)
        else:
            url = f"{self.lab.base}/{ui}/{path}?token={self.lab.token}"
            self.page.goto(url + ("&reset" if ui == "lab/tree" else ""), wait_until="domcontentloaded")
        self.page.wait_for_function(KERNEL_READY if kernel else NOTEBOOK_SHOWN, timeout=60_000)

    def run(self, index: int) -> None:
        """Run one cell to its end. A click inside a widget moves the active cell, so it is set here."""
        self.page.evaluate(
            """async i => {
              const book = window.jupyterapp.shell.currentWidget.content;
              book.activeCellIndex = i; book.deselectAll();
              await window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            index,
        )

    def run_all(self) -> None:
        """Run all cells of a notebook without outputs, to the last one or to the first that may not fail.

        The command itself is back as soon as a cell raises, also one that is meant to.
        """
        self.page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(
            """() => {
              const cells = window.jupyterapp.shell.currentWidget.context.model.toJSON().cells;
              const code = cells.filter(c => c.cell_type === 'code');
              const stuck = c => c.outputs.some(o => o.output_type === 'error')
                && !(c.metadata.tags ?? []).includes('raises-exception');
              return code.at(-1).execution_count !== null || code.some(stuck);
            }""",
            timeout=60_000,
        )

    def cell(self, index: int) -> Any:
        """The cell on the page, scrolled to so that it is really drawn."""
        self.page.evaluate(
            """async i => {
              const book = window.jupyterapp.shell.currentWidget.content;
              book.activeCellIndex = i;
              await book.scrollToItem(i, 'start');
            }""",
            index,
        )
        return self.page.locator(".jp-Notebook-cell").nth(index)

    def document(self) -> nbformat.NotebookNode:
        """The notebook as the page holds it."""
        model = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.toJSON()")
        return nbformat.from_dict(model)

    def count(self) -> int:
        return len(self.document().cells)

    def text(self, index: int) -> str:
        """What a cell printed."""
        outputs = self.document().cells[index].outputs
        return "".join(o.get("text", o.get("evalue", "")) for o in outputs)

    def save(self) -> str:
        """Save, and return the file's text."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        return (self.lab.root / self.path).read_text("utf-8")

    def theme(self, name: str) -> None:
        dark = "false" if "Dark" in name else "true"
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name
        )
        changed = (
            "d => document.body.dataset.jpThemeLight === d && !document.querySelector('#jupyterlab-splash')"
        )
        self.page.wait_for_function(changed, arg=dark)

    def pictures(self, index: int) -> list[dict[str, Any]]:
        """The pictures a cell shows, once each is loaded: natural and drawn width, and the alt text."""
        return (
            self.cell(index)
            .locator(".jp-OutputArea-output img")
            .evaluate_all(
                """async images => {
              await Promise.all(images.map(i => i.decode().catch(() => null)));
              const drawn = image => image.getBoundingClientRect().width;
              return images.map(i => ({natural: i.naturalWidth, drawn: drawn(i), alt: i.alt}));
            }"""
            )
        )

    def shot(self, name: str, of: Any = None) -> Path:
        """A screenshot of the page or of one part, into the test's folder and into $GENEROR_SCREENSHOTS."""
        data = (of or self.page).screenshot()
        for folder in [self.tmp, *([Path(SCREENSHOTS)] if SCREENSHOTS else [])]:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.png").write_bytes(data)
        return self.tmp / f"{name}.png"

    def close(self) -> None:
        """Leave the notebook as it is, and let its kernel go."""
        self.page.evaluate("() => window.jupyterapp?.shell.currentWidget?.dispose()")
        self.lab.rest()

    def check(self) -> None:
        self.watch.check()
        left = (self.lab.root / self.path).parent / ".outside"
        assert not (self.path and left.exists()), f"the kernel tried to leave loopback: {left.read_text()}"


@contextmanager
def watched(browser: Any, *inside: str, **options: Any) -> Iterator[tuple[Any, Watch]]:
    """A fresh page whose requests may only go to addresses that begin with one of ``inside``."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    watch = Watch(context, *inside)
    try:
        yield context.new_page(), watch
    finally:
        context.close()


@pytest.fixture(scope="session")
def lab(browser_parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        lab.wait()
        yield lab
    finally:
        lab.stop()


@pytest.fixture(scope="session")
def browser(browser_parts: None) -> Iterator[Any]:
    """While it runs, this thread has a running event loop: modules that use it come last."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any) -> Any:
    """``watched`` in the tests' browser."""
    return functools.partial(watched, browser)


@pytest.fixture(scope="session")
def page_of_all(browser: Any) -> Any:
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def book(page_of_all: Any, lab: Lab, tmp_path: Path) -> Iterator[Notebook]:
    watch = Watch(page_of_all.context, lab.base)
    notebook = Notebook(page_of_all, lab, watch, tmp_path)
    yield notebook
    notebook.close()
    watch.leave()
    notebook.check()
