"""What every method of the registry owes: found by its name in METHODS, it needs no line here.

Two ways of adding the same products differ by roundings, each of eps of the largest sum: `ROUNDINGS` of them is more
than the longest sum of these networks has terms (36 channels and places), times the layers that it crosses.
"""

import hashlib

import numpy as np
import pytest

from theory.attribution import METHODS, Method
from theory.layers import (
    AveragePool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Pad2d,
    ReLU,
    ReLU6,
    Sum,
)
from theory.networks import Network, Node, Residual, Sequential
from theory.rules import RULES

ROUNDINGS = 1024


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def trained(dtype=np.float64):
    """A residual network with every kind of activation that a rule covers."""
    scale = np.abs(normal(9, 3)) + 0.5
    layers = [
        Pad2d((1, 2), (1, 2)),
        Conv2d(normal(1, 3, 2, 3, 3), normal(2, 3), stride=2),
        BatchNorm2d(scale, normal(3, 3), normal(4, 3), scale),
        ReLU6(),
        Residual([Conv2d(normal(5, 3, 1, 3, 3), padding=1, groups=3), LeakyReLU()]),
        ReLU(),
        MaxPool2d(2, ceil_mode=True),
        AveragePool2d(2, padding=1),
        Dropout(),
        Flatten(),
        Linear(normal(6, 24, 12), normal(7, 24)),
        ReLU(),
        Linear(normal(8, 4, 24), normal(9, 4)),
    ]
    return in_type(Sequential(layers), dtype)


def linear():
    """A network without activations, and the gradient of each of its logits, (K, C, H, W)."""
    stretched = BatchNorm2d(*normal(1, 3, 2), running_var=np.abs(normal(2, 2)))
    nodes = [
        Node("conv", Conv2d(normal(3, 2, 2, 3, 3), normal(4, 2), padding=1), ("input",)),
        Node("norm", stretched, ("conv",)),
        Node("sum", Sum(), ("norm", "input")),
        Node("mean", AveragePool2d(2), ("sum",)),
        Node("flat", Flatten(), ("mean",)),
        Node("logits", Linear(normal(5, 4, 2 * 4), normal(6, 4)), ("flat",)),
    ]
    network = Network(nodes)
    basis = np.eye(2 * 5 * 5).reshape(-1, 2, 5, 5)
    return network, (network(basis) - network(0 * basis[:1])).T.reshape(4, 2, 5, 5)


def in_type(network, dtype):
    parameters = lambda layer: {name: array.astype(dtype) for name, array in layer.parameters().items()}
    return network.replace({node.name: node.layer.with_parameters(**parameters(node.layer)) for node in network.nodes})


NETWORK = trained()
IMAGES = normal(0, 3, 2, 5, 5)
TARGETS = [2, 0, 3]
EVERY = pytest.mark.parametrize("name", METHODS)


def assert_close(found, expected, dtype=np.float64):
    assert found.shape == expected.shape and np.abs(expected).max() > 0
    assert np.abs(found - expected).max() <= ROUNDINGS * np.finfo(dtype).eps * np.abs(expected).max()


@EVERY
def test_maps_have_the_images_size_and_type_and_one_channel_or_all(name):
    maps = METHODS[name](NETWORK, IMAGES, TARGETS)
    assert maps.shape in (IMAGES.shape, (3, 1, 5, 5)) and maps.dtype == np.float64 and np.isfinite(maps).all()


@EVERY
def test_a_batch_is_its_images_one_by_one(name):
    together = METHODS[name](NETWORK, IMAGES, TARGETS)
    for n, target in enumerate(TARGETS):
        assert_close(METHODS[name](NETWORK, IMAGES[n : n + 1], target), together[n : n + 1])


@EVERY
def test_several_targets_are_each_alone(name):
    targets = [[2, 0, 3], [1, 1, 1]]
    maps = METHODS[name](NETWORK, IMAGES, targets)
    assert maps.shape[:2] == (2, 3)
    for own, target in zip(maps, targets):
        assert_close(METHODS[name](NETWORK, IMAGES, target), own)
    assert_close(METHODS[name](NETWORK, IMAGES, np.array(targets)), maps)
    assert_close(METHODS[name](NETWORK, IMAGES, 1), maps[1])
    of_one = METHODS[name](NETWORK, IMAGES[:1], [[2], [1]])
    assert_close(of_one, maps[:, :1])


def digest(network):
    """Of every array in every layer, parameters or not."""
    found = hashlib.sha256()
    for node in network.nodes:
        for key, value in sorted(vars(node.layer).items()):
            found.update(f"{node.name}.{key}".encode())
            found.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return found.hexdigest()


def alters(method):
    """Whether a method leaves another network, or other images, than it was given."""
    network, images = trained(), IMAGES.copy()
    before, layers = digest(network), network.layers
    method(network, images, TARGETS)
    return digest(network) != before or network.layers != layers or not np.array_equal(images, IMAGES)


@EVERY
def test_neither_network_nor_images_are_altered(name):
    assert not alters(METHODS[name])


def test_a_method_that_alters_is_seen():
    def careless(network, inputs, targets):
        network.parameters()["1.weight"][0, 0, 0, 0] += 1

    assert alters(careless) and alters(lambda network, inputs, targets: np.negative(inputs, out=inputs))


@EVERY
def test_single_precision(name):
    """The masks of this network are the same in both: its preactivations are far from 0 and 6."""
    single = METHODS[name](trained(np.float32), IMAGES.astype(np.float32), TARGETS)
    assert single.dtype == np.float32
    assert_close(single, METHODS[name](NETWORK, IMAGES, TARGETS), np.float32)


@EVERY
def test_a_picture_of_another_type_than_the_weights_is_cast_and_its_type_comes_back(name):
    narrow, wide = IMAGES.astype(np.float32), IMAGES.astype(np.float32).astype(np.float64)
    in_single = METHODS[name](trained(np.float32), wide, TARGETS)
    assert in_single.dtype == np.float64
    assert_close(in_single, METHODS[name](trained(np.float32), narrow, TARGETS), np.float32)
    in_double = METHODS[name](NETWORK, narrow, TARGETS)
    assert in_double.dtype == np.float32
    assert_close(in_double, METHODS[name](NETWORK, wide, TARGETS), np.float32)


def colourless(gradient, maps):
    return gradient.sum(axis=1, keepdims=True) if maps.shape[1] == 1 else gradient


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.plain is not None])
def test_a_linear_network_gives_its_gradient(name):
    """Times the image where the method says so; summed over colours where it has none; what it adds switched off."""
    network, gradients = linear()
    maps = METHODS[name](network, IMAGES, TARGETS, **dict(METHODS[name].plain))
    expected = gradients[TARGETS] * (IMAGES if METHODS[name].times_input else 1)
    assert_close(maps, colourless(expected, maps))


@EVERY
def test_a_method_says_under_which_rule_signals_pass(name):
    assert isinstance(METHODS[name], Method) and METHODS[name].rule in RULES
