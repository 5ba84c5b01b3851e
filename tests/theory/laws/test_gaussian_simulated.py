"""The same identities against simulated Gaussians, each with a wrong value that the interval excludes."""

import numpy as np
import pytest
from support.monte_carlo import covers, generator, interval

from theory import as_printed
from theory.laws import arc_cosine, moments, orthants

TRIALS = 400_000


def directions(seed, q, p):
    return np.random.default_rng(seed).standard_normal((q, p))


def test_rectified_moments():
    """Not the half-normal's mean √(2/π) c, which TR-GBP takes for both factors."""
    rng = generator("rectified moments")
    positive = np.maximum(rng.normal(0, 0.5, TRIALS), 0)
    ends = interval(np.column_stack([positive, positive**2]), "rectified moments")
    assert covers(ends, [moments.rectified_mean(0.5), moments.rectified_second_moment(0.5)])
    assert not covers(ends, [as_printed.half_normal_mean(0.5), moments.rectified_second_moment(0.5)])


def test_arc_cosine_moments():
    t = 1.1
    u, other = generator("arc-cosine moments").standard_normal((2, TRIALS))
    v = np.cos(t) * u + np.sin(t) * other
    samples = np.column_stack([np.maximum(u, 0) * np.maximum(v, 0), (u > 0) * np.maximum(v, 0) ** 2])
    ends = interval(samples, "arc-cosine moments")
    exact = arc_cosine.relu_relu(t), arc_cosine.step_relu_squared(t)
    assert covers(ends, exact)
    assert not covers(ends, exact[::-1])


def test_orthant():
    a = directions(1, 3, 4)
    inside = (generator("orthant").standard_normal((TRIALS, 4)) @ a.T > 0).all(axis=1)
    ends = interval(inside, "orthant")
    assert covers(ends, orthants.orthant_probability(a))
    assert not covers(ends, 1 / 8)


WINDOW = directions(3, 4, 3) / 2 + [1, 1, 1]  # the patches of a 2×2 pooling window, alike as neighbours are


@pytest.mark.parametrize(
    "name, a",
    [
        ("truncated mean", directions(2, 4, 6)),
        ("truncated mean of a pooling window", np.vstack([WINDOW[0] - WINDOW[1:], WINDOW[:1]])),
    ],
)
def test_truncated_mean(name, a):
    """The second one: where patch 0 wins its window and its ReLU, the last row, is open; four rows in R³ depend on
    each other. Not the same without the last row."""
    w = 2 * generator(name).standard_normal((TRIALS, a.shape[1]))
    ends = interval(w * (w @ a.T > 0).all(axis=1)[:, None], name)
    exact = orthants.truncated_mean(a, scale=2.0)
    assert covers(ends, exact)
    assert not covers(ends, orthants.truncated_mean(a[:-1], scale=2.0))


def test_second_moment():
    """Not c² P(both masks open) I, which forgets that the masks turn w."""
    u, v = directions(4, 2, 4)
    w = 0.5 * generator("second moment").standard_normal((TRIALS, 4))
    both = (w @ u > 0) & (w @ v > 0)
    ends = interval(w[:, :, None] * w[:, None, :] * both[:, None, None], "second moment")
    assert covers(ends, moments.two_direction_second_moment(u, v, scale=0.5))
    assert not covers(ends, 0.25 * orthants.orthant_probability([u, v]) * np.eye(4))
