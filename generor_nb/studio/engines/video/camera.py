"""How the camera moves: pure functions of how far a shot is."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """Where the camera is: across and up in -1 to 1 of its room, and how near, 0 to 1."""

    x: float = 0.0
    y: float = 0.0
    near: float = 0.0


def eased(u: float) -> float:
    """From 0 to 1, starting and ending gently but never at rest."""
    u = min(max(u, 0.0), 1.0)
    return 0.55 * u + 0.45 * u * u * (3 - 2 * u)


def soft(u: float) -> float:
    """From 0 to 1 with rest at both ends."""
    u = min(max(u, 0.0), 1.0)
    return u * u * (3 - 2 * u)


def across(move: str, u: float, loop: bool) -> View:
    """The camera of a drawn scene, which has room to both sides."""
    way = math.sin(math.tau * u) if loop else 2 * eased(u) - 1
    if move == "still":
        return View()
    if move in ("pan-left", "pan-right"):
        side = -1 if move == "pan-left" else 1
        return View(side * way)
    if move == "rise":
        return View(0.0, way)
    depth = (1 - math.cos(math.tau * u)) / 2 if loop else eased(u)
    return View(0.0, 0.0, depth if move == "push-in" else 1 - depth)


def away(move: str, u: float, loop: bool) -> View:
    """The camera of a given picture: it starts on the picture, and in a loop it comes back to it."""
    far = (1 - math.cos(math.tau * u)) / 2 if loop else eased(u)
    if move == "still":
        return View()
    if move in ("pan-left", "pan-right"):
        return View(far if move == "pan-right" else -far, 0.0, 0.72 * far)
    if move == "rise":
        return View(0.0, far, 0.72 * far)
    return View(0.15 * far, 0.0, far)


def crossing(u: float, middle: float = 0.5, wide: float = 0.36) -> float:
    """How much of the second of two shots is seen: 0, then a soft passage, then 1."""
    return soft((u - middle) / wide + 0.5)
