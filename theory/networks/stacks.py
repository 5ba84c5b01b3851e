"""Plain stacks of any depth and width."""

import numpy as np

from theory.layers.activations import ReLU
from theory.layers.linear import Conv2d, Linear
from theory.layers.shaping import Flatten
from theory.networks.chains import Sequential
from theory.networks.three_layer import _pool


def fcn(weights, biases=None):
    """A fully-connected stack: weights, a list of (out, in), with a ReLU between; inputs (B, d) or (B, C, H, W).

    biases, if any, is a list of (out,) or None, one per weight.
    """
    return Sequential([Flatten(), *_dense(weights, _one_each(biases, len(weights), "biases"))])


def cnn(filters, readout, biases=None, strides=1, paddings=0, pools=None, input_shape=None):
    """A convolutional stack: filters, a list of (out, in, kh, kw), a ReLU after each; then fully-connected layers.

    readout (K, ...), or a list of such with a ReLU between, reads the last feature map, flattened in C order.
    biases, if any, is a list of (out,) or None, first for the convolutions, then for the matrices. strides, paddings
    and pools (max-pooling after the ReLU; None for none) hold for every convolution, or are a list with one entry each.
    """
    depth = len(filters)
    matrices = [np.reshape(each, (len(each), -1)) for each in (readout if isinstance(readout, list) else [readout])]
    biases = _one_each(biases, depth + len(matrices), "biases")
    settings = dict(strides=strides, paddings=paddings, pools=pools)
    settings = [_one_each(value, depth, name) for name, value in settings.items()]
    layers = []
    for weight, bias, stride, padding, pool in zip(filters, biases, *settings):
        layers += [Conv2d(weight, bias, stride, padding), ReLU()]
        if pool is not None:
            layers.append(_pool(pool))
    return Sequential([*layers, Flatten(), *_dense(matrices, biases[depth:])], input_shape)


def _dense(weights, biases):
    """Fully-connected layers with a ReLU between."""
    layers = [layer for each in zip(weights, biases) for layer in (Linear(*each), ReLU())]
    return layers[:-1]


def _one_each(value, count, name):
    """A list of `count` entries: value itself if it is a list, else `count` times value."""
    values = value if isinstance(value, list) else [value] * count
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} entries for {count} weights")
    return values
