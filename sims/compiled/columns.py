"""Convolutions of few numbers a window, as the first ones of networks are, on threads of their own and not of BLAS."""

from dataclasses import dataclass

import numpy as np

from sims.compiled.parts import single
from sims.compiled.products import run
from sims.system import threads
from theory.geometry.patches import _gathered, _image, _no_phases, _phases, _scatter
from theory.layers import Conv2d

MOST = 512  # numbers of a window; where there are more, BLAS reads the filters better
TILE = 2**16  # numbers of the patches of a job


@dataclass(frozen=True, eq=False, repr=False)
class FastColumns(Conv2d):
    """A float32 Conv2d of small windows, of any geometry: the product of its filters with the patches."""

    @staticmethod
    def takes(layer):
        """Whether a Conv2d has this form."""
        return single(layer) and layer.groups == 1 and 0 < layer.weight[0].size <= MOST

    def forward(self, inputs):
        windows = self._windows(inputs.shape)
        if inputs.dtype != np.float32:
            return super().forward(inputs)
        out = np.empty((len(inputs), len(self.weight), windows.count), np.float32)
        flat, whole = np.ascontiguousarray(self.weight).reshape(-1), (0, len(self.weight))
        phases = [_phases(image, windows) for image in inputs]

        def work(job):
            image, first, last = job
            patches = _gathered(phases[image], windows, first, last)[None]
            found = out[image : image + 1, :, first * windows.columns : last * windows.columns]
            run(flat, self.bias, patches, (0, patches.shape[2]), whole, found)

        tiles = windows.tiles(inputs.shape[1], TILE)
        threads.spread(work, [(image, *tile) for image in range(len(inputs)) for tile in tiles])
        return out.reshape(*out.shape[:2], windows.rows, windows.columns), inputs.shape

    def backward(self, signal, saved, rule):
        windows = self._windows_behind(signal, saved)
        if signal.dtype != np.float32:
            return super().backward(signal, saved, rule)
        out = np.empty((len(signal), *saved[1:]), np.float32)
        flat = np.ascontiguousarray(self.weight.reshape(len(self.weight), -1).T)
        images, tiles = np.ascontiguousarray(signal), windows.tiles(1, TILE // 4)
        size = windows.kernel[0] * windows.kernel[1]

        def work(job):
            image, channel = job
            rows = flat[channel * size : (channel + 1) * size].reshape(-1)
            phases = _no_phases(size, windows, np.dtype(np.float32))
            for first, last in tiles:
                given = np.ascontiguousarray(images[image, :, first:last]).reshape(1, len(self.weight), -1)
                patches = np.empty((1, size, given.shape[2]), np.float32)
                run(rows, None, given, (0, given.shape[2]), (0, size), patches)
                _scatter(patches[0], windows, first, last, phases)
            out[image, channel] = _image(phases, windows)[0]

        threads.spread(work, [(image, channel) for image in range(len(signal)) for channel in range(saved[1])])
        return out
