"""Readings, laws, findings and twins: how they are judged, what prolongs a run, and what a statement's verdict is."""

import numpy as np
import pytest

from sims.evidence.estimates import Estimate, Sums
from sims.evidence.verdict import Interval
from sims.study.claim import Claim
from sims.study.rows import Finding, Law, Reading, Row, Twin
from sims.study.study import Experiment

READINGS = {"kind": "at least a half", "strict": "0.9 or more"}


def chunk(rng, trials):
    """Numbers of mean 1, and their twins of mean 1.3, on the same draws."""
    draws = rng.standard_normal(trials)
    return Sums(n=trials, own=(draws + 1).sum(), twin=(draws + 1.3).sum())


def mean(part):
    return lambda sums: sums[part] / sums["n"]


def claim(*rows, trials=8000):
    run = lambda study: study.sample(Experiment("draws", chunk, trials, rows))
    return Claim("kinds", "", "", "", "", "", run, readings=READINGS)


def law(**changes):
    twin = Twin("0.3 more", mean("twin"))
    return Law(**{"name": "law", "what": "", "of": mean("own"), "value": 1.0, "margin": 0.1, "twin": twin, **changes})


def reading(**changes):
    kind = {"name": "read", "what": "", "of": mean("own"), "reading": "kind", "value": 0.5, "side": "at least"}
    return Reading(**{**kind, "law": 1.0, **changes})


def strict(**changes):
    bound = dict(reading="strict", value=1.2, side="at least", law=1.0)
    return Reading(**{"name": "strict", "what": "", "of": mean("own"), **bound, **changes})


def test_the_statement_and_the_law_are_judged_apart(run):
    [result] = run([claim(law(), reading(), strict())])
    assert (result.verdict, result.expected, result.law_verdict) == ("holds", "holds", "certified")
    assert [row["verdict"] for row in result.rows] == ["certified", "holds", "refuted"] and not result.changed
    document = result.document()
    assert document["readings"] == READINGS and document["law_expected"] == "certified"


def test_where_all_readings_fail_a_certified_law_corrects(run):
    [result] = run([claim(law(), reading(value=1.5), strict())])
    assert (result.verdict, result.expected) == ("corrected", "corrected") and not result.changed


def test_a_law_that_is_off_changes_what_was_expected_whatever_the_readings(run):
    [result] = run([claim(law(value=2.0), reading(), strict())])
    assert (result.verdict, result.law_verdict) == ("holds", "off") and result.changed == ["law"]


def test_a_twin_is_judged_as_its_row_and_can_fail_to_be_refuted(run):
    [result] = run([claim(law(), reading(twin=Twin("0.3 more", mean("twin"))), strict())])
    controls = [row["control"] and row["control"]["verdict"] for row in result.rows]
    assert controls == ["off", "holds", None] and result.changed == ["read"]
    harmless = law(twin=Twin("nothing", mean("own")))
    [result] = run([claim(harmless, reading(), strict())])
    assert result.changed == ["law"] and result.rows[0]["control"]["verdict"] == "certified"


def test_a_finding_judges_nothing_and_prolongs_nothing(run):
    found = Finding(name="found", what="", of=mean("own"))
    [result] = run([claim(law(), reading(), strict(), found)])
    row = result.rows[-1]
    assert row["verdict"] is None and row["expected"] is None and row["control"] is None
    assert row["low"] < 1 < row["high"] and not result.changed
    [with_it] = run([claim(found, trials=8)])
    assert with_it.trials == 64  # one look


def test_readings_that_need_not_be_decided_do_not_spend_the_budget(run):
    at_the_edge = dict(value=1.0, law=None, expected="inconclusive")
    [long] = run([claim(law(), reading(**at_the_edge), strict())])
    [short] = run([claim(law(), reading(**at_the_edge, prolongs=False), strict())])
    assert long.trials > short.trials and short.rows[1]["verdict"] == "inconclusive"


def test_a_reading_s_expected_verdict_is_where_the_law_puts_it():
    assert reading(law=0.49).expected_verdict == "refuted" and reading(law=0.5).expected_verdict == "holds"
    assert reading(law=None, expected="holds").expected_verdict == "holds"
    equal = Reading(name="", what="", reading="kind", value=1.0, margin=0.1, law=1.05)
    assert equal.expected_verdict == "holds"


def test_a_reading_that_is_not_declared_is_a_mistake(run):
    with pytest.raises(KeyError, match="no reading 'loose' is declared"):
        run([claim(reading(reading="loose"))])


def test_without_readings_a_statement_is_not_printed(run):
    only = Claim("laws", "", "", "", "", "", claim(law()).run)
    [result] = run([only])
    assert (result.verdict, result.law_verdict, result.changed) == ("not printed", "certified", [])


def test_exact_rows_and_intervals_of_one_s_own(run):
    def exact(study):
        study.exact(law(of=None, twin=Twin("twice")), 1.0, 2.0)
        study.conclude(reading(), Interval(1.0, 0.9, 1.1, 0.2))
        study.conclude(strict(), Estimate(1.0, 0.01, 31))

    [result] = run([Claim("kinds", "", "", "", "", "", exact, readings=READINGS)])
    assert [row["verdict"] for row in result.rows] == ["certified", "holds", "refuted"]
    assert result.rows[0]["control"] == {"what": "twice", "estimate": 2.0, "low": 2.0, "high": 2.0, "verdict": "off"}


def test_tags_are_three():
    with pytest.raises(ValueError, match="exact, limit, first order"):
        law(tag="about")
    assert np.isnan(float("nan")) and Row.prolongs and not Finding.prolongs
