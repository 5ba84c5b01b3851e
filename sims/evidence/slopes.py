"""How many trials a slope over the logarithms of a user's numbers needs, beside those that it was planned with."""

import numpy as np

from sims.system.errors import InputError

MOST = 10**4  # times as many trials: a day at the size of the papers
LOOKS = 4  # of those that are expected to decide an experiment: a quarter of its trials each


def power(along, values, weights=None):
    """The least-squares slope of log `values` on log `along`: the power with which they grow."""
    logs = np.log(along)
    centred = logs - np.average(logs, weights=weights)
    weighted = centred if weights is None else weights * centred
    return weighted @ np.log(values) / (weighted @ centred)


def spread(values):
    """Σ (log v − mean)²: the variance of a least-squares slope is that of a point over it."""
    logs = np.log(values)
    return ((logs - logs.mean()) ** 2).sum()


def times_as_many(values, planned):
    """The factor of each point's trials with which a slope over `values` is as precise as one over `planned`.

    1 where they lie as far apart or farther, and where there is one and no slope. Otherwise the first look alone must
    do: the points are decided by then, and nothing would be drawn for the slope's sake. InputError for numbers so close
    that no run would end.
    """
    if len(values) == 1:
        return 1
    short = spread(planned) / spread(values)
    if short > MOST:
        raise InputError(
            f"the numbers {', '.join(f'{value:g}' for value in values)} lie so close together that a slope over them "
            f"takes {short:.3g} times as many trials; give numbers that lie farther apart"
        )
    return LOOKS * short if short > 1 + 1e-9 else 1
