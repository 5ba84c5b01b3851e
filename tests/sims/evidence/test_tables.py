"""Tables that only figures need: what they hold where the answer is known."""

import numpy as np
import pytest

from sims.evidence import borders
from sims.evidence.estimates import Sums
from sims.evidence.neighbours import alike
from theory.geometry.patches import coverage

SHAPE = 3, 9, 9


def test_the_profile_of_a_picture_that_is_the_coverage_is_the_law():
    m = coverage(SHAPE, 3, 1, 1) * np.ones(SHAPE)
    groups = [Sums(ones=Sums(total=factor * m.ravel())) for factor in (1.0, 3.0)]
    lines = [*borders.profile(groups, "ones", m)]
    assert [line["measured"] for line in lines] == pytest.approx([line["law"] for line in lines])
    assert [line["law"] for line in lines] == pytest.approx([6 / 9, 1, 1, 1, 4 / 9, 1, 1, 1])
    assert [line["towards"] for line in lines] == ["edge"] * 4 + ["corner"] * 4


def test_ways_to_edges_and_to_corners_share_no_pixel():
    wide = 3, 17, 17
    paths = [borders.path(wide, towards, n) for towards in borders.TOWARDS for n in range(borders.DEPTH)]
    assert max(sum(path.astype(int) for path in paths).ravel()) == 1
    assert [path[0].sum() for path in paths[borders.DEPTH :]] == [4] * borders.DEPTH


def test_pixels_that_go_together_as_their_law_says_are_measured_so():
    half = np.random.default_rng(0).standard_normal((243, 300))
    matrix = half @ half.T
    groups = [Sums(own=share * matrix) for share in (1.0, 2.0, 3.0)]
    lines = [*alike(groups, "own", matrix, SHAPE)]
    middle, sizes = 4 * 9 + 4, np.sqrt(np.diag(matrix))
    expected = (matrix / np.outer(sizes, sizes))[middle, :81]
    for key in ("measured", "low", "high", "law"):
        assert [line[key] for line in lines] == pytest.approx(expected.tolist())
    [one] = [line for line in lines if (line["row"], line["column"]) == (4, 4)]
    assert one["law"] == pytest.approx(1) and len(lines) == 81
