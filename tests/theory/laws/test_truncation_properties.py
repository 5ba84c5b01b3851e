"""Truncated means and orthant probabilities: partitions of space, rotations, repeated and opposite rows."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.directions import SCALES, rotations, rows
from support.guards import guards

from theory.errors import Precondition
from theory.laws.orthants import orthant_probability, truncated_mean

EPS = np.finfo(float).eps


def rounding(a):
    """Of a truncated mean at c = 1: each of its q terms is a direction good to p·eps, times angles of q − 1 others."""
    return 4 * len(a) * a.size * EPS


@guards(truncated_mean)
@given(rows(), SCALES)
def test_truncated_means_over_a_partition_of_space(a, c):
    """The 2^q sign patterns share space among them, Σ E[w 1] = E w = 0; with the first sign held, a half-space."""
    means = {signs: truncated_mean(np.array(signs)[:, None] * a, c) for signs in product([1, -1], repeat=len(a))}
    half = sum(mean for signs, mean in means.items() if signs[0] == 1)
    bound = c * len(means) * rounding(a)
    assert abs(sum(means.values())).max() <= bound
    assert abs(half - c / np.sqrt(2 * np.pi) * a[0] / np.linalg.norm(a[0])).max() <= bound


@given(rows(), SCALES)
def test_truncated_mean_does_not_see_order_length_or_repetition(a, c):
    mean, bound = truncated_mean(a, c), c * rounding(a)
    assert abs(truncated_mean(a[::-1] * np.arange(1.0, len(a) + 1)[:, None], c) - mean).max() <= bound
    assert abs(truncated_mean(np.vstack([a, 2 * a, a]), c) - mean).max() <= bound


@guards(truncated_mean)
@given(st.lists(st.floats(-1.5, 1.5), min_size=1, max_size=4), SCALES, st.data())
def test_half_planes_in_any_plane_leave_an_arc(turns, c, data):
    """From `low` to `high`, and E[w 1] = c/√(8π) (sin high − sin low, cos low − cos high) in that plane."""
    low, high = max(turns) - np.pi / 2, min(turns) + np.pi / 2
    plane = data.draw(st.integers(2, 5).flatmap(rotations))[:2]
    rows = np.column_stack([np.cos(turns), np.sin(turns)]) @ plane
    arc = np.array([np.sin(high) - np.sin(low), np.cos(low) - np.cos(high)]) if high > low else np.zeros(2)
    assert abs(truncated_mean(rows, c) - c * arc @ plane / np.sqrt(8 * np.pi)).max() <= c * 4 * rounding(rows)


@guards(truncated_mean, orthant_probability)
@given(st.integers(1, 4), SCALES, st.data())
def test_right_angles(q, c, data):
    """q independent signs: P = 2^−q, and E[w 1] = 2^(1−q) c/√2π along each row."""
    rows = data.draw(st.integers(q, 6).flatmap(rotations))[:q]
    expected = c * 2.0 ** (1 - q) / np.sqrt(2 * np.pi) * rows.sum(axis=0)
    assert abs(truncated_mean(rows, c) - expected).max() <= c * rounding(rows)
    if q < 4:
        assert abs(orthant_probability(rows) - 2.0**-q) <= 16 * EPS


def test_opposite_rows_leave_nothing():
    u = np.array([1.0, 2, 3])
    assert not truncated_mean([u, -2 * u, [1, 0, 0]]).any()


@guards(orthant_probability)
@given(rows(most=3))
def test_orthants_over_a_partition_of_space(a):
    total = sum(orthant_probability(np.array(signs)[:, None] * a) for signs in product([1, -1], repeat=len(a)))
    assert abs(total - 1) <= 64 * EPS
    assert -4 * EPS <= orthant_probability(a) <= 0.5 + 4 * EPS


@given(rows(least=3, most=3))
def test_two_of_three_directions(a):
    """P(a, b) = P(a, b, d) + P(a, b, −d)."""
    split = orthant_probability(a) + orthant_probability(a * np.array([[1], [1], [-1]]))
    assert abs(split - orthant_probability(a[:2])) <= 16 * EPS


def test_more_directions_than_there_are_closed_forms_for():
    with pytest.raises(Precondition, match="end at three"):
        orthant_probability(np.eye(4))
    with pytest.raises(Precondition, match="end at four"):
        truncated_mean(np.eye(5))


@pytest.mark.parametrize("distance", [1e-4, 1e-8, 1e-10, 1e-12, 1e-13, 1e-14])
@pytest.mark.parametrize("count", [1, 2])
def test_truncated_mean_is_continuous_where_rows_meet(distance, count):
    """A row turned by ε moves the mean by E[|w| 1(a wedge of angle ε)] < (2 + √p) ε; so does one nearly opposite."""
    rng = np.random.default_rng(4)
    for _ in range(5):
        a, turn, *others = rng.standard_normal((2 + count, 5))
        a, turn = a / np.linalg.norm(a), turn / np.linalg.norm(turn)
        allowed = (2 + np.sqrt(5)) * distance + 2 * rounding(np.ones((2 + count, 5)))
        near = truncated_mean([a, a + distance * turn, *others])
        assert abs(near - truncated_mean([a, *others])).max() <= allowed
        assert abs(truncated_mean([a, -a + distance * turn, *others])).max() <= allowed
