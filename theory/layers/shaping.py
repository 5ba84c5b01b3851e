"""Layers that only give their inputs another shape, or none."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.geometry.windows import pair
from theory.layers.protocol import Layer
from theory.rules import AnyRule, Array


@dataclass(frozen=True, eq=False, repr=False)
class Flatten(Layer):
    """(B, ...) to (B, features), in C order: feature (i − 1)J + j of a map of J places, as q_ij in the papers."""

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        return inputs.reshape(len(inputs), -1), inputs.shape

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        return signal.reshape(len(signal), *saved[1:])


@dataclass(frozen=True, eq=False, repr=False)
class Pad2d(Layer):
    """Zeros around each map: `rows` above and below, `columns` to the left and to the right, an int or a pair each.

    Padding that is not the same on both sides, as TensorFlow's "same" is at a stride of 2, is a layer of its own.
    """

    rows: Any = 0
    columns: Any = 0

    def __post_init__(self) -> None:
        for name in ("rows", "columns"):
            object.__setattr__(self, name, pair(getattr(self, name), name, 0))

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 4:
            raise ValueError(f"padding takes (B, C, H, W), not {inputs.shape}")
        return np.pad(inputs, ((0, 0), (0, 0), self.rows, self.columns)), inputs.shape

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        height, width = saved[2:]
        expected = saved[1], height + sum(self.rows), width + sum(self.columns)
        if signal.shape[1:] != expected:
            raise ValueError(f"a signal of {signal.shape} comes back to padded maps (rows, {expected})")
        (top, _), (left, _) = self.rows, self.columns
        return signal[:, :, top : top + height, left : left + width]


@dataclass(frozen=True, eq=False, repr=False)
class Dropout(Layer):
    """The identity: what dropout is once a network is trained. p is the probability that it had in training."""

    p: float = 0.5

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        return inputs, None

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        return signal
