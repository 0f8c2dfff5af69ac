"""Materials that repeat without a seam."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from ..paint import Array, as32, f32, lerp, ramp, rgb, sample, tile
from .plan import Plan, shade


def parts(length: int, wanted: int) -> int:
    """How many equal whole parts a side is cut into, about as many as wanted."""
    return min((n for n in range(1, 9) if length % n == 0), key=lambda n: abs(n - wanted))


def tiled(cell: Image.Image, w: int, h: int) -> Image.Image:
    sheet = Image.new("RGB", (w, h))
    for y in range(0, h, cell.height):
        for x in range(0, w, cell.width):
            sheet.paste(cell, (x, y))
    return sheet


def texture(plan: Plan) -> Image.Image:
    """A material that repeats without a seam."""
    kind = next(
        (kind for kind, words in MATERIALS.items() if any(word in plan.prompt.lower() for word in words)),
        None,
    )
    kind = kind or plan.dice("material").pick(tuple(MATERIALS))
    size = 512
    light, colour = SURFACES[kind](plan, size)
    pixels = np.clip(colour * light[..., None], 0, 1)
    cell = Image.fromarray((pixels * 255 + 0.5).astype(np.uint8))
    across, down = parts(plan.w, max(1, round(plan.w / 512))), parts(plan.h, max(1, round(plan.h / 512)))
    cell = cell.resize((plan.w // across, plan.h // down), Image.Resampling.BICUBIC)
    return plan.styled(tiled(cell, plan.w, plan.h))


def _relief(field: Array, depth: float) -> Array:
    """Light from the upper left on a height field that wraps."""
    slope = (field - np.roll(field, 1, 1)) + (field - np.roll(field, 1, 0))
    return as32(np.clip(1 + slope * f32(depth), 0.55, 1.5))


def _tinted(plan: Plan, stops: tuple[str, ...]) -> list[tuple[float, str]]:
    if plan.brief.tint:
        stops = tuple(shade(plan.brief.tint, f) for f in (0.5, 0.8, 1.05))
    return [(k / (len(stops) - 1), code) for k, code in enumerate(stops)]


def _wood(plan: Plan, size: int) -> tuple[Array, Array]:
    random = plan.random("wood")
    rings, fibre = tile(random, size, 2, 6, 4, 0.5), tile(random, size, 4, 128, 3, 0.6)
    y = np.arange(size, dtype=f32)[:, None]
    plank = np.floor(y / (size / 4))
    x = np.arange(size, dtype=f32)[None]
    grain = np.sin((rings * 9 + plank * 2.25) * np.pi * 2 + 0 * x) * 0.5 + 0.5
    edge = np.clip(1 - np.minimum(y % (size / 4), size / 4 - y % (size / 4)) / 2.5, 0, 1)
    value = np.clip(grain * 0.55 + fibre * 0.5 + (plank % 2) * 0.10 - 0.05, 0, 1)
    return as32(_relief(as32(fibre), 1.4) * (1 - 0.6 * edge)), ramp(
        _tinted(plan, ("#5a3820", "#8f6038", "#c4935c")), value
    )


def _stone(plan: Plan, size: int) -> tuple[Array, Array]:
    random = plan.random("stone")
    n, fine = tile(random, size, 4, 4, 6, 0.6), tile(random, size, 48, 48, 3, 0.6)
    return _relief(as32(n + fine * 0.2), 9), ramp(
        _tinted(plan, ("#55545c", "#8c8a8c", "#bdb8b0")), n * 0.8 + fine * 0.25
    )


def _brick(plan: Plan, size: int) -> tuple[Array, Array]:
    random = plan.random("brick")
    n, fine = tile(random, size, 8, 16, 4, 0.6), tile(random, size, 64, 64, 2, 0.6)
    y, x = np.arange(size, dtype=f32)[:, None] * 8 / size, np.arange(size, dtype=f32)[None] * 4 / size
    row = np.floor(y)
    u = x + 0.5 * (row % 2)
    column = np.floor(u) % 4
    near = np.minimum(np.minimum(u % 1, 1 - u % 1) * 2, np.minimum(y % 1, 1 - y % 1))
    brick = np.clip((near - 0.055 - 0.03 * (n - 0.5)) * 26, 0, 1)
    tone = (
        0.35
        + 0.45 * ((np.sin(row * 12.9 + column * 78.2) * 43758.5) % 1)
        + 0.4 * (n - 0.5)
        + 0.25 * (fine - 0.5)
    )
    colour = lerp(rgb("#c9c0b4") * f32(0.92), np.ones(3, f32), as32(0 * brick))
    brickwork = ramp(_tinted(plan, ("#7a3428", "#a8503c", "#c87a58")), np.clip(tone, 0, 1))
    out = colour + (brickwork - colour) * brick[..., None]
    return _relief(as32(brick * 0.6 + fine * 0.15), 1.0), as32(out)


def _fabric(plan: Plan, size: int) -> tuple[Array, Array]:
    random = plan.random("cloth")
    n = tile(random, size, 96, 96, 2, 0.6)
    t = np.arange(size, dtype=f32) * 2 * np.pi * 64 / size
    weave = np.where(
        (np.sin(t)[:, None] * np.sin(t)[None]) > 0,
        np.abs(np.sin(t / 2))[:, None],
        np.abs(np.sin(t / 2))[None],
    )
    check = ((np.arange(size) // (size // 8)) % 2).astype(f32)
    value = np.clip(0.25 + 0.25 * check[:, None] + 0.25 * check[None] + 0.25 * n, 0, 1)
    colours = plan.palette
    return as32(0.72 + 0.32 * weave + 0.12 * (n - 0.5)), ramp(
        [(0, colours[0]), (0.5, colours[2]), (1, colours[-1])], value
    )


def _water(plan: Plan, size: int) -> tuple[Array, Array]:
    random = plan.random("pool")
    a, b = tile(random, size, 5, 5, 3, 0.5), tile(random, size, 9, 9, 2, 0.5)
    bend = 46.0
    yy, xx = np.mgrid[0:size, 0:size].astype(f32)
    n = sample(b, as32(xx + (a - 0.5) * bend), as32(yy + (b - 0.5) * bend))
    net = np.clip((1 - np.abs(2 * n - 1) - 0.80) * 5, 0, 1) ** 1.4
    colour = ramp(_tinted(plan, ("#0b5f8a", "#1f9fb8", "#7fdce0")), a)
    return as32(np.ones_like(a)), as32(colour + (1 - colour) * (net * 0.75)[..., None])


def _marble(plan: Plan, size: int) -> tuple[Array, Array]:
    random = plan.random("slab")
    a, b = tile(random, size, 3, 3, 6, 0.55), tile(random, size, 2, 2, 5, 0.55)
    yy, xx = np.mgrid[0:size, 0:size].astype(f32)
    n = sample(a, as32(xx + (b - 0.5) * 240), as32(yy + (a - 0.5) * 240))
    vein = np.exp(-(((n - 0.5) / 0.022) ** 2)) + 0.5 * np.exp(-(((n - 0.62) / 0.012) ** 2))
    colour = ramp(_tinted(plan, ("#cfcac6", "#ece8e3", "#faf8f4")), np.clip(n * 1.3 - 0.1, 0, 1))
    dark = rgb("#6b6258") if not plan.brief.tint else rgb("#e8c878")
    return as32(np.ones_like(n)), as32(colour + (dark - colour) * np.clip(vein * 0.7, 0, 1)[..., None])


def _paper(plan: Plan, size: int) -> tuple[Array, Array]:
    random = plan.random("sheet")
    n, fine = tile(random, size, 3, 3, 4, 0.5), tile(random, size, 128, 128, 2, 0.7)
    colour = ramp(
        _tinted(plan, ("#d9c49a", "#ead9b4", "#f6ecd4")), np.clip(n * 1.2 + fine * 0.2 - 0.15, 0, 1)
    )
    return _relief(as32(n * 0.4 + fine * 0.12), 3.0), colour


def _meadow(plan: Plan, size: int) -> tuple[Array, Array]:
    random, dice = plan.random("turf"), plan.dice("turf")
    n = tile(random, size, 4, 4, 4, 0.6)
    sheet = Image.fromarray(
        (ramp(_tinted(plan, ("#2f5a26", "#4f8436", "#7fae4a")), n) * 255).astype(np.uint8)
    )
    draw = ImageDraw.Draw(sheet)
    for _ in range(2600):
        x, y, tall, lean = (
            dice.number() * size,
            dice.number() * size,
            dice.between(10, 26),
            dice.between(-8, 8),
        )
        tone = shade(dice.pick(("#4f8a36", "#6fa046", "#3f7030", "#8fbc58")), dice.between(0.75, 1.15))
        for dx in (-size, 0, size) if x < 20 or x > size - 20 else (0,):
            for dy in (-size, 0, size) if y < 40 or y > size - 40 else (0,):
                draw.line((x + dx, y + dy, x + dx + lean, y + dy - tall), fill=tone, width=2)
    return as32(np.ones((size, size), f32)), as32(np.asarray(sheet, f32) / 255)


MATERIALS: dict[str, tuple[str, ...]] = {
    "wood": ("wood", "plank", "oak", "timber", "parquet"),
    "brick": ("brick", "wall"),
    "fabric": ("fabric", "cloth", "linen", "textile", "wool", "plaid", "tartan"),
    "water": ("water", "pool", "sea", "ocean"),
    "marble": ("marble", "slab"),
    "paper": ("paper", "parchment", "canvas"),
    "grass": ("grass", "lawn", "meadow", "turf", "moss"),
    "stone": ("stone", "rock", "concrete", "granite", "gravel", "cement"),
}


SURFACES: dict[str, Callable[[Plan, int], tuple[Array, Array]]] = {
    "wood": _wood,
    "brick": _brick,
    "fabric": _fabric,
    "water": _water,
    "marble": _marble,
    "paper": _paper,
    "grass": _meadow,
    "stone": _stone,
}


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {"texture": texture}
