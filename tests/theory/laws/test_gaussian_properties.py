"""What the second moment under two masks must obey in every dimension and scale, and at the ends θ → 0 and π."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import halfnorm
from support.directions import ANGLES, SCALES, orthogonal, pairs, rotations, rows
from support.guards import guards

from theory.laws.arc_cosine import relu_relu, relu_squares, step_relu_relu, step_relu_squared
from theory.laws.moments import angle, rectified_mean, rectified_second_moment, two_direction_second_moment
from theory.laws.orthants import orthant_probability, truncated_mean

EPS = np.finfo(float).eps
TINY = [1e-3, 1e-6, 1e-9, 1e-12, 1e-15]


def second(u, v, scale=1.0):
    return two_direction_second_moment(u, v, scale)


@given(pairs(), SCALES)
def test_second_moment_is_symmetric_and_even_in_its_arguments(pair, c):
    u, v = pair
    B = second(u, v, c)
    assert np.array_equal(B, B.T)
    assert abs(B - second(v, u, c)).max() <= 16 * EPS * c**2
    assert abs(B - second(-u, -v, c)).max() <= 16 * EPS * c**2


@given(pairs(), SCALES)
def test_second_moment_scales_with_c_squared_and_not_with_the_directions(pair, c):
    u, v = pair
    assert abs(second(u, v, c) - c**2 * second(u, v)).max() <= 2 * EPS * c**2
    assert abs(second(1e5 * u, 1e-7 * v) - second(u, v)).max() <= 32 * EPS


@given(pairs(), st.data())
def test_second_moment_turns_with_the_directions(pair, data):
    """Turning rounds a direction by p·eps, and B by as much: its slopes are below 1. QBQᵀ adds twice p."""
    u, v = pair
    Q = data.draw(rotations(len(u)))
    assert abs(second(Q @ u, Q @ v) - Q @ second(u, v) @ Q.T).max() <= 8 * len(u) ** 2 * EPS


@guards(two_direction_second_moment)
@given(pairs(), SCALES)
def test_v_and_minus_v_share_a_half_space(pair, c):
    """B(u, v) + B(u, −v) = (c²/2) I, with no limit taken."""
    u, v = pair
    assert abs(second(u, v, c) + second(u, -v, c) - c**2 / 2 * np.eye(len(u))).max() <= 16 * EPS * c**2


@given(pairs())
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


@given(pairs())
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
    assert (
        abs(
            angle([0.6, 0.8], [0.6 * np.cos(theta) - 0.8 * np.sin(theta), 0.8 * np.cos(theta) + 0.6 * np.sin(theta)])
            - theta
        )
        <= 4 * EPS
    )


@guards(angle)
@given(pairs())
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


@guards(rectified_mean, rectified_second_moment)
@given(SCALES, SCALES)
def test_rectified_moments_are_half_of_the_half_normal_s(c, factor):
    """|V| is σ(V) + σ(−V), V² is σ(V)² + σ(−V)²; and a scale comes out, once and squared."""
    half = halfnorm(scale=c)
    assert rectified_mean(c) == pytest.approx(half.mean() / 2, rel=8 * EPS)
    assert rectified_second_moment(c) == pytest.approx(half.moment(2) / 2, rel=1e-12)
    assert rectified_mean(factor * c) == pytest.approx(factor * rectified_mean(c), rel=4 * EPS)
    assert rectified_second_moment(factor * c) == pytest.approx(factor**2 * rectified_second_moment(c), rel=8 * EPS)
    spread = rectified_second_moment(c) - rectified_mean(c) ** 2
    assert spread == pytest.approx(c**2 * (np.pi - 1) / (2 * np.pi), rel=32 * EPS)


@guards(rectified_mean, rectified_second_moment, truncated_mean)
@given(rows(most=1), SCALES)
def test_a_projection_is_a_normal_number(a, c):
    """aᵀw has the scale c‖a‖: aᵀE[w 1(aᵀw > 0)] = E σ(aᵀw), and aᵀE[wwᵀ 1]a = E σ(aᵀw)²; in any dimension."""
    [a] = a
    length = np.linalg.norm(a)
    assert a @ truncated_mean(a, c) == pytest.approx(rectified_mean(c * length), rel=32 * len(a) * EPS)
    assert a @ second(a, a, c) @ a == pytest.approx(rectified_second_moment(c * length), rel=32 * len(a) * EPS)
    assert rectified_mean(c * length) == pytest.approx(c * length * 0.3989422804014327, rel=16 * EPS)
    assert rectified_second_moment(c * length) == pytest.approx((c * length) ** 2 / 2, rel=16 * EPS)


@guards(truncated_mean, two_direction_second_moment)
@given(rows(most=1), SCALES, st.floats(1e-6, 1e6), st.data())
def test_half_spaces(a, c, factor, data):
    """The mean is (c/√2π) â and the second moment (c²/2) I: of any scale, turned, mirrored, in more dimensions."""
    [a] = a
    unit, Q = a / np.linalg.norm(a), data.draw(rotations(len(a)))
    mirror = np.eye(len(a)) - 2 * np.outer(Q[0], Q[0])
    bound = 32 * len(a) ** 2 * EPS
    for direction in (factor * unit, Q @ unit, mirror @ unit, -unit):
        expected = direction / np.linalg.norm(direction) / np.sqrt(2 * np.pi)
        assert abs(truncated_mean(direction, c) - c * expected).max() <= c * bound
        assert abs(second(direction, direction, c) - c**2 / 2 * np.eye(len(a))).max() <= c**2 * bound
    longer = np.append(a, [0.0, 0.0])
    assert abs(truncated_mean(longer, c) - c * np.append(unit, [0.0, 0.0]) / np.sqrt(2 * np.pi)).max() <= c * bound


@guards(relu_relu, step_relu_squared)
@given(pairs())
def test_arc_cosine_moments_are_entries_of_the_second_moment(pair):
    """ûᵀBv̂ = E[σ(ûᵀw)σ(v̂ᵀw)] and v̂ᵀBv̂ = E[1(ûᵀw > 0)σ(v̂ᵀw)²]."""
    u, v = pair / np.linalg.norm(pair, axis=1, keepdims=True)
    B, theta = second(u, v), angle(u, v)
    assert abs(u @ B @ v - relu_relu(theta)) <= 8 * len(u) ** 2 * EPS
    assert abs(v @ B @ v - step_relu_squared(theta)) <= 8 * len(u) ** 2 * EPS


@guards(relu_squares)
@given(ANGLES)
def test_squares_at_an_angle_and_at_what_is_left_of_a_half_turn(theta):
    """E σ(u)²σ(v)² at ρ and −ρ make up half of E u²v² = 1 + 2ρ²."""
    both = relu_squares(theta) + relu_squares(np.pi - theta)
    assert 2 * both == pytest.approx(1 + 2 * np.cos(theta) ** 2, rel=32 * EPS)
    assert 0 <= relu_squares(theta) <= 1.5 + 8 * EPS


@guards(relu_relu, step_relu_squared, step_relu_relu)
@given(ANGLES)
def test_arc_cosine_moments_at_an_angle_and_at_what_is_left_of_a_half_turn(theta):
    """The half-space v > 0 splits by the sign of u: E[uσ(v)] = cos θ/2, E σ(v)² = ½; and two normals that coincide."""
    rest = np.pi - theta
    assert relu_relu(theta) - relu_relu(rest) == pytest.approx(np.cos(theta) / 2, abs=4 * EPS)
    assert step_relu_squared(theta) + step_relu_squared(rest) == pytest.approx(0.5, abs=4 * EPS)
    rho = np.cos(theta)
    assert step_relu_relu(1, rho, rho) == pytest.approx(relu_relu(theta), abs=1e-15)
