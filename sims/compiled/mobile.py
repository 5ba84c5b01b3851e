"""The convolutions of mobile networks at the speed of compiled loops: depthwise, and of single pixels."""

from dataclasses import dataclass, field

import numpy as np

from sims.compiled import depthwise
from sims.compiled.parts import shares, single
from sims.compiled.products import NO_BIAS, multiply
from sims.system import threads
from theory.layers import Conv2d


@dataclass(frozen=True, eq=False, repr=False)
class FastDepthwise(Conv2d):
    """A float32 Conv2d with one filter for every channel; of any size, stride, padding and dilation."""

    @staticmethod
    def takes(layer):
        """Whether a Conv2d has this form."""
        return single(layer) and layer.groups == layer.channels == len(layer.weight)

    def forward(self, inputs):
        windows = self._windows(inputs.shape)
        if inputs.dtype != np.float32:
            return super().forward(inputs)
        planes = np.ascontiguousarray(inputs).reshape(-1, *inputs.shape[2:])
        out = np.empty((len(planes), windows.rows, windows.columns), np.float32)
        filters, bias = self._filters, NO_BIAS if self.bias is None else self.bias
        size = depthwise.forward_parts(windows.rows, windows.width, filters.shape[1:], *self._geometry)[-1]

        def work(part):
            depthwise.depthwise(planes, *part, filters, bias, *self._geometry, threads.room(size), out)

        threads.spread(work, shares(len(planes), max(planes[0].size, out[0].size)))
        return out.reshape(*inputs.shape[:2], *out.shape[1:]), inputs.shape

    def backward(self, signal, saved, rule):
        windows = self._windows_behind(signal, saved)
        if signal.dtype != np.float32:
            return super().backward(signal, saved, rule)
        planes = np.ascontiguousarray(signal).reshape(-1, *signal.shape[2:])
        out = np.empty((len(planes), *saved[2:]), np.float32)
        filters = self._filters
        size = depthwise.back_parts(windows.height, windows.width, filters.shape[1:], *self._geometry)[-1]

        def work(part):
            depthwise.depthwise_back(planes, *part, filters, *self._geometry, threads.room(size), out)

        threads.spread(work, shares(len(planes), max(planes[0].size, out[0].size)))
        return out.reshape(len(signal), *saved[1:])

    @property
    def _filters(self):
        return np.ascontiguousarray(self.weight[:, 0])

    @property
    def _geometry(self):
        return self.stride, self.padding, self.dilation


@dataclass(frozen=True, eq=False, repr=False)
class FastPointwise(Conv2d):
    """A float32 Conv2d of single pixels, a product of matrices that copies no patches; strides leave pixels out."""

    _values: dict = field(init=False, default_factory=dict)

    @staticmethod
    def takes(layer):
        """Whether a Conv2d has this form."""
        plain = (layer.weight.shape[2:], layer.padding, layer.groups) == ((1, 1), (0, 0), 1)
        return plain and single(layer) and layer.weight.flags.c_contiguous and layer.weight.size > 0

    def forward(self, inputs):
        windows = self._windows(inputs.shape)
        if inputs.dtype != np.float32:
            return super().forward(inputs)
        out = np.empty((len(inputs), len(self.weight), windows.rows, windows.columns), np.float32)
        multiply(self.weight, self.bias, self._chosen(inputs), out)
        return out, inputs.shape

    def backward(self, signal, saved, rule):
        self._windows_behind(signal, saved)
        if signal.dtype != np.float32:
            return super().backward(signal, saved, rule)
        shape = len(signal), *saved[1:]
        if self.stride == (1, 1):
            out = np.empty(shape, np.float32)
            multiply(self._transposed, None, signal, out)
            return out
        found, out = np.empty((*shape[:2], *signal.shape[2:]), np.float32), np.zeros(shape, np.float32)
        multiply(self._transposed, None, signal, found)
        self._chosen(out)[...] = found
        return out

    def _chosen(self, images):
        """The pixels that are not left out."""
        return images[:, :, :: self.stride[0], :: self.stride[1]]

    @property
    def _transposed(self):
        """The weight (in, out), kept from the first time that it is needed."""
        if not self._values:
            self._values["transposed"] = np.ascontiguousarray(self.weight[:, :, 0, 0].T)
        return self._values["transposed"]

    def refresh(self):
        """Take the weights as they are now, if they have been overwritten."""
        if self._values:
            self._values["transposed"][...] = self.weight[:, :, 0, 0].T
