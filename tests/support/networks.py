"""Small networks with the layers of large ones."""

import numpy as np

from theory.layers import AveragePool2d, BatchNorm2d, Conv2d, Flatten, Linear, ReLU6
from theory.networks import Residual, Sequential


def small_mobile(seed, classes=5):
    """A first convolution of stride 2, two inverted residual blocks, one of them with a skip path; ReLU6; float32."""
    rng = np.random.default_rng(seed)
    normal = lambda *shape: rng.standard_normal(shape).astype(np.float32)

    def convolution(outputs, inputs, kernel, stride=1, groups=1):
        weight = (
            normal(outputs, inputs // groups, kernel, kernel) * np.float32(2 / (inputs // groups * kernel**2)) ** 0.5
        )
        weight = weight.astype(np.float32)
        norm = BatchNorm2d(1 + normal(outputs) / 4, normal(outputs), normal(outputs) / 4, 1 + normal(outputs) ** 2)
        return [Conv2d(weight, None, stride, kernel // 2, 1, groups), norm]

    def block(inputs, outputs, kernel, stride):
        wide = 6 * inputs
        spread = [*convolution(wide, inputs, 1), ReLU6(), *convolution(wide, wide, kernel, stride, wide), ReLU6()]
        return [*spread, *convolution(outputs, wide, 1)]

    layers = [*convolution(8, 3, 3, 2), ReLU6(), *block(8, 12, 5, 2), Residual(block(12, 12, 3, 1))]
    head = [*convolution(40, 12, 1), ReLU6(), AveragePool2d(), Flatten(), Linear(normal(classes, 40), normal(classes))]
    return Sequential([*layers, *head])
