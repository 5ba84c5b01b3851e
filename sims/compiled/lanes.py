"""Loops in vector registers for the two convolutions of mobile networks: depthwise, and of single pixels.

The conventions are those of registers.py: arrays are contiguous and one-dimensional, each comes with the offset at
which its part begins, and nothing is checked. Their sums fit the registers of the machine: 16 of 8 numbers, or 32 of
16 with AVX-512.
"""

from numba import types
from numba.extending import intrinsic

from sims.compiled.registers import (
    _INT,
    _WIDTH,
    _ZERO,
    WIDE,
    _add_product,
    _close_loop,
    _load,
    _open_loop,
    _parts,
    _row,
    _spread,
    _store,
)

ROWS, LANES = (12, 32) if WIDE else (6, 16)  # the sums of a product of matrices
STRETCH = 64  # neighbouring places that a depthwise convolution takes at a time


def tap_adder(places):
    """A function add(count, offsets, taps, source, out): out[i] = Σ_t taps[t] source[i + offsets[t]], i < places.

    count ≥ 1 taps; offsets are int64, all else float32.
    """

    @intrinsic
    def add(typing, count, offsets, j0, taps, t0, source, s0, out, o0):
        def build(context, builder, signature, arguments):
            offsets, taps, source, out = _parts(context, builder, signature, arguments)
            start, t, sums = _open_loop(builder, _INT(0), [_ZERO] * (places // _WIDTH))
            factor = _spread(builder, builder.load(builder.gep(taps, [t])))
            shifted = builder.gep(source, [builder.load(builder.gep(offsets, [t]))])
            pairs = zip(sums, _load(builder, shifted, places // _WIDTH))
            sums = [_add_product(builder, total, factor, each) for total, each in pairs]
            following = builder.add(t, _INT(1))
            _close_loop(builder, start, following, builder.icmp_signed("<", following, arguments[0]), sums)
            _store(builder, out, sums)
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, offsets, i, taps, i, source, i, out, i), build

    return add


@intrinsic
def multiply_rows(typing, rows, depth, weight, w0, inputs, i0, pitch, out, o0):
    """out[r·pitch + l] = Σ_k weight[r, k] inputs[k·pitch + l], for r < rows ≤ ROWS, l < LANES, k < depth, not 0."""

    def build(context, builder, signature, arguments):
        weight, inputs, out = _parts(context, builder, signature, arguments)
        rows, depth, _, _, _, _, pitch, _, _ = arguments
        for count in range(1, ROWS + 1):
            with builder.if_then(builder.icmp_signed("==", rows, _INT(count))):
                sums = _products(builder, count, depth, weight, inputs, pitch)
                for r in range(count):
                    vectors = LANES // _WIDTH
                    _store(builder, _row(builder, out, _INT(r), pitch), sums[r * vectors : (r + 1) * vectors])
        return context.get_dummy_value()

    i = types.int64
    return types.void(i, i, weight, i, inputs, i, i, out, i), build


def _products(builder, count, depth, weight, inputs, pitch):
    """The sums of `count` rows, vector by vector."""
    begins = [_row(builder, weight, _INT(r), depth) for r in range(count)]
    start, k, sums = _open_loop(builder, _INT(0), [_ZERO] * (count * LANES // _WIDTH))
    lanes = _load(builder, _row(builder, inputs, k, pitch), LANES // _WIDTH)
    factors = [_spread(builder, builder.load(builder.gep(begin, [k]))) for begin in begins]
    pairs = [(factor, each) for factor in factors for each in lanes]
    sums = [_add_product(builder, total, *pair) for total, pair in zip(sums, pairs)]
    following = builder.add(k, _INT(1))
    _close_loop(builder, start, following, builder.icmp_signed("<", following, depth), sums)
    return sums
