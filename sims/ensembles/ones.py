"""The two guided pictures of a network with biases: of the image, and of the input of ones that its biases see."""

import numpy as np

from theory.layers import Conv2d
from theory.networks import one_hot
from theory.rules import GUIDED


def pictures(network, rng, trials):
    """`trials` times both pictures of a random network with biases at its image, by name."""
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        yield dict(zip(("image", "ones"), both_pictures(network.draw(rng), inputs)))


def apart(image, weight, bias, stride, size):
    """How far the two sides of TR-GBP's Eq. 8 are apart, relative, for filters of ones that are b_i/size."""
    biased, _ = Conv2d(weight, bias, stride).forward(image[None])
    ones = np.zeros_like(weight) + (bias / size)[:, None, None, None]
    both = Conv2d(np.concatenate([weight, ones], axis=1), stride=stride)
    summed, _ = both.forward(np.concatenate([image, np.ones_like(image)])[None])
    return np.abs(summed - biased).max() / np.abs(biased).max()


def both_pictures(network, inputs):
    """The guided pictures of the image, and of ones whose filter is b_i/p in every entry (TR-GBP Eq. 8)."""
    passed = network.forward(inputs)
    first = network.nodes[0]
    [signal] = [each for name, each, _ in passed.signals(one_hot(0, passed.output)) if name == first.name]
    convolution = first.layer
    spread = np.zeros_like(convolution.weight) + (convolution.bias / convolution.weight[0].size)[:, None, None, None]
    of_ones = Conv2d(spread, stride=convolution.stride, padding=convolution.padding)
    return [layer.backward(signal, inputs.shape, GUIDED)[0] for layer in (convolution, of_ones)]
