"""The image engine: a prompt becomes a composed scene."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from PIL import Image

from .compose import compose
from .errors import EngineError
from .reading import Brief, read
from .seeding import Dice
from .styles import STYLES
from .wallart import FINISHES, hang, plan

VERSION = "1"
SMALLEST, LARGEST = 256, 2048


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Draw one picture and say what was understood."""
    width, height = _size(job)
    parameters = {str(key): str(value) for key, value in (job.get("parameters") or {}).items()}
    prompt, seed = str(job.get("prompt") or ""), int(job.get("seed") or 0)
    key = "\x1f".join(("scene", VERSION, " ".join(prompt.lower().split()), str(seed)))
    brief = _styled(read(prompt, Dice(key, "reading")), parameters)
    fine = parameters.get("image-quality") == "fine"
    if job.get("generator") == "wallart":
        picture, extra = _on_a_wall(brief, key, width, height, fine, parameters)
    else:
        picture, extra = _draw(brief, key, width, height, fine), {}
    facts = {"engine": "scene", "engine_version": VERSION, "procedural": True, **brief.facts(), **extra}
    facts["quality"] = "fine" if fine else "standard"
    return {"mime": "image/webp", "data": _webp(picture), "width": width, "height": height, "facts": facts}


def _size(job: dict[str, Any]) -> tuple[int, int]:
    width, height = int(job.get("width") or 1024), int(job.get("height") or 1024)
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise EngineError(
            f"A picture can be {SMALLEST} to {LARGEST} pixels on a side, not {width} by {height}."
        )
    return width, height


def _styled(brief: Brief, parameters: dict[str, str]) -> Brief:
    style = parameters.get("image-style", "auto")
    if style == "natural":
        return replace(brief, style=None)
    return replace(brief, style=style) if style in STYLES else brief


def _draw(brief: Brief, key: str, width: int, height: int, fine: bool) -> Image.Image:
    """Fine pictures are painted larger and reduced, so that every edge and texture gains."""
    scale = min(1.5, LARGEST * 1.25 / max(width, height)) if fine else 1.0
    if scale <= 1:
        return compose(brief, key, width, height, fine)
    large = compose(brief, key, round(width * scale), round(height * scale), fine)
    return large.resize((width, height), Image.Resampling.LANCZOS)


def _on_a_wall(
    brief: Brief, key: str, width: int, height: int, fine: bool, parameters: dict[str, str]
) -> tuple[Image.Image, dict[str, Any]]:
    kind = parameters.get("wallart-type", "framed-print")
    kind = kind if kind in FINISHES else "framed-print"
    hanging = plan(kind, parameters.get("wallart-orientation", "auto"), width, height)
    inner_w, inner_h = (max(64, side) for side in hanging.size)
    picture = _draw(brief, key, inner_w, inner_h, fine)
    return hang(picture, hanging, width, height, Dice(key, "wall")), {"wallart": kind}


def _webp(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=88, method=2)
    return buffer.getvalue()
