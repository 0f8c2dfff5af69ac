"""A thing cut out of its picture, turned a little each way before a plain ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..cutout import LOW, cut_out
from ..matte import matte
from ..paint import Array, as32, eight, f32, from_image, mix
from ..paint import rgb as colour_of
from .planes import Planes

TURN = math.radians(34)
SIDE = 900


@dataclass(frozen=True)
class Turntable:
    """``thing`` is RGBA and cut to its outline."""

    thing: Image.Image
    ground: Planes
    foot: int
    shadow: Image.Image

    def at(self, u: float) -> Planes:
        angle = TURN * math.sin(math.tau * u)
        wide = max(2, round(self.thing.width * math.cos(angle)))
        frame = self.ground.copy()
        middle = self.ground.size[0] // 2
        shade = self.shadow.resize(
            (max(2, round(self.shadow.width * (0.82 + 0.18 * math.cos(angle)))), self.shadow.height)
        )
        left = middle - shade.width // 2 + round(9 * math.sin(angle))
        frame.colour((24, 26, 32), (left, self.foot - shade.height // 2), shade)
        turned = self.thing.convert("RGBa").resize((wide, self.thing.height), Image.Resampling.BILINEAR)
        turned = lit(turned.convert("RGBA"), angle)
        lift = round(0.006 * self.ground.size[1] * (1 - math.cos(2 * math.tau * u)) / 2)
        corner = middle - wide // 2, self.foot - self.thing.height - lift
        frame.put(Planes.of(turned.convert("RGB")), corner, turned.getchannel("A"))
        return frame


def lit(thing: Image.Image, angle: float) -> Image.Image:
    """A light from the left: what turns to it is brighter, and a sheen passes over."""
    pixels = np.asarray(thing)
    x = np.linspace(-1, 1, thing.width, dtype=f32)[None, :, None]
    sheen = np.exp(-(((x - 3.2 * math.sin(angle)) / f32(0.34)) ** 2)) * f32(26)
    out = pixels.astype(f32)
    out[..., :3] = np.clip(out[..., :3] * f32(1 - 0.16 * math.sin(angle)) + sheen, 0, 255)
    return Image.fromarray(out.astype(np.uint8))


def turntable(picture: Image.Image, width: int, height: int) -> tuple[Turntable, float]:
    """The picture's thing on a ground in its own colour, and how sure its outline is."""
    picture = picture.copy()
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    thing, sure = _thing(picture)
    scale = min(0.62 * width / thing.width, 0.70 * height / thing.height)
    thing = thing.resize(
        (max(2, round(thing.width * scale)), max(2, round(thing.height * scale))), Image.Resampling.LANCZOS
    )
    foot = round(height * 0.5 + thing.height * 0.5 + height * 0.03)
    ground = Planes.of(_ground(thing, width, height, foot))
    return Turntable(thing, ground, foot, _shadow(thing.width, height)), sure


def _thing(picture: Image.Image) -> tuple[Image.Image, float]:
    if picture.mode == "RGBA":
        alpha = picture.getchannel("A")
        if alpha.getextrema()[0] < 16 and (box := alpha.getbbox()):  # type: ignore[operator]
            return picture.crop(box), 1.0
    plain = picture.convert("RGB")
    found = matte(plain)
    if found.solid.any() and found.confidence >= LOW:
        cut = cut_out(plain, found)
        box = cut.getchannel("A").point(lambda value: 255 if value > 24 else 0).getbbox()
        if box and (box[2] - box[0]) * (box[3] - box[1]) > 0.02 * plain.width * plain.height:
            return cut.crop(box), float(found.confidence)
    card = plain.convert("RGBA")
    corners = Image.new("L", card.size, 0)
    ImageDraw.Draw(corners).rounded_rectangle(
        (0, 0, card.width - 1, card.height - 1), max(4, min(card.size) // 24), 255
    )
    card.putalpha(corners)
    return card, float(found.confidence)


def _ground(thing: Image.Image, width: int, height: int, foot: int) -> Image.Image:
    weight = from_image(thing.getchannel("A"))[..., None]
    own = as32((from_image(thing.convert("RGB")) * weight).sum((0, 1)) / max(float(weight.sum()), 1.0))
    pale = mix(own, colour_of("#f4f2ee"), 0.82 if float(own.mean()) < 0.7 else 0.2)
    pale = pale if float(own.mean()) < 0.7 else as32(pale * f32(0.42))
    small: Array = np.empty((height // 4, width // 4, 3), f32)
    ys = np.linspace(0, 1, small.shape[0], dtype=f32)[:, None]
    xs = np.linspace(-1, 1, small.shape[1], dtype=f32)[None]
    light = (
        1.04
        - 0.20 * xs**2
        - 0.22 * np.abs(ys - 0.45)
        - 0.10 / (1 + np.exp(-(ys - foot / height + 0.03) * 60))
    )
    small[:] = pale
    return eight(small * as32(light)[..., None]).resize((width, height), Image.Resampling.BICUBIC)


def _shadow(wide: int, height: int) -> Image.Image:
    size = (round(wide * 1.2), max(8, round(height * 0.07)))
    shade = Image.new("L", size, 0)
    ImageDraw.Draw(shade).ellipse((size[0] * 0.1, size[1] * 0.25, size[0] * 0.9, size[1] * 0.75), fill=120)
    return shade.filter(ImageFilter.GaussianBlur(size[1] / 8))
