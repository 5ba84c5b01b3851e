"""Numbers are written with the digits they have: to a share of their interval, outward, and written again the same."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.system import digits

values = st.floats(-1e6, 1e6)
halves = st.floats(1e-9, 1e5)


@given(values, halves)
def test_an_interval_grows_by_less_than_a_fiftieth_of_itself_and_holds_the_old_one(value, half):
    low, high = value - half, value + half
    written, below, above = digits.interval(value, low, high)
    slack = 1e-9 * abs(value) + 1e-12 * half
    assert below <= low + slack and high <= above + slack
    assert max(low - below, above - high) <= half / 50 + slack and abs(written - value) <= half / 100 + slack


@given(values, halves)
def test_what_is_written_is_written_again(value, half):
    low, high = value - half, value + half
    once = digits.interval(value, low, high)
    unit = digits.unit_of_interval(max(high - value, value - low))  # half, but for what its sums have lost
    assert digits.nearest(once[0], unit) == once[0]
    assert (digits.downward(once[1], unit), digits.upward(once[2], unit)) == once[1:]
    assert digits.significant(digits.significant(value)) == digits.significant(value)


@given(values, halves, st.floats(-1, 1))
def test_rounding_of_the_processor_leaves_what_is_written(value, half, nudge):
    """A number that moves by 1e-13 of its interval moves what is written by one unit at most."""
    shift = 1e-13 * half * nudge
    unit = digits.unit_of_interval(half)
    assert abs(digits.nearest(value + shift, unit) - digits.nearest(value, unit)) <= 1.01 * 10.0**unit


@pytest.mark.parametrize(
    "value, written", [(0.1 + 0.2, 0.3), (1 / 3, 0.333333333333), (12345678901234.0, 12345678901200.0)]
)
def test_exact_values_have_twelve_digits(value, written):
    assert digits.significant(value) == written


def test_rounding_errors_have_no_digits_within_their_allowance():
    assert digits.significant(6.5e-16, margin=1.9e-14) == 0.0
    assert digits.significant(4 + 1e-12, margin=1e-9) == 4.0
    assert digits.significant(1.2345678901234, margin=1e-14) == 1.23456789012
    assert digits.significant(0.95563956, margin=0.15) == 0.95563956


@pytest.mark.parametrize("value", [None, 3, 0.0, True, "text"])
def test_what_has_no_last_digit_stays(value):
    assert digits.significant(value) == value


def test_infinities_and_nan_stay():
    assert digits.interval(1.23456789, -math.inf, math.inf) == (1.23456789, -math.inf, math.inf)
    assert math.isnan(digits.significant(math.nan))
    assert digits.interval(0.5, 0.25, 0.75) == (0.5, 0.25, 0.75)
    assert digits.interval(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0)
