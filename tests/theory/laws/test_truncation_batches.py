"""Truncated means and orthants of many windows at once, some of whose rows are left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import Precondition
from theory.laws.orthants import orthant_probability, truncated_mean

EPS = np.finfo(float).eps
EACH = pytest.mark.parametrize("law, most", [(orthant_probability, 3), (truncated_mean, 4)])


def rounding(rows):
    """Each of q terms is a direction good to p·eps, times angles of q − 1 others."""
    return 4 * rows.shape[-2] ** 2 * rows.shape[-1] * EPS


def batch(seed, most, whole):
    """Rows (2, 5, q, p), normal or small integers with zero rows among them, and which of them are active."""
    rng = np.random.default_rng([seed, most])
    shape = 2, 5, rng.integers(0, most + 1), rng.integers(1, 6)
    rows = rng.integers(-1, 2, shape).astype(float) if whole else rng.standard_normal(shape)
    return rows, rng.random(shape[:-1]) < 0.7


@EACH
@given(seed=st.integers(0, 2**32 - 1), whole=st.booleans())
def test_a_batch_is_a_loop(law, most, seed, whole):
    rows, active = batch(seed, most, whole)
    for mask in (active, None, np.ones_like(active)):
        together = law(rows, active=mask)
        assert together.shape == (2, 5) + (() if law is orthant_probability else rows.shape[-1:])
        for place in np.ndindex(2, 5):
            alone = law(rows[place], active=None if mask is None else mask[place])
            assert abs(together[place] - alone).max() <= rounding(rows)


@EACH
@given(seed=st.integers(0, 2**32 - 1), whole=st.booleans())
def test_what_is_not_active_is_not_there(law, most, seed, whole):
    """Zero rows and all: an active one leaves nothing, one that is not is no condition."""
    rows, active = batch(seed, most, whole)
    together = law(rows, active=active)
    for place in np.ndindex(2, 5):
        assert abs(together[place] - law(rows[place][active[place]])).max() <= rounding(rows)


@EACH
def test_only_active_rows_count_towards_the_closed_forms(law, most):
    rows = np.random.default_rng(1).standard_normal((3, most + 2, 6))
    active = np.arange(most + 2) < np.array([[most], [most - 1], [0]])
    assert abs(law(rows, active=active)[0] - law(rows[0, :most])).max() <= rounding(rows)
    with pytest.raises(Precondition, match=f"end at {['three', 'four'][most - 3]}"):
        law(rows, active=active | (np.arange(most + 2) < [[0], [0], [most + 1]]))


def test_the_arguments_stay_as_they_are():
    rows = np.array([[[1.0, 0], [2, 0], [0, 0]]])
    active = np.array([[True, True, False]])
    assert abs(truncated_mean(rows, active=active) - [1 / np.sqrt(2 * np.pi), 0]).max() <= 4 * EPS
    assert active.tolist() == [[True, True, False]] and rows.tolist() == [[[1, 0], [2, 0], [0, 0]]]
