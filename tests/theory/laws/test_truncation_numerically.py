"""Truncated means of any number of directions: where there is a closed form, or an integral in one dimension."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr
from support.directions import SCALES, rotations, rows
from support.guards import guards

from theory.laws.orthants import truncated_mean, truncated_mean_numerically
from theory.laws.pooling import position_means

PRECISION = 1e-4  # what a probability is asked for
T, WEIGHT = np.polynomial.legendre.leggauss(200)
T, WEIGHT = 9 * T, 9 * WEIGHT * np.exp(-((9 * T) ** 2) / 2) / np.sqrt(2 * np.pi)


def allowed(count, c=1.0):
    """Each of `count` rows has its own probability, and a unit vector with it."""
    return c * PRECISION * count / np.sqrt(2 * np.pi)


def alike(p, count, correlation, turn):
    """`count` unit rows of R^p with one correlation between any two, (count, p)."""
    gram = correlation + (1 - correlation) * np.eye(count)
    return np.linalg.cholesky(gram) @ turn[:count]


def all_positive(count, correlation):
    """P(`count` standard normals of one correlation r ≥ 0 are positive): √r t + √(1 − r) ξ given t."""
    return WEIGHT @ ndtr(np.sqrt(correlation / (1 - correlation)) * T) ** count


@guards(truncated_mean_numerically)
@given(rows(), SCALES)
def test_up_to_four_directions_it_is_the_closed_form(a, c):
    assert abs(truncated_mean_numerically(a, c) - truncated_mean(a, c)).max() <= allowed(len(a), c)


@guards(truncated_mean_numerically)
@given(st.integers(5, 9), SCALES, st.data())
def test_right_angles(q, c, data):
    turn = data.draw(rotations(9))
    expected = c * 2.0 ** (1 - q) / np.sqrt(2 * np.pi) * turn[:q].sum(axis=0)
    assert abs(truncated_mean_numerically(turn[:q], c) - expected).max() <= allowed(q, c)


@guards(truncated_mean_numerically)
@given(st.integers(5, 9), st.floats(0.05, 0.9), SCALES, st.data())
def test_directions_of_one_angle(q, correlation, c, data):
    """Given one, the others correlate by r/(1 + r)."""
    a = alike(9, q, correlation, data.draw(rotations(9)))
    expected = c / np.sqrt(2 * np.pi) * all_positive(q - 1, correlation / (1 + correlation)) * a.sum(axis=0)
    assert abs(truncated_mean_numerically(a, c) - expected).max() <= allowed(q, c)


@given(st.integers(5, 8), st.integers(0, 7), st.data())
def test_an_opposite_row_leaves_nothing_and_a_repeated_one_is_no_condition(q, which, data):
    a = alike(9, q, 0.4, data.draw(rotations(9)))
    row = a[which % q]
    assert not truncated_mean_numerically(np.vstack([a, -3 * row])).any()
    twice = truncated_mean_numerically(np.vstack([a, 2 * row]))
    assert abs(twice - truncated_mean_numerically(a)).max() <= 2 * allowed(q)


def loudest(count, active):
    """E of the largest of `count` independent normals at itself and at each other; `active`: where it is positive."""
    t, weight = (T[T > 0], WEIGHT[T > 0]) if active else (T, WEIGHT)
    own = weight @ (t * ndtr(t) ** (count - 1))
    other = -(weight @ (np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi) * ndtr(t) ** (count - 2)))
    return other + (own - other) * np.eye(count)


@pytest.mark.parametrize("count", [6, 9])
@pytest.mark.parametrize(
    "rule, order", [("guided", "relu-pool"), ("deconvnet", "relu-pool"), ("deconvnet", "pool-relu")]
)
def test_a_window_of_patches_at_right_angles(rule, order, count):
    """w·y_j are independent. Given the winner's t, each other is a normal below t, of mean −φ(t)/Φ(t). Behind a ReLU
    DeconvNet's picture is guided backpropagation's and, at the first position, that of a window without active patch.
    """
    turn = np.linalg.qr(np.random.default_rng(count).standard_normal((12, 12)))[0]
    found = position_means(2.5 * turn[None, :count], rule, order)[0] @ turn[:count].T
    expected = loudest(count, active=order == "relu-pool")
    if (rule, order) == ("deconvnet", "relu-pool"):
        expected[0] -= 2.0 ** (1 - count) / np.sqrt(2 * np.pi)
    assert abs(found - expected).max() <= 2 * allowed(count + 1) * np.sqrt(2 * np.pi)
    assert np.array_equal(position_means(2.5 * turn[None, :count], rule, order)[0] @ turn[:count].T, found)
