"""The vector engine: a picture's areas of one colour, or of one gradient, as SVG shapes that scale."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from . import scene
from .errors import EngineError
from .evidence import clusters, squared
from .given import given, options
from .layouts import LAYOUTS
from .layouts.plan import Plan
from .matte import Mask
from .paint import Array, as32, f32
from .reading import read
from .regions import Labels, components, edge_of
from .seeding import Dice
from .tracing import TOLERANCE, UNITS, outlines, path
from .vision.colours import oklab

VERSION = "1"
MOST = 4_000_000  # pixels that are looked at
SIDE, CRISP_SIDE = 640, 1024  # of the picture that is traced; of one that is made of even areas
CRISP, CLEAN = 0.65, 0.99  # shares of pixels like those around them: without grain; not even a JPEG's
EVEN = 10  # of 255: what differs less has one colour
SHADED = 24  # colours that areas are found by, where each may have a gradient
FLAT = range(2, 33)
SMALLEST = 14  # pixels of the smallest area
MOST_PATHS, MOST_BYTES = 600, 300_000
SAMPLES = 6000
NOTHING = 255
ALIKE = 0.035  # of oklab: a difference that is not seen
STEP = 9  # of 255: a gradient of less is one colour
END_NAMES = ("at", "to", "start", "end")
_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Drawn:
    """An SVG document, how many shapes and gradients it has, and what it is drawn from."""

    svg: str
    paths: int
    gradients: int
    sheet: Sheet


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Trace ``fields.image_url``, or what the scene engine draws from the prompt.

    The option ``colours`` is "shaded", or how many flat colours there may be.
    """
    chosen, facts = options(job), {"engine": "vector", "engine_version": VERSION, "procedural": True}
    if (job.get("fields") or {}).get("image_url"):
        picture, own = given(job, MOST)
        facts |= {"from_image": True}
    else:
        picture, understood = _drawing(job)
        own, facts = (int(job.get("width") or 1024), int(job.get("height") or 1024)), {**understood, **facts}
    colours = chosen.get("colours", "shaded")
    drawn = traced(picture, own, _colours(colours), str(job.get("prompt") or ""))
    inks = "shaded" if colours == "shaded" else f"at most {colours} colours"
    about = {"paths": drawn.paths, "gradients": drawn.gradients}
    return {
        "mime": "image/svg+xml",
        "data": drawn.svg.encode(),
        "width": own[0],
        "height": own[1],
        "poster": {"mime": "image/webp", "data": _webp(drawn.sheet.raster())},
        "fields": about,
        "facts": {**facts, **about, "note": f"traced, {drawn.paths} shapes, {inks}"},
    }


def traced(picture: Image.Image, own: tuple[int, int], colours: int | None, title: str = "") -> Drawn:
    """The picture as an SVG document of a size; ``colours`` is how many flat ones, or None for gradients."""
    small, clear, crisp = _small(picture)
    labels, palette = inked(small, clear, colours or SHADED, crisp)
    least, tolerance = SMALLEST, TOLERANCE
    while True:
        labels = merged(labels, least)
        parts = components(labels)
        if int(parts.max()) < MOST_PATHS:
            flat = None if colours is None else palette
            drawn = _document(Sheet(small, labels, parts, flat), own, title, tolerance)
            if len(drawn.svg.encode()) <= MOST_BYTES:
                return drawn
            tolerance *= 1.3
        least *= 2


def inked(small: Image.Image, clear: Mask, count: int, crisp: bool) -> tuple[Labels, Array]:
    """Which of ``count`` colours each pixel takes, without specks, and those colours, 0 to 255."""
    pixels = np.asarray(small)
    lab = oklab(pixels).reshape(-1, 3) * np.array([1, 1.6, 1.6], f32)
    some = _samples(small, clear, crisp)
    group = clusters(lab[some], np.ones(len(some), f32), min(count, len(some)), 10)
    used = np.unique(group)
    if crisp:
        group, used = _told_apart(lab[some], group)
    middles = np.stack([lab[some][group == k].mean(0) for k in used])
    palette = np.stack([np.median(pixels.reshape(-1, 3)[some][group == k], axis=0) for k in used])
    labels = squared(as32(lab), as32(middles)).argmin(1).reshape(clear.shape).astype(np.uint8)
    labels[clear] = NOTHING
    plane = Image.fromarray(labels).filter(ImageFilter.ModeFilter(3))
    return np.asarray(plane if crisp else plane.filter(ImageFilter.ModeFilter(5)), np.int32), as32(palette)


def _told_apart(points: Array, group: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Any]:
    """Groups whose colours nobody would tell apart become one."""
    kept: list[tuple[int, Array]] = []
    joined = group.copy()
    for k in np.argsort(-np.bincount(group), kind="stable")[: len(np.unique(group))]:
        middle = points[group == k].mean(0)
        same = next((other for other, known in kept if np.hypot.reduce(middle - known) < ALIKE), None)
        if same is None:
            kept.append((int(k), middle))
        else:
            joined[group == k] = same
    return joined, np.unique(joined)


def _samples(small: Image.Image, clear: Mask, crisp: bool) -> npt.NDArray[np.intp]:
    """Some of the pixels; of a crisp picture those inside its areas, since edges hold mixed colours."""
    usable = ~clear
    if crisp:
        even = usable & (_range(small) < EVEN)
        usable = even if even.sum() > SAMPLES // 4 else usable
    return np.random.RandomState(0).permutation(np.flatnonzero(usable))[:SAMPLES]


def merged(labels: Labels, least: int) -> Labels:
    """Areas of fewer pixels than ``least`` take the label of the neighbour they touch most."""
    for _ in range(8):
        parts = components(labels)
        small = np.bincount(parts.ravel()) < least
        if not small.any() or small.all():
            break
        own = np.zeros(len(small), np.int32)
        own[parts.ravel()] = labels.ravel()
        labels = _joined(parts, small, own)[parts]
    return labels


def _joined(parts: Labels, small: Mask, own: Labels) -> Labels:
    sides = [(parts[1:], parts[:-1]), (parts[:, 1:], parts[:, :-1])]
    a = np.concatenate([one.ravel() for pair in sides for one in pair])
    b = np.concatenate([one.ravel() for pair in sides for one in pair[::-1]])
    border = small[a] & (a != b)
    pairs, touching = np.unique(a[border].astype(np.int64) * len(small) + b[border], return_counts=True)
    order = np.argsort(touching + 1e6 * ~small[pairs % len(small)], kind="stable")
    joined = own.copy()
    joined[pairs[order] // len(small)] = own[pairs[order] % len(small)]
    return joined


def _small(picture: Image.Image) -> tuple[Image.Image, Mask, bool]:
    """The picture that is traced, where there is nothing, and whether it is made of even areas."""
    same, alike = _evenness(picture.convert("RGB"))
    crisp = alike > CRISP
    scale = min(1.0, (CRISP_SIDE if crisp else SIDE) / max(picture.size))
    size = (max(2, round(picture.width * scale)), max(2, round(picture.height * scale)))
    small = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    clear = np.asarray(small.getchannel("A")) < 128
    if clear.all():
        raise EngineError("image_url: there is nothing to trace, the picture is empty.")
    plain = small.convert("RGB")
    clean = crisp and same > CLEAN * alike
    return (plain if clean else plain.filter(ImageFilter.MedianFilter(3))), clear, crisp


def _evenness(picture: Image.Image) -> tuple[float, float]:
    """The shares of pixels that are the same as, and hardly different from, those around them."""
    apart = _range(picture)
    return float((apart == 0).mean()), float((apart <= 2).mean())


def _range(picture: Image.Image) -> npt.NDArray[np.int16]:
    """How far the colours around each pixel are apart, of 255."""
    most, least = picture.filter(ImageFilter.MaxFilter(3)), picture.filter(ImageFilter.MinFilter(3))
    return np.asarray((np.asarray(most, np.int16) - np.asarray(least, np.int16)).max(-1))


def _drawing(job: dict[str, Any]) -> tuple[Image.Image, dict[str, object]]:
    """What the scene engine draws from the prompt, and what it understood."""
    prompt, chosen = str(job.get("prompt") or ""), scene.options(job)
    key = "\x1f".join(("vector", VERSION, " ".join(prompt.lower().split()), str(job.get("seed") or 0)))
    brief = scene.directed(read(prompt, Dice(key, "reading")), chosen)
    layout = LAYOUTS.get(chosen.get("layout") or brief.layout or "scene", LAYOUTS["scene"])
    side = CRISP_SIDE if layout is not LAYOUTS["scene"] else SIDE
    w, h = int(job.get("width") or side), int(job.get("height") or side)
    plan = Plan(brief, key, w * side // max(w, h), h * side // max(w, h), chosen, prompt)
    return layout(plan), brief.facts()


def _colours(wanted: str) -> int | None:
    if wanted == "shaded":
        return None
    if not wanted.isdigit() or int(wanted) not in FLAT:
        raise EngineError(f"Colours can be shaded, or {FLAT[0]} to {FLAT[-1]}, not {wanted}.")
    return int(wanted)


# --- the document


@dataclass(frozen=True)
class Sheet:
    """What is drawn: the small picture, its labels and parts, and the flat colours if there are any."""

    small: Image.Image
    labels: Labels
    parts: Labels
    palette: Array | None

    def inks(self) -> tuple[list[str], dict[int, str]]:
        """What fills each part, "" for nothing; and the gradients among them, by part."""
        label = np.zeros(int(self.parts.max()) + 1, np.int32)
        label[self.parts.ravel()] = self.labels.ravel()
        if self.palette is not None:
            return ["" if k == NOTHING else _code(self.palette[k]) for k in label.tolist()], {}
        fills, elements = [], {}
        for k, shade in enumerate(self.shades):
            fill = _code(shade.start) if shade.flat else f"url(#g{k})"
            fills.append("" if label[k] == NOTHING else fill)
            if fills[-1].startswith("url"):
                elements[k] = shade.element(f"g{k}")
        return fills, elements

    @cached_property
    def shades(self) -> list[Shade]:
        return gradients(np.asarray(self.small, np.float64), self.parts)

    def raster(self) -> Image.Image:
        """The shapes as pixels, for whoever shows no SVG; what nothing is drawn on is clear."""
        drawn = self.labels != NOTHING
        if self.palette is not None:
            colours = self.palette[np.where(drawn, self.labels, 0)]
        else:
            ends = (np.array([getattr(shade, end) for shade in self.shades]) for end in END_NAMES)
            at, to, start, end = (values[self.parts] for values in ends)
            y, x = np.indices(self.parts.shape)
            way, here = to - at, np.dstack([x, y]) + 0.5
            along = ((here - at) * way).sum(2) / np.maximum((way**2).sum(2), 1e-9)
            colours = start + np.clip(along, 0, 1)[..., None] * (end - start)
        return Image.fromarray(
            np.dstack([np.clip(np.rint(colours), 0, 255), 255 * drawn]).astype(np.uint8), "RGBA"
        )


def _document(sheet: Sheet, own: tuple[int, int], title: str, tolerance: float) -> Drawn:
    rings = list(outlines(sheet.parts))
    fills, elements = sheet.inks()
    # An outline covers its holes, so what lies in them comes later: it is smaller.
    order = sorted(range(len(rings)), key=lambda k: -_area(rings[k]))
    lines = {k: path(rings[k], tolerance) for k in order}
    shapes = [f'<path fill="{fills[k]}" stroke="{fills[k]}" d="{lines[k]}"/>' for k in order if fills[k]]
    w, h = sheet.small.width * UNITS, sheet.small.height * UNITS
    holes = _holes(sheet.parts, fills)
    # What is over a hole: a smaller hole, or an island in it.
    over = [k for k in order if k in holes or (fills[k] and any(_within(rings[k], rings[o]) for o in holes))]
    masks = "".join(f'<path fill="{"#fff" if fills[k] else "#000"}" d="{lines[k]}"/>' for k in over)
    frame = f'<path fill="#fff" d="M0 0H{w}V{h}H0z"/>'
    mask = (
        f'<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="{w}" height="{h}">{frame}{masks}</mask>'
    )
    defs = (mask if holes else "") + "".join(elements.values())
    # A thin stroke in its own colour, so that no ground shows between neighbours.
    how = f'stroke-width="{UNITS * 0.7:g}" stroke-linejoin="round"' + (' mask="url(#m)"' if holes else "")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{own[0]}" height="{own[1]}" '
        f'viewBox="0 0 {w} {h}" preserveAspectRatio="none">{_title(title)}'
        f"{f'<defs>{defs}</defs>' if defs else ''}<g {how}>{''.join(shapes)}</g></svg>\n"
    )
    return Drawn(svg, len(shapes), len(elements), sheet)


def _webp(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=84, method=2)
    return buffer.getvalue()


def _title(words: str) -> str:
    return f"<title>{escape(_CONTROL.sub('', words)[:200])}</title>" if words else ""


def _holes(parts: Labels, fills: list[str]) -> set[int]:
    """Parts that are nothing, with something around them."""
    framed = set(np.unique(edge_of(parts)).tolist())
    return {k for k, fill in enumerate(fills) if not fill and k not in framed}


def _within(ring: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> bool:
    """Whether the box of an outline lies in that of another."""
    return bool((ring.min(0) >= other.min(0)).all() and (ring.max(0) <= other.max(0)).all())


def _area(ring: npt.NDArray[np.float64]) -> float:
    x, y = ring.T
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2


def _code(colour: npt.ArrayLike) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(int(v) for v in np.clip(np.rint(colour), 0, 255)))


@dataclass(frozen=True)
class Shade:
    """A gradient in pixels from one place and colour to another."""

    at: tuple[float, float]
    to: tuple[float, float]
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]

    @property
    def flat(self) -> bool:
        return float(np.abs(self.end - self.start).max()) < STEP

    def element(self, name: str) -> str:
        (x1, y1), (x2, y2) = ((round(x * UNITS), round(y * UNITS)) for x, y in (self.at, self.to))
        return (
            f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{x1}" y1="{y1}" '
            f'x2="{x2}" y2="{y2}">'
            f'<stop stop-color="{_code(self.start)}"/><stop offset="1" stop-color="{_code(self.end)}"/>'
            "</linearGradient>"
        )


def gradients(pixels: npt.NDArray[np.float64], parts: Labels) -> list[Shade]:
    """The straight gradient that comes nearest to the colours of each part."""
    ids, count = parts.ravel(), np.bincount(parts.ravel())
    y, x = (axis.ravel() + 0.5 for axis in np.indices(parts.shape, np.float64))

    def mean(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.bincount(ids, values) / count

    colours = pixels.reshape(-1, 3)
    place = np.stack([mean(x), mean(y)], 1)
    middle = np.stack([mean(colours[:, k]) for k in range(3)], 1)
    dx, dy, off = x - place[ids, 0], y - place[ids, 1], colours - middle[ids]
    spread = np.stack([mean(dx * dx) + 0.5, mean(dx * dy), mean(dx * dy), mean(dy * dy) + 0.5], 1)
    joint = np.stack([np.stack([mean(d * off[:, k]) for k in range(3)], 1) for d in (dx, dy)], 1)
    slope = np.linalg.solve(spread.reshape(-1, 2, 2), joint)
    along = np.linalg.eigh(slope @ slope.transpose(0, 2, 1))[1][:, :, 1]
    rise = np.einsum("nk,nkc->nc", along, slope)
    far = dx * along[ids, 0] + dy * along[ids, 1]
    low, high = np.zeros(len(count)), np.zeros(len(count))
    np.minimum.at(low, ids, far)
    np.maximum.at(high, ids, far)
    return [_shade(place[k], along[k], middle[k], rise[k], low[k], high[k]) for k in range(len(count))]


def _shade(
    place: npt.NDArray[np.float64],
    along: npt.NDArray[np.float64],
    middle: npt.NDArray[np.float64],
    rise: npt.NDArray[np.float64],
    low: float,
    high: float,
) -> Shade:
    if np.abs(rise * (high - low)).max() < STEP:
        return Shade((0, 0), (0, 0), middle, middle)
    at, to = place + along * low, place + along * high
    return Shade((at[0], at[1]), (to[0], to[1]), middle + rise * low, middle + rise * high)
