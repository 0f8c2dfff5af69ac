"""Mountains, hills, dunes and the ground before them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..paint import (
    Array,
    as32,
    blend,
    f32,
    fill_below,
    from_image,
    lerp,
    mix,
    noise1,
    rgb,
    shaded,
    smooth,
    tile,
)
from ..stage import Stage
from .plants import flowers, grass, pines

SNOW = "#f3f7fb"


def mountains(stage: Stage) -> None:
    """Ridges from pale to dark, faces lit from the sun's side, snow where it is high."""
    _ranges(stage, 4, stage.horizon, 0.30, 0.2)


def lake_mountains(stage: Stage) -> None:
    _ranges(stage, 3, stage.horizon, 0.26, 0.01)
    shore = np.full(stage.w, stage.horizon + 1, f32)
    wooded = shore - stage.unit * 0.03 * noise1(stage.random("far shore"), stage.w, 4, 5)
    colour = mix(_forest(stage), stage.light.haze, 0.34)
    pines(stage, "far trees", wooded, colour, int(170 * stage.w / stage.unit), 0.018, 0.05)
    fill_below(stage.img, wooded, colour, stage.horizon + 2)


def _ranges(stage: Stage, count: int, horizon: int, relief: float, below: float) -> None:
    ridges = [_ridge(stage, i, i / max(1, count - 1), horizon, relief) for i in range(count)]
    for i, (ridge, rise) in enumerate(ridges):
        end = horizon + int(stage.unit * below)
        if i + 1 < count:
            end = min(end, int(ridges[i + 1][0].max()) + 2)
        _range(stage, ridge, i / max(1, count - 1), rise, end)


def _ridge(stage: Stage, index: int, k: float, horizon: int, relief: float) -> tuple[Array, float]:
    rise = min(stage.unit * relief, stage.h * 0.30) * (1.12 - 0.52 * k)
    wide = max(1.0, stage.w / stage.unit)
    shape = noise1(stage.random(f"range {index}"), stage.w, (1.6 + 1.3 * index) * wide, 8, 0.47)
    level = horizon * (0.985 + 0.035 * k)
    return (level - rise * np.clip((shape - 0.22) * 1.75, 0.02, 1.4)).astype(f32), rise


def _range(stage: Stage, ridge: Array, k: float, rise: float, bottom: int) -> None:
    light = stage.light
    rock = mix(mix(light.near, rgb("#5d5a66"), 0.34 * (1 - light.night)), light.haze, 0.78 - 0.66 * k)
    bright = np.clip(rock * light.key * f32(1.30) + light.glow * f32(0.10 * light.shine), 0, 1)
    snow = np.clip(rgb(SNOW) * light.ambient * 1.1, 0, 1)
    snow_lit, snow_dim = (
        np.clip(mix(snow * light.key, light.haze, 0.42 * (1 - k)), 0, 1),
        mix(snow * f32(0.70), light.haze, 0.5 - 0.35 * k),
    )
    deep = rise * (1.25 if stage.snowy else 0.46 * max(0.0, 1 - 1.7 * k))
    high = float(ridge.min())
    slope = np.gradient(_blurred(ridge, max(2, int(stage.unit * 0.004))))
    tex = tile(stage.random(f"rock {k:.2f}"), 256, 14, 10, 4, 0.6)
    columns = np.arange(ridge.size, dtype=np.int32)[None]

    def paint(depth: Array) -> Array:
        rough = _tiled(tex, depth.shape, stage.unit * 0.8)
        bend = (depth * (rough - 0.5) * 0.9 + (rough - 0.5) * stage.unit * 0.05).astype(np.int32)
        lit = smooth(
            0.5
            - slope[np.clip(columns + bend, 0, ridge.size - 1)] * f32(stage.sun_side) * -0.62
            + (rough - 0.5) * 0.75
        )
        lit = lit * np.exp(-np.clip(depth, 0, None) / f32(rise * 1.3))
        snowline = np.clip(
            deep * (1.25 - (1.0 if stage.snowy else 1.7) * (ridge - high)[None] / max(1.0, rise)), 0, None
        ) * (0.55 + 0.9 * rough)
        white = smooth((snowline - depth) / f32(stage.unit * 0.014)) * (snowline > stage.unit * 0.006)
        cold = lerp(snow_dim, snow_lit, smooth(lit * 1.5 - 0.12))
        mist = np.clip(depth / f32(rise * 1.25), 0, 1) ** 1.6 * f32(0.75 - 0.45 * k)
        return lerp(lerp(lerp(rock, bright, lit), cold, white), light.haze, mist)

    fill_below(stage.img, ridge, paint, bottom)


def _tiled(tex: Array, shape: tuple[int, ...], span: float) -> Array:
    size = tex.shape[0]
    rows = (np.arange(shape[0]) / span * size).astype(np.int32) % size
    cols = (np.arange(shape[1]) / span * size).astype(np.int32) % size
    return as32(tex[rows[:, None], cols[None]])


def _blurred(line: Array, reach: int) -> Array:
    kernel = np.ones(reach, f32) / reach
    padded = np.concatenate([np.full(reach, line[0], f32), line, np.full(reach, line[-1], f32)])
    return np.convolve(padded, kernel, "same")[reach:-reach].astype(f32)


def _forest(stage: Stage) -> Array:
    leaf = {"autumn": "#8a4f2a", "winter": "#4f6470", "spring": "#4f7a4a"}.get(stage.brief.season, "#28513f")
    return shaded(mix(rgb(leaf), stage.light.near, 0.25 + 0.35 * stage.light.night), stage.light.ambient)


def _grass(stage: Stage) -> Array:
    code = {"autumn": "#a8853c", "spring": "#7fae4c"}.get(stage.brief.season, "#6a9a45")
    if stage.snowy:
        code = "#eaf0f6"
    return shaded(rgb(code), stage.light.ambient)


def alpine_meadow(stage: Stage) -> None:
    """Wooded spurs, then an open slope to stand on."""
    for i in range(2):
        random = stage.random(f"spur {i}")
        level = stage.horizon + stage.h * (0.045 + 0.07 * i)
        side = 1 if (i + stage.dice("spurs").below(2)) % 2 else -1
        lean = np.linspace(-side, side, stage.w, dtype=f32) * stage.unit * 0.05
        line = level + lean - stage.unit * 0.06 * (noise1(random, stage.w, 3, 6) - 0.5)
        colour = mix(_forest(stage), stage.light.haze, 0.42 - 0.22 * i)
        pines(
            stage,
            f"spur trees {i}",
            line,
            colour,
            int((120 - 30 * i) * stage.w / stage.unit),
            0.03 + 0.02 * i,
            0.085 + 0.05 * i,
        )
        fill_below(stage.img, line, colour)
    _foreground(stage, stage.h * 0.80, _grass(stage), 0.05)


def _foreground(stage: Stage, level: float, colour: Array, swell: float, blades: bool = True) -> None:
    random = stage.random("foreground")
    line = (level - stage.unit * swell * 2 * (noise1(random, stage.w, 2, 4, 0.4) - 0.5)).astype(f32)
    stage.ground = line
    _slope(stage, line, colour)
    if blades and not stage.snowy:
        grass(stage, line, colour)
        if stage.brief.season in ("spring", "summer") and stage.light.night < 0.8:
            flowers(stage, line, 90)


def _slope(stage: Stage, line: Array, colour: Array, texture: float = 0.5) -> None:
    """Ground that catches light along its brow and darkens towards the viewer."""
    tex = tile(stage.random("slope"), 256, 10, 26, 4, 0.55)
    bright = np.clip(colour * stage.light.key * f32(1.12), 0, 1)
    dark = mix(colour, stage.light.near, 0.55) * f32(0.86)
    if stage.snowy:
        dark = mix(colour * f32(0.78), rgb("#8fa8c8") * stage.light.ambient, 0.4)
    reach = max(8.0, stage.h - float(line.min()))

    def paint(depth: Array) -> Array:
        rough = _tiled(tex, depth.shape, stage.unit * 0.9)
        t = np.clip(depth / f32(reach) + (rough - 0.5) * f32(texture), 0, 1)
        return lerp(bright, dark, t)

    fill_below(stage.img, line, paint)


def hills(stage: Stage) -> None:
    """Rolling hills, each with fields, hedges and a few trees."""
    light, count = stage.light, 5
    greens = ("#8fb552", "#a9b85a", "#6f9f4c", "#c2b258", "#5f8f4a")
    if stage.brief.season == "autumn":
        greens = ("#b58a42", "#a86f38", "#c49a4a", "#8f7a3c", "#a8803c")
    order = stage.dice("fields").shuffled(greens)
    if any(word in stage.brief.understood for word in ("lavender",)):
        order = ["#8a6fc0", "#9f86cc", "#7a5fb0", "#6f9f4c", "#8a6fc0"]
    for i in range(count):
        k = i / (count - 1)
        random = stage.random(f"hill {i}")
        level = stage.horizon - stage.h * 0.03 + stage.h * 0.26 * k**1.25
        line = (
            level
            - stage.unit * (0.05 + 0.055 * k) * 2 * (noise1(random, stage.w, 1.6 + 0.5 * i, 3, 0.32) - 0.5)
        ).astype(f32)
        code = SNOW if stage.snowy else order[i]
        colour = mix(np.clip(rgb(code) * light.ambient, 0, 1), light.haze, 0.62 * (1 - k) ** 1.1)
        trees = mix(_forest(stage), light.haze, 0.6 * (1 - k))
        pines(
            stage,
            f"hill trees {i}",
            line,
            trees,
            int((26 - 3 * i) * stage.w / stage.unit),
            0.012 + 0.016 * k,
            0.026 + 0.035 * k,
            clump=True,
        )
        _hill(stage, line, colour, k, i)


def _hill(stage: Stage, line: Array, colour: Array, k: float, index: int) -> None:
    light = stage.light
    bright, dark = np.clip(colour * light.key * f32(1.13), 0, 1), mix(colour, light.near, 0.30) * f32(0.90)
    slope = np.gradient(_blurred(line, max(2, int(stage.unit * 0.02))))
    face = np.clip(0.5 + slope * f32(stage.sun_side) * 3.0, 0, 1)[None]
    furrows = stage.dice(f"furrow {index}").number() < 0.7 and not stage.snowy
    columns = np.arange(stage.w, dtype=f32)[None]
    lean = stage.dice(f"lean {index}").between(-0.8, 0.8)

    def paint(depth: Array) -> Array:
        t = np.clip(0.25 + 0.55 * (1 - face) + depth / f32(stage.h * 0.32), 0, 1)
        if furrows:
            wave = np.sin(
                (columns * (1 + 0.0004 * depth) + depth * lean * 4) / f32(stage.unit) * f32(150 - 70 * k)
                + np.sqrt(np.clip(depth, 0, None))
            )
            t = np.clip(t + wave * f32(0.05 + 0.05 * k), 0, 1)
        return lerp(bright, dark, t)

    fill_below(stage.img, line, paint)


def meadow(stage: Stage) -> None:
    _foreground(stage, stage.h * 0.83, _grass(stage), 0.035)


def mesas(stage: Stage) -> None:
    """Table mountains in the haze."""
    for i in range(2):
        random = stage.random(f"mesa {i}")
        raw = noise1(random, stage.w, 3.2 + i, 5, 0.5)
        steps = smooth((raw - 0.52) * 11) * 0.7 + smooth((raw - 0.44) * 9) * 0.3
        line = (stage.horizon + 2 - stage.unit * (0.13 - 0.05 * i) * steps - stage.unit * 0.012 * raw).astype(
            f32
        )
        rock = np.clip(rgb("#b5663f") * stage.light.ambient, 0, 1)
        colour = mix(rock, stage.light.haze, 0.66 - 0.26 * i)
        bands = noise1(random, 512, 40, 3)

        def paint(depth: Array, colour: Array = colour, bands: Array = bands) -> Array:
            row = bands[(np.arange(depth.shape[0]) * 512 // stage.h) % 512][:, None, None]
            return np.asarray(np.clip(colour * (0.86 + 0.28 * row) + 0 * depth[..., None], 0, 1), f32)

        fill_below(stage.img, line, paint, stage.horizon + int(stage.unit * 0.05))


def dunes(stage: Stage) -> None:
    """Crests with a lit windward face, a shadowed lee, and ripples in the sand."""
    light, count = stage.light, 5
    sand = np.clip(rgb("#e0a860") * light.ambient, 0, 1)
    if stage.snowy:
        sand = np.clip(rgb(SNOW) * light.ambient, 0, 1)
    for i in range(count):
        k = i / (count - 1)
        random = stage.random(f"dune {i}")
        level = stage.horizon + stage.h * (0.015 + 0.27 * k**1.3)
        shape = noise1(random, stage.w, 1.2 + 0.8 * (1 - k), 2, 0.3)
        line = (level - stage.unit * (0.035 + 0.08 * k) * 2 * (np.abs(shape - 0.5) * -2 + 0.5)).astype(f32)
        colour = mix(sand, light.haze, 0.5 * (1 - k))
        _dune(stage, line, colour, k, i)
        if i == count - 1:
            stage.ground = line


def _dune(stage: Stage, line: Array, colour: Array, k: float, index: int) -> None:
    light = stage.light
    bright = np.clip(colour * light.key * f32(1.12), 0, 1)
    dark = mix(colour * f32(0.62), light.near, 0.34)
    slope = np.gradient(_blurred(line, max(2, int(stage.unit * 0.012))))
    wobble = tile(stage.random(f"sand {index}"), 256, 3, 5, 3)
    columns = np.arange(stage.w, dtype=f32)[None]

    def paint(depth: Array) -> Array:
        rough = _tiled(wobble, depth.shape, stage.unit * 1.4)
        shift = (depth * f32(-0.9 * stage.sun_side) + (rough - 0.5) * f32(stage.unit * 0.12)).astype(np.int32)
        at = np.clip(columns.astype(np.int32) + shift, 0, stage.w - 1)
        lee = smooth(0.5 - slope[at] * f32(stage.sun_side) * 5.5)
        ripple = np.sin(
            (depth * 1.7 + rough * f32(stage.unit * 0.5)) / f32(stage.unit) * f32(330 - 130 * k)
        ) * f32(0.022 + 0.03 * k)
        t = np.clip(lee * 0.85 + ripple + 0.10 * np.clip(depth / f32(stage.unit * 0.3), 0, 1), 0, 1)
        return lerp(bright, dark, t)

    fill_below(stage.img, line, paint)


def rock_island(stage: Stage, x: float, foot: float, wide: float, tall: float, name: str = "rock") -> Array:
    """A rocky mound; returns its outline (picture rows, far below where there is no rock)."""
    random = stage.random(name)
    columns = np.arange(stage.w, dtype=f32)
    across = (columns - x) / f32(wide)
    rough = noise1(random, stage.w, 26 * stage.w / stage.unit, 5, 0.6) - 0.5
    steps = np.round(noise1(random, stage.w, 9 * stage.w / stage.unit, 2) * 5) / 5 - 0.5
    bump = np.clip(1 - np.abs(across) ** 2.4, -1, 1)
    plateau = np.minimum(bump * 1.5, 1.0)
    line = foot - tall * (plateau + (rough * 0.34 + steps * 0.28) * (1.05 - 0.92 * (np.abs(across) < 0.42)))
    line = np.where(np.abs(across) < 1.15, line, stage.h + 9).astype(f32)
    _rock(stage, line, foot + tall * 0.35, name)
    _surf(stage, x, foot, wide, tall, name)
    return line


def _surf(stage: Stage, x: float, foot: float, wide: float, tall: float, name: str) -> None:
    """Water breaking white around a rock, higher in rough weather."""
    rough = {"storm": 1.0, "wind": 0.55, "rain": 0.4}.get(stage.brief.weather, 0.12)
    dice, unit = stage.dice(name + " surf"), stage.unit
    left, right = max(0, int(x - wide * 1.6)), min(stage.w, int(x + wide * 1.6))
    top, bottom = max(0, int(foot - tall * 1.9)), min(stage.h, int(foot + tall * 0.5))
    if right - left < 8 or bottom - top < 8:
        return
    layer = Image.new("L", ((right - left) * 2, (bottom - top) * 2), 0)
    draw = ImageDraw.Draw(layer)
    for _ in range(9):
        middle = x + wide * dice.between(-1.15, 1.15)
        reach, spread = (
            tall * rough * dice.between(0.4, 1.5),
            unit * dice.between(0.012, 0.034) * (0.5 + rough),
        )
        for _ in range(int(90 * (0.3 + rough))):
            up = dice.number() ** 1.7
            px = middle + spread * (dice.number() + dice.number() - 1) * (0.55 + up)
            py, r = foot + tall * 0.12 - reach * up, unit * (0.0008 + 0.0062 * (1 - up) ** 2 * dice.number())
            draw.ellipse(
                [2 * (px - r - left), 2 * (py - r - top), 2 * (px + r - left), 2 * (py + r - top)],
                fill=int(70 + 170 * dice.number()),
            )
    for _ in range(170):
        px, py = x + wide * dice.between(-1.25, 1.25), foot + tall * dice.between(0.0, 0.16)
        rx, ry = unit * dice.between(0.004, 0.02), unit * dice.between(0.0015, 0.005)
        draw.ellipse(
            [2 * (px - rx - left), 2 * (py - ry - top), 2 * (px + rx - left), 2 * (py + ry - top)],
            fill=int(80 + 130 * dice.number()),
        )
    foam = np.clip(mix(rgb("#eef5f4"), stage.light.haze, 0.12) * (0.36 + 0.74 * stage.light.ambient), 0, 1)
    soft = layer.filter(ImageFilter.GaussianBlur(unit * 0.0016)).reduce(2)
    blend(stage.img, from_image(soft), foam, top, left)


def _rock(stage: Stage, line: Array, bottom: float, name: str) -> None:
    light = stage.light
    base = np.clip(mix(rgb("#7d746c"), light.haze, 0.15) * np.maximum(light.ambient, f32(0.4)), 0, 1)
    bright, dark = np.clip(base * light.key * f32(1.28), 0, 1), mix(base, light.near, 0.66) * f32(0.8)
    shade = _facets(stage, name)

    def paint(depth: Array) -> Array:
        face = _tiled(shade, depth.shape, stage.unit * 0.5) * 0.85 + 0.22
        brow = 0.45 * np.exp(-depth / f32(stage.unit * 0.016))
        return lerp(dark, bright, np.clip(face + brow - depth / f32(stage.unit * 0.30), 0, 1))

    fill_below(stage.img, line, paint, int(bottom))


def _facets(stage: Stage, name: str) -> Array:
    """Broken stone: flat faces between scattered points, each with its own brightness."""
    random, size, count = stage.random(name + " facets"), 256, 110
    px, py, tone = (random.random_sample(count).astype(f32) for _ in range(3))
    yy, xx = np.mgrid[0:size, 0:size].astype(f32) / size
    bend = tile(random, size, 14, 14, 3) * 0.05
    best, pick = np.full((size, size), 9.0, f32), np.zeros((size, size), np.int32)
    for i in range(count):
        dx, dy = np.abs(xx + bend - px[i]), np.abs(yy + bend - py[i])
        far = np.minimum(dx, 1 - dx) * 1.25 + np.minimum(dy, 1 - dy)
        closer = far < best
        best[closer], pick[closer] = far[closer], i
    lean = (xx - px[pick]) * stage.sun_side * 1.6 - (yy - py[pick]) * 2.2
    rough = tile(random, size, 40, 40, 2)
    return as32(np.clip(0.15 + 0.62 * tone[pick] + lean * 1.2 + (rough - 0.5) * 0.35, 0, 1))


def cast_shadow(stage: Stage, x: float, y: float, wide: float, strength: float = 0.5) -> None:
    """A soft dark patch where something stands."""
    rx, ry = wide, max(3.0, wide * 0.16)
    x0, y0 = int(x - rx * 1.6), int(y - ry * 2)
    w, h = int(rx * 3.2), int(ry * 4)

    yy, xx = np.mgrid[0:h, 0:w].astype(f32)
    t = ((xx - rx * 1.6) / rx) ** 2 + ((yy - ry * 2) / ry) ** 2
    soft = np.exp(-t * 1.6) * f32(strength)
    left, top, right, bottom = max(0, x0), max(0, y0), min(stage.w, x0 + w), min(stage.h, y0 + h)
    if left < right and top < bottom:
        blend(
            stage.img,
            soft[top - y0 : bottom - y0, left - x0 : right - x0],
            stage.light.near * f32(0.6),
            top,
            left,
        )
