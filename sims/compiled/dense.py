"""Dense layers, rectifiers and 2×2 pooling of deep networks: each function does a part, for threads to share."""

import numpy as np
from numba import njit

from sims.compiled import connected
from sims.compiled.connected import add_multiple, dot
from sims.compiled.sources import digest
from theory.geometry import loops
from theory.geometry.loops import _beats


def _build_linear(sources):
    @njit(cache=True, nogil=True)
    def rows_product(weight, inputs, first, last, out):
        """out[:, first:last] = inputs · weight[first:last]ᵀ, of inputs (B, in) and weight (out, in)."""
        sources  # what it closes over belongs to its name on disk
        for row in range(first, last):
            for each in range(len(inputs)):
                out[each, row] = dot(weight[row], inputs[each])

    @njit(cache=True, nogil=True)
    def columns_product(weight, grad, first, last, out):
        """out[:, first:last] = grad · weight[:, first:last]; a row that no signal reaches is not read."""
        sources
        out[:, first:last] = 0
        for row in range(len(weight)):
            for each in range(len(grad)):
                if grad[each, row] != 0:
                    add_multiple(grad[each, row], weight[row, first:last], out[each, first:last])

    return rows_product, columns_product


@njit(cache=True, nogil=True)
def rectify(inputs, out):
    """out = max(inputs, 0), vectors; NaN stays NaN."""
    for i in range(len(inputs)):
        value = inputs[i]
        out[i] = np.float32(0) if value <= 0 else value


@njit(cache=True, nogil=True)
def rectify_back(grad, preactivation, h, g, out):
    """out = max(grad, h·grad) · (1 where the preactivation is positive, else g), the same."""
    for i in range(len(grad)):
        signal, scaled = grad[i], h * grad[i]
        signal = scaled if scaled > signal else signal
        out[i] = signal * (np.float32(1) if preactivation[i] > 0 else g)


NO_SHIFT = np.empty(0, np.float32)


@njit(cache=True, nogil=True)
def scale_planes(planes, low, high, scale, shift, out):
    """The planes low … high − 1 of out (B·C, J): planes times the channel's scale (C,), plus its shift, if there is
    one.
    """
    for n in range(low, high):
        factor, source, target = scale[n % len(scale)], planes[n], out[n]
        if len(shift):
            add = shift[n % len(scale)]
            for j in range(len(source)):
                target[j] = source[j] * factor + add
        else:
            for j in range(len(source)):
                target[j] = source[j] * factor


@njit(cache=True, nogil=True)
def clip(inputs, out, ceiling):
    """out = min(max(inputs, 0), ceiling), vectors; NaN stays NaN."""
    for i in range(len(inputs)):
        value = inputs[i]
        value = np.float32(0) if value <= 0 else value
        out[i] = ceiling if value >= ceiling else value


@njit(cache=True, nogil=True)
def clip_back(grad, preactivation, ceiling, h, g, out):
    """out = max(grad, h·grad) · (1 where the preactivation lies between 0 and the ceiling, else g), vectors."""
    for i in range(len(grad)):
        signal, scaled, y = grad[i], h * grad[i], preactivation[i]
        signal = scaled if scaled > signal else signal
        out[i] = signal * (np.float32(1) if (y > 0) & (y < ceiling) else g)


def _build_pool(sources):
    @njit(cache=True, nogil=True)
    def pool_pairs(planes, first, low, high, out, switches):
        """theory.loops.pool_max of 2×2 windows side by side, for the planes low … high − 1."""
        sources  # what it closes over belongs to its name on disk
        width = planes.shape[2]
        for n in range(low, high):
            for r in range(out.shape[1]):
                top, bottom, base = planes[n, 2 * r], planes[n, 2 * r + 1], 2 * r * width
                for q in range(out.shape[2]):
                    best, place = top[2 * q], 0
                    for value, there in ((top[2 * q + 1], 1), (bottom[2 * q], width), (bottom[2 * q + 1], width + 1)):
                        taken = _beats(value, best, first)
                        best, place = (value if taken else best), (there if taken else place)
                    out[n, r, q], switches[n, r, q] = best, base + 2 * q + place

    return pool_pairs


rows_product, columns_product = _build_linear(digest(connected))
pool_pairs = _build_pool(digest(loops))
