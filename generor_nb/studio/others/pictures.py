"""What engines are told to draw for the other APIs, and pictures put into the shape that an answer needs."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageOps

from ...base.media import data_uri, open_picture
from ...contract.schema import canonical
from ..engines import EngineError

# Engines mix their own version into what they draw; this one is for the way seeds are made.
SEED_VERSION = 1
LONGEST = 2048  # pixels of a side of a collage


def seed_of(body: str, take: int, index: int) -> int:
    """The same request, take and place give the same seed, on every machine and in every fresh folder."""
    parts = [SEED_VERSION, body, take, index]
    return int.from_bytes(hashlib.sha256(canonical(parts).encode()).digest()[:8], "big") >> 1


def task(
    engine: str, prompt: str, size: tuple[int, int], seed: int, index: int, count: int, **fields: Any
) -> dict[str, Any]:
    """One job for an engine; ``fields`` are those of a Generor request, addresses as data URIs."""
    return {
        "engine": engine,
        "generator": "video" if engine == "video" else "image",
        "preset": {},
        "parameters": {},
        "applied": {},
        "prompt": prompt,
        "width": size[0],
        "height": size[1],
        "seed": seed,
        "index": index,
        "count": count,
        "fields": fields,
    }


def png(data: bytes) -> bytes:
    """A picture as PNG."""
    buffer = io.BytesIO()
    open_picture(data).convert("RGB").save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def side_by_side(pictures: Sequence[bytes]) -> str:
    """One picture of several, upright and of one height, as a data URI.

    Raises:
        EngineError: one of them is damaged.
    """
    try:
        opened = [ImageOps.exif_transpose(open_picture(data)).convert("RGBA") for data in pictures]
    except (OSError, SyntaxError, ValueError) as error:
        raise EngineError(f"one of the pictures cannot be read ({error}).") from None
    height = min(LONGEST, *(picture.height for picture in opened))
    scaled = [
        picture.resize((max(1, round(picture.width * height / picture.height)), height)) for picture in opened
    ]
    sheet = Image.new("RGB", (sum(picture.width for picture in scaled), height), "white")
    left = 0
    for picture in scaled:
        sheet.paste(picture, (left, 0), picture)
        left += picture.width
    sheet.thumbnail((LONGEST, LONGEST))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=3)
    return data_uri(buffer.getvalue(), "image/png")
