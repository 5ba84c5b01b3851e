"""Means, differences and AUCs with intervals: against SciPy, and how often they hold the truth."""

import numpy as np
import pytest
from scipy import stats

from sims.evaluate import intervals
from sims.evaluate.intervals import Estimate, difference, mean
from sims.evaluate.measures import AUC, AUC_OF_HALF
from theory.metrics import error_auc

RNG = np.random.default_rng(4)


def test_a_mean_has_student_s_interval_and_counts_what_has_no_number():
    values = RNG.standard_normal(9).tolist()
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    found = mean([*values, None, None])
    assert (found.value, found.low, found.high) == pytest.approx((np.mean(values), *expected))
    assert (found.images, found.without) == (9, 2)


def test_too_few_have_no_interval():
    assert mean([]) == Estimate(None, None, None, 0, 0)
    assert mean([None]) == Estimate(None, None, None, 0, 1) and mean([2.0]) == Estimate(2.0, None, None, 1, 0)
    assert mean([2.0, 2.0]) == Estimate(2.0, 2.0, 2.0, 2, 0)


def test_a_difference_is_paired():
    """What photographs share does not blur it."""
    shared = 100 * RNG.standard_normal(50)
    one, other = (shared + 1).tolist(), shared.tolist()
    found = difference([*one, None, 1.0], [*other, 2.0, None])
    assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1)) and found.images == 50


def test_so_many_photographs_decide():
    """With as many as are said to be needed, four of five experiments show it (2000 experiments, five errors)."""
    sample = mean((0.3 + RNG.standard_normal(40)).tolist())
    large = Estimate(0.4, 0.4 - 1.96 / np.sqrt(40), 0.4 + 1.96 / np.sqrt(40), 40)
    assert large.needed() is None and sample.needed(sample.value) is None
    small = Estimate(0.1, 0.1 - 1.96 / np.sqrt(40), 0.1 + 1.96 / np.sqrt(40), 40)
    needed = small.needed()
    assert needed == pytest.approx(7.85 / 0.1**2, rel=0.01) and small.needed(0.1) is None
    draws = 0.1 + RNG.standard_normal((2000, needed))
    share = np.mean(stats.ttest_1samp(draws, 0, axis=1).pvalue < 0.05)
    assert abs(share - 0.8) < 5 * np.sqrt(0.8 * 0.2 / 2000)


@pytest.fixture
def few(monkeypatch):
    """Fewer resamples."""
    monkeypatch.setattr(intervals, "RESAMPLES", 100)


@pytest.fixture
def scored(few):
    correct = RNG.random(300) < 0.7
    scores = RNG.standard_normal(300)
    return {"blind": scores, "tells": scores - 1.5 * correct, "some": [*(scores - correct)[:-1], None]}, correct


def test_aucs_of_all_and_of_the_larger_half(scored):
    scores, correct = scored
    found = intervals.aucs(scores, correct, 0)
    own, pairs = found[AUC]
    assert own["tells"].value == error_auc(scores["tells"], correct)
    assert (own["some"].images, own["some"].without) == (299, 1)
    assert own["blind"].low < 0.5 < own["blind"].high and own["tells"].low > 0.5
    apart = pairs["blind", "tells"]
    assert apart.value == own["blind"].value - own["tells"].value and apart.high < 0
    assert set(pairs) == {("blind", "tells"), ("blind", "some"), ("tells", "some")}
    half = np.argsort(-scores["tells"])[:150]
    assert found[AUC_OF_HALF][0]["tells"].value == error_auc(scores["tells"][half], correct[half])


def test_an_interval_of_an_auc_is_as_wide_as_its_sampling_error():
    """DeLong's variance of an AUC, from the placements of both kinds, within a fifth."""
    correct = np.arange(400) < 250
    scores = RNG.standard_normal(400) - 0.5 * correct
    found = intervals.aucs({"one": scores}, correct, 0)[AUC][0]["one"]
    above = (scores[~correct][:, None] > scores[correct]).astype(float)
    error = np.sqrt(above.mean(axis=1).var(ddof=1) / 150 + above.mean(axis=0).var(ddof=1) / 250)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.2)


def test_without_errors_there_is_no_auc():
    found = intervals.aucs({"one": [1.0, 2.0]}, [True, True], 0)[AUC][0]["one"]
    assert found == Estimate(None, None, None, 2, 0)


def test_the_same_seed_gives_the_same_interval(scored):
    one, two, three = (intervals.aucs(*scored, seed)[AUC][0]["tells"] for seed in (0, 0, 1))
    assert one == two and one.low != three.low
