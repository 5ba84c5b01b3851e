"""Every layer, forward and backward, equals its slow oracle.

A sum of n products taken in any order is off by at most n·eps·Σ|products|; the same oracle on absolute values gives
that sum, so each bound below is a theorem and not a setting.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import oracles
from support.geometries import array, geometries, numbers, whole

from theory.layers import AdaptiveAveragePool2d, AveragePool2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.rules import RULES

PRECISIONS = st.sampled_from([np.float32, np.float64])
TIES = st.sampled_from(["first", "last"])


def assert_within(actual, expected, terms, size, dtype):
    assert actual.dtype == dtype
    assert actual.shape == expected.shape
    bound = terms * np.finfo(dtype).eps * size
    assert (np.abs(actual - expected) <= bound).all(), np.abs(actual - expected).max()


@st.composite
def convolutions(draw):
    """An image (C, H, W), a layer that fits it, and a signal at its outputs, all of one precision."""
    (shape, kernel, stride, padding), drawn, dtype = draw(geometries(longest=5)), numbers(draw), draw(PRECISIONS)
    outputs = draw(st.integers(1, 3))
    weight = drawn(outputs, shape[0], *oracles.as_pair(kernel)).astype(dtype)
    bias = drawn(outputs).astype(dtype) if draw(st.booleans()) else None
    signal = drawn(outputs, *oracles.grid(shape, kernel, stride, padding)).astype(dtype)
    return drawn(*shape).astype(dtype), Conv2d(weight, bias, stride, padding), signal


@given(convolutions())
def test_conv_forward(case):
    image, layer, _ = case
    actual = layer.forward(image[None])[0][0]
    expected = oracles.convolve(image, layer.weight, layer.bias, layer.stride, layer.padding)
    bias = None if layer.bias is None else abs(layer.bias)
    size = oracles.convolve(abs(image), abs(layer.weight), bias, layer.stride, layer.padding)
    assert_within(actual, expected, layer.weight[0].size + 1, size, image.dtype)


@given(convolutions())
def test_conv_backward(case):
    image, layer, signal = case
    actual = layer.backward(signal[None], image[None].shape, None)[0]
    expected = oracles.convolve_transposed(signal, layer.weight, image.shape, layer.stride, layer.padding)
    size = oracles.convolve_transposed(abs(signal), abs(layer.weight), image.shape, layer.stride, layer.padding)
    assert_within(actual, expected, len(signal) + layer.weight[0, 0].size, size, image.dtype)


def test_conv_takes_every_input_of_a_batch_by_itself():
    rng = np.random.default_rng(1)
    layer = Conv2d(rng.integers(-3, 4, (3, 2, 2, 3)), stride=(1, 2))
    batch = rng.integers(-3, 4, (4, 2, 5, 6)).astype(float)
    outputs, saved = layer.forward(batch)
    back = layer.backward(outputs, saved, None)
    for image, output, picture in zip(batch, outputs, back):
        assert np.array_equal(layer.forward(image[None])[0][0], output)
        assert np.array_equal(layer.backward(output[None], image[None].shape, None)[0], picture)


@given(st.integers(1, 6), st.integers(1, 4), st.booleans(), st.data(), PRECISIONS)
def test_linear(inputs, outputs, biased, data, dtype):
    drawn = numbers(data.draw)
    weight, x, signal = (drawn(*shape).astype(dtype) for shape in ((outputs, inputs), (2, inputs), (2, outputs)))
    bias = drawn(outputs).astype(dtype) if biased else None
    layer = Linear(weight, bias)
    actual, saved = layer.forward(x)
    back = layer.backward(signal, saved, None)
    for k in range(2):
        size = oracles.linear(abs(x[k]), abs(weight), None if bias is None else abs(bias))
        assert_within(actual[k], oracles.linear(x[k], weight, bias), inputs + 1, size, dtype)
        size = oracles.linear(abs(signal[k]), abs(weight.T))
        assert_within(back[k], oracles.linear(signal[k], weight.T), outputs, size, dtype)


@st.composite
def poolings(draw):
    """Inputs (B, C, H, W), a layer that fits them, and integer signals at its outputs."""
    shape, size, stride, padding = draw(geometries(longest=5, pooling=True))
    drawn, dtype = numbers(draw), draw(PRECISIONS)
    layer = MaxPool2d(size, draw(st.sampled_from([None, stride])), padding, draw(TIES), draw(st.booleans()))
    grid = oracles.grid(shape, layer.size, layer.stride, padding, layer.ceil_mode)
    signal = draw(array((2, shape[0], *grid), whole(9))).astype(dtype)
    return drawn(2, *shape).astype(dtype), layer, signal


@given(poolings())
def test_pool_forward_and_backward(case):
    """Maxima are copies, and sums of small integers are exact: nothing is rounded."""
    inputs, layer, signal = case
    outputs, saved = layer.forward(inputs)
    back = layer.backward(signal, saved, None)
    assert outputs.dtype == back.dtype == inputs.dtype
    for index in np.ndindex(inputs.shape[:2]):
        settings = layer.size, layer.stride, layer.padding, layer.tie, layer.ceil_mode
        values, places = oracles.max_pool(inputs[index], *settings)
        assert np.array_equal(outputs[index], values)
        assert np.array_equal(back[index], oracles.unpool(signal[index], places, inputs.shape[2:]))


@st.composite
def averages(draw):
    """Inputs (B, C, H, W), a layer of means that fits them, and the slow oracle of a plane."""
    shape, size, stride, padding = draw(geometries(longest=5, pooling=True))
    inputs = numbers(draw)(2, *shape).astype(draw(PRECISIONS))
    if draw(st.booleans()):
        layer = AveragePool2d(size, stride, padding, *(draw(st.booleans()) for _ in range(2)))
        settings = layer.size, layer.stride, layer.padding, layer.ceil_mode, layer.count_include_pad
        return inputs, layer, lambda plane: oracles.average_pool(plane, *settings)
    layer = AdaptiveAveragePool2d(tuple(draw(st.integers(1, 7)) for _ in range(2)))
    return inputs, layer, lambda plane: oracles.adaptive_average(plane, layer.size)


@given(averages(), st.data())
def test_average_forward_and_adjoint(case, data):
    """A window has `terms` = H·W entries at most, and is divided once; the adjoint adds each product twice over."""
    inputs, layer, oracle = case
    outputs, saved = layer.forward(inputs)
    terms = inputs[0, 0].size + 2
    for index in np.ndindex(inputs.shape[:2]):
        assert_within(
            outputs[index], oracle(inputs[index]).astype(inputs.dtype), terms, oracle(abs(inputs[index])), inputs.dtype
        )
    signal = numbers(data.draw)(*outputs.shape).astype(inputs.dtype)
    back = layer.backward(signal, saved, None)
    assert back.dtype == inputs.dtype and back.shape == inputs.shape
    left, right = (np.vdot(*each) for each in ((inputs, back), (outputs, signal)))
    size = np.vdot(layer.forward(abs(inputs))[0], abs(signal))
    assert abs(left - right) <= 4 * (inputs.size + signal.size) * np.finfo(inputs.dtype).eps * size


def test_pool_of_negative_numbers_ignores_the_padding():
    outputs, _ = MaxPool2d(3, stride=2, padding=1).forward(np.full((1, 1, 4, 4), -5.0))
    assert np.array_equal(outputs, np.full((1, 1, 2, 2), -5.0))


def test_pool_passes_nan_and_infinity_on():
    plane = np.array([[[[1.0, np.nan], [-np.inf, 2.0]]]])
    assert np.isnan(MaxPool2d(2).forward(plane)[0]).all()
    first = MaxPool2d(2).forward(np.array([[[[1.0, np.nan], [np.nan, 2.0]]]]))[1][1]
    assert first == 1  # among several, the first
    lowest, (_, switches) = MaxPool2d(2).forward(np.full((1, 1, 2, 2), -np.inf))
    assert lowest == -np.inf and switches == 0


@given(st.data(), PRECISIONS)
def test_relu_under_every_rule(data, dtype):
    y, signal = (numbers(data.draw)(3, 7).astype(dtype) for _ in range(2))
    assert np.array_equal(ReLU().forward(y)[0], [[max(entry, 0) for entry in row] for row in y])
    for name, rule in RULES.items():
        back = ReLU().backward(signal, y, rule)
        expected = [oracles.relu_backward(name, *entry) for entry in zip(signal.flat, y.flat)]
        assert back.dtype == dtype and np.array_equal(back.ravel(), expected)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_no_signal_passes_a_preactivation_of_zero(zero):
    assert RULES["saliency"].backward(np.ones(1), np.array([zero])) == 0
    assert RULES["guided"].backward(np.ones(1), np.array([zero])) == 0
    assert RULES["deconvnet"].backward(np.ones(1), np.array([zero])) == 1


def test_flatten_is_in_the_order_of_the_papers():
    """Feature (i − 1)J + j, counted from 1, is filter i at place j."""
    inputs = np.arange(2 * 3 * 2 * 2.0).reshape(2, 3, 2, 2)
    flat, saved = Flatten().forward(inputs)
    assert all(flat[1, i * 4 + j] == inputs[1, i].flat[j] for i in range(3) for j in range(4))
    assert np.array_equal(Flatten().backward(flat, saved, None), inputs)
