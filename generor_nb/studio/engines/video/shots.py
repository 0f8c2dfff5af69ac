"""Shots: frames as a function of how far the shot is."""

from __future__ import annotations

import math
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..paint import Array, as32, f32, from_image
from .air import Air, Drift, Flashes
from .camera import View, across, away, crossing
from .elastic import Rubber
from .layers import Layer, Scene
from .planes import Planes, mixed

Places = npt.NDArray[np.intp]
BILINEAR = Image.Resampling.BILINEAR
NEAREST_ZOOM = 0.16
PICTURE_ZOOM = 0.15
CELLS = (16, 10)
# Frames drawn at the same time: most of the work is Pillow's, which lets other threads go on.
AT_ONCE = 2


class Shot(Protocol):
    """Something that can be filmed."""

    def at(self, u: float) -> Planes:
        """The frame at ``u`` of the shot, 0 to 1; nobody else holds it."""
        ...


def filmed(shot: Shot, count: int) -> Iterator[Planes]:
    """Its frames, the last at the end of the shot."""
    return _drawn(shot, [i / (count - 1) if count > 1 else 0.0 for i in range(count)])


def looped(shot: Shot, count: int) -> Iterator[Planes]:
    """Its frames, the first again due after the last."""
    return _drawn(shot, [i / count for i in range(count)])


def _drawn(shot: Shot, moments: Sequence[float]) -> Iterator[Planes]:
    """The frames at these moments, in order; the next ones are drawn while one is encoded."""
    if sys.platform == "emscripten":
        yield from map(shot.at, moments)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ahead = deque(pool.submit(shot.at, u) for u in moments[:AT_ONCE])
        for u in moments[AT_ONCE:]:
            frame = ahead.popleft().result()
            ahead.append(pool.submit(shot.at, u))
            yield frame
        while ahead:
            yield ahead.popleft().result()


def ahead(frames: Iterator[Planes]) -> Iterator[Planes]:
    """Frames that can only come one after the other: the next is made while one is encoded."""
    if sys.platform == "emscripten":
        yield from frames
        return
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, frames, None)
        while (frame := coming.result()) is not None:
            coming = pool.submit(next, frames, None)
            yield frame


# --- a drawn scene, layer by layer


@dataclass(frozen=True)
class Landscape:
    """A scene in layers, seen by a moving camera."""

    scene: Scene
    width: int
    height: int
    move: str
    loop: bool
    seconds: int
    airs: Sequence[Air]
    clouds: Drift | None
    phase: float

    def at(self, u: float) -> Planes:
        view = across(self.move, u, self.loop)
        frame = Planes.plain((self.width, self.height))
        bolt = any(isinstance(air, Flashes) and air.bright(u) > 0.03 for air in self.airs)
        for layer in self.scene.layers:
            if layer.kind == ("sky" if bolt else "bolt"):
                continue
            if layer.kind == "water":
                self._lay_water(frame, layer, view, u)
            else:
                lay(frame, layer, *self._place(layer, view, u))
            if layer.kind in ("sky", "bolt") and self.clouds:
                self.clouds.over(frame, u)
        if view.near > 0.001:
            frame = nearer(frame, 1 + NEAREST_ZOOM * view.near, self.scene.horizon / self.scene.height)
        for air in self.airs:
            frame = air.over(frame, u)
        return frame

    def _corner(self, depth: float, view: View) -> tuple[float, float]:
        """Where the wide canvas has its corner for a layer of this depth."""
        room_x, room_y = (self.scene.width - self.width) // 2, (self.scene.height - self.height) // 2
        sink = 0.5 * view.near * depth
        return -room_x * (1 + view.x * depth), -room_y * (1 - (view.y + sink) * depth)

    def _place(self, layer: Layer, view: View, u: float) -> tuple[float, float]:
        x, y = self._corner(layer.depth, view)
        turn = math.tau * (round(self.seconds * 0.42) * u + self.phase)
        if layer.kind == "floating":
            y += 0.0052 * self.height * math.sin(turn)
            x += 0.004 * self.width * math.sin(math.tau * u + self.phase)
        elif layer.kind == "flying":
            y += 0.006 * self.height * math.sin(turn * 0.5 if not self.loop else turn)
            x += 0.03 * self.width * (math.sin(math.tau * u) / 2 if self.loop else u - 0.5)
        return x + layer.left, y + layer.top

    def _lay_water(self, frame: Planes, layer: Layer, view: View, u: float) -> None:
        """Rows slide with their distance, and ripple."""
        _, y = self._corner(layer.depth, view)
        edge = max(8, self.height // 12)
        for (canvas, unit), (picture, _) in zip(frame, layer.picture, strict=True):
            top = round((y + layer.top) / unit)
            rows = np.arange(max(top, 0), min(top + picture.height, canvas.height))
            if not rows.size:
                continue
            starts = as32(self._slides(as32(rows * unit - y), view, u) / unit)
            ragged = rows[rows - top < edge // unit] if layer.cover else rows[:0]
            if ragged.size and layer.cover:
                head = starts[: ragged.size]
                cover = slid(layer.cover[unit - 1], ragged - top, head, canvas.width)
                canvas.paste(slid(picture, ragged - top, head, canvas.width), (0, int(rows[0])), cover)
            solid = slice(ragged.size, None)
            if rows[solid].size:
                part = slid(picture, rows[solid] - top, starts[solid], canvas.width)
                canvas.paste(part, (0, int(rows[solid][0])))

    def _slides(self, rows: Array, view: View, u: float) -> Array:
        """How far to the right of the canvas' corner each of its rows begins."""
        near = np.clip((rows - self.scene.horizon) / max(1, self.scene.height - self.scene.horizon), 0, 1)
        room = (self.scene.width - self.width) / 2
        reach = self.height * (0.0007 + 0.0045 * near)
        waves = np.sin(math.tau * (2.4 / (0.035 + near * 0.35) - 2 * round(self.seconds * 0.45) * u))
        waves = waves + 0.6 * np.sin(math.tau * (5.1 / (0.05 + near * 0.4) + round(self.seconds * 0.8) * u))
        return as32(room * (1 + view.x * (0.22 + 0.6 * near)) + reach * waves)


def slid(picture: Image.Image, rows: Places, starts: Array, width: int) -> Image.Image:
    """So much of each row, from a place of its own."""
    room = picture.width - width
    places = np.clip(np.rint(starts), 0, room).astype(np.intp)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(picture), width, axis=1)
    return Image.fromarray(windows[rows, places])


def lay(frame: Planes, layer: Layer, x: float, y: float) -> None:
    """A layer on the frame, its corner at a fraction of a pixel."""
    light, half = layer.cover or (None, None)
    _lay((frame.y,), (layer.picture.y,), light, x, y)
    _lay((frame.u, frame.v), (layer.picture.u, layer.picture.v), half, x / 2, y / 2)


def _lay(
    frame: tuple[Image.Image, ...],
    picture: tuple[Image.Image, ...],
    cover: Image.Image | None,
    x: float,
    y: float,
) -> None:
    """Planes of one size on planes of one size."""
    (width, height), (wide, tall) = frame[0].size, picture[0].size
    left, top = math.floor(x), math.floor(y)
    fx, fy = round((x - left) * 16) / 16, round((y - top) * 16) / 16
    # Only those pixels are whole that lie between two of the picture's.
    x0, y0 = max(left + (fx > 0), 0), max(top + (fy > 0), 0)
    x1, y1 = min(left + wide, width), min(top + tall, height)
    if x0 >= x1 or y0 >= y1:
        return
    box = (x0 - left, y0 - top, x1 - left, y1 - top)
    mask = between(cover, box, fx, fy) if cover else None
    for canvas, plane in zip(frame, picture, strict=True):
        canvas.paste(between(plane, box, fx, fy), (x0, y0), mask)


def between(picture: Image.Image, box: tuple[int, int, int, int], fx: float, fy: float) -> Image.Image:
    """A part of a picture, moved right and down by fractions of a pixel."""
    part = _beside(picture, box, fx)
    if fy:
        x0, y0, x1, y1 = box
        part = Image.blend(part, _beside(picture, (x0, y0 - 1, x1, y1 - 1), fx), fy)
    return part


def _beside(picture: Image.Image, box: tuple[int, int, int, int], fx: float) -> Image.Image:
    part = picture.crop(box)
    if not fx:
        return part
    x0, y0, x1, y1 = box
    return Image.blend(part, picture.crop((x0 - 1, y0, x1 - 1, y1)), fx)


def nearer(frame: Planes, zoom: float, level: float) -> Planes:
    """The frame enlarged around its middle column and a level between its top and bottom."""

    def enlarged(plane: Image.Image, _unit: int) -> Image.Image:
        w, h = plane.size
        cut_w, cut_h = w / zoom, h / zoom
        left, top = (w - cut_w) / 2, (h - cut_h) * level
        return plane.resize((w, h), BILINEAR, box=(left, top, left + cut_w, top + cut_h))

    return frame.each(enlarged)


# --- a given picture, bent as depth would bend it


@dataclass(frozen=True)
class Still:
    """A picture that a camera moves into; its first frame is the picture itself."""

    picture: Rubber
    nearness: Array
    move: str
    loop: bool = False
    backwards: bool = False
    airs: Sequence[Air] = ()

    def at(self, u: float) -> Planes:
        view = away(self.move, 1 - u if self.backwards else u, self.loop)
        frame = self.picture.planes.copy() if view == View() else bent(self.picture, self.nearness, view)
        for air in self.airs:
            frame = air.over(frame, u)
        return frame


def still(
    picture: Image.Image, move: str, *, loop: bool = False, backwards: bool = False, airs: Sequence[Air] = ()
) -> Still:
    return Still(Rubber.of(picture), nearness(picture), move, loop, backwards, airs)


def nearness(picture: Image.Image) -> Array:
    """How near each point of the grid may be, 0 to 1: lower is nearer, and so is what has detail."""
    across_, down = CELLS
    small = picture.convert("L").resize((across_ * 8, down * 8), Image.Resampling.BOX)
    grey = from_image(small)
    dy, dx = np.gradient(grey)
    detail = as32(np.hypot(dx, dy)).reshape(down, 8, across_, 8).mean((1, 3))
    detail = detail / max(float(detail.max()), 1e-3)
    corners = np.pad(detail, ((0, 1), (0, 1)), mode="edge") + np.pad(detail, ((1, 0), (1, 0)), mode="edge")
    corners = (corners + np.roll(corners, 1, 1) + np.roll(corners, -1, 1)) / 6
    level = np.linspace(0, 1, down + 1, dtype=f32)[:, None] ** 1.4
    return as32(np.clip(0.34 + 0.44 * level + 0.22 * corners, 0, 1))


def bent(picture: Rubber, near: Array, view: View) -> Planes:
    """The picture as the view sees it; its edges are never passed."""
    across_, down = np.linspace(0, 1, near.shape[1]), np.linspace(0, 1, near.shape[0])
    zoom = 1 + PICTURE_ZOOM * view.near * near
    x = 0.5 + (across_[None] - 0.5) / zoom + view.x * 0.042 * near
    y = 0.5 + (down[:, None] - 0.5) / zoom - view.y * 0.042 * near
    return picture.drawn(as32(np.clip(x, 0, 1)), as32(np.clip(y, 0, 1)))


# --- several shots


@dataclass(frozen=True)
class Passage:
    """From one shot to another, both running all the while."""

    first: Shot
    second: Shot
    middle: float = 0.5
    wide: float = 0.36

    def at(self, u: float) -> Planes:
        share = crossing(u, self.middle, self.wide)
        if share <= 0:
            return self.first.at(u)
        if share >= 1:
            return self.second.at(u)
        return mixed(self.first.at(u), self.second.at(u), share)


@dataclass(frozen=True)
class Sequel:
    """Shots one after the other, of equal length, each melting into the next."""

    shots: tuple[Shot, ...]
    melt: float = 0.22

    def at(self, u: float) -> Planes:
        place = min(u, 1.0) * len(self.shots)
        index = min(int(place), len(self.shots) - 1)
        inside = place - index
        frame = self.shots[index].at(inside / (1 + self.melt))
        if index and inside < self.melt:
            before = self.shots[index - 1].at((1 + inside) / (1 + self.melt))
            frame = mixed(before, frame, crossing(inside / self.melt, 0.5, 1.0))
        return frame


def framed(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The whole frame filled: a near shape is cropped, another stands on a soft copy of itself."""
    fit = max(width / picture.width, height / picture.height)
    kept = width * height / (picture.width * picture.height * fit * fit)
    size = (max(1, round(picture.width * fit)), max(1, round(picture.height * fit)))
    if kept >= 0.62:
        full = picture.resize(size, Image.Resampling.LANCZOS)
        left, top = (full.width - width) // 2, (full.height - height) // 2
        return full.crop((left, top, left + width, top + height))
    ground = picture.resize(size, BILINEAR).crop(
        ((size[0] - width) // 2, (size[1] - height) // 2, (size[0] + width) // 2, (size[1] + height) // 2)
    )
    ground = ground.resize((24, max(2, round(24 * height / width))), Image.Resampling.BOX)
    ground = ground.resize((width, height), Image.Resampling.BICUBIC).point(lambda value: int(value * 0.72))
    whole = min(width / picture.width, height / picture.height)
    inner = picture.resize(
        (max(1, round(picture.width * whole)), max(1, round(picture.height * whole))),
        Image.Resampling.LANCZOS,
    )
    ground.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return ground
