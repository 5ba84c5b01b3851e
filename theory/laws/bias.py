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
from theory.laws.covariance import readout_moments
from theory.laws.moments import rectified_mean
from theory.laws.preconditions import count, number, overall, positive

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


def ones_noise_to_signal(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    bias: SupportsFloat = 1.0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
) -> float:
    """E‖s − E s‖²/‖E s‖² of the picture of ones, biases N(0, b²), exact: p enters by the lengths ‖y_j‖ alone.

    (w/c, b_i/b) is normal, so E[b_i² 1_j 1_l] is the last entry of the two-direction second moment of (c y_j, b) and
    (c y_l, b), and pairs of patches count by the pixels that they share. One patch: (π²(1 + c²‖y‖²/b²) − 1)/N. Time
    J²·(p + H·W), memory J·(J + H·W). Precondition for a bias of 0, whose picture is 0.
    """
    many, scale, spread = count(filters), positive(filter_scale), positive(bias, "a bias")
    patches, windows = _patches(image, kernel, stride, padding)
    units = unit(np.append(scale * patches, np.full((len(patches), 1), spread), axis=1))
    shared = _shared_pixels(windows)
    square, product = readout_moments("guided")
    mean = product * rectified_mean() ** 2 * (units[:, -1] @ shared @ units[:, -1])
    pairs = sum(shared[j] @ _last_entries(units[j], units) for j in range(len(units)))
    second = product * pairs + (square - product) * np.trace(shared) / 2
    return float((second / mean - 1) / many)


def _last_entries(one: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """E[z² 1 1] of the last entry z of a normal vector, the masks those of a direction and each of the others: units.

    As theory.laws.moments.two_direction_second_moment, whose digits near 0 and π it keeps.
    """
    apart, together = (np.linalg.norm(each, axis=1) for each in (others - one, others + one))
    near = apart <= together
    sign, length = np.where(near, 1, -1), np.where(near, apart, together)
    z = others[:, -1] - sign * one[-1]
    plane = sign * (length**2 / 2 * (one[-1] ** 2 + others[:, -1] ** 2) - z**2)
    sine = apart * together / 2
    tilt = np.divide(plane, sine, out=np.zeros_like(plane), where=sine > 0)
    moments: npt.NDArray[np.float64] = (np.pi - 2 * np.arctan2(apart, together) + tilt) / (2 * np.pi)
    return moments


def _shared_pixels(windows: Windows) -> npt.NDArray[np.float64]:
    """How many pixels of the image two windows share, (J, J); padding is none."""
    pixels = np.arange(windows.height * windows.width).reshape(1, windows.height, windows.width)
    places = columns(1.0 + pixels, windows).T.astype(int)
    held = np.zeros((len(places), pixels.size + 1))
    np.put_along_axis(held, places, 1, axis=1)
    found: npt.NDArray[np.float64] = held[:, 1:] @ held[:, 1:].T
    return found


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
