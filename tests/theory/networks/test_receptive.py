"""Receptive fields: the smallest box of pixels that a unit's activation depends on."""

import numpy as np
import pytest

from theory.layers import BatchNorm2d, Conv2d, Dropout, Linear, MaxPool2d, ReLU, ReLU6, SiLU
from theory.networks import Sequential
from theory.networks.receptive import receptive_field

SHAPE = 1, 17, 19
CHAINS = {  # layers, and a place whose field lies inside
    "strided": ([Conv2d(np.ones((1, 1, 3, 5)), stride=(2, 1), padding=1), ReLU()], (3, 6)),
    "dilated": ([Conv2d(np.ones((1, 1, 3, 2)), dilation=(2, 3)), ReLU(), Conv2d(np.ones((1, 1, 2, 2)))], (4, 5)),
    "pooled": ([Conv2d(np.ones((1, 1, 3, 3)), padding=1), MaxPool2d(3, 2, 1), Conv2d(np.ones((1, 1, 2, 2)))], (2, 3)),
}


def support(network, place):
    """The pixels that some picture of the unit reaches: of inputs in which each pixel once is by far the largest."""
    reached = np.zeros(SHAPE, bool)
    for peak in range(np.prod(SHAPE)):
        inputs = np.ones(SHAPE)
        inputs.flat[peak] = 100
        at = network.nodes[-1].name
        reached |= network.attribute(inputs[None], (0, *place), "saliency", at=at)[0] != 0
    return reached[0]


@pytest.mark.parametrize("name", CHAINS)
def test_the_field_is_the_box_of_where_pictures_lie(name):
    layers, place = CHAINS[name]
    network = Sequential(layers)
    reached = np.nonzero(support(network, place))
    found = tuple(slice(along.min(), along.max() + 1) for along in reached)
    assert receptive_field(network, network.nodes[-1].name, *place) == found


def test_a_field_is_cut_at_the_borders():
    network = Sequential([Conv2d(np.ones((1, 1, 3, 3)), padding=1), ReLU()])
    assert receptive_field(network, "1", 0, 18) == (slice(0, 2), slice(17, 20))


def test_a_unit_that_sees_only_padding_has_an_empty_field():
    network = Sequential([Conv2d(np.ones((1, 1, 3, 3)), padding=4)])
    assert receptive_field(network, "0", 0, 1) == (slice(0, 0), slice(0, 0))


def test_what_acts_entry_by_entry_leaves_the_field_as_it_is():
    ones = np.ones(1)
    layers = [Conv2d(np.ones((1, 1, 3, 3))), BatchNorm2d(ones, ones, ones, ones), SiLU(), Dropout(), ReLU6()]
    assert receptive_field(Sequential(layers), "4", 2, 3) == (slice(2, 5), slice(3, 6))


def test_fully_connected_layers_have_none():
    network = Sequential([Conv2d(np.ones((1, 1, 3, 3))), Linear(np.ones((2, 9)))])
    with pytest.raises(ValueError, match="node 1: no receptive field is known for a Linear"):
        receptive_field(network, "1", 0, 0)
