"""Layers with a hand-written forward pass, and a backward pass under a rule.

A layer is stateless: forward(inputs) -> (outputs, saved), and backward(grad, saved, rule) -> grad at the inputs, where
`saved` is what its own forward pass left. Only ReLU looks at the rule. Batches come first: NCHW, or (B, features).
"""

import numpy as np

from theory import kernels
from theory.patches import column_tiles, fold_product
from theory.windows import Windows, pair


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


class ReLU:
    """σ(y) = max(y, 0); its backward pass is the rule's."""

    def forward(self, inputs):
        return np.maximum(inputs, 0), inputs

    def backward(self, grad, saved, rule):
        return rule.backward(grad, saved)


class MaxPool2d:
    """Maximum over windows of `size`, `stride` apart (`size` unless given); padding takes no part in a maximum.

    The backward pass puts a window's signal at its switch, the place of its maximum: the derivative, and DeconvNet's
    unpooling, under every rule; where windows overlap the signals add. `tie`, "first" or "last" in reading order,
    chooses among equal maxima: after a ReLU a window of zeros is a tie.
    """

    def __init__(self, size, stride=None, padding=0, tie="first"):
        self.size = pair(size, "size", 1)
        self.stride = self.size if stride is None else pair(stride, "stride", 1)
        self.padding = pair(padding, "padding", 0)
        if any(2 * margin > length for margin, length in zip(self.padding, self.size)):
            raise ValueError(f"padding {self.padding} is over half of the pool size {self.size}")
        if tie not in ("first", "last"):
            raise ValueError(f'tie is "first" or "last", not {tie!r}')
        self.tie = tie

    def forward(self, inputs):
        if inputs.ndim != 4:
            raise ValueError(f"max-pooling takes (B, C, H, W), not {inputs.shape}")
        windows = Windows.on(inputs.shape, self.size, self.stride, self.padding)
        planes = np.ascontiguousarray(inputs).reshape(-1, *inputs.shape[2:])
        outputs = np.empty((len(planes), windows.rows, windows.columns), inputs.dtype)
        switches = np.empty(outputs.shape, np.int64)
        kernels.pool_max(planes, self.size, self.stride, self.padding, self.tie == "first", outputs, switches)
        return outputs.reshape(*inputs.shape[:2], windows.rows, windows.columns), (inputs.shape, switches)

    def backward(self, grad, saved, rule):
        shape, switches = saved
        planes = np.zeros((len(switches), shape[2] * shape[3]), grad.dtype)
        flat = np.ascontiguousarray(grad).reshape(len(switches), -1)
        kernels.unpool(flat, switches.reshape(len(switches), -1), planes)
        return planes.reshape(shape)


class BatchNorm2d:
    """Batch normalisation in inference: weight·(x − mean)/√(var + eps) + bias, channel by channel, all four (C,)."""

    def __init__(self, weight, bias, running_mean, running_var, eps=1e-5):
        weight = as_parameter(weight, "weight", 1)
        bias, mean, var = (as_bias(each, len(weight)) for each in (bias, running_mean, running_var))
        if not (var + eps > 0).all():
            raise ValueError("the running variance must be above −eps")
        scale = weight / np.sqrt(var.astype(np.float64) + eps)
        self.scale = scale.astype(weight.dtype)[:, None, None]
        self.shift = (bias - mean * scale).astype(weight.dtype)[:, None, None]

    def forward(self, inputs):
        if inputs.ndim != 4 or inputs.shape[1] != len(self.scale):
            raise ValueError(f"this batch normalisation takes (B, {len(self.scale)}, H, W), not {inputs.shape}")
        outputs = inputs * self.scale
        outputs += self.shift
        return outputs, None

    def backward(self, grad, saved, rule):
        return grad * self.scale


class AveragePool2d:
    """The mean of each channel over all places, (B, C, H, W) to (B, C, 1, 1)."""

    def forward(self, inputs):
        if inputs.ndim != 4:
            raise ValueError(f"average-pooling takes (B, C, H, W), not {inputs.shape}")
        return inputs.mean(axis=(2, 3), keepdims=True), inputs.shape

    def backward(self, grad, saved, rule):
        return np.broadcast_to(grad / grad.dtype.type(saved[2] * saved[3]), saved)


class Flatten:
    """(B, ...) to (B, features), in C order: feature (i − 1)J + j of a feature map of J places, as q_ij in the
    papers.
    """

    def forward(self, inputs):
        return inputs.reshape(len(inputs), -1), inputs.shape

    def backward(self, grad, saved, rule):
        return grad.reshape(len(grad), *saved[1:])
