"""VGG-16 with published weights in some of its layers, and random ones in all others."""

import numpy as np

from sims.compiled.layers import accelerate
from sims.ensembles import initialise
from theory.networks import vgg16, vgg16_shapes

CONVOLUTIONS, LAYERS = 13, 16  # of VGG-16, dense ones counted


def drawn(rng, side):
    """A whole set of tensors with He's weights, biases of 0."""
    return initialise.draw(vgg16_shapes(size=side), "he", rng=rng)


def empty(side):
    """The same tensors, of zeros that take no memory: where nothing is asked of what is not published."""
    return {name: np.broadcast_to(np.float32(0), shape) for name, shape in vgg16_shapes(size=side).items()}


def names(side):
    """The names of the layers from the bottom up: "features.0" … "classifier.6"."""
    return list(dict.fromkeys(name.rpartition(".")[0] for name in vgg16_shapes(size=side)))


def mixed(published, random, side, trained=range(LAYERS)):
    """VGG-16 for inputs of `side` pixels whose layers number `trained`, from 0, have the published tensors.

    All others have the random ones, as have those that are not among the published: the first dense layer is another
    one where inputs are not of 224 pixels.
    """
    shapes = vgg16_shapes(size=side)
    own = {name for number, name in enumerate(names(side)) if number in trained}
    there = {name for name, array in published.items() if name in shapes and array.shape == shapes[name]}
    whole = {layer for layer in own if {f"{layer}.weight", f"{layer}.bias"} <= there}
    tensors = {name: (published if name.rpartition(".")[0] in whole else random)[name] for name in shapes}
    return accelerate(vgg16(tensors, side))
