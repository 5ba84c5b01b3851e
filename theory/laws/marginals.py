"""The law of one entry of a deep backward signal, and how far from normal it is (Nie et al. 2018, Proposition 1).

Below l fully-connected ReLU layers of n neurons, without biases, an entry of saliency's or DeconvNet's signal is
exactly

    R = sd ξ √(Q₁ ⋯ Q_l),    Q = (2/n) χ²_K,  K ~ Bin(n, ½),

ξ standard normal and all independent (for saliency, if the activations a below are not all 0; a layer is dead with a
probability of 2⁻ⁿ). For let the signal above a layer be a length times independent standard normals, all independent of
the activations below it, as the readout's is: it sees only what lies above, so that g = z/sd(z), z = W a, is
independent of it, too. What the ReLU lets through, φ, has k open entries and over these a uniform direction that is
independent of g. Across a, Wᵀφ is c‖φ‖ times standard normals, as W across a enters nothing else. Along a it is c g·φ:
of DeconvNet, whose φ does not know g, c‖φ‖ times a standard normal at once; of saliency, whose φ is 1(g > 0)R, c‖φ‖
times the χ_k length of g over the open entries and one coordinate of the uniform direction, which make a standard
normal. So Wᵀφ is again a length times standard normals, independent of a, and ‖φ‖² a sum of K squared ones under both
rules. Guided backpropagation's signal is not independent of the activations; its entry has the law of r σ(g) + ξ
(theory.laws.depth), in wide layers only; in narrower ones its moments are exact below one layer, and its tails nearly
known below more.
"""

from typing import SupportsIndex

import numpy as np
import numpy.typing as npt
from scipy.signal import convolve2d, fftconvolve
from scipy.special import beta, ndtr, owens_t
from scipy.stats import binom, chi2

from theory.laws.arc_cosine import relu_squares, step_relu_squared
from theory.laws.depth import class_similarity, recovery_ratio
from theory.laws.moments import rectified_mean, rectified_second_moment
from theory.laws.preconditions import count

STEP, LOWEST = (
    0.01,
    -30.0,
)  # of log Q; what lies below counts as Q = 0, and hardly moves an entry's law: its deviation is under 1e-6
PLACES = np.linspace(0.0, 8.0, 3201)  # where distribution functions are compared, in standard deviations


def skewness(layers: SupportsIndex) -> float:
    """Third standardised moment of guided's entry in wide layers: 0 only where r is."""
    r, mean = recovery_ratio(layers), rectified_mean()
    return float(r**3 * (mean / 2 + 2 * mean**3) / _variance(r) ** 1.5)


def guided_excess_kurtosis(layers: SupportsIndex) -> float:
    """Excess kurtosis of guided's entry in wide layers: r⁴ times the fourth cumulant of σ(g), over the squared
    variance.
    """
    r, mean = recovery_ratio(layers), rectified_mean()
    fourth = 3 / 2 - 5 * mean**2 - 3 * mean**4 - 3 * (rectified_second_moment() - mean**2) ** 2
    return float(r**4 * fourth / _variance(r) ** 2)


def guided_excess_kurtosis_near(layers: SupportsIndex, width: SupportsIndex) -> float:
    """Excess kurtosis of guided's entry below l dense layers of n neurons: of the terms in 1/n the largest.

    The entry is r σ(g) + √Q ξ, and the power Q of its noise a mean over neurons of φ², layer by layer: each adds
    v/n = (E φ⁴/(E φ²)² − 1)/n to Var Q, relative, with the r that reaches it. The fourth cumulant of √Q ξ is 3 Var Q,
    and cumulants add: guided's in wide layers, and 3 Σ v/n over the squared variance. v is 11, 7.66, 6.89, … against
    saliency's and DeconvNet's 5. That r fluctuates with Q is of the same order, and left out: below one layer all terms
    together are 33.7/n (`guided_excess_kurtosis_one_layer`), and this one is 28.9/n. That lengths multiply is of higher
    order.
    """
    crossed, n = count(layers, "layers", least=0), count(width, "width")
    spread = sum(_spread_of_squares(recovery_ratio(above)) for above in range(crossed)) / n
    return guided_excess_kurtosis(crossed) + float(3 * spread / _variance(recovery_ratio(crossed)) ** 2)


def guided_moments_one_layer(width: SupportsIndex) -> npt.NDArray[np.float64]:
    """E R, E R², E R³ and E R⁴, (4,), of guided's entry R below one dense layer of n neurons: exact at every width.

    The entry is that of one of n ReLU neurons a below, R_i = Σ_k W_ki 1(z_k > 0)σ(V_k), z = W a, for W ~ N(0, 2/n),
    He's, and a standard normal readout V, given that one of the a is positive (1 − 2⁻ⁿ likely). W_ki and z_k are normal
    and correlate at c = a_i/‖a‖ for each neuron k: given c, R is √(2/n) times a sum of n independent terms of moments

        c/(2π),  1/4,  (3c − c³)/π,  9/4,

    E[1(g > 0)u^m] E σ(V)^m for standard normals u, g of correlation c. And c knows nothing of W.
    """
    n = count(width, "width")
    c = _one_of_a_direction(n)
    one, square, cube, fourth = c[0] / (2 * np.pi), 1 / 4, (3 * c[0] - c[2]) / np.pi, 9 / 4
    pairs = 2 * (3 * c[1] - c[3]) / np.pi**2 + 3 / 16  # of the sum's fourth power: 4 x³x' and 3 x²x'²
    others = np.cumprod([n * 1.0, n - 1, n - 2, n - 3])  # ordered pairs, triples, … of neurons
    moments = [
        others[0] * one,
        others[:2] @ [square, c[1] / (2 * np.pi) ** 2],
        others[:3] @ [cube, 3 * square * one, c[2] / (2 * np.pi) ** 3],
        others @ [fourth, pairs, 6 * square * c[1] / (2 * np.pi) ** 2, c[3] / (2 * np.pi) ** 4],
    ]
    return np.array(moments) * (2 / n) ** (np.arange(1, 5) / 2)


def guided_excess_kurtosis_one_layer(width: SupportsIndex) -> float:
    """Excess kurtosis of guided's entry below one dense layer of n neurons, from its moments: exact at every width.

    `guided_excess_kurtosis(1)` and about 33.7/n.
    """
    mean, square, cube, fourth = guided_moments_one_layer(width)
    variance = square - mean**2
    return float((fourth - 4 * mean * cube + 6 * mean**2 * square - 3 * mean**4) / variance**2 - 3)


def _one_of_a_direction(n: int) -> npt.NDArray[np.float64]:
    """E c, E c², E c³ and E c⁴ of c = σ(h_i)/‖σ(h)‖ for n standard normals h, not all negative.

    k of them are positive with binomial chances, h_i with k/n, and c is then the size of one coordinate of a uniform
    direction in k dimensions: of mean B(k/2, ½)/π.
    """
    reach = 5 * int(np.sqrt(n)) + 5  # ten standard deviations
    k = np.arange(max(1, n // 2 - reach), min(n, n // 2 + reach) + 1)
    chance = binom.pmf(k, n, 0.5)
    size = beta(k / 2, 0.5) / np.pi
    powers = np.array([size, 1 / k, 2 * size / (k + 1), 3 / (k * (k + 2.0))])
    means: npt.NDArray[np.float64] = powers @ (chance * k / n) / chance.sum()
    return means


def _spread_of_squares(r: float) -> float:
    """E φ⁴/(E φ²)² − 1 of φ = √(1 + r²) 1(g > 0)σ(u), u standard normal at the angle t to g.

    E[1(g > 0)σ(u)⁴] = 8/(2π) ∫ cos⁴ over the directions from t − π/2 to π/2.
    """
    t = np.arctan2(1, r)
    fourth = (3 * (np.pi - t) + 2 * np.sin(2 * t) - np.sin(4 * t) / 4) / (2 * np.pi)
    return float(fourth / step_relu_squared(t) ** 2 - 1)


def guided_distance(layers: SupportsIndex) -> float:
    """Kolmogorov distance of guided's entry, in wide layers, from the normal law of its mean and deviation.

    Half of the entries are ξ, half r|g| + ξ, which is skew-normal: Φ(u) − 2 T(u, r) at u = t/√(1 + r²), T being Owen's.
    """
    r = recovery_ratio(layers)
    t = np.concatenate([-PLACES[:0:-1], PLACES])
    u = t / np.sqrt(1 + r**2)
    law = (ndtr(t) + ndtr(u) - 2 * owens_t(u, r)) / 2
    return float(np.abs(law - ndtr((t - r * rectified_mean()) / np.sqrt(_variance(r)))).max())


def _variance(r: float) -> float:
    """Of r σ(g) + ξ."""
    return 1 + r**2 * (rectified_second_moment() - rectified_mean() ** 2)


def excess_kurtosis(layers: SupportsIndex, width: SupportsIndex) -> float:
    """3((1 + 5/n)^l − 1) of saliency's and DeconvNet's entry below l dense layers of n neurons: exact at every width.

    For E Q² = 1 + 5/n: what passes of the square of a standard normal has the mean ½ and the mean square 3/2.
    """
    crossed, n = count(layers, "layers", least=0), count(width, "width")
    return float(3 * ((1 + 5 / n) ** crossed - 1))


def distance(layers: SupportsIndex, width: SupportsIndex) -> float:
    """Kolmogorov distance of saliency's and DeconvNet's entry below l dense layers of n neurons from its normal law.

    The distribution of the log of Q₁ ⋯ Q_l is convolved numerically: to 1e-5 for 4 neurons or more. About 0.34 l/n in
    wide layers.
    """
    crossed, n = count(layers, "layers", least=0), count(width, "width")
    if crossed == 0:
        return 0.0
    one, start = _log_length(n), LOWEST + STEP / 2
    law = one
    for _ in range(crossed - 1):
        law = fftconvolve(law, one)
    length = np.exp((crossed * start + STEP * np.arange(len(law))) / 2)
    likely = law > 1e-15
    law, length = law[likely], length[likely]
    below = np.array([ndtr(t / length) @ law for t in PLACES]) + 1 - law.sum()  # what is missing is 0
    return float(np.abs(below - ndtr(PLACES)).max())


def _log_length(width: int) -> npt.NDArray[np.float64]:
    """Probabilities of the log of Q in bins of STEP from LOWEST up; what is missing is Q = 0, or as good as that."""
    edges = np.arange(LOWEST, np.log(2 * chi2.isf(1e-14, width) / width) + 2 * STEP, STEP)
    open_ = np.arange(1, width + 1)
    chance = binom.pmf(open_, width, 0.5)
    open_, chance = open_[chance > 1e-16], chance[chance > 1e-16]
    below = sum(p * chi2.cdf(width / 2 * np.exp(edges), k) for p, k in zip(chance, open_))
    return np.diff(below)


def convolutional_excess_kurtosis(layers: SupportsIndex, channels: SupportsIndex, kernel: SupportsIndex = 3) -> float:
    """Excess kurtosis of DeconvNet's entry below l convolutions of k×k filters, stride 1, away from borders.

    Three times the variance of the squared length ‖φ‖² behind it over the square of its mean. Below one layer it is
    15/(k²n), exactly; beyond, to first order in 1/n: squared lengths at two places δ apart share what the layers above
    gave both, and E σ(R)²σ(R')²/(E σ²)² − 1 of each channel, where R and R' correlate as the signals of two logits do
    (5 at δ = 0).
    """
    crossed, n, k = count(layers, "layers", least=0), count(channels, "channels"), count(kernel, "kernel")
    overlap = np.convolve(np.ones(k), np.ones(k)) / k**2
    overlap = np.outer(overlap, overlap)  # of the windows of two places
    reach = 1 + crossed * (k - 1)
    shared = np.zeros((2 * reach + 1, 2 * reach + 1))
    for layer in range(crossed):
        own = np.full_like(shared, 4 * relu_squares(np.arccos(class_similarity("deconvnet", layer))) - 1)
        own[reach, reach] = 5
        lengths = shared + (1 + shared) * own / n
        shared = convolve2d(lengths, overlap, mode="same", fillvalue=lengths[0, 0])
    return float(3 * shared[reach, reach])
