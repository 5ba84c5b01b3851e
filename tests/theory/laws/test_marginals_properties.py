"""The law of an entry at any depth and width: by quadrature, and by sums over how many neurons are open."""

from math import comb, gamma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import binom, chi
from support.guards import guards
from support.mean_field import WEIGHT, G, below, carried, density, entry_moment

from theory.laws import marginals

LAYERS = st.integers(0, 12)
PLACES = np.linspace(-4, 4, 161)


@guards(marginals.skewness, marginals.guided_excess_kurtosis, marginals.guided_distance)
@given(st.integers(1, 12))
def test_guided_by_quadrature(layers):
    r, _ = carried("guided", [1] * (layers + 1))
    mean = entry_moment(1, r)
    second, third, fourth = (entry_moment(power, r, mean) for power in (2, 3, 4))
    assert marginals.skewness(layers) == pytest.approx(third / second**1.5, rel=1e-8)
    assert marginals.guided_excess_kurtosis(layers) == pytest.approx(fourth / second**2 - 3, rel=1e-6)
    slow = abs(below(PLACES, r) - ndtr((PLACES - mean) / np.sqrt(second))).max()
    assert slow <= marginals.guided_distance(layers) <= slow + 5e-5  # on a coarser grid, whose spacing is 0.05


@guards(marginals.guided_excess_kurtosis_near)
@given(st.integers(1, 8), st.integers(1, 5000))
def test_guided_at_finite_width_by_quadrature(layers, width):
    """Layer by layer, E φ² and E φ⁴ with the r that reaches it; the power of the noise has 1/n of their spread."""
    spread, r = 0.0, 0.0
    for _ in range(layers):
        shifted = rectified_moments(r * G)
        square, fourth = (WEIGHT @ shifted[power] for power in (2, 4))
        spread += (fourth / square**2 - 1) / width
        r = np.sqrt(2 / square) * (WEIGHT @ (G * shifted[1]))
    mean = entry_moment(1, r)
    second, fourth = (entry_moment(power, r, mean) for power in (2, 4))
    expected = (fourth - 3 * second**2 + 3 * spread) / second**2
    assert marginals.guided_excess_kurtosis_near(layers, width) == pytest.approx(expected, rel=1e-6)


@guards(marginals.guided_moments_one_layer)
@given(st.integers(1, 24))
def test_moments_of_guided_below_one_layer(width):
    assert marginals.guided_moments_one_layer(width) == pytest.approx(one_layer(width), rel=1e-9)


@guards(marginals.guided_excess_kurtosis_one_layer)
@given(st.integers(1, 24))
def test_kurtosis_of_guided_below_one_layer(width):
    mean, square, cube, fourth = one_layer(width)
    variance = square - mean**2
    central = fourth - 4 * mean * cube + 6 * mean**2 * square - 3 * mean**4
    assert marginals.guided_excess_kurtosis_one_layer(width) == pytest.approx(central / variance**2 - 3, rel=1e-7)


def one_layer(n):
    """Moments of √(2/n) (c S + √(1 − c²) √Q ξ), S = Σ σ(g)σ(V), Q = Σ 1(g > 0)σ(V)², c of the activations below."""
    c, sums = [1, *(of_direction(power, n) for power in (1, 2, 3, 4))], sums_of_pairs(n)
    moments = (
        c[1] * sums[1, 0],
        c[2] * sums[2, 0] + (1 - c[2]) * sums[0, 1],
        c[3] * sums[3, 0] + 3 * (c[1] - c[3]) * sums[1, 1],
        c[4] * sums[4, 0] + 6 * (c[2] - c[4]) * sums[2, 1] + 3 * (1 - 2 * c[2] + c[4]) * sums[0, 2],
    )
    return np.array(moments) * (2 / n) ** (np.arange(1, 5) / 2)


def of_direction(power, n):
    """E (σ(h)/‖σ(h)‖)^m of one of n entries, not all 0, as 1/‖σ(h)‖^m = ∫ t^(m/2 − 1) exp(−t‖σ(h)‖²) dt/Γ(m/2).

    E exp(−tσ²) = (1 + (1 + 2t)^−½)/2, and E σ^m exp(−tσ²) = E σ^m (1 + 2t)^−(m + 1)/2; with t = u².
    """
    others = lambda t: ((1 + (1 + 2 * t) ** -0.5) / 2) ** (n - 1)
    whole = lambda u: 2 * u ** (power - 1) * (1 + 2 * u * u) ** (-(power + 1) / 2) * others(u * u)
    found = quad(whole, 0, 1, epsabs=0, epsrel=1e-12)[0] + quad(whole, 1, np.inf, epsabs=0, epsrel=1e-12)[0]
    return OF_RELU[power] * found / gamma(power / 2) / (1 - 0.5**n)


OF_RELU = [1 / 2, 1 / np.sqrt(2 * np.pi), 1 / 2, np.sqrt(2 / np.pi), 3 / 2]  # E 1(g > 0)g^m


def sums_of_pairs(n):
    """E S^i Q^j for i + 2j up to 4, one neuron after the other by the binomial theorem."""
    powers = [(i, j) for i in range(5) for j in range(3) if i + 2 * j <= 4]
    one = {(i, j): OF_RELU[i] * OF_RELU[i + 2 * j] for i, j in powers} | {(0, 0): 1.0}
    sums = dict.fromkeys(powers, 0.0) | {(0, 0): 1.0}
    for _ in range(n):
        sums = {
            (i, j): sum(
                comb(i, a) * comb(j, b) * one[a, b] * sums[i - a, j - b] for a in range(i + 1) for b in range(j + 1)
            )
            for i, j in powers
        }
    return sums


def rectified_moments(mean):
    """E σ(mean + ξ)^k for k = 0 to 4: M_k = mean M_(k−1) + (k − 1) M_(k−2)."""
    found = [ndtr(mean), mean * ndtr(mean) + density(mean)]
    for k in range(2, 5):
        found.append(mean * found[-1] + (k - 1) * found[-2])
    return found


@guards(marginals.excess_kurtosis)
@given(st.integers(1, 12), st.integers(1, 60))
def test_excess_kurtosis_by_a_sum_over_open_neurons(layers, width):
    """E ξ⁴ Q² is 3 times (4/n²) Σ P(K) K(K + 2), to the power of the layers."""
    open_ = np.arange(width + 1)
    square = 4 / width**2 * (binom.pmf(open_, width, 0.5) * open_ * (open_ + 2)).sum()
    assert marginals.excess_kurtosis(layers, width) == pytest.approx(3 * square**layers - 3, rel=1e-10)


@guards(marginals.distance)
@given(st.integers(4, 12))
def test_distance_of_one_layer_by_a_sum_over_open_neurons(width):
    """P(ξ √Q ≤ t) = 2⁻ⁿ + Σ P(K) E Φ(t/√(2/n) χ_K), at t > 0."""
    t = np.linspace(0.3, 1.3, 101)
    law = np.full_like(t, 0.5**width)
    places, weights = np.polynomial.legendre.leggauss(200)
    for k in range(1, width + 1):
        length = 6 + np.sqrt(k)
        radius = length * (places + 1) / 2
        mass = binom.pmf(k, width, 0.5) * weights * length / 2 * chi.pdf(radius, k)
        law += ndtr(t[:, None] / (np.sqrt(2 / width) * radius)) @ mass
    assert marginals.distance(1, width) == pytest.approx(abs(law - ndtr(t)).max(), abs=2e-5)


@guards(marginals.distance)
@given(st.integers(1, 4), st.sampled_from([300, 550, 1000]))
def test_distance_in_wide_layers_is_what_the_kurtosis_says(layers, width):
    """Edgeworth: κ₄/24 times the largest |t³ − 3t|φ(t), 0.5506 at t = 0.742."""
    n = layers * width
    first = marginals.excess_kurtosis(layers, n) / 24 * 0.5506
    assert marginals.distance(layers, n) == pytest.approx(first, rel=0.02)


@guards(marginals.convolutional_excess_kurtosis)
@given(LAYERS, st.integers(1, 500))
def test_convolutions_of_one_pixel_are_dense(layers, channels):
    assert marginals.convolutional_excess_kurtosis(layers, channels, 1) == pytest.approx(
        marginals.excess_kurtosis(layers, channels), rel=1e-12
    )


@guards(marginals.convolutional_excess_kurtosis)
@given(st.integers(1, 500), st.integers(1, 7))
def test_one_convolution(channels, kernel):
    """‖φ‖² is a mean of k²n independent σ(ξ)², of mean ½ and mean square 3/2."""
    found = marginals.convolutional_excess_kurtosis(1, channels, kernel)
    assert found == pytest.approx(15 / (kernel**2 * channels), rel=1e-12)


@given(st.integers(2, 6), st.integers(1, 500), st.integers(1, 5))
def test_kurtosis_grows_with_depth_and_falls_with_the_kernel(layers, channels, kernel):
    """A wider window averages more places."""
    of = lambda layers, kernel: marginals.convolutional_excess_kurtosis(layers, channels, kernel)
    assert of(layers, kernel) > of(layers - 1, kernel) and of(layers, kernel + 1) < of(layers, kernel)
