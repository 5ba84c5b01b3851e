"""The pictures of ones: a bias is an input of ones, with weights b/p in a window of p entries (TR-GBP, Eq. 8)."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from theory.layers import BatchNorm2d, Conv2d, Dropout, Flatten, Linear
from theory.layers.activations import Elementwise
from theory.layers.padding import Padding
from theory.networks.graph import Node
from theory.rules import Array

Nodes = Mapping[str, Node]
Shapes = Mapping[str, tuple[int, ...]]


def of_ones(nodes: Nodes, shapes: Shapes, node: Node, signal: Array) -> Array | None:
    """The signal (rows, ...) at a node's outputs passed back to its input of ones, (rows, 1, h, w); None without bias.

    Summed over the channels, each window's kh·kw pixels get Σ_i b_i T_i/(kh·kw), added up where windows overlap; zeros
    around a map, in the layer or in a padding before it, are no pixels. A dense layer is a convolution: with a window
    of h×w on a map (C, h, w), of one pixel on a vector. A batch normalisation that is left has windows of one pixel.
    """
    layer = node.layer
    if isinstance(layer, Conv2d) and layer.bias is not None:
        return _spread(nodes, shapes, node, layer, _mixed(layer.bias, signal))
    if isinstance(layer, Linear) and layer.bias is not None:
        rows, columns = _flattened(nodes, shapes, node)
        shares = _mixed(layer.bias, signal[..., None, None]) / layer.bias.dtype.type(rows * columns)
        return np.broadcast_to(shares, (len(signal), 1, rows, columns))
    if isinstance(layer, BatchNorm2d):
        return _mixed(layer.shift.ravel(), signal)
    return None


def _mixed(bias: Array, signal: Array) -> Array:
    """Σ_i b_i T_i, (rows, 1, h, w) of a signal (rows, N, h, w)."""
    mixed: Array = bias @ signal.reshape(*signal.shape[:2], -1)
    return mixed.reshape(len(signal), 1, *signal.shape[2:])


def _spread(nodes: Nodes, shapes: Shapes, node: Node, layer: Conv2d, mixed: Array) -> Array:
    """mixed (rows, 1, windows down, windows across), spread evenly over each window's pixels."""
    margins, source = [(0, 0), (0, 0)], node.inputs[0]
    while source in nodes and isinstance(padding := nodes[source].layer, Padding):
        source = nodes[source].inputs[0]
        own = padding.margins(shapes[source])
        margins = [(before + more, after + others) for (before, after), (more, others) in zip(margins, own)]
    down, across = (
        _window(shapes[source][2 + axis], layer, axis, margins[axis][0], mixed.shape[2 + axis]).astype(mixed.dtype)
        for axis in (0, 1)
    )
    return down @ mixed @ across.T


def _window(length: int, layer: Conv2d, axis: int, before: int, count: int) -> npt.NDArray[np.float64]:
    """Along an axis of `length` pixels, `before` of which zeros lie: 1/k where a window has one, (length, count)."""
    size = layer.weight.shape[2 + axis]
    first = np.arange(count) * layer.stride[axis] - layer.padding[axis] - before
    held = first + layer.dilation[axis] * np.arange(size)[:, None]  # (size, count)
    found: npt.NDArray[np.float64] = (np.arange(length)[:, None, None] == held).sum(axis=1) / size
    return found


def _flattened(nodes: Nodes, shapes: Shapes, node: Node) -> tuple[int, int]:
    """The rows and columns of the map that a dense layer's vector was; (1, 1) if it was none."""
    source = node.inputs[0]
    while source in nodes and isinstance(nodes[source].layer, (Dropout, Elementwise)):
        source = nodes[source].inputs[0]
    if source not in nodes or not isinstance(nodes[source].layer, Flatten):
        return 1, 1
    shape = shapes[nodes[source].inputs[0]]
    return (shape[2], shape[3]) if len(shape) == 4 else (1, 1)
