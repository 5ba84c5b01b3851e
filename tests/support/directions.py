"""Hypothesis strategies: directions in space, pairs of them by their angle, scales; and rotations.

Every entry is drawn as such: what fails shrinks. Half of the draws are hard (tests/test_strategies.py counts them):
four independent rows, whose closed forms are the longest, or an angle within 1e-2 of 0 or π.
"""

import numpy as np
from hypothesis import strategies as st

from support.geometries import array, generic, whole

SCALES = st.floats(-6, 6).map(lambda exponent: float(10**exponent))
NEAR = st.floats(-15, -2).map(lambda exponent: float(10**exponent))  # to 0 or π, log-uniform
ANGLES = st.one_of(NEAR, NEAR.map(lambda near: np.pi - near), st.floats(0, np.pi), st.sampled_from([0.0, np.pi]))


@st.composite
def rows(draw, least=1, most=4):
    """Directions (q, p), q from `least` to `most` and p ≤ 6: mostly `most` generic rows of as many dimensions
    or more; else small integers, which repeat, oppose and depend, or generic rows of any dimension.
    """
    if draw(st.sampled_from([True, True, True, False])):
        return no_zeros(draw(array((most, draw(st.integers(most, 6))), generic())))
    shape = draw(st.integers(least, most)), draw(st.integers(1, 6))
    return no_zeros(draw(array(shape, draw(st.sampled_from([whole(), generic()])))))


def no_zeros(directions):
    directions[~directions.any(axis=1)] = 1
    return directions


@st.composite
def pairs(draw):
    """Two directions (2, p), p ≤ 6: rows of any kind, or two at a drawn angle in a generic plane."""
    if draw(st.booleans()):
        return draw(rows(least=2, most=2))
    plane = no_zeros(draw(array((2, draw(st.integers(2, 6))), generic())))
    u = plane[0] / np.linalg.norm(plane[0])
    across = plane[1] - (plane[1] @ u) * u
    if np.linalg.norm(across) < 1e-3:
        across = np.eye(len(u))[np.argmin(abs(u))] - u[np.argmin(abs(u))] * u
    theta = draw(ANGLES)
    return np.array([u, np.cos(theta) * u + np.sin(theta) * across / np.linalg.norm(across)])


@st.composite
def rotations(draw, p):
    """An orthogonal matrix (p, p): of a generic one, of determinant 1 or −1."""
    return np.linalg.qr(draw(array((p, p), generic())))[0]


def orthogonal(p, seed=3):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((p, p)))[0]
