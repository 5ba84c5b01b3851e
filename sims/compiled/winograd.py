"""3×3 convolutions of stride 1 with fewer multiplications (Winograd 1980; Lavin & Gray 2016), for many channels.

m × m outputs of a tile are computed from its values at (m + 2)² points, where a product of channels replaces the
convolution: m = 4 takes a quarter of the products, m = 2 four ninths. The points ±¾ and ±3/2 lose less than the usual
±1 and ±2 at m = 4: half as much, and all the image's and the outputs' factors are exact in float32.

A tile's pixel (a, b) lies in phase (a mod m, b mod m) of the image; then neighbouring tiles are neighbours in memory,
and go through vector registers 16 at a time. Each row of tiles ends with one that reaches beyond the image and is
dropped, so that rows of tiles follow each other without a gap.

The way back, to the inputs, is the convolution of the mirrored signal by the transposed filters, mirrored: it takes
the same values of the filters.
"""

import numpy as np
from numba import njit

from sims.compiled import registers, tiles
from sims.compiled.sources import digest
from sims.compiled.tiles import BLOCK, LANES, ROWS, TILES, enter, evaluate, leave, merger, multiplier, splitter

POINTS = {2: (0.0, 1.0, -1.0), 4: (0.0, 0.75, -0.75, 1.5, -1.5)}  # and infinity
_PAD = 32  # numbers between planes, so that equal places of all planes do not fall in the same lines of a cache
_VECTOR = 16


def input_matrix(points):
    """(n + 1, n + 1) for n points: row p the coefficients of Π_{q ≠ p}(x − q), lowest first; at infinity, of all."""
    others = [[q for q in points if q != p] for p in points] + [points]
    return [[*np.poly(roots)[::-1], *[0.0] * (len(points) - len(roots))] for roots in others]


def filter_matrix(points):
    """(n + 1, 3): the filter's values, over the size of the inputs' polynomial; at infinity, its last tap."""
    sizes = [np.prod([p - q for q in points if q != p]) for p in points]
    return [[p**k / size for k in range(3)] for p, size in zip(points, sizes)] + [[0.0, 0.0, 1.0]]


def output_matrix(points):
    """(m, n + 1): powers of the points; infinity enters the last output alone."""
    outputs = len(points) - 1
    return [[*(p**k for p in points), float(k == outputs - 1)] for k in range(outputs)]


_enter = enter({m: input_matrix(points) for m, points in POINTS.items()})
_evaluate = evaluate({m: filter_matrix(points) for m, points in POINTS.items()})
_leave = leave({m: output_matrix(points) for m, points in POINTS.items()})
_split, _merge = splitter(POINTS), merger(POINTS)
_multiply, _multiply_transposed = multiplier(BLOCK, 1), multiplier(1, BLOCK)


@njit(nogil=True)
def pitch(channels, lanes):
    """Numbers from plane to plane, of so many channels and lanes."""
    return channels * lanes + _PAD


@njit(nogil=True)
def rounded(count, multiple):
    return (count + multiple - 1) // multiple * multiple


@njit(nogil=True)
def room_parts(m, inputs, outputs, lanes, width):
    """Where the parts of a job's room begin, and its size: values, products, phases, outputs' phases, a line.

    width is the number of tiles in a row, with the one that is dropped.
    """
    points = (m + 2) * (m + 2)
    phase = lanes + width + 2 * _VECTOR
    values = 0
    products = values + points * pitch(inputs, lanes)
    phases = products + points * pitch(outputs, lanes)
    folded = phases + m * m * phase
    line = folded + m * m * phase
    return values, products, phases, folded, line, phase, line + m * rounded(width + _VECTOR, _VECTOR)


@njit(nogil=True)
def copy(source, mirrored, target):
    """source, mirrored or not, into target; indices without a sign need no test for one, and go 16 at a time."""
    last = len(source) - 1
    if mirrored:
        for x in range(len(source)):
            target[x] = source[np.uintp(last - x)]
    else:
        for x in range(len(source)):
            target[x] = source[x]


@njit(nogil=True)
def read_line(row, shift, mirrored, line):
    """A row of pixels, mirrored or not, into line from place `shift` on, zeros around it."""
    left, right = min(max(shift, 0), len(line)), max(min(len(row) + shift, len(line)), 0)
    line[:left] = 0
    line[right:] = 0
    first, last = left - shift, right - shift
    source = row[len(row) - last : len(row) - first] if mirrored else row[first:last]
    copy(source, mirrored, line[left:right])


@njit(nogil=True)
def read_phases(m, channel, padding, mirrored, first, last, width, room, phases, pitch, line):
    """The phases of the rows of pixels that the rows of tiles `first` … `last` − 1 take from channel (H, W)."""
    height = len(channel)
    for y in range(m * (last - first) + 2):
        row, target = m * first + y - padding[0], phases + y % m * m * pitch + y // m * width
        if 0 <= row < height:
            source = channel[height - 1 - row] if mirrored else channel[row]
            read_line(source, padding[1], mirrored, room[line : line + m * width])
            for t in range(0, width, _VECTOR):
                _split(m, room, line + m * t, room, target + t, pitch)
        else:
            for b in range(m):
                room[target + b * pitch : target + b * pitch + width] = 0


@njit(nogil=True)
def write_phases(m, bias, mirrored, first, last, width, room, folded, pitch, line, out):
    """The rows of out (H, W) that the rows of tiles `first` … `last` − 1 hold, from their phases."""
    height, columns = out.shape
    for y in range(m * first, min(m * last, height)):
        source = folded + y % m * m * pitch + (y // m - first) * width
        for t in range(0, width, _VECTOR):
            _merge(m, room, source + t, pitch, room, line + m * t)
        found = room[line : line + columns]
        if bias != 0:
            found += bias
        copy(found, mirrored, out[height - 1 - y] if mirrored else out[y])


@njit(nogil=True)
def multiply_channels(m, filters, blocks, transposed, first, last, lanes, inputs, room, values, products):
    """The products of the channels `first` … `last` − 1, at all points and tiles."""
    plane = pitch(blocks[0] * BLOCK, blocks[1] * BLOCK)
    for point in range((m + 2) * (m + 2)):
        source, target = values + point * pitch(inputs, lanes), products + point * pitch(last - first, lanes)
        for row in range(first, last, ROWS):
            block, part = divmod(row, BLOCK)
            for lane in range(lanes // LANES):
                i = source + lane * inputs * LANES
                o = target + (lane * (last - first) + row - first) * LANES
                if transposed:
                    f = point * plane + block * BLOCK * BLOCK + part
                    _multiply_transposed(blocks[0], blocks[1] * BLOCK * BLOCK, filters, f, room, i, room, o)
                else:
                    f = point * plane + block * blocks[1] * BLOCK * BLOCK + part * BLOCK
                    _multiply(blocks[1], BLOCK * BLOCK, filters, f, room, i, room, o)


def _build_convolve(sources):
    @njit(cache=True, nogil=True)
    def convolve(m, image, padding, filters, blocks, transposed, bias, first, last, low, high, room, out):
        """The outputs of the rows of tiles `first` … `last` − 1 in the channels `low` … `high` − 1 of out.

        image (C, H, W), out (K, rows, columns), bias (K,) or (0,); filters as transform_filters leaves them, in
        `blocks` (outputs, inputs). If `transposed`, image is a signal at the outputs, and out one at the inputs.
        `low` and `high` are multiples of ROWS; what is beyond the channels of image and out is 0, and dropped.
        """
        sources  # what it closes over belongs to its name on disk
        inputs, outputs, width = rounded(len(image), BLOCK), high - low, (out.shape[2] + m - 1) // m + 1
        lanes = rounded((last - first) * width, TILES)
        values, products, phases, folded, line, phase, _ = room_parts(m, inputs, outputs, lanes, width)
        for channel in range(inputs):
            if channel < len(image):
                read_phases(m, image[channel], padding, transposed, first, last, width, room, phases, phase, line)
            else:
                room[phases : phases + m * m * phase] = 0
            for lane in range(0, lanes, _VECTOR):
                place = values + (lane // LANES * inputs + channel) * LANES + lane % LANES
                _enter(m, room, phases + lane, phase, width, room, place, pitch(inputs, lanes))
        multiply_channels(m, filters, blocks, transposed, low, high, lanes, inputs, room, values, products)
        for channel in range(min(outputs, len(out) - low)):
            for lane in range(0, lanes, _VECTOR):
                place = products + (lane // LANES * outputs + channel) * LANES + lane % LANES
                _leave(m, room, place, pitch(outputs, lanes), room, folded + lane, phase)
            add = bias[low + channel] if len(bias) else np.float32(0)
            write_phases(m, add, transposed, first, last, width, room, folded, phase, line, out[low + channel])

    return convolve


@njit(nogil=True)
def read_taps(weight, k, first, taps):
    """The taps (9, BLOCK) of BLOCK inputs to output k, from input `first` on; 0 where there is none."""
    taps[:] = 0
    if k < len(weight):
        for c in range(min(BLOCK, weight.shape[1] - first)):
            for tap in range(9):
                taps[tap * BLOCK + c] = weight[k, first + c, tap]


def _build_transform(sources):
    @njit(cache=True, nogil=True)
    def transform_filters(m, weight, block, out):
        """The values of a block of filters of weight (K, C, 9), in their places in out.

        out is flat, planes of (blocks of K, blocks of C, BLOCK, BLOCK), a pitch apart; 0 where there is no filter.
        """
        sources  # what it closes over belongs to its name on disk
        outputs, inputs = rounded(len(weight), BLOCK), rounded(weight.shape[1], BLOCK)
        taps = np.empty(9 * BLOCK, np.float32)
        for k in range(block * BLOCK, (block + 1) * BLOCK):
            for first in range(0, inputs, BLOCK):
                read_taps(weight, k, first, taps)
                place = (block * inputs + first) * BLOCK + k % BLOCK * BLOCK
                _evaluate(m, taps, 0, out, place, pitch(outputs, inputs))

    return transform_filters


convolve = _build_convolve(digest(registers, tiles))
transform_filters = _build_transform(digest(registers, tiles))
