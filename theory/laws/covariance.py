"""Second moments of the three pictures on the random three-layer network, exact at every number of filters.

One filter contributes Σ_jl a_jl D_jᵀ B_jl D_l: a_jj = E h(V)², a_jl = (E h(V))², and B_jl = E[w wᵀ · masks], which is
I where g = id and gaussian.two_direction_second_moment where g = σ. N filters add N times that, less N μ₁μ₁ᵀ, and N²
μ₁μ₁ᵀ for the mean, which only guided backpropagation has.
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.patches import as_image, columns, fold_columns, unit
from theory.geometry.windows import Pair, Windows
from theory.laws import overlap
from theory.laws.moments import rectified_mean, rectified_second_moment, two_direction_second_moment
from theory.laws.preconditions import count, number, overall
from theory.rules import RELU, Rule, tabled

TILE = 512  # patches at a time in sums over pairs: bounds the memory


def readout_moments(rule: str | Rule) -> tuple[float, float]:
    """E h(V)² and (E h(V))² for V ~ N(0, 1): what a_jj and a_jl are, and what both are for two different logits."""
    if tabled(rule).h is RELU:
        return rectified_second_moment(), rectified_mean() ** 2
    return 1.0, 0.0


def has_mask(rule: str | Rule) -> bool:
    """Whether g = σ: the forward mask takes part in the backward pass."""
    return tabled(rule).g is RELU


def covariance_trace(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
    rule: str | Rule = "guided",
) -> float:
    """tr Cov s = E‖s − E s‖², exact. Time J·p·(overlapping pairs per patch), memory J·p."""
    factor = _overall_square(filters, filter_scale, readout_scale)
    square, _ = readout_moments(rule)
    trace = second_moment_trace(image, kernel, stride, padding, rule, square) - mean_square(
        image, kernel, stride, padding, rule
    )
    return factor * trace


def second_moment_trace(
    image: npt.ArrayLike, kernel: Pair, stride: Pair, padding: Pair, rule: str | Rule, square: SupportsFloat
) -> float:
    """E of ⟨s, s⟩ for one filter at unit scales with a_jj = `square`; of ⟨s_k, s_k'⟩ with a_jj = (E h(V))²."""
    pixels, windows, units = prepare(image, kernel, stride, padding)
    square, (_, product) = number(square, "a second moment"), readout_moments(rule)
    if not has_mask(rule):
        everywhere: float = fold_columns(np.ones_like(units.T), windows).sum()
        return square * everywhere
    diagonal: float = square / 2 * fold_columns(np.ones_like(units.T) * units.any(axis=1), windows).sum()
    if not product:
        return diagonal
    shape = (windows.rows, windows.columns, len(pixels), *windows.kernel)
    nested = np.ascontiguousarray(np.moveaxis(units.reshape(shape), 2, -1))
    overlapping: float = overlap.overlap_trace(nested, windows.stride)
    return diagonal + product * overlapping / (2 * np.pi)


def mean_square(image: npt.ArrayLike, kernel: Pair, stride: Pair, padding: Pair, rule: str | Rule) -> float:
    """‖μ₁‖²: of one filter's mean at unit scales, 0 for saliency and DeconvNet."""
    _, windows, units = prepare(image, kernel, stride, padding)
    _, product = readout_moments(rule)
    if not (has_mask(rule) and product):
        return 0.0
    square: float = (fold_columns(units.T, windows) ** 2).sum()
    return product * rectified_mean() ** 2 * square


def covariance(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
    rule: str | Rule = "guided",
) -> npt.NDArray[np.float64]:
    """Cov s, (d, d) with d = C·H·W, exact. For small images: time J²·p², memory d²."""
    factor = _overall_square(filters, filter_scale, readout_scale)
    pixels, windows, units = prepare(image, kernel, stride, padding)
    square, product = readout_moments(rule)
    numbered = columns(1.0 + np.arange(pixels.size).reshape(pixels.shape), windows).T.astype(int) - 1  # −1: padding
    total = np.zeros((pixels.size, pixels.size))
    for j in range(windows.count):
        for l in range(windows.count) if product else [j]:
            b = two_direction_second_moment(units[j], units[l]) if has_mask(rule) else np.eye(units.shape[1])
            real = np.ix_(numbered[j] >= 0, numbered[l] >= 0)
            places = np.ix_(numbered[j][numbered[j] >= 0], numbered[l][numbered[l] >= 0])
            total[places] += (square if j == l else product) * b[real]
    if has_mask(rule):
        mean = np.sqrt(product) * rectified_mean() * fold_columns(units.T, windows).ravel()
        total -= np.outer(mean, mean)
    return factor * total


def variance_along(
    direction: npt.ArrayLike,
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> float:
    """Var⟨s, e⟩ = ⟨e, Cov s · e⟩ of guided backpropagation for a `direction` e like image: see `covariance_times`."""
    scales = filters, filter_scale, readout_scale
    along = as_image(direction).astype(np.float64)
    variance: float = (along * covariance_times(direction, image, kernel, stride, padding, *scales)).sum()
    return variance


def covariance_times(
    direction: npt.ArrayLike,
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> npt.NDArray[np.float64]:
    """Cov s · e of guided backpropagation for a `direction` e, both like image, exact to about 1e-8 of E⟨s, e⟩².

    Every pair of patches enters, near or far: time J²·p in matrix products, memory TILE·J. The digits are those of
    angles read off cosines: where very many patches nearly coincide, a few more are lost.
    """
    factor = _overall_square(filters, filter_scale, readout_scale)
    along = as_image(direction).astype(np.float64)
    pixels, windows, units = prepare(image, kernel, stride, padding)
    if along.shape != pixels.shape:
        raise Precondition(f"the direction has shape {along.shape}, the image {pixels.shape}")
    parts = np.ascontiguousarray(columns(along, windows).T)
    square, product = readout_moments("guided")
    mean = np.sqrt(product) * rectified_mean() * fold_columns(units.T, windows)
    patches = (square - product) / 2 * parts * units.any(axis=1, keepdims=True)
    for start in range(0, windows.count, TILE):
        tile = slice(start, start + TILE)
        patches[tile] += product / (2 * np.pi) * _second_moments_times(units[tile], units, parts)
    found: npt.NDArray[np.float64] = factor * (fold_columns(patches.T, windows) - mean * (mean * along).sum())
    return found


def _second_moments_times(
    some: npt.NDArray[np.float64], units: npt.NDArray[np.float64], parts: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """2π Σ_l B_jl e_l for `some` unit patches j (rows), and all l with the parts e_l of a direction."""
    cosine, cross, own = np.clip(some @ units.T, -1, 1), some @ parts.T, (units * parts).sum(axis=1)
    sine, live = np.sqrt(1 - cosine**2), np.outer(some.any(axis=1), units.any(axis=1))
    tilt = np.divide(live, sine, out=np.zeros_like(sine), where=sine > 1e-9)
    here, there = (tilt * (own - cosine * cross)).sum(axis=1), tilt * (cross - cosine * own)
    found: npt.NDArray[np.float64] = (live * (np.pi - np.arccos(cosine))) @ parts + here[:, None] * some + there @ units
    return found


def prepare(
    image: npt.ArrayLike, kernel: Pair, stride: Pair, padding: Pair
) -> tuple[npt.NDArray[np.float64], Windows, npt.NDArray[np.float64]]:
    """The image in float64, its windows, and its unit patches ŷ_j (J, p)."""
    pixels = as_image(image).astype(np.float64)
    windows = Windows.on(pixels.shape, kernel, stride, padding)
    return pixels, windows, unit(np.ascontiguousarray(columns(pixels, windows).T))


def _overall_square(filters: SupportsIndex, filter_scale: SupportsFloat, readout_scale: SupportsFloat) -> float:
    """N (c_w c_v)²: what a covariance at unit scales is multiplied by."""
    return overall(filters, filter_scale, readout_scale) ** 2 / count(filters)
