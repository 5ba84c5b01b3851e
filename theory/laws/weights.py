"""What pictures of the random three-layer network share with its weights: the gradient, one filter, one unit's patch.

The weight vector of a linear approximation of a network is its gradient, saliency's picture (Nie et al. 2018, A:422).
"""

from typing import SupportsIndex

import numpy as np
import numpy.typing as npt
from scipy.integrate import quad
from scipy.special import ndtri

from theory.errors import Precondition
from theory.geometry.windows import Pair
from theory.laws.covariance import mean_square, readout_moments, second_moment_trace
from theory.laws.moments import rectified_mean, rectified_second_moment
from theory.laws.preconditions import count
from theory.rules import GUIDED, RELU, Rule, tabled


def gradient_cosine(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    rule: str | Rule = "guided",
) -> float:
    """E⟨s, ∇f⟩/√(E‖s‖² E‖∇f‖²): what the cosine of a picture and the gradient of its logit tends to as the image grows.

    E[h(V)V] = ½ for h = σ, and other readouts have a mean of 0: E⟨s, ∇f⟩ = E‖∇f‖²/2, exactly, whatever N. For a
    fully-connected guided network of N neurons and p inputs it is 1/√(2(1 + (N − 1)/(π²p))): with its cosine c with
    the input, 2 gradient_cosine² + c² is 1 up to 1/(N + π²p), half of what is not the input is the gradient.
    """
    many, (square, _) = count(filters), readout_moments(rule)
    gradient = second_moment_trace(image, kernel, stride, padding, "saliency", 1.0)
    if gradient == 0:
        raise Precondition("every patch of the image is zero: the gradient is 0, and has no direction")
    mean = mean_square(image, kernel, stride, padding, rule)
    energy = second_moment_trace(image, kernel, stride, padding, rule, square) + (many - 1) * mean
    shared = rectified_second_moment() if tabled(rule).h is RELU else 1.0
    return float(shared * np.sqrt(gradient / energy))


def filter_share(filters: SupportsIndex, inputs: SupportsIndex, rule: str | Rule = "guided") -> float:
    """E⟨s, w_i⟩²/(E‖s‖² E‖w_i‖²) for one of the N filters of a fully-connected network of p = `inputs` inputs, exact.

    (N + p + 1)/(Np) for saliency and DeconvNet: a share of 1/N, and 1/p by chance. Guided, with w̃ = w 1(wᵀy > 0):
    E⟨Σ_i' σ(V_i')w̃_i', w_i⟩² sums its own term squared, p(p + 2)/4, twice its product with the others' mean
    μ = ŷ/2π, (N − 1)(p + 1)/2π², and the others', (N − 1)p/4 + (N − 1)(N − 2)/4π².
    """
    many, size = count(filters), count(inputs, "inputs")
    if tabled(rule) is not GUIDED:
        return (many + size + 1) / (many * size)
    mean = rectified_mean() ** 4  # ‖μ‖²
    own, with_mean = size * (size + 2) / 4, 2 * (size + 1) * mean
    others = (many - 1) * (size / 4 + with_mean + (many - 2) * mean)
    return float((own + others) / (many * size * (size / 4 + (many - 1) * mean)))


def strongest_cosine(filters: SupportsIndex, inputs: SupportsIndex) -> float:
    """E cos(w, y) for the filter w that a patch y of p = `inputs` entries activates most, of N, given that it does.

    wᵀŷ is the largest G of N standard normals, given that one is positive, and what w has across y, χ² of p − 1
    degrees of freedom, knows nothing of it: E[G/√(G² + χ²)], G by its quantiles and, as 1/√a is ∫ exp(−at²) dt 2/√π,

        E[g/√(g² + χ²)] = (2g/√π) ∫₀^∞ exp(−g²t²) (1 + 2t²)^{−(p−1)/2} dt.

    One filter: Γ(p/2)/(√π Γ((p + 1)/2)), about √(2/πp); N of them: about √(2 ln N/p). By quadrature, to 1e-9.
    """
    many, size = count(filters), count(inputs, "inputs")
    if size == 1:
        return 1.0

    def given(g: float) -> float:
        scale, rest = g**2 / (size - 1), (size - 1) / 2  # of t = sinh(u)/√(p − 1): near 1 wide, and far where p is 2

        def across(u: float) -> float:
            square = float(np.sinh(u)) ** 2
            return float(np.cosh(u) * np.exp(-scale * square - rest * np.log1p(square / rest)))

        end = float(np.arcsinh(7 / np.sqrt(scale)))  # beyond, the exponential is below rounding
        return float(2 * np.sqrt(scale / np.pi) * quad(across, 0, end, epsabs=0, epsrel=1e-10, limit=200)[0])

    def at(v: float) -> float:
        return given(float(-ndtri(-np.expm1(np.log(v) / many))))  # the largest has Φᴺ = v: 1 − Φ keeps its digits

    least = 2.0**-many
    return float(quad(at, least, 1, epsabs=0, epsrel=1e-9, limit=200)[0] / (1 - least))
