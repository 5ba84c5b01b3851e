"""What the laws of theory.gaussian must obey in every dimension, direction and scale, and at the ends θ → 0 and π."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.gaussian import angle, orthant_probability, truncated_mean, two_direction_second_moment

EPS = np.finfo(float).eps
TINY = [1e-3, 1e-6, 1e-9, 1e-12, 1e-15]


@st.composite
def rows(draw, least=1, most=4):
    """Up to four directions in R^1 … R^6: normal numbers, or small integers, which repeat, oppose and depend."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.integers(least, most)), draw(st.integers(1, 6))
    if draw(st.booleans()):
        return rng.standard_normal(shape)
    small = rng.integers(-2, 3, shape).astype(float)
    small[~small.any(axis=1)] = 1
    return small


def orthogonal(p, seed=3):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((p, p)))[0]


SCALES = st.sampled_from([1.0, 1e-3, 0.5, 300.0])
PAIRS = rows(least=2, most=2)


def second(u, v, scale=1.0):
    return two_direction_second_moment(u, v, scale)


@given(PAIRS, SCALES)
def test_second_moment_is_symmetric_and_even_in_its_arguments(pair, c):
    u, v = pair
    B = second(u, v, c)
    assert np.array_equal(B, B.T)
    assert abs(B - second(v, u, c)).max() <= 16 * EPS * c**2
    assert abs(B - second(-u, -v, c)).max() <= 16 * EPS * c**2


@given(PAIRS, SCALES)
def test_second_moment_scales_with_c_squared_and_not_with_the_directions(pair, c):
    u, v = pair
    assert abs(second(u, v, c) - c**2 * second(u, v)).max() <= 2 * EPS * c**2
    assert abs(second(1e5 * u, 1e-7 * v) - second(u, v)).max() <= 32 * EPS


@given(PAIRS)
def test_second_moment_turns_with_the_directions(pair):
    """Turning rounds a direction by p·eps, and B by as much: its slopes in û and v̂ are below 1. Twice p more at QBQᵀ."""
    u, v = pair
    Q = orthogonal(len(u))
    assert abs(second(Q @ u, Q @ v) - Q @ second(u, v) @ Q.T).max() <= 8 * len(u) ** 2 * EPS


@given(PAIRS, SCALES)
def test_v_and_minus_v_share_a_half_space(pair, c):
    """B(u, v) + B(u, −v) = (c²/2) I, with no limit taken."""
    u, v = pair
    assert abs(second(u, v, c) + second(u, -v, c) - c**2 / 2 * np.eye(len(u))).max() <= 16 * EPS * c**2


@given(PAIRS)
def test_spectrum(pair):
    """Eigenvalues (π − θ ± sin θ)/2π in the plane, (π − θ)/2π off it: positive semidefinite, at most ½."""
    p, theta = pair.shape[1], angle(*pair)
    actual = np.linalg.eigvalsh(second(*pair))
    expected = np.full(p, (np.pi - theta) / (2 * np.pi))
    if p > 1:
        expected[[0, -1]] += np.array([-1, 1]) * np.sin(theta) / (2 * np.pi)
    assert abs(actual - expected).max() <= 16 * p * EPS


@pytest.mark.parametrize("theta", TINY)
@pytest.mark.parametrize("turn", [np.eye(3), orthogonal(3)])
def test_second_moment_near_0_and_pi(theta, turn):
    """B = (π−θ)/2π I + (sin θ/2π)[[cos θ, sin θ], [sin θ, −cos θ]] keeps its digits: the error is eps, not eps/θ.

    At θ the deviation from ½I is within θ/π; at π − θ what is left is within θ/π.
    """
    for sign, share in ((1, np.pi - theta), (-1, theta)):
        tilt = np.zeros((3, 3))
        tilt[:2, :2] = [[sign * np.cos(theta), np.sin(theta)], [np.sin(theta), -sign * np.cos(theta)]]
        expected = share / (2 * np.pi) * np.eye(3) + np.sin(theta) / (2 * np.pi) * tilt
        actual = second(turn[0], sign * np.cos(theta) * turn[0] + np.sin(theta) * turn[1])
        assert abs(actual - turn.T @ expected @ turn).max() <= 16 * EPS
        limit = np.eye(3) / 2 if sign > 0 else np.zeros((3, 3))
        assert np.linalg.norm(actual - limit, 2) <= theta / np.pi + 16 * EPS


@given(PAIRS)
def test_second_moment_at_0_and_pi(pair):
    u = pair[0]
    assert np.array_equal(second(u, u), np.eye(len(u)) / 2)
    assert not second(u, -u).any()
    assert abs(second(u, 3 * u) - np.eye(len(u)) / 2).max() <= 4 * EPS


@pytest.mark.parametrize("theta", TINY)
def test_angles_near_0_and_pi(theta):
    """arccos would lose half of the digits: 1e-8 and less would be 0."""
    assert abs(angle([1, 0], [np.cos(theta), np.sin(theta)]) - theta) <= 4 * EPS * theta
    assert abs(angle([1, 0], [-np.cos(theta), np.sin(theta)]) - (np.pi - theta)) <= 4 * EPS
    assert abs(angle([0.6, 0.8], [0.6 * np.cos(theta) - 0.8 * np.sin(theta), 0.8 * np.cos(theta) + 0.6 * np.sin(theta)])
               - theta) <= 4 * EPS


@given(PAIRS)
def test_angle_against_the_cosine(pair):
    """cos θ = ûᵀv̂, which is good to p·eps; the angle is symmetric, and π less for −v."""
    u, v = pair
    cosine = u @ v / (np.linalg.norm(u) * np.linalg.norm(v))
    assert abs(np.cos(angle(u, v)) - cosine) <= (len(u) + 8) * EPS
    assert angle(u, v) == angle(v, u)
    assert abs(angle(u, v) + angle(u, -v) - np.pi) <= 4 * EPS


def test_a_zero_direction_leaves_nothing():
    zero, u = np.zeros(3), np.array([1.0, 2, 2])
    assert not second(zero, u).any() and not second(u, zero).any() and not second(zero, zero).any()
    assert np.isnan(angle(zero, u)) and np.isnan(angle(u, zero))
    assert orthant_probability([zero]) == orthant_probability([u, zero]) == 0
    assert not truncated_mean(zero).any() and not truncated_mean([u, zero, -u]).any()


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e200, 1e308])
def test_tiny_and_huge_directions(size):
    """Whose squares are 0 or infinite. Subnormal 1e-310 has 14 bits fewer: 2^-38."""
    u, v = np.array([1.0, 0.25]), np.array([-0.25, 0.5])
    digits = 16 * EPS if size > 1e-300 else 2.0**-38
    assert abs(angle(size * u, size * v) - angle(u, v)) <= digits
    assert abs(second(size * u, v) - second(u, v)).max() <= digits
    assert abs(truncated_mean([size * u, v]) - truncated_mean([u, v])).max() <= digits


def rounding(a):
    """Of a truncated mean at c = 1: projecting a row off another one keeps eps·p/sine, for every ordered pair of rows."""
    units = a / np.linalg.norm(a, axis=1, keepdims=True)
    sines = [np.sin(angle(u, v)) for i, u in enumerate(units) for v in units[:i]]
    return 8 * a.size * len(a) * EPS / min([s for s in sines if s > 32 * EPS], default=1)


@given(rows(), SCALES)
def test_truncated_means_over_a_partition_of_space(a, c):
    """The 2^q sign patterns share space among them, Σ E[w 1] = E w = 0; with the first sign held, a half-space."""
    means = {signs: truncated_mean(np.array(signs)[:, None] * a, c) for signs in product([1, -1], repeat=len(a))}
    half = sum(mean for signs, mean in means.items() if signs[0] == 1)
    bound = c * len(means) * rounding(a)
    assert abs(sum(means.values())).max() <= bound
    assert abs(half - c / np.sqrt(2 * np.pi) * a[0] / np.linalg.norm(a[0])).max() <= bound


@given(rows(), SCALES)
def test_truncated_mean_turns_scales_and_does_not_see_order_or_repetition(a, c):
    mean, Q, bound = truncated_mean(a), orthogonal(a.shape[1]), rounding(a)
    assert abs(truncated_mean(a @ Q.T) - Q @ mean).max() <= 4 * a.shape[1] * bound
    assert abs(truncated_mean(a, c) - c * mean).max() <= 2 * EPS * c
    assert abs(truncated_mean(a[::-1] * np.arange(1.0, len(a) + 1)[:, None]) - mean).max() <= bound
    assert abs(truncated_mean(np.vstack([a, 2 * a, a])) - mean).max() <= bound


@given(rows(), SCALES)
def test_truncated_mean_lies_in_the_cone_and_is_shorter_than_a_half_spaces(a, c):
    """aᵀE[w 1(cone)] ≥ 0 for every row a of the cone, and no more than c/√2π along any of them."""
    along = a / np.linalg.norm(a, axis=1, keepdims=True) @ truncated_mean(a, c)
    assert (along >= -c * rounding(a)).all()
    assert (along <= c * (1 / np.sqrt(2 * np.pi) + rounding(a))).all()


def test_opposite_rows_leave_nothing():
    u = np.array([1.0, 2, 3])
    assert not truncated_mean([u, -2 * u, [1, 0, 0]]).any()


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
    with pytest.raises(ValueError, match="end at three"):
        orthant_probability(np.eye(4))
    with pytest.raises(ValueError, match="end at four"):
        truncated_mean(np.eye(5))


@pytest.mark.parametrize("distance", [1e-4, 1e-8, 1e-10, 1e-12, 1e-13])
@pytest.mark.parametrize("count", [1, 2])
def test_truncated_mean_is_continuous_where_rows_meet(distance, count):
    """A row turned by ε moves the mean by E[|w| 1(a wedge of angle ε)] < (2 + √p) ε; so does one nearly opposite."""
    a, turn, *others = np.random.default_rng(4).standard_normal((2 + count, 5))
    a, turn = a / np.linalg.norm(a), turn / np.linalg.norm(turn)
    allowed = (2 + np.sqrt(5)) * distance + 256 * EPS
    near = truncated_mean([a, a + distance * turn, *others])
    assert abs(near - truncated_mean([a, *others])).max() <= allowed
    assert abs(truncated_mean([a, -a + distance * turn, *others])).max() <= allowed
