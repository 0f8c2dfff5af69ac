"""The light of a scene: sky colours, sun, haze, and how it falls on things."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .paint import Array, Stops, f32, mix, rgb
from .seeding import Dice


@dataclass(frozen=True)
class Light:
    """Colours and strengths that everything in a scene shares."""

    sky: tuple[tuple[float, Array], ...]
    sun: Array
    glow: Array
    height: float
    cloud_lit: Array
    cloud_dark: Array
    haze: Array
    near: Array
    ambient: Array
    key: Array
    night: float
    shine: float = 1.0
    moon: bool = False

    @property
    def lamps(self) -> bool:
        """Whether windows are lit."""
        return self.night > 0.38


@dataclass(frozen=True)
class Hour:
    sky: Stops
    sun: str
    glow: str
    height: float
    clouds: tuple[str, str]
    haze: str
    near: str
    ambient: tuple[float, float, float]
    key: tuple[float, float, float]
    night: float


HOURS: dict[str, tuple[Hour, ...]] = {
    "dawn": (
        Hour(
            ((0, "#4a6ba6"), (0.4, "#97a4cc"), (0.7, "#efc0bd"), (0.88, "#ffdcbc"), (1, "#fff0d6")),
            "#fff6e0",
            "#ffcda0",
            0.14,
            ("#ffe3d2", "#8f93b8"),
            "#e6c3c6",
            "#3a4766",
            (0.80, 0.78, 0.86),
            (1.18, 1.02, 0.90),
            0.22,
        ),
        Hour(
            ((0, "#5a7fb0"), (0.45, "#a6c0d6"), (0.75, "#f3d6c8"), (1, "#fff1dc")),
            "#fff8e6",
            "#ffdcb4",
            0.18,
            ("#fff0e4", "#93a3bd"),
            "#dfd0cf",
            "#3c5062",
            (0.84, 0.84, 0.90),
            (1.14, 1.04, 0.95),
            0.18,
        ),
    ),
    "day": (
        Hour(
            ((0, "#2a73c4"), (0.5, "#67aee3"), (0.85, "#b5def2"), (1, "#e2f3f8")),
            "#fffdf2",
            "#fff3d0",
            0.74,
            ("#ffffff", "#a8bdd2"),
            "#bcd7e6",
            "#35563f",
            (0.98, 0.98, 1.0),
            (1.08, 1.05, 0.98),
            0.0,
        ),
        Hour(
            ((0, "#2f86b8"), (0.5, "#74c0d6"), (0.85, "#c4e8e4"), (1, "#eef6e6")),
            "#fffdf0",
            "#fff0c4",
            0.66,
            ("#fffdf8", "#a6c2c8"),
            "#c2dedb",
            "#3a5a3c",
            (0.98, 0.98, 0.97),
            (1.08, 1.05, 0.98),
            0.0,
        ),
    ),
    "sunset": (
        Hour(
            ((0, "#27336b"), (0.32, "#65508f"), (0.6, "#d1657f"), (0.82, "#f79a66"), (1, "#ffdb9e")),
            "#fff4d6",
            "#ffab5e",
            0.16,
            ("#ffb48e", "#77507f"),
            "#dd8f92",
            "#221a3a",
            (0.74, 0.60, 0.68),
            (1.25, 0.95, 0.74),
            0.36,
        ),
        Hour(
            ((0, "#3d4a86"), (0.35, "#a0648f"), (0.65, "#f0795a"), (0.85, "#ffb257"), (1, "#ffe3a3")),
            "#fff6da",
            "#ff9448",
            0.12,
            ("#ffc08a", "#84506f"),
            "#e79a7c",
            "#2a1d36",
            (0.78, 0.62, 0.64),
            (1.28, 0.94, 0.70),
            0.34,
        ),
        Hour(
            ((0, "#1f3f74"), (0.4, "#5e7fa6"), (0.68, "#e2b08c"), (0.86, "#ffc874"), (1, "#fff0bf")),
            "#fff8e0",
            "#ffc05e",
            0.18,
            ("#ffdcb0", "#6f7899"),
            "#d9b59a",
            "#26304a",
            (0.78, 0.70, 0.68),
            (1.22, 1.0, 0.78),
            0.32,
        ),
    ),
    "dusk": (
        Hour(
            ((0, "#101a45"), (0.45, "#353c7c"), (0.74, "#86619a"), (0.9, "#dd8f8c"), (1, "#f7c49a")),
            "#ffe6c4",
            "#f0906a",
            0.03,
            ("#b9809f", "#33356a"),
            "#86709e",
            "#141633",
            (0.52, 0.50, 0.70),
            (1.05, 0.84, 0.86),
            0.62,
        ),
        Hour(
            ((0, "#0c2244"), (0.45, "#23527c"), (0.75, "#5f8fa6"), (0.92, "#d9b79a"), (1, "#f6d6a6")),
            "#ffecc8",
            "#e8a070",
            0.03,
            ("#9fb0bd", "#2a4a6a"),
            "#6f8fa3",
            "#10202f",
            (0.50, 0.56, 0.70),
            (1.02, 0.90, 0.86),
            0.6,
        ),
    ),
    "night": (
        Hour(
            ((0, "#040818"), (0.5, "#0d1c42"), (0.85, "#23406c"), (1, "#3a5c85")),
            "#f6f3e6",
            "#9db6e8",
            0.66,
            ("#4a6290", "#101c3c"),
            "#2c4a74",
            "#060b1a",
            (0.30, 0.36, 0.56),
            (0.72, 0.82, 1.05),
            1.0,
        ),
        Hour(
            ((0, "#070720"), (0.5, "#1b1b50"), (0.85, "#3f3a78"), (1, "#6a5a92")),
            "#f8f2e4",
            "#b3a8ea",
            0.62,
            ("#5a5a94", "#16163e"),
            "#413f7c",
            "#08081c",
            (0.33, 0.34, 0.56),
            (0.80, 0.80, 1.05),
            1.0,
        ),
    ),
}

STORMS: dict[str, Stops] = {
    "day": ((0, "#343f4b"), (0.45, "#56636d"), (0.8, "#8d979a"), (1, "#cfcab8")),
    "dawn": ((0, "#2a3344"), (0.45, "#4b5566"), (0.8, "#8c8488"), (1, "#e0bfa3")),
    "sunset": ((0, "#231f2e"), (0.4, "#4a3a48"), (0.75, "#94604f"), (1, "#f0a760")),
    "dusk": ((0, "#10151f"), (0.4, "#222e3c"), (0.72, "#465667"), (0.9, "#8f8580"), (1, "#dcab7e")),
    "night": ((0, "#05080f"), (0.45, "#111a28"), (0.8, "#25354a"), (1, "#425670")),
}


def light_for(time: str, weather: str, dice: Dice) -> Light:
    """The light of an hour under a weather; the dice choose among its variants."""
    hour = dice.pick(HOURS[time])
    light = _lit(hour)
    return WEATHER_LIGHT.get(weather, lambda plain, _: plain)(light, time)


def _lit(hour: Hour) -> Light:
    return Light(
        sky=tuple((at, rgb(code)) for at, code in hour.sky),
        sun=rgb(hour.sun),
        glow=rgb(hour.glow),
        height=hour.height,
        cloud_lit=rgb(hour.clouds[0]),
        cloud_dark=rgb(hour.clouds[1]),
        haze=rgb(hour.haze),
        near=rgb(hour.near),
        ambient=np.array(hour.ambient, f32),
        key=np.array(hour.key, f32),
        night=hour.night,
        moon=hour.night > 0.9,
    )


def _storm(light: Light, time: str) -> Light:
    sky = tuple((at, rgb(code)) for at, code in STORMS[time])
    slate = mix(sky[1][1], sky[-2][1], 0.6)
    return replace(
        light,
        sky=sky,
        cloud_lit=mix(sky[-2][1], sky[-1][1], 0.35),
        cloud_dark=sky[0][1] * f32(0.9),
        haze=slate,
        near=mix(light.near, rgb("#141a20"), 0.6),
        ambient=mix(light.ambient * f32(0.85), rgb("#7a8794"), 0.35),
        key=mix(light.key, np.ones(3, f32), 0.3),
        night=max(light.night, 0.55),
        shine=0.0,
    )


def _grey(light: Light, amount: float, code: str) -> Light:
    veil = rgb(code) * f32(1 - 0.75 * light.night)
    sky = tuple((at, mix(colour, veil, amount)) for at, colour in light.sky)
    return replace(
        light,
        sky=sky,
        cloud_lit=mix(light.cloud_lit, veil * f32(1.05), amount * 0.7),
        cloud_dark=mix(light.cloud_dark, veil * f32(0.72), amount * 0.7),
        haze=mix(light.haze, veil, amount),
        ambient=light.ambient * f32(1 - 0.18 * amount),
        key=mix(light.key, np.ones(3, f32), amount),
        shine=1 - amount,
    )


def _aurora(light: Light, _: str) -> Light:
    return replace(light, ambient=light.ambient * np.array([0.9, 1.15, 1.05], f32), moon=False, shine=0.0)


WEATHER_LIGHT = {
    "storm": _storm,
    "rain": lambda light, _: replace(_grey(light, 0.62, "#8d9aa6"), night=max(light.night, 0.42)),
    "cloudy": lambda light, _: _grey(light, 0.35, "#aab4be"),
    "snow": lambda light, _: _grey(light, 0.45, "#cdd6e2"),
    "fog": lambda light, _: _grey(light, 0.5, "#c6cdd2"),
    "aurora": _aurora,
}
