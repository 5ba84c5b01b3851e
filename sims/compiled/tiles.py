"""Loops in vector registers for convolutions by tiles: transforms of 16 tiles at a time, and products of channels.

The conventions are those of registers.py: arrays are float32, one-dimensional and contiguous, each comes with the
offset at which its part begins, and nothing is checked. Several phases or planes of an array lie a `pitch` apart.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from sims.compiled.registers import (
    _INT,
    _WIDTH,
    _WORD,
    _ZERO,
    WIDE,
    _add_product,
    _close_loop,
    _load,
    _open_loop,
    _parts,
    _spread,
    _store,
    _weighted,
)

GROUP, TILES, BLOCK = 8, 32, 16  # whose multiples are a job's channels and tiles; channels of a block of filters
ROWS, LANES = (GROUP, TILES) if WIDE else (4, 16)  # channels and tiles of a product: its sums fit the registers


def _chosen(builder, asked, choices):
    """For each of the choices, inside a branch that is taken if it is asked for: the choice."""
    for choice in choices:
        with builder.if_then(builder.icmp_signed("==", asked, _INT(choice))):
            yield choice


def multiplier(row, step):
    """A function multiply(blocks, jump, filters, inputs, out): out[r, l] = Σ_k filters(k, r) inputs[k, l].

    out is (ROWS, LANES), inputs (blocks·BLOCK, LANES). Block b of the filters begins at b·jump; in it, r counts in
    steps of `row` and k in steps of `step`.
    """

    @intrinsic
    def multiply(typing, blocks, jump, filters, f0, inputs, i0, out, o0):
        def build(context, builder, signature, arguments):
            filters, inputs, out = _parts(context, builder, signature, arguments)
            start, block, sums = _open_loop(builder, _INT(0), [_ZERO] * (ROWS * LANES // _WIDTH))
            filters = builder.gep(filters, [builder.mul(block, arguments[1])])
            inputs = builder.gep(inputs, [builder.mul(block, _INT(BLOCK * LANES))])
            for k in range(BLOCK):
                lanes = _load(builder, builder.gep(inputs, [_INT(k * LANES)]), LANES // _WIDTH)
                factors = [builder.load(builder.gep(filters, [_INT(k * step + r * row)])) for r in range(ROWS)]
                pairs = [(_spread(builder, factor), each) for factor in factors for each in lanes]
                sums = [_add_product(builder, total, *pair) for total, pair in zip(sums, pairs)]
            following = builder.add(block, _INT(1))
            _close_loop(builder, start, following, builder.icmp_signed("<", following, arguments[0]), sums)
            _store(builder, out, sums)
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, i, filters, i, inputs, i, out, i), build

    return multiply


def enter(matrices):
    """A function enter(m, phases, pitch, across, out, out_pitch): the values of 16 neighbouring tiles at all points.

    matrices[m] is (m + 2, m + 2); it is applied to rows and columns. A tile's pixel (a, b) lies in phase (a mod m)·m +
    b mod m, ⌊a/m⌋ rows of `across` numbers and ⌊b/m⌋ numbers further on. The planes of out are ordered (row, column).
    """

    @intrinsic
    def transform(typing, m, phases, p0, pitch, across, out, o0, out_pitch):
        def build(context, builder, signature, arguments):
            phases, out = _parts(context, builder, signature, arguments)
            _, _, _, pitch, across, _, _, out_pitch = arguments
            for m in _chosen(builder, arguments[0], matrices):
                rows = [
                    [
                        _read(builder, phases, (pitch, a % m * m + b % m), (across, a // m), (_INT(1), b // m))
                        for b in range(m + 2)
                    ]
                    for a in range(m + 2)
                ]
                _write(builder, out, out_pitch, _both_axes(builder, matrices[m], rows))
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, phases, i, i, i, out, i, i), build

    return transform


def leave(matrices):
    """A function leave(m, planes, pitch, out, out_pitch): the outputs of 16 neighbouring tiles from all points.

    matrices[m] is (m, m + 2); planes and the phases of out are ordered (row, column).
    """

    @intrinsic
    def transform(typing, m, planes, p0, pitch, out, o0, out_pitch):
        def build(context, builder, signature, arguments):
            planes, out = _parts(context, builder, signature, arguments)
            _, _, _, pitch, _, _, out_pitch = arguments
            for m in _chosen(builder, arguments[0], matrices):
                rows = [[_read(builder, planes, (pitch, i * (m + 2) + j)) for j in range(m + 2)] for i in range(m + 2)]
                _write(builder, out, out_pitch, _both_axes(builder, matrices[m], rows))
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, planes, i, i, out, i, i), build

    return transform


def evaluate(matrices):
    """A function evaluate(m, taps, out, out_pitch): 16 filters at all points; matrices[m] is (m + 2, 3).

    taps is (9, 16); the planes of out are ordered (row, column).
    """

    @intrinsic
    def transform(typing, m, taps, t0, out, o0, out_pitch):
        def build(context, builder, signature, arguments):
            taps, out = _parts(context, builder, signature, arguments)
            for m in _chosen(builder, arguments[0], matrices):
                rows = [[_read(builder, taps, (_INT(_WIDTH), 3 * a + b)) for b in range(3)] for a in range(3)]
                _write(builder, out, arguments[5], _both_axes(builder, matrices[m], rows))
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, taps, i, out, i, i), build

    return transform


def splitter(choices):
    """A function split(m, line, out, pitch): number m·t + b of a line goes to place t of phase b, for 16 t."""

    @intrinsic
    def split(typing, m, line, l0, out, o0, pitch):
        def build(context, builder, signature, arguments):
            line, out = _parts(context, builder, signature, arguments)
            for m in _chosen(builder, arguments[0], choices):
                joined = _joined(builder, _load(builder, line, m))
                for b in range(m):
                    place = builder.gep(out, [builder.mul(arguments[5], _INT(b))])
                    _store(builder, place, [_shuffled(builder, joined, range(b, _WIDTH * m, m))])
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, line, i, out, i, i), build

    return split


def merger(choices):
    """A function merge(m, phases, pitch, line), the reverse of split."""

    @intrinsic
    def merge(typing, m, phases, p0, pitch, line, l0):
        def build(context, builder, signature, arguments):
            phases, line = _parts(context, builder, signature, arguments)
            for m in _chosen(builder, arguments[0], choices):
                joined = _joined(builder, [_read(builder, phases, (arguments[3], b)) for b in range(m)])
                order = [_WIDTH * b + t for t in range(_WIDTH) for b in range(m)]
                parts = [order[_WIDTH * part : _WIDTH * (part + 1)] for part in range(m)]
                _store(builder, line, [_shuffled(builder, joined, part) for part in parts])
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, phases, i, i, line, i), build

    return merge


def _read(builder, data, *steps):
    """The vector at Σ step·count of data."""
    for step, count in steps:
        data = builder.gep(data, [builder.mul(step, _INT(count))]) if count else data
    return _load(builder, data, 1)[0]


def _write(builder, data, pitch, rows):
    """Store vectors (rows, columns) in planes, a pitch apart."""
    for plane, vector in enumerate(vector for row in rows for vector in row):
        _store(builder, builder.gep(data, [builder.mul(pitch, _INT(plane))]), [vector])


def _both_axes(builder, matrix, rows):
    """matrix · rows · matrixᵀ, of vectors (rows, columns)."""
    columns = [_applied(builder, matrix, column) for column in zip(*rows)]
    return [_applied(builder, matrix, row) for row in zip(*columns)]


def _applied(builder, matrix, vectors):
    """matrix · vectors. Two rows or two columns that differ in the sign of odd entries share their sums."""
    for j in range(len(vectors) - 1):
        if _mirrored(*([row[k] for row in matrix] for k in (j, j + 1))):
            both = (operation(*vectors[j : j + 2]) for operation in (builder.fadd, builder.fsub))
            vectors = [*vectors[:j], *both, *vectors[j + 2 :]]
            matrix = [
                [*row[:j], *((0, row[j]) if i % 2 else (row[j], 0)), *row[j + 2 :]] for i, row in enumerate(matrix)
            ]
    out = []
    while len(out) < len(matrix):
        row = matrix[len(out)]
        if len(out) + 1 < len(matrix) and _mirrored(row, matrix[len(out) + 1]):
            even, odd = (_weighted(builder, row[parity::2], vectors[parity::2]) for parity in (0, 1))
            out += [builder.fadd(even, odd), builder.fsub(even, odd)]
        else:
            out.append(_weighted(builder, row, vectors))
    return out


def _mirrored(one, other):
    """Whether the entries of two lists agree at even places, and are opposite at odd places; with some at both."""
    same = list(one[::2]) == list(other[::2]) and list(one[1::2]) == [-entry for entry in other[1::2]]
    return same and any(one[::2]) and any(one[1::2])


def _joined(builder, vectors):
    """Vectors, a power of 2 of them, one after the other as a single one."""
    while len(vectors) > 1:
        order = range(2 * vectors[0].type.count)
        vectors = [_shuffled(builder, *pair, order) for pair in zip(vectors[::2], vectors[1::2])]
    return vectors[0]


def _shuffled(builder, *vectors_and_order):
    """Entries of a vector, or of two one after the other, in an order."""
    *vectors, order = vectors_and_order
    order = list(order)
    other = vectors[1] if len(vectors) > 1 else ir.Constant(vectors[0].type, ir.Undefined)
    return builder.shuffle_vector(vectors[0], other, ir.Constant(ir.VectorType(_WORD, len(order)), order))
