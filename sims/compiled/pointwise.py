"""Convolutions of single pixels: products of a matrix with the channels of every place, no patch of them kept.

The places of all images of a batch follow each other; a panel of them is copied together, so that neighbours in memory
are neighbours in a product.
"""

import numpy as np
from numba import njit

from sims.compiled import lanes, registers
from sims.compiled.lanes import LANES, ROWS, multiply_rows
from sims.compiled.sources import digest

_PAD = 16  # numbers between rows of a panel, so that equal places of all rows do not fall in the same lines of a cache


@njit(nogil=True)
def panel_pitch(places):
    """Numbers from row to row of a panel of so many places."""
    return (places + 31) // 32 * 32 + _PAD


@njit(nogil=True)
def read_panel(images, first, last, panel, pitch):
    """The places first … last − 1 of images (B, C, J), a row a channel."""
    count = images.shape[2]
    place = first
    while place < last:
        image, start = place // count, place % count
        some = min(count - start, last - place)
        for c in range(images.shape[1]):
            target = c * pitch + place - first
            panel[target : target + some] = images[image, c, start : start + some]
        place += some


@njit(nogil=True)
def write_row(row, bias, first, last, channel, out):
    """A row of sums and a bias, in the places first … last − 1 of a channel of out (B, K, J)."""
    count = out.shape[2]
    place = first
    while place < last:
        image, start = place // count, place % count
        some = min(count - start, last - place)
        source, target = row[place - first : place - first + some], out[image, channel, start : start + some]
        for j in range(some):
            target[j] = source[j] + bias
        place += some


def _build(sources):
    @njit(cache=True, nogil=True)
    def pointwise(weight, bias, images, first, last, low, high, room, out):
        """The channels low … high − 1 of out (B, K, J), at the places first … last − 1 of all B·J.

        Channel k is Σ_c weight[k·C + c] images[:, c] + bias[k], of images (B, C, J); bias may be empty. room holds
        (C + ROWS)·panel_pitch(last − first) numbers.
        """
        sources  # what it closes over belongs to its name on disk
        depth, pitch = images.shape[1], panel_pitch(last - first)
        sums = depth * pitch
        read_panel(images, first, last, room, pitch)
        for k in range(low, high, ROWS):
            rows = min(ROWS, high - k)
            for lane in range(0, last - first, LANES):
                multiply_rows(rows, depth, weight, k * depth, room, lane, pitch, room, sums + lane)
            for r in range(rows):
                add = bias[k + r] if len(bias) else np.float32(0)
                begin = sums + r * pitch
                write_row(room[begin : begin + last - first], add, first, last, k + r, out)

    return pointwise


pointwise = _build(digest(registers, lanes))
