"""Verdicts and the error budget."""

import numpy as np
import pytest

from sims.claims import all_claims
from sims.evidence.estimates import Estimate
from sims.evidence.verdict import (
    CLAIM_SLOTS,
    ERROR_BUDGET,
    INTERVAL_ERROR,
    INTERVAL_SLOTS,
    LOOKS,
    POWER,
    Interval,
    interval,
    judge,
    of_laws,
    of_statement,
)
from sims.report.ledger import READING


def found(low, high, detectable=0.0):
    return Interval((low + high) / 2, low, high, detectable)


@pytest.mark.parametrize(
    "low, high, detectable, verdict",
    [
        (0.95, 1.05, 0.09, "holds"),
        (0.90, 1.10, 0.1, "holds"),
        (0.89, 1.05, 0.1, "inconclusive"),
        (1.11, 1.15, 0.05, "refuted"),
        (0.70, 0.89, 0.1, "refuted"),
        (0.80, 1.20, 0.1, "inconclusive"),
        (0.99, 1.01, 0.11, "inconclusive"),
        (1.50, 1.60, 0.11, "inconclusive"),
        (1.05, 1.15, 0.05, "inconclusive"),
        (np.nan, np.nan, np.nan, "inconclusive"),
        (np.nan, np.nan, 0.0, "inconclusive"),
    ],
)
def test_judge_with_a_margin_of_a_tenth_around_one(low, high, detectable, verdict):
    assert judge(found(low, high, detectable), 1.0, 0.1) == verdict


@pytest.mark.parametrize(
    "readings, laws, verdict",
    [
        ([], "certified", "not printed"),
        ([["holds", "holds"], ["refuted"]], "off", "holds"),
        ([["refuted"], ["holds"]], None, "holds"),
        ([["holds", "refuted"]], "certified", "corrected"),
        ([["refuted"], ["refuted"]], None, "refuted"),
        ([["refuted"]], "off", "refuted"),
        ([["refuted"]], "inconclusive", "inconclusive"),
        ([["refuted"], ["holds", "inconclusive"]], "certified", "inconclusive"),
        ([[]], "certified", "inconclusive"),
    ],
)
def test_a_statement_is_judged_by_its_readings_and_corrected_by_laws_that_are_certified(readings, laws, verdict):
    assert of_statement(readings, laws) == verdict


def test_a_law_that_is_off_is_never_hidden():
    assert of_laws(["certified", "off", "inconclusive"]) == "off"
    assert of_laws(["certified", "inconclusive"]) == "inconclusive"
    assert of_laws(["certified"]) == "certified" and of_laws([]) is None


@pytest.mark.parametrize(
    "low, high, side, verdict",
    [
        (0.95, 0.99, "at least", "holds"),
        (0.949, 0.99, "at least", "inconclusive"),
        (0.9, 0.949, "at least", "refuted"),
        (0.1, 0.95, "at most", "holds"),
        (0.951, 2.0, "at most", "refuted"),
        (np.nan, np.nan, "at least", "inconclusive"),
    ],
)
def test_a_bound_without_a_margin_is_decided_by_exclusion(low, high, side, verdict):
    """However wide the interval."""
    assert judge(found(low, high, detectable=9.0), 0.95, 0.0, side) == verdict


def test_the_slots_share_out_the_budget_and_no_more():
    assert INTERVAL_ERROR * CLAIM_SLOTS * INTERVAL_SLOTS * LOOKS == pytest.approx(ERROR_BUDGET)
    assert sum(claim.looks for claim in all_claims().values()) <= CLAIM_SLOTS * LOOKS  # photographs are read once
    assert f"one error budget of {100 * ERROR_BUDGET:.1f} % for the whole page" in READING


def test_the_smallest_detectable_effect_is_excluded_as_often_as_it_says():
    rng, dof, repetitions = np.random.default_rng(5), 63, 4000
    excluded = 0
    for _ in range(repetitions):
        sample = rng.standard_normal(dof + 1)
        error = sample.std(ddof=1) / np.sqrt(dof + 1)
        one = interval(Estimate(sample.mean(), error, dof), 0.01)
        # the deviation is the detectable one of the true error, so that it does not move with the sample
        effect = interval(Estimate(0.0, 1 / np.sqrt(dof + 1), dof), 0.01).detectable
        excluded += one.low > -effect
    assert (
        abs(excluded / repetitions - POWER) < 0.03
    )  # 4000 trials: ±0.019 at 4 sigma; the error's own spread: under 0.01


def test_an_exact_estimate_is_a_point():
    assert interval(Estimate(2.0)) == Interval(2.0, 2.0, 2.0, 0.0)
