"""Settings of a form kept by name, in the user's own folder: one file per generator, no keys, no media."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..base.errors import InvalidRequest
from ..base.files import private_folder, write_private
from ..base.messages import say
from ..base.text import KEY_PATTERN, line, nearest, slugify
from . import _host


class Presets:
    """The presets of a generator.

    Args:
        home: the folder that everything of the user is kept in.
        provider: whose generator.
        slug: the generator.
    """

    def __init__(self, home: Path, provider: str, slug: str) -> None:
        self._path = home / "presets" / f"{slugify(provider)}-{slugify(slug, 80)}.json"

    def names(self) -> list[str]:
        return sorted(self._all())

    def load(self, name: str) -> dict[str, Any]:
        """What was kept under ``name``.

        Raises:
            InvalidRequest: nothing was, with the nearest names.
        """
        known = self._all()
        if name not in known:
            close = nearest(name, known)
            hint = _host.word("preset.known", names=", ".join(close or sorted(known)) or "…")
            what = _host.word("preset.unknown", name=line(name, 60))
            raise InvalidRequest(what, hint, field="preset", nearest=close)
        return known[name]

    def keep(self, name: str, values: dict[str, Any]) -> None:
        """Keep ``values``; what was there under this name goes.

        Raises:
            InvalidRequest: it has no name, or there is a key in it.
        """
        title = line(name, 60)
        if not title:
            raise InvalidRequest(_host.word("preset.nameless"), _host.word("preset.nameless.hint"))
        text = json.dumps(values, ensure_ascii=False)
        if KEY_PATTERN.search(text) or KEY_PATTERN.search(name):
            raise InvalidRequest(_host.word("key"), say("key.typed.hint"))
        self._write({**self._all(), title: values})

    def drop(self, name: str) -> None:
        self._write({known: values for known, values in self._all().items() if known != name})

    def _all(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        kept = found.items() if isinstance(found, dict) else ()
        return {str(name): values for name, values in kept if isinstance(values, dict)}

    def _write(self, presets: dict[str, dict[str, Any]]) -> None:
        private_folder(self._path.parent)
        write_private(self._path, json.dumps(presets, ensure_ascii=False, indent=1).encode())
