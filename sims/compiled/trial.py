"""Trials of a three-layer network: forward, readout, backward rule and fold, one tile of windows at a time.

A tile's preactivations and readout weights stay in the second-level cache, and nothing of the size of the feature map
is ever stored. Filters go through in panels of LANES, windows in tiles of ROWS groups or more (see convolution).
"""

from collections import namedtuple

import numpy as np
from numba import njit

from sims.compiled import convolution, registers
from sims.compiled.convolution import OUTPUTS, POINTS, combination
from sims.compiled.registers import LANES, ROWS, add_multiple, combiner, multiply, positive, rows_adder
from sims.compiled.sources import digest
from sims.random import counter_based
from sims.random.counter_based import fill_pairs, scratch_words

# What the trials at one image share, mostly of a Convolution; rows and columns are (outputs, points) of its axes
Plan = namedtuple(
    "Plan",
    "inputs starts rows columns places corners lanes value_starts value_columns value_factors order run shape padding",
)
# Room for one trial at a time, flat arrays; make_room says their shapes
Room = namedtuple(
    "Room", "words turned weights values products halves outputs readout readout_starts active patches pictures mixed"
)

_BLOCK = ROWS * LANES
_APART = 8  # slots that are folded one after the other: nearer ones overlap, and would wait for each other's sums
_combine = combiner({(m, n): combination(m, n).tolist() for m in OUTPUTS[1:] for n in range(m, len(POINTS) + 1)})
_add_160, _add_64, _add_16 = rows_adder(10), rows_adder(4), rows_adder(1)


@njit(nogil=True)
def aligned(count):
    """float32 zeros that begin at a multiple of a cache line."""
    raw = np.zeros(count + 16, np.float32)
    shift = -(raw.ctypes.data // 4) % 16
    return raw[shift : shift + count]


@njit(nogil=True)
def make_room(plan, filters, pictures):
    """Room for the trials of a network with so many filters and pictures."""
    panels, slots, products = -(-filters // LANES), plan.places.shape[1], plan.inputs.shape[2]
    (rows, row_points), (_, column_points) = plan.rows, plan.columns
    channels, height, width = plan.shape
    entries = -(-len(plan.order) // 16) * 16
    padded = (height + 2 * plan.padding[0]) * (width + 2 * plan.padding[1]) * channels
    return Room(
        words=scratch_words(),
        turned=aligned(len(plan.order) * LANES),  # (p, LANES)
        weights=aligned(panels * LANES * entries),  # (panels, LANES, entries)
        values=aligned(panels * products * LANES),  # (panels, products, LANES)
        products=aligned(row_points * _BLOCK),  # (row points, ROWS, LANES)
        halves=aligned(rows * column_points * _BLOCK),  # (rows, column points, ROWS, LANES)
        outputs=aligned(panels * slots * LANES),  # (panels, blocks, rows, columns, ROWS, LANES)
        readout=aligned(slots * (filters + 18) + LANES),
        readout_starts=np.zeros(slots, np.int64),
        active=np.zeros(slots, np.uint32),
        patches=aligned(slots * entries),  # (slots, entries)
        pictures=aligned(pictures * padded),  # (pictures, padded height, padded width, C)
        mixed=aligned(padded),
    )


@njit(nogil=True, forceinline=True)
def set_filters(plan, filters, room):
    """The filters (N, p) in panels: as rows in the order in which patches are folded, and as values at the points.

    Lanes beyond N keep what they hold: their rows of weights are 0.
    """
    turned, weights, values, order = room.turned, room.weights, room.values, plan.order
    count, size = filters.shape
    entries, products = -(-size // 16) * 16, plan.inputs.shape[2]
    for panel in range(-(-count // LANES)):
        first = panel * LANES
        for lane in range(min(LANES, count - first)):
            for k in range(size):
                weights[(first + lane) * entries + k] = filters[first + lane, order[k]]
                turned[k * LANES + lane] = filters[first + lane, k]
        for product in range(products):
            target = (panel * products + product) * LANES
            for lane in range(target, target + LANES):
                values[lane] = 0
            for term in range(plan.value_starts[product], plan.value_starts[product + 1]):
                add_multiple(LANES, plan.value_factors[term], turned, plan.value_columns[term] * LANES, values, target)


@njit(nogil=True, forceinline=True)
def preactivations(plan, tile, bias, room):
    """Y of a tile."""
    flat, (_, blocks, products, _) = plan.inputs.reshape(plan.inputs.size), plan.inputs.shape
    per_panel = len(plan.lanes) * LANES
    for panel in range(len(room.outputs) // per_panel):
        for block in range(blocks):
            inputs, values = (tile * blocks + block) * products * ROWS, panel * products * LANES
            out = panel * per_panel + block * per_panel // blocks
            convolve(
                plan.starts,
                plan.rows,
                plan.columns,
                flat,
                inputs,
                room.values,
                values,
                room.products,
                room.halves,
                room.outputs,
                out,
            )
        if len(bias):
            add_bias(bias, panel * LANES, room.outputs, panel * per_panel, per_panel)


@njit(nogil=True)
def convolve(starts, row_axis, column_axis, inputs, i0, values, v0, products, halves, outputs, out):
    """The sums of a block of groups with a panel of filters: (rows, columns, ROWS, LANES) of outputs from `out` on."""
    (rows, row_points), (columns, column_points) = row_axis, column_axis
    partial, first = (outputs, out) if columns == 1 else (halves, 0)
    for w in range(column_points):
        for v in range(row_points):
            start = starts[w * row_points + v]
            depth, i, k = starts[w * row_points + v + 1] - start, i0 + start * ROWS, v0 + start * LANES
            if rows == 1:
                multiply(depth, inputs, i, values, k, partial, first + w * _BLOCK)
            else:
                multiply(depth, inputs, i, values, k, products, v * _BLOCK)
        if rows > 1:
            _combine(rows, row_points, products, 0, partial, first + w * _BLOCK, column_points * _BLOCK)
    if columns > 1:
        for o in range(rows):
            half, row = o * column_points * _BLOCK, out + o * columns * _BLOCK
            _combine(columns, column_points, halves, half, outputs, row, _BLOCK)


@njit(nogil=True)
def add_bias(bias, first, outputs, start, size):
    """Add the biases of a panel, from `first` on, to its preactivations (size/LANES, LANES)."""
    for lane in range(min(LANES, len(bias) - first)):
        for place in range(start + lane, start + size, LANES):
            outputs[place] += bias[first + lane]


@njit(nogil=True)
def draw_readout(key, scale, places, filters, words, readout, starts):
    """V of a tile: window j's weights begin at address j·filters of the key; windows in a row are drawn together."""
    filled = slot = 0
    while slot < len(places):
        first, begin = places[slot], slot
        slot += 1
        if first < 0:
            continue
        while slot < len(places) and places[slot] == first + slot - begin:
            slot += 1
        address, odd = first * filters, first * filters & 1
        count = (odd + (slot - begin) * filters + 1) // 2 * 2
        fill_pairs(key, address // 2, scale, words, readout[filled : filled + count])
        for s in range(begin, slot):
            starts[s] = filled + odd + (s - begin) * filters
        filled += (count + 15) & ~15


@njit(nogil=True)
def back_product(part, places, lanes, filters, entries, room):
    """WᵀV of a tile over part 2·(y ≤ 0) + (V ≤ 0) of its filters: room.patches. On a part, rules are factors."""
    patches, active, starts = room.patches, room.active, room.readout_starts
    inactive, negative = np.uint32(-(part >> 1 & 1)), np.uint32(-(part & 1))
    patches[:] = 0
    for panel in range(-(-filters // LANES)):
        real = np.uint32(0xFFFFFFFF) >> np.uint32(max(0, (panel + 1) * LANES - filters))
        y, v = panel * len(places) * LANES, panel * LANES
        for slot in range(len(places)):
            through = positive(room.outputs, y + lanes[slot]) ^ inactive
            chosen = through & (positive(room.readout, v + starts[slot]) ^ negative) & real
            active[slot] = chosen if places[slot] >= 0 else 0
        add_rows(active, room.readout, starts, v, room.weights, panel * LANES * entries, entries, patches)


@njit(nogil=True)
def add_rows(active, factors, starts, f0, weights, w0, entries, patches):
    """patches += Σ_i factors_i weights_i for the active filters of a panel, at every slot of a tile."""
    for slot in range(len(active)):
        some, f, w, out, left = active[slot], f0 + starts[slot], w0, slot * entries, entries
        while left >= 160:
            _add_160(some, entries, factors, f, weights, w, patches, out)
            w, out, left = w + 160, out + 160, left - 160
        while left >= 64:
            _add_64(some, entries, factors, f, weights, w, patches, out)
            w, out, left = w + 64, out + 64, left - 64
        while left > 0:
            _add_16(some, entries, factors, f, weights, w, patches, out)
            w, out, left = w + 16, out + 16, left - 16


@njit(nogil=True)
def fold(corners, patches, entries, run, runs, across, pictures, start):
    """Add the patches of a tile, each of so many runs, to the picture (padded height, across) at `start`."""
    for first in range(_APART):
        for slot in range(first, len(corners), _APART):
            if corners[slot] >= 0:
                for a in range(runs):
                    source, target = slot * entries + a * run, start + corners[slot] + a * across
                    add_multiple(run, np.float32(1), patches, source, pictures, target)


@njit(nogil=True, forceinline=True)
def unpad(plan, padded, out):
    """A picture (padded height, padded width, C) to (C, H, W)."""
    channels, height, width = plan.shape
    for c in range(channels):
        for y in range(height):
            for x in range(width):
                out[c, y, x] = padded[y + plan.padding[0], x + plan.padding[1], c]


@njit(nogil=True, forceinline=True)
def padded_shape(plan):
    channels, height, width = plan.shape
    return height + 2 * plan.padding[0], width + 2 * plan.padding[1], channels


@njit(nogil=True, forceinline=True)
def read_back(plan, tile, filters, key, scale, parts, first, room):
    """Draw the readout of a logit in a tile; add what each part of it passes back to pictures first, first + 1, …"""
    places, corners, entries = plan.places[tile], plan.corners[tile], len(room.patches) // len(plan.lanes)
    runs, across = len(plan.order) // plan.run, (plan.shape[2] + 2 * plan.padding[1]) * plan.shape[0]
    draw_readout(key, scale, places, filters, room.words, room.readout, room.readout_starts)
    for number in range(len(parts)):
        back_product(parts[number], places, plan.lanes, filters, entries, room)
        start = (first + number) * len(room.mixed)
        fold(corners, room.patches, entries, plan.run, runs, across, room.pictures, start)


@njit(nogil=True)
def mix(shares, pictures, first, out):
    """out = Σ shares · pictures, from number `first` on."""
    out[:] = 0
    for number in range(len(shares)):
        if shares[number] != 0:
            add_multiple(len(out), shares[number], pictures, (first + number) * len(out), out, 0)


def _build(sources):
    @njit(cache=True, nogil=True)
    def simulate(plan, filters, biases, keys, scale, parts, shares, out):
        """Pictures of as many random networks as there are filters.

        filters (trials, N, p); biases (trials, N) or (trials, 0); keys (trials, logits) of the readouts N(0, scale²);
        parts, as back_product numbers them, that any rule lets through, and shares (rules, parts), the factors by which
        they do; out (trials, rules · logits, C, H, W), a rule's logits side by side.
        """
        sources  # what it closes over belongs to its name on disk
        logits = keys.shape[1]
        room = make_room(plan, filters.shape[1], len(parts) * logits)
        for trial in range(len(filters)):
            set_filters(plan, filters[trial], room)
            room.pictures[:] = 0
            for tile in range(len(plan.places)):
                preactivations(plan, tile, biases[trial], room)
                for logit in range(logits):
                    read_back(plan, tile, filters.shape[1], keys[trial, logit], scale, parts, logit * len(parts), room)
            for rule in range(len(shares)):
                for logit in range(logits):
                    mix(shares[rule], room.pictures, logit * len(parts), room.mixed)
                    unpad(plan, room.mixed.reshape(padded_shape(plan)), out[trial, rule * logits + logit])

    return simulate


simulate = _build(digest(convolution, counter_based, registers))
