"""How much of a map lies in a part of it, as a share of all: of its positive part, and as ratios are printed."""

from typing import Any

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.arrays import finite, real

Plane = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def plane(map: npt.ArrayLike) -> Plane:
    """A map (H, W), or (C, H, W) summed over its channels with their signs, as (H, W), float64.

    Precondition for another shape, and for entries that are not finite.
    """
    given: npt.NDArray[Any] = finite(real(map, "the map"), "the map")
    if given.ndim not in (2, 3) or not given.size:
        raise Precondition(f"a map has shape (height, width) or (channels, height, width), not {given.shape}")
    return given.astype(np.float64) if given.ndim == 2 else given.sum(axis=0, dtype=np.float64)


def positive_share(map: npt.ArrayLike, inside: Mask) -> float | None:
    """Σ max(map, 0) inside, over Σ max(map, 0): from 0 to 1. None for a map without positive part, which has none."""
    positive = np.maximum(plane(map), 0)
    reach = positive.max()
    if not reach:
        return None
    positive /= reach  # neither sum overflows, nor vanishes
    within, beyond = float(positive[inside].sum()), float(positive[~inside].sum())
    return within / (within + beyond)


def printed_share(map: npt.ArrayLike, inside: Mask) -> float | None:
    """Σ map inside, over Σ map, with signs: of any size, and None where the whole is 0."""
    signed = plane(map)
    whole = float(signed.sum())
    return float(signed[inside].sum()) / whole if whole else None
