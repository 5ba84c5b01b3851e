"""Hypothesis strategies: shapes, windows that fit them, and numbers with many ties and zeros among them."""

import numpy as np
from hypothesis import strategies as st


def int_or_pair(least, most):
    """An int for both axes, or a pair; `most` bounds each axis."""
    return st.one_of(st.integers(least, min(most)), st.tuples(*(st.integers(least, top) for top in most)))


@st.composite
def geometries(draw, longest=6, pooling=False):
    """((C, H, W), kernel, stride, padding); a third of the draws are 1-D, an image of height 1.

    For pooling the padding is at most half of the kernel, as every framework demands.
    """
    heights, widths = st.sampled_from([4, 1, 5, longest, 1, 3]), st.sampled_from([5, longest, 4, 3, 2, 1])
    shape = draw(st.integers(1, 3)), draw(heights), draw(widths)
    if pooling:
        kernel = draw(int_or_pair(1, [min(3, length) for length in shape[1:]]))
        sides = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        padding = draw(int_or_pair(0, [side // 2 for side in sides]))
    else:
        padding = draw(int_or_pair(0, (2, 2)))
        margins = padding if isinstance(padding, tuple) else (padding, padding)
        kernel = draw(int_or_pair(1, [min(4, length + 2 * margin) for length, margin in zip(shape[1:], margins)]))
    return shape, kernel, draw(int_or_pair(1, (3, 3))), padding


@st.composite
def number_sources(draw):
    """A function shape → float64 array: integers from −2 to 2, which tie and vanish often, or normal numbers."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.booleans()):
        return lambda *shape: rng.integers(-2, 3, shape).astype(float)
    return lambda *shape: rng.standard_normal(shape)
