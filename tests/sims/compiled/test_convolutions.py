"""Fast convolutions against the plain ones in float64, for any shape: within the derived bounds."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.roundings import backward_error, double, forward_error, normals

from sims.compiled import layers
from sims.compiled import layers as compiled
from sims.compiled.layers import FastConv2d
from theory.layers import Conv2d

SEEDS = st.integers(0, 2**32 - 1)
PAIRS = st.integers(0, 2) | st.tuples(st.integers(0, 3), st.integers(0, 2))


@st.composite
def convolutions(draw):
    """A layer and inputs: odd sizes, few channels and many, with and without bias, one band of tiles or several."""
    channels, outputs = (draw(st.sampled_from([1, 3, 16, 17, 40])) for _ in range(2))
    height, width = draw(st.integers(1, 21) | st.just(43)), draw(st.integers(1, 21) | st.just(70))
    padding = draw(PAIRS)
    sides = padding if isinstance(padding, tuple) else (padding, padding)
    assume(height + 2 * sides[0] >= 3 and width + 2 * sides[1] >= 3)
    shapes = (outputs, channels, 3, 3), (outputs,), (draw(st.integers(1, 2)), channels, height, width)
    weight, bias, inputs = normals(draw(SEEDS), *shapes)
    return Conv2d(weight, bias if draw(st.booleans()) else None, 1, padding), inputs


@pytest.mark.parametrize("m", [2, 4])
@given(convolutions(), SEEDS)
def test_a_fast_convolution_is_the_convolution_both_ways(m, convolution, seed):
    """With tiles of either side, whether they would be chosen or not."""
    with patch.object(layers, "tile", lambda rows, columns: m):
        compare_convolution(*convolution, seed)


def compare_convolution(layer, inputs, seed):
    faster, exact = FastConv2d(**layer.settings()), double(layer)
    outputs, saved = faster.forward(inputs)
    expected, shape = exact.forward(inputs.astype(np.float64))
    assert saved == shape and outputs.dtype == np.float32 and outputs.shape == expected.shape
    assert (np.abs(outputs - expected) <= forward_error(layer, inputs)).all()
    [grad] = normals(seed, outputs.shape)
    signal = faster.backward(grad, saved, None)
    assert signal.dtype == np.float32 and signal.shape == inputs.shape
    error = np.abs(signal - exact.backward(grad.astype(np.float64), shape, None))
    assert (error <= backward_error(layer, grad, inputs.shape)).all()


@given(convolutions(), SEEDS)
def test_forward_and_backward_are_adjoint(convolution, seed):
    layer, inputs = convolution
    faster = FastConv2d(layer.weight, None, 1, layer.padding)
    outputs, saved = faster.forward(inputs)
    [grad] = normals(seed, outputs.shape)
    left = np.vdot(outputs.astype(np.float64), grad)
    right = np.vdot(inputs.astype(np.float64), faster.backward(grad, saved, None))
    error = np.vdot(forward_error(layer, inputs), np.abs(grad))
    assert abs(left - right) <= error + np.vdot(backward_error(layer, grad, inputs.shape), np.abs(inputs))


@pytest.mark.parametrize("side, m", [(1, 0), (4, 0), (14, 2), (28, 4), (56, 4), (112, 4), (224, 4)])
def test_tiles_of_vgg_16(side, m):
    assert compiled.tile(side, side) == m


@pytest.mark.parametrize("side", [14, 28])
def test_the_error_is_near_that_of_a_plain_sum(side):
    """Root mean square over a layer of VGG-16's widths, tiles of 2 × 2 and 4 × 4: at most 10 times plain float32's."""
    weight, inputs, grad = normals(0, (256, 256, 3, 3), (1, 256, side, side), (1, 256, side, side))
    plain = Conv2d(weight, None, 1, 1)
    layer, exact = FastConv2d(**plain.settings()), double(plain)
    rms = lambda found, right: np.sqrt(((found - right) ** 2).mean())
    outputs = exact.forward(inputs.astype(np.float64))[0]
    assert rms(layer.forward(inputs)[0], outputs) <= 10 * rms(plain.forward(inputs)[0], outputs)
    signals = exact.backward(grad.astype(np.float64), inputs.shape, None)
    found, usual = (each.backward(grad, inputs.shape, None) for each in (layer, plain))
    assert rms(found, signals) <= 10 * rms(usual, signals)


@given(st.sampled_from([2, 4]), st.integers(1, 70), st.integers(1, 300), st.integers(1, 300))
def test_jobs_cover_every_output_once(m, channels, rows, columns):
    count = np.zeros((-(-channels // 8) * 8, -(-rows // m)), int)
    for first, last, low, high in compiled.jobs(m, channels, rows, columns):
        assert first < last and low < high
        count[low:high, first:last] += 1
    assert (count == 1).all()
