"""What repeats: patterns, mandalas, textures, sheets of one thing in many colours."""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from ..reading import Wish
from ..seeding import Dice
from .emblems import lay, vertical
from .plan import Plan, brightness, shade, toward
from .textures import parts, tiled


def pattern(plan: Plan) -> Image.Image:
    """A cloth of subjects and small ornaments that repeats without a seam."""
    across = parts(plan.w, max(1, round(3 * plan.w / plan.unit)))
    down = parts(plan.h, max(1, round(3 * plan.h / plan.unit)))
    w, h = plan.w // across, plan.h // down
    colours, dice = plan.palette, plan.dice("pattern")
    ground = toward(colours[-1], "#ffffff", 0.35) if dice.number() < 0.6 else colours[0]
    cell = Image.new("RGB", (w, h), ground)
    inks = [code for code in colours if abs(brightness(code) - brightness(ground)) > 0.16]
    _ornaments(cell, dice, inks or colours)
    if (
        plan.brief.wishes
        or not plan.brief.understood
        or plan.brief.terrain not in ("marble", "flow", "waves", "shapes")
    ):
        _scatter(plan, cell, dice)
    return plan.styled(tiled(cell, plan.w, plan.h))


def _scatter(plan: Plan, cell: Image.Image, dice: Dice) -> None:
    w, h = cell.size
    usual = dice.pick(("brick", "grid", "scatter") if len(plan.wishes) == 1 else ("brick", "scatter"))
    how = plan.choice("arrangement", usual)
    places = {"grid": [(0.5, 0.5)], "brick": [(0.26, 0.27), (0.76, 0.77)]}.get(
        how, [(0.22, 0.26), (0.74, 0.16), (0.52, 0.66), (0.03, 0.80)]
    )
    wishes = plan.wishes
    size = {"grid": 0.66, "brick": 0.46}.get(how, 0.38)
    for k, (x, y) in enumerate(places):
        wish = wishes[k % len(wishes)]
        sprite = plan.sprite(wish, round(w * size), round(h * size), f"{k}", facing=-1 if k % 2 else 1)
        if how == "scatter":
            sprite = sprite.rotate(dice.between(-24, 24), Image.Resampling.BICUBIC, expand=True)
        wrap(cell, sprite, w * x, h * y)


def wrap(cell: Image.Image, sprite: Image.Image, x: float, y: float) -> None:
    """Paste by the middle; what leaves one edge enters at the other."""
    w, h = cell.size
    for dx in (-w, 0, w):
        for dy in (-h, 0, h):
            cell.paste(sprite, (round(x + dx - sprite.width / 2), round(y + dy - sprite.height / 2)), sprite)


def _ornaments(cell: Image.Image, dice: Dice, inks: list[str]) -> None:
    w, h = cell.size
    kind = dice.pick(("dots", "leaves", "stars", "scallops", "plus"))
    big = cell.resize((w * 2, h * 2))
    draw, step = ImageDraw.Draw(big), min(w, h) * 2 / 6
    columns, rows = max(2, 2 * round(w / step)), max(2, 2 * round(h / step))
    sx, sy = 2 * w / columns, 2 * h / rows
    for row in range(-1, rows + 1):
        for column in range(-1, columns + 1):
            x, y = (column + 0.5 * (row % 2)) * sx, (row + 0.5) * sy
            ink = inks[(column % columns + 2 * (row % rows)) % len(inks)]
            _ornament(draw, kind, x, y, min(sx, sy) * 0.5, ink, (column + row) % 2)
    cell.paste(big.reduce(2))


def _ornament(
    draw: ImageDraw.ImageDraw, kind: str, x: float, y: float, r: float, ink: str, turn: int
) -> None:
    if kind == "dots":
        draw.ellipse((x - r * 0.24, y - r * 0.24, x + r * 0.24, y + r * 0.24), fill=ink)
    elif kind == "plus":
        for a, b in ((0.34, 0.09), (0.09, 0.34)):
            draw.rectangle((x - r * a, y - r * b, x + r * a, y + r * b), fill=ink)
    elif kind == "stars":
        points = [
            (
                x + r * (0.42 if k % 2 == 0 else 0.17) * math.sin(math.pi * k / 5),
                y - r * (0.42 if k % 2 == 0 else 0.17) * math.cos(math.pi * k / 5),
            )
            for k in range(10)
        ]
        draw.polygon(points, fill=ink)
    elif kind == "leaves":
        lean = 1 if turn else -1
        for side in (-1, 1):
            points = [
                (
                    x + lean * t * r * 0.62 - 0,
                    y - t * r * 0.5 + side * r * 0.16 * math.sin(math.pi * (t + 1) / 2),
                )
                for t in (-1, -0.6, -0.2, 0.2, 0.6, 1)
            ]
            draw.polygon(
                [(x - lean * r * 0.62, y + r * 0.5), *points, (x + lean * r * 0.62, y - r * 0.5)], fill=ink
            )
    else:
        for k in (0.92, 0.66, 0.40):
            draw.arc(
                (x - r * k, y - r * k, x + r * k, y + r * k), 180, 360, fill=ink, width=max(2, int(r * 0.09))
            )


def mandala(plan: Plan) -> Image.Image:
    """Rings of petals about one point."""
    dice, colours = plan.dice("mandala"), plan.palette
    dark = dice.number() < 0.6
    ground, inks = (colours[0], colours[1:]) if dark else (toward(colours[-1], "#ffffff", 0.3), colours[:-1])
    side = plan.unit * 2
    sheet = vertical(plan.w, plan.h, toward(ground, "#ffffff", 0.07), shade(ground, 0.82))
    rose = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw, fold, far = ImageDraw.Draw(rose), dice.pick((8, 10, 12, 16)), side * 0.48
    rings = 7
    for ring in range(rings):
        r1, r0 = (
            far * (1 - ring / rings) ** 1.05,
            far * (1 - (ring + 1.25) / rings) if ring + 1.25 < rings else 0,
        )
        ink = inks[(ring + dice.below(len(inks))) % len(inks)]
        _ring(
            draw,
            dice,
            side / 2,
            max(0.0, r0),
            r1,
            fold * (2 if ring < 2 and fold < 12 else 1),
            ink,
            toward(ink, ground, 0.45),
            ring % 2,
        )
    draw.ellipse(
        [side / 2 - far * 0.06, side / 2 - far * 0.06, side / 2 + far * 0.06, side / 2 + far * 0.06],
        fill=inks[-1],
    )
    small = rose.reduce(2)
    lay(sheet, small, plan.w / 2, plan.h / 2, 0.3)
    if plan.brief.wishes:
        lay(
            sheet,
            plan.sprite(plan.wishes[0], round(plan.unit * 0.26), round(plan.unit * 0.26)),
            plan.w / 2,
            plan.h / 2,
            0.5,
        )
    return plan.styled(sheet)


def _ring(
    draw: ImageDraw.ImageDraw,
    dice: Dice,
    c: float,
    r0: float,
    r1: float,
    fold: int,
    ink: str,
    soft: str,
    half: int,
) -> None:
    kind, wide = dice.pick(("petal", "petal", "dots", "points", "arches")), math.pi / fold
    for k in range(fold):
        a = math.tau * (k + 0.5 * half) / fold

        def at(r: float, t: float, a: float = a) -> tuple[float, float]:
            return c + r * math.cos(a + t), c + r * math.sin(a + t)

        if kind == "petal":
            for scale, fill in ((1.0, ink), (0.66, soft), (0.34, ink)):
                edge = [
                    (r0 + (r1 - r0) * t, wide * 0.92 * scale * math.sin(math.pi * t) ** 0.7)
                    for t in (j / 14 for j in range(15))
                ]
                draw.polygon([*(at(r, t) for r, t in edge), *(at(r, -t) for r, t in edge[::-1])], fill=fill)
        elif kind == "dots":
            for t, size in ((0.25, 0.24), (0.62, 0.36), (0.92, 0.14)):
                x, y = at(r0 + (r1 - r0) * t, 0)
                r = min((r1 - r0) * size, wide * r0 * 0.9 + 4)
                draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)
                draw.ellipse((x - r / 2, y - r / 2, x + r / 2, y + r / 2), fill=soft)
        elif kind == "points":
            draw.polygon([at(r0, -wide), at(r1, 0), at(r0, wide)], fill=ink)
            draw.polygon([at(r0, -wide * 0.5), at(r0 + (r1 - r0) * 0.66, 0), at(r0, wide * 0.5)], fill=soft)
        else:
            for t, fill in ((1.0, ink), (0.78, soft), (0.5, ink)):
                edge = [
                    at(r0 + (r1 - r0) * t * math.sin(math.pi * j / 16) ** 0.5, wide * (j / 8 - 1) * t)
                    for j in range(17)
                ]
                draw.polygon(edge, fill=fill)


def sheet(plan: Plan) -> Image.Image:
    """The subjects in many colours and facings, each in a cell of its own."""
    many = 3 if plan.unit < 700 else 4
    across, down = max(2, round(many * plan.w / plan.unit)), max(2, round(many * plan.h / plan.unit))
    page = Image.new("RGB", (plan.w, plan.h), toward(plan.palette[-1], "#ffffff", 0.55))
    cw, ch, dice = plan.w / across, plan.h / down, plan.dice("sheet")
    inks = (
        "#d84a44",
        "#e8963a",
        "#e8c440",
        "#5fa85a",
        "#3fa0a0",
        "#3f74c0",
        "#7a58b0",
        "#d873a0",
        "#8a6244",
        "#4a4f5c",
    )
    wishes = plan.wishes
    for k in range(across * down):
        x, y, wish = (k % across + 0.5) * cw, (k // across + 0.5) * ch, wishes[k % len(wishes)]
        own = None if k < len(wishes) else inks[(k + dice.below(2)) % len(inks)]
        side = round(min(cw, ch) * 0.86)
        tint = toward(own or plan.palette[2], "#ffffff", 0.72)
        cover = Image.new("L", (side * 2, side * 2), 0)
        ImageDraw.Draw(cover).rounded_rectangle((0, 0, side * 2 - 1, side * 2 - 1), side * 0.3, fill=255)
        page.paste(
            Image.new("RGB", (side, side), tint), (round(x - side / 2), round(y - side / 2)), cover.reduce(2)
        )
        one = Wish(wish.name, 1, own or wish.colour)
        lay(
            page,
            plan.sprite(one, round(side * 0.74), round(side * 0.74), f"{k}", facing=-1 if k % 2 else 1),
            x,
            y,
        )
    return plan.styled(page)


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {
    "pattern": pattern,
    "mandala": mandala,
    "sheet": sheet,
}
