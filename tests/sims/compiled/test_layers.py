"""Fast dense layers, ReLUs and poolings against the plain ones, for any shape and rule."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.roundings import double, linear_back_error, linear_error, normals

from sims.compiled.elementwise import FastReLU
from sims.compiled.layers import FastLinear, FastMaxPool2d
from sims.evidence.defects import leaky
from theory.layers import Linear, MaxPool2d, ReLU
from theory.rules import RULES, Rule, Switch

SEEDS = st.integers(0, 2**32 - 1)


@given(st.integers(1, 6), st.integers(1, 70), st.integers(1, 5000) | st.just(9000), st.booleans(), SEEDS)
def test_a_fast_dense_layer_is_the_dense_layer(batch, outputs, inputs, biased, seed):
    weight, bias, x, grad = normals(seed, (outputs, inputs), (outputs,), (batch, inputs), (batch, outputs))
    grad[:, ::3] = 0
    layer = Linear(weight, bias if biased else None)
    compare_linear(FastLinear(layer.weight, layer.bias), x, grad)


def compare_linear(layer, inputs, grad):
    exact = double(layer)
    error = np.abs(layer.forward(inputs)[0] - exact.forward(inputs.astype(np.float64))[0])
    assert (error <= linear_error(layer, inputs)).all()
    error = np.abs(layer.backward(grad, None, None) - exact.backward(grad.astype(np.float64), None, None))
    assert (error <= linear_back_error(layer, grad)).all()


def rules():
    leaks = st.sampled_from([0.0, 1.0, 0.25, 1.5])
    free = st.builds(lambda h, g: Rule("free", Switch(h), Switch(g)), leaks, leaks)
    return st.sampled_from(list(RULES.values())) | st.just(leaky(0.3)) | free


class Squared:
    """A rule of one's own."""

    def backward(self, grad, preactivation):
        return np.maximum(grad, 0) ** 2 * (preactivation > 0)


@given(rules() | st.just(Squared()), st.sampled_from([(2, 7), (1, 3, 5, 4), (1, 70, 80, 60)]), SEEDS)
def test_a_fast_relu_is_the_relu(rule, shape, seed):
    inputs, grad = (each.round(1) for each in normals(seed, shape, shape))  # some are 0
    inputs.flat[0] = np.nan
    outputs, saved = FastReLU().forward(inputs)
    assert np.array_equal(outputs, ReLU().forward(inputs)[0], equal_nan=True) and saved is inputs
    assert np.array_equal(FastReLU().backward(grad, saved, rule), ReLU().backward(grad, inputs, rule))


@given(st.sampled_from(["first", "last"]), st.integers(2, 40), st.integers(2, 40), st.integers(1, 3), SEEDS)
def test_a_fast_pooling_is_the_pooling(tie, height, width, channels, seed):
    [inputs] = normals(seed, (2, channels, height, width))
    inputs = inputs.round()  # with ties, and one NaN
    inputs.flat[seed % inputs.size] = np.nan
    plain = MaxPool2d(2, tie=tie)
    outputs, (shape, switches) = FastMaxPool2d(**plain.settings()).forward(inputs)
    expected, saved = plain.forward(inputs)
    assert np.array_equal(outputs, expected, equal_nan=True)
    assert shape == saved[0] and np.array_equal(switches, saved[1])
