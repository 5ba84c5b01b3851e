"""Sums over the pictures of the largest logit and of another, and how alike they are; of a twin's, "moved", too."""

import numpy as np

from sims.evidence.defects import misplaced
from sims.evidence.estimates import Sums
from theory.metrics.similarity import cosine


def chunk(draw, pixels, rng, trials):
    """Sums over what draw(rng, trials) yields; the twin's other picture is put back so many pixels too far right."""
    total = {"largest": 0.0, "other": 0.0, "moved": 0.0}
    numbers = {"squares": np.zeros(2), "other-products": np.zeros(2), "moved-products": np.zeros(2)}
    for pictures in draw(rng, trials):
        pictures["moved"] = misplaced(pictures["other"], pixels)
        one = pictures["largest"]
        numbers["squares"] += [(one**2).sum(), (pictures["other"] ** 2).sum()]
        for name in ("other", "moved"):
            numbers[f"{name}-products"] += [(one * pictures[name]).sum(), cosine(one, pictures[name])]
        total = {name: total[name] + pictures[name].ravel() for name in total}
    return Sums(count=trials, **total, **numbers)


def means(other):
    """The cosine of the two E s, from products of different trials."""

    def of(sums):
        product = sums["largest"] @ sums[other] - sums[f"{other}-products"][0]
        squares = [sums[name] @ sums[name] - square for name, square in zip(("largest", "other"), sums["squares"])]
        return product / np.sqrt(abs(squares[0] * squares[1])) if sums["count"] > 1 else np.nan

    return of


def alone(other):
    """E cos of two pictures of one network."""
    return lambda sums: sums[f"{other}-products"][1] / sums["count"]


def similarity(other):
    """E⟨a, b⟩/√(E‖a‖² E‖b‖²)."""
    return lambda sums: sums[f"{other}-products"][0] / np.sqrt(np.prod(sums["squares"]))
