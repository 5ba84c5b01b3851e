"""Normal numbers with an address: each float32 draw is a function of a key and its place, whoever computes it.

The words are Threefry-2x32's with 20 rounds (Salmon, Moraes, Dror & Shaw 2011: the number that their library and JAX
use), the normals Box and Muller's: counter c of a key makes two words, and they the normals at the addresses 2c and
2c + 1. The loops are free of branches and 32 bits wide throughout, for vector registers.

The radius takes all 32 bits of a word: no draw exceeds √(64 ln 2) = 6.66 scales, which a Gaussian does once in 4·10¹⁰.
Its square comes in steps of 2⁻²³ near 0, where a picture can't tell. The angle takes 32 bits too. A key has 2⁶⁴
addresses.
"""

import numpy as np
from numba import njit

from sims.system.threads import spread

CHUNK = 1024  # pairs whose words stay in the first-level cache
PART = 2**20  # normals that a thread draws at a time

_u32, _i32, _f32 = np.uint32, np.int32, np.float32
_PARITY = _u32(0x1BD11BDA)
_TO_TURN = _f32(2.0**-32)
_LOG_OF_TWO = _f32(-2 * np.log(2))
_ROOT_HALF = _f32(np.sqrt(0.5)).view(_i32)


def _polynomial(function, low, high, degree):
    """float32 coefficients, lowest first, of the interpolation of a smooth function at Chebyshev's nodes."""
    series = np.polynomial.Chebyshev.interpolate(function, degree, domain=[low, high])
    return tuple(_f32(c) for c in series.convert(kind=np.polynomial.Polynomial).coef)


# −2 log(1 + f)/f on [√½, √2], sin(2πt)/t and cos(2πt) as functions of t² for |t| ≤ ¼; each to the last digit of float32
_LOG = _polynomial(lambda f: -2 * np.log1p(f) / f, np.sqrt(0.5) - 1, np.sqrt(2) - 1, 8)
_SINE = _polynomial(lambda z: 2 * np.pi * np.sinc(2 * np.sqrt(z)), 0, 1 / 16, 5)
_COSINE = _polynomial(lambda z: np.cos(2 * np.pi * np.sqrt(z)), 0, 1 / 16, 5)


@njit(inline="always")
def _round(a, b, turn):
    """A round of Threefry: add, rotate, exclusive or. Every step is cut back to 32 bits."""
    a = _u32(a + b)
    b = _u32(_u32(b << _u32(turn)) | _u32(b >> _u32(32 - turn)))
    return a, _u32(b ^ a)


@njit(inline="always")
def _rounds(a, b, first, second, third, fourth):
    a, b = _round(a, b, first)
    a, b = _round(a, b, second)
    a, b = _round(a, b, third)
    return _round(a, b, fourth)


@njit(inline="always")
def _threefry(key0, key1, key2, a, b):
    a, b = _rounds(_u32(a + key0), _u32(b + key1), 13, 15, 26, 6)
    a, b = _rounds(_u32(a + key1), _u32(b + _u32(key2 + _u32(1))), 17, 29, 16, 24)
    a, b = _rounds(_u32(a + key2), _u32(b + _u32(key0 + _u32(2))), 13, 15, 26, 6)
    a, b = _rounds(_u32(a + key0), _u32(b + _u32(key1 + _u32(3))), 17, 29, 16, 24)
    a, b = _rounds(_u32(a + key1), _u32(b + _u32(key2 + _u32(4))), 13, 15, 26, 6)
    return _u32(a + key2), _u32(b + _u32(key0 + _u32(5)))


@njit(cache=True, nogil=True)
def threefry(key0, key1, low, high, first, second):
    """The two words of each counter (low, high), (low + 1, high), … under the key (key0, key1); all are uint32."""
    key2 = _u32(_u32(_PARITY ^ key0) ^ key1)
    for i in range(len(first)):
        first[i], second[i] = _threefry(key0, key1, key2, _u32(low + _u32(i)), high)


@njit(cache=True, nogil=True, fastmath={"contract"})
def box_muller(first, second, scale, out):
    """Words (n,) twice to normals (2n,), two of each pair side by side."""
    log0, log1, log2, log3, log4, log5, log6, log7, log8 = _LOG
    sine0, sine1, sine2, sine3, sine4, sine5 = _SINE
    cosine0, cosine1, cosine2, cosine3, cosine4, cosine5 = _COSINE
    for i in range(len(first)):
        uniform = _f32(_f32(first[i]) + _f32(1))  # in 1 … 2³²
        bits = uniform.view(_i32)
        exponent = _i32(_i32(bits - _ROOT_HALF) >> _i32(23))
        f = _f32(_i32(bits - _i32(exponent << _i32(23))).view(_f32) - _f32(1))
        log = log8 * f + log7
        log = ((log * f + log6) * f + log5) * f + log4
        log = (((log * f + log3) * f + log2) * f + log1) * f + log0
        log = log * f + _f32(_i32(exponent - _i32(32))) * _LOG_OF_TWO
        radius = _f32(_f32(log ** _f32(0.5)) * scale)
        # the lowest bit of the second word turns the direction round, the others choose it on a half circle
        word = _i32(second[i])
        radius = _i32(radius.view(_i32) ^ _i32(word << _i32(31))).view(_f32)
        turn = _f32(_i32(word >> _i32(1))) * _TO_TURN
        z = turn * turn
        sine = ((((sine5 * z + sine4) * z + sine3) * z + sine2) * z + sine1) * z + sine0
        cosine = ((((cosine5 * z + cosine4) * z + cosine3) * z + cosine2) * z + cosine1) * z + cosine0
        out[2 * i] = radius * cosine
        out[2 * i + 1] = radius * (sine * turn)


@njit(cache=True, nogil=True)
def fill_pairs(key, pair, scale, scratch, out):
    """The normals of a key's pairs number `pair` …, into out, a vector of even length; scratch is scratch_words()."""
    key0, key1 = _u32(key), _u32(key >> np.uint64(32))
    start, pairs = 0, len(out) // 2
    while start < pairs:
        counter = pair + start
        low, high = counter & 0xFFFFFFFF, counter >> 32
        count = min(CHUNK, pairs - start, 0x100000000 - low)  # the low word must not run over within a chunk
        threefry(key0, key1, _u32(low), _u32(high), scratch[0, :count], scratch[1, :count])
        box_muller(scratch[0, :count], scratch[1, :count], scale, out[2 * start : 2 * (start + count)])
        start += count


@njit(cache=True, nogil=True)
def scratch_words():
    """Room for the words of a chunk."""
    return np.empty((2, CHUNK), np.uint32)


@njit(cache=True, nogil=True)
def fill_from(key, pair, scale, out):
    """The normals N(0, scale²) of a key (uint64) from pair number `pair` on, into out, a vector of any length."""
    scratch = scratch_words()
    even = len(out) // 2 * 2
    fill_pairs(key, pair, scale, scratch, out[:even])
    if even < len(out):
        last = np.empty(2, np.float32)
        fill_pairs(key, pair + even // 2, scale, scratch, last)
        out[even] = last[0]


@njit(cache=True, nogil=True)
def fill(key, scale, out):
    """The normals N(0, scale²) at the addresses 0, 1, … of a key, into out, a vector."""
    fill_from(key, 0, scale, out)


@njit(cache=True, nogil=True)
def fill_each(keys, scale, out):
    """The same for every key, into the rows of out (keys, n)."""
    for row in range(len(keys)):
        fill(keys[row], scale, out[row])


def keys(rng, count):
    """Fresh keys of a Generator, (count,): the same as so many single ones."""
    return rng.integers(2**64, size=count, dtype=np.uint64)


def normals(rng, shape, scale=1.0, threads=1, out=None):
    """Independent float32 N(0, scale²) entries: the normals at the addresses 0, 1, … of one fresh key of rng.

    Several threads draw the same numbers as one, each some of them. They go into out, if given.
    """
    out = np.empty(shape, np.float32) if out is None else out
    if out.dtype != np.float32 or not out.flags.c_contiguous or out.size != np.prod(shape, dtype=int):
        raise ValueError(f"out is a contiguous float32 array of shape {shape}, not {out.dtype} {out.shape}")
    fill_parts(keys(rng, 1)[0], _f32(scale), out.reshape(-1), threads)
    return out


def fill_parts(key, scale, out, threads):
    """`fill`, on so many threads."""
    part = lambda first: fill_from(key, first // 2, scale, out[first : first + PART])
    spread(part, range(0, len(out), PART), threads)
