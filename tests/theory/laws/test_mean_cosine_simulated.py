"""E cos(s, z) against the network itself: the law is right to first order in 1/N, the ratio of expectations is not."""

import numpy as np
from support.monte_carlo import covers, interval, pictures

from theory.laws import three_layer
from theory.laws.covariance import covariance
from theory.layers import ReLU

TRIALS, FILTERS = 10_000, (128, 512)  # A/N is 0.09 and 0.02
IMAGE, OTHER = np.random.default_rng(5).standard_normal((2, 1, 1, 4))
WHERE = dict(kernel=(1, 2))


def test_to_first_order():
    """What the law leaves out falls as 1/N²; the ratio of expectations leaves out more than it does."""
    drawn = {filters: pictures_of(filters) for filters in FILTERS}
    for reference in (IMAGE, IMAGE + OTHER):
        ends = [between(drawn[filters], filters, reference) for filters in FILTERS]
        falls_as_the_square(ends)
        for filters, each in zip(FILTERS, ends):
            ratio_is_further_off(each, filters, reference)


def falls_as_the_square(ends):
    """The slope of its logarithm on that of N is nearer to −2 than to −1 or −3. (It is −1.9 where A/N is not 0 yet.)"""
    (low, far_low), (high, far_high) = ([float(each[end][0]) for each in ends] for end in (0, 1))
    assert min(low, far_low) > 0
    apart = np.log(FILTERS[1] / FILTERS[0])
    assert -2.5 < np.log(far_low / high) / apart and np.log(far_high / low) / apart < -1.5


def ratio_is_further_off(ends, filters, reference):
    settings = dict(**WHERE, filters=filters, reference=reference)
    short = three_layer.mean_cosine(IMAGE, **settings) - three_layer.expected_cosine(IMAGE, **settings)
    assert not covers(ends, -short)
    assert ends[0] + short > ends[1]


def pictures_of(filters):
    name = name_of(filters)
    found = pictures(name, TRIALS, IMAGE, (filters, 1, 1, 2), dict(stride=1), [ReLU()], places=3)["guided"]
    return found.reshape(TRIALS, -1)


def name_of(filters):
    return f"mean cosine of {filters} filters"


def between(s, filters, reference):
    """Both ends of E cos(s, z) less the law."""
    law = three_layer.mean_cosine(IMAGE, **WHERE, filters=filters, reference=reference)
    return interval(with_less_noise(s, filters, reference) - law, name_of(filters))


def with_less_noise(s, filters, reference):
    """cos(s, z) less what it shares with ⟨s, z⟩, ⟨s, E s⟩, ‖s‖² and products of the first two, whose means are known.

    What is left is noise of third order. The regression takes a share of a few in TRIALS of that noise.
    """
    z, along = (each.ravel() / np.linalg.norm(each) for each in (reference, three_layer.guided_mean(IMAGE, **WHERE)))
    one = covariance(IMAGE, **WHERE)
    mean = three_layer.guided_mean(IMAGE, **WHERE, filters=filters).ravel()
    size, (x, u) = np.linalg.norm(mean), ((s - mean) @ each for each in (z, along))
    squares = [x * x - filters * z @ one @ z, u * u - filters * along @ one @ along, x * u - filters * z @ one @ along]
    length = (s * s).sum(axis=1) - size**2 - filters * np.trace(one)
    known = np.stack([x * size, u * size, length, *squares], axis=1) / size**2
    cosine = s @ z / np.linalg.norm(s, axis=1)
    return cosine - known @ np.linalg.lstsq(known, cosine - cosine.mean(), rcond=None)[0]
