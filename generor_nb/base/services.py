"""The providers there are: how each is called, where its key and its address come from, what opens it.

The one table of them. Packages add theirs by an entry point of the group ``generor_nb.providers`` that names
a ``Service``; they are looked for only when a name is not one of ours, or when all are listed.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from .errors import InvalidRequest
from .messages import say
from .text import line, nearest

GROUP = "generor_nb.providers"


@dataclass(frozen=True, slots=True)
class Service:
    """A provider, by name.

    Its key and its address come from ``NAME_API_KEY`` and ``NAME_BASE_URL``, with ``_`` for each hyphen, and
    from where settings and keys come from otherwise.

    Args:
        name: what people type, in lower case.
        opens: ``package.module:callable``; gets an ``Errand`` and returns a ``Provider``.
        base_url: its address; empty where there is none unless somebody gives it.
        keyed: whether it needs a key.
        real: whether it spends somebody's money.
        setting: what the setting of its address is called, if not ``<name>_base_url``.
    """

    name: str
    opens: str
    base_url: str = ""
    keyed: bool = True
    real: bool = True
    setting: str = ""

    @property
    def stem(self) -> str:
        return self.name.upper().replace("-", "_")

    @property
    def key(self) -> str:
        """The environment variable of its key; empty where it needs none."""
        return f"{self.stem}_API_KEY" if self.keyed else ""

    @property
    def base_env(self) -> str:
        return f"{self.stem}_BASE_URL"

    @property
    def base_setting(self) -> str:
        return self.setting or f"{self.stem.lower()}_base_url"

    @property
    def placed(self) -> bool:
        """Whether it lies at an address."""
        return self.keyed or bool(self.base_url)


GENEROR, STUDIO = "generor", "studio"
BUILT_IN: dict[str, Service] = {
    service.name: service
    for service in (
        Service(
            GENEROR,
            "generor_nb.providers.generor.provider:open_generor",
            "https://generor.com/api/v1",
            setting="base_url",
        ),
        Service(
            "gptimage2", "generor_nb.providers.gptimage2:open_gptimage2", "https://gptimage2.plus/api/v1"
        ),
        Service("images-create", "generor_nb.providers.images_create:open_images_create"),
        Service(
            "grok-imagine",
            "generor_nb.providers.grok_imagine:open_grok_imagine",
            "https://grokimagineapi.com",
        ),
        Service(STUDIO, "generor_nb.spending.errand:open_studio", keyed=False, real=False),
    )
}


def find(name: str) -> Service | None:
    """The provider of this name, or None."""
    return BUILT_IN.get(name) or _added()[0].get(name)


def named(name: str) -> Service:
    """The provider of this name.

    Raises:
        InvalidRequest: there is none, with the nearest names; or its package is broken, and how.
    """
    found = find(name)
    if found is not None:
        return found
    names = [service.name for service in known()]
    close = nearest(name, names)
    broken = _added()[1].get(name)
    hint = broken or say("use.one.of", values=", ".join(close or names))
    raise InvalidRequest(say("provider.unknown", name=name), hint, field="provider", nearest=close)


def known() -> tuple[Service, ...]:
    """Ours, then those that other packages add."""
    return (*BUILT_IN.values(), *_added()[0].values())


def is_play(name: str) -> bool:
    """Whether the credits of this provider are play money."""
    found = find(name)
    return found is not None and not found.real


def troubles() -> tuple[str, ...]:
    """A line for each package whose provider cannot be used."""
    return tuple(_added()[1].values())


@functools.cache
def _added() -> tuple[dict[str, Service], dict[str, str]]:
    """What other packages add, and by name what is wrong with the rest. Nothing of theirs raises here."""
    from importlib.metadata import entry_points

    found: dict[str, Service] = {}
    broken: dict[str, str] = {}
    for point in entry_points(group=GROUP):
        if point.name in BUILT_IN or point.name in found:
            broken[point.name] = say("provider.clash", name=point.name, place=point.value)
            continue
        try:
            service = point.load()
        except BaseException as error:  # whatever somebody's module does at import, a SystemExit included
            if isinstance(error, KeyboardInterrupt):
                raise
            why = line(f"{type(error).__name__}: {error}", 120)
            broken[point.name] = say("provider.broken", name=point.name, why=why)
            continue
        if isinstance(service, Service) and service.name == point.name:
            found[service.name] = service
        else:
            broken[point.name] = say("provider.odd", name=point.name, place=point.value)
    return found, broken


def forget() -> None:
    """Look for other packages' providers anew."""
    _added.cache_clear()
