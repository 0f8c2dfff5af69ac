"""From a plane of numbered parts to smooth outlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from .regions import Labels

Line = npt.NDArray[np.float64]
TOLERANCE = 0.75  # pixels by which an outline may be missed
SHARP, SHARPEST = np.radians(62), np.radians(100)
ARM = 4.0  # pixels: a turn between shorter sides is a bend, not a corner
UNITS = 4  # of the drawing, to a pixel


def outlines(parts: Labels) -> Iterator[Line]:
    """The outer outline of each part, in the order of their numbers, as points around it, clockwise."""
    h, w = parts.shape
    stride = w + 2
    padded = np.full((h + 2, stride), -1, np.int32)
    padded[1:-1, 1:-1] = parts
    cells: list[int] = padded.ravel().tolist()
    _, first = np.unique(parts, return_index=True)
    for number, at in enumerate(first.tolist()):
        corners = np.array(_around(cells, number, (at // w + 1) * stride + at % w + 1, stride))
        ring = np.stack([corners % stride - 1, corners // stride - 1], 1).astype(np.float64)
        yield (ring + np.roll(ring, -1, axis=0)) / 2


def _around(cells: Sequence[int], number: int, start: int, stride: int) -> list[int]:
    """The corners on the way around a part, which stays on the right; each named by its lower right cell."""
    # For each heading (east, south, west, north): the step, and the cells ahead on the left and on the right.
    ways = (
        (1, -stride, 0),
        (stride, 0, -1),
        (-1, -1, -stride - 1),
        (-stride, -stride - 1, -stride),
    )
    passed, at, heading = [], start, 0
    while True:
        passed.append(at)
        at += ways[heading][0]
        if at == start and (heading == 3 or (heading == 2 and cells[at - stride] != number)):
            return passed
        _, left, right = ways[heading]
        if cells[at + right] != number:
            heading = (heading + 1) % 4
        elif cells[at + left] == number:
            heading = (heading + 3) % 4


def simplified(ring: Line, tolerance: float) -> Line:
    """The fewest points of a closed line that stay within a tolerance (Douglas and Peucker)."""
    if len(ring) < 5:
        return ring
    far = int(((ring - ring[0]) ** 2).sum(1).argmax())
    closed, kept = np.concatenate([ring, ring[:1]]), {0, far}
    spans = [(0, far), (far, len(ring))]
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        way, off = closed[b] - closed[a], closed[a + 1 : b] - closed[a]
        long = float(np.hypot(way[0], way[1]))
        gap = (
            np.abs(off[:, 0] * way[1] - off[:, 1] * way[0]) / long if long else np.hypot(off[:, 0], off[:, 1])
        )
        worst = int(gap.argmax())
        if gap[worst] > tolerance:
            kept.add(a + 1 + worst)
            spans += [(a, a + 1 + worst), (a + 1 + worst, b)]
    return ring[sorted(kept)]


def path(ring: Line, tolerance: float = TOLERANCE) -> str:
    """An outline as an SVG path of lines and curves, in units of the drawing."""
    points = simplified(ring, tolerance)
    sides = np.roll(points, -1, axis=0) - points
    lengths = np.maximum(np.hypot(sides[:, 0], sides[:, 1]), 1e-6)
    before, after = _handles(sides, lengths, tolerance)
    ends = np.rint(np.roll(points, -1, axis=0) * UNITS).astype(int)
    starts = np.rint(points * UNITS).astype(int)
    first = np.rint((points + after) * UNITS).astype(int) - starts
    second = np.rint((np.roll(points, -1, axis=0) + np.roll(before, -1, axis=0)) * UNITS).astype(int) - starts
    straight = ~((after != 0).any(1) | (np.roll(before, -1, axis=0) != 0).any(1))
    steps = ends - starts
    words = [f"M{starts[0][0]} {starts[0][1]}"]
    for i in range(len(points)):
        if straight[i]:
            words.append("l" + _pairs(steps[i]))
        else:
            words.append("c" + _pairs(first[i]) + " " + _pairs(second[i]) + " " + _pairs(steps[i]))
    return "".join(words) + "z"


def _handles(sides: Line, lengths: npt.NDArray[np.float64], tolerance: float) -> tuple[Line, Line]:
    """From each point, where the curves that end and begin there are pulled to; nowhere at a corner."""
    ahead = sides / lengths[:, None]
    behind, short = np.roll(ahead, 1, axis=0), np.roll(lengths, 1)
    turn = np.arccos(np.clip((ahead * behind).sum(1), -1, 1))
    least = np.minimum(lengths, short)
    corner = (turn > SHARPEST) | ((turn > SHARP) & (least > ARM))
    # An arc would have left its chords by an eighth of this, and points would have been kept there.
    corner |= turn * least > 16 * tolerance
    along = behind * lengths[:, None] + ahead * short[:, None]
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    along[corner] = 0
    # A long side next to a short one must not bulge.
    reach = least[:, None] * 0.36
    return -along * reach, along * reach


def _pairs(values: npt.NDArray[np.int_]) -> str:
    x, y = int(values[0]), int(values[1])
    return f"{x}{y}" if y < 0 else f"{x} {y}"
