"""Guided backpropagation on the random three-layer network: exact laws at every number of filters N.

The network is f_k = Σ_i Σ_j V_ij,k σ(w_iᵀ D_j x) with w_i ~ N(0, c_w² I_p) and V_ij,k ~ N(0, c_v²); s is its guided
backward pass. Every law takes the image x (C, H, W) and the geometry of the patches; a fully-connected network is the
case of one patch, kernel = (H, W).
"""

from operator import index

import numpy as np

from theory import kernels
from theory.gaussian import rectified_mean, rectified_second_moment
from theory.patches import as_image, columns, fold_columns, unit
from theory.windows import Windows


def guided_mean(image, kernel, stride=1, padding=0, filters=1, filter_scale=1.0, readout_scale=1.0):
    """E s = N (c_v c_w/2π) Σ_j D_jᵀ ŷ_j, float64 (C, H, W), exact for every N (Nie et al. 2018, Theorem 1, corrected)."""
    image, windows = _prepare(image, kernel, stride, padding)
    scale = _count(filters) * rectified_mean(_scale(readout_scale)) * rectified_mean(_scale(filter_scale))
    return scale * fold_columns(_units(image, windows).T, windows)


def covariance_trace(image, kernel, stride=1, padding=0, filters=1, filter_scale=1.0, readout_scale=1.0):
    """tr Cov s = E‖s − E s‖², exact. N times that of one filter, whose second moment is Σ_jl a_jl D_jᵀ B_jl D_l.

    a_jj = c_v²/2, a_jl = c_v²/2π; B_jl = E[w wᵀ 1(wᵀy_j > 0) 1(wᵀy_l > 0)]. Only patches that share a pixel enter:
    time J·p·(pairs per patch), memory J·p.
    """
    image, windows = _prepare(image, kernel, stride, padding)
    units = _units(image, windows)
    mean = fold_columns(units.T, windows) * rectified_mean() ** 2
    pixels = fold_columns(np.ones_like(units.T) * units.any(axis=1), windows).sum()
    shape = (windows.rows, windows.columns, len(image), *windows.kernel)
    nested = np.ascontiguousarray(np.moveaxis(units.reshape(shape), 2, -1))
    overlap = kernels.overlap_trace(nested, windows.stride)
    diagonal = rectified_second_moment() * rectified_second_moment() * pixels
    trace = diagonal + rectified_mean() ** 2 * overlap / (2 * np.pi) - (mean**2).sum()
    return _count(filters) * (_scale(filter_scale) * _scale(readout_scale)) ** 2 * trace


def noise_to_signal(image, kernel, stride=1, padding=0, filters=1):
    """E‖s − E s‖²/‖E s‖² = A/N, exact; A = π²d − 1 for a fully-connected network. ValueError if no patch is non-zero."""
    signal = (guided_mean(image, kernel, stride, padding) ** 2).sum()
    if signal == 0:
        raise ValueError(
            "every patch of the image is zero: no mask opens, the picture is 0, and the theory says nothing"
        )
    return covariance_trace(image, kernel, stride, padding) / signal / _count(filters)


def noise_to_signal_rule(kernel, stride=1, channels=1):
    """The rule of thumb A ≈ π²p/m: p the filter size, m = Π max(k/s, 1) the mean coverage of the pixels that are covered."""
    windows = Windows.on((2**30, 2**30), kernel, stride)
    size = channels * windows.kernel[0] * windows.kernel[1]
    return np.pi**2 * size / np.prod([max(k / s, 1) for k, s in zip(windows.kernel, windows.stride)])


def expected_cosine(image, kernel, stride=1, padding=0, filters=1, reference=None):
    """⟨E s, z⟩/(‖z‖ √E‖s‖²): the cosine of a picture with `reference` z (the image unless given), at N filters.

    It is E cos(s, z) up to the relative spread of ‖s‖, which vanishes as the image grows.
    """
    return limit_cosine(image, kernel, stride, padding, reference) / np.sqrt(
        1 + noise_to_signal(image, kernel, stride, padding, filters)
    )


def limit_cosine(image, kernel, stride=1, padding=0, reference=None):
    """cos(E s, z): what `expected_cosine` tends to as N grows."""
    reference = as_image(image if reference is None else reference).astype(float)
    mean = guided_mean(image, kernel, stride, padding)
    if mean.shape != reference.shape:
        raise ValueError(f"the reference has shape {reference.shape}, the image {mean.shape}")
    return float((unit(mean.ravel()) * unit(reference.ravel())).sum())


def _prepare(image, kernel, stride, padding):
    image = as_image(image).astype(np.float64)
    return image, Windows.on(image.shape, kernel, stride, padding)


def _units(image, windows):
    return unit(np.ascontiguousarray(columns(image, windows).T))


def _count(filters):
    if index(filters) < 1:
        raise ValueError(f"filters must be at least 1, not {filters}")
    return filters


def _scale(scale):
    if not 0 < scale < np.inf:
        raise ValueError(f"a scale is positive and finite, not {scale}")
    return scale
