"""Sums over pairs of pictures, by name, and how alike those of a pair are."""

import numpy as np

from sims.evidence.estimates import Sums, total
from sims.evidence.signal_sums import flat
from theory.metrics.similarity import cosine, spread


def chunk(draw, rng, trials):
    """Sums over the pairs that draw(rng, trials) yields by name, {name: (a, b)}."""
    return total(Sums({name: products(*pair) for name, pair in pairs.items()}) for pairs in draw(rng, trials))


def cosines(draw, rng, trials):
    """Sums of the cosines of the pairs that draw(rng, trials) yields by name."""
    each = [{name: cosine(*pair) for name, pair in pairs.items()} for pairs in draw(rng, trials)]
    return Sums(count=trials, **{name: sum(found[name] for found in each) for name in each[0]})


def products(a, b):
    """⟨a, b⟩, ‖a‖² and ‖b‖²."""
    a, b = (each.ravel().astype(np.float64) for each in (a, b))
    return np.array([a @ b, a @ a, b @ b])


def all_pairs(pictures):
    """Of pictures (K, n): means over pairs of the cosine, the distance at norm 1, and that of entries rescaled to
    [0, 1]; and the mean product and square.
    """
    cosines, distances = spread(pictures)
    square = (pictures**2).sum(axis=1).mean()
    dot = ((pictures.sum(axis=0) ** 2).sum() / len(pictures) - square) / (len(pictures) - 1)
    unit_distance = np.sqrt(np.maximum(2 - 2 * cosines, 0)).mean()
    means = dict(cosine=cosines.mean(), distance=distances.mean(), unit_distance=unit_distance)
    return Sums(count=1, **means, dot=dot, square=square)


def of_logits(draw, rng, trials):
    """Sums over networks of `all_pairs` of what draw(rng, trials) yields, by name."""
    return total(Sums({name: all_pairs(flat(each)) for name, each in found.items()}) for found in draw(rng, trials))


def mean(quantity):
    """Of a part to its statistic."""
    return lambda part: lambda sums: sums[part][quantity] / sums[part]["count"]


def over(other, quantity="distance"):
    """Of a part to the ratio of its quantity and another part's."""
    return lambda part: lambda sums: sums[part][quantity] / sums[other][quantity]


def similarity(part):
    """The statistic E⟨a, b⟩/√(E‖a‖² E‖b‖²) of the pairs of one name."""

    def of(sums):
        dot, first, second = sums[part]
        return dot / np.sqrt(first * second)

    return of
