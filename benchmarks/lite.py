"""EfficientNet-Lite0 (Liu 2020) with random weights in its shapes: MobileNet's inverted residual blocks, ReLU6."""

import numpy as np

from sims.random import stream
from theory.layers import AveragePool2d, BatchNorm2d, Conv2d, Flatten, Linear, ReLU6
from theory.networks import Residual, Sequential

STEM, HEAD, CLASSES = 32, 1280, 1000
STAGES = (  # times wider inside, outputs, blocks, stride of the first, kernel
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)


def lite0():
    """The network, float32, for (B, 3, 224, 224): normalised as published, its padding half a kernel on every side."""
    rng = stream(0, "bench", "lite0")
    normal = lambda *shape: rng.standard_normal(shape, np.float32)

    def convolution(outputs, inputs, kernel=1, stride=1, groups=1):
        scale = np.float32((2 / (inputs // groups * kernel**2)) ** 0.5)
        weight = scale * normal(outputs, inputs // groups, kernel, kernel)
        statistics = 1 + normal(outputs) / 10, normal(outputs) / 10, normal(outputs) / 10, 1 + normal(outputs) ** 2 / 10
        return [Conv2d(weight, None, stride, kernel // 2, 1, groups), BatchNorm2d(*statistics, eps=1e-3)]

    def block(inputs, times, outputs, stride, kernel):
        wide = times * inputs
        spread = [*convolution(wide, inputs), ReLU6()] if times > 1 else []
        return [*spread, *convolution(wide, wide, kernel, stride, wide), ReLU6(), *convolution(outputs, wide)]

    links, inputs = [*convolution(STEM, 3, 3, 2), ReLU6()], STEM
    for times, outputs, count, first, kernel in STAGES:
        for stride in (first, *[1] * (count - 1)):
            layers = block(inputs, times, outputs, stride, kernel)
            links += [Residual(layers)] if (stride, inputs) == (1, outputs) else layers
            inputs = outputs
    dense = Linear(normal(CLASSES, HEAD) / np.float32(HEAD**0.5), np.zeros(CLASSES, np.float32))
    head = [*convolution(HEAD, inputs), ReLU6(), AveragePool2d(), Flatten(), dense]
    return Sequential([*links, *head], (3, 224, 224))
