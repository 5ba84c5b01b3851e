"""The compiled loops over windows, on raw arrays. Callers check shapes; nothing here does.

A window's entries are ordered (channel, row, column), as in a filter; windows are ordered by row, then column.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _inside(offset, stride, padding, length, count):
    """The range of windows, of `count`, whose entry at `offset` is a real pixel of an axis of `length`."""
    first = max(0, -((offset - padding) // stride))
    last = min(count, (length - 1 + padding - offset) // stride + 1)
    return first, max(first, last)


@njit(cache=True, nogil=True)
def gather(phases, width, stride, padding, dilation, out):
    """Copy every window of an image into out (C, kh, kw, rows, columns), zeros where there is padding.

    phases (C, H, stride, ⌈W/stride⌉) holds the image's columns by their remainder: a step from window to window is a
    step of one in memory, and the inner loop a copy. A padding below 0 leaves out rows or columns of the image.
    """
    channels, height = phases.shape[:2]
    _, kernel_rows, kernel_columns, rows, columns = out.shape
    for c in range(channels):
        for a in range(kernel_rows):
            top, bottom = _inside(a * dilation[0], stride[0], padding[0], height, rows)
            for b in range(kernel_columns):
                left, right = _inside(b * dilation[1], stride[1], padding[1], width, columns)
                shift, phase = divmod(b * dilation[1] - padding[1], stride[1])
                out[c, a, b, :top] = 0
                out[c, a, b, bottom:] = 0
                for r in range(top, bottom):
                    row = r * stride[0] - padding[0] + a * dilation[0]
                    source = phases[c, row, phase, left + shift : right + shift]
                    target = out[c, a, b, r]
                    target[:left] = 0
                    target[right:] = 0
                    for q in range(right - left):
                        target[left + q] = source[q]


@njit(cache=True, nogil=True)
def scatter(windows, width, stride, padding, dilation, phases):
    """Add every window of windows (C, kh, kw, rows, columns) to its place in phases: gather's adjoint."""
    channels, height = phases.shape[:2]
    _, kernel_rows, kernel_columns, rows, columns = windows.shape
    for c in range(channels):
        for a in range(kernel_rows):
            top, bottom = _inside(a * dilation[0], stride[0], padding[0], height, rows)
            for b in range(kernel_columns):
                left, right = _inside(b * dilation[1], stride[1], padding[1], width, columns)
                shift, phase = divmod(b * dilation[1] - padding[1], stride[1])
                for r in range(top, bottom):
                    source = windows[c, a, b, r, left:right]
                    row = r * stride[0] - padding[0] + a * dilation[0]
                    target = phases[c, row, phase, left + shift : right + shift]
                    for q in range(right - left):
                        target[q] += source[q]


@njit(inline="always")
def _beats(value, best, first):
    """Whether `value`, met after `best`, takes its place: & and |, not `and` and `or`, so that no branch hangs on a
    pixel.
    """
    larger = (value > best) | (value != value) | ((value == best) & (not first))
    return larger & (best == best)


@njit(cache=True, nogil=True)
def pool_max(planes, size, stride, padding, first, out, switches):
    """Maximum of every window of planes (B, H, W) into out (B, rows, columns), and its flat place into switches.

    Padding takes no part. Among equal maxima the first place in reading order wins, or the last if `first` is false.
    The first NaN wins. Each row is pooled on its own, and then the rows: what overlapping windows share is done once.
    """
    batch, height, width = planes.shape
    rows, columns = out.shape[1:]
    best, place = np.empty((height, columns), planes.dtype), np.empty((height, columns), switches.dtype)
    for n in range(batch):
        for y in range(height):
            for q in range(columns):
                left = max(q * stride[1] - padding[1], 0)
                most, where = planes[n, y, left], left
                for x in range(left + 1, min(q * stride[1] - padding[1] + size[1], width)):
                    taken = _beats(planes[n, y, x], most, first)
                    most = planes[n, y, x] if taken else most
                    where = x if taken else where
                best[y, q], place[y, q] = most, y * width + where
        for r in range(rows):
            top = max(r * stride[0] - padding[0], 0)
            out[n, r], switches[n, r] = best[top], place[top]
            for y in range(top + 1, min(r * stride[0] - padding[0] + size[0], height)):
                for q in range(columns):
                    taken = _beats(best[y, q], out[n, r, q], first)
                    out[n, r, q] = best[y, q] if taken else out[n, r, q]
                    switches[n, r, q] = place[y, q] if taken else switches[n, r, q]


@njit(cache=True, nogil=True)
def unpool(grad, switches, out):
    """Add grad (B, windows) to out (B, H·W) at the places in switches: pool_max's adjoint, DeconvNet's unpooling."""
    for n in range(grad.shape[0]):
        for r in range(grad.shape[1]):
            out[n, switches[n, r]] += grad[n, r]
