from __future__ import annotations


class EngineError(ValueError):
    """What was asked is beyond the engine; the message says why in a plain sentence."""
