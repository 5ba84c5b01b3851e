"""Means under max-pooling whose windows overlap: against the winners of every window, and against the network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import winners
from support.geometries import array, generic, whole
from support.guards import guards
from support.monte_carlo import ORDERS, covers, interval, pictures

from theory.errors import Precondition
from theory.geometry.patches import extract, fold
from theory.laws.pooling import overlapping_means, pooled_mean
from theory.layers import MaxPool2d, ReLU

ROUNDING = 1e-12
TRIALS, FILTERS = 6000, 3
IMAGE = np.random.default_rng(1).standard_normal((1, 6, 7)) + 0.5
IMAGE[:, :3, :4], IMAGE[:, 4:, 5:] = 1, 0
WHERE = [((1, 2), (1, 1)), ((1, 3), (1, 2)), ((2, 1), (1, 1)), ((1, 2), (1, 3))]  # closed: pool, and how far apart


@st.composite
def maps(draw):
    """A picture with patches of two, which tie and vanish or do not, pools that overlap, and choices."""
    image = draw(
        array((1, draw(st.integers(3, 4)), draw(st.integers(5, 6))), draw(st.sampled_from([generic(), whole(1)])))
    )
    rule, order = draw(st.sampled_from(["deconvnet", "guided"])), draw(st.sampled_from(ORDERS))
    return image, draw(st.sampled_from(WHERE)), (rule, order, draw(st.sampled_from(["first", "last"])))


@guards(overlapping_means, pooled_mean)
@given(maps())
def test_mean_is_that_of_the_winners(case):
    image, (pool, step), (rule, order, tie) = case
    expected = winners.overlapping_mean((image, (1, 2), (1, 1), (0, 0), pool), step, rule, order, tie)
    assert abs(pooled_mean(image, (1, 2), 1, pool, rule, order, tie=tie, pool_stride=step) - expected).max() <= ROUNDING
    patches = extract(image, (1, 2)).reshape(image.shape[1], image.shape[2] - 1, 2)
    found = overlapping_means(patches, pool, step, rule, order, tie).reshape(-1, 2)
    assert abs(fold(found, image.shape, (1, 2)) / np.sqrt(2 * np.pi) - expected).max() <= ROUNDING


@pytest.mark.parametrize("rule", ["deconvnet", "guided"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("pool", [(1, 2), (2, 2)])
def test_windows_side_by_side_do_not_overlap(pool, order, rule):
    patches = extract(IMAGE, 2).reshape(5, 6, 4)
    found = fold(overlapping_means(patches, pool, pool, rule, order).reshape(30, 4), IMAGE.shape, 2)
    assert abs(found / np.sqrt(2 * np.pi) - pooled_mean(IMAGE, 2, 1, pool, rule, order)).max() <= ROUNDING


@pytest.mark.parametrize("order", ORDERS)
def test_mean_of_the_network(order):
    """3×2 patches, pools of 1×2 one apart; the order matters, as signals are added before the ReLU, or behind it."""
    pool, name, rules = MaxPool2d((1, 2), stride=1), f"overlapping windows {order}", ("deconvnet", "guided")
    middle = (ReLU(), pool) if order == "relu-pool" else (pool, ReLU())
    seen = pictures(name, TRIALS, IMAGE, (FILTERS, 1, 3, 2), {}, middle, places=20, rules=rules)
    samples = np.concatenate([seen[rule].reshape(TRIALS, -1) for rule in rules], axis=1)
    ends = interval(samples, name)
    of = lambda order: np.concatenate(
        [pooled_mean(IMAGE, (3, 2), 1, (1, 2), rule, order, filters=FILTERS, pool_stride=1).ravel() for rule in rules]
    )
    assert covers(ends, of(order))
    assert not covers(ends, of(*(set(ORDERS) - {order})))


def test_saliency_s_are_zero():
    patches = extract(IMAGE, 2).reshape(5, 6, 4)
    assert not overlapping_means(patches, (1, 2), 1, "saliency", "relu-pool").any()


def test_many_windows_around_a_position_are_refused_after_a_relu_alone():
    patches = np.random.default_rng(0).standard_normal((1, 9, 2))
    with pytest.raises(Precondition, match="at most four pooling windows"):
        overlapping_means(patches, (1, 5), 1, "guided", "relu-pool")
    assert np.isfinite(overlapping_means(patches, (1, 5), 1, "guided", "pool-relu")).all()
