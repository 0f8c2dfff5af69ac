"""A small picture of a sound, for a poster."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from .synth import Sound

GROUND, INK, LINE = (22, 26, 36), (122, 178, 255), (60, 72, 96)
MOST = 0.84  # of half the height


def picture(sound: Sound, width: int = 640, height: int = 160) -> bytes:
    """A PNG: for each column the peaks and, brighter, the power of what is heard there."""
    mono = np.abs(sound if sound.ndim == 1 else (sound[:, 0] + sound[:, 1]) / 2)
    columns = width // 3
    step = max(1, -(-len(mono) // columns))
    cells = np.pad(mono, (0, step * columns - len(mono))).reshape(columns, step)
    tops, powers = cells.max(1), np.sqrt((cells**2).mean(1))
    scale = MOST * height / 2 / max(float(tops.max()), 1e-6)
    image = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(image)
    pen.line([(0, height // 2), (width, height // 2)], fill=LINE)
    for column, (top, power) in enumerate(zip(tops * scale, powers * scale, strict=True)):
        left, middle = column * 3, height / 2
        pen.rectangle([left, middle - top, left + 1, middle + top], fill=tuple(c * 6 // 10 for c in INK))
        pen.rectangle([left, middle - power, left + 1, middle + power], fill=INK)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
