"""Pictures of large fully-connected networks: a network is the sum of its neurons, drawn a block after the other."""

import numpy as np

from sims.ensembles.three_layer import Connected

BLOCK = 250  # neurons at a time


def pictures(image, neurons, rules, rng, trials):
    """`trials` times one picture per rule, each time of a new network."""
    for _ in range(trials):
        yield whole(image, neurons, rng, rules)


def single(image, neurons, rules, rng, trials):
    """The pictures of one network, as a Study draws them."""
    return whole(image, neurons, rng, rules)


def whole(image, neurons, rng, rules):
    """One picture per rule, float64, of one network of so many neurons."""
    full, rest = divmod(neurons, BLOCK)
    total = np.zeros((len(rules), *image.shape))
    for size in [BLOCK] * full + [rest] * (rest > 0):
        [pictures] = Connected(image, size).pictures(rng, 1, rules)
        total += pictures
    return total
