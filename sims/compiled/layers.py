"""Deep networks at the speed of compiled loops: the same layers, 3×3 convolutions by Winograd's algorithm.

`accelerate` leaves a network as it is and gives another one, on the same weights, that saves and passes back the same
up to rounding. Convolutions, dense layers and 2×2 poolings share their work between as many threads as BLAS has; the
numbers do not depend on how many.
"""

from dataclasses import dataclass, field

import numpy as np

from sims.compiled import dense, winograd
from sims.compiled.columns import FastColumns
from sims.compiled.elementwise import FastBatchNorm2d, FastReLU, FastReLU6
from sims.compiled.mobile import FastDepthwise, FastPointwise
from sims.compiled.parts import PART, ranges, single
from sims.compiled.tiles import BLOCK, GROUP, TILES
from sims.system import threads
from theory.layers import BatchNorm2d, Conv2d, Linear, MaxPool2d, ReLU, ReLU6
from theory.layers.pooling import switch_type

MANY = 64  # tiles in a job
JOBS = 4  # to share between threads
COLUMNS = 2048  # of a matrix in a part that a first-level cache holds one row of, and the sum
FEW = 4  # inputs of a batch for which a dense layer's weights are read fast enough


@dataclass(frozen=True, eq=False, repr=False)
class FastConv2d(Conv2d):
    """A Conv2d of 3×3 windows, stride 1 and float32, with fewer multiplications.

    The filters' values at the points are computed when they are first needed, and kept: 4 times the size of the filters
    for tiles of 4 × 4, 1.8 times for tiles of 2 × 2. Small images take the plain sum.
    """

    _values: dict = field(init=False, default_factory=dict)

    @staticmethod
    def takes(layer):
        """Whether a Conv2d has this form."""
        plain = (layer.stride, layer.dilation, layer.groups) == ((1, 1), (1, 1), 1)
        return plain and single(layer) and layer.weight.shape[2:] == (3, 3)

    def forward(self, inputs):
        windows = self._windows(inputs.shape)
        m = tile(windows.rows, windows.columns)
        if inputs.dtype != np.float32 or not m:
            return super().forward(inputs)
        out = np.empty((len(inputs), len(self.weight), windows.rows, windows.columns), np.float32)
        self._convolve(m, inputs, self.padding, False, self.bias, out)
        return out, inputs.shape

    def backward(self, signal, saved, rule):
        self._windows_behind(signal, saved)
        m = tile(*saved[2:])
        if signal.dtype != np.float32 or not m:
            return super().backward(signal, saved, rule)
        out = np.empty((len(signal), *saved[1:]), np.float32)
        self._convolve(m, signal, tuple(2 - side for side in self.padding), True, None, out)
        return out

    def _convolve(self, m, images, padding, transposed, bias, out):
        images = np.ascontiguousarray(images)
        filters, blocks = self._filters(m), self._blocks
        bias = _NO_BIAS if bias is None else bias
        channels, width = winograd.rounded(images.shape[1], BLOCK), -(-out.shape[3] // m) + 1

        def work(job):
            image, first, last, low, high = job
            lanes = winograd.rounded((last - first) * width, TILES)
            room = threads.room(winograd.room_parts(m, channels, high - low, lanes, width)[-1])
            winograd.convolve(m, images[image], padding, filters, blocks, transposed, bias, *job[1:], room, out[image])

        threads.spread(work, [(image, *part) for image in range(len(images)) for part in jobs(m, *out.shape[1:])])

    @property
    def _blocks(self):
        return tuple(-(-size // BLOCK) for size in self.weight.shape[:2])

    def _filters(self, m):
        """The values of the filters for tiles of m × m."""
        if m not in self._values:
            blocks = self._blocks
            out = np.empty((m + 2) ** 2 * winograd.pitch(blocks[0] * BLOCK, blocks[1] * BLOCK), np.float32)
            self._evaluate(m, out)
            self._values[m] = out
        return self._values[m]

    def _evaluate(self, m, out):
        weight = np.ascontiguousarray(self.weight).reshape(*self.weight.shape[:2], 9)
        threads.spread(lambda block: winograd.transform_filters(m, weight, block, out), range(self._blocks[0]))

    def refresh(self):
        """Take the weights as they are now, if they have been overwritten."""
        for m, out in self._values.items():
            self._evaluate(m, out)


_NO_BIAS = np.empty(0, np.float32)


def tile(rows, columns):
    """The side of a tile for so many outputs, that with the fewest products of channels; 0 for a plain sum."""
    products = {0: 9 * rows * columns}
    for m in winograd.POINTS:
        width = -(-columns // m) + 1
        lanes = (winograd.rounded((last - first) * width, TILES) for first, last in bands(m, rows, columns))
        products[m] = (m + 2) ** 2 * sum(lanes)
    return min(products, key=products.get)


def bands(m, rows, columns):
    """The rows of tiles, (first, last + 1) of every job."""
    return ranges(-(-rows // m), max(1, MANY // (-(-columns // m) + 1)))


def jobs(m, channels, rows, columns):
    """How outputs are computed in parts: (first, last + 1) of the rows of tiles, (low, high) of the channels."""
    parts, units = bands(m, rows, columns), -(-channels // GROUP)
    groups = min(-(-JOBS // len(parts)), units)
    edges = [units * group // groups * GROUP for group in range(groups + 1)]
    return [(*band, *pair) for pair in zip(edges, edges[1:]) for band in parts]


@dataclass(frozen=True, eq=False, repr=False)
class FastLinear(Linear):
    """A float32 Linear layer for few inputs at a time: as fast as its weights can be read, those that are needed."""

    @staticmethod
    def takes(layer):
        """Whether a Linear layer has this form."""
        return single(layer) and layer.weight.flags.c_contiguous

    def forward(self, inputs):
        if inputs.dtype != np.float32 or len(inputs) > FEW or inputs.shape[1:] != self.weight.shape[1:]:
            return super().forward(inputs)  # which refuses inputs of another width
        inputs, out = np.ascontiguousarray(inputs), np.empty((len(inputs), len(self.weight)), np.float32)
        rows = ranges(len(self.weight), max(1, PART // self.weight.shape[1]))
        threads.spread(lambda part: dense.rows_product(self.weight, inputs, *part, out), rows)
        return (out if self.bias is None else out + self.bias), None

    def backward(self, signal, saved, rule):
        if signal.dtype != np.float32 or len(signal) > FEW or signal.shape[1:] != self.weight.shape[:1]:
            return super().backward(signal, saved, rule)
        signal, out = np.ascontiguousarray(signal), np.empty((len(signal), self.weight.shape[1]), np.float32)
        columns = ranges(self.weight.shape[1], COLUMNS)
        threads.spread(lambda part: dense.columns_product(self.weight, signal, *part, out), columns)
        return out


@dataclass(frozen=True, eq=False, repr=False)
class FastMaxPool2d(MaxPool2d):
    """A MaxPool2d of 2×2 windows side by side, the same to the last switch."""

    @staticmethod
    def takes(layer):
        """Whether a MaxPool2d has this form."""
        return (layer.size, layer.stride, layer.padding, layer.ceil_mode) == ((2, 2), (2, 2), (0, 0), False)

    def forward(self, inputs):
        if inputs.dtype != np.float32 or inputs.ndim != 4 or min(inputs.shape[2:]) < 2:
            return super().forward(inputs)
        planes = np.ascontiguousarray(inputs).reshape(-1, *inputs.shape[2:])
        out = np.empty((len(planes), planes.shape[1] // 2, planes.shape[2] // 2), np.float32)
        switches = np.empty(out.shape, switch_type(inputs.shape))
        work = lambda part: dense.pool_pairs(planes, self.tie == "first", *part, out, switches)
        threads.spread(work, ranges(len(planes), max(1, PART // planes[0].size)))
        return out.reshape(*inputs.shape[:2], *out.shape[1:]), (inputs.shape, switches)


FAST = {
    BatchNorm2d: [FastBatchNorm2d],
    Conv2d: [FastConv2d, FastDepthwise, FastPointwise, FastColumns],
    Linear: [FastLinear],
    MaxPool2d: [FastMaxPool2d],
    ReLU: [FastReLU],
    ReLU6: [FastReLU6],
}


def accelerate(network):
    """A network with the same nodes and weights, in which layers that have a faster form take it."""
    return network.replace({node.name: faster(node.layer) for node in network.nodes})


def faster(layer):
    """The fast form of a layer, or the layer."""
    fast = next((each for each in FAST.get(type(layer), ()) if each.takes(layer)), None)
    return fast(**layer.settings()) if fast else layer


def refresh(network):
    """Let the fast convolutions of a network take their weights as they are now, if they have been overwritten."""
    for layer in network.layers:
        if isinstance(layer, (FastConv2d, FastPointwise)):
            layer.refresh()
