"""A study: sampling until decided, the same for any number of workers, and never green by construction."""

import json
from dataclasses import replace

import numpy as np
import pytest

from sims.evidence.estimates import Sums
from sims.evidence.verdict import INTERVAL_SLOTS, Interval
from sims.study.claim import Claim
from sims.study.rows import Law, Twin
from sims.study.study import Experiment
from sims.system.errors import InputError
from theory.errors import Precondition


def documents(results):
    return [json.dumps({**result.document(), "seconds": 0}) for result in results]


def test_results_do_not_depend_on_workers_or_on_other_claims(run, normal_claim):
    alone = documents(run([normal_claim()], workers=1))
    together = documents(run([normal_claim("another"), normal_claim()], workers=5))
    assert together[1:] == alone


def test_trials_are_those_of_all_experiments_and_of_what_is_read(run, normal_claim):
    """`read` says how many trials are behind its row: one a group unless told."""
    check = Law(name="read", what="three", of=lambda sums: sums["three"], value=3.0, margin=0.5)
    first, second = normal_claim("first"), normal_claim("second")

    def both(study):
        first.run(study)
        once = study.result.trials
        second.run(study)
        assert study.result.trials == 2 * once > 0
        groups = study.draw("threes", lambda rng, trials: Sums(three=3.0, n=trials), 5, 7)
        study.read(groups, check)
        study.read(groups, replace(check, name="told"), trials=35)
        assert study.result.trials == 2 * once + 35

    [result] = run([Claim("both", "", "", "", "", "", both)])
    assert [row["trials"] for row in result.rows[2:]] == [5, 35] and result.rows[0]["trials"] > 0


def test_another_seed_gives_other_numbers(run, normal_claim):
    assert documents(run([normal_claim()], seed=1)) != documents(run([normal_claim()], seed=2))


@pytest.mark.parametrize(
    "shift, printed, statement, law",
    [
        (1.0, None, "not printed", "certified"),
        (1.0, 1.0, "holds", "certified"),
        (1.0, 2.0, "corrected", "certified"),
        (1.3, None, "not printed", "off"),
        (1.3, 1.0, "refuted", "off"),
        (1.3, 1.3, "holds", "off"),
        (1.1, None, "not printed", "inconclusive"),
    ],
)
def test_verdicts_follow_the_truth(run, normal_claim, shift, printed, statement, law):
    [result] = run([normal_claim(shift=shift, printed=printed)])
    assert (result.verdict, result.law_verdict) == (statement, law)
    assert bool(result.changed) == (law != "certified")


def test_sampling_stops_when_decided_and_goes_on_while_it_is_not(run, normal_claim):
    [easy], [hard] = run([normal_claim(shift=1.0, trials=40000)]), run([normal_claim(shift=1.1, trials=40000)])
    assert easy.trials < 40000 < hard.trials


def test_too_few_trials_are_inconclusive_not_green(run, normal_claim):
    [result] = run([normal_claim(trials=1)])
    assert result.law_verdict == "inconclusive" and result.changed == ["mean"]


def test_a_twin_that_is_not_refuted_is_a_change(run, normal_claim):
    [result] = run([normal_claim(more=0.0)])
    assert result.law_verdict == "certified" and result.changed == ["mean"]


def test_the_error_budget_can_not_be_overdrawn(run):
    check = Law(name="row", what="nothing", value=0.0, margin=1.0)

    def overdraw(study):
        for _ in range(INTERVAL_SLOTS // 2 + 1):
            study.exact(check, 0.0)

    with pytest.raises(InputError, match="error budget"):
        run([Claim("many", "", "", "", "", "", overdraw)])


def test_too_many_rows_are_refused_before_anything_is_simulated(run):
    check = Law(name="row", what="nothing", of=lambda sums: 0.0, value=0.0, margin=1.0)

    def chunk(rng, trials):
        pytest.fail("simulated")

    many = lambda study: study.sample(Experiment("many", chunk, 100, (check,) * (INTERVAL_SLOTS // 2 + 1)))
    with pytest.raises(InputError, match="error budget"):
        run([Claim("many", "", "", "", "", "", many)])


def raises(problem):
    """A claim whose run raises `problem`."""

    def fail(study):
        raise problem

    return Claim("broken", "", "", "", "", "", fail)


def test_a_precondition_that_is_missed_is_told_in_one_line(run, tmp_path):
    with pytest.raises(InputError) as caught:
        run([raises(Precondition("a kernel of (7, 7) does not fit"))])
    assert str(caught.value) == (
        "broken can't be run on this picture with these settings: a kernel of (7, 7) does not fit"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [ValueError, TypeError, IndexError, ZeroDivisionError])
def test_any_other_error_of_a_claim_is_a_defect_and_comes_out_as_it_is(run, kind):
    """A ValueError above all: NumPy's own, of shapes that do not fit, must not pass for a setting's fault."""
    problem = kind("operands could not be broadcast together")
    with pytest.raises(kind) as caught:
        run([raises(problem)])
    assert caught.value is problem


def test_a_chunk_s_own_error_comes_out_of_its_thread(run):
    def chunk(rng, trials):
        return np.zeros(2) + np.zeros(3)

    check = Law(name="row", what="nothing", of=lambda sums: 0.0, value=0.0, margin=1.0)
    claim = lambda study: study.sample(Experiment("broken", chunk, 100, (check,)))
    with pytest.raises(ValueError, match="broadcast") as caught:
        run([Claim("broken", "", "", "", "", "", claim)])
    assert type(caught.value) is ValueError


def test_a_row_may_be_measured_in_its_own_way(run):
    """`measure` is handed the groups and the statistic, its twin's too; what it gives is judged as it is."""

    def of_three(groups, statistic):
        value = statistic(groups[0])
        return Interval(value, value - 0.1, value + 0.1, 0.2)

    twin = Twin("minus three", lambda sums: -sums["three"])
    row = Law(
        name="row", what="three", of=lambda sums: sums["three"], value=3.0, margin=0.5, twin=twin, measure=of_three
    )
    kept = []

    def claim(study):
        kept.append(study.sample(Experiment("threes", lambda rng, trials: Sums(three=3.0), 64, (row,))))

    [result] = run([Claim("own", "", "", "", "", "", claim)])
    [row] = result.rows
    assert (row["estimate"], row["low"], row["high"], row["verdict"]) == (3.0, 2.9, 3.1, "certified")
    assert (row["control"]["estimate"], row["control"]["verdict"]) == (-3.0, "off") and kept[0]["row"].high == 3.1
    assert {group["three"] for group in kept[0].groups} == {3.0}


def test_finished_claims_are_on_disk_when_a_later_one_is_interrupted(run, normal_claim, tmp_path):
    def interrupt(study):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([normal_claim(), Claim("late", "", "", "", "", "", interrupt)])
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["normal.json"]


def test_tables_are_of_lines_or_of_rows_that_were_written(run, normal_claim):
    """Columns follow the names asked for, under the keys of the rows or others."""

    def tables(study):
        normal_claim("first").run(study)
        groups = study.draw("threes", lambda rng, trials: Sums(three=3.0, n=1), 4, 1)
        law = Law(name="threes", what="three", of=lambda sums: sums["three"] / sums["n"], value=3.0, margin=0.5)
        assert [each.value for each in study.read_all(groups, law, replace(law, name="again"))] == [3.0, 3.0]
        study.table("columns", **study.columns(["again", "mean"], by=[1.0, 2.0], exact="law"))
        study.tabulate("lines", [{"row": "threes", **study.line("threes")}, {"row": "mean", **study.line("mean")}])

    [result] = run([Claim("tables", "", "", "", "", "", tables)])
    assert result.tables["columns"] == {"exact": [3.0, 2.0]}
    mean = next(row for row in result.rows if row["name"] == "mean")
    assert list(result.tables["lines"]) == ["row", "estimate", "low", "high"]
    assert result.tables["lines"]["low"] == pytest.approx([3.0, mean["low"]], rel=1e-5)
