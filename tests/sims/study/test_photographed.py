"""Rows that are read off photographs."""

import pytest

from sims.evidence.defects import taken_out
from sims.evidence.estimates import Sums
from sims.evidence.verdict import HOLDS, INCONCLUSIVE, REFUTED
from sims.study import photographed
from sims.study.claim import Result
from sims.study.rows import AT_LEAST
from sims.study.study import Study


def of(values, others):
    return [Sums(count=1, own={"cosine": a}, other={"cosine": b}) for a, b in zip(values, others)]


HIGH, LOW = of([0.9] * 40, [0.1] * 40), of([0.1] * 40, [0.9] * 40)


def row(**options):
    own = dict(name="row", reading="words", part="own", wrong="other", key="cosine", what="", value=0.5, side=AT_LEAST)
    return photographed.reading(**own, **options)


def written(rows, groups, **options):
    result = Result("c", "", "", "", "", "", "", 0, "", "", {}, readings={"words": ""})
    study = Study(result, None, {}, None, None, None, None)
    photographed.read(study, groups, rows, **options)
    return result


def test_a_reading_and_its_twin_are_of_the_median_photograph():
    [found] = written([row()], HIGH).rows
    assert (found["verdict"], found["control"]["verdict"]) == (HOLDS, REFUTED)
    [found] = written([row()], of([0.9] * 25 + [0.1] * 15, [0.1] * 40)).rows
    assert (
        found["estimate"] == 0.9 and found["verdict"] == INCONCLUSIVE
    )  # the interval of the median ends among the others


def test_a_twin_without_its_defect_is_the_row():
    with taken_out():
        [found] = written([row()], HIGH).rows
    assert found["control"]["estimate"] == found["estimate"]


def test_a_row_that_is_left_open_is_no_change_and_one_that_is_refuted_is():
    few = of([0.9] * 3, [0.1] * 3)
    assert written([row()], few).changed == [] and written([row()], few).rows[0]["verdict"] == INCONCLUSIVE
    assert written([row()], LOW).changed == ["row"]


def test_one_that_the_committed_run_refutes_is_a_change_where_it_holds():
    assert written([row()], LOW, refuted=("row",)).rows[0]["expected"] == REFUTED
    assert written([row()], HIGH, refuted=("row",)).changed == ["row"]


@pytest.mark.parametrize("groups, verdict", [(HIGH, HOLDS), (LOW, REFUTED)])
def test_of_two_that_are_exchanged_one_is_refuted(groups, verdict):
    more = photographed.more("more", "words", "own", "other", "cosine", "")
    [found] = written([more], groups).rows
    assert found["verdict"] == verdict != found["control"]["verdict"]
    [found] = written([more], groups, refuted=("more",)).rows
    assert found["control"] is None


def test_by_how_much_is_part_of_the_reading():
    by = lambda value: photographed.shifted("by", "words", "own", "other", "cosine", "", value)
    assert [written([by(value)], HIGH).rows[0]["verdict"] for value in (0.7, 0.9)] == [HOLDS, REFUTED]


def test_the_table_tells_how_the_photographs_are_spread_and_for_how_many_it_holds():
    table = written([row()], of([0.2, 0.4, 0.6, 0.8], [0.0] * 4)).tables["photographs"]
    assert table["row"] == ["row"] and table["q0.5"] == [0.5] and table["share"] == [0.5]
