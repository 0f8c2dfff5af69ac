"""The picture that an engine is given to work on, and how results are encoded."""

from __future__ import annotations

import base64
import binascii
import io
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from ...base.media import open_picture
from .errors import EngineError

ORIENTATION, ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)
BROKEN = (OSError, SyntaxError, ValueError, OverflowError, Image.DecompressionBombError)


def given(job: dict[str, Any], most: int) -> tuple[Image.Image, tuple[int, int]]:
    """``fields.image_url`` upright, RGB or RGBA, and its own size; reduced to at most ``most`` pixels.

    Raises:
        EngineError: it is missing, no picture, damaged, or beyond what is decoded at all.
    """
    data = _bytes((job.get("fields") or {}).get("image_url"))
    try:
        picture = open_picture(data)
        turned = picture.getexif().get(ORIENTATION) in ON_ITS_SIDE
        own = picture.size[::-1] if turned else picture.size
        scale = (most / (own[0] * own[1])) ** 0.5
        if scale < 1:
            picture.draft("RGB", _times(picture.size, scale))
        upright = ImageOps.exif_transpose(_eight_bit(picture))
        plain = upright.convert("RGBA" if is_clear(upright) else "RGB")
    except BROKEN as error:
        raise EngineError(f"image_url: this picture cannot be read ({error}).") from None
    if scale < 1:
        plain = plain.resize(_times(own, scale), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return plain, own


def is_clear(picture: Image.Image) -> bool:
    """Whether a picture may let its ground through."""
    return picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info


def on_paper(picture: Image.Image, paper: str = "white") -> Image.Image:
    """What is seen of a picture on paper."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, paper)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def options(job: dict[str, Any]) -> dict[str, str]:
    """The preset and the parameters; the last word of a parameter's id names the option."""
    sent = {str(name).rsplit("-", 1)[-1]: str(value) for name, value in (job.get("parameters") or {}).items()}
    return sent | {str(name): str(value) for name, value in (job.get("preset") or {}).items()}


def webp(picture: Image.Image, quality: int = 92) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=2)
    return buffer.getvalue()


def png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def _bytes(address: Any) -> bytes:
    head, _, body = str(address or "").partition(",")
    if not (head.startswith("data:") and head.endswith(";base64") and body):
        raise EngineError("image_url: a picture is required, as a base64 data URI.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EngineError(f"image_url: this picture cannot be read ({error}).") from None


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Deep greys by their upper eight bits; Pillow would cut them off at 255."""
    if not picture.mode.startswith("I"):
        return picture
    exif, deep = picture.getexif(), np.asarray(picture, np.int64)
    plain = Image.fromarray((deep >> 8 if deep.max() > 255 else deep).clip(0, 255).astype(np.uint8))
    plain.getexif().update(exif)
    return plain


def _times(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))
