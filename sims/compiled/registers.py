"""The innermost loops, written in vector registers: those that Numba compiles keep their sums in memory.

Each function below writes LLVM's instructions for a loop over vectors of 16 float32; on a machine whose registers are
shorter, LLVM splits them. Arrays are float32, one-dimensional and contiguous, and each comes with the offset at which
its part begins; nothing is checked.
"""

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

WIDE = bool(binding.get_host_cpu_features().get("avx512f"))  # 32 registers of 16 numbers, not 16 of 8
ROWS, LANES = 12, 32  # the sums of a tile fill 24 of the 32 registers
_WIDTH = 16
_INT, _WORD, _FLOAT = ir.IntType(64), ir.IntType(32), ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, _WIDTH)
_ZERO = ir.Constant(_VECTOR, [0.0] * _WIDTH)


@intrinsic
def multiply(typing, depth, inputs, i0, weights, w0, out, o0):
    """out[r, l] = Σ_k inputs[k, r] weights[k, l]: arrays (depth, ROWS), (depth, LANES) and (ROWS, LANES), depth ≥ 1."""

    def build(context, builder, signature, arguments):
        inputs, weights, out = _parts(context, builder, signature, arguments)
        start, k, sums = _open_loop(builder, _INT(0), [_ZERO] * (ROWS * LANES // _WIDTH))
        sums = _outer_product(builder, sums, _row(builder, inputs, k, ROWS), _row(builder, weights, k, LANES))
        following = builder.add(k, _INT(1))
        _close_loop(builder, start, following, builder.icmp_signed("<", following, arguments[0]), sums)
        _store(builder, out, sums)
        return context.get_dummy_value()

    i = types.int64
    return types.void(i, inputs, i, weights, i, out, i), build


def combiner(matrices):
    """A function combine(outputs, points, values, out, step): values (points, ROWS, LANES) times a matrix.

    The outputs begin `step` apart; matrices holds the matrix (outputs, points) of every pair that may be asked for.
    """

    @intrinsic
    def combine(typing, outputs, points, values, v0, out, o0, step):
        def build(context, builder, signature, arguments):
            values, out = _parts(context, builder, signature, arguments)
            for asked, matrix in matrices.items():
                same = (builder.icmp_signed("==", argument, _INT(n)) for argument, n in zip(arguments, asked))
                with builder.if_then(builder.and_(*same)):
                    _combine(builder, matrix, values, out, arguments[6])
            return context.get_dummy_value()

        i = types.int64
        return types.void(i, i, values, i, out, i, i), build

    return combine


def _combine(builder, matrix, values, out, step):
    start, lane, _ = _open_loop(builder, _INT(0), [])
    places = [builder.gep(values, [builder.add(lane, _INT(ROWS * LANES * v))]) for v in range(len(matrix[0]))]
    vectors = [_load(builder, place, 1)[0] for place in places]
    for o, factors in enumerate(matrix):
        place = builder.add(lane, builder.mul(step, _INT(o)))
        _store(builder, builder.gep(out, [place]), [_weighted(builder, factors, vectors)])
    following = builder.add(lane, _INT(_WIDTH))
    _close_loop(builder, start, following, builder.icmp_signed("<", following, _INT(ROWS * LANES)), [])


@intrinsic
def positive(typing, values, v0):
    """A word whose bit i says that values[i] > 0, i < LANES."""

    def build(context, builder, signature, arguments):
        [values] = _parts(context, builder, signature, arguments)
        word = _WORD(0)
        for place, vector in enumerate(_load(builder, values, LANES // _WIDTH)):
            bits = builder.bitcast(builder.fcmp_ordered(">", vector, _ZERO), ir.IntType(_WIDTH))
            word = builder.or_(word, builder.shl(builder.zext(bits, _WORD), _WORD(_WIDTH * place)))
        return word

    return types.uint32(values, types.int64), build


def rows_adder(vectors):
    """A function add(active, width, factors, weights, out): out += Σ_i factors[i] weights[i·width :].

    The sum runs over the bits i of the word `active`, and has 16·vectors entries.
    """

    @intrinsic
    def add(typing, active, width, factors, f0, weights, w0, out, o0):
        def build(context, builder, signature, arguments):
            factors, weights, out = _parts(context, builder, signature, arguments)
            with builder.if_then(builder.icmp_unsigned("!=", arguments[0], _WORD(0))):
                start, left, sums = _open_loop(builder, arguments[0], _load(builder, out, vectors))
                row = builder.zext(builder.cttz(left, ir.IntType(1)(1)), _INT)
                factor = _spread(builder, builder.load(builder.gep(factors, [row])))
                added = _load(builder, _row(builder, weights, row, arguments[1]), vectors)
                sums = [_add_product(builder, total, factor, each) for total, each in zip(sums, added)]
                left = builder.and_(left, builder.sub(left, _WORD(1)))
                _close_loop(builder, start, left, builder.icmp_unsigned("!=", left, _WORD(0)), sums)
                _store(builder, out, sums)
            return context.get_dummy_value()

        i = types.int64
        return types.void(types.uint32, i, factors, i, weights, i, out, i), build

    return add


@intrinsic
def add_multiple(typing, count, factor, source, s0, out, o0):
    """out += factor·source, `count` entries."""

    def build(context, builder, signature, arguments):
        source, out = _parts(context, builder, signature, arguments)
        count, factor = arguments[:2]
        whole = builder.and_(count, _INT(-_WIDTH))
        with cgutils.for_range_slice(builder, _INT(0), whole, _INT(_WIDTH)) as (place, _):
            _add_vector(builder, factor, source, out, place, _WIDTH)
        for width in (8, 4, 2, 1):
            with builder.if_then(builder.icmp_signed("!=", builder.and_(count, _INT(width)), _INT(0))):
                _add_vector(builder, factor, source, out, builder.and_(count, _INT(-2 * width)), width)
        return context.get_dummy_value()

    i = types.int64
    return types.void(i, types.float32, source, i, out, i), build


def _add_vector(builder, factor, source, out, place, width):
    kind = ir.VectorType(_FLOAT, width).as_pointer()
    source, out = (builder.bitcast(builder.gep(data, [place]), kind) for data in (source, out))
    total, vector = (builder.load(data, align=4) for data in (out, source))
    builder.store(_add_product(builder, total, _spread(builder, factor, width), vector), out, align=4)


def _data(context, builder, signature, arguments):
    """The data pointer of every argument that is an array."""
    arrays = [(kind, each) for kind, each in zip(signature.args, arguments) if isinstance(kind, types.Array)]
    return [context.make_array(kind)(context, builder, each).data for kind, each in arrays]


def _parts(context, builder, signature, arguments):
    """A pointer to the part of every argument that is an array: its offset follows it."""
    places = [place for place, kind in enumerate(signature.args) if isinstance(kind, types.Array)]
    data = _data(context, builder, signature, arguments)
    return [builder.gep(each, [arguments[place + 1]]) for each, place in zip(data, places)]


def _open_loop(builder, counter, sums):
    """Begin a loop that carries a counter and sums; where it began, and both as they are inside."""
    before, loop = builder.block, builder.append_basic_block("products")
    builder.branch(loop)
    builder.position_at_end(loop)
    carried = [builder.phi(value.type) for value in (counter, *sums)]
    for phi, value in zip(carried, (counter, *sums)):
        phi.add_incoming(value, before)
    return (loop, carried), carried[0], carried[1:]


def _close_loop(builder, start, counter, again, sums):
    """End it: go round with a new counter and sums as long as `again`."""
    (loop, carried), end, after = start, builder.block, builder.append_basic_block("sums")
    for phi, value in zip(carried, (counter, *sums)):
        phi.add_incoming(value, end)
    builder.cbranch(again, loop, after)
    builder.position_at_end(after)


def _outer_product(builder, sums, column, row):
    """sums (ROWS · LANES/16 vectors) + column ⊗ row."""
    vectors, added = _load(builder, row, LANES // _WIDTH), []
    for r in range(ROWS):
        factor = _spread(builder, builder.load(builder.gep(column, [_INT(r)])))
        added += [_add_product(builder, sums[len(vectors) * r + v], factor, each) for v, each in enumerate(vectors)]
    return added


def _weighted(builder, factors, vectors):
    """Σ factors·vectors, for factors that are mostly 0 or ±1."""
    total = None
    for factor, vector in zip(factors, vectors):
        if factor and total is None:
            total = vector if factor == 1 else builder.fmul(vector, ir.Constant(_VECTOR, [float(factor)] * _WIDTH))
        elif factor in (1, -1):
            total = (builder.fadd if factor == 1 else builder.fsub)(total, vector)
        elif factor:
            total = _add_product(builder, total, ir.Constant(_VECTOR, [float(factor)] * _WIDTH), vector)
    return total


def _add_product(builder, total, factor, vector):
    """total + factor·vector, in one rounding where the machine has such an instruction."""
    return builder.fadd(total, builder.fmul(factor, vector, flags=("contract",)), flags=("contract",))


def _row(builder, data, index, width):
    """Where row `index` of a matrix with rows of `width` numbers begins."""
    return builder.gep(data, [builder.mul(index, width if isinstance(width, ir.Value) else _INT(width))])


def _vector(builder, data, place):
    return builder.bitcast(builder.gep(data, [_INT(_WIDTH * place)]), _VECTOR.as_pointer())


def _load(builder, data, vectors):
    return [builder.load(_vector(builder, data, place), align=4) for place in range(vectors)]


def _store(builder, data, vectors):
    for place, vector in enumerate(vectors):
        builder.store(vector, _vector(builder, data, place), align=4)


def _spread(builder, value, width=_WIDTH):
    """A vector of `width` times the same number."""
    single = builder.insert_element(ir.Constant(ir.VectorType(_FLOAT, width), ir.Undefined), value, _WORD(0))
    return builder.shuffle_vector(single, single, ir.Constant(ir.VectorType(_WORD, width), [0] * width))
