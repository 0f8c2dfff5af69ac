"""Pictures for the engines that work on one: the studio's own subjects and places, with known outlines."""

from __future__ import annotations

import base64
import functools
import io
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from generor_nb.studio.engines.compose import compose
from generor_nb.studio.engines.layouts.plan import Plan
from generor_nb.studio.engines.reading import Wish, read
from generor_nb.studio.engines.seeding import Dice

Numbers = npt.NDArray[Any]


def job(
    picture: Image.Image | bytes, preset: Any = None, kind: str = "PNG", **parameters: str
) -> dict[str, Any]:
    """What an engine is handed; parameters with the dashes of their ids as underscores."""
    data = picture if isinstance(picture, bytes) else encoded(picture, kind)
    return {
        "prompt": "",
        "preset": preset or {},
        "parameters": {name.replace("_", "-"): value for name, value in parameters.items()},
        "fields": {"image_url": "data:image/png;base64," + base64.b64encode(data).decode()},
    }


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(made: dict[str, Any]) -> Image.Image:
    picture = Image.open(io.BytesIO(made["data"]))
    picture.load()
    return picture


@functools.cache
def place(prompt: str, side: int = 480) -> Image.Image:
    """A scene with nobody in it."""
    brief = replace(read(prompt, Dice("place")), wishes=())
    return compose(brief, "place", side, side).convert("RGB")


@functools.cache
def subject(name: str, side: int = 300) -> Image.Image:
    """A subject of the studio by itself, RGBA."""
    plan = Plan(read(name, Dice("subject")), "subject", side, side, {}, name)
    return plan.sprite(Wish(name, 1, None), side, side)


def before(ground: Image.Image, name: str) -> tuple[Image.Image, Numbers]:
    """A subject in the middle of a picture, and its true outline, 0 to 255."""
    sprite, picture, truth = subject(name), ground.copy(), Image.new("L", ground.size)
    at = (ground.width - sprite.width) // 2, (ground.height - sprite.height) // 2 + 8
    picture.paste(sprite, at, sprite)
    truth.paste(sprite.getchannel("A"), at)
    return picture, np.asarray(truth)


@functools.cache
def letters(side: int = 512) -> Image.Image:
    """Lettering and slanted lines: nothing but edges."""
    sheet = Image.new("RGB", (side, side), "#f7f3e8")
    draw, y = ImageDraw.Draw(sheet), 12
    for size, colour in ((24, "#111111"), (40, "#a01818"), (72, "#1b2a55")):
        draw.text((14, y), "Sphinx of quartz", font=ImageFont.load_default(size), fill=colour)
        y += round(size * 1.5)
    for i in range(12):
        draw.line((20 + i * 38, side * 0.6, side - 20 - i * 20, side - 12), fill="#333333", width=1 + i % 5)
    return sheet


def numbers(picture: Image.Image) -> npt.NDArray[np.float64]:
    return np.asarray(picture, np.float64)


def psnr(a: Image.Image, b: Image.Image) -> float:
    """How near two pictures are, in dB; more is nearer."""
    return float(10 * np.log10(255**2 / np.mean((numbers(a) - numbers(b)) ** 2)))


def ssim(a: Image.Image, b: Image.Image) -> float:
    """How alike the structure of two pictures is, up to 1."""
    x, y = numbers(a.convert("L")), numbers(b.convert("L"))
    mx, my = _mean(x), _mean(y)
    vx, vy, both = _mean(x * x) - mx * mx, _mean(y * y) - my * my, _mean(x * y) - mx * my
    alike = (2 * mx * my + 6.5) * (2 * both + 58.5) / ((mx * mx + my * my + 6.5) * (vx + vy + 58.5))
    return float(alike.mean())


def _mean(plane: Numbers) -> Numbers:
    windows = np.lib.stride_tricks.sliding_window_view(plane, (7, 7))[::2, ::2]
    return np.asarray(windows.mean((2, 3)))
