"""What is written: rows to a share of their intervals, tables likewise, and nothing of it twice."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from sims.evidence.estimates import Estimate
from sims.evidence.verdict import interval
from sims.study.written import table, written


def row(estimate, half, margin=0.1, **more):
    control = dict(what="twin", target=0.5, estimate=2 * estimate, low=2 * estimate - half, high=2 * estimate + half)
    found = dict(estimate=estimate, low=estimate - half, high=estimate + half, detectable=half * 1.2, name="a")
    declared = dict(printed=1 / 3, exact=None, margin=margin, printed_margin=margin)
    return {**found, **declared, "verdict": "holds", "control": {**control, "verdict": "refuted"}, **more}


@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e2))
def test_a_row_is_written_once(estimate, half):
    """Writing it again changes nothing but, at the edge of a power of ten, the digits of an interval that grew."""
    once = written(row(estimate, half))
    assert once["low"] <= estimate - half * (1 - 1e-9) and once["high"] >= estimate + half * (1 - 1e-9)
    assert once["detectable"] >= 1.2 * half * (1 - 1e-9) and once["verdict"] == "holds"
    again = written(once)
    assert math.isclose(again["low"], once["low"], abs_tol=half / 5) and again["low"] <= once["low"]
    assert json.loads(json.dumps(once)) == once


def test_digits_of_a_row():
    found = written(row(0.123456789, 0.0123456))
    assert (found["estimate"], found["low"], found["high"]) == (0.1235, 0.1111, 0.1359)
    assert found["printed"] == 0.333333333333 and found["exact"] is None and found["margin"] == 0.1
    assert (found["control"]["estimate"], found["control"]["target"]) == (0.2469, 0.5)


def test_a_rounding_error_is_written_as_what_it_is():
    found = written(row(6.5e-16, 0.0, margin=1.9e-14))
    assert found["estimate"] == found["low"] == found["high"] == 0.0


def test_tables_know_estimates_by_their_intervals():
    found = table(
        dict(
            n=[4, 8],
            law=[1 / 3, 2 / 3],
            measured=[0.123456789, 5.0],
            low=[0.111111, 4.0],
            high=[0.135802, 6.0],
            cosine=[0.123456789, 0.5],
            cosine_low=[0.12, 0.4],
            cosine_high=[0.13, 0.6],
            word=["a", "b"],
            flag=[True, False],
        )
    )
    assert found["measured"] == [0.1235, 5.0] and found["low"] == [0.1111, 4.0] and found["high"] == [0.1359, 6.0]
    assert found["cosine"] == [0.12346, 0.5] and found["law"] == [0.333333, 0.666667]
    assert found["n"] == [4, 8] and found["word"] == ["a", "b"] and found["flag"] == [True, False]


def test_an_estimate_in_a_table_has_the_digits_of_its_own_interval():
    estimate = Estimate(0.123456789, 0.001, 31)
    half = interval(estimate).high - estimate.value
    assert 0.001 < half < 0.1
    assert table(dict(cosine=[estimate]))["cosine"] == [0.12346]
    assert table(dict(cosine=[Estimate(1 / 3)]))["cosine"] == [0.333333]
