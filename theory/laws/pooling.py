"""Max-pooling on the random three-layer network: exact means of the three pictures.

The network is f_k = Σ_i Σ_r V_ir,k max over the window r of σ(w_iᵀy_j); its pooling windows lie side by side. A window
passes its signal back to the position of its maximum, the switch. Which filters choose position j is a cone,
w·(y_j − y_l) > 0 for the other l of the window, and the mean of w over a cone is `gaussian.truncated_mean`.
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from theory.geometry.arrays import finite, real
from theory.geometry.patches import as_image, columns, fold_columns
from theory.geometry.windows import Pair, Windows, pair
from theory.laws.moments import rectified_mean
from theory.laws.orthants import truncated_mean, truncated_mean_numerically
from theory.laws.preconditions import overall
from theory.laws.switches import choice, pooled_places, winning
from theory.rules import Rule

BLOCK = 512  # windows at a time: bounds the memory


def pooled_mean(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    pool: Pair = 2,
    rule: str | Rule = "guided",
    order: str = "relu-pool",
    padding: Pair = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
    tie: str = "first",
) -> npt.NDArray[np.float64]:
    """E s under max-pooling, float64 (C, H, W), exact for every number of filters.

    rule is "saliency" (mean 0), "deconvnet" or "guided"; order "relu-pool" or "pool-relu". Equal patches, and after a
    ReLU the windows in which no patch is active, tie: `tie` "first" or "last" position wins, as in
    theory.layers.MaxPool2d. Time and memory grow as the number of patches. Up to four positions per window, 2×2, the
    means are closed; beyond, their orthants are integrated numerically, to 1e-4.
    """
    pixels, scale = as_image(image).astype(np.float64), overall(filters, filter_scale, readout_scale)
    name = choice(rule, order, tie)
    windows = Windows.on(pixels.shape, kernel, stride, padding)
    size = pair(pool, "pool", 1)
    Windows.on((windows.rows, windows.columns), size)
    weights = np.zeros((windows.count, pixels.shape[0] * windows.kernel[0] * windows.kernel[1]))
    if name != "saliency":
        patches = np.ascontiguousarray(columns(pixels, windows).T)
        places = pooled_places(windows, size).reshape(-1, size[0] * size[1])
        for block in np.array_split(places, -(-len(places) // BLOCK)):
            weights[block] = position_means(patches[block], name, order, tie)
    return scale * rectified_mean() * fold_columns(weights.T, windows)


def position_means(patches: npt.ArrayLike, rule: str | Rule, order: str, tie: str = "first") -> npt.NDArray[np.float64]:
    """E[w 1(position j holds the switch and passes the signal)] for windows of patches (R, q, p): (R, q, p).

    The cones are turned into the span of their own window, of q dimensions, by a QR factorisation of one patch and the
    differences of the others from it, so that patches that almost coincide keep their digits.
    """
    name, patches = choice(rule, order, tie), finite(real(patches, "a patch"), "a patch")
    spanning = np.concatenate([patches[:, :1], patches[:, 1:] - patches[:, :1]], axis=1)
    basis, _ = np.linalg.qr(spanning.swapaxes(1, 2))
    means = [
        sum(_cone_means(rows @ basis, active) for rows, active in winning(patches, j, name, order, tie))
        for j in range(patches.shape[1])
    ]
    turned_back: npt.NDArray[np.float64] = np.stack(means, axis=1) @ basis.swapaxes(1, 2)
    return turned_back


def _cone_means(directions: npt.NDArray[np.float64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """E[w 1(aᵀw > 0 for every active row a)] for a batch of cones (R, q, n): closed, or numerical for q > 4."""
    if directions.shape[1] <= 4:
        return truncated_mean(directions, active=active)
    return np.array([truncated_mean_numerically(rows[kept]) for rows, kept in zip(directions, active)])
