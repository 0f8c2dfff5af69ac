"""One thing by itself: icon, sticker, logo, avatar."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from ..lettering import write
from ..paint import f32, rgb
from ..pen import Pen
from ..reading import Wish
from ..subjects import Look
from ..subjects.people import PERSON
from .plan import Plan, brightness, shade, toward

PORTRAITS = (
    "cat",
    "dog",
    "fox",
    "rabbit",
    "bear",
    "panda",
    "penguin",
    "owl",
    "robot",
    "snowman",
    "unicorn",
    "horse",
    "dragon",
)


def vertical(w: int, h: int, top: str, bottom: str) -> Image.Image:
    """A gradient from top to bottom."""
    t = np.linspace(0, 1, 256, dtype=f32)[:, None]
    strip = ((rgb(top) * (1 - t) + rgb(bottom) * t) * 255 + 0.5).astype(np.uint8)[:, None]
    return Image.fromarray(strip).resize((w, h), Image.Resampling.BILINEAR)


def soft_shadow(cover: Image.Image, blur: float, strength: float) -> Image.Image:
    """A blurred, weakened copy of a mask."""
    small = cover.resize((max(1, cover.width // 4), max(1, cover.height // 4)), Image.Resampling.BOX)
    small = small.filter(ImageFilter.GaussianBlur(max(0.5, blur / 4)))
    return small.resize(cover.size, Image.Resampling.BICUBIC).point([round(v * strength) for v in range(256)])


def lay(sheet: Image.Image, sprite: Image.Image, x: float, y: float, shadow: float = 0.0) -> None:
    """Paste a sprite by its middle, with a soft shadow below it."""
    left, top = round(x - sprite.width / 2), round(y - sprite.height / 2)
    if shadow:
        cover = Image.new("L", sheet.size, 0)
        drop = round(max(sprite.size) * 0.035)
        cover.paste(sprite.getchannel("A"), (left, top + drop))
        sheet.paste(
            Image.new("RGB", sheet.size, "#171420"),
            (0, 0),
            soft_shadow(cover, max(sprite.size) * 0.03, shadow),
        )
    sheet.paste(sprite, (left, top), sprite)


def ground(plan: Plan, w: int, h: int, usual: str = "gradient") -> Image.Image:
    """What lies behind a single subject."""
    kinds = (usual, "sunburst", "dots", "gradient")
    colours, kind = plan.palette, plan.choice("ground", kinds[plan.index % len(kinds)])
    tint = colours[2 + (plan.dice("ground").below(2) + plan.index) % 2]
    if kind == "plain":
        return Image.new("RGB", (w, h), toward(tint, "#ffffff", 0.25))
    sheet = vertical(w, h, toward(tint, "#ffffff", 0.35), shade(tint, 0.72))
    if kind == "sunburst":
        _rays(sheet, toward(tint, "#ffffff", 0.55))
    elif kind == "dots":
        _dots(sheet, toward(tint, "#ffffff", 0.45))
    return sheet


def _rays(sheet: Image.Image, colour: str, count: int = 16) -> None:
    w, h = sheet.size
    cover = Image.new("L", (w, h), 0)
    draw, far = ImageDraw.Draw(cover), math.hypot(w, h)
    for k in range(count):
        a, b = math.tau * k / count, math.tau * (k + 0.5) / count
        draw.polygon(
            [(w / 2, h / 2), *((w / 2 + far * math.cos(t), h / 2 + far * math.sin(t)) for t in (a, b))],
            fill=120,
        )
    sheet.paste(Image.new("RGB", (w, h), colour), (0, 0), cover)


def _dots(sheet: Image.Image, colour: str) -> None:
    draw, step = ImageDraw.Draw(sheet), min(sheet.size) / 14
    for row in range(int(sheet.height / step) + 2):
        for column in range(int(sheet.width / step) + 2):
            x, y, r = (column + 0.5 * (row % 2)) * step, row * step, step * 0.16
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def shape_mask(w: int, h: int, kind: str) -> Image.Image:
    """The outline of a tile, twice drawn and reduced."""
    big = Image.new("L", (w * 2, h * 2), 0)
    draw, a, b = ImageDraw.Draw(big), w * 2 - 1, h * 2 - 1
    if kind == "circle":
        draw.ellipse((0, 0, a, b), fill=255)
    elif kind == "hexagon":
        draw.polygon(
            [
                (a / 2 + a / 2 * math.sin(math.tau * k / 6), b / 2 - b / 2 * math.cos(math.tau * k / 6))
                for k in range(6)
            ],
            fill=255,
        )
    elif kind == "shield":
        side = [
            (1 - 0.5 * (1 - math.cos(math.pi / 2 * t)) ** 0.8 * 1.0, 0.42 + 0.58 * math.sin(math.pi / 2 * t))
            for t in (k / 20 for k in range(21))
        ]
        right = [(0.5, 0.0), (0.72, 0.06), (1.0, 0.06), *side]
        draw.polygon(
            [*((x * a, y * b) for x, y in right), *(((1 - x) * a, y * b) for x, y in right[::-1])], fill=255
        )
    else:
        draw.rounded_rectangle((0, 0, a, b), radius=min(a, b) * 0.22, fill=255)
    return big.reduce(2)


def _subject(plan: Plan, side: float) -> Image.Image | None:
    """The first subject of the prompt; None if it names a place only."""
    if plan.source or (not plan.brief.wishes and plan.brief.understood):
        return None
    return plan.sprite(plan.wishes[0], round(side), round(side), facing=plan.facing)


def icon(plan: Plan) -> Image.Image:
    """A rounded tile with one thing on it."""
    w, h, side = plan.w, plan.h, round(plan.unit * 0.80)
    kind = plan.choice("shape", "rounded")
    cover, sprite = shape_mask(side, side, kind), _subject(plan, side * 0.64)
    tile = plan.scene(side, side) if sprite is None else ground(plan, side, side)
    if sprite:
        lay(tile, sprite, side / 2, side * 0.51, 0.45)
        gloss = Image.new("L", (side, side), 0)
        ImageDraw.Draw(gloss).ellipse((-side * 0.3, -side * 0.75, side * 1.3, side * 0.40), fill=26)
        tile.paste(Image.new("RGB", tile.size, "white"), (0, 0), gloss)
    return _shown(plan, tile, cover, (w - side) // 2, (h - side) // 2)


def _shown(plan: Plan, tile: Image.Image, cover: Image.Image, left: int, top: int) -> Image.Image:
    w, h = plan.w, plan.h
    if plan.choice("ground", "") == "transparent":
        out = Image.new("RGBA", (w, h), (0, 0, 0, 0))
        out.paste(tile, (left, top), cover)
        return out
    page = vertical(w, h, "#fbfaf8", "#e9e7e4")
    whole = Image.new("L", (w, h), 0)
    whole.paste(cover, (left, top + round(tile.height * 0.03)))
    page.paste(Image.new("RGB", (w, h), "#2a2630"), (0, 0), soft_shadow(whole, tile.width * 0.035, 0.5))
    page.paste(tile, (left, top), cover)
    return plan.styled(page)


def sticker(plan: Plan) -> Image.Image:
    """Cut out along a thick white border."""
    w, h, side = plan.w, plan.h, plan.unit * 0.70
    cut = Image.new("RGBA", (w, h), (0, 0, 0, 0))
    sprite = _subject(plan, side)
    if sprite is None:
        disc = round(side)
        cut.paste(
            plan.scene(disc, disc), ((w - disc) // 2, (h - disc) // 2), shape_mask(disc, disc, "circle")
        )
    else:
        cut.paste(sprite, ((w - sprite.width) // 2, (h - sprite.height) // 2), sprite)
    edge = _grown(cut.getchannel("A"), plan.unit * 0.028)
    out = Image.new("RGBA", (w, h), (0, 0, 0, 0))
    out.paste(Image.new("RGBA", (w, h), "white"), (0, 0), edge)
    out.alpha_composite(cut)
    if plan.choice("ground", "") == "transparent":
        return out
    page = ground(plan, w, h, "plain")
    drop = soft_shadow(edge, plan.unit * 0.014, 0.45)
    page.paste(Image.new("RGB", (w, h), "#241f2c"), (round(w * 0.006), round(h * 0.012)), drop)
    page.paste(out, (0, 0), out)
    return plan.styled(page)


def _grown(cover: Image.Image, reach: float) -> Image.Image:
    """The mask with a border of its own; a blur with a steep edge rounds the corners."""
    half = cover.resize((cover.width // 2, cover.height // 2), Image.Resampling.BOX)
    for _ in range(2):
        half = half.filter(ImageFilter.GaussianBlur(reach / 2.6)).point(
            [min(255, max(0, (v - 18) * 14)) for v in range(256)]
        )
    return half.resize(cover.size, Image.Resampling.BICUBIC)


def logo(plan: Plan) -> Image.Image:
    """A two-colour mark in a shape, and the name below."""
    w, h, colours = plan.w, plan.h, plan.palette
    dark, light = colours[0], toward(colours[-1], "#ffffff", 0.25)
    accent = max(colours[1:4], key=lambda code: max(rgb(code)) - min(rgb(code)))
    inverse = plan.dice("inverse").number() < 0.4
    page = Image.new("RGB", (w, h), dark if inverse else light)
    ink, paper = (light, dark) if inverse else (dark, light)
    kind = plan.choice("shape", plan.dice("shape").pick(("circle", "shield", "hexagon")))
    side = round(min(w * 0.62, h * 0.54))
    left, top = (w - side) // 2, round(h * 0.12)
    for inset, colour in ((0, ink), (0.022, paper), (0.040, accent)):
        part = side - round(side * inset) * 2
        page.paste(
            Image.new("RGB", (part, part), colour),
            (left + round(side * inset), top + round(side * inset)),
            shape_mask(part, part, kind),
        )
    sprite = plan.sprite(plan.wishes[0], round(side * 0.66), round(side * 0.60))
    _stamp(
        page,
        sprite,
        w / 2,
        top + side * (0.47 if kind == "shield" else 0.5),
        ink if brightness(accent) > 0.45 else light,
        accent,
    )
    name = plan.title or plan.wishes[0].name
    base = top + side
    used = write(
        page,
        name.upper(),
        (w * 0.10, base + h * 0.045, w * 0.90, base + h * 0.185),
        ink,
        lines=1,
        weight=0.03,
        track=0.12,
        largest=0.8,
    )
    if used or not name:
        y, reach = base + h * 0.225, w * 0.12
        draw = ImageDraw.Draw(page)
        draw.line((w / 2 - reach, y, w / 2 + reach, y), fill=accent, width=max(2, h // 220))
        r = h * 0.009
        draw.polygon([(w / 2 - r, y), (w / 2, y - r), (w / 2 + r, y), (w / 2, y + r)], fill=ink)
    return plan.styled(page)


def _stamp(page: Image.Image, sprite: Image.Image, x: float, y: float, ink: str, gap: str) -> None:
    """The sprite in two tones: its dark parts as ink, its light ones left open."""
    grey = ImageOps.autocontrast(
        sprite.convert("L"),
        cutoff=4,
        mask=sprite.getchannel("A").point([255 if v > 128 else 0 for v in range(256)]),
    )
    light = grey.filter(ImageFilter.GaussianBlur(1)).point(
        [min(255, max(0, (v - 118) * 10)) for v in range(256)]
    )
    left, top = round(x - sprite.width / 2), round(y - sprite.height / 2)
    halo = _grown(sprite.getchannel("A"), max(sprite.size) * 0.02)
    page.paste(Image.new("RGB", sprite.size, gap), (left, top), halo.resize(sprite.size))
    page.paste(Image.new("RGB", sprite.size, ink), (left, top), sprite.getchannel("A"))
    inner = sprite.getchannel("A").filter(ImageFilter.MinFilter(5))
    both = Image.fromarray(np.minimum(np.asarray(light), np.asarray(inner)))
    page.paste(Image.new("RGB", sprite.size, toward(gap, "#ffffff", 0.55)), (left, top), both)


def person(plan: Plan, side: int, colour: str | None = None) -> Image.Image:
    """A head and shoulders in flat colours."""
    left, bottom, right, top = PERSON.box
    pen = Pen(side / (top - bottom), (left, bottom, right, top))
    PERSON.draw(pen, Look(plan.dice("person"), -1, colour=colour))
    return Image.fromarray((np.clip(pen.done().body, 0, 1) * 255 + 0.5).astype(np.uint8))


def avatar(plan: Plan) -> Image.Image:
    """A face in a circle."""
    w, h, side = plan.w, plan.h, round(plan.unit * 0.86)
    tile = ground(plan, side, side)
    wish = next((wish for wish in plan.brief.wishes if wish.name in PORTRAITS), None)
    other = next((wish for wish in plan.brief.wishes if wish.name not in ("wanderer", *PORTRAITS)), None)
    if wish or other:
        sprite = plan.sprite(
            wish or other or Wish("cat", 1, None), round(side * 1.25), round(side * (1.06 if wish else 0.7))
        )
        lay(tile, sprite, side / 2, side * (0.66 if wish else 0.5), 0.35)
    else:
        sprite = person(plan, round(side * 0.90), plan.brief.tint)
        lay(tile, sprite, side / 2, side - sprite.height / 2 + side * 0.03, 0.3)
    return _shown(
        plan, tile, shape_mask(side, side, plan.choice("shape", "circle")), (w - side) // 2, (h - side) // 2
    )


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {
    "icon": icon,
    "sticker": sticker,
    "logo": logo,
    "avatar": avatar,
}
