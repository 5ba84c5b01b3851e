"""Hypothesis strategies: the patches of pooling windows, and images whose patches have two entries at most."""

import numpy as np
from hypothesis import strategies as st

from support.geometries import array, generic, numbers, whole

SIZES = [1, 2, (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (4, 1)]


@st.composite
def blocks(draw):
    """Windows (R, q, p): mostly four generic patches of four entries or more; else of any number, generic or
    of small integers, which repeat, vanish, oppose and depend.
    """
    if draw(st.sampled_from([True, True, True, False])):
        return draw(array((draw(st.integers(1, 2)), 4, draw(st.integers(4, 6))), generic()))
    shape = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 6))
    return draw(array(shape, draw(st.sampled_from([whole(1), generic()]))))


@st.composite
def planar(draw, padded=1):
    """An image, its kernel, stride and padding (0 or `padded`), with patches of one or two entries, and a pool that
    fits.
    """
    channels, kernel = draw(st.sampled_from([(1, (1, 2)), (1, (2, 1)), (2, (1, 1)), (1, (1, 1))]))
    pool = draw(st.sampled_from(SIZES))
    padding, stride = draw(st.tuples(*[st.integers(0, padded)] * 2)), draw(st.tuples(*[st.integers(1, 2)] * 2))
    least = [
        (size - 1) * step + side - 2 * margin
        for size, step, side, margin in zip(np.broadcast_to(pool, 2).tolist(), stride, kernel, padding)
    ]
    height, width = (draw(st.integers(max(low, 1), max(low, 1) + 2)) for low in least)
    return numbers(draw)(channels, height, width), kernel, stride, padding, pool


@st.composite
def strips(draw):
    """The same, unpadded: a line of pixels whose patches of two overlap, pooled two by two or three by three, and two
    pooling windows or more.
    """
    positions, entries = draw(st.sampled_from([2, 2, 3])), draw(st.sampled_from([generic(), generic(), whole()]))
    line = draw(array((1, 1, 1 + draw(st.integers(2, 3)) * positions), entries))
    if draw(st.booleans()):
        return line, (1, 2), (1, 1), (0, 0), (1, positions)
    return line.swapaxes(1, 2), (2, 1), (1, 1), (0, 0), (positions, 1)
