"""Engines that turn a JSON-able job into real media, procedurally and repeatably."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import EngineError

__all__ = ["ENGINES", "LIGHT", "EngineError", "run"]

ENGINES = {
    "cutout": ".cutout",
    "effects": ".sound.effects",
    "music": ".sound.music",
    "scene": ".scene",
    "speech": ".sound.speech",
    "upscale": ".upscale",
    "vector": ".vector",
    "video": ".video",
    "vision": ".vision",
    "words": ".words",
}
# They take less time than a process takes to start.
LIGHT = frozenset({"words"})


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Make one creation; a top-level function of plain data, so any executor can run it."""
    name = job.get("engine")
    if name not in ENGINES:
        raise EngineError(f"There is no engine {name!r}; the studio has {', '.join(sorted(ENGINES))}.")
    make = import_module(ENGINES[name], __name__).make
    result: dict[str, Any] = make(job)
    return result
