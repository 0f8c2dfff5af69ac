"""Ways to show what a prompt asks for: as a scene, an emblem, a repeat, a printed thing, a page."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from ..wallart import FINISHES, hang
from ..wallart import plan as hanging_plan
from . import comics, covers, emblems, pages, printed, repeats, textures, world
from .plan import Plan

__all__ = ["LAYOUTS", "Plan"]


def scene(plan: Plan) -> Image.Image:
    """The scene from edge to edge."""
    return plan.scene(plan.w, plan.h)


def wallart(plan: Plan) -> Image.Image:
    """The scene as it would hang on a wall."""
    kind = plan.choice("type", "framed-print")
    kind = kind if kind in FINISHES else "framed-print"
    hanging = hanging_plan(kind, plan.choice("orientation", "auto"), plan.w, plan.h)
    inner_w, inner_h = (max(64, side) for side in hanging.size)
    return hang(plan.scene(inner_w, inner_h), hanging, plan.w, plan.h, plan.dice("wall"))


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {
    "scene": scene,
    "wallart": wallart,
    **emblems.LAYOUTS,
    **repeats.LAYOUTS,
    **textures.LAYOUTS,
    **printed.LAYOUTS,
    **covers.LAYOUTS,
    **pages.LAYOUTS,
    **comics.LAYOUTS,
    **world.LAYOUTS,
}
