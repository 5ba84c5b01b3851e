"""Layers that are linear in their inputs: convolution, fully connected; and what a parameter must be."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.geometry.patches import column_tiles, fold_product
from theory.geometry.windows import Windows, pair
from theory.layers.protocol import Layer
from theory.rules import AnyRule, Array


def as_parameter(array: npt.ArrayLike, name: str, dimensions: int) -> Array:
    """A weight or bias as a float array of so many dimensions, float64 unless it is float32; else ValueError."""
    array = np.asarray(array)
    if array.dtype != np.float32:
        array = array.astype(np.float64, copy=False)
    if array.ndim != dimensions:
        raise ValueError(f"{name} has {dimensions} dimensions, not {array.ndim} (shape {array.shape})")
    return array


def as_bias(bias: npt.ArrayLike, outputs: int) -> Array:
    """A bias with one entry per output."""
    bias = as_parameter(bias, "bias", 1)
    if len(bias) != outputs:
        raise ValueError(f"bias has {len(bias)} entries for {outputs} outputs")
    return bias


@dataclass(frozen=True, eq=False, repr=False)
class Affine(Layer):
    """A layer with a weight (out, …) and an optional bias (out,)."""

    weight: Array
    bias: Array | None = None

    DIMENSIONS = 2

    def __post_init__(self) -> None:
        self._set(weight=as_parameter(self.weight, "weight", self.DIMENSIONS))
        if self.bias is not None:
            self._set(bias=as_bias(self.bias, len(self.weight)))

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _as_computed(self, inputs: Array) -> Array:
        """The weight as a matrix (out, in), of the type of its products with `inputs`: cast once, not tile by tile."""
        dtype = np.result_type(inputs, self.weight)
        return self.weight.reshape(len(self.weight), -1).astype(dtype, copy=False)


@dataclass(frozen=True, eq=False, repr=False)
class Conv2d(Affine):
    """Convolution (cross-correlation) with weight (out, in/groups, kh, kw), an optional bias (out,) and zero padding.

    The channels fall into `groups`, each with outputs of its own; the entries of a filter lie `dilation` apart.
    """

    stride: Any = 1
    padding: Any = 0
    dilation: Any = 1
    groups: int = 1

    DIMENSIONS = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(stride=pair(self.stride, "stride", 1), padding=pair(self.padding, "padding", 0))
        self._set(dilation=pair(self.dilation, "dilation", 1))
        if index(self.groups) < 1 or len(self.weight) % self.groups:
            raise ValueError(f"groups must divide the {len(self.weight)} outputs, not {self.groups}")

    @property
    def channels(self) -> int:
        """The channels that it takes."""
        return int(self.weight.shape[1]) * self.groups

    def _windows(self, shape: tuple[int, ...]) -> Windows:
        if len(shape) != 4 or shape[1] != self.channels:
            raise ValueError(f"this convolution takes (B, {self.channels}, H, W), not {shape}")
        return Windows.on(shape, self.weight.shape[2:], self.stride, self.padding, self.dilation)

    def _parts(self) -> Iterator[tuple[slice, slice]]:
        """The channels and the outputs of each group."""
        channels, outputs = self.weight.shape[1], len(self.weight) // self.groups
        for n in range(self.groups):
            yield slice(n * channels, (n + 1) * channels), slice(n * outputs, (n + 1) * outputs)

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        windows = self._windows(inputs.shape)
        matrix = self._as_computed(inputs)
        outputs = np.empty((len(inputs), len(matrix), windows.count), matrix.dtype)
        for image, place in zip(np.ascontiguousarray(inputs), outputs):
            for channels, own in self._parts():
                for where, patches in column_tiles(image[channels], windows):
                    np.matmul(matrix[own], patches, out=place[own, where])
        if self.bias is not None:
            outputs += self.bias[:, None]
        return outputs.reshape(*outputs.shape[:2], windows.rows, windows.columns), inputs.shape

    def _windows_behind(self, signal: Array, saved: tuple[int, ...]) -> Windows:
        """The windows on inputs of the shape that was saved; ValueError if the signal does not fit them."""
        windows = self._windows(saved)
        expected = (len(self.weight), windows.rows, windows.columns)
        if signal.shape[1:] != expected:
            raise ValueError(f"a signal of {signal.shape} comes back to a convolution's outputs (rows, {expected})")
        return windows

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        windows = self._windows_behind(signal, saved)
        matrix = self._as_computed(signal)
        flat = signal.reshape(*signal.shape[:2], -1)
        back = [[fold_product(matrix[own].T, each[own], windows) for _, own in self._parts()] for each in flat]
        return np.stack([parts[0] if len(parts) == 1 else np.concatenate(parts) for parts in back])

    def constant(self, saved: Any) -> Array | None:
        return None if self.bias is None else self.bias[:, None, None]


@dataclass(frozen=True, eq=False, repr=False)
class Linear(Affine):
    """Fully-connected layer with weight (out, in) and an optional bias (out,)."""

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 2 or inputs.shape[1] != self.weight.shape[1]:
            raise ValueError(f"this linear layer takes (B, {self.weight.shape[1]}), not {inputs.shape}")
        outputs = inputs @ self.weight.T
        return (outputs if self.bias is None else outputs + self.bias), None

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        back: Array = np.dot(signal, self.weight)  # a single row times a large matrix: several times faster than @
        return back

    def constant(self, saved: Any) -> Array | None:
        return self.bias
