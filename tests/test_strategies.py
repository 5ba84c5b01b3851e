"""What the strategies of the property tests draw: at least half of it is the hard half."""

import numpy as np
import pytest
from hypothesis import given, settings
from support.directions import pairs, rows
from support.geometries import geometries
from support.oracles import as_pair
from support.pools import blocks

from theory.geometry.patches import coverage
from theory.laws.moments import angle


def share(strategy, hard):
    """How many of 150 draws are hard."""
    seen = []

    @settings(max_examples=150, derandomize=True, database=None)
    @given(strategy)
    def look(drawn):
        seen.append(bool(hard(drawn)))

    look()
    return np.mean(seen)


def overlap(geometry):
    shape, *where = geometry
    return coverage(shape, *where).max() > 1


def independent(count):
    return lambda a: len(a) == count and np.linalg.svd(a)[1][-1] > 1e-3 if a.shape[1] >= count else False


def near_the_ends(pair):
    return not 0.02 < angle(*pair) < np.pi - 0.02


@pytest.mark.parametrize("longest", [4, 5, 6, 9])
def test_half_of_the_geometries_have_windows_that_overlap(longest):
    assert share(geometries(longest), overlap) >= 0.5
    assert share(geometries(longest, pooling=True), overlap) >= 0.5


def test_the_geometries_have_strides_padding_one_dimension_and_sides_that_differ():
    strategy = geometries(5)
    assert share(strategy, lambda drawn: max(as_pair(drawn[2])) > 1) >= 0.3
    assert share(strategy, lambda drawn: max(as_pair(drawn[3])) > 0) >= 0.3
    assert share(strategy, lambda drawn: drawn[0][1] == 1) >= 0.1
    assert share(strategy, lambda drawn: drawn[0][1] != drawn[0][2]) >= 0.5


@pytest.mark.parametrize("most", [2, 3, 4])
def test_half_of_the_rows_are_as_many_as_there_are_closed_forms_for_and_independent(most):
    assert share(rows(most=most), independent(most)) >= 0.5


def test_a_quarter_of_the_pairs_lie_near_0_or_pi_and_a_quarter_do_not():
    assert 0.25 <= share(pairs(), near_the_ends) <= 0.75


def test_half_of_the_windows_have_four_independent_patches():
    assert share(blocks(), lambda window: independent(4)(window[0])) >= 0.5
