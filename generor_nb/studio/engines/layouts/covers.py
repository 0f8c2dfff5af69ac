"""Covers: a book lying before you, a record half out of its sleeve."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from ..lettering import write
from ..paint import f32, from_image
from ..seeding import Dice
from .emblems import shape_mask, soft_shadow, vertical
from .plan import Plan, brightness, shade, toward


def readable(ground: str, plan: Plan) -> str:
    """The palette's colour that stands out most from a ground."""
    pale, dark = toward(plan.palette[-1], "#ffffff", 0.3), shade(plan.palette[0], 0.8)
    return pale if brightness(ground) < 0.52 else dark


def cover(plan: Plan) -> Image.Image:
    """A book lying before you: title, picture, spine."""
    w, h = plan.w, plan.h
    dice, colours = plan.dice("cover"), plan.palette
    tall = h * 0.90
    wide = min(w * 0.80, tall * 0.68)
    tall = min(tall, wide / 0.64)
    x0, y0, bw, bh = round((w - wide) / 2), round((h - tall) / 2), round(wide), round(tall)
    page = vertical(w, h, toward(colours[-1], "#ffffff", 0.5), toward(colours[-2], "#d8d2c8", 0.7))
    whole = Image.new("L", (w, h), 0)
    whole.paste(
        255, (x0 + round(bw * 0.02), y0 + round(bh * 0.03), x0 + round(bw * 1.03), y0 + round(bh * 1.02))
    )
    page.paste(Image.new("RGB", (w, h), "#1d1a22"), (0, 0), soft_shadow(whole, plan.unit * 0.03, 0.6))
    front = _front(plan, bw, bh, dice)
    page.paste(Image.new("RGB", (round(bw * 0.02), bh - 8), "#efe8d8"), (x0 + bw, y0 + 4))
    page.paste(_bound(front), (x0, y0))
    return page


def _front(plan: Plan, w: int, h: int, dice: Dice) -> Image.Image:
    colours, kind = plan.palette, dice.below(3)
    ground = colours[0] if kind != 2 else toward(colours[-1], "#ffffff", 0.2)
    front, ink = Image.new("RGB", (w, h), ground), readable(ground, plan)
    title, accent = plan.title.upper(), colours[3] if kind != 2 else colours[1]
    if kind == 0:
        front = plan.scene(w, h)
        veil = Image.new("L", (1, 256))
        veil.putdata([max(0, 215 - round(v * 3.0)) + max(0, round((v - 205) * 3)) for v in range(256)])
        front.paste(Image.new("RGB", (w, h), shade(colours[0], 0.6)), (0, 0), veil.resize((w, h)))
        ink = toward(colours[-1], "#ffffff", 0.5)
    elif kind == 1:
        side = round(w * 0.74)
        front.paste(
            plan.scene(side, side), ((w - side) // 2, round(h * 0.36)), shape_mask(side, side, "circle")
        )
        ring = round(side * 0.04)
        ImageDraw.Draw(front).ellipse(
            (
                (w - side) // 2 - ring,
                round(h * 0.36) - ring,
                (w + side) // 2 + ring,
                round(h * 0.36) + side + ring,
            ),
            outline=accent,
            width=max(2, w // 120),
        )
    else:
        tall = round(h * 0.60)
        front.paste(plan.scene(w, tall), (0, h - tall - round(h * 0.08)))
    write(
        front,
        title,
        (w * 0.10, h * 0.07, w * 0.90, h * 0.31),
        ink,
        lines=3,
        weight=0.03,
        track=0.04,
        largest=0.46,
    )
    draw = ImageDraw.Draw(front)
    for y, reach in ((h * 0.045, 0.12), (h * 0.955, 0.12)):
        draw.line((w * (0.5 - reach), y, w * (0.5 + reach), y), fill=accent, width=max(2, h // 240))
        draw.ellipse((w / 2 - h * 0.008, y - h * 0.008, w / 2 + h * 0.008, y + h * 0.008), fill=accent)
    return front


def _bound(front: Image.Image) -> Image.Image:
    """The fold by the spine, and a sheen."""
    x = np.linspace(0, 1, front.width, dtype=f32)
    fold = (
        1
        - 0.38 * np.exp(-(((x - 0.045) / 0.012) ** 2))
        + 0.16 * np.exp(-(((x - 0.065) / 0.014) ** 2))
        - 0.22 * np.exp(-x / 0.012)
    )
    sheen = fold + 0.05 * np.exp(-(((x - 0.62) / 0.2) ** 2))
    return Image.fromarray(
        (np.clip(from_image(front) * sheen[None, :, None], 0, 1) * 255 + 0.5).astype(np.uint8)
    )


def album(plan: Plan) -> Image.Image:
    """A record sleeve: bold shapes, small type, and the record looking out."""
    w, h, colours, dice = plan.w, plan.h, plan.palette, plan.dice("album")
    side = round(plan.unit * 0.84)
    page = vertical(w, h, toward(colours[2], "#ffffff", 0.62), toward(colours[1], "#ffffff", 0.45))
    x0, y0 = round((w - side) / 2 - side * 0.06), round((h - side) / 2)
    _record(page, x0 + side * 0.70, h / 2, side * 0.46, colours)
    sleeve = _sleeve(plan, side, dice)
    whole = Image.new("L", (w, h), 0)
    whole.paste(255, (x0, y0 + round(side * 0.015), x0 + side, y0 + side + round(side * 0.02)))
    page.paste(Image.new("RGB", (w, h), "#141019"), (0, 0), soft_shadow(whole, side * 0.03, 0.55))
    page.paste(sleeve, (x0, y0))
    return page


def _record(page: Image.Image, x: float, y: float, r: float, colours: list[str]) -> None:
    big = Image.new("RGBA", (round(r * 4), round(r * 4)), (0, 0, 0, 0))
    draw, c = ImageDraw.Draw(big), r * 2
    for k in range(26):
        q = 2 * r * (1 - 0.025 * k)
        draw.ellipse((c - q, c - q, c + q, c + q), fill="#17151b" if k % 2 else "#232028")
    for q, colour in ((0.66, colours[3]), (0.10, "#f4f0ea")):
        draw.ellipse((c - r * q, c - r * q, c + r * q, c + r * q), fill=colour)
    small = big.reduce(2)
    page.paste(small, (round(x - small.width / 2), round(y - small.height / 2)), small)


def _sleeve(plan: Plan, side: int, dice: Dice) -> Image.Image:
    colours, kind = plan.palette, dice.below(3)
    ground = colours[0] if kind else colours[-1]
    sleeve = Image.new("RGB", (side, side), ground)
    art = plan.scene(side, side)
    if kind == 0:
        band = round(side * 0.84) // 6
        for k in range(6):
            strip = art.crop((0, k * band + side // 12, side, k * band + side // 12 + round(band * 0.82)))
            sleeve.paste(strip, (round(side * 0.10 * math.sin(k * 1.7 + dice.number())), k * band))
    elif kind == 1:
        grey = art.convert("L")
        tones = [colours[0], colours[1], colours[3], colours[4]]
        table = [
            int(toward(tones[int(v / 256 * 3)], tones[int(v / 256 * 3) + 1], v / 256 * 3 % 1)[i : i + 2], 16)
            for i in (1, 3, 5)
            for v in range(256)
        ]
        sleeve.paste(Image.merge("RGB", (grey, grey, grey)).point(table))
    else:
        part = round(side * 0.64)
        sleeve.paste(
            art.resize((part, part), Image.Resampling.LANCZOS),
            (round(side * 0.18), round(side * 0.16)),
            shape_mask(part, part, "circle"),
        )
    ink = readable(ground, plan) if kind != 1 else toward(colours[-1], "#ffffff", 0.4)
    write(
        sleeve,
        plan.title.upper(),
        (side * 0.05, side * 0.86, side * 0.95, side * 0.965),
        ink,
        lines=1,
        weight=0.03,
        track=0.10,
        align="left",
        largest=0.62,
    )
    return sleeve


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {"cover": cover, "album": album}
