"""What this machine has and lacks for us, each with the way to mend it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from .base import host, keys, services
from .base.errors import GenerorError, NotTold
from .base.messages import say
from .base.settings import SETTINGS, Settings, speak
from .base.text import line
from .tables import Table

Verdict = Literal["ok", "note", "mend"]
NEEDED = ("ipython", "ipywidgets", "anywidget", "httpx", "pydantic", "pillow")
SHOWN = ("ipykernel", "jupyterlab", "notebook")
EXTRAS = {
    "studio": ("fastapi", "sqlalchemy", "numpy", "uvicorn"),
    "video": ("av",),
    "demo": ("nbclient", "nbconvert", "ipykernel"),
    "lab": ("jupyterlab", "notebook"),
}
LAB_PARTS = {"ipywidgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}
# A few results of video are larger than this; a full disk must not be met in the middle of one.
LEAST_FREE = 500_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what, how it stands, what was seen, and what to do."""

    what: str
    verdict: Verdict
    told: str
    fix: str = ""


class Report(Table):
    """All checks, as a table; ``healthy`` is False when something has to be mended."""

    def __init__(self, checks: list[Check]) -> None:
        self.checks = checks
        rows = [[c.what, say(f"doctor.{c.verdict}"), c.told, c.fix] for c in checks]
        super().__init__(say("doctor.columns").split("|"), rows, limit=240)

    @property
    def healthy(self) -> bool:
        return all(check.verdict != "mend" for check in self.checks)


def doctor(*, offline: bool = False) -> Report:
    """Look at versions, extras, keys, providers, the journal, the front end and the disk. Costs nothing.

    Args:
        offline: ask no provider anything.

    Example:
        >>> gn.doctor(offline=True).healthy  # doctest: +SKIP
        True
    """
    speak()
    parts: list[tuple[str, Callable[[], Iterator[Check]]]] = [
        ("doctor.versions", versions),
        ("doctor.extras", extras),
        ("doctor.settings", settings),
        ("doctor.keys", found_keys),
        ("doctor.journal", lambda: journal(Settings().get("home"))),
        ("doctor.disk", lambda: disk(Settings().get("home"))),
        ("doctor.front", lambda: front_end(os.environ)),
    ]
    if not offline:
        parts.append(("doctor.reach", reach))
    return Report([check for name, part in parts for check in _checked(name, part)])


def _checked(name: str, part: Callable[[], Iterator[Check]]) -> list[Check]:
    """A part's checks; one that fails is itself something to mend."""
    try:
        return list(part())
    except GenerorError as error:
        return [Check(say(name), "mend", error.what, error.hint)]
    except (OSError, sqlite3.Error) as error:
        return [Check(say(name), "mend", line(error), "")]


def versions() -> Iterator[Check]:
    """What is installed; anything below its lower bound is named with the command that renews it."""
    found = {name: _version(name) for name in (*NEEDED, *SHOWN)}
    told = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    python = ".".join(str(n) for n in sys.version_info[:3])
    missing = [name for name in NEEDED if not found[name]]
    fix = say("doctor.install", names=" ".join(missing)) if missing else ""
    told = f"Python {python}, generor_nb {_version('generor-nb')}, {told}"
    yield Check(say("doctor.versions"), "mend" if missing else "ok", told, fix)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def extras() -> Iterator[Check]:
    """Optional parts: without the studio and without a key, nothing can be made."""
    for extra, modules in EXTRAS.items():
        missing = [name for name in modules if find_spec(name) is None]
        if not missing:
            yield Check(say("doctor.extra", name=extra), "ok", say("doctor.there"))
            continue
        helpless = extra == "studio" and not any(keys.find(service.name) for service in services.known())
        yield Check(
            say("doctor.extra", name=extra),
            "mend" if helpless else "note",
            say("doctor.extra.missing", names=", ".join(missing)),
            say("extra.missing.hint", extra=extra),
        )


def settings() -> Iterator[Check]:
    """Every setting that is not at its default, with its source; one that cannot be read says why."""
    known, changed = Settings(), []
    for name in SETTINGS:
        found = known.find(name)
        if found.source != "default":
            changed.append(f"{name} = {found.value} ({found.source})")
    yield Check(say("doctor.settings"), "ok", "; ".join(changed) or say("doctor.settings.none"))


def found_keys() -> Iterator[Check]:
    """Where each provider's key would come from; the key itself is not shown."""
    for service in services.known():
        if not service.keyed:
            continue
        name, found = service.name, keys.find(service.name)
        told = say("key.from", source=found[1]) if found else say("doctor.key.none")
        fix = "" if found or keys.demo() else say("doctor.key.hint", variable=service.key, provider=name)
        yield Check(say("doctor.key", provider=name), "ok" if found else "note", told, fix)
    if keys.demo():
        yield Check(say("doctor.keys"), "note", say("key.demo"), say("key.demo.hint"))


def journal(home: Path) -> Iterator[Check]:
    """Whether the journal can be read and written whole, and whether something in it is open."""
    from .spending.journal import Journal

    book = Journal(home)
    try:
        verdict = str(book.rows("PRAGMA quick_check(1)")[0][0])
        count, open_ones = len(book.history(1_000_000)), len(book.unresolved())
        where = book.local
    finally:
        book.close()
    if verdict != "ok":
        yield Check(
            say("doctor.journal"),
            "mend",
            line(verdict),
            say("doctor.journal.hint", path=where / "journal.sqlite3"),
        )
        return
    yield Check(say("doctor.journal"), "ok", say("doctor.journal.whole", count=count, path=where))
    if book.notice:
        yield Check(say("doctor.journal"), "note", book.notice)
    if open_ones:
        yield Check(
            say("doctor.open"), "mend", say("doctor.open.told", count=open_ones), say("doctor.open.hint")
        )


def disk(home: Path, usage: Callable[[Path], Any] = shutil.disk_usage) -> Iterator[Check]:
    """Room for results, where the originals are kept."""
    free = usage(home if home.exists() else home.parent).free
    told = say("doctor.disk.free", gigabytes=f"{free / 1e9:.1f}", path=home)
    few = free < LEAST_FREE
    yield Check(say("doctor.disk"), "mend" if few else "ok", told, say("doctor.disk.hint") if few else "")


def front_end(environ: Mapping[str, str], folders: Callable[[], list[str]] | None = None) -> Iterator[Check]:
    """Whether widgets can be shown by the front end that seems to be in use."""
    if "google.colab" in sys.modules:
        yield Check("Colab", "note", say("doctor.colab"), say("doctor.colab.hint"))
        return
    if any(name in environ for name in ("VSCODE_PID", "VSCODE_CWD", "VSCODE_IPC_HOOK_CLI")):
        yield Check("VS Code", "note", say("doctor.vscode"), say("doctor.vscode.hint"))
    if find_spec("jupyter_core") is None:
        yield Check("Jupyter", "note", say("doctor.no.lab"), say("extra.missing.hint", extra="lab"))
        return
    places = (folders or _extension_folders)()
    missing = [
        package for package, part in LAB_PARTS.items() if not any((Path(p) / part).is_dir() for p in places)
    ]
    told = say("doctor.lab.missing", names=", ".join(missing)) if missing else say("doctor.lab.there")
    fix = say("doctor.lab.hint", names=" ".join(missing)) if missing else ""
    yield Check("JupyterLab, Notebook 7", "mend" if missing else "ok", told, fix)


def _extension_folders() -> list[str]:
    from jupyter_core.paths import jupyter_path

    return list(jupyter_path("labextensions"))


def reach() -> Iterator[Check]:
    """Every provider that has a key, and the studio, asked for its balance."""
    from . import api, sessions

    names = [service.name for service in services.known() if keys.find(service.name)]
    if find_spec("fastapi") is not None:
        names.append("studio")
    for name in names:
        began = time.perf_counter()
        try:
            api.wait(sessions.current(name).balance())
        except NotTold as error:
            yield Check(say("doctor.provider", provider=name), "ok", error.what)
        except GenerorError as error:
            yield Check(say("doctor.provider", provider=name), "mend", error.what, error.hint)
        else:
            took = f"{time.perf_counter() - began:.1f}"
            yield Check(say("doctor.provider", provider=name), "ok", say("doctor.answers", seconds=took))
    if not host.attended() and Settings().get("max_credits") is None:
        yield Check(
            say("doctor.unattended"), "note", say("doctor.unattended.told"), say("doctor.unattended.hint")
        )
