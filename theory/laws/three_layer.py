"""Guided backpropagation on the random three-layer network: exact laws at every number of filters N.

The network is f_k = Σ_i Σ_j V_ij,k σ(w_iᵀ D_j x) with w_i ~ N(0, c_w² I_p) and V_ij,k ~ N(0, c_v²); s is its guided
backward pass. Every law takes the image x (C, H, W) and the geometry of the patches; a fully-connected network is the
case of one patch, kernel = (H, W).
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.patches import as_image, columns, fold_columns, unit
from theory.geometry.windows import Pair, Windows
from theory.laws.covariance import (
    covariance_times,
    covariance_trace,
    mean_square,
    prepare,
    readout_moments,
    second_moment_trace,
)
from theory.laws.moments import angle, rectified_mean
from theory.laws.preconditions import Counts, Values, count, counts, overall
from theory.rules import Rule

NOTHING = "every patch of the image is zero: no mask opens, the picture is 0, and the theory says nothing"


def guided_mean(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> npt.NDArray[np.float64]:
    """E s = N (c_v c_w/2π) Σ_j D_jᵀ ŷ_j, float64 (C, H, W), exact for every N (Nie et al. 2018, Theorem 1,
    corrected).
    """
    scale = overall(filters, filter_scale, readout_scale)
    _, windows, units = prepare(image, kernel, stride, padding)
    return scale * rectified_mean() ** 2 * fold_columns(units.T, windows)


def noise_to_signal(
    image: npt.ArrayLike, kernel: Pair, stride: Pair = 1, padding: Pair = 0, filters: Counts = 1
) -> Values:
    """E‖s − E s‖²/‖E s‖² = A/N, exact, for one N or an array of them; A = π²d − 1 for a fully-connected network.

    Precondition if no patch is non-zero.
    """
    numbers = counts(filters)
    signal = (guided_mean(image, kernel, stride, padding) ** 2).sum()
    if signal == 0:
        raise Precondition(NOTHING)
    ratio: Values = covariance_trace(image, kernel, stride, padding) / signal / numbers
    return ratio


def noise_to_signal_rule(kernel: Pair, stride: Pair = 1, channels: SupportsIndex = 1) -> float:
    """The rule of thumb A ≈ π²p/m: p the filter size, m = Π max(k/s, 1) the mean coverage of the covered pixels."""
    windows = Windows.on((2**30, 2**30), kernel, stride)
    size = count(channels, "channels") * windows.kernel[0] * windows.kernel[1]
    coverage = float(np.prod([max(k / s, 1) for k, s in zip(windows.kernel, windows.stride)]))
    return np.pi**2 * size / coverage


def expected_cosine(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: Counts = 1,
    reference: npt.ArrayLike | None = None,
) -> Values:
    """⟨E s, z⟩/(‖z‖ √E‖s‖²): the cosine of a picture with `reference` z (the image unless given), at N filters (or an
    array).

    It is E cos(s, z) up to what the relative spreads of ‖s‖² and ⟨s, z⟩ leave, of order 1/N (`mean_cosine`): they do
    not vanish as the image grows, since all patches share the filters.
    """
    noise = noise_to_signal(image, kernel, stride, padding, filters)
    cosine: Values = limit_cosine(image, kernel, stride, padding, reference) / np.sqrt(1 + noise)
    return cosine


def mean_cosine(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: Counts = 1,
    reference: npt.ArrayLike | None = None,
) -> Values:
    """E cos(s, z) to first order in 1/N, for one N or an array of them: what is left out falls as 1/N².

    E X/√Y is E X/√E Y (1 − Cov(X, Y)/(2 E X E Y) + ⅜ Var Y/(E Y)² + …) for X = ⟨s, z⟩, Y = ‖s‖². With m and C the mean
    and the covariance of one filter's picture, E Y = N²‖m‖²(1 + A/N), which is kept whole, and

        Cov(X, Y) = 2N² zᵀCm + N κ,    Var Y = 4N³ mᵀCm + 4N² κ' + 2N² tr C² + N κ'',

    κ, κ' and κ'' cumulants of third and fourth order of one filter's picture. The first terms are those of order 1/N,
    and take second moments alone. The others are of order 1/N² where N is well above A. Where N is below A, so that
    E Y ≈ N A ‖m‖², they are as large as the first, and this is no better than `expected_cosine`. They have no closed
    form: κ'' has four patches at once, and four open masks are an orthant in four dimensions; tr C² has all pairs of
    pairs. Time J²·p.
    """
    numbers, mean = counts(filters), guided_mean(image, kernel, stride, padding)
    limit = limit_cosine(image, kernel, stride, padding, reference)
    size = 1 + noise_to_signal(image, kernel, stride, padding, numbers)
    against, along = unit(as_image(image if reference is None else reference).astype(float).ravel()), unit(mean.ravel())
    spread = covariance_times(along.reshape(mean.shape), image, kernel, stride, padding).ravel() / (mean**2).sum()
    own, shared = along @ spread, against @ spread
    cosine: Values = (limit * (1 + 3 / 2 * own / (numbers * size**2)) - shared / (numbers * size)) / np.sqrt(size)
    return cosine


def limit_cosine(
    image: npt.ArrayLike, kernel: Pair, stride: Pair = 1, padding: Pair = 0, reference: npt.ArrayLike | None = None
) -> float:
    """cos(E s, z): what `expected_cosine` tends to as N grows."""
    against = as_image(image if reference is None else reference).astype(float)
    mean = guided_mean(image, kernel, stride, padding)
    if mean.shape != against.shape:
        raise Precondition(f"the reference has shape {against.shape}, the image {mean.shape}")
    return float((unit(mean.ravel()) * unit(against.ravel())).sum())


def class_similarity(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    rule: str | Rule = "guided",
) -> float:
    """E⟨s_k, s_k'⟩/E‖s_k‖² of two logits: what the cosine of their pictures tends to as the image grows.

    0 for saliency and 1/π for DeconvNet, whatever N; for guided backpropagation it tends to 1 as N grows. Precondition
    for a zero image, but for DeconvNet, which has no mask that it could close.
    """
    number = count(filters)
    square, product = readout_moments(rule)
    mean = mean_square(image, kernel, stride, padding, rule)
    of_class, across = (
        second_moment_trace(image, kernel, stride, padding, rule, a) - mean + number * mean for a in (square, product)
    )
    if of_class == 0:
        raise Precondition(NOTHING)
    return across / of_class


def saliency_similarity(
    image: npt.ArrayLike, other: npt.ArrayLike, kernel: Pair, stride: Pair = 1, padding: Pair = 0
) -> float:
    """E⟨s(x), s(x')⟩/√(E‖s(x)‖² E‖s(x')‖²) of saliency for two inputs that do not depend on the weights.

    A patch that turns by θ_j keeps the fraction (π − θ_j)/π of its part. Precondition for a zero image.
    """
    one, windows, units = prepare(image, kernel, stride, padding)
    two, _, others = prepare(other, kernel, stride, padding)
    if two.shape != one.shape:
        raise Precondition(f"the other image has shape {two.shape}, the image {one.shape}")
    pixels = columns(np.ones_like(one), windows).sum(axis=0)
    kept = np.nan_to_num(1 - angle(units, others) / np.pi)
    energies = [(pixels * each.any(axis=1)).sum() for each in (units, others)]
    if not all(energies):
        raise Precondition(NOTHING)
    return float((kept * pixels).sum() / np.sqrt(energies[0] * energies[1]))
