"""Image to image: the composition of a given picture in the light, colours and style of the prompt."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

import numpy as np
from PIL import Image, ImageOps

from ...base.media import open_picture
from .abstract import PALETTES
from .compose import set_stage
from .errors import EngineError
from .paint import Array, as32, calm, f32, from_image, mix, ramp_of, rgb
from .reading import Brief
from .styles import finish
from .weather import fall, rise


def opened(address: str, width: int, height: int) -> Image.Image:
    """The picture of a data URI, upright, on white, cut to the shape that is asked for.

    Raises:
        EngineError: it is no picture, damaged, or far too large.
    """
    head, _, body = address.partition(",")
    if not head.startswith("data:") or not head.endswith(";base64"):
        raise EngineError("image_url: the studio's engines take a picture as a base64 data URI.")
    try:
        picture = open_picture(base64.b64decode(body, validate=True))
        picture.draft("RGB", (width, height))
        picture = ImageOps.exif_transpose(picture).convert("RGBA")
    except (binascii.Error, ValueError, OSError, SyntaxError) as error:
        raise EngineError(f"image_url: this picture cannot be read ({error}).") from None
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return ImageOps.fit(paper.convert("RGB"), (width, height), Image.Resampling.LANCZOS)


def repaint(source: Image.Image, brief: Brief, key: str) -> Image.Image:
    """The source in the brief's light and colours; its shapes stay where they are."""
    w, h = source.size
    half = calm(source.resize((max(1, w // 2), max(1, h // 2)), Image.Resampling.BOX))
    soft = Image.blend(half.resize((w, h), Image.Resampling.BICUBIC), source, 0.45)
    stage = set_stage(replace(brief, wishes=()), key, w, h)
    pixels = from_image(soft)
    light = as32(pixels @ np.array([0.30, 0.59, 0.11], f32))
    low, high = (float(v) for v in np.percentile(light[::8, ::8], (1, 99)))
    level = np.clip((light - low) / max(0.08, high - low), 0, 1)
    keys, colours = _colours(brief, stage.light.sky, stage.light.near)
    table = ramp_of(keys, colours, np.linspace(0, 1, 256, dtype=f32))
    mapped = table[(level * 255).astype(np.uint8)]
    own = (pixels - light[..., None]) * f32(0.62)
    stage.img[:] = np.clip(mapped * f32(0.86) + own + pixels * f32(0.14), 0, 1)
    if brief.weather in ("rain", "storm", "snow", "fog", "wind"):
        rise(stage)
        fall(stage)
    graded = None if brief.mood in PALETTES else brief.mood
    return finish(stage.img, stage.random("grain"), graded, 0.2)


def _colours(
    brief: Brief, sky: tuple[tuple[float, Array], ...], near: Array
) -> tuple[tuple[float, ...], tuple[Array, ...]]:
    """From shadow to light: the hour's ground and sky, or the palette of a mood or a colour."""
    if brief.mood in PALETTES and brief.mood != "natural":
        found = [rgb(code) for code in PALETTES[brief.mood][0]]
    elif brief.tint:
        tint = rgb(brief.tint)
        found = [tint * f32(0.14), tint * f32(0.55), tint, mix(tint, np.ones(3, f32), 0.55)]
    else:
        found = [near * f32(0.8), *(colour for _, colour in sky)]
    found = sorted(found, key=lambda colour: float(colour.mean()))
    darkest, lightest = (
        found[0] * f32(0.55),
        mix(found[-1], np.ones(3, f32), 0.35 * (1 - float(near.mean() < 0.05))),
    )
    inner = tuple(float(v) for v in np.linspace(0.10, 0.90, len(found)))
    return (0.0, *inner, 1.0), (darkest, *found, lightest)
