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
            source, row = images[image, c, start : start + some], panel[target : target + some]
            for j in range(some):
                row[j] = source[j]
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


@njit(nogil=True)
def room_size(depth, panel):
    """Numbers of the room for panels of at most so many places."""
    return (depth + ROWS) * panel_pitch(panel)


def _build(sources):
    @njit(cache=True, nogil=True)
    def pointwise(weight, bias, images, begin, end, low, high, panel, room, out):
        """The channels low … high − 1 of out (B, K, J), at the places begin … end − 1 of all B·J.

        Channel k is Σ_c weight[k·C + c] images[:, c] + bias[k], of images (B, C, J); bias may be empty. `panel` places
        are taken at a time; room is of the size that room_size says.
        """
        sources  # what it closes over belongs to its name on disk
        depth, pitch = images.shape[1], panel_pitch(panel)
        sums = depth * pitch
        for first in range(begin, end, panel):
            last = min(first + panel, end)
            read_panel(images, first, last, room, pitch)
            for k in range(low, high, ROWS):
                rows = min(ROWS, high - k)
                for lane in range(0, last - first, LANES):
                    multiply_rows(rows, depth, weight, k * depth, room, lane, pitch, room, sums + lane)
                for r in range(rows):
                    add = bias[k + r] if len(bias) else np.float32(0)
                    row = room[sums + r * pitch : sums + r * pitch + last - first]
                    write_row(row, add, first, last, k + r, out)

    return pointwise


pointwise = _build(digest(registers, lanes))
