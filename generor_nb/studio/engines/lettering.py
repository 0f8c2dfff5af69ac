"""Writing on pictures with the typeface Pillow brings."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

Box = tuple[float, float, float, float]


@lru_cache(64)
def _font(size: int) -> Any:
    return ImageFont.load_default(size)


def writable(text: str) -> bool:
    """Whether the typeface has these letters."""
    return bool(text.strip()) and all(ord(letter) < 0x250 or letter in "–—‘’“”…·" for letter in text)


def _wide(text: str, size: int, track: float) -> float:
    return float(_font(size).getlength(text)) + track * size * max(0, len(text) - 1)


def _wrapped(text: str, lines: int, size: int, track: float, width: float) -> list[str] | None:
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and _wide(longer, size, track) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    fits = len(rows) <= lines and all(_wide(row, size, track) <= width for row in rows)
    return rows if fits else None


def write(
    picture: Image.Image,
    text: str,
    box: Box,
    colour: str,
    *,
    lines: int = 2,
    weight: float = 0.0,
    track: float = 0.0,
    align: str = "centre",
    largest: float = 1.0,
) -> float:
    """Write text as large as fits the box, at most `largest` times its height; returns the size used.

    Text in letters the typeface lacks is left out and gives 0.
    """
    x0, y0, x1, y1 = box
    if not writable(text):
        return 0.0
    size = int((y1 - y0) * largest)
    while size > 7:
        rows = _wrapped(text, lines, size, track, x1 - x0 - weight * size * 2)
        if rows and len(rows) * size * 1.12 <= (y1 - y0) * 1.02:
            break
        size = int(size * 0.94)
    else:
        return 0.0
    draw, step = ImageDraw.Draw(picture), size * 1.12
    y = (y0 + y1) / 2 - step * len(rows) / 2
    for k, row in enumerate(rows):
        long = _wide(row, size, track)
        x = {"left": x0, "right": x1 - long}.get(align, (x0 + x1 - long) / 2)
        _row(draw, row, x, y + k * step, size, colour, weight, track)
    return float(size)


def _row(
    draw: ImageDraw.ImageDraw,
    text: str,
    x: float,
    y: float,
    size: int,
    colour: str,
    weight: float,
    track: float,
) -> None:
    stroke = round(weight * size)
    for letter in text if track else (text,):
        draw.text((x, y), letter, fill=colour, font=_font(size), stroke_width=stroke, stroke_fill=colour)
        x += _wide(letter, size, 0) + track * size
