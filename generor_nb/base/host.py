"""Where we run: a kernel or a terminal, with somebody there or without."""

from __future__ import annotations

import sys
from typing import Any


def shell() -> Any:
    """The running IPython shell, or None. Never imports IPython."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def config() -> dict[str, Any]:
    """What ``%config GenerorMagics`` has set, as it is now."""
    magics = getattr(shell(), "magics_manager", None)
    ours = magics.registry.get("GenerorMagics") if magics is not None else None
    if ours is None:
        return {}
    values = {name: getattr(ours, name) for name in ours.trait_names(config=True)}
    return {name: value for name, value in values.items() if value is not None}


def attended() -> bool:
    """Whether a question could be answered: a kernel with stdin, a terminal, or marimo."""
    kernel = getattr(shell(), "kernel", None)
    if kernel is not None:
        return bool(getattr(kernel, "_allow_stdin", False))
    if "marimo" in sys.modules:
        return True
    return bool(sys.stdin and sys.stdin.isatty())


def in_kernel() -> bool:
    return getattr(shell(), "kernel", None) is not None


def ask(question: str) -> bool:
    """Put a yes-or-no question to whoever is there; anything but yes is no."""
    return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes", "예", "네", "ㅇ")
