"""Maps in networks with redrawn weights, and what is read off them."""

import numpy as np
import pytest

from sims.evaluate.redrawing import weighted
from sims.trained import maps
from theory.layers import Conv2d, Flatten, Linear, ReLU
from theory.networks import Sequential


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    draw = lambda *shape: rng.standard_normal(shape).astype(np.float32)
    convolutions = [layer for n in (3, 4, 4) for layer in (Conv2d(draw(4, n, 3, 3), draw(4), padding=1), ReLU())]
    return Sequential([*convolutions, Flatten(), Linear(draw(5, 4 * 36), draw(5))])


@pytest.mark.parametrize("share, count", [(0.0, 1), (0.25, 1), (0.5, 2), (0.75, 3), (1.0, 4)])
def test_so_large_a_share_is_redrawn_from_the_top(network, share, count):
    other = maps.partly_redrawn(network, np.random.default_rng(1), share)
    names = weighted(network)
    changed = [name for name in names if (network.node(name).layer.weight != other.node(name).layer.weight).any()]
    assert changed == names[:count]


def test_layers_come_from_the_bottom_up_the_input_first(network):
    inputs = np.random.default_rng(2).standard_normal((1, 3, 6, 6)).astype(np.float32)
    found = [name for name, _ in maps.of_layers(network, inputs, 1)]
    assert found[0] == "input" and found[1:] == weighted(network)[::-1]


def test_maps_of_ones_are_what_is_not_of_the_input(network):
    inputs = np.random.default_rng(2).standard_normal((1, 3, 6, 6)).astype(np.float32)
    layers = dict(maps.of_layers(network, inputs, 1, subtract_mean=False))
    ones = maps.of_ones(network, inputs, 1)
    own = [each for name, each in layers.items() if name != "input" and each.shape == (6, 6)]
    assert (
        ones.shape == (6, 6) and np.ptp(ones - sum(own)) < 1e-4 * np.abs(ones).max()
    )  # the last layer's is a constant


@pytest.mark.parametrize("inner, outer, ring", [(1, 1, 0.5), (3, 1, 0.25), (-3, 1, 0.25), (0, 1, 1), (0, 0, 0.5)])
def test_the_ring_is_a_border_of_16_pixels(inner, outer, ring):
    map = np.full((64, 64), float(outer))
    map[16:-16, 16:-16] = inner
    assert maps.ring(map) == pytest.approx(ring)


def test_a_constant_is_flat_and_noise_is_not():
    assert maps.flatness(np.full((8, 8), 3.0)) == pytest.approx(1)
    assert maps.flatness(np.full((8, 8), -3.0)) == pytest.approx(-1)
    assert abs(maps.flatness(np.random.default_rng(0).standard_normal((64, 64)))) < 0.1
    assert maps.flatness(np.zeros((4, 4))) == 0
