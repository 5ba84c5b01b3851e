"""Products of pixels some way apart, and entries by place and channel, one by one."""

import numpy as np
import pytest

from sims.evidence import lag_sums, plane_sums
from sims.evidence.estimates import Sums
from theory.rules import RULES

PICTURES = np.random.default_rng(6).standard_normal((5, 2, 6, 7))


def test_correlations_and_slopes_pixel_by_pixel():
    weight, window = np.arange(42.0).reshape(6, 7), np.s_[:, 1:5, 1:6]
    offsets = {"across": (0, 0, 2), "down": (0, 1, 0), "channel": (1, 0, 0)}
    draw = lambda rng, trials: ({"own": picture} for picture in PICTURES)
    sums = lag_sums.chunk(draw, weight, window, offsets, None, 5)
    inside = PICTURES[:, :, 1:5, 1:6]
    for name, (c, a, b) in offsets.items():
        pairs = inside[:, : 2 - c, : 4 - a, : 5 - b] * inside[:, c:, a:, b:]
        assert lag_sums.correlation("own", name)(sums) == pytest.approx(pairs.mean() / (inside**2).mean())
    assert sums["own"]["slope"] == pytest.approx((weight * PICTURES**2).sum())
    assert np.allclose(lag_sums.held("own")["of"](sums), PICTURES.mean(axis=0).ravel())


class Planes:
    """A stack of one level."""

    def passes(self, rng, trials, rules):
        for picture in PICTURES:
            yield None, {rule: {1: picture[None]} for rule in rules}


def test_entries_by_place():
    part = plane_sums.planes(Planes(), [1], None, 5)[next(iter(RULES))][1]
    inner = PICTURES[:, :, 1:-1, 1:-1]
    beside = (inner[..., 1:] * inner[..., :-1]).mean()
    assert plane_sums.beside(part) == pytest.approx((beside - inner.mean() ** 2) / inner.var())
    corners = PICTURES[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert plane_sums.corners(part) == pytest.approx(corners.var() / inner.var())
    assert plane_sums.squares("corners")(part) == pytest.approx((corners**2).mean() / (inner**2).mean())


def test_entries_by_channel():
    part = plane_sums.entries(Planes(), [1], None, 5)[next(iter(RULES))][1]
    assert isinstance(part, Sums)
    mean, variance = PICTURES.mean(), PICTURES.var()
    first = (PICTURES[:, 0] ** 2).mean() - mean**2
    assert plane_sums.halves(part) == pytest.approx(first / (2 * variance - first))
