"""Maps of one size as maps of another: bilinear, pixels being squares, not points (align_corners=False in PyTorch)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from theory.geometry.arrays import Floats


def weights(length: int, size: int) -> npt.NDArray[np.float64]:
    """How much of each of `length` entries each of `size` evenly spread ones takes, (size, length), rows adding to 1.

    Entry i lies at (i + ½)·length/size − ½, between its neighbours; beyond the first and the last it is theirs.
    """
    place = np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)
    shares: npt.NDArray[np.float64] = np.maximum(1 - np.abs(place[:, None] - np.arange(length)), 0)
    return shares


def bilinear(maps: npt.NDArray[Any], size: tuple[int, int]) -> Floats:
    """Maps (..., h, w) at `size` (H, W); the same if they have it. No mean is taken where they are made smaller."""
    if maps.shape[-2:] == tuple(size):
        return maps
    down, across = (weights(*each).astype(maps.dtype, copy=False) for each in zip(maps.shape[-2:], size))
    resized: Floats = down @ maps @ across.T
    return resized
