"""Gaussian integrals over a simplicial cone {w : aᵀw > 0 for p rows a of R^p}, by quadrature.

With G = A⁻¹ the cone is {Gt : t ≥ 0}. Writing t = r·s, s on the simplex Σs = 1, the integral over r is closed,

    E[f(w) 1(Aw > 0)] = |det G| (2π)^{-p/2} 2^{(p+k)/2−1} Γ((p+k)/2) ∫ f(Gs) / |Gs|^{p+k} ds

for f homogeneous of degree k, and what remains is smooth on a simplex: Gauss-Legendre in collapsed coordinates
converges geometrically.
"""

from math import gamma

import numpy as np


def simplex(dimension, order):
    """Points (M, dimension + 1) on the simplex Σs = 1, and weights of ds_1…ds_dimension."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    nodes, weights = (nodes + 1) / 2, weights / 2
    points, mass, rest = np.zeros((1, 0)), np.ones(1), np.ones(1)
    for _ in range(dimension):
        first = (rest[:, None] * nodes).ravel()
        mass = (mass[:, None] * weights).ravel() * np.repeat(rest, order)
        points = np.column_stack([np.repeat(points, order, axis=0), first])
        rest = np.repeat(rest, order) - first
    return np.column_stack([points, rest]), mass


def integral(rows, power, order):
    """E[w^(power) 1(rows·w > 0)]: a probability, a mean (p,) or a second moment (p, p) for power 0, 1, 2."""
    p = len(rows)
    inverse = np.linalg.inv(rows)
    points, mass = simplex(p - 1, order)
    w = points @ inverse.T
    radial = 2 ** ((p + power) / 2 - 1) * gamma((p + power) / 2) * (w**2).sum(axis=1) ** (-(p + power) / 2)
    mass = mass * radial * abs(np.linalg.det(inverse)) / (2 * np.pi) ** (p / 2)
    return [lambda: mass.sum(), lambda: mass @ w, lambda: (w.T * mass) @ w][power]()


def converged(rows, power):
    """The integral, and a bound of its error: its distance from the rule of half the order, and rounding (64 eps)."""
    order = 28 if len(rows) == 4 else 56
    fine = integral(rows, power, order)
    return fine, np.abs(fine - integral(rows, power, order // 2)).max() + 64 * np.finfo(float).eps
