"""Guided backpropagation on the random three-layer network with biases: f_k = Σ_i Σ_j V_ij,k σ(w_iᵀy_j + b_i).

Two kinds of bias, with `bias` b: the same number b for every filter (`law` "fixed"), or b_i ~ N(0, b²) ("gaussian").
TR-GBP's Eq. 8 turns the bias into an input of ones, of the image's shape, whose filter is b_i/p in every entry: then
(b_i/p) 1_pᵀ D_j 1 = b_i, for an unpadded patch. Its ‖D_j‖ must be the sum of the entries of D_j, p; under the Frobenius
or the spectral norm, √p or 1, the identity fails.
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from theory.errors import Precondition
from theory.geometry.patches import as_image, columns, fold_columns, lengths, unit
from theory.geometry.windows import Pair, Windows
from theory.laws.moments import rectified_mean
from theory.laws.preconditions import number, overall, positive

LAWS = ("fixed", "gaussian")


def biased_mean(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    bias: SupportsFloat = 0.0,
    law: str = "gaussian",
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> npt.NDArray[np.float64]:
    """E s at the image, float64 (C, H, W): N (c_v/√2π) Σ_j D_jᵀ E[w 1(wᵀy_j + b > 0)].

    E[w 1(·)] is c φ(b/(c‖y‖)) ŷ for a fixed bias, and c² y/(√(2π) n) with n² = c²‖y‖² + b² for a Gaussian one.
    """
    scale, bias = overall(filters, filter_scale, readout_scale), _bias(law, bias)
    patches, windows = _patches(image, kernel, stride, padding)
    length = positive(filter_scale) * lengths(patches)
    if law == "fixed":
        height = norm.pdf(np.divide(bias, length, out=np.full_like(length, np.inf), where=length > 0))
    else:
        total = np.hypot(length, bias)
        height = np.divide(length, total, out=np.zeros_like(length), where=total > 0) / np.sqrt(2 * np.pi)
    return scale * rectified_mean() * fold_columns((height[:, None] * unit(patches)).T, windows)


def ones_mean(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    bias: SupportsFloat = 1.0,
    law: str = "gaussian",
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> npt.NDArray[np.float64]:
    """E of the guided picture of the input of ones, (C, H, W): N (c_v/√2π) Σ_j D_jᵀ (1_p/p) E[b 1(wᵀy_j + b > 0)].

    E[b 1(·)] is b Φ(b/(c‖y‖)) for a fixed bias, and b²/(√(2π) n) for a Gaussian one. It follows the coverage: weaker at
    borders (TR-GBP, section 4.2, answer 2); biases of 0 make it exactly 0.
    """
    scale, bias = overall(filters, filter_scale, readout_scale) / positive(filter_scale), _bias(law, bias)
    patches, windows = _patches(image, kernel, stride, padding)
    length = positive(filter_scale) * lengths(patches)
    if law == "fixed":
        far = np.where(bias > 0, np.inf, -np.inf) * np.ones_like(length)  # a zero patch: 1(b > 0)
        height = bias * norm.cdf(np.divide(bias, length, out=far, where=length > 0))
    else:
        total = np.hypot(length, bias)
        height = np.divide(bias**2, total, out=np.zeros_like(length), where=total > 0) / np.sqrt(2 * np.pi)
    spread = np.repeat(height[:, None] / patches.shape[1], patches.shape[1], axis=1)
    return scale * rectified_mean() * fold_columns(spread.T, windows)


def _patches(
    image: npt.ArrayLike, kernel: Pair, stride: Pair, padding: Pair
) -> tuple[npt.NDArray[np.float64], Windows]:
    pixels = as_image(image).astype(np.float64)
    windows = Windows.on(pixels.shape, kernel, stride, padding)
    return np.ascontiguousarray(columns(pixels, windows).T), windows


def _bias(law: str, bias: SupportsFloat) -> float:
    """The bias as a number that its law allows."""
    if law not in LAWS:
        raise Precondition(f"the law of a bias is one of {', '.join(LAWS)}, not {law!r}")
    value = number(bias, "a bias")
    if law == "gaussian" and value < 0:
        raise Precondition(f"a bias is finite, and a standard deviation not negative; not {bias}")
    return value
