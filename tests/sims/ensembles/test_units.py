"""Pictures of single units: which units, and what comes back."""

import numpy as np
import pytest

from sims.ensembles import units
from sims.ensembles.stacks import Stack, activations
from sims.ensembles.three_layer import ThreeLayer
from theory.networks import cnn
from theory.rules import RULES

IMAGE = np.random.default_rng(0).standard_normal((2, 8, 8))


def rng():
    return np.random.default_rng(5)


def test_in_the_middle_are_the_first_active_filter_and_the_most_active_one():
    network = ThreeLayer(IMAGE, 3, 1, filters=12, dtype=np.float64)
    [(pictures, patch)] = units.in_the_middle(network, rng(), 1)
    filters = network.draw(rng()).layers[0].weight.reshape(12, -1)
    active = filters @ patch
    assert (patch == IMAGE[:, 3:6, 3:6].ravel()).all()
    assert np.allclose(pictures, filters[[np.flatnonzero(active > 0)[0], active.argmax()]])


@pytest.mark.parametrize("rule", RULES)
def test_pairs_begin_with_the_rows_of_the_top_layer_and_end_with_pictures(rule):
    stack = Stack(IMAGE, 9, 3, dtype=np.float64)
    [signals] = units.pairs(stack, rng(), 1)
    network = stack.draw(rng())
    top = activations(network)[-1]
    passed = network.forward(IMAGE[None], until=top)
    both = np.flatnonzero(passed.output[0])[:2]
    assert np.allclose(signals[rule][0], network.layers[-3].weight[both])
    assert len(signals[rule]) == 3
    for unit, picture in zip(both, signals[rule][-1]):
        assert np.allclose(picture, passed.backward(np.eye(9)[[unit]], rule, at=top).ravel())


def test_in_maps_are_the_two_most_active_channels():
    drawn = rng()
    filters = [drawn.standard_normal((6, 2, 3, 3)), drawn.standard_normal((7, 6, 3, 3))]
    network = cnn(filters, drawn.standard_normal((2, 7, 8, 8)), paddings=1)
    found = list(units.in_maps(network, IMAGE, ["1", "3"]))
    assert [field for field, _ in found] == [(slice(3, 6), slice(3, 6)), (slice(2, 7), slice(2, 7))]
    passed = network.forward(IMAGE[None], until="3")
    first, second = passed.output[0, :, 4, 4].argsort()[::-1][:2]
    for rule in RULES:
        expected = network.attribute(IMAGE[None], targets=[(first, 4, 4), (second, 4, 4)], rule=rule, at="3")[:, 0]
        assert np.allclose(found[1][1][rule], expected, rtol=1e-5, atol=1e-4)
