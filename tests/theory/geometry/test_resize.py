"""Bilinear resizing against JAX's, and what every interpolation owes."""

import jax
import numpy as np
import pytest

from theory.geometry.resize import bilinear, weights

jax.config.update("jax_enable_x64", True)
MAPS = np.random.default_rng(0).standard_normal((2, 3, 4, 5))


@pytest.mark.parametrize("size", [(8, 10), (7, 13), (4, 9), (5, 5), (4, 5)])
def test_enlarged_as_jax_does_it(size):
    expected = jax.image.resize(MAPS, (2, 3, *size), "bilinear", antialias=False)
    assert bilinear(MAPS, size) == pytest.approx(np.asarray(expected), abs=1e-14)


def test_by_hand_pixels_are_squares():
    """Two pixels 0 and 1 at four: their centres lie at ¼ and ¾ of the way, beyond them nothing is extrapolated."""
    assert bilinear(np.array([[0.0, 1.0]]), (1, 4)) == pytest.approx(np.array([[0, 0.25, 0.75, 1]]))


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 17)])
def test_a_constant_stays_and_shares_add_up_to_one(size):
    assert bilinear(np.full((1, 4, 5), 3.0), size) == pytest.approx(np.full((1, *size), 3.0))
    for length, side in zip((4, 5), size):
        assert weights(length, side).sum(axis=1) == pytest.approx(np.ones(side)) and (weights(length, side) >= 0).all()


def test_the_type_stays_and_so_do_maps_of_that_size():
    assert bilinear(MAPS.astype(np.float32), (6, 6)).dtype == np.float32 and bilinear(MAPS, (4, 5)) is MAPS
