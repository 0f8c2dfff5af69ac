"""The image engine: a prompt becomes a composed scene, or a page that shows one."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from PIL import Image

from . import vocabulary as words
from .abstract import ABSTRACT
from .errors import EngineError
from .layouts import LAYOUTS
from .layouts.plan import Plan
from .light import HOURS
from .reading import Brief, read
from .restyle import opened
from .seeding import Dice
from .sky import CLOUDINESS
from .styles import GRADES, STYLES
from .terrain import TERRAINS

VERSION = "2"
SMALLEST, LARGEST = 256, 2048
SEASONS = frozenset(words.SEASONS.values())


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Draw one picture and say what was understood."""
    width, height = _size(job)
    prompt, seed, chosen = str(job.get("prompt") or ""), int(job.get("seed") or 0), options(job)
    key = "\x1f".join(("scene", VERSION, " ".join(prompt.lower().split()), str(seed)))
    brief = directed(read(prompt, Dice(key, "reading")), chosen)
    address = (job.get("fields") or {}).get("image_url")
    source = opened(str(address), width, height) if address else None
    layout = chosen.get("layout") or brief.layout or "scene"
    layout = layout if layout in LAYOUTS else "scene"
    plan = Plan(brief, key, width, height, chosen, prompt, source, int(job.get("index") or 0))
    picture = LAYOUTS[layout](plan)
    facts: dict[str, Any] = {
        "engine": "scene",
        "engine_version": VERSION,
        "procedural": True,
        **brief.facts(),
    }
    facts |= {"quality": "fine" if plan.fine else "standard", "layout": layout}
    facts |= {"wallart": plan.choice("type", "framed-print")} if layout == "wallart" else {}
    facts |= {"from_image": True} if source else {}
    return {"mime": "image/webp", "data": encoded(picture), "width": width, "height": height, "facts": facts}


def options(job: dict[str, Any]) -> dict[str, str]:
    """What the generator is and what was chosen; the last word of a parameter's id names the option."""
    found = {str(name): str(value) for name, value in (job.get("preset") or {}).items()}
    for name, value in (job.get("parameters") or {}).items():
        if str(value) != "auto":
            found[str(name).rsplit("-", 1)[-1]] = str(value)
    return found


def directed(brief: Brief, chosen: dict[str, str]) -> Brief:
    """The brief with the options that were chosen in place of what the prompt says."""
    known = (
        ("time", "time", HOURS),
        ("weather", "weather", CLOUDINESS),
        ("season", "season", SEASONS),
        ("place", "terrain", {**TERRAINS, **ABSTRACT, "portrait": None}),
        ("palette", "mood", GRADES),
        ("style", "style", STYLES),
    )
    changes: dict[str, Any] = {
        field: chosen[name] for name, field, table in known if chosen.get(name) in table
    }
    changes |= {field: None for name, field, _ in known[4:] if chosen.get(name) == "natural"}
    return replace(brief, **changes)


def _size(job: dict[str, Any]) -> tuple[int, int]:
    width, height = int(job.get("width") or 1024), int(job.get("height") or 1024)
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise EngineError(
            f"A picture can be {SMALLEST} to {LARGEST} pixels on a side, not {width} by {height}."
        )
    return width, height


def encoded(picture: Image.Image) -> bytes:
    """The picture as the engine hands it over."""
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=88, method=2)
    return buffer.getvalue()
