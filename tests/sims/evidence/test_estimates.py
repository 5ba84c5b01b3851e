"""Sums, the statistics read off them, and their errors, against the definitions written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
