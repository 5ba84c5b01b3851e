"""Second moments of the three pictures on the random three-layer network, exact at every number of filters.

One filter contributes Σ_jl a_jl D_jᵀ B_jl D_l: a_jj = E h(V)², a_jl = (E h(V))², and B_jl = E[w wᵀ · masks], which is
I where g = id and gaussian.two_direction_second_moment where g = σ. N filters add N times that, less N μ₁μ₁ᵀ, and N²
μ₁μ₁ᵀ for the mean, which only guided backpropagation has.
"""

import numpy as np

from theory.geometry.patches import as_image, columns, fold_columns, unit
from theory.geometry.windows import Windows
from theory.laws import overlap
from theory.laws.moments import rectified_mean, rectified_second_moment, two_direction_second_moment
from theory.laws.preconditions import overall
from theory.rules import RELU, tabled

TILE = 512  # patches at a time in sums over pairs: bounds the memory


def readout_moments(rule):
    """E h(V)² and (E h(V))² for V ~ N(0, 1): what a_jj and a_jl are, and what both are for two different logits."""
    if tabled(rule).h is RELU:
        return rectified_second_moment(), rectified_mean() ** 2
    return 1.0, 0.0


def has_mask(rule):
    """Whether g = σ: the forward mask takes part in the backward pass."""
    return tabled(rule).g is RELU


def covariance_trace(image, kernel, stride=1, padding=0, filters=1, filter_scale=1.0, readout_scale=1.0, rule="guided"):
    """tr Cov s = E‖s − E s‖², exact. Time J·p·(overlapping pairs per patch), memory J·p."""
    square, _ = readout_moments(rule)
    trace = second_moment_trace(image, kernel, stride, padding, rule, square) - mean_square(
        image, kernel, stride, padding, rule
    )
    return overall(filters, filter_scale, readout_scale) ** 2 / filters * trace


def second_moment_trace(image, kernel, stride, padding, rule, square):
    """E of ⟨s, s⟩ for one filter at unit scales with a_jj = `square`; of ⟨s_k, s_k'⟩ with a_jj = (E h(V))²."""
    image, windows, units = prepare(image, kernel, stride, padding)
    _, product = readout_moments(rule)
    if not has_mask(rule):
        return square * fold_columns(np.ones_like(units.T), windows).sum()
    diagonal = square / 2 * fold_columns(np.ones_like(units.T) * units.any(axis=1), windows).sum()
    if not product:
        return diagonal
    shape = (windows.rows, windows.columns, len(image), *windows.kernel)
    nested = np.ascontiguousarray(np.moveaxis(units.reshape(shape), 2, -1))
    return diagonal + product * overlap.overlap_trace(nested, windows.stride) / (2 * np.pi)


def mean_square(image, kernel, stride, padding, rule):
    """‖μ₁‖²: of one filter's mean at unit scales, 0 for saliency and DeconvNet."""
    _, product = readout_moments(rule)
    if not (has_mask(rule) and product):
        return 0.0
    _, windows, units = prepare(image, kernel, stride, padding)
    return product * rectified_mean() ** 2 * (fold_columns(units.T, windows) ** 2).sum()


def covariance(image, kernel, stride=1, padding=0, filters=1, filter_scale=1.0, readout_scale=1.0, rule="guided"):
    """Cov s, (d, d) with d = C·H·W, exact. For small images: time J²·p², memory d²."""
    image, windows, units = prepare(image, kernel, stride, padding)
    square, product = readout_moments(rule)
    numbered = columns(1.0 + np.arange(image.size).reshape(image.shape), windows).T.astype(int) - 1  # −1: padding
    total = np.zeros((image.size, image.size))
    for j in range(windows.count):
        for l in range(windows.count) if product else [j]:
            b = two_direction_second_moment(units[j], units[l]) if has_mask(rule) else np.eye(units.shape[1])
            real = np.ix_(numbered[j] >= 0, numbered[l] >= 0)
            places = np.ix_(numbered[j][numbered[j] >= 0], numbered[l][numbered[l] >= 0])
            total[places] += (square if j == l else product) * b[real]
    if has_mask(rule):
        mean = np.sqrt(product) * rectified_mean() * fold_columns(units.T, windows).ravel()
        total -= np.outer(mean, mean)
    return overall(filters, filter_scale, readout_scale) ** 2 / filters * total


def variance_along(direction, image, kernel, stride=1, padding=0, filters=1, filter_scale=1.0, readout_scale=1.0):
    """Var⟨s, e⟩ of guided backpropagation for a `direction` e like image, exact to about 1e-8 of E⟨s, e⟩².

    Every pair of patches enters, near or far: time J²·p/2 in matrix products, memory TILE·J. The digits are those of
    angles read off cosines: where very many patches nearly coincide, a few more are lost.
    """
    direction = as_image(direction).astype(np.float64)
    image, windows, units = prepare(image, kernel, stride, padding)
    if direction.shape != image.shape:
        raise ValueError(f"the direction has shape {direction.shape}, the image {image.shape}")
    parts = np.ascontiguousarray(columns(direction, windows).T)
    own, total = (units * parts).sum(axis=1), 0.0
    for start in range(0, windows.count, TILE):
        tile, on = slice(start, start + TILE), slice(start, None)  # the pair l, j is worth what j, l is
        cosine, cross = np.clip(units[tile] @ units[on].T, -1, 1), units[tile] @ parts[on].T
        back, inner = parts[tile] @ units[on].T, parts[tile] @ parts[on].T
        sine, live = np.sqrt(1 - cosine**2), np.outer(units[tile].any(axis=1), units[on].any(axis=1))
        plane = np.outer(own[tile], own[on]) + cross * back - cosine * (own[tile, None] * cross + back * own[on])
        pairs = live * (np.pi - np.arccos(cosine)) * inner
        pairs += live * np.divide(plane, sine, out=np.zeros_like(plane), where=sine > 1e-9)
        total += pairs[:, :TILE].sum() + 2 * pairs[:, TILE:].sum()
    same = (parts[units.any(axis=1)] ** 2).sum()
    square, product = readout_moments("guided")
    mean = rectified_mean() ** 2 * own.sum()
    variance = product * total / (2 * np.pi) + (square - product) * same / 2 - mean**2
    return overall(filters, filter_scale, readout_scale) ** 2 / filters * variance


def prepare(image, kernel, stride, padding):
    """The image in float64, its windows, and its unit patches ŷ_j (J, p)."""
    image = as_image(image).astype(np.float64)
    windows = Windows.on(image.shape, kernel, stride, padding)
    return image, windows, unit(np.ascontiguousarray(columns(image, windows).T))
