"""How alike pooled pictures of two logits are: against the winners of every window, and against the network."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support import winners
from support.guards import guards
from support.monte_carlo import ORDERS, RULES, covers, interval, pictures
from support.pools import blocks, planar, strips

from theory.errors import Precondition
from theory.laws.cones import cone_probability
from theory.laws.pooled_similarity import class_similarity, energy_of_one, open_probability, unshared_energy
from theory.laws.switches import winning
from theory.layers import MaxPool2d, ReLU

RULE = 1e-8  # of the orthants of four directions
NUMERICALLY = 1e-3  # of those of more
TRIALS, FILTERS = 10_000, 3
PICTURE = np.random.default_rng(2).standard_normal((1, 4, 5))
CHOICES = st.tuples(st.sampled_from(RULES), st.sampled_from(ORDERS), st.sampled_from(["first", "last"]))


def taken(case):
    """A case without its padding, which is 0, as the laws take it."""
    image, kernel, stride, _, pool = case
    return image, kernel, stride, pool


@guards(unshared_energy, class_similarity)
@given(planar(padded=0), CHOICES, st.integers(1, 5))
def test_similarity_is_that_of_the_winners(case, choice, filters):
    """Integers from −2 to 2 tie, vanish, double and oppose often; nothing is left out."""
    own, across = winners.pooled_energies(case, *choice)
    bound = RULE * case[0].size
    rule, order, tie = choice
    assert abs(unshared_energy(*taken(case), rule) - (own - across)) <= bound
    assume(own > 0)
    mean = 0 if rule == "saliency" else (winners.pooled_mean(*case, *choice) ** 2).sum()
    expected = (across + (filters - 1) * mean) / (own + (filters - 1) * mean)
    actual = class_similarity(*taken(case), rule, order, filters, energy=own, tie=tie)
    assert abs(actual - expected) <= bound / own


@guards(energy_of_one)
@given(strips(), CHOICES)
def test_energy_is_that_of_the_winners(case, choice):
    """Of windows whose patches overlap; three by three DeconvNet's alone is closed, pooled before its ReLU."""
    if 3 in case[4] and choice[0] != "saliency":
        choice = ("deconvnet", "pool-relu", choice[2])
    own, across = winners.pooled_energies(case, *choice)
    assert abs(energy_of_one(*taken(case), *choice) - own) <= RULE * case[0].size
    assume(own > 0)
    assert abs(class_similarity(*taken(case), *choice[:2], tie=choice[2]) - across / own) <= RULE * case[0].size / own


@guards(open_probability)
@given(blocks(), st.sampled_from(["saliency", "guided"]))
def test_a_window_is_open_where_one_of_its_positions_wins(patches, rule):
    """Guided's and saliency's masks; the cones of the positions share nothing."""
    cones = [winning(patches, j, "guided", "relu-pool", "first") for j in range(patches.shape[1])]
    expected = sum(cone_probability(rows, active) for one in cones for rows, active in one)
    assert abs(open_probability(patches, rule) - expected).max() <= RULE
    assert (open_probability(patches, "deconvnet") == 1).all()


def test_a_window_of_six_is_integrated():
    """Of six right angles it is shut once in 64 times; of equal patches, half of the time; of zeros, always."""
    assert open_probability(np.eye(6)[None], "guided") == pytest.approx(1 - 2.0**-6, abs=NUMERICALLY)
    assert open_probability(np.ones((1, 6, 3)), "guided") == pytest.approx(0.5, abs=NUMERICALLY)
    assert open_probability(np.zeros((1, 6, 3)), "guided") == 0


def with_flat_ground():
    image = np.random.default_rng(1).standard_normal((1, 5, 6)) + 0.5
    image[:, :2, :3], image[:, 3:, 4:] = 1, 0
    return image


IMAGE = with_flat_ground()


@pytest.mark.parametrize("rule", RULES)
def test_two_logits_of_the_network(rule):
    """3×2 filters one pixel apart, 1×2 pooling, flat ground and zeros included."""
    name = f"pooled energies {rule}"
    middle = (ReLU(), MaxPool2d((1, 2)))
    first, second = np.moveaxis(
        pictures(name, TRIALS, IMAGE, (FILTERS, 1, 3, 2), {}, middle, places=6, logits=2, rules=(rule,))[rule], 1, 0
    )
    square, inner = ((first**2 + second**2).sum(axis=(1, 2, 3)) / 2, (first * second).sum(axis=(1, 2, 3)))
    where = (IMAGE, (3, 2), 1, (1, 2), rule)
    apart, similarity = unshared_energy(*where, filters=FILTERS), class_similarity(*where, filters=FILTERS)
    samples = np.stack([square - inner, inner - similarity * square], axis=1)
    ends = interval(samples, name)
    assert covers(ends, [apart, 0])
    assert not covers(ends, [unshared_energy(*where, filters=FILTERS + 1), 0])
    if rule != "saliency":
        more = class_similarity(*where, filters=4 * FILTERS)
        assert not covers(interval(np.stack([square - inner, inner - more * square], axis=1), name), [apart, 0])


def test_settings_multiply():
    one = unshared_energy(PICTURE, 2, 1, 2)
    assert unshared_energy(PICTURE, 2, 1, 2, "guided", 7, 0.5, 3.0) == pytest.approx(7 * 1.5**2 * one, rel=1e-12)


def test_saliency_shares_nothing_and_a_dark_picture_says_nothing():
    assert class_similarity(PICTURE, 2, rule="saliency") == 0
    for rule in ("saliency", "guided"):
        with pytest.raises(Precondition, match="every patch of the image is zero"):
            class_similarity(0 * PICTURE, 2, rule=rule, energy=1.0)


def test_an_energy_that_two_logits_could_not_have_is_refused():
    least = unshared_energy(PICTURE, 2)
    assert class_similarity(PICTURE, 2, energy=least) == pytest.approx(0)
    with pytest.raises(Precondition, match="an energy is at least that which two logits do not share"):
        class_similarity(PICTURE, 2, energy=least * 0.99)


@pytest.mark.parametrize("rule, pool", [("guided", 2), ("guided", (1, 3)), ("deconvnet", (3, 1))])
def test_larger_windows_have_no_closed_energy(rule, pool):
    with pytest.raises(Precondition, match="closed for pooling windows of two positions"):
        energy_of_one(PICTURE, 2, 1, pool, rule)
    with pytest.raises(Precondition, match="does not fit"):
        energy_of_one(PICTURE, 2, 1, (4, 1), rule)
