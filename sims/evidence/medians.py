"""The median of independent values, photographs' mostly, with an interval that asks nothing of their distribution."""

from dataclasses import replace

import numpy as np
from scipy.stats import binom

from sims.evidence.verdict import INTERVAL_ERROR, LOOKS, Interval

ONE_LOOK = INTERVAL_ERROR * LOOKS  # of a row that is read once


def of_values(values, error_rate=ONE_LOOK):
    """The Interval of the median between two values in order; unbounded where there are too few.

    A value lies below the median with probability at most ½: the chance that the interval misses it is a binomial's
    two tails, whatever the values' distribution. Nothing is said about what would have been detected.
    """
    values = np.sort(values)
    depth = int(binom.ppf(error_rate / 2, len(values), 0.5))  # values left out at each end
    if 2 * binom.cdf(depth, len(values), 0.5) > error_rate:
        depth -= 1
    low, high = (values[depth], values[-1 - depth]) if depth >= 0 else (-np.inf, np.inf)
    return Interval(float(np.median(values)), float(low), float(high), 0.0)


def within(least, most):
    """A row's measure: the median over groups, a photograph each, of a statistic that ends at `least` and `most`.

    Where there are too few for an interval it ends there, too.
    """

    def measure(groups, statistic):
        found = of_values([float(statistic(group)) for group in groups])
        return replace(found, low=max(found.low, least), high=min(found.high, most))

    return measure


COSINE, SHARE, DIFFERENCE = within(-1.0, 1.0), within(0.0, 1.0), within(-2.0, 2.0)


def exactly(groups, statistic):
    """A row's measure, of an identity: the photographs' number that is largest in size, which no sampling blurs."""
    worst = max((float(statistic(group)) for group in groups), key=abs)
    return Interval(worst, worst, worst, 0.0)
