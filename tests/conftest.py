"""What every test stands on: no account, no network beyond loopback, a home of its own, loud skips."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generor_nb import allowance, sessions
from generor_nb.base import messages, services

# Notebooks' validator builds a grammar of addresses that they do not hold, for seconds in each process.
sys.modules.setdefault("rfc3987_syntax", None)
CANARY = "gnr_live_" + "c0ffee" * 6 + "dead"
PARTS = {
    "chromium": lambda: _chromium() is not None,
    "playwright": lambda: importlib.util.find_spec("playwright") is not None,
    "jupyterlab": lambda: importlib.util.find_spec("jupyterlab") is not None,
    "notebook": lambda: importlib.util.find_spec("notebook") is not None,
    "nbval": lambda: importlib.util.find_spec("nbval") is not None,
    "av": lambda: importlib.util.find_spec("av") is not None,
    "strace": lambda: shutil.which("strace") is not None,
    "uv": lambda: shutil.which("uv") is not None,
    "axe": lambda: (Path(__file__).parent / "js" / "node_modules" / "axe-core").is_dir(),
    "node": lambda: shutil.which("npm") is not None,
}
_missing: set[str] = set()


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((p for n in names if (p := shutil.which(n))), None)


def need(*parts: str) -> None:
    """Skip, loudly, when a part is missing; fail when ``GENEROR_TEST_REQUIRE=all``."""
    absent = [part for part in parts if not PARTS[part]()]
    if not absent:
        return
    _missing.update(absent)
    if os.environ.get("GENEROR_TEST_REQUIRE") == "all":
        pytest.fail(f"required and missing: {', '.join(absent)}", pytrace=False)
    pytest.skip(f"missing: {', '.join(absent)}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    absent = sorted({part for part, there in PARTS.items() if not there()} | _missing)
    if absent:
        terminalreporter.write_line(
            f"!!! MISSING HERE: {', '.join(absent)}; their tests did not run (.ci/run installs them)",
            red=True,
            bold=True,
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    browsing = [item for item in items if item.get_closest_marker("browser")]
    for item in browsing:
        item.add_marker(pytest.mark.usefixtures("browser_parts"))
    last = {item.path for item in browsing}  # one browser for all, see ``lab.browser``
    items.sort(key=lambda item: item.path in last)


@pytest.fixture(scope="session")
def browser_parts() -> None:
    need("chromium", "playwright", "jupyterlab", "notebook")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("GENEROR_TEST_REQUIRE") == "all" and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = (
            "failed",
            f"skipped although everything is required: {report.longrepr}",
        )


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """A connection to anywhere else fails, so a test that tries one does too."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to leave loopback: {address}")
        return connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test has its own home, config and working folder; canary keys stand in the environment."""
    for name in [n for n in os.environ if n.startswith("GENEROR_") and n != "GENEROR_TEST_REQUIRE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GENEROR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GENEROR_PROVIDER", "studio")
    for service in services.BUILT_IN.values():
        if service.keyed:
            monkeypatch.setenv(service.key, CANARY)
        monkeypatch.delenv(service.base_env, raising=False)
    monkeypatch.setenv("GENEROR_LANGUAGE", "en")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    sessions._sessions.clear()
    sessions._explicit_keys.clear()
    allowance._session_caps.clear()
    # Here tests look inside the courier; those of the real process ask for it.
    monkeypatch.setattr(sessions, "INLINE", True)
    messages.use("en")
    yield
    sessions.close()


@pytest.fixture
def studio() -> sessions.Session:
    """A session on a fresh embedded studio."""
    return sessions.current("studio")
