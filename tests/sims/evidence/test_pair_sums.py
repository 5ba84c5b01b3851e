"""Sums over pairs of pictures, and over the largest logit's and another's, against their definitions."""

import numpy as np
import pytest

from sims.evidence import logit_sums, pair_sums
from sims.evidence.defects import taken_out

RNG = np.random.default_rng(4)
FIRST, SECOND = RNG.standard_normal((2, 6, 2, 3, 4)) + 1
PAIRS = list(zip(FIRST, SECOND))


def cosine(a, b):
    return (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())


def test_similarity_is_of_sums_and_a_mean_cosine_of_each_pair():
    draw = lambda rng, trials: ({"pair": pair} for pair in PAIRS)
    assert pair_sums.similarity("pair")(pair_sums.chunk(draw, None, 6)) == pytest.approx(cosine(FIRST, SECOND))
    found = pair_sums.cosines(draw, None, 6)
    assert found["pair"] / found["count"] == pytest.approx(np.mean([cosine(*pair) for pair in PAIRS]))


def test_the_largest_and_another():
    draw = lambda rng, trials: ({"largest": a, "other": b} for a, b in PAIRS)
    sums = logit_sums.chunk(draw, 1, None, 6)
    assert logit_sums.alone("other")(sums) == pytest.approx(np.mean([cosine(*pair) for pair in PAIRS]))
    assert logit_sums.similarity("other")(sums) == pytest.approx(cosine(FIRST, SECOND))
    apart = [(i, j) for i in range(6) for j in range(6) if i != j]
    product, *squares = (
        sum((one[i] * other[j]).sum() for i, j in apart)
        for one, other in ((FIRST, SECOND), (FIRST, FIRST), (SECOND, SECOND))
    )
    assert logit_sums.means("other")(sums) == pytest.approx(product / np.sqrt(abs(squares[0] * squares[1])))
    moved = np.roll(SECOND, -1, axis=-1)
    assert logit_sums.similarity("moved")(sums) == pytest.approx(cosine(FIRST, moved))
    with taken_out():
        assert logit_sums.similarity("moved")(logit_sums.chunk(draw, 1, None, 6)) == pytest.approx(
            cosine(FIRST, SECOND)
        )
