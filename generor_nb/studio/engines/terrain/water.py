"""Sea and lake."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..paint import (
    Array,
    as32,
    blend,
    f32,
    fill_below,
    lerp,
    mix,
    noise1,
    noise2,
    resized,
    rgb,
    screen,
    smooth,
    tile,
)
from ..stage import Stage
from ..subjects import SUBJECTS
from .plants import grass, pines


def far_coast(stage: Stage) -> None:
    """Now and then a headland on the horizon."""
    dice = stage.dice("coast")
    if dice.number() < 0.35:
        return
    side = -1 if dice.number() < 0.5 else 1
    t = np.linspace(0, 1, stage.w, dtype=f32)
    reach = smooth(((t if side > 0 else 1 - t) - dice.between(0.5, 0.72)) * 3.2)
    for i in range(2):
        bumps = noise1(stage.random(f"coast {i}"), stage.w, 4, 6)
        line = (stage.horizon + 1 - stage.unit * (0.10 - 0.045 * i) * reach * (0.35 + bumps)).astype(f32)
        colour = mix(stage.light.haze, stage.light.near, 0.22 + 0.2 * i)
        fill_below(stage.img, line, colour, stage.horizon + 2)


def _deep(stage: Stage) -> Array:
    warm = rgb("#1f5f78") if stage.light.night < 0.3 else rgb("#1c4258")
    if stage.brief.weather in ("storm", "rain"):
        warm = rgb("#23424a")
    return np.clip(warm * (0.25 + 0.85 * stage.light.ambient), 0, 1)


def sea(stage: Stage) -> None:
    """Open water: sky in its faces, glitter under the sun, swell towards the viewer."""
    _surface(stage, 1.0 if stage.brief.weather != "storm" else 1.5)
    if stage.brief.weather in ("storm", "wind", "rain"):
        _waves(stage, 0.0, 0.62)
    stage.ground = np.full(stage.w, stage.h * 0.92, f32)


def beach(stage: Stage) -> None:
    """The sea running out over sand."""
    sea(stage)
    dice, unit, random = stage.dice("beach"), stage.unit, stage.random("beach")
    lean = np.linspace(-1, 1, stage.w, dtype=f32) * f32(stage.h * 0.05 * dice.pick((-1, 1)))
    line = as32(stage.h * 0.80 + lean - unit * 0.05 * (noise1(random, stage.w, 2.2, 3, 0.4) - 0.5))
    light = stage.light
    dry = np.clip(rgb("#eed7a6") * light.ambient * (0.5 + 0.5 * light.key), 0, 1)
    wet = np.clip(mix(rgb("#a88a62"), light.sky[-1][1], 0.25) * light.ambient, 0, 1)
    foam = np.clip(rgb("#fbfdfb") * (0.30 + 0.72 * light.ambient), 0, 1)
    grain = tile(stage.random("sand"), 256, 64, 90, 3, 0.7)
    swash = noise1(stage.random("swash"), stage.w, 9 * stage.w / unit, 4, 0.55)

    def paint(depth: Array) -> Array:
        rows = (np.arange(depth.shape[0]) / unit * 700).astype(np.int32) % 256
        columns = (np.arange(depth.shape[1]) / unit * 700).astype(np.int32) % 256
        rough = grain[rows[:, None], columns[None]]
        fill = lerp(wet, dry, smooth(as32((depth / f32(unit) - 0.045 + (rough - 0.5) * 0.02) / 0.03)))
        shaded = (
            fill
            * (1.04 - 0.22 * np.clip(depth / f32(stage.h * 0.24), 0, 1) + (rough - 0.5) * 0.16)[..., None]
        )
        edge = np.clip(1.3 - depth / (f32(unit) * (0.006 + 0.026 * swash[None])), 0, 1) * (
            0.55 + 0.45 * (rough > 0.45)
        )
        return lerp(as32(shaded), foam, as32(edge))

    fill_below(stage.img, line, paint)
    stage.ground = as32(line + unit * 0.06)


def _surface(stage: Stage, rough: float) -> None:
    top, light = stage.horizon, stage.light
    rows, w = (stage.h - top + 1) // 2, stage.w // 2 + 1
    t = np.linspace(0, 1, rows, dtype=f32)[:, None]
    far = 1 / (t + 0.05)
    size = 512
    texture = tile(stage.random("water"), size, 9, 26, 5, 0.6)
    x = (np.arange(w, dtype=f32)[None] - w / 2) / (stage.unit / 2)
    u = (x * (0.35 + 0.10 * far) * size * 0.32).astype(np.int32) % size
    v = (far * size * 0.105).astype(np.int32) % size
    field = texture[v + 0 * u, u]
    ahead = texture[(v + 5) % size + 0 * u, u]
    tilt = (field - ahead) * 5 * rough
    mirror = np.stack([c for _, c in light.sky])
    sky = np.clip(0.97 - t * 0.75 + tilt * 0.5 * (0.3 + t), 0, 1)
    keys = [at for at, _ in light.sky]
    shine = np.stack([np.interp(sky, keys, mirror[:, k]) for k in range(3)], -1).astype(f32)
    fresnel = np.clip(0.82 - 0.62 * t**0.55 + tilt * 0.55, 0.06, 0.95)[..., None]
    colour = _deep(stage) + (shine - _deep(stage)) * fresnel
    _glitter(stage, colour, x, t, field, tilt)
    full = resized(colour, w * 2, rows * 2, Image.Resampling.BILINEAR)
    stage.img[top:] = full[: stage.h - top, : stage.w]


def _glitter(stage: Stage, colour: Array, x: Array, t: Array, field: Array, tilt: Array) -> None:
    light = stage.light
    if light.shine < 0.2 or stage.brief.weather == "aurora":
        return
    centre = (stage.sun_x - stage.w / 2) / stage.unit
    wide = (0.035 + 0.16 * t) * (1.8 if light.height > 0.5 else 1.0)
    path = np.exp(-(((x - centre) / wide) ** 2)) * (1.15 - 0.6 * t)
    spark = smooth(as32((tilt + 0.12 + 0.25 * (field - 0.5)) * 2.4 - 0.1))
    gain = 0.55 if light.height > 0.5 and not light.moon else 0.95
    screen(colour, np.clip(path * spark * f32(gain * light.shine), 0, 1), mix(light.glow, light.sun, 0.5))


def front_waves(stage: Stage) -> None:
    if stage.brief.weather in ("storm", "wind", "rain"):
        _waves(stage, 0.62, 1.0)


def _waves(stage: Stage, start: float, end: float) -> None:
    """Rows of breaking waves, the ones before `end` of the way to the viewer."""
    count = 12
    power = {"storm": 1.0, "wind": 0.62, "rain": 0.45}[stage.brief.weather]
    for i in range(count):
        k = (i + 0.5) / count
        if start <= k < end:
            _wave(stage, i, k, power)


def _wave(stage: Stage, index: int, k: float, power: float) -> None:
    random, dice, w, unit = stage.random(f"wave {index}"), stage.dice(f"wave {index}"), stage.w, stage.unit
    near = k**1.7
    level = stage.horizon + (stage.h * 1.02 - stage.horizon) * (0.03 + 0.97 * near)
    tall = unit * (0.010 + 0.118 * near) * power
    line = (level - tall * _crests(random, w, (3.2 + 13 * (1 - k) ** 1.5) * w / unit)).astype(f32)
    deep, light = _deep(stage), stage.light
    crest = np.clip(mix(rgb("#4f9a98"), light.haze, 0.35) * (0.35 + 0.75 * light.ambient), 0, 1)
    crest = mix(crest, light.sky[-1][1], 0.16)
    trough = mix(deep * f32(0.72), light.near, 0.25)
    foam = np.clip(mix(rgb("#eef5f4"), light.haze, 0.10) * (0.34 + 0.74 * light.ambient), 0, 1)
    veins = _foam_texture(stage)
    size, scale = veins.shape[0], f32(760 * (1.5 - 0.7 * near))
    columns = ((np.arange(w) / unit * scale).astype(np.int32) + dice.below(size)) % size
    lip = noise1(random, w, 20 * w / unit * (1.4 - near), 4, 0.6)
    top_of = smooth((line.max() - line) / max(1.0, float(np.ptp(line))) * 1.9 - 0.75)

    def paint(depth: Array) -> Array:
        rows = (np.clip(depth, 0, None) / f32(unit) * scale * f32(1.6)).astype(np.int32) % size
        vein = veins[rows, np.broadcast_to(columns[None], depth.shape)]
        fall = np.clip(depth / f32(tall * 1.5 + 2), 0, 1)
        fill = lerp(crest, trough, np.clip(fall**0.75 + (vein - 0.5) * 0.5, 0, 1))
        thick = f32(tall) * (0.05 + 0.42 * lip[None] * top_of[None]) + f32(unit * 0.0012)
        edge = smooth((thick - depth + (vein - 0.5) * thick) / (thick * 0.55 + 0.7))
        lace = smooth((vein - 0.58) * 7) * np.exp(-depth / f32(tall * 0.9 + 1)) * (0.25 + 0.6 * top_of[None])
        white = np.clip(edge * (0.35 + 0.65 * top_of[None]) + lace * 0.75, 0, 1)
        return lerp(fill, foam, white)

    fill_below(
        stage.img, line, paint, int(level + tall * 2.2 + unit * 0.05 * (0.4 + near)) if k < 0.9 else None
    )
    if power > 0.5 and near > 0.12:
        _spray(stage, index, line, top_of, tall, foam)


def _foam_texture(stage: Stage) -> Array:
    if "foam" not in stage.textures:
        stage.textures["foam"] = tile(stage.random("foam"), 768, 30, 44, 4, 0.62)
    return stage.textures["foam"]


def _crests(random: np.random.RandomState, w: int, cells: float) -> Array:
    a = 1 - np.abs(2 * noise1(random, w, cells * 0.8, 1) - 1)
    b = 1 - np.abs(2 * noise1(random, w, cells * 2.3, 2) - 1)
    swell = noise1(random, w, max(1.2, cells / 3), 2)
    return np.asarray((0.72 * a**1.6 + 0.28 * b) * (0.35 + 1.1 * swell), f32)


def _spray(stage: Stage, index: int, line: Array, top_of: Array, tall: float, foam: Array) -> None:
    dice, unit = stage.dice(f"spray {index}"), stage.unit
    for _ in range(int(60 * stage.w / unit)):
        x = dice.below(stage.w)
        if float(top_of[x]) < 0.45:
            continue
        up = dice.number() ** 2 * tall * 0.75
        y, r = float(line[x]) - up, unit * (0.0006 + 0.0016 * dice.number()) * (1 - up / (tall + 1))
        x0, y0, size = x, int(y), max(1, round(r * 1.7))
        if 0 <= y0 < stage.h - size and x0 < stage.w - size:
            view = stage.img[y0 : y0 + size, x0 : x0 + size]
            view += (foam - view) * f32(0.75)


def lake(stage: Stage) -> None:
    """A mirror of what lies above it, rippled, with mist along the far shore."""
    shore, w = stage.horizon + 1, stage.w
    rows = stage.h - shore
    calm = {"storm": 3.2, "wind": 2.4, "rain": 1.7}.get(
        stage.brief.weather, 0.55 if stage.brief.mood == "calm" else 1.0
    )
    t = np.linspace(0, 1, rows, dtype=f32)
    ripple = noise2(stage.random("ripple"), w, rows, 5 * w / stage.unit, 46, 3, 0.5)
    reach = stage.unit * (0.002 + 0.022 * t[:, None]) * calm
    source = (
        np.arange(rows, dtype=f32)[:, None] * (shore - 1) / max(rows, shore - 1)
        + (ripple - 0.5) * reach * 2.4
    )
    ys = np.clip(shore - 2 - source, 0, shore - 1).astype(np.int32)
    xs = np.clip(np.arange(w)[None] + ((ripple - 0.5) * reach).astype(np.int32), 0, w - 1)
    k = (0.10 + 0.46 * t)[:, None, None]
    stage.img[shore:] = stage.img[ys, xs] * (0.97 - k) + _deep(stage) * k
    _lake_light(stage, shore, ripple, t)
    stage.ground = np.full(w, stage.h * 0.90, f32)


def _lake_light(stage: Stage, shore: int, ripple: Array, t: Array) -> None:
    light = stage.light
    if light.shine > 0.3:
        x = (np.arange(stage.w, dtype=f32)[None] - stage.sun_x) / stage.unit
        path = np.exp(-((x / (0.05 + 0.10 * t[:, None])) ** 2))
        screen(stage.img, path * smooth((ripple - 0.56) * 6) * f32(0.6 * light.shine), light.glow, shore)
    band = max(4, int(stage.unit * 0.05))
    ys = np.arange(-band, band, dtype=f32)[:, None] / band
    thick = 0.45 if stage.brief.time in ("dawn",) or stage.brief.weather == "fog" else 0.20
    fog = np.exp(-((ys * 1.6) ** 2)) * noise1(stage.random("mist"), stage.w, 5, 4)[None] * f32(thick * 1.5)
    blend(stage.img, fog, mix(light.haze, light.sky[-1][1], 0.5), shore - band)


def lake_bank(stage: Stage) -> None:
    """The near shore with reeds and a few pines at one side."""
    dice, w = stage.dice("bank"), stage.w
    side = stage.sun_side if dice.number() < 0.7 else -stage.sun_side
    t = np.linspace(-1, 1, w, dtype=f32) * -side
    rise = stage.unit * (0.05 * smooth((t + 0.2) * 0.9) + 0.045 * noise1(stage.random("bank"), w, 3, 5))
    line = (stage.h * 0.985 - rise).astype(f32)
    soil = mix(
        np.clip(rgb("#4a5a34" if not stage.snowy else "#e6edf4") * stage.light.ambient, 0, 1),
        stage.light.near,
        0.45,
    )
    if any(SUBJECTS[wish.name].place == "ground" for wish in stage.brief.wishes):
        line = (line - stage.unit * 0.085).astype(f32)
    edge = np.where(t > 0.35, line, stage.h + 400).astype(f32)
    pines(
        stage,
        "bank trees",
        edge,
        mix(soil, stage.light.near, 0.62) * f32(0.8),
        int(16 * w / stage.unit),
        0.10,
        0.27,
    )
    fill_below(stage.img, line, soil)
    if not stage.snowy:
        grass(stage, line, soil, 420)
    stage.ground = line
