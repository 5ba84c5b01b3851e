"""Rectified and truncated Gaussians: the scalar and vector identities under the theorems.

w ~ N(0, c²I_p) is a filter and `scale` its c; a `direction` is any vector of length p, and 0 stands for a mask that is
never open, as ReLU'(0) = 0. Whatever depends on an angle θ is computed from differences and sums of unit vectors: the
angle has its relative digits near 0, second moments and truncated means also near π.
"""

import numpy as np
from scipy.special import spherical_jn

from theory.patches import unit

ROUNDING = 8 * np.finfo(float).eps  # unit vectors closer than this are the same direction


def rectified_mean(scale=1.0):
    """E σ(V) = c/√(2π) for V ~ N(0, c²) (Nie et al. 2018, proof of Theorem 1)."""
    return scale / np.sqrt(2 * np.pi)


def rectified_second_moment(scale=1.0):
    """E σ(V)² = c²/2 for V ~ N(0, c²)."""
    return scale**2 / 2


def angle(u, v):
    """The angle between two directions, in [0, π]; nan if either is 0."""
    u, v = unit(np.asarray(u, float)), unit(np.asarray(v, float))
    if not (u.any() and v.any()):
        return np.nan
    return 2 * np.arctan2(np.linalg.norm(v - u), np.linalg.norm(v + u))


def two_direction_second_moment(u, v, scale=1.0):
    """E[w wᵀ 1(wᵀu > 0) 1(wᵀv > 0)], a (p, p) array.

    It is c² {(π − θ)/(2π) I + [ûv̂ᵀ + v̂ûᵀ − cos θ (ûûᵀ + v̂v̂ᵀ)]/(2π sin θ)}, θ the angle; c²/2·I for u = v. With
    δ = v̂ − û and τ = û + v̂ the bracket is ½|δ|²(ûûᵀ + v̂v̂ᵀ) − δδᵀ = ττᵀ − ½|τ|²(ûûᵀ + v̂v̂ᵀ): no digits cancel.
    """
    u, v = unit(np.asarray(u, float)), unit(np.asarray(v, float))
    if not (u.any() and v.any()):
        return np.zeros((len(u), len(u)))
    apart, together = v - u, u + v
    sine = np.linalg.norm(apart) * np.linalg.norm(together) / 2
    sign, near = (1, apart) if apart @ apart <= together @ together else (-1, together)
    plane = sign * (near @ near / 2 * (np.outer(u, u) + np.outer(v, v)) - np.outer(near, near))
    tilt = plane / (2 * np.pi * sine) if sine > 0 else 0.0
    return scale**2 * ((np.pi - angle(u, v)) / (2 * np.pi) * np.eye(len(u)) + tilt)


def orthant_probability(directions):
    """P(aᵀw > 0 for every row a of `directions`), (q, p) with q ≤ 3; ValueError beyond. 0 if a row is 0.

    ½ for one row, (π − θ)/(2π) for two, (2π − θ₁₂ − θ₁₃ − θ₂₃)/(4π) for three.
    """
    rows = np.asarray(directions, float)
    if len(rows) > 3:
        raise ValueError(f"closed orthant probabilities end at three directions, not {len(rows)}")
    if not rows.any(axis=-1).all():
        return 0.0
    angles = [angle(rows[i], rows[j]) for i in range(len(rows)) for j in range(i)]
    return float(
        {0: 1.0, 1: 0.5, 2: 0.5, 3: 0.5}[len(rows)] - sum(angles) / (2 * np.pi if len(rows) < 3 else 4 * np.pi)
    )


def truncated_mean(directions, scale=1.0):
    """E[w 1(aᵀw > 0 for every row a of `directions`)], (p,), for one direction (p,) or up to four (q, p).

    Stein's lemma: (c/√(2π)) Σ_l â_l P(aᵀw > 0 for the other rows | a_lᵀw = 0). One direction gives the lemma of
    Theorem 1, (c/√(2π)) ŷ. Repeated rows count once; a zero row, or two opposite ones, leave nothing.
    """
    rows = _distinct(unit(np.atleast_2d(np.asarray(directions, float))))
    if len(rows) > 4:
        raise ValueError(f"closed truncated means end at four directions, not {len(rows)}")
    mean = np.zeros(rows.shape[1])
    if not rows.any(axis=1).all() or _opposite(rows):
        return mean
    for l, row in enumerate(rows):
        across = [_across(other, row) for other in np.delete(rows, l, axis=0)]
        mean += row * orthant_probability(np.reshape(across, (-1, len(row))))
    return rectified_mean(scale) * mean


def _across(u, v):
    """u less its part along v, for unit vectors: δ + ½|δ|²v with δ = u − v, or τ − ½|τ|²v with τ = u + v.

    Of u and v that almost meet, _across(u, v) and _across(v, u) are then opposite to the last digit, so that what
    rounding does to them leaves their sum in a truncated mean alone.
    """
    apart, together = u - v, u + v
    if apart @ apart <= together @ together:
        return apart + apart @ apart / 2 * v
    return together - together @ together / 2 * v


def _distinct(rows):
    keep = []
    for row in rows:
        if all(np.linalg.norm(row - other) > ROUNDING for other in keep):
            keep.append(row)
    return np.array(keep)


def _opposite(rows):
    return any(np.linalg.norm(rows[i] + rows[j]) <= ROUNDING for i in range(len(rows)) for j in range(i))


def relu_relu(angle):
    """E[σ(u)σ(v)] = (sin t + (π − t) cos t)/(2π) for standard normals of correlation cos t (the arc-cosine kernel).

    With s = π − t it is s² j₁(s)/(2π), j₁ the spherical Bessel function: exact digits also for t → π.
    """
    rest = np.pi - np.asarray(angle, float)
    return rest**2 * spherical_jn(1, rest) / (2 * np.pi)


def step_relu_squared(angle):
    """E[1(u > 0)σ(v)²] = (π − t + sin t cos t)/(2π) for standard normals of correlation cos t."""
    return _less_its_sine(2 * (np.pi - np.asarray(angle, float))) / (4 * np.pi)


def _less_its_sine(x):
    """x − sin x, by its series where the two cancel (|x| < 1: ten terms reach the last digit)."""
    terms = np.cumprod([x**3 / 6] + [-(x**2) / ((2 * k + 2) * (2 * k + 3)) for k in range(1, 10)], axis=0)
    return np.where(np.abs(x) < 1, terms.sum(axis=0), x - np.sin(x))
