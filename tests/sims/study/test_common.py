"""Rows and their twins: read off two parts of the same sums, the twin's without its defect off its row's own."""

import numpy as np

from sims.evidence.defects import taken_out
from sims.evidence.estimates import Sums, across_halves
from sims.study import common

SUMS = Sums(guided=1.0, saliency=2.0, twin=3.0)
of = lambda part: lambda sums: sums[part]


def test_a_twin_has_what_is_wrong_in_place_of_what_is_right():
    found = common.against("saliency", "guided", of)
    assert (found["of"](SUMS), found["twin"].of(SUMS), found["twin"].what) == (1.0, 2.0, "saliency in its place")
    with taken_out():
        assert common.against("saliency", "guided", of)["twin"].of(SUMS) == 1.0


def test_a_row_that_is_measured_otherwise_keeps_its_measure():
    measure = across_halves(lambda sums: 1.0)
    found = common.leaking(0.125, lambda part: {"of": of(part), "measure": measure}, digits=1)
    assert found["measure"] is measure and (found["of"](SUMS), found["twin"].of(SUMS)) == (1.0, 3.0)
    assert found["twin"].what == "a backward ReLU that leaks 12.5%"


def test_directions_that_are_not_told_apart_have_no_twin():
    assert common.put_back(4, "guided", "saliency", of)["twin"].of(SUMS) == 2.0
    assert common.put_back(4, "guided", "saliency", of, told=False)["twin"] is None


def test_a_picture_that_moves_is_told_from_a_constant():
    noise = np.random.default_rng(0).standard_normal((1, 8, 40))
    assert common.moves(noise, 0.01) and not common.moves(np.ones_like(noise), 0.01)
