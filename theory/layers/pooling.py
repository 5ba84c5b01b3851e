"""Max-pooling, whose switches are held on the way back, and the mean over all places."""

import numpy as np

from theory.geometry import loops
from theory.geometry.windows import Windows, pair


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
        loops.pool_max(planes, self.size, self.stride, self.padding, self.tie == "first", outputs, switches)
        return outputs.reshape(*inputs.shape[:2], windows.rows, windows.columns), (inputs.shape, switches)

    def backward(self, grad, saved, rule):
        shape, switches = saved
        planes = np.zeros((len(switches), shape[2] * shape[3]), grad.dtype)
        flat = np.ascontiguousarray(grad).reshape(len(switches), -1)
        loops.unpool(flat, switches.reshape(len(switches), -1), planes)
        return planes.reshape(shape)


class AveragePool2d:
    """The mean of each channel over all places, (B, C, H, W) to (B, C, 1, 1)."""

    def forward(self, inputs):
        if inputs.ndim != 4:
            raise ValueError(f"average-pooling takes (B, C, H, W), not {inputs.shape}")
        return inputs.mean(axis=(2, 3), keepdims=True), inputs.shape

    def backward(self, grad, saved, rule):
        return np.broadcast_to(grad / grad.dtype.type(saved[2] * saved[3]), saved)
