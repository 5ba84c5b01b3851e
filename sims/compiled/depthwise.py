"""Depthwise convolutions: a channel is convolved with a filter of its own.

The padded rows of an image follow each other without a gap, so that a tap is a distance in memory, whatever row a place
is in. With a stride, the pixel (Y, X) of the padded image lies in phase (Y mod stride, X mod stride), at (⌊Y/stride⌋,
⌊X/stride⌋); then neighbouring windows are neighbours in memory, too. On the way back every phase of the image is a
convolution of the signal with the taps that meet it.
"""

import numpy as np
from numba import njit

from sims.compiled import lanes, registers, winograd
from sims.compiled.lanes import STRETCH, tap_adder
from sims.compiled.sources import digest
from sims.compiled.winograd import read_line

BAND = 4096  # numbers of a band of rows: what a first-level cache holds twice
_VECTOR = 16
_add_stretch, _add_vector = tap_adder(STRETCH), tap_adder(_VECTOR)


@njit(nogil=True)
def add_taps(count, offsets, taps, first, room, target, places):
    """room[target + i] = Σ taps[t] room[i + offsets[t]] over first ≤ t < first + count, for i < places and beyond."""
    whole = places // STRETCH * STRETCH
    if not count:
        room[target : target + places] = 0
        return
    for i in range(0, whole, STRETCH):
        _add_stretch(count, offsets, first, taps, first, room, i, room, target + i)
    for i in range(whole, places, _VECTOR):
        _add_vector(count, offsets, first, taps, first, room, i, room, target + i)


@njit(nogil=True)
def steps(length, padding, stride):
    """How many places of a phase there are along an axis of the padded image."""
    return (length + 2 * padding + stride - 1) // stride


@njit(nogil=True)
def inside(phase, padding, stride, length):
    """The places, first and last + 1, of a phase that are pixels of an axis of `length`, and not padding."""
    first = max(0, (padding - phase + stride - 1) // stride)
    return first, max(first, (length + padding - phase + stride - 1) // stride)


@njit(nogil=True)
def read_row(row, padding, stride, room, begin, pitch, across):
    """A row of pixels in its phases, `across` numbers each and a pitch apart, zeros where there is padding."""
    if stride == 1:
        read_line(row, padding, False, room[begin : begin + across])
        return
    for phase in range(stride):
        first, last = inside(phase, padding, stride, len(row))
        target = room[begin + phase * pitch : begin + phase * pitch + across]
        target[:first] = 0
        target[last:] = 0
        source, chosen = row[stride * first + phase - padding :], target[first:last]
        if stride == 2:
            for n in range(len(chosen)):
                chosen[n] = source[np.uintp(2 * n)]
        else:
            for n in range(len(chosen)):
                chosen[n] = source[np.uintp(stride * n)]


@njit(nogil=True)
def write_row(line, phase, padding, stride, row):
    """The pixels of a row that lie in a phase."""
    if stride == 1:
        row[:] = line[padding : padding + len(row)]
        return
    first, last = inside(phase, padding, stride, len(row))
    target, chosen = row[stride * first + phase - padding :], line[first:last]
    if stride == 2:
        for n in range(len(chosen)):
            target[np.uintp(2 * n)] = chosen[n]
    else:
        for n in range(len(chosen)):
            target[np.uintp(stride * n)] = chosen[n]


@njit(nogil=True)
def rows_of_band(rows, across, phases):
    """The rows of a band: a few at least, so that those which two bands share are not most of them."""
    return min(rows, max(4, BAND // (across * phases)))


@njit(nogil=True)
def forward_parts(rows, width, kernel, stride, padding, dilation):
    """Of the way forward: numbers across, rows of a band, size of a phase, begin of the sums, size of the room."""
    across = steps(width, padding[1], stride[1])
    band = rows_of_band(rows, across, stride[0] * stride[1])
    phase = (band + dilation[0] * (kernel[0] - 1) // stride[0]) * across
    sums = stride[0] * stride[1] * phase + STRETCH
    return across, band, phase, sums, sums + band * across + STRETCH


@njit(nogil=True)
def back_parts(height, width, kernel, stride, padding, dilation):
    """Of the way back: numbers across, rows of a band, begin of the sums, size of the room."""
    across = steps(width, padding[1], stride[1]) + dilation[1] * (kernel[1] - 1) // stride[1]
    band = rows_of_band(steps(height, padding[0], stride[0]), across, 1)
    sums = (band + dilation[0] * (kernel[0] - 1) // stride[0]) * across + STRETCH
    return across, band, sums, sums + band * across + STRETCH


def _build_forward(sources):
    @njit(cache=True, nogil=True)
    def depthwise(planes, low, high, weight, bias, stride, padding, dilation, room, out):
        """The planes low … high − 1 of out (B·C, rows, columns), from planes (B·C, H, W) and weight (C, kh, kw).

        bias (C,) may be empty; room is of the size that forward_parts gives.
        """
        sources  # what it closes over belongs to its name on disk
        channels, kh, kw = weight.shape
        height, width = planes.shape[1:]
        rows, columns = out.shape[1:]
        across, band, size, sums, _ = forward_parts(rows, width, (kh, kw), stride, padding, dilation)
        offsets = np.empty(kh * kw, np.int64)
        for a in range(kh):
            for b in range(kw):
                y, x = a * dilation[0], b * dilation[1]
                phase = y % stride[0] * stride[1] + x % stride[1]
                offsets[a * kw + b] = phase * size + y // stride[0] * across + x // stride[1]
        for n in range(low, high):
            taps = weight[n % channels].reshape(-1)
            add = bias[n % channels] if len(bias) else np.float32(0)
            for first in range(0, rows, band):
                last = min(first + band, rows)
                for line in range((last - first - 1) * stride[0] + dilation[0] * (kh - 1) + 1):
                    y = first * stride[0] + line - padding[0]
                    begin = line % stride[0] * stride[1] * size + line // stride[0] * across
                    if 0 <= y < height:
                        read_row(planes[n, y], padding[1], stride[1], room, begin, size, across)
                    else:
                        for phase in range(stride[1]):
                            room[begin + phase * size : begin + phase * size + across] = 0
                add_taps(kh * kw, offsets, taps, 0, room, sums, (last - first) * across)
                for r in range(first, last):
                    begin = sums + (r - first) * across
                    source, target = room[begin : begin + columns], out[n, r]
                    for q in range(columns):
                        target[q] = source[q] + add

    return depthwise


@njit(nogil=True)
def taps_by_phase(kernel, stride, dilation, across):
    """The taps of a filter, by the phase of the image that they meet: places, offsets in the signal, starts."""
    kh, kw = kernel
    down, right = dilation[0] * (kh - 1) // stride[0], dilation[1] * (kw - 1) // stride[1]
    places, offsets = np.empty(kh * kw, np.int64), np.empty(kh * kw, np.int64)
    starts, t = np.empty(stride[0] * stride[1] + 1, np.int64), 0
    for phase in range(stride[0] * stride[1]):
        starts[phase] = t
        for a in range(kh):
            for b in range(kw):
                y, x = a * dilation[0], b * dilation[1]
                if y % stride[0] * stride[1] + x % stride[1] == phase:
                    places[t] = a * kw + b
                    offsets[t] = (down - y // stride[0]) * across + right - x // stride[1]
                    t += 1
    starts[-1] = t
    return places, offsets, starts


def _build_back(sources):
    @njit(cache=True, nogil=True)
    def depthwise_back(signals, low, high, weight, stride, padding, dilation, room, out):
        """The planes low … high − 1 of out (B·C, H, W): depthwise's adjoint on signals (B·C, rows, columns).

        room is of the size that back_parts gives.
        """
        sources
        channels, kh, kw = weight.shape
        height, width = out.shape[1:]
        rows = signals.shape[1]
        across, band, sums, _ = back_parts(height, width, (kh, kw), stride, padding, dilation)
        places, offsets, starts = taps_by_phase((kh, kw), stride, dilation, across)
        down, right = dilation[0] * (kh - 1) // stride[0], dilation[1] * (kw - 1) // stride[1]
        taps, end = np.empty(kh * kw, np.float32), steps(height, padding[0], stride[0])
        for n in range(low, high):
            filters = weight[n % channels].reshape(-1)
            for t in range(kh * kw):
                taps[t] = filters[places[t]]
            for first in range(0, end, band):
                last = min(first + band, end)
                for line in range(last - first + down):
                    r, begin = first + line - down, line * across
                    if 0 <= r < rows:
                        read_line(signals[n, r], right, False, room[begin : begin + across])
                    else:
                        room[begin : begin + across] = 0
                for phase in range(stride[0] * stride[1]):
                    t = starts[phase]
                    add_taps(starts[phase + 1] - t, offsets, taps, t, room, sums, (last - first) * across)
                    for m in range(first, last):
                        y = stride[0] * m + phase // stride[1] - padding[0]
                        if 0 <= y < height:
                            begin = sums + (m - first) * across
                            line = room[begin : begin + across]
                            write_row(line, phase % stride[1], padding[1], stride[1], out[n, y])

    return depthwise_back


_SOURCES = digest(registers, lanes, winograd)
depthwise, depthwise_back = _build_forward(_SOURCES), _build_back(_SOURCES)
