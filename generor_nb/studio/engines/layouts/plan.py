"""What every layout works with: the brief, the options, and ways to draw their parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from .. import vocabulary as words
from ..abstract import PALETTES
from ..compose import SHOTS, Camera, compose
from ..paint import f32, rgb
from ..pen import Pen
from ..reading import Brief, Wish
from ..restyle import repaint
from ..seeding import Dice, digest
from ..styles import STYLES
from ..subjects import SUBJECTS, Look

LARGEST = 2048
SMALL = {
    "a",
    "an",
    "the",
    "of",
    "for",
    "with",
    "in",
    "on",
    "at",
    "and",
    "to",
    "by",
    "from",
    "my",
    "our",
    "some",
    "is",
    "that",
    "as",
}


@dataclass
class Plan:
    """One picture to lay out."""

    brief: Brief
    key: str
    w: int
    h: int
    options: dict[str, str]
    prompt: str
    source: Image.Image | None = None
    index: int = 0

    @property
    def unit(self) -> int:
        return min(self.w, self.h)

    @property
    def fine(self) -> bool:
        return self.options.get("quality") == "fine"

    def choice(self, name: str, usual: str) -> str:
        """An option, or what is usual for the layout."""
        return self.options.get(name, usual)

    @property
    def facing(self) -> int:
        """Which way the first subject looks: the pictures of a batch take turns."""
        return -1 if self.index % 2 else 1

    def dice(self, name: str) -> Dice:
        return Dice(self.key, "layout", name)

    def random(self, name: str) -> np.random.RandomState:
        return np.random.RandomState(np.frombuffer(digest(self.key, name), np.uint32))

    @property
    def palette(self) -> list[str]:
        """Five colours, dark to light, of the mood or around a colour the prompt names."""
        known = PALETTES.get(self.brief.mood or "natural", PALETTES["natural"])
        chosen = list(known[(self.dice("palette").below(len(known)) + self.index) % len(known)])
        if self.brief.tint:
            tint = self.brief.tint
            chosen = [
                shade(tint, 0.26),
                shade(tint, 0.62),
                tint,
                toward(tint, "#ffffff", 0.5),
                toward(tint, "#fffaf0", 0.86),
            ]
        return sorted(chosen, key=brightness)

    @property
    def title(self) -> str:
        """What to write: quoted words, a given name, else the prompt's main words."""
        quoted = re.search(r"[\"“”']([^\"“”']{2,60})[\"“”']", self.prompt)
        named = re.search(
            r"\b(?:called|titled|named|saying|says|entitled)\s+([^,.;]{2,48})", self.prompt, re.I
        )
        if given := quoted or named:
            return str(given[1]).strip()
        plain = re.sub(r"[^0-9A-Za-zÀ-ɏ'& -]", " ", self.prompt)
        for phrase in sorted(words.LAYOUTS.keys() - {"greetings from"}, key=len, reverse=True):
            plain = re.sub(rf"\b{re.escape(phrase)}\b", " ", plain, flags=re.I)
        kept = plain.split()
        while kept and kept[0] in SMALL:
            kept.pop(0)
        kept = kept[:5] if len(kept) > 5 else kept
        while kept and kept[-1].lower() in SMALL:
            kept.pop()
        name = " ".join(kept)
        return name[:1].upper() + name[1:]

    def scene(
        self, w: int, h: int, *, shot: int | None = None, name: str = "", styled: bool = True, **changes: Any
    ) -> Image.Image:
        """The scene of the brief at a size, in its style; or the given picture repainted."""
        w, h = max(32, w), max(32, h)
        brief = replace(self.brief, **changes) if changes else self.brief
        if self.source:
            picture = repaint(_fitted(self.source, w, h), brief, self.key + name)
        else:
            camera = SHOTS[(self.index if shot is None else shot) % len(SHOTS)]
            picture = _drawn(brief, self.key + name, w, h, self.fine, camera)
        return self.styled(picture, brief.style) if styled else picture

    def styled(self, picture: Image.Image, style: str | None = None) -> Image.Image:
        """The picture in the style that is asked for."""
        paint = STYLES.get(style or self.brief.style or "")
        return paint(picture, self.random("style")) if paint else picture

    @property
    def wishes(self) -> list[Wish]:
        """The subjects of the prompt, or one that suits its place."""
        if self.brief.wishes:
            return list(self.brief.wishes)
        return [
            Wish(self.dice("stand-in").pick(STAND_INS.get(self.brief.terrain, ANYTHING)), 1, self.brief.tint)
        ]

    def sprite(
        self, wish: Wish, w: int, h: int, name: str = "", colour: str | None = None, facing: int = 1
    ) -> Image.Image:
        """A subject by itself in plain light, as large as fits the box."""
        subject = SUBJECTS[wish.name]
        left, bottom, right, top = subject.box
        height = min(h / (top - bottom), w / (right - left))
        lit = self.brief.time == "night" or wish.name in ("rocket", "cake", "lighthouse")
        season = "winter" if self.brief.weather == "snow" else self.brief.season
        look = Look(
            self.dice(f"{wish.name} {name}"),
            -1,
            lit and wish.name != "cabin",
            False,
            season,
            colour or wish.colour,
        )
        pen = Pen(height, subject.box, facing if subject.turns else 1)
        subject.draw(pen, look)
        drawing = pen.done()
        body, shine = (
            Image.fromarray((np.clip(a, 0, 1) * 255 + 0.5).astype(np.uint8))
            for a in (drawing.body, drawing.shine)
        )
        body.alpha_composite(shine)
        box = body.getbbox()
        return body.crop(box) if box else body


STAND_INS: dict[str, tuple[str, ...]] = {
    "beach": ("palm", "umbrella", "sailboat"),
    "sea": ("sailboat", "whale", "lighthouse"),
    "lake": ("sailboat", "pine", "tent"),
    "forest": ("fox", "owl", "pine", "mushroom"),
    "mountains": ("pine", "deer", "tent"),
    "hills": ("tree", "sunflower", "windmill"),
    "desert": ("cactus",),
    "city": ("car", "umbrella", "robot"),
    "space": ("rocket",),
    "underwater": ("fish", "turtle"),
    "interior": ("cup", "book", "clock"),
}
ANYTHING = (
    "fox",
    "sailboat",
    "butterfly",
    "owl",
    "balloon",
    "tree",
    "cup",
    "sunflower",
    "bicycle",
    "guitar",
    "cat",
    "heart",
)


def _drawn(brief: Brief, key: str, w: int, h: int, fine: bool, camera: Camera) -> Image.Image:
    """Fine pictures are painted larger and reduced, so that every edge and texture gains."""
    scale = min(1.5, LARGEST * 1.25 / max(w, h)) if fine else 1.0
    if scale <= 1:
        return compose(brief, key, w, h, fine, camera)
    large = compose(brief, key, round(w * scale), round(h * scale), fine, camera)
    return large.resize((w, h), Image.Resampling.LANCZOS)


def _fitted(picture: Image.Image, w: int, h: int) -> Image.Image:
    from PIL import ImageOps

    return picture if picture.size == (w, h) else ImageOps.fit(picture, (w, h), Image.Resampling.LANCZOS)


def brightness(code: str) -> float:
    """How light a colour looks, 0..1."""
    return float(rgb(code) @ np.array([0.30, 0.59, 0.11], f32))


def shade(code: str, factor: float) -> str:
    return "#" + "".join(f"{min(255, round(int(code[i : i + 2], 16) * factor)):02x}" for i in (1, 3, 5))


def toward(a: str, b: str, t: float) -> str:
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(p + (q - p) * t):02x}" for p, q in pairs)
