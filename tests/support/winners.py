"""The mean picture of a max-pooled network, from who wins which window for w in every direction.

In one or two dimensions the directions at which a winner or a mask changes are finitely many: between two neighbours
everything is constant, and E[w 1(w in the arc from a to b)] = (sin b − sin a, cos a − cos b)/√(8π).
"""

import numpy as np

from support import oracles

ORDERS = "relu-pool", "pool-relu"


def turns_of(patches, pooled):
    """The angles of w at which a winner or a mask may change, sorted."""
    lines = [*patches, *(patches[j] - patches[l] for window in pooled for j in window for l in window)]
    turns = [np.arctan2(-x, y) + half for x, y in lines if x or y for half in (0, np.pi)]  # w at right angles to it
    return np.sort(np.mod([*turns, 0.0], 2 * np.pi))


def arcs(patches, pooled):
    """A direction inside each arc, and E[w 1(arc)]: (M, p) and (M, p) for patches (J, p), p ≤ 2."""
    if patches.shape[1] == 1:
        ends = np.array([[1.0], [-1.0]])
        return ends, ends / np.sqrt(2 * np.pi)
    turns = turns_of(patches, pooled)
    low, high = turns, np.append(turns[1:], 2 * np.pi)
    middle = (low + high) / 2
    means = np.column_stack([np.sin(high) - np.sin(low), np.cos(low) - np.cos(high)]) / np.sqrt(8 * np.pi)
    return np.column_stack([np.cos(middle), np.sin(middle)]), means


def arc_moments(patches, pooled):
    """A direction inside each arc, and E[w wᵀ 1(arc)]: (M, p) and (M, p, p), of E r² = 2 in the plane."""
    directions, _ = arcs(patches, pooled)
    if patches.shape[1] == 1:
        return directions, np.full((2, 1, 1), 0.5)
    ends = turns_of(patches, pooled)
    low, high = ends, np.append(ends[1:], 2 * np.pi)
    cosine, sine = (np.sin(2 * high) - np.sin(2 * low)) / 2, (np.cos(2 * low) - np.cos(2 * high)) / 2
    spread = high - low
    moments = np.array([[spread + cosine, sine], [sine, spread - cosine]]) / (2 * np.pi)
    return directions, np.moveaxis(moments, 2, 0)


def switch(plane, pool, order, tie):
    """For a feature map (rows, columns): the place (y, x) of every pooling window's maximum."""
    return oracles.max_pool(np.maximum(plane, 0) if order == "relu-pool" else plane, pool, pool, 0, tie)[1]


def passing(case, rule, order, tie, among):
    """What `among` gives for each arc of directions, and the matrices D_j of the switches that pass there.

    One of each window that is open, in no order.
    """
    image, kernel, stride, padding, pool = case
    matrices = oracles.patch_matrices(image.shape, kernel, stride, padding)
    patches, shape = matrices @ image.ravel(), oracles.grid(image.shape, kernel, stride, padding)
    pooled = [[y * shape[1] + x for _, _, y, x in window] for window in oracles.windows(shape, pool, pool)]
    for w, found in zip(*among(patches, pooled)):
        # one product for each patch: equal patches tie to the last digit
        plane = np.array([sum(a * b for a, b in zip(patch, w)) for patch in patches]).reshape(shape)
        switches = switch(plane, pool, order, tie)
        yield found, [matrices[y * shape[1] + x] for y, x in switches if rule == "deconvnet" or plane[y, x] > 0]


def pooled_mean(image, kernel, stride, padding, pool, rule, order, tie):
    """E s of one filter, E h(V) being 1/√2π for the two rules that are not saliency."""
    total = np.zeros(image.size)
    for mean, matrices in passing((image, kernel, stride, padding, pool), rule, order, tie, arcs):
        total += sum((matrix.T @ mean for matrix in matrices), np.zeros(image.size))
    return total.reshape(image.shape) / np.sqrt(2 * np.pi)


def pooled_energies(case, rule, order, tie):
    """E‖s_k‖² and E⟨s_k, s_k'⟩ of one filter: a window with itself has E h(V)², or (E h(V))² of two logits."""
    square, product = (1, 0) if rule == "saliency" else (1 / 2, 1 / (2 * np.pi))
    own = across = 0.0
    for moment, matrices in passing(case, rule, order, tie, arc_moments):
        every = sum(matrices, np.zeros((case[1][0] * case[1][1] * len(case[0]), case[0].size)))
        apart = sum(np.trace(matrix.T @ moment @ matrix) for matrix in matrices)
        together = np.trace(every.T @ moment @ every)
        own += (square - product) * apart + product * together
        across += product * together
    return own, across


def overlapping_mean(case, step, rule, order, tie):
    """E s of one filter for pooling windows `step` apart, whose signals add up before the ReLU, or behind it."""
    image, kernel, stride, padding, pool = case
    matrices = oracles.patch_matrices(image.shape, kernel, stride, padding)
    patches, shape = matrices @ image.ravel(), oracles.grid(image.shape, kernel, stride, padding)
    pooled = [[y * shape[1] + x for _, _, y, x in window] for window in oracles.windows(shape, pool, step)]
    total = np.zeros(image.size)
    for w, mean in zip(*arcs(patches, pooled)):
        plane = np.array([sum(a * b for a, b in zip(patch, w)) for patch in patches]).reshape(shape)
        before = np.maximum(plane, 0) if order == "relu-pool" else plane
        switches = oracles.max_pool(before, pool, step, 0, tie)[1]
        for y, x in set(switches):
            if rule == "deconvnet" or plane[y, x] > 0:
                won = switches.count((y, x))
                total += (won**0.5 if order == "relu-pool" else won) * matrices[y * shape[1] + x].T @ mean
    return total.reshape(image.shape) / np.sqrt(2 * np.pi)
