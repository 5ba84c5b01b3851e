"""Probabilities and second moments of cones: quadrature, SciPy's normal, identities, and hard rows."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from support.cones import integral
from support.directions import SCALES, no_zeros, rows
from support.geometries import array, generic
from support.guards import guards
from support.monte_carlo import covers, generator, interval

from theory.errors import Precondition
from theory.laws.cones import beside_identity, cone_probability, cone_second_moment
from theory.laws.moments import two_direction_second_moment
from theory.laws.orthants import orthant_probability, orthant_probability_numerically

EPS = np.finfo(float).eps
RULE = 1e-8  # of the rule for four directions, which says 1e-9 of one probability
NUMERICALLY = 1e-3  # its precision of 1e-4 is three deviations of an estimate: ten times that never happens


def near_the_axes(q, seed):
    """Rows whose cone the quadrature converges on."""
    return np.eye(q) + np.random.default_rng([q, seed]).uniform(-0.3, 0.3, (q, q))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("q", [1, 2, 3, 4])
def test_against_the_cone(q, seed):
    a = near_the_axes(q, seed)
    for law, power in ((cone_probability, 0), (cone_second_moment, 2)):
        fine, coarse = (integral(a, power, order) for order in (44, 32))
        assert np.abs(law(a) - fine).max() <= 2 * np.abs(fine - coarse).max() + 64 * EPS


@pytest.mark.parametrize("seed", range(3))
def test_against_scipys_multivariate_normal(seed):
    a = np.random.default_rng(seed).standard_normal((4, 6))
    a /= np.linalg.norm(a, axis=1)[:, None]
    law = multivariate_normal(cov=a @ a.T, abseps=1e-7, releps=0, maxpts=10**7)
    assert cone_probability(a) == pytest.approx(law.cdf(np.zeros(4), rng=0), abs=1e-6)


@guards(cone_probability)
@given(rows(least=4))
def test_both_sides_of_a_direction(a):
    """What lies on either side of one of four rows lies in the cone of the other three; whichever comes first."""
    for i in range(4):
        other = np.where(np.arange(4)[:, None] == i, -a, a)
        both = cone_probability(np.stack([a, other])).sum()
        assert both == pytest.approx(
            orthant_probability(np.delete(a, i, axis=0)[first_of(np.delete(a, i, 0))]), abs=RULE
        )


def first_of(a):
    """The rows that do not repeat an earlier one's direction: the closed orthants count every row."""
    units = a / np.linalg.norm(a, axis=1)[:, None]
    return [i for i in range(len(a)) if not any(np.allclose(units[i], units[j], atol=8 * EPS) for j in range(i))]


@pytest.mark.parametrize("near", [0.3, 1e-2, 1e-4, 1e-8, 1e-12])
def test_rows_that_almost_coincide(near):
    """As the patches of a smooth picture do: both sides of each, in every order."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        a = rng.standard_normal(6) + near * rng.standard_normal((4, 6))
        found = [cone_probability(np.roll(a, turn, axis=0)) for turn in range(4)]
        assert np.ptp(found) <= RULE
        for i in range(4):
            both = cone_probability(a) + cone_probability(np.where(np.arange(4)[:, None] == i, -a, a))
            assert abs(both - orthant_probability(np.delete(a, i, axis=0))) <= RULE


def test_four_right_angles_and_what_leaves_nothing():
    assert cone_probability(np.eye(4, 5)) == pytest.approx(1 / 16, abs=RULE)
    assert cone_probability(np.zeros((0, 3))) == 1
    u, v, w = np.random.default_rng(0).standard_normal((3, 5))
    assert cone_probability([u, v, w, 0 * u]) == 0
    assert cone_probability([u, v, w, -2 * u]) == pytest.approx(0, abs=RULE)
    assert not cone_second_moment([u, 0 * u]).any() and not beside_identity([u, v, -u]).any()
    assert cone_probability([u, v, w, 2 * u]) == pytest.approx(orthant_probability([u, v, w]), abs=4 * EPS)


def test_many_cones_at_once_and_rows_left_out():
    rng = np.random.default_rng(1)
    a, active = rng.standard_normal((7, 40, 5, 6)), rng.random((7, 40, 5)) < 0.7
    active[..., 0] &= ~active.all(axis=-1)
    together = cone_probability(a, active)
    moments = cone_second_moment(a, active=active)
    assert together.shape == (7, 40) and moments.shape == (7, 40, 6, 6)
    for place in ((0, 0), (3, 17), (6, 39)):
        assert together[place] == pytest.approx(cone_probability(a[place][active[place]]), abs=1e-12)
        assert abs(moments[place] - cone_second_moment(a[place][active[place]])).max() <= 1e-12


@guards(beside_identity, cone_second_moment)
@given(st.integers(2, 4).flatmap(lambda q: array((q, 5), generic())), SCALES)
def test_two_directions_and_what_further_ones_share_out(a, c):
    """Over the signs of all rows but two the moments add up to those of two."""
    a = no_zeros(a)
    signs = [np.array([1, 1, *rest])[:, None] for rest in product([1, -1], repeat=len(a) - 2)]
    expected, bound = two_direction_second_moment(*a[:2], c), c**2 * RULE
    assert abs(sum(cone_second_moment(sign * a, c) for sign in signs) - expected).max() <= bound
    without = expected - c**2 * orthant_probability(a[:2][first_of(a[:2])]) * np.eye(5)
    assert abs(c**2 * sum(beside_identity(sign * a) for sign in signs) - without).max() <= bound


@given(rows(most=5))
def test_a_cone_is_scale_free(a):
    """E‖w‖² 1(C) = p P(C): what is beside the identity has no trace. And it is symmetric."""
    moment = beside_identity(a)
    assert abs(np.trace(moment)) <= 64 * a.size * EPS
    assert abs(moment - moment.T).max() <= 64 * a.size * EPS


@guards(orthant_probability_numerically)
@given(rows(least=2))
def test_numerically_as_by_quadrature(a):
    assert abs(orthant_probability_numerically(a) - cone_probability(a)) <= NUMERICALLY


def test_numerically_of_six_right_angles():
    assert orthant_probability_numerically(np.eye(6)) == pytest.approx(2.0**-6, abs=NUMERICALLY)
    assert orthant_probability_numerically([[1.0, 0], [0, 0]]) == orthant_probability_numerically([[1.0], [-2]]) == 0


def test_simulated():
    """Of four rows, the last of which makes a difference."""
    a = generator("cone of four").standard_normal((4, 5)) + 1
    w = generator("cone of four").standard_normal((200_000, 5))
    moments = ((w @ a.T > 0).all(axis=1)[:, None, None] * w[:, :, None] * w[:, None]).reshape(-1, 25)
    ends = interval(moments, "cone of four")
    assert covers(ends, cone_second_moment(a))
    assert not covers(ends, cone_second_moment(a[:3]))


@pytest.mark.parametrize("law, most", [(cone_probability, 4), (cone_second_moment, 4), (beside_identity, 5)])
def test_more_directions_are_refused(law, most):
    a = np.random.default_rng(0).standard_normal((most + 1, 7))
    law(a[:most])
    with pytest.raises(Precondition, match="end at four directions"):
        law(a)
