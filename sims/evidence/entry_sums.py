"""Sums over networks of what the entries of a signal tell about their law, and the statistics read off them.

Entries of one network are dependent, networks are not: the sums hold means over the entries of each network.
"""

import numpy as np
from scipy.special import ndtr
from scipy.stats import t as student

from sims.evidence.estimates import Sums, total
from sims.evidence.verdict import INTERVAL_ERROR, POWER, Interval
from theory.rules import RULES

# Where distribution functions are compared: every 1 % of an entry's size, so that no scale need be known.
SMALLEST, STEP, SIZES = 1e-4, 0.01, 1613
EDGES = SMALLEST * np.exp(STEP * np.arange(SIZES))
EDGES = np.concatenate([-EDGES[::-1], EDGES])
AT_ONCE = 64  # networks


def powers(signal):
    """The Sums of one network: 1, and the means of R, R², R³, R⁴, of R_i R_j and R_i² R_j² over pairs of different
    entries.
    """
    return Sums(powers=_powers(signal.reshape(1, -1).astype(np.float64)))


def read(signals):
    """The Sums over networks, of entries (networks, entries): their `powers`, and how they are distributed over EDGES.

    below: the part of the entries below each edge, and its square.
    """
    return total(_read(some) for some in np.array_split(signals.astype(np.float64), -(-len(signals) // AT_ONCE)))


def chunk(stack, levels, rng, trials, reach=0, rules=tuple(RULES)):
    """Sums over networks of the entries below each of these levels of a Stack that no border reaches; He's weights
    keep them near 1.
    """
    inside = (..., *[slice(reach, -reach)] * 2) if reach else ...
    taken = {(rule, level): [] for rule in rules for level in levels}
    for _, signals in stack.passes(rng, trials, rules):
        for rule, level in taken:
            signal = signals[rule][level]
            taken[rule, level].append(signal[inside].ravel() * np.sqrt(signal.size / 2))
    return Sums({rule: Sums({level: read(np.array(taken[rule, level])) for level in levels}) for rule in rules})


def networks(groups):
    """How many there are behind groups of such sums."""
    return round(sum(group["guided"][next(iter(group["guided"]))]["powers"][0] for group in groups))


def itself(part):
    return part


def wider(part):
    """The sums as if the deviation were twice as large: a twin's."""
    count, mean, square, *rest = part["powers"]
    return Sums(part, powers=np.array([count, mean, 4 * square - 3 * mean**2 / count, *rest]))


def _read(r):
    networks, size = r.shape
    places = _place(r) + np.arange(networks)[:, None] * (len(EDGES) + 1)
    counts = np.bincount(places.ravel(), minlength=networks * (len(EDGES) + 1)).reshape(networks, -1)
    below = np.cumsum(counts[:, :-1], axis=1) / size
    return Sums(powers=_powers(r), below=np.array([below.sum(axis=0), (below**2).sum(axis=0)]))


def _powers(r):
    """Sums over the rows of r."""
    size, two = r.shape[1], r * r
    first, second, third, fourth = (each.mean(axis=1) for each in (r, two, two * r, two * two))
    pairs, squares = ((size * one**2 - two) / (size - 1) for one, two in ((first, second), (second, fourth)))
    return np.array([np.ones(len(r)), first, second, third, fourth, pairs, squares]).sum(axis=1)


def _place(r):
    """How many EDGES lie below r: np.searchsorted, but by a logarithm."""
    with np.errstate(divide="ignore"):
        beyond = np.ceil((np.log(np.abs(r)) - np.log(SMALLEST)) / STEP)
    return (SIZES + np.copysign(np.clip(beyond, 0, SIZES), r)).astype(np.int64)


def central(part):
    """Mean, variance, third and fourth central moment, covariance of two entries."""
    _, m, second, third, fourth, pairs, _ = part["powers"] / part["powers"][0]
    return (
        m,
        second - m**2,
        third - 3 * m * second + 2 * m**3,
        fourth - 4 * m * third + 6 * m**2 * second - 3 * m**4,
        pairs - m**2,
    )


def mean_to_sd(part):
    mean, variance, *_ = central(part)
    return mean / np.sqrt(variance)


def skewness(part):
    _, variance, third, *_ = central(part)
    return third / variance**1.5


def excess_kurtosis(part):
    _, variance, _, fourth, _ = central(part)
    return fourth / variance**2 - 3


def correlation(part):
    """Of two entries."""
    _, variance, _, _, covariance = central(part)
    return covariance / variance


def correlation_of_squares(part):
    count, _, second, _, fourth, _, squares = part["powers"]
    return (squares / count - (second / count) ** 2) / (fourth / count - (second / count) ** 2)


def at(rule, level):
    """What takes the sums of a claim, by rule and level, to those of one."""
    return lambda sums: sums[rule][level]


def read_off(statistic, rule, level):
    """A statistic of the entries of one rule and level."""
    return lambda sums: statistic(sums[rule][level])


def distance(groups, part):
    """The Interval of the Kolmogorov distance of an entry's law from the normal law of its mean and deviation.

    `part` takes one group's Sums to those of `read`. At each edge the jackknife gives the error of the difference of
    the two laws, mean and deviation being measured; Student's band covers all edges at once, and monotony what lies
    between.
    """
    parts = [part(group) for group in groups]
    powers, below = (np.array([each[key] for each in parts]) for key in ("powers", "below"))
    left_out, _ = _difference(powers.sum(axis=0) - powers, below.sum(axis=0) - below)
    dof = len(parts) - 1
    error = np.sqrt(left_out.var(axis=0).max() * dof)
    band = student.isf(INTERVAL_ERROR / 2 / len(EDGES), dof) * error
    return _within(total(parts), band, student.ppf(POWER, dof) * error)


def distance_of_few(groups, part):
    """The same, by a band that is right for any number n of networks (Maurer & Pontil 2009, Theorem 4).

    √(2 V L/n) + 7L/(3(n − 1)) with L = log(2/error of one edge and side), V the variance between networks of the part
    of the entries below an edge; the normal law that it is compared with, of the measured mean and deviation, is taken
    as given.
    """
    sums = total(part(group) for group in groups)
    count, (mean, square) = sums["powers"][0], sums["below"] / sums["powers"][0]
    variance = (square - mean**2).max() * count / (count - 1)
    rarity = np.log(2 * 2 * len(EDGES) / INTERVAL_ERROR)
    return _within(sums, np.sqrt(2 * variance * rarity / count) + 7 * rarity / (3 * (count - 1)), 0.0)


def distance_of_two(groups, parts):
    """The Interval of the Kolmogorov distance of two laws; `parts` takes one group's Sums to those of `read` of each.

    Student's band of the difference, over groups of equal size, covers all edges at once; between two edges it moves by
    no more than a law does.
    """
    laws = np.array([[part["below"][0] / part["powers"][0] for part in parts(group)] for group in groups])
    first, difference = laws[:, 0].mean(axis=0), laws[:, 0] - laws[:, 1]
    dof = len(groups) - 1
    error = difference.std(axis=0, ddof=1).max() / np.sqrt(len(groups))
    band = student.isf(INTERVAL_ERROR / 2 / len(EDGES), dof) * error
    found, between = np.abs(difference.mean(axis=0)).max(), np.diff(first, prepend=0.0, append=1.0).max()
    power = student.ppf(POWER, dof) * error
    return Interval(found, max(0.0, found - band), found + band + between, band + between + power)


def _within(sums, band, power):
    """The Interval of the largest difference of two laws, known at EDGES to `band`."""
    difference, normal = _difference(sums["powers"], sums["below"])
    found = np.abs(difference).max()
    between = np.diff(normal, prepend=0.0, append=1.0).max()
    return Interval(found, max(0.0, found - band), found + band + between, band + between + power)


def _difference(powers, below):
    """An entry's distribution function less the normal one at EDGES, and the normal one; for one group's sums or
    many.
    """
    mean, square = (powers[..., n : n + 1] / powers[..., :1] for n in (1, 2))
    normal = ndtr((EDGES - mean) / np.sqrt(square - mean**2))
    return below[..., 0, :] / powers[..., :1] - normal, normal


def quantiles(part, probabilities):
    """Quantiles of an entry, in standard deviations from its mean."""
    mean, variance, *_ = central(part)
    return (np.interp(probabilities, part["below"][0] / part["powers"][0], EDGES) - mean) / np.sqrt(variance)
