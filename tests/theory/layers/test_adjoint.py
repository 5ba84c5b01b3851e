"""⟨v, backward(u)⟩ = ⟨forward(v), u⟩ for everything linear, on random shapes.

Both sides add up the same products v·w·u. There are Σ 1 = `products` of them at most, so each side is off by at most
products·eps·Σ|v·w·u|, and the sum of absolute products is the identity's own value on absolute numbers.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.geometries import geometries
from support.oracles import as_pair

from theory.geometry.patches import extract, fold
from theory.layers import Conv2d, Flatten, Linear, MaxPool2d

EPS = np.finfo(float).eps
SEEDS = st.integers(0, 2**32 - 1)


def assert_equal_sums(left, right, products, size):
    assert abs(left - right) <= 2 * products * EPS * size, (left, right)


@given(geometries(longest=9), st.integers(1, 4), SEEDS)
def test_conv(geometry, outputs, seed):
    shape, kernel, stride, padding = geometry
    rng = np.random.default_rng(seed)
    layer = Conv2d(rng.standard_normal((outputs, shape[0], *as_pair(kernel))), None, stride, padding)
    v = rng.standard_normal((2, *shape))
    forward, saved = layer.forward(v)
    u = rng.standard_normal(forward.shape)
    size = (Conv2d(abs(layer.weight), None, stride, padding).forward(abs(v))[0] * abs(u)).sum()
    assert_equal_sums(
        (v * layer.backward(u, saved, None)).sum(), (forward * u).sum(), u.size * layer.weight[0].size, size
    )


@given(geometries(longest=9), SEEDS)
def test_a_bias_is_no_part_of_the_backward_pass(geometry, seed):
    shape, kernel, stride, padding = geometry
    rng = np.random.default_rng(seed)
    weight = rng.integers(-3, 4, (2, shape[0], *as_pair(kernel)))
    with_bias = Conv2d(weight, rng.integers(-3, 4, 2), stride, padding)
    outputs, saved = with_bias.forward(rng.integers(-3, 4, (1, *shape)).astype(float))
    without = Conv2d(weight, None, stride, padding)
    assert np.array_equal(with_bias.backward(outputs, saved, None), without.backward(outputs, saved, None))


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 3), SEEDS)
def test_linear(inputs, outputs, batch, seed):
    rng = np.random.default_rng(seed)
    layer, v = Linear(rng.standard_normal((outputs, inputs))), rng.standard_normal((batch, inputs))
    forward, saved = layer.forward(v)
    u = rng.standard_normal(forward.shape)
    size = (abs(v) @ abs(layer.weight.T) * abs(u)).sum()
    assert_equal_sums((v * layer.backward(u, saved, None)).sum(), (forward * u).sum(), u.size * inputs, size)


@given(geometries(longest=9, pooling=True), st.sampled_from(["first", "last"]), SEEDS)
def test_pool_with_its_switches_held(geometry, tie, seed):
    """Held at its switches, pooling copies pixels: u's part is the pixel that gave each maximum."""
    shape, size, stride, padding = geometry
    rng = np.random.default_rng(seed)
    layer = MaxPool2d(size, stride, padding, tie)
    outputs, saved = layer.forward(rng.integers(-1, 2, (2, *shape)).astype(float))
    v, u = rng.standard_normal((2, *shape)), rng.standard_normal(outputs.shape)
    switches = saved[1].reshape(2 * shape[0], -1)
    copied = np.take_along_axis(v.reshape(2 * shape[0], -1), switches, axis=1).reshape(u.shape)
    assert_equal_sums((v * layer.backward(u, saved, None)).sum(), (copied * u).sum(), u.size, (abs(copied * u)).sum())


@given(geometries(longest=9), SEEDS)
def test_extract_and_fold(geometry, seed):
    shape, *where = geometry
    rng = np.random.default_rng(seed)
    v = rng.standard_normal(shape)
    patches = extract(v, *where)
    u = rng.standard_normal(patches.shape)
    assert_equal_sums((v * fold(u, shape, *where)).sum(), (patches * u).sum(), u.size, abs(patches * u).sum())


@given(geometries(longest=9), SEEDS)
def test_flatten(geometry, seed):
    rng = np.random.default_rng(seed)
    v = rng.standard_normal((2, *geometry[0]))
    flat, saved = Flatten().forward(v)
    u = rng.standard_normal(flat.shape)
    assert_equal_sums((v * Flatten().backward(u, saved, None)).sum(), (flat * u).sum(), u.size, abs(flat * u).sum())
