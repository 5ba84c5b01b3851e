"""Zeros around maps, where a convolution's own padding, the same on both sides, is not enough."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.geometry.margins import Margins, same
from theory.geometry.windows import pair
from theory.layers.protocol import Layer
from theory.rules import AnyRule, Array


@dataclass(frozen=True, eq=False, repr=False)
class Padding(Layer):
    """Zeros around each map. A subclass has `margins`."""

    def margins(self, shape: tuple[int, ...]) -> Margins:
        """Around maps (B, C, H, W) of this shape."""
        raise NotImplementedError

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 4:
            raise ValueError(f"padding takes (B, C, H, W), not {inputs.shape}")
        margins = self.margins(inputs.shape)
        return (np.pad(inputs, ((0, 0), (0, 0), *margins)) if np.any(margins) else inputs), inputs.shape

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        (top, bottom), (left, right) = self.margins(saved)
        _, channels, rows, columns = saved
        expected = channels, top + rows + bottom, left + columns + right
        if signal.shape[1:] != expected:
            raise ValueError(f"a signal of {signal.shape} comes back to padded maps (rows, {expected})")
        return signal[:, :, top : top + rows, left : left + columns]


@dataclass(frozen=True, eq=False, repr=False)
class Pad2d(Padding):
    """`rows` of zeros above and below each map, `columns` to the left and to the right, an int or a pair each."""

    rows: Any = 0
    columns: Any = 0

    def __post_init__(self) -> None:
        for name in ("rows", "columns"):
            object.__setattr__(self, name, pair(getattr(self, name), name, 0))

    def margins(self, shape: tuple[int, ...]) -> Margins:
        return self.rows, self.columns


@dataclass(frozen=True, eq=False, repr=False)
class SamePad2d(Padding):
    """Zeros as TensorFlow's padding "SAME" lays them for windows of `size`, `stride` apart: ⌈length/stride⌉ fit a side.

    They depend on the map: none if the windows fit without, and the odd one is below, or on the right.
    """

    size: Any
    stride: Any = 1

    def __post_init__(self) -> None:
        for name in ("size", "stride"):
            object.__setattr__(self, name, pair(getattr(self, name), name, 1))

    def margins(self, shape: tuple[int, ...]) -> Margins:
        rows, columns = (same(*each) for each in zip(shape[2:], self.size, self.stride))
        return rows, columns
