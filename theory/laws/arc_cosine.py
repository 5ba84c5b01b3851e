"""Moments of two and three rectified standard normals that correlate: the arc-cosine family."""

import numpy as np
import numpy.typing as npt
from scipy.special import spherical_jn

from theory.errors import Precondition
from theory.laws.moments import ROUNDING
from theory.laws.preconditions import Values, angles, floats


def relu_relu(angle: npt.ArrayLike) -> Values:
    """E[σ(u)σ(v)] = (sin t + (π − t) cos t)/(2π) for standard normals of correlation cos t (the arc-cosine kernel).

    With s = π − t it is s² j₁(s)/(2π), j₁ the spherical Bessel function: exact digits also for t → π.
    """
    rest = np.pi - angles(angle)
    moment: Values = rest**2 * spherical_jn(1, rest) / (2 * np.pi)
    return moment


def relu_squares(angle: npt.ArrayLike) -> Values:
    """E[σ(u)²σ(v)²] = (3 sin t cos t + (π − t)(1 + 2cos² t))/(2π) for standard normals of correlation cos t.

    With x = 2(π − t) it is (x − sin x − ½(sin x − x cos x))/(2π), whose terms below x⁵ cancel.
    """
    x = 2 * (np.pi - angles(angle))
    terms = np.cumprod(
        [x**5 / 120] + [-(x**2) * (k - 1) / ((k - 2) * (2 * k) * (2 * k + 1)) for k in range(3, 12)], axis=0
    )
    closed = x - np.sin(x) - x**2 * spherical_jn(1, x) / 2
    moment: Values = np.where(np.abs(x) < 1, terms.sum(axis=0), closed) / (2 * np.pi)
    return moment


def step_relu_squared(angle: npt.ArrayLike) -> Values:
    """E[1(u > 0)σ(v)²] = (π − t + sin t cos t)/(2π) for standard normals of correlation cos t."""
    return _less_its_sine(2 * (np.pi - angles(angle))) / (4 * np.pi)


def step_relu_relu(ug: npt.ArrayLike, vg: npt.ArrayLike, uv: npt.ArrayLike) -> Values:
    """E[1(g > 0)σ(u)σ(v)] for standard normals g, u, v of these correlations; Precondition if no such normals exist.

    Stein's lemma in u: ρ_uv P(g, u, v > 0) + φ(0) E[1(g > 0)σ(v) | u = 0] + ρ_ug φ(0) E[1(u > 0)σ(v) | g = 0], where
    E[1(g > 0)σ(v)] = (1 + ρ_vg) sd(v)/√(8π). Two normals that coincide share a sign, and no conditional correlation.
    """
    ug, vg, uv = (floats(rho, "a correlation") for rho in (ug, vg, uv))
    room = 1 - ug**2 - vg**2 - uv**2 + 2 * ug * vg * uv
    if not np.all(room >= -ROUNDING) or np.max(np.abs(np.stack(np.broadcast_arrays(ug, vg, uv)))) > 1 + ROUNDING:
        raise Precondition(f"no three normals have the correlations {ug}, {vg}, {uv}")
    ug, vg, uv = (np.clip(rho, -1, 1) for rho in (ug, vg, uv))
    orthant = 1 / 8 + (np.arcsin(ug) + np.arcsin(vg) + np.arcsin(uv)) / (4 * np.pi)
    at_u, at_g = _sine(uv) + _conditional(vg, uv, ug), _sine(vg) + _conditional(uv, vg, ug)
    return uv * orthant + (at_u + ug * at_g) / (4 * np.pi)


def _sine(rho: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.sqrt((1 - rho) * (1 + rho))


def _conditional(
    ab: npt.NDArray[np.float64], ac: npt.NDArray[np.float64], bc: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """ρ_ab·c √(1 − ρ_ac²) = (ρ_ab − ρ_ac ρ_bc)/√(1 − ρ_bc²), within what a correlation allows; 0 where b is ±c."""
    sine = _sine(bc)
    value = np.divide(ab - ac * bc, sine, out=np.zeros(np.broadcast(ab, ac, bc).shape), where=sine > 0)
    return np.clip(value, -_sine(ac), _sine(ac))


def _less_its_sine(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """x − sin x, by its series where the two cancel (|x| < 1: ten terms reach the last digit)."""
    terms = np.cumprod([x**3 / 6] + [-(x**2) / ((2 * k + 2) * (2 * k + 3)) for k in range(1, 10)], axis=0)
    return np.where(np.abs(x) < 1, terms.sum(axis=0), x - np.sin(x))
