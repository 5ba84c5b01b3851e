"""Max-pooling on the random three-layer network: exact means of the three pictures.

The network is f_k = Σ_i Σ_r V_ir,k max over the window r of σ(w_iᵀy_j); its pooling windows lie side by side. A window
passes its signal back to the position of its maximum, the switch. Which filters choose position j is a cone,
w·(y_j − y_l) > 0 for the other l of the window, and the mean of w over a cone is `gaussian.truncated_mean`.
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.arrays import finite, real
from theory.geometry.patches import as_image, columns, fold_columns
from theory.geometry.windows import Pair, Windows, pair
from theory.laws.moments import rectified_mean
from theory.laws.orthants import truncated_mean, truncated_mean_numerically
from theory.laws.preconditions import overall
from theory.rules import Rule, tabled

ORDERS = ("relu-pool", "pool-relu")
TIES = ("first", "last")
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
    name = _choice(rule, order, tie)
    windows = Windows.on(pixels.shape, kernel, stride, padding)
    size = pair(pool, "pool", 1)
    Windows.on((windows.rows, windows.columns), size)
    weights = np.zeros((windows.count, pixels.shape[0] * windows.kernel[0] * windows.kernel[1]))
    if name != "saliency":
        patches, places = np.ascontiguousarray(columns(pixels, windows).T), _pooled_places(windows, size)
        for block in np.array_split(places, -(-len(places) // BLOCK)):
            weights[block] = position_means(patches[block], name, order, tie)
    return scale * rectified_mean() * fold_columns(weights.T, windows)


def _choice(rule: str | Rule, order: str, tie: str) -> str:
    """The rule's name."""
    if order not in ORDERS or tie not in TIES:
        raise Precondition(f'order is one of {", ".join(ORDERS)}, tie "first" or "last"; not {order!r}, {tie!r}')
    name: str = tabled(rule).name
    return name


def _pooled_places(windows: Windows, size: tuple[int, int]) -> npt.NDArray[np.intp]:
    """The numbers of the patches in every pooling window, (R, positions) in reading order."""
    rows, cols = windows.rows // size[0], windows.columns // size[1]
    numbers = np.arange(windows.count).reshape(windows.rows, windows.columns)[: rows * size[0], : cols * size[1]]
    return numbers.reshape(rows, size[0], cols, size[1]).swapaxes(1, 2).reshape(-1, size[0] * size[1])


def position_means(patches: npt.ArrayLike, rule: str | Rule, order: str, tie: str = "first") -> npt.NDArray[np.float64]:
    """E[w 1(position j holds the switch and passes the signal)] for windows of patches (R, q, p): (R, q, p).

    The cones are turned into the span of their own window, of q dimensions, by a QR factorisation of one patch and the
    differences of the others from it, so that patches that almost coincide keep their digits.
    """
    name, patches = _choice(rule, order, tie), finite(real(patches, "a patch"), "a patch")
    spanning = np.concatenate([patches[:, :1], patches[:, 1:] - patches[:, :1]], axis=1)
    basis, _ = np.linalg.qr(spanning.swapaxes(1, 2))
    within = patches @ basis
    count = patches.shape[1]
    means = []
    for j in range(count):
        others = [l for l in range(count) if l != j]
        apart = (patches[:, j : j + 1] - patches[:, others]) @ basis
        wins = np.array([(j < l) == (tie == "first") for l in others], bool)
        active = (patches[:, j : j + 1] != patches[:, others]).any(axis=2) | ~wins
        if name == "guided" or order == "relu-pool":
            apart, active = (
                np.concatenate([apart, within[:, j : j + 1]], 1),
                np.pad(active, ((0, 0), (0, 1)), constant_values=True),
            )
        means.append(_cone_means(apart, active))
    if name == "deconvnet" and order == "relu-pool":  # no patch is active: DeconvNet unpools to the tie's winner
        means[0 if tie == "first" else -1] += _cone_means(-within, np.any(patches, axis=2))
    turned_back: npt.NDArray[np.float64] = np.stack(means, axis=1) @ basis.swapaxes(1, 2)
    return turned_back


def _cone_means(directions: npt.NDArray[np.float64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """E[w 1(aᵀw > 0 for every active row a)] for a batch of cones (R, q, n): closed, or numerical for q > 4."""
    if directions.shape[1] <= 4:
        return truncated_mean(directions, active=active)
    return np.array([truncated_mean_numerically(rows[kept]) for rows, kept in zip(directions, active)])
