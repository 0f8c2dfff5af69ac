"""The IPython extension: ``%load_ext generor_nb``. Imports only what IPython has loaded already."""

from __future__ import annotations

import sys
from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Register ``%%generate``, ``%generor`` and their completion."""
    from .hooks import install
    from .magics import GenerorMagics

    shell.register_magics(GenerorMagics)
    install(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take both magics and the completion away again, and close what they opened."""
    from .hooks import uninstall

    for kind, name in (("cell", "generate"), ("line", "generor")):
        shell.magics_manager.magics[kind].pop(name, None)
    uninstall(shell)
    if sessions := sys.modules.get("generor_nb.sessions"):
        sessions.close()
