"""In which type a network computes, what it keeps of a pass, and how its nodes are called."""

import tracemalloc

import numpy as np
import pytest

from theory.layers import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.networks import INPUT, Network, Node, Sequential, cnn

TYPES = [np.float32, np.float64]


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def small(dtype):
    layers = [MaxPool2d(1), Conv2d(normal(1, 3, 2, 3, 3).astype(dtype)), ReLU(), Flatten()]
    return Sequential([*layers, Linear(normal(2, 4, 12).astype(dtype))])


@pytest.mark.parametrize("own", TYPES)
@pytest.mark.parametrize("given", TYPES)
def test_everything_is_computed_in_the_type_of_the_parameters(own, given):
    """A picture of another type is cast once, at the entry; logits and pictures are of the caller's type."""
    network, images = small(own), normal(0, 2, 2, 4, 4).astype(given)
    passed = network.forward(images, keep=[INPUT, "1", "3"])
    assert {each.dtype for each in passed.outputs.values()} == {np.dtype(own)}
    assert {signal.dtype for _, signal, _ in passed.signals(np.ones_like(passed.output))} == {np.dtype(own)}
    assert network(images).dtype == network.attribute(images, 1).dtype == given
    assert network.attribute(images, targets=[1, 2]).dtype == given
    assert np.array_equal(network(images), passed.output.astype(given))
    same = network.attribute(images.astype(own), 1).astype(given)
    assert np.array_equal(network.attribute(images, 1), same)


def test_one_double_parameter_makes_a_network_double_and_without_any_it_takes_the_pictures_type():
    mixed = small(np.float32).replace({"4": small(np.float64).node("4").layer})
    assert mixed.forward(normal(0, 1, 2, 4, 4).astype(np.float32)).output.dtype == np.float64
    bare, images = Sequential([ReLU(), Flatten()]), normal(0, 1, 2, 2, 2)
    assert bare.forward(images).output.dtype == np.float64
    assert bare.forward(images.astype(np.float32)).output.dtype == np.float32


def test_a_picture_that_its_network_s_type_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="NaN or infinite"):
        small(np.float32)(np.full((1, 2, 4, 4), 1e39))


def test_a_pass_keeps_a_preactivation_of_every_relu_and_an_int32_of_every_pooling():
    """A stack like VGG's: 4 bytes a unit, 4 a window, and what NumPy and Python need around them."""
    widths, size = [3, 16, 16, 32, 32], 64
    filters = [normal(n, b, a, 3, 3).astype(np.float32) for n, (a, b) in enumerate(zip(widths, widths[1:]))]
    network = cnn(filters, np.ones((5, 32 * 16 * 16), np.float32), paddings=1, pools=[None, 2, None, 2])
    image = normal(9, 1, 3, size, size).astype(np.float32)
    network.forward(image)  # compiled
    units = 16 * 64**2 * 2 + 32 * 32**2 * 2
    switches = 16 * 32**2 + 32 * 16**2
    tracemalloc.start()
    passed = network.forward(image)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    expected = 4 * (units + switches)
    assert passed.output.shape == (1, 5) and expected <= held <= expected + 2**15


def test_batch_normalisation_keeps_nothing():
    norm = BatchNorm2d(*np.ones((4, 2)))
    network = Sequential([Conv2d(normal(1, 2, 2, 3, 3)), norm, Flatten()])
    assert network.forward(normal(0, 1, 2, 4, 4)).saved["1"] is None


def test_names_may_be_empty_or_come_again():
    """A name means the newest node of that name; each is known by a name of its own."""
    add = Conv2d(np.ones((1, 1, 1, 1)), np.ones(1))
    nodes = [
        Node("", add, (INPUT,)),
        Node("x", add, ("",)),
        Node("x", add, ("x",)),
        Node("x.2", add, ("x",)),
        Node("", add, ("x",)),
        Node(INPUT, Flatten(), ("",)),
        Node("last", ReLU(), (INPUT,)),
    ]
    network = Network(nodes)
    assert [(node.name, *node.inputs) for node in network.nodes] == [
        ("0", INPUT),
        ("x", "0"),
        ("x.2", "x"),
        ("x.2.2", "x.2"),
        ("4", "x.2"),
        ("input.2", "4"),
        ("last", "input.2"),
    ]
    assert network(np.zeros((1, 1, 1, 1))) == 4 and network.attribute(np.zeros((1, 1, 1, 1)), 0) == 1
    again = network.replace({"x.2": add})
    assert [node.name for node in again.nodes] == [node.name for node in network.nodes]
