"""Weight laws, and the random networks of the papers: filters and readout are drawn, the network is the real one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sims import fused
from sims.normals import keys, normals
from theory.layers import MaxPool2d
from theory.networks import one_hot, three_layer_cnn, three_layer_fcn
from theory.windows import Windows


def gaussian(rng, shape, scale=1.0, dtype=np.float64, threads=1, out=None):
    """Independent N(0, scale²) entries; float32 ones have addresses, and cost a tenth (sims.normals: threads, out)."""
    if dtype == np.float32:
        return normals(rng, shape, scale, threads, out)
    drawn = rng.standard_normal(shape, dtype)
    drawn *= scale
    return drawn


def truncated(rng, shape, scale=1.0, dtype=np.float64):
    """Normal entries drawn again beyond two scales: the papers' initialisation; their standard deviation is 0.88
    scale.
    """
    drawn = gaussian(rng, shape, dtype=dtype)
    while (outside := np.abs(drawn) > 2).any():
        drawn[outside] = gaussian(rng, outside.sum(), dtype=dtype)
    drawn *= scale
    return drawn


def rademacher(rng, shape, scale=1.0, dtype=np.float64):
    """Independent ±scale entries."""
    return ((2 * rng.integers(0, 2, shape, np.int8) - 1) * dtype(scale)).astype(dtype)


def uniform(rng, shape, scale=1.0, dtype=np.float64):
    """Independent uniform entries of standard deviation `scale`."""
    return ((2 * rng.random(shape, dtype) - 1) * np.sqrt(3) * scale).astype(dtype)


def laplace(rng, shape, scale=1.0, dtype=np.float64):
    """Independent two-sided exponential entries of standard deviation `scale`."""
    return rng.laplace(0.0, scale / np.sqrt(2), shape).astype(dtype)


def student(rng, shape, scale=1.0, dtype=np.float64):
    """Independent Student-t entries of 5 degrees of freedom and standard deviation `scale`."""
    return (rng.standard_t(5, shape) * scale * np.sqrt(3 / 5)).astype(dtype)


def spherical(rng, shape, scale=1.0, dtype=np.float64):
    """Along the first axis, vectors uniform on the sphere of radius scale·√p, p the entries of each."""
    flat = rng.standard_normal((shape[0], int(np.prod(shape[1:]))))
    flat *= scale * np.sqrt(flat.shape[1]) / np.linalg.norm(flat, axis=1, keepdims=True)
    return flat.reshape(shape).astype(dtype)


def correlated(rng, shape, scale=1.0, dtype=np.float64):
    """Gaussian filters (N, C, kh, kw) whose neighbours in a row correlate at ½: no direction is like another."""
    fresh = rng.standard_normal(shape)
    for column in range(1, shape[-1]):
        fresh[..., column] = fresh[..., column - 1] / 2 + np.sqrt(3 / 4) * fresh[..., column]
    return (scale * fresh).astype(dtype)


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
        """What the laws of theory.three_layer are asked for."""
        return dict(image=self.image, kernel=self.kernel, stride=self.stride, padding=self.padding)

    def draw(self, rng):
        """A network, its filters, readout and biases drawn from rng."""
        filters = self.law(rng, (self.filters, len(self.image), *self.windows.kernel), self.scale, self.dtype)
        readout = np.stack([self._readout(rng) for _ in range(self.logits)])
        return three_layer_cnn(filters, readout, self.stride, self.padding, self.pool, self._biases(rng), self.order)

    def _readout(self, rng):
        """The weights of one logit, (N, places), drawn place after place, as sims.fused does."""
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
        if self.pool is None and self.dtype == np.float32 and fused.takes(rules):
            yield from self._fused(rng, trials, rules)
        else:
            inputs = self.image[None].astype(self.dtype)
            for _ in range(trials):
                yield np.array(draw_pictures(self.draw(rng), inputs, rules, range(self.logits)))[None]

    def _fused(self, rng, trials, rules):
        size = fused.batch_size(self._plan, self.filters, len(rules) * self.logits)
        for start in range(0, trials, size):
            weights = self._weights(rng, min(size, trials - start))
            yield fused.pictures(self._plan, *weights, self.scale, rules)

    @cached_property
    def _plan(self):
        return fused.plan(self.image.astype(self.dtype), self.windows)

    def _weights(self, rng, trials):
        """What `draw` draws: filters (trials, N, p), biases (trials, N or 0), keys of readouts (trials, logits)."""
        size = self.filters * len(self.image) * np.prod(self.windows.kernel)
        if self.law is gaussian and self.bias is None:  # one number in each key's place, and all filters in one call
            drawn = keys(rng, trials * (1 + self.logits)).reshape(trials, -1)
            filters, biases, readouts = fused.many_normals(drawn[:, 0], size, self.scale), None, drawn[:, 1:]
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
    logits, tape = network.trace(inputs)
    return [network.backward(one_hot(target, logits), tape, rule)[0] for rule in rules for target in targets]


@dataclass(frozen=True, eq=False)
class Connected:
    """The random fully-connected network at one image: N_h hidden neurons, all weights N(0, scale²)."""

    image: np.ndarray
    neurons: int
    scale: float = 0.1
    dtype: type = np.float32

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
            if self.dtype == np.float32 and fused.takes(rules):
                key = keys(rng, 1)[0]
                readout = gaussian(rng, (1, self.neurons), self.scale, self.dtype)[0]
                yield fused.connected_pictures(image, key, readout, self.scale, rules)[None]
            else:
                yield np.array(draw_pictures(self.draw(rng), image[None], rules))[None]
