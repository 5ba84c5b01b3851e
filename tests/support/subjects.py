"""A small network with the air of a published one: what tests of `explain` ask."""

import numpy as np

from sims.networks.preprocess import Preprocess
from sims.networks.published import Published
from theory.layers import AveragePool2d, BatchNorm2d, Conv2d, Flatten, Linear, ReLU, ReLU6, SiLU
from theory.networks import Sequential

CLASSES = ("tabby, tabby cat", "tiger cat", "Persian cat", "goldfish, Carassius auratus", "tench")


def network(activation=ReLU6, seed=0, dtype=np.float32):
    """Two convolutions, the first with batch normalisation and as many channels as the input has, and a readout."""
    rng = np.random.default_rng(seed)
    draw = lambda *shape: rng.standard_normal(shape).astype(dtype)
    normal = BatchNorm2d(1 + 0.1 * draw(6), 0.1 * draw(6), 0.1 * draw(6), 1 + 0.1 * draw(6) ** 2)
    return Sequential(
        [
            Conv2d(draw(6, 3, 3, 3) / 5, stride=2, padding=1),
            normal,
            ReLU(),
            Conv2d(draw(8, 6, 3, 3) / 7, 0.1 * draw(8), padding=1),
            activation(),
            AveragePool2d(),
            Flatten(),
            Linear(draw(len(CLASSES), 8)),
        ]
    )


def published(activation=ReLU6, **options):
    return Published("small", network(activation, **options), Preprocess(size=24), CLASSES, "0" * 64)


def smooth():
    """The same with an activation that no rule covers."""
    return published(SiLU)


def picture(seed=0, shape=(40, 30, 3)):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
