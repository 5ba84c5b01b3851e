"""Layers that are linear in their inputs: convolution, fully connected; and what a parameter must be."""

import numpy as np

from theory.geometry.patches import column_tiles, fold_product
from theory.geometry.windows import Windows, pair


def as_parameter(array, name, dimensions):
    """A weight or bias as a float array of so many dimensions, float64 unless it is float32; else ValueError."""
    array = np.asarray(array)
    if array.dtype != np.float32:
        array = array.astype(np.float64)
    if array.ndim != dimensions:
        raise ValueError(f"{name} has {dimensions} dimensions, not {array.ndim} (shape {array.shape})")
    return array


def as_bias(bias, outputs):
    """A bias with one entry per output, or None."""
    if bias is None:
        return None
    bias = as_parameter(bias, "bias", 1)
    if len(bias) != outputs:
        raise ValueError(f"bias has {len(bias)} entries for {outputs} outputs")
    return bias


class Conv2d:
    """Convolution (cross-correlation) with weight (out, in, kh, kw), an optional bias (out,) and zero padding."""

    def __init__(self, weight, bias=None, stride=1, padding=0):
        self.weight = as_parameter(weight, "weight", 4)
        self.bias = as_bias(bias, len(self.weight))
        self.stride, self.padding = pair(stride, "stride", 1), pair(padding, "padding", 0)

    def _windows(self, shape):
        if len(shape) != 4 or shape[1] != self.weight.shape[1]:
            raise ValueError(f"this convolution takes (B, {self.weight.shape[1]}, H, W), not {shape}")
        return Windows.on(shape, self.weight.shape[2:], self.stride, self.padding)

    def forward(self, inputs):
        windows = self._windows(inputs.shape)
        matrix = self.weight.reshape(len(self.weight), -1)
        outputs = np.empty((len(inputs), len(matrix), windows.count), np.result_type(inputs, matrix))
        for image, place in zip(np.ascontiguousarray(inputs), outputs):
            for where, patches in column_tiles(image, windows):
                np.matmul(matrix, patches, out=place[:, where])
        if self.bias is not None:
            outputs += self.bias[:, None]
        return outputs.reshape(*outputs.shape[:2], windows.rows, windows.columns), inputs.shape

    def backward(self, grad, saved, rule):
        windows = self._windows(saved)
        transposed = self.weight.reshape(len(self.weight), -1).T
        return np.stack([fold_product(transposed, each.reshape(len(each), -1), windows) for each in grad])


class Linear:
    """Fully-connected layer with weight (out, in) and an optional bias (out,)."""

    def __init__(self, weight, bias=None):
        self.weight = as_parameter(weight, "weight", 2)
        self.bias = as_bias(bias, len(self.weight))

    def forward(self, inputs):
        if inputs.ndim != 2 or inputs.shape[1] != self.weight.shape[1]:
            raise ValueError(f"this linear layer takes (B, {self.weight.shape[1]}), not {inputs.shape}")
        outputs = inputs @ self.weight.T
        return (outputs if self.bias is None else outputs + self.bias), None

    def backward(self, grad, saved, rule):
        return np.dot(grad, self.weight)  # a single row times a large matrix: several times faster than @
