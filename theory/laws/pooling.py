"""Max-pooling on the random three-layer network: exact means of the three pictures.

The network is f_k = Σ_i Σ_r V_ir,k max over the window r of σ(w_iᵀy_j); its pooling windows may overlap. A window
passes its signal back to the position of its maximum, the switch. Which filters choose position j is a cone,
w·(y_j − y_l) > 0 for the other l of the window, and the mean of w over a cone is `gaussian.truncated_mean`.
"""

from collections.abc import Iterable
from itertools import combinations, product
from math import comb
from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.patches import as_image, columns, fold_columns
from theory.geometry.windows import Pair, Windows, pair
from theory.laws.moments import rectified_mean
from theory.laws.orthants import truncated_mean, truncated_mean_numerically
from theory.laws.preconditions import floats, overall
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
    pool_stride: Pair | None = None,
) -> npt.NDArray[np.float64]:
    """E s under max-pooling, float64 (C, H, W), exact for every number of filters.

    rule is "saliency" (mean 0), "deconvnet" or "guided"; order "relu-pool" or "pool-relu". Equal patches, and after a
    ReLU the windows in which no patch is active, tie: `tie` "first" or "last" position wins, as in
    theory.layers.MaxPool2d. Time and memory grow as the number of patches. Up to four positions per window, 2×2, the
    means are closed; beyond, their orthants are integrated numerically, to 1e-4. Windows lie side by side unless
    `pool_stride` says otherwise: `overlapping_means`.
    """
    pixels, scale = as_image(image).astype(np.float64), overall(filters, filter_scale, readout_scale)
    name = choice(rule, order, tie)
    windows = Windows.on(pixels.shape, kernel, stride, padding)
    size = pair(pool, "pool", 1)
    step = size if pool_stride is None else pair(pool_stride, "a pool's stride", 1)
    Windows.on((windows.rows, windows.columns), size, step)
    weights = np.zeros((windows.count, pixels.shape[0] * windows.kernel[0] * windows.kernel[1]))
    if name != "saliency":
        patches = np.ascontiguousarray(columns(pixels, windows).T)
        if step != size:
            by_place = patches.reshape(windows.rows, windows.columns, -1)
            weights = overlapping_means(by_place, size, step, name, order, tie).reshape(weights.shape)
        else:
            places = pooled_places(windows, size).reshape(-1, size[0] * size[1])
            for block in np.array_split(places, -(-len(places) // BLOCK)):
                weights[block] = position_means(patches[block], name, order, tie)
    return scale * rectified_mean() * fold_columns(weights.T, windows)


def position_means(patches: npt.ArrayLike, rule: str | Rule, order: str, tie: str = "first") -> npt.NDArray[np.float64]:
    """E[w 1(position j holds the switch and passes the signal)] for windows of patches (R, q, p): (R, q, p)."""
    name, patches = choice(rule, order, tie), floats(patches, "a patch")
    return _means_at(range(patches.shape[1]), patches, name, order, tie)


def _means_at(
    positions: Iterable[int], patches: npt.NDArray[np.float64], name: str, order: str, tie: str
) -> npt.NDArray[np.float64]:
    """The same at some positions.

    The cones are turned into the span of their own window, of q dimensions, by a QR factorisation of one patch and the
    differences of the others from it, so that patches that almost coincide keep their digits.
    """
    spanning = np.concatenate([patches[:, :1], patches[:, 1:] - patches[:, :1]], axis=1)
    basis, _ = np.linalg.qr(spanning.swapaxes(1, 2))
    means = [
        sum(_cone_means(rows @ basis, active) for rows, active in winning(patches, j, name, order, tie))
        for j in positions
    ]
    turned_back: npt.NDArray[np.float64] = np.stack(means, axis=1) @ basis.swapaxes(1, 2)
    return turned_back


def overlapping_means(
    patches: npt.ArrayLike, pool: Pair, pool_stride: Pair, rule: str | Rule, order: str, tie: str = "first"
) -> npt.NDArray[np.float64]:
    """√(2π) E[h(R) w] at every position of a map of patches (rows, columns, p), like it, for windows that overlap.

    A position that wins n windows is passed the sum of n signals before its ReLU, E h of which is √n/√(2π), or n
    signals that were rectified. With f(n) = √n or n, by inclusion and exclusion,

        E[f(n) w] = Σ_S Δ^|S| f(0) E[w 1(it wins every window of S)],  Δⁿf(0) = Σ_k (−1)^{n−k} C(n, k) f(k),

    over the sets S of windows that hold it; and to win every window of S is to win their union. Of n only single
    windows enter. Precondition for over four windows that hold a position, after a ReLU: they have too many unions.
    """
    name, patches = choice(rule, order, tie), floats(patches, "a patch")
    grid = Windows.on(patches.shape[:2], pool, pool_stride)
    if name == "saliency":  # E h = 0
        return np.zeros(patches.shape)
    flat, found = (
        patches.reshape(-1, patches.shape[2]),
        np.zeros((patches.shape[0] * patches.shape[1], patches.shape[2])),
    )
    unions: dict[tuple[int, int, int], list[list[int]]] = {}
    for place, windows in _holding(grid).items():
        most = len(windows) if order == "relu-pool" else 1
        if most > 4:
            raise Precondition(f"at most four pooling windows may hold a position, not {most}")
        for number in range(1, most + 1):
            for chosen in combinations(windows, number):
                union = sorted(set().union(*chosen))
                unions.setdefault((number, len(union), union.index(place)), []).append(union)
    for (number, _, position), sets in unions.items():
        signs = [(-1) ** (number - k) * comb(number, k) * np.sqrt(k) for k in range(number + 1)]
        for block in np.array_split(np.array(sets), -(-len(sets) // BLOCK)):
            means = _means_at([position], flat[block], name, order, tie)[:, 0]
            np.add.at(found, block[:, position], sum(signs) * means)
    return found.reshape(patches.shape)


def _holding(grid: Windows) -> dict[int, list[tuple[int, ...]]]:
    """For every position, the windows that hold it, each the numbers of its positions."""
    holding: dict[int, list[tuple[int, ...]]] = {}
    for top in range(0, grid.rows * grid.stride[0], grid.stride[0]):
        for left in range(0, grid.columns * grid.stride[1], grid.stride[1]):
            inside = product(range(top, top + grid.kernel[0]), range(left, left + grid.kernel[1]))
            window = tuple(y * grid.width + x for y, x in inside)
            for place in window:
                holding.setdefault(place, []).append(window)
    return holding


def _cone_means(directions: npt.NDArray[np.float64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """E[w 1(aᵀw > 0 for every active row a)] for a batch of cones (R, q, n): closed, or numerical for q > 4."""
    if directions.shape[1] <= 4:
        return truncated_mean(directions, active=active)
    return np.array([truncated_mean_numerically(rows[kept]) for rows, kept in zip(directions, active)])
