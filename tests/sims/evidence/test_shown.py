"""What is seen of a picture: all of x in x, nothing in noise, in a constant and in the envelope of x."""

import numpy as np
import pytest

from sims.data.images import load
from sims.evidence.estimates import Sums
from sims.evidence.shown import ShownSums, in_mean, likeness, single, trace

X = load("photograph", 128)
RNG = np.random.default_rng(0)


def test_x_is_seen_in_x_at_any_scale():
    assert likeness(X, X) == pytest.approx(1)
    assert likeness(3e-7 * X, X) == pytest.approx(1)


@pytest.mark.parametrize("picture", [np.ones_like(X), RNG.standard_normal(X.shape)], ids=["constant", "noise"])
def test_no_x_is_seen_where_there_is_none(picture):
    assert abs(likeness(picture, X)) < 0.1


def test_a_mean_picture_shows_more_than_a_single_one():
    sums = ShownSums(X)
    for noise in RNG.standard_normal((8, *X.shape)):
        picture = X / np.linalg.norm(X) + 3 * noise / np.linalg.norm(noise)
        sums.add(picture / np.linalg.norm(picture))
    found = Sums(part=sums.sums())
    assert single("part")(found) + 0.1 < in_mean("part", X)(found) < 1
    assert trace("part")(found) == pytest.approx(1 / np.sqrt(10), abs=0.02)
