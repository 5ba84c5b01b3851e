"""Long runs in pieces, and verdicts on several photographs."""

import numpy as np
import pytest
from scipy.stats import binom
from support import photographs
from support.batches import perform
from support.medians import ERROR, of_claim
from support.photographs import packaged, run_of

from sims.evidence.medians import of_values
from sims.evidence.verdict import CERTIFIED, CORRECTED, HOLDS, INCONCLUSIVE, OFF, REFUTED
from sims.study.rows import AT_LEAST


def test_a_run_in_pieces_goes_on_where_it_was(tmp_path):
    done = []

    def work(name, key):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append((name, key))
        return {"found": name + key}

    jobs = {"a": ["0", "1"], "b": ["0", "1"]}
    with pytest.raises(KeyboardInterrupt):
        perform(jobs, tmp_path, 1, work)
    before, done = done, []
    found = perform(jobs, tmp_path, 1, work)
    assert len(before) == 3 and len(done) == 1 and {*before, *done} == {(n, k) for n in jobs for k in jobs[n]}
    assert {name: [each["found"] for each in own.values()] for name, own in found.items()} == {
        "a": ["a0", "a1"],
        "b": ["b0", "b1"],
    }


def test_once_time_is_over_nothing_begins_and_what_is_there_is_read(tmp_path):
    jobs = {"a": ["0"], "b": ["0"]}
    perform({"b": ["0"]}, tmp_path, 1, lambda name, key: {"found": 1})
    found = perform(jobs, tmp_path, 0, None)
    assert found["a"] == {} and found["b"]["0"]["found"] == 1


def test_the_interval_of_a_median_lies_between_two_values():
    found = of_values([5, 1, 9, 3, 7, 8, 2, 6, 4], ERROR)
    assert (found.value, found.low, found.high) == (5, 2, 8)  # 2·(1 + 9)/2⁹ = 3.9 %
    assert (
        of_values(range(6), ERROR).low == 0 and of_values(range(5), ERROR).low == -np.inf
    )  # 2/2⁶ = 3.1 %, 2/2⁵ = 6.2 %


@pytest.mark.parametrize("count", [6, 9, 40, 77])
def test_it_is_as_short_as_its_error_allows(count):
    """The median lies below the value number k, from 0, of n where at most k of n fall below it."""
    low = of_values(range(count), ERROR).low
    assert 2 * binom.cdf(low, count, 0.5) <= 0.05 < 2 * binom.cdf(low + 1, count, 0.5)


def judged(*values, law=CERTIFIED, committed=None):
    """A claim that a number is 0.9 or more, with these values on so many photographs."""
    return of_claim({str(k): run(value, law) for k, value in enumerate(values)}, committed)


def run(value, law):
    row = dict(reading="words", printed=0.9, printed_side=AT_LEAST, margin=0.0, estimate=value)
    return {"law_verdict": law, "readings": ["words"], "rows": {"row": row}}


def test_a_statement_is_judged_on_the_median_photograph():
    most = judged(0.5, *[0.95 + 0.001 * k for k in range(8)])
    assert most["verdict"] == HOLDS and most["readings"]["words"] == {"verdict": HOLDS, "holds": 0.8889}
    assert most["rows"]["row"]["photographs"] == {REFUTED: 1, HOLDS: 8} and most["laws"] == {CERTIFIED: 9}
    assert judged(*[0.95 - 0.02 * k for k in range(9)])["verdict"] == INCONCLUSIVE
    assert judged(*[0.8] * 9)["verdict"] == CORRECTED and judged(*[0.8] * 9)["statements"] == {CORRECTED: 9}
    assert judged(0.95, 0.95)["verdict"] == INCONCLUSIVE  # of two, nothing follows


def test_laws_are_judged_as_in_the_committed_result_unless_one_is_off_on_a_photograph():
    assert judged(*[0.8] * 9, law=INCONCLUSIVE, committed=CERTIFIED)["verdict"] == CORRECTED
    assert judged(*[0.8] * 9, law=OFF, committed=CERTIFIED)["verdict"] == REFUTED


def test_without_a_law_what_fails_is_refuted():
    found = judged(*[0.8] * 9, law=None)
    assert (found["verdict"], found["statements"], found["laws"]) == (REFUTED, {REFUTED: 9}, {})


def test_the_photographs_are_those_that_ship_with_packages():
    assert {"photograph", "astronaut", "chelsea", "coffee", "rocket"} <= set(packaged())
    assert {*photographs.CLOSED_FORM, *photographs.SAMPLED} <= set(photographs.CLAIMS)


def test_a_folder_gives_each_so_many(tmp_path):
    for name in "abcde":
        (tmp_path / f"{name}.jpg").touch()
    assert list(photographs.in_folder(tmp_path, 2)) == ["a", "c", "e"] and photographs.in_folder(None, 2) == {}


def test_a_run_on_a_photograph_keeps_its_readings():
    found = run_of("lemma1", packaged()["chelsea"])
    assert found["readings"] == ["identity"] == list(dict.fromkeys(row["reading"] for row in found["rows"].values()))


def test_without_looks_only_what_is_exact_is_there(monkeypatch):
    small = photographs.images.load("photograph", 24)
    monkeypatch.setattr(photographs.images, "load", lambda source: small)
    found, sampled = (run_of("theorem1_photograph", "photograph", looks) for looks in ((), (1,)))
    assert found["law_verdict"] is None and sampled["law_verdict"]
    assert found["rows"] == sampled["rows"] and "cosine" in found["rows"]


def test_an_entry_says_what_is_committed():
    entry = photographs.of_claim("theorem2", {"0": run(0.8, None)})
    assert (entry["committed"], entry["laws"]) == (CORRECTED, {})
