"""The random networks of the papers: filters and readout are drawn, the network is the real one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from sims.compiled import three_layer as compiled
from sims.random import keys
from sims.random.weight_laws import gaussian
from theory.geometry.windows import Windows
from theory.layers import MaxPool2d
from theory.networks import one_hot, three_layer_cnn, three_layer_fcn


@dataclass(frozen=True, eq=False)
class ThreeLayer:
    """The random three-layer CNN at one image (C, H, W): N filters, kernel, stride, padding; weights N(0, scale²).

    `law` draws the filters; `bias`, if any, is the standard deviation of Gaussian biases or, by `bias_law` "fixed", the
    bias of every filter; `pool`, an int or a MaxPool2d, pools after the ReLU or, by `order` "pool-relu", before it;
    `logits` is how many logits are read out.
    """

    image: np.ndarray
    kernel: int | tuple[int, int]
    stride: int | tuple[int, int] = 1
    padding: int | tuple[int, int] = 0
    filters: int = 256
    scale: float = 0.1
    dtype: type = np.float32
    pool: int | MaxPool2d | None = None
    order: str = "relu-pool"
    law: Callable = gaussian
    bias: float | None = None
    bias_law: str = "gaussian"
    logits: int = 1

    @property
    def windows(self):
        return Windows.on(self.image.shape, self.kernel, self.stride, self.padding)

    @property
    def places(self):
        """J, or with pooling the number of pooling windows."""
        windows = self.windows
        if self.pool is None:
            return windows.count
        pool = self.pool if isinstance(self.pool, MaxPool2d) else MaxPool2d(self.pool)
        return Windows.on((windows.rows, windows.columns), pool.size, pool.stride, pool.padding).count

    @property
    def geometry(self):
        """What the laws of theory.laws.three_layer are asked for."""
        return dict(image=self.image, kernel=self.kernel, stride=self.stride, padding=self.padding)

    @property
    def scales(self):
        """And, where a law knows them, N and the scales of filters and readout."""
        return dict(filters=self.filters, filter_scale=self.scale, readout_scale=self.scale)

    @property
    def entries(self):
        """p, the entries of a filter."""
        return len(self.image) * prod(self.windows.kernel)

    def draw(self, rng):
        """A network, its filters, readout and biases drawn from rng."""
        filters = self.law(rng, (self.filters, len(self.image), *self.windows.kernel), self.scale, self.dtype)
        readout = np.stack([self._readout(rng) for _ in range(self.logits)])
        return three_layer_cnn(filters, readout, self.stride, self.padding, self.pool, self._biases(rng), self.order)

    def _readout(self, rng):
        """The weights of one logit, (N, places), drawn place after place, as sims.compiled.three_layer does."""
        return gaussian(rng, (self.places, self.filters), self.scale, self.dtype).T

    def _biases(self, rng):
        if self.bias is None or self.bias_law == "fixed":
            return None if self.bias is None else np.full(self.filters, self.bias, self.dtype)
        return gaussian(rng, self.filters, self.bias, self.dtype)

    def pictures(self, rng, trials, rules=("guided",)):
        """`trials` times one picture like image per rule and logit: a network is drawn, run forward, and passed back.

        rng may be drawn from ahead of the pictures that have been taken.
        """
        for batch in self.batches(rng, trials, rules):
            yield from batch

    def batches(self, rng, trials, rules=("guided",)):
        """The same pictures, several trials at a time: arrays (some trials, rules · logits, C, H, W)."""
        if self.pool is None and self.dtype == np.float32 and compiled.takes(rules):
            yield from self._fused(rng, trials, rules)
        else:
            inputs = self.image[None].astype(self.dtype)
            for _ in range(trials):
                yield np.array(draw_pictures(self.draw(rng), inputs, rules, range(self.logits)))[None]

    def _fused(self, rng, trials, rules):
        size = compiled.batch_size(self._plan, self.filters, len(rules) * self.logits)
        for start in range(0, trials, size):
            weights = self._weights(rng, min(size, trials - start))
            yield compiled.pictures(self._plan, *weights, self.scale, rules)

    @cached_property
    def _plan(self):
        return compiled.plan(self.image.astype(self.dtype), self.windows)

    def _weights(self, rng, trials):
        """What `draw` draws: filters (trials, N, p), biases (trials, N or 0), keys of readouts (trials, logits)."""
        size = self.filters * self.entries
        if self.law is gaussian and self.bias is None:  # one number in each key's place, and all filters in one call
            drawn = keys(rng, trials * (1 + self.logits)).reshape(trials, -1)
            filters, biases, readouts = compiled.many_normals(drawn[:, 0], size, self.scale), None, drawn[:, 1:]
        else:
            drawn = [self._single(rng) for _ in range(trials)]
            filters, readouts, biases = (np.array(part) for part in zip(*drawn))
        filters = filters.reshape(trials, self.filters, -1)
        return filters, np.empty((trials, 0), np.float32) if self.bias is None else biases, readouts

    def _single(self, rng):
        filters = self.law(rng, (self.filters, len(self.image), *self.windows.kernel), self.scale, self.dtype)
        return filters, keys(rng, self.logits), self._biases(rng)


def draw_pictures(network, inputs, rules, targets=(0,)):
    """One picture per rule and target, of one forward pass."""
    passed = network.forward(inputs)
    starts = [one_hot(target, passed.output) for target in targets]
    return [passed.backward(start, rule)[0] for rule in rules for start in starts]


@dataclass(frozen=True, eq=False)
class Connected:
    """The random fully-connected network at one image: N_h hidden neurons, all weights N(0, scale²)."""

    image: np.ndarray
    neurons: int
    scale: float = 0.1
    dtype: type = np.float32

    @property
    def filters(self):
        """Every neuron is a filter of one patch, the whole image."""
        return self.neurons

    @property
    def geometry(self):
        """What the laws of theory.laws.three_layer are asked for."""
        return dict(image=self.image, kernel=self.image.shape[1:])

    def draw(self, rng):
        """A network, its weights and its readout drawn from rng."""
        weights = gaussian(rng, (self.neurons, self.image.size), self.scale, self.dtype)
        return three_layer_fcn(weights, gaussian(rng, (1, self.neurons), self.scale, self.dtype))

    def pictures(self, rng, trials, rules=("guided",)):
        """`trials` times one picture like image per rule."""
        for batch in self.batches(rng, trials, rules):
            yield from batch

    def batches(self, rng, trials, rules=("guided",)):
        """The same pictures, one trial at a time: arrays (1, rules, *image.shape)."""
        image = self.image.astype(self.dtype)
        for _ in range(trials):
            if self.dtype == np.float32 and compiled.takes(rules):
                key = keys(rng, 1)[0]
                readout = gaussian(rng, (1, self.neurons), self.scale, self.dtype)[0]
                yield compiled.connected_pictures(image, key, readout, self.scale, rules)[None]
            else:
                yield np.array(draw_pictures(self.draw(rng), image[None], rules))[None]
