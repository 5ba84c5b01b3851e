"""What comes back to every layer of a network with biases, to its inputs and to its input of ones, and what should."""

import numpy as np

from sims.ensembles.stacks import of_ones
from theory.geometry.patches import coverage, extract, fold, unit
from theory.layers import Conv2d
from theory.networks import one_hot


def layer_maps(network, image):
    """Per layer with weights, from the bottom up: two pairs (guided picture, its expected direction), float64.

    Of its inputs, along Σ D_jᵀ c_j/‖c_j‖ in a random network, and of its input of ones, along the coverage. A fully-
    connected layer has one patch; convolutions have 3×3 windows and padding 1.
    """
    nodes = [node for node in network.nodes if node.layer.parameters()]
    passed = network.forward(image[None].astype(np.float32), keep=[node.inputs[0] for node in nodes])
    signals = {name: signal[0].astype(np.float64) for name, signal, _ in passed.signals(one_hot(0, passed.output))}
    for node in nodes:
        inputs = passed.outputs[node.inputs[0]][0].astype(np.float64)
        of = _of_convolution if isinstance(node.layer, Conv2d) else _of_connected
        direction, *of_ones_ = of(node.layer, inputs, signals[node.name])
        yield (signals[node.inputs[0]], direction), tuple(of_ones_)


def _of_convolution(layer, inputs, signal):
    direction = fold(unit(extract(inputs, 3, 1, 1)), inputs.shape, 3, 1, 1)
    return direction, of_ones(signal, layer)[0], coverage(inputs.shape, 3, 1, 1)


def _of_connected(layer, inputs, signal):
    ones = np.ones(inputs.size)
    return inputs, layer.bias.astype(np.float64) @ signal / inputs.size * ones, ones
