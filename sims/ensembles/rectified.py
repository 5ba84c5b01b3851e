"""Random filters at one patch, which of them the ReLU keeps, and as random a readout."""

import numpy as np

from sims.random.weight_laws import gaussian
from theory.layers import Conv2d, ReLU
from theory.rules import SALIENCY

READOUTS = 4  # numbers that cost next to nothing


def filters(patch, count, scale, rng, trials):
    """`trials` times weights w (count, p) in units of `scale`, 1 where the convolution's ReLU keeps a filter and 0
    where it does not (count, 1), and several readouts a filter.
    """
    inputs = patch[None].astype(np.float32)
    for _ in range(trials):
        weights = gaussian(rng, (count, *patch.shape), scale, np.float32)
        hidden, _ = Conv2d(weights).forward(inputs)
        relu = ReLU()
        _, saved = relu.forward(hidden)
        mask = relu.backward(np.ones_like(hidden), saved, SALIENCY).reshape(-1, 1)
        readout = gaussian(rng, (1, READOUTS * count, 1, 1), scale)
        yield weights.reshape(count, -1).astype(np.float64) / scale, mask, readout / scale
