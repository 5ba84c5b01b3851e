"""Max-pooling, whose switches are held on the way back, and the mean over all places."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.geometry import loops
from theory.geometry.windows import Windows, pair
from theory.layers.protocol import Layer, check_rows
from theory.rules import AnyRule, Array


@dataclass(frozen=True, eq=False, repr=False)
class MaxPool2d(Layer):
    """Maximum over windows of `size`, `stride` apart (`size` unless given); padding takes no part in a maximum.

    The backward pass puts a window's signal at its switch, the place of its maximum: the derivative, and DeconvNet's
    unpooling, under every rule; where windows overlap the signals add. `tie`, "first" or "last" in reading order,
    chooses among equal maxima: after a ReLU a window of zeros is a tie.
    """

    size: Any
    stride: Any = None
    padding: Any = 0
    tie: str = "first"

    def __post_init__(self) -> None:
        size = pair(self.size, "size", 1)
        stride = size if self.stride is None else pair(self.stride, "stride", 1)
        padding = pair(self.padding, "padding", 0)
        if any(2 * margin > length for margin, length in zip(padding, size)):
            raise ValueError(f"padding {padding} is over half of the pool size {size}")
        if self.tie not in ("first", "last"):
            raise ValueError(f'tie is "first" or "last", not {self.tie!r}')
        for name, value in (("size", size), ("stride", stride), ("padding", padding)):
            object.__setattr__(self, name, value)

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 4:
            raise ValueError(f"max-pooling takes (B, C, H, W), not {inputs.shape}")
        windows = Windows.on(inputs.shape, self.size, self.stride, self.padding)
        planes = np.ascontiguousarray(inputs).reshape(-1, *inputs.shape[2:])
        outputs = np.empty((len(planes), windows.rows, windows.columns), inputs.dtype)
        switches = np.empty(outputs.shape, np.int64)
        loops.pool_max(planes, self.size, self.stride, self.padding, self.tie == "first", outputs, switches)
        return outputs.reshape(*inputs.shape[:2], windows.rows, windows.columns), (inputs.shape, switches)

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        shape, switches = saved
        expected = (shape[1], *switches.shape[1:])
        if signal.shape[1:] != expected:
            raise ValueError(
                f"a signal of {signal.shape} comes back to a pooling of (B, {', '.join(map(str, expected))})"
            )
        check_rows(signal, shape[0])
        held = switches.reshape(-1, shape[1], switches[0].size)
        planes = np.zeros((len(signal), shape[1], shape[2] * shape[3]), signal.dtype)
        for n, row in enumerate(np.ascontiguousarray(signal)):
            loops.unpool(row.reshape(shape[1], -1), held[n if len(held) > 1 else 0], planes[n])
        return planes.reshape(len(signal), *shape[1:])


@dataclass(frozen=True, eq=False, repr=False)
class AveragePool2d(Layer):
    """The mean of each channel over all places, (B, C, H, W) to (B, C, 1, 1)."""

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 4:
            raise ValueError(f"average-pooling takes (B, C, H, W), not {inputs.shape}")
        return inputs.mean(axis=(2, 3), keepdims=True), inputs.shape

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        check_rows(signal, saved[0])
        return np.broadcast_to(signal / signal.dtype.type(saved[2] * saved[3]), (len(signal), *saved[1:]))
