"""Hidden units: a channel at a place, or at its maximum; a unit of the first layer gives its filter."""

import numpy as np
import pytest

from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.networks import Sequential, one_hot
from theory.rules import RULES

NETWORK = Sequential(
    [
        Conv2d(np.random.default_rng(1).standard_normal((4, 2, 3, 3)), stride=2, padding=1),
        ReLU(),
        MaxPool2d(2),
        Conv2d(np.random.default_rng(2).standard_normal((3, 4, 2, 2))),
        ReLU(),
        Flatten(),
        Linear(np.random.default_rng(3).standard_normal((5, 3))),
    ]
)
IMAGES = np.random.default_rng(4).standard_normal((2, 2, 8, 8))


def placed(channel, row, column):
    """The filter where its patch is, without what lies in the padding."""
    out = np.zeros((2, 10, 10))
    out[:, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3] = NETWORK.layers[0].weight[channel]
    return out[:, 1:-1, 1:-1]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("row, column", [(0, 0), (1, 2), (3, 3)])
def test_a_unit_of_the_first_layer_gives_its_filter_exactly(rule, row, column):
    for channel in range(4):
        of_map = NETWORK.attribute(IMAGES, (channel, row, column), rule, at="0")
        assert np.array_equal(of_map, [placed(channel, row, column)] * 2)
        open_ = NETWORK.forward(IMAGES, until="1").output[:, channel, row, column] > 0
        expected = [placed(channel, row, column) * (shown or rule == "deconvnet") for shown in open_]
        assert np.array_equal(NETWORK.attribute(IMAGES, (channel, row, column), rule, at="1"), expected)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("at", ["0", "1", "2", "3"])
def test_a_channel_is_meant_at_its_maximum_of_each_image(rule, at):
    maps = NETWORK.forward(IMAGES, until=at).output
    for channel in range(maps.shape[1]):
        places = [np.unravel_index(each[channel].argmax(), each.shape[1:]) for each in maps]
        expected = [
            NETWORK.attribute(image[None], (channel, *place), rule, at=at)[0] for image, place in zip(IMAGES, places)
        ]
        for target in (channel, (channel,), [channel], np.int64(channel), [[channel]] * 2):
            assert np.array_equal(NETWORK.attribute(IMAGES, target, rule, at=at), expected)


def test_several_units_and_a_unit_for_each_image():
    together = NETWORK.attribute(IMAGES, targets=[2, (1, 3, 0), [[0, 1, 1], [3, 2, 2]], [[0], [1]]], at="1")
    alone = [NETWORK.attribute(IMAGES, each, at="1") for each in (2, (1, 3, 0))]
    assert np.array_equal(together[:2], alone)
    assert np.array_equal(together[2][0], NETWORK.attribute(IMAGES[:1], (0, 1, 1), at="1")[0])
    assert np.array_equal(together[2][1], NETWORK.attribute(IMAGES[1:], (3, 2, 2), at="1")[0])
    assert np.array_equal(together[3][1], NETWORK.attribute(IMAGES[1:], 1, at="1")[0])
    of_one = NETWORK.attribute(IMAGES[:1], targets=[2, 0], at="1")
    assert np.array_equal(of_one[:, 0], [NETWORK.attribute(IMAGES[:1], each, at="1")[0] for each in (2, 0)])


def test_of_equal_maxima_the_first_in_reading_order_is_meant():
    maps = np.zeros((1, 2, 3, 3))
    maps[0, 1, [1, 2], [2, 0]] = 7
    assert np.argwhere(one_hot(1, maps)).tolist() == [[0, 1, 1, 2]]
    assert np.argwhere(one_hot(0, maps)).tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("target", [4, -1, (4,), [[0], [4]], (0, 4, 0), [[0, 0, 0], [0, 0, 4]]])
def test_a_unit_that_is_none(target):
    with pytest.raises(IndexError, match="within"):
        NETWORK.attribute(IMAGES, target, at="1")


def test_dense_units_have_a_number():
    start = np.zeros((2, 5))
    start[:, 3] = 1
    passed = NETWORK.forward(IMAGES, until="6")
    assert np.array_equal(NETWORK.attribute(IMAGES, 3, at="6"), passed.backward(start))
