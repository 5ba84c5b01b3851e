"""Signals at the activations of a first layer that is given: what a random readout, or random layers, send back."""

import numpy as np

from theory.layers import Conv2d, Flatten, Linear, Pad2d, ReLU, ReLU6
from theory.networks import Sequential


def first_layer(settings, ceiling=True):
    """The network that ends behind the first activation, of {filters, bias, stride, padding, ceiling}."""
    (top, bottom), (left, right) = settings["padding"]
    layers = [Pad2d((top, bottom), (left, right)), Conv2d(settings["filters"], settings["bias"], settings["stride"])]
    return Sequential([*layers, ReLU6() if settings["ceiling"] and ceiling else ReLU()])


def signals_above(activations, filters, rules, rng):
    """{rule: R (1, N₁, rows, columns)} under a random 3×3 convolution with padding 1, a ReLU, and a random readout."""
    weight = rng.standard_normal((filters, activations.shape[1], 3, 3))
    readout = rng.standard_normal((1, filters * activations[0, 0].size))
    passed = Sequential([Conv2d(weight, None, 1, 1), ReLU(), Flatten(), Linear(readout)]).forward(activations)
    return {rule: passed.backward(np.ones((1, 1)), rule) for rule in rules}
