"""A fully-connected network of one hidden layer, neuron after neuron: its weights are drawn, used and forgotten."""

import numpy as np
from numba import njit

from sims.compiled.sources import digest
from sims.random import counter_based
from sims.random.counter_based import fill_pairs, scratch_words


@njit(nogil=True, fastmath={"contract", "reassoc"})
def dot(a, b):
    total = np.float32(0)
    for k in range(len(a)):
        total += a[k] * b[k]
    return total


@njit(nogil=True, fastmath={"contract"})
def add_multiple(factor, vector, out):
    for k in range(len(vector)):
        out[k] += factor * vector[k]


def _build(sources):
    @njit(cache=True, nogil=True)
    def connected(image, key, scale, readout, leaks, out):
        """Add Σ_i h(v_i)·∂g(w_iᵀx) w_i of every rule to out (rules, d); x is the image (d,), v the readout (N_h,)."""
        sources  # what it closes over belongs to its name on disk
        words, size = scratch_words(), len(image)
        room = np.empty(size + 2, np.float32)
        for i in range(len(readout)):
            odd = i * size % 2
            fill_pairs(key, i * size // 2, scale, words, room[: (odd + size + 1) // 2 * 2])
            weights = room[odd : odd + size]
            active = dot(weights, image) > 0
            for rule in range(len(leaks)):
                h, g = leaks[rule]
                signal = max(readout[i], h * readout[i]) * (np.float32(1) if active else g)
                if signal != 0:
                    add_multiple(signal, weights, out[rule])

    return connected


connected = _build(digest(counter_based))
