"""Sums, the statistics read off them, and their errors, against the definitions written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sims.evidence import estimates
from sims.evidence.estimates import Estimate, PictureSums, Sums, jackknife, propagate
from sims.evidence.verdict import interval

EPS = np.finfo(float).eps


def picture_sums(pictures, **directions):
    sums = PictureSums(**directions)
    for picture in pictures:
        sums.add(picture)
    return sums.sums()


@given(st.integers(0, 2**32 - 1), st.integers(2, 7), st.integers(1, 5))
def test_statistics_are_those_of_pairs_of_different_trials(seed, trials, size):
    rng = np.random.default_rng(seed)
    pictures, e = rng.standard_normal((trials, size)) + 1, rng.standard_normal(size)
    sums = picture_sums(pictures, e=e)
    pairs = [(i, j) for i in range(trials) for j in range(trials) if i != j]
    e = e / np.linalg.norm(e)
    tolerance = 64 * EPS * trials * (pictures**2).sum()  # differences of sums of this size
    assert abs(estimates.signal(sums) - np.mean([pictures[i] @ pictures[j] for i, j in pairs])) < tolerance
    assert abs(estimates.noise(sums) - pictures.var(axis=0, ddof=1).sum()) < tolerance
    assert (
        abs(estimates.squared_along(sums, "e") - np.mean([pictures[i] @ e * (pictures[j] @ e) for i, j in pairs]))
        < tolerance
    )
    assert abs(estimates.along(sums, "e") - (pictures @ e).mean()) < tolerance
    cosines = pictures @ e / np.linalg.norm(pictures, axis=1)
    assert abs(estimates.mean_cosine(sums, "e") - cosines.mean()) < tolerance


def test_sums_are_what_they_are_named_for():
    """One picture at a time or all at once; a zero picture has no direction."""
    pictures, e = np.random.default_rng(0).standard_normal((2, 5, 3, 4))
    pictures[2], e = 0, e[0]
    flat, unit = pictures.reshape(5, -1), e.ravel() / np.linalg.norm(e)
    cosines = [row @ unit / np.linalg.norm(row) for row in flat if row.any()]
    expected = dict(
        count=5,
        total=sum(flat),
        square=sum(row @ row for row in flat),
        e=[sum(row @ unit for row in flat), sum((row @ unit) ** 2 for row in flat), sum(cosines)],
    )
    together = PictureSums(e=e)
    together.add_all(pictures)
    for sums in (picture_sums(pictures, e=e), together.sums()):
        assert set(sums) == set(expected)
        assert all(np.allclose(sums[name], value, rtol=1e-13, atol=1e-13) for name, value in expected.items())


def test_sums_merge_in_any_grouping_and_come_apart_again():
    rng = np.random.default_rng(0)
    parts = [Sums(a=rng.integers(9), nested=Sums(b=rng.integers(9, size=3))) for _ in range(3)]
    left, right = (parts[0] + parts[1]) + parts[2], parts[0] + (parts[1] + parts[2])
    assert left["a"] == right["a"] and np.array_equal(left["nested"]["b"], right["nested"]["b"])
    assert np.array_equal((left - parts[1])["nested"]["b"], (parts[0] + parts[2])["nested"]["b"])


def test_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).standard_normal(40)
    found = jackknife([Sums(n=1, x=x) for x in values], lambda sums: sums["x"] / sums["n"])
    assert found.value == pytest.approx(values.mean(), abs=40 * EPS)
    assert found.error == pytest.approx(values.std(ddof=1) / np.sqrt(40), rel=1e-10)
    assert found.dof == 39


@pytest.mark.parametrize("error_rate", [0.2, 1e-7])
def test_an_interval_is_student_s(error_rate):
    """value ± t(1 − error/2) · standard error, and 90 % power beyond it."""
    found = interval(Estimate(3.0, 0.25, 31), error_rate)
    half = 0.25 * stats.t.ppf(1 - error_rate / 2, 31)
    assert (found.value, found.low, found.high) == pytest.approx((3.0, 3 - half, 3 + half), rel=1e-6)
    assert found.detectable == pytest.approx(half + 0.25 * stats.t.ppf(0.9, 31), rel=1e-6)


def test_intervals_at_an_error_of_a_fifth_cover_four_times_in_five():
    """20 000 means of 16: five standard errors are 283, a fifth of the error rate more would be 800."""
    samples = np.random.default_rng(8).standard_normal((20_000, 16))
    errors = samples.std(axis=1, ddof=1) / 4
    held = 0
    for mean, error in zip(samples.mean(axis=1), errors):
        found = interval(Estimate(mean, error, 15), 0.2)
        held += found.low <= 0 <= found.high
    assert abs(held - 16_000) < 5 * np.sqrt(20_000 * 0.16)


def coverage(statistic, truth, draw, share=1.0, repetitions=1500, groups=64):
    """Of so many 98 % intervals, with `share` of their error, how many hold the truth, less what is expected."""
    held = 0
    for seed in range(repetitions):
        rng = np.random.default_rng((7, seed))
        found = jackknife([draw(rng) for _ in range(groups)], statistic)
        found = interval(Estimate(found.value, share * found.error, found.dof), 0.02)
        held += found.low <= truth <= found.high
    return held - 0.98 * repetitions, 5.5 * np.sqrt(repetitions * 0.02 * 0.98) + 0.003 * repetitions  # 0.3 %: skewness


def ratio_parts(rng):
    x, y = rng.standard_normal((2, 12))
    return Sums(x=((2 + x) ** 2).sum(), y=(3 + x + y).sum())


def ratio(sums):
    return sums["x"] / sums["y"]


def test_intervals_of_a_ratio_cover_as_often_as_they_say():
    excess, allowed = coverage(ratio, 5 / 3, ratio_parts)
    assert abs(excess) < allowed


def test_too_narrow_an_error_would_be_noticed():
    """The negative control: 30 % off the error, and the coverage is out of bounds."""
    excess, allowed = coverage(ratio, 5 / 3, ratio_parts, share=0.7)
    assert excess < -allowed


def test_intervals_of_a_vanishing_square_cover_at_least_as_often():
    """A degenerate U-statistic: the jackknife may be too wide, not too narrow."""
    excess, allowed = coverage(estimates.signal, 0.0, lambda rng: picture_sums(rng.standard_normal((3, 8))))
    assert excess > -allowed


def test_propagation_of_a_product():
    found = propagate(lambda v: v[0] * v[1], [Estimate(2.0, 0.1, 63), Estimate(3.0, 0.2, 31)])
    assert (found.value, found.dof) == (6.0, 31)
    assert found.error == pytest.approx(np.hypot(3 * 0.1, 2 * 0.2), rel=1e-12)


@pytest.mark.parametrize("rank", [1, 12])
def test_squares_that_vanish_are_covered_by_halves_in_the_far_tail(rank):
    """E s = 0 at a low rank, where the jackknife's error shrinks with the square: of 2000 intervals at an error of 1e-3
    about 2 miss.
    """
    means = np.random.default_rng((11, rank)).standard_normal((2000, 64, rank))
    measure, missed = estimates.across_halves(lambda sums: 1.0), 0
    for groups in means:
        found = interval(measure([Sums(mean=group) for group in groups], lambda sums: sums["mean"]), 1e-3)
        missed += not found.low <= 0 <= found.high
    assert missed <= stats.binom(2000, 1e-3).isf(1e-6)


def test_a_square_across_halves_is_unbiased():
    rng = np.random.default_rng(12)
    measure, true = estimates.across_halves(lambda sums: 2.0), np.array([0.3, -0.2, 0.1])
    groups = [[Sums(mean=true + rng.standard_normal(3)) for _ in range(64)] for _ in range(400)]
    found = [measure(parts, lambda sums: sums["mean"]).value for parts in groups]
    assert abs(np.mean(found) - true @ true / 2) < 5.5 * np.std(found) / 20


def test_a_mean_is_of_the_sum_at_the_end_of_its_path():
    sums = Sums(count=4, own=Sums(squares=np.array([2.0, 8.0])))
    assert estimates.mean_of("own", "squares", 1)(sums) == 2.0
    assert np.array_equal(estimates.mean_of("own", "squares")(sums), [0.5, 2.0])


def test_the_variance_along_a_direction_is_that_of_the_products():
    pictures, e = np.random.default_rng(2).standard_normal((9, 5)) + 3, np.arange(1.0, 6.0)
    along = pictures @ e / np.linalg.norm(e)
    assert estimates.variance_along(picture_sums(pictures, e=e), "e") == pytest.approx(along.var(ddof=1), rel=1e-12)


def test_a_cosine_near_one_is_not_biased_by_noise_that_all_pixels_share():
    """16 pictures, (2 + 2z)(1, …, 1) and a little of their own; half of the variance of the mean, 1/16, is 1/32."""
    constant, rng, repetitions = np.ones(9), np.random.default_rng(9), 4000
    mean = 2 * np.array([*np.ones(8), 0.0])
    exact = mean.sum() / (3 * np.linalg.norm(mean))
    found = []
    for _ in range(repetitions):
        drawn = mean * (1 + rng.standard_normal((16, 1))) + 0.01 * rng.standard_normal((16, 9))
        sums = picture_sums(drawn, constant=constant)
        found.append([each(sums, "constant") for each in (estimates.towards, estimates.close_to)])
    biases = np.median(found, axis=0) / exact - 1
    assert abs(biases[1]) < 1e-3 < 0.015 < biases[0] < 0.05


def test_a_cosine_near_one_has_its_sign_as_a_square():
    sums = picture_sums(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0], [0.0, 3.0]]), e=np.array([1.0, 0.0]))
    assert estimates.close_to(sums, "e") == pytest.approx(-np.sqrt(2 / (18 - 2)))
