"""Settings and where each came from.

Strongest first: call or flag, ``%config GenerorMagics``, environment, the nearest ``pyproject.toml``,
the user's file, the default.
"""

from __future__ import annotations

import functools
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import host, messages, services
from .errors import InvalidRequest
from .messages import say
from .services import Service
from .text import nearest

PROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, its environment variable, how it is read, what it is without either."""

    name: str
    parse: Callable[[Any], Any]
    default: Any
    env: str = ""
    project: bool = True
    lowers: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    value: Any
    source: str


def _text(value: Any) -> str:
    return str(value).strip()


def _switch(value: Any) -> bool:
    text = str(value).strip().casefold()
    if text in ("on", "true", "1", "yes"):
        return True
    if text in ("off", "false", "0", "no"):
        return False
    raise ValueError(say("setting.switch"))


def _amount(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1
    if not number >= 0:
        raise ValueError(say("setting.amount"))
    return number


def _language(value: Any) -> str:
    """A locale's name will do: ``ko_KR.UTF-8``."""
    name = re.split(r"[-_.]", _text(value).casefold())[0]
    if name not in messages.LANGUAGES:
        raise ValueError(say("setting.language"))
    return name


def _provider(value: Any) -> str:
    name = _text(value).casefold()
    if services.find(name) is None:
        names = [service.name for service in services.known()]
        raise ValueError(", ".join(nearest(name, names) or names))
    return name


def _folder(value: Any) -> Path:
    path = Path(_text(value)).expanduser()
    if not path.is_absolute():
        raise ValueError(say("setting.folder"))
    return path


def _base_url(value: Any) -> str:
    url = _text(value).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return url
    raise ValueError(say("setting.address"))


def _address_of(service: Service) -> Setting:
    return Setting(service.base_setting, _base_url, service.base_url or None, service.base_env, project=False)


# A pyproject.toml that came with somebody's repository must not say where a key is sent, where
# results are kept or that nobody needs to be asked (``project=False``), nor raise a cap (``lowers``).
SETTINGS: dict[str, Setting] = {
    s.name: s
    for s in (
        Setting("provider", _provider, None, "GENEROR_PROVIDER"),
        *(_address_of(service) for service in services.BUILT_IN.values() if service.placed),
        Setting("home", _folder, None, "GENEROR_HOME", project=False),
        Setting("out", _text, "outputs", "GENEROR_OUT"),
        Setting("max_credits", _amount, None, "GENEROR_MAX_CREDITS", lowers=True),
        Setting("session_credits", _amount, 500.0, "GENEROR_SESSION_CREDITS", lowers=True),
        Setting("confirm_first", _switch, True, project=False),
        Setting("confirm_above", _amount, 50.0, project=False),
        Setting("progress", _switch, True, "GENEROR_PROGRESS"),
        Setting("language", _language, None, "GENEROR_LANGUAGE"),
    )
}


class Settings:
    """Reads settings at each look, and holds none.

    Args:
        config: values that stand for ``%config``; the shell's own by default.
        environ: the environment.
        folder: where the search for ``pyproject.toml`` starts.
        user_file: the user's own TOML file.
    """

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user_file: Path | None = None,
    ) -> None:
        self._config = config
        self.environ = os.environ if environ is None else environ
        self._folder, self._user_file = folder, user_file

    def get(self, name: str) -> Any:
        return self.find(name).value

    def find(self, name: str) -> Value:
        """The value in force and its source.

        Raises:
            InvalidRequest: the strongest source holds something that cannot be read.
        """
        return self._find(SETTINGS[name])

    def base_url(self, service: Service) -> str:
        """Where a provider is asked.

        Raises:
            InvalidRequest: it has no address of its own and none was given.
        """
        found = self._find(_address_of(service)).value
        if found is None:
            raise InvalidRequest(
                say("base.missing", provider=service.name),
                say("base.missing.hint", env=service.base_env, setting=service.base_setting),
                field=service.base_setting,
            )
        url: str = found
        return url

    def _find(self, setting: Setting) -> Value:
        given = [(source, raw) for source, raw in self._sources(setting) if raw not in (None, "")]
        if not given:
            return Value(default_home() if setting.name == "home" else setting.default, "default")
        first = self._read(setting, *given[0])
        if not (setting.lowers and first.source == PROJECT):
            return first
        weaker = self._read(setting, *given[1]) if given[1:] else Value(setting.default, "default")
        return first if weaker.value is None else min(first, weaker, key=lambda v: v.value)

    def _read(self, setting: Setting, source: str, raw: Any) -> Value:
        try:
            return Value(setting.parse(raw), source)
        except (TypeError, ValueError) as error:
            raise InvalidRequest(
                say("setting.bad", name=setting.name, value=raw, source=source),
                say("setting.bad.hint", right=error),
            ) from None

    def all(self) -> dict[str, Value]:
        return {name: self.find(name) for name in SETTINGS}

    def _sources(self, setting: Setting) -> list[tuple[str, Any]]:
        config = host.config() if self._config is None else self._config
        found = [
            ("%config", config.get(setting.name)),
            (setting.env, self.environ.get(setting.env) if setting.env else None),
        ]
        if setting.project:
            project = find_project(self._folder or Path.cwd())
            found.append((PROJECT, _table(project).get(setting.name)))
        found.append(("user file", _user_table(self._user_file).get(setting.name)))
        return found


def speak() -> None:
    """Use the language the settings say; the locale's while they cannot be read, which is told elsewhere."""
    try:
        messages.use(Settings().get("language"))
    except InvalidRequest:
        messages.use(None)


def default_home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("generor_nb", appauthor=False))


def config_home() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir("generor_nb", appauthor=False))


def find_project(folder: Path) -> Path | None:
    """The nearest ``pyproject.toml`` at or above ``folder``."""
    return next((p for d in (folder, *folder.parents) if (p := d / "pyproject.toml").is_file()), None)


def _table(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        table: dict[str, Any] = _parsed(path.read_text("utf-8")).get("tool", {}).get("generor_nb", {})
    except (OSError, ValueError):
        return {}
    return table


@functools.lru_cache(8)
def _parsed(text: str) -> dict[str, Any]:
    """Settings are looked up several times a cell, and a project's file can be long."""
    return tomllib.loads(text)


def _user_table(path: Path | None) -> dict[str, Any]:
    path = path or config_home() / "config.toml"
    try:
        return _parsed(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            say("setting.file", path=path.name, error=error), say("setting.file.hint")
        ) from None
