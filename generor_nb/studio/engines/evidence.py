"""What speaks for a pixel belonging to the subject: how it differs from what lies at the picture's edges."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .paint import Array, as32, f32

FLOOR = f32(0.012)  # differences below are noise
CLUSTERS, SAMPLES = 14, 1200
# Fitted on the studio's own subjects before plain grounds and scenes: the logarithms of the differences below
# (each as it is, and beside the picture's own threshold), then the place in the picture.
WEIGHTS = np.array(
    [-0.33, 1.7, 1.07, 0.06, 0.63, -1.32, 0.28, 0.03, 1.23, -70.38, -25.79, 9.16, 203.53, -176.18, 8.93], f32
)
LIMIT = f32(6)


def log_odds(colours: Array) -> Array:
    """For each pixel of a small picture, from -6 (ground) to 6 (subject).

    Args:
        colours: lightness and twice the two colour axes of oklab, in the last axis.
    """
    soft = np.stack([box_mean(colours[..., k], 1) for k in range(3)], -1)
    across, down = beside(soft), as32(beside(np.ascontiguousarray(soft.transpose(1, 0, 2))).T)
    differences = (barrier(soft), across, down, from_edges(soft))
    signs = [sign for plane in differences for sign in _signs(plane)]
    signs += [np.log(np.minimum(across, down) + FLOOR), *_place(*across.shape)]
    total = np.zeros(across.shape, f32)
    for sign, weight in zip(signs, WEIGHTS, strict=True):
        total += sign * weight
    return np.clip(total, -LIMIT, LIMIT)


def barrier(colours: Array, rounds: int = 2) -> Array:
    """How much the colours change at least on the way from an edge of the picture to each pixel."""
    highest, lowest = colours.copy(), colours.copy()
    cost = np.full(colours.shape[:2], 1e9, f32)
    cost[0] = cost[-1] = 0
    cost[:, 0] = cost[:, -1] = 0
    planes = (colours, highest, lowest, cost)
    turned = tuple(plane.swapaxes(0, 1) for plane in planes)
    for _ in range(rounds):
        for side in (planes, turned):
            _sweep(side, range(1, len(side[0])), -1)
        for side in (planes, turned):
            _sweep(side, range(len(side[0]) - 2, -1, -1), 1)
    return cost


def _sweep(planes: tuple[Array, ...], rows: range, back: int) -> None:
    """Pass on the ways of the row before, where they are cheaper."""
    colours, highest, lowest, cost = planes
    for row in rows:
        high = np.maximum(highest[row + back], colours[row])
        low = np.minimum(lowest[row + back], colours[row])
        spread = (high - low).sum(-1)
        better = spread < cost[row]
        if better.any():
            cost[row] = np.where(better, spread, cost[row])
            highest[row] = np.where(better[:, None], high, highest[row])
            lowest[row] = np.where(better[:, None], low, lowest[row])


def beside(colours: Array, reach: float = 0.09) -> Array:
    """How far each colour is from the nearest at both ends of its row and the rows around it."""
    h, w = colours.shape[:2]
    end, least = max(3, int(w * reach)), np.full((h, w), 9e9, f32)
    left = np.linspace(0, end - 1, 5).astype(int)
    columns = np.concatenate([left, w - 1 - left])
    for shift in (-4, -2, 0, 2, 4):
        samples = colours[np.clip(np.arange(h) + shift, 0, h - 1)][:, columns]
        for k in range(len(columns)):
            far = np.zeros((h, w), f32)
            for axis in range(3):
                gap = colours[..., axis] - samples[:, k, axis][:, None]
                far += gap * gap
            np.minimum(least, far, out=least)
    return np.sqrt(least)


def from_edges(colours: Array) -> Array:
    """How far each colour is from the nearest of those that fill the picture's edges."""
    h, w = colours.shape[:2]
    edge = max(2, int(min(h, w) * 0.05))
    rim = np.ones((h, w), bool)
    rim[edge : h - edge, edge : w - edge] = False
    points = colours[rim]
    points = points[np.random.RandomState(0).permutation(len(points))[:SAMPLES]]
    group = clusters(points, np.ones(len(points), f32), CLUSTERS)
    middle = np.stack([points[group == k].mean(0) for k in np.unique(group)])
    return as32(np.sqrt(np.maximum(0, squared(colours.reshape(-1, 3), middle).min(1))).reshape(h, w))


def clusters(points: Array, weights: Array, count: int, rounds: int = 6) -> npt.NDArray[np.intp]:
    """Which of ``count`` groups each point belongs to: centres far apart first, then in their middles."""
    centres = [(points * weights[:, None]).sum(0) / weights.sum()]
    far = ((points - centres[0]) ** 2).sum(1) * weights
    for _ in range(count - 1):
        centres.append(points[int(far.argmax())])
        far = np.minimum(far, ((points - centres[-1]) ** 2).sum(1) * weights)
    middle = np.stack(centres)
    for _ in range(rounds):
        group = squared(points, middle).argmin(1)
        for k in range(count):
            own = weights * (group == k)
            if own.sum() > 1e-3:
                middle[k] = own @ points / own.sum()
    return np.asarray(squared(points, middle).argmin(1))


def squared(points: Array, middles: Array) -> Array:
    """Squared distances of points to each of some middles."""
    return as32((points**2).sum(1)[:, None] + points @ middles.T * -2 + (middles**2).sum(1))


def box_mean(plane: Array, reach: int) -> Array:
    """The mean of the square around each pixel."""
    padded = np.pad(plane, ((reach + 1, reach), (reach + 1, reach)), mode="edge")
    total = padded.cumsum(0, dtype=np.float64).cumsum(1)
    side = 2 * reach + 1
    inner = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    return as32(inner / side**2)


def threshold(plane: Array) -> float:
    """The value that parts a plane best into low and high ones (Otsu)."""
    count, ends = np.histogram(plane, 64)
    middles = (ends[1:] + ends[:-1]) / 2
    below, sums = np.cumsum(count), np.cumsum(count * middles)
    above = below[-1] - below
    gap = sums / np.maximum(below, 1) - (sums[-1] - sums) / np.maximum(above, 1)
    return float(middles[int((below * above * gap * gap).argmax())])


def _signs(plane: Array) -> tuple[Array, Array]:
    level = np.log(np.maximum(plane, 0) + FLOOR)
    return as32(level), as32(level - np.log(f32(max(0.0, threshold(plane))) + FLOOR))


def _place(h: int, w: int) -> tuple[Array, ...]:
    """Subjects are mostly near the middle; the same at every pixel count."""
    y = np.broadcast_to(np.arange(h, dtype=f32)[:, None] / h - f32(0.5), (h, w))
    x = np.broadcast_to(np.arange(w, dtype=f32)[None] / w - f32(0.5), (h, w))
    return as32(x * x), as32(y * y), as32(y), as32(x**4), as32(y**4), np.ones((h, w), f32)
