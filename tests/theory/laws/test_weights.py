"""What pictures share with the weights, in networks: the gradient, and one of the filters."""

import numpy as np
import pytest
from support.monte_carlo import RULES, covers, generator, interval, pictures

from theory.errors import Precondition
from theory.laws.covariance import covariance_trace
from theory.laws.three_layer import expected_cosine, guided_mean
from theory.laws.weights import filter_share, gradient_cosine
from theory.layers import Flatten, Linear, ReLU
from theory.networks import Sequential, one_hot

TRIALS, FILTERS = 10_000, 4
IMAGE = np.random.default_rng(1).standard_normal((2, 5, 4))
IMAGE[:, :3, :3] = 0


@pytest.mark.parametrize("rule", RULES[1:])
def test_the_product_of_a_picture_and_the_gradient(rule):
    """E⟨s, ∇f⟩ of the cosine and of exact energies."""
    name = f"{rule} and the gradient"
    seen = pictures(name, TRIALS, IMAGE, (FILTERS, 2, 3, 3), {}, [ReLU()], places=6, rules=("saliency", rule))
    products = (seen[rule] * seen["saliency"]).sum(axis=(1, 2, 3, 4))
    energy = covariance_trace(IMAGE, 3, filters=FILTERS, rule=rule)
    energy += (guided_mean(IMAGE, 3, filters=FILTERS) ** 2).sum() * (rule == "guided")
    lengths = np.sqrt(energy * covariance_trace(IMAGE, 3, filters=FILTERS, rule="saliency"))
    law = gradient_cosine(IMAGE, 3, filters=FILTERS, rule=rule)
    assert covers(interval(products, name), law * lengths)
    assert not covers(interval(products, name), 0.8 * law * lengths)


@pytest.mark.parametrize("rule", RULES)
def test_the_share_of_one_filter(rule):
    """Of a fully-connected network; a filter of another network has 1/p."""
    name, p = f"{rule} and a filter", IMAGE.size
    rng, shares = generator(name), np.empty(TRIALS)
    for n in range(TRIALS):
        weight = rng.standard_normal((FILTERS, p))
        passed = Sequential([Flatten(), Linear(weight), ReLU(), Linear(rng.standard_normal((1, FILTERS)))])
        there = passed.forward(IMAGE[None])
        shares[n] = ((weight @ there.backward(one_hot(0, there.output), rule).ravel()) ** 2).mean()
    energy = covariance_trace(IMAGE, (5, 4), filters=FILTERS, rule=rule)
    energy += (guided_mean(IMAGE, (5, 4), filters=FILTERS) ** 2).sum() * (rule == "guided")
    assert covers(interval(shares, name), filter_share(FILTERS, p, rule) * energy * p)
    assert not covers(interval(shares, name), energy)


@pytest.mark.parametrize("filters", [10, 1000, 10**5])
def test_half_of_what_is_not_the_input_is_the_gradient(filters):
    """Fully-connected: 2 cos(s, ∇f)² + cos(s, x)² is 1 up to 1/(N + π²p)."""
    of_gradient = gradient_cosine(IMAGE, (5, 4), filters=filters)
    of_input = expected_cosine(IMAGE, (5, 4), filters=filters)
    assert abs(2 * of_gradient**2 + of_input**2 - 1) <= 1.5 / (filters + np.pi**2 * IMAGE.size)


def test_without_an_open_mask_there_is_no_gradient():
    with pytest.raises(Precondition, match="every patch of the image is zero"):
        gradient_cosine(np.zeros((1, 4, 4)), 3)
