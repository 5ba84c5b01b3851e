"""The receptive field of a unit: the pixels that its activation can depend on, and its picture can show."""

from theory.layers import Activation, Conv2d, MaxPool2d
from theory.networks.graph import INPUT, Network


def receptive_field(network: Network, at: str, row: int, column: int) -> tuple[slice, slice]:
    """The rows and columns of the input that a place (row, column) of the maps of node `at` sees, in a chain: a box.

    The slices begin in the input; they may end behind it. ValueError for a layer that does not act window by window
    or entry by entry.
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
    rows, columns = (slice(max(0, first), last + 1) for first, last in ends)
    return rows, columns


def _sizes(layer: object, name: str) -> tuple[int, int] | None:
    """A layer's windows, rows and columns with what lies between dilated ones; None if it acts entry by entry."""
    if isinstance(layer, Conv2d):
        rows, columns = ((size - 1) * step + 1 for size, step in zip(layer.weight.shape[2:], layer.dilation))
        return rows, columns
    if isinstance(layer, MaxPool2d):
        return tuple(layer.size)
    if isinstance(layer, Activation):
        return None
    raise ValueError(f"node {name} acts neither window by window nor entry by entry: no receptive field is known")
