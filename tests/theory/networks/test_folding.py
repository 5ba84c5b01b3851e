"""Batch normalisation folded into convolutions: the same network, up to rounding."""

import numpy as np
import pytest

from theory.layers import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sum
from theory.networks import INPUT, Network, Node, Sequential, folded, residual_network, residual_shapes
from theory.rules import RULES

BLOCKS, WIDTH, CLASSES = (1, 2), 4, 5


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def norm(seed, channels):
    return BatchNorm2d(*normal(seed, 3, channels), running_var=np.abs(normal(seed + 1, channels)) + 0.5)


def residual():
    rng = np.random.default_rng(0)
    shapes = residual_shapes(BLOCKS, WIDTH, CLASSES)
    weights = {name: rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:])) for name, shape in shapes.items()}
    weights = {name: abs(each) + 0.5 if name.endswith("var") else each for name, each in weights.items()}
    return residual_network(weights, BLOCKS, WIDTH, CLASSES)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_residual_network_stays_what_it_is_under_every_rule(dtype):
    """A sum has some 600 terms at most, in 11 layers; each is off by eps of the largest."""
    network = residual()
    network = network.replace(
        {
            node.name: node.layer.with_parameters(
                **{name: array.astype(dtype) for name, array in node.layer.parameters().items()}
            )
            for node in network.nodes
        }
    )
    images = normal(1, 2, 3, 32, 32).astype(dtype)
    without = folded(network)
    norms = [node.name for node in network.nodes if isinstance(node.layer, BatchNorm2d)]
    assert norms and not [each for each in without.layers if isinstance(each, BatchNorm2d)]
    assert len(without.nodes) == len(network.nodes) - len(norms) and set(norms) <= {node.name for node in without.nodes}
    roundings = 600 * 11 * np.finfo(dtype).eps
    assert abs(without(images) - network(images)).max() <= roundings * abs(network(images)).max()
    for rule in RULES:
        expected, found = network.attribute(images, 2, rule), without.attribute(images, 2, rule)
        assert found.dtype == dtype and 0 < abs(expected).max()
        assert abs(found - expected).max() <= roundings * abs(expected).max()


def test_a_name_that_is_left_has_the_outputs_that_it_had():
    network = Sequential([Conv2d(normal(1, 3, 2, 3, 3), normal(2, 3), 2, 1, groups=1), norm(3, 3), ReLU(), Flatten()])
    network, images = Sequential([*network.layers, Linear(normal(4, 2, 27))]), normal(5, 1, 2, 6, 6)
    before, after = (each.forward(images, until="1").output for each in (network, folded(network)))
    assert np.abs(before - after).max() <= 100 * np.finfo(float).eps * np.abs(before).max()
    unit = [each.attribute(images, (1, 2, 2), at="1") for each in (network, folded(network))]
    assert np.abs(np.subtract(*unit)).max() <= 100 * np.finfo(float).eps * np.abs(unit[0]).max()
    assert "0" not in {node.name for node in folded(network).nodes} and network.node("0")


def test_what_others_take_too_stays_and_so_does_what_is_behind_no_convolution():
    forked = Network(
        [
            Node("before", norm(1, 2), (INPUT,)),
            Node("conv", Conv2d(normal(2, 2, 2, 1, 1)), ("before",)),
            Node("norm", norm(3, 2), ("conv",)),
            Node("sum", Sum(), ("norm", "conv")),
            Node("pool", MaxPool2d(2), ("sum",)),
            Node("late", norm(4, 2), ("pool",)),
        ]
    )
    assert [node.name for node in folded(forked).nodes] == [node.name for node in forked.nodes]
    images = normal(5, 1, 2, 4, 4)
    assert np.array_equal(folded(forked)(images), forked(images))


def test_one_convolution_in_two_places_is_folded_in_each_by_its_own():
    shared = Conv2d(normal(1, 2, 2, 1, 1))
    network = Sequential([shared, norm(2, 2), ReLU(), shared, norm(4, 2)])
    images = normal(5, 1, 2, 3, 3)
    found, expected = folded(network)(images), network(images)
    assert len(folded(network).nodes) == 3
    assert np.abs(found - expected).max() <= 100 * np.finfo(float).eps * np.abs(expected).max()
