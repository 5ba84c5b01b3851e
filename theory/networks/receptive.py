"""The receptive field of a unit: the pixels that its activation can depend on, and its picture can show."""

from theory.layers import BatchNorm2d, Conv2d, Dropout, MaxPool2d
from theory.layers.activations import Elementwise
from theory.networks.graph import INPUT, Network


def receptive_field(network: Network, at: str, row: int, column: int) -> tuple[slice, slice]:
    """The rows and columns of the input that a place (row, column) of the maps of node `at` sees, in a chain: a box.

    The slices begin in the input, and may end behind it; one is empty where only padding is seen. ValueError for a
    layer of another kind than convolutions, max-poolings and what acts entry by entry.
    """
    ends = [(row, row), (column, column)]
    while at != INPUT:
        node = network.node(at)
        sizes = _sizes(node.layer, at)
        if sizes:
            strides, paddings = node.layer.stride, node.layer.padding  # type: ignore[attr-defined]
            ends = [
                (first * stride - padding, last * stride - padding + size - 1)
                for (first, last), size, stride, padding in zip(ends, sizes, strides, paddings)
            ]
        [at] = node.inputs
    rows, columns = (slice(max(0, first), max(0, last + 1)) for first, last in ends)
    return rows, columns


def _sizes(layer: object, name: str) -> tuple[int, int] | None:
    """A layer's windows, rows and columns with what lies between dilated ones; None if it acts entry by entry."""
    if isinstance(layer, Conv2d):
        rows, columns = ((size - 1) * step + 1 for size, step in zip(layer.weight.shape[2:], layer.dilation))
        return rows, columns
    if isinstance(layer, MaxPool2d):
        return tuple(layer.size)
    if isinstance(layer, (Elementwise, BatchNorm2d, Dropout)):
        return None
    raise ValueError(f"node {name}: no receptive field is known for a {type(layer).__name__}")
