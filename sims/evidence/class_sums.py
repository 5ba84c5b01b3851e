"""Sums over the pictures of two logits, by rule."""

import numpy as np

from sims.evidence.estimates import Sums
from theory.metrics.similarity import rescaled
from theory.rules import RULES


def chunk(network, rng, trials):
    """Sums over pairs of logits: inner products, squares, and the distance of the two maps rescaled to [0, 1]."""
    total = {rule: np.zeros(3) for rule in RULES}
    for pictures in network.pictures(rng, trials, list(RULES)):
        for rule, a, b in zip(RULES, pictures[::2], pictures[1::2]):
            a, b = a.astype(np.float64), b.astype(np.float64)
            total[rule] += (
                (a * b).sum(),
                ((a * a).sum() + (b * b).sum()) / 2,
                np.linalg.norm(rescaled(a) - rescaled(b)),
            )
    return Sums({rule: Sums(count=trials, dot=t[0], square=t[1], distance=t[2]) for rule, t in total.items()})


def similarity(rule):
    """The statistic E⟨s_k, s_k'⟩/E‖s‖² of one rule."""
    return lambda sums: sums[rule]["dot"] / sums[rule]["square"]
