"""theory.laws.pooling against the winners of every window, and against quadrature over the cones in which they win."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import winners
from support.cones import integral
from support.guards import guards
from support.pools import SIZES, planar

from theory import rules
from theory.errors import Precondition
from theory.laws.pooling import pooled_mean, position_means

EPS = np.finfo(float).eps
PICTURES = ["deconvnet", "guided"]
CHOICES = [(rule, order, tie) for rule in PICTURES for order in winners.ORDERS for tie in ("first", "last")]


def rounding(image, p, pool):
    """At most 4·|x| patches, two cones each: q rows good to p·eps, by angles of q − 1 others: 4q²p·eps."""
    return 2 * 4 * image.size * 4 * (np.prod(np.broadcast_to(pool, 2)) + 1) ** 2 * p * EPS


@guards(pooled_mean)
@given(planar(), st.sampled_from(CHOICES))
def test_mean_is_that_of_the_winners(case, choice):
    """Integers from −2 to 2 tie, vanish, double and oppose often; nothing is left out, ties and padding included."""
    image, kernel, stride, padding, pool = case
    rule, order, tie = choice
    expected = winners.pooled_mean(*case, *choice)
    actual = pooled_mean(image, kernel, stride, pool, rule, order, padding, tie=tie)
    assert abs(actual - expected).max() <= rounding(image, kernel[0] * kernel[1] * len(image), pool)


@pytest.mark.parametrize("rule, order, tie", CHOICES)
@pytest.mark.parametrize("pool", SIZES)
def test_mean_is_that_of_the_winners_on_flat_ground(pool, rule, order, tie):
    """A picture of −1, 0 and 1 with a flat part, a part of zeros and a padded border."""
    image = np.random.default_rng(1).integers(-1, 2, (1, 6, 9)).astype(float)
    image[:, :3, :5], image[:, 3:, 5:] = 1, 0
    expected = winners.pooled_mean(image, (1, 2), 1, (0, 1), pool, rule, order, tie)
    actual = pooled_mean(image, (1, 2), 1, pool, rule, order, (0, 1), tie=tie)
    assert abs(actual - expected).max() <= rounding(image, 2, pool)


def cone_mean(rows):
    """E[w 1(rows·w > 0)] of independent rows, by quadrature in their span, and its distance from a coarser rule's."""
    span = np.linalg.qr(rows.T)[0]
    fine, coarse = (span @ integral(rows @ span, 1, order) for order in (44, 32))
    return fine, abs(fine - coarse).max()


@pytest.mark.parametrize("rule, order", [(rule, order) for rule in PICTURES for order in winners.ORDERS])
@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("p", [4, 9])
def test_means_at_the_positions_against_the_cones(p, count, rule, order):
    """Of patches in general position, each near to its own axis; no tie but that of a window without active patch."""
    patches = np.eye(count, p) + np.random.default_rng([p, count]).uniform(-0.3, 0.3, (2, count, p))
    first, last = (position_means(patches, rule, order, tie) for tie in ("first", "last"))
    for r, window in enumerate(patches):
        silent, more = cone_mean(-window) if rule == "deconvnet" and order == "relu-pool" else (np.zeros(p), 0)
        for j, patch in enumerate(window):
            rows = patch - np.delete(window, j, axis=0)
            if (rule, order) != ("deconvnet", "pool-relu"):
                rows = np.vstack([rows, patch])
            expected, error = cone_mean(rows)
            assert error + more < 1e-5  # the quadrature has converged; what is left is the coarser rule's error
            bound = error + more + rounding(patch, p, count)
            assert abs(first[r, j] - expected - silent * (j == 0)).max() <= bound
            assert abs(last[r, j] - expected - silent * (j == count - 1)).max() <= bound


def test_settings_multiply():
    """N c_w c_v, as h(V) is linear in V's scale."""
    image = np.random.default_rng(2).standard_normal((2, 5, 6))
    one = pooled_mean(image, 2, 1, 2)
    many = pooled_mean(image, 2, 1, 2, filters=7, filter_scale=0.5, readout_scale=3.0)
    assert abs(many - 10.5 * one).max() <= 8 * EPS * abs(many).max()


@pytest.mark.parametrize(
    "settings, message",
    [
        (dict(pool=0), "pool must be at least 1"),
        (dict(pool=(4, 1), kernel=3), "does not fit"),
        (dict(pool=(1, 4), kernel=4), "does not fit"),
        (dict(kernel=6), "does not fit"),
        (dict(order="pool"), "order is one of"),
        (dict(tie="random"), "tie"),
    ],
)
@pytest.mark.parametrize("rule", rules.RULES)
def test_settings_out_of_range(settings, message, rule):
    with pytest.raises(Precondition, match=message):
        pooled_mean(np.ones((1, 5, 6)), **{"kernel": 2, "rule": rule, **settings})


class Fancy:
    """A rule that no law knows."""

    def backward(self, grad, preactivation):
        return grad


def test_rules_are_taken_by_name_or_as_they_are_and_no_others():
    image = np.random.default_rng(0).standard_normal((1, 5, 6))
    assert np.array_equal(pooled_mean(image, 2, rule=rules.GUIDED), pooled_mean(image, 2, rule="guided"))
    for rule, message in ((Fancy(), "the laws know"), ("gradient", "a rule is one of")):
        with pytest.raises(ValueError, match=message):
            pooled_mean(image, 2, rule=rule)
