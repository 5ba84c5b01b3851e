"""The arithmetic of `make calibrate`, on rows whose calibration is known."""

import numpy as np
import pytest
from support import calibrate, calibration

from sims.evidence.estimates import Estimate
from sims.evidence.verdict import Interval, interval
from sims.study.rows import EXACT, LIMIT

DOF = 15


def row(z=0.0, name="row", tag=EXACT, error=0.1):
    return {"name": name, "tag": tag, "law": 1.0, "value": 1.0 + z * error, "error": error, "dof": DOF}


def runs(count, told=1.0, copies=1):
    """Runs of rows whose estimates are Student's, but for an error that is told `told` times as large as it is."""
    draws = np.random.default_rng(5).standard_t(DOF, count)
    return [{"rows": [row(z / told, error=0.1 * told, name=f"row-{k}") for k in range(copies)]} for z in draws]


def test_a_row_misses_where_the_interval_of_that_error_ends():
    assert calibration.misses(row(1.7)).tolist() == [0, 0, 0]
    assert calibration.misses(row(-1.8)).tolist() == [0, 0, 1]
    assert calibration.misses(row(3.0)).tolist() == [0, 1, 1]
    assert calibration.misses(row(-20.0)).tolist() == [1, 1, 1]


def test_of_calibrated_rows_the_nominal_share_misses():
    found = calibration.by_tag(runs(3000))
    assert found[LIMIT] == {"rows": 0}
    assert found[EXACT]["rows"] == 3000 and found[EXACT]["own"] == [0, 0]
    for nominal, error_rate in (("10 %", 0.1), ("1 %", 0.01)):
        share, error = found[EXACT][nominal]
        assert error == pytest.approx(np.sqrt(share * (1 - share) / 3000), rel=0.01)
        assert abs(share - error_rate) < 4 * error


def test_rows_of_one_run_are_no_evidence_of_their_own():
    one, four = (calibration.by_tag(runs(500, copies=copies))[EXACT]["10 %"] for copies in (1, 4))
    assert one == four


def test_a_row_whose_error_is_too_small_is_called_suspicious():
    [found] = calibration.suspicious({"good": runs(40), "bad": runs(40, told=0.4)})
    assert (found["claim"], found["row"], found["seeds"]) == ("bad", "row-0", 40)
    assert found["10 %"] > 10 and found["z"][1] > 2


def test_what_is_not_sampled_or_a_band_is_counted_apart():
    band = {"name": "band", "tag": LIMIT, "law": 0.1, "low": 0.0, "high": 0.05}
    run = {"rows": [row(error=0.0), band, {**band, "high": 0.2}]}
    assert calibration.by_tag([run])[EXACT] == {"rows": 0}
    assert calibration.bands([run]) == {"rows": 2, "own": 1}


def test_verdicts_that_are_not_the_expected_ones_are_counted_by_row():
    run = {"statement": True, "changed": ["a"], "alive": ["b"], "rows": []}
    other = {**run, "statement": False, "alive": []}
    assert calibration.verdicts([run, other]) == {"seeds": 2, "statement": 1, "rows": {"a": 2}, "twins": {"b": 1}}


def test_a_run_keeps_the_estimates_behind_its_intervals():
    found = calibrate.run_of("theorem1", "1")
    assert (found["statement"], found["changed"], found["alive"]) == (False, [], [])
    assert any(calibration.sampled(found))
    again = calibrate.run_of("theorem1", "1")
    assert again == found != calibrate.run_of("theorem1", "2")


def test_a_recorded_row_holds_the_estimate_behind_its_interval():
    law = calibrate.Law(name="row", what="", value=1.0, margin=1.0)
    with calibrate.recorded():
        row = law.describe(Estimate(2.0, 0.1, DOF))
    assert row["high"] == interval(row[calibrate.FOUND]).high and "found" not in law.describe(Estimate(2.0))
    assert calibrate.law(row) == {"name": "row", "tag": EXACT, "law": 1.0, "value": 2.0, "error": 0.1, "dof": DOF}
    band = Interval(0.1, 0.0, 0.2, 0.2)
    assert calibrate.law({**row, calibrate.FOUND: band})["low"] == 0.0
