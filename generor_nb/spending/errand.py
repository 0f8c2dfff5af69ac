"""From an errand to the provider that can do it, in this process or in another one."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

from ..base import services
from ..base.errors import GenerorError
from ..base.messages import say
from ..providers.errand import Errand

if TYPE_CHECKING:
    from ..providers.base import Provider


def open_provider(errand: Errand) -> Provider:
    """The provider of an errand.

    Raises:
        InvalidRequest: there is none of this name.
        ExtraMissing: the studio is meant and not installed.
        GenerorError: its package does not hold what it says.
    """
    service = services.named(errand.provider)
    try:
        opens = pkgutil.resolve_name(service.opens)
    except (ImportError, AttributeError, ValueError) as error:
        what = say("provider.broken", name=service.name, why=error)
        raise GenerorError(what, say("provider.broken.hint")) from None
    provider: Provider = opens(errand)
    return provider


def open_studio(errand: Errand) -> Provider:
    """The embedded studio over its folder: the Generor API, called in this process."""
    from ..providers.generor.provider import STUDIO_URL, Generor
    from ..studio import Studio

    studio = Studio.open(errand.home / "studio")
    return Generor(STUDIO_URL, studio.local_key(), app=studio.app, name="studio", hang_up=studio.close)
