"""The rows that bound a cone: which of them count, and what one has across another. Callers check them.

Rows are unit vectors (..., q, p); a cone is where wᵀa > 0 for every active one.
"""

import numpy as np
import numpy.typing as npt

from theory.geometry.arrays import real
from theory.laws.moments import ROUNDING


def chosen(rows: npt.NDArray[np.float64], active: npt.ArrayLike | None) -> npt.NDArray[np.bool_]:
    """Which rows are active: all of them unless told; TypeError for anything but booleans."""
    found = np.ones(rows.shape[:-1], bool) if active is None else real(active, "active")
    if found.dtype != bool:
        raise TypeError(f"active must hold booleans, not {found.dtype}")
    return found


def closed(rows: npt.NDArray[np.float64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether an active row is 0: a mask that never opens."""
    return np.asarray((active & ~rows.any(axis=-1)).any(axis=-1))


def first_of_equals(rows: npt.NDArray[np.float64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """`active` without the unit rows that repeat an earlier active one."""
    active = active.copy()
    for i in range(rows.shape[-2]):
        for j in range(i):
            same = np.linalg.norm(rows[..., i, :] - rows[..., j, :], axis=-1) <= ROUNDING
            active[..., i] &= ~(active[..., j] & same)
    return active


def opposite(rows: npt.NDArray[np.float64]) -> bool:
    """Whether two unit rows (q, p) point in opposite directions: nothing lies between."""
    return bool((np.linalg.norm(rows[:, None] + rows, axis=-1) <= ROUNDING).any())


def across(u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """u less its part along v, for unit vectors: δ + ½|δ|²v with δ = u − v, or τ − ½|τ|²v with τ = u + v.

    Of u and v that almost meet, across(u, v) and across(v, u) are then opposite to the last digit, so that what
    rounding does to them leaves their sum in a truncated mean alone.
    """
    apart, together = u - v, u + v
    squares = (apart**2).sum(axis=-1, keepdims=True), (together**2).sum(axis=-1, keepdims=True)
    rest: npt.NDArray[np.float64] = np.where(
        squares[0] <= squares[1], apart + squares[0] / 2 * v, together - squares[1] / 2 * v
    )
    return rest
