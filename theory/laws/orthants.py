"""Gaussians in orthants: the probability of a cone, and the mean of what lies in it.

w ~ N(0, c²I_p) is a filter and `scale` its c; a `direction` is any vector of length p, and 0 stands for a mask that is
never open, as ReLU'(0) = 0. Closed forms for up to four directions, from differences and sums of unit vectors;
numerical beyond.
"""

from typing import SupportsFloat

import numpy as np
import numpy.typing as npt
from scipy.stats import multivariate_normal

from theory.errors import Precondition
from theory.geometry.arrays import real
from theory.geometry.patches import unit
from theory.laws.moments import ROUNDING, angle, rectified_mean
from theory.laws.preconditions import Values, floats, positive


def orthant_probability(directions: npt.ArrayLike, active: npt.NDArray[np.bool_] | None = None) -> Values:
    """P(aᵀw > 0 for every row a of `directions`), (..., q, p); 0 if a row is 0; Precondition for over three rows.

    ½ for one row, (π − θ)/(2π) for two, (2π − θ₁₂ − θ₁₃ − θ₂₃)/(4π) for three. Rows that are not `active` (..., q) are
    left out.
    """
    rows = floats(directions, "a direction")
    active = _chosen(rows, active)
    count = active.sum(axis=-1)
    if np.max(count, initial=0) > 3:
        raise Precondition(f"closed orthant probabilities end at three directions, not {np.max(count)}")
    angles = np.zeros(count.shape)
    for i in range(rows.shape[-2]):
        for j in range(i):
            both = active[..., i] & active[..., j]
            angles += np.where(both, angle(rows[..., i, :], rows[..., j, :]), 0.0)
    open_half, share = np.array([1, 0.5, 0.5, 0.5])[count], np.array([np.inf, np.inf, 2 * np.pi, 4 * np.pi])[count]
    probability: Values = np.where(_closed(rows, active), 0.0, open_half - angles / share)[()]
    return probability


def truncated_mean(
    directions: npt.ArrayLike, scale: SupportsFloat = 1.0, active: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.float64]:
    """E[w 1(aᵀw > 0 for every row a of `directions`)], (..., p), for directions (p,) or (..., q, p).

    Stein's lemma: (c/√(2π)) Σ_l â_l P(aᵀw > 0 for the other rows | a_lᵀw = 0). One direction gives the lemma of
    Theorem 1, (c/√(2π)) ŷ. Rows that are not `active` (..., q) are left out and repeated ones count once; a zero row,
    or two opposite ones, leave nothing. Precondition for over four rows that differ.
    """
    length, rows = rectified_mean(scale), unit(floats(directions, "a direction"))
    rows = rows[None] if rows.ndim == 1 else rows
    active = _first_of_equals(rows, _chosen(rows, active))
    if np.max(active.sum(axis=-1), initial=0) > 4:
        raise Precondition(f"closed truncated means end at four directions, not {np.max(active.sum(axis=-1))}")
    mean = np.zeros(rows.shape[:-2] + rows.shape[-1:])
    for l in range(rows.shape[-2]):
        others = [m for m in range(rows.shape[-2]) if m != l]
        across = _across(rows[..., others, :], rows[..., l : l + 1, :])
        probability = orthant_probability(across, active[..., others] & active[..., l : l + 1])
        mean += np.where(active[..., l], probability, 0.0)[..., None] * rows[..., l, :]
    return length * np.where(_closed(rows, active)[..., None], 0.0, mean)


def truncated_mean_numerically(
    directions: npt.ArrayLike, scale: SupportsFloat = 1.0, precision: float = 1e-4
) -> npt.NDArray[np.float64]:
    """truncated_mean for any number of directions (q, p), its orthant probabilities integrated by SciPy.

    Each is good to about `precision`; the time grows as q of them, of q − 1 dimensions.
    """
    length, precision = rectified_mean(scale), positive(precision, "a precision")
    rows = unit(floats(directions, "a direction"))
    kept = _first_of_equals(rows, np.ones(len(rows), bool))
    rows = rows[kept]
    mean = np.zeros(rows.shape[1])
    if not rows.any(axis=1).all() or _opposite(rows):
        return mean
    for l, row in enumerate(rows):
        others = unit(_across(np.delete(rows, l, axis=0), row))
        mean += row * _orthant_numerically(others @ others.T, precision)
    return length * mean


def _orthant_numerically(correlation: npt.NDArray[np.float64], precision: float) -> float:
    """P(all of a normal vector of this correlation are positive), by a lattice rule that is the same every time."""
    if not len(correlation):
        return 1.0
    law = multivariate_normal(cov=correlation, allow_singular=True, abseps=precision, releps=0, maxpts=10**6)
    return float(law.cdf(np.zeros(len(correlation)), rng=0))


def _chosen(rows: npt.NDArray[np.float64], active: npt.ArrayLike | None) -> npt.NDArray[np.bool_]:
    """Which rows are active: all of them unless told; TypeError for anything but booleans."""
    chosen = np.ones(rows.shape[:-1], bool) if active is None else real(active, "active")
    if chosen.dtype != bool:
        raise TypeError(f"active must hold booleans, not {chosen.dtype}")
    return chosen


def _closed(rows: npt.NDArray[np.float64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether an active row is 0: a mask that never opens."""
    return np.asarray((active & ~rows.any(axis=-1)).any(axis=-1))


def _first_of_equals(rows: npt.NDArray[np.float64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """`active` without the unit rows that repeat an earlier active one."""
    active = active.copy()
    for i in range(rows.shape[-2]):
        for j in range(i):
            same = np.linalg.norm(rows[..., i, :] - rows[..., j, :], axis=-1) <= ROUNDING
            active[..., i] &= ~(active[..., j] & same)
    return active


def _opposite(rows: npt.NDArray[np.float64]) -> bool:
    """Whether two unit rows (q, p) point in opposite directions: nothing lies between."""
    return bool((np.linalg.norm(rows[:, None] + rows, axis=-1) <= ROUNDING).any())


def _across(u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """u less its part along v, for unit vectors: δ + ½|δ|²v with δ = u − v, or τ − ½|τ|²v with τ = u + v.

    Of u and v that almost meet, _across(u, v) and _across(v, u) are then opposite to the last digit, so that what
    rounding does to them leaves their sum in a truncated mean alone.
    """
    apart, together = u - v, u + v
    squares = (apart**2).sum(axis=-1, keepdims=True), (together**2).sum(axis=-1, keepdims=True)
    across: npt.NDArray[np.float64] = np.where(
        squares[0] <= squares[1], apart + squares[0] / 2 * v, together - squares[1] / 2 * v
    )
    return across
