"""Where an API key may come from, and the one file in which we would keep it.

Order: environment, Colab or Kaggle secrets, keyring, a 0600 file. Never an argument of a magic.
Where ``GENEROR_DEMO`` is set, none is taken or kept: a public demo is no place for a key.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from . import services
from .errors import GenerorError, KeyMissing
from .files import write_private
from .messages import say
from .secret import Secret
from .settings import config_home


def demo(environ: Mapping[str, str] | None = None) -> bool:
    """Whether this is a public demo, by ``GENEROR_DEMO``."""
    value = (os.environ if environ is None else environ).get("GENEROR_DEMO", "")
    return value.strip().casefold() not in ("", "0", "off", "false", "no")


def refuse_in_demo() -> None:
    """Raise KeyMissing in a demo: other people may read what is typed there."""
    if demo():
        raise KeyMissing(say("key.demo"), say("key.demo.hint"))


def find(
    provider: str, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> tuple[Secret, str] | None:
    """The provider's key and its source, or None.

    Args:
        provider: a provider's name.
        environ: the environment; the process's own by default.
        folder: where the credentials file is; the user's config folder by default.
    """
    service = services.find(provider)
    name = service.key if service else ""
    if not name or demo(environ):
        return None
    if value := (os.environ if environ is None else environ).get(name, "").strip():
        return Secret(value), name
    look_ups: list[tuple[str, Callable[[str], str | None]]] = [
        ("Colab secrets", _colab),
        ("Kaggle secrets", _kaggle),
        ("keyring", _keyring),
    ]
    for source, look_up in look_ups:
        if found := look_up(name):
            return Secret(found), source
    if kept := _stored(folder or config_home()).get(provider):
        return Secret(kept), "credentials file"
    return None


def store(provider: str, key: Secret, folder: Path | None = None) -> Path:
    """Keep ``key`` in the 0600 credentials file and return its path."""
    refuse_in_demo()
    folder = folder or config_home()
    kept = _stored(folder) | {provider: key.reveal()}
    write_private(folder / "credentials.json", json.dumps(kept).encode())
    return folder / "credentials.json"


def forget(provider: str, folder: Path | None = None) -> bool:
    """Remove the provider's key from the credentials file; False when there was none."""
    folder = folder or config_home()
    kept = _stored(folder)
    if kept.pop(provider, None) is None:
        return False
    write_private(folder / "credentials.json", json.dumps(kept).encode())
    return True


def _stored(folder: Path) -> dict[str, str]:
    path = folder / "credentials.json"
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise GenerorError(say("key.readable", path=path.name), say("key.readable.hint", path=path.name))
        loaded = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in loaded.items()} if isinstance(loaded, dict) else {}


def _colab(name: str) -> str | None:
    if "google.colab" not in sys.modules:
        return None
    try:
        from google.colab import userdata

        value: str | None = userdata.get(name)
    except Exception:
        # Colab raises several private types here: not granted, not found, or no front end to ask.
        return None
    return value


def _kaggle(name: str) -> str | None:
    if "KAGGLE_KERNEL_RUN_TYPE" not in os.environ:
        return None
    try:
        from kaggle_secrets import UserSecretsClient

        value: str | None = UserSecretsClient().get_secret(name)
    except Exception:
        return None
    return value


def _keyring(name: str) -> str | None:
    if "keyring" not in sys.modules:
        try:
            import keyring  # noqa: F401
        except ImportError:
            return None
    keyring_module = sys.modules["keyring"]
    try:
        if "keyrings.alt" in type(keyring_module.get_keyring()).__module__:
            return None
        value: str | None = keyring_module.get_password("generor_nb", name)
    except Exception:
        # Headless machines have no backend, and each says so with an exception of its own.
        return None
    return value
