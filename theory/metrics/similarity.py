"""How alike two pictures are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.geometry.arrays import Floats
from theory.geometry.patches import unit


def compared(first: Floats, second: Floats) -> Floats:
    """Cosine of two pictures, and the papers' l2 distance of both rescaled to [0, 1]."""
    return np.concatenate(spread([first, second]))


def spread(pictures: Sequence[Floats] | Floats) -> tuple[Floats, Floats]:
    """Cosines and the papers' l2 distances, of maps rescaled to [0, 1], of all pairs of pictures (K, ...)."""
    maps, directions = (
        np.array([rescaled(each.ravel()) for each in pictures]),
        unit(np.reshape(pictures, (len(pictures), -1))),
    )
    first, second = np.triu_indices(len(pictures), 1)
    return (directions @ directions.T)[first, second], np.array(
        [np.linalg.norm(maps[i] - maps[j]) for i, j in zip(first, second)]
    )


def rescaled(picture: Floats) -> Floats:
    """A picture from 0 to 1; 0 if it is constant."""
    spanned: Floats = (picture - picture.min()) / (np.ptp(picture) or 1.0)
    return spanned


def cosine(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    """cos(a, b) of two pictures, and 0 if one is zero."""
    return float((unit(a.ravel().astype(np.float64)) * unit(b.ravel().astype(np.float64))).sum())
