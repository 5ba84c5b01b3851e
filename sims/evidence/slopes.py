"""How many trials a slope over the logarithms of a user's numbers needs, beside those that it was planned with."""

import numpy as np

LOOKS = 4  # of those that are expected to decide an experiment: a quarter of its trials each


def spread(values):
    """Σ (log v − mean)²: the variance of a least-squares slope is that of a point over it."""
    logs = np.log(values)
    return ((logs - logs.mean()) ** 2).sum()


def times_as_many(values, planned):
    """The factor of each point's trials with which a slope over `values` is as precise as one over `planned`.

    1 where they lie as far apart or farther. Otherwise the first look alone must do: the points are decided by then,
    and nothing would be drawn for the slope's sake.
    """
    short = spread(planned) / spread(values)
    return LOOKS * short if short > 1 + 1e-9 else 1
