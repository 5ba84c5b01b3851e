"""What choosing a class by its logit does to guided backpropagation on the random three-layer network, to first order.

Given the activations a, logits are independent N(0, c_v²‖a‖²), and the readout of the logit of rank k is V + z_(k) c_v
a/‖a‖, V having no part along a, and z_(1) > z_(2) > … standard normals in order. E σ(V) grows by half of that shift,
Var σ(V) by c_v/√(2π) times it; ‖a‖² is near c_w² N Σ_j ‖y_j‖²/2. All is to first order in z/√(NJ).
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt
from scipy.integrate import quad
from scipy.special import gammaln, log_ndtr, ndtri

from theory.errors import Precondition
from theory.geometry.patches import as_image, columns, fold_columns
from theory.geometry.windows import Pair, Windows
from theory.laws.covariance import readout_moments
from theory.laws.preconditions import count, overall
from theory.laws.three_layer import NOTHING

FAR = 12.0  # deviations, beyond which no normal lies


def expected_order_statistic(logits: SupportsIndex, rank: SupportsIndex = 1) -> float:
    """E z_(k), the mean of the k-th largest of K standard normals, k = `rank`, K = `logits`, by quadrature to 1e-9.

    ∫ z k C(K, k) φ(z) Φ(z)^{K−k} Φ(−z)^{k−1} dz.
    """
    total, place = count(logits, "logits"), count(rank, "a rank")
    if place > total:
        raise Precondition(f"of {total} logits none has rank {place}")
    ways = gammaln(total + 1) - gammaln(place) - gammaln(total - place + 1) - np.log(2 * np.pi) / 2

    def part(z: float) -> float:
        return z * float(np.exp(ways - z * z / 2 + (total - place) * log_ndtr(z) + (place - 1) * log_ndtr(-z)))

    share = place / (total + 1)  # of the normals lies above it: a peak, as narrow as that share's own spread
    peak = float(-ndtri(share))
    width = float(np.sqrt(share * (1 - share) / (total + 2) / (np.exp(-(peak**2)) / (2 * np.pi))))
    cuts = np.clip([-FAR, peak - 10 * width, peak, peak + 10 * width, FAR], -FAR, FAR)
    return float(sum(quad(part, *ends, limit=400, epsabs=1e-12)[0] for ends in zip(cuts, cuts[1:])))


def guided_tilt(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> npt.NDArray[np.float64]:
    """What E s grows by, (C, H, W), for every unit of z: c_v c_w √(N/8) Σ_j D_jᵀy_j/√(Σ_j ‖y_j‖²), as E aw̃ = c_w² y/2.

    Precondition if no patch is non-zero.
    """
    scale = overall(filters, filter_scale, readout_scale) / np.sqrt(8 * count(filters))
    patches, windows = _scaled_patches(image, kernel, stride, padding)
    tilt: npt.NDArray[np.float64] = scale * fold_columns(patches / np.linalg.norm(patches), windows)
    return tilt


def top_mean(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    logits: SupportsIndex = 1000,
    top: SupportsIndex = 5,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> npt.NDArray[np.float64]:
    """E R, (C, H, W), of the largest logit's picture less the mean over those of the `top` (TR-GBP, Eq. 10).

    E z_(1) less the mean of E z_(1), …, E z_(top), times `guided_tilt`; 0 for classes chosen beforehand.
    """
    ranked = _ranked(logits, top)
    tilt = guided_tilt(image, kernel, stride, padding, filters, filter_scale, readout_scale)
    return float(ranked[0] - ranked.mean()) * tilt


def top_energy(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    logits: SupportsIndex = 1000,
    top: SupportsIndex = 5,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> float:
    """E‖R‖² of the same, without padding: (1 − 1/K)(E‖s_k‖² − E⟨s_k, s_k'⟩), K = `top`, and what the tilt adds.

    Σ_k m_k² Σ_ij E[Var σ(V_k) ‖w̃_ij‖²] of the weights m_k in R, 1 − 1/K and −1/K. With E[a ‖w̃‖²] = c_w³ ‖y‖
    (p + 1)/√(2π) it is N c_v² c_w² times (½ − 1/2π)(1 − 1/K) p J₊/2, J₊ the patches that are not 0, and
    Σ_k m_k² E z_(k) (p + 1) Σ_j ‖y_j‖/(2π √(N Σ_j ‖y_j‖²/2)).
    """
    ranked, number = _ranked(logits, top), count(filters)
    scale = overall(number, filter_scale, readout_scale) ** 2 / number
    patches, _ = _scaled_patches(image, kernel, stride, 0)
    lengths, size = np.linalg.norm(patches, axis=0), len(patches)
    square, product = readout_moments("guided")
    weights = (np.arange(len(ranked)) == 0) - 1 / len(ranked)
    plain = (square - product) * (weights**2).sum() * size * np.count_nonzero(lengths) / 2
    added = (
        (weights**2) @ ranked * (size + 1) * lengths.sum() / (2 * np.pi * np.sqrt(number / 2) * np.linalg.norm(lengths))
    )
    return float(scale * (plain + added))


def _ranked(logits: SupportsIndex, top: SupportsIndex) -> npt.NDArray[np.float64]:
    """E z_(1), …, E z_(top)."""
    return np.array([expected_order_statistic(logits, rank) for rank in range(1, count(top, "top") + 1)])


def _scaled_patches(
    image: npt.ArrayLike, kernel: Pair, stride: Pair, padding: Pair
) -> tuple[npt.NDArray[np.float64], Windows]:
    """The patches (p, J) over their largest entry, and their windows; Precondition if all are 0."""
    pixels = as_image(image).astype(np.float64)
    windows = Windows.on(pixels.shape, kernel, stride, padding)
    patches = columns(pixels, windows)
    largest = np.abs(patches).max()
    if largest == 0:
        raise Precondition(NOTHING)
    return patches / largest, windows
