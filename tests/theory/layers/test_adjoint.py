"""⟨v, backward(u)⟩ = ⟨forward(v), u⟩ for everything linear, on random shapes.

Both sides add up the same products v·w·u. There are Σ 1 = `products` of them at most, so each side is off by at most
products·eps·Σ|v·w·u|, and the sum of absolute products is the identity's own value on absolute numbers.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.geometries import array, generic, geometries
from support.oracles import as_pair

from theory.geometry.patches import extract, fold
from theory.layers import Conv2d, Flatten, Linear

EPS = np.finfo(float).eps


def drawing(data):
    return lambda shape: data.draw(array(shape, generic()))


def assert_equal_sums(left, right, products, size):
    assert abs(left - right) <= 2 * products * EPS * size, (left, right)


@given(geometries(longest=5), st.integers(1, 3), st.data())
def test_conv(geometry, outputs, data):
    shape, kernel, stride, padding = geometry
    normal = drawing(data)
    layer = Conv2d(normal((outputs, shape[0], *as_pair(kernel))), None, stride, padding)
    v = normal((2, *shape))
    forward, saved = layer.forward(v)
    u = normal(forward.shape)
    size = (Conv2d(abs(layer.weight), None, stride, padding).forward(abs(v))[0] * abs(u)).sum()
    assert_equal_sums(
        (v * layer.backward(u, saved, None)).sum(), (forward * u).sum(), u.size * layer.weight[0].size, size
    )


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 3), st.data())
def test_linear(inputs, outputs, batch, data):
    normal = drawing(data)
    layer, v = Linear(normal((outputs, inputs))), normal((batch, inputs))
    forward, saved = layer.forward(v)
    u = normal(forward.shape)
    size = (abs(v) @ abs(layer.weight.T) * abs(u)).sum()
    assert_equal_sums((v * layer.backward(u, saved, None)).sum(), (forward * u).sum(), u.size * inputs, size)


@given(geometries(longest=5), st.data())
def test_extract_and_fold(geometry, data):
    shape, *where = geometry
    normal = drawing(data)
    v = normal(shape)
    patches = extract(v, *where)
    u = normal(patches.shape)
    assert_equal_sums((v * fold(u, shape, *where)).sum(), (patches * u).sum(), u.size, abs(patches * u).sum())


@given(geometries(longest=5), st.data())
def test_flatten(geometry, data):
    normal = drawing(data)
    v = normal((2, *geometry[0]))
    flat, saved = Flatten().forward(v)
    u = normal(flat.shape)
    assert_equal_sums((v * Flatten().backward(u, saved, None)).sum(), (flat * u).sum(), u.size, abs(flat * u).sum())
