"""Every layer, rule and patch operation once more, slowly: loops and if/else straight from the definitions."""

import math
from itertools import product

import numpy as np


def as_pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def starts(length, kernel, stride, padding, ceil=False):
    """The first coordinate, negative inside the padding, of every window that fits an axis.

    With `ceil` windows go on until one reaches the end of the padding, or over it; but each begins before the padding
    behind the image.
    """
    found = [first - padding for first in range(0, length + 2 * padding - kernel + 1, stride)]
    while ceil and found[-1] + kernel < length + padding and found[-1] + stride < length:
        found.append(found[-1] + stride)
    return found


def grid(shape, kernel, stride, padding, ceil=False):
    """How many rows and columns of windows there are."""
    axes = zip(shape[-2:], as_pair(kernel), as_pair(stride), as_pair(padding))
    return tuple(len(starts(*axis, ceil)) for axis in axes)


def windows(shape, kernel, stride=1, padding=0, ceil=False):
    """One list per window, in reading order, of (a, b, y, x): place (a, b) in the window is pixel (y, x)."""
    (rows, columns), (height, width) = as_pair(kernel), shape[-2:]
    tops = starts(height, rows, as_pair(stride)[0], as_pair(padding)[0], ceil)
    lefts = starts(width, columns, as_pair(stride)[1], as_pair(padding)[1], ceil)
    return [
        [
            (a, b, top + a, left + b)
            for a in range(rows)
            for b in range(columns)
            if 0 <= top + a < height and 0 <= left + b < width
        ]
        for top in tops
        for left in lefts
    ]


def convolve(image, weight, bias=None, stride=1, padding=0):
    """z[o, j] = b[o] + Σ_c Σ_ab w[o, c, a, b] x[c, y, x] of an image (C, H, W): (O, rows, columns)."""
    kernel = weight.shape[2:]
    out = np.zeros((len(weight), *grid(image.shape, kernel, stride, padding)))
    for o, filter_ in enumerate(weight):
        for j, places in enumerate(windows(image.shape, kernel, stride, padding)):
            total = 0.0 if bias is None else float(bias[o])
            for a, b, y, x in places:
                for c in range(len(image)):
                    total += float(filter_[c, a, b]) * float(image[c, y, x])
            out[o].flat[j] = total
    return out


def convolve_transposed(grad, weight, shape, stride=1, padding=0):
    """The signal grad (O, rows, columns) sent back along every product of `convolve`: an image of `shape`."""
    out = np.zeros(shape)
    for j, places in enumerate(windows(shape, weight.shape[2:], stride, padding)):
        for a, b, y, x in places:
            for c in range(shape[0]):
                for o, signal in enumerate(grad):
                    out[c, y, x] += float(weight[o, c, a, b]) * float(signal.flat[j])
    return out


def linear(inputs, weight, bias=None):
    """z[o] = b[o] + Σ_i w[o, i] x[i]."""
    offsets = [0.0] * len(weight) if bias is None else [float(entry) for entry in bias]
    return np.array(
        [offset + sum(float(w) * float(x) for w, x in zip(row, inputs)) for row, offset in zip(weight, offsets)]
    )


def max_pool(plane, size, stride, padding, tie, ceil=False):
    """The maximum of every window of a plane (H, W), and the pixel (y, x) it was taken from."""
    values, places = [], []
    for window in windows(plane.shape, size, stride, padding, ceil):
        best = max(plane[y, x] for _, _, y, x in window)
        where = [(y, x) for _, _, y, x in window if plane[y, x] == best]
        values.append(best)
        places.append(where[0] if tie == "first" else where[-1])
    return np.array(values).reshape(grid(plane.shape, size, stride, padding, ceil)), places


def average_pool(plane, size, stride, padding, ceil=False, include_pad=True):
    """The mean of every window of a plane (H, W) over its pixels, or over its places in the padded plane, too."""
    (height, width), (rows, columns) = plane.shape, as_pair(padding)
    padded = [range(-rows, height + rows), range(-columns, width + columns)]
    axes = [starts(*axis, ceil) for axis in zip(plane.shape, size, as_pair(stride), as_pair(padding))]
    means = np.zeros([len(axis) for axis in axes])
    for (r, top), (q, left) in product(*map(enumerate, axes)):
        places = [(y, x) for y in range(top, top + size[0]) for x in range(left, left + size[1])]
        places = [(y, x) for y, x in places if y in padded[0] and x in padded[1]]
        pixels = [plane[y, x] for y, x in places if 0 <= y < height and 0 <= x < width]
        means[r, q] = sum(pixels) / (len(places) if include_pad else len(pixels))
    return means


def adaptive_average(plane, size):
    """The mean of each of size[0] × size[1] windows of a plane, from ⌊i·H/h⌋ to ⌈(i + 1)·H/h⌉."""
    ends = [[(i * n // m, math.ceil((i + 1) * n / m)) for i in range(m)] for n, m in zip(plane.shape, size)]
    return np.array([[plane[a:b, c:d].sum() / ((b - a) * (d - c)) for c, d in ends[1]] for a, b in ends[0]])


def local_response(maps, size, alpha, beta, k):
    """x_c/(k + α/n Σ x²)ᵝ over the n channels from c − ⌊n/2⌋."""
    out = np.zeros_like(maps)
    for c in range(len(maps)):
        near = [maps[j] ** 2 for j in range(c - size // 2, c - size // 2 + size) if 0 <= j < len(maps)]
        out[c] = maps[c] / (k + alpha / size * sum(near)) ** beta
    return out


def unpool(grad, places, shape):
    """Each window's signal added at the pixel its maximum was taken from."""
    out = np.zeros(shape)
    for signal, (y, x) in zip(grad.flat, places):
        out[y, x] += signal
    return out


def relu_backward(rule, signal, preactivation):
    """T for one entry: backpropagation, DeconvNet and guided backpropagation as the papers define them."""
    if rule == "saliency":
        return signal if preactivation > 0 else 0.0
    if rule == "deconvnet":
        return signal if signal > 0 else 0.0
    return signal if signal > 0 and preactivation > 0 else 0.0


def patch_matrices(shape, kernel, stride=1, padding=0):
    """D_j as 0/1 matrices on the flattened image (C, H, W): (J, p, d)."""
    (rows, columns), (channels, height, width) = as_pair(kernel), shape
    places = windows(shape, kernel, stride, padding)
    matrices = np.zeros((len(places), channels * rows * columns, channels * height * width))
    for j, window in enumerate(places):
        for a, b, y, x in window:
            for c in range(channels):
                matrices[j, (c * rows + a) * columns + b, (c * height + y) * width + x] = 1
    return matrices


def three_layer_backward(image, filters, readout, rule, stride=1, padding=0):
    """Lemma 1: Σ_j D_jᵀ Σ_i h(V_ij) w̃_ij for filters (N, C, kh, kw) and one logit's readout (N, J)."""
    total = np.zeros(image.size)
    for j, extract in enumerate(patch_matrices(image.shape, filters.shape[2:], stride, padding)):
        patch = extract @ image.ravel()
        for i, filter_ in enumerate(filters):
            weight = relu_backward(rule, readout[i, j], filter_.ravel() @ patch)
            total += extract.T @ (weight * filter_.ravel())
    return total.reshape(image.shape)
