"""Normal numbers with an address: Threefry's published words, the exact law of the normals, streams that keep apart.

Seeds are fixed. Each statistical assertion fails by chance with probability ALARM at most; there are fewer than 60.
"""

import numpy as np
import pytest
from jax.extend.random import threefry_2x32
from scipy import special, stats

from sims.random import counter_based as module
from sims.random.counter_based import box_muller, fill, fill_each, fill_pairs, keys, normals, scratch_words, threefry

ALARM = 1e-8
DEVIATIONS = special.ndtri(1 - ALARM / 2)  # of a normal number, for that alarm
DRAWS = 10**7

PUBLISHED = [  # Random123's kat_vectors, threefry2x32 with 20 rounds: counter, key, words
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


def words(key, counter, count):
    first, second = np.empty((2, count), np.uint32)
    threefry(*np.array([*key, *counter], np.uint32), first, second)
    return first, second


def filled(key, size, scale=1.0):
    out = np.empty(size, np.float32)
    fill(np.uint64(key), np.float32(scale), out)
    return out


@pytest.fixture(scope="module")
def draws():
    return filled(0x9E3779B97F4A7C15, DRAWS)


@pytest.mark.parametrize("counter, key, expected", PUBLISHED)
def test_words_are_the_published_ones(counter, key, expected):
    first, second = words(key, counter, 1)
    assert (first[0], second[0]) == expected


def test_words_are_those_of_jax():
    key, low, high = np.array([0x01234567, 0x89ABCDEF], np.uint32), np.arange(77, 77 + 1000, dtype=np.uint32), 5
    expected = threefry_2x32(key, np.concatenate([low, np.full_like(low, high)]))
    assert np.array_equal(np.concatenate(words(key, (77, high), 1000)), expected)


def test_every_normal_has_an_address():
    key, whole = np.uint64(11), filled(11, 10001)
    for pair, size in ((0, 2), (3, 4), (1023, 2050), (4000, 2000)):
        out = np.empty(size, np.float32)
        fill_pairs(key, pair, np.float32(1), scratch_words(), out)
        assert np.array_equal(out, whole[2 * pair : 2 * pair + size])
    for size in (0, 1, 2, 7, 2048, 2049):
        assert np.array_equal(filled(11, size), whole[:size])


def test_addresses_go_on_beyond_the_lower_word_of_the_counter():
    beyond, last = np.empty(8, np.float32), 2**32 - 2
    fill_pairs(np.uint64(3), last, np.float32(1), scratch_words(), beyond)
    first, second = (np.concatenate(parts) for parts in zip(words((3, 0), (last, 0), 2), words((3, 0), (0, 1), 2)))
    expected = np.empty(8, np.float32)
    box_muller(first, second, np.float32(1), expected)
    assert np.array_equal(beyond, expected)
    assert not np.array_equal(beyond[4:], filled(3, 4))


def test_a_generator_gives_fresh_keys_one_by_one_or_together():
    together = keys(np.random.default_rng(4), 3)
    rng = np.random.default_rng(4)
    assert [keys(rng, 1)[0] for _ in range(3)] == together.tolist()
    rng = np.random.default_rng(4)
    for key in together:
        assert np.array_equal(normals(rng, (5, 3), 0.1), filled(key, 15, 0.1).reshape(5, 3))


def test_many_keys_at_once():
    out = np.empty((3, 11), np.float32)
    fill_each(np.arange(3, dtype=np.uint64), np.float32(2), out)
    assert np.array_equal(out, [filled(key, 11, 2) for key in range(3)])


def test_shapes_and_scale():
    drawn = normals(np.random.default_rng(0), (2, 0, 3))
    assert drawn.shape == (2, 0, 3) and drawn.dtype == np.float32
    assert np.allclose(filled(5, 100, 0.1), 0.1 * filled(5, 100), rtol=4 * np.finfo(np.float32).eps)


def exact_pairs(first, second):
    """Box and Muller's formula in float64: the words' radius squared and direction."""
    turn = (second.view(np.int32) >> 1) / 2.0**32
    sign = 1 - 2 * (second & 1).astype(np.float64)
    return -2 * np.log((first + 1.0) / 2**32), sign * np.exp(2j * np.pi * turn)


def test_normals_follow_the_formula_at_every_kind_of_word():
    """Radius: the word is rounded to 24 bits, so r² is off by 2⁻²⁴·2 and by the rounding of its own few operations."""
    edges = [0, 1, 2, 2**23, 2**24 + 1, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 257, 2**32 - 2, 2**32 - 1]
    edges = np.array(edges, np.uint32)
    first, second = (grid.ravel() for grid in np.meshgrid(np.concatenate([edges, *words((1, 2), (0, 0), 500)]), edges))
    second[len(second) // 2 :] = words((3, 4), (0, 0), len(second) - len(second) // 2)[0]
    out = np.empty(2 * len(first), np.float32)
    box_muller(first, second, np.float32(1), out)
    found, eps = out[::2].astype(np.float64) + 1j * out[1::2], np.finfo(np.float32).eps
    square, direction = exact_pairs(first, second)
    assert np.abs(np.abs(found) ** 2 - square).max() <= 2 * eps + (8 * eps * square).max()
    far = np.abs(found) > 0.01
    assert np.abs(found[far] / np.abs(found[far]) - direction[far]).max() <= 4 * eps
    assert np.isfinite(found).all()


def test_largest_value_is_the_one_that_is_documented():
    out = np.empty(2, np.float32)
    box_muller(np.zeros(1, np.uint32), np.zeros(1, np.uint32), np.float32(1), out)
    assert out[0] == pytest.approx(np.sqrt(64 * np.log(2)), rel=1e-6) and "6.66" in module.__doc__


@pytest.mark.parametrize("order, mean, variance", [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96), (6, 15, 10170)])
def test_moments(draws, order, mean, variance):
    found = (draws.astype(np.float64) ** order).mean()
    assert abs(found - mean) < DEVIATIONS * np.sqrt(variance / DRAWS)


def kolmogorov(sample):
    """The largest distance between the distribution of a sample and the normal one."""
    law, n = special.ndtr(np.sort(sample).astype(np.float64)), len(sample)
    steps = np.arange(n + 1) / n
    return max(np.abs(law - steps[1:]).max(), np.abs(law - steps[:-1]).max())


def allowed_distance(n):
    """The Dvoretzky–Kiefer–Wolfowitz bound (Massart 1990), and what 32 bits of a radius leave out."""
    return np.sqrt(np.log(2 / ALARM) / (2 * n)) + 2.0**-24


@pytest.mark.parametrize("part", [slice(0, None, 2), slice(1, None, 2)], ids=["cosines", "sines"])
def test_distribution(draws, part):
    sample = draws[part]
    assert kolmogorov(sample) < allowed_distance(len(sample))
    assert kolmogorov(sample + np.float32(0.005)) > allowed_distance(len(sample))  # the bound would notice


@pytest.mark.parametrize("bound", [3.0, 4.0, 4.5, 5.0])
@pytest.mark.parametrize("side", [-1, 1])
def test_tails(draws, bound, side):
    law = stats.binom(DRAWS, special.ndtr(-bound))
    found = int((side * draws > bound).sum())
    assert law.ppf(ALARM / 2) <= found <= law.isf(ALARM / 2)


def correlation(a, b):
    return (a.astype(np.float64) * b).mean() * np.sqrt(len(a))


@pytest.mark.parametrize("lag", [1, 2, 3, 7, 32, 256, 2048])
def test_neighbours_are_uncorrelated_and_so_are_their_sizes(draws, lag):
    for values in (draws, (draws**2 - 1) / np.sqrt(np.float32(2)), np.abs(draws) - np.float32(np.sqrt(2 / np.pi))):
        assert abs(correlation(values[:-lag], values[lag:])) < DEVIATIONS


def test_keys_have_all_their_bits():
    """10⁴ random keys of 64 bits: two of them equal once in 4·10¹¹, and each bit set within 5 of half of them."""
    drawn = keys(np.random.default_rng(5), 10**4)
    assert drawn.dtype == np.uint64 and len(np.unique(drawn)) == len(drawn)
    set_ = np.array([int((drawn >> np.uint64(bit) & np.uint64(1)).sum()) for bit in range(64)])
    assert abs(set_ - 5000).max() < 6.5 * 50


@pytest.mark.parametrize("bit", [0, 1, 31, 32, 33, 63])
def test_keys_that_differ_in_one_bit_are_uncorrelated(bit):
    one, other = (filled(key, 10**6) for key in (0x5DEECE66D, 0x5DEECE66D ^ 1 << bit))
    assert abs(correlation(one, other)) < DEVIATIONS
    assert abs(correlation(one**2 - 1, other**2 - 1) / 2) < DEVIATIONS


def test_the_same_address_under_successive_keys_is_normal():
    out = np.empty((10**6, 2), np.float32)
    fill_each(np.arange(10**6, dtype=np.uint64), np.float32(1), out)
    for column in out.T:
        assert kolmogorov(column) < allowed_distance(len(column))
    assert abs(correlation(out[:-1, 0], out[1:, 0])) < DEVIATIONS
    assert abs(correlation(out[:, 0], out[:, 1])) < DEVIATIONS


@pytest.mark.parametrize("size", [1, 2**20 - 1, 2**20, 2**21 + 3])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_draw_the_same_numbers(size, threads):
    drawn = normals(np.random.default_rng(0), size, 0.5, threads)
    assert np.array_equal(drawn, filled(keys(np.random.default_rng(0), 1)[0], size, 0.5))


@pytest.mark.parametrize("out", [np.zeros((2, 3)), np.zeros((2, 6), np.float32)[:, ::2], np.zeros((2, 4), np.float32)])
def test_a_place_that_does_not_fit(out):
    with pytest.raises(ValueError, match="contiguous float32"):
        normals(np.random.default_rng(0), (2, 3), out=out)
