"""Small worlds: an isometric tile and a drawn map."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..lettering import write
from ..paint import Array, as32, f32, noise2, ramp, rgb, smooth
from ..reading import Wish
from ..seeding import Dice
from .emblems import lay, soft_shadow, vertical
from .plan import Plan, shade, toward

Corner = tuple[float, float]
LAND = {
    "mountains": ("#7fae58", "#8a7a6a"),
    "sea": ("#3fa8c8", "#2a7a9a"),
    "beach": ("#ecd6a0", "#c8a468"),
    "lake": ("#6fae58", "#7a6248"),
    "forest": ("#4f8a48", "#6b5238"),
    "desert": ("#e8c078", "#c08a50"),
    "city": ("#a8a8b0", "#6f6f7a"),
    "hills": ("#8fbf58", "#8a6a48"),
    "space": ("#a8a4b8", "#6a667c"),
    "underwater": ("#e8d5a0", "#c8a870"),
    "interior": ("#c8946a", "#8a5f3c"),
}
COMPANY = {
    "beach": "palm",
    "mountains": "pine",
    "forest": "pine",
    "lake": "pine",
    "hills": "tree",
    "desert": "cactus",
    "underwater": "mushroom",
}


def tile(plan: Plan) -> Image.Image:
    """A block of land seen from a corner, with what belongs on it."""
    w, h, unit, dice = plan.w, plan.h, plan.unit, plan.dice("tile")
    place = plan.brief.terrain if plan.brief.terrain in LAND else "hills"
    top, side = LAND[place]
    if plan.brief.season == "winter" or plan.brief.weather == "snow":
        top = "#eef3f8"
    elif plan.brief.season == "autumn" and place in ("hills", "forest", "mountains"):
        top = "#c8a048"
    air = plan.palette[2 + plan.index % 2]
    page = vertical(w, h, toward(air, "#ffffff", 0.78), toward(air, "#ffffff", 0.42))
    half, deep = min(w * 0.42, h * 0.60), unit * dice.pick((0.10, 0.14, 0.18))
    cx, cy = w / 2, h * 0.60
    _block(page, cx, cy, half, deep, top, side)
    _surface(page, plan, place, cx, cy, half, top)
    company = COMPANY.get(place)
    wish = plan.wishes[0]
    spots = [(-0.62, 0.02), (0.60, 0.04), (-0.26, -0.52), (0.30, -0.54), (0.02, -0.78)]
    for k, (u, v) in enumerate(sorted(spots, key=lambda s: s[1])):
        if company and wish.name != company:
            size = unit * (0.13 if company != "mushroom" else 0.08) * dice.between(0.8, 1.2)
            _stand(
                page,
                plan.sprite(Wish(company, 1, None), round(size * 1.2), round(size), f"{k}"),
                cx + plan.facing * u * half,
                cy + v * half * 0.5,
            )
    size = unit * (0.40 if wish.name not in ("flower", "mushroom", "cup", "apple") else 0.32)
    _stand(page, plan.sprite(wish, round(size * 1.25), round(size), facing=plan.facing), cx, cy + half * 0.10)
    return plan.styled(page)


def _stand(page: Image.Image, sprite: Image.Image, x: float, foot: float) -> None:
    shade_of = Image.new("L", page.size, 0)
    r = sprite.width * 0.42
    ImageDraw.Draw(shade_of).ellipse((x - r * 0.7, foot - r * 0.28, x + r * 1.3, foot + r * 0.22), fill=255)
    page.paste(Image.new("RGB", page.size, "#1a2030"), (0, 0), soft_shadow(shade_of, r * 0.2, 0.35))
    page.paste(sprite, (round(x - sprite.width / 2), round(foot - sprite.height)), sprite)


def _block(page: Image.Image, cx: float, cy: float, half: float, deep: float, top: str, side: str) -> None:
    big = Image.new("RGBA", (page.width * 2, page.height * 2), (0, 0, 0, 0))
    draw = ImageDraw.Draw(big)

    def at(u: float, v: float, z: float = 0) -> Corner:
        return 2 * (cx + u * half), 2 * (cy + v * half * 0.5 + z)

    shadow = Image.new("L", page.size, 0)
    ImageDraw.Draw(shadow).polygon(
        [
            (x / 2, y / 2)
            for x, y in (
                at(-1, 0, deep * 1.2),
                at(0, 1.06, deep * 1.3),
                at(1.05, 0.05, deep * 1.2),
                at(0, -0.8, deep),
            )
        ],
        fill=255,
    )
    page.paste(Image.new("RGB", page.size, "#2a2a3a"), (0, 0), soft_shadow(shadow, deep * 0.35, 0.5))
    for corner, tone in (((-1, 0), 0.98), ((1, 0), 0.70)):
        draw.polygon([at(*corner), at(0, 1), at(0, 1, deep), at(*corner, deep)], fill=shade(side, tone))
        for k, (z0, z1) in enumerate(((0.34, 0.42), (0.66, 0.76))):
            draw.polygon(
                [at(*corner, deep * z0), at(0, 1, deep * z0), at(0, 1, deep * z1), at(*corner, deep * z1)],
                fill=shade(side, tone * (0.90 - 0.06 * k)),
            )
        draw.polygon(
            [at(*corner), at(0, 1), at(0, 1, deep * 0.16), at(*corner, deep * 0.16)],
            fill=shade(top, tone * 0.86),
        )
    draw.polygon([at(-1, 0), at(0, 1), at(1, 0), at(0, -1)], fill=top)
    small = big.reduce(2)
    page.paste(small, (0, 0), small)


def _surface(page: Image.Image, plan: Plan, place: str, cx: float, cy: float, half: float, top: str) -> None:
    """Patches on the top face: checks of a lawn, ripples, a path, a pond."""
    draw, dice = ImageDraw.Draw(page), plan.dice("surface")

    def at(u: float, v: float) -> Corner:
        return cx + (u - v) * half / 2, cy + (u + v) * half / 4

    cells = 6
    for i in range(cells):
        for j in range(cells):
            tone = 1 + (0.045 if (i + j) % 2 else -0.03) + dice.between(-0.015, 0.015)
            u, v, s = -1 + 2 * i / cells, -1 + 2 * j / cells, 2 / cells
            draw.polygon([at(u, v), at(u + s, v), at(u + s, v + s), at(u, v + s)], fill=shade(top, tone))
    if place == "lake":
        ring = [
            at(0.52 + 0.34 * math.cos(a), 0.10 + 0.62 * math.sin(a))
            for a in (math.tau * k / 40 for k in range(40))
        ]
        draw.polygon(ring, fill="#4fb0d0")
        draw.line([*ring, ring[0]], fill="#d8ecf0", width=max(2, plan.unit // 250))
    elif place in ("sea", "underwater"):
        for _ in range(12):
            u, v = dice.between(-0.85, 0.75), dice.between(-0.85, 0.85)
            draw.line(
                [at(u + 0.02 * k, v + 0.02 * math.sin(k * 1.2)) for k in range(9)],
                fill=toward(top, "#ffffff", 0.5),
                width=max(2, plan.unit // 300),
            )
    elif place in ("hills", "forest", "city"):
        path = [at(t, 0.62 + 0.12 * math.sin(t * 3)) for t in np.linspace(-1, 1, 24)]
        draw.line(
            path, fill="#d8bf94" if place != "city" else "#5f6068", width=round(half * 0.09), joint="curve"
        )
    for _ in range(0 if place in ("sea", "underwater", "city", "space", "interior") else 26):
        x, y = at(dice.between(-0.92, 0.92), dice.between(-0.92, 0.92))
        r = plan.unit * dice.between(0.002, 0.005)
        draw.ellipse(
            (x - r, y - r * 0.7, x + r, y + r * 0.7),
            fill=dice.pick((shade(top, 0.78), toward(top, "#ffffff", 0.45))),
        )


PARCHMENT = ((0, "#c9a870"), (0.5, "#e4cd9c"), (1, "#f3e4c0"))
BROWN = "#5a3f28"


def chart(plan: Plan) -> Image.Image:
    """An old map: coast, mountains, woods, a route, a compass and a name."""
    w, h, unit = plan.w, plan.h, plan.unit
    page, land = _parchment(plan)
    draw, dice = ImageDraw.Draw(page), plan.dice("map")
    _signs(draw, dice, land, w, h, unit, plan.brief.terrain)
    _route(page, dice, land, w, h, unit)
    sprite = plan.sprite(plan.wishes[0], round(unit * 0.16), round(unit * 0.16))
    x, y = _spot(dice, land, w, h, True)
    lay(page, _sepia(sprite), x, y)
    corner = dice.pick((0.14, 0.86))
    _compass(draw, w * corner, h * 0.84, unit * 0.085)
    _serpent(draw, w * (1 - corner), h * 0.86, unit * 0.05)
    for inset, width in ((0.022, 0.006), (0.040, 0.002)):
        e = unit * inset
        draw.rectangle((e, e, w - e, h - e), outline=BROWN, width=max(1, round(unit * width)))
    _scroll(page, plan.title or "Terra Incognita", w, h, unit)
    return page


def _parchment(plan: Plan) -> tuple[Image.Image, Array]:
    w, h = plan.w, plan.h
    random = plan.random("coast")
    sw, sh = w // 4 + 1, h // 4 + 1
    shape = noise2(random, sw, sh, 3.4 * w / plan.unit, 3.4 * h / plan.unit, 6, 0.55)
    yy, xx = np.linspace(-1, 1, sh, dtype=f32)[:, None], np.linspace(-1, 1, sw, dtype=f32)[None]
    height = as32(shape - 0.50 + 0.24 - 0.46 * np.clip(xx**2 * 1.05 + yy**2 * 1.15, 0, 1.5))
    big = Image.fromarray(height).resize((w, h), Image.Resampling.BICUBIC)
    field = as32(np.asarray(big))
    stain = np.asarray(
        Image.fromarray(noise2(random, sw, sh, 5, 5, 5, 0.6)).resize((w, h), Image.Resampling.BICUBIC)
    )
    colour = ramp(PARCHMENT, np.clip(stain * 1.3 - 0.05, 0, 1))
    sea = smooth(as32(-field * 40 + 0.5))
    colour = colour * (1 - 0.16 * sea[..., None] * (1 - rgb("#7fa0a0")))
    coast = np.exp(-((field / 0.0045) ** 2))
    rings = sum(
        np.exp(-(((field + d) / 0.0030) ** 2)) * s for d, s in ((0.026, 0.5), (0.050, 0.32), (0.074, 0.2))
    )
    cover = np.clip(coast + rings, 0, 1)[..., None] * f32(0.8)
    out = colour + (rgb(BROWN) - colour) * cover
    edge = np.clip(
        np.abs(np.linspace(-1, 1, w))[None] ** 6 + np.abs(np.linspace(-1, 1, h))[:, None] ** 6, 0, 1
    )[..., None]
    out = out * (1 - 0.25 * edge)
    return Image.fromarray((np.clip(out, 0, 1) * 255).astype(np.uint8)), field


def _spot(dice: Dice, land: Array, w: int, h: int, dry: bool) -> Corner:
    for _ in range(60):
        x, y = dice.between(0.14, 0.86) * w, dice.between(0.22, 0.80) * h
        if (float(land[int(y), int(x)]) > 0.05) == dry:
            return x, y
    return w / 2, h / 2


def _signs(draw: ImageDraw.ImageDraw, dice: Dice, land: Array, w: int, h: int, unit: int, place: str) -> None:
    ranges, woods = (26, 26) if place != "mountains" else (44, 18)
    signs = []
    for kind, count in (("mountain", ranges), ("tree", woods * 3), ("house", 5)):
        x0, y0 = _spot(dice, land, w, h, True)
        for k in range(count):
            if k % 9 == 0:
                x0, y0 = _spot(dice, land, w, h, True)
            x, y = x0 + dice.between(-0.10, 0.10) * unit, y0 + dice.between(-0.06, 0.06) * unit
            if 0 < x < w and 0 < y < h and float(land[int(y), int(x)]) > 0.025:
                signs.append((y, x, kind))
    for y, x, kind in sorted(signs):
        _sign(draw, dice, kind, x, y, unit)


def _sign(draw: ImageDraw.ImageDraw, dice: Dice, kind: str, x: float, y: float, unit: int) -> None:
    line = max(1, round(unit * 0.0022))
    if kind == "mountain":
        r = unit * dice.between(0.018, 0.032)
        draw.polygon([(x - r, y), (x - r * 0.1, y - r * 1.5), (x + r, y)], fill="#e9d6a8")
        draw.polygon(
            [(x - r * 0.1, y - r * 1.5), (x + r, y), (x + r * 0.25, y), (x + r * 0.12, y - r * 0.7)],
            fill="#b08f60",
        )
        draw.line([(x - r, y), (x - r * 0.1, y - r * 1.5), (x + r, y)], fill=BROWN, width=line, joint="curve")
    elif kind == "tree":
        r = unit * dice.between(0.007, 0.011)
        draw.line((x, y, x, y - r * 1.2), fill=BROWN, width=line)
        draw.ellipse((x - r, y - r * 3, x + r, y - r), fill="#9aa86a", outline=BROWN, width=line)
    else:
        r = unit * 0.011
        draw.rectangle((x - r, y - r, x + r, y), fill="#d8a078", outline=BROWN, width=line)
        draw.polygon(
            [(x - r * 1.3, y - r), (x, y - r * 2.1), (x + r * 1.3, y - r)], fill="#a8503c", outline=BROWN
        )


def _route(page: Image.Image, dice: Dice, land: Array, w: int, h: int, unit: int) -> None:
    draw, red = ImageDraw.Draw(page), "#a8322a"
    stops = [_spot(dice, land, w, h, True) for _ in range(4)]
    stops.sort(key=lambda spot: spot[0])
    points = []
    for (ax, ay), (bx, by) in pairwise(stops):
        bow = dice.between(-0.10, 0.10) * unit
        points += [
            (
                ax + (bx - ax) * t + bow * math.sin(math.pi * t) * 0.5,
                ay + (by - ay) * t + bow * math.sin(math.pi * t),
            )
            for t in (k / 14 for k in range(14))
        ]
    for a, b in zip(points[::2], points[1::2], strict=False):
        draw.line((*a, *b), fill=red, width=max(2, round(unit * 0.005)))
    x, y = stops[-1]
    r = unit * 0.020
    for s in (-1, 1):
        draw.line((x - r, y - r * s, x + r, y + r * s), fill=red, width=max(3, round(unit * 0.009)))


def _sepia(sprite: Image.Image) -> Image.Image:
    grey = sprite.convert("L")
    brown = Image.merge("RGB", (grey, grey, grey)).convert(
        "RGB", (0.40, 0.42, 0.10, 24, 0.34, 0.36, 0.09, 12, 0.24, 0.26, 0.07, 4)
    )
    brown.putalpha(sprite.getchannel("A").filter(ImageFilter.GaussianBlur(0.5)))
    return brown


def _compass(draw: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    line = max(1, round(r * 0.03))
    for q in (0.98, 0.86):
        draw.ellipse((x - r * q, y - r * q, x + r * q, y + r * q), outline=BROWN, width=line)
    for k in range(8):
        a, far = math.tau * k / 8, r * (1.12 if k % 2 == 0 else 0.7)
        tip = (x + far * math.sin(a), y - far * math.cos(a))
        for side, colour in ((-1, BROWN), (1, "#e9d6a8")):
            b = a + side * math.pi / 8
            draw.polygon(
                [(x, y), tip, (x + r * 0.24 * math.sin(b), y - r * 0.24 * math.cos(b))],
                fill=colour,
                outline=BROWN,
            )


def _serpent(draw: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    line = max(2, round(r * 0.12))
    for k in range(3):
        draw.arc(
            (x - r * 1.6 + r * 1.1 * k, y - r * (0.8 - 0.15 * k), x - r * 0.6 + r * 1.1 * k, y + r * 0.7),
            180,
            360,
            fill=BROWN,
            width=line,
        )
    draw.line(
        [(x - r * 1.6, y - r * 0.05), (x - r * 1.9, y - r * 0.7), (x - r * 2.2, y - r * 0.55)],
        fill=BROWN,
        width=line,
        joint="curve",
    )


def _scroll(page: Image.Image, title: str, w: int, h: int, unit: int) -> None:
    draw, wide, tall = ImageDraw.Draw(page), w * 0.29, unit * 0.058
    x, y = w / 2, h * 0.115
    for side in (-1, 1):
        a = x + side * wide
        draw.polygon(
            [
                (a - side * wide * 0.16, y + tall * 1.25),
                (a + side * wide * 0.14, y + tall * 1.25),
                (a + side * wide * 0.06, y + tall * 0.3),
                (a + side * wide * 0.14, y - tall * 0.6),
                (a - side * wide * 0.16, y - tall * 0.6),
            ],
            fill="#c9a870",
            outline=BROWN,
        )
    draw.rectangle(
        (x - wide, y - tall, x + wide, y + tall), fill="#f0dfb4", outline=BROWN, width=max(1, unit // 320)
    )
    write(
        page,
        title,
        (x - wide * 0.92, y - tall * 0.8, x + wide * 0.92, y + tall * 0.8),
        BROWN,
        lines=1,
        weight=0.02,
        track=0.04,
        largest=0.72,
    )


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {"tile": tile, "map": chart}
