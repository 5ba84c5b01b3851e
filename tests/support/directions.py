"""Hypothesis strategies: directions in space, and a rotation of it."""

import numpy as np
from hypothesis import strategies as st

SCALES = st.sampled_from([1.0, 1e-3, 0.5, 300.0])


@st.composite
def rows(draw, least=1, most=4):
    """Up to four directions in R^1 … R^6: normal numbers, or small integers, which repeat, oppose and depend."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.integers(least, most)), draw(st.integers(1, 6))
    if draw(st.booleans()):
        return rng.standard_normal(shape)
    small = rng.integers(-2, 3, shape).astype(float)
    small[~small.any(axis=1)] = 1
    return small


def orthogonal(p, seed=3):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((p, p)))[0]


PAIRS = rows(least=2, most=2)
