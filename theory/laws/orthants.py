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
from theory.geometry.patches import unit
from theory.laws.directions import across, chosen, closed, first_of_equals, opposite
from theory.laws.moments import angle, rectified_mean
from theory.laws.preconditions import Values, floats, positive


def orthant_probability(directions: npt.ArrayLike, active: npt.NDArray[np.bool_] | None = None) -> Values:
    """P(aᵀw > 0 for every row a of `directions`), (..., q, p); 0 if a row is 0; Precondition for over three rows.

    ½ for one row, (π − θ)/(2π) for two, (2π − θ₁₂ − θ₁₃ − θ₂₃)/(4π) for three. Rows that are not `active` (..., q) are
    left out.
    """
    rows = floats(directions, "a direction")
    active = chosen(rows, active)
    count = active.sum(axis=-1)
    if np.max(count, initial=0) > 3:
        raise Precondition(f"closed orthant probabilities end at three directions, not {np.max(count)}")
    angles = np.zeros(count.shape)
    for i in range(rows.shape[-2]):
        for j in range(i):
            both = active[..., i] & active[..., j]
            angles += np.where(both, angle(rows[..., i, :], rows[..., j, :]), 0.0)
    open_half, share = np.array([1, 0.5, 0.5, 0.5])[count], np.array([np.inf, np.inf, 2 * np.pi, 4 * np.pi])[count]
    probability: Values = np.where(closed(rows, active), 0.0, open_half - angles / share)[()]
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
    active = first_of_equals(rows, chosen(rows, active))
    if np.max(active.sum(axis=-1), initial=0) > 4:
        raise Precondition(f"closed truncated means end at four directions, not {np.max(active.sum(axis=-1))}")
    mean = np.zeros(rows.shape[:-2] + rows.shape[-1:])
    for l in range(rows.shape[-2]):
        others = [m for m in range(rows.shape[-2]) if m != l]
        beside = across(rows[..., others, :], rows[..., l : l + 1, :])
        probability = orthant_probability(beside, active[..., others] & active[..., l : l + 1])
        mean += np.where(active[..., l], probability, 0.0)[..., None] * rows[..., l, :]
    return length * np.where(closed(rows, active)[..., None], 0.0, mean)


def truncated_mean_numerically(
    directions: npt.ArrayLike, scale: SupportsFloat = 1.0, precision: float = 1e-4
) -> npt.NDArray[np.float64]:
    """truncated_mean for any number of directions (q, p), its orthant probabilities integrated by SciPy.

    Each is good to about `precision`; the time grows as q of them, of q − 1 dimensions.
    """
    length, precision = rectified_mean(scale), positive(precision, "a precision")
    rows = unit(floats(directions, "a direction"))
    kept = first_of_equals(rows, np.ones(len(rows), bool))
    rows = rows[kept]
    mean = np.zeros(rows.shape[1])
    if _nothing(rows):
        return mean
    for l, row in enumerate(rows):
        others = unit(across(np.delete(rows, l, axis=0), row))
        mean += row * _orthant_numerically(others @ others.T, precision)
    return length * mean


def orthant_probability_numerically(directions: npt.ArrayLike, precision: SupportsFloat = 1e-4) -> float:
    """orthant_probability for any number of directions (q, p), integrated by SciPy to about `precision`."""
    precision = positive(precision, "a precision")
    rows = unit(floats(directions, "a direction"))
    rows = rows[first_of_equals(rows, np.ones(len(rows), bool))]
    if _nothing(rows):
        return 0.0
    return _orthant_numerically(rows @ rows.T, precision)


def _nothing(rows: npt.NDArray[np.float64]) -> bool:
    """Whether nothing lies in the cone of such unit rows (q, p)."""
    return not rows.any(axis=1).all() or opposite(rows)


def _orthant_numerically(correlation: npt.NDArray[np.float64], precision: float) -> float:
    """P(all of a normal vector of this correlation are positive), by a lattice rule that is the same every time."""
    if not len(correlation):
        return 1.0
    law = multivariate_normal(cov=correlation, allow_singular=True, abseps=precision, releps=0, maxpts=10**6)
    return float(law.cdf(np.zeros(len(correlation)), rng=0))
