"""Pictures of many random three-layer networks at one image, compiled from the draw of the weights to the fold."""

import numpy as np

from sims.compiled.connected import connected
from sims.compiled.convolution import convolution
from sims.compiled.trial import Plan, simulate
from sims.random.counter_based import fill_each
from theory.rules import Rule, as_rule

BATCH = 2**20  # numbers that a batch of trials holds at most, unless one trial alone has more


def takes(rules):
    """Whether these rules are all given by their leaks, as those of theory.rules are."""
    return all(isinstance(as_rule(rule), Rule) for rule in rules)


def leaks(rules):
    """(rules, 2): the leaks of h and g."""
    rules = [as_rule(rule) for rule in rules]
    return np.array([(rule.h.leak, rule.g.leak) for rule in rules], np.float32)


def shares(rules):
    """(rules, 4): T/V on the parts 2·(y ≤ 0) + (V ≤ 0) of the filters: both positive, only y, only V, neither."""
    h, g = leaks(rules).T
    positive, negative = np.maximum(1, h), np.minimum(1, h)
    return np.stack([positive, negative, g * positive, g * negative], axis=1)


def plan(image, windows):
    """What the trials at one float32 image (C, H, W) share."""
    algorithm = convolution(image, windows)
    values = algorithm.filter_values
    products, entries = np.nonzero(values)
    order = np.arange(values.shape[1]).reshape(len(image), *windows.kernel).transpose(1, 2, 0)
    return Plan(
        inputs=algorithm.inputs,
        starts=algorithm.starts,
        rows=algorithm.rows.combine.shape,
        columns=algorithm.columns.combine.shape,
        places=algorithm.places,
        corners=corners(algorithm.places, windows, len(image)),
        lanes=algorithm.lanes,
        value_starts=np.searchsorted(products, np.arange(len(values) + 1)),
        value_columns=entries,
        value_factors=values[products, entries],
        order=order.ravel(),
        run=windows.kernel[1] * len(image),
        shape=image.shape,
        padding=windows.padding,
    )


def corners(places, windows, channels):
    """Where the first entry of a window lies in a padded picture, flat (H, W, C); −1 for no window."""
    row, column = np.divmod(places, windows.columns)
    across = windows.width + 2 * windows.padding[1]
    first = row * windows.stride[0] * across + column * windows.stride[1]
    return np.where(places < 0, -1, first * channels)


def batch_size(plan, filters, pictures):
    """Trials in a batch."""
    return max(1, BATCH // (filters * len(plan.order) + pictures * int(np.prod(plan.shape))))


def many_normals(keys, size, scale):
    """For every key its first `size` normals N(0, scale²): (keys, size)."""
    out = np.empty((len(keys), size), np.float32)
    fill_each(keys, np.float32(scale), out)
    return out


def pictures(plan, filters, biases, readouts, scale, rules):
    """Pictures (trials, rules · logits, C, H, W) of networks with filters (trials, N, p).

    biases are (trials, N), or (trials, 0) if there are none. readouts (trials, logits) are keys: the weight of filter i
    at window j is the normal N(0, scale²) at address j·N + i.
    """
    out = np.empty((len(filters), len(rules) * readouts.shape[1], *plan.shape), np.float32)
    taken = shares(rules)
    parts = np.flatnonzero(taken.any(axis=0))
    arrays = (np.ascontiguousarray(array) for array in (filters, biases, readouts))  # one compiled function for all
    simulate(plan, *arrays, np.float32(scale), parts, np.ascontiguousarray(taken[:, parts]), out)
    return out


def connected_pictures(image, key, readout, scale, rules):
    """Pictures (rules, *image.shape) of a fully-connected network: neuron i's weights begin at address i·d."""
    out = np.zeros((len(rules), image.size), np.float32)
    connected(image.ravel(), key, np.float32(scale), readout, leaks(rules), out)
    return out.reshape(-1, *image.shape)
