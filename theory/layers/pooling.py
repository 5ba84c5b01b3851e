"""Max-pooling, whose switches are held on the way back, and averages over windows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.geometry import loops
from theory.geometry.windows import Windows, pair
from theory.layers.protocol import Layer, check_rows
from theory.rules import AnyRule, Array

Places = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False, repr=False)
class MaxPool2d(Layer):
    """Maximum over windows of `size`, `stride` apart (`size` unless given); padding takes no part in a maximum.

    The backward pass puts a window's signal at its switch, the place of its maximum: the derivative, and DeconvNet's
    unpooling, under every rule; where windows overlap the signals add. `tie`, "first" or "last" in reading order,
    chooses among equal maxima: after a ReLU a window of zeros is a tie. With `ceil_mode` a last window may reach over
    the edge, unless it would begin behind the image (as in PyTorch).
    """

    size: Any
    stride: Any = None
    padding: Any = 0
    tie: str = "first"
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        _set_windows(self)
        if self.tie not in ("first", "last"):
            raise ValueError(f'tie is "first" or "last", not {self.tie!r}')

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 4:
            raise ValueError(f"max-pooling takes (B, C, H, W), not {inputs.shape}")
        windows = Windows.on(inputs.shape, self.size, self.stride, self.padding, ceil=self.ceil_mode)
        planes = np.ascontiguousarray(inputs).reshape(-1, *inputs.shape[2:])
        outputs = np.empty((len(planes), windows.rows, windows.columns), inputs.dtype)
        switches = np.empty(outputs.shape, switch_type(inputs.shape))
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


def switch_type(shape: tuple[int, ...]) -> type[np.signedinteger[Any]]:
    """What holds every place of a map (…, H, W): half of a place's bytes for all maps that fit a memory."""
    return np.int32 if shape[-2] * shape[-1] <= 2**31 else np.int64


def _set_windows(layer: Any) -> None:
    """size, stride and padding of a pooling as pairs; ValueError for padding over half of the size, as everywhere."""
    size = pair(layer.size, "size", 1)
    stride = size if layer.stride is None else pair(layer.stride, "stride", 1)
    padding = pair(layer.padding, "padding", 0)
    if any(2 * margin > length for margin, length in zip(padding, size)):
        raise ValueError(f"padding {padding} is over half of the pool size {size}")
    for name, value in (("size", size), ("stride", stride), ("padding", padding)):
        object.__setattr__(layer, name, value)


@dataclass(frozen=True)
class Spans:
    """Along an axis of `length`, the entries first … last − 1 of each window, and how many its mean is taken over."""

    length: int
    first: Places
    last: Places
    counts: Places

    @classmethod
    def sliding(cls, windows: Windows, axis: int, include_pad: bool) -> "Spans":
        """Those of a pooling: padding counts as so many zeros, or not at all; what lies beyond it never counts."""
        length, padding = (windows.height, windows.width)[axis], windows.padding[axis]
        starts = np.arange((windows.rows, windows.columns)[axis]) * windows.stride[axis] - padding
        ends = np.minimum(starts + windows.kernel[axis], length + padding)
        first, last = np.maximum(starts, 0), np.minimum(ends, length)
        return cls(length, first, last, ends - starts if include_pad else last - first)

    @classmethod
    def adaptive(cls, length: int, count: int) -> "Spans":
        """`count` windows from ⌊i·length/count⌋ to ⌈(i + 1)·length/count⌉, which overlap where they don't divide it."""
        window = np.arange(count)
        first, last = window * length // count, -(-(window + 1) * length // count)
        return cls(length, first, last, last - first)

    def sums(self, dtype: Any) -> Array:
        """The matrix (windows, length) of 0 and 1 that adds up each window."""
        place = np.arange(self.length)
        return ((place >= self.first[:, None]) & (place < self.last[:, None])).astype(dtype)


@dataclass(frozen=True, eq=False, repr=False)
class Average(Layer):
    """Means over windows: a matrix on the rows of each map, and one on its columns. A subclass says which windows."""

    def spans(self, shape: tuple[int, ...]) -> tuple[Spans, Spans]:
        """The windows along the rows and along the columns of maps (B, C, H, W)."""
        raise NotImplementedError

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 4:
            raise ValueError(f"average-pooling takes (B, C, H, W), not {inputs.shape}")
        down, across = self.spans(inputs.shape)
        means: Array = down.sums(inputs.dtype) @ inputs @ across.sums(inputs.dtype).T
        means /= _counts(down, across, inputs.dtype)
        return means, inputs.shape

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        check_rows(signal, saved[0])
        down, across = self.spans(saved)
        expected = (saved[1], len(down.first), len(across.first))
        if signal.shape[1:] != expected:
            raise ValueError(
                f"a signal of {signal.shape} comes back to an average-pooling's outputs (rows, {expected})"
            )
        shares = signal / _counts(down, across, signal.dtype)
        back: Array = down.sums(signal.dtype).T @ shares @ across.sums(signal.dtype)
        return back


def _counts(down: Spans, across: Spans, dtype: Any) -> Array:
    return np.outer(down.counts, across.counts).astype(dtype)


@dataclass(frozen=True, eq=False, repr=False)
class AveragePool2d(Average):
    """The mean over windows of `size`, `stride` apart (`size` unless given); without a size, over all places.

    Padding counts as zeros, or, with count_include_pad=False, not at all; `ceil_mode` is that of MaxPool2d, and what
    lies beyond the padding never counts (as in PyTorch).
    """

    size: Any = None
    stride: Any = None
    padding: Any = 0
    ceil_mode: bool = False
    count_include_pad: bool = True

    def __post_init__(self) -> None:
        if self.size is not None:
            _set_windows(self)
        elif self.stride is not None or pair(self.padding, "padding", 0) != (0, 0):
            raise ValueError("the mean over all places has neither stride nor padding; give a size")

    def spans(self, shape: tuple[int, ...]) -> tuple[Spans, Spans]:
        windows = Windows.on(shape, self.size, self.stride, self.padding, ceil=self.ceil_mode)
        return tuple(Spans.sliding(windows, axis, self.count_include_pad) for axis in (0, 1))  # type: ignore[return-value]

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if self.size is not None or inputs.ndim != 4:
            return super().forward(inputs)
        return inputs.mean(axis=(2, 3), keepdims=True), inputs.shape

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        if self.size is not None:
            return super().backward(signal, saved, rule)
        check_rows(signal, saved[0])
        if signal.shape[1:] != (saved[1], 1, 1):
            raise ValueError(f"a signal of {signal.shape} comes back to the means of {saved[1]} maps")
        return np.broadcast_to(signal / signal.dtype.type(saved[2] * saved[3]), (len(signal), *saved[1:]))


@dataclass(frozen=True, eq=False, repr=False)
class AdaptiveAveragePool2d(Average):
    """The mean over windows that make maps of `size`, an int or a pair, of maps of any size (PyTorch's windows)."""

    size: Any = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", pair(self.size, "size", 1))

    def spans(self, shape: tuple[int, ...]) -> tuple[Spans, Spans]:
        return Spans.adaptive(shape[2], self.size[0]), Spans.adaptive(shape[3], self.size[1])
