"""Sums over networks of the entries of deep signals: by channel, and of convolutional ones by place; and statistics."""

import numpy as np

from sims.evidence import entry_sums
from sims.evidence.entry_sums import central
from sims.evidence.estimates import Sums, total
from theory.rules import RULES


def entries(stack, levels, rng, trials):
    """Sums over networks of the powers of all entries at each level, and of the mean square of the first half."""
    return total(
        Sums({rule: Sums({level: _entries(signals[rule][level]) for level in levels}) for rule in RULES})
        for _, signals in stack.passes(rng, trials, tuple(RULES))
    )


def _entries(signal):
    r = signal.astype(np.float64).ravel()
    return Sums(entry_sums.powers(r), halves=(r[: len(r) // 2] ** 2).mean())


def planes(stack, levels, rng, trials):
    """Sums over networks: the entries that no border reaches, products of neighbours there, and what lies in corners
    and on edges.
    """
    return total(
        Sums({rule: Sums({level: _plane(signals[rule][level][0], levels[-1]) for level in levels}) for rule in RULES})
        for _, signals in stack.passes(rng, trials, tuple(RULES))
    )


def _plane(signal, reach):
    r = signal.astype(np.float64)
    inner, middle = r[:, reach:-reach, reach:-reach], r.shape[1] // 2
    in_corners, on_edges = r[:, [0, 0, -1, -1], [0, -1, 0, -1]], r[:, [0, -1, middle, middle], [middle, middle, 0, -1]]
    return Sums(
        entry_sums.powers(inner),
        beside=(inner[:, :, 1:] * inner[:, :, :-1]).mean(),
        corner=in_corners.mean(),
        corners=(in_corners**2).mean(),
        edges=(on_edges**2).mean(),
        beside_squares=(inner[:, :, 1:] ** 2 * inner[:, :, :-1] ** 2).mean(),
    )


def uncentred(part):
    """The correlation of two entries, if no mean is taken out."""
    _, _, second, _, _, products, _ = part["powers"]
    return products / second


def halves(part):
    """The variance of the first half of the channels over that of the second, all means being one by exchange."""
    count, (mean, variance, *_) = part["powers"][0], central(part)
    first = part["halves"] / count - mean**2
    return first / (2 * variance - first)


def beside(part):
    """The correlation of neighbours."""
    mean, variance, *_ = central(part)
    return (part["beside"] / part["powers"][0] - mean**2) / variance


def of_squares(part):
    """The correlation of the squares of neighbours."""
    count, _, second, _, fourth, *_ = part["powers"]
    square = (second / count) ** 2
    return (part["beside_squares"] / count - square) / (fourth / count - square)


def squares(place):
    """Mean square at a place over that inside."""
    return lambda part: part[place] / part["powers"][2]


def corners(part):
    """Variance in a corner over that inside."""
    count, (_, variance, *_) = part["powers"][0], central(part)
    return (part["corners"] / count - (part["corner"] / count) ** 2) / variance
