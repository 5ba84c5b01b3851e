"""Hypothesis strategies: shapes, windows that fit them, and arrays drawn entry by entry."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

FINE = 2**19


def whole(most=2):
    """Integers from −most to most: many ties and zeros among them, and exact sums."""
    return st.integers(-most, most).map(float)


def generic():
    """Numbers from −2 to 2 that hardly ever tie or vanish; of 21 bits, so that no square underflows."""
    return st.integers(-2 * FINE, 2 * FINE).map(lambda number: number / FINE)


def array(shape, elements):
    return arrays(np.float64, shape, elements=elements, fill=st.nothing())


def numbers(draw):
    """A function shape → float64 array that draws, all of integers that tie and vanish often or all of generic numbers.

    `draw` is that of a composite strategy, or of st.data().
    """
    elements = draw(st.sampled_from([whole(), generic()]))
    return lambda *shape: draw(array(shape, elements))


def int_or_pair(least, most):
    """An int for both axes, or a pair; `most` bounds each axis."""
    return st.one_of(st.integers(least, min(most)), st.tuples(*(st.integers(least, top) for top in most)))


@st.composite
def geometries(draw, longest=6, pooling=False):
    """((C, H, W), kernel, stride, padding): a third are 1-D, of height 1, and two thirds have windows that overlap.

    For pooling the padding is at most half of the kernel, as every framework demands.
    """
    if draw(st.sampled_from([True, True, False])):
        return draw(overlapping(longest, pooling))
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
def overlapping(draw, longest=6, pooling=False):
    """The same, with two windows along one axis at least that share a pixel."""
    sides = [draw(axis(longest, pooling))]
    sides.append(draw(st.one_of(axis(longest, pooling), lone(longest, pooling))))
    if draw(st.booleans()):
        sides.reverse()
    lengths, *where = zip(*sides)
    as_drawn = [pair[0] if pair[0] == pair[1] and draw(st.booleans()) else pair for pair in where]
    return (draw(st.integers(1, 3)), *lengths), *as_drawn


@st.composite
def axis(draw, longest, pooling):
    """Length, kernel, stride and padding of an axis with two windows or more, the first two of which share a pixel."""
    length = draw(st.integers(3, longest))
    padding = draw(st.integers(0, 1 if pooling else 2))
    kernel = draw(st.integers(max(2, padding + 1), min(3 if pooling else 4, length + 2 * padding - 1)))
    stride = draw(st.integers(1, min(kernel - 1, length + 2 * padding - kernel)))
    return length, kernel, stride, padding


@st.composite
def lone(draw, longest, pooling):
    """An axis of one pixel, or of one window."""
    length = draw(st.sampled_from([1, 2, longest]))
    return length, min(length, 3 if pooling else 4), 1, 0
