"""What is printed: posters, cards, covers, banners, stamps, tarot cards, instant photos."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from ..lettering import write
from ..paint import calm, few_colours
from .covers import readable
from .emblems import lay, shape_mask, soft_shadow, vertical
from .plan import Plan, shade, toward

ROMAN = (
    "0",
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
    "XIX",
    "XX",
    "XXI",
)


def poster(plan: Plan) -> Image.Image:
    """A flat-ink scene with large letters on a band of colour."""
    w, h, unit = plan.w, plan.h, plan.unit
    top = plan.choice("title", plan.dice("title").pick(("top", "bottom"))) == "top"
    band, edge = round(h * 0.20), round(unit * 0.045)
    paper = toward(plan.palette[-1], "#f8f0de", 0.6)
    page, title = Image.new("RGB", (w, h), paper), plan.title
    if plan.choice("title", "") == "none" or not title:
        band = 0
    style = plan.brief.style
    art = plan.scene(w - 2 * edge, h - 2 * edge - band, styled=style is not None and style != "poster")
    if style in (None, "poster"):
        art = flat_inks(art)
    page.paste(art, (edge, edge + (band if top else 0)))
    ink = plan.palette[0]
    if band:
        y = edge if top else h - edge - band
        write(
            page,
            title.upper(),
            (edge * 1.4, y + band * 0.12, w - edge * 1.4, y + band * 0.86),
            ink,
            weight=0.045,
            track=0.05,
            largest=0.66,
        )
        draw, line = ImageDraw.Draw(page), y + band - edge * 0.35 if top else y + edge * 0.35
        draw.line((edge, line, w - edge, line), fill=ink, width=max(2, unit // 260))
    return page


def flat_inks(art: Image.Image, inks: int = 20) -> Image.Image:
    """The picture in a few flat colours."""
    vivid = ImageEnhance.Contrast(ImageEnhance.Color(art).enhance(1.35)).enhance(1.08)
    soft = calm(vivid).filter(ImageFilter.BoxBlur(min(art.size) / 900))
    return calm(calm(few_colours(soft, inks).convert("RGB")))


def card(plan: Plan) -> Image.Image:
    """A framed picture and a line of writing."""
    w, h, unit = plan.w, plan.h, plan.unit
    frame, dice = plan.choice("frame", plan.dice("frame").pick(("thin", "wide", "ornate"))), plan.dice("card")
    paper = toward(dice.pick(plan.palette[-2:]), "#fffaf0", 0.62)
    page, ink = Image.new("RGB", (w, h), paper), shade(plan.palette[0], 0.9)
    edge = round(unit * {"none": 0.0, "thin": 0.06, "wide": 0.12, "ornate": 0.115}.get(frame, 0.08))
    where = plan.choice("title", "bottom")
    band = 0 if where == "none" or not plan.title else round(h * 0.19)
    y0 = edge + (band if where == "top" else 0)
    art = plan.scene(w - 2 * edge, h - 2 * edge - band)
    cover = Image.new("L", (art.width * 2, art.height * 2), 0)
    radius = unit * (0.10 if frame == "ornate" else 0.0 if frame == "none" else 0.02)
    ImageDraw.Draw(cover).rounded_rectangle((0, 0, art.width * 2 - 1, art.height * 2 - 1), radius, fill=255)
    page.paste(art, (edge, y0), cover.reduce(2))
    accent = plan.palette[2]
    if frame == "ornate":
        _ornate(page, edge, accent, ink)
    elif frame == "wide":
        inset = round(edge * 0.42)
        ImageDraw.Draw(page).rectangle(
            (inset, inset, w - inset, h - inset), outline=accent, width=max(2, unit // 170)
        )
    if band:
        y = edge if where == "top" else h - edge - band
        write(
            page,
            plan.title,
            (edge * 1.2, y + band * 0.16, w - edge * 1.2, y + band * 0.92),
            ink,
            lines=2,
            weight=0.012,
            largest=0.52,
        )
    return page


def _ornate(page: Image.Image, edge: int, accent: str, ink: str) -> None:
    w, h = page.size
    draw, a = ImageDraw.Draw(page), edge * 0.36
    for inset, colour, width in ((a, ink, 2), (a * 1.5, accent, max(2, edge // 14))):
        draw.rectangle((inset, inset, w - inset, h - inset), outline=colour, width=width)
    for cx in (a * 1.2, w - a * 1.2):
        for cy in (a * 1.2, h - a * 1.2):
            for k in range(8):
                t, r = math.tau * k / 8, edge * 0.17
                x, y = cx + r * math.cos(t), cy + r * math.sin(t)
                draw.ellipse((x - r * 0.62, y - r * 0.62, x + r * 0.62, y + r * 0.62), fill=accent)
            draw.ellipse((cx - edge * 0.12, cy - edge * 0.12, cx + edge * 0.12, cy + edge * 0.12), fill=ink)


def banner(plan: Plan) -> Image.Image:
    """Writing on one side, the picture on the other, with a curved border between."""
    w, h, colours = plan.w, plan.h, plan.palette
    ground = plan.dice("ground").pick((colours[0], colours[1], toward(colours[-1], "#ffffff", 0.2)))
    page, ink, wide = Image.new("RGB", (w, h), ground), readable(ground, plan), w >= h
    art = plan.scene(w if not wide else round(w * 0.66), h if wide else round(h * 0.62))
    cover = Image.new("L", (art.width * 2, art.height * 2), 0)
    draw = ImageDraw.Draw(cover)
    if wide:
        edge = [
            (art.width * 2 * (0.15 + 0.12 * math.sin(t * 3.1 + 0.4)), art.height * 2 * t)
            for t in (k / 40 for k in range(41))
        ]
        draw.polygon([*edge, (art.width * 2, art.height * 2), (art.width * 2, 0)], fill=255)
        page.paste(art, (w - art.width, 0), cover.reduce(2))
        box = (w * 0.06, h * 0.24, w * 0.43, h * 0.72)
    else:
        edge = [
            (art.width * 2 * t, art.height * 2 * (0.10 + 0.07 * math.sin(t * 4)))
            for t in (k / 40 for k in range(41))
        ]
        draw.polygon([*edge, (art.width * 2, art.height * 2), (0, art.height * 2)], fill=255)
        page.paste(art, (0, h - art.height), cover.reduce(2))
        box = (w * 0.08, h * 0.08, w * 0.92, h * 0.38)
    write(page, plan.title, box, ink, lines=3, weight=0.03, align="left", largest=0.5)
    draw, y = ImageDraw.Draw(page), box[3] + h * 0.05
    draw.rounded_rectangle(
        (box[0], y, box[0] + w * 0.10, y + h * 0.018),
        h * 0.009,
        fill=colours[3] if ground != colours[3] else colours[1],
    )
    return page


def stamp(plan: Plan) -> Image.Image:
    """A postage stamp with its teeth, on an envelope."""
    w, h, dice = plan.w, plan.h, plan.dice("stamp")
    page = vertical(w, h, toward(plan.palette[2], "#e8dcc4", 0.72), toward(plan.palette[1], "#cdbfa4", 0.72))
    sw, sh = round(w * 0.74), round(h * 0.78)
    hole, big = plan.unit * 0.022, Image.new("L", (sw * 2, sh * 2), 255)
    draw = ImageDraw.Draw(big)
    for length, across in ((sw * 2, True), (sh * 2, False)):
        count = round(length / (hole * 4.2))
        for k in range(count + 1):
            at = length * k / count
            for far in (0, sh * 2 if across else sw * 2):
                x, y = (at, far) if across else (far, at)
                r = hole * 1.25
                draw.ellipse((x - r, y - r, x + r, y + r), fill=0)
    teeth, edge = big.reduce(2), round(plan.unit * 0.055)
    sheet = Image.new("RGB", (sw, sh), "#fbf7ee")
    foot = round(plan.unit * 0.085)
    sheet.paste(plan.scene(sw - 2 * edge, sh - 2 * edge - foot), (edge, edge))
    ink = plan.palette[0]
    value = dice.pick(("10", "25", "50", "80", "100", "150"))
    write(
        sheet,
        plan.title,
        (edge, sh - edge - foot * 0.92, sw - edge - foot * 1.6, sh - edge * 0.72),
        ink,
        lines=1,
        align="left",
        largest=0.58,
    )
    write(
        sheet,
        value,
        (sw - edge - foot * 1.5, sh - edge - foot * 0.98, sw - edge, sh - edge * 0.66),
        ink,
        lines=1,
        weight=0.05,
        align="right",
        largest=0.86,
    )
    whole = Image.new("L", (w, h), 0)
    whole.paste(teeth, ((w - sw) // 2, (h - sh) // 2 + round(h * 0.008)))
    page.paste(Image.new("RGB", (w, h), "#2a241c"), (0, 0), soft_shadow(whole, plan.unit * 0.014, 0.55))
    page.paste(sheet, ((w - sw) // 2, (h - sh) // 2), teeth)
    _postmark(page, w * 0.80, h * 0.20, plan.unit * 0.15)
    return page


def _postmark(page: Image.Image, x: float, y: float, r: float) -> None:
    layer = Image.new("L", (page.width, page.height), 0)
    draw, thick = ImageDraw.Draw(layer), max(2, int(r * 0.035))
    for q in (1.0, 0.68):
        draw.ellipse((x - r * q, y - r * q, x + r * q, y + r * q), outline=150, width=thick)
    for k in range(4):
        rise = [
            (x + r * (1.1 + 0.045 * t), y + r * (0.30 * k - 0.45) + r * 0.07 * math.sin(t * 0.55))
            for t in range(34)
        ]
        draw.line(rise, fill=150, width=thick)
    page.paste(Image.new("RGB", page.size, "#2b2a38"), (0, 0), layer)


def tarot(plan: Plan) -> Image.Image:
    """An ornate card: rays, a moon and stars, the subject, a numeral and a name."""
    w, h, dice = plan.w, plan.h, plan.dice("tarot")
    tall = min(h * 0.94, w * 0.94 / 0.60)
    cw, ch = round(tall * 0.60), round(tall)
    page = vertical(w, h, shade(plan.palette[0], 0.85), shade(plan.palette[0], 0.5))
    gold, night, pale = "#d9b45f", shade(plan.palette[0], 0.72), toward(plan.palette[-1], "#fff6e0", 0.5)
    face = vertical(cw, ch, toward(night, plan.palette[1], 0.5), night)
    draw = ImageDraw.Draw(face)
    x, y, far = cw / 2, ch * 0.47, ch
    for k in range(24):
        a, b = math.tau * k / 24, math.tau * (k + 0.5) / 24
        draw.polygon(
            [
                (x, y),
                (x + far * math.cos(a), y + far * math.sin(a)),
                (x + far * math.cos(b), y + far * math.sin(b)),
            ],
            fill=toward(night, plan.palette[2], 0.34),
        )
    r = cw * 0.36
    draw.ellipse((x - r * 1.06, y - r * 1.06, x + r * 1.06, y + r * 1.06), fill=gold)
    face.paste(
        plan.scene(round(2 * r), round(2 * r), wishes=()),
        (round(x - r), round(y - r)),
        shape_mask(round(2 * r), round(2 * r), "circle"),
    )
    sprite = plan.sprite(plan.wishes[0], round(cw * 0.60), round(ch * 0.42))
    lay(face, sprite, x, y + r * 0.22, 0.5)
    for _ in range(26):
        sx, sy, size = (
            dice.between(0.1, 0.9) * cw,
            dice.pick((dice.between(0.12, 0.22), dice.between(0.74, 0.84))) * ch,
            cw * dice.between(0.005, 0.016),
        )
        draw.polygon(
            [
                (sx, sy - 2 * size),
                (sx + size * 0.5, sy - size * 0.5),
                (sx + 2 * size, sy),
                (sx + size * 0.5, sy + size * 0.5),
                (sx, sy + 2 * size),
                (sx - size * 0.5, sy + size * 0.5),
                (sx - 2 * size, sy),
                (sx - size * 0.5, sy - size * 0.5),
            ],
            fill=gold,
        )
    for y0, y1 in ((0.035, 0.105), (0.875, 0.965)):
        draw.rectangle((cw * 0.07, ch * y0, cw * 0.93, ch * y1), fill=pale)
    write(
        face,
        dice.pick(ROMAN),
        (cw * 0.2, ch * 0.04, cw * 0.8, ch * 0.10),
        night,
        lines=1,
        weight=0.03,
        largest=0.8,
    )
    write(
        face,
        f"The {plan.wishes[0].name}".upper(),
        (cw * 0.1, ch * 0.88, cw * 0.9, ch * 0.96),
        night,
        lines=1,
        weight=0.02,
        track=0.12,
        largest=0.52,
    )
    for inset, width in ((0.022, 3), (0.045, 2)):
        draw.rectangle(
            (cw * inset, cw * inset, cw * (1 - inset), ch - cw * inset),
            outline=gold,
            width=max(1, round(width * cw / 500)),
        )
    card_mask = Image.new("L", (cw * 2, ch * 2), 0)
    ImageDraw.Draw(card_mask).rounded_rectangle((0, 0, cw * 2 - 1, ch * 2 - 1), cw * 0.09, fill=255)
    page.paste(face, ((w - cw) // 2, (h - ch) // 2), card_mask.reduce(2))
    return page


def polaroid(plan: Plan) -> Image.Image:
    """An instant photo lying on a table, a little askew."""
    w, h, unit, dice = plan.w, plan.h, plan.unit, plan.dice("polaroid")
    from .textures import SURFACES

    light, colour = SURFACES[dice.pick(("wood", "fabric", "paper"))](plan, 512)
    table = Image.fromarray((np.clip(colour * light[..., None] * 0.8, 0, 1) * 255).astype(np.uint8))
    page = table.resize((max(w, h), max(w, h)), Image.Resampling.BICUBIC).crop((0, 0, w, h))
    side = round(unit * 0.60)
    edge, foot = round(side * 0.07), round(side * 0.24)
    photo = Image.new("RGBA", (side + 2 * edge, side + edge + foot), "#faf8f2")
    photo.paste(plan.scene(side, side), (edge, edge))
    write(
        photo,
        plan.title,
        (edge, side + edge * 1.2, side + edge, side + edge + foot * 0.92),
        "#33323c",
        lines=1,
        largest=0.44,
    )
    turned = photo.rotate(dice.pick((-6, -4, 4, 6)), Image.Resampling.BICUBIC, expand=True)
    lay(page, turned, w / 2, h / 2, 0.62)
    return page


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {
    "poster": poster,
    "card": card,
    "banner": banner,
    "stamp": stamp,
    "tarot": tarot,
    "polaroid": polaroid,
}
