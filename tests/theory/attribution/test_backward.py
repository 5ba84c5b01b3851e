"""Methods by name: the three rules are the network's own, and gradient × input adds up to the logit."""

import numpy as np
import pytest

from theory.attribution import METHODS
from theory.networks import cnn
from theory.rules import RULES

RNG = np.random.default_rng(0)
FILTERS = [RNG.standard_normal((4, 2, 3, 3)), RNG.standard_normal((3, 4, 3, 3))]
NETWORK = cnn(FILTERS, RNG.standard_normal((5, 3 * 36)), paddings=1)
IMAGES = RNG.standard_normal((2, 2, 6, 6))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_a_method(rule):
    maps = METHODS[rule](NETWORK, IMAGES, [1, 3])
    assert np.array_equal(maps, NETWORK.attribute(IMAGES, [1, 3], rule))


def test_gradient_x_input_adds_up_to_the_logit_without_biases():
    """Without biases a network of ReLUs is homogeneous: f(x) = Σ x·∂f/∂x (Euler), by sums of 72 and 36 products."""
    maps = METHODS["gradient-x-input"](NETWORK, IMAGES, [1, 3])
    size = np.abs(maps).sum(axis=(1, 2, 3))
    difference = maps.sum(axis=(1, 2, 3)) - NETWORK(IMAGES)[[0, 1], [1, 3]]
    assert maps.shape == IMAGES.shape and (np.abs(difference) <= 1000 * np.finfo(float).eps * size).all()


@pytest.mark.parametrize("name", METHODS)
def test_maps_keep_the_inputs_type_and_leave_them_alone(name):
    before = IMAGES.astype(np.float32)
    given = before.copy()
    assert METHODS[name](NETWORK, given, 2).dtype == np.float32 and np.array_equal(given, before)
