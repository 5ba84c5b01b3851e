"""Mean and variance of every entry of a picture of the random three-layer network, exact at every number of filters.

The picture may be the signal that comes back to the activations of a layer below: then they are the image. The mean is
three_layer.guided_mean, the variance the diagonal of covariance.covariance; here they are computed without a matrix,
for maps of many channels and for padding on one side.
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from theory.geometry.margins import Frame, Padding
from theory.geometry.patches import as_image, fold_columns, unit
from theory.geometry.windows import Pair
from theory.laws import overlap
from theory.laws.covariance import has_mask, readout_moments
from theory.laws.moments import rectified_mean
from theory.laws.preconditions import count, positive
from theory.rules import Rule

Entries = npt.NDArray[np.float64]


def mean_and_variance(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Padding = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
    rule: str | Rule = "guided",
) -> tuple[Entries, Entries]:
    """E s and Var s, entry by entry, each like the image (C, H, W).

    With u = ŷ_j and v = ŷ_l, and an entry at a in window j and at b in window l, the variance is N c_w² times

        E h(V)² Σ_j ½ + (E h(V))² Σ_{j≠l} [u_a v_b + v_a u_b − cos θ (u_a u_b + v_a v_b)]/(2π sin θ) − (E s)²/(N c_w)²,

    over the windows that hold it and are not zero; Σ_j 1 of all windows in place of these sums without a mask. Time
    J·p·(overlapping pairs per patch), memory J·p.
    """
    number, scale = count(filters), positive(filter_scale) * positive(readout_scale)
    pixels, (square, product) = as_image(image).astype(np.float64), readout_moments(rule)
    frame = Frame.on(pixels.shape, kernel, stride, padding)
    units = unit(np.ascontiguousarray(frame.columns(pixels).T))
    live = units.any(axis=1) if has_mask(rule) else np.ones(len(units), bool)
    diagonal = square / (2 if has_mask(rule) else 1) * frame.covered(live.astype(float))
    second, of_one = diagonal + np.zeros_like(pixels), np.zeros_like(pixels)
    if has_mask(rule) and product:
        of_one += np.sqrt(product) * rectified_mean() * frame.crop(fold_columns(units.T, frame.windows))
        second += product / (2 * np.pi) * _overlapping(units, frame, len(pixels))
    return number * scale * of_one, number * scale**2 * (second - of_one**2)


def _overlapping(units: Entries, frame: Frame, channels: int) -> Entries:
    """2π Σ_{j≠l} [B_jl] at every entry, of unit patches (J, p)."""
    windows = frame.windows
    nested = np.moveaxis(units.reshape(windows.rows, windows.columns, channels, *windows.kernel), 2, -1)
    found = np.zeros((windows.height, windows.width, channels))
    overlap.overlap_diagonal(np.ascontiguousarray(nested), windows.stride, found)
    return frame.crop(np.moveaxis(found, -1, 0))
