"""Max-pooling on the random three-layer network: exact means of the three pictures.

The network is f_k = Σ_i Σ_r V_ir,k max over the window r of σ(w_iᵀy_j); its pooling windows lie side by side. A window
passes its signal back to the position of its maximum, the switch. Which filters choose position j is a cone,
w·(y_j − y_l) > 0 for the other l of the window, and the mean of w over a cone is `gaussian.truncated_mean`.
"""

import numpy as np

from theory.gaussian import rectified_mean, truncated_mean
from theory.patches import as_image, columns, fold_columns
from theory.preconditions import overall
from theory.rules import RULES
from theory.windows import Windows, pair

ORDERS = ("relu-pool", "pool-relu")
BLOCK = 512  # windows at a time: bounds the memory


def pooled_mean(
    image,
    kernel,
    stride=1,
    pool=2,
    rule="guided",
    order="relu-pool",
    padding=0,
    filters=1,
    filter_scale=1.0,
    readout_scale=1.0,
    tie="first",
):
    """E s under max-pooling, float64 (C, H, W), exact for every number of filters; at most four positions per window.

    rule is "saliency" (mean 0), "deconvnet" or "guided"; order "relu-pool" or "pool-relu". Equal patches, and after a
    ReLU the windows in which no patch is active, tie: `tie` "first" or "last" position wins, as in
    theory.layers.MaxPool2d. Time and memory grow as the number of patches.
    """
    image = as_image(image).astype(np.float64)
    if rule not in RULES or order not in ORDERS or tie not in ("first", "last"):
        raise ValueError(f'rule is one of {", ".join(RULES)}, order one of {", ".join(ORDERS)}, tie "first" or "last"')
    windows = Windows.on(image.shape, kernel, stride, padding)
    size = pair(pool, "pool", 1)
    if size[0] * size[1] > 4:
        raise ValueError(f"closed means under pooling end at four positions per window, not {size[0] * size[1]}")
    Windows.on((windows.rows, windows.columns), size)
    weights = np.zeros((windows.count, image.shape[0] * windows.kernel[0] * windows.kernel[1]))
    if rule != "saliency":
        patches, places = np.ascontiguousarray(columns(image, windows).T), pooled_places(windows, size)
        for block in np.array_split(places, -(-len(places) // BLOCK)):
            weights[block] = position_means(patches[block], rule, order, tie)
    return overall(filters, filter_scale, readout_scale) * rectified_mean() * fold_columns(weights.T, windows)


def pooled_places(windows, size):
    """The numbers of the patches in every pooling window, (R, positions) in reading order."""
    rows, cols = windows.rows // size[0], windows.columns // size[1]
    numbers = np.arange(windows.count).reshape(windows.rows, windows.columns)[: rows * size[0], : cols * size[1]]
    return numbers.reshape(rows, size[0], cols, size[1]).swapaxes(1, 2).reshape(-1, size[0] * size[1])


def position_means(patches, rule, order, tie="first"):
    """E[w 1(position j holds the switch and passes the signal)] for windows of patches (R, q, p): (R, q, p).

    The cones are turned into the span of their own window, of q dimensions, by a QR factorisation.
    """
    basis, _ = np.linalg.qr(patches.swapaxes(1, 2))
    within = patches @ basis
    count = patches.shape[1]
    means = []
    for j in range(count):
        others = [l for l in range(count) if l != j]
        apart = (patches[:, j : j + 1] - patches[:, others]) @ basis
        wins = np.array([(j < l) == (tie == "first") for l in others], bool)
        active = (patches[:, j : j + 1] != patches[:, others]).any(axis=2) | ~wins
        if rule == "guided" or order == "relu-pool":
            apart, active = (
                np.concatenate([apart, within[:, j : j + 1]], 1),
                np.pad(active, ((0, 0), (0, 1)), constant_values=True),
            )
        means.append(truncated_mean(apart, active=active))
    if rule == "deconvnet" and order == "relu-pool":  # no patch is active: DeconvNet unpools to the tie's winner
        means[0 if tie == "first" else -1] += truncated_mean(-within, active=patches.any(axis=2))
    return np.stack(means, axis=1) @ basis.swapaxes(1, 2)
