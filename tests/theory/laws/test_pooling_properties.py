"""What the means under max-pooling must obey: sums over a window, symmetries, and where the answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.directions import orthogonal
from support.guards import guards
from support.pools import blocks

from theory.laws.orthants import truncated_mean
from theory.laws.pooling import pooled_mean, position_means
from theory.laws.switches import ORDERS
from theory.laws.three_layer import guided_mean

EPS = np.finfo(float).eps
IMAGE = np.random.default_rng(1).standard_normal((2, 7, 8))
TIED = IMAGE.copy()
TIED[:, :4, :5], TIED[:, 4:, 4:] = 1, 0
WHERE = [
    dict(kernel=2),
    dict(kernel=(3, 2), stride=(1, 2), padding=(0, 1), pool=(1, 2)),
    dict(kernel=(2, 3), pool=(2, 1)),
    dict(kernel=(1, 3), padding=1, pool=(1, 4)),
]
CHOICES = [(rule, order) for rule in ("deconvnet", "guided") for order in ORDERS]
ROUNDING = 16 * 4 * 5**2 * 18 * EPS  # at most 16 positions on a pixel, each 4q²p·eps off: q ≤ 5 rows, p ≤ 18 entries


@given(blocks(), st.sampled_from(ORDERS), st.sampled_from(["first", "last"]))
def test_deconvnets_weights_in_a_window_sum_to_zero(patches, order, tie):
    """Some position always holds the switch: the sum is E w = 0."""
    assert abs(position_means(patches, "deconvnet", order, tie).sum(axis=1)).max() <= ROUNDING


@guards(position_means)
@given(blocks(), st.sampled_from(ORDERS), st.sampled_from(["first", "last"]))
def test_guided_weights_in_a_window_sum_to_the_mean_where_it_is_active(patches, order, tie):
    """E[w 1(some wᵀy_l > 0)] = −E[w 1(every wᵀy_l ≤ 0)], for which zero patches do not count."""
    total = position_means(patches, "guided", order, tie).sum(axis=1)
    for window, actual in zip(patches, total):
        there = window[window.any(axis=1)]
        expected = -truncated_mean(-there) if len(there) else np.zeros(window.shape[1])
        assert abs(actual - expected).max() <= ROUNDING


@given(blocks(), st.sampled_from(CHOICES), st.sampled_from(["first", "last"]))
def test_turning_the_positions_round_turns_the_tie(patches, choice, tie):
    other = {"first": "last", "last": "first"}[tie]
    turned = position_means(patches[:, ::-1], *choice, other)[:, ::-1]
    assert abs(turned - position_means(patches, *choice, tie)).max() <= ROUNDING


@given(blocks(), st.sampled_from(["first", "last"]))
def test_guided_backpropagation_does_not_see_the_order(patches, tie):
    """The maximum of what is active is active."""
    assert np.array_equal(*(position_means(patches, "guided", order, tie) for order in ORDERS))


@pytest.mark.parametrize("image", [IMAGE, TIED])
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("order", ORDERS)
def test_a_pool_of_one_is_no_pool(where, image, order):
    where = {**where, "pool": 1}
    without = {name: value for name, value in where.items() if name != "pool"}
    assert abs(pooled_mean(image, **where, order=order) - guided_mean(image, **without)).max() <= ROUNDING
    assert abs(pooled_mean(image, **where, order=order, rule="deconvnet")).max() <= ROUNDING


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("order", ORDERS)
def test_saliency_has_no_mean(where, order):
    assert not pooled_mean(TIED, **where, rule="saliency", order=order).any()


@pytest.mark.parametrize("rule, order", CHOICES)
@pytest.mark.parametrize("where", [dict(kernel=2, pool=(2, 1)), dict(kernel=(4, 3)), dict(kernel=(2, 5), pool=(1, 4))])
def test_half_a_turn_of_image_and_tie(where, rule, order):
    """Of windows that tile the feature map: reading order runs backwards then, and the first is the last."""
    mean = pooled_mean(TIED, **where, rule=rule, order=order, tie="first")
    turned = pooled_mean(TIED[:, ::-1, ::-1], **where, rule=rule, order=order, tie="last")
    assert abs(turned[:, ::-1, ::-1] - mean).max() <= ROUNDING


@pytest.mark.parametrize("rule, order", CHOICES)
@pytest.mark.parametrize("where", WHERE)
def test_a_rotation_of_the_channels(where, rule, order):
    """Of patches that differ, as rounding may break a tie; and a signed permutation, which breaks none."""
    for image, Q in ((IMAGE, orthogonal(2)), (TIED, np.array([[0.0, -1], [1, 0]]))):
        turn = lambda x: np.einsum("cd,dhw->chw", Q, x)
        mean = pooled_mean(image, **where, rule=rule, order=order)
        assert abs(pooled_mean(turn(image), **where, rule=rule, order=order) - turn(mean)).max() <= ROUNDING


@pytest.mark.parametrize("rule, order", CHOICES)
@pytest.mark.parametrize("factor", [2.0**-400, 1e-5, 3.0, 2.0**400])
def test_the_scale_of_the_image_changes_nothing(factor, rule, order):
    mean = pooled_mean(TIED, 2, rule=rule, order=order)
    assert abs(pooled_mean(factor * TIED, 2, rule=rule, order=order) - mean).max() <= ROUNDING


@pytest.mark.parametrize("tie, place", [("first", (0, 0)), ("last", (1, 1))])
def test_a_constant_image(tie, place):
    """All patches tie: guided backpropagation's weight ŷ/2π goes to the tie's winner, and DeconvNet's is E w = 0."""
    expected = np.zeros((1, 6, 6))
    for y in range(place[0], 4, 2):
        for x in range(place[1], 4, 2):
            expected[:, y : y + 3, x : x + 3] += 1 / 3 / (2 * np.pi)
    image = np.full((1, 6, 6), 0.7)
    assert abs(pooled_mean(image, 3, tie=tie) - expected).max() <= ROUNDING
    for order in ORDERS:
        assert abs(pooled_mean(image, 3, rule="deconvnet", order=order, tie=tie)).max() <= ROUNDING


@pytest.mark.parametrize("side", [2, 5])
@pytest.mark.parametrize("order", ORDERS)
def test_a_slope(side, order):
    """y_j − y_l are multiples of 1: only the corners win, by the sign of Σw, however the slope's digits are rounded."""
    y, x = np.mgrid[: side + 1, : side + 1]
    image = (0.1 * x + 0.07 * y + 0.3)[None]
    patches = np.array([[image[0, a : a + side, b : b + side].ravel() for a in (0, 1) for b in (0, 1)]])
    means = position_means(patches, "deconvnet", "pool-relu")[0]
    expected = np.outer([-1, 0, 0, 1], np.ones(side**2)) / side / np.sqrt(2 * np.pi)
    # the slope's own rounding turns the differences by some eps over the slope, 0.03
    assert abs(means - expected).max() <= ROUNDING + 16 * 5 * EPS / 0.03
