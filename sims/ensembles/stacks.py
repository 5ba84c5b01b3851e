"""Random deep stacks: fully-connected or convolutional ReLU networks, and the signals that come back through them."""

from contextlib import nullcontext
from dataclasses import dataclass
from threading import RLock

import numpy as np

from sims.random.weight_laws import gaussian, he
from theory.geometry.patches import fold
from theory.layers import Activation, Conv2d
from theory.networks import cnn, fcn

SMALL = 2**16  # work below which a network is Python for the most part, and threads only wait for each other
_alone = RLock()


@dataclass(frozen=True, eq=False)
class Stack:
    """`layers` ReLU layers of `width` neurons, or channels if there is a `kernel` (odd, "same" padded), under `logits`.

    width is one number, or one per layer from the bottom up.

    The weights are N(0, 2/fan-in), He's; the laws of depth do not depend on their scale. Biases are N(0, bias²), if
    any.
    """

    image: np.ndarray
    width: int | tuple[int, ...]
    layers: int
    kernel: int | None = None
    logits: int = 2
    dtype: type = np.float32
    bias: float = 0.0

    def draw(self, rng):
        """A network with weights from rng."""
        window = (self.kernel, self.kernel) if self.kernel else ()
        inputs = len(self.image) if self.kernel else self.image.size
        widths = [self.width] * self.layers if isinstance(self.width, int) else self.width
        weights = [he(rng, (width, below, *window), self.dtype) for below, width in zip((inputs, *widths), widths)]
        readout = he(rng, (self.logits, widths[-1] * (self.image[0].size if self.kernel else 1)), self.dtype)
        biases = [gaussian(rng, width, self.bias, self.dtype) if self.bias else None for width in widths] + [None]
        if self.kernel:
            return cnn(weights, readout, biases, paddings=self.kernel // 2)
        return fcn([*weights, readout], biases)

    def passes(self, rng, trials, rules):
        """`trials` times the activations by layer, the last one first and the image behind them, and signals by rule.

        signals[rule][l][k] is that of logit k after l ReLU layers, like activations[l]; l = 0 is the readout itself.
        """
        inputs = self.image[None].astype(self.dtype)
        each = np.eye(self.logits, dtype=self.dtype)
        with _alone if self._work < SMALL else nullcontext():
            for _ in range(trials):
                network = self.draw(rng)
                passed = network.forward(inputs, keep=activations(network))
                rectified = [passed.outputs[name][0] for name in reversed(activations(network))]
                yield [*rectified, inputs[0]], {rule: signals(network, passed, each, rule) for rule in rules}

    @property
    def _work(self):
        """Weights to draw in the widest layer, and tenths of products: they cost about as much."""
        weights = (np.max(self.width) * (self.kernel or 1)) ** 2
        return weights * (1 + (self.image[0].size / 10 if self.kernel else 0))


def activations(network):
    """The names of the nodes at which a rule acts, from the bottom up."""
    return [node.name for node in network.nodes if isinstance(node.layer, Activation)]


def signals(network, passed, start, rule):
    """The signals (K, ...) at the inputs of every layer with weights, the last layer's first, of `start` (K, K) at one
    input's logits.
    """
    weighted = {name for node in network.nodes if node.layer.parameters() for name in node.inputs}
    return [signal for name, signal, _ in passed.signals(start, rule) if name in weighted]


def of_ones(signal, convolution: Conv2d):
    """Σ_j D_jᵀ (1/p) Σ_i b_i T_ij: the signal behind a ReLU, passed to ones by filters whose entries are b_i/p."""
    mixed = np.tensordot(convolution.bias.astype(np.float64), signal, axes=1)
    patches = np.repeat(mixed.reshape(-1, 1), 9, axis=1) / convolution.weight[0].size
    return fold(patches, (1, *mixed.shape), 3, 1, 1)
