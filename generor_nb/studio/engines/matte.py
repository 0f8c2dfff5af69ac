"""Subject and ground told apart by their colours, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from .evidence import box_mean, clusters, log_odds
from .paint import Array, as32, f32
from .regions import components, edge_of
from .vision.colours import oklab

SIDE = 192
ROUNDS = 4
SAMPLES = 4000
SUBJECT, GROUND = 5, 8  # Gaussians for each
SPREAD = np.diag([3e-4, 1e-4, 1e-4])  # the least that colours of one Gaussian vary
TRUST, KEPT = f32(0.6), f32(0.6)  # of the colours, and of what was seen first
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Matte:
    """``solid`` is the subject in a small picture, ``odds`` the logarithm of its odds; confidence 0 to 1."""

    solid: Mask
    odds: Array
    confidence: float


def matte(picture: Image.Image) -> Matte:
    """Find the subject of an RGB picture."""
    scale = SIDE / max(picture.size)
    size = (max(16, round(picture.width * scale)), max(16, round(picture.height * scale)))
    colours = oklab(np.asarray(picture.resize(size, Image.Resampling.BOX))) * np.array([1, 2, 2], f32)
    first = log_odds(as32(colours))
    odds, by_colour = refined(as32(colours), first)
    solid = tidied(odds > 0)
    if not solid.any():
        return Matte(solid, odds, 0.0)
    return Matte(solid, odds, confidence(signs(as32(colours), first, odds, by_colour, solid), solid))


def refined(colours: Array, first: Array) -> tuple[Array, Array]:
    """The odds after telling the colours of subject and ground apart, and what the colours alone say."""
    points, shape = colours.reshape(-1, 3), first.shape
    some = np.random.RandomState(0).permutation(len(points))[:SAMPLES]
    odds = first
    for _ in range(ROUNDS):
        share = chance(odds)
        p = share.ravel()[some]
        subject = likelihood(points, mixture(points[some], p**2 + f32(1e-5), SUBJECT))
        ground = likelihood(points, mixture(points[some], (1 - p) ** 2 + f32(1e-5), GROUND))
        by_colour = as32(np.clip(subject - ground, -6, 6).reshape(shape))
        odds = guided(contrast(colours, share), by_colour * TRUST + first * KEPT, 3, 1e-3)
    return odds, by_colour


def chance(odds: Array) -> Array:
    return as32(1 / (1 + np.exp(-odds)))


Gaussian = tuple[float, npt.NDArray[Any], npt.NDArray[Any]]


def mixture(points: Array, weights: Array, count: int) -> list[Gaussian]:
    """Gaussians for weighted colours: logarithm of the weight, middle, and a root of the inverse spread."""
    group, total, found = clusters(points, weights, count), float(weights.sum()), []
    for k in np.unique(group):
        own = weights * (group == k)
        part = float(own.sum())
        if part < total * 0.004:
            continue
        middle = own @ points / part
        off = points - middle
        spread = (off * own[:, None]).T @ off / part + SPREAD
        height = np.log(part / total) - 0.5 * np.linalg.slogdet(spread)[1]
        found.append((float(height), middle, np.linalg.cholesky(np.linalg.inv(spread))))
    return found


def likelihood(points: Array, gaussians: list[Gaussian]) -> Array:
    """The logarithm of how likely each colour is."""
    planes, levels = np.ascontiguousarray(points.T), []
    for height, middle, root in gaussians:
        off = root.T.astype(f32) @ (planes - middle.astype(f32)[:, None])
        levels.append(f32(height) - f32(0.5) * (off * off).sum(0))
    stacked = np.stack(levels)
    top = stacked.max(0)
    return as32(top + np.log(np.exp(stacked - top).sum(0)))


def contrast(colours: Array, share: Array) -> Array:
    """The grey picture, 0 to 1, in which subject and ground differ most."""
    points, weight = colours.reshape(-1, 3), share.reshape(-1, 1)
    subject = (points * weight).sum(0) / (weight.sum() + 1e-6)
    ground = (points * (1 - weight)).sum(0) / ((1 - weight).sum() + 1e-6)
    axis = np.linalg.solve(np.cov(points.T) + np.eye(3) * 1e-4, subject - ground)
    grey = as32(points @ axis).reshape(share.shape)
    return as32((grey - grey.min()) / (np.ptp(grey) + 1e-6))


def slopes(guide: Array, plane: Array, reach: int, noise: float) -> tuple[Array, Array]:
    """The guided filter: factor and offset that turn the guide into the plane around each pixel."""
    mean_guide, mean_plane = box_mean(guide, reach), box_mean(plane, reach)
    joint = box_mean(guide * plane, reach) - mean_guide * mean_plane
    factor = joint / (box_mean(guide * guide, reach) - mean_guide * mean_guide + f32(noise))
    return box_mean(as32(factor), reach), box_mean(as32(mean_plane - factor * mean_guide), reach)


def guided(guide: Array, plane: Array, reach: int, noise: float) -> Array:
    """The plane with its noise gone and its steps where the guide has them."""
    factor, offset = slopes(guide, plane, reach, noise)
    return as32(factor * guide + offset)


def tidied(solid: Mask) -> Mask:
    """Without crumbs and pinholes."""
    ids = components(solid)
    count, inside = np.bincount(ids.ravel()), _of(ids, solid)
    largest = count[inside].max() if inside.any() else 0
    kept = (inside & (count >= 0.06 * largest))[ids]
    ids = components(kept)
    count, inside = np.bincount(ids.ravel()), _of(ids, kept)
    inside |= count < 0.002 * solid.size
    inside[np.unique(edge_of(ids)[~edge_of(kept)])] = False
    return np.asarray(inside[ids])


def _of(ids: npt.NDArray[Any], solid: Mask) -> Mask:
    """Which parts are solid."""
    found = np.zeros(int(ids.max()) + 1, bool)
    found[ids[solid]] = True
    return found


# --- how sure


def signs(colours: Array, first: Array, odds: Array, by_colour: Array, solid: Mask) -> Array:
    """What shows how well subject and ground could be told apart, each 0 to 1."""
    around, seen = _around(solid), first > 0
    same = float((solid & seen).sum()) / float((solid | seen).sum())
    sure = float(np.abs(2 * chance(odds[around]) - 1).mean())
    beside = around & ~solid
    apart = float((by_colour[beside] < 0).mean()) if beside.any() else 0.0
    agree = min(float((by_colour[solid] > 0).mean()), apart)
    return np.array([same, sure, agree, _outlined(colours, solid, around)], f32)


def _around(solid: Mask) -> Mask:
    """The box of the subject, with a margin."""
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    edge, around = max(solid.shape) // 12, np.zeros(solid.shape, bool)
    around[
        max(0, rows[0] - edge) : rows[-1] + edge + 1, max(0, columns[0] - edge) : columns[-1] + edge + 1
    ] = True
    return around


def _outlined(colours: Array, solid: Mask, around: Mask) -> float:
    """Whether colours change along the outline more than they do beside it."""
    steps = np.zeros(solid.shape, f32)
    for axis in (0, 1):
        steps += np.abs(np.gradient(colours, axis=axis)).sum(-1)
    near = box_mean(as32(solid), 1)
    outline = (near > 0.05) & (near < 0.95)
    rest = around & ~solid & ~outline
    inner = float(steps[rest].mean()) if rest.any() else 0.0
    along = float(steps[outline].mean()) if outline.any() else 0.0
    return along / (along + inner + 1e-6)


# Fitted to the overlap with the true outlines of the studio's own subjects, and to scenes without any.
TOLD, BASE = np.array([4.22, 0.95, 1.62, 0.72], f32), -5.07


def confidence(found: Array, solid: Mask) -> float:
    """0 to 1: about the overlap to expect with the true outline."""
    area = float(solid.mean())
    whole = (1 - float(edge_of(solid).mean())) * min(1.0, area / 0.01) * min(1.0, (1 - area) / 0.1)
    return round(whole / (1 + float(np.exp(-(found @ TOLD + BASE)))), 2)
