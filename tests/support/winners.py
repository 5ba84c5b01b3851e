"""The mean picture of a max-pooled network, from who wins which window for w in every direction.

In one or two dimensions the directions at which a winner or a mask changes are finitely many: between two neighbours
everything is constant, and E[w 1(w in the arc from a to b)] = (sin b − sin a, cos a − cos b)/√(8π).
"""

import numpy as np

from support import oracles

ORDERS = "relu-pool", "pool-relu"


def arcs(patches, pooled):
    """A direction inside each arc, and E[w 1(arc)]: (M, p) and (M, p) for patches (J, p), p ≤ 2."""
    if patches.shape[1] == 1:
        ends = np.array([[1.0], [-1.0]])
        return ends, ends / np.sqrt(2 * np.pi)
    lines = [*patches, *(patches[j] - patches[l] for window in pooled for j in window for l in window)]
    turns = [np.arctan2(-x, y) + half for x, y in lines if x or y for half in (0, np.pi)]  # w at right angles to it
    turns = np.sort(np.mod([*turns, 0.0], 2 * np.pi))
    low, high = turns, np.append(turns[1:], 2 * np.pi)
    middle = (low + high) / 2
    means = np.column_stack([np.sin(high) - np.sin(low), np.cos(low) - np.cos(high)]) / np.sqrt(8 * np.pi)
    return np.column_stack([np.cos(middle), np.sin(middle)]), means


def switch(plane, pool, order, tie):
    """For a feature map (rows, columns): the place (y, x) of every pooling window's maximum."""
    return oracles.max_pool(np.maximum(plane, 0) if order == "relu-pool" else plane, pool, pool, 0, tie)[1]


def pooled_mean(image, kernel, stride, padding, pool, rule, order, tie):
    """E s of one filter, E h(V) being 1/√2π for the two rules that are not saliency."""
    matrices = oracles.patch_matrices(image.shape, kernel, stride, padding)
    patches, shape = matrices @ image.ravel(), oracles.grid(image.shape, kernel, stride, padding)
    pooled = [[y * shape[1] + x for _, _, y, x in window] for window in oracles.windows(shape, pool, pool)]
    total = np.zeros(image.size)
    for w, mean in zip(*arcs(patches, pooled)):
        # one product for each patch: equal patches tie to the last digit
        plane = np.array([sum(a * b for a, b in zip(patch, w)) for patch in patches]).reshape(shape)
        for y, x in switch(plane, pool, order, tie):
            if rule == "deconvnet" or plane[y, x] > 0:
                total += matrices[y * shape[1] + x].T @ mean
    return total.reshape(image.shape) / np.sqrt(2 * np.pi)
