"""How to act for the same account at the same place, in this process or in another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.secret import Secret

if TYPE_CHECKING:
    from ..providers.base import Provider


@dataclass(frozen=True, slots=True)
class Errand:
    """Where requests go and in whose name. Its key shows nowhere.

    Args:
        provider: ``generor`` or ``studio``.
        base_url: the API's base; unused by the studio.
        home: the folder of journal and studio.
        key: the account's key; the studio needs none.
    """

    provider: str
    base_url: str
    home: Path
    key: Secret | None = None


def _nothing() -> None:
    pass


def open_provider(errand: Errand) -> tuple[Provider, Callable[[], None]]:
    """The provider of an errand, and what to call after its ``aclose``.

    Raises:
        ExtraMissing: the studio is meant and not installed.
    """
    from ..providers.generor import Generor
    from ..providers.generor.provider import STUDIO_URL

    if errand.provider != "studio":
        return Generor(errand.base_url, errand.key), _nothing
    from ..studio import Studio

    studio = Studio.open(errand.home / "studio")
    return Generor(STUDIO_URL, studio.local_key(), app=studio.app, name="studio"), studio.close
