"""Pictures of a network whose first layer is given, a trained one for example, under a random readout: exact laws.

The network is f_k = Σ_i Σ_j V_ij,k σ(w_iᵀ D_j x + b_i), σ a ReLU, or one with a ceiling (ReLU6), with any filters W and
biases b, and V_ij,k ~ N(0, c_v²) independent. Only V is random: every signal that comes back to a unit is h(V_ij), and
they are independent. m_ij is 1 where σ has a slope, 0 < y, and y < ceiling.
"""

from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.arrays import finite, real
from theory.geometry.patches import as_image, columns, fold_product
from theory.geometry.windows import Pair, Windows
from theory.laws.covariance import has_mask, readout_moments
from theory.laws.preconditions import positive
from theory.rules import Rule

Filters = npt.NDArray[np.float64]


def mean(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule = "guided",
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    readout_scale: SupportsFloat = 1.0,
    ceiling: SupportsFloat | None = None,
) -> npt.NDArray[np.float64]:
    """E[s | W] = E h(V) Σ_j D_jᵀ Σ_i m_ij w_i, float64 (C, H, W), for filters (N, C, kh, kw) and biases (N,).

    E h(V) is c_v/√(2π) for guided backpropagation and DeconvNet, whose m_ij are all 1, and 0 for saliency.
    """
    scale = positive(readout_scale)
    windows, matrix, masks = _given(image, filters, rule, bias, stride, padding, ceiling)
    _, product = readout_moments(rule)
    found: npt.NDArray[np.float64] = fold_product(np.ascontiguousarray(matrix.T), masks, windows)
    return scale * float(np.sqrt(product)) * found


def variance_trace(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule = "guided",
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    readout_scale: SupportsFloat = 1.0,
    ceiling: SupportsFloat | None = None,
) -> float:
    """tr Cov[s | W] = Var h(V) Σ_ij m_ij ‖D_jᵀ w_i‖²: of a filter at the border only what lies in the image counts.

    Var h(V) is c_v² for saliency and c_v² (½ − 1/2π) for the other two.
    """
    scale = positive(readout_scale) ** 2
    windows, matrix, masks = _given(image, filters, rule, bias, stride, padding, ceiling)
    square, product = readout_moments(rule)
    inside = columns(np.ones((1, windows.height, windows.width)), windows)
    squares = (matrix**2).reshape(len(matrix), -1, len(inside)).sum(axis=1)
    return float(scale * (square - product) * (masks * (squares @ inside)).sum())


def _given(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule,
    bias: npt.ArrayLike | None,
    stride: Pair,
    padding: Pair,
    ceiling: SupportsFloat | None,
) -> tuple[Windows, Filters, Filters]:
    """The windows, the filters (N, p), and the masks (N, J) as numbers; Precondition for what does not fit together."""
    pixels, weight = as_image(image).astype(np.float64), finite(real(filters, "a filter"), "a filter")
    if weight.ndim != 4 or not len(weight) or weight.shape[1] != len(pixels):
        raise Precondition(f"filters are (N, {len(pixels)}, kh, kw) for this image, not {weight.shape}")
    offsets = np.zeros(len(weight)) if bias is None else finite(real(bias, "a bias"), "a bias")
    if offsets.shape != weight.shape[:1]:
        raise Precondition(f"biases are ({len(weight)},), one for each filter, not {offsets.shape}")
    top = np.inf if ceiling is None else positive(ceiling, "a ceiling")
    windows = Windows.on(pixels.shape, weight.shape[2:], stride, padding)
    matrix = weight.reshape(len(weight), -1).astype(np.float64)
    if not has_mask(rule):
        return windows, matrix, np.ones((len(matrix), windows.count))
    activations = matrix @ columns(pixels, windows) + offsets[:, None]
    return windows, matrix, ((activations > 0) & (activations < top)).astype(np.float64)
