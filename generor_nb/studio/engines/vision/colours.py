"""Colours as people see and name them: oklab, a palette, the nearest name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]

# What a colour is called, in English and Korean, and a good example of it.
NAMES = {
    "#0b0b0d": ("black", "검정"),
    "#3a3d42": ("charcoal", "짙은 회색"),
    "#8a8a8a": ("grey", "회색"),
    "#c9c9c6": ("light grey", "밝은 회색"),
    "#f6f5f1": ("white", "흰색"),
    "#d02828": ("red", "빨강"),
    "#7b1e2b": ("dark red", "검붉은색"),
    "#ee6f5c": ("coral", "산호색"),
    "#f58320": ("orange", "주황"),
    "#f2b134": ("gold", "금색"),
    "#f7e04a": ("yellow", "노랑"),
    "#efe3c2": ("cream", "크림색"),
    "#d4b48a": ("tan", "황갈색"),
    "#8b5a2f": ("brown", "갈색"),
    "#4a2f22": ("dark brown", "짙은 갈색"),
    "#7c7a2c": ("olive", "올리브색"),
    "#a9d24a": ("lime", "연두"),
    "#3f9a48": ("green", "초록"),
    "#1f4a2e": ("dark green", "짙은 초록"),
    "#a8d3b4": ("mint", "박하색"),
    "#1f8a86": ("teal", "청록"),
    "#14424a": ("dark teal", "짙은 청록"),
    "#56d3e0": ("cyan", "하늘빛 청록"),
    "#9cc9ee": ("sky blue", "하늘색"),
    "#3f78c8": ("blue", "파랑"),
    "#1b2a55": ("navy", "남색"),
    "#5d7186": ("slate", "청회색"),
    "#4a3a9e": ("indigo", "쪽빛"),
    "#8a4bb0": ("purple", "보라"),
    "#3a2147": ("dark purple", "짙은 보라"),
    "#bda7dd": ("lavender", "연보라"),
    "#d13fb0": ("magenta", "자홍"),
    "#f4a9bd": ("pink", "분홍"),
}
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_STEPS = np.arange(256, dtype=np.float32) / 255
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4).astype(np.float32)
# Hue tells colours apart more than lightness does, to people.
_WEIGHTS = np.array([0.7, 1.6, 1.6], np.float32)
GROUPS = 14
ROUNDS = 6
LEAST = 0.03
# A vivid colour is noticed where it covers less.
LEAST_VIVID = 0.006
VIVID = 0.055


@dataclass(frozen=True)
class Colour:
    """``share`` is its part of the picture, 0 to 1; ``rgb`` what it looks like on average."""

    english: str
    korean: str
    rgb: tuple[int, int, int]
    share: float

    @property
    def accent(self) -> bool:
        """Small, and noticed because it is vivid."""
        return self.share < LEAST

    @property
    def code(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)


def oklab(pixels: Any) -> Array:
    """8-bit sRGB, any shape that ends in 3, as lightness, green to red, blue to yellow."""
    light: Array = np.cbrt(_LINEAR[pixels] @ _TO_LMS.T) @ _TO_LAB.T
    return light


def palette(pixels: Any) -> list[Colour]:
    """The named colours of 8-bit pixels (n, 3), the largest first; small ones only if they are vivid."""
    lab = oklab(pixels) * _WEIGHTS
    group = _groups(lab)
    found: dict[tuple[str, str], list[Any]] = {}
    for number in np.unique(group):
        mine = group == number
        found.setdefault(_name(lab[mine].mean(0)), []).append(mine)
    colours = [_colour(name, pixels, np.logical_or.reduce(masks)) for name, masks in found.items()]
    kept = [colour for colour in colours if colour.share >= (LEAST_VIVID if _vivid(colour) else LEAST)]
    return sorted(kept, key=lambda colour: (-colour.share, colour.english))


def _vivid(colour: Colour) -> bool:
    _, red, yellow = oklab(np.array(colour.rgb, np.uint8))
    return float(np.hypot(red, yellow)) > VIVID


def _colour(name: tuple[str, str], pixels: Any, mask: Any) -> Colour:
    red, green, blue = (round(float(value)) for value in pixels[mask].mean(0))
    return Colour(*name, (red, green, blue), round(float(mask.mean()), 3))


def _groups(lab: Array) -> Any:
    """Which group each pixel belongs to: centres far apart first, then moved to the middle of theirs."""
    centres = [lab.mean(0)]
    nearest = ((lab - centres[0]) ** 2).sum(1)
    for _ in range(GROUPS - 1):
        centres.append(lab[int(nearest.argmax())])
        nearest = np.minimum(nearest, ((lab - centres[-1]) ** 2).sum(1))
    middle = np.stack(centres)
    for _ in range(ROUNDS):
        group = (lab @ middle.T * -2 + (middle**2).sum(1)).argmin(1)
        for number in range(GROUPS):
            mine = group == number
            if mine.any():
                middle[number] = lab[mine].mean(0)
    return group


def _name(lab: Array) -> tuple[str, str]:
    return list(NAMES.values())[int(((_KNOWN - lab) ** 2).sum(1).argmin())]


_EXAMPLES = np.array([[int(code[at : at + 2], 16) for at in (1, 3, 5)] for code in NAMES], np.uint8)
_KNOWN = oklab(_EXAMPLES) * _WEIGHTS
