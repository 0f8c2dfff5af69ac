"""How long a clip is made, and what that does to its price. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .catalogue import Model

REASON = "snapped to nearest provider-supported duration"


@dataclass(frozen=True, slots=True)
class Length:
    """Seconds as asked for and as used; None where a model makes nothing that lasts."""

    asked: int | None = None
    used: int | None = None
    supported: tuple[int, ...] = ()

    def adjustment(self) -> dict[str, Any]:
        """What is told when another length is made than was asked for."""
        if self.asked in (None, self.used) or not self.supported:
            return {}
        told = {
            "requested": self.asked,
            "used": self.used,
            "supported": list(self.supported),
            "reason": REASON,
        }
        return {"seconds": told}


def snap(asked: int, supported: Sequence[int]) -> int:
    """The nearest of the supported lengths, the lower one on a tie.

    >>> snap(9, [8, 10])
    8
    """
    return min(supported, key=lambda value: (abs(value - asked), value))


def length(model: Model, given: Mapping[str, Any]) -> Length:
    """The length that a model makes of what was asked for."""
    supported = tuple(model.supported_durations)
    if not supported:
        return Length()
    asked = given.get("seconds")
    return Length(asked, model.default_duration if asked is None else snap(asked, supported), supported)


def factors(model: Model, made: Length, given: Mapping[str, Any]) -> list[float]:
    """What the model's price is multiplied by: it is of one second, and sound may cost more."""
    audible = given.get("generate_audio") is True and model.supports_audio
    return [made.used or 1, model.audio_cost_multiplier if audible else 1]
