"""Plain stacks of any depth and width."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.layers.activations import ReLU
from theory.layers.linear import Conv2d, Linear
from theory.layers.protocol import Layer
from theory.layers.shaping import Flatten
from theory.networks.chains import Sequential
from theory.networks.three_layer import Pair, Pool, _pool

Arrays = Sequence[npt.NDArray[Any]]
Biases = list[npt.NDArray[Any] | None] | None


def fcn(weights: Arrays, biases: Biases = None) -> Sequential:
    """A fully-connected stack: weights, a list of (out, in), with a ReLU between; inputs (B, d) or (B, C, H, W).

    biases, if any, is a list of (out,) or None, one per weight.
    """
    return Sequential([Flatten(), *_dense(weights, _one_each(biases, len(weights), "biases"))])


def cnn(
    filters: Arrays,
    readout: npt.NDArray[Any] | list[npt.NDArray[Any]],
    biases: Biases = None,
    strides: Pair | list[Pair] = 1,
    paddings: Pair | list[Pair] = 0,
    pools: Pool | None | list[Pool | None] = None,
    input_shape: tuple[int, ...] | None = None,
) -> Sequential:
    """A convolutional stack: filters, a list of (out, in, kh, kw), a ReLU after each; then fully-connected layers.

    readout (K, ...), or a list of such with a ReLU between, reads the last feature map, flattened in C order.
    biases, if any, is a list of (out,) or None, first for the convolutions, then for the matrices. strides, paddings
    and pools (max-pooling after the ReLU; None for none) hold for every convolution, or are a list with one entry each.
    """
    depth = len(filters)
    matrices = [np.reshape(each, (len(each), -1)) for each in (readout if isinstance(readout, list) else [readout])]
    biases = _one_each(biases, depth + len(matrices), "biases")
    settings = dict[str, Any](strides=strides, paddings=paddings, pools=pools)
    each_setting = [_one_each(value, depth, name) for name, value in settings.items()]
    layers: list[Layer] = []
    for weight, bias, stride, padding, pool in zip(filters, biases, *each_setting):
        layers += [Conv2d(weight, bias, stride, padding), ReLU()]
        if pool is not None:
            layers.append(_pool(pool))
    return Sequential([*layers, Flatten(), *_dense(matrices, biases[depth:])], input_shape)


def _dense(weights: Arrays, biases: Any) -> list[Layer]:
    """Fully-connected layers with a ReLU between."""
    layers: list[Layer] = [layer for each in zip(weights, biases) for layer in (Linear(*each), ReLU())]
    return layers[:-1]


def _one_each(value: Any, count: int, name: str) -> list[Any]:
    """A list of `count` entries: value itself if it is a list, else `count` times value."""
    values = value if isinstance(value, list) else [value] * count
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} entries for {count} weights")
    return values
