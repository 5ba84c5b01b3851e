"""The compiled loops, on raw arrays. Callers check shapes; nothing here does.

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
def gather(phases, width, stride, padding, out):
    """Copy every window of an image into out (C, kh, kw, rows, columns), zeros where there is padding.

    phases (C, H, stride, ⌈W/stride⌉) holds the image's columns by their remainder: a step from window to window is a
    step of one in memory, and the inner loop a copy. A padding below 0 leaves out rows or columns of the image.
    """
    channels, height = phases.shape[:2]
    _, kernel_rows, kernel_columns, rows, columns = out.shape
    for c in range(channels):
        for a in range(kernel_rows):
            top, bottom = _inside(a, stride[0], padding[0], height, rows)
            for b in range(kernel_columns):
                left, right = _inside(b, stride[1], padding[1], width, columns)
                shift, phase = divmod(b - padding[1], stride[1])
                out[c, a, b, :top] = 0
                out[c, a, b, bottom:] = 0
                for r in range(top, bottom):
                    source = phases[c, r * stride[0] - padding[0] + a, phase, left + shift : right + shift]
                    target = out[c, a, b, r]
                    target[:left] = 0
                    target[right:] = 0
                    for q in range(right - left):
                        target[left + q] = source[q]


@njit(cache=True, nogil=True)
def scatter(windows, width, stride, padding, phases):
    """Add every window of windows (C, kh, kw, rows, columns) to its place in phases: gather's adjoint."""
    channels, height = phases.shape[:2]
    _, kernel_rows, kernel_columns, rows, columns = windows.shape
    for c in range(channels):
        for a in range(kernel_rows):
            top, bottom = _inside(a, stride[0], padding[0], height, rows)
            for b in range(kernel_columns):
                left, right = _inside(b, stride[1], padding[1], width, columns)
                shift, phase = divmod(b - padding[1], stride[1])
                for r in range(top, bottom):
                    source = windows[c, a, b, r, left:right]
                    target = phases[c, r * stride[0] - padding[0] + a, phase, left + shift : right + shift]
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
    best, place = np.empty((height, columns), planes.dtype), np.empty((height, columns), np.int64)
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


@njit(cache=True, nogil=True)
def _shifted_products(u, v, w, down, across):
    """Σ u·u⁺, Σ v·v⁺ and Σ w·w⁺ for windows (kh, kw, C), ⁺ being `down` ≥ 0 rows and `across` columns further on."""
    uu = vv = ww = 0.0
    for a in range(u.shape[0] - down):
        for b in range(max(0, -across), min(u.shape[1], u.shape[1] - across)):
            for c in range(u.shape[2]):
                uu += u[a, b, c] * u[a + down, b + across, c]
                vv += v[a, b, c] * v[a + down, b + across, c]
                ww += w[a, b, c] * w[a + down, b + across, c]
    return uu, vv, ww


@njit(cache=True, nogil=True)
def overlap_trace(units, stride):
    """Σ over ordered pairs j ≠ l of tr(D_jᵀ B_jl D_l)·2π, B_jl the two-direction second moment at unit scale.

    units (rows, columns, kh, kw, C) holds the unit windows. Only windows that overlap enter. With S = D_l D_jᵀ the
    trace of a pair is tr(B S) (the part of B along the identity has no trace off the diagonal), and with δ = v − u, τ =
    u + v, cos θ = 1 − |δ|²/2 = |τ|²/2 − 1, sin θ = |δ||τ|/2 it equals both forms below, the first of which keeps its
    digits near θ = 0 and the second near θ = π:

        [½|δ|² (uᵀSu + vᵀSv) − δᵀSδ] / sin θ  =  [τᵀSτ − ½|τ|² (uᵀSu + vᵀSv)] / sin θ

    Zero windows and padding need no care: each product has a factor that lies on the shared pixel or further out.
    """
    rows, columns, kernel_rows, kernel_columns, channels = units.shape
    reach_rows, reach_columns = (kernel_rows - 1) // stride[0], (kernel_columns - 1) // stride[1]
    near = np.empty((kernel_rows, kernel_columns, channels))
    total = 0.0
    for row_step in range(0, reach_rows + 1):
        for column_step in range(-reach_columns if row_step else 1, reach_columns + 1):
            down, across = row_step * stride[0], column_step * stride[1]
            subtotal = 0.0
            for r in range(rows - row_step):
                for q in range(max(0, -column_step), min(columns, columns - column_step)):
                    u, v = units[r, q], units[r + row_step, q + column_step]
                    apart = together = 0.0
                    for a in range(kernel_rows):
                        for b in range(kernel_columns):
                            for c in range(channels):
                                apart += (v[a, b, c] - u[a, b, c]) ** 2
                                together += (v[a, b, c] + u[a, b, c]) ** 2
                    sine = 0.5 * np.sqrt(apart * together)
                    if sine == 0.0:  # θ = 0 or π: the rank-two part is 0
                        continue
                    sign = 1.0 if apart <= together else -1.0
                    for a in range(kernel_rows):
                        for b in range(kernel_columns):
                            for c in range(channels):
                                near[a, b, c] = v[a, b, c] - sign * u[a, b, c]
                    uu, vv, nn = _shifted_products(u, v, near, down, across)
                    subtotal += sign * (0.5 * min(apart, together) * (uu + vv) - nn) / sine
            total += subtotal
    return 2.0 * total
