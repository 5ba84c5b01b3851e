"""Rectified and truncated Gaussians: the scalar and vector identities under the theorems.

w ~ N(0, c²I_p) is a filter and `scale` its c; a `direction` is any vector of length p, and 0 stands for a mask that is
never open, as ReLU'(0) = 0. Whatever depends on an angle θ is computed from differences and sums of unit vectors: the
angle has its relative digits near 0, second moments and truncated means also near π.
"""

import numpy as np
from scipy.special import spherical_jn
from scipy.stats import multivariate_normal

from theory.patches import unit

ROUNDING = 8 * np.finfo(float).eps  # unit vectors closer than this are the same direction


def rectified_mean(scale=1.0):
    """E σ(V) = c/√(2π) for V ~ N(0, c²) (Nie et al. 2018, proof of Theorem 1)."""
    return scale / np.sqrt(2 * np.pi)


def rectified_second_moment(scale=1.0):
    """E σ(V)² = c²/2 for V ~ N(0, c²)."""
    return scale**2 / 2


def angle(u, v):
    """The angle between two directions along the last axis, in [0, π]; nan where either is 0."""
    u, v = unit(np.asarray(u, float)), unit(np.asarray(v, float))
    between = 2 * np.arctan2(np.linalg.norm(v - u, axis=-1), np.linalg.norm(v + u, axis=-1))
    return np.where(u.any(axis=-1) & v.any(axis=-1), between, np.nan)[()]


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


def orthant_probability(directions, active=None):
    """P(aᵀw > 0 for every row a of `directions`), (..., q, p); 0 if a row is 0; ValueError for over three rows.

    ½ for one row, (π − θ)/(2π) for two, (2π − θ₁₂ − θ₁₃ − θ₂₃)/(4π) for three. Rows that are not `active` (..., q) are
    left out.
    """
    rows = np.asarray(directions, float)
    active = np.ones(rows.shape[:-1], bool) if active is None else active
    count = active.sum(axis=-1)
    if np.max(count, initial=0) > 3:
        raise ValueError(f"closed orthant probabilities end at three directions, not {np.max(count)}")
    angles = np.zeros(count.shape)
    for i in range(rows.shape[-2]):
        for j in range(i):
            both = active[..., i] & active[..., j]
            angles += np.where(both, angle(rows[..., i, :], rows[..., j, :]), 0.0)
    open_half, share = np.array([1, 0.5, 0.5, 0.5])[count], np.array([np.inf, np.inf, 2 * np.pi, 4 * np.pi])[count]
    return np.where(_closed(rows, active), 0.0, open_half - angles / share)[()]


def truncated_mean(directions, scale=1.0, active=None):
    """E[w 1(aᵀw > 0 for every row a of `directions`)], (..., p), for directions (p,) or (..., q, p).

    Stein's lemma: (c/√(2π)) Σ_l â_l P(aᵀw > 0 for the other rows | a_lᵀw = 0). One direction gives the lemma of
    Theorem 1, (c/√(2π)) ŷ. Rows that are not `active` (..., q) are left out and repeated ones count once; a zero row,
    or two opposite ones, leave nothing. ValueError for over four rows that differ.
    """
    rows = unit(np.asarray(directions, float))
    rows = rows[None] if rows.ndim == 1 else rows
    active = _first_of_equals(rows, np.ones(rows.shape[:-1], bool) if active is None else active)
    if np.max(active.sum(axis=-1), initial=0) > 4:
        raise ValueError(f"closed truncated means end at four directions, not {np.max(active.sum(axis=-1))}")
    mean = np.zeros(rows.shape[:-2] + rows.shape[-1:])
    for l in range(rows.shape[-2]):
        others = [m for m in range(rows.shape[-2]) if m != l]
        across = _across(rows[..., others, :], rows[..., l : l + 1, :])
        probability = orthant_probability(across, active[..., others] & active[..., l : l + 1])
        mean += np.where(active[..., l], probability, 0.0)[..., None] * rows[..., l, :]
    return rectified_mean(scale) * np.where(_closed(rows, active)[..., None], 0.0, mean)


def truncated_mean_numerically(directions, scale=1.0, precision=1e-4):
    """truncated_mean for any number of directions (q, p), its orthant probabilities integrated by SciPy.

    Each is good to about `precision`; the time grows as q of them, of q − 1 dimensions.
    """
    rows = unit(np.asarray(directions, float))
    kept = _first_of_equals(rows, np.ones(len(rows), bool))
    rows = rows[kept]
    if not rows.any(axis=1).all():
        return np.zeros(rows.shape[1])
    mean = np.zeros(rows.shape[1])
    for l, row in enumerate(rows):
        others = unit(_across(np.delete(rows, l, axis=0), row))
        if others.any(axis=1).all():  # a row that is opposite to this one leaves nothing
            mean += row * _orthant_numerically(others @ others.T, precision)
    return rectified_mean(scale) * mean


def _orthant_numerically(correlation, precision):
    """P(all of a normal vector of this correlation are positive), by a lattice rule that is the same every time."""
    if not len(correlation):
        return 1.0
    law = multivariate_normal(cov=correlation, allow_singular=True, abseps=precision, releps=0, maxpts=10**6)
    return float(law.cdf(np.zeros(len(correlation)), rng=0))


def _closed(rows, active):
    """Whether an active row is 0: a mask that never opens."""
    return (active & ~rows.any(axis=-1)).any(axis=-1)


def _first_of_equals(rows, active):
    """`active` without the unit rows that repeat an earlier active one."""
    active = active.copy()
    for i in range(rows.shape[-2]):
        for j in range(i):
            same = np.linalg.norm(rows[..., i, :] - rows[..., j, :], axis=-1) <= ROUNDING
            active[..., i] &= ~(active[..., j] & same)
    return active


def _across(u, v):
    """u less its part along v, for unit vectors: δ + ½|δ|²v with δ = u − v, or τ − ½|τ|²v with τ = u + v.

    Of u and v that almost meet, _across(u, v) and _across(v, u) are then opposite to the last digit, so that what
    rounding does to them leaves their sum in a truncated mean alone.
    """
    apart, together = u - v, u + v
    squares = (apart**2).sum(axis=-1, keepdims=True), (together**2).sum(axis=-1, keepdims=True)
    return np.where(squares[0] <= squares[1], apart + squares[0] / 2 * v, together - squares[1] / 2 * v)


def relu_relu(angle):
    """E[σ(u)σ(v)] = (sin t + (π − t) cos t)/(2π) for standard normals of correlation cos t (the arc-cosine kernel).

    With s = π − t it is s² j₁(s)/(2π), j₁ the spherical Bessel function: exact digits also for t → π.
    """
    rest = np.pi - np.asarray(angle, float)
    return rest**2 * spherical_jn(1, rest) / (2 * np.pi)


def relu_squares(angle):
    """E[σ(u)²σ(v)²] = (3 sin t cos t + (π − t)(1 + 2cos² t))/(2π) for standard normals of correlation cos t.

    With x = 2(π − t) it is (x − sin x − ½(sin x − x cos x))/(2π), whose terms below x⁵ cancel.
    """
    x = 2 * (np.pi - np.asarray(angle, float))
    terms = np.cumprod(
        [x**5 / 120] + [-(x**2) * (k - 1) / ((k - 2) * (2 * k) * (2 * k + 1)) for k in range(3, 12)], axis=0
    )
    return np.where(np.abs(x) < 1, terms.sum(axis=0), x - np.sin(x) - x**2 * spherical_jn(1, x) / 2) / (2 * np.pi)


def step_relu_squared(angle):
    """E[1(u > 0)σ(v)²] = (π − t + sin t cos t)/(2π) for standard normals of correlation cos t."""
    return _less_its_sine(2 * (np.pi - np.asarray(angle, float))) / (4 * np.pi)


def step_relu_relu(ug, vg, uv):
    """E[1(g > 0)σ(u)σ(v)] for standard normals g, u, v of these correlations; ValueError if no such normals exist.

    Stein's lemma in u: ρ_uv P(g, u, v > 0) + φ(0) E[1(g > 0)σ(v) | u = 0] + ρ_ug φ(0) E[1(u > 0)σ(v) | g = 0], where
    E[1(g > 0)σ(v)] = (1 + ρ_vg) sd(v)/√(8π). Two normals that coincide share a sign, and no conditional correlation.
    """
    ug, vg, uv = (np.asarray(rho, float) for rho in (ug, vg, uv))
    room = 1 - ug**2 - vg**2 - uv**2 + 2 * ug * vg * uv
    if not np.all(room >= -ROUNDING) or np.max(np.abs(np.stack(np.broadcast_arrays(ug, vg, uv)))) > 1 + ROUNDING:
        raise ValueError(f"no three normals have the correlations {ug}, {vg}, {uv}")
    ug, vg, uv = (np.clip(rho, -1, 1) for rho in (ug, vg, uv))
    orthant = 1 / 8 + (np.arcsin(ug) + np.arcsin(vg) + np.arcsin(uv)) / (4 * np.pi)
    at_u, at_g = _sine(uv) + _conditional(vg, uv, ug), _sine(vg) + _conditional(uv, vg, ug)
    return uv * orthant + (at_u + ug * at_g) / (4 * np.pi)


def _sine(rho):
    return np.sqrt((1 - rho) * (1 + rho))


def _conditional(ab, ac, bc):
    """ρ_ab·c √(1 − ρ_ac²) = (ρ_ab − ρ_ac ρ_bc)/√(1 − ρ_bc²), within what a correlation allows; 0 where b is ±c."""
    sine = _sine(bc)
    value = np.divide(ab - ac * bc, sine, out=np.zeros(np.broadcast(ab, ac, bc).shape), where=sine > 0)
    return np.clip(value, -_sine(ac), _sine(ac))


def _less_its_sine(x):
    """x − sin x, by its series where the two cancel (|x| < 1: ten terms reach the last digit)."""
    terms = np.cumprod([x**3 / 6] + [-(x**2) / ((2 * k + 2) * (2 * k + 3)) for k in range(1, 10)], axis=0)
    return np.where(np.abs(x) < 1, terms.sum(axis=0), x - np.sin(x))
