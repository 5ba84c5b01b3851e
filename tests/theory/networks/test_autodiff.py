"""Whole networks against JAX's autodiff.

Weights and inputs are small integers: every sum is an integer below 2^24, exact in float32 too, so both sides are equal
to the last bit, and preactivations of exactly 0 and ties in a pooling window are everyday events.
"""

import numpy as np
import pytest
from support import jax_networks

from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.networks import Sequential

RULES = "saliency", "deconvnet", "guided"
LIMIT = 2**24  # the integers that float32 holds


def conv(rng, outputs, inputs, kernel, **settings):
    return Conv2d(rng.integers(-1, 2, (outputs, inputs, *kernel)), rng.integers(-2, 3, outputs), **settings)


def linear(rng, outputs, inputs, bias=True):
    return Linear(rng.integers(-2, 3, (outputs, inputs)), rng.integers(-2, 3, outputs) if bias else None)


def plain(rng):
    """Conv with bias, stride and padding, one ReLU."""
    return (2, 6, 7), [conv(rng, 4, 2, (3, 2), stride=(2, 1), padding=(1, 0)), ReLU(), Flatten(), linear(rng, 3, 72)]


def one_dimensional(rng):
    """Images of height 1, pooled side by side, a readout without bias."""
    return (1, 1, 12), [
        conv(rng, 3, 1, (1, 3), padding=(0, 1)),
        ReLU(),
        MaxPool2d((1, 2)),
        Flatten(),
        linear(rng, 3, 18, bias=False),
    ]


def overlapping_pool(rng):
    """Two convolutions, each followed by ReLU and a pooling whose windows overlap and reach into the padding."""
    return (2, 7, 6), [
        conv(rng, 3, 2, (3, 3), padding=1),
        ReLU(),
        MaxPool2d(3, stride=(2, 1), padding=1),
        conv(rng, 4, 3, (2, 2)),
        ReLU(),
        MaxPool2d(2, stride=1),
        Flatten(),
        linear(rng, 3, 32),
    ]


def pool_before_relu(rng):
    """The other order of pooling, and a hidden fully-connected layer."""
    return (3, 6, 6), [
        conv(rng, 3, 3, (3, 3)),
        MaxPool2d(2),
        ReLU(),
        Flatten(),
        linear(rng, 5, 12),
        ReLU(),
        linear(rng, 3, 5),
    ]


NETWORKS = plain, one_dimensional, overlapping_pool, pool_before_relu


def case(build, dtype=np.float64):
    """A network, a batch of three inputs and a target for each."""
    rng = np.random.default_rng(5)
    shape, layers = build(rng)
    return Sequential(layers), rng.integers(-3, 4, (3, *shape)).astype(dtype), np.array([2, 0, 1])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("build", NETWORKS)
def test_attribute_is_autodiff_with_the_rule_in_every_relu(build, rule):
    net, inputs, targets = case(build)
    logits, expected = jax_networks.attribute(net.layers, inputs, targets, rule)
    actual = net.attribute(inputs, targets, rule)
    assert 0 < abs(actual).max() < LIMIT and abs(np.asarray(logits)).max() < LIMIT
    assert np.array_equal(net(inputs), logits)
    assert np.array_equal(actual, expected)


@pytest.mark.parametrize("build", NETWORKS)
def test_zeros_and_ties_do_occur(build):
    """So the test above sees ReLU'(0) and the tie rule."""
    net, inputs, _ = case(build)
    seen = list(zip(net.layers, forward_inputs(net, inputs)))
    assert any((y == 0).any() for layer, y in seen if isinstance(layer, ReLU))
    pools = [(layer, y) for layer, y in seen if isinstance(layer, MaxPool2d)]
    assert not pools or any(has_ties(layer, y) for layer, y in pools)


def has_ties(layer, y):
    last = MaxPool2d(layer.size, layer.stride, layer.padding, tie="last")
    return (layer.forward(y)[1][1] != last.forward(y)[1][1]).any()


def forward_inputs(net, inputs):
    """What every layer of a network was given."""
    for layer in net.layers:
        yield inputs
        inputs = layer.forward(inputs)[0]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("build", NETWORKS)
def test_float32_in_float32_out(build, rule):
    """Integers are exact in both precisions: the pictures are equal, and only their type differs."""
    net, inputs, targets = case(build, np.float32)
    actual = net.attribute(inputs, targets, rule)
    assert actual.dtype == np.float32
    assert np.array_equal(actual, net.attribute(inputs.astype(np.float64), targets, rule))


@pytest.mark.parametrize("rule", RULES)
def test_a_batch_is_its_inputs_one_by_one(rule):
    net, inputs, targets = case(overlapping_pool)
    together = net.attribute(inputs, targets, rule)
    for n in range(3):
        assert np.array_equal(together[n : n + 1], net.attribute(inputs[n : n + 1], int(targets[n]), rule))
    assert np.array_equal(net.attribute(inputs, 1, rule), net.attribute(inputs, [1, 1, 1], rule))


def absolute(layers):
    """The network whose weights are absolute values: its backward pass adds up the sizes of all products."""
    for layer in layers:
        if isinstance(layer, Conv2d):
            yield Conv2d(abs(layer.weight), None, layer.stride, layer.padding)
        elif isinstance(layer, Linear):
            yield Linear(abs(layer.weight))


@pytest.mark.parametrize("rule", RULES)
def test_real_numbers(rule):
    """A pixel's sum has 36 terms at most in the first layer, 2 in the second, 1 in the readout, on either side; each
    term adds eps of the size of all products."""
    rng = np.random.default_rng(6)
    layers = [
        Conv2d(rng.standard_normal((4, 2, 3, 3)), rng.standard_normal(4), padding=1),
        ReLU(),
        Conv2d(rng.standard_normal((2, 4, 2, 2)), rng.standard_normal(2), stride=2),
        ReLU(),
        Flatten(),
        Linear(rng.standard_normal((3, 18)), rng.standard_normal(3)),
    ]
    inputs, targets = rng.standard_normal((2, 2, 6, 6)), [1, 2]
    expected = jax_networks.attribute(layers, inputs, targets, rule)[1]
    first, second, readout = absolute(layers)
    size = readout.weight[targets].reshape(2, 2, 3, 3)
    size = first.backward(second.backward(size, (2, 4, 6, 6), None), inputs.shape, None)
    bound = 2 * (36 + 2 + 1) * np.finfo(float).eps * size
    assert (abs(Sequential(layers).attribute(inputs, targets, rule) - expected) <= bound).all()
