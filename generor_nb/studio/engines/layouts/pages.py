"""Pages of several parts: colouring page, comic, mood board, palette."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from ..lettering import write
from ..paint import Array, as32, calm, eight, f32, few_colours, from_image
from ..reading import Wish
from ..seeding import Dice
from .emblems import ground, lay, shape_mask
from .plan import Plan, brightness, toward
from .textures import SURFACES

LINES = {"thin": 0.0026, "medium": 0.0042, "thick": 0.0066}
INK = "#1c1b22"


def outlined(sprite: Image.Image, width: float) -> Image.Image:
    """A drawing's contours as coverage: the outline, and where its colours change sharply."""
    flat = Image.new("RGB", sprite.size, "#8a8a8a")
    flat.paste(sprite, (0, 0), sprite)
    soft = from_image(calm(flat))
    inner = sum((steps(soft[..., k]) for k in range(3)), start=np.zeros(soft.shape[:2], f32))
    alpha = from_image(sprite.getchannel("A"))
    edge = np.clip(np.maximum((inner - 0.26) * 3.6, steps(alpha) * 2.2), 0, 1) * (alpha > 0.02)
    cover = Image.fromarray((edge * 255).astype(np.uint8))
    grown = cover.filter(ImageFilter.MaxFilter(max(3, round(width) // 2 * 2 + 1)))
    return grown.filter(ImageFilter.GaussianBlur(0.8)).point([min(255, round(v * 1.35)) for v in range(256)])


def steps(plane: Array) -> Array:
    out = np.zeros_like(plane)
    out[:, 1:] += np.abs(plane[:, 1:] - plane[:, :-1])
    out[1:] += np.abs(plane[1:] - plane[:-1])
    return as32(out)


def colouring(plan: Plan) -> Image.Image:
    """Black contours on white, to be coloured in."""
    w, h, unit = plan.w, plan.h, plan.unit
    if plan.source:
        return _traced(plan)
    wide = max(2.0, unit * LINES.get(plan.choice("lines", "medium"), LINES["medium"]))
    page, dice = Image.new("RGB", (w * 2, h * 2), "white"), plan.dice("colouring")
    _backdrop(ImageDraw.Draw(page), plan, dice, w * 2, h * 2, round(wide * 2))
    page = page.reduce(2)
    wishes = plan.wishes
    count = max(1, min(3, len(wishes) if len(wishes) > 1 else wishes[0].count))
    for k in range(count):
        wish = wishes[k % len(wishes)]
        size = (0.66, 0.52, 0.40)[count - 1]
        sharp = 2 if unit < 700 else 1
        room = round(sharp * w * size * (1.15 if count == 1 else 1)), round(sharp * h * size)
        sprite = plan.sprite(Wish(wish.name, 1, None), *room, f"{k}", facing=-1 if k % 2 else 1)
        lines, inside = outlined(sprite, wide * sharp).reduce(sharp), sprite.getchannel("A").reduce(sharp)
        x = w * (0.5 if count == 1 else (k + 0.6) / (count + 0.2))
        spot = round(x - lines.width / 2), round(h * (0.83 - 0.03 * (k % 2)) - lines.height)
        page.paste(Image.new("RGB", lines.size, "white"), spot, inside)
        page.paste(Image.new("RGB", lines.size, INK), spot, lines)
    edge = round(unit * 0.022)
    ImageDraw.Draw(page).rounded_rectangle(
        (edge, edge, w - edge, h - edge), unit * 0.03, outline=INK, width=round(wide)
    )
    return page


def _traced(plan: Plan) -> Image.Image:
    """The contours of a given picture."""
    art = calm(calm((plan.source or plan.scene(plan.w, plan.h)).convert("RGB")))
    few = few_colours(art.filter(ImageFilter.GaussianBlur(plan.unit / 400)), 7)
    ranks = calm(calm(Image.frombytes("L", few.size, few.tobytes())))
    edge = steps(from_image(ranks) * 30) > 0.05
    cover = (
        Image.fromarray((edge * 255).astype(np.uint8))
        .filter(ImageFilter.MaxFilter(3))
        .filter(ImageFilter.GaussianBlur(0.8))
    )
    page = Image.new("RGB", (plan.w, plan.h), "white")
    page.paste(Image.new("RGB", page.size, INK), (0, 0), cover)
    return page


def _backdrop(draw: ImageDraw.ImageDraw, plan: Plan, dice: Dice, w: int, h: int, line: int) -> None:
    """Sun or moon, clouds, land or sea, and something on the ground, all in lines."""
    x, y, r = w * dice.pick((0.18, 0.82)), h * 0.18, min(w, h) * 0.075
    place, night = plan.brief.terrain, plan.brief.time == "night"
    if place not in ("interior", "underwater"):
        draw.ellipse((x - r, y - r, x + r, y + r), outline=INK, width=line)
        for k in range(0 if night or place == "space" else 12):
            a = math.tau * k / 12
            draw.line(
                [(x + q * r * math.cos(a), y + q * r * math.sin(a)) for q in (1.25, 1.6)],
                fill=INK,
                width=line,
            )
    for _ in range(9 if night or place in ("space", "underwater") else 0):
        _star(
            draw,
            w * dice.between(0.08, 0.92),
            h * dice.between(0.08, 0.5),
            min(w, h) * 0.018,
            line,
            place == "underwater",
        )
    if place not in ("space", "underwater", "interior"):
        for _ in range(2):
            _cloud(
                draw,
                w * dice.between(0.25, 0.75),
                h * dice.between(0.10, 0.26),
                min(w, h) * dice.between(0.06, 0.09),
                line,
            )
    if place in ("mountains", "lake"):
        peaks = [
            (w * (k / 6 - 0.02), h * (0.62 - (0.22 if k % 2 else 0.02) - 0.06 * dice.number()))
            for k in range(8)
        ]
        draw.line(peaks, fill=INK, width=line, joint="curve")
        for px, py in peaks[1::2]:
            draw.line(
                [
                    (px - w * 0.035, py + h * 0.055),
                    (px - w * 0.01, py + h * 0.04),
                    (px + w * 0.012, py + h * 0.06),
                    (px + w * 0.035, py + h * 0.05),
                ],
                fill=INK,
                width=line,
            )
    if place == "city":
        _houses(draw, dice, w, h, line)
    if place in ("sea", "lake", "beach"):
        for k in range(5):
            rise = [
                (w * t / 60, h * (0.70 + 0.06 * k) + h * 0.012 * math.sin(t * 0.7 + k * 2)) for t in range(61)
            ]
            draw.line(rise, fill=INK, width=line, joint="curve")
        return
    hill = [
        (w * t / 60, h * 0.74 - h * 0.035 * math.sin(t / 60 * math.pi * dice.between(1.9, 2.1)))
        for t in range(61)
    ]
    draw.line(hill, fill=INK, width=line, joint="curve")
    for _ in range(14):
        _tuft(draw, dice, w * dice.between(0.06, 0.94), h * dice.between(0.84, 0.94), min(w, h) * 0.022, line)


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, r: float, line: int, bubble: bool) -> None:
    if bubble:
        draw.ellipse((x - r, y - r, x + r, y + r), outline=INK, width=line)
        return
    points = [
        (
            x + r * (1 if k % 2 == 0 else 0.42) * math.sin(math.pi * k / 5),
            y - r * (1 if k % 2 == 0 else 0.42) * math.cos(math.pi * k / 5),
        )
        for k in range(11)
    ]
    draw.line(points, fill=INK, width=line, joint="curve")


def _cloud(draw: ImageDraw.ImageDraw, x: float, y: float, r: float, line: int) -> None:
    puffs = ((-1.3, 0.15, 0.62), (-0.45, -0.2, 0.85), (0.55, -0.1, 0.75), (1.35, 0.2, 0.55))
    for dx, dy, q in puffs:
        draw.ellipse(
            (x + (dx - q) * r, y + (dy - q) * r, x + (dx + q) * r, y + (dy + q) * r), outline=INK, width=line
        )
    for dx, dy, q in puffs:
        p = q - line / r
        draw.ellipse((x + (dx - p) * r, y + (dy - p) * r, x + (dx + p) * r, y + (dy + p) * r), fill="white")
    draw.rectangle((x - 1.5 * r, y + 0.35 * r, x + 1.5 * r, y + 1.1 * r), fill="white")
    draw.line((x - 1.75 * r, y + 0.35 * r, x + 1.7 * r, y + 0.35 * r), fill=INK, width=line)


def _houses(draw: ImageDraw.ImageDraw, dice: Dice, w: int, h: int, line: int) -> None:
    x = 0.02
    while x < 0.95:
        wide, tall = dice.between(0.07, 0.12), dice.between(0.16, 0.42)
        draw.rectangle((w * x, h * (0.74 - tall), w * (x + wide), h * 0.74), outline=INK, width=line)
        for row in range(int(tall / 0.06)):
            for column in range(2):
                px, py = w * (x + wide * (0.2 + 0.4 * column)), h * (0.74 - tall + 0.03 + 0.055 * row)
                draw.rectangle(
                    (px, py, px + w * wide * 0.22, py + h * 0.026), outline=INK, width=max(2, line * 2 // 3)
                )
        x += wide + 0.01


def _tuft(draw: ImageDraw.ImageDraw, dice: Dice, x: float, y: float, r: float, line: int) -> None:
    if dice.number() < 0.45:
        for k in range(5):
            a = math.tau * k / 5
            draw.ellipse(
                (
                    x + r * (0.55 * math.cos(a) - 0.42),
                    y - r + r * (0.55 * math.sin(a) - 0.42),
                    x + r * (0.55 * math.cos(a) + 0.42),
                    y - r + r * (0.55 * math.sin(a) + 0.42),
                ),
                outline=INK,
                width=line,
            )
        draw.line((x, y - r * 0.2, x, y + r), fill=INK, width=line)
        return
    for lean in (-0.6, 0.0, 0.6):
        draw.line((x + lean * r * 0.4, y + r, x + lean * r, y), fill=INK, width=line)


BOARD = (
    ("scene", 0.0, 0.0, 0.58, 0.52),
    ("place", 0.58, 0.0, 1.0, 0.34),
    ("thing", 0.58, 0.34, 0.79, 0.62),
    ("material", 0.79, 0.34, 1.0, 0.62),
    ("material", 0.0, 0.52, 0.29, 1.0),
    ("thing", 0.29, 0.52, 0.58, 0.80),
    ("close", 0.58, 0.62, 1.0, 1.0),
)


def moodboard(plan: Plan) -> Image.Image:
    """A collage: scenes, close-ups, materials, colours."""
    w, h, gap = plan.w, plan.h, plan.unit * 0.016
    page = Image.new("RGB", (w, h), toward(plan.palette[-1], "#f3efe8", 0.75))
    kinds = plan.dice("board").shuffled(tuple(SURFACES))
    boxes = []
    for k, (kind, *sides) in enumerate(BOARD):
        x0, y0, x1, y1 = (
            round(gap + (length - 2 * gap) * at + gap / 2 * way)
            for at, length, way in zip(sides, (w, h, w, h), (1, 1, -1, -1), strict=True)
        )
        page.paste(_board_part(plan, kind, kinds[k], x1 - x0, y1 - y0), (x0, y0))
        boxes.append((x0, y0, x1, y1))
    colours = swatches(page.crop(boxes[0]), 5)
    _chips(page, colours, (boxes[5][0], boxes[5][3] + round(gap), boxes[5][2], boxes[4][3]))
    return page


def _board_part(plan: Plan, kind: str, material: str, w: int, h: int) -> Image.Image:
    if kind == "scene":
        return plan.scene(w, h, shot=0)
    if kind == "place":
        return plan.scene(w, h, shot=2, name="board place", wishes=())
    if kind == "close":
        return plan.scene(w, h, shot=1, name="board close")
    if kind == "thing":
        part = ground(plan, w, h)
        if plan.source is None:
            lay(
                part, plan.sprite(plan.wishes[0], round(w * 0.74), round(h * 0.74), f"{w}"), w / 2, h / 2, 0.3
            )
        return part
    light, colour = SURFACES[material](plan, 256)
    return ImageOps.fit(eight(as32(colour * light[..., None])), (w, h), Image.Resampling.BICUBIC)


def _chips(page: Image.Image, colours: list[str], box: tuple[int, ...]) -> None:
    x0, y0, x1, y1 = box
    r = min((x1 - x0) / len(colours), y1 - y0) * 0.47
    for k, colour in enumerate(colours):
        x, y = x0 + (x1 - x0) * (k + 0.5) / len(colours), (y0 + y1) / 2
        side = max(4, round(2 * r))
        page.paste(
            Image.new("RGB", (side, side), colour),
            (round(x - r), round(y - r)),
            shape_mask(side, side, "circle"),
        )


def swatches(picture: Image.Image, count: int) -> list[str]:
    """The picture's main colours, told apart, dark to light."""
    small = picture.resize((96, 96), Image.Resampling.BOX)
    few = small.quantize(count * 3, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    shares = np.bincount(np.asarray(few).ravel())
    table = np.array(few.getpalette() or []).reshape(-1, 3)
    ordered = [tuple(table[k].tolist()) for k in np.argsort(-shares, kind="stable")]
    found: list[tuple[int, ...]] = []
    for far in (70, 42, 20, 0):
        for colour in ordered:
            told_apart = all(math.dist(colour, other) > far for other in found)
            if len(found) < count and colour not in found and told_apart:
                found.append(colour)
    return sorted((f"#{r:02x}{g:02x}{b:02x}" for r, g, b in found), key=brightness)


def palette(plan: Plan) -> Image.Image:
    """Five swatches with their codes under a strip of the scene they come from."""
    w, h, unit = plan.w, plan.h, plan.unit
    page, edge = Image.new("RGB", (w, h), "#faf8f4"), round(unit * 0.05)
    tall = round(h * 0.46)
    art = plan.scene(w - 2 * edge, tall)
    page.paste(art, (edge, edge))
    colours = swatches(art, 5)
    gap, top = unit * 0.018, edge + tall + unit * 0.035
    wide, foot = (w - 2 * edge - gap * (len(colours) - 1)) / len(colours), h - edge - unit * 0.085
    for k, colour in enumerate(colours):
        x = edge + k * (wide + gap)
        page.paste(Image.new("RGB", (round(wide), round(foot - top)), colour), (round(x), round(top)))
        write(
            page,
            colour.upper(),
            (x, foot + unit * 0.012, x + wide, foot + unit * 0.075),
            "#33323a",
            lines=1,
            largest=0.62,
        )
    return page


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {
    "colouring": colouring,
    "moodboard": moodboard,
    "palette": palette,
}
