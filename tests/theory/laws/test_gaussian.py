"""Moments, orthants, arc-cosines: against quadrature, SciPy's distributions or a series in exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm
from support.cones import converged

from theory.laws import arc_cosine, moments, orthants

EPS = np.finfo(float).eps
QUAD = dict(epsabs=1e-13, epsrel=1e-13, limit=200)
RULE = 2e-13  # what quad is asked for, and as much again for SciPy's own Φ and φ in the integrand
ANGLES = [0.0, 1e-8, 0.1, 0.7, 1.3, np.pi / 2, 2.0, 2.9, 3.1, np.pi]


@pytest.mark.parametrize("scale", [1.0, 0.02, 7.0])
def test_rectified_moments(scale):
    first = quad(lambda v: v * norm.pdf(v, scale=scale), 0, 40 * scale, **QUAD)[0]
    second = quad(lambda v: v**2 * norm.pdf(v, scale=scale), 0, 40 * scale, **QUAD)[0]
    assert moments.rectified_mean(scale) == pytest.approx(first, rel=RULE)
    assert moments.rectified_second_moment(scale) == pytest.approx(second, rel=RULE)


def conditional(t):
    """Mean and standard deviation of u given v = 1 and correlation cos t: N(v cos t, sin² t)."""
    return np.cos(t), np.sin(t)


@pytest.mark.parametrize("t", ANGLES[2:-2])
def test_relu_relu_by_conditioning_on_v(t):
    """E[σ(u) | v] = mΦ(m/s) + sφ(m/s)."""
    m, s = conditional(t)
    rectified = lambda m: m * norm.cdf(m / s) + s * norm.pdf(m / s)
    expected = quad(lambda v: v * norm.pdf(v) * rectified(m * v), 0, 40, **QUAD)[0]
    assert arc_cosine.relu_relu(t) == pytest.approx(expected, rel=RULE)


@pytest.mark.parametrize("t", ANGLES[2:-2])
def test_step_relu_squared_by_conditioning_on_v(t):
    m, s = conditional(t)
    expected = quad(lambda v: v**2 * norm.pdf(v) * norm.cdf(m * v / s), 0, 40, **QUAD)[0]
    assert arc_cosine.step_relu_squared(t) == pytest.approx(expected, rel=RULE)


def sine_and_cosine(x):
    """sin x and cos x of a Fraction in [0, 2π], by 40 terms: the first one left out is below 1e-50."""
    sine, cosine, term = Fraction(0), Fraction(0), Fraction(1)
    for k in range(80):
        if k % 2:
            sine += term if k % 4 == 1 else -term
        else:
            cosine += term if k % 4 == 0 else -term
        term *= x / (k + 1)
    return sine, cosine


@pytest.mark.parametrize("s", [1e-12, 1e-6, 1e-3, 0.1, 0.4, 0.499999, 0.5, 0.6, 0.99, 1.0, 1.3, 2.0, 3.0, np.pi])
def test_arc_cosine_moments_to_the_last_digits_towards_pi(s):
    """2π E[σσ] = sin s − s cos s and 4π E[1σ²] = 2s − sin 2s, s = π − t, which cancel as s³ near 0.

    s below is the float np.pi − t, exact by Sterbenz. 16 eps: a dozen roundings in either formula; past s = 1 there is
    no more cancellation than a factor 2.
    """
    t = np.pi - s
    rest = Fraction(np.pi) - Fraction(t)
    sine, cosine = sine_and_cosine(rest)
    double = sine_and_cosine(2 * rest)[0]
    assert abs(arc_cosine.relu_relu(t) - float(sine - rest * cosine) / (2 * np.pi)) <= 16 * EPS * arc_cosine.relu_relu(
        t
    )
    expected = float(2 * rest - double) / (4 * np.pi)
    assert abs(arc_cosine.step_relu_squared(t) - expected) <= 16 * EPS * expected


def test_arc_cosine_moments_at_the_ends():
    """t = 0: E σ² = ½ for both; t = π: never both open."""
    assert abs(arc_cosine.relu_relu(0.0) - 0.5) <= 4 * EPS and abs(arc_cosine.step_relu_squared(0.0) - 0.5) <= 4 * EPS
    assert arc_cosine.relu_relu(np.pi) == arc_cosine.step_relu_squared(np.pi) == 0


@pytest.mark.parametrize("moment", [arc_cosine.relu_relu, arc_cosine.step_relu_squared])
def test_arc_cosine_moments_take_arrays(moment):
    grid = np.array([[0.1, 1.5, 2.9], [0.0, 2.2, np.pi]])
    one_by_one = np.array([[moment(t) for t in row] for row in grid])
    assert (abs(moment(grid) - one_by_one) <= 4 * EPS * one_by_one).all()


def directions(q, p, seed):
    """q rows in R^p, far from dependent: unit vectors and at most 0.35 in every entry."""
    return np.eye(q, p) + np.random.default_rng(seed).uniform(-0.35, 0.35, (q, p))


def frame(q, p, seed):
    """q orthonormal columns in R^p: where the cone's own space lies."""
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((p, q)))[0]


@pytest.mark.parametrize("q", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_orthants_against_the_cone(q, seed):
    rows = directions(q, q, seed)
    expected, error = converged(rows, 0)
    assert error < 1e-7  # the rule has converged; the bound below is its own error
    assert abs(orthants.orthant_probability(rows) - expected) <= error
    assert abs(orthants.orthant_probability(rows @ frame(q, 6, seed).T) - expected) <= error


@pytest.mark.parametrize("seed", range(3))
def test_orthants_against_scipys_multivariate_normal(seed):
    """SciPy integrates two dimensions to 1e-14 or so, and three to the `abseps` that it is asked for."""
    rows = np.random.default_rng(seed).standard_normal((3, 5))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    two = multivariate_normal.cdf([0, 0], cov=rows[:2] @ rows[:2].T)
    three = multivariate_normal.cdf(
        [0, 0, 0], cov=rows @ rows.T, maxpts=10**6, abseps=1e-7, releps=0, rng=np.random.default_rng(seed)
    )
    assert orthants.orthant_probability(rows[:2]) == pytest.approx(two, abs=1e-13)
    assert orthants.orthant_probability(rows) == pytest.approx(three, abs=1e-6)  # its error is a 3σ estimate: ten times


def test_orthants_without_a_direction_and_of_right_angles():
    assert orthants.orthant_probability(np.zeros((0, 3))) == 1
    for q in (1, 2, 3):
        assert orthants.orthant_probability(np.eye(q, 4)) == pytest.approx(2.0**-q, abs=4 * EPS)


@pytest.mark.parametrize("q", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_truncated_means_against_the_cone(q, seed):
    """In the cone's own space, and with that space turned into a larger one."""
    rows, turned = directions(q, q, seed), frame(q, 7, seed)
    expected, error = converged(rows, 1)
    assert error < 1e-7
    assert abs(orthants.truncated_mean(rows) - expected).max() <= error
    assert abs(orthants.truncated_mean(rows @ turned.T, scale=3.0) - 3 * turned @ expected).max() <= 3 * error


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("q", [2, 3, 4])
def test_truncated_means_in_the_plane(q, seed):
    """q half-planes leave an arc (low, high) of angles, and E[w 1] = √(π/2)/(2π) ∫ (cos, sin)."""
    turns = np.random.default_rng([q, seed]).uniform(-1.2, 1.2, q)
    low, high = turns.max() - np.pi / 2, turns.min() + np.pi / 2
    rows = np.column_stack([np.cos(turns), np.sin(turns)])
    expected = np.sqrt(np.pi / 2) / (2 * np.pi) * np.array([quad(f, low, high, **QUAD)[0] for f in (np.cos, np.sin)])
    if high <= low:
        expected = np.zeros(2)
    assert abs(orthants.truncated_mean(rows) - expected).max() <= RULE


def test_the_lemma_of_theorem_1():
    """E[w 1(wᵀy > 0)] = (c/√2π) ŷ, for a direction alone or as a row."""
    y = np.array([3.0, 0.0, -4.0])
    expected = 0.25 / np.sqrt(2 * np.pi) * np.array([0.6, 0, -0.8])
    assert abs(orthants.truncated_mean(y, scale=0.25) - expected).max() <= 2 * EPS
    assert abs(orthants.truncated_mean(y[None], scale=0.25) - expected).max() <= 2 * EPS


@pytest.mark.parametrize("theta", [0.01, 0.3, 1.0, np.pi / 2, 2.0, 3.0])
def test_second_moment_by_the_angle_in_the_plane(theta):
    """In the plane of u and v the radial integral is 1/π, and the angle of w runs from θ − π/2 to π/2."""
    entries = [
        quad(f, theta - np.pi / 2, np.pi / 2, **QUAD)[0] / np.pi
        for f in (lambda a: np.cos(a) ** 2, lambda a: np.cos(a) * np.sin(a), lambda a: np.sin(a) ** 2)
    ]
    expected = (np.pi - theta) / (2 * np.pi) * np.eye(5)
    expected[:2, :2] = np.array(entries)[[[0, 1], [1, 2]]]
    turned = frame(5, 5, 1)
    u, v = turned[:, 0], np.cos(theta) * turned[:, 0] + np.sin(theta) * turned[:, 1]
    actual = moments.two_direction_second_moment(2.5 * u, 0.1 * v, scale=3.0)
    assert abs(actual - 9 * turned @ expected @ turned.T).max() <= 9 * (RULE + 5 * 8 * EPS)


@pytest.mark.parametrize("seed", range(3))
def test_second_moment_against_the_cone(seed):
    rows = directions(2, 2, seed)
    expected, error = converged(rows, 2)
    assert abs(moments.two_direction_second_moment(*rows) - expected).max() <= error
