"""Every entry of the covariance against the network itself, with new random weights in every trial."""

import numpy as np
import pytest
from support.monte_carlo import RULES, covers, interval, pictures
from support.second_moments import guided_moments, printed_density

from theory.laws.covariance import covariance
from theory.laws.three_layer import guided_mean
from theory.layers import ReLU

TRIALS, FILTERS = 20_000, 6
WRONG_RULE = {"saliency": "deconvnet", "deconvnet": "saliency", "guided": "deconvnet"}


def with_a_zero_patch():
    image = np.random.default_rng(1).standard_normal((1, 3, 4))
    image[:, :2, :2] = 0
    return image


IMAGE = with_a_zero_patch()


@pytest.fixture(scope="module")
def simulated():
    return pictures("guided covariance", TRIALS, IMAGE, (FILTERS, 1, 2, 2), {}, (ReLU(),), places=6, rules=RULES)


def products(seen, rule):
    """(s − E s)(s − E s)ᵀ on and above the diagonal, (TRIALS, d(d + 1)/2), the mean being exact."""
    mean = guided_mean(IMAGE, 2, filters=FILTERS) if rule == "guided" else np.zeros(IMAGE.shape)
    noise = (seen[rule][:, 0] - mean).reshape(TRIALS, -1)
    return (noise[:, :, None] * noise[:, None, :])[:, *np.triu_indices(IMAGE.size)]


@pytest.mark.parametrize("rule", RULES)
def test_every_entry_of_the_covariance(simulated, rule):
    upper, samples = np.triu_indices(IMAGE.size), products(simulated, rule)
    ends = interval(samples, f"{rule} covariance")
    assert covers(ends, covariance(IMAGE, 2, filters=FILTERS, rule=rule)[upper])
    assert not covers(ends, covariance(IMAGE, 2, filters=FILTERS, rule=WRONG_RULE[rule])[upper])
    white = np.diag(np.diag(covariance(IMAGE, 2, filters=FILTERS, rule=rule)))
    assert covers(ends, white[upper]) == (rule == "saliency")  # Theorem 2's N(0, I), up to coverage


def test_the_printed_density_is_excluded(simulated):
    mean, second = guided_moments(IMAGE, 2, moment=printed_density)
    ends = interval(products(simulated, "guided"), "guided covariance")
    assert not covers(ends, FILTERS * (second - np.outer(mean, mean))[np.triu_indices(IMAGE.size)])
