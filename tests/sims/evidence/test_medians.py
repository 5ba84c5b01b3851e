"""Intervals of medians, whatever the distribution."""

import numpy as np
import pytest

from sims.evidence.medians import COSINE, ONE_LOOK, exactly, of_values


@pytest.mark.parametrize("draw", ["standard_cauchy", "standard_exponential"])
def test_the_interval_misses_the_median_as_rarely_as_it_says(draw):
    """2000 times 60 values: at an error of 0.2 it may miss 400 times, and does on the conservative side of it."""
    rng = np.random.default_rng(0)
    true = {"standard_cauchy": 0.0, "standard_exponential": np.log(2)}[draw]
    found = [of_values(getattr(rng, draw)(60), 0.2) for _ in range(2000)]
    missed = sum(not each.low <= true <= each.high for each in found)
    assert 240 < missed <= 400 + 3 * np.sqrt(2000 * 0.2 * 0.8)


def test_where_there_are_too_few_it_ends_where_the_number_does():
    found = COSINE([0.1, 0.2, 0.3], lambda group: group)
    assert (found.value, found.low, found.high) == (0.2, -1.0, 1.0)


def test_it_takes_28_photographs_to_say_anything():
    """2·2⁻ⁿ ≤ the error of a row that is read once."""
    least = int(np.ceil(1 - np.log2(ONE_LOOK)))
    assert COSINE(np.linspace(0, 0.5, least), float).high == 0.5
    assert COSINE(np.linspace(0, 0.5, least - 1), float).high == 1.0


def test_an_identity_is_judged_by_its_worst_case():
    found = exactly([1e-9, -3e-9, 2e-9], lambda group: group)
    assert (found.value, found.low, found.high) == (-3e-9,) * 3
