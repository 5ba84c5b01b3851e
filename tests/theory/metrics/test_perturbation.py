"""Pixel perturbation against a slow loop, on functions whose losses are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.geometries import array, generic, whole

from theory.errors import Precondition
from theory.metrics.perturbation import SHARES, area, losses, perturbed, ranked

RNG = np.random.default_rng(2)
PLANES = st.tuples(st.tuples(st.integers(1, 5), st.integers(1, 5)), st.sampled_from([whole(), generic()]))
MAPS = PLANES.flatmap(lambda drawn: array(*drawn))


@given(MAPS, st.booleans(), st.randoms(use_true_random=False))
def test_ranks_fall_and_ties_are_broken_as_told(map, absolute, random):
    ties = list(range(map.size))
    random.shuffle(ties)
    order = ranked(map, ties, absolute)
    values = (np.abs(map) if absolute else map).ravel()[order]
    places = np.argsort(ties)[order]
    assert sorted(order) == list(range(map.size)) and (np.diff(values) <= 0).all()
    assert (np.diff(places)[np.diff(values) == 0] > 0).all()


def test_absolute_ranks_put_large_negative_values_first():
    map = np.array([[1.0, -3.0], [2.0, 0.0]])
    assert ranked(map, range(4)).tolist() == [2, 0, 3, 1] and ranked(map, range(4), absolute=True).tolist() == [
        1,
        2,
        0,
        3,
    ]


def test_pixels_become_0_in_all_channels_and_the_image_stays():
    image = RNG.standard_normal((3, 4, 5)) + 5
    before = image.copy()
    found = perturbed(image, RNG.permutation(20), 0.25)
    gone = (found == 0).all(axis=0)
    assert gone.sum() == 5 and (found[:, ~gone] == image[:, ~gone]).all() and (image == before).all()


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_losses_of_a_sum_are_the_sums_of_what_is_taken(batch):
    """Of p(x) = Σ w x the loss at each share is known; MoRF by w x is the largest that any order reaches."""
    image, weights = RNG.standard_normal((2, 3, 6, 7))
    linear = lambda inputs: (inputs * weights).sum(axis=(1, 2, 3))
    contribution = (image * weights).sum(axis=0)
    order = ranked(contribution, RNG.permutation(42))
    shares = (0.1, 0.5, 0.9)
    for taken in (order, order[::-1], RNG.permutation(42)):
        expected = [contribution.ravel()[taken[: round(share * 42)]].sum() for share in shares]
        found = losses(linear, image, taken, shares, batch)
        assert found == pytest.approx(expected)
        assert (found <= losses(linear, image, order, shares) + 1e-12).all()


def test_an_area_is_the_mean_loss_over_the_shares():
    assert area(np.array([0.2, 0.4]), (0.1, 0.9)) == pytest.approx(0.3)
    assert area(np.array([0.0, 1.0, 1.0]), (0.0, 0.2, 1.0)) == pytest.approx(0.9)
    assert area(np.full(len(SHARES), 0.7)) == pytest.approx(0.7)
    assert (SHARES[0], SHARES[-1]) == (0.01, 0.9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ranked(np.ones((2, 2)), [0, 1, 2, 2]),
        lambda: ranked(np.ones((2, 2)), [0, 1]),
        lambda: losses(len, np.ones((1, 2, 2)), range(4), (0.5, 0.1)),
        lambda: losses(len, np.ones((1, 2, 2)), range(4), (0.5, 1.1)),
        lambda: losses(len, np.ones((1, 2, 2)), range(4), ()),
        lambda: area([1.0], (0.5,)),
        lambda: area([1.0, 2.0], (0.1, 0.2, 0.3)),
    ],
)
def test_what_is_no_order_or_curve_is_refused(call):
    with pytest.raises(Precondition):
        call()
