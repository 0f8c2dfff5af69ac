"""Generative media in notebooks, without fear of the bill.

>>> import generor_nb as gn
>>> gn.generate("image", "a lighthouse in a storm", aspect="16:9")  # doctest: +SKIP
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing would be most of this import's cost
if TYPE_CHECKING:
    from typing import Any

    from . import webhooks
    from .api import agenerate, connect, estimate, generate
    from .background import job, jobs, submit
    from .base.errors import GenerorError
    from .base.secret import Secret
    from .comparisons import compare
    from .costs import spend
    from .histories import history
    from .notebook import load_ipython_extension, unload_ipython_extension
    from .providers.generor.client import AsyncClient
    from .recovery import recover
    from .results import Creation, Quote, Result
    from .sweeps import sweep
    from .widgets.badge import badge
    from .widgets.balance import balance
    from .widgets.form import form
    from .widgets.gallery import gallery
    from .widgets.player import play

__version__ = "0.1.0"

_HOMES = {
    "agenerate": "api",
    "AsyncClient": "providers.generor.client",
    "badge": "widgets.badge",
    "balance": "widgets.balance",
    "compare": "comparisons",
    "connect": "api",
    "Creation": "results",
    "estimate": "api",
    "form": "widgets.form",
    "gallery": "widgets.gallery",
    "generate": "api",
    "GenerorError": "base.errors",
    "history": "histories",
    "job": "background",
    "jobs": "background",
    "load_ipython_extension": "notebook",
    "play": "widgets.player",
    "Quote": "results",
    "recover": "recovery",
    "Result": "results",
    "Secret": "base.secret",
    "spend": "costs",
    "submit": "background",
    "sweep": "sweeps",
    "unload_ipython_extension": "notebook",
    "webhooks": "webhooks",
}

__all__ = [
    "AsyncClient",
    "Creation",
    "GenerorError",
    "Quote",
    "Result",
    "Secret",
    "agenerate",
    "badge",
    "balance",
    "compare",
    "connect",
    "estimate",
    "form",
    "gallery",
    "generate",
    "history",
    "job",
    "jobs",
    "load_ipython_extension",
    "play",
    "recover",
    "spend",
    "submit",
    "sweep",
    "unload_ipython_extension",
    "webhooks",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == _HOMES[name]:  # a room of its own, reached as one
        return import_module(f"{__name__}.{name}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name == "AsyncClient":  # what it spends through is above its room
        value.sessions = import_module(f"{__name__}.sessions")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
