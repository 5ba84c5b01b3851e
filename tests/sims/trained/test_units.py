"""Pictures of units of trained networks."""

import numpy as np
import pytest

from sims.trained import units
from theory.layers import Conv2d, MaxPool2d, ReLU
from theory.networks import Sequential


def test_a_picture_is_laid_on_another_place_of_the_maps():
    own = np.zeros((1, 8, 8))
    own[0, 2, 4] = 1
    moved = units.laid(own, (1, -1), (4, 4))  # maps of 4 × 4 places: two pixels each
    assert np.argwhere(moved).tolist() == [[0, 4, 2]]


def test_what_leaves_the_picture_does_not_come_in_again():
    own = np.ones((1, 4, 4))
    assert units.laid(own, (1, 0), (4, 4))[0, 0].sum() == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_unit_is_active_and_so_is_its_rival(seed):
    rng = np.random.default_rng(seed)
    maps = np.maximum(rng.standard_normal((6, 3, 3)), 0) * (np.arange(6) > 1)[:, None, None]
    channel, rival, place = units.chosen(maps, rng)
    assert maps[channel].max() == maps[channel][place] > 0 and channel > 1
    assert rival == channel or maps[rival][place] > 0


def test_a_filters_picture_is_all_weights_and_another_units_is_another():
    """One convolution: the picture of a unit is its filter, wherever it is and whatever it sees."""
    rng = np.random.default_rng(0)
    network = Sequential([Conv2d(rng.standard_normal((4, 3, 5, 5)), padding=2), ReLU(), MaxPool2d(1)])
    images = rng.standard_normal((2, 3, 32, 32))
    found = units.compared(network, network.activations()[0], images, rng)
    assert found["saliency"]["weights"] == pytest.approx(1, abs=0.2)  # a filter is cut where it lies on the border
    assert abs(found["saliency"]["other"]) < 0.5
