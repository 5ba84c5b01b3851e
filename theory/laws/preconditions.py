"""What the laws ask of their numbers; each raises ValueError or TypeError."""

from operator import index

import numpy as np


def count(filters):
    """The number of filters N, an integer of at least 1."""
    if index(filters) < 1:
        raise ValueError(f"filters must be at least 1, not {filters}")
    return filters


def counts(filters):
    """The same for one number of filters or an array of them."""
    if not isinstance(filters, np.ndarray):
        return count(filters)
    if filters.dtype.kind not in "iu":
        raise TypeError(f"numbers of filters are integers, not {filters.dtype}")
    count(filters.min())
    return filters


def scale(value):
    """A standard deviation c, positive and finite."""
    if not 0 < value < np.inf:
        raise ValueError(f"a scale is positive and finite, not {value}")
    return value


def overall(filters, filter_scale, readout_scale):
    """N c_w c_v: what a mean at unit scales is multiplied by."""
    return count(filters) * scale(filter_scale) * scale(readout_scale)
