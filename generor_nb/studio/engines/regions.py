"""Connected parts of a plane of labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int32]


def components(labels: npt.NDArray[Any]) -> Labels:
    """A number, from 0, for each part of equal labels whose pixels touch by their sides."""
    starts = np.ones(labels.shape, bool)
    starts[:, 1:] = labels[:, 1:] != labels[:, :-1]
    run = np.cumsum(starts).reshape(labels.shape) - 1
    touching = labels[1:] == labels[:-1]
    upper, lower = run[:-1][touching], run[1:][touching]
    root = np.arange(int(run[-1, -1]) + 1)
    while True:
        a, b = root[upper], root[lower]
        least = np.minimum(a, b)
        if bool((a == b).all()):
            break
        np.minimum.at(root, a, least)
        np.minimum.at(root, b, least)
        root = _flat(root)
    numbers: Labels = np.unique(root, return_inverse=True)[1].astype(np.int32)
    return np.asarray(numbers[run])


def _flat(root: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Every number led to the end of its chain."""
    while not np.array_equal(further := root[root], root):
        root = further
    return root


def edge_of(labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The labels along the four edges."""
    return np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
