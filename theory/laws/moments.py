"""Rectified Gaussians: the scalar and vector identities under the theorems.

w ~ N(0, c²I_p) is a filter and `scale` its c; a `direction` is any vector of length p, and 0 stands for a mask that is
never open, as ReLU'(0) = 0. Whatever depends on an angle θ is computed from differences and sums of unit vectors: the
angle has its relative digits near 0, second moments also near π.
"""

from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from theory.geometry.patches import unit
from theory.laws.preconditions import Values, floats, positive

ROUNDING = 8 * np.finfo(float).eps  # unit vectors closer than this are the same direction


def rectified_mean(scale: SupportsFloat = 1.0) -> float:
    """E σ(V) = c/√(2π) for V ~ N(0, c²) (Nie et al. 2018, proof of Theorem 1)."""
    mean: float = positive(scale) / np.sqrt(2 * np.pi)
    return mean


def rectified_second_moment(scale: SupportsFloat = 1.0) -> float:
    """E σ(V)² = c²/2 for V ~ N(0, c²)."""
    return positive(scale) ** 2 / 2


def angle(u: npt.ArrayLike, v: npt.ArrayLike) -> Values:
    """The angle between two directions along the last axis, in [0, π]; nan where either is 0."""
    u, v = unit(floats(u, "a direction")), unit(floats(v, "a direction"))
    between = 2 * np.arctan2(np.linalg.norm(v - u, axis=-1), np.linalg.norm(v + u, axis=-1))
    found: Values = np.where(u.any(axis=-1) & v.any(axis=-1), between, np.nan)[()]
    return found


def two_direction_second_moment(
    u: npt.ArrayLike, v: npt.ArrayLike, scale: SupportsFloat = 1.0
) -> npt.NDArray[np.float64]:
    """E[w wᵀ 1(wᵀu > 0) 1(wᵀv > 0)], a (p, p) array.

    It is c² {(π − θ)/(2π) I + [ûv̂ᵀ + v̂ûᵀ − cos θ (ûûᵀ + v̂v̂ᵀ)]/(2π sin θ)}, θ the angle; c²/2·I for u = v. With
    δ = v̂ − û and τ = û + v̂ the bracket is ½|δ|²(ûûᵀ + v̂v̂ᵀ) − δδᵀ = ττᵀ − ½|τ|²(ûûᵀ + v̂v̂ᵀ): no digits cancel.
    """
    square, u, v = positive(scale) ** 2, unit(floats(u, "a direction")), unit(floats(v, "a direction"))
    if not (u.any() and v.any()):
        return np.zeros((len(u), len(u)))
    apart, together = v - u, u + v
    sine = np.linalg.norm(apart) * np.linalg.norm(together) / 2
    sign, near = (1, apart) if apart @ apart <= together @ together else (-1, together)
    plane = sign * (near @ near / 2 * (np.outer(u, u) + np.outer(v, v)) - np.outer(near, near))
    tilt = plane / (2 * np.pi * sine) if sine > 0 else 0.0
    return square * ((np.pi - angle(u, v)) / (2 * np.pi) * np.eye(len(u)) + tilt)
