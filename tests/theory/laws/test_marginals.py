"""The law of one entry of a deep signal: by quadrature, in closed cases, and in simulated networks."""

from math import comb

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import chi2, norm
from support.monte_carlo import covers, generator, interval

from theory.errors import Precondition
from theory.laws import depth, marginals
from theory.laws.arc_cosine import relu_squares

RANDOM = "saliency", "deconvnet"  # rules whose signals are independent of the activations


def moment(power, r, mean):
    """E(r σ(g) + ξ − mean)^power by quadrature over g."""
    of_noise = (1, 0, 1, 0, 3)
    given_g = lambda a: sum(comb(power, k) * of_noise[k] * (a - mean) ** (power - k) for k in range(power + 1))
    return given_g(0.0) / 2 + quad(lambda g: norm.pdf(g) * given_g(r * g), 0, 12, epsabs=1e-13)[0]


@pytest.mark.parametrize("layers", [0, 1, 3, 12])
def test_moments_of_guided_by_quadrature(layers):
    r = depth.recovery_ratio(layers)
    mean = moment(1, r, 0.0)
    second, third, fourth = (moment(power, r, mean) for power in (2, 3, 4))
    assert depth.mean_to_sd(layers) == pytest.approx(mean / np.sqrt(second), abs=1e-10)
    assert marginals.skewness(layers) == pytest.approx(third / second**1.5, abs=1e-10)
    assert marginals.guided_excess_kurtosis(layers) == pytest.approx(fourth / second**2 - 3, abs=1e-9)


@pytest.mark.parametrize("layers", [0, 1, 4])
def test_distance_of_guided_by_quadrature(layers):
    r = depth.recovery_ratio(layers)
    mean, sd = moment(1, r, 0.0), np.sqrt(moment(2, r, moment(1, r, 0.0)))
    below = lambda t: norm.cdf(t) / 2 + quad(lambda g: norm.pdf(g) * norm.cdf(t - r * g), 0, 12, epsabs=1e-12)[0]
    slow = max(abs(below(t) - norm.cdf((t - mean) / sd)) for t in np.linspace(-3, 3, 61))
    assert marginals.guided_distance(layers) == pytest.approx(slow, abs=2e-5)
    assert (layers == 0) == (slow < 1e-9)


@pytest.mark.parametrize("angle", [0.3, 1.5, 2.5, 3.0, np.pi - 1e-2])
def test_squares_by_quadrature(angle):
    """In the plane of u and v, ∫ r⁵ exp(−r²/2) dr = 8 times the integral over the directions where both are
    positive.
    """
    over = quad(
        lambda turn: (np.cos(turn) * np.cos(turn - angle)) ** 2,
        angle - np.pi / 2,
        np.pi / 2,
        epsabs=1e-16,
        epsrel=1e-12,
    )[0]
    assert relu_squares(angle) == pytest.approx(8 * over / (2 * np.pi), rel=1e-9)


def test_distance_of_one_neuron():
    """Q = 2χ²₁ with probability ½, else 0: R = √2 ξ|ξ'| half of the time."""
    product = lambda t: quad(
        lambda a: 2 * norm.pdf(a) * norm.cdf(t / (np.sqrt(2) * a)), 0, 12, epsabs=1e-12, limit=200
    )[0]
    below = lambda t: 0.5 + 0.5 * product(t)
    largest = minimize_scalar(
        lambda t: -abs(below(t) - norm.cdf(t)), bounds=(1e-3, 0.5), method="bounded", options=dict(xatol=1e-3)
    )
    assert marginals.distance(1, 1) == pytest.approx(-largest.fun, abs=1e-5)
    assert marginals.distance(1, 1) > 0.25  # the step at 0


def test_distance_of_one_layer_by_a_sum_over_open_neurons():
    n = 6
    inside = lambda t, k: quad(
        lambda q: chi2.pdf(q, k) * norm.cdf(t / np.sqrt(2 * q / n)), 0, np.inf, epsabs=1e-11, limit=200
    )[0]
    below = lambda t: 0.5**n + sum(comb(n, k) * 0.5**n * inside(t, k) for k in range(1, n + 1))
    largest = minimize_scalar(
        lambda t: -abs(below(t) - norm.cdf(t)), bounds=(0.2, 1.5), method="bounded", options=dict(xatol=1e-2)
    )
    assert marginals.distance(1, n) == pytest.approx(-largest.fun, abs=1e-5)


def test_distance_vanishes_with_width_and_grows_with_depth():
    assert marginals.distance(0, 5) == 0
    for layers, width in ((1, 512), (4, 2048)):
        assert marginals.distance(layers, width) == pytest.approx(0.344 * layers / width, rel=0.02)
    values = [marginals.distance(layers, 32) for layers in (1, 2, 4, 8)]
    assert values == sorted(values)


@pytest.mark.parametrize("rule", RANDOM)
def test_dense_networks_simulated(rule):
    """Excess kurtosis, and the Kolmogorov distance from the normal law of the same deviation, at 12 neurons."""
    n, layers, trials, name = 12, 2, 60_000, f"{rule} kurtosis"
    rng = generator(name)
    inputs = np.ones((trials, n)) / np.sqrt(n)
    masks, weights = [], rng.standard_normal((layers, trials, n, n)) * np.sqrt(2 / n)
    for weight in weights:
        z = np.einsum("tij,tj->ti", weight, inputs)
        masks.append(z > 0)
        inputs = np.maximum(z, 0)
    signal = rng.standard_normal((trials, n))
    for weight, mask in zip(weights[::-1], masks[::-1]):
        signal = np.einsum("tij,ti->tj", weight, signal * mask if rule == "saliency" else np.maximum(signal, 0))
    ends = interval((signal**4).mean(axis=1) - 3, name)
    assert covers(ends, marginals.excess_kurtosis(layers, n))
    assert not covers(ends, marginals.excess_kurtosis(layers + 1, n)) and not covers(ends, 0.0)
    furthest = np.linspace(0.5, 1.0, 11)
    inside = (abs(signal[:, :, None]) <= furthest).mean(axis=1)  # the law is symmetric: P(|R| ≤ t) = 2 F(t) − 1
    low, high = (each / 2 + 0.5 - norm.cdf(furthest) for each in interval(inside, f"{rule} distance"))
    assert low.max() <= marginals.distance(layers, n) <= high.max()
    assert not low.max() <= 1.1 * marginals.distance(layers, n) <= high.max()
    assert not low.max() <= 0.9 * marginals.distance(layers, n) <= high.max()


def test_guided_kurtosis_simulated():
    """128 neurons in two layers: 0.53, of which 0.04 is that of wide ones. To first order: (19/128)² is left out."""
    n, layers, name = 128, 2, "guided kurtosis"
    rng, signals = generator(name), []
    for _ in range(40):
        inputs, masks = np.ones((250, n), np.float32) / np.sqrt(np.float32(n)), []
        weights = rng.standard_normal((layers, 250, n, n), np.float32) * np.sqrt(np.float32(2 / n))
        for weight in weights:
            z = (weight @ inputs[..., None])[..., 0]
            masks.append(z > 0)
            inputs = np.maximum(z, 0)
        signal = rng.standard_normal((250, n), np.float32)
        for weight, mask in zip(weights[::-1], masks[::-1]):
            signal = ((np.maximum(signal, 0) * mask)[:, None] @ weight)[:, 0]
        signals.append(signal.astype(float))
    ends = interval(influences(np.concatenate(signals)), name)
    assert covers(ends, marginals.guided_excess_kurtosis_near(layers, n))
    assert not covers(ends, marginals.guided_excess_kurtosis(layers))
    assert not covers(ends, marginals.guided_excess_kurtosis_near(layers + 1, n))
    assert not covers(ends, marginals.excess_kurtosis(layers, n))


def test_guided_below_one_layer_simulated():
    """Moments and excess kurtosis at 5 neurons. Wrong: a noise whose power alone fluctuates, and what is saliency's."""
    n, trials, name = 5, 400_000, "guided below one layer"
    rng = generator(name)
    inputs = np.maximum(rng.standard_normal((trials, n)), 0)
    inputs = inputs[inputs.any(axis=1)]
    weights = rng.standard_normal((len(inputs), n, n)) * np.sqrt(2 / n)
    passed = np.maximum(rng.standard_normal(inputs.shape), 0) * (np.einsum("tij,tj->ti", weights, inputs) > 0)
    signal = np.einsum("tij,ti->tj", weights, passed)
    powers = np.stack([(signal**power).mean(axis=1) for power in (1, 2, 3, 4)], axis=1)
    ends = interval(np.column_stack([powers, influences(signal)]), name)
    exact, kurtosis = marginals.guided_moments_one_layer(n), marginals.guided_excess_kurtosis_one_layer(n)
    assert covers(ends, [*exact, kurtosis])
    for moment in range(4):
        assert not covers(ends, [*np.where(np.arange(4) == moment, 1.1 * exact, exact), kurtosis])
    for wrong in (marginals.guided_excess_kurtosis_near(1, n), marginals.excess_kurtosis(1, n), 1.1 * kurtosis):
        assert not covers(ends, [*exact, wrong])


def test_guided_below_one_layer_by_hand():
    """Of one neuron, c = 1: R is √2 σ(g)σ(V), of the moments 2^(m/2) (E σ^m)²."""
    of_relu = np.array([1 / np.sqrt(2 * np.pi), 1 / 2, np.sqrt(2 / np.pi), 3 / 2])
    exact = 2 ** (np.arange(1, 5) / 2) * of_relu**2
    assert marginals.guided_moments_one_layer(1) == pytest.approx(exact, rel=1e-14)


def test_guided_below_one_layer_tends_to_wide_layers():
    """The excess over theirs falls as 1/n: 33.676/n, of which a noise whose power alone fluctuates has 28.9/n."""
    wide = marginals.guided_excess_kurtosis(1)
    over = np.array([marginals.guided_excess_kurtosis_one_layer(n) - wide for n in (10**3, 10**4, 10**5)])
    assert np.diff(np.log10(over)) == pytest.approx([-1, -1], abs=1e-3)
    assert over[-1] * 10**5 == pytest.approx(33.676, abs=1e-3)
    assert (marginals.guided_excess_kurtosis_near(1, 10**5) - wide) * 10**5 == pytest.approx(28.88, abs=0.01)
    mean, square, *_ = marginals.guided_moments_one_layer(10**9)
    assert mean / np.sqrt(square - mean**2) == pytest.approx(depth.mean_to_sd(1), rel=1e-8)


def influences(r):
    """Each network's part in the excess kurtosis of its entries (networks, entries): their mean is that."""
    standard = (r - r.mean()) / r.std()
    first, second, third, fourth = ((standard**power).mean(axis=1) for power in (1, 2, 3, 4))
    return fourth - 3 - 2 * fourth.mean() * (second - 1) - 4 * third.mean() * first


def places(signals, kernel):
    """The windows of signals (trials, channels, side, side): (trials, channels·k², places)."""
    found = np.lib.stride_tricks.sliding_window_view(signals, (kernel, kernel), axis=(2, 3))
    trials, channels, side = found.shape[:3]
    return found.transpose(0, 1, 4, 5, 2, 3).reshape(trials, channels * kernel**2, side * side)


@pytest.mark.parametrize("layers, trials", [(1, 60_000), (2, 30_000)])
def test_kurtosis_of_convolutions_simulated(layers, trials):
    """Given what passes the last ReLU, DeconvNet's entry is normal of the variance V = (2/(k²n)) Σ σ(R)² of its window,
    so that its excess kurtosis is 3(E V² − 1). Two layers are right to first order in 1/n: what is left out is of the
    order of (5/(k²n))², 0.0012 here.
    """
    channels, kernel, name, variances = 16, 3, f"kurtosis of {layers} convolutions", []
    rng = generator(name)
    for _ in range(trials // 2000):
        signals = rng.standard_normal((2000, channels, *[kernel + (layers - 1) * (kernel - 1)] * 2), np.float32)
        for _ in range(layers - 1):
            weight = rng.standard_normal((2000, channels, channels * kernel**2), np.float32)
            side = signals.shape[2] - kernel + 1
            found = weight @ places(np.maximum(signals, 0), kernel) * np.sqrt(2 / (channels * kernel**2))
            signals = found.reshape(2000, channels, side, side)
        variances.append(2 * (np.maximum(signals, 0).astype(float) ** 2).mean(axis=(1, 2, 3)))
    ends = interval(3 * (np.concatenate(variances) ** 2 - 1), name)
    assert covers(ends, marginals.convolutional_excess_kurtosis(layers, channels))
    assert not covers(ends, marginals.convolutional_excess_kurtosis(layers + 1, channels)) and not covers(ends, 0.0)
    if layers == 2:  # not without what R at two places shares in the second layer: overlaps of windows alone
        own = 5 / channels
        assert not covers(ends, 3 * (own * (19 / 81) ** 2 + (1 + own / 9) * own / 9))


def test_convolutions_without_overlap_are_dense():
    for layers in (1, 2, 5):
        assert marginals.convolutional_excess_kurtosis(layers, 50, kernel=1) == pytest.approx(
            marginals.excess_kurtosis(layers, 50), rel=1e-12
        )


@pytest.mark.parametrize(
    "call",
    [
        lambda: marginals.excess_kurtosis(1, 0),
        lambda: marginals.distance(1, 0),
        lambda: marginals.convolutional_excess_kurtosis(1, 0),
        lambda: marginals.guided_distance(-1),
        lambda: marginals.guided_moments_one_layer(0),
        lambda: marginals.guided_excess_kurtosis_one_layer(0),
        lambda: marginals.skewness(-2),
        lambda: marginals.excess_kurtosis(-1, 5),
        lambda: marginals.distance(-1, 5),
        lambda: marginals.convolutional_excess_kurtosis(-1, 5),
    ],
)
def test_what_the_laws_refuse(call):
    with pytest.raises(Precondition):
        call()
